"""What distributions say of entries in a data file, `registry.toml`: read when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry_core.entry import NOTHING, TELL_AUTHORS, Problem
from registry_core.environment.policy import rank
from registry_core.installed.files import Unreadable, parsed_toml
from registry_core.keys import NOTES, is_project_name, normalized
from registry_core.limits import MAX_NOTES_BYTES, MAX_QUOTED
from registry_core.text import listed, quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from registry_core.entry import Provider
    from registry_core.installed.copies import Copy

FILE = "registry.toml"
_TABLES = ("entries", "renamed", "elsewhere")


class Rename:
    """An old name, and what it is called now. Lives as long as what it is read from.

    Args:
        provider: who says so.
        old: the key that was.
        to: the key that is.
        since: the version that has the new name; empty where it is not said.
        until: the version that has the old one no more; empty where it is not said.
    """

    __slots__ = ("old", "provider", "since", "to", "until")

    def __init__(self, provider: Provider, old: str, to: str, since: str, until: str) -> None:
        self.provider, self.old, self.to = provider, old, to
        self.since, self.until = since, until

    def message(self) -> str:
        """What to tell about the use of the old name.

        >>> from registry_core.entry import Provider
        >>> Rename(Provider("acme", "2.1"), "Net2", "Net", "2.0", "3").message()
        "'Net2' is now called 'Net', since acme 2.0; the old name works until 3"
        """
        text = f"{quoted(self.old)} is now called {quoted(self.to)}, "
        text += (
            f"since {self.provider.name} {safe_text(self.since)}"
            if self.since
            else f"by {self.provider}"
        )
        return f"{text}; the old name works until {safe_text(self.until)}" if self.until else text


class NotesFile:
    """The data file in one package of one distribution. Lives as long as the selection.

    Args:
        copy: the distribution.
        package: what the entry point says: the top-level package that holds the file.
        groups: the registries that it is declared for.
    """

    def __init__(self, copy: Copy, package: str, groups: Collection[str]) -> None:
        self.provider = copy.provider
        self.key = copy.key
        self.package = package
        self._copy, self._groups = copy, groups
        self._read: tuple[Mapping[str, Any], tuple[Problem, ...]] | None = None

    def read(self) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
        """Its tables, by registry, and what is wrong with the whole of it."""
        known = self._read
        if known is not None:
            return known
        try:
            tables, faults = self._tables(), []
        except Unreadable as error:
            tables, fix = {}, TELL_AUTHORS
            if error.passes:
                # Not kept: the next look may succeed.
                return tables, (self.problem(error.what, "try again"),)
            faults = [self.problem(error.what, fix)]
        except _Absent:
            what = f"the distribution has no {self.package}/{FILE}, which {NOTES} names"
            package_data = f'`{self.package} = ["{FILE}"]` in [tool.setuptools.package-data]'
            fix = f"{TELL_AUTHORS}; setuptools takes it into the wheel by {package_data}"
            tables, faults = {}, [self.problem(what, fix, "no-notes")]
        else:
            idle = [each for each in tables if each not in self._groups]
            for each in idle:
                what = f"the table {quoted(each)} is not read: no row of {NOTES} names it"
                faults.append(self.problem(what))
        self._read = tables, tuple(faults)
        return self._read

    def problem(self, what: str, fix: str = TELL_AUTHORS, code: str = "bad-notes") -> Problem:
        """Something that is wrong with it."""
        where = f"{self.package}/{FILE}"[:MAX_QUOTED]
        return Problem(self.provider, where, what, fix, "broken", code)

    def _tables(self) -> Mapping[str, Any]:
        if not self.package.isidentifier():
            raise Unreadable(f"{quoted(self.package)} is not the name of a top-level package")
        content = self._content()
        if content is None:
            raise _Absent
        return parsed_toml(content)

    def _content(self) -> bytes | None:
        from registry_core.installed.data_file import read_data_file

        return read_data_file(self._copy, self.package, FILE, MAX_NOTES_BYTES)


class _Absent(Exception):
    """The distribution has no such file."""


class Notes:
    """What one distribution says of one registry. Lives as long as the table.

    Args:
        file: where it says so.
        group: the registry.
    """

    def __init__(self, file: NotesFile, group: str) -> None:
        self.file, self.group = file, group
        self._parsed: _Parsed | None = None

    def parsed(self) -> _Parsed:
        """What the file says, item by item; what is malformed is a problem."""
        known = self._parsed
        if known is None:
            tables, faults = self.file.read()
            known = _Parsed(list(faults))
            own = tables.get(self.group)
            if isinstance(own, dict):
                self._parse(own, known)
            elif own is not None or not faults:
                what = f"it has no table {quoted(self.group)}, which {NOTES} names"
                known.problems.append(self.file.problem(what))
            if not any(each.fix == "try again" for each in faults):
                self._parsed = known
        return known

    def _parse(self, own: Mapping[str, Any], into: _Parsed) -> None:
        for name, table in own.items():
            if name not in _TABLES or not isinstance(table, dict):
                what = f"{quoted(name)} in the table {quoted(self.group)} is not one of the tables"
                into.problems.append(self.file.problem(f"{what} {', '.join(_TABLES)}"))
                continue
            for key, said in table.items():
                if not getattr(self, f"_{name}")(key, said, into):
                    what = f"{_FORMS[name]}, but {quoted(key)} has something else"
                    into.problems.append(self.file.problem(f"{name}: {what}"))

    def _entries(self, key: str, said: object, into: _Parsed) -> bool:
        if isinstance(said, dict):
            into.entries[key] = said
        return isinstance(said, dict)

    def _renamed(self, key: str, said: object, into: _Parsed) -> bool:
        texts = said if isinstance(said, dict) else {}
        known = texts.keys() <= {"to", "since", "until"}
        if not known or not texts.get("to") or not all(isinstance(t, str) for t in texts.values()):
            return False
        since, until = texts.get("since", ""), texts.get("until", "")
        into.renamed[key] = Rename(self.file.provider, key, texts["to"], since, until)
        return True

    def _elsewhere(self, key: str, said: object, into: _Parsed) -> bool:
        # It becomes a command that somebody types.
        if not is_project_name(key) or not isinstance(said, list):
            return False
        into.elsewhere.update((name, key) for name in said if isinstance(name, str))
        return all(isinstance(name, str) for name in said)


class _Parsed:
    """What one distribution says of one registry.

    Attributes:
        entries: metadata by key.
        renamed: renames by the old key.
        elsewhere: distributions by the key that they have.
        problems: what is malformed.
    """

    __slots__ = ("elsewhere", "entries", "problems", "renamed")

    def __init__(self, problems: list[Problem]) -> None:
        self.entries: dict[str, dict[str, object]] = {}
        self.renamed: dict[str, Rename] = {}
        self.elsewhere: dict[str, str] = {}
        self.problems = problems


_FORMS = {
    "entries": "a key has a table of metadata",
    "renamed": "a name has a table with the text `to`, and perhaps the texts `since` and `until`",
    "elsewhere": "the name of a distribution has a list of keys",
}


class RegistryNotes:
    """What all distributions say of one registry. Lives as long as the table.

    Args:
        notes: theirs.
        order: what is preferred, the first first.
    """

    def __init__(self, notes: Sequence[Notes], order: Sequence[str]) -> None:
        self._notes = {each.file.key: each for each in notes}
        self._order = order

    def metadata(
        self, distribution: str, key: str, above: Mapping[str, object] = NOTHING
    ) -> Mapping[str, object]:
        """The metadata of an entry.

        Args:
            distribution: the normalized name of the one that provides it.
            key: its key.
            above: what counts more.
        """
        found = self._notes.get(distribution)
        return above if found is None else NotedMetadata(found, key, above)

    def renames(self, key: str, provider: str | None = None) -> list[Rename]:
        """What a name that no entry has is called now; several where distributions disagree.

        Args:
            key: the name.
            provider: only what this distribution says.
        """
        found = [
            rename
            for name, each in self._notes.items()
            if provider is None or name == normalized(provider)
            if (rename := each.parsed().renamed.get(key)) is not None
        ]
        ranks = [rank(self._order, each.provider.name)[0] for each in found]
        best = [each for each, at in zip(found, ranks, strict=True) if at == min(ranks)]
        return list({each.to: each for each in best}.values())

    def old_names(self) -> set[str]:
        """The keys that are called otherwise now."""
        return {old for each in self._notes.values() for old in each.parsed().renamed}

    def elsewhere(self, keys: Collection[str]) -> Iterator[tuple[Provider, str, str]]:
        """Distributions that have one of these keys: who says so, the key, the distribution."""
        for each in self._notes.values():
            for key, distribution in each.parsed().elsewhere.items():
                if key in keys:
                    yield each.file.provider, key, distribution

    def __iter__(self) -> Iterator[Notes]:
        return iter(self._notes.values())

    def circles(self) -> dict[str, Sequence[str]]:
        """Old names that lead back to themselves, with what is on the way, by the first of them."""
        renamed: dict[str, Rename] = {}
        for each in self:
            renamed |= each.parsed().renamed
        found: dict[str, Sequence[str]] = {}
        done: set[str] = set()
        for start in renamed:
            way: dict[str, None] = {}
            key = start
            while key in renamed and key not in way and key not in done:
                way[key] = None
                key = renamed[key].to
            if key in way:
                names = list(way)
                circle = names[names.index(key) :]
                found[min(circle)] = circle
            done |= way.keys()
        return found


class NotedMetadata(Mapping[str, object]):
    """The metadata of one entry; the file is read when it is looked at."""

    __slots__ = ("_above", "_key", "_notes")

    def __init__(self, notes: Notes, key: str, above: Mapping[str, object]) -> None:
        self._notes, self._key, self._above = notes, key, above

    def _all(self) -> Mapping[str, object]:
        noted = self._notes.parsed().entries.get(self._key)
        return {**noted, **self._above} if noted else self._above

    def __getitem__(self, name: str) -> object:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(dict(self._all()))


def circle_text(circle: Sequence[str]) -> str:
    """A circle of names in words.

    >>> circle_text(["A", "B"])
    "'A' and 'B' are each other's new names"
    >>> circle_text(["A"])
    "'A' is its own new name"
    """
    if len(circle) == 1:
        return f"{quoted(circle[0])} is its own new name"
    if len(circle) == 2:
        return f"{quoted(circle[0])} and {quoted(circle[1])} are each other's new names"
    return f"the new names {listed(circle)} lead in a circle"
