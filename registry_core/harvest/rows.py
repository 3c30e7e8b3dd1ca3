"""The rows of entry points that a project's decorators stand for."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

from registry_core.keys import dotted, group_fault, name_fault, path_fault
from registry_core.signature.flash_registrations import FlashRegistrations
from registry_core.signature.registrations import Registration, Registrations
from registry_core.signature.registry_calls import address_of
from registry_core.signature.source import SourceError, find_spec
from registry_core.signature.static import Reader
from registry_core.text import error_text, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry_core.harvest.project import Project
    from registry_core.signature.modules import Definition, Module
    from registry_core.signature.source import Source


class Note(NamedTuple):
    """What to know of one place in the source.

    Attributes:
        file: the source.
        line: counted from 1; None where the whole file is meant.
        what: why it is not among the rows, or what is uncertain about it.
        is_unread: whether something that registers is not among the rows.
        is_broken: whether importing the file fails too, and something registers in it.
    """

    file: str
    line: int | None
    what: str
    is_unread: bool
    is_broken: bool = False

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.what}"


class Harvest(NamedTuple):
    """What a project registers.

    Attributes:
        groups: by group the targets by name, both sorted.
        notes: what could not be read, and what is not certain.
    """

    groups: Mapping[str, Mapping[str, str]]
    notes: tuple[Note, ...]


def harvest(project: Project) -> Harvest:
    """Read what the modules of a project register, in registries of its own and of others.

    A name that stands under a condition is among the rows, and so is the one that `force` gives it
    where it stands in several places; a note says so. What only running would tell is a note alone.

    Args:
        project: what to read. Nothing of it is imported.

    Raises:
        ConfigError: never for its source; what cannot be read is a note.
    """
    found: dict[tuple[str, str], list[Registration]] = {}
    notes: list[Note] = []
    groups_of: dict[Definition | str | None, str | None] = {}
    with project.importable():
        reader = Reader()
        for name in project.modules:
            module = None
            try:
                module = reader.names.module(name)
                read = Registrations(reader, module, project.registries).read()
                read += FlashRegistrations(reader, module, project.registries).read()
            except (SourceError, RecursionError) as error:
                notes.append(_unreadable(name, module, error))
                continue
            # Functions were not looked into, and importing parses them too.
            broken = _broken(module.source) if read else None
            if broken is not None:
                notes.append(broken)
                continue
            for each in read:
                if each.registry not in groups_of:
                    groups_of[each.registry] = _group(reader, each.registry)
                group = groups_of[each.registry]
                fault = _fault(each, group)
                if isinstance(each, Registration) and not fault:
                    found.setdefault((str(group), each.name), []).append(each)
                else:
                    notes.append(Note(each.file, each.line, fault, is_unread=True))
    groups: dict[str, dict[str, str]] = {}
    for (group, name), several in sorted(found.items()):
        chosen = next((each for each in several if each.force), several[0])
        groups.setdefault(group, {})[name] = chosen.target
        notes += _doubts(name, chosen, several)
    notes += _unsaid(project, found)
    # A loop registers at one line several times.
    notes = [*dict.fromkeys(notes)]
    return Harvest(groups, tuple(sorted(notes, key=lambda each: (each.file, each.line or 0))))


def _unreadable(name: str, module: Module | None, error: Exception) -> Note:
    """What to say of a module that cannot be read, with its line where that is known."""
    spec = find_spec(name)
    file = getattr(spec, "origin", None) or name
    try:
        broken = None if module is None else _broken(module.source)
    except SourceError:
        broken = None
    return broken or Note(file, None, f"it cannot be read: {error}", is_unread=True)


def _broken(source: Source) -> Note | None:
    """What keeps Python from importing a file; None for nothing that can be seen."""
    line: int | None = None
    try:
        with warnings.catch_warnings():
            # They are for its author, and shown when it is imported.
            warnings.simplefilter("ignore")
            compile(source.code, source.file, "exec", dont_inherit=True)
    except SyntaxError as error:
        line, reason = error.lineno, error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        is_deep = not isinstance(error, ValueError)
        reason = "it nests too deep" if is_deep else error_text(error)
    else:
        return None
    # Where nothing seems to register it may be a template, which a package may hold.
    is_broken = "register" in source.code
    what = f"it cannot be parsed: {reason}"
    return Note(source.file, line, what, is_unread=True, is_broken=is_broken)


def _group(reader: Reader, registry: Definition | str | None) -> str | None:
    """The group that a registry's entries are declared in; None where it has no address."""
    if registry is None or isinstance(registry, str):
        return registry
    address = address_of(reader, registry)
    if address is None:
        return None
    call, path = address
    return None if group_fault(call.group) or path_fault(path) else dotted((call.group, *path))


def _fault(each: Registration | object, group: str | None) -> str:
    """Why something that registers is not among the rows; empty where it is."""
    if not isinstance(each, Registration):
        return f"{each.text}: {each.reason}"  # type: ignore[attr-defined]
    if group is None:
        path = getattr(each.registry, "path", "")
        return f"{quoted(each.name)}: its registry {quoted(path)} has no group"
    fault = name_fault(each.name)
    return f"{quoted(each.name)} cannot be the name of an entry point: {fault}" if fault else ""


def _unsaid(
    project: Project, found: Mapping[tuple[str, str], list[Registration]]
) -> Iterator[Note]:
    """What to say, once for a group, of metadata: rows cannot hold it."""
    unsaid: dict[str, dict[str, Registration]] = {}
    for (group, name), several in found.items():
        for each in several:
            if each.metadata:
                unsaid.setdefault(group, {})[name] = each
    # A key is a name, or the path of a scope before it.
    noted = {key.rpartition(".")[2] for key in (project.noted_keys() if unsaid else ())}
    for group, names in unsaid.items():
        missing = [name for name in names if name.rpartition(".")[2] not in noted]
        if not missing:
            continue
        first = names[missing[0]]
        what = f"rows hold no metadata: that of {listed(missing)} in {group} is not known before"
        what = f"{what} importing, unless a registry.toml has it"
        yield Note(first.file, first.line, what, is_unread=False)


def _doubts(name: str, chosen: Registration, several: list[Registration]) -> list[Note]:
    notes: list[Note] = []
    others = [each for each in several if each.target != chosen.target]
    for each in others:
        what = f"{quoted(name)} is registered here too, and is {chosen.target} in the rows"
        notes.append(Note(each.file, each.line, what, is_unread=False))
    if not any(each.is_certain for each in several):
        what = f"{quoted(name)} {chosen.doubt}"
        notes.append(Note(chosen.file, chosen.line, what, is_unread=False))
    return notes
