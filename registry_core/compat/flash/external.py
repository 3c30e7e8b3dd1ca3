"""`ExternalRegistry`: what is outside, behind a function that gets it by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NoReturn

from registry_core.compat.flash.errors import ExternalIsFixed
from registry_core.compat.flash.providers import showing, told_by
from registry_core.compat.flash.registry import FlashRegistry
from registry_core.entry import Entry, Provider
from registry_core.errors import WrongType
from registry_core.tree.registering import making_module

Keys = Iterable[str] | Callable[[], Iterable[str]]


class ExternalRegistry(FlashRegistry):
    """What is outside, a model hub for example: a getter, whose first argument is a name.

    Lives as long as the registries that it is added to. What is installed for us is not in it.

    Args:
        getter: called with the name, and with what the caller passes besides.
        name: what it is a registry of.
        providers: who provides it, shown at each use: a `Provider`, a str, or a list of them.
        verbose: for Flash's sake; nothing is registered here.
        keys: the names that are known, or a function that lists them, called each time; None
            where nobody knows them.
        metadata: the metadata of everything in it.

    Attributes:
        getter: as given.
        providers: a list, or None.
        metadata: as given.
        keys: as given; an iterable as a tuple.

    Raises:
        WrongType: `getter` cannot be called, or `keys` is a str.

    Example:
        >>> HUB = ExternalRegistry(int, "hub_doc", keys=["1", "2"])
        >>> "1" in HUB, "3" in HUB, HUB.get("3")()
        (True, False, 3)
        >>> HUB + FlashRegistry("local_doc")
        ConcatRegistry(registries=(FlashRegistry(name=local_doc, functions=none), \
ExternalRegistry(name=hub_doc, functions='1', '2')))
    """

    def __init__(
        self,
        getter: Callable[..., Any],
        name: str,
        providers: object = None,
        verbose: bool = False,
        *,
        keys: Keys | None = None,
        **metadata: Any,
    ) -> None:
        if not callable(getter):
            raise WrongType("getter", "callable", getter)
        fits = keys is None or callable(keys) or isinstance(keys, Iterable)
        if not fits or isinstance(keys, str):
            raise WrongType("keys", "an iterable of str, or a function that returns one", keys)
        self.name = name
        self._verbose = verbose
        self.getter = getter
        # A list stays the very list that was given, as Flash has it.
        is_list = providers is None or isinstance(providers, list)
        self.providers: Any = providers if is_list else [providers]
        self.metadata = metadata
        self.keys: Keys | None = keys if keys is None or callable(keys) else tuple(keys)
        self._module = making_module(self)

    @property
    def functions(self) -> list[dict[str, Any]]:
        """Nothing: code registers nothing here."""
        return []

    def _known(self) -> list[str]:
        """The names that are known, sorted."""
        keys = self.keys
        return sorted((keys() if callable(keys) else keys) or ())

    def _writable(self) -> NoReturn:
        raise ExternalIsFixed(self.name, "registering")

    def remove(self, key: str) -> NoReturn:
        """Refuse: what is outside is not ours.

        Raises:
            ExternalIsFixed: always.
        """
        raise ExternalIsFixed(self.name, "removing")

    def get(
        self, key: str, with_metadata: bool = False, strict: bool = True, **metadata: Any
    ) -> Any:
        """A partial of the getter for any name, also for one that is not known.

        Args:
            key: the name.
            with_metadata: return ``{"fn", "name", "metadata"}`` in place of the partial.
            strict: of no effect, as in Flash.
            metadata: the same.

        Returns:
            The partial; wrapped, so that each call shows who provides it.
        """
        fn = showing(key, self.providers, partial(self.getter, key))
        return {"fn": fn, "name": key, "metadata": {**self.metadata}} if with_metadata else fn

    def available_keys(self) -> list[str]:
        """The names that are known; where nobody knows them, who provides them."""
        if self.keys is not None:
            return self._known()
        who = ", ".join(told_by(self.providers))
        return [f"Anything available from: {who}"] if who else []

    def entries(self, **metadata: object) -> list[Entry]:
        """An entry for each name that is known.

        Args:
            metadata: only if the metadata of everything here has all these values.
        """
        if not metadata.items() <= self.metadata.items():
            return []
        plain = Entry("", None, metadata=self.metadata, provider=Provider(self._module))
        return [
            plain._replace(name=key, target=partial(self.getter, key)).frozen()
            for key in self._known()
        ]

    def __len__(self) -> int:
        return len(self._known())

    def __contains__(self, key: object) -> bool:
        """Whether the name is known. `get` takes any."""
        return key in self._known()
