"""The reading half of a Flash registry: functions by name and metadata, registered or installed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from registry_core.compat.flash.errors import FunctionNotFound, MetadataMismatch
from registry_core.compat.flash.functions import Functions
from registry_core.compat.flash.providers import original, show, use_message
from registry_core.entry import NOTHING, Entry, Provider
from registry_core.environment import current_environment
from registry_core.errors import WrongType
from registry_core.guesses import may_guess
from registry_core.loading import is_target
from registry_core.text import listed
from registry_core.tree.missing import close_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry_core.compat.flash.installed import Installed

    Item = dict[str, Any]
    # A function of a name: its entry, and the item of `functions` where code registered it.
    Match = tuple[Entry, Item | None]


class View:
    """What one can ask of a registry without changing it; see `FlashRegistry`."""

    name: str
    functions: list[Item]
    _installed: Installed
    # Names of what is installed that were removed.
    _removed: set[str]

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
            matches = self._matches(key, self._registered(key))
            fitting = [each for each in matches if wanted <= each[0].metadata.items()]
            asked = fitting[:1] if strict else fitting
            installed = [entry for entry, item in asked if item is None]
            if all(map(current_environment().confirm, installed)):
                break
            # A hook withdrew its answer, so the caches were dropped: match again.
        found = [self._handed_out(*each) for each in asked]
        if not found:
            answer = None if matches else self._answer(key)
            if answer is None and not matches:
                raise self._not_found(key)
            if answer is None or not wanted <= answer[0].metadata.items():
                entries = [entry for entry, _ in matches] if answer is None else [answer[0]]
                raise MetadataMismatch(key, tuple(metadata), entries)
            found = [_as_item(*answer)]
        if not strict:
            return found if with_metadata else [each["fn"] for each in found]
        first = found[0]
        fn, providers = first["fn"], (first.get("metadata") or {}).get("providers")
        if isinstance(fn, type) and (message := use_message(key, providers)):
            show(message)
        return first if with_metadata else fn

    def _handed_out(self, entry: Entry, item: Item | None) -> Item:
        """What stands for a match: the item of `functions`, or one that is made for an entry."""
        fn = None
        if item is None:
            fn = self._installed.load(entry)
            # If the import registered the function, return the registered item.
            registered = self._registered(entry.key)
            item = next((each for each in registered if _stands_for(entry, each)), None)
        if item is not None:
            if item.get("metadata") or not isinstance(entry.target, str):
                return item
            fn = self._installed.load(entry, item["fn"])
        return _as_item(entry, fn)

    def _answer(self, key: object) -> tuple[Entry, Callable[..., Any]] | None:
        """What a lookup hook answers for a name that nothing has; None where none knows it."""
        if not isinstance(key, str) or key in self._removed or key in self:
            return None
        return self._installed.look_up(key)

    def _not_found(self, key: object) -> FunctionNotFound:
        keys, kind, group = self.available_keys(), type(self).__name__, self._installed.group
        if not isinstance(key, str) or key in self._removed:
            return FunctionNotFound(key, group, kind, keys)
        native = self._installed.not_found(key)
        names = ((each, each.rpartition(".")[2]) for each in keys)
        close = close_keys(key, names) if may_guess(key) else ()
        return FunctionNotFound(
            key, group, kind, keys, close=close, blocked=native.blocked, hints=native.hints
        )

    def available_keys(self) -> list[str]:
        """The names, sorted; one that several functions have, so many times. Imports no plugin."""
        return [name for name, matches in self._all() for _ in matches]

    def entries(self, **metadata: object) -> list[Entry]:
        """An entry for each function, registered or installed, sorted by key. Imports no plugin.

        Args:
            metadata: only entries whose metadata has all these values.
        """
        found = [entry for _, matches in self._all() for entry, _ in matches]
        return [entry for entry in found if metadata.items() <= entry.metadata.items()]

    def _all(self) -> list[tuple[str, list[Match]]]:
        """Each name, sorted, and the functions of it."""
        by_name: dict[str, list[Item]] = {key: [] for key in self._installed.spelled()}
        for item in tuple(self.functions):
            by_name.setdefault(_name(item), []).append(item)
        return [(name, self._matches(name, by_name[name])) for name in sorted(by_name)]

    def _registered(self, key: object) -> list[Item]:
        """The items of `functions` of that name."""
        functions = self.functions
        named = functions.named(key) if isinstance(functions, Functions) else None
        return named if named is not None else [i for i in tuple(functions) if _name(i) == key]

    def _matches(self, key: object, items: list[Item]) -> list[Match]:
        """The functions of that name: what code registered, then what is installed.

        What code registered as an entry says is that entry, whichever was first.
        """
        is_listed = isinstance(key, str) and key not in self._removed
        installed: list[Match] = []
        for entry in self._installed.named(str(key)) if is_listed else ():
            item = next((each for each in items if _stands_for(entry, each)), None)
            metadata = entry.metadata if item is None else _metadata(item) or entry.metadata
            installed.append((entry._replace(metadata=metadata), item))
            items = [each for each in items if each is not item]
        return [(self._entry(item), item) for item in items] + installed

    def _entry(self, item: Item) -> Entry:
        fn = original(item["fn"])
        module = getattr(item, "module", None) or getattr(fn, "__module__", None) or "unknown"
        group, provider = self._installed.group, Provider(module)
        return Entry(item["name"], fn, "", NOTHING, _metadata(item), group, provider)

    def __len__(self) -> int:
        return len(self.available_keys())

    def __contains__(self, key: object) -> bool:
        """Whether a function has that name. Imports no plugin, and asks no lookup hook."""
        return bool(self._matches(key, self._registered(key)))

    def __repr__(self) -> str:
        functions = listed(self.available_keys()) or "none"
        return f"{type(self).__name__}(name={self.name}, functions={functions})"


def _name(item: Item) -> Any:
    try:
        return item["name"]
    except (KeyError, TypeError) as error:
        expected, fix = 'a dict with "fn" and "name"', "call the registry, to register a function"
        raise WrongType("an item of functions", expected, item, fix) from error


def _metadata(item: Item) -> Mapping[str, Any]:
    metadata = item.get("metadata")
    return MappingProxyType({**metadata}) if metadata else NOTHING


def _as_item(entry: Entry, fn: Any) -> Item:
    return {"fn": fn, "name": entry.key, "metadata": {**entry.metadata}}


def _stands_for(entry: Entry, item: Item) -> bool:
    """Whether an item is what `entry` stands for, judged without importing anything."""
    return not entry.kwargs and is_target(entry.target, original(item["fn"]))
