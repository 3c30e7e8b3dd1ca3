"""A config that was read from a file: checked and built, with the place of every error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.building.config_nodes import (
    ALL_CONTROLS,
    ARGS,
    IDENTITY,
    KWARGS,
    PARTIAL,
    REGISTRY,
    SCOPE,
    TYPE,
)
from registry_core.building.construct import construct
from registry_core.building.containers import REFERENCE
from registry_core.config.checking import findings
from registry_core.config.parts import only_part
from registry_core.config.places import refused
from registry_core.environment import current_environment
from registry_core.errors import (
    ArgumentError,
    ConfigError,
    ConfigHint,
    MissingType,
    RegistryError,
    RegistryNotFound,
    ScopeNotFound,
    WrongType,
)
from registry_core.text import listed
from registry_core.tree.known_registries import KnownRegistries
from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from registry_core.config.places import Positions
    from registry_core.tree.view import View

# The codes of hints about what a part calls. Other hints are about a key, which they name.
_OF_THE_TYPE = frozenset({"base-mismatch", "computed-setting", "entry-not-found", "not-checked"})


class Document(NamedTuple):
    """A config that was read, and where in its file each part stands. `load` makes it.

    It lives as long as you need it, and is not changed by checking or building.

    Attributes:
        data: plain dicts, lists and scalars.
        source: the file.
        position: gives line and column, counted from 1, of the key or item that keys lead to; None
            where the file has no such part, or an override gave it.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from registry_core import Registry
        >>> from registry_core.config import load
        >>> NET = Registry("net_doc_document", scope="acme")
        >>> _ = NET.register_module("Net", module=dict)
        >>> file = Path(tempfile.mkdtemp(), "net.json")
        >>> _ = file.write_text('{"small": {"type": "Net", "depth": 2}}')
        >>> load(file, ["small.depth=3"]).build(NET)
        {'small': {'depth': 3}}
        >>> [finding] = load(file, ["small.type=Nett"]).check(NET)
        >>> finding.config_path, finding.place
        ('small', ('small.type=Nett', None, None))
    """

    data: Any
    source: Path
    position: Positions

    def where(self, keys: Sequence[object]) -> str:
        """File, line and column of what `keys` lead to, or of the nearest part around it."""
        return ":".join(str(part) for part in self._place(keys) if part is not None)

    def check(
        self,
        registry: View[Any] | str | None = None,
        *,
        load: bool = False,
        registries: Mapping[str, View[Any]] | None = None,
    ) -> list[RegistryError]:
        """All that would keep `build` from building it, each with its place; see `check_config`.

        Args:
            registry: as for `build`.
            load: import what it names, and check the arguments too.
            registries: what ``_registry_`` may name, besides what installed frameworks own.
        """
        return findings_of(self, registry, KnownRegistries(load=load), registries)

    def build(
        self,
        registry: View[Any] | str | None = None,
        *,
        part: str | None = None,
        registries: Mapping[str, View[Any]] | None = None,
    ) -> Any:
        """Build it, nested parts first, as ``registry-core build`` does.

        Args:
            registry: where to look; a Registry, or the name of one that an installed framework
                owns; None for what the file says in ``_registry_``.
            part: the path of one part, ``model.layers[0]``: only this, and what it refers to, is
                built.
            registries: what ``_registry_`` may name, besides what installed frameworks own.

        Returns:
            What was built, or for `part`, what was built of it.

        Raises:
            RegistryError: as `build_from_cfg`; its `place` says where in the file.
        """
        with self.located():
            view, data = started(self, registry, KnownRegistries(load=True), registries)
            keys: Sequence[object] = ()
            if part is not None:
                data, keys = only_part(data, part)
            resolver, named = resolver_of(view, registries)
            built = construct(resolver, data, None, True, named)
            for key in keys:
                built = built[key]
        return built

    @contextmanager
    def located(self) -> Iterator[None]:
        """Give an error that is raised meanwhile its place in the file."""
        try:
            yield
        except RegistryError as error:
            self._locate(error)
            raise

    def _locate(self, error: RegistryError) -> None:
        """Give an error the place of the key that it is about."""
        if error.place is None:
            around = error.config_keys
            ways = [(*around, *way) for way in _faults(error)]
            there = (keys for keys in ways if self.position.nearest(keys)[1] == len(keys))
            error.place = self._place(next(there, around))

    def _place(self, keys: Sequence[object]) -> tuple[str, int | None, int | None]:
        place, _ = self.position.nearest(keys)
        return (place, None, None) if isinstance(place, str) else (str(self.source), *place)


def findings_of(
    document: Document,
    registry: View[Any] | str | None,
    known: KnownRegistries,
    registries: Mapping[str, View[Any]] | None = None,
) -> list[RegistryError]:
    """What `Document.check` says, by sources that are read once for several documents."""
    try:
        view, data = started(document, registry, known, registries)
        found = findings(data, view, known, recursive=True, registries=registries)
    except RegistryError as error:
        found = [error]
    for each in found:
        document._locate(each)
    return found


def started(
    document: Document,
    registry: View[Any] | str | None,
    known: KnownRegistries,
    registries: Mapping[str, View[Any]] | None = None,
) -> tuple[View[Any], Any]:
    """The registry that a document is for, as `known` finds it, and what is built from it.

    Raises:
        RegistryError: there is nothing to build, or no such registry.
    """
    data = document.data
    if isinstance(data, dict) and REGISTRY in data:
        # What is passed counts more than what the file says.
        if registry is None:
            registry = data[REGISTRY]
            if not isinstance(registry, str):
                raise WrongType(REGISTRY, "a str", registry)
        data = {key: value for key, value in data.items() if key != REGISTRY}
    if not data:
        raise refused("it is empty: there is nothing to build", document.source)
    if registry is None:
        way = f"write `{REGISTRY}: NAME` in it, or pass one (--registry NAME)"
        names = sorted(current_environment().registries())
        may = f"; NAME may be {listed(names)}" if names else ""
        raise refused(f"no registry to build from: {way}{may}", document.source)
    if not isinstance(registry, str):
        return registry, data
    passed = registries or {}
    found = passed.get(registry)
    try:
        # Not by its truth: an empty registry is false.
        return (known.view(registry, tuple(passed)) if found is None else found), data
    except ConfigHint as hint:
        # It is about the registry that the document names.
        hint.place = document._place((REGISTRY,))
        raise


def _faults(error: RegistryError) -> list[tuple[object, ...]]:
    """The ways from a part to the keys that an error may be about; the first that exists is it."""
    if isinstance(error, ArgumentError):
        names = [(*way, name) for name in error.unexpected for way in ((), (KWARGS,))]
        return [*names, (TYPE,)]
    if isinstance(error, WrongType) and error.what in ALL_CONTROLS:
        return [(error.what,)]
    if isinstance(error, ConfigHint):
        return [(TYPE,)] if error.code in _OF_THE_TYPE else []
    if isinstance(error, ConfigError):
        # Most ConfigErrors of a build are about a control key.
        slip = [error.slip] if isinstance(error, MissingType) and error.slip else []
        return [(each,) for each in (*slip, REFERENCE, IDENTITY, PARTIAL, ARGS, KWARGS)]
    return [({ScopeNotFound: SCOPE, RegistryNotFound: REGISTRY}.get(type(error), TYPE),)]
