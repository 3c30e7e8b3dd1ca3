"""`Registry.module_dict`: the live objects of one scope, as a mapping that registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from registry_core.tree.registering import calling_module, register, unregister

if TYPE_CHECKING:
    from registry_core.tree.nodes import Node

_Live = Callable[..., Any]


class ModuleDict(MutableMapping[str, _Live]):
    """The live objects of one scope by name: what code registered or has been loaded.

    Lives as long as you hold it, and always shows what is there now. To set a name registers with
    `force`; to delete one unregisters it.
    """

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def _now(self) -> dict[str, _Live]:
        node = self._node
        live = {name: item.found for name, item in node.registered.copy().items()}
        for name, (_, found) in node.loaded.copy().items():
            live.setdefault(name, found)
        return live

    def __getitem__(self, name: str) -> _Live:
        return self._now()[name]

    def __setitem__(self, name: str, found: _Live) -> None:
        module = calling_module(1)
        register(self._node, found, name, force=True, metadata=None, module=module)

    def __delitem__(self, name: str) -> None:
        if name not in self._now():
            raise KeyError(name)
        unregister(self._node, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def __repr__(self) -> str:
        return repr(self._now())
