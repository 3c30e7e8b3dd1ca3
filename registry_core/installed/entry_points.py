"""`entry_points.txt`: its rows by group. A bad line costs itself, not the file."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import repeat
from typing import NamedTuple

from registry_core.entry import Provider
from registry_core.keys import name_fault, target_fault
from registry_core.limits import MAX_NAME

ENTRY_POINTS = "entry_points.txt"
_QUOTES, _WITHIN = "\"'", ("_", ".", "-", "/")

Row = tuple[str, str]
Refused = tuple[str, str, str]
Fault = tuple[str, str]


class Group(NamedTuple):
    """What one file declares in one group. Lives as long as the copy that it is read from.

    Attributes:
        rows: target by name, for the rows that are fit to be entries.
        refused: the name and value of each other row, and what is wrong with it.
    """

    rows: dict[str, str]
    refused: list[Refused]

    def written(self) -> Iterator[Row]:
        """Every row, fit or not: groups of no registry have other rules."""
        yield from self.rows.items()
        for name, value, _ in self.refused:
            yield name, value


class Declaration(NamedTuple):
    """What one distribution declares in one group. Lives as long as the table made of it.

    Attributes:
        key: its normalized name, by which all is decided.
        provider: its name and version, as shown.
        group: the rows.
    """

    key: str
    provider: Provider
    group: Group

    @property
    def rows(self) -> Mapping[str, str]:
        """Target by name, for the rows that are fit to be entries."""
        return self.group.rows


def parse_entry_points(
    text: str, *, is_damaged: bool = False
) -> tuple[dict[str, Group], list[Fault]]:
    r"""Rows by group, and faults as (place, what).

    Lines end where `str.splitlines` says, as in importlib_metadata. A header is a line in brackets
    without `=`: a row may begin and end like one, `[Bad] = pkg:Bad [extra]`.

    Args:
        text: what the file holds.
        is_damaged: whether U+FFFD stands in it for bytes that are not UTF-8.

    >>> groups, faults = parse_entry_points("[console_scripts]\nrun = pkg:main\noops\n")
    >>> groups["console_scripts"].rows
    {'run': 'pkg:main'}
    >>> faults
    [('entry_points.txt line 3', "'oops' is not 'name = value'")]
    """
    plain = None if is_damaged else _plain(text)
    if plain is not None:
        return plain, []
    written: dict[str, list[Row]] = {}
    faults: list[Fault] = []
    rows: list[Row] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        name, equals, value = line.partition("=")
        if equals and rows is not None and not (is_damaged and "\ufffd" in line):
            rows.append((name.rstrip(), value.lstrip()))
        elif not equals and line[0] == "[" and line[-1] == "]":
            group = line[1:-1].strip()
            rows = written.setdefault(group, [])
            if group != line.strip("[]"):
                # importlib_metadata reads another group.
                faults.append((f"{ENTRY_POINTS} line {number}", f"{line[:60]!r} is not '[group]'"))
        else:
            fault = "is not UTF-8" if rows is not None and equals else "is not 'name = value'"
            if rows is None:
                fault = "stands before the first [group]"
            faults.append((f"{ENTRY_POINTS} line {number}", f"{line[:60]!r} {fault}"))
    return {group: sorted_out(found) for group, found in written.items()}, faults


def sorted_out(written: list[Row]) -> Group:
    """The rows that are fit to be entries, and the others with what is wrong with each."""
    rows = dict(written)
    if len(rows) == len(written) and _are_plain(rows):
        return Group(rows, [])
    rows = {}
    refused: list[Refused] = []
    for name, value in written:
        fault = name_fault(name) or target_fault(value)
        if fault is None and rows.setdefault(name, value) != value:
            fault = "it is declared twice; the first is kept"
        if fault is not None:
            refused.append((name, value, fault))
    return Group(rows, refused)


def _plain(text: str) -> dict[str, Group] | None:
    """What a file declares that is written as build backends do; None for any other.

    It must say what `parse_entry_points` says line by line, which takes several times as long.
    """
    before, *sections = f"\n{text}".split("\n[")
    found: dict[str, Group] = {}
    for section in sections:
        header, bracket, body = section.partition("]\n")
        body = body.strip("\n")
        lines = body.split("\n") if body else []
        try:
            rows = dict([line.split(" = ") for line in lines])
        except ValueError:
            return None
        if (
            not bracket
            or len(rows) != len(lines)
            or not (_are_identifiers(rows, body) or _are_plain(rows))
            or header in found
            or not header.replace(".", "_").isidentifier()
        ):
            return None
        found[header] = Group(rows, [])
    return None if before.strip("\n") else found


def _are_identifiers(rows: Mapping[str, str], body: str) -> bool:
    """Whether all names and targets are made of identifiers, by a look at all of them at once.

    Args:
        rows: the rows.
        body: the same as text: a line `name = module:attribute` for each.
    """
    words = body.replace(" = ", ":").replace("\n", ":").replace(".", ":").split(":")
    return all(map(str.isidentifier, words)) and _are_targets(rows) and _are_short(rows, body)


def _are_targets(rows: Mapping[str, str]) -> bool:
    return set(map(str.count, rows.values(), repeat(":"))) == {1}


def _are_short(rows: Mapping[str, str], text: str) -> bool:
    return len(text) <= MAX_NAME or len(max(rows, key=len)) <= MAX_NAME


def _are_plain(rows: Mapping[str, str]) -> bool:
    """Whether all rows are sound by a look at all of them at once: most are, by tens of thousands.

    A row that is not plain may still be sound: `name_fault` and `target_fault` judge it.
    """
    if not rows:
        return True
    names, targets = f" {' '.join(rows)} ", "|".join(rows.values())
    return (
        names.isprintable()
        and names.count(" ") == len(rows) + 1
        and "  " not in names
        and not any(mark in names for mark in "[#;=")
        and _are_short(rows, names)
        and targets.count("|") == len(rows) - 1
        and _are_targets(rows)
        and all(map(str.isidentifier, targets.replace(":", ".").replace("|", ".").split(".")))
    )


def malformed_rows(text: str) -> Iterator[tuple[str, int, str, Callable[[str], bool]]]:
    """Lines that were meant to be rows and are none, each with the group that was meant.

    A row that is refused for its name or target is not among them. Where a header is malformed, all
    rows below it are in another group than the one meant.

    Returns:
        The group, the number and the text of each, and whether it begins with a name.
    """
    group, header = "", ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and "=" not in line:
            group = line.strip("[] ")
            header = "" if line == f"[{group}]" else f"{line}, above "
        elif header or "=" not in line or line[0] in _QUOTES:
            yield group, number, f"{header}{line}", partial(_begins_with, line)


def _begins_with(line: str, name: str) -> bool:
    rest = line.lstrip(_QUOTES)
    after = rest[len(name) : len(name) + 1]
    return rest.startswith(name) and not (after.isalnum() or after in _WITHIN)
