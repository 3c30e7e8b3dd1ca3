"""What a scope has under a name, and the rule from a key to entries. Imports no class."""

from __future__ import annotations

import sys
import warnings
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from registry_core.entry import NOTHING, Entry, Provider
from registry_core.environment import current_environment
from registry_core.environment.precedence import Code, decide
from registry_core.errors import WrongType
from registry_core.keys import is_project_name, normalized
from registry_core.limits import MAX_PATH, MAX_RENAMES
from registry_core.loading import is_target
from registry_core.text import error_text, quoted
from registry_core.tree.locations import import_locations
from registry_core.tree.registered import replacements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry_core.environment.notes import Rename
    from registry_core.environment.precedence import Verdict
    from registry_core.tree.nodes import Node
    from registry_core.tree.registered import Registered


class Resolution:
    """Where a key led. Lives until what it led to is loaded, or an error is raised.

    Attributes:
        entries: none, one, or several in conflict.
        places: the scopes that have them, each with the name that they have there.
        tried: each scope that was tried with the name it was tried for, in order.
        failed: the locations that could not be imported on the way, with what they raised.
        renames: the old names on the way, and what they are called now.
        passed_over: the scope that the key says and that lacks the name, where one above has it.
    """

    # No NamedTuple: to make one takes a hundredth of the time of importing the package.
    __slots__ = ("entries", "failed", "passed_over", "places", "renames", "tried")

    def __init__(
        self,
        entries: tuple[Entry, ...],
        places: tuple[tuple[Node, str], ...],
        tried: tuple[tuple[Node, str], ...],
        failed: tuple[tuple[str, BaseException], ...],
        renames: tuple[Rename, ...] = (),
        passed_over: Node | None = None,
    ) -> None:
        self.entries = entries
        self.places = places
        self.tried = tried
        self.failed = failed
        self.renames = renames
        self.passed_over = passed_over


def resolve(
    scope: Node, key: str, provider: str | None = None, renames: tuple[Rename, ...] = ()
) -> Resolution:
    """Follow the resolution rule from `scope`; as if only `provider` were installed, if given.

    1. an entry named exactly so in this scope;
    2. else, where the first segment names this scope or a child of it, that scope is final, and
       the rest is resolved from there by these same rules;
    3. else the same from the parent.

    Where a scope has no entry of a name, but a distribution notes that it is called otherwise now,
    the new name counts in its place, if it leads to an entry; `renames` are those on the way.

    A scope's locations are imported the first time that code has not registered a name in it.

    Raises:
        WrongType: `key` or `provider` is not a str.
    """
    if not isinstance(key, str):
        raise WrongType("the key of an entry", "a str", key)
    if provider is not None and not isinstance(provider, str):
        raise WrongType("provider", "a str", provider)
    tried: list[tuple[Node, str]] = []
    failed: list[tuple[str, BaseException]] = []
    name = key
    said: Node | None = None
    while True:
        tried.append((scope, name))
        if not scope.imported and not is_of_code(scope, name):
            # Also where a plugin has that name: the framework's own modules may register it.
            failed += import_locations(scope)
        entries = here(scope, name) if provider is None else _of(provider, scope, name)
        if entries:
            places: tuple[tuple[Node, str], ...] = ((scope, name),)
            if "." in name and provider is None:
                entries, places = _with_spelled_alike(scope, name, entries)
            passed_over = None if said is scope or renames else said
            return Resolution(entries, places, tuple(tried), tuple(failed), renames, passed_over)
        head, dot, rest = name.partition(".") if len(name) <= MAX_PATH else (name, "", "")
        if dot and head == scope.label:
            name, said = rest, scope
        elif dot and (child := scope.child(head)) is not None:
            # A new name of the whole key is a new name of the rest in there.
            scope, name, said = child, rest, child
        elif (renamed := _renamed(scope, name, provider, renames)) is not None:
            return renamed
        elif (parent := scope.parent) is not None:
            scope = parent
        else:
            return Resolution((), (), tuple(tried), tuple(failed))


