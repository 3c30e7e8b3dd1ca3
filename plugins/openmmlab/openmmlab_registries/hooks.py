"""What this plugin contributes to MMEngine's registries: imports no MMEngine until it is asked.

Where MMEngine is not installed it contributes nothing and says nothing.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from registry_core import depends_on, hookimpl

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from types import NotImplementedType

    from registry_core import Entry

__all__ = ["registry_core_build", "registry_core_entries", "registry_core_missing"]

_OURS = "openmmlab-registries"


@hookimpl
@depends_on("mmengine", "mmengine-lite")
def registry_core_entries(registry: str) -> Iterable[Entry] | NotImplementedType:
    """An entry for each name in the MMEngine registry of that group, and in its children.

    It depends on every package that MMEngine knows of, installed or not. Where one cannot be
    imported as a whole, the answer is not kept: the next process may import it.
    """
    if find_spec("mmengine") is None:
        return ()
    if _is_registering():
        return NotImplemented  # type: ignore[no-any-return]
    # Late: it imports MMEngine.
    from openmmlab_registries.adopting import distributions, entries, is_whole
    from openmmlab_registries.asking import hold

    said = depends_on(*distributions()) if is_whole() else depends_on(None)
    said(registry_core_entries)
    return entries(registry, hold)


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
    if _is_registering():
        return None
    from openmmlab_registries.adopting import why_missing

    return why_missing(registry, scope, name)


def _is_registering() -> bool:
    """Whether a package is just being imported that registers in registry_core's own registries.

    They are in the place of MMEngine's after `registry_core.compat.mmengine.install`, and are asked
    while such a package registers: importing it then, once more, would find half of it.
    """
    peer = sys.modules.get("mmengine.registry")
    if peer is None or peer.__name__ == "mmengine.registry":
        return False
    return any(
        getattr(getattr(module, "__spec__", None), "_initializing", False)
        for name, module in tuple(sys.modules.items())
        if name.startswith("mm")
    )
