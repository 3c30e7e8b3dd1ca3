"""One copy of a distribution: its folder of metadata, of which the files are read when asked."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from registry_core.entry import TELL_AUTHORS, Kind, Problem, Provider
from registry_core.installed.entry_points import (
    ENTRY_POINTS,
    Declaration,
    Fault,
    Group,
    parse_entry_points,
)
from registry_core.installed.files import Unreadable, read_file
from registry_core.installed.folders import is_removable
from registry_core.installed.headers import Head, fields, parse_head
from registry_core.installed.versions import are_alike
from registry_core.keys import is_project_name, normalized
from registry_core.limits import MAX_HEAD_BYTES, MAX_HEADER
from registry_core.text import quoted, safe_text

# Bytes. Name and Version stand in the first hundred; who adds licences before them may need more.
_FIRST_HEAD = 1_024
# The line that ends the headers, behind one that may lack its line break.
_END = b"\n\n"

# The files that importlib_metadata reads, in its order: of wheels, of eggs, and of distutils, whose
# metadata is one file (Debian's pycairo: `pycairo-1.20.1.egg-info`).
HEADS = ("METADATA", "PKG-INFO", "")

# The name that is shown where neither folder nor METADATA has one.
UNNAMED = "a distribution without a name"


class Identity(NamedTuple):
    """Whose metadata it is, by its head. Lives as long as the copy.

    Attributes:
        provider: the name as written and the version; where they are in doubt, the folder's.
        fault: why it is not a distribution, so that its rows do not count; None where it is one.
        fix: what to do about that.
        kind: what kind of problem that is.
        version_fault: what is wrong with its version; None where nothing is.
    """

    provider: Provider
    fault: str | None = None
    fix: str = ""
    kind: Kind = "broken"
    version_fault: str | None = None


class Copy:
    """One copy of a distribution. Lives as long as what was read of its place; made by that.

    Args:
        folder: its folder of metadata, or the file that stands for one.
        key: the normalized name that the folder's name gives, by which all is decided; empty where
            it does not tell, until METADATA does.
        version: the version that it gives; empty where it gives none.
        content: the bytes of `entry_points.txt`; None where there is none.
        fault: why that file cannot be read.
    """

    __slots__ = ("_groups", "_identity", "content", "fault", "folder", "key", "version")

    def __init__(
        self,
        folder: str,
        key: str,
        version: str,
        content: bytes | None = None,
        fault: Unreadable | None = None,
    ) -> None:
        self.folder = folder
        self.key = key
        self.version = version
        self.content = content
        self.fault = fault
        self._groups: tuple[dict[str, Group], list[Fault]] | None = None
        self._identity: Identity | None = None

    @property
    def provider(self) -> Provider:
        """Its name and version, as shown.

        Raises:
            Unreadable: its head cannot be read at this moment.
        """
        return self.identity().provider

    def is_there(self) -> bool:
        """Whether its folder is still where it was found."""
        return os.path.lexists(self.folder)

    def identity(self) -> Identity:
        """Whose metadata it is.

        Raises:
            Unreadable: its head cannot be read at this moment, or its folder has just vanished.
        """
        known = self._identity
        if known is None:
            known = self._identified()
            if not self.key and known.fault is None:
                # Before `_identity`, which other threads read: all is decided by the key.
                self.key = normalized(known.provider.name)
            self._identity = known
        return known

    def _identified(self) -> Identity:
        it = self.key or "it"
        try:
            head = self._parsed_head(_FIRST_HEAD)
            if head is not None and not head.is_whole:
                head = self._parsed_head(MAX_HEAD_BYTES)
        except Unreadable as error:
            if error.passes:
                raise
            fix = f"make it readable, or reinstall {it}"
            return Identity(self._own, f"its METADATA {error.what}", fix)
        if head is None:
            if not self.is_there():
                raise Unreadable("has just been removed", passes=True)
            fix = f"reinstall {it}"
            if is_removable(self.folder):
                fix += ", or rmdir its folder: an interrupted uninstall left it empty"
            return Identity(self._own, "it holds no METADATA", fix, "left over")
        name, version = head.name or "", head.version or ""
        fault = self._name_fault(name, version, is_whole=head.is_whole)
        if fault is not None:
            return Identity(self._own, fault, f"reinstall {it}")
        wrong: str | None = None
        if not version:
            wrong, version = "its METADATA has no version", self.version
        elif self.version and not are_alike(version, self.version):
            wrong = f"its METADATA says version {version}, and its folder {self.version}"
            version = self.version
        return Identity(Provider(name, version), version_fault=wrong)

    @property
    def _own(self) -> Provider:
        """What its folder's name says it is, where its METADATA is not to be believed."""
        return Provider(self.key or UNNAMED, self.version)

    def head(self, most: int) -> bytes | None:
        """The first bytes of the file that says whose metadata it is; None where there is none.

        Raises:
            Unreadable: it is not a regular file, or cannot be read.
        """
        for name in HEADS:
            # A folder of that name is not a file: importlib_metadata passes over it, too.
            if not name and not os.path.isfile(self.folder):
                continue
            path = f"{self.folder}{os.sep}{name}" if name else self.folder
            content = read_file(path, most, head=True)
            if content:
                return content
        return None

    def _parsed_head(self, most: int) -> Head | None:
        content = self.head(most)
        if content is None:
            return None
        # Shorter than asked, it is all there is: its last line is not cut off.
        return parse_head(content if len(content) >= most else content + _END)

    def _name_fault(self, name: str, version: str, *, is_whole: bool) -> str | None:
        if not name:
            within = "" if is_whole else f" in its first {MAX_HEAD_BYTES:,} bytes"
            return f"its METADATA holds no name{within}"
        if not is_project_name(name) or len(name) > MAX_HEADER:
            return f"its METADATA says the name {quoted(name)}, which no distribution can have"
        if self.key and normalized(name) != self.key:
            return f"its METADATA says the name {quoted(name)}, which is not its folder's"
        if len(version) > MAX_HEADER or not version.isprintable():
            return "its METADATA says a version that cannot be shown"
        return None

    def groups(self) -> dict[str, Group]:
        """What its `entry_points.txt` declares, by group."""
        return self._parsed()[0]

    def declared(self, group: str) -> Declaration | None:
        """What it declares in `group`; None where that is nothing, or where it does not count.

        Raises:
            Unreadable: its head cannot be read at this moment.
        """
        found = self.groups().get(group)
        if found is None or self.identity().fault is not None:
            return None
        return Declaration(self.key, self.provider, found)

    def _parsed(self) -> tuple[dict[str, Group], list[Fault]]:
        parsed = self._groups
        if parsed is None:
            text, faults = "", []
            if self.content is not None:
                try:
                    text = self.content.decode()
                except UnicodeDecodeError as error:
                    text = self.content.decode("utf-8", "replace")
                    faults.append((ENTRY_POINTS, f"{ENTRY_POINTS} is not UTF-8: {error.reason}"))
            groups, more = parse_entry_points(text, is_damaged=bool(faults))
            parsed = self._groups = (groups, [*faults, *more])
        return parsed

    def fields(self, name: str) -> list[str]:
        """Every value of one header of its METADATA.

        Raises:
            Unreadable: it is not a regular file, or cannot be read.
        """
        return list(fields((self.head(MAX_HEAD_BYTES) or b"") + _END, name))

    def requires(self) -> list[str]:
        """The normalized names of what it requires directly, without any of its extras."""
        try:
            requirements = self.fields("Requires-Dist")
        except Unreadable:
            return []
        found: dict[str, None] = {}
        for requirement in requirements:
            text, _, marker = requirement.partition(";")
            # PEP 508: a name ends where a version, an extra, an address or a comment begins.
            end = next((i for i, c in enumerate(text) if not (c.isalnum() or c in "-_.")), None)
            if text[:end] and "extra" not in marker:
                found[normalized(text[:end])] = None
        return list(found)

    def is_editable(self) -> bool:
        """Whether its code may change while its metadata stays: an editable install (PEP 660)."""
        if not self.folder.lower().endswith(".dist-info"):
            # What setuptools keeps beside a source tree has no version in its name; what Debian,
            # distutils and eggs have installed has one.
            return not self.version
        try:
            content = read_file(f"{self.folder}{os.sep}direct_url.json", MAX_HEAD_BYTES)
        except Unreadable:
            return True
        if not content:
            return False
        import json

        try:
            origin = json.loads(content)
            return bool(origin.get("dir_info", {}).get("editable", False))
        except (ValueError, AttributeError, RecursionError):
            return True

    def _is_dangling(self, name: str) -> bool:
        path = f"{self.folder}{os.sep}{name}"
        return os.path.islink(path) and not os.path.exists(path)

    def stamp(self) -> list[object] | None:
        """What differs from one copy to the next: folder, version, inode and time.

        Returns:
            None where there is no such folder on a disk.
        """
        try:
            found = os.stat(self.folder)
        except (OSError, ValueError):
            return None
        return [self.folder, self.version, found.st_ino, found.st_mtime_ns]

    def problems(self) -> list[Problem]:
        """What is wrong with its metadata."""
        at = safe_text(self.folder)
        try:
            provider, fault, fix, kind, version_fault = self.identity()
        except Unreadable as error:
            if not self.is_there():
                # Uninstalled since it was listed: not a problem.
                return []
            what = f"METADATA {error.what}"
            return [Problem(self._own, at, what, "try again", code="unreadable")]
        if fault is not None:
            return [Problem(provider, at, fault, fix, kind, "no-distribution")]
        fix = f"{TELL_AUTHORS}, or pip uninstall {provider.name}"
        found: list[Problem] = []
        faults = list(self._parsed()[1])
        if self.fault is not None:
            if self.fault.passes:
                fix = "try again"
            faults.append((ENTRY_POINTS, f"{ENTRY_POINTS} {self.fault.what}"))
        elif self.content is None and self._is_dangling(ENTRY_POINTS):
            faults.append((ENTRY_POINTS, f"{ENTRY_POINTS} is a link to what is not there"))
        # METADATA and the folder disagree about the version: report it.
        if version_fault is not None and self.groups():
            mend, code = f"reinstall {provider.name}", "wrong-version"
            found.append(Problem(provider, at, version_fault, mend, code=code))
        for place, what in faults:
            found.append(Problem(provider, f"{at}: {place}", what, fix, code="bad-entry-points"))
        return found


