"""What hooks answer: read and judged, and as rows of plain data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from registry_core.entry import Entry
from registry_core.keys import name_fault, target_fault
from registry_core.limits import MAX_HINT
from registry_core.text import safe_text

_TYPES = frozenset({str, int, float, bool, type(None)})


class NotYet(Exception):
    """A hook cannot tell at this moment: it is asked again."""


def entry_fault(entry: Entry) -> str | None:
    """What is wrong with an entry that a hook computed, or None.

    >>> entry_fault(Entry("Swish", "acts"))
    "'acts' needs the form 'module:attribute'"
    """
    fault = next(_type_faults(entry), None)
    return fault or name_fault(entry.name) or target_fault(entry.target)


def _type_faults(entry: Entry) -> Iterator[str]:
    for field in ("name", "scope"):
        if not isinstance(getattr(entry, field), str):
            yield f"its {field} is not a str"
    for field in ("kwargs", "metadata"):
        if not isinstance(getattr(entry, field), Mapping):
            yield f"its {field} is not a mapping"


def read_entries(answer: object) -> Iterator[Entry]:
    """The entries in an answer of `registry_core_entries`, checked for their type alone."""
    if answer is NotImplemented:
        raise NotYet
    if isinstance(answer, (Entry, str, Mapping)) or not isinstance(answer, Iterable):
        kind = "one Entry" if isinstance(answer, Entry) else type(answer).__name__
        raise TypeError(f"it must return or yield entries, but returned {kind}")
    for entry in cast("Iterable[object]", answer):
        yield from read_entry(entry)


def read_entry(answer: object) -> Iterator[Entry]:
    """The entry that an answer is, checked for its type alone."""
    if not isinstance(answer, Entry):
        raise TypeError(f"expected an Entry, but got {type(answer).__name__}")
    yield answer


def read_hint(answer: object) -> Iterator[str]:
    """A hint of `registry_core_missing`, cut and escaped: it will stand in an error."""
    text = safe_text(str(answer)[: MAX_HINT + 1])
    yield text if len(text) <= MAX_HINT else f"{text[:MAX_HINT]}..."


def rows_of(entries: Iterable[Entry]) -> list[list[object]] | None:
    """`entries` as rows for JSON; None where JSON would not give back the very same.

    >>> rows_of([Entry("Swish", "acts:Swish", kwargs={"beta": 1.5})])
    [['Swish', 'acts:Swish', '', {'beta': 1.5}, {}]]
    >>> rows_of([Entry("Swish", "acts:Swish", kwargs={"size": (2, 2)})]) is None
    True
    """
    rows: list[list[object]] = []
    for entry in entries:
        if any(_type_faults(entry)) or not isinstance(entry.target, str):
            return None
        try:
            mappings = dict(entry.kwargs), dict(entry.metadata)
        except Exception:
            # A mapping of the plugin's own, which fails when it is read.
            return None
        rows.append([entry.name, entry.target, entry.scope, *mappings])
    return rows if is_plain(rows) else None


def entries_of(rows: Sequence[object]) -> list[Entry] | None:
    """What `rows_of` wrote; None where `rows` are of another form."""
    entries: list[Entry] = []
    for row in rows:
        match row:
            case [str(name), str(target), str(scope), dict(kwargs), dict(metadata)]:
                entries.append(Entry(name, target, scope, kwargs, metadata))
            case _:
                return None
    return entries


def are_same(some: Iterable[Entry], others: Iterable[Entry]) -> bool:
    """Whether these are the same plain entries in any order, to the types of their arguments."""
    import json

    rows = [rows_of(entries) for entries in (some, others)]
    texts = [None if each is None else sorted(map(json.dumps, each)) for each in rows]
    return texts[0] is not None and texts[0] == texts[1]


def is_plain(value: object) -> bool:
    """Whether JSON gives back the very same value, of the very same types.

    >>> is_plain({"a": [1, None]}), is_plain({"a": (1, None)}), is_plain({1: "a"})
    (True, False, False)
    """
    import json

    try:
        # Not the comparison alone: 1 equals True, and a subclass answers as it likes.
        return _has_types_of_json(value) and bool(json.loads(json.dumps(value)) == value)
    except (ValueError, RecursionError):
        # An integer of many thousand digits; or it nests too deep, or holds itself.
        return False


def _has_types_of_json(value: Any) -> bool:
    if type(value) is dict:
        return all(type(key) is str for key in value) and all(
            map(_has_types_of_json, value.values())
        )
    return all(map(_has_types_of_json, value)) if type(value) is list else type(value) in _TYPES
