"""What may contribute: what is installed, under one policy."""

from __future__ import annotations

import os
from threading import get_ident
from typing import TYPE_CHECKING

from registry_core.environment.policy import ALLOW, BLOCK, VARIABLES, Policy, choices, rank
from registry_core.hooks import ENTRIES
from registry_core.keys import (
    HOOKS,
    NOTES,
    PREFIX,
    REGISTRIES,
    normalized,
    scope_path,
    top_module,
)
from registry_core.locks import LOCK
from registry_core.text import quoted
from registry_core.upgrades import imported_modules, note_install, note_upgrade, running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.entry import Entry, Problem, Provider
    from registry_core.environment.notes import NotesFile, RegistryNotes
    from registry_core.environment.table import Table, TableBuilder
    from registry_core.hooks.registry_hooks import Hooks, Memory
    from registry_core.installed import Declaration, Installed


def _note_upgrades(before: Installed, imported: Mapping[str, object], now: Installed) -> None:
    """Note of which version the modules are that had been imported before an upgrade."""
    for copy in before.gone(now):
        rows = [row for group in copy.groups().values() for row in group.written()]
        tops = {top_module(target) for _, target in rows}
        modules = {m: spec for m, spec in imported.items() if top_module(m) in tops}
        note_upgrade(copy.key, copy.version, modules)
    for copy in now.gone(before):
        note_install(copy.key, copy.version)


