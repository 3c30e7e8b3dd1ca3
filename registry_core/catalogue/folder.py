"""A folder that is replaced at once, and only where it holds what was written here before."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

INDEX, STYLE, SCRIPT, ENTRIES = "index.html", "catalogue.css", "catalogue.js", "entries"
# What the index says of itself.
MARK = '<meta name="generator" content="registry_core catalogue">'
_PAGE = re.compile(r"[a-z0-9-]*-[0-9a-f]{8}\.html")
_HEAD_BYTES = 1_000


def replace_folder(folder: str | Path, files: Mapping[str, bytes]) -> Path:
    """Replace a folder by one that holds these files.

    They are written beside it first, so that what fails or is interrupted leaves it as it was.

    Args:
        folder: it is made where it is not there, and those above it too.
        files: the content of each file by its path within the folder.

    Returns:
        The folder, with links resolved.

    Raises:
        FileExistsError: the folder holds something that is not of a catalogue.
        OSError: it cannot be written.
    """
    real = Path(folder).resolve()
    refuse_foreign(real)
    real.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{real.name}.", dir=real.parent))
    fresh, former = beside / "new", beside / "old"
    try:
        for path, content in files.items():
            file = fresh / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        # Something may have been put there meanwhile.
        refuse_foreign(real)
        if real.exists():
            real.rename(former)
        fresh.rename(real)
    finally:
        if former.exists() and not real.exists():
            former.rename(real)
        shutil.rmtree(beside, ignore_errors=True)
    return real


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds anything that is not of a catalogue.

    Raises:
        FileExistsError: it does.
        OSError: it cannot be read.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FileExistsError(f"{folder} is not a folder")
    entries = folder / ENTRIES
    inside = sorted(each.name for each in folder.iterdir())
    foreign = [name for name in inside if name not in (INDEX, STYLE, SCRIPT, ENTRIES)]
    if not foreign and inside and not _is_index(folder / INDEX):
        foreign = inside
    elif entries.exists():
        inside = [each.name for each in entries.iterdir()] if entries.is_dir() else [""]
        foreign += [f"{ENTRIES}/{name}" for name in sorted(inside) if not _PAGE.fullmatch(name)]
    if foreign:
        what = f"{folder} holds {quoted(foreign[0])}, which is not of a catalogue"
        raise FileExistsError(f"{what}; name another folder, or move what it holds")


def _is_index(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return MARK.encode() in opened.read(_HEAD_BYTES)
    except FileNotFoundError:
        return False
