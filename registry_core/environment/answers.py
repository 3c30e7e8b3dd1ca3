"""What a hook module answered, as plain data, and what that answer stands and falls with."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from registry_core.entry import Entry
from registry_core.environment.began import (
    IMPORTED_EARLIER,
    IMPORTING,
    WE_STARTED,
    earliest_import,
)
from registry_core.environment.stamp import is_settled, stamp_of_all
from registry_core.keys import parse_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Answers = dict[str, Any]
# So many files of one package at most: to look at more takes longer than to import it.
_MOST = 2_000
_MOST_VALUES = 1_000_000
_COMPILED = "__pycache__"
_PLAIN = frozenset({str, int, float, bool, type(None)})


class Answer(NamedTuple):
    """What a hook module said the last time it was imported.

    Attributes:
        implements: the hooks that it implements.
        entries: what `registry_core_entries` answered; None where it has to be asked each time.
    """

    implements: frozenset[str]
    entries: list[Entry] | None


def plain_answer(
    target: str, implements: frozenset[str], entries: Sequence[Entry]
) -> list[object] | None:
    """An answer as JSON can hold it; None where it is not to be kept.

    Args:
        target: the hook module.
        implements: the hooks that it implements.
        entries: what it answered.
    """
    package = _package_of(target)
    files, folders, settled_by = _sources_of(package)
    summed = stamp_of_all(files)
    if not files or not all(is_settled(path, settled_by) for path in files):
        return None
    if not all(is_settled(each, settled_by) or _is_compiled_into(each) for each in folders):
        return None
    rows: list[list[object]] | None = None
    if all(map(_is_well_formed, entries)):
        rows = [[e.name, e.target, e.scope, dict(e.kwargs), dict(e.metadata)] for e in entries]
    plain_rows = rows if is_plain(rows) else None
    return [files, folders, summed, sorted(implements), plain_rows, _origin_of(package)]


def recalled_answer(target: str, plain: Any) -> Answer | None:
    """The answer of a hook module that was kept; None where its package is not what it was."""
    match plain:
        case [
            [str(), *_] as files,
            list(folders),
            int(summed),
            list(implements),
            list() | None as rows,
            str(origin),
        ]:
            if not all(isinstance(each, str) for each in (*files, *folders, *implements)):
                return None
            entries = None if rows is None else [_entry(row) for row in rows]
            well_formed = entries is None or None not in entries
            if (
                well_formed
                and stamp_of_all(files) == summed
                and _hold_nothing_else(folders, files)
                and _origin_of(_package_of(target)) == origin
            ):
                return Answer(frozenset(implements), cast("list[Entry] | None", entries))
        case _:
            pass
    return None


def _package_of(target: str) -> str:
    try:
        return parse_target(target).module.partition(".")[0]
    except ValueError:
        return ""


def _origin_of(package: str) -> str:
    """Where Python would find that package now: another of its name may shadow it."""
    # Late: only kept answers need it.
    from importlib.util import find_spec

    try:
        spec = find_spec(package)
    except (ImportError, ValueError, AttributeError):
        return ""
    return "" if spec is None else str(spec.origin or [*(spec.submodule_search_locations or ())])


def _entry(row: object) -> Entry | None:
    match row:
        case [str(name), str(target), str(scope), dict(kwargs), dict(metadata)]:
            return Entry(name, target, scope, kwargs, metadata)
        case _:
            return None


def _is_well_formed(entry: Entry) -> bool:
    return all(isinstance(mapping, Mapping) for mapping in (entry.kwargs, entry.metadata)) and all(
        type(text) is str for text in (entry.name, entry.target, entry.scope)
    )


def _sources_of(package: str) -> tuple[list[str], list[str], int]:
    """What an imported package was read from: its files with all beside them, and their folders.

    Returns:
        The files, the folders, and when they were read at the earliest. No files where they are too
        many, or where a module had been imported before us: nobody knows when, and its file may
        have changed since.
    """
    settled_by = WE_STARTED
    paths: set[str] = set()
    inside: list[str] = []
    for name, module in sys.modules.copy().items():
        if name != package and not name.startswith(f"{package}."):
            continue
        # Not getattr: a module may answer for names that it does not have.
        names: Mapping[str, Any] = getattr(module, "__dict__", {})
        file, folders = names.get("__file__"), names.get("__path__", ())
        if name in IMPORTED_EARLIER or not (file or folders):
            return [], [], 0
        if name in IMPORTING:
            settled_by = earliest_import()
        paths.update([file] if isinstance(file, str) else ())
        for top, found in _walked(folders) if name == package else ():
            inside.append(top)
            paths.update(found)
            if len(paths) > _MOST:
                return [], [], 0
    return sorted(paths), inside, settled_by


def _walked(folders: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Each of these folders and of those within, and the files in it."""
    for folder in folders:
        for top, inner, found in os.walk(folder):
            inner[:] = [each for each in inner if each != _COMPILED]
            yield top, [f"{top}{os.sep}{each}" for each in found]


def _hold_nothing_else(folders: Sequence[str], files: Sequence[str]) -> bool:
    """Whether there is no folder within these that is not among them, and no file but `files`.

    The time of a folder would say so too, but changes when Python first compiles what is in it.
    """
    known_folders, known_files = {*folders}, {*files}
    tops = [each for each in folders if os.path.dirname(each) not in known_folders]
    return all(
        top in known_folders and known_files.issuperset(found) for top, found in _walked(tops)
    )


def _is_compiled_into(folder: str) -> bool:
    """Whether Python has just compiled what is in a folder: that changes the folder's time.

    It makes the folder within first and then writes to it: what changes this one later is no
    compiling.
    """
    compiled = f"{folder}{os.sep}{_COMPILED}"
    try:
        inner, outer = os.stat(compiled), os.stat(folder)
    except (OSError, ValueError):
        return False
    last = max(outer.st_mtime_ns, outer.st_ctime_ns)
    # Not where they are equal: two changes within one tick leave one time.
    return last < inner.st_mtime_ns and not is_settled(compiled, WE_STARTED)


def is_plain(value: object) -> bool:
    """Whether JSON gives back the very same: no tuple, no subclass, and not without end."""
    # A stack of its own: an answer may nest deeper than Python calls may.
    waiting = [value]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return True
        value = waiting.pop()
        if type(value) is dict:
            if any(type(key) is not str or not _is_text(key) for key in value):
                return False
            waiting += value.values()
        elif type(value) is list:
            waiting += value
        elif type(value) is float:
            if value != value:  # noqa: PLR0124 - no number
                return False
        elif type(value) not in _PLAIN or (type(value) is str and not _is_text(value)):
            return False
    # It holds itself, or parts of it so often that nobody would want to read it.
    return False


def _is_text(value: str) -> bool:
    """Whether it holds no half of a character, of which JSON would make a whole."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
