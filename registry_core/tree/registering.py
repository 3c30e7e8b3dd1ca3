"""Adding a scope or an object from code: checked first, then committed at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import ALL_CONTROLS
from registry_core.entry import NOTHING, Provider
from registry_core.environment import current_environment
from registry_core.environment.precedence import is_preferred, taken_by
from registry_core.errors import (
    AddressError,
    AlreadyRegistered,
    BaseMismatch,
    EntryNotFound,
    WrongType,
)
from registry_core.keys import group_fault, group_of, module_of
from registry_core.loading import import_under_way, is_target, undo_if_import_fails
from registry_core.locks import LOCK
from registry_core.text import quoted
from registry_core.tree.base import check_base, class_fits
from registry_core.tree.nodes import Node, Tree
from registry_core.tree.registered import (
    Registered,
    frame_of,
    is_first_import,
    is_run_again,
    replacements,
)
from registry_core.tree.resolution import as_code, is_declared, resolve, spelled_alike

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from registry_core.entry import Entry

_NO_NAMES: Mapping[str, Registered | None] = {}


def check_scope(name: object, scope: object, locations: object) -> None:
    """Refuse what cannot be a registry's name, scope or locations."""
    expect("name", "a str", name, isinstance(name, str))
    expect("scope", "a str", scope, scope is None or isinstance(scope, str))
    expect("locations", "a sequence of str", locations, are_names(locations))


def settings(
    build_func: object = None,
    base: object = None,
    recursive: object = None,
    type_key: object = None,
) -> dict[str, object]:
    """What a scope says of building, checked; None leaves it to the scope around."""
    expect("build_func", "callable", build_func, build_func is None or callable(build_func))
    check_base(base)
    expect("recursive", "a boolean", recursive, isinstance(recursive, bool | None))
    expect("type_key", "a str", type_key, isinstance(type_key, str | None))
    if isinstance(type_key, str) and (type_key in ALL_CONTROLS or not type_key):
        raise AddressError("type_key", type_key, "it is a control key, or empty")
    return {"build_func": build_func, "base": base, "recursive": recursive, "type_key": type_key}


def new_scope(parent: Node | None, name: str, group: str | None, label: str) -> Node:
    """A scope for code to make its own: the root of a new tree, or one within `parent`.

    Raises:
        AddressError: as `new_root` and `new_child` say.
    """
    return new_root(name, group, label) if parent is None else new_child(parent, group, label)


def new_root(name: str, group: str | None, label: str) -> Node:
    """The root node of a new tree.

    Raises:
        AddressError: the name or the group cannot be an address.
    """
    for what, text in (("name", name), ("scope", label)):
        if not text:
            raise AddressError(what, text, "it is empty")
    address = group_of(name) if group is None else group
    expect("group", "a str", address, isinstance(address, str))
    fault = group_fault(address)
    if fault is not None:
        what, text = ("name", name) if group is None else ("group", group)
        raise AddressError(what, text, fault)
    return Tree(address, label).root


def new_child(parent: Node, group: str | None, label: str) -> Node:
    """A scope within `parent` for code to make its own: a new one, or the discovered one.

    Raises:
        AddressError: a group is given, though its root's group and its scope are its address; or
            the scope is empty.
    """
    if not label:
        raise AddressError("scope", label, "it is empty")
    if group is not None:
        expect("group", "None for a child", group, isinstance(group, str))
        raise AddressError("group", group, "a child's address is its root's group and its scope")
    # A scope that is discovered, or was until something was blocked, stays the same node.
    parent.tree.table()
    return parent.tree.node(parent, label)


