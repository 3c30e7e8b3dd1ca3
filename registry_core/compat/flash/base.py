"""Functions by name and metadata: those in a list, and those that are installed."""

from __future__ import annotations

import sys
from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any, TypeVar, overload

from registry_core.compat.flash.errors import (
    FunctionExists,
    FunctionNotFound,
    MetadataMismatch,
    NotRegistrable,
    takes_nothing,
)
from registry_core.compat.flash.functions import (
    Function,
    metadata_of,
    name_of,
    named,
    splice,
    stands_for,
)
from registry_core.compat.flash.providers import original, show, showing, use_message
from registry_core.entry import NOTHING, Entry, Provider
from registry_core.environment import current_environment
from registry_core.guesses import may_guess
from registry_core.loading import undo_if_import_fails
from registry_core.locks import LOCK
from registry_core.text import listed, safe_repr, safe_text
from registry_core.tree.missing import close_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.compat.flash.installed import Installed

    Item = dict[str, Any]
    # A function of a name: its entry, and the item of `functions` where code registered it.
    Match = tuple[Entry, Item | None]

F = TypeVar("F", bound="Callable[..., Any]")


class Base:
    """What a registry does with functions; see `FlashRegistry`, which says what they are."""

    name: str
    functions: list[Item]
    _verbose: bool
    _installed: Installed
    # Names of what is installed that were removed.
    _removed: set[str]

    @overload
    def __call__(
        self,
        fn: None = None,
        name: str | None = None,
        override: bool = False,
        providers: object = None,
        **metadata: Any,
    ) -> Callable[[F], F]: ...

    @overload
    def __call__(
        self,
        fn: F,
        name: str | None = None,
        override: bool = False,
        providers: object = None,
        **metadata: Any,
    ) -> F: ...

    def __call__(
        self,
        fn: Callable[..., Any] | None = None,
        name: str | None = None,
        override: bool = False,
        providers: object = None,
        **metadata: Any,
    ) -> Any:
        """Register a function: as a decorator, with or without a call, or at once as `fn`.

        Args:
            fn: the function, class or `functools.partial`.
            name: the name; None for the function's own.
            override: replace those of that name with equal metadata; where there are none, let
                this one be found first.
            providers: who made it, shown when it is used: a `Provider`, a str, or a list of them.
            metadata: what tells it from others of that name.

        Returns:
            What was given, unchanged; or a decorator that returns what it is given.

        Raises:
            NotRegistrable: `fn` cannot be called; `name` is not a str, or is left out for what has
                no name of its own; or the registry is external.
            FunctionExists: it is registered under that name with equal metadata.

        Example:
            >>> from registry_core.compat.flash import FlashRegistry
            >>> HEADS = FlashRegistry("heads_doc")
            >>> HEADS(fn=dict, name="mlp")
            <class 'dict'>
            >>> HEADS(fn=dict, name="mlp")  # doctest: +ELLIPSIS
            Traceback (most recent call last):
            registry_core.compat.flash.errors.FunctionExists: Function with name: mlp and \
metadata: {} is already present within FlashRegistry(name=heads_doc), registered at ...
        """
        if self._register_function is None:
            raise takes_nothing(self.name, "registering")
        if providers is not None:
            metadata["providers"] = providers

        def registered(found: F) -> F:
            self._register_function(fn=found, name=name, override=override, metadata=metadata)
            return found

        if fn is None and name is not None:
            _check_name(name)
        return registered if fn is None else registered(fn)

    def _register_function(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        override: bool = False,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Register `fn`: all registering goes through here, so that a subclass may override it.

        One that sets it to None takes nothing.
        """
        if not callable(fn):
            found = safe_text(fn) if isinstance(fn, str) else safe_repr(fn)
            reason = f"You can only register a callable, found: {found}"
            raise NotRegistrable(reason, "pass a function, a class or a functools.partial")
        # A partial has no name of its own; what it is a part of has.
        own = getattr(fn, "__name__", None) or getattr(getattr(fn, "func", None), "__name__", None)
        name = _check_name(own if name is None else name)
        metadata = {} if metadata is None else metadata
        if self._verbose:
            what, shown_metadata = own or type(fn).__name__, safe_repr(metadata)
            show(f"Registering: {what} function with name: {name} and metadata: {shown_metadata}")
        shown = showing(name, metadata.get("providers"), fn)
        item = Function(fn=shown, name=name, metadata=metadata)
        item.module = _registering_module()
        while True:
            held = tuple(self.functions)
            known = named(held, name)
            # Judged outside the lock, because comparing metadata runs whatever code it brings.
            alike = [each for each in known if (each.get("metadata") or {}) == metadata]
            same = [each for each in alike if not override and original(each["fn"]) == fn]
            if same:
                at = getattr(same[0], "module", "an unknown place")
                raise FunctionExists(name, self.name, type(self).__name__, metadata, at)
            gone = alike if override else []
            with LOCK:
                if len(held) == len(self.functions) and all(map(is_, held, self.functions)):
                    if override and known:
                        splice(self.functions, (alike or known)[0], [item], gone)
                    else:
                        self.functions.append(item)
                    break
        modules = (item.module, getattr(fn, "__module__", None) or item.module)
        undo_if_import_fails(modules, partial(self._undo, item, gone))

    def _undo(self, item: Function, replaced: list[dict[str, Any]]) -> None:
        """Put back what was there before a module registered `item` whose import failed."""
        with LOCK:
            if any(each is item for each in self.functions):
                splice(self.functions, item, replaced, [item])

    def remove(self, key: str) -> None:
        """Drop all functions of that name, and hide in this registry what is installed as it.

        Code may register the name again. A name that nothing has is not an error.
        """
        with LOCK:
            gone = named(self.functions, key)
            splice(self.functions, gone[0] if gone else None, [], gone)
        if isinstance(key, str):
            self._removed.add(key)

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
            matches = self._matches(key, named(self.functions, key))
            fitting = [each for each in matches if wanted <= each[0].metadata.items()]
            asked = fitting[:1] if strict else fitting
            installed = [entry for entry, item in asked if item is None]
            if all(map(current_environment().confirm, installed)):
                break
            # A hook withdrew its answer, so the caches were dropped: match again.
        found = [self._handed_out(*each) for each in asked]
        if not matches:
            answer = self._answer(key)
            if answer is None:
                raise self._not_found(key)
            matches = [(answer[0], None)]
            if wanted <= answer[0].metadata.items():
                found = [_as_item(*answer)]
        if not found:
            raise MetadataMismatch(key, tuple(metadata), [entry for entry, _ in matches])
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
            registered = named(self.functions, entry.key)
            item = next((each for each in registered if stands_for(entry, each)), None)
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
            by_name.setdefault(name_of(item), []).append(item)
        return [(name, self._matches(name, by_name[name])) for name in sorted(by_name)]

    def _matches(self, key: object, items: list[Item]) -> list[Match]:
        """The functions of that name: what code registered, then what is installed.

        What code registered as an entry says is that entry, whichever was first.
        """
        is_listed = isinstance(key, str) and key not in self._removed
        installed: list[Match] = []
        for entry in self._installed.named(str(key)) if is_listed else ():
            item = next((each for each in items if stands_for(entry, each)), None)
            metadata = entry.metadata if item is None else metadata_of(item) or entry.metadata
            installed.append((entry._replace(metadata=metadata), item))
            items = [each for each in items if each is not item]
        return [(self._entry(item), item) for item in items] + installed

    def _entry(self, item: Item) -> Entry:
        fn = original(item["fn"])
        module = getattr(item, "module", None) or getattr(fn, "__module__", None) or "unknown"
        group, provider = self._installed.group, Provider(module)
        return Entry(item["name"], fn, "", NOTHING, metadata_of(item), group, provider)

    def __len__(self) -> int:
        return len(self.available_keys())

    def __contains__(self, key: object) -> bool:
        """Whether a function has that name. Imports no plugin, and asks no lookup hook."""
        return bool(self._matches(key, named(self.functions, key)))

    def __repr__(self) -> str:
        functions = listed(self.available_keys()) or "none"
        return f"{type(self).__name__}(name={self.name}, functions={functions})"


def _check_name(name: Any) -> str:
    if isinstance(name, str):
        return name
    reason = f"`name` must be a str, found {safe_repr(name)}"
    fix = "write @REGISTRY(name=...), where the function has no __name__ of its own"
    raise NotRegistrable(reason, fix)


def _registering_module() -> str:
    """The module whose code registers, past this package and what a subclass overrides."""
    frame = sys._getframe(2)
    while frame.f_back is not None and (
        frame.f_code.co_name == "_register_function"
        or str(frame.f_globals.get("__name__")).startswith(__package__ or __name__)
    ):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "unknown"))


def _as_item(entry: Entry, fn: Any) -> Item:
    return {"fn": fn, "name": entry.key, "metadata": {**entry.metadata}}
