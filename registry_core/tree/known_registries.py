"""Installed registries, without importing the frameworks that own them."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from registry_core.environment import current_environment
from registry_core.errors import (
    ConfigHint,
    EntryNotFound,
    PluginLoadError,
    RegistryError,
    RegistryNotFound,
)
from registry_core.keys import parse_target
from registry_core.text import joined, quoted
from registry_core.tree.owned import owned_registry, owner_of, tell_where_to_get
from registry_core.tree.registering import new_root
from registry_core.tree.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.entry import Entry, Problem
    from registry_core.signature.signatures import Signatures
    from registry_core.tree.framework_source import FrameworkSource
    from registry_core.tree.lookup import Lookup

_UNSURE = "its framework registers more than source tells"


class KnownRegistries:
    """Finds installed registries. Lives as long as one question, for which it reads source.

    A registry whose framework is imported is the living one. Any other is made of the
    `Registry(...)` call in source: what is installed for it, and what the framework registers by
    decorator in its locations and in what importing the registry imports; where it says no
    locations, in its package too.

    Args:
        load: import the frameworks, and ask their registries and lookup hooks.
        option: how the one who asks says that, for messages; empty where it cannot be asked.

    Attributes:
        loads: whether it does so.
        option: how it is asked to.
        unsure: the groups of registries in which code may register more than source tells.
        computed: by group, the settings of a registry that only running would tell.
        unimported: by group, the keys that a module of the framework registers which importing the
            registry does not import; each with that module.
    """

    def __init__(self, *, load: bool = False, option: str = "load=True") -> None:
        self.loads = load
        self.option = option
        self.unsure: set[str] = set()
        self.computed: dict[str, frozenset[str]] = {}
        self.unimported: dict[str, Mapping[str, str]] = {}
        self._known: dict[str, View[Any] | None] = {}

    # What reads source takes long to import: where no framework is to be read, it is not needed.
    @cached_property
    def _source(self) -> FrameworkSource:
        from registry_core.tree.framework_source import FrameworkSource

        return FrameworkSource()

    @cached_property
    def signatures(self) -> Signatures:
        """Reads what entries take, from the same source."""
        from registry_core.signature.signatures import Signatures

        explain = current_environment().explain_source
        return Signatures(self._source.reader, explain, self.option)

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
        entry = owner_of(name, known, around)
        found = self._owned(entry)
        if found is None:
            why = f"source does not tell what the registry {quoted(name)} is"
            way = f"what it builds is judged only with {self.option}" if self.option else ""
            raise ConfigHint(why, way, "warning", "unread-registry")
        return found

    def asked(self, name: str) -> View[Any]:
        """The registry that somebody asks about, which need not be owned or readable.

        What is installed for its group is known in any case.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
            PluginLoadError: it is to be loaded, and cannot be.
        """
        try:
            group = current_environment().group(name)
        except RegistryNotFound as error:
            tell_where_to_get(error)
            raise
        if self.loads and group in current_environment().registries():
            return owned_registry(group)
        word = group.rpartition(".")[2]
        found = self.owned(group)
        # Not by its truth: an empty registry is false.
        return View.__new__(View)._bind(new_root(word, group, word)) if found is None else found

    def entry(self, lookup: Lookup, key: str) -> Entry:
        """The one entry that a key leads to; where it is asked to load, by a lookup hook as well.

        Nothing of the entry is imported.

        Raises:
            EntryNotFound: no entry has that name. It says where loading may find one all the same.
            EntryConflict: several have.
        """
        if self.loads:
            return lookup.answered(key)
        if not self.option:
            return lookup.entry(key)
        asking = f"{self.option} asks it"
        try:
            return lookup.entry(key, asking=asking)
        except EntryNotFound as error:
            if lookup.group in self.unsure:
                error.hints += (f"{_UNSURE}: {asking}",)
            raise

    def doubt(self, lookup: Lookup, key: str) -> str:
        """Why a name that nothing has may be there all the same; empty where it is not."""
        providers = () if self.loads else lookup.who_may_know(key)
        if providers:
            who = joined([str(each) for each in providers], ", ")
            return f"the lookup hook of {who} may know it"
        return _UNSURE if not self.loads and lookup.group in self.unsure else ""

    def owned(self, group: str) -> View[Any] | None:
        """The registry of that group; None where no framework owns it, or source does not tell."""
        owner = current_environment().registries().get(group)
        return None if owner is None else self._owned(owner)

    def problems(self, group: str) -> list[Problem]:
        """What is wrong with what is installed for one registry, data files included."""
        environment = current_environment()
        table = environment.table(group)
        view = None if table.notes is None else self.owned(group)

        def leads(key: str) -> bool | None:
            if view is not None and view._lookup.resolution(key).entries:
                return True
            # Its framework may register what source does not tell.
            return None if view is None or group in self.unsure else False

        is_owned = group in environment.registries()
        found = environment.note_problems(table, group, leads if is_owned else None)
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
        module = parse_target(str(entry.target)).module
        if module in sys.modules:
            from registry_core.signature.source import is_read_elsewhere

            if not is_read_elsewhere(module):
                with suppress(PluginLoadError):
                    return owned_registry(entry.name)
        found = self._source.registry(entry)
        if found is None:
            return None
        root, source = found
        if source.call.unknown:
            self.computed[entry.name] = source.call.unknown
        if not source.is_all:
            self.unsure.add(entry.name)
        self.unimported[entry.name] = source.unimported
        return View.__new__(View)._bind(root)
