"""`ConcatRegistry`: several registries as one, external ones last."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from registry_core.compat.flash.errors import (
    ExternalIsFixed,
    NoMatch,
    SeveralExternal,
    close_matches,
)
from registry_core.compat.flash.registry import FlashRegistry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.entry import Entry


def _is_external(registry: object) -> bool:
    # By what it has: Flash's own registries may be put together with ours.
    return hasattr(registry, "getter")


def parts_of(registry: FlashRegistry) -> tuple[FlashRegistry, ...]:
    """The registries that are put together in `registry`; itself where it is one."""
    parts: tuple[FlashRegistry, ...] = getattr(registry, "registries", (registry,))
    return parts


class ConcatRegistry(FlashRegistry):
    """Several registries as one. Lives as long as whoever holds it; its registries are shared.

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
        registry_core.compat.flash.errors.NoMatch: No matches found in registry. Asked for \
'haed': 'first_doc', 'second_doc'; did you mean 'head'?
    """

    def __init__(self, *registries: FlashRegistry) -> None:
        in_order = sorted(registries, key=_is_external)
        self.name = ",".join(dict.fromkeys(each.name for each in in_order))
        self._verbose = any(each._verbose for each in registries)
        self.registries: tuple[Any, ...] = registries

    @property
    def functions(self) -> list[dict[str, Any]]:
        """What code registered, of one registry after the other."""
        return list(chain.from_iterable(each.functions for each in self.registries))

    def _local(self) -> list[Any]:
        return [each for each in _flat(self.registries) if not _is_external(each)]

    def _external(self) -> list[Any]:
        return [each for each in _flat(self.registries) if _is_external(each)]

    def _writable(self) -> FlashRegistry:
        for registry in self._local():
            if isinstance(registry, FlashRegistry):
                return registry
        raise ExternalIsFixed(self.name, "registering")

    def get(
        self, key: str, with_metadata: bool = False, strict: bool = True, **metadata: Any
    ) -> Any:
        """The function of that name and metadata, from the first registry that has it.

        Args:
            key: the name.
            with_metadata: return ``{"fn", "name", "metadata"}`` in place of the function.
            strict: return the first that fits; if not, a list of all, which may be empty.
            metadata: only functions whose metadata has all these values.

        Returns:
            As the registries' own `get`.

        Raises:
            NoMatch: no registry has that name.
            MetadataMismatch: none of that name has that metadata.
            SeveralExternal: only external registries have it, and more than one.
            PluginLoadError, HookError: as `FlashRegistry.get` says.
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
                # It has the name, and not that metadata; another may have both.
                missed = missed or error
                continue
            if strict:
                return answer
            found += answer
        if missed is not None and not found:
            raise missed
        external = self._external()
        listing = [each for each in external if key in each]
        if not found and not listing:
            for registry in self._local():
                if isinstance(registry, FlashRegistry) and registry.is_looked_up(key):
                    return registry.get(key, **asked)
        if strict:
            return self._only(key, listing or external).get(key, **asked)
        # Who does not list its names may have any.
        silent = [each for each in external if getattr(each, "keys", None) is None]
        fitting = [each for each in external if each in listing or each in silent]
        asking = fitting if fitting or found else external
        return found + [each.get(key, **asked) for each in asking]

    def _only(self, key: str, external: list[Any]) -> Any:
        if len(external) > 1:
            raise SeveralExternal(key, [each.name for each in external])
        if not external:
            names = [each.name for each in self._local()]
            raise NoMatch(key, names, close_matches(str(key), self.available_keys()))
        return external[0]

    def is_looked_up(self, key: str) -> bool:
        """Whether a lookup hook of one of the registries knows the name."""
        return any(
            each.is_looked_up(key) for each in self._local() if isinstance(each, FlashRegistry)
        )

    def remove(self, key: str) -> None:
        """Drop all functions of that name, and hide what is installed as it, where it is had."""
        for registry in self._local():
            if key in registry:
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
        """Whether a registry that is not external has the name, or an external one lists it."""
        return any(key in each for each in self.registries)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(registries={self.registries})"


def _flat(registries: Iterable[Any]) -> Iterator[Any]:
    for registry in registries:
        parts = parts_of(registry)
        if parts == (registry,):
            yield registry
        else:
            yield from _flat(parts)
