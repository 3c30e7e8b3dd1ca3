"""What the `Registry(...)` call in source says of a registry."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from registry_core.keys import group_of, parse_target
from registry_core.limits import MAX_SCOPE_DEPTH
from registry_core.signature.decorators import is_registry
from registry_core.signature.modules import Definition
from registry_core.signature.source import SourceError

if TYPE_CHECKING:
    from registry_core.signature.static import Reader

# Where MMEngine makes its own roots.
_MMENGINE = "mmengine.registry.root"
_ARGUMENTS = ("name", "build_func", "parent", "scope", "locations")
# What must be known of a registry to say anything of it.
_NEEDED = frozenset({"**", "name", "group", "scope", "parent", "type_key"})


class RegistryCall(NamedTuple):
    """The settings of a registry, as far as source tells.

    Attributes:
        definition: the assignment that makes it.
        parent: the one that makes its parent; None for a root.
        name: its name.
        group: its group; of a child, the empty text.
        scope: the name of its scope.
        locations: the modules that it imports for names; empty where it says none.
        recursive: what it says of nested configs; None where it says nothing.
        type_key: the word that its configs say for "type"; None where it says nothing.
        base: the dotted path of its base class; None where it says none.
        unknown: the arguments that only running would tell.
        maker: the dotted path of what is called.
    """

    definition: Definition
    parent: Definition | None
    name: str
    group: str
    scope: str
    locations: tuple[str, ...]
    recursive: bool | None
    type_key: str | None
    base: str | None
    unknown: frozenset[str]
    maker: str


def registry_call(reader: Reader, target: str) -> RegistryCall | None:
    """The call that makes a registry; None where source does not tell it, or it is not there.

    Args:
        reader: reads the source.
        target: the registry, as "module:attribute".
    """
    module, attribute, _ = parse_target(target)
    try:
        found = reader.find(module, attribute)
    except SourceError:
        return None
    return read_call(reader, found) if isinstance(found, Definition) else None


def read_call(reader: Reader, found: Definition) -> RegistryCall | None:
    """What a definition says of the registry that it makes; None if it is not a registry's."""
    call, scope, names = found.stub, found.scope, reader.names
    maker = reader.decorators.path(scope, call) if isinstance(call, ast.Call) else ""
    if not isinstance(call, ast.Call) or not is_registry(maker):
        return None
    given = {each.arg or "**": each.value for each in call.keywords}
    given |= dict(zip(_ARGUMENTS, call.args, strict=False))
    values: dict[str, object] = {}
    unknown = {"**"} if any(isinstance(each, ast.Starred) for each in call.args) else set[str]()
    for argument, value in given.items():
        try:
            values[argument] = ast.literal_eval(names.constant(scope, value))
        except (ValueError, TypeError, RecursionError):
            unknown.add(argument)
    # These two are no values, but classes and registries.
    parent, base = (names.definition(scope, given.get(each)) for each in ("parent", "base"))
    for argument, made in (("parent", parent), ("base", base)):
        if made is not None:
            unknown.discard(argument)
        elif values.get(argument) is not None:
            unknown.add(argument)
    name, group, own_scope = values.get("name"), values.get("group"), values.get("scope")
    if not isinstance(name, str) or _NEEDED & unknown:
        return None
    locations = values.get("locations") or ()
    if not isinstance(locations, list | tuple):
        unknown.add("locations")
    recursive, type_key = values.get("recursive"), values.get("type_key")
    own_group = "" if parent is not None else group_of(name)
    return RegistryCall(
        found,
        parent,
        name,
        group if isinstance(group, str) else own_group,
        own_scope if isinstance(own_scope, str) else scope.module.name.partition(".")[0],
        tuple(map(str, locations)) if isinstance(locations, list | tuple) else (),
        recursive if isinstance(recursive, bool) else None,
        type_key if isinstance(type_key, str) else None,
        None if base is None else base.path,
        frozenset(unknown),
        maker,
    )


def address_of(reader: Reader, registry: Definition) -> tuple[RegistryCall, tuple[str, ...]] | None:
    """The root of a registry, and the path of its scope from there.

    Args:
        reader: reads the source.
        registry: the assignment that makes it.

    Returns:
        None where source does not tell it. A root of MMEngine's has no address unless it is one of
        MMEngine's own, or says a group.
    """
    path: list[str] = []
    made: Definition | None = registry
    while made is not None:
        call = read_call(reader, made)
        if call is None or len(path) > MAX_SCOPE_DEPTH:
            return None
        if call.parent is None:
            is_shared = "mmengine" not in call.maker or made.scope.module.name == _MMENGINE
            has_group = is_shared or call.group != group_of(call.name)
            return (call, tuple(path)) if has_group else None
        path.insert(0, call.scope)
        made = call.parent
    return None
