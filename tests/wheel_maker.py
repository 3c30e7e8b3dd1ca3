"""Wheels as build backends write them, and as nobody should."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Rows = Mapping[str, Mapping[str, str]]


def metadata(name: str, version: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def make_wheel(
    folder: Path,
    name: str,
    rows: Rows | str = "",
    modules: Mapping[str, str | bytes] | None = None,
    *,
    version: str = "0.1.0",
    members: Mapping[str, str | bytes] | None = None,
    file: str = "",
) -> Path:
    """Write a wheel.

    Args:
        folder: where; it is made if it is not there.
        name: the distribution.
        rows: of entry points, by group; or the text of the file.
        modules: sources by path; indentation is taken off.
        version: of the distribution.
        members: what takes the place of what would be written, or is added to it.
        file: its name, in place of the one that it should have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}"
    text = rows if isinstance(rows, str) else _rendered(rows)
    inside: dict[str, str | bytes] = {
        path: dedent(source) if isinstance(source, str) else source
        for path, source in (modules or {}).items()
    }
    inside[f"{stem}.dist-info/METADATA"] = metadata(name, version)
    inside[f"{stem}.dist-info/WHEEL"] = "Wheel-Version: 1.0\nTag: py3-none-any\n"
    inside[f"{stem}.dist-info/entry_points.txt"] = text
    inside |= members or {}
    inside[f"{stem}.dist-info/RECORD"] = "".join(f"{path},,\n" for path in inside)
    wheel = folder / (file or f"{stem}-py3-none-any.whl")
    with ZipFile(wheel, "w", ZIP_DEFLATED) as archive:
        for path, content in inside.items():
            archive.writestr(path, content)
    return wheel


def _rendered(rows: Rows) -> str:
    lines: list[str] = []
    for group, several in rows.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in several.items()), ""]
    return "\n".join(lines)
