"""Metadata of a distribution, written byte by byte: what no installer would leave, too."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from registry_core.installed import Installed

GROUP = "registry_core.activation"
ROWS = f"[{GROUP}]\nSwish = acts:Swish\n"


def says(name: str, version: str = "1.0", *more: str) -> str:
    """A METADATA of this name and version, and with more lines."""
    lines = ("Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *more)
    return "".join(f"{line}\n" for line in lines)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a folder of metadata that holds these files, whatever was there before.

    Args:
        folder: `.../acts-1.0.dist-info`, or any other.
        files: content by name.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def write_archive(file: Path, folders: Mapping[str, Mapping[str, str | bytes]]) -> Path:
    """Write a zip archive that holds these folders of metadata, in this order."""
    with ZipFile(file, "w") as archive:
        for folder, files in folders.items():
            for name, content in files.items():
                archive.writestr(f"{folder}/{name}", content)
    return file


def told(installed: Installed) -> dict[str, object]:
    """What is said of all that is installed, as plain data.

    Returns:
        "counting": name, version and rows of each distribution that counts, by key; "declared": the
        keys of those that have rows in a group, by group; "accused": the folders of problems.
    """
    counting: dict[str, object] = {}
    for copy in installed.copies():
        rows = {(group, *row) for group, each in copy.groups().items() for row in each.written()}
        counting[copy.key] = [*copy.provider, sorted(map(list, rows))]
    declared: dict[str, list[str]] = {}
    for group, several in sorted(installed.everything().by_group.items()):
        for each in several:
            if any(each.group.written()):
                declared.setdefault(group, []).append(each.key)
    accused = {problem.where.partition(": ")[0] for problem in installed.problems()}
    return {"counting": counting, "declared": declared, "accused": sorted(accused)}
