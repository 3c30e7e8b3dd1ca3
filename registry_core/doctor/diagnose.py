"""The doctor: what is installed, and all that is wrong with it, distribution by distribution."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from registry_core.doctor.findings import Contributor, Diagnosis, Finding
from registry_core.doctor.load_check import load_check
from registry_core.doctor.remedies import of_load_result, of_problem, unblocking
from registry_core.doctor.source_faults import source_faults
from registry_core.entry import Entry, Problem, Provider
from registry_core.environment import current_environment, use_environment
from registry_core.environment.advice import addressed, is_of_row, problems_beside
from registry_core.environment.contributions import NOTES as INTENDED
from registry_core.environment.contributions import can_be_judged
from registry_core.environment.misnamed import UNKNOWN_CHOICE
from registry_core.environment.precedence import different
from registry_core.environment.unbuilt import registered_twice
from registry_core.error_base import RegistryError
from registry_core.frozen import is_frozen
from registry_core.keys import HOOKS, NOTES, REGISTRIES, normalized, scope_path, served_group
from registry_core.query.listing import groups_named
from registry_core.text import counted, listed, quoted, safe_text
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from registry_core.doctor.findings import LoadResult
    from registry_core.environment import Environment

    Watch = Callable[[Iterable[LoadResult], int], Iterable[LoadResult]]
    # Entries, or hook modules, each with why it may not contribute; empty where it may.
    Declared = list[tuple[Entry, str]]

# Outcomes after which no code of the plugin may run in this process.
_FATAL = frozenset({"crashed", "ended", "timed out"})


class FrozenApplication(RegistryError, RuntimeError):
    """What is installed cannot be examined in a frozen application: that has no Python to start."""

    def message(self) -> str:
        """Where to ask instead."""
        return (
            "this application is frozen, and has no Python to start: run registry-core doctor in "
            "the environment that it is built from"
        )


def diagnose(
    *names: str,
    load: bool = False,
    limit: float = 60.0,
    jobs: int = 1,
    watch: Watch | None = None,
    environment: Environment | None = None,
) -> Diagnosis:
    """Examine what is installed for registries. Imports no class into this process.

    What is known is forgotten first, as `Environment.refresh` does.

    Hook modules, which every listing asks, are first tried in processes of their own; those that
    end the process or do not return are left out of the rest.

    Args:
        names: groups, or the last words of groups; none for all registries that are known.
        load: load every entry too, in other processes, and ask the hook modules for a name that
            does not exist.
        limit: seconds that loading one entry may take.
        jobs: how many processes at once.
        watch: given the results of loading and their number, it passes them on: a progress bar.
        environment: what to ask; None for the current one.

    Raises:
        RegistryNotFound: no registry, or more than one, has that name.
        FrozenApplication: this is one.

    Example:
        >>> from registry_core import Environment
        >>> diagnose(environment=Environment(path=[], variables={})).is_clean
        True
    """
    if is_frozen():
        # What is taken for Python would be this very application, started again.
        raise FrozenApplication
    asked = current_environment() if environment is None else environment
    asked.refresh()
    groups = groups_named(names, asked)
    hooks = _hook_modules(asked, groups)
    allowed = [hook for hook, refusal in hooks if not refusal]
    asking = load_check(allowed, limit=limit, jobs=jobs, environment=asked, asks=load)
    with closing(asking):
        hook_results = list(asking)
    fatal = {result.entry.provider.name for result in hook_results if result.outcome in _FATAL}
    # `asked` itself where possible: a hook that asks for its own registry asks the current one.
    safe = asked.without_hooks_of(*fatal) if fatal else asked
    entries = _entries(safe, groups)
    owners = [owner for group, owner in asked.registries().items() if group in groups]
    results: list[LoadResult] = []
    if load:
        candidates = [*owners, *(entry for entry, refusal in entries if not refusal)]
        loading = load_check(candidates, limit=limit, jobs=jobs, environment=asked)
        # Interrupted, this leaves no process behind.
        with closing(loading):
            results += loading if watch is None else watch(loading, len(candidates))
    kept = _unblockable(asked)
    problems = list(_from_problems(safe, groups, kept))
    known = {(finding.provider, finding.what) for finding in problems}
    # A hook that fails here is also a problem of the table: report it once.
    unknown = [each for each in hook_results if (each.entry.provider, each.reason) not in known]
    usable = [entry for entry, refusal in entries if not refusal]
    findings = [
        *problems,
        *_from_results(asked, unknown, kept),
        *_from_results(asked, results, kept),
        *(_from_notes(safe, groups, known, limit, jobs) if load else ()),
        # Loading reports these as well: do not list them twice.
        *(() if load else _from_targets(safe, usable, kept)),
        *_from_policy(asked, [*entries, *hooks]),
        *_from_preferences(safe, groups),
        *_from_copies(asked, groups, [*usable, *allowed, *owners], kept),
        *_from_projects(asked, groups, {entry.provider for entry in (*usable, *owners)}),
    ]
    unique = sorted(dict.fromkeys(findings), key=lambda each: (each.is_note, str(each)))
    contributors = _contributors(asked, entries, hooks, owners)
    return Diagnosis(tuple(contributors), tuple(unique), tuple(results), can_be_judged())


def _hook_modules(environment: Environment, groups: Sequence[str]) -> Declared:
    found: Declared = []
    for declared in environment.installed.declared(HOOKS)[0]:
        for name, target in declared.group.written():
            group = served_group(name)
            if group in groups:
                hook = Entry(group, target, registry=HOOKS, provider=declared.provider)
                found.append((hook, environment.refusal(declared.key) or ""))
    return found


def _entries(environment: Environment, groups: Sequence[str]) -> Declared:
    found: Declared = []
    for group in groups:
        table = environment.table(group)
        found += [(entry, "") for entry in table.all_entries()]
        found += table.blocked
    return found


def _contributors(
    environment: Environment, entries: Declared, hooks: Declared, owners: Iterable[Entry]
) -> Iterator[Contributor]:
    counts: dict[Provider, dict[str, int]] = {}
    for entry, _ in entries:
        count = counts.setdefault(entry.provider, {})
        count[entry.registry] = count.get(entry.registry, 0) + 1
    for copy in environment.installed.copies():
        provider = copy.provider
        served = tuple(hook.name for hook, _ in hooks if hook.provider == provider)
        owned = tuple(owner.name for owner in owners if owner.provider == provider)
        if provider in counts or served or owned:
            refusal = environment.refusal(provider.name) or ""
            count = counts.get(provider, {})
            yield Contributor(provider, copy.folder, count, served, owned, refusal)


def _from_notes(
    environment: Environment,
    groups: Sequence[str],
    known: set[tuple[Provider, str]],
    limit: float,
    jobs: int,
) -> Iterator[Finding]:
    """Old names in data files that lead nowhere: of frameworks that source does not tell all of."""
    owners = environment.registries()
    noting = [
        Entry(group, owners[group].target, registry=NOTES, provider=each.file.provider)
        for group in groups
        if group in owners
        for each in environment.table(group).notes or ()
    ]
    with closing(load_check(noting, limit=limit, jobs=jobs, environment=environment)) as loading:
        results = [*loading]
    for entry, outcome, reason, fix, *_ in results:
        for what in reason.split("\n") if outcome == "raised" else ():
            if (entry.provider, what) not in known:
                where = f"the data file about {quoted(entry.name)}"
                yield Finding("broken", entry.provider, where, what, fix)


def _unblockable(environment: Environment) -> set[str]:
    """The distributions that own registries, and those that the reader is the author of."""
    owners = {normalized(owner.provider.name) for owner in environment.registries().values()}
    return owners | {copy.key for copy, _ in environment.installed.projects()}


def _from_problems(
    environment: Environment, groups: Sequence[str], kept: Collection[str]
) -> Iterator[Finding]:
    # Hook modules that do not return are not asked here, too.
    with use_environment(environment):
        known = KnownRegistries()
        found = [*environment.problems(), *(p for group in groups for p in known.problems(group))]
    for problem in found:
        finding = _finding(problem, kept)
        refused = environment.refusal(problem.provider.name) is not None
        if refused and problem.code != UNKNOWN_CHOICE:
            finding = finding._replace(command="", is_note=True)
        yield finding


def _finding(problem: Problem, kept: Collection[str], *, is_note: bool = False) -> Finding:
    provider, where, what, fix, kind, *_ = problem
    return Finding(kind, provider, where, what, fix, of_problem(problem, kept), is_note)


def _from_results(
    environment: Environment, results: Iterable[LoadResult], kept: Collection[str]
) -> Iterator[Finding]:
    """What could not be loaded: entries of one distribution that fail alike are one finding."""
    alike: dict[tuple[Provider, str, str, bool], list[LoadResult]] = {}
    for result in results:
        if result.outcome != "loaded":
            entry = result.entry
            of_row = is_of_row(entry, environment.installed)
            key = entry.provider, result.reason, result.remedy, of_row
            alike.setdefault(key, []).append(result)
    for (provider, reason, remedy, _), some in alike.items():
        entries = [result.entry for result in some]
        command = of_load_result(some[0], kept)
        # An extra may be left out.
        has_extras = all("[" in str(entry.target) for entry in entries)
        is_note = remedy == "install the extra" and has_extras
        yield Finding("broken", provider, _where(entries), reason, some[0].fix, command, is_note)


def _where(entries: Sequence[Entry]) -> str:
    if entries[0].registry == HOOKS:
        targets = sorted({str(entry.target) for entry in entries})
        return f"the hook module{'s' * (len(targets) > 1)} {listed(targets, 3)}"
    keys = sorted(entry.key for entry in entries)
    what = "the registry" if entries[0].registry == REGISTRIES else "the entry"
    return f"{what} {quoted(keys[0])}" if len(keys) == 1 else f"the entries {listed(keys, 3)}"


def _from_policy(environment: Environment, declared: Declared) -> Iterator[Finding]:
    """What is blocked, and by what."""
    mentions = environment.mentions()
    blocked: dict[tuple[Provider, str], list[bool]] = {}
    for entry, why in declared:
        if why:
            blocked.setdefault((entry.provider, why), []).append(entry.registry == HOOKS)
    for (provider, why), are_hooks in blocked.items():
        entries, hooks = are_hooks.count(False), are_hooks.count(True)
        parts = [counted(entries, "entry", "entries")] if entries else []
        where = " and ".join([*parts, counted(hooks, "hook module")] if hooks else parts)
        fix = "unblock it, to use it; what its modules register stays, if others import them"
        others = [name for name, place in mentions if why.endswith(place)]
        command = unblocking(normalized(provider.name), why, others)
        yield Finding("blocked", provider, where, why, fix, command, is_note=True)


def _from_preferences(environment: Environment, groups: Sequence[str]) -> Iterator[Finding]:
    """Each name of the owner of a registry that a preference replaces."""
    for group in groups:
        table, owner = environment.table(group), environment.precedence(group)[1]
        for (path, name), others in table.outdone.items():
            (winner, *_) = table.scopes[path][name]
            for entry in others:
                if normalized(entry.provider.name) == owner and len(different((winner, entry))) > 1:
                    what = f"it is preferred, and its {quoted(winner.key)} replaces that of "
                    what += f"{entry.provider}, which owns the registry"
                    where, fix = f'registry "{group}"', "do not prefer it, if that is not intended"
                    yield Finding("shadowed", winner.provider, where, what, fix, is_note=True)


def _from_targets(
    environment: Environment, entries: Iterable[Entry], kept: Collection[str]
) -> Iterator[Finding]:
    for problem in source_faults(entries, environment):
        yield _finding(addressed(problem, environment.installed), kept)


def _from_copies(
    environment: Environment,
    groups: Sequence[str],
    contributing: list[Entry],
    kept: Collection[str],
) -> Iterator[Finding]:
    """What is wrong with the copies of the distributions that contribute, and what they hide."""
    known = {entry.provider for entry in contributing}
    installed = environment.installed
    hiding = [hidden.copy for hidden in installed.hiding({HOOKS, REGISTRIES}, groups)]
    for copy, by, is_beside in installed.hidden():
        if is_beside:
            # Reported already, as a problem of what is installed.
            continue
        is_known = by.provider in known
        # Where the first of the two declares nothing, the other's entries are not found.
        if is_known or copy in hiding:
            what = f"{by.provider} comes before it on the path"
            fix = "uninstall one of the two, if that is not intended"
            yield Finding("hidden", copy.provider, copy.folder, what, fix, is_note=is_known)
    for problem in problems_beside(contributing, installed):
        yield _finding(problem, kept, is_note=problem.code in INTENDED)


def _from_projects(
    environment: Environment, groups: Sequence[str], providers: set[Provider]
) -> Iterator[Finding]:
    """Each name for which modules of an editable install register several classes.

    A note: the modules may be alternatives, of which one is imported.
    """
    for copy, folder in environment.installed.projects():
        for several in registered_twice(folder) if copy.provider in providers else ():
            first, second = several[:2]
            if any(scope_path(first.group, group) is not None for group in groups):
                what = f"{quoted(first.name)} in {quoted(first.group)} is {first.target}, and "
                what += f"{second.target} at {safe_text(second.file)}:{second.line}"
                fix = "rename one: where both modules are imported, the second is refused"
                where = f"{safe_text(first.file)}:{first.line}"
                yield Finding("conflict", copy.provider, where, what, fix, is_note=True)
