"""The doctor: what is installed, and all that is wrong with it, distribution by distribution."""

from __future__ import annotations

from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.doctor.diagnosis import Contributor, Diagnosis, Finding
from registry_core.doctor.load_check import load_check
from registry_core.doctor.remedies import blocking, of_problem, of_trial, unblocking
from registry_core.doctor.requirements import can_be_judged, unmet
from registry_core.doctor.shadowing_modules import shadowing_modules
from registry_core.entry import Entry, Provider
from registry_core.environment import current_environment
from registry_core.installed.files import Unreadable
from registry_core.keys import HOOKS, PREFIX, REGISTRIES, normalized, parse_target
from registry_core.query.listing import groups_named
from registry_core.text import error_text, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from registry_core.doctor.load_check import Trial
    from registry_core.environment import Environment

    Watch = Callable[[Iterable[Trial], int], Iterable[Trial]]

# Outcomes after which no code of the plugin may run in this process.
_FATAL = frozenset({"crashed", "ended", "timed out"})


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
        load: try to load every entry too, each in a process of its own, and ask the hook modules
            for a name that does not exist.
        limit: seconds that one try may take.
        jobs: how many processes at once.
        watch: given the trials and their number, it passes them on: a progress bar.
        environment: what to ask; None for the current one.

    Raises:
        RegistryNotFound: no registry, or more than one, has that name.

    Example:
        >>> from registry_core import Environment
        >>> diagnose(environment=Environment(path=[], variables={})).is_clean
        True
    """
    asked = current_environment() if environment is None else environment
    asked.refresh()
    groups = groups_named(names, asked)
    hooks = list(_hook_modules(asked, groups))
    allowed = [hook for hook, refusal in hooks if not refusal]
    hook_trials = list(load_check(allowed, limit=limit, jobs=jobs, environment=asked, asks=load))
    fatal = {trial.entry.provider.name for trial in hook_trials if trial.outcome in _FATAL}
    # A hook that asks for its own registry is to meet itself: it asks the current environment.
    safe = asked.without_hooks_of(*fatal) if fatal else asked
    entries = _entries(safe, groups)
    owners = [owner for group, owner in asked.registries().items() if group in groups]
    trials: list[Trial] = []
    if load:
        candidates = [*owners, *(entry for entry, refusal in entries if not refusal)]
        tried = load_check(candidates, limit=limit, jobs=jobs, environment=asked)
        # Interrupted, this leaves no process behind.
        with closing(tried):
            trials += tried if watch is None else watch(tried, len(candidates))
    problems = list(_from_problems(safe, groups))
    said = {(finding.provider, finding.what) for finding in problems}
    findings = [
        *problems,
        # What fails when entries are asked for is a problem of the table as well.
        *_from_trials(t for t in hook_trials if (t.entry.provider, t.reason) not in said),
        *_from_trials(trials),
        *_from_policy(asked, entries, hooks),
        *_from_metadata(asked, groups, [*entries, *hooks, *((owner, "") for owner in owners)]),
    ]
    unique = sorted(dict.fromkeys(findings), key=lambda each: (each.is_note, str(each)))
    contributors = _contributors(asked, entries, hooks, owners)
    return Diagnosis(tuple(contributors), tuple(unique), tuple(trials), can_be_judged())


def _hook_modules(environment: Environment, groups: Sequence[str]) -> Iterator[tuple[Entry, str]]:
    """Each hook module that serves one of these registries, with why it may not contribute."""
    for declared in environment.installed.declared(HOOKS)[0]:
        for name, target in declared.group.written():
            group = name if "." in name else f"{PREFIX}.{name}"
            if group in groups:
                hook = Entry(group, target, registry=HOOKS, provider=declared.provider)
                yield hook, environment.refusal(declared.key) or ""


def _entries(environment: Environment, groups: Sequence[str]) -> list[tuple[Entry, str]]:
    """Every entry, with why it may not contribute; empty where it may."""
    found: list[tuple[Entry, str]] = []
    for group in groups:
        table = environment.table(group)
        found += [(e, "") for rows in table.scopes.values() for row in rows.values() for e in row]
        found += [(entry, "") for entries in table.outdone.values() for entry in entries]
        found += table.blocked
    return found


def _contributors(
    environment: Environment,
    entries: Iterable[tuple[Entry, str]],
    hooks: Iterable[tuple[Entry, str]],
    owners: Iterable[Entry],
) -> Iterator[Contributor]:
    counts: dict[Provider, dict[str, int]] = {}
    for entry, _ in entries:
        count = counts.setdefault(entry.provider, {})
        count[entry.registry] = count.get(entry.registry, 0) + 1
    serves = [(hook.provider, hook.name) for hook, _ in hooks]
    owns = [(owner.provider, owner.name) for owner in owners]
    for copy in environment.installed.copies():
        provider = copy.provider
        served = tuple(group for who, group in serves if who == provider)
        owned = tuple(group for who, group in owns if who == provider)
        if provider in counts or served or owned:
            refusal = environment.refusal(provider.name) or ""
            count = counts.get(provider, {})
            yield Contributor(provider, copy.folder, count, served, owned, refusal)


def _from_problems(environment: Environment, groups: Sequence[str]) -> Iterator[Finding]:
    tables = [environment.table(group) for group in groups]
    for problem in (*environment.problems(), *(p for table in tables for p in table.problems)):
        is_note = environment.refusal(problem.provider.name) is not None
        yield Finding(
            problem.kind,
            problem.provider,
            problem.where,
            problem.what,
            problem.fix,
            "" if is_note else of_problem(problem),
            is_note,
        )


def _from_trials(trials: Iterable[Trial]) -> Iterator[Finding]:
    """What could not be loaded: entries of one distribution that fail alike are one finding."""
    alike: dict[tuple[Provider, str], list[Trial]] = {}
    for trial in trials:
        if trial.outcome != "loaded":
            alike.setdefault((trial.entry.provider, trial.reason), []).append(trial)
    for (provider, reason), some in alike.items():
        fix, command = some[0].fix, of_trial(some[0])
        yield Finding("broken", provider, _where(some), reason, fix, command)


def _where(trials: Sequence[Trial]) -> str:
    entries = [trial.entry for trial in trials]
    if entries[0].registry == HOOKS:
        targets = sorted({str(entry.target) for entry in entries})
        return f"the hook module{'s' * (len(targets) > 1)} {listed(targets, 3)}"
    keys = sorted(entry.key for entry in entries)
    what = "the registry" if entries[0].registry == REGISTRIES else "the entry"
    return f"{what} {quoted(keys[0])}" if len(keys) == 1 else f"the entries {listed(keys, 3)}"


def _from_policy(
    environment: Environment,
    entries: Iterable[tuple[Entry, str]],
    hooks: Iterable[tuple[Entry, str]],
) -> Iterator[Finding]:
    """What is blocked, and what somebody blocks, allows or prefers that is not there."""
    mentions = environment.mentions()
    installed = {copy.key for copy in environment.installed.copies()}
    for name, where in mentions:
        if name not in installed:
            close = get_close_matches(name, installed, 1)
            fix = f"did you mean {quoted(close[0])}?" if close else "remove it, or install it"
            what = "no distribution of that name is installed"
            yield Finding("misnamed", Provider(name, ""), where, what, fix)
    blocked: dict[tuple[Provider, str], list[str]] = {}
    for entry, why in (*entries, *hooks):
        if why:
            kind = "hook module" if entry.registry == HOOKS else "entry"
            blocked.setdefault((entry.provider, why), []).append(kind)
    for (provider, why), kinds in blocked.items():
        where = " and ".join(_counted(kinds, kind) for kind in dict.fromkeys(kinds))
        fix = "unblock it, to use it; what its modules register stays, if others import them"
        others = [name for name, place in mentions if why.endswith(place)]
        command = unblocking(normalized(provider.name), why, others)
        yield Finding("blocked", provider, where, why, fix, command, is_note=True)


def _from_metadata(
    environment: Environment, groups: Sequence[str], entries: Iterable[tuple[Entry, str]]
) -> Iterator[Finding]:
    """What the metadata of each distribution that contributes says beside its entry points."""
    by_provider: dict[Provider, list[Entry]] = {}
    for entry, why in entries:
        # Hook modules and registries, too: their targets have not been judged yet.
        if not why and isinstance(entry.target, str) and _is_target(entry.target):
            by_provider.setdefault(entry.provider, []).append(entry)
    installed = environment.installed
    speaking = [hidden.copy for hidden in installed.hiding({HOOKS, REGISTRIES}, groups)]
    for copy, by, is_beside in installed.hidden():
        if is_beside:
            # That is a problem of what is installed.
            continue
        is_known = by.provider in by_provider
        # Where the first of the two declares nothing, the other's entries are not to be found.
        if is_known or copy in speaking:
            what = f"{by.provider} comes before it on the path"
            fix = "uninstall one of the two, if it is not meant so"
            yield Finding("hidden", copy.provider, copy.folder, what, fix, is_note=is_known)
    for copy in installed.copies():
        provider, folder = copy.provider, Path(copy.folder)
        if provider in by_provider and folder.is_absolute() and folder.exists():
            yield from _from_folder(environment, provider, copy.folder, by_provider[provider])


def _from_folder(
    environment: Environment, provider: Provider, folder: str, entries: list[Entry]
) -> Iterator[Finding]:
    from registry_core.doctor.metadata import FolderDistribution

    distribution = FolderDistribution(folder)
    places = environment.installed.places()
    judging = [shadowing_modules(provider, distribution, entries, places)]
    if can_be_judged():
        judging.append(unmet(provider, distribution, entries, environment.installed.provider))
    for findings in judging:
        try:
            yield from findings
        except Exception as error:
            # What is odd enough has already been said of its entry points; here it is in the rest.
            what = f"its metadata cannot be judged: {error_text(error, Unreadable)}"
            yield Finding("broken", provider, folder, what, "reinstall it", blocking(provider.name))


def _is_target(text: str) -> bool:
    try:
        parse_target(text)
    except ValueError:
        return False
    return True


def _counted(kinds: list[str], kind: str) -> str:
    count = kinds.count(kind)
    plural = {"entry": "entries"}.get(kind, f"{kind}s")
    return f"1 {kind}" if count == 1 else f"{count} {plural}"
