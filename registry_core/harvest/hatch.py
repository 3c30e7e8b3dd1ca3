"""The build hook of hatchling: ``[tool.hatch.build.targets.wheel.hooks.registry-core]``.

https://hatch.pypa.io/latest/plugins/build-hook/reference/
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from registry_core.harvest.building import add_rows


class HarvestHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the rows into a wheel, and into an editable install. hatchling makes one for a build."""

    PLUGIN_NAME = "registry-core"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the rows before anything is written."""
        add_rows(self.root, self.metadata.core.entry_points)


@hookimpl
def hatch_register_build_hook() -> type[HarvestHook]:
    """Tell hatchling of the hook."""
    return HarvestHook
