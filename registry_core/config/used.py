"""The entries that a config uses, and where."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from registry_core.building.config_nodes import REFUSED, SPECIAL, path_to
from registry_core.building.containers import is_text
from registry_core.building.walking import take_apart, whole
from registry_core.environment import current_environment
from registry_core.errors import ConfigError, RegistryError
from registry_core.scope import current_scope
from registry_core.tree.owned import named_lookup, resolver_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.building.config_nodes import Part
    from registry_core.entry import Entry
    from registry_core.signature import Signature
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.lookup import Lookup
    from registry_core.tree.view import View


class Used(NamedTuple):
    """One part of a config that builds an entry.

    Attributes:
        keys: the keys that lead to the part.
        entry: what it builds.
        lookup: the scope in which its name is looked up.
    """

    keys: tuple[object, ...]
    entry: Entry
    lookup: Lookup


def taken_apart(
    cfg: Any,
    registry: View[Any],
    known: KnownRegistries,
    registries: Mapping[str, View[Any]] | None = None,
    *,
    recursive: bool | None = True,
) -> tuple[Any, list[Part], bool]:
    """A config as a build takes it apart, with the registries that `known` finds.

    Returns:
        Its root, its parts, and whether nested configs are built; None for `recursive` leaves that
        to the registry.

    Raises:
        RegistryError: a build could not take it apart, or there is no such registry.
    """
    resolver, _ = resolver_of(registry, registries)
    resolver = resolver.start(current_scope())
    # Many parts name few registries.
    named = cache(partial(named_lookup, registry, registries or {}, owned=known.view))
    recurses = resolver.recursive if recursive is None else recursive
    root = whole(cfg, None, recursive=recurses)
    return root, take_apart(root, resolver, named, recursive=recurses), recurses


class Called(NamedTuple):
    """What a part calls.

    Attributes:
        name: its key, or the name of what code passed.
        entry: the entry; None for what code passed.
        signature: what it takes; None where source does not tell.
    """

    name: str
    entry: Entry | None
    signature: Signature | None


def read_call(lookup: Lookup, key: str, known: KnownRegistries) -> Called:
    """What a key calls, and what that takes: by source, or asked of the object.

    Raises:
        RegistryError: it leads nowhere, its target is not there, or does not fit the registry.
    """
    if known.loads:
        loaded, entry = lookup.described(key)
        return Called(key, entry, known.signatures.of_loaded(entry, loaded))
    entry = lookup.entry(key)
    known.signatures.refuse_misfit(entry, lookup.node.settings["base"])
    try:
        return Called(key, entry, known.signatures.of(entry))
    except ConfigError:
        return Called(key, entry, None)


def of_distribution(entry: Entry) -> Entry:
    """An entry as its distribution's, where a module that it installs has registered it."""
    if entry.provider.is_distribution:
        return entry
    installed = current_environment().installed
    owner = installed.owner_of(entry.provider.name)
    provider = None if owner is None else installed.provider(owner)
    return entry if provider is None else entry._replace(provider=provider)


def used(
    cfg: Any,
    registry: View[Any],
    known: KnownRegistries,
    registries: Mapping[str, View[Any]] | None = None,
) -> list[Used]:
    """The parts that a recursive build of `cfg` builds by name.

    Args:
        cfg: what is built.
        registry: where to look.
        known: finds the registries that the config names, and entries.
        registries: what ``_registry_`` may name, besides what installed frameworks own.

    Raises:
        RegistryError: a build would refuse a part, or a name leads nowhere; the first of them.
    """
    found: list[Used] = []
    _, parts, _ = taken_apart(cfg, registry, known, registries)
    for part in parts:
        kind, name, _, setting, _, _ = part
        keys = path_to(part)
        if kind == REFUSED:
            name.within(keys)
            raise name
        if kind <= SPECIAL and is_text(name):
            try:
                lookup = cast("Lookup", setting.resolver)
                entry = known.entry(lookup, str.__str__(name))
            except RegistryError as error:
                error.within(keys)
                raise
            found.append(Used(keys, entry, lookup))
    return found
