"""What is installed: read when first asked, then remembered. It knows no policy."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from registry_core.entry import Problem, Provider
from registry_core.installed.copies import Copy
from registry_core.installed.counting import Hidden, beside, counted, counts, differs
from registry_core.installed.entry_points import Declaration
from registry_core.installed.files import Unreadable
from registry_core.installed.places import Place, read_places
from registry_core.keys import scope_path


class DeclaredGroups(NamedTuple):
    """What is declared in some groups.

    Attributes:
        by_group: what each distribution declares, by group, sorted by normalized name.
        is_whole: whether all could be read; else the answer is not to be remembered.
    """

    by_group: dict[str, list[Declaration]]
    is_whole: bool


class Installed:
    """What is installed in this Python. Lives until the next `refresh`.

    An answer is never older than the first question. Each file of entry points is read once, and
    parsed when a group is asked that its bytes hold. Threads may read one thing twice at once, and
    then either answer is right. What could not be read at this moment is read again when asked
    again: nothing half-read is remembered.

    Args:
        path: where to look for distributions; None for all that Python's finders know.

    Example:
        >>> Installed([]).copies()
        []
    """

    def __init__(self, path: Sequence[str] | None = None) -> None:
        self._path = path
        self._places: list[Place] | None = None
        # The copies that count, by key, and the hidden ones.
        self._counted: tuple[dict[str, Copy], list[Hidden]] | None = None
        self._exactly: dict[str, list[Declaration]] = {}
        self._within: dict[str, DeclaredGroups] = {}
        self._projects: list[tuple[Copy, str]] | None = None
        self._holders: dict[str, str | None] = {}
        self._everything: DeclaredGroups | None = None
        self._groups: list[str] | None = None

    def _read(self) -> list[Place]:
        """The places that hold something or cannot be read."""
        known = self._places
        if known is None:
            read = read_places(self._path)
            known = [place for place in read if place.contents or place.problems]
            if all(place.is_whole for place in known):
                self._places = known
        return known

    def _counting(self) -> tuple[dict[str, Copy], list[Hidden]]:
        known = self._counted
        if known is None:
            places = self._read()
            unread: list[Copy] = []
            known = counted([place.copies() for place in places], unread)
            if not unread and all(place.is_whole for place in places):
                self._counted = known
        return known

    def declared(self, group: str) -> tuple[list[Declaration], bool]:
        """What each distribution declares in `group`, sorted by normalized name.

        Returns:
            That, and whether all of it could be read.
        """
        known = self._exactly.get(group)
        if known is not None:
            return known, True
        by_group, is_whole = self._declared(group, lambda name: name == group)
        found = by_group.get(group, [])
        if is_whole:
            self._exactly[group] = found
        return found, is_whole

    def within(self, group: str) -> DeclaredGroups:
        """What is declared in `group` and in the groups within it: in one registry."""
        known = self._within.get(group)
        if known is None:
            inside = f"{group}."
            known = self._declared(group, lambda name: name == group or name.startswith(inside))
            if known.is_whole and known.by_group:
                self._within[group] = known
        return known

    def _declared(self, holds: str, wanted: Callable[[str], bool]) -> DeclaredGroups:
        places = self._read()
        is_whole = all(place.is_whole for place in places)
        # Most files hold no group of ours: looking for its bytes spares decoding them.
        needle = holds.encode("utf-8", "surrogatepass")
        hits = [place.holding(needle) for place in places]
        unread: list[Copy] = []
        # Only other copies of the same distributions can hide these.
        keys = {copy.key for copies in hits for copy in copies if copy.key or counts(copy, unread)}
        counting: dict[str, Copy] = {}
        if any(hits):
            # Behind the last place nothing is left that a copy without entry points could hide.
            last = len(places) - 1
            several = [
                place.copies(keys, speaking=number == last) for number, place in enumerate(places)
            ]
            counting, _ = counted(several, unread)
        found: dict[str, list[Declaration]] = {}
        for _, copy in sorted(counting.items()):
            if copy.content is None or needle not in copy.content:
                continue
            for group in filter(wanted, copy.groups()):
                try:
                    declared = copy.declared(group)
                except Unreadable:
                    is_whole = False
                    if not copy.is_there():
                        # It was replaced while we read: the next listing sees the new one.
                        self._places = self._counted = self._everything = self._groups = None
                        self._exactly, self._within = {}, {}
                    continue
                if declared is not None:
                    found.setdefault(group, []).append(declared)
        return DeclaredGroups(found, is_whole and not unread)

    def everything(self) -> DeclaredGroups:
        """What is declared in every group. Parses every file, once."""
        known = self._everything
        if known is None:
            known = self._declared("", lambda _: True)
            if known.is_whole:
                self._everything = known
        return known

    def groups(self) -> list[str]:
        """Every group that something is declared in, sorted. Parses every file."""
        known = self._groups
        if known is None:
            unread: list[Copy] = []
            found: set[str] = set()
            for copy in self._counting()[0].values():
                # METADATA is read for a group that no copy before it has: most share theirs.
                if (new := copy.groups().keys() - found) and counts(copy, unread):
                    found |= new
            known = sorted(found)
            if self._counted is not None and not unread:
                self._groups = known
        return known

    def copy(self, key: str) -> Copy | None:
        """The copy of the distribution of that normalized name that counts; None for no such."""
        found = self._counting()[0].get(key)
        return found if found is not None and counts(found) else None

    def provider(self, key: str) -> Provider | None:
        """The distribution of that normalized name; None where it is not installed."""
        found = self.copy(key)
        return None if found is None else found.provider

    def owner_of(self, module: str) -> str | None:
        """The normalized name of the distribution that a module belongs to; None for no such.

        It is not imported. Asked only where a name is contested: it reads each RECORD.
        """
        if module not in self._holders:
            from registry_core.installed.records import holder

            found = holder(module, self.copies())
            self._holders[module] = None if found is None else found.key
        return self._holders[module]

    def unhidden(self) -> list[Copy]:
        """Every copy that no other of its distribution hides, be it a distribution or not."""
        return list(self._counting()[0].values())

    def projects(self) -> list[tuple[Copy, str]]:
        """Every editable install, with the folder of its project."""
        if self._projects is None:
            from registry_core.installed.projects import project_folder

            found = ((copy, project_folder(copy)) for copy in self.unhidden())
            self._projects = [(c, folder) for c, folder in found if folder and counts(c)]
        return self._projects

    def names(self) -> list[str]:
        """The normalized names of all distributions, as the names of their folders tell them."""
        return sorted(copy.key for copy in self._counting()[0].values() if copy.key)

    def gone(self, now: "Installed") -> list[Copy]:
        """The copies with entry points that were here and are not there now; none if none was read.

        Args:
            now: what is installed at a later moment.
        """
        if self._places is None:
            return []
        left = {(place.name, child) for place in now._read() for child in place.contents}
        return [
            copy
            for place in self._places
            if any((place.name, child) not in left for child in place.contents)
            for copy in place.copies(speaking=True)
            if (place.name, os.path.basename(copy.folder)) not in left
        ]

    def copies(self) -> list[Copy]:
        """Every copy that counts, sorted by key."""
        return [copy for _, copy in sorted(self._counting()[0].items()) if counts(copy)]

    def hidden(self) -> list[Hidden]:
        """Every copy that another of its distribution hides, and that tells something else.

        An editable install tells the same as the metadata beside its source tree.
        """
        return [each for each in self._counting()[1] if differs(each)]

    def hiding(self, addresses: Collection[str], registries: Collection[str]) -> Iterator[Hidden]:
        """The hidden copies that declare something there.

        Args:
            addresses: groups.
            registries: groups, with all the scopes in them.
        """
        for each in self.hidden():
            groups = each.copy.groups()
            if any(
                group in addresses or any(scope_path(group, own) is not None for own in registries)
                for group in groups
            ):
                yield each

    def places(self) -> list[str]:
        """The directories and archives that hold distributions."""
        return [place.name for place in self._read() if place.name and place.contents]

    def problems(self, mentioning: Collection[str] | None = None) -> list[Problem]:
        """What is wrong with the metadata of what is installed.

        Args:
            mentioning: of those copies alone whose entry points mention one of these groups, or
                cannot be read; None for all, which reads the head of every METADATA.
        """
        copies, hidden = self._counting()
        needles = [b""] if mentioning is None else [group.encode() for group in mentioning]
        found = [problem for place in self._read() for problem in place.problems]
        for copy in sorted(copies.values(), key=attrgetter("key", "folder")):
            content = copy.content or b""
            if copy.fault is not None or any(needle in content for needle in needles):
                found += copy.problems()
        for copy, by, is_beside in hidden:
            if is_beside:
                found += beside(copy, by)
            elif not counts(copy):
                found += copy.problems()
        return found
