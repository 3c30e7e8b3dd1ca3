"""`FlashRegistry`: functions by name and metadata; `ConcatRegistry`: several of these as one."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from registry_core.compat.flash.errors import FunctionNotFound, SeveralExternal, takes_nothing
from registry_core.compat.flash.functions import Functions
from registry_core.compat.flash.installed import Installed
from registry_core.compat.flash.registering import Registering
from registry_core.guesses import may_guess
from registry_core.tree.missing import close_keys
from registry_core.tree.registered import making_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from registry_core.entry import Entry


class FlashRegistry(Registering):
    """Functions by name and metadata, as in Lightning Flash; and whatever is installed.

    One should live as long as your application does: make it at the top of a module, or as an
    attribute of a `Task`. Several functions may have one name; metadata tells them apart. What
    is installed under its group is in it without being imported, that of a scope under a dotted
    key, "extra.resnet18". What code registers is found before that. Threads may share it.

    Args:
        name: what it is a registry of; any string.
        verbose: whether each registration is shown.
        group: the entry-point group; None for ``registry_core.NAME``, which is shared by all who
            use that name: with a name that cannot be one ("", "hooks"), code alone registers.
            Published frameworks pass one of their own.

    Attributes:
        name: what it is a registry of.
        functions: what code registered, in order: a dict with "fn", "name" and "metadata" for each.
            It is the registry: what is added, changed or left out here is so there, and another
            list may be assigned. What is installed is not in it; `entries` has both.

    Raises:
        AddressError: the group cannot be an address.

    Example:
        >>> BACKBONES = FlashRegistry("backbones_doc")
        >>> @BACKBONES(name="resnet18", depth=18)
        ... def resnet18(pretrained=True):
        ...     return "a backbone", 512
        >>> BACKBONES.get("resnet18", depth=18)()
        ('a backbone', 512)
        >>> BACKBONES.get("resnet81")
        Traceback (most recent call last):
        registry_core.compat.flash.errors.FunctionNotFound: Key: resnet81 is not in \
FlashRegistry. Available keys: ['resnet18']; did you mean 'resnet18'?
    """

    def __init__(self, name: str, verbose: bool = False, *, group: str | None = None) -> None:
        self.name = name
        self.functions = Functions()
        self._verbose = verbose
        self._installed = Installed(name, group, making_module(self))
        self._removed = set()

    def __add__(self, other: FlashRegistry) -> ConcatRegistry:
        if not hasattr(other, "available_keys"):
            return NotImplemented
        return ConcatRegistry(*_parts(other), *_parts(self))


class ConcatRegistry(FlashRegistry):
    """Several registries as one. Lives as long as you hold it; its registries are shared.

    A name is looked for in one after the other; in external ones only where no other has it.
    ``a + b`` is one of `b` and `a`, in this order, as in Flash.

    Args:
        registries: what to put together.

    Attributes:
        registries: as given.

    Example:
        >>> FIRST, SECOND = FlashRegistry("first_doc"), FlashRegistry("second_doc")
        >>> _ = FIRST(fn=dict, name="head")
        >>> BOTH = ConcatRegistry(FIRST, SECOND)
        >>> BOTH.get("head"), BOTH.name
        (<class 'dict'>, 'first_doc,second_doc')
        >>> BOTH.get("haed")
        Traceback (most recent call last):
        registry_core.compat.flash.errors.FunctionNotFound: No matches found in registry. Asked \
