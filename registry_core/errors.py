"""Every exception of registry_core: fields first, then a message that says how to mend it.

    RegistryError
    |- WrongType           (TypeError)     an argument or config value of the wrong type
    |  `- BaseMismatch                     what was registered or loaded is not of the base
    |- AddressError        (ValueError)    a malformed name or group of a registry
    |- AlreadyRegistered   (KeyError)      code registers another object under a taken name
    |- ScopeExists         (ValueError)    code makes a scope twice
    |- EntryNotFound       (KeyError)      no entry has that name
    |- EntryConflict       (KeyError)      several providers have that name
    |- ScopeNotFound       (KeyError)      no scope, or more than one, has that name
    |- RegistryNotFound    (KeyError)      no registry, or more than one, has that name
    |- PluginLoadError     (ImportError)   an entry's target cannot be imported
    |- HookError           (RuntimeError)  a plugin's hook failed
    |- ConfigError         (ValueError)    a config that cannot be read or is refused
    |  |- MissingType      (KeyError)      a config without "type"
    |  `- ConfigHint                       what builds, but hardly as it was meant; never raised
    |- LockMismatch        (RuntimeError)  what is installed is not what a lock says
    `- BuildError          (RuntimeError)  the constructor raised
       `- ArgumentError    (TypeError)     the constructor does not take these arguments

Messages quote names, never the values of a config: those may be secrets.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from registry_core.error_base import RegistryError as RegistryError  # noqa: PLC0414 - re-exported
from registry_core.guesses import guessed
from registry_core.text import (
    choosing,
    clauses,
    did_you_mean,
    joined,
    key_text,
    listed,
    quoted,
    safe_text,
    told_apart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Literal

    from registry_core.entry import Entry, Provider

    # What to do about an entry that cannot be loaded, for programs; `fix` says it in words.
    Remedy = Literal["install the extra", "install a module", "build later", "mend it"]


class WrongType(RegistryError, TypeError):
    """An argument, or a value in a config, has the wrong type."""

    def __init__(self, what: str, expected: str, got: object, fix: str = "") -> None:
        self.what, self.expected, self.fix = what, expected, fix
        self.got = type(got).__name__

    def message(self) -> str:
        return clauses(f"{self.what} must be {self.expected}, but got {self.got}", self.fix)


class BaseMismatch(WrongType):
    """What was registered, loaded or built is not of the registry's base."""

    def __init__(
        self, registry: str, key: str, base: type | str, got: str, provider: object
    ) -> None:
        self.base = base if isinstance(base, str) else f"{base.__module__}.{base.__qualname__}"
        super().__init__(key, self.base, None)
        self.registry, self.key, self.got, self.provider = registry, key, got, provider

    def message(self) -> str:
        registry = f"the registry {quoted(self.registry)}: {self.got} is not {self.base}"
        return f"{quoted(self.key)} ({self.provider}) does not fit {registry}"


class AddressError(RegistryError, ValueError):
    """A registry's name or group cannot be an address."""

    def __init__(self, what: str, text: str, fault: str) -> None:
        self.what, self.text, self.fault = what, text, fault

    def message(self) -> str:
        return f"{quoted(self.text)} cannot be the {self.what} of a registry: {self.fault}"


class AlreadyRegistered(RegistryError, KeyError):
    """Code registers another object under a name that code, or another package, has taken."""

    def __init__(
        self,
        name: str,
        registry: str,
        module: str,
        provider: Provider | None = None,
        entry: Entry | None = None,
    ) -> None:
        self.name, self.registry, self.module = name, registry, module
        self.provider, self.entry = provider, entry

    def message(self) -> str:
        what, where = quoted(self.name), quoted(self.registry)
        if self.entry is not None:
            whose = f"{self.provider}'s, which declares it as {quoted(self.entry.address)}"
            fix = "choose another name or a scope of your own, or pass force=True to replace it"
            return f"{what} in {where} is {whose}; {fix} for everybody"
        place = f"{self.module}, by {self.provider}" if self.provider else self.module
        return f"{what} is already registered in {where} at {place}; pass force=True to replace it"


class ScopeExists(RegistryError, ValueError):
    """Code makes a scope that code has made before."""

    def __init__(self, scope: str, registry: str) -> None:
        self.scope, self.registry = scope, registry

    def message(self) -> str:
        what = f"the scope {quoted(self.scope)} already exists in the registry"
        return f"{what} {quoted(self.registry)}; it is .children[{quoted(self.scope)}] there"


