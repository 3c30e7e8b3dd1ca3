"""The places that hold distributions: directories and archives on the path, foreign finders."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any, cast

from registry_core.entry import Problem, Provider
from registry_core.installed.copies import HEADS, UNNAMED, Copy, ListedCopy
from registry_core.installed.entry_points import ENTRY_POINTS
from registry_core.installed.files import Unreadable, read_file, unreadable
from registry_core.installed.folders import is_metadata, named_by
from registry_core.limits import MAX_ENTRY_POINTS_BYTES
from registry_core.text import error_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from importlib_metadata import Distribution

# A link to itself, and a name that no file can have: Python passes over them on sys.path.
_LEADING_NOWHERE = frozenset({errno.ELOOP, errno.ENAMETOOLONG})


class Place:
    """What was read of one directory, archive or foreign finder.

    Lives as long as what is installed is known. Of a directory, the files of entry points are read,
    and no more: a folder of metadata is named, and a copy made of it, when it is asked for.

    Args:
        name: the directory or archive; empty for a foreign finder.
        contents: by folder of metadata, the bytes of its `entry_points.txt`; None where there are
            none, or none that can be read.
        faults: why the others cannot be read.
        problems: what kept the place itself from being read.
        is_whole: whether another look at this moment could not show more.
        listed: the copies, where they are known at once: of an archive or a finder.
    """

    __slots__ = ("_copies", "_names", "contents", "faults", "is_whole", "name", "problems")

    def __init__(
        self,
        name: str,
        contents: Mapping[str, bytes | None] | None = None,
        faults: Mapping[str, Unreadable] | None = None,
        *,
        problems: Sequence[Problem] = (),
        is_whole: bool = True,
        listed: Iterable[Copy] = (),
    ) -> None:
        self.name = name
        self._copies = {str(number): copy for number, copy in enumerate(listed)}
        self._names = {child: (copy.key, copy.version) for child, copy in self._copies.items()}
        listing = {child: copy.content for child, copy in self._copies.items()}
        self.contents = listing if contents is None else contents
        self.faults = faults or {}
        self.problems = problems
        self.is_whole = is_whole

    def holding(self, needle: bytes) -> list[Copy]:
        """The copies in it whose `entry_points.txt` has these bytes."""
        return [
            self._copy(child)
            for child, content in self.contents.items()
            if content is not None and needle in content
        ]

    def copies(self, keys: Collection[str] | None = None, *, speaking: bool = False) -> list[Copy]:
        """The copies in it.

        Args:
            keys: only those of these distributions, and those that no folder's name tells.
            speaking: only those that have an `entry_points.txt`.
        """
        children: Iterable[str] = self.contents
        if speaking:
            children = [child for child, content in self.contents.items() if content is not None]
        if keys is not None:
            children = [c for c in children if not (key := self._name(c)[0]) or key in keys]
        return [self._copy(child) for child in children]

    def _name(self, child: str) -> tuple[str, str]:
        found = self._names.get(child)
        if found is None:
            found = self._names[child] = named_by(child, self.name)
        return found

    def _copy(self, child: str) -> Copy:
        found = self._copies.get(child)
        if found is None:
            content, fault = self.contents[child], self.faults.get(child)
            made = Copy(f"{self.name}{os.sep}{child}", *self._name(child), content, fault)
            # One object, so that threads share its cache.
            found = self._copies.setdefault(child, made)
        return found


def read_places(path: Sequence[str] | None) -> Iterator[Place]:
    """What is installed, place by place, in the order in which Python's finders are asked.

    Args:
        path: directories and archives; None for `sys.path`.
    """
    if any(_lists(finder) and not _reads_path(finder) for finder in sys.meta_path):
        # Importing it puts its own finder behind the foreign ones.
        __import__("importlib_metadata")
    names = places_of(path)
    for finder in filter(_lists, sys.meta_path.copy()):
        if not _reads_path(finder):
            yield _listed(finder, path)
        else:
            while names:
                yield read_place(names.pop(0))


def _lists(finder: object) -> bool:
    try:
        return callable(getattr(finder, "find_distributions", None))
    except Exception:
        # A foreign finder may answer for attributes with anything.
        return False


def _reads_path(finder: object) -> bool:
    """Whether it is Python's own finder for the path, or importlib_metadata's in its place.

    Some packages bring a copy of importlib_metadata along; what it finds is on the path, too.
    """
    kind = finder if isinstance(finder, type) else type(finder)
    module = kind.__module__.rpartition(".")[2]
    return (module, kind.__name__) in {
        ("_frozen_importlib_external", "PathFinder"),
        ("importlib_metadata", "MetadataPathFinder"),
    }


def places_of(path: Sequence[str] | None) -> list[str]:
    """The directories and archives on the path, each once, whether or not they are there."""
    entries: Iterable[object] = sys.path if path is None else path
    # Python passes over anything else on sys.path.
    named = (os.fspath(entry) for entry in entries if isinstance(entry, (str, os.PathLike)))
    paths = [path for path in named if isinstance(path, str)]
    try:
        places = map(os.path.abspath, paths)
        return _without_links(dict.fromkeys(places))
    except FileNotFoundError:
        # The current folder is gone: nothing is in it.
        return _without_links(dict.fromkeys(os.path.normpath(p) for p in paths if os.path.isabs(p)))


def _without_links(places: Iterable[str]) -> list[str]:
    """These places, without those that are a link to one before: `lib64` to `lib`, on most."""
    known: set[tuple[int, int]] = set()
    found: list[str] = []
    for place in places:
        try:
            stat = os.stat(place)
        except (OSError, ValueError):
            found.append(place)
            continue
        # Where a file system tells no inodes, all are 0.
        if not stat.st_ino or (stat.st_dev, stat.st_ino) not in known:
            known.add((stat.st_dev, stat.st_ino))
            found.append(place)
    return found


def read_place(place: str) -> Place:
    """What the distributions of one directory or archive declare."""
    try:
        children = os.listdir(place)
    except (FileNotFoundError, ValueError):
        # Not there, or a name that no path can have.
        return Place(place)
    except NotADirectoryError:
        from registry_core.installed.archives import read_archive

        try:
            return Place(place, listed=read_archive(place))
        except Unreadable as fault:
            return _unreadable(place, fault)
    except OSError as error:
        if error.errno in _LEADING_NOWHERE:
            return Place(place)
        return _unreadable(place, unreadable(error, "cannot be listed"))
    contents: dict[str, bytes | None] = {}
    faults: dict[str, Unreadable] = {}
    for child in children:
        # A call for every name of a full folder costs more than the comparison that answers it.
        if child[-5:].lower() != "-info" or not is_metadata(child, place):
            continue
        try:
            path = f"{place}{os.sep}{child}{os.sep}{ENTRY_POINTS}"
            # An empty file declares as little as none.
            contents[child] = read_file(path, MAX_ENTRY_POINTS_BYTES) or None
        except Unreadable as fault:
            contents[child], faults[child] = None, fault
    is_whole = not any(fault.passes for fault in faults.values())
    return Place(place, contents, faults, is_whole=is_whole)


def _unreadable(place: str, fault: Unreadable) -> Place:
    fix = "try again" if fault.passes else "make it readable, or take it from the path"
    what, code = f"it {fault.what}", "unlisted-place"
    problem = Problem(Provider(UNNAMED, ""), safe_text(place), what, fix, code=code)
    return Place(place, problems=[problem], is_whole=not fault.passes)


def _listed(finder: Any, path: Sequence[str] | None) -> Place:
    """What a foreign finder finds, through importlib_metadata; where it fails, those before it."""
    from importlib_metadata import DistributionFinder

    named: dict[str, Any] = {} if path is None else {"path": list(path)}
    context = cast("Any", DistributionFinder.Context)(**named)
    copies: list[Copy] = []
    problems: list[Problem] = []
    is_whole = True
    try:
        for distribution in finder.find_distributions(context):
            # A private attribute: messages need the folder, and there is no public one.
            folder = str(getattr(distribution, "_path", type(distribution).__name__))
            try:
                # A foreign finder's folders may have any name: METADATA gives name and version.
                copies.append(ListedCopy(folder, "", "", _files(distribution)))
            except Exception as error:
                is_whole = is_whole and not _passes(error)
                what = f"reading its metadata raised {error_text(error)}"
                fix = "reinstall the distribution that it belongs to"
                problems.append(_raised(error, safe_text(folder), what, fix))
    except Exception as error:
        is_whole = is_whole and not _passes(error)
        what = f"listing distributions raised {error_text(error)}"
        fix = "remove the finder that raises from sys.meta_path, or mend it"
        problems.append(_raised(error, "sys.meta_path", what, fix))
    return Place("", problems=problems, is_whole=is_whole, listed=copies)


def _raised(error: Exception, where: str, what: str, fix: str) -> Problem:
    fix = "try again" if _passes(error) else fix
    return Problem(Provider(UNNAMED, ""), where, what, fix, code="finder-raised")


def _passes(error: Exception) -> bool:
    if isinstance(error, OSError):
        return unreadable(error).passes
    return isinstance(error, MemoryError) or (isinstance(error, Unreadable) and error.passes)


def _files(distribution: Distribution) -> dict[str, bytes]:
    """The files of its metadata that are needed: a head, and the entry points."""
    files: dict[str, bytes] = {}
    for name in (*HEADS, ENTRY_POINTS):
        # The last of the heads is the file itself, where the metadata is one.
        if name or not files:
            text = _text(distribution, name)
            if text:
                files[name] = text
    return files


def _text(distribution: Distribution, name: str) -> bytes:
    try:
        text = distribution.read_text(name)
    except UnicodeDecodeError as error:
        # The error has the undecoded bytes.
        return bytes(error.object)
    return b"" if text is None else text.encode("utf-8", "surrogatepass")
