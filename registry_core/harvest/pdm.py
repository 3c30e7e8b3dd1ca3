"""The build hook of pdm-backend, for projects that say ``build = true``.

https://backend.pdm-project.org/hooks/
"""

from __future__ import annotations

from typing import Any

from registry_core.harvest.building import add_rows, is_asked


def pdm_build_hook_enabled(context: Any) -> bool:
    """Whether the project asks for it."""
    return context.target in ("wheel", "editable") and is_asked(str(context.root))


def pdm_build_initialize(context: Any) -> None:
    """Add the rows before anything is written."""
    add_rows(str(context.root), context.config.metadata.setdefault("entry-points", {}))
