"""One snapshot of what is installed: read step by step, as it is asked, and never changed."""

from __future__ import annotations

import os
from threading import get_ident
from typing import TYPE_CHECKING

from registry_core.environment.hooks import Hooks
from registry_core.environment.policy import ALLOW, BLOCK, Policy, rank
from registry_core.keys import HOOKS, PREFIX, REGISTRIES, normalized, scope_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.entry import Entry, Problem
    from registry_core.environment.scan import Scan
    from registry_core.environment.shard import Declared
    from registry_core.environment.table import Table


class Snapshot:
    """What an environment knows between two changes, which makes a new one at each.

    Threads may compute one thing twice at once, and then either answer is right.

    Args:
        path: where to look for distributions; None for all that Python's finders know.
        policy: what code blocks, allows and prefers.
        variables: the environment variables to read; None for those of the process.
    """

    def __init__(
        self, path: Sequence[str] | None, policy: Policy, variables: Mapping[str, str] | None
    ) -> None:
        self._path = path
        self.policy = policy
        self._variables = variables
        self._variable_policy: Policy | None = None
        self._scanned: Scan | None = None
        self._owned: tuple[dict[str, Entry], tuple[Problem, ...]] | None = None
        self._hooks: dict[str, Hooks] = {}
        self._tables: dict[tuple[str, str], Table] = {}
        # Which threads are at which tables: a hook may look at the registry that it computes for.
        self._under_way: set[tuple[int, str]] = set()

    @property
    def _outside(self) -> Policy:
        """What the environment variables say when something is first asked."""
        policy = self._variable_policy
        if policy is None:
            variables = os.environ if self._variables is None else self._variables
            policy = self._variable_policy = Policy.from_variables(variables)
        return policy

    def refusal(self, distribution: str) -> str | None:
        """Why `distribution` may not contribute, or None where it may."""
        if why := self.policy.refusal(distribution):
            return f"{why} in code"
        if why := self._outside.refusal(distribution):
            return f"{why} by {BLOCK if why == 'blocked' else ALLOW}"
        return None

    def order(self, group: str) -> tuple[str, ...]:
        """Normalized names of distributions, the preferred of that registry first."""
        # Whoever starts the program knows more than whoever wrote it; and where neither says
        # anything, no plugin can take a name from the framework whose registry it is.
        owner = self.ownership()[0].get(group)
        own = () if owner is None else (normalized(owner.provider.name),)
        return (*self._outside.preferred, *self.policy.preferred, *own)

    def scan(self) -> Scan:
        """All that is installed."""
        scanned = self._scanned
        if scanned is None:
            from registry_core.environment.places import shards
            from registry_core.environment.scan import Scan

            scanned = self._scanned = Scan(shards(self._path))
        return scanned

    def allowed(self, group: str) -> list[Declared]:
        """What is declared in `group` by distributions that may contribute."""
        return [each for each in self.scan().declared(group) if not self.refusal(each.key)]

    def ownership(self) -> tuple[dict[str, Entry], tuple[Problem, ...]]:
        """The registries that frameworks own, by group, and what is wrong with such claims."""
        owned = self._owned
        if owned is None:
            from registry_core.environment.owners import owners

            owned = self._owned = owners(self.allowed(REGISTRIES))
        return owned

    def table(self, group: str, root_scope: str) -> Table:
        """The discovered entries of one registry.

        Asked by a hook that is just computing entries of that registry, it is incomplete: it has
        what is declared, and nothing computed.
        """
        known = self._tables.get((group, root_scope))
        if known is not None:
            return known
        from registry_core.environment.table import Tabling

        tabling = Tabling(group, root_scope, self.order(group), self.ownership()[0].get(group))
        for address in self.scan().groups():
            path = scope_path(address, group)
            if path is not None:
                for declared in self.scan().declared(address):
                    tabling.add_declared(path, declared, self.refusal(declared.key))
        here = (get_ident(), group)
        if here in self._under_way:
            return tabling.table(complete=False)
        self._under_way.add(here)
        try:
            for module in self.hooks(group).modules:
                tabling.add_computed(module)
        finally:
            self._under_way.discard(here)
        made = tabling.table(complete=True)
        if len(made.scopes) > 1 or made.scopes[()] or made.blocked or made.problems:
            # Whoever asks remembers; nothing is gained by keeping that there is nothing.
            self._tables[group, root_scope] = made
        return made

    def hooks(self, group: str) -> Hooks:
        """The hooks that serve one registry; their modules are not yet imported."""
        hooks = self._hooks
        known = hooks.get(group)
        if known is None:
            known = hooks[group] = self._hooks_of(group)
        return known

    def _hooks_of(self, group: str) -> Hooks:
        served = {group, group.removeprefix(f"{PREFIX}.")}
        declared = [
            (each.provider, value, self.refusal(each.key))
            for each in self.scan().declared(HOOKS)
            for name, value in each.written()
            if name in served
        ]
        blocked = tuple((provider, why) for provider, _, why in declared if why is not None)
        allowed = [(provider, value) for provider, value, why in declared if why is None]
        if not allowed:
            return Hooks((), blocked)
        from registry_core.environment.hookmodule import HookModule

        order = self.order(group)
        allowed.sort(key=lambda item: rank(order, item[0].name))
        return Hooks(tuple(HookModule(who, group, value) for who, value in allowed), blocked)
