"""The list `functions` of a Flash registry, in which a name is found without reading all of it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from registry_core.locks import LOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# By name, the items; None where only reading the list would tell.
_Names = dict[str, list[dict[str, Any]]] | None


class _Changes:
    # Another object after each change by hand of any of these lists or items.
    last: object = object()


class Function(dict[str, Any]):
    """An item of `functions` that was registered. A dict, as Flash has them.

    Attributes:
        module: the module whose code registered it.
    """

    module: str


class Functions(list[dict[str, Any]]):
    """What code registered, in order. A list, as Flash has it; lives as long as its registry.

    Items of another class than `Function` change unseen: while it has one, it is read each time.
    """

    def __init__(self, items: Iterable[dict[str, Any]] = ()) -> None:
        super().__init__(items)
        self._index: tuple[object, _Names] = (None, None)

    def add(self, item: Function) -> None:
        """Append an item that is registered: the index stays."""
        with LOCK:
            list.append(self, item)
            at, names = self._index
            if names is not None and at is _Changes.last:
                names.setdefault(item["name"], []).append(item)

    def named(self, name: object) -> list[dict[str, Any]] | None:
        """The items of that name; None where only reading all of the list tells."""
        at, names = self._index
        if at is not _Changes.last:
            with LOCK:
                at, names = _Changes.last, self._by_name()
                self._index = (at, names)
        return None if names is None or type(name) is not str else list(names.get(name, ()))

    def _by_name(self) -> _Names:
        names: dict[str, list[dict[str, Any]]] = {}
        for item in self:
            if type(item) is not Function or type(item.get("name")) is not str:
                return None
            names.setdefault(item["name"], []).append(item)
        return names

    def __reduce__(self) -> tuple[object, ...]:
        return Functions, (list(self),)


def _noted(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method that changes a list or an item, after which no index holds."""

    @wraps(method)
    def changing(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        finally:
            _Changes.last = object()

    return changing


_BOTH = ("__setitem__", "__delitem__", "clear", "pop")
_OF_A_LIST = ("__iadd__", "__imul__", "append", "extend", "insert", "remove", "reverse", "sort")
_OF_A_DICT = ("__ior__", "popitem", "setdefault", "update")
for _kind, _names in ((Functions, _OF_A_LIST), (Function, _OF_A_DICT)):
    for _name in (*_BOTH, *_names):
        setattr(_kind, _name, _noted(getattr(_kind, _name)))
