"""What is wrong in one scope with what code registers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import Problem, Provider
from registry_core.text import error_text, quoted
from registry_core.tree.resolution import is_of_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.tree.nodes import Node


def problems_of(node: Node) -> Iterator[Problem]:
    """What code hides in this scope, and the locations of it that cannot be imported."""
    where = f'registry "{node.tree.group}"'
    for name, item in node.registered.copy().items():
        head, dot, _ = name.partition(".")
        if dot and node.child(head) is not None:
            what = f"the name {quoted(name)} begins with the scope {quoted(head)} beside it"
            fix = "rename the entry or the scope"
            code, key = "dotted-name", node.key(name)
            yield Problem(Provider(item.module), where, what, fix, "conflict", code, key)
    for name, entries in node.discovered().items():
        for entry in entries if is_of_code(node, name) else ():
            maker = node.registered[name].module
            what = f"the entry {quoted(entry.key)} is shadowed: {maker} registers it"
            fix = "choose a name or scope of its own"
            code, key = "shadowed-by-code", entry.key
            yield Problem(entry.provider, where, what, fix, "shadowed", code, key)
    for location, error in node.import_locations():
        what = f"importing the location {location!r} raised {error_text(error)}"
        yield Problem(Provider(location), where, what, "mend it", code="location-failed")
