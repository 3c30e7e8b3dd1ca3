"""Mappings that show what a registry holds: what is assigned or deleted in them is so there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, TypeVar

from registry_core.compat.mmengine.errors import WrongArgument
from registry_core.errors import AddressError
from registry_core.tree import view
from registry_core.tree.grafting import put_in, take_out
from registry_core.tree.locations import scopes_within
from registry_core.tree.lookup import lookup_of
from registry_core.tree.resolution import here
from registry_core.tree.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

V = TypeVar("V")

_NONE: Any = object()


class LiveDict(MutableMapping[str, V]):
    """A mapping of what is kept elsewhere, with the methods of a dict, as `os.environ` has them.

    Lives for one look. Reading an item may load it; `in`, `len`, iteration, `del` and `clear` load
    nothing. Copies are dicts. A subclass has the methods for one item and for the keys.
    """

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __reversed__(self) -> Iterator[str]:
        return reversed(list(self))

    def __repr__(self) -> str:
        return repr(dict(self))

    def __or__(self, other: Any) -> dict[str, V]:
        return {**self, **other}

    def __ror__(self, other: Any) -> dict[str, V]:
        return {**other, **self}

    def __ior__(self, other: Any) -> Self:
        self.update(other)
        return self

    # The next three differ from those of MutableMapping where an item is there and cannot be read.

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401 - it is that

    def setdefault(self, name: str, default: Any = None) -> V:
        if name not in self:
            self[name] = default
        return self[name]

    def pop(self, name: str, default: Any = _NONE) -> Any:
        if name not in self and default is not _NONE:
            return default
        found = self[name]
        del self[name]
        return found

    def popitem(self, last: bool = True) -> tuple[str, V]:
        for name in reversed(self) if last else self:
            return name, self.pop(name)
        raise KeyError("popitem(): dictionary is empty")

    def clear(self) -> None:
        for name in list(self):
            del self[name]

    def replace(self, others: Mapping[str, V]) -> None:
        """Hold what `others` holds, and nothing else."""
        then = dict(others)
        self.clear()
        self.update(then)

    def copy(self) -> OrderedDict[str, V]:
        return OrderedDict(self)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return OrderedDict, (list(self.items()),)


class ModuleDict(LiveDict[Any], view.ModuleDict):
    """The classes and functions of one scope: those of code in their order, then the declared.

    A declared one is loaded when it is read; one that is deleted is back after
    `Environment.refresh`.
    """

    _between = (__name__, "collections.abc")

    def __iter__(self) -> Iterator[str]:
        node = self._node
        return iter(dict.fromkeys((*node.registered.copy(), *sorted(node.discovered()))))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(here(self._node, name))

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise KeyError(name)
        return lookup_of(self._node).hit(name).found


class Children(LiveDict[Any]):
    """The registries within one, by scope, sorted. One that is taken out is a root of its own."""

    def __init__(self, registry: View[Any]) -> None:
        self._registry = registry
        self._node = registry._node

    def __iter__(self) -> Iterator[str]:
        scopes = scopes_within(self._node, importing=False)
        return iter([each.label for each in scopes if each.parent is self._node])

    def __contains__(self, scope: object) -> bool:
        return isinstance(scope, str) and self._node.child(scope) is not None

    def __getitem__(self, scope: str) -> Any:
        found = self._node.child(scope)
        if found is None:
            raise KeyError(scope)
        return self._registry._handle(found)

    def __setitem__(self, scope: str, registry: View[Any]) -> None:
        if not isinstance(registry, View):
            raise WrongArgument("a child must be a mmengine.Registry object, but got", registry)
        if registry.scope != scope:
            raise AddressError("scope", scope, f"that registry's own is {registry.scope!r}")
        put_in(self._node, registry._node)

    def __delitem__(self, scope: str) -> None:
        take_out(self[scope]._node)