class EntryNotFound(RegistryError, KeyError):
    """No entry has that name, seen from the scope that was asked."""

    fix = ""
    # All keys of the registry, where they are few.
    known: Sequence[str] = ()
    # What the key says as a scope and no scope is named; and scopes that may have been meant.
    absent_scope = ""
    close_scopes: Sequence[str] = ()

    def __init__(
        self,
        key: str,
        registry: str,
        *,
        tried: Sequence[str] = (),
        close: Sequence[str] = (),
        blocked: Sequence[tuple[Entry, str]] = (),
        hints: Sequence[str] = (),
        failed: Sequence[tuple[str, str]] = (),
        provider: str | None = None,
    ) -> None:
        self.key, self.registry, self.provider = key, registry, provider
        self.tried, self.close = tuple(tried), tuple(close)
        self.blocked, self.hints, self.failed = tuple(blocked), tuple(hints), tuple(failed)

    def message(self) -> str:
        of = f" from {quoted(self.provider)}" if self.provider else ""
        what = f"{told_apart(self.key)}{of} is not in the registry {quoted(self.registry)}"
        return f"{what}{' ' if self.tried else '; '}{self.details()}"

    def details(self) -> str:
        """What follows the first sentence of the message: what was tried, and what to do."""
        tried = f"(scopes tried: {', '.join(self.tried)}); " if self.tried else ""
        parts = [f"{entry.provider} has it, but is {why}" for entry, why in self.blocked]
        parts += [f"importing the location {quoted(loc)} failed: {why}" for loc, why in self.failed]
        parts += self.hints
        if self.close:
            parts.append(did_you_mean(self.close, told_apart))
        elif not parts:
            parts.append("is the package that provides it installed, or its module imported?")
        if self.absent_scope:
            meant = did_you_mean(self.close_scopes, told_apart)
            scope = f"there is no scope {told_apart(self.absent_scope)}"
            parts.insert(0, f"{scope} ({meant})" if meant else scope)
        text = clauses(*parts)
        if set(self.known) - set(self.close):
            text += f"{'' if text.endswith('?') else '.'} It has {listed(self.known)}"
        return clauses(f"{tried}{text}", self.fix)


class EntryConflict(RegistryError, KeyError):
    """Several installed providers have an entry of that scope and name."""

    def __init__(self, key: str, registry: str, entries: Sequence[Entry]) -> None:
        self.key, self.registry, self.entries = key, registry, tuple(entries)

    def message(self) -> str:
        each = joined([f"{e.provider} ({quoted(e.address)})" for e in self.entries], " and ")
        names = sorted({entry.provider.name for entry in self.entries})
        what = f"{quoted(self.key)} in the registry {quoted(self.registry)} is provided"
        if len(names) == 1:
            return f"{what} twice, by {each}"
        # The key from the root: the whole distribution may have names of the owner as well.
        key = self.entries[0].key
        return (
            f"{what} by {each}. "
            f"Ask for one with get({quoted(self.key)}, provider={quoted(names[0])}), "
            f"prefer one with {choosing('prefer', names[0], key)}, "
            f"or block one with {choosing('block', names[-1], key)}"
        )


class ScopeNotFound(RegistryError, KeyError):
    """No scope of the tree has that path or last word, or more than one has."""

    def __init__(
        self,
        scope: str,
        registry: str,
        known: Sequence[str],
        fits: Sequence[str],
        close: Sequence[str] = (),
    ) -> None:
        self.scope, self.registry = scope, registry
        self.known, self.fits, self.close = tuple(known), tuple(fits), tuple(close)

    def message(self) -> str:
        if self.fits:
            fits = joined([*map(quoted, self.fits)], " or ")
            where = f"the registry {quoted(self.registry)}"
            return f"{quoted(self.scope)} names more than one scope of {where}: write {fits}"
        known = f"it has {listed(self.known)}" if self.known else "it has none"
        what = f"the registry {quoted(self.registry)} has no scope {told_apart(self.scope)}"
        return clauses(what, did_you_mean(self.close, told_apart), known)


class RegistryNotFound(RegistryError, KeyError):
    """No registry that is passed or installed has that name, or more than one has."""

    def __init__(
        self,
        name: str,
        known: Sequence[str],
        fits: Sequence[str] = (),
        hints: Sequence[str] = (),
    ) -> None:
        self.name, self.known = name, tuple(known)
        self.fits, self.hints = tuple(fits), tuple(hints)
        # Of a group, the last word is what is usually written.
        meant = {word: each for each in known for word in (each, each.rpartition(".")[2])}
        close = () if fits else guessed(name, meant)
        self.close = tuple(dict.fromkeys(meant[word] for word in close))

    def message(self) -> str:
        if self.fits:
            fits = joined([*map(quoted, self.fits)], " or ")
            return f"{quoted(self.name)} names more than one registry: write the group, {fits}"
        known = f"known are {listed(self.known)}" if self.known else ""
        if not self.known and not self.hints:
            known = "none is installed"
        head = f"no registry is named {told_apart(self.name)}"
        return clauses(head, known, did_you_mean(self.close), *self.hints)


