"""One snapshot of what is installed: read step by step, as it is asked, and then remembered."""

from __future__ import annotations

import os
from threading import get_ident
from typing import TYPE_CHECKING

from registry_core.environment.began import WE_STARTED
from registry_core.environment.policy import ALLOW, BLOCK, PREFER, Policy, rank
from registry_core.errors import PluginLoadError
from registry_core.keys import HOOKS, PREFIX, REGISTRIES, named_groups, normalized, scope_path
from registry_core.wording import quoted, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.entry import Entry, Problem
    from registry_core.environment.answers import Answers
    from registry_core.environment.hooks import Hooks
    from registry_core.environment.index import Index
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
        anew: whether the index is to be written only, and not believed.
        silent: normalized names of distributions whose hook modules are not asked.
    """

    def __init__(
        self,
        path: Sequence[str] | None,
        policy: Policy,
        variables: Mapping[str, str] | None,
        *,
        anew: bool = False,
        silent: frozenset[str] = frozenset(),
    ) -> None:
        self._path = path
        self.policy = policy
        self._variables = variables
        self._anew = anew
        self._silent = silent
        self._opened: tuple[Index | None] | None = None
        self._variable_policy: Policy | None = None
        self._scanned: Scan | None = None
        self._owned: tuple[dict[str, Entry], tuple[Problem, ...]] | None = None
        self._hooks: dict[str, Hooks] = {}
        self._tables: dict[tuple[str, str], Table] = {}
        # Which threads are at which tables: a hook may look at the registry that it computes for.
        self._under_way: set[tuple[int, int, str]] = set()

    def _variables_now(self) -> Mapping[str, str]:
        return os.environ if self._variables is None else self._variables

    @property
    def _outside(self) -> Policy:
        """What the environment variables say when something is first asked."""
        policy = self._variable_policy
        if policy is None:
            policy = self._variable_policy = Policy.from_variables(self._variables_now())
        return policy

    @property
    def _index(self) -> Index | None:
        """What earlier processes have kept; None where nothing is to be kept."""
        opened = self._opened
        if opened is None:
            from registry_core.environment.index import Index
            from registry_core.environment.store import index_folder

            folder = index_folder(self._variables_now())
            opened = (None if folder is None else Index(folder, anew=self._anew),)
            self._opened = opened
        return opened[0]

    def refusal(self, distribution: str) -> str | None:
        """Why `distribution` may not contribute, or None where it may."""
        if why := self.policy.refusal(distribution):
            return f"{why} in code"
        if why := self._outside.refusal(distribution):
            return f"{why} by {BLOCK if why == 'blocked' else ALLOW}"
        return None

    def mentions(self) -> list[tuple[str, str]]:
        """Each distribution that somebody blocks, allows or prefers, and where that is said."""
        said = zip(
            (self.policy, self._outside),
            (("block() in code", "allow() in code", "prefer() in code"), (BLOCK, ALLOW, PREFER)),
            strict=True,
        )
        return [
            (name, where)
            for policy, places in said
            for names, where in zip(policy, places, strict=True)
            for name in sorted(names or ())
        ]

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

            scanned = self._scanned = Scan(shards(self._path, self._index))
        return scanned

    def allowed(self, group: str) -> list[Declared]:
        """What is declared in `group` by distributions that may contribute."""
        return [each for each in self.scan().declared(group) if not self.refusal(each.key)]

    def ownership(self) -> tuple[dict[str, Entry], tuple[Problem, ...]]:
        """The registries that frameworks own, by group, and what is wrong with such claims."""
        owned = self._owned
        if owned is None:
            from registry_core.environment.owners import owners

            claims, is_whole = self.scan().reread(REGISTRIES)
            owned = owners([claim for claim in claims if not self.refusal(claim.key)])
            self._owned = owned if is_whole else None
        return owned

    def claims(self, name: str) -> list[str]:
        """Who claims a registry that `name` means, and why that does not count."""
        found: list[str] = []
        claims = self.scan().declared(REGISTRIES)
        for group in named_groups(name, sorted({g for c in claims for g, _ in c.written()})):
            rivals = [c for c in claims if group in dict(c.written())]
            for claim in rivals:
                if why := self.refusal(claim.key):
                    found.append(f"{claim.provider} owns {quoted(group)}, but is {why}")
                elif len(rivals) > 1:
                    found.append(
                        f"{claim.provider} claims to own {quoted(group)}; block all but one"
                    )
        return found

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
                found = self.scan().declared(address)
                tabling.add_declared(path, [(each, self.refusal(each.key)) for each in found])
        # A process that was forked meanwhile has threads of the same names.
        here = (os.getpid(), get_ident(), group)
        if here in self._under_way:
            return tabling.table(complete=False)
        self._under_way.add(here)
        try:
            for module in self.hooks(group).modules:
                tabling.add_computed(module)
        finally:
            self._under_way.discard(here)
        self._keep_answers(group)
        # Where something could not be read at this moment, it is asked again.
        complete = self._owned is not None and group in self._hooks
        made = tabling.table(complete=complete)
        if complete and (len(made.scopes) > 1 or made.scopes[()] or made.blocked or made.problems):
            # Whoever asks remembers; nothing is gained by keeping that there is nothing.
            self._tables[group, root_scope] = made
        return made

    def hooks(self, group: str) -> Hooks:
        """The hooks that serve one registry; their modules are not yet imported."""
        hooks = self._hooks
        known = hooks.get(group)
        if known is None:
            known, is_whole = self._hooks_of(group)
            if is_whole:
                hooks[group] = known
        return known

    def confirms(self, entry: Entry, root_scope: str) -> bool:
        """Whether the provider of a discovered entry says so at this moment.

        What may come from the index is looked at again.

        Raises:
            PluginLoadError: that cannot be read at this moment.
        """
        try:
            if self.scan().confirms(entry, root_scope):
                return True
        except OSError as error:
            reason = f"its metadata cannot be read: {told(error)}"
            raise PluginLoadError(entry, reason, "try again") from error
        modules = (m for m in self.hooks(entry.registry).modules if m.provider == entry.provider)
        return any(module.confirms(entry, root_scope) for module in modules)

    def keeping(self) -> tuple[str | None, list[tuple[str, str]]]:
        """Where the index is, and each place with why it is not in there; empty where it is."""
        from registry_core.environment.keeping import why_not_kept
        from registry_core.environment.store import index_folder

        folder = index_folder(self._variables_now())
        places = self.scan().places()
        return folder, [(p, "" if is_kept else why_not_kept(p, folder)) for p, is_kept in places]

    def forget_index(self) -> None:
        """Remove what is kept on disk of the places on this path."""
        if self._index is not None:
            from registry_core.environment.places import places_of

            self._index.forget(places_of(self._path))

    def _hooks_of(self, group: str) -> tuple[Hooks, bool]:
        """The hooks of one registry, and whether all that declare some could be read."""
        from registry_core.environment.hooks import Hooks

        served = {group, group.removeprefix(f"{PREFIX}.")}
        found, is_whole = self.scan().reread(HOOKS, served)
        declared = [
            (each.provider, value, self.refusal(each.key))
            for each in found
            if each.key not in self._silent
            for name, value in each.written()
            if name in served
        ]
        blocked = tuple((provider, why) for provider, _, why in declared if why is not None)
        allowed = [(provider, value) for provider, value, why in declared if why is None]
        if not allowed:
            return Hooks((), blocked), is_whole
        from registry_core.environment.answers import recalled_answer
        from registry_core.environment.hookmodule import HookModule

        order = self.order(group)
        allowed.sort(key=lambda item: rank(order, item[0].name))
        kept = self._kept_answers(group)
        modules = (
            HookModule(who, group, value, recalled_answer(value, kept.get(f"{who}: {value}")))
            for who, value in allowed
        )
        return Hooks(tuple(modules), blocked), is_whole

    def _kept_answers(self, group: str) -> Answers:
        marks = self.scan().marks()
        if self._index is None or marks is None:
            return {}
        return self._index.answers(group, marks, self._policy_words())

    def _keep_answers(self, group: str) -> None:
        """Keep what hook modules that were imported for it have answered."""
        learnt = {
            f"{module.provider}: {module.target}": plain
            for module in self.hooks(group).modules
            if (plain := module.to_keep()) is not None
        }
        marks = self.scan().marks() if learnt and self.scan().has_settled(WE_STARTED) else None
        if self._index is not None and marks is not None:
            answers = self._kept_answers(group) | learnt
            self._index.keep_answers(group, marks, self._policy_words(), answers)

    def _policy_words(self) -> list[str]:
        return [*self.policy.words(), "", *self._outside.words()]
