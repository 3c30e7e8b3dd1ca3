"""What source tells of a registry, compared with what importing its framework makes."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from registry_core import RegistryError, installed_registry
from registry_core.testing import Site
from registry_core.tree import framework_source
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from pathlib import Path

MADE = 'from registry_core import Registry\nR = Registry("dish", group="inn.dish", scope="inn"{})\n'
HOME = MADE.format("")
PLACED = MADE.format(', locations=["inn.meals"]')
DISH = "from inn import R\n@R.register_module()\nclass Soup: ...\n"
CLASSES = "class Soup: ...\nclass Stew: ...\n"

# The files, by their paths below the package `inn` or beside it; whether source tells all.
CASES: dict[str, tuple[dict[str, str], bool]] = {
    "a registry that is imported from where it is made": (
        {
            "inn/__init__.py": "from .made import R\nfrom . import meals",
            "inn/made.py": HOME,
            "inn/meals.py": DISH,
        },
        True,
    ),
    "arguments in a mapping": (
        {"inn/__init__.py": f'{HOME}@R.register_module(**{{"name": "x"}})\nclass Soup: ...'},
        False,
    ),
    "a class whose name is given to another": (
        {
            "inn/__init__.py": f'{HOME}@R.register_module("a")\nclass Soup: ...\n'
            '@R.register_module("b")\nclass Soup: ...'
        },
        False,
    ),
    "a class that is deleted": (
        {"inn/__init__.py": f"{HOME}@R.register_module()\nclass Soup: ...\ndel Soup"},
        False,
    ),
    "a registry whose name is given to another": (
        {
            "inn/__init__.py": 'from registry_core import Registry\nR = Registry("other")\n'
            f"@R.register_module()\nclass Stew: ...\n{HOME}"
        },
        False,
    ),
    "two by force": (
        {
            "inn/__init__.py": f'{HOME}{CLASSES}R.register_module("a", True, Soup)\n'
            'R.register_module("a", True, Stew)'
        },
        True,
    ),
    "force that is computed": (
        {
            "inn/__init__.py": f'{HOME}{CLASSES}R.register_module("a", module=Soup)\n'
            'R.register_module("a", bool(1), Stew)'
        },
        False,
    ),
    "a block that ends early": (
        {
            "inn/__init__.py": f"{HOME}from contextlib import suppress\n"
            "with suppress(ImportError):\n    import missing_inn\n"
            "    R.register_module(module=int)"
        },
        False,
    ),
    "a loop that leaves one out": (
        {
            "inn/__init__.py": f"{HOME}{CLASSES}for each in (Soup, Stew):\n"
            "    if each is Soup:\n        continue\n    R.register_module(module=each)"
        },
        False,
    ),
    "an import with a fallback": (
        {
            "inn/__init__.py": f"{HOME}try:\n    from inn.fast import Soup\nexcept ImportError:\n"
            "    from inn.slow import Soup\nR.register_module(module=Soup)",
            "inn/fast.py": CLASSES,
            "inn/slow.py": CLASSES,
        },
        True,
    ),
    "a decorator that gives another name": (
        {
            "inn/__init__.py": f"{HOME}def other(found):\n    def inner(*args, **more):\n"
            "        return found(*args, **more)\n    return inner\n"
            "@R.register_module()\n@other\ndef soup(): ..."
        },
        False,
    ),
    "a decorator that keeps the name": (
        {
            "inn/__init__.py": f"{HOME}from functools import wraps\ndef other(found):\n"
            "    @wraps(found)\n    def inner(*args, **more):\n"
            "        return found(*args, **more)\n"
            "    return inner\n@R.register_module()\n@other\ndef soup(): ..."
        },
        True,
    ),
    "a builtin under an older name": (
        {"inn/__init__.py": f"{HOME}R.register_module(module=IOError)"},
        True,
    ),
    "an extension module's class": (
        {"inn/__init__.py": f"{HOME}from _struct import Struct\nR.register_module(module=Struct)"},
        False,
    ),
    "two on one line": (
        {
            "inn/__init__.py": f"{HOME}{CLASSES}R.register_module(module=Soup); "
            "[R.register_module(module=each) for each in (Stew,)]"
        },
        False,
    ),
    "a name that is taken back": (
        {
            "inn/__init__.py": f"{HOME}{CLASSES}R.register_module('a')(Soup)\n"
            "R.unregister('b') if 0 else 0"
        },
        False,
    ),
    "modules that are imported by computed names": (
        {
            "inn/__init__.py": PLACED,
            "inn/meals/__init__.py": "import importlib\nfor name in ('hot',):\n"
            "    importlib.import_module(f'{__name__}.{name}')",
            "inn/meals/hot.py": DISH,
        },
        False,
    ),
    "a module that is imported by its dotted name": (
        {
            "inn/__init__.py": PLACED,
            "inn/meals/__init__.py": "import inn.meals.hot",
            "inn/meals/hot.py": DISH,
        },
        True,
    ),
    "what the packages above import": (
        {
            "inn/__init__.py": "from inn.made import R\nimport inn.more",
            "inn/made.py": MADE.format(', locations=["inn.meals.hot"]'),
            "inn/meals/__init__.py": "from . import cold",
            "inn/meals/hot.py": DISH,
            "inn/meals/cold.py": DISH.replace("Soup", "Stew"),
            "inn/more.py": DISH.replace("Soup", "Bread"),
        },
        True,
    ),
    "an import in a function that is called": (
        {
            "inn/__init__.py": PLACED,
            "inn/meals/__init__.py": "def load():\n    from . import hot\nload()",
            "inn/meals/hot.py": DISH,
        },
        False,
    ),
    "an import that is tried": (
        {
            "inn/__init__.py": PLACED,
            "inn/meals/__init__.py": "try:\n    from . import hot\nexcept ImportError: ...",
            "inn/meals/hot.py": f"import missing_inn\n{DISH}",
        },
        False,
    ),
    "two packages of one distribution": (
        {"inn/__init__.py": f"{HOME}import inn_meals", "inn_meals/__init__.py": DISH},
        True,
    ),
    "a folder without __init__": (
        {"inn/__init__.py": f"{HOME}import inn.meals.hot", "inn/meals/hot.py": DISH},
        True,
    ),
    "a path of scopes": (
        {
            "inn/__init__.py": f'{HOME}C = Registry("c", parent=R, scope="x.y")\n'
            "@C.register_module()\nclass Soup: ..."
        },
        False,
    ),
    "a name that is unregistered": (
        {"inn/__init__.py": f"{HOME}@R.register_module()\nclass Soup: ...\nR.unregister('Soup')"},
        False,
    ),
    "an item of module_dict": (
        {"inn/__init__.py": f"{HOME}{CLASSES}R.module_dict['Soup'] = Soup"},
        False,
    ),
    "items that module_dict is updated with": (
        {"inn/__init__.py": f"{HOME}{CLASSES}R.module_dict.update(Soup=Soup)"},
        False,
    ),
    "a look into module_dict": (
        {"inn/__init__.py": f"{HOME}{CLASSES}if 'Soup' in R.module_dict: print(R.module_dict)"},
        True,
    ),
    "modules that nothing imports": (
        {
            "inn/__init__.py": HOME,
            "inn/meals.py": DISH,
            "inn/tests/test_inn.py": DISH.replace("Soup", "Stew"),
            "inn_more.py": DISH.replace("Soup", "Bread"),
        },
        True,
    ),
    "the locations of a scope": (
        {
            "inn/__init__.py": f"{HOME}"
            'HOT = Registry("hot", parent=R, scope="hot", locations=["inn.meals"])',
            "inn/meals.py": "from inn import HOT\n@HOT.register_module()\nclass Soup: ...",
        },
        True,
    ),
    "the locations of a scope that a location makes": (
        {
            "inn/__init__.py": PLACED,
            "inn/meals.py": "from inn import R\nfrom registry_core import Registry\n"
            'HOT = Registry("hot", parent=R, scope="hot", locations=["inn.hot"])',
            "inn/hot.py": "from inn.meals import HOT\n@HOT.register_module()\nclass Soup: ...",
        },
        True,
    ),
    "an import beyond the top": (
        {
            "inn/__init__.py": f"{HOME}@R.register_module()\nclass Soup: ...",
            "inn/b.py": "from ..json import decoder as register",
        },
        True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_source_tells_no_name_and_no_target_that_an_import_does_not_make(
    plugin_site: Site, name: str
) -> None:
    modules, is_all = CASES[name]
    plugin_site.install("inn", {"registry_core.registries": {"inn.dish": "inn:R"}}, modules)
    with plugin_site.in_use():
        known = KnownRegistries()
        read = known.owned("inn.dish")
        assert read is not None
        told = {entry.key: entry.target for entry in read.entries()}
        for unimported in known.unimported["inn.dish"]:
            del told[unimported]
        made = installed_registry("inn.dish").entries()
        targets = {entry.key: entry.target for entry in made}
    assert ("inn.dish" not in known.unsure) is is_all
    assert told.keys() <= targets.keys()
    if is_all:
        assert told.keys() == targets.keys()


def test_the_name_of_several_imports_is_looked_up_where_it_is_used(plugin_site: Site) -> None:
    modules, _ = CASES["an import with a fallback"]
    plugin_site.install("inn", {"registry_core.registries": {"inn.dish": "inn:R"}}, modules)
    with plugin_site.in_use():
        read = KnownRegistries().owned("inn.dish")
        assert read is not None
        assert read.resolve("Soup").target == "inn:Soup"


def test_of_several_by_force_the_last_is_told(plugin_site: Site) -> None:
    modules, _ = CASES["two by force"]
    plugin_site.install("inn", {"registry_core.registries": {"inn.dish": "inn:R"}}, modules)
    with plugin_site.in_use():
        read = KnownRegistries().owned("inn.dish")
        assert read is not None
        assert read.resolve("a").target == "inn:Stew"


def test_a_framework_of_more_modules_than_are_read_is_not_told_whole(
    plugin_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framework_source, "_MOST_MODULES", 3)
    imports = "".join(f"import inn.m{n}\n" for n in range(4))
    modules = {"inn/__init__.py": HOME + imports, **{f"inn/m{n}.py": "" for n in range(4)}}
    plugin_site.install("inn", {"registry_core.registries": {"inn.dish": "inn:R"}}, modules)
    with plugin_site.in_use():
        known = KnownRegistries()
        assert known.owned("inn.dish") is not None
        assert known.unsure == {"inn.dish"}


def test_a_registry_whose_making_fails_is_not_told(plugin_site: Site) -> None:
    text = 'from registry_core import Registry\nR = Registry("", group="inn.dish", scope="inn")'
    plugin_site.install(
        "inn", {"registry_core.registries": {"inn.dish": "inn:R"}}, {"inn/__init__.py": text}
    )
    with plugin_site.in_use():
        assert KnownRegistries().owned("inn.dish") is None
        with pytest.raises(RegistryError, match="it is empty"):
            installed_registry("inn.dish")


def test_what_a_plugin_registers_by_decorator_in_a_shared_namespace_is_not_the_owners(
    plugin_site: Site,
) -> None:
    owned = {"registry_core.registries": {"inn.dish": "inns.kitchen:R"}}
    modules = {"inns/kitchen/__init__.py": f"{HOME}from . import soup"}
    modules["inns/kitchen/soup.py"] = DISH.replace("from inn ", "from inns.kitchen ")
    plugin_site.install("inn", owned, modules)
    plugged = DISH.replace("from inn ", "from inns.kitchen ").replace("Soup", "Stew")
    plugin_site.install("inn-more", {}, {"inns/more/__init__.py": plugged})
    with plugin_site.in_use():
        read = KnownRegistries().owned("inn.dish")
        assert read is not None
        told = list(read)
        assert told == list(installed_registry("inn.dish")) == ["Soup"]


def test_a_framework_in_an_archive_is_read(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    archive = site.folder / "inn.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("inn/__init__.py", f"{HOME}from inn.meals import hot")
        written.writestr("inn/meals/__init__.py", "")
        written.writestr("inn/meals/hot.py", DISH)
    site.install("inn", {"registry_core.registries": {"inn.dish": "inn:R"}})
    sys.path.insert(0, str(archive))
    try:
        with site.in_use():
            known = KnownRegistries()
            read = known.owned("inn.dish")
            assert read is not None
            assert {each.key: each.target for each in read.entries()} == {
                "Soup": "inn.meals.hot:Soup"
            }
            assert not known.unsure
    finally:
        sys.path.remove(str(archive))
