"""What an error says of a name that is not installed, by the indexes that somebody names."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from fresh_process import python
from wheel_maker import make_wheel

from registry_core import EntryNotFound, Registry, RegistryNotFound
from registry_core.config import check_config
from registry_core.index.file import HEADER
from registry_core.index.known import install
from registry_core.index.making import index_wheels
from registry_core.testing import Site
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Missing = Callable[..., str]

GROUP = "registry_core.plant_known"
NOTES = f'["{GROUP}".renamed]\n"thorny.Dogrose" = {{ to = "thorny.Rose" }}\n'
SOURCE = """
    class Rose:
        def __init__(self, thorns: int, *, colour="red"): ...
    class Wild: ...
    raise SystemExit("imported")
"""


def indexed(folder: Path, name: str, *, version: str = "1.0", known: str = "known.jsonl") -> str:
    """An index that has one distribution, with the registry, two names and a rename."""
    rows = {
        f"{GROUP}.thorny": {"Rose": "roses:Rose", "Wild": "roses:Wild"},
        "registry_core.registries": {"garden.plant_known": "roses:PLANT"},
        "registry_core.notes": {GROUP: "roses"},
    }
    modules = {"roses/__init__.py": SOURCE, "roses/registry.toml": NOTES}
    wheel = make_wheel(folder / known, name, rows, modules, version=version)
    path = str(folder / f"of-{known}")
    index_wheels([str(wheel)], path)
    return path


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


@pytest.fixture
def missing(plugin_site: Site) -> Missing:
    """Asks for a name that nothing has, with these indexes, and gives the message."""

    def ask(key: str, *known: str) -> str:
        with plugin_site.in_use(variables={"REGISTRY_CORE_KNOWN": os.pathsep.join(known)}):
            with pytest.raises(EntryNotFound) as caught:
                Registry("plant_known", scope="garden")[key]
            assert "roses" not in sys.modules
        return str(caught.value)

    return ask


def test_a_miss_ends_in_what_to_install(tmp_path: Path, missing: Missing) -> None:
    known = indexed(tmp_path, "wild-roses")
    assert missing("thorny.Rose", known).endswith(
        "; wild-roses 1.0 has it, and takes thorns: int, colour; pip install wild-roses"
    )
    assert missing("thorny.Wild", known).endswith(
        "; wild-roses 1.0 has it, and takes nothing; pip install wild-roses"
    )
    assert missing("thorny.Dogrose", known).endswith(
        "; wild-roses 1.0 has it as 'thorny.Rose'; pip install wild-roses"
    )


def test_a_name_without_its_scope_is_found(tmp_path: Path, missing: Missing) -> None:
    assert missing("Wild", indexed(tmp_path, "wild-roses")).endswith(
        "; wild-roses 1.0 has 'thorny.Wild', and takes nothing; pip install wild-roses"
    )


def test_what_no_index_has_is_missing_as_ever(tmp_path: Path, missing: Missing) -> None:
    said = missing("thorny.Tulip", indexed(tmp_path, "wild-roses"))
    assert "wild-roses" not in said
    assert "pip install" not in said


def test_indexes_that_disagree_are_both_told(tmp_path: Path, missing: Missing) -> None:
    one = indexed(tmp_path, "wild-roses", known="one.jsonl")
    two = indexed(tmp_path, "tame-roses", known="two.jsonl", version="3")
    said = missing("thorny.Wild", one, two)
    assert f"wild-roses 1.0 has it, and takes nothing ({one})" in said
    assert f"tame-roses 3 has it, and takes nothing ({two})" in said
    assert said.endswith("; pip install wild-roses, or pip install tame-roses")


def test_an_older_version_here_is_to_be_upgraded(
    tmp_path: Path, plugin_site: Site, missing: Missing
) -> None:
    known = indexed(tmp_path, "wild-roses", version="2.0")
    plugin_site.install("Wild.Roses", {GROUP: {"Other": "roses:Wild"}}, version="1.0")
    said = missing("thorny.Rose", known)
    assert "wild-roses 2.0 has it, and takes thorns: int, colour (1.0 is installed)" in said
    assert said.endswith("; pip install --upgrade wild-roses")


def test_of_what_is_installed_an_index_says_nothing(
    tmp_path: Path, plugin_site: Site, missing: Missing
) -> None:
    known = indexed(tmp_path, "wild-roses", version="2.0")
    plugin_site.install("wild-roses", {GROUP: {"Other": "roses:Wild"}}, version="2.0")
    assert "wild-roses" not in missing("thorny.Rose", known)
    plugin_site.uninstall("wild-roses")
    plugin_site.install("wild-roses", {GROUP: {"Other": "roses:Wild"}}, version="2.1")
    said = missing("thorny.Rose", known)
    assert "wild-roses 2.0 has it, and takes thorns: int, colour (2.1 is installed)" in said
    assert "pip install" not in said


def test_an_index_that_cannot_be_used_is_said(tmp_path: Path, missing: Missing) -> None:
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(
        HEADER + b'{"address":"%s.thorny.Rose","group":"%s.thorny",'
        b'"distribution":"--index-url=https://example.org/ x","version":"1"}\n'
        % (GROUP.encode(), GROUP.encode())
    )
    gone = str(tmp_path / "gone.jsonl")
    said = missing("thorny.Rose", str(forged), gone)
    assert f"{gone} is not there (REGISTRY_CORE_KNOWN names it)" in said
    assert "forged.jsonl has a malformed line: '--index-url=https://example.org/ x' is not" in said
    assert "pip" not in said


def test_only_the_name_of_a_project_becomes_a_command() -> None:
    for name in ("-r x", "a b", "a;b", "a\n", "https://example.org", "a@b", "$(a)", "", "ä"):
        assert install(name) == ""
    assert install("A.b_c-d", upgrade=True) == "pip install --upgrade A.b_c-d"


def test_what_terminals_obey_is_escaped(tmp_path: Path, missing: Missing) -> None:
    source = "class Rose:\n    def __init__(self, a: 'x\\x1b[2J' = 1): ...\n"
    rows = {f"{GROUP}.thorny": {"Rose": "roses:Rose"}}
    wheel = make_wheel(tmp_path, "wild-roses", rows, {"roses.py": source})
    index_wheels([str(wheel)], str(tmp_path / "known"))
    said = missing("thorny.Rose", str(tmp_path / "known"))
    assert said.isprintable()
    assert r"takes a: x\x1b[2J; pip install wild-roses" in said


def test_an_index_is_not_even_opened_while_nothing_is_missing(tmp_path: Path, site: Site) -> None:
    site.install("roses", {GROUP: {"Dict": "builtins:dict"}})
    code = """
