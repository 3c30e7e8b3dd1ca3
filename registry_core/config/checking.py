"""Checking a config: every error at once, before anything is constructed."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from registry_core.building.arguments import constructor_of
from registry_core.building.config_nodes import KWARGS, MAPPING, REFUSED, SPECIAL, path_to
from registry_core.building.containers import is_text
from registry_core.config.hints import by_target, hints
from registry_core.config.judging import Judge
from registry_core.config.used import taken_apart
from registry_core.environment import current_environment
from registry_core.errors import ConfigHint, EntryNotFound, RegistryError
from registry_core.guards import FAILURES
from registry_core.guesses import limited_guesses
from registry_core.text import quoted, safe_text
from registry_core.tree.known_registries import KnownRegistries
from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from registry_core.building.config_nodes import Part
    from registry_core.config.hints import Keys
    from registry_core.tree.lookup import Lookup
    from registry_core.tree.view import View


def check_config(
    cfg: Mapping[str, Any] | Sequence[Any],
    registry: View[Any],
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
    load: bool = False,
) -> list[RegistryError]:
    """All that would keep `cfg` from being built, each with its path in the config.

    Args:
        cfg: what `build` would be given.
        registry: where to look.
        recursive: whether to check nested configs; None for what the registry says.
        registries: what ``_registry_`` may name, besides what installed frameworks own.
        load: import what the config names, and ask the objects what they take; otherwise their
            source is read, and what that does not tell is not judged.

    Returns:
        What is wrong: what a build would raise, values that do not fit annotations, and for what
        builds, but hardly as it was meant, a `ConfigHint`.

    Example:
        >>> from registry_core import Registry
        >>> LAYERS = Registry("layers_doc_check", scope="acme", recursive=True)
        >>> _ = LAYERS.register_module("Stack", module=dict)
        >>> cfg = {"type": "Stack", "a": {"type": "Stak"}, "b": {"type": 3}}
        >>> [error.config_path for error in check_config(cfg, LAYERS)]
        ['a', 'b']
    """
    known = KnownRegistries(load=load)
    return findings(cfg, registry, known, recursive=recursive, registries=registries)


@limited_guesses()
def findings(
    cfg: Mapping[str, Any] | Sequence[Any],
    registry: View[Any],
    known: KnownRegistries,
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
) -> list[RegistryError]:
    """What `check_config` says, by sources that are read once for several configs."""
    # What is no registry is not a fault of the config.
    resolver_of(registry, registries)
    try:
        root, parts, recurses = taken_apart(cfg, registry, known, registries, recursive=recursive)
    except RegistryError as error:
        return [error]
    judge = Judge(known, recursive=recurses)
    raw = _raw(root, parts)
    found: dict[int, list[RegistryError]] = {id(part): [] for part in parts}
    for part in parts:
        kind, named, _, setting, _, _ = part
        try:
            if kind == REFUSED:
                raise named
            if kind <= SPECIAL:
                constructor = constructor_of(part, load=known.loads)
                name = named if is_text(named) else constructor
                lookup = cast("Lookup", setting.resolver)
                judge.resolve(raw[id(part)], name, lookup, setting.identity)
            elif kind == MAPPING:
                judge.meet(raw[id(part)], cast("Lookup", setting.resolver))
        except EntryNotFound as error:
            found[id(part)].append(_sure(error, cast("Lookup", setting.resolver), known))
        except RegistryError as error:
            found[id(part)].append(error)
    relevant = {"base"} if recursive is not None else {"base", "recursive"}
    computed = {group: sorted(names & relevant) for group, names in known.computed.items()}
    targets = cache(by_target)
    for part in parts:
        here = found[id(part)]
        here += _doubts(part, computed, known.option)
        here += _judged(part, raw[id(part)], judge, targets, known, recursive=recurses)
        for each in here:
            each.within(path_to(part))
    return [each for part in parts for each in found[id(part)]]


def _raw(root: Any, parts: list[Part]) -> dict[int, Any]:
    """What each part is made of, by its identity: in a part itself, literals are what they hold."""
    found: dict[int, Any] = {}
    for part in parts:
        way = [part]
        while (above := way[-1][4]) is not None and id(above) not in found:
            way.append(above)
        for each in reversed(way):
            found[id(each)] = root if each[4] is None else found[id(each[4])][each[5]]
    return found


def _doubts(part: Part, computed: dict[str, list[str]], option: str) -> Iterator[ConfigHint]:
    """A hint at the first part of a registry of which source does not tell all settings."""
    group = part[3].resolver.group
    settings = computed.pop(group, []) if part[0] <= SPECIAL else []
    if settings:
        said = " and ".join(settings)
        why = f"the registry {quoted(group)} computes its {said} as it is imported"
        way = f"what depends on that is judged with {option} alone" if option else ""
        yield ConfigHint(why, way, "hint", "computed-setting")


def _sure(error: EntryNotFound, lookup: Lookup, known: KnownRegistries) -> RegistryError:
    """The error for a name that nothing has, or a hint that loading may find it all the same."""
    doubt = known.doubt(lookup, error.key)
    if not doubt:
        return error
    if lookup.who_may_know(error.key):
        why = f"{quoted(error.key)} is not checked: {doubt}"
        way = f"check it with {known.option}, which asks the hook" if known.option else ""
        return ConfigHint(why, way, "hint", "not-checked")
    why = f"{error.message()}; but {doubt}"
    way = f"judge it with {known.option}" if known.option else ""
    return ConfigHint(why, way, "warning", "entry-not-found")


def _judged(
    part: Part,
    raw: Any,
    judge: Judge,
    targets: Callable[[Lookup], Keys],
    known: KnownRegistries,
    *,
    recursive: bool,
) -> list[RegistryError]:
    kind, named, _, setting, parent, key = part
    lookup = cast("Lookup", setting.resolver)
    found: list[RegistryError] = []
    if kind <= SPECIAL:
        found += judge.arguments(raw, lookup)
        if is_text(named):
            name = str.__str__(named)
            said = (
                _renamed(lookup, name),
                _elsewhere(lookup, name),
                _unimported(lookup, name, known),
            )
            for hint in filter(None, said):
                hint.within((lookup.type_key,))
                found.append(hint)
    if kind <= MAPPING and key != KWARGS:
        wrong = {(*error.config_keys, *getattr(error, "unexpected", ())) for error in found}
        hinted = hints(raw, lookup, targets, recursive=recursive, is_root=parent is None)
        # A mapping or value that raises when it is read gets no hints.
        with suppress(*FAILURES):
            found += [hint for hint in hinted if hint.config_keys not in wrong]
    return found


def _renamed(lookup: Lookup, name: str) -> ConfigHint | None:
    """What to say of an old name."""
    renames = lookup.renames(name)
    if not renames:
        return None
    entries = lookup.resolution(renames[-1].to).entries
    ways = [entries[0].name, entries[0].key] if entries else []
    if "." in name:
        ways.reverse()
    # A short name may mean another entry where the config says it.
    instead = next((way for way in ways if lookup.resolution(way).entries == entries), "")
    fix = f"write {quoted(instead)}" if instead else ""
    hint = ConfigHint("; ".join(each.message() for each in renames), fix, "warning", "renamed")
    hint.instead = instead
    return hint


def _unimported(lookup: Lookup, name: str, known: KnownRegistries) -> ConfigHint | None:
    """What to say of a name that the framework registers where only some programs import it."""
    modules = known.unimported.get(lookup.group)
    entries = lookup.resolution(name).entries if modules else ()
    module = modules.get(entries[0].key) if modules and entries else None
    if module is None:
        return None
    why = (
        f"{safe_text(module)} registers {quoted(name)}, and importing the registry does not import"
    )
    way = f"import it first (--import {safe_text(module)}), or name it in the registry's locations"
    return ConfigHint(f"{why} that module: a build may not find it", way, "warning", "not-imported")


def _elsewhere(lookup: Lookup, name: str) -> ConfigHint | None:
    """What to say where a scope above has a name, and that of the config may have been meant.

    That a scope above has it is the rule. But a hook that failed, or a row in a group that is
    misspelt, may be why the scope that the name says lacks it.
    """
    if "." not in name:
        return None
    resolution = lookup.resolution(name)
    scope = resolution.passed_over
    if scope is None:
        return None
    group = scope.tree.group
    causes = [each for each in scope.tree.table().problems if each.code == "hook-failed"]
    causes += [
        each
        for each in current_environment().problems()
        if each.code in ("unowned-group", "unowned-hooks") and group in each.fix
    ]
    if not causes:
        return None
    entry = resolution.entries[0]
    what = f"{quoted(name)} is not in the scope {quoted(scope.title)}: it is {quoted(entry.key)} of"
    said = "; ".join([f"{what} {entry.provider}, of a scope above", *map(str, causes)])
    return ConfigHint(said, f"write {quoted(entry.key)} if that is meant", "warning", "other-scope")
