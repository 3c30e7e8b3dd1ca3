"""What asking, loading and refreshing import and forget: in a fresh process, and in this one."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from fresh_process import python

import registry_core
from registry_core import Environment, Registry, current_environment, use_environment
from registry_core.testing import Site

GROUP = "registry_core.activation"

# A name of its own, so that nothing that happens to be installed serves it.
FRAMEWORK = """
import sys
from registry_core import Registry
LAZY = Registry("lazy", group="acme.lazy", scope="acme")
def plugins():
    return sorted(name for name in sys.modules if name.startswith("acts_"))
"""


@pytest.fixture
def installed(plugin_site: Site) -> Path:
    """A folder with two plugins; one has hooks, and a package with several modules."""
    plugin_site.install(
        "acts-extra",
        {
            "acme.lazy.extra": {"Swish": "acts_extra.swish:Swish", "GELU": "acts_extra.gelu:GELU"},
            "registry_core.hooks": {"acme.other": "acts_extra.hooks"},
            "registry_core.registries": {"acme.other": "acts_extra.registry:OTHER"},
        },
        {
            "acts_extra/__init__.py": "",
            "acts_extra/swish.py": "class Swish: ...",
            "acts_extra/gelu.py": "class GELU: ...",
            "acts_extra/hooks.py": "",
        },
    )
    plugin_site.install(
        "acts-more", {"acme.lazy": {"ReLU": "acts_more:ReLU"}}, {"acts_more.py": "1/0"}
    )
    return plugin_site.folder


def imported_by(statement: str) -> set[str]:
    code = (
        "import sys; before = set(sys.modules); "
        f"sys.path.insert(0, {str(Path(registry_core.__file__).parents[1])!r}); "
        f"{statement}; print(*sorted(set(sys.modules) - before))"
    )
    return set(python(code, "-I", "-S", "-E").split())


def test_importing_the_package_imports_nothing_else() -> None:
    own = {"registry_core", "registry_core.started"}
    assert imported_by("import registry_core") <= {"__future__"} | own


def test_making_a_registry_imports_its_own_modules_and_little_else() -> None:
    imported = imported_by("from registry_core import Registry; Registry('lazy', scope='r')")
    assert "registry_core.registry" in imported
    heavy = {"pluggy", "importlib_metadata", "importlib.metadata", "inspect", "logging", "yaml"}
    assert imported & heavy == set()
    others = {name.partition(".")[0] for name in imported} - {"registry_core"}
    assert others <= sys.stdlib_module_names
    rooms = {"cli", "compat", "config", "doctor", "query", "signature", "testing"}
    assert not {name for name in imported if name.split(".")[1:2] and name.split(".")[1] in rooms}
    assert not {"registry_core.building.codegen", "registry_core.building.plan"} & imported


def test_no_annotation_is_compiled_where_a_registry_is_made_and_listed() -> None:
    # A NamedTuple compiles those that are text; the first time, that takes a tenth of all.
    code = """
import sys, typing
compiled = []
def hear(event, said):
    if event == "compile" and said[1] == "<string>" and not said[0].startswith(b"lambda _cls"):
        compiled.append(said[0])
