"""What stands behind a registry; which one a config may name, and which a pickle stands for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from registry_core.environment import current_environment
from registry_core.errors import PluginLoadError, RegistryNotFound, ScopeNotFound, WrongType
from registry_core.loading import import_target
from registry_core.tree.locations import scopes_within
from registry_core.tree.nodes import living_trees, trees_of
from registry_core.tree.registering import new_root
from registry_core.tree.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from registry_core.entry import Entry
    from registry_core.tree.lookup import Lookup
    from registry_core.tree.nodes import Node


def resolver_of(
    registry: object, registries: Mapping[str, View[Any]] | None = None
) -> tuple[Lookup, Callable[[str, str], Lookup]]:
    """What building needs of `registry`, and what finds the registry that a config names.

    Args:
        registry: a registry.
        registries: what ``_registry_`` may name, besides what installed frameworks own.

    Raises:
        WrongType: `registry`, or one of `registries`, is not a Registry.
    """
    if not isinstance(registry, View):
        raise WrongType("registry", "a Registry", registry)
    if registries is not None and not isinstance(registries, Mapping):
        raise WrongType("registries", "a mapping or None", registries)
    return registry._lookup, partial(named_lookup, registry, registries or {})


def named_lookup(
    registry: View[Any],
    passed: Mapping[str, View[Any]],
    name: str,
    around: str,
    owned: Callable[[str, Sequence[str], str], View[Any]] | None = None,
) -> Lookup:
    """The registry that a config names.

    Args:
        registry: what is built from.
        passed: what can be named besides what installed frameworks own.
        name: the name.
        around: the group of the registry in which the config says it.
        owned: what to ask in place of `owned_registry`, which imports.
    """
    found = passed.get(name)
    if found is None:
        groups = current_environment().groups_meant(name, around)
        here: list[object] = [registry, *passed.values()] if groups == [around] else []
        same = [each for each in here if isinstance(each, View) and each.group == around]
        # The registry around need not be owned.
        owned = owned or owned_registry
        return (same[0].root if same else owned(name, tuple(passed), around))._lookup
    if not isinstance(found, View):
        raise WrongType(f"registries[{name!r}]", "a Registry", found)
    return found._lookup


def owned_registry(name: str, known: Sequence[str] = (), around: str = "") -> View[Any]:
    """The registry that an installed framework owns; see `installed_registry`."""
    from registry_core.environment.advice import for_authors

    entry = owner_of(name, known, around)
    try:
        found = import_target(entry)
    except PluginLoadError as error:
        current_environment().explain(error)
        raise
    if not isinstance(found, View):
        fix = for_authors(entry.provider, current_environment().installed)
        raise PluginLoadError(entry, f"it must be a Registry, but is {type(found).__name__}", fix)
    return found


def owner_of(name: str, known: Sequence[str] = (), around: str = "") -> Entry:
    """The entry that owns a registry, as `Environment.owner` finds it.

    Raises:
        RegistryNotFound: there is none; it says which distribution has it, where that is known.
    """
    try:
        return current_environment().owner(name, known, around)
    except RegistryNotFound as error:
        tell_where_to_get(error)
        raise


def tell_where_to_get(error: RegistryNotFound) -> None:
    """Let an error end with what to install, by indexes of wheels."""
    if error.fits or not current_environment().known_indexes():
        return
    from registry_core.index.known import registry_hints

    error.hints = (*error.hints, *registry_hints(error.name))


def unowned(packages: Collection[str]) -> list[View[Any]]:
    """The registries that modules of these packages have made, but for what a framework owns."""
    owners = current_environment().registries()
    roots = [tree.root for tree in living_trees() if tree.group not in owners]
    made = [root for root in roots if root.made_by.partition(".")[0] in packages]
    return [root.handle for root in made if root.handle is not None]


def registry_again(
    name: str,
    group: str,
    label: str,
    made_by: str,
    path: tuple[str, ...],
    kind: type[View[Any]],
) -> View[Any]:
    """What a pickle stands for: the living registry of that group and maker, else its owner's.

    Where there is neither, a living one of that group, or a new one that sees what is installed.
    """
    trees = trees_of(group)
    # Of a module that is not imported, what is there was only read from its source.
    is_living = made_by in sys.modules
    roots = [tree.root for tree in trees if is_living and tree.root.made_by == made_by]
    if not roots and group in current_environment().registries():
        roots = [owned_registry(group)._node.tree.root]
    roots += [tree.root for tree in trees]
    if roots:
        root = roots[0]
    else:
        root = new_root(name, group, label)
        root.make(made_by, name, (), {})
        root.is_unpickled = True
    node: Node | None = root
    for segment in path:
        node = node and node.child(segment)
    if node is None:
        raise ScopeNotFound(
            ".".join(path), group, [each.title for each in scopes_within(root)[1:]], []
        )
    return kind.__new__(kind)._handle(node)
