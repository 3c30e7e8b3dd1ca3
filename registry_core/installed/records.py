"""Whose module it is: what RECORD lists, or what lies in the folder of an editable install."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from registry_core.installed.files import readable
from registry_core.limits import MAX_HEAD_BYTES, MAX_RECORD_BYTES

# What is in the metadata of a wheel; the rest is the installer's.
_WRITTEN = frozenset({"METADATA", "WHEEL", "entry_points.txt"})
_TOP = re.compile(rb"^([A-Za-z_]\w*)(?:/__init__)?\.py,", re.MULTILINE)
_PTH = re.compile(rb"^([^/,\n]+\.pth),", re.MULTILINE)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry_core.installed.copies import Copy


def holder(module: str, copies: Iterable[Copy]) -> Copy | None:
    """The distribution that a module belongs to; None where it belongs to none.

    It is not imported. One that has been imported is where its file is; another is wherever a
    RECORD says, or in a folder from which an editable install imports: its RECORD lists no module.

    Args:
        module: its dotted name; "__main__" for the program that runs.
        copies: the distributions that may hold it; the first that does is the answer.
    """
    file = getattr(sys.modules.get(module), "__dict__", {}).get("__file__")
    if isinstance(file, str):
        file = os.path.realpath(file)
        wanted: tuple[str, ...] = ()
    elif module in sys.modules:
        # A builtin, a module of a notebook, or one made at run time.
        return None
    else:
        path = module.replace(".", "/")
        wanted = f"{path}.py", f"{path}/__init__.py"
    by_folder: list[tuple[int, Copy]] = []
    places: dict[str, str] = {}
    for copy in copies:
        written = os.path.dirname(copy.folder)
        place = places.get(written) or places.setdefault(written, os.path.realpath(written))
        if file is not None:
            inside = file.startswith(place + os.sep)
            wanted = (file[len(place) + 1 :].replace(os.sep, "/"),) if inside else ()
        if wanted and lists(copy, wanted):
            return copy
        source = source_folder(copy)
        if source and _lies_in(source, file, wanted, copy):
            by_folder.append((len(source), copy))
    # One project may lie in the folder of another.
    return max(by_folder, key=lambda each: each[0], default=(0, None))[1]


def _lies_in(source: str, file: str | None, wanted: tuple[str, ...], copy: Copy) -> bool:
    """Whether a file, or one of those `wanted` where none is known, lies in a project.

    The project's own folder is imported from, and what the `.pth` files of its editable install
    name in it, such as `src`.
    """
    inside = os.path.realpath(source) + os.sep
    if file is not None:
        return file.startswith(inside)
    folders = [inside]
    beside = os.path.dirname(copy.folder)
    for name in _PTH.findall(file_of(copy, "RECORD", MAX_RECORD_BYTES)):
        lines = readable(os.path.join(beside, os.fsdecode(name)), MAX_HEAD_BYTES).splitlines()
        named = (os.path.realpath(os.path.join(beside, os.fsdecode(line))) for line in lines)
        folders += (each for each in named if each.startswith(inside))
    return any(os.path.isfile(os.path.join(f, each)) for f in folders for each in wanted)


def source_folder(copy: Copy) -> str | None:
    """The folder of the project that an editable install runs from (PEP 610); None for others."""
    content = file_of(copy, "direct_url.json", MAX_HEAD_BYTES)
    if not content or b'"editable"' not in content:
        return None
    import json
    from urllib.parse import unquote, urlsplit

    try:
        origin = json.loads(content)
        address = urlsplit(origin["url"])
        if origin["dir_info"]["editable"] is True and address.scheme == "file":
            if os.name != "nt":
                return unquote(address.path)
            # It imports http and ssl.
            from urllib.request import url2pathname

            return url2pathname(address.path)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return None


def digest(copy: Copy) -> str:
    """A hash of a distribution's files as RECORD lists them, the same for every installer.

    Installers add rows of their own: of compiled modules, of scripts, and of what they note beside
    METADATA. Those do not count.
    https://packaging.python.org/en/latest/specifications/recording-installed-packages/

    Returns:
        Hexadecimal digits; empty where there is no RECORD or none with hashes, or an editable
        install's, which lists none of the modules.
    """
    record = file_of(copy, "RECORD", MAX_RECORD_BYTES)
    if not record or source_folder(copy) is not None:
        return ""
    return digest_of(record, os.path.basename(copy.folder))


def digest_of(record: bytes, folder: str) -> str:
    """`digest` of the content of a RECORD, as of that in a wheel.

    Args:
        record: the content.
        folder: the name of the folder of metadata.
    """
    import csv
    import hashlib

    rows = []
    inside = f"{folder}/"
    for row in csv.reader(record.decode("utf-8", "replace").splitlines()):
        path, of = row[0] if row else "", row[1] if len(row) > 1 else ""
        is_noted = path.startswith(inside) and path.removeprefix(inside) not in _WRITTEN
        is_outside = path.startswith(("../", "/")) or ".data/" in path
        if of and not is_noted and not is_outside and not path.endswith(".pyc"):
            rows.append(f"{path},{of}")
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest() if rows else ""


def top_modules(copy: Copy) -> list[str]:
    """The packages and modules at the top of a distribution, as RECORD lists them."""
    record = file_of(copy, "RECORD", MAX_RECORD_BYTES)
    return sorted({each.decode() for each in _TOP.findall(record)})


def lists(copy: Copy, files: tuple[str, ...]) -> bool:
    """Whether a distribution lists one of these files, whose paths start where its folder lies."""
    record = file_of(copy, "RECORD", MAX_RECORD_BYTES)
    if record:
        # Looked for as bytes: a large RECORD takes long to parse. Quoted where it holds a comma.
        lines = b"\n" + record
        return any(
            b"\n" + line in lines
            for file in map(str.encode, files)
            for line in (file + b",", b'"' + file + b'",')
        )
    # Eggs and distutils have no RECORD: top_level.txt lists their modules.
    tops = file_of(copy, "top_level.txt", MAX_HEAD_BYTES).split()
    return any(file.partition("/")[0].removesuffix(".py").encode() in tops for file in files)


def file_of(copy: Copy, name: str, most: int) -> bytes:
    """A file beside the metadata of a copy; empty where there is none that can be read."""
    return readable(f"{copy.folder}{os.sep}{name}", most)
