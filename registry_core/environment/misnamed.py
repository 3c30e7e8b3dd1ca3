"""Groups, hook modules and choices that lead nowhere, or nearly somewhere: problems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry_core.entry import Problem, Provider
from registry_core.environment.policy import ALLOW, KNOWN, VARIABLES, choice
from registry_core.environment.short_names import of_group
from registry_core.frozen import VARIABLE as FREEZE
from registry_core.guesses import close_matches, guessed
from registry_core.hooks.cache import VARIABLE as CACHE
from registry_core.keys import (
    HOOKS,
    NOTES,
    PREFIX,
    REGISTRIES,
    dotted,
    group_fault,
    normalized,
    scope_path,
    served_group,
    top_module,
)
from registry_core.text import did_you_mean, quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from registry_core.entry import Entry
    from registry_core.environment.selection import Selection
    from registry_core.installed import Declaration, Installed

_ALIKE = 0.6
_NEARLY = 0.8
_ALMOST = 0.85
_OURS = "REGISTRY_CORE_"
# The code of a problem of what is blocked, allowed or preferred: nothing has that name.
UNKNOWN_CHOICE = "unknown-choice"


def alike(groups: Iterable[str], owned: Iterable[str]) -> list[tuple[str, str]]:
    """Groups that belong to no registry, but nearly have the name of an owned one."""
    owned = sorted(owned)
    found: list[tuple[str, str]] = []
    for group in groups:
        if group in (HOOKS, NOTES, REGISTRIES) or any(
            scope_path(group, own) is not None for own in owned
        ):
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


def nearly(address: str, own: str) -> list[str]:
    """What a group may have been meant to be, if it is nearly one of the registry `own`.

    More is near than to `alike`: the name that is looked for is there, too.

    >>> nearly("carts.wheel.extra", "cart.wheel"), nearly("registry_core.wheel", "cart.wheel")
    (['cart.wheel.extra'], ['cart.wheel'])
    >>> nearly("mkdocs.plugins", "cart.wheel")
    []
    """
    segments, words = address.split("."), own.split(".")
    for count in range(1, min(len(segments), len(words) + 1) + 1):
        head, wanted = segments[:count], words[:]
        is_short = head[-1] == wanted[-1] and head[:-1] in ([], [PREFIX])
        # A word that is the same would make any others alike.
        while head and wanted and head[0] == wanted[0]:
            del head[0], wanted[0]
        while head and wanted and head[-1] == wanted[-1]:
            del head[-1], wanted[-1]
        plain = ["".join(each).lower().replace("_", "").replace("-", "") for each in (head, wanted)]
        if is_short or (all(plain) and _ratio(*plain) >= _NEARLY):
            return [".".join((own, *segments[count:]))]
    return []


def _ratio(word: str, other: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, other).ratio()


def respelled(
    groups: Iterable[str],
    allowed: Callable[[str], list[Declaration]],
    owned: Collection[str],
    copy: Callable[[str], object],
) -> Iterator[Problem]:
    """A problem for each group that is an owned one but for case, or for what parts its words.

    Not where the first word, as it is written, is the name of something installed: then the group
    is that one's, "acme_model" of acme-model and not of the owner of "acme.model".

    Args:
        groups: what is declared.
        allowed: what distributions that may contribute declare in a group.
        owned: the groups that are owned.
        copy: finds the copy of a distribution by its normalized name.
    """
    for group in groups:
        if any(scope_path(group, own) is not None for own in owned):
            continue
        words = re.split(r"[._-]", group.lower())
        for own in owned:
            count = len(re.split(r"[._]", own))
            if words[:count] != re.split(r"[._]", own.lower()):
                continue
            head = r"[._-]".join([r"\w+?"] * count)
            rest = re.sub(rf"^{head}(?=[._-]|$)", "", group)
            is_others = group.lower() != f"{own}{rest}".lower() and copy(
                normalized(group.partition(".")[0])
            )
            for each in () if is_others else allowed(group):
                what = f"the group is misspelt: it is not that of the registry {quoted(own)}"
                fix = f"write {quoted(own + rest)}, if that is what is meant"
                yield of_group(each, group, what, fix, "unowned-group")


def of_special(groups: Iterable[str], now: Selection, owned: Collection[str]) -> Iterator[Problem]:
    """A problem for what stands in a group that is nearly one of those with a meaning of their own.

    Args:
        groups: what is declared.
        now: what may contribute.
        owned: the groups that are owned.
    """
    for group in groups:
        if special := misspelt_special(group, now, owned):
            for each in now.allowed(group):
                what = f"the group is misspelt: its rows are of {quoted(special)}"
                yield of_group(each, group, what, f"write {quoted(special)}", "unowned-group")


def misspelt_special(group: str, now: Selection, owned: Collection[str]) -> str | None:
    """Which of the groups with a meaning of their own a group is meant to be; None for none.

    A registry may be named "hook": its rows tell.
    """
    special = _nearly_special(group)
    several = now.allowed(group) if special else []
    is_meant = special and several and all(_is_of_special(special, each, owned) for each in several)
    return special if is_meant else None


def _nearly_special(group: str) -> str | None:
    """Which of the groups with a meaning of their own a group nearly is; None for none."""
    plain = re.sub(r"[._-]", "", group.lower())
    for special in (HOOKS, NOTES, REGISTRIES):
        wanted = re.sub(r"[._]", "", special)
        # A letter of the last word, before what compares is imported.
        is_like = group != special and plain.startswith(wanted[: len(PREFIX)])
        if is_like and _ratio(plain, wanted) >= _ALMOST:
            return special
    return None


def _is_of_special(special: str, declared: Declaration, owned: Collection[str]) -> bool:
    """Whether rows are of that group with a meaning of its own."""
    for name, value in declared.group.written():
        if special == REGISTRIES:
            if "." in name and ":" in value and name.partition(".")[0] == top_module(value):
                return True
        elif ":" not in value:
            is_known = name in owned or any(own.endswith(f".{name}") for own in owned)
            if is_known or "." in name:
                return True
    return False


def misspelt(declared: Iterable[Declaration], group: str, own: str) -> Iterator[Problem]:
    """A problem for each distribution that declares something in a group which is nearly `own`."""
    address = ".".join(group.split(".")[: own.count(".") + 1])
    what = f"no installed framework owns the registry {quoted(address)}"
    fix = f"write {quoted(own)}, if that is what is meant"
    for each in declared:
        yield of_group(each, group, what, fix, "unowned-group")


def reserved(declared: Iterable[Declaration], group: str) -> Iterator[Problem]:
    """A problem for each distribution that declares something in a group that is reserved."""
    fix = "write the group of a registry, and the scope after it"
    for each in declared:
        yield of_group(each, group, "no registry can have this group", fix, "reserved-group")


def unserved(declared: Iterable[Declaration], owned: Iterable[str]) -> Iterator[Problem]:
    """A problem for each hook module whose registry does not exist, or is nearly an owned one."""
    owned = sorted(owned)
    for each in declared:
        for name, _ in each.group.written():
            group = served_group(name)
            fault = group_fault(group)
            if fault is not None:
                what = f"no registry can be named {quoted(name)}: {fault}"
                yield Problem(each.provider, HOOKS, what, "correct it", "misnamed", "bad-hooks")
                continue
            if whole := scope_owner(group, owned):
                what = f"{quoted(group)} is a scope of the registry {quoted(whole)}"
                scope = group.removeprefix(f"{whole}.")
                fix = f"write {quoted(whole)}, and let it give entries of scope={scope!r}"
                yield Problem(each.provider, HOOKS, what, fix, "misnamed", "bad-hooks")
                continue
            near = [own for _, own in alike([group], owned)]
            if group not in owned and "." not in name:
                near += [own for own in owned if own.rpartition(".")[2] == name]
            for own in near:
                what = f"no installed framework owns the registry {group!r}, which it serves"
                fix = f"write {own!r}, if that is what is meant"
                yield Problem(each.provider, HOOKS, what, fix, "misnamed", "unowned-hooks")


def scope_owner(group: str, owned: Collection[str]) -> str | None:
    """The owned registry of which a group is a scope; None for none, and for a registry's own."""
    if group in owned:
        return None
    return next((own for own in owned if scope_path(group, own) is not None), None)


