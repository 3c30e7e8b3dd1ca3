"""What directives ask of what is installed, and what they show of it."""

from __future__ import annotations

import hashlib
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from registry_core.environment import current_environment
from registry_core.errors import RegistryError
from registry_core.keys import normalized
from registry_core.query.listing import groups_named
from registry_core.query.survey import Survey
from registry_core.text import quoted

if TYPE_CHECKING:
    from registry_core.entry import Entry
    from registry_core.query.survey import Surveyed


class Asked(NamedTuple):
    """What one directive asks for; data, which Sphinx keeps between two builds.

    Attributes:
        registry: a group, or the last word of one.
        key: of one entry; empty for all of the registry.
        scope: only what is in that scope and within it; empty for all, a dot for the root alone.
        match: only keys like this pattern; empty for all.
        provider: only what this distribution provides; empty for all.
    """

    registry: str
    key: str = ""
    scope: str = ""
    match: str = ""
    provider: str = ""


class Found(NamedTuple):
    """What one directive shows.

    Attributes:
        group: the group of the registry; empty where none has that name.
        items: the entries.
        fault: why there are none; empty where there are some.
    """

    group: str
    items: tuple[Surveyed, ...]
    fault: str = ""

    def digest(self) -> str:
        """What changes where the page would show something else."""
        shown = [
            (
                item.entry.key,
                str(item.entry.provider),
                item.entry.address,
                item.status,
                item.fault,
                item.summary,
                item.signature and item.signature.parameters,
                sorted(item.texts.items()),
                item.renamed,
            )
            for item in self.items
        ]
        text = repr((self.group, self.fault, shown))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Looker:
    """Looks at what is installed. Lives as long as one build, in which it reads a module once.

    Attributes:
        found: what is there of what is `Asked` for.
    """

    def __init__(self) -> None:
        self._survey = Survey()
        self._rows = cache(self._survey.rows)
        self.found = cache(self._found)

    def _found(self, asked: Asked) -> Found:
        try:
            (group,) = groups_named([asked.registry], current_environment())
            if asked.key:
                return Found(group, (self._survey.entry(group, asked.key),))
        except RegistryError as error:
            return Found("", (), str(error))
        items = tuple(
            self._survey.described(entry, status)
            for entry, status in self._rows(group)
            # What is blocked is not there for a config either.
            if status in ("", "conflict") and _is_wanted(entry, asked)
        )
        return Found(group, items, "" if items else _nothing(group, asked))


def _is_wanted(entry: Entry, asked: Asked) -> bool:
    is_root = asked.scope == "."
    if is_root and entry.scope:
        return False
    if asked.scope and not is_root and not f"{entry.scope}.".startswith(f"{asked.scope}."):
        return False
    if asked.match and not fnmatchcase(entry.key.casefold(), asked.match.casefold()):
        return False
    return not asked.provider or normalized(entry.provider.name) == normalized(asked.provider)


def _nothing(group: str, asked: Asked) -> str:
    options = {name: getattr(asked, name) for name in ("scope", "match", "provider")}
    said = " and ".join(f"the {name} {quoted(value)}" for name, value in options.items() if value)
    return f"nothing is installed for the registry {quoted(group)}" + (
        f" with {said}" if said else ""
    )
