"""Flash's registries: `FlashRegistry`, `ConcatRegistry` of several, and `ExternalRegistry`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from typing import Any, NoReturn

from registry_core.compat.flash.base import Base
from registry_core.compat.flash.errors import FunctionNotFound, SeveralExternal, takes_nothing
from registry_core.compat.flash.installed import Installed
from registry_core.compat.flash.providers import in_words, showing
from registry_core.entry import Entry, Provider
from registry_core.errors import WrongType
from registry_core.guesses import may_guess
from registry_core.tree.missing import close_keys
from registry_core.tree.registered import making_module


class FlashRegistry(Base):
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
        self.functions = []
        self._verbose = verbose
        self._installed = Installed(name, group, making_module(self))
        self._removed = set()

    def __add__(self, other: FlashRegistry) -> ConcatRegistry:
        if not hasattr(other, "available_keys"):
            return NotImplemented
        return ConcatRegistry(other, self)


class ConcatRegistry(FlashRegistry):
    """Several registries as one. Lives as long as you hold it; its registries are shared.

    A name is looked for in one after the other; in external ones only where no other has it.
    ``a + b`` is one of `b` and `a`, in this order, as in Flash.

    Args:
        registries: what to put together.

    Attributes:
        registries: as given, but for sums: of these, the registries in them.

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
        self.registries: tuple[Any, ...] = tuple(chain.from_iterable(map(_parts, registries)))
        in_order = self._local() + self._external()
        self.name = ",".join(dict.fromkeys(each.name for each in in_order))
        self._verbose = any(each._verbose for each in registries)

    @property
    def functions(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """What code registered, of one registry after the other: a new list of the same dicts."""
        return list(chain.from_iterable(each.functions for each in self.registries))

    def _local(self) -> list[Any]:
        return [each for each in self.registries if not _is_external(each)]

    def _external(self) -> list[Any]:
        return [each for each in self.registries if _is_external(each)]

    def _register_function(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        override: bool = False,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Register `fn` in the first of the registries that takes something."""
        for each in self.registries:
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


class ExternalRegistry(FlashRegistry):
    """What is outside, a model hub for example: a getter, whose first argument is a name.

    Lives as long as the registries that it is added to. What is installed for us is not in it.
    Every name is in it, as in Flash: only the getter could tell, and it is not called for that.

    Args:
        getter: called with the name, and with what the caller passes besides.
        name: what it is a registry of.
        providers: who provides it, shown at each use: a `Provider`, a str, or a list of them.
        verbose: of no effect: nothing is registered here.
        keys: the names to list, or a function that returns them, called each time; of several
            external registries in a sum, the one that lists a name is asked for it.
        metadata: the metadata of everything in it.

    The arguments are attributes too: `providers` as a list or None, the names of `keys` as a tuple.

    Raises:
        WrongType: `getter` cannot be called, or `keys` is a str.

    Example:
        >>> HUB = ExternalRegistry(int, "hub_doc", keys=["1", "2"])
        >>> "3" in HUB, HUB.get("3")(), HUB.available_keys()
        (True, 3, ['1', '2'])
        >>> HUB + FlashRegistry("local_doc")
        ConcatRegistry(registries=(FlashRegistry(name=local_doc, functions=none), \
ExternalRegistry(name=hub_doc, functions='1', '2')))
    """

    # Flash's own ConcatRegistry looks for this None: nothing can be registered here.
    _register_function: Any = None

    def __init__(
        self,
        getter: Callable[..., Any],
        name: str,
        providers: object = None,
        verbose: bool = False,
        *,
        keys: Iterable[str] | Callable[[], Iterable[str]] | None = None,
        **metadata: Any,
    ) -> None:
        if not callable(getter):
            raise WrongType("getter", "callable", getter)
        fits = keys is None or callable(keys) or isinstance(keys, Iterable)
        if not fits or isinstance(keys, str):
            raise WrongType("keys", "an iterable of str, or a function that returns one", keys)
        self.name = name
        self.functions = []
        self._verbose = verbose
        self.getter = getter
        # Keep the list object itself, as Flash does.
        is_list = providers is None or isinstance(providers, list)
        self.providers: Any = providers if is_list else [providers]
        self.metadata = metadata
        self.keys = keys if keys is None or callable(keys) else tuple(keys)
        self._module = making_module(self)

    def _listed(self) -> list[str]:
        keys = self.keys
        return sorted((keys() if callable(keys) else keys) or ())

    def remove(self, key: str) -> NoReturn:
        """Raise NotRegistrable: what is outside is not ours."""
        raise takes_nothing(self.name, "removing")

    def get(
        self, key: str, with_metadata: bool = False, strict: bool = True, **metadata: Any
    ) -> Any:
        """A partial of the getter for any name, listed or not; each call shows its providers.

        Args:
            key: the name.
            with_metadata: return ``{"fn", "name", "metadata"}`` in place of the partial.
            strict: of no effect, as in Flash, and neither is `metadata`.
            metadata: see `strict`.
        """
        fn = showing(key, self.providers, partial(self.getter, key))
        return {"fn": fn, "name": key, "metadata": self.metadata} if with_metadata else fn

    def available_keys(self) -> list[str]:
        """The names that are listed; where none are, who provides them."""
        if self.keys is not None:
            return self._listed()
        who = ", ".join(in_words(self.providers))
        return [f"Anything available from: {who}"] if who else []

    def entries(self, **metadata: object) -> list[Entry]:
        """An entry for each name that is listed.

        Args:
            metadata: only if the metadata of everything here has all these values.
        """
        if not metadata.items() <= self.metadata.items():
            return []
        plain = Entry("", None, metadata=self.metadata, provider=Provider(self._module))
        return [
            plain._replace(name=key, target=partial(self.getter, key)).frozen()
            for key in self._listed()
        ]

    def __len__(self) -> int:
        return len(self._listed())

    def __contains__(self, key: object) -> bool:
        """True for any name."""
        return True


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
