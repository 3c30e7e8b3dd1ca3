"""Registries agree with a naive model of the resolution rule, over random trees and keys."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry_core import EntryConflict, EntryNotFound, PluginLoadError, Policy, Registry
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

Scope = tuple[str, ...]
Found = tuple[str, str, str]  # provider, scope, name

LABELS = ("a", "b", "r")
# Few and short, so that names, scopes and the root's own scope collide all the time.
NAMES = ("x", "y", "a", "a.x", "b.x", "r.x", "x.y", "x.a.x", "b.y")
DISTRIBUTIONS = ("plug-1", "plug-2", "plug-3")
CODE = __name__
CONFLICT = "conflict"


class World(NamedTuple):
    """What code registers, what is installed, and which distributions are preferred."""

    root: str
    registered: tuple[tuple[Scope, str], ...]
    made: tuple[Scope, ...]
    installed: dict[str, tuple[tuple[Scope, str], ...]]
    preferred: tuple[str, ...]


class Model:
    """The resolution rule, as it is written."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.registered = set(world.registered)
        self.discovered: dict[tuple[Scope, str], set[str]] = {}
        declared: set[Scope] = set()
        for provider, rows in world.installed.items():
            for written, name in rows:
                # A first segment that equals the root's own scope means the root.
                scope = written[1:] if written[:1] == (world.root,) else written
                self.discovered.setdefault((scope, name), set()).add(provider)
                declared.add(scope)
        every = {*declared, *world.made, *(scope for scope, _ in world.registered), ()}
        self.scopes = {scope[:depth] for scope in every for depth in range(len(scope) + 1)}

    def resolve(self, scope: Scope, key: str) -> set[Found]:
        """What `key` leads to from `scope`: nothing, one entry, or those in conflict."""
        exact = self.exact(scope, key)
        if exact:
            return exact
        first, dot, rest = key.partition(".")
        if dot and first == (scope[-1] if scope else self.world.root):
            return self.resolve(scope, rest)
        if dot and (*scope, first) in self.scopes:
            return self.resolve((*scope, first), rest)
        return self.resolve(scope[:-1], key) if scope else set()

    def exact(self, scope: Scope, name: str) -> set[Found]:
        of_code, rivals = self.of_code(scope, name), self.rivals(scope, name)
        first, dot, rest = name.partition(".")
        if dot and (of_code or rivals):
            # A dotted name that is spelled like an entry of a scope beside it, or of this scope
            # under its own name, is a conflict, in which an installed package cannot disable what
            # code has registered.
            own = [scope] if first == (scope[-1] if scope else self.world.root) else []
            for other in (*own, (*scope, first)):
                of_code = of_code or self.of_code(other, rest)
                rivals |= self.rivals(other, rest)
        return self.settled(of_code, rivals)

    def of_code(self, scope: Scope, name: str) -> set[Found]:
        return {(CODE, ".".join(scope), name)} if (scope, name) in self.registered else set()

    def rivals(self, scope: Scope, name: str) -> set[Found]:
        return {(p, ".".join(scope), name) for p in self.discovered.get((scope, name), ())}

    def settled(self, of_code: set[Found], rivals: set[Found]) -> set[Found]:
        """Who wins: what is preferred, else code, else all that is installed."""
        for provider in self.world.preferred:
            chosen = {rival for rival in rivals if rival[0] == provider}
            if chosen:
                return chosen
        return of_code or rivals

    def entries(self) -> list[Found]:
        """Every entry of the tree: by scope, by name, and in conflict by provider."""
        found: list[tuple[Scope, str, str]] = []
        for scope, name in {*self.registered, *self.discovered}:
            chosen = self.settled(self.of_code(scope, name), self.rivals(scope, name))
            found += [(scope, name, provider) for provider, _, _ in chosen]
        return [(provider, ".".join(scope), name) for scope, name, provider in sorted(found)]


scopes = st.lists(st.sampled_from(LABELS), max_size=2).map(tuple)
rows = st.tuples(scopes, st.sampled_from(NAMES))
keys = st.lists(st.sampled_from([*LABELS, "x", "y", ""]), min_size=1, max_size=4).map(".".join)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A root scope, entries of code, and one to three distributions, which often collide."""
    seeds = draw(st.lists(rows, min_size=1, max_size=5))
    # The same keys in other spellings: `a.x` of the root and `x` of the scope a.
    respelled = [(scope[:-1], f"{scope[-1]}.{name}") for scope, name in seeds if scope]
    row = st.sampled_from([*seeds, *(row for row in respelled if row[1].count(".") < 2)])
    providers = draw(st.lists(st.sampled_from(DISTRIBUTIONS), min_size=1, max_size=3, unique=True))
    return World(
        root=draw(st.sampled_from(LABELS)),
        registered=tuple(draw(st.lists(row, max_size=2, unique=True))),
        made=tuple(draw(st.lists(scopes, max_size=2))),
        installed={
            provider: tuple(draw(st.lists(row, min_size=1, max_size=4))) for provider in providers
        },
        preferred=tuple(draw(st.lists(st.sampled_from(DISTRIBUTIONS), max_size=2, unique=True))),
    )


class Plain:
    """What code registers: one subclass for each entry."""


@contextlib.contextmanager
def real(world: World, order: tuple[str, ...] = ()) -> Iterator[Registry[type[Plain]]]:
    """The same world as a registry over real metadata, whose targets no import could find."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        for provider in order or tuple(world.installed):
            text = ""
            for scope, name in world.installed[provider]:
                group = ".".join(("acme.model", *scope))
                # One target of two names would be one entry.
                attribute = f"{group}__{name}".replace(".", "_")
                text += f"[{group}]\n{name} = nowhere_{provider[-1]}:{attribute}\n"
            site.install(provider, text)
        with site.in_use(policy=Policy.of(prefer=world.preferred)):
            yield made_in_code(world)


