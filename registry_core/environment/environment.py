"""The environment: one snapshot of what is installed, and the one that registries ask."""

from __future__ import annotations

import importlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry_core.environment.hooks import Hooks
from registry_core.environment.listeners import answers_changed
from registry_core.environment.policy import ALLOW, BLOCK, Policy, preferred, rank
from registry_core.errors import RegistryNotFound, WrongType
from registry_core.keys import PREFIX, group_fault, named_groups, normalized

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from registry_core.entry import Entry, Problem
    from registry_core.environment.scan import Installed, Scan
    from registry_core.environment.table import Table

HOOKS = f"{PREFIX}.hooks"


class Environment:
    """What is installed in this Python, and which of it may contribute.

    One lives as long as the process: `current_environment()`. Tests make their own, over a folder
    of metadata, and `use_environment` puts it in place. Nothing is read before it is first asked.

    Args:
        path: the directories to look for distributions; None for all that Python's finders know.
        policy: what to block, allow and prefer.
        variables: the environment variables to read; None for those of the process.

    Example:
        >>> environment = Environment(path=[], variables={})
        >>> environment.problems()
        ()
    """

    def __init__(
        self,
        path: Sequence[str] | None = None,
        *,
        policy: Policy | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._path = path
        self._policy = Policy() if policy is None else policy
        self._variables = variables
        self._forget()

    def _forget(self) -> None:
        self._scanned: Scan | None = None
        self._owned: tuple[dict[str, Entry], tuple[Problem, ...]] | None = None
        self._outside: Policy | None = None
        self._hooks: dict[str, Hooks] = {}
        self._tables: dict[tuple[str, str], Table] = {}

    def refresh(self) -> None:
        """Forget what is known, so that what was installed since is seen."""
        if self._scanned is not None:
            from importlib_metadata import MetadataPathFinder

            MetadataPathFinder.invalidate_caches()
        importlib.invalidate_caches()
        self._changed()

    def _changed(self) -> None:
        self._forget()
        answers_changed()

    def block(self, *distributions: str) -> None:
        """Let these contribute nothing. Their code is never imported by us.

        It takes away what they declare, not what their modules register when somebody else
        imports them.
        """
        blocked = self._policy.blocked | Policy.of(block=_names(distributions)).blocked
        self._policy = self._policy._replace(blocked=blocked)
        self._changed()

    def allow(self, *distributions: str) -> None:
        """Let these contribute, and no others but those allowed before."""
        allowed = Policy.of(allow=_names(distributions)).allowed or frozenset()
        self._policy = self._policy._replace(
            allowed=allowed | (self._policy.allowed or frozenset())
        )
        self._changed()

    def prefer(self, *distributions: str) -> None:
        """Where several provide one name, take it from the first of these that does."""
        self._policy = self._policy._replace(
            preferred=Policy.of(prefer=_names(distributions)).preferred
        )
        self._changed()

    def refusal(self, distribution: str) -> str | None:
        """Why `distribution` may not contribute, or None where it may."""
        if why := self._policy.refusal(distribution):
            return f"{why} in code"
        if why := self._variable_policy().refusal(distribution):
            return f"{why} by {BLOCK if why == 'blocked' else ALLOW}"
        return None

    def _variable_policy(self) -> Policy:
        if self._outside is None:
            variables = os.environ if self._variables is None else self._variables
            self._outside = Policy.from_variables(variables)
        return self._outside

    def _order(self, group: str) -> tuple[str, ...]:
        # Whoever starts the program knows more than whoever wrote it; and where neither says
        # anything, no plugin can take a name from the framework whose registry it is.
        owner = self.registries().get(group)
        own = () if owner is None else (normalized(owner.provider.name),)
        return (*self._variable_policy().preferred, *self._policy.preferred, *own)

    def scan(self) -> Scan:
        """Every installed distribution with its entry points; read once, then remembered."""
        if self._scanned is None:
            from registry_core.environment.scan import scan

            self._scanned = scan(self._path)
        return self._scanned

    def table(self, group: str, root_scope: str = "") -> Table:
        """The discovered entries of one registry.

        Args:
            group: the registry's group.
            root_scope: the name of its root scope.
        """
        # Held here: what a refresh meanwhile has put in its place must not get an old answer.
        tables = self._tables
        known = tables.get((group, root_scope))
        if known is None:
            from registry_core.environment.table import Tabling

            owner = self.registries().get(group)
            tabling = Tabling(group, root_scope, self._order(group), owner)
            for installed in self.scan().installed:
                tabling.add_installed(installed, self.refusal(installed.provider.name))
            for module in self.hooks(group).modules:
                tabling.add_computed(module)
            known = tables[group, root_scope] = tabling.table()
        return known

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
            (installed.provider, value, self.refusal(installed.provider.name))
            for installed in self.scan().installed
            for name, value in installed.groups.get(HOOKS, ())
            if name in served
        ]
        blocked = tuple((provider, why) for provider, _, why in declared if why is not None)
        allowed = [(provider, value) for provider, value, why in declared if why is None]
        if not allowed:
            return Hooks((), blocked)
        from registry_core.environment.hookmodule import HookModule

        order = self._order(group)
        allowed.sort(key=lambda item: rank(order, item[0].name))
        return Hooks(tuple(HookModule(who, group, value) for who, value in allowed), blocked)

    def preferred(self, group: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Those of `entries` whose provider comes first in the order of preference, if one does."""
        return preferred(self._order(group), entries)

    def declaring(self, key: str) -> list[str]:
        """The groups of the registries that declare an entry of that key. Imports no hook."""
        # What may stand before the name: "extra.Swish" is Swish of extra, or a name with a dot.
        cuts = [0, *(index + 1 for index, letter in enumerate(key) if letter == ".")]
        tails = {key[cut:]: key[: max(cut - 1, 0)] for cut in cuts}
        found = {
            address.removesuffix(f".{tails[name]}") if tails[name] else address
            for installed in self.scan().installed
            for address, rows in installed.groups.items()
            for name, _ in rows
            if name in tails and f".{address}".endswith(f".{tails[name]}" if tails[name] else "")
        }
        return sorted(found.intersection(self.groups()))

    def registries(self) -> dict[str, Entry]:
        """The registries that installed frameworks own: group to the entry that owns it."""
        return self._ownership()[0]

    def groups(self) -> list[str]:
        """The groups of all registries that are owned, or that something is declared for."""
        groups = set(self.registries())
        for installed in self.scan().installed:
            for group in installed.groups:
                if group.startswith(f"{PREFIX}."):
                    groups.add(".".join(group.split(".")[:2]))
            for name, _ in installed.groups.get(HOOKS, ()):
                groups.add(name if "." in name else f"{PREFIX}.{name}")
        return sorted(group for group in groups if group_fault(group) is None)

    def owner(self, name: str, known: Sequence[str] = ()) -> Entry:
        """The entry that owns the registry which `name` means.

        Args:
            name: a group, or the last word of one while that is unambiguous.
            known: other names that would have done, for the message.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
        """
        owners = self.registries()
        fits = named_groups(name, sorted(owners))
        if len(fits) != 1:
            raise RegistryNotFound(name, (*known, *sorted(owners)), fits)
        return owners[fits[0]]

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with what is installed, apart from what one registry's table says."""
        from registry_core.environment.owners import misspelt

        owners, problems = self._ownership()
        return (*self.scan().problems, *problems, *misspelt(self._allowed(), owners))

    def _ownership(self) -> tuple[dict[str, Entry], tuple[Problem, ...]]:
        if self._owned is None:
            from registry_core.environment.owners import owners

            self._owned = owners(self._allowed())
        return self._owned

    def _allowed(self) -> list[Installed]:
        return [each for each in self.scan().installed if not self.refusal(each.provider.name)]


def _names(distributions: tuple[str, ...]) -> tuple[str, ...]:
    for name in distributions:
        if not isinstance(name, str):
            raise WrongType("a distribution", "a str", name)
    return distributions


_current = Environment()


def current_environment() -> Environment:
    """The environment that registries ask.

    Example:
        >>> current_environment().refusal("pluggy") is None
        True
    """
    return _current


@contextmanager
def use_environment(environment: Environment) -> Iterator[Environment]:
    """Let registries ask `environment` instead, everywhere in this process, for a while.

    Example:
        >>> with use_environment(Environment(path=[])) as nothing_installed:
        ...     current_environment() is nothing_installed
        True
    """
    global _current  # noqa: PLW0603 - the one default that tests replace
    before, _current = _current, environment
    answers_changed()
    try:
        yield environment
    finally:
        _current = before
        answers_changed()
