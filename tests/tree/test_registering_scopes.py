"""Scopes that code makes: the tree, the scope's name where none is given, and the mapping."""

import copy
import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fresh_process import run_python

from registry_core import EntryNotFound, Registry, build_from_cfg
from registry_core.testing import Site


@pytest.fixture
def activation() -> Registry[Any]:
    return Registry("activation", scope="acts")


class Swish: ...


class Mish: ...


class Catalog(Registry[Any]):
    """A registry with an attribute of its own."""

    def __init__(self, name: str, *, author: str = "nobody", **options: Any) -> None:
        super().__init__(name, **options)
        self.author = author


def test_a_root_knows_its_name_group_and_scope(activation: Registry[Any]) -> None:
    assert (activation.name, activation.scope) == ("activation", "acts")
    assert activation.group == "registry_core.activation"
    assert activation.parent is None
    assert activation.root is activation
    assert activation.children == {}
    assert activation.build_func is build_from_cfg


def test_a_child_is_a_scope_of_its_parents_tree(activation: Registry[Any]) -> None:
    extra = Registry("more activations", parent=activation, scope="extra")
    gated = Registry("gates", parent=extra, scope="gated")
    assert (extra.name, extra.scope, extra.group) == (
        "more activations",
        "extra",
        "registry_core.activation",
    )
    assert gated.parent is extra
    assert gated.root is extra.root is activation
    assert activation.children == {"extra": extra}
    assert extra.children == {"gated": gated}
    gated.register_module(module=Swish)
    assert activation["extra.gated.Swish"] is Swish
    assert activation.resolve("extra.gated.Swish").scope == "extra.gated"


@pytest.mark.parametrize(("root", "child"), [(Registry, Catalog), (Catalog, Registry)])
def test_relatives_are_the_objects_that_code_made_whatever_their_classes(
    root: type[Registry[Any]], child: type[Registry[Any]]
) -> None:
    activation = root("activation", scope="acts")
    extra = child("activation", parent=activation, scope="extra")
    assert extra.parent is activation
    assert extra.root is activation
    assert activation.children["extra"] is extra
    assert type(extra.root) is root
    assert type(activation.children["extra"]) is child


def test_the_representation_shows_what_is_in_the_registry(activation: Registry[Any]) -> None:
    empty = "<Registry 'activation' scope='acts' group='registry_core.activation': empty>"
    assert repr(activation) == empty
    extra = Registry("activation", parent=activation, scope="extra")
    gated = Registry("activation", parent=extra, scope="gated")
    activation.register_module(module=Swish)
    activation.register_module(module=Mish)
    assert repr(activation) == (
        "<Registry 'activation' scope='acts' group='registry_core.activation': "
        "Mish, Swish; scopes: extra, extra.gated>"
    )
    assert "scope='extra.gated'" in repr(gated)
    for number in range(10):
        gated.register_module(name=f"gate{number}", module=Swish)
    assert "gate0, gate1, gate2, gate3, gate4, gate5, ... 10 in all>" in repr(gated)


FACTORY = {
    "toolkit/__init__.py": """
        from registry_core import Registry

        class ToolRegistry(Registry):
            def __init__(self, name, **options):
                super().__init__(name, **options)

        class DeepRegistry(ToolRegistry):
            def __init__(self, *args, **options):
                super().__init__(*args, **options)

        class PlainRegistry(Registry):
            pass
    """,
    "acme/__init__.py": "",
    "acme/models/__init__.py": "",
    "acme/models/registry.py": """
        from registry_core import Registry
        from toolkit import DeepRegistry, PlainRegistry, ToolRegistry

        class Task:
            IN_A_CLASS = Registry("in a class")

            def __init__(self):
                self.in_init = Registry("in an __init__")

        def in_a_function():
            return Registry("in a function")

        DIRECT = Registry("direct")
        TYPED = Registry[type]("typed")
        CHILD = Registry("child", parent=Registry("root", scope="other"))
        PLAIN = PlainRegistry("plain")
        TOOL = ToolRegistry("tool")
        DEEP = DeepRegistry("deep")
        IN_A_CLASS = Task.IN_A_CLASS
        IN_INIT = Task().in_init
        IN_A_FUNCTION = in_a_function()
        IN_A_LIST = [Registry(name) for name in ("one", "two")][0]
    """,
}


@pytest.mark.parametrize(
    "made",
    [
        "DIRECT",
        "TYPED",
        "CHILD",
        "PLAIN",
        "TOOL",
        "DEEP",
        "IN_A_CLASS",
        "IN_INIT",
        "IN_A_FUNCTION",
        "IN_A_LIST",
    ],
)
def test_without_a_scope_the_calling_package_is_the_scope(plugin_site: Site, made: str) -> None:
    plugin_site.install("acme", "", FACTORY)
    with plugin_site.in_use():
        module = importlib.import_module("acme.models.registry")
        assert getattr(module, made).scope == "acme"


def test_in_a_script_the_scope_is_main(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from registry_core import Registry\n"
        "MODELS = Registry('model')\n"
        "print(MODELS.scope, Registry('model', parent=MODELS).scope)\n"
    )
    finished = run_python("-W", "error", script.name, cwd=tmp_path)
    assert (finished.stdout, finished.stderr) == ("__main__ __main__\n", "")


