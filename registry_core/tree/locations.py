"""A framework's own modules, which register in its scopes: imported once, before a listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.guards import PASSES
from registry_core.loading import import_whole

if TYPE_CHECKING:
    from registry_core.tree.nodes import Node


def import_locations(scope: Node) -> list[tuple[str, BaseException]]:
    """Import the modules that register in this scope, until all have succeeded once.

    Returns:
        Those that failed, with what they raised.
    """
    failed: list[tuple[str, BaseException]] = []
    for location in () if scope.imported else scope.locations:
        try:
            import_whole(location)
        except PASSES:
            raise
        except BaseException as error:
            failed.append((location, error))
    # Only now: another thread that asks meanwhile has to wait for these imports too.
    scope.imported = not failed
    return failed


def scopes_within(scope: Node, *, importing: bool = True) -> list[Node]:
    """This scope and all that exist within it, sorted by path.

    Args:
        scope: the outermost.
        importing: import their locations first, which may make more of them.
    """
    while True:
        scope.tree.table()
        found = [node for node in scope.inward() if node.exists()]
        waiting = [node for node in found if not node.imported] if importing else []
        for node in waiting:
            import_locations(node)
        if not any(node.imported for node in waiting):
            return sorted(found, key=lambda node: node.path)
