"""The places that hold distributions: directories and archives on the path, foreign finders."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from registry_core.entry import Problem, Provider
from registry_core.installed.copies import (
    HEADS,
    LARGEST_ENTRY_POINTS,
    UNNAMED,
    Copy,
    ListedCopy,
)
from registry_core.installed.entry_points import ENTRY_POINTS
from registry_core.installed.files import Unreadable, read_file, unreadable
from registry_core.keys import normalized
from registry_core.text import error_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importlib_metadata import Distribution

# What importlib_metadata takes for metadata, in any case of letters.
_INFOS = (".dist-info", ".egg-info")


class Place(NamedTuple):
    """What was read of one place. Lives as long as what is installed is known.

    Attributes:
        name: the directory or archive; empty for a foreign finder.
        speaking: the copies in it that have an `entry_points.txt`, in no order.
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
            fix = "remove the finder that raises from sys.meta_path, or mend it"
            yield _listed(finder, path, "", fix)
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
    """Whether it is Python's own finder for the path, or importlib_metadata's in its place."""
    kind = finder if isinstance(finder, type) else type(finder)
    return (kind.__module__, kind.__name__) in {
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
        from importlib_metadata import MetadataPathFinder

        # It remembers directories by times that two changes may share.
        MetadataPathFinder.invalidate_caches()
        return _listed(MetadataPathFinder, [place], place, "take it from the path, or mend it")
    except OSError as error:
        fault = unreadable(error, "cannot be listed")
        fix = "make it readable, or take it from the path"
        problem = Problem(Provider(UNNAMED, ""), safe_text(place), f"it {fault.what}", fix)
        return Place(place, [], [], [problem], not fault.passes)
    speaking: list[Copy] = []
    silent: list[str] = []
    is_whole = True
    is_egg = place.lower().endswith(".egg")
    for child in children:
        if not child.endswith(_INFOS) and not child.lower().endswith(_INFOS):
            is_metadata = is_egg and child.lower() == "egg-info"
            if not is_metadata:
                continue
        try:
            path = f"{place}{os.sep}{child}{os.sep}{ENTRY_POINTS}"
            content = read_file(path, LARGEST_ENTRY_POINTS)
        except Unreadable as error:
            is_whole = is_whole and not error.passes
            speaking.append(_copy(place, child, fault=error))
        else:
            if content is None:
                silent.append(child)
            else:
                speaking.append(_copy(place, child, content))
    return Place(place, speaking, silent, [], is_whole)


def _copy(
    place: str, child: str, content: bytes | None = None, fault: Unreadable | None = None
) -> Copy:
    # The metadata of an egg has no name of its own.
    key, version = named_by(os.path.basename(place) if child.lower() == "egg-info" else child)
    return Copy(f"{place}{os.sep}{child}", key, version, content, fault)


def named_by(folder: str) -> tuple[str, str]:
    """The normalized name and the version that a folder of metadata, or an egg, is named by.

    Empty where it does not tell: of two dashes none can be known to end the name.

    >>> named_by("Zope.Interface-7.0.dist-info"), named_by("acts.egg-info")
    (('zope-interface', '7.0'), ('acts', ''))
    >>> named_by("pycairo-1.20.1-py3.11.egg-info"), named_by("two-words-1.0.dist-info")
    (('pycairo', '1.20.1'), ('', ''))
    """
    stem, _, kind = folder.rpartition(".")
    name, _, version = stem.partition("-")
    if kind.lower() != "dist-info":
        # Eggs are named NAME[-VERSION[-pyVERSION[-PLATFORM]]].
        version = version.partition("-")[0]
    elif "-" in version or not version:
        return "", ""
    if (version and not version[0].isdigit()) or not folder.isprintable():
        return "", ""
    return normalized(name), version


def _listed(finder: Any, path: Sequence[str] | None, place: str, fix: str) -> Place:
    """What `finder` finds, read through importlib_metadata; where it fails, those before it."""
    from importlib_metadata import DistributionFinder

    named: dict[str, Any] = {} if path is None else {"path": list(path)}
    context = cast("Any", DistributionFinder.Context)(**named)
    copies: list[Copy] = []
    problems: list[Problem] = []
    is_whole = True
    where = safe_text(place or "sys.meta_path")
    try:
        for distribution in finder.find_distributions(context):
            # The folder is private to importlib_metadata; without it no message could be acted on.
            folder: Any = getattr(distribution, "_path", type(distribution).__name__)
            try:
                copies.append(_copy_of(distribution, folder, is_named=bool(place)))
            except Exception as error:
                is_whole = is_whole and not _passes(error)
                what = f"reading its metadata raised {error_text(error)}"
                mend = "reinstall the distribution that it belongs to"
                at = safe_text(_written(folder))
                problems.append(Problem(Provider(UNNAMED, ""), at, what, mend))
    except Exception as error:
        is_whole = is_whole and not _passes(error)
        what = f"listing distributions raised {error_text(error)}"
        problems.append(Problem(Provider(UNNAMED, ""), where, what, fix))
    return Place(place, copies, [], problems, is_whole)


def _passes(error: Exception) -> bool:
    if isinstance(error, OSError):
        return unreadable(error).passes
    return isinstance(error, MemoryError) or (isinstance(error, Unreadable) and error.passes)


def _copy_of(distribution: Distribution, path: Any, *, is_named: bool) -> Copy:
    """The copy that a finder has found; `is_named` where it has a folder that names it."""
    texts: dict[str, bytes] = {}
    for name in (*HEADS, ENTRY_POINTS):
        # The last of the heads is the file itself, where the metadata is one.
        if name or not any(head in texts for head in HEADS):
            text = _text(distribution, name)
            if text:
                texts[name] = text
    key, version = named_by(str(path.name)) if is_named else ("", "")
    return ListedCopy(_written(path), key, version, texts)


def _written(path: object) -> str:
    # A folder in an archive ends with a slash.
    return str(path).removesuffix("/")


def _text(distribution: Distribution, name: str) -> bytes:
    try:
        text = distribution.read_text(name)
    except UnicodeDecodeError as error:
        # All that was to be decoded is in the error.
        return bytes(error.object)
    return b"" if text is None else text.encode("utf-8", "surrogatepass")
