"""What a hook module answered, as plain data, and what that answer stands and falls with."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from registry_core.entry import Entry
from registry_core.environment.began import BEFORE, BEGAN
from registry_core.environment.stamp import is_settled, stamp_of_all
from registry_core.keys import parse_target

if TYPE_CHECKING:
    from collections.abc import Sequence

Answers = dict[str, Any]
# So many files of one package at most: to look at more takes longer than to import it.
_MOST = 2_000
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
    target: str, implements: frozenset[str], entries: Sequence[Entry] | None
) -> list[object] | None:
    """An answer as JSON can hold it; None where it is not to be kept.

    Args:
        target: the hook module.
        implements: the hooks that it implements.
        entries: what it answered; None where it has to be asked each time.
    """
    files = _files_of(target)
    summed = stamp_of_all(files)
    if not files or not all(is_settled(path, BEGAN) for path in files):
        return None
    rows: list[list[object]] | None = None
    if entries is not None and all(map(_is_well_formed, entries)):
        rows = [[e.name, e.target, e.scope, dict(e.kwargs), dict(e.metadata)] for e in entries]
    return [files, summed, sorted(implements), rows if is_plain(rows) else None]


def recalled_answer(plain: Any) -> Answer | None:
    """The answer that was kept; None where a file of the hook's package has changed since."""
    match plain:
        case [[str(), *_] as files, int(summed), list(implements), list() | None as rows]:
            if not all(isinstance(each, str) for each in (*files, *implements)):
                return None
            entries = None if rows is None else [_entry(row) for row in rows]
            if stamp_of_all(files) == summed and (entries is None or None not in entries):
                return Answer(frozenset(implements), cast("list[Entry] | None", entries))
        case _:
            pass
    return None


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


def _files_of(target: str) -> list[str]:
    """The files of the hook's own package that were imported, and what lies beside them.

    None where they are too many, or where one had been imported before us: it may have changed.
    """
    package = parse_target(target).module.partition(".")[0]
    paths: set[str] = set()
    for name, module in sys.modules.copy().items():
        if name != package and not name.startswith(f"{package}."):
            continue
        # Not getattr: a module may answer for names that it does not have.
        names: Mapping[str, Any] = getattr(module, "__dict__", {})
        file, folders = names.get("__file__"), names.get("__path__", ())
        if name in BEFORE or not (file or folders):
            return []
        paths.update([file] if isinstance(file, str) else ())
        for folder in folders:
            with suppress(OSError), os.scandir(folder) as found:
                paths.update(each.path for each in found if each.is_file())
            paths.add(folder)
    return sorted(paths) if len(paths) <= _MOST else []


def is_plain(value: object) -> bool:
    """Whether JSON gives back the very same: no tuple, no subclass, no key that is no str."""
    # A stack of its own: an answer may nest deeper than Python calls may, or hold itself.
    waiting, seen = [value], set[int]()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        if type(value) in (dict, list):
            seen.add(id(value))
        if type(value) is dict:
            if any(type(key) is not str for key in value):
                return False
            waiting += value.values()
        elif type(value) is list:
            waiting += value
        elif type(value) not in _PLAIN or value != value:  # noqa: PLR0124 - not a number
            return False
    return True
