"""The exceptions of Flash's registries: its classes and first words, then how to mend it.

RegistryError
|- EntryNotFound        (KeyError)
|  `- FunctionNotFound                nothing has that name
|- MetadataMismatch     (KeyError)    nothing of that name has that metadata
|- NoMatch              (KeyError)    none of several registries has that name
|- SeveralExternal      (KeyError)    more than one external registry may have that name
|- NotCallable          (TypeError)   what is registered cannot be called
|- NameIsNoText         (TypeError)   the name of a function is no str
|- ExternalIsFixed      (TypeError)   an external registry is to be changed
`- FunctionExists       (ValueError)  that very function is registered already
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.errors import EntryNotFound, RegistryError
from registry_core.limits import MAX_GUESSED
from registry_core.text import listed, quoted, safe_repr, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from registry_core.entry import Entry


def close_matches(key: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the `known` keys that `key` may have meant, whatever the case of its letters.

    >>> close_matches("ResNet81", ["resnet18", "vit"])
    ('resnet18',)
    """
    if len(key) > MAX_GUESSED:
        return ()
    from difflib import get_close_matches

    by_word: dict[str, list[str]] = {}
    for full in dict.fromkeys(known):
        for word in {full.lower(), full.lower().rpartition(".")[2]}:
            by_word.setdefault(word, []).append(full)
    near = get_close_matches(key.lower(), by_word, 3)
    near += get_close_matches(key.lower().rpartition(".")[2], by_word, 3)
    return tuple(dict.fromkeys(full for word in near for full in by_word[word]))[:3]


class FunctionNotFound(EntryNotFound):
    """No function of a Flash registry has that name, registered or installed."""

    def __init__(
        self,
        key: str,
        registry: str,
        kind: str,
        available: Sequence[str],
        *,
        close: Sequence[str] = (),
        blocked: Sequence[tuple[Entry, str]] = (),
        hints: Sequence[str] = (),
    ) -> None:
        super().__init__(key, registry, close=close, blocked=blocked, hints=hints)
        self.kind = kind
        self.available = tuple(available)

    def message(self) -> str:
        """What was asked, what there is, and what may have been meant."""
        available = listed(self.available) or "none"
        parts = [f"Key: {safe_text(self.key)} is not in {self.kind}. Available keys: {available}"]
        parts += [f"{entry.provider} has it, but is {why}" for entry, why in self.blocked]
        parts += self.hints
        if self.close:
            parts.append(f"did you mean {' or '.join(map(quoted, self.close))}?")
        if len(parts) == 1:
            parts.append(
                "is the package that provides it installed, or its module imported? "
                f"Installed packages add to {quoted(self.registry)}"
            )
        return "; ".join(parts)


class MetadataMismatch(RegistryError, KeyError):
    """Functions have that name, and none of them that metadata."""

    def __init__(self, key: str, wanted: Sequence[str], found: Sequence[Entry]) -> None:
        self.key = key
        self.wanted = tuple(wanted)
        self.found = tuple(found)

    def message(self) -> str:
        """What was asked, and what each function of that name has."""
        has = [f"{e.provider} with {listed(tuple(e.metadata)) or 'none'}" for e in self.found[:4]]
        more = f" and {len(self.found) - 4} more" if len(self.found) > 4 else ""
        return (
            "Found no matches that fit your metadata criteria. Try removing some metadata: "
            f"asked for {quoted(self.key)} with {listed(self.wanted)}; metadata of that name: "
            f"{', '.join(has)}{more}. An entry point has no metadata before it is imported"
        )


class NoMatch(RegistryError, KeyError):
    """None of the registries that were put together has that name."""

    def __init__(self, key: str, registries: Sequence[str], close: Sequence[str]) -> None:
        self.key = key
        self.registries = tuple(registries)
        self.close = tuple(close)

    def message(self) -> str:
        """What was asked of which registries, and what may have been meant."""
        guess = f"did you mean {' or '.join(map(quoted, self.close))}?"
        fix = guess if self.close else "available_keys() lists what there is"
        asked = listed(self.registries) or "there is none"
        return f"No matches found in registry. Asked for {quoted(str(self.key))}: {asked}; {fix}"


class SeveralExternal(RegistryError, KeyError):
    """More than one external registry may have that name."""

    def __init__(self, key: str, registries: Sequence[str]) -> None:
        self.key = key
        self.registries = tuple(registries)

    def message(self) -> str:
        """What was asked, and who may have it."""
        return (
            "Multiple matches from external registries, a strict lookup is not possible. "
            f"{quoted(str(self.key))} may be in {listed(self.registries)}; pass strict=False, or "
            "give the external registries keys="
        )


class NotCallable(RegistryError, TypeError):
    """What is registered cannot be called."""

    def __init__(self, got: object) -> None:
        self.got = safe_repr(got)

    def message(self) -> str:
        """What was registered."""
        return (
            f"You can only register a callable, found: {self.got}; pass a function, a class or "
            "a functools.partial"
        )


class NameIsNoText(RegistryError, TypeError):
    """The name of a function is no str, or there is none."""

    def __init__(self, got: object) -> None:
        self.got = safe_repr(got)

    def message(self) -> str:
        """What was given as a name."""
        return (
            f"`name` must be a str, found {self.got}; write @REGISTRY(name=...), where the "
            "function has no __name__ of its own"
        )


class ExternalIsFixed(RegistryError, TypeError):
    """Something is to be registered in, or removed from, what is outside."""

    def __init__(self, registry: str, what: str) -> None:
        self.registry = registry
        self.what = what

    def message(self) -> str:
        """What cannot be done, and where it can."""
        return (
            f"{self.what} is not possible in the external registry {quoted(self.registry)}: its "
            "getter alone says what is in it; use a FlashRegistry, and add the two with +"
        )


class FunctionExists(RegistryError, ValueError):
    """That very function is registered under that name, with that metadata."""

    def __init__(self, name: str, registry: str, metadata: Sequence[str], module: str) -> None:
        self.name = name
        self.registry = registry
        self.metadata = tuple(metadata)
        self.module = module

    def message(self) -> str:
        """What was registered, and where it was before."""
        metadata = listed(self.metadata) or "none"
        return (
            f"Function with name: {safe_text(self.name)} and metadata: {metadata} is already"
            f" present within {quoted(self.registry)}, registered at {self.module}. "
            "HINT: Use `override=True`."
        )
