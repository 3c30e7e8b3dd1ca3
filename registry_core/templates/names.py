"""Whether a new project may have a name."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.environment import current_environment
from registry_core.harvest.project import BESIDE
from registry_core.keys import normalized
from registry_core.signature.source import find_spec
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

# PEP 508 allows capitals and dots, too: as names of packages they are traps, where a file system
# knows no case, or a dot makes a package within another.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
_MOST = 100
# No folder of Windows can have these names.
_DEVICES = frozenset({"aux", "con", "nul", "prn"})


def package_of(name: str) -> str:
    """The import package of a project.

    >>> package_of("acme-more")
    'acme_more'
    """
    return normalized(name).replace("-", "_")


def name_fault(name: str) -> str:
    """Why a new project cannot have a name, and what to do; empty where it can.

    >>> name_fault("Acme.Tools")
    "a project's name has small letters, digits and dashes: write 'acme-tools'"
    """
    return next(_faults(name), "")


def _faults(name: str) -> Iterator[str]:
    package = package_of(name)
    if len(name) > _MOST:
        yield f"it is longer than {_MOST} characters"
    if not _NAME.fullmatch(name):
        yield f"a project's name has small letters, digits and dashes{_instead(name)}"
    if not package.isidentifier():
        yield f"{package!r} cannot be imported: begin with a letter"
    if keyword.iskeyword(package):
        yield f"{package!r} is a word of Python, and cannot be imported: choose another"
    if package in sys.stdlib_module_names:
        yield f"Python itself has a module {package!r}, which would hide yours: choose another"
    if package in _DEVICES:
        yield f"Windows has a device {package!r}, and makes no folder of that name: choose another"
    if package in BESIDE:
        yield f"{package!r} is what other folders of a project are called: choose another"
    found = current_environment().installed.provider(normalized(name))
    if found is not None:
        yield f"{found} is installed here: choose another, or uninstall it"
    spec = find_spec(package)
    places = [] if spec is None else [spec.origin or "", *(spec.submodule_search_locations or ())]
    # An empty folder that the project is to be in is a package of a namespace.
    taken = [place for place in places if place and Path(place) != Path(name).absolute()]
    if taken:
        yield f"{taken[0]} has the module {package!r}: choose another, or move that"


def _instead(name: str) -> str:
    better = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f": write {quoted(better)}" if name.isascii() and better else ""
