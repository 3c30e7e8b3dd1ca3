"""All that is installed, place by place: of two distributions of one name the first counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.environment.shard import Declared, packed
from registry_core.environment.stamp import is_settled
from registry_core.keys import dotted, normalized, scope_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from registry_core.entry import Entry, Problem, Provider
    from registry_core.environment.shard import Shard


class Scan:
    """What is installed, asked group by group. Lives as long as its snapshot; never changes.

    Args:
        shards: what each place holds, in the order in which Python would look there.
    """

    def __init__(self, shards: Iterable[Shard]) -> None:
        seen: set[str] = set()
        # Each with the distributions that one of the same name hides, as when Python imports.
        self._shards: list[tuple[Shard, frozenset[str]]] = []
        for shard in shards:
            if shard.keys or shard.faults:
                self._shards.append((shard, frozenset(seen.intersection(shard.keys))))
                seen.update(shard.keys)

    def groups(self) -> list[str]:
        """Every group that something is declared in, sorted."""
        return sorted({group for shard, _ in self._shards for group in shard.groups})

    def declared(self, group: str) -> list[Declared]:
        """What each distribution declares in `group`, sorted by normalized name."""
        return [declared for _, declared in self._declared(group)]

    def _declared(self, group: str) -> list[tuple[Shard, Declared]]:
        found = [
            (shard, declared)
            for shard, hidden in self._shards
            for declared in shard.declared(group)
            if declared.key not in hidden
        ]
        found.sort(key=lambda pair: pair[1].key)
        return found

    def reread(self, group: str, names: Collection[str] | None = None) -> list[Declared]:
        """What `declared` says, read again wherever it comes from the index.

        Args:
            group: the group.
            names: only distributions that declare one of these names in it.
        """
        found: list[Declared] = []
        for shard, declared in self._declared(group):
            if names is None or any(name in names for name, _ in declared.written()):
                if shard.mark:
                    from registry_core.environment.distribution import read_entry_points, sifted

                    written = read_entry_points(shard.where(declared.key)).get(group, [])
                    rows, refused = sifted(written)
                    now = Declared(declared.key, declared.provider, packed(rows), refused)
                    found.append(now)
                else:
                    found.append(declared)
        return found

    def confirms(self, entry: Entry) -> bool:
        """Whether its provider's own `entry_points.txt` says so at this moment.

        What has no copy in the index was read in this process, and is believed.
        """
        from registry_core.environment.distribution import read_entry_points, sifted

        key = normalized(entry.provider.name)
        for shard, hidden in self._shards:
            if key in shard.keys and key not in hidden:
                return not shard.mark or any(
                    sifted(rows)[0].get(entry.name) == entry.target
                    for group, rows in read_entry_points(shard.where(key)).items()
                    if _may_be(entry.scope, scope_path(group, entry.registry))
                )
        return False

    def marks(self, began: int | None = None) -> list[tuple[str, str]] | None:
        """Each place with the mark of its copy in the index; None where one has no copy.

        Args:
            began: where given, None also where one of the places has changed since.
        """
        for shard, _ in self._shards:
            if not shard.mark or (began is not None and not is_settled(shard.place, began)):
                return None
        return [(shard.place, shard.mark) for shard, _ in self._shards]

    def provider(self, key: str) -> Provider | None:
        """The distribution of that normalized name; None where it is not installed."""
        for shard, _ in self._shards:
            if key in shard.keys:
                return shard.provider(shard.keys.index(key))
        return None

    def problems(self) -> list[Problem]:
        """What is wrong with the metadata of what is installed."""
        return [
            problem
            for shard, hidden in self._shards
            for key, problem in shard.problems()
            if key not in hidden
        ]


def _may_be(scope: str, path: tuple[str, ...] | None) -> bool:
    """Whether a group of that path may stand for `scope`: its first segment may name the root."""
    return path is not None and scope in (dotted(path), dotted(path[1:]))
