"""`registry-core types`: what mypy and pyright make of configs in code."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from fresh_process import run_python

from registry_core.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]

USE = """
from plants import PlantConfig, build_plant, build_pot

good: PlantConfig = {"type": "Fern", "height": 3, "pot": {"type": "Pot"}, "_scope_": "thorny"}
nested: PlantConfig = {"type": "Weed", "height": {"type": "Weed"}}
unknown: PlantConfig = {"type": "Weed", "hight": 3}
missing: PlantConfig = {"type": "Fern"}
wrong: PlantConfig = {"type": "Weed", "height": "tall"}
absent: PlantConfig = {"type": "Wed"}
reveal_type(build_plant({"type": "thorny.Fern", "height": 3}))
reveal_type(build_plant({"type": "Weed"}))
reveal_type(build_pot({"type": "Pot", "size": 2}))
"""
FAULTS = [6, 7, 8, 9]


def written(asked: Ask, folder: Path) -> Path:
    file = folder / "plants.py"
    assert asked("types", "plant", "pot", "-o", str(file)) == (0, "", "")
    (folder / "use.py").write_text(USE)
    return file


def checked(command: list[str], garden: Site, folder: Path) -> list[str]:
    environ = {**os.environ, "MYPYPATH": str(garden.folder), "PYTHONPATH": str(garden.folder)}
    ended = subprocess.run(
        [sys.executable, "-m", *command, "use.py"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout.splitlines()


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_type_checkers_find_what_is_wrong_and_know_what_is_built(
    asked: Ask, garden: Site, tmp_path: Path, checker: str
) -> None:
    if find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed")
    written(asked, tmp_path)
    command = [checker, "--cache-dir", str(tmp_path / "cache"), "--strict"]
    lines = checked(command if checker == "mypy" else [checker], garden, tmp_path)
    faults = {int(line.split(":")[1]) for line in lines if " error: " in line}
    assert sorted(faults) == FAULTS
    told = [line for line in lines if "Revealed type" in line or 'Type of "' in line]
    assert [kind in line for kind, line in zip(("Fern", "Weed", "Pot"), told, strict=True)] == [
        True
    ] * 3


RENAMED = """
from plants import PlantConfig, build_plant

old: PlantConfig = {"type": "Farn", "height": 3}
wrong: PlantConfig = {"type": "Farn", "hight": 3}
build_plant({"type": "Fern", "height": 3})
reveal_type(build_plant({"type": "Farn", "height": 3}))
lost: PlantConfig = {"type": "Gone"}
"""
NOTES = """
["garden.plant".renamed]
Farn = { to = "Fern", since = "0.9" }
Gone = { to = "Nothing" }
Bush = { to = "thorny.Rose" }
"""


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_an_old_name_is_checked_and_its_build_is_deprecated(
    asked: Ask, garden: Site, tmp_path: Path, checker: str
) -> None:
    if find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed")
    rows = {"registry_core.notes": {"garden.plant": "old_plants"}}
    garden.install("notes", rows, {"old_plants/registry.toml": NOTES})
    file = written(asked, tmp_path)
    assert "\n# 'Bush' takes any keyword" in file.read_text()
    (tmp_path / "use.py").write_text(RENAMED)
    command = ["mypy", "--cache-dir", str(tmp_path / "cache"), "--strict"]
    command += ["--enable-error-code", "deprecated"]
    if checker == "pyright":
        command = ["pyright"]
        (tmp_path / "pyrightconfig.json").write_text('{"reportDeprecated": "error"}')
    lines = checked(command, garden, tmp_path)
    faults = [line for line in lines if " error: " in line]
    assert sorted({int(line.split(":")[1]) for line in faults}) == [5, 7, 8]
    (told,) = [line for line in faults if "deprecated" in line.lower()]
    assert int(told.split(":")[1]) == 7
    assert "'Farn' is now called 'Fern', since notes 0.9" in "\n".join(lines)
    assert any("Fern" in line for line in lines if "Revealed type" in line or 'Type of "' in line)


def test_what_takes_any_keyword_is_named_and_not_typed(asked: Ask, tmp_path: Path) -> None:
    text = written(asked, tmp_path).read_text()
    assert "\n# 'thorny.Rose' takes any keyword, or cannot be read: annotate its" in text
    assert "Plant_thorny_Rose" not in text
    compile(text, "plants.py", "exec")


def test_the_module_runs_without_what_type_checkers_have(
    asked: Ask, garden: Site, tmp_path: Path
) -> None:
    rows = {"registry_core.notes": {"garden.plant": "old_plants"}}
    garden.install("notes", rows, {"old_plants/registry.toml": NOTES})
    text = written(asked, tmp_path).read_text()
    assert "@deprecated(" in text
    run = "import sys; sys.modules['typing_extensions'] = None; import plants"
    run += "; print(plants.build_plant.__name__, plants.Plant_Farn.__name__)"
    ended = run_python("-c", run, folder=garden.folder, cwd=tmp_path)
    assert ended.stdout == "build_plant Plant_Farn\n", ended.stderr


def test_a_file_that_is_out_of_date_is_found(asked: Ask, garden: Site, tmp_path: Path) -> None:
    file = written(asked, tmp_path)
    assert asked("types", "--check", str(file)) == (0, "", "")
    garden.install("more", {"garden.plant": {"Moss": "garden_kinds:Fern"}})
    status, out, err = asked("types", "--check", str(file))
    assert (status, out) == (1, "")
    assert err == f"registry-core: {file} is out of date: write it again with -o {file}\n"


@pytest.mark.parametrize(("text", "said"), [("x = 1", "it was not written by"), (None, "it cann")])
def test_another_file_is_refused(asked: Ask, tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "other.py"
    if text is not None:
        file.write_text(text)
    status, _, err = asked("types", "--check", str(file))
    assert status == 1
    assert err.startswith(f"registry-core: {file}: {said}")


def test_any_name_of_an_entry_or_a_registry_makes_python(plugin_site: Site, tmp_path: Path) -> None:
    """Letters that are not of identifiers, that Python takes for others, and quotes."""
    names = ["a" + chr(0xB2), chr(0xFB01), "fi", chr(0x661), "it's", 'q"""', "back" + chr(92)]
    rows = dict.fromkeys(names, "odd_kinds:Odd")
    groups = ("one.model", "two.model", "three.class")
    owners = {group: f"odd_owner:{group.partition('.')[0].upper()}" for group in groups}
    text = "from registry_core import Registry\n" + "".join(
        f"{target.partition(':')[2]} = Registry('r', group={group!r}, scope='odd')\n"
        for group, target in owners.items()
    )
    text += "@ONE.register_module('c' + chr(10))\nclass Not: ...\n"
    text += "@ONE.register_module('n\\nimport os')\nclass Open:\n    def __init__(self, **k): ...\n"
    modules = {"odd_owner.py": text, "odd_kinds.py": "class Odd: ..."}
    installed = {"registry_core.registries": owners, **dict.fromkeys(groups, rows)}
    plugin_site.install("odd", installed, modules)
    file = tmp_path / "made.py"
    with plugin_site.in_use():
        assert main(["types", *groups, "-o", str(file)]) == 0
        assert main(["types", "--check", str(file)]) == 0
    made: dict[str, Any] = {}
    exec(compile(file.read_text(encoding="utf-8"), "made.py", "exec"), made)
    assert "os" not in made
    # Two registries have the same last word.
    assert {each for each in made if each.startswith("build_")} == {
        "build_one_model",
        "build_two_model",
        "build__class",
    }
    assert len([each for each in made if each.startswith("One_model_")]) == len(names)