def register(
    node: Node,
    found: Callable[..., Any],
    name: str | Sequence[str] | None,
    force: bool,
    metadata: Mapping[str, object] | None,
    module: str,
) -> None:
    """Register `found`, for the code of `module`, under its own name or under `name`.

    Raises:
        WrongType: an argument is of the wrong type, or `found` does not fit the base.
        AlreadyRegistered: another object has one of the names, and `force` is not set.
    """
    if not callable(found):
        raise WrongType("module", "Callable, a class or a function", found)
    own = getattr(found, "__name__", None) if name is None else name
    names = (own,) if isinstance(own, str) else _names(found, name)
    first, base = names[0], node.settings["base"]
    if base is not None and class_fits(found, base) is False:
        raise BaseMismatch(node.tree.group, first, base, repr(found), Provider(module))
    extra = MappingProxyType(dict(metadata)) if metadata else NOTHING
    item = Registered(found, module, extra, force)
    before = _NO_NAMES
    claimed = node.tree.discovered.claimed.get(node)
    # A new name is stored in one step, which no other thread can come between.
    if (
        len(names) > 1
        or "." in first
        or first in (node.claimed() if claimed is None else claimed)
        or node.registered.setdefault(first, item) is not item
    ):
        changed = _contend(node, names, item, metadata)
        if changed is None:
            return
        before = changed
    if import_under_way() is not None:
        modules = (module, getattr(found, "__module__", None) or module)
        undo_if_import_fails(modules, partial(_undo, node, names, item, before))
    if node.tree.is_warm:
        node.tree.forget_lookups()


def _contend(
    node: Node, names: Sequence[str], item: Registered, metadata: Mapping[str, object] | None
) -> Mapping[str, Registered | None] | None:
    """Register under names of which some may be taken.

    Returns:
        What stood under them before; None where there was nothing to do.
    """
    registered, found = node.registered, item.found
    while True:
        # Judged outside the lock, because that may import hook modules; then committed at once,
        # unless another thread has taken one of the names meanwhile.
        before = {each: registered.get(each) for each in names}
        same = [each.is_forced for each in before.values() if each and each.found is found]
        if metadata is None and len(same) == len(before) and min(same) >= item.is_forced:
            return None
        item.is_forced = item.is_forced or any(same)
        free = [each for each in names if _is_free(node, each, before[each], item)]
        with LOCK:
            if all(registered.get(each) is before[each] for each in names):
                registered.update(dict.fromkeys(free, item))
                return before


def _undo(
    node: Node, names: Sequence[str], item: Registered, before: Mapping[str, Registered | None]
) -> None:
    """Put back what stood under these names before a module registered whose import failed."""
    with LOCK:
        for name in names:
            known = before.get(name)
            if node.registered.get(name) is item:
                if known is None:
                    del node.registered[name]
                else:
                    node.registered[name] = known
    node.tree.forget_lookups()


def _is_free(node: Node, name: str, known: Registered | None, item: Registered) -> bool:
    """Whether `item` is to be registered: not where an entry point says the same already.

    Two plugins that declare one name and register it as well are in conflict, as they are before
    anybody imports them; that must not keep either from being imported.

    Raises:
        AlreadyRegistered: the name is another's.
    """
    found = item.found
    if item.is_forced or (known and (known.found is found or is_run_again(known, item))):
        return True
    if known is not None:
        mine, theirs = is_declared(node, name, found), is_declared(node, name, known.found)
        # One distribution has one object of a name: else the module imported last would decide.
        is_ours = mine != theirs and not known.is_forced and _are_of_one(known, item)
        if mine and not is_ours:
            return False
        if is_ours or not theirs:
            preferred, _ = current_environment().precedence(node.tree.group)
            if not is_ours and is_preferred(as_code(node, name, item), preferred):
                return True
            raise AlreadyRegistered(name, node.tree.group, known.module, _owner(known.module))
    taken = _taken_by(node, name, item)
    if taken is not None:
        module = module_of(taken.target)
        raise AlreadyRegistered(name, node.tree.group, module, taken.provider, taken)
    return True


def _are_of_one(known: Registered, item: Registered) -> bool:
    """Whether the code of one distribution registered both."""
    owner = _owner(known.module)
    return owner is not None and owner == _owner(item.module)


def _taken_by(node: Node, name: str, item: Registered) -> Entry | None:
    """The declared entry whose name `item` may not take; None where it may."""
    rows = node.rows()
    declared = node.declared(name, rows)
    for inner, rest in spelled_alike(node, name):
        declared += inner.declared(rest, rows)
    if not declared or any(is_target(each.target, item.found) for each in declared):
        return None
    code = as_code(node, name, item)
    return taken_by(declared, code, *current_environment().precedence(node.tree.group))


