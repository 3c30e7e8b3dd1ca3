"""Reading a place anew: what importlib_metadata finds there, as a shard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from registry_core.environment.distribution import (
    ENTRY_POINTS,
    METADATA,
    Installed,
    read_distribution,
    sifted,
)
from registry_core.environment.shard import SECOND, Shard, packed
from registry_core.keys import normalized
from registry_core.wording import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importlib_metadata import Distribution

    from registry_core.environment.shard import Fault


# What installers write once and replace as a whole. Other metadata, as setuptools leaves it beside
# a source tree, is written again and again in the same folder.
_INSTALLED = ".dist-info"


def read_place(place: str) -> tuple[Shard, bool]:
    """What the distributions of one directory or archive declare, and whether all was read."""
    from importlib_metadata import MetadataPathFinder

    # It remembers directories by times that two changes may share.
    MetadataPathFinder.invalidate_caches()
    fix = "make it readable, or take it from the path"
    # The finder takes a folder that it fails to list for an empty one, and this one was not.
    found = list(_read(MetadataPathFinder, [place], place, fix))
    return _shard_of(place, found), bool(found) and all(each.is_read for each in found)


def read_finder(finder: Any, path: Sequence[str] | None) -> Shard:
    """What the distributions declare that a foreign finder lists."""
    fix = "remove the finder that raises from sys.meta_path, or mend it"
    return _shard_of("", _read(finder, path, "", fix))


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
        yield Installed("", "", place or "sys.meta_path", {}, False, False, [("", what)], fix)


def _shard_of(place: str, found: Iterable[Installed]) -> Shard:
    """The shard of these distributions.

    Of two of one name the first counts, or, in one directory, in whose order nothing lies and
    where no installer leaves two versions, the higher.
    """
    shard = Shard(place, [], [], [], {}, [], [])
    known: dict[str, Installed] = {}
    for each in found:
        key = normalized(each.name)
        if not each.name:
            shard.faults.extend(_faults(each))
            shard.watched.extend(_all_of(place, each))
        elif key not in known:
            known[key] = each
        elif place:
            low, high = sorted((each, known[key]), key=lambda one: _height(one.version))
            known[key] = high
            shard.watched.extend(_all_of(place, low))
            if low.groups:
                fix = "remove this folder, if no installer is at work"
                shard.faults.append((low.name, low.version, low.folder, "", SECOND, fix))
    for index, key in enumerate(sorted(known)):
        each = known[key]
        shard.names.append(each.name)
        shard.versions.append(each.version)
        shard.folders.append(each.folder)
        shard.faults.extend(_faults(each))
        if not each.folder.endswith(_INSTALLED):
            shard.watched.extend(_all_of(place, each))
        elif each.has_entry_points:
            shard.watched.append(f"{each.folder}{os.sep}{ENTRY_POINTS}")
        for group, written in each.groups.items():
            indexes, names, targets, refused = shard.groups.setdefault(group, ([], [], [], []))
            rows, unfit = sifted(written)
            joined_names, joined_targets = packed(rows)
            indexes.append(index)
            names.append(joined_names)
            targets.append(joined_targets)
            refused.extend((index, *row) for row in unfit)
    return shard


def _all_of(place: str, installed: Installed) -> list[str]:
    """The folder of metadata, and the files in it that count, as far as they are there."""
    files = (f"{installed.folder}{os.sep}{name}" for name in (*METADATA, ENTRY_POINTS))
    paths = (installed.folder, *files)
    return [path for path in paths if os.path.exists(f"{place}{os.sep}{path}")]


def _faults(installed: Installed) -> Iterator[Fault]:
    for at, what in installed.faults:
        yield installed.name, installed.version, installed.folder, at, what, installed.fix


def _height(version: str) -> list[tuple[int, str]]:
    parts = version.replace("-", ".").replace("+", ".").split(".")
    return [(int(part[:9]), "") if part.isdecimal() else (-1, part) for part in (*parts, "0")]
