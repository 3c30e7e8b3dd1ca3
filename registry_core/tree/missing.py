"""The error for a name that leads nowhere, with all that may help the person who wrote it."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from registry_core.environment import current_environment
from registry_core.environment.hidden_names import HiddenNames, declaring, keys_tried
from registry_core.errors import EntryNotFound, ScopeNotFound
from registry_core.frozen import how_to_get, is_frozen
from registry_core.guesses import close_matches, may_guess
from registry_core.installed.files import readable
from registry_core.keys import is_word, normalized
from registry_core.limits import MAX_GUESSED, MAX_HEAD_BYTES, MAX_SHOWN_NAMES
from registry_core.scope import current_scope
from registry_core.text import error_text, joined, listed, quoted, safe_text
from registry_core.tree.nodes import trees_of
from registry_core.tree.resolution import Resolution, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from registry_core.entry import Entry
    from registry_core.tree.nodes import Node, Tree


def not_found(
    node: Node, key: str, resolution: Resolution, provider: str | None = None
) -> EntryNotFound:
    """The error for `key`, seen from `node`, where `resolution` led to nothing."""
    tree, environment = node.tree, current_environment()
    keys = keys_tried([each.title for each in node.outward()], key, tree.root.label)
    keys |= {scope.key(name) for scope, name in resolution.tried}
    blocked = [(entry, why) for entry, why in tree.table().blocked if entry.key in keys]
    providers = {entry.provider for entry, _ in blocked}
    hooks = environment.hooks(tree.group)
    is_guessed = may_guess(key)
    owned = environment.registries()
    hidden = HiddenNames(environment.installed, owned, tree.group, tree.root.label, keys)
    hiding = hidden.reasons() if is_guessed else []
    # What failed in a location, or what is installed, says more.
    taken = list(_taken(tree, keys))
    is_clear = bool(hiding or blocked or taken or resolution.failed) or not is_guessed
    reasons = [
        *taken,
        *(f"{p} may compute it, but is {why}" for p, why in hooks.blocked if p not in providers),
        *_faults(node, keys),
        *hiding,
        *(() if is_clear else _unimported(owned.get(tree.group), keys)),
    ]
    hints = [
        *reasons,
        *_elsewhere(node, key),
        *(
            f"{p} looks up names like {listed(like)}"
            for p, like in hooks.patterns().items()
            if like
        ),
        *hooks.hints(key),
        *(_of_this_process(key, tree.root) if is_guessed else ()),
    ]
    others = () if provider is None else resolve(node, key).entries
    if others:
        hints = [f"it is provided by {', '.join(str(entry.provider) for entry in others)}"]
    guesses = is_guessed and not blocked and not others
    tried = dict.fromkeys(n.title or f"the root {n.label!r}" for n, _ in resolution.tried)
    error = EntryNotFound(
        key,
        tree.group,
        tried=tuple(tried),
        close=_closest(key, _words(tree)) if guesses else (),
        blocked=blocked,
        hints=hints,
        failed=[(location, error_text(why)) for location, why in resolution.failed],
        provider=provider,
    )
    if guesses:
        error.known = _few_keys(node)
        if not reasons:
            _tell_absent_scope(error, tree, resolution)
    if not blocked and not others:
        _tell_where_to_get_it(error, node, keys, is_guessed=is_guessed)
    if resolution.failed:
        error.__cause__ = resolution.failed[0][1]
    return error


def _tell_absent_scope(error: EntryNotFound, tree: Tree, resolution: Resolution) -> None:
    """Let an error say that no scope has the name that its key says, and which may be meant."""
    # What is left of the key at the root: the scopes before it were found.
    head, dot, rest = resolution.tried[-1][1].partition(".")
    if not dot or not is_word(head):
        return
    scope = error.key[: len(error.key) - len(dot + rest)]
    if any(word.startswith(f"{scope}.".lower()) for word in _words(tree)):
        # Names hold dots here (`resnet50.a1_in1k`), and need not begin with a scope.
        return
    for entry, why in tree.table().blocked:
        if f"{entry.scope}.".startswith(f"{scope}."):
            error.hints += (f"{entry.provider} has the scope {quoted(scope)}, but is {why}",)
            return
    error.absent_scope = scope
    scopes = [node.title for node in tree.nodes() if node.path and node.exists()]
    # Close keys show the scope that may be meant.
    if not any(key.startswith(f"{title}.") for key in error.close for title in scopes):
        error.close_scopes = tuple(close_matches(scope, scopes))


def _tell_where_to_get_it(
    error: EntryNotFound, node: Node, keys: set[str], *, is_guessed: bool
) -> None:
    """Let an error end with what to install, by what distributions note, and by indexes."""
    notes, environment = node.tree.table().notes, current_environment()
    hints: list[str] = []
    commands: dict[str, None] = {}
    if environment.known_indexes():
        from registry_core.index.known import hints as known_hints

        known = known_hints(node.tree.group, error.key, keys, elsewhere=is_guessed)
        hints += known.texts
        commands |= dict.fromkeys(known.commands)
    for provider, key, distribution in () if notes is None else notes.elsewhere(keys):
        command = how_to_get(distribution)
        if environment.installed.copy(normalized(distribution)) is None and command not in commands:
            hints.append(f"{quoted(key)} is in {distribution}, as {provider} says")
            commands[command] = None
            break
    if is_frozen() and not commands:
        what = "if a plugin has it, that was not collected into this application: install it where"
        what += f" the application is built, and build it again, with the group {node.tree.group}"
        hints.append(safe_text(what))
    error.hints = (*error.hints, *hints)
    error.fix = ", or ".join(commands)


def scope_not_found(tree: Tree, scope: str, fits: Sequence[Node]) -> ScopeNotFound:
    """The error for `scope`, which names none or several of the scopes of `tree`."""
    known = sorted(node.title for node in tree.nodes() if node.exists() and node.path)
    close = close_matches(scope, known) if not fits and may_guess(scope) else ()
    return ScopeNotFound(scope, tree.group, known, [node.title for node in fits], close)


def _unimported(owner: Entry | None, keys: set[str]) -> list[str]:
    """A module of the framework that registers the name, where it is not imported."""
    if owner is None:
        return []
    from registry_core.tree.unimported import unimported

    found = unimported(owner, keys)
    return [] if found is None else [found]


def _taken(tree: Tree, keys: set[str]) -> Iterator[str]:
    """Which of these keys code has unregistered, though they are installed."""
    now = current_environment().installed
    gone = (
        scope.key(name)
        for scope in tree.nodes()
        for name, then in scope.unlisted.copy().items()
        if then is now
    )
    if not keys.isdisjoint(gone):
        yield "this program has unregistered it: current_environment().refresh() brings it back"


def _faults(node: Node, keys: set[str]) -> Iterator[str]:
    """Entries of these very keys which were refused, and hooks that failed and may compute them."""
    for problem in node.tree.table().problems:
        # A module that failed is told among the hints of all hooks.
        is_hook = problem.code == "hook-failed" and "the hook module" not in problem.what
        if is_hook or (problem.key and problem.key in keys):
            yield str(problem)


def _elsewhere(node: Node, key: str) -> Iterator[str]:
    """Where else that name is: in another registry, in another tree, outside the default scope."""
    if len(key) > MAX_GUESSED:
        return
    scope = current_scope()
    if scope is not None:
        fits = node.tree.fitting(scope)
        if len(fits) > 1:
            several = joined([quoted(each.title) for each in fits], " or ")
            yield f"the default scope {quoted(scope)} names more than one scope: say {several}"
        elif not fits:
            yield f"the default scope {quoted(scope)} is not a scope of this registry"
        elif fits[0] is node:
            yield f"the default scope is {quoted(scope)}: builds start there"
    for tree in trees_of(node.tree.group):
        if tree is not node.tree and _registers(tree, key):
            maker = tree.root.made_by
            yield f"the other registry of this group, made by {maker}, has it: use that object"
    environment = current_environment()
    owned = environment.registries()
    for group in sorted(declaring(key, environment.installed).intersection(environment.groups())):
        if group != node.tree.group:
            word = group.rpartition(".")[2]
            is_clear = environment.groups_meant(word, node.tree.group) == [group]
            advice = f"in a config, add `_registry_: {word if is_clear else group}`"
            if group not in owned:
                advice += ", and pass that registry to the build, because no framework owns it"
            yield f"the registry {quoted(group)} has it: {advice}"


def _of_this_process(key: str, root: Node) -> Iterator[str]:
    """What a name is missing for in this very process, which may be a worker of another."""
    file = getattr(sys.modules.get("__mp_main__"), "__file__", None)
    # multiprocessing has imported the program under this name: what stands under the usual `if` at
    # its end has not been executed here.
    if isinstance(file, str) and _mentions(file, key.rpartition(".")[2]):
        what = f"{safe_text(file)} names it, but a worker process does not execute what stands"
        yield f"{what} under `if __name__ == '__main__'`: move it out of that, or into a module"
    elif root.made_by == "__main__" and root.is_unpickled:
        what = "this registry was made by the program of another process, and what that registered"
        yield f"{what} is not here: register it in a module, which this process can import"


def _mentions(file: str, name: str) -> bool:
    source = readable(file, MAX_HEAD_BYTES)
    word = rf"(?<!\w){re.escape(name)}(?!\w)".encode("utf-8", "surrogatepass")
    return re.search(word, source) is not None


def _registers(tree: Tree, key: str) -> bool:
    """Whether code has registered something under `key`."""
    return any(
        key.removeprefix(f"{each.title}.") in each.registered
        for each in tree.nodes()
        if not each.title or key.startswith(f"{each.title}.")
    )


def _few_keys(node: Node) -> list[str]:
    """All keys of the tree, where they are few enough to be shown."""
    keys: list[str] = []
    for scope in node.tree.nodes():
        names = {*scope.registered.copy(), *scope.discovered()}
        if len(keys) + len(names) > MAX_SHOWN_NAMES:
            return []
        keys += map(scope.key, names)
    return sorted(keys)


def _words(tree: Tree) -> Mapping[str, list[str]]:
    """All keys of a tree by the words that may mean them; remembered for the next error."""
    tree.is_warm = True
    discovered = tree.discovered
    if discovered.words is None:
        discovered.words = _by_word(
            (scope.key(name), name)
            for scope in tree.nodes()
            for name in (*scope.registered.copy(), *scope.discovered())
        )
    return discovered.words


def _by_word(known: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for full, name in known:
        for word in {full.lower(), name.lower()}:
            words.setdefault(word, []).append(full)
    return words


def close_keys(key: str, known: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Up to three keys that `key` may have meant, whatever the case of its letters.

    Args:
        key: what was asked for.
        known: each key that there is, with the name that it has in its scope.

    >>> close_keys("Swihs", [("extra.Swish", "Swish"), ("Tanh", "Tanh")])
    ('extra.Swish',)
    """
    return _closest(key, _by_word(known))


def _closest(key: str, by_word: Mapping[str, list[str]]) -> tuple[str, ...]:
    wanted = key.lower()
    name = wanted.rpartition(".")[2]
    # The very name in another scope comes before what is merely like the key.
    near = [name] if name in by_word else []
    near += close_matches(wanted, by_word)
    if name != wanted:
        near += close_matches(name, by_word)
    return tuple(dict.fromkeys(full for word in near for full in by_word[word]))[:3]
