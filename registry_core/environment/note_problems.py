"""What is wrong with what distributions say in their data files, beside its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import TELL_AUTHORS, Problem
from registry_core.environment.advice import addressed
from registry_core.environment.notes import circle_text
from registry_core.guesses import guessed
from registry_core.keys import HOOKS, NOTES
from registry_core.text import did_you_mean, listed, quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from registry_core.entry import Entry
    from registry_core.environment.notes import Notes
    from registry_core.environment.table import Table
    from registry_core.hooks.registry_hooks import Hooks
    from registry_core.installed import Declaration, Installed

    # Whether a key leads to an entry; None where that is not certain.
    Leads = Callable[[str], "bool | None"]


RENAMED_TO_NOTHING = "rename-nowhere"
NOTE_CODES = frozenset(
    {"bad-notes", "no-notes", "note-of-nothing", "unowned-notes"}
    | {"rename-circle", "rename-conflict", RENAMED_TO_NOTHING}
)


def note_problems(
    table: Table, installed: Installed, hooks: Hooks, leads: Leads | None = None
) -> list[Problem]:
    """What is wrong with the data files about one registry.

    Args:
        table: what is discovered for it; some distribution has a data file about it.
        installed: what is installed.
        hooks: those that serve it.
        leads: whether a key leads to an entry; None where the table tells.
    """
    circles = table.notes.circles()
    in_circles = {name for circle in circles.values() for name in circle}
    found: list[Problem] = []
    for each in table.notes:
        said = each.parsed()
        found += said.problems
        found += _of_entries(table, each, installed, hooks)
        for old, rename in said.renamed.items():
            if old in circles:
                what = circle_text(circles[old])
                found.append(each.file.problem(f"renamed: {what}", code="rename-circle"))
            elif old not in in_circles:
                is_there = _leads(table, rename.to) if leads is None else leads(rename.to)
                if is_there is False:
                    what = f"renamed: {quoted(old)} is now {quoted(rename.to)}, which no entry has"
                    found.append(each.file.problem(what, code=RENAMED_TO_NOTHING))
            rivals = table.notes.renames(old)
            if len(rivals) > 1 and any(rival.provider == rename.provider for rival in rivals):
                others = [f"{r.to} ({r.provider})" for r in rivals if r.to != rename.to]
                what = f"renamed: {quoted(old)} is now {quoted(rename.to)}, but elsewhere"
                found.append(each.file.problem(f"{what} {listed(others)}", code="rename-conflict"))
    return [addressed(problem, installed) for problem in found]


def _leads(table: Table, key: str) -> bool:
    notes, seen = table.notes, {key}
    waiting = [key]
    while waiting:
        each = waiting.pop()
        if table.under(each):
            return True
        for rename in () if notes is None else notes.renames(each):
            if rename.to not in seen:
                seen.add(rename.to)
                waiting.append(rename.to)
    return False


def _of_entries(
    table: Table, notes: Notes, installed: Installed, hooks: Hooks
) -> Iterator[Problem]:
    """Notes about entries that the distribution does not have."""
    provider = notes.file.provider
    known: set[str] | None = None
    for key in notes.parsed().entries:
        if any(entry.provider.name == provider.name for entry in table.under(key)):
            continue
        if known is None:
            if _is_unasked(table, notes, installed, hooks):
                return
            entries = [*table.all_entries(), *(entry for entry, _ in table.blocked)]
            known = {each.key for each in entries if each.provider.name == provider.name}
            known |= {problem.key for problem in table.problems if problem.key}
        if key not in known:
            meant = did_you_mean(guessed(key, known, 1))
            meant = f"; {meant}" if meant else ""
            quote = any(each.startswith(f"{key}.") for each in known)
            meant = "; a key with dots in it is written in quotes" if quote else meant
            what = f"entries: it notes {quoted(key)}, which it does not provide{meant}"
            yield notes.file.problem(what, code="note-of-nothing")


def _is_unasked(table: Table, notes: Notes, installed: Installed, hooks: Hooks) -> bool:
    """Whether hooks of the distribution may compute entries, and have not answered."""
    provider, copy = notes.file.provider, installed.copy(notes.file.key)
    if any(p.code == "hook-failed" and p.provider == provider for p in table.problems):
        return True
    if copy is None or HOOKS not in copy.groups():
        return False
    served = {name for name, _ in copy.groups()[HOOKS].written()}
    is_served = bool(served & {notes.group, notes.group.rpartition(".")[2]})
    return is_served and all(module.provider.name != provider.name for module in hooks.modules)


def unread_notes(
    declared: Iterable[Declaration], groups: Iterable[str], owners: Mapping[str, Entry]
) -> Iterator[Problem]:
    """A problem for each row whose registry nothing adds to and no framework owns.

    Args:
        declared: what distributions declare in the group of data files.
        groups: all groups that something is declared in.
        owners: the registries that frameworks own.
    """
    known = {*owners}
    for group in groups:
        segments = group.split(".")
        known |= {".".join(segments[:end]) for end in range(1, len(segments) + 1)}
    for each in declared:
        for name, _ in each.group.written():
            if name not in known:
                close = guessed(name, sorted(owners), 1)
                fix = f"write {quoted(close[0])}, if that is what is meant" if close else ""
                what = f"nothing adds to a registry {quoted(safe_text(name))}, and nothing owns it"
                fix = fix or f"{TELL_AUTHORS}: the name of the row is the group of a registry"
                yield Problem(each.provider, NOTES, what, fix, "misnamed", "unowned-notes")
