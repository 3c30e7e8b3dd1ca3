"""The scopes of a registry, and what code registers in them, as source has them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from registry_core.entry import Entry
from registry_core.environment import current_environment
from registry_core.environment.precedence import Code, decide
from registry_core.keys import dotted, normalized
from registry_core.signature.bindings import CERTAIN
from registry_core.signature.modules import Definition
from registry_core.signature.registrations import Registration, Unread
from registry_core.signature.registry_calls import read_call
from registry_core.signature.source import SourceError
from registry_core.tree.nodes import Discovered
from registry_core.tree.registering import new_child, new_root
from registry_core.tree.resolution import merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from registry_core.signature.registry_calls import RegistryCall
    from registry_core.signature.static import Reader
    from registry_core.tree.nodes import Node

    Path = tuple[str, ...]

_NO_NAMES: Mapping[str, tuple[Entry, ...]] = {}


class SourceTree:
    """The scopes of one registry as source has them. Lives until its nodes are made.

    Args:
        reader: reads the source.
        call: what makes its root.

    Attributes:
        call: the same.
        is_all: whether all that code registers here is known, as far as it was added.
        unimported: the keys of entries that count, but that a module registers which importing the
            registry does not import; each with that module.
    """

    def __init__(self, reader: Reader, call: RegistryCall) -> None:
        self.call, self.is_all, self._reader = call, True, reader
        # Each scope by what makes it: its path and its settings; None for one of another tree.
        self._scopes: dict[Definition, tuple[Path, RegistryCall] | None] = {
            call.definition: ((), call)
        }
        self._registered: dict[tuple[Path, str], list[Registration]] = {}
        # What may be registered, or may be another's.
        self._doubtful: set[tuple[Path, str]] = set()
        # What is registered if a program imports the module that does so.
        self._possible: dict[tuple[Path, str], list[tuple[str, Registration]]] = {}
        self.unimported: dict[str, str] = {}

    def add(self, found: Sequence[Registration | Unread] | None, *, runs: bool = True) -> None:
        """Take what a module registers.

        Args:
            found: what was read of the module; None where nothing could be.
            runs: whether it is certain that the module is imported.
        """
        self.is_all = self.is_all and found is not None
        for each in found or ():
            scope = self._scope(each.registry) if isinstance(each.registry, Definition) else None
            if scope is None:
                self.is_all = self.is_all and each.registry is not None
            elif isinstance(each, Unread):
                self.is_all = False
                if each.gone:
                    self._doubtful.add((scope[0], each.gone))
            else:
                if not each.is_certain or not runs:
                    self.is_all = False
                    self._doubtful.add((scope[0], each.name))
                self._registered.setdefault((scope[0], each.name), []).append(each)

    def add_unimported(self, module: str, found: Sequence[Registration | Unread] | None) -> None:
        """Take what a module registers that is imported by some programs, and not by others."""
        for each in found or ():
            made = each.registry if isinstance(each.registry, Definition) else None
            scope = None if made is None else self._scope(made)
            if scope is not None and isinstance(each, Registration):
                self._possible.setdefault((scope[0], each.name), []).append((module, each))

    def add_scopes(self, module: str) -> None:
        """Take the scopes that a module makes, whether or not anything is registered in them."""
        try:
            scope = self._reader.names.module(module).scope
        except SourceError:
            return
        for name, bound in scope.names.items():
            if any(each.how == CERTAIN and isinstance(each.what, ast.Call) for _, each in bound):
                made = self._reader.names.definition(scope, ast.Name(name, ast.Load()))
                if made is not None:
                    self._scope(made)

    def locations(self) -> Iterator[str]:
        """The modules that the scopes which are known by now import for names."""
        for _, call in filter(None, self._scopes.values()):
            yield from call.locations

    def _scope(self, made: Definition) -> tuple[Path, RegistryCall] | None:
        if made not in self._scopes:
            self._scopes[made] = None
            call = read_call(self._reader, made)
            above = None if call is None or call.parent is None else self._scope(call.parent)
            if call is not None and above is not None and "." in call.scope:
                # A path of scopes: what is in it is not told apart here.
                self.is_all = False
            elif call is not None and above is not None:
                self._scopes[made] = ((*above[0], call.scope), call)
        return self._scopes[made]

    def root_node(self, owner: Entry) -> Node:
        """The root of a tree of what is installed and what code registers.

        Args:
            owner: the entry that owns the registry: its distribution provides what code registers.
        """
        scopes = sorted(filter(None, self._scopes.values()), key=lambda each: len(each[0]))
        call = scopes[0][1]
        root = new_root(call.name, call.group, call.scope)
        nodes: dict[Path, Node] = {(): root}
        for path, each in scopes:
            if path:
                nodes[path] = new_child(nodes[path[:-1]], None, path[-1])
            node = nodes[path]
            said = {"recursive": each.recursive, "type_key": each.type_key, "base": each.base}
            node.make(each.definition.scope.module.name, each.name, (), said)
        table = root.tree.table()
        preferred, owned_by = current_environment().precedence(call.group)
        winners: dict[Path, dict[str, tuple[Entry, ...]]] = {}
        for (path, key), several in self._registered.items():
            one = None if (path, key) in self._doubtful else _one_of(several)
            if one is None:
                self.is_all = False
                continue
            entry = self._entry(path, key, one, owner)
            known = table.scopes.get(path, _NO_NAMES).get(key, ())
            declared = (*known, *table.outdone.get((path, key), ()))
            if any(each.target == one.target for each in declared):
                if known and one.metadata:
                    with_metadata = (
                        each._replace(metadata=merged(each.metadata, one.metadata))
                        if each.target == one.target
                        else each
                        for each in known
                    )
                    winners.setdefault(path, {})[key] = tuple(with_metadata)
                continue
            code = Code(entry, normalized(owner.provider.name), True, one.force)
            winners.setdefault(path, {})[key] = decide(declared, code, preferred, owned_by).winners
        for (path, key), possible in self._possible.items():
            module, one = possible[0]
            is_sure = one.is_certain and len({each.target for _, each in possible}) == 1
            others = {*self._registered, *self._doubtful, *table.outdone}
            declared = table.scopes.get(path, _NO_NAMES).get(key, ())
            if is_sure and not declared and (path, key) not in others:
                entry = self._entry(path, key, one, owner)
                winners.setdefault(path, {})[key] = (entry,)
                self.unimported[entry.key] = module
        scopes_now: Any = {**table.scopes}
        for path, names in winners.items():
            scopes_now[path] = {**table.scopes.get(path, {}), **names}
        root.tree.discovered = Discovered(table._replace(scopes=scopes_now))
        return root

    def _entry(self, path: Path, name: str, found: Registration, owner: Entry) -> Entry:
        entry = Entry(name, found.target, dotted(path), metadata=found.metadata).frozen()
        return entry._replace(registry=owner.name, provider=owner.provider)


def _one_of(several: list[Registration]) -> Registration | None:
    """The one of several registrations of a name that holds; None where that is not certain."""
    forced = [each for each in several if each.force]
    is_ordered = len({each.file for each in several}) == 1
    if len({each.target for each in several}) == 1 or (forced and is_ordered):
        return (forced or several)[-1]
    return forced[0] if len({each.target for each in forced}) == 1 else None