class ListedCopy(Copy):
    """A copy in an archive, or one that a foreign finder lists: its files were read when listed.

    Args:
        folder: where it is, as far as that is known.
        key: as of a `Copy`; empty where no folder's name gives one.
        version: as of a `Copy`.
        files: by name, what each file holds, or why it cannot be read.
    """

    __slots__ = ("_files",)

    def __init__(
        self, folder: str, key: str, version: str, files: Mapping[str, bytes | Unreadable]
    ) -> None:
        rows = files.get(ENTRY_POINTS)
        if isinstance(rows, Unreadable):
            super().__init__(folder, key, version, fault=rows)
        else:
            super().__init__(folder, key, version, rows or None)
        self._files = files

    def head(self, most: int) -> bytes | None:
        """The first bytes of the file that says whose metadata it is; None where there is none.

        Raises:
            Unreadable: it could not be read.
        """
        for content in map(self._files.get, HEADS):
            if isinstance(content, Unreadable):
                raise content
            if content:
                return content[:most]
        return None

    def is_there(self) -> bool:
        """Whether it is still where it was found: it has been read already."""
        return True

    def is_editable(self) -> bool:
        """True: nothing tells when the code of an archive, or of a finder, changes."""
        return True

    def stamp(self) -> list[object] | None:
        """None: nothing tells its copies apart."""
        return None
