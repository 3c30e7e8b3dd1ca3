"""The reading half of a Flash registry: functions by name and metadata, registered or installed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.compat.flash.errors import FunctionNotFound, MetadataMismatch, close_matches
from registry_core.compat.flash.providers import show, use_message
from registry_core.entry import NOTHING, Entry, Provider
from registry_core.loading import is_target
from registry_core.text import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from registry_core.compat.flash.functions import Function, Functions
    from registry_core.compat.flash.installed import Installed


class _Named(NamedTuple):
    """A function of a name: its entry, and what code registered where it did."""

    entry: Entry
    function: Function | None


class View:
    """What one can ask of a registry without changing it. `FlashRegistry` adds registering.

    Attributes:
        name: what it is a registry of.
    """

    name: str
    _installed: Installed
    _functions: Functions
    _hidden: set[str]

    def get(
        self, key: str, with_metadata: bool = False, strict: bool = True, **metadata: Any
    ) -> Any:
        """The function of that name and metadata, loaded; its module is imported, and no other.

        Args:
            key: the name.
            with_metadata: return ``{"fn", "name", "metadata"}`` in place of the function.
            strict: return the first that fits; if not, a list of all.
            metadata: only functions whose metadata has all these values.

        Returns:
            What was registered or is installed. A function that has providers is wrapped: each
            call shows them. Those of a class are shown when it is handed out alone.

        Raises:
            FunctionNotFound: nothing has that name, and no lookup hook knows it.
            MetadataMismatch: none of that name has that metadata.
            PluginLoadError: its module cannot be imported.
            HookError: nothing has the name, and a lookup hook failed.

        Example:
            >>> from registry_core.compat.flash import FlashRegistry
            >>> NECKS = FlashRegistry("necks_doc_flash")
            >>> _ = NECKS(fn=dict, name="fpn", levels=4)
            >>> _ = NECKS(fn=list, name="fpn", levels=5)
            >>> NECKS.get("fpn", levels=5), NECKS.get("fpn", strict=False)
            (<class 'list'>, [<class 'dict'>, <class 'list'>])
        """
        wanted = metadata.items()
        while True:
            named = self._named(key)
            fitting = [each for each in named if wanted <= dict(each.entry.metadata).items()]
            asked = fitting[:1] if strict else fitting
            if all(each.function or self._installed.confirms(each.entry) for each in asked):
                break
            # All that led here has been forgotten, and is read anew.
        given = [self._given(each) for each in asked] or self._looked_up(key, named, metadata)
        found: list[dict[str, Any]] = [
            {"fn": fn, "name": key, "metadata": {**had}} for fn, had in given
        ]
        if not strict:
            return found if with_metadata else [each["fn"] for each in found]
        first = found[0]
        fn, providers = first["fn"], first["metadata"].get("providers")
        if isinstance(fn, type) and (message := use_message(key, providers)):
            show(message)
        return first if with_metadata else fn

    def _given(self, named: _Named) -> tuple[Callable[..., Any], Mapping[str, Any]]:
        """What is handed out, and its metadata."""
        entry, function = named
        if function is None:
            found = self._installed.load(entry)
            # The import may have registered it; then that counts.
            function = next(filter(_saying(entry), self._functions.named(entry.key)), None)
            if function is None:
                return found, entry.metadata
        if function.metadata:
            return function.given, function.metadata
        return self._installed.shown(entry, function.fn), entry.metadata

    def _looked_up(
        self, key: str, named: list[_Named], metadata: dict[str, Any]
    ) -> list[tuple[Callable[..., Any], Mapping[str, Any]]]:
        """What a lookup hook answers for a name that nothing has."""
        found = [each.entry for each in named]
        if not named:
            answer = self._answer(key)
            if answer is None:
                raise self._not_found(key)
            entry, fn = answer
            if metadata.items() <= dict(entry.metadata).items():
                return [(fn, entry.metadata)]
            found = [entry]
        raise MetadataMismatch(key, tuple(metadata), found)

    def _answer(self, key: object) -> tuple[Entry, Callable[..., Any]] | None:
        """What a lookup hook answers for a name that nothing has."""
        if not isinstance(key, str) or key in self._hidden or key in self:
            return None
        return self._installed.look_up(key)

    def is_looked_up(self, key: str) -> bool:
        """Whether a lookup hook knows a name that nothing has; its answer is imported."""
        return self._answer(key) is not None

    def _not_found(self, key: object) -> FunctionNotFound:
        keys = self.available_keys()
        text, kind, group = str(key), type(self).__name__, self._installed.registry.group
        if not isinstance(key, str) or key in self._hidden:
            return FunctionNotFound(text, group, kind, keys)
        native = self._installed.not_found(key)
        close = close_matches(key, keys)
        return FunctionNotFound(
            text, group, kind, keys, close=close, blocked=native.blocked, hints=native.hints
        )

    def available_keys(self) -> list[str]:
        """The names, sorted; one that several functions have, so many times. Imports no plugin."""
        return [name for name, times in sorted(self._counts()) for _ in range(times)]

    def entries(self, **metadata: object) -> list[Entry]:
        """An entry for each function, registered or installed, sorted by key. Imports no plugin.

        Args:
            metadata: only entries whose metadata has all these values.
        """
        names = sorted(name for name, _ in self._counts())
        found = (each.entry for name in names for each in self._named(name))
        return [each for each in found if metadata.items() <= dict(each.metadata).items()]

    def _counts(self) -> Iterator[tuple[str, int]]:
        """Each name, and how many functions have it."""
        registered, installed = self._functions.names(), self._installed.by_key()
        for name, functions in registered.items():
            yield name, len(self._named(name) if name in installed else functions)
        for name, entries in installed.items():
            if name not in registered and name not in self._hidden:
                yield name, len(entries)

    def _named(self, key: object) -> list[_Named]:
        """The functions of that name: what code registered, then what is installed.

        What code registered as an entry says is that entry, whichever was first.
        """
        if not isinstance(key, str):
            return []
        entries = () if key in self._hidden else self._installed.by_key().get(key, ())
        waiting = list(self._functions.named(key))
        installed: list[_Named] = []
        for entry in entries:
            function = next(filter(_saying(entry), waiting), None)
            if function is not None:
                waiting = [each for each in waiting if each is not function]
            installed.append(_Named(_said_anew(entry, function), function))
        return [_Named(self._entry(each), each) for each in waiting] + installed

    def _entry(self, function: Function) -> Entry:
        metadata = MappingProxyType(function.metadata) if function.metadata else NOTHING
        fields = (function.name, function.fn, "", NOTHING, metadata)
        return Entry._make((*fields, self._installed.registry.group, Provider(function.module)))

    def __len__(self) -> int:
        return sum(times for _, times in self._counts())

    def __contains__(self, key: object) -> bool:
        """Whether a function has that name. Imports no plugin, and asks no lookup hook."""
        return bool(self._named(key))

    def __repr__(self) -> str:
        functions = listed(self.available_keys()) or "none"
        return f"{type(self).__name__}(name={self.name}, functions={functions})"


def _saying(entry: Entry) -> Callable[[Function], bool]:
    """Whether a function is what `entry` stands for, judged without importing anything."""
    return lambda function: not entry.kwargs and is_target(entry.target, function.fn)


def _said_anew(entry: Entry, function: Function | None) -> Entry:
    """`entry`, with the metadata that code gives it where it does."""
    if function is None or not function.metadata:
        return entry
    return entry._replace(metadata=MappingProxyType(function.metadata))
