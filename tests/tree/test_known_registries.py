"""Configs that name registries of frameworks which nobody has imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from registry_core import ConfigHint, Policy, Registry, RegistryNotFound
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
        "what it builds is judged only with load=True"
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


BAKERY = {
    "bakehouse/__init__.py": "raise SystemExit('imported')",
    "bakehouse/registry.py": """
        from registry_core import Registry
        from bakehouse.kinds import Bread
        BREAD = Registry("bread", group="bakehouse.bread", scope="bakehouse", base=Bread,
                         type_key="kind", locations=["bakehouse.breads"])
        DARK = Registry("bread", parent=BREAD, scope="dark")
        OPEN = Registry("open", group="bakehouse.open", scope="bakehouse", base=input())
    """,
    "bakehouse/kinds.py": "class Bread: ...",
    "bakehouse/breads/__init__.py": "from . import wheat\nfrom bakehouse.breads.rye import Rye",
    "bakehouse/breads/wheat.py": """
        from bakehouse.registry import BREAD
        from bakehouse.kinds import Bread
        @BREAD.register_module(name=["white", "toast"], metadata={"flour": "wheat"})
        class White(Bread):
            def __init__(self, slices: int = 1): ...
        @BREAD.register_module()
        class Brick: ...
        @BREAD.register_module()
        class Taken(Bread): ...
    """,
    "bakehouse/breads/rye.py": """
        from bakehouse.registry import DARK
        from bakehouse.kinds import Bread
        @DARK.register_module()
        class Rye(Bread): ...
    """,
    # Nothing imports it.
    "bakehouse/unused.py": """
        from bakehouse.registry import BREAD
        @BREAD.register_module()
        class Unused: ...
    """,
}


@pytest.fixture
def bakehouse(plugin_site: Site) -> Site:
    owned = {
        f"bakehouse.{name}": f"bakehouse.registry:{name.upper()}" for name in ("bread", "open")
    }
    plugin_site.install("bakehouse", {"registry_core.registries": owned}, BAKERY, version="2")
    rows = {"Taken": "elsewhere:Taken", "Bun": "elsewhere:Bun"}
    modules = {"elsewhere.py": "from bakehouse.kinds import Bread\nclass Bun(Bread): ..."}
    plugin_site.install("elsewhere", {"bakehouse.bread": rows}, modules)
    return plugin_site


def test_what_its_locations_import_is_listed_with_scopes_and_metadata(bakehouse: Site) -> None:
    with bakehouse.in_use():
        bread = KnownRegistries().view("bread")
        entries = {entry.key: entry for entry in bread.entries()}
        assert "bakehouse" not in sys.modules
    assert {key: entry.target for key, entry in entries.items()} == {
        "Brick": "bakehouse.breads.wheat:Brick",
        "Bun": "elsewhere:Bun",
        # The owner's code wins over what a plugin declares.
        "Taken": "bakehouse.breads.wheat:Taken",
        "dark.Rye": "bakehouse.breads.rye:Rye",
        "toast": "bakehouse.breads.wheat:White",
        "white": "bakehouse.breads.wheat:White",
    }
    assert entries["toast"].metadata == {"flour": "wheat"}
    assert str(entries["dark.Rye"].provider) == "bakehouse 2"


def test_a_preference_is_above_what_code_registers(bakehouse: Site) -> None:
    with bakehouse.in_use(policy=Policy.of(prefer=["elsewhere"])):
        assert KnownRegistries().view("bread").resolve("Taken").target == "elsewhere:Taken"


def test_its_base_and_its_word_for_type_are_read(bakehouse: Site) -> None:
    with bakehouse.in_use():
        table = _table()
        parts = [
            {"_registry_": "bread", "kind": name} for name in ("white", "Brick", "dark.Rye", "Rye")
        ]
        found = check_config({"type": "Table", "on": parts}, table, recursive=True)
    kinds = [(each.config_path, type(each).__name__) for each in found]
    assert kinds == [("on[1]", "BaseMismatch"), ("on[3]", "EntryNotFound")]
    assert "'bakehouse.breads.wheat:Brick' is not bakehouse.kinds.Bread" in str(found[0])


def test_a_computed_base_is_a_hint(bakehouse: Site) -> None:
    with bakehouse.in_use():
        table = _table()
        cfg = {"type": "Table", "on": [{"_registry_": "open", "type": "None"}]}
        found = check_config(cfg, table, recursive=True)
    hints = [each for each in found if each.severity == "hint"]
    assert [str(each) for each in hints] == [
        "in the config at on[0]: the registry 'bakehouse.open' computes its base as it is "
        "imported; what depends on that is judged with load=True alone"
    ]


def test_what_is_asked_about_need_not_be_owned(teahouse: Site) -> None:
    teahouse.install("shared", {"registry_core.shared": {"A": "shared:A"}})
    with teahouse.in_use():
        known = KnownRegistries()
        assert list(known.asked("shared")) == ["A"]
        assert list(known.asked("tea")) == ["Black", "Green"]
        assert list(known.asked("pot")) == []
        with pytest.raises(RegistryNotFound, match="no registry is named 'tee'; known are"):
            known.asked("tee")
