"""`--import`: what a person adds to a command with a module or a file of their own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from registry_core.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Output = pytest.CaptureFixture[str]
MINE = """
from registry_core import Registry
from beside_of_mine import SIZE
print("imported")
MINE = Registry("own things", scope="mine")
@MINE.register_module()
class Thing:
    def __init__(self, size: int = SIZE): self.size = size
    def __str__(self): return f"Thing of {self.size}"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    before = sys.modules.copy()
    (tmp_path / "mine_of_tests.py").write_text(MINE)
    (tmp_path / "beside_of_mine.py").write_text("SIZE = 4")
    (tmp_path / "broken_of_tests.py").write_text("import json\n\nraise ValueError('no')\n")
    (tmp_path / "thing.yaml").write_text("_registry_: own_things\ntype: Thing\n")
    yield tmp_path
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]


@pytest.mark.usefixtures("folder")
def test_a_file_can_make_a_registry_that_the_config_names(capsys: Output) -> None:
    assert main(["build", "thing.yaml", "--import", "mine_of_tests.py"]) == 0
    out, err = capsys.readouterr()
    assert out == "Thing of 4\n"
    assert err == "imported\n"


@pytest.mark.usefixtures("folder")
def test_what_it_registers_is_checked(capsys: Output) -> None:
    arguments = ["--import", "mine_of_tests.py", "--registry", "own_things"]
    assert main(["check", "thing.yaml", *arguments]) == 0
    assert main(["check", "thing.yaml", *arguments, "--strict"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("broken_of_tests.py", "broken_of_tests.py:3: it cannot be imported: ValueError: no"),
        ("absent.py", "absent.py: there is no such file to import"),
        (
            "mine_of_tests",
            "mine_of_tests: there is no such module to import; --import mine_of_tests.py imports",
        ),
        ("no.such", "no.such: it cannot be imported: ModuleNotFoundError: No module named 'no'"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_imported_is_an_error_with_its_place(
    capsys: Output, name: str, said: str
) -> None:
    assert main(["build", "thing.yaml", "--import", name]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"registry-core: {said}")


def test_a_file_may_not_take_the_place_of_a_module(folder: Path, capsys: Output) -> None:
    (folder / "json.py").write_text("")
    assert main(["build", "thing.yaml", "--import", "json.py"]) == 1
    assert "a module named 'json' is imported already: rename the file" in capsys.readouterr().err
