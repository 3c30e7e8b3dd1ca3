"""A config taken apart: its mappings and lists, control keys read, each with the way to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from registry_core.errors import ConfigError, MissingType, RegistryError, WrongType
from registry_core.limits import MAX_CONFIG_DEPTH, MAX_CONFIG_NODES
from registry_core.scope import current_scope
from registry_core.text import error_text

if TYPE_CHECKING:
    from typing import Self

    from registry_core.entry import Entry


TYPE = "type"
ARGS, LITERAL, PARTIAL = "_args_", "_literal_", "_partial_"
REGISTRY, SCOPE = "_registry_", "_scope_"
CONTROLS = frozenset({ARGS, LITERAL, PARTIAL, REGISTRY, SCOPE})
# Types whose values hold no config: a test of a type is cheaper than of what it is an instance of.
LEAVES = frozenset({str, int, float, bool, type(None), bytes, type})

_SEQUENCES = frozenset({list, tuple})

Constructor = Callable[..., Any]


class Resolver(Protocol):
    """A scope of a registry, as far as building has to know it."""

    @property
    def hits(self) -> Mapping[Any, Any]:
        """What is remembered, by key; its `construct` is what to call, or None."""
        ...

    @property
    def group(self) -> str:
        """The group of the registry."""
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

    def is_wrapped(self) -> bool:
        """Whether hooks stand around construction, which may change arguments."""
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


# Finds the registry of a name that is said inside the registry of a group.
Registries = Callable[[str, str], Resolver]


def is_literal(value: object) -> bool:
    """Whether `value` is a mapping whose only key is `_literal_`: data that is never built."""
    # A plain dict is by far the most frequent, and asking an abstract class is slow.
    if type(value) is dict or is_mapping(value):
        try:
            return len(value) == 1 and LITERAL in value  # type: ignore[arg-type, operator]
        except Exception:
            # Where it is to be built, its part says so.
            return False
    return False


def is_mapping(value: object) -> bool:
    """Whether `value` is a mapping; a proxy of nothing raises when it is asked what it is."""
    try:
        return isinstance(value, Mapping)
    except Exception:
        return False


def is_text(value: object) -> TypeGuard[str]:
    """Whether `value` is a str by its type, whatever it says of itself."""
    return issubclass(type(value), str)


class Setting:
    """How some parts of a config are built. Lives as long as they; most parts of one share it.

    Attributes:
        resolver: the scope in which names are looked up.
        ambient: the default scope that the config sets for what is built; None where it sets none.
        partial: whether what a part names is not to be called yet.
    """

    __slots__ = ("ambient", "partial", "resolver")

    def __init__(self, resolver: Resolver, ambient: str | None, *, partial: bool = False) -> None:
        self.resolver = resolver
        self.ambient = ambient
        self.partial = partial


# What a part is: something with a type and keyword arguments alone; with control keys, too; a plain
# mapping, list or tuple; or refused, its type being the error to raise.
NODE, SPECIAL, MAPPING, LIST, TUPLE, REFUSED = range(6)

# Kind, type, contents, setting, the part that it is in and its key there. The contents are a copy,
# in which what is built of the parts inside takes their place. A plain tuple, because a build
# makes one for each mapping and list: any class of ours would take longer than all the rest.
Part = tuple[int, Any, Any, Setting, "Part | None", object]


def take_apart(
    cfg: Mapping[str, Any], resolver: Resolver, registries: Registries, *, recursive: bool
) -> list[Part]:
    """The parts of `cfg`, in the order in which to build them: what is inside comes first.

    Nothing is raised for a wrong control key: it makes a part that says why. There is no recursion,
    because a config may nest deeper than Python calls may.

    Args:
        cfg: a mapping with a type; no literal.
        resolver: where its names are looked up.
        registries: finds the registry that `_registry_` names.
        recursive: whether to go into nested configs; else only into ``_args_``.

    Raises:
        MissingType: it has no type.
        ConfigError: it refers to itself, nests too deep or fans out without bound.
    """
    if TYPE not in cfg:
        raise MissingType([str(key) for key in cfg])
    parts: list[Part] = []
    waiting: list[tuple[Any, Setting, Part | None, object]]
    waiting = [(cfg, Setting(resolver, None), None, None)]
    for _ in range(MAX_CONFIG_NODES):
        if not waiting:
            break
        source, setting, parent, key = waiting.pop()
        part = _part(source, setting, parent, key, registries)
        parts.append(part)
        kind, _, contents, setting, _, _ = part
        if kind == REFUSED:
            continue
        if setting.partial:
            setting = Setting(setting.resolver, setting.ambient)
        for inner, value in contents.items() if kind <= MAPPING else enumerate(contents):
            of = type(value)
            if of in LEAVES:
                continue
            # Subclasses of lists and tuples, named tuples among them, are somebody's data.
            mapping = of is dict or (of not in _SEQUENCES and is_mapping(value))
            if mapping and (
                (len(value) == 1 and LITERAL in value) if of is dict else is_literal(value)
            ):
                contents[inner] = value[LITERAL]
            elif (mapping or of in _SEQUENCES) and (
                recursive or (parent is None and inner == ARGS)
            ):
                waiting.append((value, setting, part, inner))
    parts.reverse()
    if waiting or len(parts) > MAX_CONFIG_DEPTH:
        _refuse_endless(cfg, parts, crowded=bool(waiting))
    return parts


def _part(
    source: Any, setting: Setting, parent: Part | None, key: object, registries: Registries
) -> Part:
    """The part that a mapping, list or tuple is."""
    of = type(source)
    if of in _SEQUENCES:
        return (LIST if of is list else TUPLE, None, list(source), setting, parent, key)
    try:
        contents: dict[str, Any] = source.copy() if of is dict else dict(source)
    except Exception as error:
        unreadable = ConfigError(f"a mapping that cannot be read: {error_text(error)}")
        unreadable.__cause__ = error
        return (REFUSED, unreadable, {}, setting, parent, key)
    if TYPE not in contents:
        return (MAPPING, None, contents, setting, parent, key)
    kind, named = NODE, contents.pop(TYPE)
    if type(named) is not str and is_text(named):
        named = str.__str__(named)
    if not CONTROLS.isdisjoint(contents):
        kind, setting, named = _controlled(contents, setting, registries, named)
    return (kind, named, contents, setting, parent, key)


def _controlled(
    contents: dict[str, Any], setting: Setting, registries: Registries, named: object
) -> tuple[int, Setting, object]:
    """What control keys make of a part; they are taken out of its contents, but for `_args_`."""
    resolver, ambient = setting.resolver, setting.ambient
    try:
        partial = contents.pop(PARTIAL, False)
        if not isinstance(partial, bool):
            raise WrongType(PARTIAL, "true or false", partial)
        if REGISTRY in contents:
            name = _text(REGISTRY, contents.pop(REGISTRY))
            resolver = registries(name, resolver.group).start(ambient or current_scope())
        if SCOPE in contents:
            ambient = _text(SCOPE, contents.pop(SCOPE))
            resolver = resolver.within(ambient)
        if type(contents.get(ARGS, [])) not in _SEQUENCES:
            raise WrongType(ARGS, "a list", contents[ARGS])
    except RegistryError as error:
        return REFUSED, setting, error
    return SPECIAL, Setting(resolver, ambient, partial=partial), named


def _text(key: str, value: object) -> str:
    if not is_text(value):
        raise WrongType(key, "a str", value)
    return str.__str__(value)


def path_to(part: Part) -> tuple[object, ...]:
    """The keys and indices that lead to a part."""
    keys: list[object] = []
    above: Part | None = part
    while above is not None and above[4] is not None:
        keys.append(above[5])
        above = above[4]
    return tuple(reversed(keys))


def _refuse_endless(cfg: Mapping[str, Any], parts: list[Part], *, crowded: bool) -> None:
    """Raise for a config that refers to itself, nests too deep or, if `crowded`, has no bound.

    Raises:
        ConfigError: saying which, and where.
    """
    depths: dict[int, int] = {}
    for part in reversed(parts):
        depth = depths[id(part)] = 1 if part[4] is None else depths[id(part[4])] + 1
        if depth > MAX_CONFIG_DEPTH or (crowded and part is parts[0]):
            path = path_to(part)
            itself = _first_repeated(cfg, path)
            reason = f"nests deeper than {MAX_CONFIG_DEPTH:,} levels"
            if itself is not None:
                path, reason = itself, "refers to itself here"
            elif depth <= MAX_CONFIG_DEPTH:
                path, reason = (), f"has more than {MAX_CONFIG_NODES:,} mappings and lists"
            error = ConfigError(f"the config {reason}")
            error.within(path)
            raise error


def _first_repeated(cfg: Any, path: tuple[object, ...]) -> tuple[object, ...] | None:
    """The way to the first container on `path` that is also above itself."""
    above = {id(cfg)}
    for depth, key in enumerate(path, 1):
        cfg = cfg[key]
        if id(cfg) in above:
            return path[:depth]
        above.add(id(cfg))
    return None
