"""What is wrong with distributions that contribute, beside their entry points. Imports nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.entry import Problem
from registry_core.environment.requirements import can_be_judged, unmet, unmet_extras
from registry_core.environment.shadowing_modules import shadowing_modules
from registry_core.frozen import is_frozen
from registry_core.installed.files import Unreadable
from registry_core.keys import parse_target
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.entry import Entry
    from registry_core.installed import Installed
    from registry_core.installed.copies import Copy

# Codes of what may be intended: shown as a note, and not as a fault.
NOTES = frozenset({"extra-not-installed", "working-folder"})
# Codes of what may keep an entry from being loaded.
CAUSES = frozenset({"unmet-python", "unmet-requirement", "shadowed-module"})


def problems_of(entries: Iterable[Entry], installed: Installed) -> Iterator[Problem]:
    """What is wrong with the distributions of these entries, notes included.

    What they require and is not there, and modules that others stand before.

    Args:
        entries: entries, hook modules and owners of registries.
        installed: where to look for their distributions.
    """
    if is_frozen():
        # What a distribution requires is there without its metadata.
        return
    by_key: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.provider.is_distribution and isinstance(entry.target, str) and _is_sound(entry):
            by_key.setdefault(entry.provider.name, []).append(entry)
    for copy in installed.copies():
        own = by_key.get(copy.provider.name, [])
        folder = Path(copy.folder)
        if own and folder.is_absolute() and folder.exists():
            yield from _of_copy(copy, own, installed)


def _of_copy(copy: Copy, entries: list[Entry], installed: Installed) -> Iterator[Problem]:
    judging = [shadowing_modules(copy, entries, installed.places())]
    if can_be_judged():
        judging += [unmet(copy, installed), unmet_extras(copy, entries, installed)]
    for problems in judging:
        try:
            yield from problems
        except Exception as error:
            # packaging raises more than it says, finders what they like, and files are unreadable.
            what = error_text(error, Unreadable)
            if not isinstance(error, Unreadable):
                what = f"its metadata cannot be judged: {what}"
            yield Problem(
                copy.provider, copy.folder, what, f"reinstall {copy.key}", code="unjudged"
            )


def _is_sound(entry: Entry) -> bool:
    try:
        parse_target(str(entry.target))
    except ValueError:
        return False
    return True
