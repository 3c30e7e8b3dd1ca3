"""The parts of a registry under the names that MMEngine gives them, to be read and assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core import registry as native
from registry_core.compat.mmengine.build_functions import build_from_cfg
from registry_core.compat.mmengine.errors import AssertedArgument, ScopeTaken, WrongArgument
from registry_core.compat.mmengine.live import Children, ModuleDict
from registry_core.tree.grafting import put_in
from registry_core.tree.locations import scopes_within
from registry_core.tree.view import T_co

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self


class Parts(native.Registry[T_co]):
    """What public code reads and assigns of a registry. `Registry` is made of it."""

    @property
    def build_func(self) -> Callable[..., Any]:
        """What `build` calls. Assigning another changes nothing for children that are made."""
        return self._node.settings["build_func"] or build_from_cfg

    @build_func.setter
    def build_func(self, build_func: Callable[..., Any]) -> None:
        if not callable(build_func):
            raise WrongArgument("build_func must be Callable, but got", build_func)
        before = self.build_func
        for child in self._node.children.copy().values():
            if child.made_by and child.own_settings.get("build_func") is None:
                child.configure({**child.own_settings, "build_func": before})
        self._node.configure({**self._node.own_settings, "build_func": build_func})

    @property
    def module_dict(self) -> ModuleDict:
        """The classes and functions of this scope by name, those that are installed too.

        What is assigned or deleted is registered or unregistered; an installed class is loaded
        when it is read.

        Example:
            >>> from registry_core.compat.mmengine import Registry
            >>> NECKS = Registry("necks_doc_mmengine_dict", scope="acme")
            >>> NECKS.module_dict["FPN"] = dict
            >>> NECKS.module_dict.pop("FPN"), "FPN" in NECKS
            (<class 'dict'>, False)
        """
        return ModuleDict(self._node)

    @property
    def children(self) -> Children:  # type: ignore[override]
        """The registries within this one, by scope. One that is deleted is a root of its own."""
        return Children(self)

    # What MMEngine calls its parts: public code reads and assigns them.

    @property
    def _module_dict(self) -> ModuleDict:
        return self.module_dict

    @_module_dict.setter
    def _module_dict(self, found: Mapping[str, Any]) -> None:
        self.module_dict.replace(found)

    @property
    def _children(self) -> Children:
        return self.children

    @_children.setter
    def _children(self, registries: Mapping[str, native.Registry[Any]]) -> None:
        self.children.replace(registries)

    @property
    def _name(self) -> str:
        return self._node.name

    @_name.setter
    def _name(self, name: str) -> None:
        self._node.name = name

    @property
    def _scope(self) -> str:
        return self._node.label

    @property
    def _imported(self) -> bool:
        return self._node.imported

    @_imported.setter
    def _imported(self, imported: bool) -> None:
        self._node.imported = imported
        self._node.tree.forget_lookups()

    @property
    def _locations(self) -> list[str]:
        found = self._node.locations
        # A list that callers extend: the next lookup imports every module in it.
        self._locations = locations = found if isinstance(found, list) else list(found)
        return locations

    @_locations.setter
    def _locations(self, locations: list[str]) -> None:
        self._node.locations = locations
        self._imported = False

    def _get_root_registry(self) -> Self:
        return self.root

    def _search_child(self, scope: str) -> Self | None:
        fits = [node for node in scopes_within(self._node, importing=False) if node.label == scope]
        return self._handle(fits[0]) if fits else None

    def _add_child(self, registry: native.Registry[Any]) -> None:
        if not isinstance(registry, native.Registry):
            raise AssertedArgument("a child must be a mmengine.Registry object, but got", registry)
        if registry.scope in self.children:
            raise ScopeTaken(registry.scope, self.name)
        put_in(self._node, registry._node)