def unknown(
    mentions: Iterable[tuple[str, str]], installed: Installed, owners: Mapping[str, Entry]
) -> Iterator[Problem]:
    """A problem for each name that is blocked, allowed or preferred, and that nothing has.

    Args:
        mentions: the names, each with what names it.
        installed: what is installed.
        owners: the entries that own registries, by group.
    """
    for written, where in mentions:
        name, _, key = choice(written).partition(":")
        copy = installed.copy(name)
        if copy is None:
            what = "no distribution of that name is installed"
            fix = _meant(name, installed.names()) or "remove it, or install it"
            shown = Provider(safe_text(written), "")
            yield Problem(shown, where, what, fix, "misnamed", UNKNOWN_CHOICE)
        elif key and where in (ALLOW, "allow() in code"):
            what = f"{quoted(written)} is an entry, and only distributions are allowed"
            yield Problem(
                copy.provider, where, what, f"write {quoted(name)}", "misnamed", UNKNOWN_CHOICE
            )
        elif key and HOOKS not in copy.groups():
            rows = [
                (group, row)
                for group, several in copy.groups().items()
                for row, _ in several.written()
            ]
            if any(_is_key_of(key, group, row, owners) for group, row in rows):
                continue
            keys = [f"{group}.{row}" for group, row in rows]
            what = f"{copy.provider} declares no entry {quoted(key)}"
            close = _meant(key, [each.split(".", cut)[-1] for each in keys for cut in (1, 2, 3)])
            fix = close or "remove it, unless its code registers that name"
            yield Problem(copy.provider, where, what, fix, "misnamed", UNKNOWN_CHOICE)


def _is_key_of(key: str, group: str, row: str, owners: Mapping[str, Entry]) -> bool:
    """Whether a key may be that of a row, as the registry of its group has it."""
    paths = [(own, path) for own in owners if (path := scope_path(group, own)) is not None]
    if not paths:
        # How much of the group is a registry's is not known.
        return f".{group}.{row}".endswith(f".{key}")
    for own, path in paths:
        # The first scope may be the root's own.
        tops = (own.partition(".")[0], top_module(owners[own].target))
        if key == dotted((*path, row)) or (
            path[:1] and path[0] in tops and key == dotted((*path[1:], row))
        ):
            return True
    return False


def unread(variables: Iterable[str]) -> Iterator[Problem]:
    """A problem for each environment variable that is nearly one of ours, and is not read.

    Args:
        variables: the names of all that are set.
    """
    ours = (*VARIABLES, CACHE, FREEZE, KNOWN)
    for name in variables:
        if name.startswith(_OURS) and name not in ours:
            words = [each.removeprefix(_OURS) for each in ours]
            close = close_matches(name.removeprefix(_OURS), words, 1)
            if close:
                what, fix = "no variable of that name is read", f"did you mean {_OURS}{close[0]}?"
                shown = Provider(safe_text(name), "")
                where = "the environment variables"
                yield Problem(shown, where, what, fix, "misnamed", UNKNOWN_CHOICE)


def _meant(name: str, known: Iterable[str]) -> str:
    return did_you_mean(guessed(name, sorted(set(known)), 1))
