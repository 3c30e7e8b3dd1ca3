"""What this plugin contributes to MMEngine's registries: imports no MMEngine until it is asked.

Where MMEngine is not installed it contributes nothing and says nothing.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from registry_core import depends_on, hookimpl

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from registry_core import Entry

__all__ = ["registry_core_build", "registry_core_entries", "registry_core_missing"]

_OURS = "openmmlab-registries"


@hookimpl
@depends_on("mmengine", "mmengine-lite")
def registry_core_entries(registry: str) -> Iterable[Entry]:
    """An entry for each name in the MMEngine registry of that group, and in its children.

    It depends on every package that MMEngine knows of, installed or not. Where one cannot be
    imported as a whole, the answer is not kept: the next process may import it.
    """
    if find_spec("mmengine") is None:
        return ()
    # Late: it imports MMEngine.
    from openmmlab_registries.adopting import distributions, entries, is_whole

    said = depends_on(*distributions()) if is_whole() else depends_on(None)
    said(registry_core_entries)
    return entries(registry)


@hookimpl(wrapper=True)
def registry_core_build(entry: Entry) -> Generator[None, object, object]:
    """Build what is adopted so that no text in its config is imported by MMEngine."""
    if entry.provider.name != _OURS:
        return (yield)
    # Late: it imports MMEngine, which what is adopted has imported.
    from openmmlab_registries.guarding import texts_import_nothing

    with texts_import_nothing():
        return (yield)


@hookimpl
def registry_core_missing(registry: str, key: str) -> str | None:
    """Why an OpenMMLab package has no such name: it is not there, cannot be imported, or climbs."""
    scope, _, name = key.partition(".")
    # All these packages are named so: no other error is to wait for MMEngine.
    if not scope.startswith("mm") or not name or find_spec("mmengine") is None:
        return None
    from openmmlab_registries.adopting import why_missing

    return why_missing(registry, scope, name)