import sys
from registry_core import Registry
plants = Registry("plant_known", scope="garden")
assert plants.build({"type": "Dict"}) == {} and "Nope" not in plants
assert not plants.check({"type": "Dict", "a": 1})
assert not [name for name in sys.modules if name.startswith("registry_core.index")]
try:
    plants["Nope"]
except KeyError as error:
    print(error)
"""
    variables = {"REGISTRY_CORE_KNOWN": str(tmp_path / "gone")}
    assert "gone is not there" in python(code, folder=site.folder, variables=variables)


def test_a_check_says_it_too_for_a_nested_part(tmp_path: Path, plugin_site: Site) -> None:
    known = indexed(tmp_path, "wild-roses")
    with plugin_site.in_use(variables={"REGISTRY_CORE_KNOWN": known}):
        plants = Registry("plant_known", scope="garden", recursive=True)
        plants.register_module("Dict", module=dict)
        [error] = check_config({"type": "Dict", "a": {"type": "thorny.Wild"}}, plants)
    assert str(error).endswith("and takes nothing. It has 'Dict'; pip install wild-roses")


def test_a_registry_that_is_missing_says_who_has_it(tmp_path: Path, plugin_site: Site) -> None:
    known = indexed(tmp_path, "wild-roses")
    with plugin_site.in_use(variables={"REGISTRY_CORE_KNOWN": known}):
        for name in ("plant_known", "garden.plant_known"):
            with pytest.raises(RegistryNotFound) as caught:
                KnownRegistries().asked(name)
            assert str(caught.value).endswith(
                "wild-roses 1.0 has the registry 'garden.plant_known': pip install wild-roses"
            )
