"""What is wrong with what is installed: asks each module that knows a kind of fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.environment.misnamed import (
    alike,
    misspelt,
    of_special,
    reserved,
    respelled,
    unknown,
    unread,
    unserved,
)
from registry_core.environment.short_names import headless, stray, unnameable
from registry_core.keys import HOOKS, NOTES, REGISTRIES, is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from registry_core.entry import Entry, Problem
    from registry_core.environment.selection import Selection
    from registry_core.installed import Copy, Declaration


def all_problems(now: Selection, groups: Sequence[str]) -> tuple[Problem, ...]:
    """What `Environment.problems` says.

    Args:
        now: what may contribute.
        groups: of registries: the metadata of those alone that contribute to them is judged; none
            for all that is installed.
    """
    owners, problems = now.ownership()
    declared = now.installed.groups()
    projects = now.installed.projects()
    suspects = alike(declared, owners)
    idle = [group for group in declared if is_reserved(group)]
    found = (
        *now.installed.problems({HOOKS, NOTES, REGISTRIES, *groups} if groups else None),
        *problems,
        *unnameable(owners),
        *stray(declared, now.allowed, owners),
        *respelled(declared, now.allowed, owners, now.installed.copy),
        *of_special(declared, now, owners),
        *headless(declared, now.allowed, owners, now.installed.copy),
        *(problem for group in idle for problem in reserved(now.allowed(group), group)),
        *_of_projects(projects),
        *unknown(now.mentions(), now.installed, owners),
        *unread(now.variables()),
        *unserved(now.allowed(HOOKS), owners),
        *_unread_notes(now.allowed(NOTES), declared, owners),
        *(problem for pair in suspects for problem in misspelt(now.allowed(pair[0]), *pair)),
    )
    if not found:
        return ()
    from registry_core.environment.advice import addressed

    return tuple(addressed(problem, now.installed) for problem in found)


def _of_projects(projects: list[tuple[Copy, str]]) -> Iterator[Problem]:
    if projects:
        from registry_core.environment.hidden_names import outdated, renamed, unreadable

        yield from outdated(projects)
        yield from renamed(projects)
        yield from unreadable(projects)


def _unread_notes(
    found: list[Declaration], groups: list[str], owners: Mapping[str, Entry]
) -> Iterator[Problem]:
    if found:
        from registry_core.environment.note_problems import unread_notes

        yield from unread_notes(found, groups, owners)