def _renamed(
    scope: Node, name: str, provider: str | None, renames: tuple[Rename, ...]
) -> Resolution | None:
    """Where the new name of what is not in this very scope leads; None where there is none."""
    table = scope.tree.discovered.table or scope.tree.table()
    if table.notes is None or len(renames) >= MAX_RENAMES or not scope.has_address:
        return None
    found = [
        each
        for rename in table.notes.renames(scope.key(name), provider)
        if rename not in renames
        if (each := resolve(scope.tree.root, rename.to, provider, (*renames, rename))).entries
    ]
    if len(found) < 2:
        return found[0] if found else None
    # Distributions disagree: what is asked for is in conflict.
    first = found[0]
    return Resolution(
        tuple(dict.fromkeys(entry for each in found for entry in each.entries)),
        tuple(dict.fromkeys(place for each in found for place in each.places)),
        first.tried,
        first.failed,
        tuple(dict.fromkeys(rename for each in found for rename in each.renames)),
    )


def here(scope: Node, name: str) -> tuple[Entry, ...]:
    """The entries of that name in this very scope: none, one, or several in conflict.

    What code registered and what a discovered entry stands for may be one object. Then the two are
    one entry, and it is the discovered one, whether or not it has been imported yet.
    """
    if scope.tree.replacing and (replaced := _replaced(scope, name)) is not None:
        return (_entry(scope, name, replaced),)
    item = scope.registered.get(name)
    discovered = scope.discovered().get(name, ())
    if item is None:
        return discovered
    if not discovered:
        return (_entry(scope, name, item),)
    if is_declared(scope, name, item.found):
        return tuple(
            entry._replace(metadata=merged(entry.metadata, item.metadata))
            if is_target(entry.target, item.found)
            else entry
            for entry in discovered
        )
    return contest(scope, name, item).winners


def merged(declared: Mapping[str, object], said: Mapping[str, object]) -> Mapping[str, object]:
    """The metadata of an entry that code registers too: what code says counts more."""
    return MappingProxyType({**declared, **said}) if said else declared


def _of(provider: str, scope: Node, name: str) -> tuple[Entry, ...]:
    """What one distribution declares under a name here, or one of its modules has registered."""
    wanted = normalized(provider)
    declared = tuple(e for e in rivals(scope, name) if normalized(e.provider.name) == wanted)
    item = scope.registered.get(name)
    if item is None or any(is_target(each.target, item.found) for each in declared):
        return declared
    if item.module == provider or current_environment().installed.owner_of(item.module) == wanted:
        return (_entry(scope, name, item),)
    return declared


def _entry(scope: Node, name: str, item: Registered) -> Entry:
    fields = (name, item.found, scope.title, NOTHING, item.metadata)
    return Entry._make((*fields, scope.tree.group, Provider(item.module)))


def _replaced(scope: Node, name: str) -> Registered | None:
    """What stands for that name in this thread or task alone."""
    return replacements.get().get((scope, name))


def is_of_code(scope: Node, name: str) -> bool:
    """Whether that name is here what code registered, of its own and not as what is installed."""
    # What is installed has its address for a target.
    return any(not isinstance(each.target, str) for each in here(scope, name))


def is_declared(scope: Node, name: str, found: object) -> bool:
    """Whether a discovered entry of that name in this very scope stands for `found`."""
    return any(is_target(entry.target, found) for entry in rivals(scope, name))


def rivals(scope: Node, name: str) -> tuple[Entry, ...]:
    """All discovered entries of that name in this very scope, preferred or not."""
    return scope.declared(name, scope.tree.table()) if name in scope.discovered() else ()


def contest(scope: Node, name: str, item: Registered) -> Verdict:
    """Who wins a name: what code registered, or what is discovered and another object."""
    return _decide(scope, rivals(scope, name), as_code(scope, name, item))


def _decide(scope: Node, declared: tuple[Entry, ...], code: Code | None) -> Verdict:
    return decide(declared, code, *current_environment().precedence(scope.tree.group))


def as_code(scope: Node, name: str, item: Registered) -> Code:
    """What code registered, with whose code that is. Reads RECORDs."""
    environment = current_environment()
    belongs_to = environment.installed.owner_of
    distribution, owner = belongs_to(item.module), environment.precedence(scope.tree.group)[1]
    # Without a single owner, the module that made the registry counts as owner.
    if owner is None or not is_project_name(owner):
        owner = belongs_to(scope.tree.root.made_by)
    return Code(_entry(scope, name, item), distribution, distribution == owner, item.is_forced)


def names(scope: Node) -> list[str]:
    """The names in this very scope, sorted, registered and discovered."""
    return sorted(unsorted_names(scope))


