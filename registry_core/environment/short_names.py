"""Which registry a short name means: the last word of a group, in a command or a config."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry_core.entry import Problem
from registry_core.installed.files import Unreadable
from registry_core.keys import PREFIX, REGISTRIES, normalized, scope_path
from registry_core.text import quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from registry_core.entry import Entry
    from registry_core.installed import Copy, Declaration


def groups_meant(
    name: str,
    known: Iterable[str],
    owners: Mapping[str, Entry] | None = None,
    around: str = "",
) -> list[str]:
    """The groups that `name` means: one; or none; or several, between which nothing decides.

    A group in full means itself. Its last word means, in this order, the registry around; those of
    the distribution that owns that one; other owned ones; and those without an owner. A group of
    one word is no more than its last word: else, installing it would change what configs mean.

    Args:
        name: a group, or the last word of one.
        known: the groups to choose from.
        owners: the groups that are owned, each with the entry that owns it.
        around: the group of the registry in which the name is used; empty for none.

    >>> groups_meant("loss", ["acme.loss", "boat.loss"], around="boat.loss")
    ['boat.loss']
    >>> groups_meant("loss", ["acme.loss", "boat.loss", "loss"])
    ['acme.loss', 'boat.loss', 'loss']
    """
    owners = owners or {}
    groups = dict.fromkeys((*known, around))
    if "." in name:
        return [name] if name in groups else []
    host = owners[around].provider if around in owners else None

    def rank(group: str) -> int:
        if group == around:
            return 0
        if group not in owners:
            return 3
        return 1 if owners[group].provider == host else 2

    fits = [group for group in groups if name and group.rpartition(".")[2] == name]
    best = min(map(rank, fits), default=0)
    return [group for group in fits if rank(group) == best]


def unnameable(owners: Mapping[str, Entry]) -> Iterator[Problem]:
    """A problem for each group of one word that another framework's group ends with.

    Outside a registry of its own, nothing can name it.
    """
    for group, owner in owners.items():
        rivals = [each for each in owners if each.endswith(f".{group}")]
        if "." not in group and rivals:
            what = f"the group {quoted(group)} cannot be named: {quoted(rivals[0])} ends with it"
            fix = "give the group two words, such as the name of your package and this one"
            yield Problem(owner.provider, REGISTRIES, what, fix, "conflict", "one-word-group")


def stray(
    groups: Iterable[str],
    allowed: Callable[[str], list[Declaration]],
    owners: Mapping[str, Entry],
) -> Iterator[Problem]:
    """A problem for what is declared in a shared group whose last word is that of an owned one.

    Args:
        groups: what is declared.
        allowed: what distributions that may contribute declare in a group.
        owners: the registries that are owned.
    """
    for group in groups:
        segments = group.split(".")
        address = ".".join(segments[:2])
        if segments[0] != PREFIX or len(segments) < 2 or address in owners:
            continue
        for own in owners:
            if own.rpartition(".")[2] != segments[1]:
                continue
            what = f"the registry {quoted(address)} has no owner, but {quoted(own)} has"
            fix = f"write {quoted(own)}, if that is what is meant"
            for each in allowed(group):
                yield of_group(each, group, what, fix, "unowned-group")


def headless(
    groups: Iterable[str],
    allowed: Callable[[str], list[Declaration]],
    owners: Mapping[str, Entry],
    copy: Callable[[str], Copy | None],
) -> Iterator[Problem]:
    """A problem for each group that lacks the first words of one which its plugin depends on.

    Only a plugin that requires the owner of "acme.model" means that by "model.extra": such groups
    may be of any tool.

    Args:
        groups: what is declared.
        allowed: what distributions that may contribute declare in a group.
        owners: the registries that are owned.
        copy: finds the copy of a distribution by its normalized name.
    """
    for group in groups:
        first, dot, rest = group.partition(".")
        likely = [own for own in owners if own != first and own.rpartition(".")[2] == first]
        if not likely or any(scope_path(group, own) is not None for own in owners):
            continue
        for each in allowed(group):
            needs = _required(copy(each.key))
            for own in likely:
                if normalized(owners[own].provider.name) in needs:
                    what = f"it begins with {quoted(first)}, and the registry of "
                    what += f"{owners[own].provider} is {quoted(own)}"
                    fix = f"write {quoted(f'{own}{dot}{rest}')}, if that is what is meant"
                    yield of_group(each, group, what, fix, "unowned-group")


def of_group(declared: Declaration, group: str, what: str, fix: str, code: str) -> Problem:
    """A problem with the name of a group, of one distribution that declares something in it."""
    where = f'group "{safe_text(group)}"'
    return Problem(declared.provider, where, what, fix, "misnamed", code)


def _required(copy: Copy | None) -> set[str]:
    """The normalized names of what a distribution requires; none where that cannot be read."""
    try:
        texts = copy.fields("Requires-Dist") if copy is not None else []
    except Unreadable:
        return set()
    return {normalized(re.split(r"[^\w.-]", text.strip(), maxsplit=1)[0]) for text in texts}
