"""Everything that can be wrong with what one distribution adds to the registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import Problem, Provider
from registry_core.environment import current_environment
from registry_core.errors import PluginLoadError
from registry_core.keys import normalized
from registry_core.loading import load

if TYPE_CHECKING:
    from registry_core.entry import Entry


def check_distribution(name: str, *groups: str) -> list[Problem]:
    """Load every entry that an installed distribution provides, and list all that is wrong.

    Write ``assert check_distribution("activations-extra") == []`` in a test of your plugin.

    Args:
        name: the distribution.
        groups: the groups of the registries that it extends; none for all that are known.

    Returns:
        Problems of its metadata, hooks and names, and of each entry that cannot be loaded. A
        distribution that is not installed, or that adds nothing, is a problem too.
    """
    environment = current_environment()
    wanted = normalized(name)
    found = list(environment.problems())
    entries: list[Entry] = []
    for group in groups or environment.groups():
        table = environment.table(group)
        found += table.problems
        for names in table.scopes.values():
            entries += [entry for several in names.values() for entry in several]
        found += [_blocked(entry, why) for entry, why in table.blocked]
    problems = [problem for problem in found if normalized(problem.provider.name) == wanted]
    mine = [entry for entry in entries if normalized(entry.provider.name) == wanted]
    if not mine and not problems:
        installed = {normalized(i.provider.name): i.provider for i in environment.scan().installed}
        provider = installed.get(wanted, Provider(name))
        what, fix = "it is not installed", "pip install it"
        if wanted in installed:
            what, fix = "it adds nothing to any registry", "declare entry points, and reinstall it"
        problems.append(Problem(provider, "its metadata", what, fix))
    for entry in mine:
        try:
            load(entry)
        except PluginLoadError as error:
            where = f"the entry {entry.key!r}"
            fix = error.fix or "correct its target"
            problems.append(Problem(entry.provider, where, error.reason, fix))
    return problems


def _blocked(entry: Entry, why: str) -> Problem:
    return Problem(entry.provider, f"the entry {entry.key!r}", f"it is {why}", "unblock it")
