"""The registries that installed frameworks own, by what they declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import Entry, Problem, Provider
from registry_core.keys import (
    PREFIX,
    REGISTRIES,
    group_fault,
    normalized,
    parse_target,
    scope_path,
)
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.entry import Kind
    from registry_core.installed.entry_points import Declaration


def owners(
    claims: Iterable[Declaration], owner_of: Callable[[str], str | None]
) -> tuple[dict[str, Entry], tuple[Problem, ...]]:
    """Group to owning entry, for every owned group.

    Args:
        claims: what distributions declare in `registry_core.registries`.
        owner_of: the normalized name of the distribution that a module belongs to.

    Returns:
        The entries, and what is wrong with claims: two claims to one group, among others.
    """
    declared: dict[str, list[Entry]] = {}
    problems: list[Problem] = []
    for claim in claims:
        for name, value in claim.group.written():
            fault = group_fault(name) or _fault(value)
            if fault is not None:
                what = f"the registry {name[:60]!r}: {fault}"
                kind: Kind = "misnamed" if group_fault(name) else "broken"
                problems.append(
                    Problem(claim.provider, REGISTRIES, what, "correct it", kind, "bad-claim")
                )
                continue
            entry = Entry(name, value, registry=REGISTRIES, provider=claim.provider)
            declared.setdefault(name, []).append(entry)
    found: dict[str, Entry] = {}
    for name, entries in declared.items():
        outer = next((other for other in declared if other != name and scope_path(name, other)), "")
        owner = entries[0] if len(entries) == 1 else _owner(name, entries, owner_of)
        is_shared = False
        if owner is None and len({entry.target for entry in entries}) == 1:
            # Several distributions declare the same object as owner: keep the registry, and prefer
            # none of them.
            together = Provider(" and ".join(str(entry.provider) for entry in entries), "")
            found[name] = entries[0]._replace(provider=together)
            # `registry_core.*` groups are shared by design: claiming one is not a conflict.
            is_shared = str(entries[0].target).startswith(f"{PREFIX}.")
        elif owner is not None:
            # Also inside another's group: a claim takes no registry away.
            found[name] = owner
        for entry in entries:
            what, code = "", "claimed-twice"
            if outer:
                within = f"the group of the registry {quoted(outer)}"
                what, code = f"the group {quoted(name)} is inside {within}", "claim-inside"
            elif owner is None and not is_shared:
                others = ", ".join(str(other.provider) for other in entries if other is not entry)
                what = f"the group {quoted(name)} is owned by {others} as well"
            elif owner not in (None, entry):
                what = (
                    f"the group {quoted(name)} belongs to {owner.provider}, by the modules that "
                    "it installs"
                )
            if what:
                fix = "choose a group of its own, or uninstall one of them"
                problems.append(Problem(entry.provider, REGISTRIES, what, fix, "conflict", code))
    return found, tuple(problems)


def _owner(group: str, claims: list[Entry], owner_of: Callable[[str], str | None]) -> Entry | None:
    """Which of several claims to a group counts; None where nothing tells.

    It is of the distribution that has the module of its row; of several such, and of none, it is of
    the one that has the top-level module by which the group is named.
    """

    def having(module: Callable[[Entry], str], among: list[Entry]) -> list[Entry]:
        return [e for e in among if owner_of(module(e)) == normalized(e.provider.name)]

    own = having(lambda entry: parse_target(str(entry.target)).module, claims)
    if len(own) != 1:
        own = having(lambda _: group.partition(".")[0], own or claims)
    return own[0] if len(own) == 1 else None


def _fault(value: str) -> str | None:
    try:
        return None if parse_target(value).attribute else "it needs the form 'module:attribute'"
    except ValueError as error:
        return str(error)
