"""Names that a module of a framework registers, which is not imported with the registry."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from registry_core import (
    ArgumentError,
    ConfigHint,
    EntryNotFound,
    Registry,
    installed_registry,
)
from registry_core.config import check_config
from registry_core.query import listing
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from registry_core.testing import Site

HOME = 'from registry_core import Registry\nR = Registry("dish", group="inn.dish", scope="inn"{})\n'
SOUP = "from inn import R\n@R.register_module()\nclass Soup:\n    def __init__(self, n=1): ...\n"
OWNED = {"registry_core.registries": {"inn.dish": "inn:R"}}
WAYS = (
    "inn.meals registers it: where importing inn does not import that, import it first "
    "(--import inn.meals), or name it in the locations of the registry"
)


def test_what_a_module_registers_that_nothing_imports_is_listed_with_a_warning(
    plugin_site: Site,
) -> None:
    modules = {"inn/__init__.py": HOME.format(""), "inn/meals.py": SOUP}
    modules["inn/tests/test_inn.py"] = SOUP.replace("Soup", "Stew")
    plugin_site.install("inn", OWNED, modules)
    with plugin_site.in_use():
        rows = [(row.entry.key, row.entry.address, row.status) for row in listing("inn.dish").rows]
        assert rows == [("Soup", "inn.meals:Soup", "not imported")]
        config = {"_registry_": "inn.dish", "type": "Soup"}
        table: Registry[Any] = Registry("table", scope="acme")
        (found,) = check_config([config], table, recursive=True)
        assert isinstance(found, ConfigHint)
        assert (found.severity, found.code, found.config_path) == (
            "warning",
            "not-imported",
            "[0].type",
        )
        assert str(found) == (
            "in the config at [0].type: inn.meals registers 'Soup', and importing the registry "
            "does not import that module: a build may not find it; import it first "
            "(--import inn.meals), or name it in the registry's locations"
        )
        kinds = [type(each) for each in check_config([{**config, "m": 2}], table, recursive=True)]
        assert kinds == [ArgumentError, ConfigHint]
        (found,) = check_config([config], table, recursive=True, load=True)
        assert isinstance(found, EntryNotFound)
        assert WAYS in str(found)
        with pytest.raises(EntryNotFound) as refused:
            installed_registry("inn.dish").build({"type": "Soup"})
        assert WAYS in str(refused.value)
        __import__("inn.meals")
        assert type(installed_registry("inn.dish").build({"type": "Soup"})).__name__ == "Soup"
        assert check_config([config], table, recursive=True) == []


def test_two_modules_that_disagree_about_a_name_are_not_believed(plugin_site: Site) -> None:
    modules = {"inn/__init__.py": HOME.format(""), "inn/meals.py": SOUP, "inn/more.py": SOUP}
    plugin_site.install("inn", OWNED, modules)
    with plugin_site.in_use():
        assert listing("inn.dish").rows == ()


def test_what_is_declared_counts_and_not_what_such_a_module_would_register(
    plugin_site: Site,
) -> None:
    modules = {"inn/__init__.py": HOME.format(""), "inn/meals.py": SOUP}
    modules["inn/old.py"] = "class Soup:\n    def __init__(self, size=1): ...\n"
    plugin_site.install("inn", {**OWNED, "inn.dish": {"Soup": "inn.old:Soup"}}, modules)
    with plugin_site.in_use():
        config = {"_registry_": "inn.dish", "type": "Soup", "size": 2}
        assert check_config([config], Registry("table", scope="acme"), recursive=True) == []
        read = KnownRegistries().owned("inn.dish")
        assert read is not None
        assert read.resolve("Soup").target == "inn.old:Soup"


def test_a_location_that_failed_is_told_alone(plugin_site: Site) -> None:
    home = HOME.format(', locations=["inn.meals"]')
    modules = {"inn/__init__.py": home, "inn/meals.py": f"{SOUP}raise OSError('no soup')\n"}
    plugin_site.install("inn", OWNED, modules)
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as refused:
        installed_registry("inn.dish").build({"type": "Soup"})
    assert "importing the location 'inn.meals' failed: OSError: no soup" in str(refused.value)
    assert "registers it" not in str(refused.value)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_that_lead_back_are_followed_once(plugin_site: Site) -> None:
    modules = {"inn/__init__.py": HOME.format(""), "inn/meals/__init__.py": SOUP}
    plugin_site.install("inn", OWNED, modules)
    for name in ("back", "again"):
        (plugin_site.folder / "inn" / "meals" / name).symlink_to("..")
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as refused:
        _ = installed_registry("inn.dish")["Soup"]
    assert WAYS in str(refused.value)


@pytest.mark.parametrize("name", ["Stew", "other.Soup", "S", "inn", "\ud800", "So\ud800"])
def test_a_name_that_no_module_registers_is_told_nothing_of_it(
    plugin_site: Site, name: str
) -> None:
    other = HOME.format("").replace("R = ", "O = ").replace("inn.dish", "inn.other")
    modules = {"inn/__init__.py": HOME.format(""), "inn/meals.py": SOUP}
    modules["inn/stew.py"] = f"{other}@O.register_module()\nclass Stew: ...\n"
    plugin_site.install("inn", OWNED, modules)
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as refused:
        _ = installed_registry("inn.dish")[name]
    assert "registers it" not in str(refused.value)
