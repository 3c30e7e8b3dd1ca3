"""Installed registries, without importing the frameworks that own them."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from registry_core.environment import current_environment
from registry_core.errors import ConfigHint, PluginLoadError, RegistryError, RegistryNotFound
from registry_core.keys import dotted, parse_target
from registry_core.signature.bindings import Imported
from registry_core.signature.registrations import registrations
from registry_core.signature.registry_calls import registry_call
from registry_core.signature.signatures import Signatures
from registry_core.signature.source import Absent, Unreadable, find_spec
from registry_core.signature.static import Reader
from registry_core.text import quoted
from registry_core.tree.owned import owned_registry
from registry_core.tree.registering import new_root
from registry_core.tree.source_tree import SourceTree
from registry_core.tree.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry_core.entry import Entry
    from registry_core.signature.registrations import Registration, Unread
    from registry_core.signature.registry_calls import RegistryCall
    from registry_core.tree.lookup import Lookup

_MOST_MODULES = 2_000


class KnownRegistries:
    """Finds installed registries. Lives as long as one question, for which it reads source.

    A registry whose framework is imported is the living one. Any other is made of the
    `Registry(...)` call in source: what is installed for it, and what the framework registers by
    decorator in its locations, or in its package where it says none.

    Args:
        load: import the frameworks, and ask their registries.

    Attributes:
        loads: whether it does so.
        signatures: reads what entries take, from the same source.
        unsure: the groups of registries in which code may register more than source tells.
        computed: by group, the settings of a registry that only running would tell.
    """

    def __init__(self, *, load: bool = False) -> None:
        self.loads = load
        self.unsure: set[str] = set()
        self.computed: dict[str, frozenset[str]] = {}
        self._reader = Reader()
        self.signatures = Signatures(self._reader)
        self._known: dict[str, View[Any] | None] = {}
        self._registered = cache(self._registered_in)

    def view(self, name: str, known: Sequence[str] = (), around: str = "") -> View[Any]:
        """The registry that a config names.

        Args:
            name: its group, or the last word of it.
            known: other names that would have done, for the message.
            around: the group of the registry in which the config says it.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
            ConfigHint: source does not tell what it is.
        """
        if self.loads:
            return owned_registry(name, known, around)
        entry = current_environment().owner(name, known, around)
        found = self._owned(entry)
        if found is None:
            why = f"source does not tell what the registry {quoted(name)} is"
            way = "what it builds is judged only with load=True"
            raise ConfigHint(why, way, "warning", "unread-registry")
        return found

    def asked(self, name: str) -> View[Any]:
        """The registry that somebody asks about, which need not be owned or readable.

        What is installed for its group is known in any case.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
        """
        environment = current_environment()
        fits = environment.groups_meant(name)
        if len(fits) != 1:
            raise RegistryNotFound(name, environment.groups(), fits)
        found = self.owned(fits[0])
        if found is None:
            word = fits[0].rpartition(".")[2]
            found = View.__new__(View)._bind(new_root(word, fits[0], word))
        return found

    def owned(self, group: str) -> View[Any] | None:
        """The registry of that group; None where no framework owns it, or source does not tell."""
        owner = current_environment().registries().get(group)
        return None if owner is None else self._owned(owner)

    def all(self) -> dict[str, Lookup]:
        """What looks up names in the registries that are known, by group."""
        found: dict[str, Lookup] = {}
        for group in current_environment().registries():
            try:
                found[group] = self.view(group)._lookup
            except RegistryError:
                continue
        return found

    def names(self, group: str, around: str) -> list[str]:
        """What means the registry of that group where parts of another one are configured."""
        environment = current_environment()
        words = dict.fromkeys((group, group.rpartition(".")[2]))
        return [word for word in words if environment.groups_meant(word, around) == [group]]

    def _owned(self, entry: Entry) -> View[Any] | None:
        if entry.name not in self._known:
            self._known[entry.name] = self._found(entry)
        return self._known[entry.name]

    def _found(self, entry: Entry) -> View[Any] | None:
        target = parse_target(str(entry.target))
        if target.module in sys.modules:
            with suppress(PluginLoadError):
                return owned_registry(entry.name)
        try:
            call = registry_call(self._reader, target.module, target.attribute)
        except Absent:
            return None
        if call is None or call.parent is not None or call.group != entry.name:
            return None
        if call.unknown:
            self.computed[call.group] = call.unknown
        tree = SourceTree(self._reader, call)
        is_all = "locations" not in call.unknown
        for module in self._modules(call):
            is_all = tree.add(self._registered(module)) and is_all
        if not is_all:
            self.unsure.add(call.group)
        return View.__new__(View)._bind(tree.root_node(entry))

    def _modules(self, call: RegistryCall) -> Iterator[str]:
        """The modules in which a registry is made and filled."""
        home = call.definition.scope.module.name
        top = home.partition(".")[0]
        waiting = [home, *call.locations] if call.locations else [home, *_inside(top)]
        seen: set[str] = set()
        while waiting and len(seen) < _MOST_MODULES:
            name = waiting.pop(0)
            if name in seen:
                continue
            seen.add(name)
            yield name
            if call.locations:
                waiting += self._imported(name)

    def _imported(self, name: str) -> list[str]:
        """The modules of its package that a module imports."""
        top = name.partition(".")[0]
        try:
            bound = self._reader.names.module(name).scope.names
        except (Absent, Unreadable, RecursionError):
            return []
        found = [each.what for several in bound.values() for _, each in several]
        wanted = [each for each in found if isinstance(each, Imported)]
        names = [dotted(tuple(filter(None, each))) for each in wanted if each.name != "*"]
        names += [each.module for each in wanted]
        ours = dict.fromkeys(each for each in names if each.partition(".")[0] == top)
        return [each for each in ours if find_spec(each) is not None]

    def _registered_in(self, module: str) -> list[Registration | Unread] | None:
        """What a module registers; None where it cannot be read."""
        try:
            return registrations(self._reader, self._reader.names.module(module))
        except (Absent, Unreadable, RecursionError):
            return None


def _inside(package: str) -> Iterator[str]:
    """The modules of a package, and of those within it."""
    import pkgutil

    waiting = [package]
    while waiting:
        name = waiting.pop()
        yield name
        spec = find_spec(name)
        folders = spec.submodule_search_locations if spec is not None else None
        inside = pkgutil.iter_modules(folders) if folders else ()
        waiting += [f"{name}.{each.name}" for each in inside]
