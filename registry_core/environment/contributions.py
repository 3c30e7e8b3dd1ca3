"""What is wrong with distributions that contribute, beside their entry points. Imports nothing."""

from __future__ import annotations

import sys
from copy import copy as copied
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.entry import TELL_AUTHORS, Problem
from registry_core.environment.shadowing_modules import shadowing_modules
from registry_core.frozen import is_frozen
from registry_core.guesses import close_matches
from registry_core.installed.files import Unreadable
from registry_core.keys import normalized, parse_target
from registry_core.text import did_you_mean, error_text, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.requirements import Requirement

    from registry_core.entry import Entry, Kind
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


WHERE = "METADATA"


def can_be_judged() -> bool:
    """Whether `packaging`, which reads what is required, is installed."""
    try:
        import packaging.requirements
    except ImportError:
        return False
    return bool(packaging.requirements)


def unmet(copy: Copy, installed: Installed) -> Iterator[Problem]:
    """What a distribution requires without any of its extras, and does not find.

    The `subject` of a problem is the requirement; of one about Python, it is empty.

    Args:
        copy: the distribution.
        installed: where to look.
    """
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.specifiers import InvalidSpecifier

    try:
        if what := _python_fault(copy):
            fix = f"install a version of {copy.key} for this Python"
            yield _problem(copy, what, fix, "missing", "unmet-python")
    except InvalidSpecifier as error:
        yield _problem(copy, error_text(error), TELL_AUTHORS, "broken", "bad-requirement")
    for text in copy.fields("Requires-Dist"):
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            what = f"the requirement {quoted(text)}: {error_text(error)}"
            yield _problem(copy, what, TELL_AUTHORS, "broken", "bad-requirement")
            continue
        if _applies(requirement, "") and (what := _lacking(requirement, installed)):
            subject = _without_marker(requirement)
            fix = f"install {quoted(subject)}"
            yield _problem(copy, what, fix, "missing", "unmet-requirement")._replace(
                subject=subject
            )


def unmet_extras(copy: Copy, entries: Iterable[Entry], installed: Installed) -> Iterator[Problem]:
    """The extras that entries of a distribution ask for, and that are not provided or installed."""
    extras: dict[str, Entry] = {}
    for entry in entries:
        for extra in parse_target(str(entry.target)).extras:
            extras.setdefault(extra, entry)
    provided = {normalized(extra) for extra in copy.fields("Provides-Extra")} if extras else ()
    for extra, entry in sorted(extras.items()):
        where = f"the entry {quoted(entry.key)}"
        if normalized(extra) not in provided:
            what = f"{copy.provider.name} provides no extra {quoted(extra)}"
            if meant := did_you_mean(close_matches(normalized(extra), sorted(provided))):
                what += f"; {meant}"
            fault = _problem(copy, what, TELL_AUTHORS, "misnamed", "unknown-extra")
            yield fault._replace(where=where, key=entry.key, subject=str(entry.target))
            continue
        found = (_lacks(text, extra, installed) for text in copy.fields("Requires-Dist"))
        if lacks := [*filter(None, found)]:
            what = f"its extra {quoted(extra)} is not installed: {'; '.join(lacks)}"
            fix = "install the extra, if you need the entry"
            fault = _problem(copy, what, fix, "missing", "extra-not-installed")
            yield fault._replace(where=where, subject=extra)


def _lacks(text: str, extra: str, installed: Installed) -> str:
    """Why what an extra alone requires is not there; empty where it is."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return ""
    is_of_extra = _applies(requirement, extra) and not _applies(requirement, "")
    return _lacking(requirement, installed) if is_of_extra else ""


def _problem(copy: Copy, what: str, fix: str, kind: Kind, code: str) -> Problem:
    return Problem(copy.provider, WHERE, what, fix, kind, code)


def _python_fault(copy: Copy) -> str:
    """Why a distribution is not for this Python; empty where it is.

    Raises:
        InvalidSpecifier: what it says is malformed.
    """
    from packaging.specifiers import SpecifierSet

    wanted = SpecifierSet(next(iter(copy.fields("Requires-Python")), ""))
    # Not `platform.python_version()`: a build of one's own says "3.13.0+", which is not a version.
    ours = ".".join(map(str, sys.version_info[:3]))
    if wanted.contains(ours, prereleases=True):
        return ""
    return f"it requires Python {wanted}, and this is {ours}"


def _applies(requirement: Requirement, extra: str) -> bool:
    """Whether a requirement holds here, with one extra or, where that is empty, with none."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _without_marker(requirement: Requirement) -> str:
    """A requirement with its extras and its address: without them it would be another."""
    plain = copied(requirement)
    plain.marker = None
    return str(plain)


def _lacking(requirement: Requirement, installed: Installed) -> str:
    """Why what is installed does not meet a requirement; empty where it does."""
    wanted = f"it requires {_without_marker(requirement)!r}"
    found = installed.provider(normalized(requirement.name))
    if found is None:
        return f"{wanted}, which is not installed"
    if requirement.specifier.contains(found.version or "", prereleases=True):
        return ""
    return f"{wanted}, but {found} is installed"