def entries(scope: Node) -> Iterator[Entry]:
    """The entries of this very scope, sorted by name, registered and discovered."""
    # Before `discovered`: it imports the locations, which may make another.
    found = names(scope)
    discovered, registered = scope.discovered(), scope.registered
    for name in found:
        # Asking the table alone is quick: there may be tens of thousands of entries.
        is_plain = name not in registered and not scope.tree.replacing
        yield from discovered.get(name, ()) if is_plain else here(scope, name)


def unsorted_names(scope: Node) -> dict[str, Any]:
    """The names in this very scope, each once, as they come."""
    import_locations(scope)
    found: dict[str, Any] = dict.fromkeys(scope.discovered())
    found |= dict.fromkeys(scope.registered.copy())
    found.update(dict.fromkeys(name for node, name in replacements.get() if node is scope))
    return found


def _with_spelled_alike(
    scope: Node, name: str, found: tuple[Entry, ...]
) -> tuple[tuple[Entry, ...], tuple[tuple[Node, str], ...]]:
    """`found` in `scope`, or the entries whose key is spelled the same.

    A plugin could otherwise hide another's `extra.Swish`, or the host's, by a root entry whose
    name has that dot in it.
    """
    place = (scope, name)
    places = (place, *filter(_has, spelled_alike(scope, name)))
    if len(places) == 1 or (scope.tree.replacing and _replaced(*place) is not None):
        return found, (place,)
    declared: tuple[Entry, ...] = ()
    code: Code | None = None
    for node, own in places:
        declared += rivals(node, own)
        if code is None and is_of_code(node, own):
            item = node.registered.get(own)
            if item is None:
                # Replaced, in this thread or task.
                return here(node, own), ((node, own),)
            code = as_code(node, own, item)
    return _decide(scope, declared, code).winners, places


def _has(place: tuple[Node, str]) -> bool:
    scope, name = place
    import_locations(scope)
    return bool(here(scope, name))


def spelled_alike(scope: Node, name: str) -> Iterator[tuple[Node, str]]:
    """Where else a dotted name leads by its first words: this scope's own name, scopes within."""
    head, dot, rest = name.partition(".")
    if dot and head == scope.label:
        yield scope, rest
    inner: Node | None = scope
    while inner is not None and "." in name:
        head, _, name = name.partition(".")
        inner = inner.child(head)
        if inner is not None:
            yield inner, name


# The registries and old names that were told.
_told: set[tuple[str, str]] = set()


def tell(group: str, resolution: Resolution) -> None:
    """Warn about what the person who wrote a key should know of the way to its entry.

    Old names, each the first time in this process; and a scope that lacks the name, perhaps
    because a hook failed, where one above has it.

    Args:
        group: the registry's group.
        resolution: where the key led.
    """
    for rename in resolution.renames:
        if (group, rename.old) not in _told:
            # Before the warning, which may be an error: then the next use is not one, too.
            _told.add((group, rename.old))
            _warn(f"{group}: {rename.message()}", FutureWarning)
    scope = resolution.passed_over
    problems = () if scope is None else scope.tree.table().problems
    failed = [each for each in problems if each.code == "hook-failed"]
    if scope is not None and failed:
        entry = resolution.entries[0]
        what = f"{group}: the scope {quoted(scope.title)} has no {quoted(entry.name)}"
        what += f", so that of {entry.provider} is taken; but {failed[0]}"
        _warn(what, RuntimeWarning)


def tell_failed(group: str, key: str, resolution: Resolution) -> None:
    """Warn where a name is not found, and a module of the framework that may register it failed.

    An error says that as its cause; an answer that the name is not there would hide it.
    """
    for location, error in resolution.failed[:1]:
        what = f"{group}: {quoted(key)} is not found, but importing the location {quoted(location)}"
        what += f", which may register it, failed: {error_text(error)}"
        _warn(what, RuntimeWarning)


def _warn(what: str, kind: type[Warning]) -> None:
    """Warn at the line outside of this package that asked, by whatever way."""
    frame, level = sys._getframe(), 1
    while f"{frame.f_globals.get('__name__')}.".startswith("registry_core.") and frame.f_back:
        frame, level = frame.f_back, level + 1
    warnings.warn(what, kind, stacklevel=level)
