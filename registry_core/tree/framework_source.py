"""What the source of a framework says of its registry; nothing of it is imported."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from registry_core.environment import current_environment
from registry_core.errors import RegistryError
from registry_core.installed.records import top_modules
from registry_core.keys import normalized, parse_target
from registry_core.signature.imports import imports
from registry_core.signature.registrations import Registrations
from registry_core.signature.registry_calls import registry_call
from registry_core.signature.source import Absent, SourceError, find_spec
from registry_core.signature.static import Reader
from registry_core.tree.source_tree import SourceTree
from registry_core.tree.unimported import inside, outermost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.entry import Entry
    from registry_core.signature.registrations import Registration, Unread
    from registry_core.signature.registry_calls import RegistryCall
    from registry_core.tree.nodes import Node

_MOST_MODULES = 2_000


class FrameworkSource:
    """Reads the registries of frameworks. Lives as long as one question.

    Attributes:
        reader: reads the source.
    """

    def __init__(self) -> None:
        self.reader = Reader()
        self._registered = cache(self._registered_in)

    def registry(self, owner: Entry) -> tuple[Node, SourceTree] | None:
        """The root of the registry that an entry owns; None where source does not tell what it is.

        With it comes what was read: whether that is all, and the call that makes it.
        """
        call = registry_call(self.reader, str(owner.target))
        if call is None or call.parent is not None or call.group != owner.name:
            return None
        tree = SourceTree(self.reader, call)
        tree.is_all = "locations" not in call.unknown
        for read, (module, runs) in enumerate(self._modules(call, owner, tree)):
            if read == _MOST_MODULES:
                tree.is_all = False
                break
            tree.add(self._registered(module), runs=runs)
            if runs:
                tree.add_scopes(module)
        if not call.locations:
            # A program of the framework may import them, and then build what they register.
            package = outermost(call.definition.scope.module.name)
            for module in islice(inside(package), _MOST_MODULES):
                tree.add_unimported(module, self._registered(module))
        try:
            return tree.root_node(owner), tree
        except RegistryError:
            # Making it raises this too.
            return None

    def _modules(
        self, call: RegistryCall, owner: Entry, tree: SourceTree
    ) -> Iterator[tuple[str, bool]]:
        """The modules in which a registry is made and filled, and whether each is imported.

        They are what importing the registry imports, and its locations: a build imports no other.
        """
        home = call.definition.scope.module.name
        first = [parse_target(str(owner.target)).module, home]
        copy = current_environment().installed.copy(normalized(owner.provider.name))
        own = {*map(_top, (*first, *call.locations)), *(top_modules(copy) if copy else ())}
        waiting, possible, seen = [*first, *call.locations], list[str](), set[str]()
        while waiting or possible:
            runs = bool(waiting)
            name = (waiting or possible).pop(0)
            if name in seen:
                continue
            seen.add(name)
            yield name, runs
            reached = waiting if runs else possible
            reached += [each for each in tree.locations() if each not in seen]
            above = name.rpartition(".")[0]
            try:
                found = imports(self.reader.names.module(name))
            except Absent:
                continue
            tree.is_all = tree.is_all and found.is_all
            for several, into in (([above, *found.certain], reached), (found.possible, possible)):
                ours = [each for each in several if _top(each) in own and each not in seen]
                into += [each for each in ours if find_spec(each) is not None]

    def _registered_in(self, module: str) -> list[Registration | Unread] | None:
        """What a module registers; None where it cannot be read."""
        try:
            return Registrations(self.reader, self.reader.names.module(module)).read()
        except (SourceError, RecursionError):
            return None


def _top(module: str) -> str:
    return module.partition(".")[0]
