"""What code registers and what is discovered: who wins, when two are one, and adopted scopes."""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from registry_core import EntryConflict, Registry, ScopeExists, current_environment
from registry_core.testing import Site

GROUP = "registry_core.activation"

HOST = """
    from registry_core import Registry
    ACTIVATION = Registry("activation", scope="acts", locations={locations})
    EXTRA = Registry("activation", parent=ACTIVATION, scope="extra")
"""


@pytest.fixture
def root(plugin_site: Site) -> Iterator[Registry]:
    # No module of these exists, so whatever imports one fails.
    plugin_site.install(
        "acts-extra",
        {
            GROUP: {"ReLU": "nowhere:ReLU", "plain.dotted.name": "nowhere:dotted"},
            f"{GROUP}.extra": {"Swish": "nowhere:Swish"},
            f"{GROUP}.extra.gated": {"GLU": "nowhere:GLU"},
        },
    )
    with plugin_site.in_use():
        yield Registry("activation", scope="acts")


def host(site: Site, locations: str = "()", **modules: str) -> None:
    """Install a framework, with modules of its own."""
    sources = {f"{name}.py": source for name, source in modules.items()}
    site.install("acts-host", "", {"acts_host.py": HOST.format(locations=locations)} | sources)


def test_what_code_registers_wins_and_the_discovered_entry_is_a_problem(root: Registry) -> None:
    root.register_module("ReLU", module=dict)
    assert root.resolve("ReLU").target is dict
    assert root.get("ReLU") is dict
    assert [entry.target for entry in root.entries() if entry.key == "ReLU"] == [dict]
    assert [str(problem) for problem in root.problems()] == [
        "acts-extra 0.1.0: registry \"registry_core.activation\": the entry 'ReLU' is shadowed: "
        f"{__name__} registers it; choose a name or scope of its own"
    ]


def test_a_discovered_name_cannot_disable_an_entry_that_code_registered(root: Registry) -> None:
    plain = Registry("activation", parent=root, scope="plain")
    plain.register_module("dotted.name", module=dict)
    # An installed package's own root entry is spelled "plain.dotted.name".
    assert root.resolve("plain.dotted.name").target is dict
    assert root.get("plain.dotted.name") is dict


@pytest.mark.parametrize(
    ("target", "module"),
    [("acts_pkg.swish:Swish", "acts_pkg.swish"), ("acts_pkg:Swish", "acts_pkg")],
    ids=["where it is defined", "where it is exported"],
)
def test_a_decorated_class_and_its_entry_point_are_one_entry(
    plugin_site: Site, target: str, module: str
) -> None:
    host(plugin_site)
    plugin_site.install(
        "acts-extra",
        {f"{GROUP}.extra": {"Swish": target}},
        {
            "acts_pkg/__init__.py": "from acts_pkg.swish import Swish",
            "acts_pkg/swish.py": """
                from acts_host import EXTRA
                DURING = []
                def before_the_name_is_bound(cls):
                    DURING.extend([EXTRA.resolve("Swish"), EXTRA.root.problems()])
                    return cls
                @before_the_name_is_bound
                @EXTRA.register_module(metadata={"smooth": True})
                class Swish: ...
            """,
        },
    )
    with plugin_site.in_use():
        extra: Registry = import_module("acts_host").EXTRA
        before = extra.entries()
        assert "acts_pkg" not in sys.modules
        found = extra["Swish"]
        assert extra.get("Swish") is found is import_module(module).Swish
        (entry,) = extra.entries()
        assert entry == before[0]._replace(metadata={"smooth": True})
        assert str(entry.provider) == "acts-extra 0.1.0"
        assert extra.root.problems() == []
        assert extra.module_dict == {"Swish": found}
        if module == "acts_pkg.swish":
            during = import_module("acts_pkg.swish").DURING
            assert during == [entry, []]


def test_an_installed_package_cannot_take_a_name_that_a_location_of_the_host_registers(
    plugin_site: Site,
) -> None:
    relu = """
        from acts_host import ACTIVATION
        @ACTIVATION.register_module()
        class ReLU: ...
    """
    host(plugin_site, "['acts_relu']", acts_relu=relu)
    plugin_site.install("acts-bad", {GROUP: {"ReLU": "collections:Counter"}})
    with plugin_site.in_use():
        root: Registry = import_module("acts_host").ACTIVATION
        before = root.resolve("ReLU").provider
        assert len(root.entries()) == 1
        assert str(before) == str(root.resolve("ReLU").provider) == "module acts_relu"


