"""What the source of a framework says of its registry; nothing of it is imported."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from registry_core.environment import current_environment
from registry_core.errors import RegistryError
from registry_core.installed.records import top_modules
from registry_core.keys import normalized, parse_target
from registry_core.signature.imports import imports
from registry_core.signature.registrations import registrations
from registry_core.signature.registry_calls import registry_call
from registry_core.signature.source import Absent, Unreadable, find_spec
from registry_core.signature.static import Reader
from registry_core.tree.source_tree import SourceTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry_core.entry import Entry
    from registry_core.signature.registrations import Registration, Unread
    from registry_core.signature.registry_calls import RegistryCall
    from registry_core.tree.nodes import Node

_MOST_MODULES = 2_000


class SourceRegistry(NamedTuple):
    """One registry as source has it.

    Attributes:
        root: the root of its scopes.
        is_all: whether all that code registers in it is known.
        computed: its settings that only running would tell.
    """

    root: Node
    is_all: bool
    computed: frozenset[str]


class FrameworkSource:
    """Reads the registries of frameworks. Lives as long as one question.

    Attributes:
        reader: reads the source.
    """

    def __init__(self) -> None:
        self.reader = Reader()
        self._registered = cache(self._registered_in)

    def registry(self, owner: Entry) -> SourceRegistry | None:
        """The registry that an entry owns; None where source does not tell what it is."""
        target = parse_target(str(owner.target))
        try:
            call = registry_call(self.reader, target.module, target.attribute)
        except Absent:
            return None
        if call is None or call.parent is not None or call.group != owner.name:
            return None
        tree = SourceTree(self.reader, call)
        tree.is_all = "locations" not in call.unknown
        for read, (module, runs) in enumerate(self._modules(call, owner, tree)):
            if read == _MOST_MODULES:
                tree.is_all = False
                break
            tree.add(self._registered(module), runs=runs)
        try:
            root = tree.root_node(owner)
        except RegistryError:
            # Making it raises this too.
            return None
        return SourceRegistry(root, tree.is_all, frozenset(call.unknown))

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
                found = imports(self.reader.names.module(name))
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
            return registrations(self.reader, self.reader.names.module(module))
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
