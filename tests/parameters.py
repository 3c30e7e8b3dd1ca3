"""Parameters as a reader would write them down, to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry_core.query import Description
    from registry_core.signature import Signature


def shown(found: Description | Signature) -> list[str]:
    """What something takes, each parameter as in a definition; `!` marks what is required."""
    stars = {"variadic positional": "*", "variadic keyword": "**"}
    lines = []
    for each in found.parameters:
        text = stars.get(each.kind, "") + each.name
        text += f": {each.annotation}" if each.annotation is not None else ""
        text += f" = {each.default}" if each.default is not None else ""
        lines.append(text + (" !" if each.required else ""))
    return lines
