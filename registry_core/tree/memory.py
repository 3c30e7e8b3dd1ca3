"""What is remembered of the lookups from one scope."""

from typing import Any


class Memory:
    """What is remembered of lookups from one scope. Lives as long as its node.

    The dicts are replaced, and never cleared, when anything changes: a thread that looked something
    up before the change writes it into dicts that are read no more.

    Attributes:
        found: the objects of keys that were loaded from here; None for one that led nowhere.
        hits: the same, each as a `LoadedEntry`: what `build` needs.
        known: whether a key resolves to an entry, for keys that were asked about.
        dicts: these three of one moment, to write into.
        recursive: whether builds from this scope build nested configs first.
        type_key: the key under which configs say what to build.
    """

    __slots__ = ("dicts", "found", "hits", "known", "recursive", "type_key")

    def __init__(self, recursive: bool, type_key: str) -> None:
        self.forget(recursive, type_key)

    def forget(self, recursive: bool, type_key: str) -> None:
        """Drop what is remembered. Under the lock."""
        self.found: dict[str, Any] = {}
        self.hits: dict[str, Any] = {}
        self.known: dict[str, bool] = {}
        self.dicts = self.found, self.hits, self.known
        self.recursive = recursive
        self.type_key = type_key
