"""From a config to an instance: constructing, and saying why it could not be constructed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry_core.errors import (
    ArgumentError,
    BaseMismatch,
    BuildError,
    HookError,
    RegistryError,
    WrongType,
)
from registry_core.scope import current_scope
from registry_core.walk import ARGS, CONTROLS, LEAVES, TYPE, Walk, is_literal
from registry_core.wording import told

if TYPE_CHECKING:
    from registry_core.walk import Constructor, Frame, Registries, Resolver


# Errors of what stands around a constructor, which name the culprit themselves.
_SAYS_ITSELF = (HookError, BaseMismatch)


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
        arguments = _merged(cfg, default_args)
    scope = current_scope()
    if scope is not None:
        resolver = resolver.start(scope)
    if resolver.recursive if recursive is None else recursive:
        return _Building(registries, recursive=True).run(resolver, arguments)
    try:
        kind = arguments.pop(TYPE)
    except KeyError:
        # A literal, or an error that the walk reports.
        return _Building(registries, recursive=False).run(resolver, arguments)
    for key, value in arguments.items():
        # Inside an argument, a plain build looks for nothing but a literal.
        if key in CONTROLS or (type(value) not in LEAVES and is_literal(value)):
            return _Building(registries, recursive=False).run(resolver, {TYPE: kind, **arguments})
    try:
        constructor = resolver.constructors[kind]
    except (KeyError, TypeError):
        constructor = None
    if constructor is None:
        constructor = _constructor(resolver, kind)
    try:
        return constructor(**arguments)
    except _SAYS_ITSELF:
        raise
    except (Exception, SystemExit) as error:
        raise _explained(error, resolver, kind, (), arguments) from error


def _merged(cfg: object, default_args: object) -> dict[str, Any]:
    if not isinstance(cfg, Mapping):
        raise WrongType("cfg", "a dict, or another mapping", cfg)
    if default_args is None:
        return dict(cfg)
    if not isinstance(default_args, Mapping):
        raise WrongType("default_args", "a mapping or None", default_args)
    return {**default_args, **cfg}


def _constructor(resolver: Resolver, kind: object) -> Constructor:
    if isinstance(kind, str):
        return resolver.constructor(kind)
    if callable(kind):
        return kind
    raise WrongType("type", "the name of an entry, or a class or function passed by code", kind)


class _Building(Walk):
    """A walk in which a node becomes what its type makes of its arguments."""

    def node(self, frame: Frame) -> Any:
        arguments = frame.done
        args = arguments.pop(ARGS, ())
        try:
            constructor = frame.resolver.constructors[frame.kind]
        except (KeyError, TypeError):
            constructor = None
        if constructor is None:
            constructor = _constructor(frame.resolver, frame.kind)
        if frame.partial:
            return functools.partial(constructor, *args, **arguments)
        try:
            return constructor(*args, **arguments)
        except _SAYS_ITSELF:
            raise
        except (Exception, SystemExit) as error:
            explained = _explained(error, frame.resolver, frame.kind, args, arguments)
            raise explained from error


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
    if isinstance(kind, str):
        found, entry = resolver.described(kind)
        what, provider, bound = kind, str(entry.provider), entry.kwargs
    if isinstance(error, TypeError):
        faults = mismatch(found, args, kwargs, bound)
        if faults is not None:
            return ArgumentError(what, provider, **faults)
    return BuildError(what, provider, told(error, own=RegistryError))


def mismatch(
    found: Constructor,
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
    bound: Mapping[str, object],
) -> dict[str, Any] | None:
    """How arguments do not fit a signature, or None where they do or nobody can tell.

    Args:
        found: what would be called, with the arguments `bound` to it.
        args: positional arguments.
        kwargs: keyword arguments.
        bound: what an entry binds; it cannot be given again.

    Returns:
        The keyword arguments of `ArgumentError`.
    """
    # Late: only errors need it, and it is slow to import.
    import inspect

    try:
        signature = inspect.signature(found)
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
