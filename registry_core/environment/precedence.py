"""Who wins a name: one rule for what is installed and for what code registers."""

from collections.abc import Sequence
from typing import NamedTuple

from registry_core.entry import Entry
from registry_core.keys import normalized


class Code(NamedTuple):
    """What code registered under a name. Lives as long as one question.

    Attributes:
        entry: it, as an entry.
        distribution: the normalized name of the distribution whose module registered it; None for
            the code of the person who runs the program.
        is_owner: whether it is code of the distribution that owns the registry; where none does, of
            what made the registry.
        is_forced: whether it was registered with `force`.
    """

    entry: Entry
    distribution: str | None
    is_owner: bool
    is_forced: bool


class Verdict(NamedTuple):
    """Who wins a name. Lives as long as one question.

    Attributes:
        winners: the entry; several are in conflict.
        rule: which rule decided.
        refused_for: the declared entry whose name code may not take; None where it may, or where
            there is no code.
    """

    winners: tuple[Entry, ...]
    rule: str
    refused_for: Entry | None = None


def decide(
    declared: tuple[Entry, ...], code: Code | None, preferred: Sequence[str], owner: str | None
) -> Verdict:
    """Who wins a name of one scope.

    1. what the person who runs the program prefers;
    2. what code registered, if it may take the name;
    3. what the distribution declares that owns the registry;
    4. the only one there is; several are in conflict.

    Args:
        declared: what is installed under that name; entries of one target are one.
        code: what code registered under it, unless that is what a declared entry stands for.
        preferred: distributions, ``"plug"``, and entries of one, ``"plug:extra.Swish"``.
        owner: the normalized name of the distribution that owns the registry, if one does.
    """
    refused_for = None if code is None else taken_by(declared, code, preferred, owner)
    for wanted in preferred:
        if code is not None and is_meant(wanted, code.distribution, code.entry):
            return Verdict((code.entry,), "preferred")
        chosen = tuple(each for each in declared if is_meant(wanted, _provider(each), each))
        if chosen:
            return Verdict(different(chosen), "preferred", refused_for)
    if code is not None and refused_for is None:
        return Verdict((code.entry,), "code")
    own = tuple(each for each in declared if _provider(each) == owner)
    return Verdict(different(own or declared), "owner" if own else "only", refused_for)


def taken_by(
    declared: tuple[Entry, ...], code: Code, preferred: Sequence[str], owner: str | None
) -> Entry | None:
    """The declared entry whose name code may not take without `force`; None where it may.

    No package takes another's name: only the owner's code takes what the owner declares,
    and no distribution's code what another distribution declares.
    """
    if code.is_forced or code.is_owner or is_preferred(code, preferred):
        return None
    for entry in declared:
        if _provider(entry) == owner:
            return entry
    if code.distribution is None:
        return None
    return next((each for each in declared if _provider(each) != code.distribution), None)


def is_preferred(code: Code, preferred: Sequence[str]) -> bool:
    """Whether what code registered is preferred, with its distribution or alone."""
    return any(is_meant(wanted, code.distribution, code.entry) for wanted in preferred)


def different(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The first entry of each target: of two providers with the same, either gives its object."""
    if len(entries) < 2:
        return entries
    found: list[tuple[object, Entry]] = []
    for entry in entries:
        target = entry.target
        # Extras say what to install for it.
        same = target.partition("[")[0].replace(" ", "") if isinstance(target, str) else target
        if not any(other == same and each.kwargs == entry.kwargs for other, each in found):
            found.append((same, entry))
    return tuple(entry for _, entry in found)


def is_meant(wanted: str, distribution: str | None, entry: Entry) -> bool:
    """Whether a preference is for this entry, which that distribution has."""
    name, _, key = wanted.partition(":")
    return distribution == name and key in ("", entry.key)


def _provider(entry: Entry) -> str:
    return normalized(entry.provider.name)
