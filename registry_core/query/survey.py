"""All that is known of registries at once: entries described, and problems. Imports no plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from registry_core.building.config_nodes import TYPE
from registry_core.environment import current_environment
from registry_core.errors import ConfigError, RegistryError
from registry_core.query.listing import groups_named, rows_of
from registry_core.signature.docstrings import documented
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.entry import Entry, Problem, Provider
    from registry_core.query.listing import Row
    from registry_core.signature import Signature

_NO_TEXTS: Mapping[str, str] = {}


class Surveyed(NamedTuple):
    """One entry of a survey.

    Attributes:
        entry: the entry, with its provider.
        status: empty; or why it cannot be resolved: in conflict, or blocked and by what.
        signature: what its source says; None where that does not tell.
        fault: why it does not; empty where it does.
        is_broken: whether loading it would fail, because its target is not there.
        texts: what the docstrings say of its parameters, by their names.
        renamed: what is to be said of its old names.
    """

    entry: Entry
    status: str
    signature: Signature | None
    fault: str
    is_broken: bool
    texts: Mapping[str, str]
    renamed: tuple[str, ...]

    @property
    def summary(self) -> str:
        """What the metadata says, else the first line of the docstring."""
        return self.entry.summary or (self.signature.summary if self.signature else "")


class SurveyedRegistry(NamedTuple):
    """One registry of a survey.

    Attributes:
        group: its group.
        owner: the distribution that owns it; None where none does.
        type_key: the key under which its configs say what to build.
        entries: what is in it, sorted by scope, name and provider.
        problems: what is wrong with what is installed for it.
    """

    group: str
    owner: Provider | None
    type_key: str
    entries: tuple[Surveyed, ...]
    problems: tuple[Problem, ...]


class Survey:
    """Looks at registries. Lives as long as one question, for which it reads each module once.

    Attributes:
        missing: what has to be installed to read what docstrings say of parameters; empty where
            nothing has to.

    Example:
        >>> from registry_core import Environment, use_environment
        >>> with use_environment(Environment(path=[])):
        ...     Survey().registries()
        []
    """

    def __init__(self) -> None:
        self.missing = ""
        self._known = KnownRegistries()
        self._texts: dict[tuple[str, str], Mapping[str, str]] = {}
        self._renames: dict[str, dict[str, list[str]]] = {}

    def registries(self, *names: str) -> list[SurveyedRegistry]:
        """Everything about these registries, sorted.

        Args:
            names: groups, or the last words of groups; none for all registries that are known.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
        """
        environment = current_environment()
        found: list[SurveyedRegistry] = []
        for group in sorted(groups_named(names, environment)):
            owner = environment.registries().get(group)
            entries = tuple(self.described(*row) for row in self.rows(group))
            problems = tuple(self._known.problems(group))
            view = self._known.owned(group)
            word = TYPE if view is None else view._lookup.type_key
            who = owner and owner.provider
            found.append(SurveyedRegistry(group, who, word, entries, problems))
        return found

    def rows(self, group: str) -> list[Row]:
        """The entries of one registry, each with its status, sorted."""
        rows = rows_of(group, self._known)
        return sorted(
            rows, key=lambda row: (row.entry.scope, row.entry.name, str(row.entry.provider))
        )

    def entry(self, name: str, key: str) -> Surveyed:
        """One entry, found as a config finds it.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
            EntryNotFound, EntryConflict: `key` leads to no entry, or to several.
        """
        view = self._known.asked(name)
        # Not `entry`, which warns of an old name: what is asked is in a page, and not in code.
        entries = view._lookup.resolution(key).entries
        return self.described(entries[0] if len(entries) == 1 else view._lookup.entry(key), "")

    def described(self, entry: Entry, status: str) -> Surveyed:
        """An entry with what its source says."""
        renamed = self._renamed(entry)
        try:
            found = self._known.signatures.of(entry)
        except RegistryError as error:
            is_broken = not isinstance(error, ConfigError)
            return Surveyed(entry, status, None, str(error), is_broken, _NO_TEXTS, renamed)
        return Surveyed(entry, status, found, "", False, self._documented(found), renamed)

    def _documented(self, found: Signature) -> Mapping[str, str]:
        key = found.docstring, found.constructor_docstring
        if key not in self._texts:
            try:
                self._texts[key] = documented(key[0]) | documented(key[1])
            except ConfigError as error:
                self.missing = str(error)
                self._texts[key] = _NO_TEXTS
        return self._texts[key]

    def _renamed(self, entry: Entry) -> tuple[str, ...]:
        if entry.registry not in self._renames:
            self._renames[entry.registry] = _renames_of(entry.registry)
        return tuple(self._renames[entry.registry].get(entry.key, ()))


def _renames_of(group: str) -> dict[str, list[str]]:
    """What is to be said of the old names of a registry, by the new one."""
    found: dict[str, list[str]] = {}
    notes = current_environment().table(group).notes
    if notes is not None:
        for old in sorted(notes.old_names()):
            for rename in notes.renames(old):
                found.setdefault(rename.to, []).append(rename.message())
    return found
