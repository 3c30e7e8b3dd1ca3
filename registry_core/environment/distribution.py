"""One installed distribution: its name, version and entry points, read under a guard of its own."""

from __future__ import annotations

from os import PathLike, sep
from os.path import islink
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.environment.shard import NAMELESS
from registry_core.keys import is_project_name, name_fault, target_fault
from registry_core.wording import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from importlib_metadata import Distribution

ENTRY_POINTS = "entry_points.txt"
METADATA = ("METADATA", "PKG-INFO")

# What importlib_metadata takes for no file, and is none. A folder in its place, or a file that may
# not be read, it takes for none too; but those are there, and may be read one day.
_ABSENT = (FileNotFoundError, NotADirectoryError)

_LONGEST = 500

Row = tuple[str, str]
Refused = tuple[str, str, str]
Fault = tuple[str, str]


class Installed(NamedTuple):
    """What one distribution declares, as written.

    Attributes:
        name: empty where its metadata holds none that can be shown.
        version: empty where its metadata holds none.
        folder: the folder of its metadata within its place, or what else tells where it is.
        groups: each group of entry points with its (name, value) rows.
        has_entry_points: whether there is a file for them, readable or not.
        is_read: whether nothing was raised on the way; else reading it again may show more.
        faults: where in the folder something is wrong, and what.
        fix: what to do about that.
    """

    name: str
    version: str
    folder: str
    groups: dict[str, list[Row]]
    has_entry_points: bool
    is_read: bool
    faults: list[Fault]
    fix: str


def read_distribution(distribution: Distribution, place: str) -> Installed:
    """What `distribution` declares; one that cannot be read has no name, and a fault.

    Args:
        distribution: what a finder has found.
        place: the directory or archive that holds it; empty where no place is known.
    """
    # The folder is private to importlib_metadata, and a message without it could not be acted on.
    path: Any = getattr(distribution, "_path", type(distribution).__name__)
    folder = str(path.name if place else path)
    fix = "reinstall the distribution that it belongs to"
    try:
        name, version, fault = _identity(distribution)
        if not name and fault:
            # It may hold one: whoever removes the folder loses what is installed.
            wrong = f"its name cannot be read: {fault}"
            return Installed("", "", folder, {}, False, False, [("METADATA", wrong)], fix)
        if not is_project_name(name) or not _can_be_shown(f"{name}{version}"):
            fix = f"remove this folder, or {fix}"
            return Installed("", "", folder, {}, False, not fault, [("", NAMELESS)], fix)
        text, text_fault = _text(distribution, ENTRY_POINTS)
    except Exception as error:
        what = f"reading its metadata raised {told(error)}"
        return Installed("", "", folder, {}, False, False, [("", what)], fix)
    groups, faults = parse_entry_points(text or "")
    if groups and not version:
        # Messages would name no version; where there is nothing to name, nobody needs it.
        fault = fault or "it holds no version"
    faults = [("METADATA", fault), (ENTRY_POINTS, text_fault), *faults]
    faults = [(at, what) for at, what in faults if what]
    fix = f"tell its authors, or pip uninstall {name}"
    is_read = text is not None or not text_fault
    return Installed(name, version, folder, groups, text is not None, is_read, faults, fix)


def _can_be_shown(text: str) -> bool:
    # Every message about an entry names its provider.
    return len(text) <= _LONGEST and text.isprintable()


def _identity(distribution: Distribution) -> tuple[str, str, str]:
    """The name, the version and what is wrong, without parsing a description as e-mail."""
    text, fault = "", ""
    for file in METADATA:
        if not text:
            found, wrong = _text(distribution, file, _header)
            text, fault = found or "", fault or wrong
    fields = _fields(text)
    return fields.get("name", ""), fields.get("version", ""), fault


