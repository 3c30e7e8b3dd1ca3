"""Checking a config: every error at once, before anything is constructed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from registry_core.building.arguments import constructor_of
from registry_core.building.config_nodes import KWARGS, MAPPING, REFUSED, SPECIAL, path_to
from registry_core.building.containers import is_text
from registry_core.config.hints import Targets, hints
from registry_core.config.judging import Judge
from registry_core.config.renamed import renamed_hint
from registry_core.config.used import taken_apart
from registry_core.environment import current_environment
from registry_core.errors import ConfigHint, EntryNotFound, RegistryError
from registry_core.guards import FAILURES
from registry_core.guesses import limited_guesses
from registry_core.text import joined, quoted
from registry_core.tree.known_registries import KnownRegistries
from registry_core.tree.owned import resolver_of
from registry_core.tree.resolution import passed_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.building.config_nodes import Part, Resolver
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
    judge = Judge(known.signatures, load=known.loads, recursive=recurses)
    raw = _Raw(root)
    found: dict[int, list[RegistryError]] = {id(part): [] for part in parts}
    for part in parts:
        try:
            _resolve(part, raw.of(part), judge, load=known.loads)
        except EntryNotFound as error:
            found[id(part)].append(error if known.loads else _sure(error, part, known))
        except RegistryError as error:
            found[id(part)].append(error)
    doubts = known.computed.copy()
    targets = Targets()
    for part in parts:
        found[id(part)] += _doubts(part, doubts, recursive=recursive)
        found[id(part)] += _judged(part, raw.of(part), judge, targets, recursive=recurses)
        for each in found[id(part)]:
            each.within(path_to(part))
    return [each for part in parts for each in found[id(part)]]


def _doubts(
    part: Part, computed: dict[str, frozenset[str]], *, recursive: bool | None
) -> list[RegistryError]:
    """A hint at the first part of a registry of which source does not tell all settings."""
    if part[0] > SPECIAL:
        return []
    group = part[3].resolver.group
    relevant = {"base"} if recursive is not None else {"base", "recursive"}
    settings = sorted(computed.pop(group, frozenset()) & relevant)
    if not settings:
        return []
    why = f"the registry {quoted(group)} computes its {' and '.join(settings)} as it is imported"
    way = "what depends on that is judged with load=True alone"
    return [ConfigHint(why, way, "hint", "computed-setting")]


def _sure(error: EntryNotFound, part: Part, known: KnownRegistries) -> RegistryError:
    """The error for a name that nothing has, or a hint that loading may find it all the same."""
    providers = cast("Lookup", part[3].resolver).who_may_know(error.key)
    if providers:
        who = joined([f"{each}" for each in providers], ", ")
        why = f"{quoted(error.key)} is not checked: the lookup hook of {who} may know it"
        return ConfigHint(
            why, "check it with load=True, which asks the hook", "hint", "not-checked"
        )
    if error.registry in known.unsure:
        why = f"{error.message()}; but its framework registers more than source tells"
        return ConfigHint(why, "judge it with load=True", "warning", "entry-not-found")
    return error


def _elsewhere(resolver: Resolver, name: str) -> ConfigHint | None:
    """What to say where a scope above has a name, and that of the config may have been meant.

    That a scope above has it is the rule. But a hook that failed, or a row in a group that is
    misspelt, may be why the scope that the name says lacks it.
    """
    lookup, name = cast("Lookup", resolver), str.__str__(name)
    if "." not in name:
        return None
    resolution = lookup.resolution(name)
    scope = passed_over(resolution)
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


class _Raw:
    """The mappings and lists of a config as it has them: in parts, literals are what they hold.

    The keys at the root that hold anchors are left out, as in a build.
    """

    def __init__(self, cfg: Any) -> None:
        self._cfg = cfg
        self._known: dict[int, Any] = {}

    def of(self, part: Part) -> Any:
        """What a part was made of."""
        way: list[Part] = []
        above: Part | None = part
        while above is not None and id(above) not in self._known:
            way.append(above)
            above = above[4]
        for each in reversed(way):
            parent = each[4]
            held = self._cfg if parent is None else self._known[id(parent)][each[5]]
            self._known[id(each)] = held
        return self._known[id(part)]


def _resolve(part: Part, raw: Any, judge: Judge, *, load: bool) -> None:
    kind, named, _, setting, _, _ = part
    if kind == REFUSED:
        raise named
    if kind > SPECIAL:
        return
    constructor = constructor_of(part, load=load)
    judge.resolve(raw, named if is_text(named) else constructor, setting.resolver)


def _judged(
    part: Part, raw: Any, judge: Judge, targets: Targets, *, recursive: bool
) -> list[RegistryError]:
    kind, named, _, setting, parent, key = part
    found: list[RegistryError] = []
    if kind <= SPECIAL:
        found += judge.arguments(raw, setting.resolver)
        renamed = renamed_hint(setting.resolver, named) if is_text(named) else None
        if renamed is not None:
            renamed.within((setting.resolver.type_key,))
            found.append(renamed)
        elsewhere = _elsewhere(setting.resolver, named) if is_text(named) else None
        if elsewhere is not None:
            elsewhere.within((setting.resolver.type_key,))
            found.append(elsewhere)
    if kind <= MAPPING and key != KWARGS:
        wrong = {(*error.config_keys, *getattr(error, "unexpected", ())) for error in found}
        hinted = hints(raw, setting.resolver, targets, recursive=recursive, is_root=parent is None)
        # A mapping or value that raises when it is read gets no hints.
        with suppress(*FAILURES):
            found += [hint for hint in hinted if hint.config_keys not in wrong]
    return found
