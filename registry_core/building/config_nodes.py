"""The parts of a config: what one is, how it is built, and the way to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from registry_core.building.containers import LITERAL, REFERENCE
from registry_core.text import key_text, listed

if TYPE_CHECKING:
    from typing import Self

    from registry_core.entry import Entry

TYPE = "type"
ARGS, KWARGS, PARTIAL, IDENTITY = "_args_", "_kwargs_", "_partial_", "_id_"
REGISTRY, SCOPE = "_registry_", "_scope_"
# Those that a plain build reads.
CONTROLS = frozenset({ARGS, KWARGS, LITERAL, PARTIAL, REGISTRY, SCOPE})
ALL_CONTROLS = CONTROLS | {IDENTITY, REFERENCE}

AS_DATA = f"if this is data, wrap it: {{{LITERAL}: ...}}"

Constructor = Callable[..., Any]


class Resolver(Protocol):
    """A scope of a registry, as far as building has to know it.

    Pickled, it is what finds that scope again: a function and its arguments.
    """

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

    @property
    def type_key(self) -> str:
        """The key under which configs say what to build."""
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

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[object, ...]]:
        """What finds this scope again, in whatever process."""
        ...


# Finds the registry of a name, as used inside the registry of a group.
Registries = Callable[[str, str], Resolver]


class Setting:
    """How some parts of a config are built. Lives as long as they; most parts of one share it.

    Attributes:
        resolver: the scope in which names are looked up.
        ambient: the default scope that the config sets for what is built; None where it sets none.
        word: the key that says what a part is.
        partial: whether what a part names is not to be called yet.
        identity: the name by which other places mean the very object; None where they do not.
    """

    __slots__ = ("ambient", "identity", "partial", "resolver", "word")

    def __init__(
        self,
        resolver: Resolver,
        ambient: str | None,
        partial: bool = False,
        identity: str | None = None,
    ) -> None:
        self.resolver = resolver
        self.ambient = ambient
        self.word = resolver.type_key
        self.partial = partial
        self.identity = identity

    def inside(self) -> Setting:
        """How what is inside such a part is built."""
        if self.partial or self.identity is not None:
            return Setting(self.resolver, self.ambient)
        return self


# What a part is: something with a type and keyword arguments alone; with control keys, too; a
# mapping, list or tuple; a reference to another part; refused: its type is the error to raise; or
# the value that a literal at the root holds, which is its contents.
NODE, SPECIAL, MAPPING, LIST, TUPLE, REFERRING, REFUSED, VALUE = range(8)

# Kind, type, contents, setting, the part that it is in and its key there. The contents are a copy,
# in which what is built of the parts inside takes their place. A reference has the name that it
# refers to for its type. A plain tuple, because a build makes one for each mapping and list: any
# class of ours would take longer than all the rest.
Part = tuple[int, Any, Any, Setting, "Part | None", object]


def path_to(part: Part) -> tuple[object, ...]:
    """The keys and indices that lead to a part."""
    keys: list[object] = []
    above: Part | None = part
    while above is not None and above[4] is not None:
        keys.append(above[5])
        above = above[4]
    return tuple(reversed(keys))


def as_data(parent: Part | None, key: object) -> str:
    """What the author of a part can do where it was meant as data.

    Args:
        parent: the part that it is in.
        key: its key there.
    """
    above = parent
    while above is not None:
        if key == LITERAL and above[5] is not KWARGS:
            beside = [key_text(each) for each in above[2] if each != LITERAL]
            where = f"; beside it: {listed(beside)}" if beside else ""
            return f"{LITERAL} must be alone in its mapping{where}"
        key, above = above[5], above[4]
    return AS_DATA
