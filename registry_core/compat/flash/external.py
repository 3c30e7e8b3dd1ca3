"""`ExternalRegistry`: what is outside, behind a function that gets it by name."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NoReturn

from registry_core.compat.flash.errors import takes_nothing
from registry_core.compat.flash.providers import in_words, showing
from registry_core.compat.flash.registry import FlashRegistry
from registry_core.entry import Entry, Provider
from registry_core.errors import WrongType
from registry_core.tree.registered import making_module

Keys = Iterable[str] | Callable[[], Iterable[str]]


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
        keys: Keys | None = None,
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
        self.keys: Keys | None = keys if keys is None or callable(keys) else tuple(keys)
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
