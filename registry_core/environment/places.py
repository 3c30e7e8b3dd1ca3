"""The places that hold distributions: directories and archives on the path, foreign finders."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, cast

from registry_core.environment.distribution import Installed, read_distribution
from registry_core.environment.shard import Shard, shard_of
from registry_core.wording import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importlib_metadata import Distribution

# What importlib_metadata takes for metadata, in any case of letters.
_INFOS = (".dist-info", ".egg-info")


def shards(path: Sequence[str] | None) -> Iterator[Shard]:
    """What is installed, place by place, in the order in which Python's finders are asked.

    Args:
        path: directories and archives; None for `sys.path`.
    """
    foreign = [finder for finder in sys.meta_path if _lists(finder) and not _reads_path(finder)]
    if foreign:
        # Importing it puts its own finder behind them.
        import importlib_metadata  # noqa: F401
    asked = False
    for finder in sys.meta_path.copy():
        if finder in foreign:
            yield _foreign(finder, path)
        elif _lists(finder) and not asked:
            asked = True
            yield from _on_path(path)


def _lists(finder: object) -> bool:
    return callable(getattr(finder, "find_distributions", None))


def _reads_path(finder: object) -> bool:
    """Whether it is Python's own finder for the path, or importlib_metadata's in its place."""
    kind = finder if isinstance(finder, type) else type(finder)
    return (kind.__module__, kind.__name__) in {
        ("_frozen_importlib_external", "PathFinder"),
        ("importlib_metadata", "MetadataPathFinder"),
    }


def _on_path(path: Sequence[str] | None) -> Iterator[Shard]:
    seen: set[str] = set()
    for entry in sys.path if path is None else path:
        # Python passes over anything else on sys.path.
        if not isinstance(entry, (str, os.PathLike)):
            continue
        place = os.path.abspath(entry)  # noqa: PTH100 - pathlib is slow to import
        if place not in seen and _may_hold_any(place):
            seen.add(place)
            yield read_place(place)


def _may_hold_any(place: str) -> bool:
    """Whether importlib_metadata might find something there: importing it to see costs the most."""
    try:
        children = os.listdir(place)  # noqa: PTH208
    except NotADirectoryError:
        return True
    except OSError:
        return False
    is_egg = place.lower().endswith(".egg")
    return any(c.lower().endswith(_INFOS) or (is_egg and c.lower() == "egg-info") for c in children)


def read_place(place: str) -> Shard:
    """What the distributions of one directory or archive declare, read anew."""
    from importlib_metadata import MetadataPathFinder

    # It remembers directories by times that two changes may share.
    MetadataPathFinder.invalidate_caches()
    fix = "make it readable, or take it from the path"
    return shard_of(place, _read(MetadataPathFinder, [place], place, fix))


def _foreign(finder: Any, path: Sequence[str] | None) -> Shard:
    fix = "remove the finder that raises from sys.meta_path, or mend it"
    return shard_of("", _read(finder, path, "", fix))


def _read(finder: Any, path: Sequence[str] | None, place: str, fix: str) -> Iterator[Installed]:
    """Every distribution that `finder` finds; where it fails, those before it."""
    from importlib_metadata import DistributionFinder

    named: dict[str, Any] = {} if path is None else {"path": list(path)}
    context = cast("Any", DistributionFinder.Context)(**named)
    try:
        found: Iterable[Distribution] = finder.find_distributions(context)
        for distribution in found:
            yield read_distribution(distribution, place)
    except Exception as error:
        what = f"listing distributions raised {told(error)}"
        yield Installed("", "", place or "sys.meta_path", {}, [("", what)], fix)