class Selection:
    """What an environment answers between two changes, of which each makes a new one.

    Threads may compute one thing twice at once, and then either answer is right.

    Args:
        path: where to look for distributions; None for all that Python's finders know.
        policy: what code blocks, allows and prefers.
        variables: the environment variables to read; None for those of the process.
        silent: normalized names of distributions whose hook modules are not asked.
        installed: what is installed, where that is known: it outlives changes of the policy.
        memory: what this process has learnt of hook modules since `installed` was read.
        before: what was installed before a refresh, and the modules that had been imported then.
    """

    def __init__(
        self,
        path: Sequence[str] | None,
        policy: Policy,
        variables: Mapping[str, str] | None,
        *,
        silent: frozenset[str] = frozenset(),
        installed: Installed | None = None,
        memory: Memory | None = None,
        before: tuple[Installed, Mapping[str, object]] | None = None,
    ) -> None:
        self._path = path
        self._installed = installed
        self._before = before
        self.policy = policy
        self._variables = variables
        self._silent = silent
        self.memory: Memory = {} if memory is None else memory
        self._variable_policy: Policy | None = None
        self._owned: tuple[dict[str, Entry], tuple[Problem, ...]] | None = None
        self._hooks: dict[str, Hooks] = {}
        self._tables: dict[tuple[str, str], Table] = {}
        self._rows: dict[tuple[str, str], Table] = {}
        self._files: dict[tuple[str, str], NotesFile] = {}
        # Which threads are at which tables: a hook may look at the registry that it computes for.
        self._under_way: set[tuple[int, int, str]] = set()

    @property
    def installed(self) -> Installed:
        """What is installed, whether or not it may contribute."""
        found = self._installed
        if found is None:
            from registry_core.installed import Installed

            with LOCK:
                found = self._installed = self._installed or Installed(self._path)
            if self._before is not None:
                _note_upgrades(*self._before, found)
                self._before = None
        return found

    def next(self) -> Selection:
        """What is to be asked after an installation: nothing that was read is kept."""
        read = self._installed
        before = None if read is None else (read, imported_modules())
        return Selection(self._path, self.policy, self._variables, before=before)

    def variables(self) -> Mapping[str, str]:
        """The environment variables that are read, as they are now."""
        return os.environ if self._variables is None else self._variables

    @property
    def _outside(self) -> Policy:
        """What the environment variables say when something is first asked."""
        policy = self._variable_policy
        if policy is None:
            policy = self._variable_policy = Policy.from_variables(self.variables())
        return policy

    def refusal(self, distribution: str, key: str = "") -> str | None:
        """Why `distribution`, or its entry of that key, may not contribute; None where it may."""
        if why := self.policy.refusal(distribution, key):
            return f"{why} in code"
        if why := self._outside.refusal(distribution, key):
            return f"{why} by {BLOCK if why == 'blocked' else ALLOW}"
        return None

    def blocked_entries(self) -> frozenset[str]:
        """The single entries that are blocked, each as "distribution:key"."""
        blocked = self.policy.blocked | self._outside.blocked
        return frozenset(each for each in blocked if ":" in each)

    def mentions(self) -> list[tuple[str, str]]:
        """What is blocked, allowed or preferred, as variables spell it; and by what."""
        places = ("block() in code", "allow() in code", "prefer() in code")
        in_code = [
            (name, where)
            for names, where in zip(self.policy, places, strict=True)
            for name in sorted(names or ())
        ]
        variables = self.variables()
        names = ((variable, choices(variables.get(variable, ""))) for variable in VARIABLES)
        return [*in_code, *((name, variable) for variable, chosen in names for name in chosen)]

    @property
    def preferred(self) -> tuple[str, ...]:
        """What is preferred, the first first: see `policy.preferred`."""
        # Environment variables come before code: the user overrides the author.
        return (*self._outside.preferred, *self.policy.preferred)

    def owner(self, group: str) -> str | None:
        """The normalized name of the distribution that owns a registry, if one does."""
        owner = self.ownership()[0].get(group)
        return None if owner is None else normalized(owner.provider.name)

    def order(self, group: str) -> tuple[str, ...]:
        """What is preferred in that registry, its owner last."""
        return tuple(filter(None, (*self.preferred, self.owner(group))))

    def allowed(self, group: str) -> list[Declaration]:
        """What is declared in `group` by distributions that may contribute."""
        return [each for each in self.installed.declared(group)[0] if not self.refusal(each.key)]

    def ownership(self) -> tuple[dict[str, Entry], tuple[Problem, ...]]:
        """The registries that frameworks own, by group, and what is wrong with such claims."""
        owned = self._owned
        if owned is None:
            from registry_core.installed.ownership import owners

            claims, is_whole = self.installed.declared(REGISTRIES)
            allowed = [claim for claim in claims if not self.refusal(claim.key)]
            owned = owners(allowed, self.installed.owner_of)
            self._owned = owned if is_whole else None
        return owned

    def claims(self, name: str) -> list[str]:
        """Who claims a registry that `name` means, and why that does not count."""
        from registry_core.environment.short_names import groups_meant

        found: list[str] = []
        claims, _ = self.installed.declared(REGISTRIES)
        written = [(claim, dict(claim.group.written())) for claim in claims]
        for group in groups_meant(name, sorted({g for _, rows in written for g in rows})):
            rivals = [claim for claim, rows in written if group in rows]
            for claim in rivals:
                if why := self.refusal(claim.key):
                    found.append(f"{claim.provider} owns {quoted(group)}, but is {why}")
                elif len(rivals) > 1:
                    found.append(
                        f"{claim.provider} claims to own {quoted(group)}; block all but one"
                    )
        return found

    def rows(self, group: str, root_scope: str) -> Table:
        """What distributions declare for one registry, without what hooks compute."""
        if not self.hooks(group).modules:
            return self.table(group, root_scope)
        known = self._rows.get((group, root_scope))
        if known is None:
            builder, is_whole = self._declared(group, root_scope)
            known = builder.table(complete=is_whole and self._owned is not None)
            if known.complete:
                self._rows[group, root_scope] = known
        return known

    def _declared(self, group: str, root_scope: str) -> tuple[TableBuilder, bool]:
        """What distributions declare for one registry, and whether all could be read."""
        from registry_core.environment.table import TableBuilder

        builder = TableBuilder(
            group,
            root_scope,
            preferred=self.preferred,
            owner=self.owner(group),
            refusal=self.refusal if self.blocked_entries() else None,
            notes=self._notes(group),
        )
        by_address, is_whole = self.installed.within(group)
        for address in sorted(by_address):
            path = scope_path(address, group)
            if path is not None:
                found = by_address[address]
                builder.add_declared(path, [(each, self.refusal(each.key)) for each in found])
        return builder, is_whole

    def _notes(self, group: str) -> RegistryNotes | None:
        """What distributions say of one registry in data files; None where none declares any."""
        found = [
            (each, package)
            for each in self.allowed(NOTES)
            for name, package in each.group.written()
            if name == group
        ]
        if not found:
            return None
        from registry_core.environment.notes import Notes, NotesFile, RegistryNotes

        notes: list[Notes] = []
        for declared, package in found:
            key = declared.key, package
            copy = self.installed.copy(declared.key)
            if copy is not None and key not in self._files:
                groups = [name for name, each in declared.group.written() if each == package]
                self._files[key] = NotesFile(copy, package, groups)
            if key in self._files:
                notes.append(Notes(self._files[key], group))
        return RegistryNotes(notes, self.order(group))

    def table(self, group: str, root_scope: str) -> Table:
        """The discovered entries of one registry.

        Asked by a hook that is just computing entries of that registry, it is incomplete: it has
        what is declared, and nothing computed.
        """
        known = self._tables.get((group, root_scope))
        if known is not None:
            return known
        builder, is_whole = self._declared(group, root_scope)
        # With the process id: after a fork, thread identifiers repeat.
        here = (os.getpid(), get_ident(), group)
        if here in self._under_way:
            return builder.table(complete=False)
        self._under_way.add(here)
        try:
            for module in self.hooks(group).in_order(ENTRIES):
                builder.add_computed(module)
        finally:
            self._under_way.discard(here)
        # Do not cache an incomplete answer: the next question reads again.
        complete = is_whole and self._owned is not None and group in self._hooks
        complete = complete and not builder.is_waiting
        made = builder.table(complete=complete)
        if made.problems:
            from registry_core.environment.advice import addressed

            problems = tuple(addressed(problem, self.installed) for problem in made.problems)
            made = made._replace(problems=problems)
        if complete and (len(made.scopes) > 1 or made.scopes[()] or made.blocked or made.problems):
            # Do not cache empty tables: trees cache them, and misspelt groups would pile up.
            self._tables[group, root_scope] = made
        return made

    def hooks(self, group: str) -> Hooks:
        """The hooks that serve one registry; their modules are not yet imported."""
        known = self._hooks.get(group)
        if known is None:
            known, is_whole = self._hooks_of(group)
            if is_whole:
                self._hooks[group] = known
        return known

    def _hooks_of(self, group: str) -> tuple[Hooks, bool]:
        """The hooks of one registry, and whether all that declare some could be read."""
        from registry_core.hooks.registry_hooks import hooks_of

        served = {group, group.removeprefix(f"{PREFIX}.")}
        found, is_whole = self.installed.declared(HOOKS)
        declared: list[tuple[Provider, str, str | None]] = [
            (running(each.provider, value), value, self.refusal(each.key))
            for each in found
            if each.key not in self._silent
            for name, value in each.group.written()
            if name in served
        ]
        order = self.order(group)
        allowed = [(provider, value) for provider, value, why in declared if why is None]
        allowed.sort(key=lambda item: rank(order, item[0].name))
        hooks = hooks_of(
            group,
            allowed,
            blocked=[(provider, why) for provider, _, why in declared if why is not None],
            copy=self.installed.copy,
            variables=self.variables(),
            memory=self.memory,
            refusal=self.refusal,
        )
        return hooks, is_whole
