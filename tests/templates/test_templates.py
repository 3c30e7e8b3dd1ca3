"""The files of a new project: all of them, or nothing."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, cast

import pytest

from registry_core import templates
from registry_core.errors import ConfigError
from registry_core.templates import write_project
from registry_core.templates.words import framework_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TREES = ("common", "config", "framework")


def words(of_name: object = "acme") -> Mapping[str, str]:
    return cast("Mapping[str, str]", {**framework_words("acme", "model"), "name": of_name})


class Acting:
    """A word that does something while the files are written."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act

    def __str__(self) -> str:
        self.act()
        return "acme"


def interrupt() -> None:
    raise KeyboardInterrupt


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_project(tmp_path / "acme", TREES, words(Acting(interrupt)))
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_meanwhile_by_another_stays(tmp_path: Path) -> None:
    folder = tmp_path / "acme"

    def write() -> None:
        folder.mkdir(exist_ok=True)
        (folder / "mine").write_text("mine")

    with pytest.raises(ConfigError, match="acme: it cannot be written: "):
        write_project(folder, TREES, words(Acting(write)))
    assert [each.name for each in tmp_path.iterdir()] == ["acme"]
    assert [each.name for each in folder.iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_made_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="absent/acme: it cannot be written: No such"):
        write_project(tmp_path / "absent" / "acme", TREES, words())


def test_an_empty_folder_is_filled_and_has_the_modes_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "other").mkdir()
    number = write_project(tmp_path / "acme", TREES, words())
    written = [each for each in (tmp_path / "acme").rglob("*") if each.is_file()]
    assert len(written) == number
    assert sorted(each.name for each in tmp_path.iterdir()) == ["acme", "other"]
    assert (tmp_path / "acme").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_link_counts_as_something_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "acme").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="there is a file of this name; nothing was written"):
        write_project(tmp_path / "acme", TREES, words())
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_no_template_is_a_file_that_something_would_compile_or_collect() -> None:
    waiting = [each for each in files(templates).iterdir() if each.is_dir()]
    names: list[str] = []
    for each in waiting:
        if each.name != "__pycache__":
            waiting += each.iterdir() if each.is_dir() else ()
            names += [] if each.is_dir() else [each.name]
    assert len(names) > 15
    assert [name for name in names if not name.endswith(".in")] == []