def test_a_scope_made_in_code_may_have_any_name(activation: Registry[Any]) -> None:
    dashed = Registry("activation", parent=activation, scope="my-scope")
    dashed.register_module(module=Swish)
    assert activation["my-scope.Swish"] is Swish
    assert activation.children == {"my-scope": dashed}


def test_length_and_iteration_count_one_scope(activation: Registry[Any]) -> None:
    extra = Registry("activation", parent=activation, scope="extra")
    activation.register_module(module=Swish)
    extra.register_module(module=Mish)
    extra.register_module(name="A", module=Mish)
    assert (len(activation), list(activation)) == (1, ["Swish"])
    assert (len(extra), list(extra)) == (2, ["A", "Mish"])


def test_a_registry_has_the_methods_of_a_read_only_mapping(activation: Registry[Any]) -> None:
    activation.register_module(module=Swish)
    activation.register_module(module=Mish)
    assert list(activation.keys()) == ["Mish", "Swish"]
    assert list(activation.values()) == [Mish, Swish]
    assert list(activation.items()) == [("Mish", Mish), ("Swish", Swish)]
    assert dict(activation) == {**activation} == {"Mish": Mish, "Swish": Swish}
    assert activation.get("Nope") is None
    assert activation.get("Nope", Swish) is Swish
    assert "Swish" in activation
    assert "Swish" in activation.keys()  # noqa: SIM118 - the view is what is tested
    assert Mish in activation.values()
    assert 5 not in activation


def test_the_mapping_holds_what_is_discovered_too(plugin_site: Site) -> None:
    plugin_site.install(
        "acts-more", {"registry_core.activation": {"Mish": "acts_more:Mish"}}, {"acts_more.py": ""}
    )
    with plugin_site.in_use():
        activation: Registry = Registry("activation", scope="acts")
        activation.register_module(module=Swish)
        assert list(activation) == list(activation.keys()) == ["Mish", "Swish"]
        assert len(activation) == len(activation.keys()) == 2
        assert "acts_more" not in sys.modules


def test_a_missing_key_is_a_key_error_with_the_close_matches(activation: Registry[Any]) -> None:
    activation.register_module(module=Swish)
    with pytest.raises(KeyError) as missing:
        activation["Swihs"]
    assert isinstance(missing.value, EntryNotFound)
    assert str(missing.value) == (
        "'Swihs' is not in the registry 'registry_core.activation' "
        "(scopes tried: the root 'acts'); did you mean 'Swish'?"
    )


def test_registries_compare_and_hash_by_identity(activation: Registry[Any]) -> None:
    twin = Registry("activation", scope="acts")
    assert activation == activation  # noqa: PLR0124 - identity is what is tested
    assert activation != twin
    assert len({activation, twin, activation}) == 2
    assert not isinstance(activation, Mapping)


def test_a_copy_of_a_registry_is_the_registry(activation: Registry[Any]) -> None:
    assert copy.copy(activation) is activation
    assert copy.deepcopy({"registry": activation})["registry"] is activation


def test_two_registries_of_one_name_share_nothing_that_code_registers(
    activation: Registry[Any],
) -> None:
    twin: Registry = Registry("activation", scope="acts")
    activation.register_module(module=Swish)
    assert twin.group == activation.group
    assert "Swish" not in twin


def test_a_discovered_scope_becomes_the_one_that_code_makes(plugin_site: Site) -> None:
    plugin_site.install(
        "acts-extra",
        {"registry_core.activation.extra": {"Swish": "acts_extra:Swish"}},
        {"acts_extra.py": "class Swish: ..."},
    )
    with plugin_site.in_use():
        activation: Registry = Registry("activation", scope="acts")
        before = activation.children["extra"]
        extra = Registry("activation", parent=activation, scope="extra")
        assert activation.children["extra"] is extra
        extra.register_module(module=Mish)
        assert list(before) == list(extra) == ["Mish", "Swish"]
        assert before["Swish"] is extra["Swish"]


def test_the_root_lives_on_in_its_children() -> None:
    extra = Registry("activation", parent=Registry("activation", scope="acts"), scope="extra")
    root = extra.root
    root.register_module(module=Swish)
    assert extra["Swish"] is Swish
    assert extra.parent is root


def test_a_handle_on_a_scope_that_was_blocked_away_follows_its_new_owner(plugin_site: Site) -> None:
    plugin_site.install("acts", {"registry_core.gone.extra": {"X": "collections:Counter"}})
    with plugin_site.in_use() as environment:
        registry: Registry[Any] = Registry("gone", scope="r")
        before = registry.children["extra"]
        environment.block("acts")
        assert registry.children == {}
        owned: Registry[Any] = Registry("gone", parent=registry, scope="extra")
        owned.register_module("Y", module=dict)
        assert before["Y"] is owned["Y"] is dict


def test_no_name_fakes_or_floods_a_terminal_or_breaks_a_print(activation: Registry[Any]) -> None:
    for name in ("\udcff", "\x1b[2J", "x" * 9000):
        activation.register_module(name, module=dict)
    Registry("other", parent=activation, scope="\udcfe")
    shown = repr(activation)
    assert r"\x1b[2J, " in shown
    assert r"\udcff" in shown
    assert r"scopes: \udcfe" in shown
    assert shown.isprintable()
    assert len(shown) < 2000