def test_a_dotted_name_cannot_take_one_that_a_location_of_a_scope_registers(
    plugin_site: Site,
) -> None:
    modules = {
        "acts_host.py": """
            from registry_core import Registry
            ACTIVATION = Registry("activation", scope="acts")
            EXTRA = Registry(
                "activation", parent=ACTIVATION, scope="extra", locations=["acts_swish"]
            )
        """,
        "acts_swish.py": """
            from acts_host import EXTRA
            @EXTRA.register_module()
            class Swish: ...
        """,
    }
    plugin_site.install("acts-host", "", modules)
    plugin_site.install("acts-bad", {GROUP: {"extra.Swish": "collections:Counter"}})
    with plugin_site.in_use():
        root: Registry = import_module("acts_host").ACTIVATION
        before = root.resolve("extra.Swish").provider
        assert len(root.children["extra"]) == 1
        assert str(before) == str(root.resolve("extra.Swish").provider) == "module acts_swish"


@pytest.fixture
def rivals(plugin_site: Site) -> Iterator[Registry]:
    """Two plugins that declare the name `Swish` and register it when they are imported."""
    host(plugin_site)
    for letter in "ab":
        source = f"""
            from acts_host import ACTIVATION
            @ACTIVATION.register_module()
            class Swish: ...
            @ACTIVATION.register_module()
            class Only{letter}: ...
        """
        names = {name: f"acts_{letter}:{name}" for name in ("Swish", f"Only{letter}")}
        plugin_site.install(f"acts-{letter}", {GROUP: names}, {f"acts_{letter}.py": source})
    with plugin_site.in_use():
        yield import_module("acts_host").ACTIVATION


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_conflict_stays_one_whichever_plugin_was_imported_first(
    rivals: Registry, first: str
) -> None:
    assert rivals[f"Only{first}"].__module__ == f"acts_{first}"
    with pytest.raises(EntryConflict):
        rivals.resolve("Swish")
    with pytest.raises(EntryConflict):
        rivals.get("Swish")
    assert rivals.get("Swish", provider="acts-b") is import_module("acts_b").Swish


@pytest.mark.parametrize("first", ["a", "b"])
def test_the_preferred_provider_counts_whichever_plugin_was_imported_first(
    rivals: Registry, first: str
) -> None:
    current_environment().prefer("acts-b")
    assert rivals[f"Only{first}"].__module__ == f"acts_{first}"
    assert rivals.resolve("Swish").provider.name == "acts-b"
    assert rivals["Swish"].__module__ == "acts_b"


def test_a_conflict_keeps_neither_plugin_from_being_loaded(rivals: Registry) -> None:
    assert [rivals[f"Only{letter}"].__module__ for letter in "ab"] == ["acts_a", "acts_b"]


def test_comparing_an_entry_with_what_code_registered_imports_nothing(plugin_site: Site) -> None:
    plugin_site.install("acts-extra", {GROUP: {"Swish": "acts_pkg:Swish"}}, {"acts_pkg.py": ""})
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        root.register_module("Swish", module=dict)
        assert root.get("Swish") is dict
        assert len(root.entries()) == len(root.problems()) == 1
        assert "acts_pkg" not in sys.modules


def test_code_adopts_a_discovered_scope_and_handles_given_out_before_go_on(root: Registry) -> None:
    before = root.children["extra"]
    extra = Registry("extra activations", parent=root, scope="extra")
    assert root.children["extra"] is extra
    assert (extra.parent, extra.group) == (root, GROUP)
    assert extra.resolve("Swish").scope == "extra"
    extra.register_module("Counter", module=dict)
    assert before.get("Counter") is root.get("extra.Counter") is dict
    assert list(before) == list(extra)
    assert list(extra.children) == ["gated"]


def test_code_adopts_a_discovered_scope_only_once(root: Registry) -> None:
    first = Registry("activation", parent=root, scope="extra")
    with pytest.raises(ScopeExists):
        Registry("activation", parent=root, scope="extra")
    assert root.children["extra"] is first
    assert "Swish" in first


def test_a_scope_whose_name_no_group_can_hold_has_no_address(root: Registry) -> None:
    odd = Registry("activation", parent=root, scope="extra.gated")
    odd.register_module("Counter", module=dict)
    assert list(odd) == ["Counter"]
    assert list(root.children["extra"].children["gated"]) == ["GLU"]


def test_a_module_that_answers_for_any_name_is_not_asked_while_nothing_is_loaded(
    plugin_site: Site,
) -> None:
    lazy = "def __getattr__(name): raise ImportError(name)"
    plugin_site.install(
        "lazy", {"registry_core.lazy": {"X": "lazy_module:X"}}, {"lazy_module.py": lazy}
    )
    with plugin_site.in_use():
        __import__("lazy_module")
        registry: Registry[Any] = Registry("lazy", scope="r")
        registry.register_module("X", module=dict)
        assert "X" in registry
        assert [entry.target for entry in registry.entries()] == [dict]
