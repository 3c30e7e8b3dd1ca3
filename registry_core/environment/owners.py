"""The registries that installed frameworks own, and the faults in what they declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import Entry, Problem, Provider
from registry_core.keys import HOOKS, PREFIX, REGISTRIES, group_fault, parse_target, scope_path
from registry_core.wording import quoted, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.entry import Kind
    from registry_core.environment.shard import Declared

_ALIKE = 0.6


def owners(claims: Iterable[Declared]) -> tuple[dict[str, Entry], tuple[Problem, ...]]:
    """Group to owning entry, for every group of which one object is said to be the registry.

    Returns:
        The entries, and what is wrong with claims: two claims to one group, among others.
    """
    declared: dict[str, list[Entry]] = {}
    problems: list[Problem] = []
    for claim in claims:
        for name, value in claim.written():
            fault = group_fault(name) or _fault(value)
            if fault is not None:
                what = f"the registry {name[:60]!r}: {fault}"
                kind: Kind = "misnamed" if group_fault(name) else "broken"
                problems.append(Problem(claim.provider, REGISTRIES, what, "correct it", kind))
                continue
            entry = Entry(name, value, registry=REGISTRIES, provider=claim.provider)
            declared.setdefault(name, []).append(entry)
    found: dict[str, Entry] = {}
    for name, entries in declared.items():
        outer = next((other for other in declared if other != name and scope_path(name, other)), "")
        is_shared = False
        if len(entries) > 1 and len({entry.target for entry in entries}) == 1:
            # Nobody is to take a registry away by copying a line; but nobody comes first in it.
            together = Provider(" and ".join(str(entry.provider) for entry in entries), "")
            found[name] = entries[0]._replace(provider=together)
            # Ours are there to be shared, and belong to none of those who say so.
            is_shared = str(entries[0].target).startswith(f"{PREFIX}.")
        for entry in entries if outer or not is_shared else ():
            others = ", ".join(str(other.provider) for other in entries if other is not entry)
            if not others:
                # Also inside another's group: nobody is to lose a registry by what others claim.
                found[name] = entry
            if outer:
                within = f"the group of the registry {quoted(outer)}"
                what = f"the group {quoted(name)} is inside {within}"
            elif others:
                what = f"the group {quoted(name)} is owned by {others} as well"
            else:
                continue
            fix = "choose a group of its own, or uninstall one of them"
            problems.append(Problem(entry.provider, REGISTRIES, what, fix, "conflict"))
    return found, tuple(problems)


def alike(groups: Iterable[str], owned: Iterable[str]) -> list[tuple[str, str]]:
    """Groups that are no registry's, but nearly that of a registry which somebody owns."""
    owned = sorted(owned)
    found: list[tuple[str, str]] = []
    for group in groups:
        if group in (HOOKS, REGISTRIES) or any(scope_path(group, own) is not None for own in owned):
            continue
        for own in owned:
            # Word by word: a long word that is the same would make any others alike.
            words = list(zip(group.split("."), own.split("."), strict=False))
            wrong = [pair for pair in words if pair[0] != pair[1]]
            if len(words) <= own.count(".") or len(wrong) != 1:
                continue
            if _ratio(*wrong[0]) > _ALIKE:
                found.append((group, own))
    return found


def _ratio(word: str, other: str) -> float:
    # Late: only those who ask for problems need it.
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, other).ratio()


def misspelt(declared: Iterable[Declared], group: str, own: str) -> Iterator[Problem]:
    """A problem for each distribution that declares something in a group which is nearly `own`."""
    address = ".".join(group.split(".")[: own.count(".") + 1])
    for each in declared:
        what = f"no installed framework owns the registry {quoted(address)}"
        fix = f"write {quoted(own)}, if that is what is meant"
        yield Problem(each.provider, f'group "{shown(group)}"', what, fix, "misnamed")


def reserved(declared: Iterable[Declared], group: str) -> Iterator[Problem]:
    """A problem for each distribution that declares something where nobody looks."""
    for each in declared:
        what = "no registry can have this group"
        fix = "write the group of a registry, and the scope after it"
        yield Problem(each.provider, f'group "{shown(group)}"', what, fix, "misnamed")


def unserved(declared: Iterable[Declared], owned: Iterable[str]) -> Iterator[Problem]:
    """A problem for each hook module whose registry is nearly one that somebody owns."""
    owned = sorted(owned)
    for each in declared:
        for name, _ in each.written():
            group = name if "." in name else f"{PREFIX}.{name}"
            near = [own for _, own in alike([group], owned)]
            if group not in owned and "." not in name:
                near += [own for own in owned if own.rpartition(".")[2] == name]
            for own in near:
                what = f"no installed framework owns the registry {group!r}, which it serves"
                fix = f"write {own!r}, if that is what is meant"
                yield Problem(each.provider, HOOKS, what, fix, "misnamed")


def _fault(value: str) -> str | None:
    try:
        return None if parse_target(value).attribute else "it needs the form 'module:attribute'"
    except ValueError as error:
        return str(error)
