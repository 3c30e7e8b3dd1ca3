"""The registries that installed frameworks own, by what they declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import Entry, Problem, Provider
from registry_core.keys import PREFIX, REGISTRIES, group_fault, parse_target, scope_path
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry_core.entry import Kind
    from registry_core.installed.entry_points import Declaration


def owners(claims: Iterable[Declaration]) -> tuple[dict[str, Entry], tuple[Problem, ...]]:
    """Group to owning entry, for every group of which one object is said to be the registry.

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
        is_shared = False
        if len(entries) > 1 and len({entry.target for entry in entries}) == 1:
            # Several distributions declare the same object as owner: keep the registry, and prefer
            # none of them.
            together = Provider(" and ".join(str(entry.provider) for entry in entries), "")
            found[name] = entries[0]._replace(provider=together)
            # `registry_core.*` groups are shared by design: claiming one is no conflict.
            is_shared = str(entries[0].target).startswith(f"{PREFIX}.")
        for entry in entries if outer or not is_shared else ():
            others = ", ".join(str(other.provider) for other in entries if other is not entry)
            if not others:
                # Also inside another's group: a claim takes no registry away.
                found[name] = entry
            if outer:
                within = f"the group of the registry {quoted(outer)}"
                what = f"the group {quoted(name)} is inside {within}"
            elif others:
                what = f"the group {quoted(name)} is owned by {others} as well"
            else:
                continue
            fix = "choose a group of its own, or uninstall one of them"
            code = "claim-inside" if outer else "claimed-twice"
            problems.append(Problem(entry.provider, REGISTRIES, what, fix, "conflict", code))
    return found, tuple(problems)


def _fault(value: str) -> str | None:
    try:
        return None if parse_target(value).attribute else "it needs the form 'module:attribute'"
    except ValueError as error:
        return str(error)
