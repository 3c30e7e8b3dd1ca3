"""Which copies of distributions count, where several of one are on the path."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from registry_core.entry import Problem
from registry_core.installed.copies import Copy
from registry_core.installed.files import Unreadable
from registry_core.installed.versions import are_alike, height
from registry_core.text import safe_text


class Hidden(NamedTuple):
    """A copy that does not count, because another of its distribution does.

    Attributes:
        copy: the copy.
        by: the one that counts.
        is_beside: whether the two are in one place, where no installer leaves both.
    """

    copy: Copy
    by: Copy
    is_beside: bool


def beside(copy: Copy, by: Copy) -> Iterator[Problem]:
    """What is wrong with a copy that is beside the one that counts."""
    if not counts(copy):
        yield from copy.problems()
    elif counts(by) and (copy.content is not None or not _are_of_one_version(copy, by)):
        what = f"ignored: the same folder has {by.provider}"
        fix = f"reinstall {by.key}, if no installer is at work"
        yield Problem(copy.provider, safe_text(copy.folder), what, fix, "left over", "second-copy")


def differs(hidden: Hidden) -> bool:
    """Whether the hidden copy is a distribution that tells something else than the other."""
    copy, by, _ = hidden
    if not counts(copy):
        return False
    if not counts(by):
        return True
    from registry_core.installed.records import source_folder

    if _are_of_one_version(copy, by) and copy.groups() == by.groups():
        # Behind a copy, what its author edits has no effect.
        is_edited = source_folder(copy) is not None and source_folder(by) is None
        return is_edited and by.folder.endswith(".dist-info")
    # What setuptools once left in the project of an editable install is its own.
    project, folder = source_folder(by), os.path.realpath(copy.folder)
    return project is None or not folder.startswith(os.path.realpath(project) + os.sep)


def _are_of_one_version(copy: Copy, other: Copy) -> bool:
    return are_alike(copy.provider.version or "", other.provider.version or "")


def counts(copy: Copy, unread: list[Copy] | None = None) -> bool:
    """Whether that is a distribution, so far as can be read at this moment.

    Args:
        copy: a copy.
        unread: collects what cannot be read.
    """
    try:
        return copy.identity().fault is None
    except Unreadable:
        if unread is not None:
            unread.append(copy)
        return False


def counted(places: list[list[Copy]], unread: list[Copy]) -> tuple[dict[str, Copy], list[Hidden]]:
    """The copies that count, by key: of one distribution the first, in one place the newest.

    No order lies in a directory, and two copies in one are what an interrupted upgrade leaves: the
    newest that has entry points counts. Only a distribution hides another: an empty folder that an
    uninstaller left does not.

    Args:
        places: the copies in each place.
        unread: collects what cannot be read at this moment, and would be needed.

    Returns:
        Those that count, and the hidden ones.
    """
    counting: dict[str, Copy] = {}
    hidden: list[Hidden] = []
    for copies in places:
        here: dict[str, Copy] = {}
        several: dict[str, list[Copy]] = {}
        for copy in copies:
            if not copy.key:
                # Its METADATA names it, because its folder does not.
                counts(copy, unread)
            # A copy that nothing names is reported, and is not a second copy of another.
            key = copy.key or copy.folder
            if key in here:
                several.setdefault(key, [here[key]]).append(copy)
            here[key] = copy
        for key, found in several.items():
            first, *others = sorted(found, key=lambda copy: _order(copy, unread), reverse=True)
            here[key] = first
            hidden += [Hidden(copy, first, True) for copy in others]
        for key in here.keys() & counting.keys():
            before = counting[key]
            if counts(before, unread):
                hidden.append(Hidden(here.pop(key), before, False))
            else:
                hidden.append(Hidden(before, here[key], False))
        counting |= here
    hidden.sort(key=lambda each: (each.copy.key, each.copy.folder))
    return counting, hidden


def _order(copy: Copy, unread: list[Copy]) -> tuple[object, ...]:
    """A sort key for the copies in one place: the one that counts is the last."""
    is_one = counts(copy, unread)
    # Where the folder's name tells no version, METADATA does.
    version = copy.version or (copy.provider.version if is_one else None) or ""
    return is_one, copy.content is not None, height(version), copy.folder
