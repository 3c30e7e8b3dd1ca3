"""The folder of a catalogue is replaced whole, or not at all."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from registry_core.catalogue.folder import ENTRIES, INDEX, MARK, replace_folder

if TYPE_CHECKING:
    from pathlib import Path

PAGE = f"{ENTRIES}/model-net-01234567.html"
OLD = {INDEX: MARK.encode(), PAGE: b"old", "catalogue.css": b"", "catalogue.js": b""}
NEW = {INDEX: f"{MARK}2".encode(), f"{ENTRIES}/model-new-01234567.html": b"new"}


def held(folder: Path) -> dict[str, bytes]:
    found = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


def test_a_catalogue_replaces_an_older_one(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"
    assert replace_folder(folder, OLD) == folder
    replace_folder(folder, NEW)
    assert held(folder) == NEW
    assert [each.name for each in folder.parent.iterdir()] == ["site"]


def test_an_empty_folder_is_taken_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    replace_folder(tmp_path / "link", OLD)
    assert (tmp_path / "link").is_symlink()
    assert held(tmp_path / "real") == OLD


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("notes.txt", "holds 'notes.txt', which is not of a catalogue"),
        (f"{ENTRIES}/mine.html", f"holds '{ENTRIES}/mine.html', which is not of a catalogue"),
        (".git/config", "holds '.git', which"),
    ],
)
def test_what_is_not_of_a_catalogue_is_never_replaced(tmp_path: Path, file: str, said: str) -> None:
    folder = tmp_path / "site"
    replace_folder(folder, OLD)
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_bytes(b"mine")
    with pytest.raises(FileExistsError, match=said):
        replace_folder(folder, NEW)
    assert held(folder) == {**OLD, file: b"mine"}


def test_the_pages_of_another_program_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / INDEX).write_text("<!DOCTYPE html><title>Mine</title>")
    with pytest.raises(FileExistsError, match="holds 'index.html'"):
        replace_folder(tmp_path, NEW)
    file = tmp_path / INDEX
    with pytest.raises(FileExistsError, match="is not a folder"):
        replace_folder(file, NEW)


def test_what_fails_leaves_the_former_one(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    replace_folder(folder, OLD)
    with pytest.raises(OSError, match="name too long"):
        replace_folder(folder, {**NEW, f"{'x' * 300}.html": b""})
    assert held(folder) == OLD
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_a_full_disk_leaves_the_former_one(tmp_path: Path) -> None:
    replace_folder(tmp_path / "site", OLD)
    # A limit on the size of files stands for a full disk: writing fails half way.
    code = (
        "import resource, signal, sys\n"
        "from registry_core.catalogue.folder import replace_folder\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"replace_folder(sys.argv[1], {{**{NEW!r}, 'catalogue.js': bytes(5000)}})\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "site")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "OSError" in ended.stderr
    assert held(tmp_path / "site") == OLD
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_an_interruption_leaves_the_former_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    replace_folder(folder, OLD)
    real = type(folder).rename
    moved: list[str] = []

    def interrupted(self: Path, target: Path) -> Path:
        moved.append(target.name)
        if len(moved) == 2:
            raise KeyboardInterrupt
        return real(self, target)

    # Between the two moves, where neither is in its place.
    monkeypatch.setattr(type(folder), "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(folder, NEW)
    assert moved == ["old", "site", "site"]
    assert held(folder) == OLD