def _fields(text: str) -> dict[str, str]:
    """The name and the version, as far as a header says them."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if not line:
            break
        name, colon, value = line.partition(":")
        if colon and name.lower() in {"name", "version"}:
            fields.setdefault(name.lower(), value.strip())
    return fields


def _header(content: bytes) -> bytes:
    return content.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]


def _text(
    distribution: Distribution, name: str, part: Callable[[bytes], bytes] = bytes
) -> tuple[str | None, str]:
    """A metadata file, if there is one, and what is wrong with it.

    What is not UTF-8 costs only its own lines.

    Args:
        distribution: what holds the file.
        name: the file's.
        part: takes what matters from its content.
    """
    from importlib_metadata import PathDistribution

    path: Any = getattr(distribution, "_path", None)
    try:
        if type(distribution) is PathDistribution and isinstance(path, PathLike):
            # As its `read_text` does, which takes twice the time.
            with open(f"{path}{sep}{name}", "rb") as file:
                return part(file.read()).decode("utf-8"), ""
        return distribution.read_text(name), ""
    except _ABSENT:
        leads_nowhere = isinstance(path, PathLike) and islink(f"{path}{sep}{name}")
        return None, f"{name} is a link to what is not there" if leads_nowhere else ""
    except IsADirectoryError:
        return "", f"{name} is a folder"
    except OSError as error:
        if not isinstance(path, PathLike):
            raise
        return None, f"{name} cannot be read: {told(error)}"
    except UnicodeDecodeError as error:
        # All that was to be decoded is in the error.
        text = bytes(error.object).decode("utf-8", "replace")
        return text, f"{name} is not UTF-8: {error.reason}"


def reread(folder: str) -> tuple[str, dict[str, list[Row]]]:
    """The name and the entry points that a folder of metadata holds at this moment.

    Raises:
        OSError: a file is there, and cannot be read at this moment.
    """
    name = ""
    for file in METADATA:
        name = name or _fields(_content(f"{folder}{sep}{file}", _header)).get("name", "")
    return name, parse_entry_points(_content(f"{folder}{sep}{ENTRY_POINTS}"))[0]


def _content(path: str, part: Callable[[bytes], bytes] = bytes) -> str:
    try:
        with open(path, "rb") as file:
            return part(file.read()).decode("utf-8", "replace")
    except (*_ABSENT, IsADirectoryError, ValueError):
        # No such file; or, in a forged index, no such path.
        return ""


def parse_entry_points(text: str) -> tuple[dict[str, list[Row]], list[Fault]]:
    r"""Rows by group, and faults as (place, what). A bad line costs itself, not the file.

    >>> groups, faults = parse_entry_points("[console_scripts]\nrun = pkg:main\noops\n")
    >>> groups
    {'console_scripts': [('run', 'pkg:main')]}
    >>> faults
    [('entry_points.txt line 3', "'oops' is no 'name = value'")]
    """
    groups: dict[str, list[Row]] = {}
    faults: list[Fault] = []
    rows: list[Row] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(("#", ";")):
            continue
        fault = ""
        # A row may begin and end like a group: `[Bad] = pkg:Bad [extra]`.
        if line.startswith("[") and line.endswith("]") and "=" not in line:
            rows = groups.setdefault(line[1:-1].strip(), [])
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if rows is None:
            fault = f"{line[:60]!r} stands before the first [group]"
        elif not equals:
            fault = f"{line[:60]!r} is no 'name = value'"
        elif "\ufffd" in line:
            fault = f"{line[:60]!r} is not UTF-8"
        else:
            rows.append((name, value))
        if fault:
            faults.append((f"{ENTRY_POINTS} line {number}", fault))
    return groups, faults


def sifted(written: list[Row]) -> tuple[dict[str, str], list[Refused]]:
    """The rows that are fit to be entries, and the others with what is wrong with each."""
    rows: dict[str, str] = {}
    refused: list[Refused] = []
    for name, value in written:
        fault = name_fault(name) or target_fault(value)
        if fault is None and rows.setdefault(name, value) != value:
            fault = "it is declared twice; the first is kept"
        if fault is not None:
            refused.append((name, value, fault))
    return rows, refused
