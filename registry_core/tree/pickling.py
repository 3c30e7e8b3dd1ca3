"""What the pickle of a registry stands for, in the process that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.environment import current_environment
from registry_core.errors import ScopeNotFound
from registry_core.tree.locations import scopes_within
from registry_core.tree.nodes import trees_of
from registry_core.tree.owned import owned_registry
from registry_core.tree.registering import new_root

if TYPE_CHECKING:
    from registry_core.tree.nodes import Node
    from registry_core.tree.view import View


def registry_again(
    name: str,
    group: str,
    label: str,
    made_by: str,
    path: tuple[str, ...],
    kind: type[View[Any]],
) -> View[Any]:
    """What a pickle stands for: the living registry of that group and maker, else its owner's.

    Where there is neither, a living one of that group, or a new one that sees what is installed.
    """
    trees = trees_of(group)
    roots = [tree.root for tree in trees if tree.root.made_by == made_by]
    if not roots and group in current_environment().registries():
        roots = [owned_registry(group)._node.tree.root]
    roots += [tree.root for tree in trees]
    if roots:
        root = roots[0]
    else:
        root = new_root(name, group, label)
        root.make(made_by, name, (), {})
        root.is_unpickled = True
    node: Node | None = root
    for segment in path:
        node = node and node.child(segment)
    if node is None:
        raise ScopeNotFound(
            ".".join(path), group, [each.title for each in scopes_within(root)[1:]], []
        )
    return kind.__new__(kind)._handle(node)
