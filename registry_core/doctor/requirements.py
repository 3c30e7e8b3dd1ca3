"""Whether what a distribution requires is there: the version of Python, and other distributions."""

from __future__ import annotations

import sys
from copy import copy as copied
from typing import TYPE_CHECKING

from registry_core.doctor.findings import Finding
from registry_core.doctor.remedies import installing, upgrading, with_extra
from registry_core.keys import normalized, parse_target
from registry_core.text import error_text, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from packaging.requirements import Requirement

    from registry_core.entry import Entry, Provider
    from registry_core.installed.copies import Copy

WHERE = "METADATA"


def can_be_judged() -> bool:
    """Whether `packaging`, which reads what is required, is installed."""
    try:
        import packaging.requirements
    except ImportError:
        return False
    return bool(packaging.requirements)


def unmet(
    copy: Copy, entries: Iterable[Entry], installed: Callable[[str], Provider | None]
) -> Iterator[Finding]:
    """What a distribution requires and does not find.

    Args:
        copy: the distribution.
        entries: its entries, which may ask for extras.
        installed: finds a distribution by its normalized name.
    """
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    provider = copy.provider
    try:
        wanted = SpecifierSet(next(iter(copy.fields("Requires-Python")), ""))
        # Not `platform.python_version()`: a build of one's own says "3.13.0+", which is no version.
        ours = ".".join(map(str, sys.version_info[:3]))
        if not wanted.contains(ours, prereleases=True):
            what = f"it requires Python {wanted}, and this is {ours}"
            fix = "install a version for this Python"
            yield Finding("missing", provider, WHERE, what, fix, upgrading(provider.name))
    except InvalidSpecifier as error:
        yield Finding("broken", provider, WHERE, error_text(error), "tell its authors")
    requirements: list[Requirement] = []
    for text in copy.fields("Requires-Dist"):
        try:
            requirements.append(Requirement(text))
        except InvalidRequirement as error:
            what = f"the requirement {quoted(text)}: {error_text(error)}"
            yield Finding("broken", provider, WHERE, what, "tell its authors")
    for requirement in requirements:
        if _applies(requirement, "") and (what := _lack(requirement, installed)):
            command = installing(_without_marker(requirement))
            yield Finding("missing", provider, WHERE, what, "install it", command)
    provided = {normalized(extra) for extra in copy.fields("Provides-Extra")}
    for extra, entry in sorted(_extras(entries).items()):
        where = f"the entry {quoted(entry.key)}"
        if normalized(extra) not in provided:
            what = f"{provider.name} provides no extra {quoted(extra)}"
            yield Finding("misnamed", provider, where, what, "tell its authors")
            continue
        lacks = [
            what
            for requirement in requirements
            if _applies(requirement, extra)
            and not _applies(requirement, "")
            and (what := _lack(requirement, installed))
        ]
        if lacks:
            what = f"its extra {quoted(extra)} is not installed: {'; '.join(lacks)}"
            command = with_extra(provider.name, extra)
            fix = "install the extra, if you need the entry"
            yield Finding("missing", provider, where, what, fix, command, is_note=True)


def _extras(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Every extra that an entry asks for, with the first entry that does."""
    found: dict[str, Entry] = {}
    for entry in entries:
        for extra in parse_target(str(entry.target)).extras:
            found.setdefault(extra, entry)
    return found


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _without_marker(requirement: Requirement) -> str:
    """A requirement with its extras and its address: without them it would be another."""
    plain = copied(requirement)
    plain.marker = None
    return str(plain)


def _lack(requirement: Requirement, installed: Callable[[str], Provider | None]) -> str:
    """Why what is installed does not meet a requirement; empty where it does."""
    wanted = f"it requires {_without_marker(requirement)!r}"
    found = installed(normalized(requirement.name))
    if found is None:
        return f"{wanted}, which is not installed"
    if requirement.specifier.contains(found.version or "", prereleases=True):
        return ""
    return f"{wanted}, but {found} is installed"