class PluginLoadError(RegistryError, ImportError):
    """The target of an entry cannot be imported. What the plugin raised is the cause."""

    def __init__(
        self, entry: Entry, reason: str, fix: str = "", remedy: Remedy = "mend it"
    ) -> None:
        self.entry, self.reason, self.fix = entry, reason, fix
        self.remedy: Remedy = remedy

    @property
    def provider(self) -> Provider:
        return self.entry.provider

    def message(self) -> str:
        what = f"{quoted(self.entry.key)} in {quoted(self.entry.registry)}, provided by"
        what += f" {self.entry.provider} as {quoted(str(self.entry.target))}, cannot be loaded"
        return clauses(f"{what}: {self.reason}", self.fix)


class HookError(RegistryError, RuntimeError):
    """A hook of a plugin failed. What it raised is the cause."""

    def __init__(self, provider: Provider, hook: str, reason: str) -> None:
        self.provider, self.hook, self.reason = provider, hook, reason

    def message(self) -> str:
        return f"the hook {self.hook} of {self.provider} failed: {self.reason}"


class ConfigError(RegistryError, ValueError):
    """A config cannot be read, or is refused."""

    def __init__(self, reason: str, where: str = "") -> None:
        self.reason, self.where = reason, where

    def message(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason


class MissingType(ConfigError, KeyError):
    """A config does not say what to build."""

    def __init__(
        self, keys: Iterable[object], word: str = "type", slip: str | None = None, fix: str = ""
    ) -> None:
        self.keys = tuple(map(key_text, keys))
        self.word, self.slip, self.fix = word, slip, fix
        super().__init__(f'`cfg` or `default_args` must contain the key "{word}"')

    def message(self) -> str:
        has = f"it has {listed(self.keys)}" if self.keys else "it is empty"
        # Of a file, the person with a config reads it.
        lacks = f'the key "{self.word}" is missing, which says what to build; {has}'
        what = f"{self.reason}, but {has}" if self.place is None else lacks
        meant = f"is {quoted(self.slip)} meant for it?" if self.slip else ""
        return clauses(what, meant, self.fix)


class ConfigHint(ConfigError):
    """What a check says of a config that builds all the same. It is never raised."""

    # The value that mends it in place of the one at fault.
    instead = ""

    def __init__(
        self, reason: str, fix: str = "", severity: str = "hint", code: str = "hint"
    ) -> None:
        super().__init__(reason)
        self.fix = fix
        self.severity = severity
        self.code = code

    def message(self) -> str:
        return clauses(super().message(), self.fix)


class LockMismatch(RegistryError, RuntimeError):
    """What is installed is not what a lock says, or is not in it."""

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        # The environment: this may be read on another machine.
        self.where = sys.prefix

    def message(self) -> str:
        what = f"what is installed in {safe_text(self.where)} is not what was locked"
        fix = "install there what the lock says, or lock again"
        return f"{what}: {joined(self.differences, '; ')}; {fix}"


class BuildError(RegistryError, RuntimeError):
    """A constructor raised. What it raised is the cause."""

    def __init__(self, what: str, provider: object, reason: str) -> None:
        self.what, self.provider, self.reason = what, provider, reason

    def message(self) -> str:
        of = f" ({self.provider})" if self.provider else ""
        return f"building {quoted(self.what)}{of} failed: {self.reason}"


class ArgumentError(BuildError, TypeError):
    """A constructor does not take the arguments that the config gives, or misses some."""

    def __init__(
        self,
        what: str,
        provider: object,
        *,
        unexpected: Sequence[str],
        missing: Sequence[str],
        accepts: str,
        reason: str = "",
        close: Sequence[str] = (),
    ) -> None:
        self.unexpected, self.missing = tuple(unexpected), tuple(missing)
        self.accepts, self.close = accepts, tuple(close)
        unknown = joined([f"unexpected argument {told_apart(n)}" for n in self.unexpected], ", ")
        missed = joined([f"missing argument {quoted(name)}" for name in self.missing], ", ")
        faults = ", ".join(filter(None, (unknown, missed))) or reason
        kinds = {"unexpected": self.unexpected, "missing": self.missing}
        kind = next((f"{each}-" for each, names in kinds.items() if names), "")
        self.code = f"{kind}argument"
        reason = clauses(faults, f"it takes {accepts}", did_you_mean(self.close))
        super().__init__(what, provider, reason)
