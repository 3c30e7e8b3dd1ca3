"""The places that hold distributions: directories and archives on the path, foreign finders."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from registry_core.entry import Problem, Provider
from registry_core.installed.copies import HEADS, UNNAMED, Copy, ListedCopy
from registry_core.installed.entry_points import ENTRY_POINTS
from registry_core.installed.files import Unreadable, read_file, unreadable
from registry_core.installed.folders import is_metadata, named_by
from registry_core.limits import MAX_ENTRY_POINTS_BYTES
from registry_core.text import error_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importlib_metadata import Distribution

# A link to itself, and a name that no file can have: Python passes over them on sys.path.
_LEADING_NOWHERE = frozenset({errno.ELOOP, errno.ENAMETOOLONG})


class Place(NamedTuple):
    """What was read of one place. Lives as long as what is installed is known.

    Attributes:
        name: the directory or archive; empty for a foreign finder.
        speaking: the copies in it that have an `entry_points.txt`, in no order; of an archive or a
            finder, all.
        silent: the folders of metadata of the others, of which most are never asked about.
        problems: what kept the place itself from being read.
        is_whole: whether another look at this moment could not show more.
    """

    name: str
    speaking: list[Copy]
    silent: list[str]
    problems: list[Problem]
    is_whole: bool

    def copies(self) -> list[Copy]:
        """All copies in it."""
        return [*self.speaking, *(_copy(self.name, child) for child in self.silent)]


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
        return Place(place, [], [], [], True)
    except NotADirectoryError:
        from registry_core.installed.archives import read_archive

        try:
            return Place(place, read_archive(place), [], [], True)
        except Unreadable as fault:
            return _unreadable(place, fault)
    except OSError as error:
        if error.errno in _LEADING_NOWHERE:
            return Place(place, [], [], [], True)
        return _unreadable(place, unreadable(error, "cannot be listed"))
    speaking: list[Copy] = []
    silent: list[str] = []
    is_whole = True
    for child in children:
        # A call for every name of a full folder costs more than the comparison that answers it.
        if child[-5:].lower() != "-info" or not is_metadata(child, place):
            continue
        try:
            path = f"{place}{os.sep}{child}{os.sep}{ENTRY_POINTS}"
            content = read_file(path, MAX_ENTRY_POINTS_BYTES)
        except Unreadable as error:
            is_whole = is_whole and not error.passes
            speaking.append(_copy(place, child, fault=error))
        else:
            # An empty file declares as little as none.
            if content:
                speaking.append(_copy(place, child, content))
            else:
                silent.append(child)
    return Place(place, speaking, silent, [], is_whole)


def _unreadable(place: str, fault: Unreadable) -> Place:
    fix = "try again" if fault.passes else "make it readable, or take it from the path"
    what, code = f"it {fault.what}", "unlisted-place"
    problem = Problem(Provider(UNNAMED, ""), safe_text(place), what, fix, code=code)
    return Place(place, [], [], [problem], not fault.passes)


def _copy(
    place: str, child: str, content: bytes | None = None, fault: Unreadable | None = None
) -> Copy:
    key, version = named_by(child, place)
    return Copy(f"{place}{os.sep}{child}", key, version, content, fault)


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
            # The folder is private to importlib_metadata; without it no message could be acted on.
            folder = str(getattr(distribution, "_path", type(distribution).__name__))
            try:
                # What names it is not known: the finder's folders may be named in any way.
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
    return Place("", copies, [], problems, is_whole)


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
        # All that was to be decoded is in the error.
        return bytes(error.object)
    return b"" if text is None else text.encode("utf-8", "surrogatepass")