def made_in_code(world: World) -> Registry[type[Plain]]:
    root: Registry[type[Plain]] = Registry("model", group="acme.model", scope=world.root)
    made: dict[Scope, Registry[type[Plain]]] = {(): root}
    for scope in (*world.made, *(scope for scope, _ in world.registered)):
        for depth in range(1, len(scope) + 1):
            path = scope[:depth]
            if path not in made:
                made[path] = Registry("model", parent=made[path[:-1]], scope=path[-1])
    for scope, name in world.registered:
        made[scope].register_module(name, module=type(name, (Plain,), {}))
    return root


def within(root: Registry[type[Plain]], scope: Scope) -> Registry[type[Plain]]:
    for label in scope:
        root = root.children[label]
    return root


def resolved(asked: Registry[type[Plain]], key: str) -> set[Found] | str:
    try:
        entry = asked.resolve(key)
    except EntryNotFound:
        return set()
    except EntryConflict:
        return CONFLICT
    return {(entry.provider.name, entry.scope, entry.name)}


def gotten(asked: Registry[type[Plain]], key: str) -> set[Found] | str:
    """What `get` comes to: an object of code, a target that cannot be imported, or None."""
    try:
        found = asked.get(key)
    except EntryConflict:
        return CONFLICT
    except PluginLoadError as error:
        return {(error.provider.name, error.entry.scope, error.entry.name)}
    if found is None:
        return set()
    (key_of,) = {
        (CODE, each.scope, each.name) for each in asked.root.entries() if each.target is found
    }
    return {key_of}


def spelled(model: Model) -> list[str]:
    """The keys that somebody might try: each entry's, from every scope that holds it."""
    found = {
        ".".join((*scope[depth:], name))
        for scope, name in {*model.registered, *model.discovered}
        for depth in range(len(scope) + 1)
    }
    return sorted(found | {f"{model.world.root}.{key}" for key in found})


@given(world=worlds(), data=st.data())
def test_asking_any_scope_for_any_key_gives_what_the_rule_says(
    world: World, data: st.DataObject
) -> None:
    model = Model(world)
    spellings = st.sampled_from(spelled(model)) | keys
    asking = st.tuples(st.sampled_from(sorted(model.scopes)), spellings)
    with real(world) as root:
        for scope, key in data.draw(st.lists(asking, min_size=5, max_size=20)):
            expected = model.resolve(scope, key)
            verdict = expected if len(expected) < 2 else CONFLICT
            asked = within(root, scope)
            assert resolved(asked, key) == verdict, (scope, key)
            assert (key in asked) == bool(expected), (scope, key)
            assert gotten(asked, key) == verdict, (scope, key)


# One scope in two spellings, that of the later distribution in the earlier group.
SPELLED_TWICE = World(
    root="r",
    registered=(),
    made=(),
    installed={"plug-1": ((("r",), "x"),), "plug-2": (((), "x"),)},
    preferred=(),
)


@example(world=SPELLED_TWICE)
@given(world=worlds())
def test_every_entry_is_listed_once_and_found_from_its_own_scope(world: World) -> None:
    model = Model(world)
    with real(world) as root:
        listed = [(e.provider.name, e.scope, e.name) for e in root.entries()]
        assert listed == model.entries()
        for scope in model.scopes:
            asked = within(root, scope)
            names = sorted({name for _, path, name in listed if path == ".".join(scope)})
            assert list(asked) == names
            assert len(asked) == len(names)
            assert all(name in asked for name in names)


@given(world=worlds(), data=st.data())
def test_the_order_in_which_distributions_are_written_changes_nothing(
    world: World, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(list(world.installed)))
    with real(world) as root:
        first = root.entries(), [str(problem) for problem in root.problems()]
    with real(world, tuple(order)) as root:
        again = root.entries(), [str(problem) for problem in root.problems()]
    # The live objects of two runs differ.
    assert [entry[:1] + entry[2:] for entry in again[0]] == [e[:1] + e[2:] for e in first[0]]
    assert again[1] == first[1]


def test_the_model_and_the_registry_agree_that_a_conflict_is_one() -> None:
    rows_of_both = (((), "x"),)
    world = World("r", (), (), {"plug-1": rows_of_both, "plug-2": rows_of_both}, ())
    assert len(Model(world).resolve((), "r.x")) == 2
    with real(world) as root, pytest.raises(EntryConflict):
        root.resolve("r.x")
