"""What to say of old names in configs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from registry_core.errors import ConfigHint
from registry_core.text import quoted

if TYPE_CHECKING:
    from registry_core.building.config_nodes import Resolver
    from registry_core.tree.lookup import Lookup


def renamed_hint(resolver: Resolver, name: str) -> ConfigHint | None:
    """What to say of a name in a config that is an old one; None where it is not."""
    lookup, name = cast("Lookup", resolver), str.__str__(name)
    renames = lookup.renames(name)
    if not renames:
        return None
    entries = lookup.resolution(renames[-1].to).entries
    ways = [entries[0].name, entries[0].key] if entries else []
    if "." in name:
        ways.reverse()
    # A short name may mean another entry where the config says it.
    instead = next((way for way in ways if lookup.resolution(way).entries == entries), "")
    fix = f"write {quoted(instead)}" if instead else ""
    hint = ConfigHint("; ".join(each.message() for each in renames), fix, "warning", "renamed")
    hint.instead = instead
    return hint
