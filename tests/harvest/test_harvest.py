"""Harvesting a project on disk: rows, notes, and what is written into pyproject.toml."""

from __future__ import annotations

import importlib
import json
import os
import sys
import tomllib
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from registry_core.cli import main
from registry_core.compat.flash import FlashRegistry
from registry_core.harvest.project import find_project
from registry_core.harvest.pyproject import as_toml
from registry_core.harvest.rows import harvest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

Output = pytest.CaptureFixture[str]

PYPROJECT = """\
[project]
name = "brew-works"
version = "1"  # as the tag

# What others find.
[project.entry-points."brewery.beer"]
Stout = "brew_works.beers:Stout"   # dark
Old = "brew_works.beers:Gone"
Hand = "brew_works.beers:by_hand"
Pale = "elsewhere:Pale"

[tool.other]
a = 1
"""
MODULES = {
    "__init__.py": "raise SystemExit('imported')",
    "registry.py": """
        from registry_core import Registry as Reg
        BEER = Reg("beer", group="brewery.beer", scope="brewery")
        WHEAT = Reg("beer", parent=BEER, scope="wheat")
        MALT = Reg("malt")
        ODD = Reg("odd", parent=BEER, scope="not a word")
    """,
    "beers.py": """
        import json
        from .registry import BEER, WHEAT, MALT, ODD
        @BEER.register_module()
        class Stout: ...
        @BEER.register_module("pale/ale", force=True)
        def pale_ale(): ...
        @WHEAT.register_module(name=["Weisse", "weizen"])
        class Weisse: ...
        MALT.register_module("decoder", module=json.JSONDecoder)
        @ODD.register_module()
        class Odd: ...
        @BEER.register_module("two words")
        class Two: ...
        for degree in (10, 12):
            BEER.register_module(f"plato{degree}", module=Stout)
        if input():
            @BEER.register_module()
            class Seasonal: ...
        def by_hand(): ...
    """,
    "again.py": """
        from brew_works.registry import BEER
        @BEER.register_module("pale/ale")
        def another(): ...
    """,
    "legacy/old.py": """
        from brew_works.registry import BEER
        @BEER.register_module()
        class Ancient: ...
    """,
    "broken.py": "BEER.register_module(",
}


