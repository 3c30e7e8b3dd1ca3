"""The registries that a config can name, without importing the frameworks that own them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from registry_core.entry import Entry
from registry_core.environment import current_environment
from registry_core.errors import ConfigHint, RegistryError
from registry_core.keys import parse_target
from registry_core.signature.registrations import registrations, registry_call
from registry_core.signature.signatures import Signatures
from registry_core.signature.source import Absent
from registry_core.signature.static import Reader
from registry_core.text import quoted
from registry_core.tree.nodes import Discovered
from registry_core.tree.owned import owned_registry
from registry_core.tree.registering import new_root
from registry_core.tree.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry_core.signature.registrations import Registration
    from registry_core.tree.lookup import Lookup


class KnownRegistries:
    """Finds installed registries. Lives as long as one question, for which it reads source.

    A registry whose framework is imported is the living one. Any other is made of the
    `Registry(...)` call in source: what is installed for it, and what the framework registers by
    decorator.

    Args:
        load: import the frameworks, and ask their registries.

    Attributes:
        loads: whether it does so.
        signatures: reads what entries take, from the same source.
        unsure: the groups of registries in which code may register more than source tells.
    """

    def __init__(self, *, load: bool = False) -> None:
        self.loads = load
        self.unsure: set[str] = set()
        self._reader = Reader()
        self.signatures = Signatures(self._reader)
        self._known: dict[str, View[Any] | None] = {}

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
        if entry.name not in self._known:
            self._known[entry.name] = self._found(entry)
        found = self._known[entry.name]
        if found is None:
            why = f"source does not tell what the registry {quoted(name)} is"
            way = "what it builds is judged with load=True alone"
            raise ConfigHint(why, way, "warning", "unread-registry")
        return found

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

    def _found(self, entry: Entry) -> View[Any] | None:
        target = parse_target(str(entry.target))
        if target.module in sys.modules:
            return owned_registry(entry.name)
        try:
            call = registry_call(self._reader, target.module, target.attribute)
        except Absent:
            return None
        if call is None or call.group != entry.name:
            return None
        root = new_root(call.name, call.group, call.scope)
        root.settings = {"recursive": call.recursive}
        told, is_all = registrations(self._reader, call)
        if not is_all:
            self.unsure.add(call.group)
        table = root.tree.table()
        names = {**{each.name: (_entry(each, entry),) for each in told}, **table.scopes[()]}
        scopes: Any = {**table.scopes, (): names}
        root.tree.discovered = Discovered(table._replace(scopes=scopes))
        return View.__new__(View)._bind(root)


def _entry(registration: Registration, owner: Entry) -> Entry:
    name, target = registration
    return Entry(name, target, registry=owner.name, provider=owner.provider).frozen()
