"""Installed registries, without importing the frameworks that own them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from registry_core.environment import current_environment
from registry_core.errors import ConfigHint, PluginLoadError, RegistryError, RegistryNotFound
from registry_core.installed.records import top_modules
from registry_core.keys import normalized, parse_target
from registry_core.signature.imports import imports
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

    from registry_core.entry import Entry, Problem
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

    def problems(self, group: str) -> list[Problem]:
        """What is wrong with what is installed for one registry, data files included."""
        environment = current_environment()
        table = environment.table(group)
        if table.notes is None:
            return [*table.problems]
        from registry_core.environment.note_problems import note_problems

        view = self.owned(group)

        def leads(key: str) -> bool | None:
            if view is not None and view._lookup.resolution(key).entries:
                return True
            # Its framework may register what source does not tell.
            return None if view is None or group in self.unsure else False

        is_owned = group in environment.registries()
        hooks = environment.hooks(group)
        found = note_problems(table, environment.installed, hooks, leads if is_owned else None)
        return [*table.problems, *found]

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
        tree.is_all = "locations" not in call.unknown
        for read, (module, runs) in enumerate(self._modules(call, entry, tree)):
            if read == _MOST_MODULES:
                tree.is_all = False
                break
            tree.add(self._registered(module), runs=runs)
        try:
            root = tree.root_node(entry)
        except RegistryError:
            # Making it raises this too.
            return None
        if not tree.is_all:
            self.unsure.add(call.group)
        return View.__new__(View)._bind(root)

    def _modules(
        self, call: RegistryCall, owner: Entry, tree: SourceTree
    ) -> Iterator[tuple[str, bool]]:
        """The modules in which a registry is made and filled, and whether each is imported."""
        home = call.definition.scope.module.name
        first = [parse_target(str(owner.target)).module, home]
        top = _outermost(home)
        if not call.locations:
            inside = dict.fromkeys(first)
            for name in (*first, *_inside(top)):
                if name in first or name not in inside:
                    inside[name] = None
                    yield name, True
            copy = current_environment().installed.copy(normalized(owner.provider.name))
            for beside in () if copy is None else top_modules(copy):
                yield from ((name, False) for name in _inside(beside) if beside != top)
            return
        yield from self._reached([*first, *call.locations], tree)

    def _reached(self, names: Sequence[str], tree: SourceTree) -> Iterator[tuple[str, bool]]:
        """Modules, what they import of their own package, and whether that is certain."""
        waiting, possible = [*names], list[str]()
        seen: set[str] = set()
        while waiting or possible:
            runs = bool(waiting)
            name = (waiting or possible).pop(0)
            if name in seen:
                continue
            seen.add(name)
            yield name, runs
            above = name.rpartition(".")[0]
            try:
                found = imports(self._reader.names.module(name))
            except Absent:
                continue
            tree.is_all = tree.is_all and found.is_all
            top = name.partition(".")[0]
            for several, into in (
                ([above, *found.certain], waiting if runs else possible),
                (found.possible, possible),
            ):
                ours = [each for each in several if each.partition(".")[0] == top]
                into += [each for each in ours if each not in seen and find_spec(each) is not None]

    def _registered_in(self, module: str) -> list[Registration | Unread] | None:
        """What a module registers; None where it cannot be read."""
        try:
            return registrations(self._reader, self._reader.names.module(module))
        except (Absent, Unreadable, RecursionError):
            return None


def _outermost(module: str) -> str:
    """The outermost package of a module that has a file: others share a namespace."""
    names = module.split(".")
    for end in range(1, len(names)):
        name = ".".join(names[:end])
        spec = find_spec(name)
        if spec is None or spec.origin is not None:
            return name
    return module


def _inside(package: str) -> Iterator[str]:
    """The modules of a package, and of those within it, in folders without `__init__` as well."""
    import pkgutil

    waiting = [package]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        yield name
        spec = find_spec(name)
        found = (spec.submodule_search_locations if spec is not None else None) or ()
        # A link may lead back.
        folders = [each for each in found if os.path.realpath(each) not in seen]
        seen.update(map(os.path.realpath, folders))
        inside = {each.name for each in pkgutil.iter_modules(folders)} if folders else set[str]()
        for folder in folders:
            with suppress(OSError), os.scandir(folder) as listed:
                inside |= {each.name for each in listed if each.is_dir()}
        waiting += [f"{name}.{each}" for each in sorted(inside) if each.isidentifier()]