@pytest.fixture(params=["src", "."])
def brewery(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    for name, text in MODULES.items():
        file = tmp_path / request.param / "brew_works" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text("raise SystemExit('imported')")
    (tmp_path / "setup.py").write_text("raise SystemExit('imported')")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    return tmp_path


ROWS = {
    "brewery.beer": {
        "Ancient": "brew_works.legacy.old:Ancient",
        "Seasonal": "brew_works.beers:Seasonal",
        "Stout": "brew_works.beers:Stout",
        "pale/ale": "brew_works.beers:pale_ale",
    },
    "brewery.beer.wheat": {
        "Weisse": "brew_works.beers:Weisse",
        "weizen": "brew_works.beers:Weisse",
    },
    "registry_core.malt": {"decoder": "json:JSONDecoder"},
}


def test_rows_are_read_across_files_and_nothing_is_imported(brewery: Path) -> None:
    path = sys.path.copy()
    found = harvest(find_project(brewery))
    assert found.groups == ROWS
    assert "brew_works" not in sys.modules
    assert sys.path == path


def test_what_is_not_certain_is_said_with_its_place(brewery: Path) -> None:
    notes = harvest(find_project(brewery)).notes
    told = [str(note).rpartition("brew_works/")[2] for note in notes]
    assert told == [
        "again.py:3: 'pale/ale' is registered here too, and is brew_works.beers:pale_ale in the "
        "rows",
        "beers.py:11: 'Odd': its registry 'brew_works.registry.ODD' has no group",
        "beers.py:13: 'two words' cannot be the name of an entry point: it holds white space",
        # The loop registers there twice.
        "beers.py:16: BEER.register_module(f'plato{degree}', module=Stout): "
        "its name is computed as it runs",
        "beers.py:18: 'Seasonal' is registered under a condition",
        "broken.py:1: it cannot be parsed: '(' was never closed",
    ]


def test_the_rows_are_toml(brewery: Path, capsys: Output) -> None:
    assert main(["harvest", str(brewery)]) == 0
    out, err = capsys.readouterr()
    assert tomllib.loads(out)["project"]["entry-points"] == ROWS
    assert "registry-core: not read: " in err
    assert "registry-core: note: " in err


def test_rows_and_notes_are_data_too(brewery: Path, capsys: Output) -> None:
    assert main(["harvest", str(brewery), "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (found["format"], found["groups"], err) == ("registry_core-harvest-1", ROWS, "")
    last = found["notes"][-1]
    assert (last["line"], last["is_unread"]) == (1, True)
    assert last["file"].endswith("broken.py")


def test_check_says_how_pyproject_differs(brewery: Path, capsys: Output) -> None:
    assert main(["harvest", str(brewery), "--check"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    differs = [line for line in err.splitlines() if "[project.entry-points" in line]
    beer = '[project.entry-points."brewery.beer"]'
    assert differs == [
        f'registry-core: missing: {beer} Ancient = "brew_works.legacy.old:Ancient"',
        f'registry-core: missing: {beer} Seasonal = "brew_works.beers:Seasonal"',
        f'registry-core: missing: {beer} "pale/ale" = "brew_works.beers:pale_ale"',
        'registry-core: missing: [project.entry-points."brewery.beer.wheat"] '
        'Weisse = "brew_works.beers:Weisse"',
        'registry-core: missing: [project.entry-points."brewery.beer.wheat"] '
        'weizen = "brew_works.beers:Weisse"',
        'registry-core: missing: [project.entry-points."registry_core.malt"] '
        'decoder = "json:JSONDecoder"',
        f"registry-core: gone: {beer} Old: its target is not there any more",
    ]
    assert "7 rows of " in err
    assert "to correct: registry-core harvest --write" in err


PLUGIN = """\
[project]
name = "farm"
version = "1"
[project.entry-points."registry_core.tool.farm"]
Rake = "farm:Rake"
Hoe = "farm:Ho"
Saw = "elsewhere:Saw"
[project.entry-points."registry_core.hooks"]
tool = "farm"
[project.entry-points.other]
Own = "farm:made_when_built"
"""


def test_rows_by_hand_that_lead_nowhere_are_told_and_left(tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(PLUGIN)
    (tmp_path / "farm.py").write_text("class Rake: ...\nclass Hoe: ...\n")
    for option in ("--check", "--write"):
        assert main(["harvest", str(tmp_path), option]) == 1
        assert capsys.readouterr().err == (
            'registry-core: leads nowhere: [project.entry-points."registry_core.tool.farm"] '
            'Hoe = "farm:Ho": correct it, or remove it\n'
        )
    file.write_text(PLUGIN.replace("farm:Ho", "farm:Hoe"))
    assert main(["harvest", str(tmp_path), "--check"]) == 0
    assert capsys.readouterr().err == ""


def test_a_group_without_quotes_is_told_with_them(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "pyproject.toml").write_text(PLUGIN.replace('"registry_core.tool.farm"', "a.b.c"))
    (tmp_path / "farm.py").write_text("")
    assert main(["harvest", str(tmp_path), "--check"]) == 1
    said = 'quote the name of a group: [project.entry-points."a.b.c"]'
    assert said in capsys.readouterr().err


def test_write_keeps_comments_and_what_was_written_by_hand(brewery: Path, capsys: Output) -> None:
    file = brewery / "pyproject.toml"
    assert main(["harvest", str(brewery), "--write"]) == 0
    text = file.read_text()
    rows = tomllib.loads(text)["project"]["entry-points"]
    assert rows == {
        **ROWS,
        "brewery.beer": {
            **ROWS["brewery.beer"],
            "Hand": "brew_works.beers:by_hand",
            "Pale": "elsewhere:Pale",
        },
    }
    kept = ('version = "1"  # as the tag', "# What others find.", "# dark", "\n\n[tool.other]")
    assert all(each in text for each in kept)
    capsys.readouterr()
    assert main(["harvest", str(brewery), "--check"]) == 0
    assert main(["harvest", str(brewery), "--write"]) == 0
    assert file.read_text() == text


def test_a_changed_target_is_corrected_and_its_extras_are_no_change(brewery: Path) -> None:
    file = brewery / "pyproject.toml"
    text = PYPROJECT.replace('"brew_works.beers:Stout" ', '"brew_works.other:Stout"')
    file.write_text(text)
    main(["harvest", str(brewery), "--write"])
    assert entry_points(file)["brewery.beer"]["Stout"] == "brew_works.beers:Stout"
    file.write_text(file.read_text().replace("beers:Stout", "beers:Stout [extra]"))
    assert main(["harvest", str(brewery), "--check"]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "[project]\nname = 'x'\r\nversion = '1'\r\n",
        "[project]\nname = 'x'\n[project.entry-points]\n",
        "[project]\nname = 'x'\nentry-points = {'brewery.beer' = {Stout = 'a:b'}}\n",
        "[project]\nname = 'x'\nentry-points.'brewery.beer'.Stout = 'a:b'\n",
        "[project]\nname = 'x'\n[project.entry-points.other]\na = 'b:c'\n[tool.x]\n",
        "project.name = 'x'\nproject.version = '1'\n[tool.y]\na = 1\n",
        "project = {name = 'x', version = '1'}\n",
        "project = {name = 'x', entry-points = {other = {a = 'b:c'}}}\n",
        "[project.gui-scripts]\na = 'b:c'\n[project]\nname = 'x'\n[project.scripts]\nd = 'b:c'\n",
        "[project]\r\nname = 'x'\n[tool.x]\r\ny = '''a\r\nb'''\n",
        "[project]\nname = 'x'\n[tool.x]\ny = 1\n[project.entry-points.other]\na = 'b:c'\n",
        "[project]\nname = 'x'",
    ],
)
def test_it_is_written_safely_whatever_the_style_or_refused(
    brewery: Path, capsys: Output, text: str
) -> None:
    file = brewery / "pyproject.toml"
    file.write_bytes(text.encode())
    status = main(["harvest", str(brewery), "--write"])
    written = file.read_bytes().decode()
    if status:
        assert "its style keeps it from being written safely" in capsys.readouterr().err
        assert written == text
    else:
        found = entry_points(file)
        assert {group: found[group] for group in ROWS} == ROWS
        ends = [line for line in written.splitlines(keepends=True) if line.endswith("\r\n")]
        was = [line for line in text.splitlines(keepends=True) if line.endswith("\r\n")]
        # All of them, or those that were there.
        assert len(ends) == written.count("\n") if text.count("\n") == len(was) else ends == was
        if "{" not in text:
            assert set(text.splitlines()) <= set(written.splitlines())
    assert [each.name for each in brewery.iterdir() if each.name.startswith(".")] == []


def _as_setup_cfg(groups: dict[str, dict[str, str]]) -> str:
    tables = ("".join(f"\n  {row} = {to}" for row, to in rows.items()) for rows in groups.values())
    return "[options.entry_points]\n" + "\n".join(map("{} ={}".format, groups, tables))


def _as_poetry(groups: dict[str, dict[str, str]]) -> str:
    return as_toml(groups).replace("[project.entry-points.", "[tool.poetry.plugins.")


@pytest.mark.parametrize(
    ("file", "text"), [("pyproject.toml", _as_poetry), ("setup.cfg", _as_setup_cfg)]
)
def test_rows_where_older_backends_read_them_are_compared(
    brewery: Path, capsys: Output, file: str, text: Callable[[Any], str]
) -> None:
    assert main(["harvest", str(brewery), "--json"]) == 0
    groups = json.loads(capsys.readouterr().out)["groups"]
    (brewery / "pyproject.toml").unlink(missing_ok=True)
    (brewery / file).write_text(text(groups))
    assert main(["harvest", str(brewery), "--check"]) == 0
    groups["brewery.beer"].popitem()
    (brewery / file).write_text(text(groups))
    capsys.readouterr()
    assert main(["harvest", str(brewery), "--check"]) == 1
    said = capsys.readouterr().err
    assert said.count("missing: ") == 1
    place = brewery / file if file == "pyproject.toml" else brewery
    way = "write the rows that `registry-core harvest` prints where its entry points stand"
    assert f"1 row of {place} to correct: {way}, then pip install -e . again" in said


@pytest.mark.parametrize("text", ["", "[tool.poetry]\nname = 'x'\n"])
def test_a_file_without_a_project_is_not_made_one(brewery: Path, capsys: Output, text: str) -> None:
    file = brewery / "pyproject.toml"
    file.write_text(text)
    assert main(["harvest", str(brewery), "--write"]) == 1
    assert "it has no table [project]: write the rows that" in capsys.readouterr().err
    assert file.read_text() == text


def entry_points(file: Path) -> Any:
    return tomllib.loads(file.read_bytes().decode().replace("\r\n", "\n"))["project"][
        "entry-points"
    ]


def test_modules_can_be_left_out(brewery: Path) -> None:
    with (brewery / "pyproject.toml").open("a") as file:
        file.write('[tool.registry_core.harvest]\nexclude = ["brew_works.legacy.*", "*.broken"]\n')
    found = harvest(find_project(brewery))
    assert "Ancient" not in found.groups["brewery.beer"]
    assert not any("broken" in str(note) for note in found.notes)


def test_a_registry_of_a_framework_that_is_not_installed_is_said_by_a_setting(
    tmp_path: Path,
) -> None:
    (tmp_path / "plug.py").write_text(
        "from absent_framework.registry import MODELS\n@MODELS.register_module()\nclass A: ...\n"
    )
    (note,) = harvest(find_project(tmp_path)).notes
    assert "plug.py:2: MODELS.register_module(): source does not tell which registry" in str(note)
    (tmp_path / "pyproject.toml").write_text(
        "[tool.registry_core.harvest.registries]\n"
        '"absent_framework.registry:MODELS" = "framework.model.plug"\n'
    )
    found = harvest(find_project(tmp_path))
    assert found == ({"framework.model.plug": {"A": "plug:A"}}, ())


def test_a_package_can_be_harvested_alone(brewery: Path) -> None:
    package = next(brewery.rglob("brew_works"))
    assert harvest(find_project(package)).groups == ROWS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[tool.registry_core.harvest]\nexcludes = []\n",
            "'excludes' is not known, or of",
        ),
        (
            "[tool.registry_core.harvest]\nexclude = 'a'\n",
            "'exclude' is not known, or of",
        ),
        ("[tool.registry_core.harvest]\nexclude = [1]\n", "'exclude' is not known, or of"),
        (
            "[tool.registry_core.harvest.registries]\n'a:B' = 3\n",
            "it takes root (a text), exclude (a list) and registries (a table), of texts",
        ),
        ('[tool.registry_core.harvest]\nroot = "\\u0000"\n', "it has no modules of Python"),
        ("project = 3\n", "pyproject.toml: [project] is not a table"),
        ("\ufeff[project]\n", "pyproject.toml: it cannot be read: TOMLDecodeError"),
        ("[project]\nentry-points = {a = {b = 3}}\n", "holds something else than tables of texts"),
        ("[tool", "pyproject.toml: it cannot be read: TOMLDecodeError"),
        ("[project]\ndynamic = ['entry-points']\n", "its build backend makes the entry points"),
        ("[project]\nentry-points = {a = 'b'}\n", "holds something else than tables"),
    ],
)
def test_a_wrong_pyproject_is_an_error(brewery: Path, capsys: Output, text: str, said: str) -> None:
    (brewery / "pyproject.toml").write_text(text)
    assert main(["harvest", str(brewery), "--check"]) == 1
    assert said in capsys.readouterr().err


def test_what_is_not_a_project_is_an_error(tmp_path: Path, capsys: Output) -> None:
    assert main(["harvest", str(tmp_path / "absent")]) == 1
    assert main(["harvest", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert "absent: it is not a folder" in err
    assert "it has no modules of Python" in err
    (tmp_path / "a.py").write_text("")
    assert main(["harvest", str(tmp_path), "--write"]) == 0
    assert main(["harvest", str(tmp_path)]) == 0
    assert "nothing registers in a registry that has a group" in capsys.readouterr().err


def test_what_is_imported_from_elsewhere_is_not_read_for_the_project(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("installed", "project"):
        (tmp_path / name).mkdir()
    (tmp_path / "installed" / "harvested.py").write_text("")
    (tmp_path / "project" / "harvested.py").write_text(
        'from registry_core import Registry\nALE = Registry("ale")\n'
        "@ALE.register_module()\nclass Stout: ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path / "installed")
    before = importlib.import_module("harvested")
    assert main(["harvest", str(tmp_path / "project")]) == 0
    assert 'Stout = "harvested:Stout"' in capsys.readouterr().out
    assert sys.modules.pop("harvested") is before


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_itself_is_left_out(brewery: Path, capsys: Output) -> None:
    main(["harvest", str(brewery)])
    before = capsys.readouterr().out
    next(brewery.rglob("__init__.py")).with_name("loop.py").symlink_to("loop.py")
    assert main(["harvest", str(brewery)]) == 0
    assert capsys.readouterr().out == before


FLASH = """
from registry_core import Registry
from registry_core.compat.flash import FlashRegistry
NETS = FlashRegistry("nets", group="lamp.nets")
LAMPS = Registry("lamp", group="lamp.lamp")
@NETS(name="tiny", depth=3)
def tiny(): ...
@NETS(name="tiny", depth=9)
def deeper(): ...
@NETS(providers="somebody")
def plain(): ...
@LAMPS.register_module(metadata={"tags": ["warm"]})
class Bulb: ...
"""


def test_metadata_that_rows_cannot_hold_is_said_unless_notes_have_it(tmp_path: Path) -> None:
    package = tmp_path / "lamp_works"
    package.mkdir()
    (package / "__init__.py").write_text(FLASH)
    found = harvest(find_project(tmp_path))
    assert found.groups == {
        "lamp.lamp": {"Bulb": "lamp_works:Bulb"},
        "lamp.nets": {"plain": "lamp_works:plain", "tiny": "lamp_works:tiny"},
    }
    told = [str(note).rpartition("__init__.py:")[2] for note in found.notes]
    rest = "is not known before importing, unless a registry.toml has it"
    assert told == [
        "8: 'tiny' is registered here too, and is lamp_works:tiny in the rows",
        f"8: rows hold no metadata: that of 'tiny' in lamp.nets {rest}",
        f"12: rows hold no metadata: that of 'Bulb' in lamp.lamp {rest}",
    ]
    (package / "registry.toml").write_text(
        '["lamp.nets".entries."tiny"]\ndepth = 3\n["lamp.lamp".entries.Bulb]\ntags = ["warm"]\n'
    )
    told = [str(note) for note in harvest(find_project(tmp_path)).notes]
    assert not any("hold no metadata" in each for each in told)
    (package / "registry.toml").write_text("[broken")
    assert len(harvest(find_project(tmp_path)).notes) == 3


def test_the_rows_of_a_flash_registry_are_found_by_metadata_before_they_are_imported(
    plugin_site: Site, tmp_path: Path
) -> None:
    package = tmp_path / "lamp_works"
    package.mkdir()
    (package / "__init__.py").write_text(FLASH)
    rows = {name: dict(each) for name, each in harvest(find_project(tmp_path)).groups.items()}
    notes = '["lamp.nets".entries.tiny]\ndepth = 3\n'
    files = {"lamp_works/__init__.py": FLASH, "lamp_works/registry.toml": notes}
    rows["registry_core.notes"] = {"lamp.nets": "lamp_works"}
    plugin_site.install("lamp", rows, files)
    with plugin_site.in_use():
        nets = FlashRegistry("nets", group="lamp.nets")
        assert [entry.name for entry in nets.entries(depth=3)] == ["tiny"]
        assert "lamp_works" not in sys.modules
        assert nets.get("tiny", depth=3).__name__ == "tiny"
        assert nets.get("plain").__name__ == "plain"
