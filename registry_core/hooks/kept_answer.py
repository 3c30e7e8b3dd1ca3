"""The answer of a hook module on disk, valid while what it depends on is the same."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Literal, NamedTuple, cast
from zlib import crc32

from registry_core.hooks import cache
from registry_core.hooks.answers import entries_of, rows_of
from registry_core.keys import normalized
from registry_core.started import STARTED_AT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from registry_core.entry import Entry, Provider
    from registry_core.installed import Copy

# Its number changes with the form or the meaning of the files: then old ones are not read.
_FORMAT = "registry_core-hooks-1"
# Nanoseconds by which the kernel's clock for the times of files may be late.
_TICK = 10_000_000


class CacheStatus(NamedTuple):
    """Whether the answer of a hook module is on disk, and if not, why. A frozen record.

    Attributes:
        reason: "not asked": this process has not needed the answer yet. "failed": the hook, or
            importing its module, raised. "no stamp": the metadata folder of `distribution` cannot
            be looked at. "too young": that folder is younger than this process, so the code in
            memory may be that of another version.
        distribution: the normalized name of the editable, unstamped or young one; else empty.
    """

    reason: Literal[
        "kept",
        "not asked",
        "failed",
        "cache off",
        "depends_on(None)",
        "editable",
        "no stamp",
        "too young",
        "not plain",
        "cannot be written",
    ]
    distribution: str = ""


class Answer(NamedTuple):
    """The answer of a hook module, as far as it is kept.

    Attributes:
        implements: the hooks that it implements, with their places in pluggy's order.
        entries: its entries.
        knows: the patterns of names that its lookup may know; none for any name.
    """

    implements: Mapping[str, int]
    entries: Sequence[Entry]
    knows: tuple[str, ...] = ()


class KeptAnswer:
    """The file with one hook module's answer for one registry. Lives as long as the `HookModule`.

    Args:
        folder: the cache folder.
        group: the group of the registry.
        provider: the distribution of the hook module.
        target: the hook module.
        copy: finds the installed copy of a distribution by its normalized name.
    """

    def __init__(
        self,
        folder: str,
        group: str,
        provider: Provider,
        target: str,
        copy: Callable[[str], Copy | None],
    ) -> None:
        self._key = normalized(provider.name)
        self._copy = copy
        own = copy(self._key)
        where = "" if own is None else own.folder
        # Environments share the cache, and versions of Python may share an environment.
        self._of = [_FORMAT, group, self._key, target, str(sys.implementation.cache_tag), where]
        words = "\0".join(self._of).encode(errors="surrogatepass")
        self._path = f"{folder}{os.sep}{crc32(words):08x}{cache.ENDING}"

    def recalled(self) -> Answer | None:
        """The answer in the file; None where there is none, or a dependency has changed."""
        match cache.read(self._path):
            case {
                "of": self._of,
                "stamps": dict(stamps),
                "implements": dict(implements),
                "entries": list(rows),
                **more,
            } if self._key in stamps and all(type(place) is int for place in implements.values()):
                entries = entries_of(rows)
                knows = more.get("knows", [])
                if not isinstance(knows, list) or not all(type(each) is str for each in knows):
                    return None
                if entries is not None and all(
                    self._is_unchanged(*each) for each in stamps.items()
                ):
                    return Answer(implements, entries, tuple(knows))
        return None

    def keep(self, answer: Answer, depends_on: Sequence[str | None] | None) -> CacheStatus:
        """Write `answer` to the file, if every later change of a dependency must show.

        Args:
            answer: what the module has just answered.
            depends_on: the arguments of `depends_on`; None where the hook is not marked.
        """
        own = self._copy(self._key)
        if depends_on is None:
            depends_on = () if own is None else own.requires()
        stamps: dict[str, list[object] | None] = {}
        for name in (self._key, *depends_on):
            if name is None:
                return CacheStatus("depends_on(None)")
            key = normalized(name)
            copy = self._copy(key)
            stamp = stamps[key] = None if copy is None else copy.stamp()
            if copy is not None and copy.is_editable():
                return CacheStatus("editable", key)
            if stamp is None and (copy is not None or key == self._key):
                return CacheStatus("no stamp", key)
            if stamp is not None and cast("int", stamp[-1]) + _TICK >= STARTED_AT:
                return CacheStatus("too young", key)
        rows = rows_of(answer.entries)
        if rows is None:
            return CacheStatus("not plain")
        implements = dict(answer.implements)
        document = {"of": self._of, "stamps": stamps, "implements": implements, "entries": rows}
        if answer.knows:
            document["knows"] = [*answer.knows]
        is_written = cache.write(self._path, document)
        return CacheStatus("kept" if is_written else "cannot be written")

    def remove(self) -> None:
        """Remove the file."""
        cache.remove(self._path)

    def _is_unchanged(self, key: str, stamp: object) -> bool:
        copy = self._copy(key)
        if copy is None:
            # It was missing when the answer was kept, and still is: unchanged.
            return stamp is None
        return stamp is not None and copy.stamp() == stamp and not copy.is_editable()
