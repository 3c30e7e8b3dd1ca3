"""What is wrong in one scope with what code registers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import Problem, Provider
from registry_core.environment import current_environment
from registry_core.text import error_text, quoted
from registry_core.tree.locations import import_locations
from registry_core.tree.resolution import as_code, contest, here, is_declared, rivals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.tree.nodes import Node
    from registry_core.tree.registered import Registered


def problems_of(node: Node) -> Iterator[Problem]:
    """What code hides in this scope, and the locations of it that cannot be imported."""
    where = f'registry "{node.tree.group}"'
    for name, item in node.registered.copy().items():
        head, dot, rest = name.partition(".")
        is_inside = head == node.label and bool(here(node, rest))
        if dot and (is_inside or node.child(head) is not None):
            which = "that it is in" if is_inside else "beside it"
            what = f"the name {quoted(name)} begins with the scope {quoted(head)} {which}"
            fix = "rename the entry or the scope"
            code, key = "dotted-name", node.key(name)
            yield Problem(Provider(item.module), where, what, fix, "conflict", code, key)
        if name in node.discovered() and not is_declared(node, name, item.found):
            # Of a kept answer the hook is asked first: it may find the object, or say otherwise.
            confirmed = all(map(current_environment().confirm, node.discovered()[name]))
            if confirmed and not is_declared(node, name, item.found):
                yield from _contested(node, name, item, where)
    for location, error in import_locations(node):
        what = f"importing the location {location!r} raised {error_text(error)}"
        yield Problem(Provider(location), where, what, "mend it", code="location-failed")


def _contested(node: Node, name: str, item: Registered, where: str) -> Iterator[Problem]:
    """What is wrong where code registers a name that is declared for another object."""
    code = as_code(node, name, item)
    declared = rivals(node, name)
    winners, _, refused_for = contest(node, name, item)
    installed = current_environment().installed
    provider = installed.provider(code.distribution) if code.distribution else None
    key, maker = quoted(node.key(name)), provider or Provider(item.module)
    if refused_for is not None:
        what = f"{item.module} registers {key}, which is the name of {refused_for.provider}"
        fix = "choose another name, or a scope of its own"
        yield Problem(maker, where, what, fix, "shadowed", "name-taken", node.key(name))
    elif winners[0].target is item.found:
        for entry in declared:
            if code.is_owner:
                what = f"the entry {key} is shadowed: {item.module} registers it"
                fix, culprit = "choose a name or scope of its own", entry.provider
            else:
                what = f"{item.module} registers {key}, and hides the entry of {entry.provider}"
                fix, culprit = "choose another name, if that is not intended", maker
            code_word = "shadowed-by-code"
            yield Problem(culprit, where, what, fix, "shadowed", code_word, node.key(name))
