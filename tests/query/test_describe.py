"""Describing an entry: which one a key means, what it binds, and what is needed to read it."""

import sys
from typing import Any

import pytest
from fresh_process import python
from parameters import shown

from registry_core import EntryConflict, EntryNotFound, Registry, WrongType
from registry_core.query import describe
from registry_core.testing import Site

pytest.importorskip("griffe")

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


WITHOUT_GRIFFE = """
import sys
sys.modules["griffe"] = None
from registry_core import ConfigError, Registry
from registry_core.query import describe
registry = Registry("described", scope="acme")
try:
    describe(registry, "Function")
except ConfigError as error:
    print(error)
print(describe(registry, "Function", load=True).parameters[0].name)
registry.register_module("code", module=lambda it: it)
print(describe(registry, "code").parameters[0].name)
"""


def test_without_griffe_the_extra_to_install_is_named(computed: Site) -> None:
    refused, loaded, of_code = python(WITHOUT_GRIFFE, folder=computed.folder).splitlines()
    assert refused.endswith(
        "reading source needs another package: pip install 'registry_core[static]', "
        "or pass load=True to import instead"
    )
    assert (loaded, of_code) == ("function", "it")
