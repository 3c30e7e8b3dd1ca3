"""From a config to an instance."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from registry_core.building.arguments import (
    SAYS_ITSELF,
    arguments_of,
    called,
    check_arguments,
    constructor_of,
    explained,
    explanation,
)
from registry_core.building.config_nodes import (
    ALL_CONTROLS,
    CONTROLS,
    NODE,
    REFERRING,
    REFUSED,
    SPECIAL,
    TUPLE,
    path_to,
)
from registry_core.building.containers import LEAVES, LITERAL, is_literal, is_text
from registry_core.building.partial import LateCall
from registry_core.building.walking import is_anchor, take_apart, whole, without_anchors
from registry_core.errors import RegistryError
from registry_core.guards import FAILURES
from registry_core.scope import current_scope, default_scope

if TYPE_CHECKING:
    from registry_core.building.config_nodes import Part, Registries, Resolver

_NOTHING = object()
# Stands for a config that a plain build has to take apart.
_TO_TAKE_APART: dict[str, Any] = {LITERAL: None}


def construct(
    resolver: Resolver,
    cfg: Any,
    default_args: Any,
    recursive: bool | None,
    registries: Registries,
) -> Any:
    """Build what `cfg` describes, from `resolver` or from the default scope of its tree.

    Args:
        resolver: the scope that is asked.
        cfg: a mapping, or what `whole` takes for a recursive build; it is not changed.
        default_args: arguments, and perhaps a type, for what `cfg` does not say.
        recursive: whether nested configs are built first; None for what the registry says.
        registries: finds the registry that `_registry_` names.
    """
    scope = current_scope()
    if scope is not None:
        resolver = resolver.start(scope)
    recurses = resolver.recursive if recursive is None else recursive
    if type(cfg) is not dict or default_args is not None:
        cfg = whole(cfg, default_args, recursive=recurses)
    if type(cfg) is dict:
        arguments = cfg.copy()
        named = arguments.pop(resolver.type_key, _NOTHING)
        if named is _NOTHING:
            # An experiment, a literal, or an error.
            arguments = _TO_TAKE_APART
        controls = ALL_CONTROLS if recurses else CONTROLS
        for key, value in arguments.items():
            # Inside an argument, a plain build looks for nothing but a literal.
            if (
                key in controls
                or (type(value) not in LEAVES and (recurses or is_literal(value)))
                or (recurses and is_anchor(key))
            ):
                break
        else:
            try:
                constructor = resolver.hits[named].construct
            except FAILURES:
                # Not cached, or not hashable: a foreign __hash__ may raise anything.
                constructor = None
            if constructor is None:
                constructor = called(resolver, named, resolver.type_key)
            try:
                return constructor(**arguments)
            except SAYS_ITSELF:
                raise
            except FAILURES as error:
                raise explanation(error, resolver, named, (), arguments) from error
        if recurses:
            cfg = without_anchors(cfg)
    # Nothing is called before all names are resolved.
    parts = take_apart(cfg, resolver, registries, recursive=recurses)
    return assembled(parts, resolved(parts))


def assembled(parts: list[Part], constructors: list[Any]) -> Any:
    """What becomes of parts, in their order; what is built takes its place in their contents.

    Args:
        parts: what is inside comes first.
        constructors: what to call for each that has a type.
    """
    part, result = parts[0], None
    shared: dict[str, Any] = {}
    try:
        for part, constructor in zip(parts, constructors, strict=True):
            kind, named, contents, setting, parent, key = part
            if kind == NODE and setting.ambient is None:
                result = constructor(**contents)
            elif kind <= SPECIAL:
                result = _called(part, constructor)
                if setting.identity is not None:
                    shared[setting.identity] = result
            elif kind == REFERRING:
                result = shared[named]
            else:
                result = tuple(contents) if kind == TUPLE else contents
            if parent is not None:
                parent[2][key] = result
    except FAILURES as error:
        failure = explained(error, part)
        if failure is error:
            raise
        raise failure from error
    return result


def _called(part: Part, constructor: Any) -> Any:
    """What becomes of a part under control keys."""
    _, _, contents, setting, _, _ = part
    args, keywords = arguments_of(contents)
    if setting.partial:
        return functools.partial(LateCall(part, constructor), *args, **keywords)
    if setting.ambient is None:
        return constructor(*args, **keywords)
    with default_scope(setting.ambient):
        return constructor(*args, **keywords)


def resolved(parts: list[Part], providers: list[str] | None = None) -> list[Any]:
    """What to call for each part that has a type; all of it is loaded, and nothing called.

    Args:
        parts: what is inside comes first.
        providers: empty; takes who provides each part. Then the arguments of all are judged, and
            not only of those that are called later.

    Raises:
        RegistryError: a name leads nowhere, a part is refused, or one does not take its arguments;
            with its place in the config.
    """
    constructors: list[Any] = []
    known: dict[tuple[object, ...], str] = {}
    if providers is not None:
        providers += [""] * len(parts)
    part = parts[0]
    try:
        for part in parts:
            kind, named, _, setting, _, _ = part
            constructor = None
            if kind <= SPECIAL:
                try:
                    constructor = setting.resolver.hits[named].construct
                except FAILURES:
                    # As above.
                    constructor = None
                if constructor is None:
                    constructor = constructor_of(part)
                if providers is not None:
                    providers[len(constructors)] = _judged(part, constructor, known)
                elif kind and setting.partial:
                    check_arguments(part)
            elif kind == REFUSED:
                raise named
            constructors.append(constructor)
    except RegistryError as error:
        error.within(path_to(part))
        raise
    return constructors


def _judged(part: Part, constructor: Any, known: dict[tuple[object, ...], str]) -> str:
    """Who provides a part; a signature is asked once for those that give the same arguments."""
    kind, _, contents, _, _, _ = part
    shape = (id(constructor), *contents)
    if kind == SPECIAL or not all(map(is_text, contents)):
        return check_arguments(part)
    if shape not in known:
        known[shape] = check_arguments(part)
    return known[shape]
