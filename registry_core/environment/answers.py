"""What a hook module answered, as plain data, and what that answer stands and falls with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.entry import Entry
from registry_core.environment.stamp import is_settled, stamp_of_all
from registry_core.keys import parse_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Answers = dict[str, Any]
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
    target: str, implements: frozenset[str], entries: Sequence[Entry] | None, began: int
) -> list[object] | None:
    """An answer as JSON can hold it; None where it is not to be kept.

    Args:
        target: the hook module.
        implements: the hooks that it implements.
        entries: what it answered; None where it has to be asked each time.
        began: when this process began: a file that has changed since is older in memory.
    """
    files = _files_of(target)
    summed = stamp_of_all(files)
    if not files or not all(is_settled(path, began) for path in files):
        return None
    rows: list[object] | None = None
    if entries is not None:
        rows = [[e.name, e.target, e.scope, dict(e.kwargs), dict(e.metadata)] for e in entries]
    return [files, summed, sorted(implements), rows if _is_plain(rows) else None]


def recalled_answer(plain: Any) -> Answer | None:
    """The answer that was kept; None where a file of the hook's package has changed since."""
    try:
        files, summed, implements, rows = plain
        if stamp_of_all(files) != summed:
            return None
        entries = None if rows is None else [_entry(*row) for row in rows]
        return Answer(frozenset(map(str, implements)), entries)
    except (TypeError, ValueError, AttributeError):
        return None


def _entry(name: object, target: object, scope: object, kwargs: object, metadata: object) -> Entry:
    if not (isinstance(kwargs, dict) and isinstance(metadata, dict)):
        raise TypeError("no answer of ours")
    return Entry(str(name), str(target), str(scope), kwargs, metadata)


def _files_of(target: str) -> list[str]:
    """The files of the hook's own package that have been imported; none if one has no file."""
    package = parse_target(target).module.partition(".")[0]
    files: list[str] = []
    for name, module in sys.modules.copy().items():
        if name == package or name.startswith(f"{package}."):
            # Not getattr: a module may answer for names that it does not have.
            names: Mapping[str, Any] = getattr(module, "__dict__", {})
            if isinstance(file := names.get("__file__"), str):
                files.append(file)
            elif "__path__" not in names:
                return []
    return sorted(files)


def _is_plain(value: object) -> bool:
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
        elif type(value) not in _PLAIN:
            return False
    return True
