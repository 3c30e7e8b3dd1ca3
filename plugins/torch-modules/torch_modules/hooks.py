"""What this plugin contributes to five registries: asks torch, which is imported only for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core import depends_on, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry_core import Entry

__all__ = ["registry_core_entries"]


@hookimpl
@depends_on("torch")
def registry_core_entries(registry: str) -> Iterable[Entry]:
    """The entries of the scope `torch`; none for a registry that torch has nothing for."""
    # Late: importing it imports torch, and a kept answer needs neither.
    from torch_modules.catalogue import CONTENTS

    contents = CONTENTS.get(registry)
    return () if contents is None else contents()
