"""Archives on the path: what they hold, what is damaged in them, and that none is left open."""

from __future__ import annotations

import os
import struct
import sys
import tracemalloc
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from fresh_process import run_python
from metadata_on_disk import GROUP, ROWS, says, told, write_archive

from registry_core.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Files = Mapping[str, str | bytes]

FOLDER = "acts-1.0.dist-info"
ACTS: Files = {"METADATA": says("acts"), "entry_points.txt": ROWS}
MORE: Files = {"METADATA": says("more"), "entry_points.txt": f"[{GROUP}]\nMish = more:Mish\n"}


def named(archive: Path) -> list[str]:
    """Name and version of what counts in an archive, of which no problem is known."""
    found = Installed([str(archive)])
    assert found.problems() == []
    return [str(copy.provider) for copy in found.copies()]


def test_an_archive_holds_what_a_directory_does(tmp_path: Path) -> None:
    folders = {FOLDER: ACTS, "MORE-1.0.DIST-INFO": MORE, "one": {"x.py": ""}}
    archive = write_archive(tmp_path / "site.zip", folders)
    found = Installed([str(archive)])
    assert named(archive) == ["acts 1.0", "more 1.0"]
    assert [each.rows for each in found.declared(GROUP)[0]] == [
        {"Swish": "acts:Swish"},
        {"Mish": "more:Mish"},
    ]
    assert found.places() == [str(archive)]
    assert [copy.folder for copy in found.copies()] == [
        str(archive / FOLDER),
        str(archive / "MORE-1.0.DIST-INFO"),
    ]


def test_its_folders_may_have_entries_of_their_own(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "site.zip", {FOLDER: {"": "", **ACTS}})
    assert named(archive) == ["acts 1.0"]


def test_a_program_in_one_file_begins_with_something_else(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "app.pyz", {FOLDER: ACTS})
    archive.write_bytes(b"#!/usr/bin/env python3\n" + archive.read_bytes())
    assert named(archive) == ["acts 1.0"]


def test_an_egg_is_named_by_its_file(tmp_path: Path) -> None:
    folders = {"EGG-INFO": {"PKG-INFO": says("acts", "2"), "entry_points.txt": ROWS}}
    assert named(write_archive(tmp_path / "acts-2-py3.11.egg", folders)) == ["acts 2"]
    assert named(write_archive(tmp_path / "acts-2.zip", folders)) == []


def test_an_archive_that_was_written_again_at_the_same_time_is_read_again(tmp_path: Path) -> None:
    archive = tmp_path / "site.zip"
    for version in "123":
        folder = f"acts-{version}.dist-info"
        write_archive(archive, {folder: {"METADATA": says("acts", version)}})
        os.utime(archive, (0, 0))
        os.utime(tmp_path, (0, 0))
        assert named(archive) == [f"acts {version}"]


def spoiled(archive: Path, name: str, at: int, value: int) -> None:
    """Write a number into the record of one file in the directory of an archive."""
    content = bytearray(archive.read_bytes())
    record = content.index(name.encode(), content.index(b"PK\x01\x02")) - 46
    struct.pack_into("<H", content, record + at, value)
    archive.write_bytes(content)


@pytest.mark.parametrize(
    ("at", "value", "raised"),
    [
        (8, 1, f"RuntimeError: File '{FOLDER}/NAME' is encrypted, password required"),
        (10, 97, "NotImplementedError: That compression method is not supported"),
        (16, 1, f"BadZipFile: Bad CRC-32 for file '{FOLDER}/NAME'"),
    ],
)
@pytest.mark.parametrize("name", ["METADATA", "entry_points.txt"])
def test_a_damaged_part_of_an_archive_is_one_problem_and_hides_no_other(
    tmp_path: Path, name: str, at: int, value: int, raised: str
) -> None:
    archive = write_archive(tmp_path / "site.zip", {"more-1.0.dist-info": MORE, FOLDER: ACTS})
    spoiled(archive, f"{FOLDER}/{name}", at, value)
    found = Installed([str(archive)])
    assert [each.key for each in found.declared(GROUP)[0]] == ["more"]
    (problem,) = found.problems()
    assert str(problem.provider) == "acts 1.0"
    is_head = name == "METADATA"
    assert problem.where == f"{archive / FOLDER}{'' if is_head else ': entry_points.txt'}"
    start = "its METADATA" if is_head else name
    assert problem.what.startswith(f"{start} cannot be read: {raised.replace('NAME', name)}")
    assert problem.fix == (
        "make it readable, or reinstall acts"
        if is_head
        else "tell its authors, or pip uninstall acts"
    )
    assert found.declared(GROUP)[1]


def test_what_is_too_large_is_not_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "site.zip"
    with ZipFile(archive, "w", ZIP_DEFLATED) as opened:
        opened.writestr(f"{FOLDER}/METADATA", says("acts") + "s\n" * 10_000_000)
        opened.writestr(f"{FOLDER}/entry_points.txt", b"#" * 16_000_001)
    found = Installed([str(archive)])
    tracemalloc.start()
    try:
        assert [str(copy.provider) for copy in found.copies()] == ["acts 1.0"]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000
    assert [problem.what for problem in found.problems()] == [
        "entry_points.txt is larger than 16,000,000 bytes"
    ]


def test_wherever_an_archive_is_damaged_nothing_is_raised(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "site.zip", {FOLDER: ACTS})
    content = archive.read_bytes()
    for place in range(len(content)):
        for damaged in (content[:place], content[:place] + b"\xff" + content[place + 1 :]):
            archive.write_bytes(damaged)
            counting = told(Installed([str(archive)]))["counting"]
            assert isinstance(counting, dict)
            assert len(counting) <= 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or not os.geteuid(), reason="root may read all")
def test_an_archive_that_may_not_be_read_is_a_problem(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "site.zip", {FOLDER: ACTS})
    archive.chmod(0)
    (problem,) = Installed([str(archive)]).problems()
    assert problem.what == "it cannot be listed: Permission denied"


def test_no_archive_is_left_open(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "site.zip", {FOLDER: ACTS})
    code = f"""
import gc
from registry_core.installed import Installed
for _ in range(3):
    print([str(each.provider) for each in Installed([{str(archive)!r}]).copies()])
    gc.collect()
"""
    finished = run_python("-W", "error", "-c", code)
    assert (finished.stdout, finished.stderr) == ("['acts 1.0']\n" * 3, "")
    if sys.platform == "win32":
        archive.unlink()
