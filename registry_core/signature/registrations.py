"""A registry as source has it: its `Registry(...)` call, and what decorators register in it."""

from __future__ import annotations

import ast
import pkgutil
from typing import TYPE_CHECKING, NamedTuple

from registry_core.keys import group_of
from registry_core.signature.decorators import is_registry
from registry_core.signature.modules import Definition
from registry_core.signature.parsing import DEFINED
from registry_core.signature.source import Absent, Unreadable, find_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.signature.modules import Module
    from registry_core.signature.static import Reader

_ARGUMENTS = ("name", "build_func", "parent", "scope", "locations")
_MOST_MODULES = 2_000
_REGISTER = "register_module"


class RegistryCall(NamedTuple):
    """The settings of a root registry, as far as source tells.

    Attributes:
        definition: the assignment that makes it.
        name: its name.
        group: its group.
        scope: the name of its root scope.
        locations: the modules that it imports for names; empty where it says none.
        recursive: what it says of nested configs; None where it says nothing.
        unknown: the arguments that only running would tell.
    """

    definition: Definition
    name: str
    group: str
    scope: str
    locations: tuple[str, ...]
    recursive: bool | None
    unknown: frozenset[str]


class Registration(NamedTuple):
    """A name that a decorator or a call registers, and the target that it stands for."""

    name: str
    target: str


def registry_call(reader: Reader, module: str, attribute: str) -> RegistryCall | None:
    """The call that makes a registry; None where source does not tell it, or it has a parent.

    Args:
        reader: reads the source.
        module: the module that has the registry.
        attribute: its name there.

    Raises:
        Absent: it is not there.
    """
    try:
        found = reader.find(module, attribute)
        call = found.node if isinstance(found, Definition) else None
        if not isinstance(found, Definition) or not isinstance(call, ast.Call):
            return None
        if not is_registry(reader.decorators.path(found.scope, call)):
            return None
    except (Unreadable, RecursionError):
        return None
    given = {each.arg or "**": each.value for each in call.keywords}
    given |= dict(zip(_ARGUMENTS, call.args, strict=False))
    values: dict[str, object] = {}
    unknown: set[str] = set()
    for argument, value in given.items():
        try:
            values[argument] = ast.literal_eval(_constant(reader, found, value))
        except (ValueError, TypeError, Absent, Unreadable):
            unknown.add(argument)
    name, group, scope = values.get("name"), values.get("group"), values.get("scope")
    if not isinstance(name, str) or {"**", "group", "scope", "parent"} & unknown:
        return None
    if values.get("parent") is not None:
        return None
    locations = values.get("locations") or ()
    recursive = values.get("recursive")
    return RegistryCall(
        found,
        name,
        group if isinstance(group, str) else group_of(name),
        scope if isinstance(scope, str) else found.scope.module.name.partition(".")[0],
        tuple(map(str, locations)) if isinstance(locations, list | tuple) else (),
        recursive if isinstance(recursive, bool) else None,
        frozenset(unknown),
    )


def registrations(reader: Reader, call: RegistryCall) -> tuple[list[Registration], bool]:
    """What code registers in a registry, in its locations or else in the package that makes it.

    Args:
        reader: reads the source.
        call: the registry.

    Returns:
        What is certain, and whether that is all.
    """
    found: list[Registration] = []
    is_all = "locations" not in call.unknown
    names = [call.definition.scope.module.name, *(call.locations or _package(call))]
    for count, name in enumerate(dict.fromkeys(names)):
        try:
            module = reader.names.module(name)
            text = module.source.code
            if _REGISTER not in text:
                continue
            if count > _MOST_MODULES:
                return found, False
            told = list(_registered(reader, module, call))
        except (Absent, Unreadable, RecursionError):
            is_all = False
            continue
        # Each mention that is not a registration may be one on a condition or in a loop.
        is_all = is_all and len(told) == text.count(_REGISTER)
        found += [each for names in told for each in names or ()]
        is_all = is_all and None not in told
    return found, is_all


def _package(call: RegistryCall) -> Iterator[str]:
    top = call.definition.scope.module.name.partition(".")[0]
    waiting = [top]
    while waiting:
        name = waiting.pop()
        yield name
        spec = find_spec(name)
        folders = spec.submodule_search_locations if spec is not None else None
        inside = pkgutil.iter_modules(folders) if folders else ()
        waiting += [f"{name}.{each.name}" for each in inside]


def _registered(
    reader: Reader, module: Module, call: RegistryCall
) -> Iterator[list[Registration] | None]:
    """What each registration of a module registers in the registry; None where it is not told."""
    for node in module.scope.statements:
        if isinstance(node, DEFINED):
            for decorator in node.decorator_list:
                yield from _told(reader, module, call, decorator, node.name)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            made = node.value
            if isinstance(made.func, ast.Call):
                # The decorator, called on the spot.
                target = made.args[0] if made.args else None
                yield from _told(reader, module, call, made.func, _name(target))
            else:
                given = {each.arg: each.value for each in made.keywords}
                target = given.get("module", made.args[2] if len(made.args) > 2 else None)
                yield from _told(reader, module, call, made, _name(target))


def _told(
    reader: Reader, module: Module, call: RegistryCall, made: ast.expr, own: str
) -> Iterator[list[Registration] | None]:
    register = made.func if isinstance(made, ast.Call) else made
    if not isinstance(register, ast.Attribute) or register.attr != _REGISTER:
        return
    try:
        registry = reader.names.resolve(module.scope, register.value)
    except (Absent, Unreadable):
        yield None
        return
    if registry is not call.definition:
        yield []
        return
    names: object = None
    if isinstance(made, ast.Call):
        given = {each.arg: each.value for each in made.keywords}
        said = given.get("name", made.args[0] if made.args else None)
        try:
            names = None if said is None else ast.literal_eval(said)
        except ValueError:
            yield None
            return
    # A bare decorator is given the class for a name, which is refused as it runs.
    listed = [names] if isinstance(names, str) else names
    if listed is None:
        listed = [own.rpartition(".")[2]]
    if not own or not isinstance(listed, list | tuple) or not isinstance(made, ast.Call):
        yield None
        return
    yield [Registration(str(name), f"{module.name}:{own}") for name in listed]


def _name(target: ast.expr | None) -> str:
    return ast.unparse(target) if isinstance(target, ast.Name | ast.Attribute) else ""


def _constant(reader: Reader, call: Definition, value: ast.expr) -> ast.expr:
    """What a name stands for that is given to the call."""
    if not isinstance(value, ast.Name):
        return value
    found = reader.names.resolve(call.scope, value)
    node = found.node if isinstance(found, Definition) else value
    return node if isinstance(node, ast.expr) else value
