"""The exceptions of Flash's registries: its classes and first words, then how to mend it.

RegistryError
|- EntryNotFound        (KeyError)
|  `- FunctionNotFound                nothing has that name
|- MetadataMismatch     (KeyError)    nothing of that name has that metadata
|- SeveralExternal      (KeyError)    more than one external registry may have that name
|- NotRegistrable       (TypeError)   no function, no name, or a registry that takes nothing
`- FunctionExists       (ValueError)  that very function is registered already
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.errors import EntryNotFound, RegistryError
from registry_core.keys import group_fault
from registry_core.text import clauses, did_you_mean, listed, quoted, safe_repr, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.entry import Entry


class FunctionNotFound(EntryNotFound):
    """No function of that name is registered or installed in a registry, or in a sum of several."""

    def __init__(
        self,
        key: object,
        registry: str,
        kind: str,
        available: Sequence[str] = (),
        *,
        registries: Sequence[str] | None = None,
        close: Sequence[str] = (),
        blocked: Sequence[tuple[Entry, str]] = (),
        hints: Sequence[str] = (),
    ) -> None:
        super().__init__(str(key), registry, close=close, blocked=blocked, hints=hints)
        self.kind = kind
        self.available = tuple(available)
        self.registries = None if registries is None else tuple(registries)

    def message(self) -> str:
        if self.registries is None:
            what = f"Key: {safe_text(self.key)} is not in {self.kind}"
            parts = [f"{what}. Available keys: [{listed(self.available)}]"]
            fix = "is its module imported? Installed packages add to a registry that has a group="
            if group_fault(self.registry) is None:
                fix = "is the package that provides it installed, or its module imported? "
                fix += f"Installed packages add to {quoted(self.registry)}"
        else:
            asked = listed(self.registries) or "there is none"
            parts = [f"No matches found in registry. Asked for {quoted(self.key)}: {asked}"]
            fix = "available_keys() lists what there is"
        parts += [f"{entry.provider} has it, but is {why}" for entry, why in self.blocked]
        parts += self.hints
        if self.close:
            parts.append(did_you_mean(self.close))
        return clauses(*parts, "" if len(parts) > 1 else fix)


class MetadataMismatch(RegistryError, KeyError):
    """Functions have that name, and none of them that metadata."""

    def __init__(self, key: str, wanted: Sequence[str], found: Sequence[Entry]) -> None:
        self.key = key
        self.wanted = tuple(wanted)
        self.found = tuple(found)

    def message(self) -> str:
        has = [f"{e.provider} with {listed(tuple(e.metadata)) or 'none'}" for e in self.found[:4]]
        more = f" and {len(self.found) - 4} more" if len(self.found) > 4 else ""
        return (
            "Found no matches that fit your metadata criteria. Try removing some metadata: "
            f"asked for {quoted(self.key)} with {listed(self.wanted)}; metadata of that name: "
            f"{', '.join(has)}{more}. An entry point has no metadata before it is imported"
        )


class SeveralExternal(RegistryError, KeyError):
    """More than one external registry may have that name."""

    def __init__(self, key: object, registries: Sequence[str]) -> None:
        self.key = str(key)
        self.registries = tuple(registries)

    def message(self) -> str:
        return (
            "Multiple matches from external registries, a strict lookup is not possible. "
            f"{quoted(self.key)} may be in {listed(self.registries)}; pass strict=False, or "
            "give the external registries keys="
        )


class NotRegistrable(RegistryError, TypeError):
    """Something cannot be registered, or removed: it has the wrong type, or the registry has."""

    def __init__(self, reason: str, fix: str) -> None:
        self.reason = reason
        self.fix = fix

    def message(self) -> str:
        return f"{self.reason}; {self.fix}"


class FunctionExists(RegistryError, ValueError):
    """That very function is registered under that name, with that metadata."""

    def __init__(
        self, name: str, registry: str, kind: str, metadata: Mapping[str, object], module: str
    ) -> None:
        self.name = name
        self.registry = registry
        self.kind = kind
        self.metadata = tuple(metadata)
        self.module = module
        # Of its values only numbers are shown: text may be a secret.
        plain = int | float | None
        shown = (
            f"{quoted(key)}: {safe_repr(value) if isinstance(value, plain) else '...'}"
            for key, value in metadata.items()
        )
        self._shown = f"{{{', '.join(shown)}}}"

    def message(self) -> str:
        return (
            f"Function with name: {safe_text(self.name)} and metadata: {self._shown} is already "
            f"present within {self.kind}(name={safe_text(self.registry)}), registered at "
            f"{self.module}. HINT: Use `override=True`."
        )


def takes_nothing(registry: str, what: str) -> NotRegistrable:
    """What an external registry, or a sum of such, raises where something is to be changed."""
    reason = f"{what} is not possible in the registry {quoted(registry)}, which takes no functions"
    return NotRegistrable(reason, "use a FlashRegistry, and add the two with +")
