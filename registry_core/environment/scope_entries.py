"""The discovered entries of one scope, by name, each made when it is first looked at."""

from __future__ import annotations

from collections.abc import KeysView, Mapping
from typing import TYPE_CHECKING, Any

from registry_core.entry import NOTHING, Entry
from registry_core.upgrades import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.environment.notes import RegistryNotes
    from registry_core.installed import Declaration


class ScopeEntries(Mapping[str, tuple[Entry, ...]]):
    """The discovered entries of one scope, by name. Lives as long as its table.

    More than one entry of a name is a conflict. An entry is made when it is first looked at: a
    registry may have tens of thousands.

    Args:
        registry: the group of the registry.
        scope: the dotted path of the scope.
        notes: what distributions say of the entries in data files; None where none does.
    """

    __slots__ = ("_made", "_notes", "_registry", "_rows", "_scope")

    def __init__(self, registry: str, scope: str, notes: RegistryNotes | None = None) -> None:
        self._registry = registry
        self._scope = scope
        self._notes = notes
        # What declares each name, and the entries that are made of it.
        self._rows: dict[str, Declaration | None] = {}
        self._made: dict[str, tuple[Entry, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Entry, ...]:
        made = self._made.get(name)
        if made is None:
            declared = self._rows[name]
            assert declared is not None  # noqa: S101 - else it had been made
            made = self._made[name] = (self.entry(declared, name),)
        return made

    def get(self, name: str, default: Any = None) -> Any:
        """The entries of that name, or `default`."""
        return self[name] if name in self._rows else default

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def keys(self) -> KeysView[str]:
        """The names, in the order of their distributions' names."""
        return self._rows.keys()

    def entry(self, declared: Declaration, name: str) -> Entry:
        """The entry that a row stands for."""
        target = declared.rows[name]
        metadata: Mapping[str, object] = NOTHING
        if self._notes is not None:
            key = f"{self._scope}.{name}" if self._scope else name
            metadata = self._notes.metadata(declared.key, key)
        fields = (name, target, self._scope, NOTHING, metadata)
        return Entry._make((*fields, self._registry, running(declared.provider, target)))

    def declare(self, declared: Declaration) -> list[Entry]:
        """Add all rows of a distribution; those whose names are here already are given back."""
        names = declared.rows
        if self._rows.keys().isdisjoint(names):
            self._rows.update(dict.fromkeys(names, declared))
            return []
        taken = [name for name in names if name in self._rows]
        for name in names:
            self._rows.setdefault(name, declared)
        return [self.entry(declared, name) for name in taken]

    def put(self, name: str, entries: tuple[Entry, ...]) -> None:
        """Let a name stand for these entries."""
        self._rows[name] = None
        self._made[name] = entries
