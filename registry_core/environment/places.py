"""The places that hold distributions: directories and archives on the path, foreign finders."""

from __future__ import annotations

import os
import sys
from time import time_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from registry_core.environment.index import Index
    from registry_core.environment.shard import Shard

# What importlib_metadata takes for metadata, in any case of letters.
_INFOS = (".dist-info", ".egg-info")


def shards(path: Sequence[str] | None, index: Index | None) -> Iterator[Shard]:
    """What is installed, place by place, in the order in which Python's finders are asked.

    Args:
        path: directories and archives; None for `sys.path`.
        index: what may know of a place without reading it; it is told what is read.
    """
    if any(_lists(finder) and not _reads_path(finder) for finder in sys.meta_path):
        # Importing it puts its own finder behind the foreign ones.
        __import__("importlib_metadata")
    places = places_of(path)
    for finder in filter(_lists, sys.meta_path.copy()):
        if not _reads_path(finder):
            from registry_core.environment.reading import read_finder

            yield read_finder(finder, path)
        else:
            while places:
                yield from _kept_or_read(places.pop(0), index)


def _lists(finder: object) -> bool:
    try:
        return callable(getattr(finder, "find_distributions", None))
    except Exception:
        # Whoever puts a finder there may answer for attributes with anything.
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
        return list(dict.fromkeys(map(os.path.abspath, paths)))
    except FileNotFoundError:
        # The current folder is gone: nothing is in it.
        return list(dict.fromkeys(os.path.normpath(path) for path in paths if os.path.isabs(path)))


def _kept_or_read(place: str, index: Index | None) -> Iterator[Shard]:
    kept = None if index is None else index.shard(place)
    if kept is not None:
        yield kept
    elif _may_hold_any(place):
        from registry_core.environment.reading import read_place

        began = time_ns()
        shard, is_whole = read_place(place)
        yield index.keep(shard, began) if index is not None and is_whole else shard


def _may_hold_any(place: str) -> bool:
    """Whether importlib_metadata might find something there: importing it to see costs the most."""
    try:
        children = os.listdir(place)
    except NotADirectoryError:
        return True
    except (OSError, ValueError):
        # Not there, not to be listed, or a name that no path can have.
        return False
    is_egg = place.lower().endswith(".egg")
    return any(c.lower().endswith(_INFOS) or (is_egg and c.lower() == "egg-info") for c in children)
