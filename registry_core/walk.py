"""One pass over a config, children first: control keys, limits, and the path to each node."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from registry_core.errors import ConfigError, MissingType, RegistryError, WrongType
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
CONTROLS = frozenset({ARGS, LITERAL, PARTIAL, REGISTRY, SCOPE})
# Types whose values hold no config: a test of a type is cheaper than of what it is an instance of.
LEAVES = frozenset({str, int, float, bool, type(None), bytes, type})

_SEQUENCES = (list, tuple)
_CONTAINERS = (dict, list, tuple)

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

    def entry(self, key: str) -> Entry:
        """The one entry that `key` resolves to. Imports no class of a plugin."""
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


def is_literal(value: object) -> bool:
    """Whether `value` is a mapping whose only key is `_literal_`: data that is never built."""
    # A plain dict is by far the most frequent, and asking an abstract class is slow.
    if type(value) is dict or isinstance(value, Mapping):
        return len(value) == 1 and LITERAL in value
    return False


_NO_KEY = object()


class Frame:
    """One container on the way through a config: what is left of it, and what has become of it.

    Attributes:
        source: the container, as it stands in the config.
        resolver: the scope in which its names are looked up.
        ambient: the default scope that a config set for it; None where none did.
        is_node: whether it has a type, so that something is built of it.
        kind: that type.
        partial: whether its type is not to be called yet.
        items: what is left to look at.
        key: the key of what is being looked at.
        done: what has been looked at, by key.
    """

    __slots__ = (
        "ambient",
        "done",
        "is_node",
        "items",
        "key",
        "kind",
        "partial",
        "resolver",
        "source",
    )

    def __init__(self, source: object, resolver: Resolver, ambient: str | None) -> None:
        self.source = source
        self.resolver = resolver
        self.ambient = ambient
        self.is_node = False
        self.kind: Any = None
        self.partial = False
        self.items: Iterator[tuple[Any, Any]] = iter(())
        self.key: object = _NO_KEY
        self.done: dict[Any, Any] = {}


class Walk(ABC):
    """One pass over one config: made for it, used once.

    It keeps a stack of its own, because a config may nest deeper than Python calls may.

    Args:
        registries: finds the registry that `_registry_` names.
        recursive: whether to go into nested configs; else only into ``_args_``.
    """

    def __init__(self, registries: Registries, *, recursive: bool) -> None:
        self._recursive = recursive
        self._registries = registries
        self._stack: list[Frame] = []
        self._open: set[int] = set()
        self._nodes = 0

    @abstractmethod
    def node(self, frame: Frame) -> Any:
        """What becomes of a node, once all in it is done."""

    def run(self, resolver: Resolver, cfg: Mapping[str, Any]) -> Any:
        """What becomes of `cfg`, from `resolver`."""
        if is_literal(cfg):
            return cfg[LITERAL]
        try:
            if TYPE not in cfg:
                raise MissingType([str(key) for key in cfg])
            self._push(self.enter(cfg, resolver, None))
            return self._finish()
        except RegistryError as error:
            error.within(self.path())
            raise

    def _finish(self) -> Any:
        stack = self._stack
        while True:
            frame = stack[-1]
            for key, value in frame.items:
                if type(value) in LEAVES:
                    frame.done[key] = value
                elif is_literal(value):
                    frame.done[key] = value[LITERAL]
                elif self._descends(key, value):
                    frame.key = key
                    self._push(self.enter(value, frame.resolver, frame.ambient))
                    break
                else:
                    frame.done[key] = value
            else:
                frame.key = _NO_KEY
                result = self._become(frame)
                stack.pop()
                self._open.discard(id(frame.source))
                if not stack:
                    return result
                stack[-1].done[stack[-1].key] = result

    def _descends(self, key: object, value: object) -> bool:
        if not self._recursive and not (key == ARGS and len(self._stack) == 1):
            return False
        # Subclasses of lists and tuples, named tuples among them, are data of somebody else's.
        return type(value) in _CONTAINERS or isinstance(value, Mapping)

    def _push(self, frame: Frame) -> None:
        self._open.add(id(frame.source))
        self._stack.append(frame)

    def enter(self, source: Any, resolver: Resolver, ambient: str | None) -> Frame:
        """The frame of a container that is met.

        Raises:
            ConfigError: the config refers to itself, nests too deep or fans out without bound.
            WrongType: a control key has the wrong type.
            ScopeNotFound, RegistryNotFound: a control key names what is not there.
        """
        self._nodes += 1
        if id(source) in self._open:
            raise ConfigError("the config refers to itself here")
        if self._nodes > MAX_NODES:
            raise ConfigError(f"the config has more than {MAX_NODES:,} mappings and lists")
        if len(self._stack) >= MAX_DEPTH:
            raise ConfigError(f"the config nests deeper than {MAX_DEPTH:,} levels")
        frame = Frame(source, resolver, ambient)
        if type(source) in _SEQUENCES:
            frame.items = iter(tuple(enumerate(source)))
        elif TYPE not in source:
            frame.items = iter(tuple(source.items()))
        else:
            arguments = dict(source)
            frame.is_node = True
            frame.kind = arguments.pop(TYPE)
            if not CONTROLS.isdisjoint(arguments):
                self._control(frame, arguments)
            frame.items = iter(arguments.items())
        return frame

    def _control(self, frame: Frame, arguments: dict[str, Any]) -> None:
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

    def _become(self, frame: Frame) -> Any:
        if frame.is_node:
            if frame.ambient is None:
                return self.node(frame)
            with default_scope(frame.ambient):
                return self.node(frame)
        kind = type(frame.source)
        return kind(frame.done.values()) if kind in _SEQUENCES else frame.done

    def path(self) -> tuple[Any, ...]:
        """Where the walk is: the keys and indices that lead there."""
        return tuple(frame.key for frame in self._stack if frame.key is not _NO_KEY)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise WrongType(key, "a str", value)
    return value