def _owner(module: str) -> Provider | None:
    """The distribution that a module belongs to; None where it is the person's own."""
    installed = current_environment().installed
    key = installed.owner_of(module)
    return None if key is None else installed.provider(key)


def unregister(node: Node, name: str) -> None:
    """Take a name from a scope: what code registered, and what is installed until a `refresh()`.

    Raises:
        EntryNotFound: the scope has no such name.
        WrongType: `name` is no str.
    """
    if not isinstance(name, str):
        raise WrongType("name", "a str", name)
    with LOCK:
        gone = node.registered.pop(name, None)
        if name in node.discovered():
            node.unlisted[name] = current_environment().installed
            node.loaded.pop(name, None)
        elif gone is None:
            raise _not_in(node, name)
    node.tree.forget_lookups()


def _not_in(node: Node, name: str) -> EntryNotFound:
    """The error for a name that this very scope lacks; another scope that has it is named."""
    tried, hints = [node.title or f"the root {node.label!r}"], []
    found = resolve(node, name).entries
    if found and (found[0].scope != node.title or found[0].name != name):
        path = next(each.path for each in node.tree.nodes() if each.title == found[0].scope)
        way = "".join(f".children[{label!r}]" for label in path)
        what = "only names of this very scope can be unregistered"
        hints.append(f"{what}; it is .root{way}.unregister({quoted(found[0].name)})")
    return EntryNotFound(name, node.tree.group, tried=tried, hints=hints)


@contextmanager
def replaced(node: Node, name: str, found: Callable[..., Any], module: str) -> Iterator[None]:
    """Let `found` stand for a name of a scope in this thread or task, while the block lasts."""
    expect("what replaces an entry", "Callable, a class or a function", found, callable(found))
    expect("name", "a str", name, isinstance(name, str))
    with LOCK:
        node.tree.replacing += 1
        node.tree.forget_lookups()
    item = Registered(found, module, NOTHING)
    token = replacements.set({**replacements.get(), (node, name): item})
    try:
        yield
    finally:
        replacements.reset(token)
        with LOCK:
            node.tree.replacing -= 1
            node.tree.forget_lookups()


def are_names(names: object) -> bool:
    """Whether `names` is a sequence of str, which a str itself is not."""
    return (
        isinstance(names, Sequence)
        and not isinstance(names, str)
        and all(isinstance(each, str) for each in names)
    )


def check_name(name: object, refusal: Callable[..., WrongType] = WrongType) -> None:
    """Refuse what is not a name, before there is something to register under it.

    Args:
        name: what is to be the name.
        refusal: makes the error.

    Raises:
        WrongType: `name` is neither None, a str, nor a sequence of str that has some.
    """
    if name is None or isinstance(name, str) or (are_names(name) and name):
        return
    fix = "write @REGISTRY.register_module() with brackets" if callable(name) else ""
    raise refusal("name", "None, an instance of str, or a sequence of str", name, fix)


def _names(found: Callable[..., Any], name: str | Sequence[str] | None) -> Sequence[str]:
    """The names that are given as a sequence: the object has none of its own, or several."""
    if name is None:
        fix = "it has no __name__ of its own"
        raise WrongType(f"name, for a {type(found).__name__},", "given", name, fix)
    check_name(name)
    return tuple(name)


def is_made_again(node: Node, module: str) -> bool:
    """Whether the code that made a scope makes it once more, because it is run again."""
    frame = frame_of(module) if node.made_by == module else None
    if frame is None or is_first_import(frame.f_globals):
        return False
    # A script that makes it twice is one code; a reload or a cell that is run again is another.
    return frame.f_code is not node.made_in


def expect(what: str, expected: str, got: object, fits: bool) -> None:
    """Raise `WrongType` unless the condition holds."""
    if not fits:
        raise WrongType(what, expected, got)
