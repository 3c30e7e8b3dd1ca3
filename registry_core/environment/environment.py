"""The environment: what is installed and may contribute, and the one that registries ask."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry_core.environment.policy import KNOWN, Policy
from registry_core.environment.selection import Selection
from registry_core.errors import RegistryNotFound, WrongType
from registry_core.keys import (
    HOOKS,
    PREFIX,
    REGISTRIES,
    group_fault,
    normalized,
    scope_path,
    served_group,
)
from registry_core.locks import LOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from registry_core.entry import Entry, Problem
    from registry_core.environment.table import Table
    from registry_core.errors import PluginLoadError
    from registry_core.hooks.registry_hooks import Hooks
    from registry_core.installed import Installed


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
        self._variables = variables
        chosen = Policy() if policy is None else policy
        self._now = Selection(path, chosen, variables)

    @property
    def installed(self) -> Installed:
        """What is installed, whether or not it may contribute."""
        return self._now.installed

    def refresh(self) -> None:
        """Forget what was read, so that what was installed since is seen.

        Call it after an installation in a running process; the environment variables are read
        anew, too.
        """
        importlib.invalidate_caches()
        with LOCK:
            self._now = self._now.next()
        _notify()

    def confirm(self, entry: Entry) -> bool:
        """Whether a discovered entry may be loaded: not where it was blocked since it was found.

        Where a kept answer of a hook supplied it, the hook itself is asked. Where that says
        otherwise, the answer is forgotten: then ask anew for the entry.

        Args:
            entry: what is to be loaded.
        """
        if not entry.provider.is_distribution:
            return True
        if self.refusal(entry.provider.name, entry.key) is not None:
            return False
        if self.hooks(entry.registry).confirms(entry):
            return True
        self._change(lambda policy: policy)
        return False

    def _change(self, changed: Callable[[Policy], Policy]) -> None:
        # A new selection, so that a thread which still reads the old one cannot spoil it.
        with LOCK:
            now = self._now
            policy = changed(now.policy)
            self._now = Selection(
                self._path,
                policy,
                self._variables,
                installed=now.installed,
                memory=now.memory,
            )
        _notify()

    def block(self, *choices: str) -> None:
        """Let these contribute nothing. The code of a blocked distribution is never imported by us.

        It takes away what they declare, not what their modules register when others
        imports them.

        Args:
            choices: distributions, or single entries of some: "activations-extra:extra.Swish".
        """
        names = Policy.of(block=_names(choices)).blocked
        self._change(lambda policy: policy._replace(blocked=policy.blocked | names))

    def allow(self, *distributions: str) -> None:
        """Let these contribute, and no others but those allowed before."""
        names = Policy.of(allow=_names(distributions)).allowed or frozenset()
        self._change(
            lambda policy: policy._replace(allowed=names | (policy.allowed or frozenset()))
        )

    def prefer(self, *choices: str) -> None:
        """Where several provide one name, take it from the first of these that does.

        They come before code, and before the owner of the registry.

        Args:
            choices: distributions, or single entries of some: "activations-extra:extra.Swish".
        """
        names = Policy.of(prefer=_names(choices)).preferred
        self._change(lambda policy: policy._replace(preferred=names))

    def without_hooks_of(self, *distributions: str) -> Environment:
        """An environment like this one at this moment, which asks no hook modules of these."""
        now = self._now
        other = Environment(self._path, policy=now.policy, variables=self._variables)
        silent = frozenset(map(normalized, distributions))
        other._now = Selection(
            self._path, now.policy, self._variables, silent=silent, installed=now.installed
        )
        return other

    def with_first(self, *places: str) -> Environment:
        """One like this at this moment, in which these folders or archives come first."""
        path = [*places, *(sys.path if self._path is None else self._path)]
        return Environment(path, policy=self._now.policy, variables=self._variables)

    def known_indexes(self) -> list[str]:
        """The files that REGISTRY_CORE_KNOWN names."""
        named = self._now.variables().get(KNOWN, "").split(os.pathsep)
        return list(dict.fromkeys(filter(None, named)))

    def mentions(self) -> list[tuple[str, str]]:
        """What is blocked, allowed or preferred, and by what.

        >>> Environment(path=[], variables={"REGISTRY_CORE_BLOCK": "acts"}).mentions()
        [('acts', 'REGISTRY_CORE_BLOCK')]
        """
        return self._now.mentions()

    def refusal(self, distribution: str, key: str = "") -> str | None:
        """Why `distribution`, or its entry of that key, may not contribute; None where it may."""
        return self._now.refusal(distribution, key)

    def table(self, group: str, root_scope: str = "") -> Table:
        """The discovered entries of one registry.

        Args:
            group: the registry's group.
            root_scope: the name of its root scope.
        """
        return self._now.table(group, root_scope)

    def rows(self, group: str, root_scope: str = "") -> Table:
        """As `table`, without what hooks compute: no hook module is imported for it."""
        return self._now.rows(group, root_scope)

    def hooks(self, group: str) -> Hooks:
        """The hooks that serve one registry; their modules are not yet imported."""
        return self._now.hooks(group)

    def precedence(self, group: str) -> tuple[tuple[str, ...], str | None]:
        """What `registry_core.environment.precedence.decide` needs to know of one registry.

        Returns:
            What is preferred, the first first; the normalized name of the distribution that owns
            the registry, if one does.
        """
        return self._now.preferred, self._now.owner(group)

    def note_problems(
        self, table: Table, group: str, leads: Callable[[str], bool | None] | None
    ) -> list[Problem]:
        """What is wrong with the data files about one registry; see `note_problems`."""
        if table.notes is None:
            return []
        from registry_core.environment.note_problems import note_problems

        return note_problems(table, self.installed, self.hooks(group), leads)

    def registries(self) -> dict[str, Entry]:
        """The registries that installed frameworks own: group to the entry that owns it."""
        return self._now.ownership()[0]

    def groups(self) -> list[str]:
        """The groups of all registries that are owned, or that something is declared for."""
        from registry_core.environment.misnamed import misspelt_special

        owned = {name for each in self._now.allowed(REGISTRIES) for name, _ in each.group.written()}
        hooks = self.installed.declared(HOOKS)[0]
        groups = {served_group(name) for each in hooks for name, _ in each.group.written()}
        # A scope of a registry is none of its own.
        groups = {each for each in groups if not any(scope_path(each, own) for own in owned)}
        for group in self.installed.groups():
            if group.startswith(f"{PREFIX}.") and not misspelt_special(group, self._now, owned):
                groups.add(".".join(group.split(".")[:2]))
        return sorted(group for group in groups | owned if group_fault(group) is None)

    def explain(self, error: PluginLoadError) -> None:
        """Say in an error what is at fault beside the code, and what its reader can do."""
        try:
            from registry_core.environment.advice import explain

            owners = {normalized(owner.provider.name) for owner in self.registries().values()}
            explain(error, self.installed, owners)
        except Exception:
            # A plugin that leaves Python half broken breaks this too: its error tells more.
            return

    def explain_source(self, error: PluginLoadError) -> None:
        """As `explain`, for an error of reading source, and for the author alone."""
        try:
            from registry_core.environment.advice import explain_source

            explain_source(error, self.installed)
        except Exception:
            # Finders raise what they like.
            return

    def groups_meant(self, name: str, around: str = "") -> list[str]:
        """The groups that `name` may mean, of which nothing prefers one: see `short_names`.

        Args:
            name: a group, or the last word of one.
            around: the group of the registry in which the name is used; empty for none.
        """
        from registry_core.environment.short_names import groups_meant

        return groups_meant(name, self.groups(), self.registries(), around)

    def group(self, name: str) -> str:
        """The group of the registry that `name` means.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
        """
        fits = self.groups_meant(name)
        if len(fits) != 1:
            hints = [] if fits else self._now.claims(name)
            raise RegistryNotFound(name, self.groups(), fits, hints)
        return fits[0]

    def owner(self, name: str, known: Sequence[str] = (), around: str = "") -> Entry:
        """The entry that owns the registry which `name` means.

        Args:
            name: a group, or the last word of one while that is unambiguous.
            known: other names that would have done, for the message.
            around: the group of the registry in which the name is used; empty for none.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
            WrongType: `name` is not a str.
        """
        if not isinstance(name, str):
            raise WrongType("the name of a registry", "a str", name)
        from registry_core.environment.short_names import groups_meant

        owners = self.registries()
        fits = groups_meant(name, sorted(owners), owners, around)
        if len(fits) != 1 or fits[0] not in owners:
            hints = [] if fits else self._now.claims(name)
            raise RegistryNotFound(name, (*known, *sorted(owners)), fits, hints)
        return owners[fits[0]]

    def problems(self, *groups: str) -> tuple[Problem, ...]:
        """What is wrong with what is installed, apart from what one registry's table says.

        Args:
            groups: of registries: what is wrong with the metadata of those alone that contribute
                to them; none for all that is installed.
        """
        from registry_core.environment.all_problems import all_problems

        return all_problems(self._now, groups)


def _names(distributions: tuple[str, ...]) -> tuple[str, ...]:
    for name in distributions:
        if not isinstance(name, str):
            raise WrongType("a distribution", "a str", name)
    return distributions


_current = Environment()
# Called when answers change, because trees cache them.
_callbacks: list[Callable[[], None]] = []


def on_change(call: Callable[[], None]) -> None:
    """Call this, for the rest of the process, when what is installed or may contribute changes."""
    _callbacks.append(call)


def _notify() -> None:
    for call in _callbacks:
        call()


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
    _notify()
    try:
        yield environment
    finally:
        _current = before
        _notify()
