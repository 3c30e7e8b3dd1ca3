"""A config checked as if something else were installed: `registry-core check --against`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from registry_core.cli.printing import CannotAnswer, complain
from registry_core.config.document import findings_of
from registry_core.config.used import used
from registry_core.environment import current_environment, use_environment
from registry_core.errors import ArgumentError, ConfigHint, EntryNotFound, RegistryError
from registry_core.index.stand_ins import KeptSignatures, stand_ins
from registry_core.index.wheel import BadWheel, opened_wheel
from registry_core.installed.entry_points import parse_entry_points
from registry_core.installed.files import Unreadable
from registry_core.keys import HOOKS, normalized
from registry_core.signature.source import reading_first
from registry_core.text import quoted, safe_text
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry_core.cli.arguments import Arguments
    from registry_core.config import Document
    from registry_core.config.used import Used
    from registry_core.entry import Provider
    from registry_core.signature import Signature


class _Before(NamedTuple):
    """What a document comes to with what is installed.

    Attributes:
        findings: what is wrong with it.
        used: by the keys that lead to a part, what it builds; nothing if a name leads nowhere.
        signatures: by the same, what that takes.
    """

    findings: list[RegistryError]
    used: dict[tuple[object, ...], Used]
    signatures: dict[tuple[object, ...], Signature]

    def part(self, keys: tuple[object, ...]) -> Used | None:
        """The innermost part that has what keys lead to; None where it is not known."""
        ways = (keys[:end] for end in range(len(keys), -1, -1))
        return next((self.used[way] for way in ways if way in self.used), None)


class _Upgrade(NamedTuple):
    """What stands in the place of what is installed.

    Attributes:
        known: finds registries, and reads signatures.
        providers: by normalized name, the distributions.
        hooked: those of them that compute names by hooks, which are not run.
    """

    known: KnownRegistries
    providers: dict[str, Provider]
    hooked: frozenset[str]


def findings_against(
    documents: Mapping[str, Document], arguments: Arguments
) -> dict[str, list[tuple[RegistryError, str]]]:
    """What is wrong with documents once something else is installed.

    Args:
        documents: by their names.
        arguments: of the command; `against` is a wheel, or an index of wheels.

    Returns:
        By the names, each finding, and what the upgrade has to do with it; empty for nothing.

    Raises:
        CannotAnswer: the wheel, or the index, cannot be used.
    """
    names = {name: arguments.registry_of(each) for name, each in documents.items()}
    before = {name: _before(each, arguments) for name, each in documents.items()}
    installed = current_environment().installed
    try:
        with _in_place(arguments.against) as upgrade:
            old = {key: installed.provider(key) for key in upgrade.providers}
            told = {
                key: f"with {who}, which is installed, it passes" if who else ""
                for key, who in old.items()
            }
            found: dict[str, list[tuple[RegistryError, str]]] = {}
            for name, each in documents.items():
                after = findings_of(each, names[name], upgrade.known, arguments.made)
                whys = (_explained(error, before[name], upgrade) for error in after)
                found[name] = [(error, told.get(why, why)) for error, why in whys]
            return found
    except (BadWheel, Unreadable) as error:
        raise CannotAnswer(f"{arguments.against}: {safe_text(str(error))}") from error


def _before(document: Document, arguments: Arguments) -> _Before:
    known, made = arguments.known, arguments.made
    found = findings_of(document, arguments.registry_of(document), known, made)
    parts: dict[tuple[object, ...], Used] = {}
    signatures: dict[tuple[object, ...], Signature] = {}
    try:
        view, data = arguments.started(document)
        parts = {each.keys: each for each in used(data, view, known, made)}
    except RegistryError:
        return _Before(found, {}, {})
    for keys, each in parts.items():
        try:
            signatures[keys] = known.signatures.of(each.entry)
        except RegistryError:
            # Then there is nothing to compare with.
            continue
    return _Before(found, parts, signatures)


@contextmanager
def _in_place(source: str) -> Iterator[_Upgrade]:
    """Let the environment have a wheel, or what an index knows, in place of what is installed."""
    if source.endswith(".whl"):
        with opened_wheel(source) as wheel, reading_first(wheel):
            groups, _ = parse_entry_points(wheel.entry_points.decode("utf-8", "replace"))
            hooked = frozenset({wheel.key} if HOOKS in groups else ())
            # Its hook modules would be imported from what is installed.
            other = current_environment().with_first(source).without_hooks_of(*hooked)
            with use_environment(other):
                yield _Upgrade(KnownRegistries(option=""), {wheel.key: wheel.provider}, hooked)
        return
    with stand_ins(source) as found:
        for who in found.owners:
            complain(f"note: {who} owns registries: check against its wheel to judge its upgrade")
        if not found.providers:
            complain("note: the index has no other version of what is installed")
        other = current_environment().with_first(found.folder).without_hooks_of(*found.providers)
        with use_environment(other):
            known = KnownRegistries(option="")
            known.signatures = KeptSignatures(found.signatures)
            yield _Upgrade(known, found.providers, found.hooked)


def _explained(
    error: RegistryError, before: _Before, upgrade: _Upgrade
) -> tuple[RegistryError, str]:
    """A finding, and what the upgrade has to do with it.

    That is what it changes; or the normalized name of the distribution, if it changes what is not
    told here; or empty, if the finding is there without it.
    """
    if any(_place(each) == _place(error) for each in before.findings):
        return error, ""
    part = before.part(error.config_keys)
    if part is None:
        return error, next(iter(upgrade.providers)) if len(upgrade.providers) == 1 else ""
    entry, who = part.entry, f"{getattr(error, 'provider', None)}"
    # What is registered by code that is imported is provided by a module: the finding knows whose.
    told = (name for name, each in upgrade.providers.items() if str(each) == who)
    key = next(told, normalized(entry.provider.name))
    why = key if key in upgrade.providers else ""
    if isinstance(error, ArgumentError) and why:
        why = _changes(error, before.signatures.get(part.keys), part, upgrade) or why
    elif isinstance(error, EntryNotFound) and key in upgrade.hooked:
        what = (
            f"{quoted(entry.key)} is not checked: {upgrade.providers[key]} may compute it by a hook"
        )
        hint = ConfigHint(what, "install it to check that", "hint", "not-checked")
        hint.within(error.config_keys)
        hint.place = error.place
        return hint, ""
    elif isinstance(error, EntryNotFound) and why:
        # It is installed: what else may hide a name is beside the point.
        error.hints, error.fix = (), ""
        why = f"{upgrade.providers[key]} has it no more"
    return error, why


def _changes(error: ArgumentError, old: Signature | None, part: Used, upgrade: _Upgrade) -> str:
    """What the upgrade does to the arguments that a finding is about; empty where unknown."""
    if old is None:
        return ""
    try:
        new = upgrade.known.signatures.of(part.lookup.entry(part.entry.key))
    except RegistryError:
        return ""
    before = [each.name for each in old.parameters]
    after = [each.name for each in new.parameters]
    # What stands in the place of another, where neither is in both.
    renamed = {
        name: now
        for name, now in zip(before, after, strict=False)
        if name not in after and now not in before
    }
    became = {now: name for name, now in renamed.items()}
    texts = dict.fromkeys(
        f"renames {quoted(name)} to {quoted(renamed[name])}"
        if name in renamed
        else f"drops {quoted(name)}"
        for name in error.unexpected
        if name in before and name not in after
    )
    texts |= dict.fromkeys(
        f"renames {quoted(became[name])} to {quoted(name)}"
        if name in became
        else f"requires {quoted(name)}"
        for name in error.missing
    )
    return f"this upgrade {' and '.join(texts)}" if texts else ""


def _place(error: RegistryError) -> tuple[object, ...]:
    return error.place, error.config_keys, error.code, getattr(error, "unexpected", ())