for 'haed': 'first_doc', 'second_doc'; did you mean 'head'?
    """

    def __init__(self, *registries: FlashRegistry) -> None:
        in_order = sorted(registries, key=_is_external)
        self.name = ",".join(dict.fromkeys(each.name for each in in_order))
        self._verbose = any(each._verbose for each in registries)
        self.registries: tuple[Any, ...] = registries

    @property
    def functions(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """What code registered, of one registry after the other: a new list of the same dicts."""
        return list(chain.from_iterable(each.functions for each in self.registries))

    def _local(self) -> list[Any]:
        return [each for each in _flat(self.registries) if not _is_external(each)]

    def _external(self) -> list[Any]:
        return [each for each in _flat(self.registries) if _is_external(each)]

    def _register_function(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        override: bool = False,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Register `fn` in the first of the registries that takes something."""
        for each in _flat(self.registries):
            if getattr(each, "_register_function", None) is not None:
                each._register_function(fn, name=name, override=override, metadata=metadata or {})
                return
        raise takes_nothing(self.name, "registering")

    def get(
        self, key: str, with_metadata: bool = False, strict: bool = True, **metadata: Any
    ) -> Any:
        """The function of that name and metadata, from the first registry that has it.

        Its arguments are those of `FlashRegistry.get`, and so are its results and errors; but
        without `strict` the list is empty where nothing has the name.

        Raises:
            SeveralExternal: only external registries may have it, and more than one.
        """
        asked = {"with_metadata": with_metadata, "strict": strict, **metadata}
        found: list[Any] = []
        missed: KeyError | None = None
        for registry in self._local():
            if key not in registry:
                continue
            try:
                answer = registry.get(key, **asked)
            except KeyError as error:
                # The metadata does not fit here: the next registry may have both.
                missed = missed or error
                continue
            if strict:
                return answer
            found += answer
        if missed is not None and not found:
            raise missed
        external = self._external()
        listing = [each for each in external if _lists(each, key)]
        if not found and not listing:
            for registry in self._local():
                if isinstance(registry, FlashRegistry) and registry._answer(key) is not None:
                    return registry.get(key, **asked)
        if strict:
            return self._only(key, listing or external).get(key, **asked)
        # One that does not list its names may have any.
        fitting = [e for e in external if e in listing or getattr(e, "keys", None) is None]
        asking = fitting if fitting or found else external
        return found + [each.get(key, **asked) for each in asking]

    def _only(self, key: str, external: list[Any]) -> Any:
        if len(external) > 1:
            raise SeveralExternal(key, [each.name for each in external])
        if not external:
            names, kind = [each.name for each in self._local()], type(self).__name__
            keys = self.available_keys() if may_guess(str(key)) else ()
            close = close_keys(str(key), ((each, each) for each in keys))
            raise FunctionNotFound(key, self.name, kind, registries=names, close=close)
        return external[0]

    def remove(self, key: str) -> None:
        """Drop all functions of that name, and hide what is installed as it, where it is had."""
        for registry in self._local():
            if key in registry and getattr(registry, "remove", None) is not None:
                registry.remove(key)

    def available_keys(self) -> list[str]:
        """The names of one registry after the other, those of each sorted."""
        return list(chain.from_iterable(each.available_keys() for each in self.registries))

    def entries(self, **metadata: object) -> list[Entry]:
        """The entries of one registry after the other; Flash's own registries have none.

        Args:
            metadata: only entries whose metadata has all these values.
        """
        ours = (each for each in self.registries if isinstance(each, FlashRegistry))
        return list(chain.from_iterable(each.entries(**metadata) for each in ours))

    def __len__(self) -> int:
        return sum(map(len, self.registries))

    def __contains__(self, key: object) -> bool:
        """Whether one of the registries has the name: always, where one is external."""
        return any(key in each for each in self.registries)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(registries={self.registries})"


def _is_external(registry: object) -> bool:
    # By attribute and not by class: Flash's own registries can be summed with ours.
    return hasattr(registry, "getter")


def _lists(registry: Any, key: str) -> bool:
    keys: Any = getattr(registry, "keys", None)
    listed: Any = keys() if callable(keys) else keys
    return key in (listed or ())


def _parts(registry: FlashRegistry) -> tuple[FlashRegistry, ...]:
    """The registries that are put together in `registry`; itself where it is one."""
    parts: tuple[FlashRegistry, ...] = getattr(registry, "registries", (registry,))
    return parts


def _flat(registries: Iterable[Any]) -> Iterator[Any]:
    for registry in registries:
        parts = _parts(registry)
        yield from parts if parts == (registry,) else _flat(parts)
