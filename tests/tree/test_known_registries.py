"""Configs that name registries of frameworks which nobody has imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from registry_core import ConfigHint, Registry
from registry_core.config import check_config, schema
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from registry_core.testing import Site

jsonschema = pytest.importorskip("jsonschema")

FRAMEWORK = """
    from registry_core import Registry
    TEA = Registry("tea", group="teahouse.tea", scope="teahouse")
    POT = Registry("pot", group="teahouse.pot", scope=input())
    @TEA.register_module()
    class Black:
        def __init__(self, minutes: int): ...
    raise SystemExit("imported")
"""
CUPS = """
    from registry_core import Registry
    CUP = Registry("cup", group="cups.cup", scope="cups")
    for each in ():
        CUP.register_module(module=each)
    raise SystemExit("imported")
"""
KINDS = """
    class Green:
        def __init__(self, grams: float): ...
    class Cup:
        def __init__(self, size: int = 1): ...
    raise SystemExit("imported")
"""


@pytest.fixture
def teahouse(plugin_site: Site) -> Site:
    owned = {f"teahouse.{name}": f"teahouse:{name.upper()}" for name in ("tea", "pot")}
    groups = {
        "registry_core.registries": owned,
        "teahouse.tea": {"Green": "teahouse_kinds:Green"},
    }
    cups = {"registry_core.registries": {"cups.cup": "cups:CUP"}}
    cups["cups.cup"] = {"Cup": "teahouse_kinds:Cup"}
    plugin_site.install("cups", cups, {"cups.py": CUPS})
    modules = {"teahouse.py": FRAMEWORK, "teahouse_kinds.py": KINDS}
    plugin_site.install("teahouse", groups, modules)
    return plugin_site


CONFIGS: list[tuple[dict[str, Any], list[str]]] = [
    ({"_registry_": "teahouse.tea", "type": "Green", "grams": 3}, []),
    ({"_registry_": "tea", "type": "Green", "grams": "3"}, ["WrongType"]),
    ({"_registry_": "tea", "type": "Gren"}, ["EntryNotFound"]),
    # What the framework registers by decorator.
    ({"_registry_": "tea", "type": "Black", "minutes": 3}, []),
    ({"_registry_": "tea", "type": "teahouse.Black", "minutes": None}, ["WrongType"]),
    ({"_registry_": "tea", "type": "Black", "seconds": 3, "minutes": 3}, ["ArgumentError"]),
    # Inside, the same registry is asked.
    ({"_registry_": "tea", "type": "Green", "grams": {"type": "Black"}}, ["ArgumentError"]),
    ({"_registry_": "cup", "type": "Cup", "size": "large"}, ["WrongType"]),
    # It may register more than source tells.
    ({"_registry_": "cup", "type": "Mug"}, ["ConfigHint"]),
    ({"_registry_": "pot", "type": "Any"}, ["ConfigHint"]),
]


@pytest.mark.parametrize(("part", "kinds"), CONFIGS, ids=str)
def test_parts_of_other_registries_are_judged_and_nothing_is_imported(
    teahouse: Site, part: dict[str, Any], kinds: list[str]
) -> None:
    with teahouse.in_use():
        table: Registry[Any] = Registry("table", scope="acme")
        table.register_module("Table", module=dict)
        cfg = {"type": "Table", "on": [part]}
        found = check_config(cfg, table, recursive=True)
        checks = jsonschema.Draft202012Validator(schema(table, recursive=True))
        assert not {"teahouse", "teahouse_kinds", "cups"} & sys.modules.keys()
    assert [type(each).__name__ for each in found] == kinds
    assert checks.is_valid(cfg) is all(each.severity != "error" for each in found)


def test_a_registry_that_source_does_not_tell_is_hinted_at(teahouse: Site) -> None:
    with teahouse.in_use(), pytest.raises(ConfigHint) as hint:
        KnownRegistries().view("pot")
    assert str(hint.value) == (
        "source does not tell what the registry 'pot' is; "
        "what it builds is judged with load=True alone"
    )


def test_what_a_framework_registers_is_its_distributions(teahouse: Site) -> None:
    with teahouse.in_use():
        tea = KnownRegistries().view("tea")
        entries = {entry.key: (entry.target, str(entry.provider)) for entry in tea.entries()}
    assert entries == {
        "Black": ("teahouse:Black", "teahouse 0.1.0"),
        "Green": ("teahouse_kinds:Green", "teahouse 0.1.0"),
    }


def test_a_name_that_code_may_register_is_no_error(teahouse: Site) -> None:
    with teahouse.in_use():
        (hint,) = check_config(
            {"type": "Table", "on": {"_registry_": "cup", "type": "Mug"}}, _table(), recursive=True
        )
    assert hint.config_path == "on"
    assert "'Mug' is not in the registry 'cups.cup'" in str(hint)
    assert "its framework registers more than source tells; judge it with load=True" in str(hint)


def _table() -> Registry[Any]:
    table: Registry[Any] = Registry("table known", scope="acme")
    table.register_module("Table", module=dict)
    return table