sys.addaudithook(hear)
from registry_core import Registry
assert list(Registry("lazy", scope="acme")) == []
print(*compiled)
typing.ForwardRef("complex")
assert compiled == [b"complex"], compiled
"""
    assert python(code) == ""


@pytest.mark.parametrize("name", ["Entry", "EntryNotFound", "default_scope", "current_environment"])
def test_a_public_name_imports_what_it_needs_and_no_registry(name: str) -> None:
    imported = imported_by(f"from registry_core import {name}")
    assert (
        imported
        & {
            "registry_core.registry",
            "registry_core.building.plan",
            "registry_core.building.construct",
        }
        == set()
    )


def test_creating_and_registering_read_no_metadata() -> None:
    code = (
        f"{FRAMEWORK}\nLAZY.register_module('Counter', module=dict)\n"
        "print('importlib_metadata' in sys.modules)"
    )
    assert python(code) == "False"


@pytest.mark.parametrize(
    "asking",
    [
        "[entry.key for entry in LAZY.entries()] == ['ReLU', 'extra.GELU', 'extra.Swish']",
        "list(LAZY) == ['ReLU'] and len(LAZY) == 1",
        "'extra.Swish' in LAZY and 'extra.Nothing' not in LAZY",
        "LAZY.resolve('extra.Swish').provider.name == 'acts-extra'",
        "list(LAZY.children['extra']) == ['GELU', 'Swish'] and 'GELU' in LAZY.children['extra']",
        "LAZY.get('extra.Nothing') is None",
        "LAZY.problems() is not None and 'extra' in repr(LAZY)",
        "'acme.other' in __import__('registry_core').current_environment().registries()",
    ],
)
def test_asking_imports_no_plugin_module(installed: Path, asking: str) -> None:
    code = f"{FRAMEWORK}\nassert {asking}\nprint(plugins())"
    assert python(code, folder=installed) == "[]"


@pytest.mark.parametrize(
    "loading",
    ["LAZY['extra.Swish']", "LAZY.get('extra.Swish')", "LAZY.build({'type': 'extra.Swish'})"],
)
def test_loading_a_name_imports_its_module_and_no_other_plugins(
    installed: Path, loading: str
) -> None:
    code = f"{FRAMEWORK}\nassert {loading}\nprint(plugins())"
    assert python(code, folder=installed) == "['acts_extra', 'acts_extra.swish']"


def test_what_has_been_loaded_is_not_imported_again(plugin_site: Site) -> None:
    plugin_site.install(
        "acts-extra", {f"{GROUP}.extra": {"Swish": "acts_a:Swish"}}, {"acts_a.py": "class Swish: 1"}
    )
    with plugin_site.in_use():
        root = Registry("activation")
        found = root["extra.Swish"]
        del sys.modules["acts_a"]
        assert root["extra.Swish"] is root.get("extra.Swish") is found
        assert root.children["extra"].module_dict == {"Swish": found}
        assert "acts_a" not in sys.modules
        current_environment().refresh()
        assert root.children["extra"].module_dict == {}
        assert root["extra.Swish"] is not found


def test_an_install_an_upgrade_and_an_uninstall_are_seen_after_a_refresh(plugin_site: Site) -> None:
    with plugin_site.in_use() as environment:
        root = Registry("activation")
        assert "extra.Swish" not in root
        plugin_site.install("acts-extra", {f"{GROUP}.extra": {"Swish": "a:Swish"}})
        environment.refresh()
        assert root.resolve("extra.Swish").provider.version == "0.1.0"
        plugin_site.uninstall("acts-extra")
        plugin_site.install("acts-extra", {f"{GROUP}.extra": {"Swish": "a:New"}}, version="0.2.0")
        environment.refresh()
        assert root.resolve("extra.Swish")[1] == "a:New"
        assert root.resolve("extra.Swish").provider.version == "0.2.0"
        extra = root.children["extra"]
        plugin_site.uninstall("acts-extra")
        environment.refresh()
        assert (root.entries(), root.children, list(extra)) == ([], {}, [])


def test_registries_ask_the_environment_in_use_and_the_one_before_afterwards(
    tmp_path: Path,
) -> None:
    outer, inner = Site(tmp_path / "outer"), Site(tmp_path / "inner")
    outer.install("acts-outer", {GROUP: {"Outer": "acts_outer:Outer"}})
    inner.install("acts-inner", {f"{GROUP}.extra": {"Inner": "collections:Counter"}})
    root = Registry("activation")
    with outer.in_use() as first:
        assert list(root) == ["Outer"]
        with inner.in_use() as second:
            assert current_environment() is second
            assert [entry.key for entry in root.entries()] == ["extra.Inner"]
            assert root.get("extra.Inner") is not None
        assert current_environment() is first
        assert [entry.key for entry in root.entries()] == ["Outer"]
        assert root.get("extra.Inner") is None
        assert root.children == {}


def test_the_environment_before_is_put_back_where_the_block_raises() -> None:
    before = current_environment()
    with (
        pytest.raises(ValueError, match="^inside$"),
        use_environment(Environment([], variables={})),
    ):
        raise ValueError("inside")
    assert current_environment() is before


COUNTING = """
    from registry_core import hookimpl
    ASKED = []
    @hookimpl
    def registry_core_entries(registry):
        ASKED.append(registry)
        return []
"""


def test_registering_between_lookups_does_not_tabulate_what_is_installed_again(
    plugin_site: Site,
) -> None:
    rows = {"registry_core.hooks": {"acme.found": "acts_counting"}}
    plugin_site.install("acts-counting", rows, {"acts_counting.py": COUNTING})
    with plugin_site.in_use() as environment:
        registry = Registry("found", group="acme.found", scope="acme")
        for number in range(3):
            registry.register_module(f"name{number}", module=dict)
            assert registry.get(f"name{number}") is dict
            assert len(registry.entries()) == number + 1
        asked = import_module("acts_counting").ASKED
        assert asked == ["acme.found"]
        environment.refresh()
        assert len(registry.entries()) == 3
        assert asked == ["acme.found"] * 2
