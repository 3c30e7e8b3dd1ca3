"""Why a name is missing, by what is installed: worked out when an error is raised."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from registry_core.entry import Problem
from registry_core.environment.misnamed import nearly
from registry_core.installed.entry_points import ENTRY_POINTS, malformed_rows
from registry_core.installed.files import Unreadable
from registry_core.installed.projects import (
    PROJECT,
    fault_of,
    installing,
    name_of,
    not_installed,
    program_that_declares,
    project_folder,
    reads_decorators,
)
from registry_core.keys import (
    HOOKS,
    dotted,
    is_project_name,
    normalized,
    path_fault,
    scope_path,
    served_group,
)
from registry_core.text import quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from registry_core.installed import Copy, Installed


# The code of a problem: a project has a line that its editable install lacks.
NOT_REINSTALLED = "not-reinstalled"


class HiddenNames:
    """What keeps some keys of one registry from being found. Made for one error.

    Args:
        installed: what is installed.
        owned: the groups that are owned.
        group: the group of the registry.
        root_scope: the name of its root scope.
        keys: the keys, from the root, under which the name would have been found.
    """

    def __init__(
        self,
        installed: Installed,
        owned: Iterable[str],
        group: str,
        root_scope: str,
        keys: Collection[str],
    ) -> None:
        self._installed = installed
        self._owned = list(owned)
        self._known = [*self._owned, group]
        self._group = group
        self._root_scope = root_scope
        self._keys = keys

    def reasons(self) -> list[str]:
        """Each reason with its place and what to do about it; what is blocked is not among them."""
        found = [
            *self._of_hidden_copies(),
            *self._of_copies(),
            *self._of_malformed_groups(),
            *self._of_misnamed_groups(),
            *self._of_misnamed_hooks(),
            *self._of_projects(),
        ]
        return list(dict.fromkeys(found))

    def _key(self, address: str, name: str) -> str | None:
        """The key of a name that is declared in the group `address`; None in another registry."""
        path = scope_path(address, self._group)
        if path and path[0] == self._root_scope:
            path = path[1:]
        return None if path is None else dotted((*path, name))

    def _holds(self, copy: Copy) -> bool:
        return any(
            self._key(address, name) in self._keys
            for address, group in copy.groups().items()
            for name in group.rows
        )

    def _of_hidden_copies(self) -> Iterator[str]:
        for copy, by, is_beside in self._installed.hidden():
            if self._holds(copy):
                here, there = safe_text(copy.folder), safe_text(by.folder)
                why = "is in the same folder" if is_beside else "comes before it on the path"
                what = f"{copy.provider} has it ({here}), but {by.provider} {why} ({there})"
                project = os.path.realpath(project_folder(copy) or os.devnull)
                is_own = os.path.realpath(by.folder).startswith(project + os.sep)
                fix = "setuptools left that: rename it" if is_own else "uninstall one of the two"
                yield f"{what}: {fix}"

    def _of_copies(self) -> Iterator[str]:
        """Of copies that count, or would if they were distributions."""
        for copy in self._installed.unhidden():
            if copy.fault is None and self._group.encode() not in (copy.content or b""):
                continue
            try:
                identity = copy.identity()
            except Unreadable:
                continue
            if identity.fault is not None:
                if self._holds(copy):
                    place = safe_text(copy.folder)
                    yield f"{place} has it, but {identity.fault}: {identity.fix}"
                continue
            provider = identity.provider
            if copy.fault is not None:
                yield f"{provider} may have it, but its {ENTRY_POINTS} {copy.fault.what}"
            yield from self._of_malformed_rows(copy)

    def _of_malformed_rows(self, copy: Copy) -> Iterator[str]:
        text = (copy.content or b"").decode("utf-8", "replace")
        for address, number, line, name in malformed_rows(text):
            prefix = self._key(address, "")
            if prefix is not None and any(
                key.startswith(prefix) and name(key[len(prefix) :]) for key in self._keys
            ):
                place = f"{safe_text(copy.folder)}: {ENTRY_POINTS} line {number}"
                what = f"{copy.provider} has a line for it that is not 'name = module:attribute'"
                yield f"{what}, {quoted(line)} ({place})"

    def _of_malformed_groups(self) -> Iterator[str]:
        for address, several in self._installed.within(self._group).by_group.items():
            path = scope_path(address, self._group) or ()
            fault = path_fault(path)
            for declared in several if fault else ():
                if any(self._key(address, name) in self._keys for name in declared.rows):
                    what = f"{declared.provider} declares it in the group {quoted(address)}"
                    yield f"{what}, which is malformed: {fault}"

    def _of_misnamed_groups(self) -> Iterator[str]:
        for address, several in self._installed.everything().by_group.items():
            is_known = any(scope_path(address, own) is not None for own in self._known)
            # A name in brackets comes from a malformed header.
            if is_known or address != address.strip("[]"):
                continue
            for meant in nearly(address, self._group):
                for declared in several:
                    if any(self._key(meant, name) in self._keys for name in declared.rows):
                        what = f"{declared.provider} declares it in the group {quoted(address)}"
                        yield f"{what}: write {quoted(meant)}, if that is what is meant"

    def _of_misnamed_hooks(self) -> Iterator[str]:
        if self._group not in self._owned:
            # A shared registry has no owner, so its group has no correct spelling.
            return
        for declared in self._installed.declared(HOOKS)[0]:
            for name, _ in declared.group.written():
                group = served_group(name)
                if group != self._group and self._group in nearly(group, self._group):
                    what = f"{declared.provider} has hooks for the registry {quoted(group)}"
                    yield f"{what}: write {quoted(self._group)}, if that is what is meant"

    def _of_projects(self) -> Iterator[str]:
        for copy, folder in self._installed.projects():
            if fault := fault_of(folder):
                what = f"{safe_text(folder)}/{PROJECT} cannot be read: {fault}"
                yield f"what {copy.provider} declares by now is not known: {what}"
            for row in not_installed(copy, folder):
                if self._key(row.group, row.name) in self._keys:
                    what = f"{copy.provider} declares it in {safe_text(row.file)}"
                    yield f"{what} and was installed before that: {installing(folder)}"
            if self._group.encode() in (copy.content or b""):
                for file in self._of_changed(copy, folder):
                    what = f"{safe_text(file)} registers it, and is newer than what is installed"
                    yield f"{what} of {copy.provider}: {installing(folder)}"

    def _of_changed(self, copy: Copy, folder: str) -> Iterator[str]:
        """The files of a project that changed since it was installed, and have one of the keys."""
        for key in sorted(self._keys):
            for scope, name in _cuts(key):
                address = dotted((self._group, scope)) if scope else self._group
                if program := program_that_declares(copy, folder, address, name):
                    yield program
        if not reads_decorators(folder):
            return
        from registry_core.environment.unbuilt import unbuilt

        for name in sorted({key.rpartition(".")[2] for key in self._keys}):
            for each in unbuilt(copy, folder, name):
                if self._key(each.group, each.name) in self._keys:
                    yield each.file


def outdated(projects: Iterable[tuple[Copy, str]]) -> Iterator[Problem]:
    """A problem for each line of an editable install's project that is not installed.

    Args:
        projects: editable installs, each with the folder of its project.
    """
    for copy, folder in projects:
        for file, group, name, value in not_installed(copy, folder):
            # A registry may be any group; but those of one word are nearly all of other tools.
            if "." in group:
                where = safe_text(file)
                what = f"{quoted(name)} = {quoted(value)} in {quoted(group)} is not installed so"
                fix = installing(folder)
                yield Problem(copy.provider, where, what, fix, "left over", NOT_REINSTALLED)


def unreadable(projects: Iterable[tuple[Copy, str]]) -> Iterator[Problem]:
    """A problem for each editable install whose project cannot be read, nor installed again.

    Args:
        projects: editable installs, each with the folder of its project.
    """
    for copy, folder in projects:
        if fault := fault_of(folder):
            where = safe_text(f"{folder}{os.sep}{PROJECT}")
            what = f"it cannot be read, and what changed in it is not known: {fault}"
            yield Problem(copy.provider, where, what, "correct it", "broken", "bad-project")


def renamed(projects: Iterable[tuple[Copy, str]]) -> Iterator[Problem]:
    """A problem for each editable install whose project has another name by now.

    Args:
        projects: editable installs, each with the folder of its project.
    """
    projects = list(projects)
    keys = {copy.key for copy, _ in projects}
    for copy, folder in projects:
        name = name_of(folder)
        if name is not None and is_project_name(name) and normalized(name) != copy.key:
            where = safe_text(f"{folder}{os.sep}{PROJECT}")
            fix = f"pip uninstall {copy.provider.name}"
            if normalized(name) not in keys:
                fix += f", and {installing(folder)}"
            what = f"the project is named {quoted(name)} by now"
            yield Problem(copy.provider, where, what, fix, "left over", "renamed-project")


def declaring(key: str, installed: Installed) -> set[str]:
    """Each group in which, taken for that of a registry, something of that key is declared."""
    tails = {name: scope for scope, name in _cuts(key)}
    return {
        address.removesuffix(f".{tails[name]}") if tails[name] else address
        for address, several in installed.everything().by_group.items()
        for declared in several
        for name in declared.rows.keys() & tails
        if f".{address}".endswith(f".{tails[name]}" if tails[name] else "")
    }


def _cuts(key: str) -> list[tuple[str, str]]:
    """The scopes and names that a key may be of: "extra.Swish" is Swish of extra, or has a dot."""
    cuts = [0, *(index + 1 for index, letter in enumerate(key) if letter == ".")]
    return [(key[: max(cut - 1, 0)], key[cut:]) for cut in cuts]


def keys_tried(paths: Iterable[str], key: str, root_scope: str) -> set[str]:
    """The keys, from the root, under which a search would have found `key`.

    Args:
        paths: the dotted paths of the scopes from which it was searched.
        key: the key as it was asked for.
        root_scope: the name of the root scope, which a key may begin with.
    """
    spelled = {key, key.removeprefix(f"{root_scope}.")}
    return {f"{path}.{each}" if path else each for path in paths for each in spelled}
