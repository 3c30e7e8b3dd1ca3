"""From a config to an instance: constructing, and saying why it could not be constructed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import (
    ARGS,
    CONTROLS,
    LEAVES,
    LITERAL,
    NODE,
    REFUSED,
    SPECIAL,
    TUPLE,
    TYPE,
    is_literal,
    is_text,
    path_to,
    take_apart,
)
from registry_core.errors import (
    ArgumentError,
    BaseMismatch,
    BuildError,
    HookError,
    RegistryError,
    WrongType,
)
from registry_core.guards import FAILURES
from registry_core.scope import current_scope, default_scope
from registry_core.text import error_text

if TYPE_CHECKING:
    from registry_core.building.config_nodes import Constructor, Part, Registries, Resolver, Setting


# What a type may be.
TYPES = "the name of an entry, or a class or function passed by code"

# Errors of what stands around a constructor, which name the culprit themselves.
SAYS_ITSELF = (HookError, BaseMismatch)


def construct(
    resolver: Resolver,
    cfg: Mapping[str, Any],
    default_args: Mapping[str, Any] | None,
    recursive: bool | None,
    registries: Registries,
) -> Any:
    """Build what `cfg` describes, from `resolver` or from the default scope of its tree.

    Args:
        resolver: the scope that is asked.
        cfg: a mapping with "type", control keys and keyword arguments; it is not changed.
        default_args: arguments, and perhaps a type, for what `cfg` does not say.
        recursive: whether nested configs are built first; None for what the registry says.
        registries: finds the registry that `_registry_` names.
    """
    if type(cfg) is dict and default_args is None:
        arguments = cfg.copy()
    else:
        arguments = merged(cfg, default_args)
    scope = current_scope()
    if scope is not None:
        resolver = resolver.start(scope)
    if resolver.recursive if recursive is None else recursive:
        return _built(arguments, resolver, registries, recursive=True)
    try:
        kind = arguments.pop(TYPE)
    except KeyError:
        # A literal, or an error.
        return _built(arguments, resolver, registries, recursive=False)
    for key, value in arguments.items():
        # Inside an argument, a plain build looks for nothing but a literal.
        if key in CONTROLS or (type(value) not in LEAVES and is_literal(value)):
            arguments[TYPE] = kind
            return _built(arguments, resolver, registries, recursive=False)
    try:
        constructor = resolver.hits[kind].construct
    except Exception:
        # Unknown, or no key at all: what has a hash of its own may raise anything.
        constructor = None
    if constructor is None:
        constructor = _constructor(resolver, kind)
    try:
        return constructor(**arguments)
    except SAYS_ITSELF:
        raise
    except FAILURES as error:
        raise _explained(error, resolver, kind, (), arguments) from error


def merged(cfg: object, default_args: object) -> dict[str, Any]:
    """A copy of `cfg`, with what it does not say taken from `default_args`.

    Raises:
        WrongType: one of them is no mapping.
    """
    if not isinstance(cfg, Mapping):
        raise WrongType("cfg", "a dict, or another mapping", cfg)
    if default_args is None:
        return dict(cfg)
    if not isinstance(default_args, Mapping):
        raise WrongType("default_args", "a mapping or None", default_args)
    return {**default_args, **cfg}


def _constructor(resolver: Resolver, kind: object) -> Constructor:
    if is_text(kind):
        return resolver.constructor(str.__str__(kind))
    if callable(kind):
        return kind
    raise WrongType("type", TYPES, kind)


def _built(
    cfg: Mapping[str, Any], resolver: Resolver, registries: Registries, *, recursive: bool
) -> Any:
    """What becomes of a config, part by part. Nothing is called before all names are resolved."""
    if is_literal(cfg):
        return cfg[LITERAL]
    parts = take_apart(cfg, resolver, registries, recursive=recursive)
    constructors = resolved(parts)
    part, result = parts[0], None
    try:
        for part, constructor in zip(parts, constructors, strict=True):
            kind, _, contents, setting, parent, key = part
            if kind == NODE and setting.ambient is None:
                result = constructor(**contents)
            elif kind <= SPECIAL:
                result = _special(constructor, contents, setting)
            else:
                result = tuple(contents) if kind == TUPLE else contents
            if parent is not None:
                parent[2][key] = result
    except SAYS_ITSELF as error:
        error.within(path_to(part))
        raise
    except FAILURES as error:
        raise explained(error, part) from error
    return result


def _special(constructor: Constructor, contents: dict[str, Any], setting: Setting) -> Any:
    """What becomes of a node under control keys."""
    arguments = contents.copy()
    args = arguments.pop(ARGS, ())
    if setting.partial:
        return functools.partial(constructor, *args, **arguments)
    if setting.ambient is None:
        return constructor(*args, **arguments)
    with default_scope(setting.ambient):
        return constructor(*args, **arguments)


def resolved(parts: list[Part]) -> list[Any]:
    """What to call for each part that has a type; all of it is loaded, and nothing called.

    Raises:
        RegistryError: a name leads nowhere, or a part is refused; with its place in the config.
    """
    constructors: list[Any] = []
    part = parts[0]
    try:
        for part in parts:
            kind, named, _, setting, _, _ = part
            constructor = None
            if kind <= SPECIAL:
                try:
                    constructor = setting.resolver.hits[named].construct
                except Exception:
                    # As above.
                    constructor = None
                if constructor is None:
                    constructor = _constructor(setting.resolver, named)
            elif kind == REFUSED:
                raise named
            constructors.append(constructor)
    except RegistryError as error:
        error.within(path_to(part))
        raise
    return constructors


def explained(error: BaseException, part: Part) -> RegistryError:
    """The error to raise for what the constructor of `part` raised, with its place."""
    _, named, contents, setting, _, _ = part
    arguments = contents.copy()
    args = arguments.pop(ARGS, ())
    found = _explained(error, setting.resolver, named, args, arguments)
    found.within(path_to(part))
    return found


def check_arguments(part: Part) -> None:
    """Judge the arguments of a part that has a type, as far as a signature tells.

    Not judged where a hook may change them.

    Raises:
        ArgumentError: what would be called does not take them.
        RegistryError: its name leads nowhere, or it cannot be loaded.
    """
    _, named, contents, setting, _, _ = part
    found, what, provider = named, getattr(named, "__qualname__", type(named).__name__), ""
    bound: Mapping[str, object] = {}
    if is_text(named):
        found, entry = setting.resolver.described(named)
        what, provider, bound = named, str(entry.provider), entry.kwargs
    arguments = contents.copy()
    args = arguments.pop(ARGS, ())
    if setting.partial or (is_text(named) and setting.resolver.is_wrapped()):
        return
    # What a wrapper wraps need not take what the wrapper takes.
    faults = mismatch(found, args, arguments, bound, follow_wrapped=False)
    if faults is not None:
        raise ArgumentError(what, provider, **faults)


def _explained(
    error: BaseException,
    resolver: Resolver,
    kind: object,
    args: tuple[object, ...],
    kwargs: dict[str, Any],
) -> RegistryError:
    """The error to raise for what a constructor raised."""
    found: Any = kind
    what, provider = getattr(kind, "__qualname__", type(kind).__name__), ""
    bound: Mapping[str, object] = {}
    if is_text(kind):
        found, entry = resolver.described(kind)
        what, provider, bound = kind, str(entry.provider), entry.kwargs
    if isinstance(error, TypeError):
        faults = mismatch(found, args, kwargs, bound)
        if faults is not None:
            return ArgumentError(what, provider, **faults)
    return BuildError(what, provider, error_text(error, own=RegistryError))


def mismatch(
    found: Constructor,
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
    bound: Mapping[str, object],
    *,
    follow_wrapped: bool = True,
) -> dict[str, Any] | None:
    """How arguments do not fit a signature, or None where they do or that cannot be told.

    Args:
        found: what would be called, with the arguments `bound` to it.
        args: positional arguments.
        kwargs: keyword arguments.
        bound: what an entry binds; it cannot be given again.
        follow_wrapped: whether to judge by what `found` wraps, where it wraps something.

    Returns:
        The keyword arguments of `ArgumentError`.
    """
    import inspect

    try:
        signature = inspect.signature(found, follow_wrapped=follow_wrapped)
    except Exception:
        # Builtins have no signature, and what computes its own may fail.
        return None
    reason = ""
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        reason = str(error)
    if not reason and bound.keys().isdisjoint(kwargs):
        return None
    parameters = [p for p in signature.parameters.values() if p.name not in bound]
    keywords = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    names = [parameter.name for parameter in keywords]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    places = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    given = {*(p.name for p in places[: len(args)]), *kwargs}
    return {
        "unexpected": [str(k) for k in kwargs if k in bound or (k not in names and not takes_any)],
        "missing": [
            p.name
            for p in dict.fromkeys((*places, *keywords))
            if p.default is p.empty and p.name not in given
        ],
        "accepts": ", ".join(names) or "no arguments",
        "reason": reason,
    }
