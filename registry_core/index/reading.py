"""What a wheel says of registries, as lines of an index. Its source is parsed, and never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from registry_core.environment.notes import FILE, Notes, NotesFile
from registry_core.index.line import Line, written
from registry_core.index.wheel import BadWheel, opened_wheel
from registry_core.installed.entry_points import parse_entry_points
from registry_core.installed.files import Unreadable
from registry_core.keys import HOOKS, NOTES, PREFIX, REGISTRIES, name_fault, parse_target
from registry_core.limits import MAX_NAME, MAX_SHOWN_LINES, MAX_WHEEL_LINES
from registry_core.signature.source import Absent, reading_first
from registry_core.signature.source import Unreadable as Untold
from registry_core.signature.static import Reader
from registry_core.text import error_text, quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from registry_core.entry import Provider
    from registry_core.index.wheel import Wheel
    from registry_core.installed import Copy
    from registry_core.installed.entry_points import Group
    from registry_core.signature.record import Signature

# Groups of no registry, and what is read with the entries.
_NOT_INDEXED = frozenset({"console_scripts", "gui_scripts", NOTES})


def lines_of(file: str) -> tuple[Provider, list[Line], list[str]]:
    """What a wheel says, line by line.

    Args:
        file: its path.

    Returns:
        Its distribution, the lines, unsorted, and what is left out of them, with the reason.

    Raises:
        BadWheel: nothing of it can be used.
    """
    with opened_wheel(file) as wheel, reading_first(wheel):
        faults: list[str] = []
        groups, malformed = parse_entry_points(wheel.entry_points.decode("utf-8", "replace"))
        faults += [f"{where}: {what}" for where, what in malformed]
        notes = dict(_notes(wheel, groups, faults))
        lines: list[Line] = []
        size = 0
        for line in _lines(wheel, groups, notes, faults):
            lines.append(line)
            size += len(written(line))
            if size > MAX_WHEEL_LINES:
                raise BadWheel(f"its lines would have more than {MAX_WHEEL_LINES:,} bytes")
        faults += dict.fromkeys(wheel.faults)
        if len(faults) > MAX_SHOWN_LINES:
            faults[MAX_SHOWN_LINES:] = [f"and {len(faults) - MAX_SHOWN_LINES:,} more faults"]
        return wheel.provider, lines, faults


class _WheelNotes(NotesFile):
    """The data file of a wheel that is not installed. Lives as long as the reading."""

    def __init__(self, wheel: Wheel, package: str, groups: list[str]) -> None:
        # All that is asked of a copy but for its files.
        super().__init__(cast("Copy", wheel), package, groups)
        self._wheel = wheel

    def _content(self) -> bytes | None:
        try:
            return self._wheel.read(f"{self.package}/{FILE}")
        except BadWheel as error:
            raise Unreadable(str(error)) from error


def _notes(
    wheel: Wheel, groups: Mapping[str, Group], faults: list[str]
) -> Iterator[tuple[str, Notes]]:
    """What the wheel notes, by registry."""
    packages: dict[str, list[str]] = {}
    for registry, package in groups[NOTES].written() if NOTES in groups else ():
        packages.setdefault(package, []).append(registry)
    for package, registries in packages.items():
        file = _WheelNotes(wheel, package, registries)
        for registry in registries:
            notes = Notes(file, registry)
            faults += [f"{each.where}: {each.what}" for each in notes.parsed().problems]
            yield registry, notes


def _lines(
    wheel: Wheel, groups: Mapping[str, Group], notes: Mapping[str, Notes], faults: list[str]
) -> Iterator[Line]:
    reader = Reader()
    owned = {PREFIX, *(groups[REGISTRIES].rows if REGISTRIES in groups else ())}
    for group, found in groups.items():
        if group in _NOT_INDEXED or len(group) > MAX_NAME or not group.isprintable():
            continue
        if group == HOOKS:
            names = {name for name, _ in found.written() if name_fault(name) is None}
            yield from (Line(group, name, wheel.provider) for name in names)
            continue
        for name, target in found.rows.items():
            try:
                signature = None if group == REGISTRIES else _signature(reader, wheel, target)
            except Absent as error:
                faults.append(f"{quoted(name)} in {quoted(group)} leads nowhere: {error}")
                continue
            noted = _metadata(notes, f"{group}.{name}")
            yield Line(group, name, wheel.provider, target, signature, noted)
        if any(f"{group}.".startswith(f"{each}.") for each in owned):
            # Rows of other groups may be what no registry takes, as modules are.
            faults += [
                f"{quoted(name)} in {quoted(group)}: {safe_text(why)}"
                for name, _, why in found.refused
            ]
    for registry, each in notes.items():
        for old, rename in each.parsed().renamed.items():
            now = (rename.to, rename.since, rename.until)
            if old.isprintable() and len(old) <= MAX_NAME and all(map(str.isprintable, now)):
                yield Line(registry, old, wheel.provider, renamed=now)


def _signature(reader: Reader, wheel: Wheel, target: str) -> Signature | None:
    """What a target takes; None where source does not tell.

    Raises:
        Absent: it is not in the wheel, which has the package that it is to be in.
    """
    module, attribute, _ = parse_target(target)
    try:
        return reader.signature(module, attribute)
    except Absent as error:
        if error.module and not wheel.holds(error.module):
            # In another distribution, which is not installed here.
            return None
        raise
    except Untold:
        return None
    except Exception as error:
        # A source that is made to break a parser breaks what reads the tree as well.
        wheel.faults.append(f"the source of {quoted(target)} cannot be read: {error_text(error)}")
        return None


def _metadata(notes: Mapping[str, Notes], address: str) -> Mapping[str, Any]:
    for registry, each in notes.items():
        if address.startswith(f"{registry}."):
            return each.parsed().entries.get(address.removeprefix(f"{registry}."), {})
    return {}
