"""Whether what a distribution requires is there: the version of Python, and other distributions."""

from __future__ import annotations

import sys
from contextlib import suppress
from copy import copy as copied
from typing import TYPE_CHECKING

from registry_core.keys import normalized
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from packaging.requirements import Requirement

    from registry_core.entry import Provider
    from registry_core.installed.copies import Copy


def can_be_judged() -> bool:
    """Whether `packaging`, which reads what is required, is installed."""
    try:
        import packaging.requirements
    except ImportError:
        return False
    return bool(packaging.requirements)


def unmet(copy: Copy, installed: Callable[[str], Provider | None]) -> Iterator[str]:
    """What a distribution requires and does not find, but for extras and what is malformed.

    Args:
        copy: the distribution.
        installed: finds a distribution by its normalized name.

    Raises:
        Unreadable: its METADATA cannot be read.
    """
    if not can_be_judged():
        return
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.specifiers import InvalidSpecifier

    with suppress(InvalidSpecifier):
        yield from filter(None, [python_fault(copy)])
    for text in copy.fields("Requires-Dist"):
        try:
            requirement = Requirement(text)
            lack = lacking(requirement, installed) if applies(requirement, "") else ""
        except (InvalidRequirement, ValueError):
            continue
        if lack:
            yield lack


def python_fault(copy: Copy) -> str:
    """Why a distribution is not for this Python; empty where it is.

    Raises:
        InvalidSpecifier: what it says is malformed.
    """
    from packaging.specifiers import SpecifierSet

    wanted = SpecifierSet(next(iter(copy.fields("Requires-Python")), ""))
    # Not `platform.python_version()`: a build of one's own says "3.13.0+", which is no version.
    ours = ".".join(map(str, sys.version_info[:3]))
    if wanted.contains(ours, prereleases=True):
        return ""
    return f"it requires Python {wanted}, and this is {ours}"


def applies(requirement: Requirement, extra: str) -> bool:
    """Whether a requirement holds here, with one extra or, where that is empty, with none."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def without_marker(requirement: Requirement) -> str:
    """A requirement with its extras and its address: without them it would be another."""
    plain = copied(requirement)
    plain.marker = None
    return str(plain)


def lacking(requirement: Requirement, installed: Callable[[str], Provider | None]) -> str:
    """Why what is installed does not meet a requirement; empty where it does."""
    wanted = f"it requires {quoted(without_marker(requirement))}"
    found = installed(normalized(requirement.name))
    if found is None:
        return f"{wanted}, which is not installed"
    if requirement.specifier.contains(found.version or "", prereleases=True):
        return ""
    return f"{wanted}, but {found} is installed"
