"""From a config to an instance. Sees a registry only as a `Resolver`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from registry_core.errors import (
    ArgumentError,
    BaseMismatch,
    BuildError,
    ConfigError,
    HookError,
    MissingType,
    RegistryError,
    WrongType,
    told,
)
from registry_core.scope import current_scope, default_scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from registry_core.entry import Entry

MAX_NODES = 100_000
MAX_DEPTH = 10_000

TYPE = "type"
ARGS, LITERAL, PARTIAL = "_args_", "_literal_", "_partial_"
REGISTRY, SCOPE = "_registry_", "_scope_"
_CONTROLS = frozenset({ARGS, LITERAL, PARTIAL, REGISTRY, SCOPE})
_LEAVES = frozenset({str, int, float, bool, type(None), bytes, type})

Constructor = Callable[..., Any]


class Resolver(Protocol):
    """A scope of a registry, as far as building has to know it."""

    @property
    def constructors(self) -> dict[str, Constructor]:
        """What is remembered, by key."""
        ...

    @property
    def recursive(self) -> bool:
        """Whether nested configs are built first unless the call says otherwise."""
        ...

    def constructor(self, key: str) -> Constructor:
        """What to call for `key`, resolved, loaded and remembered."""
        ...

    def described(self, key: str) -> tuple[Constructor, Entry]:
        """The object and the entry of `key`, for a message."""
        ...

    def start(self, scope: str | None) -> Self:
        """Where a build starts under the default scope `scope`."""
        ...

    def within(self, scope: str) -> Self:
        """The scope that a config names."""
        ...


Registries = Callable[[str], Resolver]


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
    if type(cfg) is dict:
        arguments = cfg.copy()
    elif isinstance(cfg, Mapping):
        arguments = dict(cfg)
    else:
        raise WrongType("cfg", "a dict, or another mapping,", cfg)
    if default_args is not None:
        if not isinstance(default_args, Mapping):
            raise WrongType("default_args", "a mapping or None", default_args)
        arguments = {**default_args, **arguments}
    scope = current_scope()
    if scope is not None:
        resolver = resolver.start(scope)
    if resolver.recursive if recursive is None else recursive:
        return _Building(registries, recursive=True).build(resolver, arguments)
    for key, value in arguments.items():
        # Inside an argument, a plain build looks for nothing but a literal.
        if key in _CONTROLS or (type(value) not in _LEAVES and _is_literal(value)):
            return _Building(registries, recursive=False).build(resolver, arguments)
    try:
        kind = arguments.pop(TYPE)
    except KeyError:
        raise MissingType([str(key) for key in arguments]) from None
    try:
        constructor = resolver.constructors[kind]
    except (KeyError, TypeError):
        constructor = _constructor(resolver, kind)
    try:
        return constructor(**arguments)
    except (Exception, SystemExit) as error:
        raise _explained(error, resolver, kind, (), arguments) from error


def _constructor(resolver: Resolver, kind: object) -> Constructor:
    if isinstance(kind, str):
        return resolver.constructor(kind)
    if callable(kind):
        return kind
    raise WrongType("type", "the name of an entry, or a class or function passed by code", kind)


def _is_literal(value: object) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and LITERAL in value


class _Frame:
    """One container on the way through a config: what is left of it, and what has been built."""

    __slots__ = ("ambient", "built", "items", "key", "kind", "partial", "resolver", "source")

    def __init__(self, source: object, resolver: Resolver, ambient: str | None) -> None:
        self.source = source
        self.resolver = resolver
        self.ambient = ambient
        self.kind: object = None
        self.partial = False
        self.built: dict[Any, Any] = {}
        self.key: object = ""
        self.items: Iterator[tuple[Any, Any]] = iter(())


class _Building:
    """One build of one config: made for it, used once.

    It keeps a stack of its own, because a config may nest deeper than Python calls may.
    """

    def __init__(self, registries: Registries, *, recursive: bool) -> None:
        self._recursive = recursive
        self._registries = registries
        self._stack: list[_Frame] = []
        self._open: set[int] = set()
        self._nodes = 0

    def build(self, resolver: Resolver, cfg: dict[str, Any]) -> Any:
        if _is_literal(cfg):
            return cfg[LITERAL]
        if TYPE not in cfg:
            raise MissingType([str(key) for key in cfg])
        try:
            self._enter(cfg, resolver, None)
            return self._run()
        except RegistryError as error:
            error.within(self._path())
            raise

    def _run(self) -> Any:
        stack = self._stack
        while True:
            frame = stack[-1]
            for key, value in frame.items:
                if type(value) in _LEAVES:
                    frame.built[key] = value
                elif _is_literal(value):
                    frame.built[key] = value[LITERAL]
                elif self._descends(key, value):
                    frame.key = key
                    self._enter(value, frame.resolver, frame.ambient)
                    break
                else:
                    frame.built[key] = value
            else:
                result = self._close(frame)
                stack.pop()
                self._open.discard(id(frame.source))
                if not stack:
                    return result
                stack[-1].built[stack[-1].key] = result

    def _descends(self, key: object, value: object) -> bool:
        if isinstance(value, (list, tuple)):
            # Subclasses, named tuples among them, are data of somebody else's.
            inside = type(value) in (list, tuple)
        else:
            inside = isinstance(value, Mapping)
        return inside and (self._recursive or (key == ARGS and len(self._stack) == 1))

    def _enter(self, source: Any, resolver: Resolver, ambient: str | None) -> None:
        self._nodes += 1
        if id(source) in self._open:
            raise ConfigError("the config refers to itself here")
        if self._nodes > MAX_NODES:
            raise ConfigError(f"the config has more than {MAX_NODES:,} nodes")
        if len(self._stack) >= MAX_DEPTH:
            raise ConfigError(f"the config nests deeper than {MAX_DEPTH:,} levels")
        frame = _Frame(source, resolver, ambient)
        if not isinstance(source, Mapping):
            frame.items = iter(tuple(enumerate(source)))
        elif TYPE not in source:
            frame.items = iter(tuple(source.items()))
        else:
            self._enter_node(frame, dict(source))
        self._open.add(id(source))
        self._stack.append(frame)

    def _enter_node(self, frame: _Frame, arguments: dict[str, Any]) -> None:
        frame.kind = arguments.pop(TYPE)
        if not _CONTROLS.isdisjoint(arguments):
            frame.partial = arguments.pop(PARTIAL, False)
            if not isinstance(frame.partial, bool):
                raise WrongType(PARTIAL, "true or false", frame.partial)
            if REGISTRY in arguments:
                name = _text(REGISTRY, arguments.pop(REGISTRY))
                frame.resolver = self._registries(name).start(frame.ambient or current_scope())
            if SCOPE in arguments:
                frame.ambient = _text(SCOPE, arguments.pop(SCOPE))
                frame.resolver = frame.resolver.within(frame.ambient)
            if type(arguments.get(ARGS, [])) not in (list, tuple):
                raise WrongType(ARGS, "a list", arguments[ARGS])
        frame.items = iter(arguments.items())

    def _close(self, frame: _Frame) -> Any:
        if isinstance(frame.source, list):
            return list(frame.built.values())
        if isinstance(frame.source, tuple):
            return tuple(frame.built.values())
        if frame.kind is None and TYPE not in frame.source:  # type: ignore[operator]
            return frame.built
        self._stack[-1].key = ""
        if frame.ambient is None:
            return self._construct(frame)
        with default_scope(frame.ambient):
            return self._construct(frame)

    def _construct(self, frame: _Frame) -> Any:
        arguments = frame.built
        args = arguments.pop(ARGS, ())
        try:
            constructor = frame.resolver.constructors[frame.kind]  # type: ignore[index]
        except (KeyError, TypeError):
            constructor = _constructor(frame.resolver, frame.kind)
        if frame.partial:
            return functools.partial(constructor, *args, **arguments)
        try:
            return constructor(*args, **arguments)
        except (Exception, SystemExit) as error:
            explained = _explained(error, frame.resolver, frame.kind, args, arguments)
            raise explained from error

    def _path(self) -> str:
        path = ""
        for frame in self._stack:
            if isinstance(frame.key, int):
                path += f"[{frame.key}]"
            elif frame.key:
                path += f".{frame.key}" if path else str(frame.key)
        return path


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise WrongType(key, "a str", value)
    return value


def _explained(
    error: BaseException,
    resolver: Resolver,
    kind: object,
    args: tuple[object, ...],
    kwargs: dict[str, Any],
) -> RegistryError:
    """The error to raise for what a constructor raised."""
    if isinstance(error, (HookError, BaseMismatch)):
        return error
    if isinstance(kind, str):
        found, entry = resolver.described(kind)
        what, provider = kind, str(entry.provider)
    else:
        found = kind  # type: ignore[assignment]
        what, provider = getattr(kind, "__qualname__", type(kind).__name__), ""
    if isinstance(error, TypeError):
        mismatch = _mismatch(found, args, kwargs)
        if mismatch is not None:
            return ArgumentError(what, provider, **mismatch)
    reason = str(error) if isinstance(error, RegistryError) else told(error)
    return BuildError(what, provider, reason)


def _mismatch(
    found: Constructor, args: tuple[object, ...], kwargs: dict[str, Any]
) -> dict[str, Any] | None:
    """How the arguments do not fit the signature, or None where they do or nobody can tell."""
    # Late: only errors need it, and it is slow to import.
    import inspect

    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        reason = str(error)
    else:
        return None
    parameters = signature.parameters.values()
    keywords = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    names = [parameter.name for parameter in keywords]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    positional = names[: len(args)]
    return {
        "unexpected": [str(k) for k in kwargs if k not in names and not takes_any],
        "missing": [
            p.name
            for p in keywords
            if p.default is p.empty and p.name not in kwargs and p.name not in positional
        ],
        "accepts": ", ".join(names) or "no arguments",
        "reason": reason,
    }
