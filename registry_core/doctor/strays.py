"""Modules that stand before those of a distribution, so that an import takes them instead."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from shlex import quote
from typing import TYPE_CHECKING

from registry_core.doctor.diagnosis import Finding
from registry_core.keys import parse_target
from registry_core.wording import quoted, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importlib_metadata import Distribution

    from registry_core.entry import Entry, Provider


def strays(
    provider: Provider, distribution: Distribution, entries: Iterable[Entry]
) -> Iterator[Finding]:
    """Modules that an import of these entries would take, and that are not the distribution's.

    Imports nothing. What a distribution does not list as its files, as in an editable install,
    cannot be judged.

    Args:
        provider: the distribution.
        distribution: its metadata.
        entries: its entries.
    """
    tops = {parse_target(str(entry.target)).module.partition(".")[0]: entry for entry in entries}
    own: dict[str, Path] = {}
    for file in map(PurePosixPath, map(str, distribution.files or ())):
        top = file.parts[0].partition(".")[0]
        if top in tops and file.suffix in {".py", ".so", ".pyd"}:
            # The package's folder, or the module's file.
            own[top] = Path(str(distribution.locate_file(file.parts[0])))
    for top, place in sorted(own.items()):
        found = _place_of(top)
        if found is not None and found.resolve() != place.resolve():
            what = f"{top!r} is imported from {shown(str(found))}, and not from {shown(str(place))}"
            where = f"the entry {quoted(tops[top].key)}"
            command = f"mv {quote(str(found))} {quote(f'{found}.away')}"
            fix = "move what stands in its place"
            yield Finding("shadowed", provider, where, what, fix, command)


def _place_of(top: str) -> Path | None:
    """The file of a module, or the folder of a package, that an import would take."""
    try:
        # A module that is imported already may have no spec, and counts.
        spec = getattr(sys.modules[top], "__spec__", None) if top in sys.modules else find_spec(top)
    except Exception:
        # Foreign finders raise what they like.
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.has_location and spec.origin else None
