"""The index: what places declare and hooks have answered, kept on disk for later processes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from registry_core.environment.shard import shard_from
from registry_core.environment.stamp import is_settled, stamp_of_all
from registry_core.environment.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from registry_core.environment.answers import Answers
    from registry_core.environment.shard import Shard

Marks = list[tuple[str, str]]


class Index:
    """A copy of what was read, trusted while nothing that it was read from has changed.

    It is a hint: what is loaded by it is first read again. Lives as long as the snapshot that
    uses it; the files outlive it.

    Args:
        folder: where the files are.
        anew: whether it is to be written only, and not believed.
    """

    def __init__(self, folder: str, *, anew: bool = False) -> None:
        self._store = Store(folder)
        self._anew = anew

    def shard(self, place: str) -> Shard | None:
        """What the distributions of `place` declare; None where nothing kept can be trusted."""
        kept = None if self._anew else self._store.read(_name_of(place))
        match None if kept is None else kept.data:
            case [int(), int(summed), *columns] if kept is not None:
                shard = shard_from(columns, kept.mark)
            case _:
                return None
        if shard is None or shard.place != place or stamp_of_all(_sources(shard)) != summed:
            return None
        return shard

    def keep(self, shard: Shard, began: int) -> Shard:
        """Keep what was read of a directory, if every change since must show in a stamp.

        Args:
            shard: what was read.
            began: when that began, in nanoseconds since 1970.

        Returns:
            The shard, with its mark where it was kept.
        """
        if not os.path.isdir(shard.place):
            # An archive: what is in it has no stamps.
            return shard
        # In this order: what changes between the two is too young.
        summed = stamp_of_all(_sources(shard))
        if not all(is_settled(path, began) for path in _sources(shard)):
            return shard
        # The time makes the mark another one: what hooks answered by an older copy is void.
        mark = self._store.write(_name_of(shard.place), [began, summed, *shard[:-1]])
        return shard._replace(mark=mark or "")

    def forget(self, places: Iterable[str]) -> None:
        """Remove what is kept of these places; what hooks answered by it is void then."""
        for place in places:
            self._store.remove(_name_of(place))

    def answers(self, group: str, marks: Marks, policy: Sequence[str]) -> Answers:
        """What hook modules answered for a registry while the places were the same.

        Args:
            group: the registry's group.
            marks: the places that hold distributions, in order, each with the mark of its shard.
            policy: what may contribute, in words.
        """
        validity = _validity(group, marks, policy)
        kept = None if self._anew else self._store.read(_name_of(*_words(validity)))
        match None if kept is None else kept.data:
            case [found, dict() as answers] if found == validity:
                return answers
        return {}

    def keep_answers(
        self, group: str, marks: Marks, policy: Sequence[str], answers: Answers
    ) -> None:
        """Keep what hook modules answered for a registry."""
        validity = _validity(group, marks, policy)
        self._store.write(_name_of(*_words(validity)), [validity, answers])


def _validity(group: str, marks: Marks, policy: Sequence[str]) -> list[list[str]]:
    words = [group, str(sys.implementation.cache_tag), *policy]
    return [words, [place for place, _ in marks], [mark for _, mark in marks]]


def _words(validity: list[list[str]]) -> list[str]:
    """What names the file: all but the marks, so that an old answer gives way to a new one."""
    return [*validity[0], *validity[1]]


def _name_of(*words: str) -> str:
    from zlib import crc32

    return f"{crc32(chr(0).join(words).encode(errors='surrogatepass')):08x}"


def _sources(shard: Shard) -> list[str]:
    """The paths that a shard was read from, the place itself first."""
    return [shard.place, *(f"{shard.place}{os.sep}{path}" for path in shard.watched)]
