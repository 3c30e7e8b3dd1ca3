"""Describing an entry: which one a key means, what it binds."""

import sys
from typing import Any

import pytest
from fresh_process import python
from parameters import shown

from registry_core import (
    ConfigError,
    EntryConflict,
    EntryNotFound,
    PluginLoadError,
    Registry,
    WrongType,
)
from registry_core.query import Description, describe, describe_all
from registry_core.testing import Site

GROUP = "registry_core.described"

HOOKS = """
    from registry_core import Entry, hookimpl

    @hookimpl
    def registry_core_entries(registry):
        yield Entry("erf", "special:Function", kwargs={"function": "erf", "other": 2})

    @hookimpl
    def registry_core_lookup(registry, scope, name):
        return Entry(name, "special:Function") if name == "open" else None
"""


@pytest.fixture
def computed(plugin_site: Site) -> Site:
    source = "class Function:\n    def __init__(self, function: str, axis=-1, **more): ..."
    modules = {"special_hooks.py": HOOKS, "special.py": source}
    rows = {
        "registry_core.hooks": {"described": "special_hooks"},
        "registry_core.described": {"Function": "special:Function"},
    }
    plugin_site.install("special", rows, modules)
    return plugin_site


@pytest.mark.parametrize("load", [False, True])
def test_what_an_entry_binds_is_bound(computed: Site, load: bool) -> None:
    with computed.in_use():
        found = describe(Registry("described"), "erf", load=load)
        assert ("special" in sys.modules) is load
    assert shown(found) == ["function: str = 'erf'", "axis = -1", "**more"]
    assert [each.bound for each in found.parameters] == [True, False, False]


def test_a_name_that_only_a_hook_knows_is_described_by_loading_it(computed: Site) -> None:
    with computed.in_use():
        registry: Registry[Any] = Registry("described")
        with pytest.raises(EntryNotFound):
            describe(registry, "open")
        assert shown(describe(registry, "open", load=True)) == [
            "function: str !",
            "axis = -1",
            "**more",
        ]


def test_a_key_that_leads_to_no_single_entry_is_refused_as_anywhere(plugin_site: Site) -> None:
    for name in ("one", "two"):
        plugin_site.install(name, {GROUP: {"Both": f"{name}:Both"}})
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("described")
        with pytest.raises(EntryNotFound, match="'Bth' is not in the registry"):
            describe(registry, "Bth")
        with pytest.raises(EntryConflict):
            describe(registry, "Both")
        with pytest.raises(WrongType, match="registry must be a Registry, but got dict"):
            describe({}, "Both")  # type: ignore[arg-type]


DOCUMENTED = '''
    def google(size, name):
        """Short.

        Args:
            size (int): How large.
            name: What it is called,
                in the end.
        """
    def numpy(size):
        """Short.

        Parameters
        ----------
        size : int
            How large.
        """
    def sphinx(size):
        """Short.

        :param size: How large.
        """
    def nothing(size):
        """Short."""
    class Above:
        """Short.

        Args:
            size: Not this.
            kind: Which way.
        """
        def __init__(self, size, kind=1):
            """Makes it.

            Args:
                size: How large.
            """
    class Below(Above):
        """Has no text of its own."""
'''


def test_what_a_docstring_says_of_parameters_is_told_by_their_names(plugin_site: Site) -> None:
    pytest.importorskip("griffe")
    names = ("google", "numpy", "sphinx", "nothing", "Above", "Below")
    rows = {name: f"styles:{name}" for name in names}
    plugin_site.install("styles", {GROUP: rows}, {"styles.py": DOCUMENTED})
    with plugin_site.in_use():
        found = {name: describe(Registry("described"), name).documented for name in names}
        loaded = {
            name: describe(Registry("described"), name, load=True).documented for name in names
        }
    assert found == loaded
    assert found == {
        "google": {"size": "How large.", "name": "What it is called,\nin the end."},
        "numpy": {"size": "How large."},
        "sphinx": {"size": "How large."},
        "nothing": {},
        # What the constructor says counts more; it may be inherited.
        "Above": {"size": "How large.", "kind": "Which way."},
        "Below": {"size": "How large."},
    }


WITHOUT_GRIFFE = """
import sys
sys.modules["griffe"] = None
from registry_core import ConfigError, Registry
from registry_core.query import describe
found = describe(Registry("described", scope="acme"), "Function")
print(found.parameters[0].name, found.documented, found._replace(docstring="All.").documented)
try:
    found._replace(docstring="Parameters\\n----------\\naxis : Which.").documented
except ConfigError as error:
    print(error)
"""


def test_griffe_is_needed_for_the_sections_of_docstrings_alone(computed: Site) -> None:
    name, refused = python(WITHOUT_GRIFFE, folder=computed.folder).splitlines()
    assert name == "function {} {}"
    assert refused == (
        "reading the sections of docstrings needs griffe: pip install 'registry_core[static]'"
    )


def test_every_entry_is_described_or_says_why_not(plugin_site: Site) -> None:
    rows = {"it": "described_all:it", "made": "described_all:made", "gone": "gone:it"}
    source = "def it(size): ...\nmade = it(1)\n"
    plugin_site.install("all", {GROUP: rows}, {"described_all.py": source})
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("described")
        registry.register_module("code", module=dict)
        found = {entry.key: told for entry, told in describe_all(registry)}
        assert "described_all" not in sys.modules
    assert {key: type(told) for key, told in found.items()} == {
        "code": Description,
        "gone": PluginLoadError,
        "it": Description,
        "made": ConfigError,
    }
    with pytest.raises(WrongType, match="registry must be a Registry, but got dict"):
        describe_all({})  # type: ignore[arg-type]
