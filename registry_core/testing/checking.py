"""Everything that can be wrong with what one distribution adds to the registries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.doctor.entry_faults import fault_of, registry_owned_by
from registry_core.entry import Problem, Provider
from registry_core.environment import current_environment
from registry_core.environment.advice import problems_beside
from registry_core.environment.contributions import NOTES
from registry_core.keys import normalized
from registry_core.text import listed
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.entry import Entry
    from registry_core.registry import Registry


def check_distribution(name: str, *groups: str) -> list[Problem]:
    """Load every entry that an installed distribution provides, and list what is wrong with it.

    Write ``assert check_distribution("activations-extra") == []`` in a test of your plugin.

    Args:
        name: the distribution.
        groups: the groups of the registries that it extends; none for all that are known.

    Returns:
        Problems of its metadata, hooks and names; of each entry that cannot be loaded or binds
        what its target does not take; of each registry that it owns and that cannot be loaded.
        A distribution that is not installed, or that adds nothing, is a problem too.
    """
    environment = current_environment()
    environment.refresh()
    wanted = normalized(name)
    found = list(environment.problems())
    entries: list[Entry] = []
    groups_of_mine: set[str] = set()
    asked = groups or environment.groups()
    for group in asked:
        table = environment.table(group)
        # One target of two distributions counts once, and is theirs both.
        entries += table.all_entries()
        found += [_blocked(entry, why) for entry, why in table.blocked]
        if any(each.file.key == wanted for each in table.notes or ()):
            groups_of_mine.add(group)
    mine = [entry for entry in entries if normalized(entry.provider.name) == wanted]
    groups_of_mine |= {entry.registry for entry in mine}
    owners = environment.registries()
    registries = {g: registry_owned_by(owners[g]) for g in groups_of_mine if g in owners}
    # A framework that is imported tells all that it has, and so which renames lead nowhere.
    known = KnownRegistries()
    found += [problem for group in asked for problem in known.problems(group)]
    owned = [e for e in owners.values() if normalized(e.provider.name) == wanted]
    beside = problems_beside([*mine, *owned], environment.installed)
    found += [problem for problem in beside if problem.code not in NOTES]
    problems = [problem for problem in found if normalized(problem.provider.name) == wanted]
    if not mine and not owned and not problems:
        provider = environment.installed.provider(wanted)
        code, what, fix = "not-installed", "it is not installed", "install it where this runs"
        if provider is not None:
            code, what = "adds-nothing", "it adds nothing to any registry"
            fix = "declare entry points, and reinstall it"
        if provider is not None and groups:
            what = f"it adds nothing to {listed(groups)}"
            fix = "say the groups of registries in full, or none for all"
        problems.append(
            Problem(provider or Provider(name, ""), "its metadata", what, fix, code=code)
        )
    for entry in (*mine, *owned):
        problems += _faults(entry, registries.get(entry.registry))
    return list(dict.fromkeys(problems))


def _faults(entry: Entry, registry: Registry[Any] | None) -> Iterator[Problem]:
    fault = fault_of(entry, registry)
    # An extra may be left out.
    if fault is not None and fault.remedy != "install the extra":
        where, code = f"the entry {entry.key!r}", "not-loadable"
        yield Problem(entry.provider, where, fault.reason, fault.fix, code=code, key=entry.key)


def _blocked(entry: Entry, why: str) -> Problem:
    where, code = f"the entry {entry.key!r}", "blocked"
    return Problem(entry.provider, where, f"it is {why}", "unblock it", code=code, key=entry.key)
