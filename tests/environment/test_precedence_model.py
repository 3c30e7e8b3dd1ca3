"""Two frameworks and three plugins that fight over names agree with a naive model, in any order."""

from __future__ import annotations

import contextlib
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st

from registry_core import AlreadyRegistered, EntryConflict, Policy, current_environment
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAMEWORKS = ("fw-1", "fw-2")
PLUGINS = ("plug-1", "plug-2", "plug-3")
PACKAGES = (*FRAMEWORKS, *PLUGINS)
SCRIPT = "a script"
# Of each framework's registry: a name of the root, one of a scope, and both spelled with a dot.
PLACES = (("", "x"), ("s", "x"), ("", "s.x"), ("", "fw.x"))
Place = tuple[str, str, str]  # framework, scope, name
places = st.tuples(st.sampled_from(FRAMEWORKS), st.sampled_from(PLACES)).map(
    lambda each: (each[0], *each[1])
)


class Registering(NamedTuple):
    """One registration: by whose code, where, with force or without, and of which object."""

    who: str
    place: Place
    is_forced: bool
    is_declared: bool


class World(NamedTuple):
    """What packages declare, what code registers, in that order, and what is preferred."""

    declared: dict[Place, tuple[str, ...]]
    shared: frozenset[str]
    registering: tuple[Registering, ...]
    preferred: tuple[str, ...]


class Model:
    """Who wins a name, as the design says it. An object is named by who has it."""

    def __init__(self, world: World) -> None:
        self.world = world
        # By place: the object, whose code registered it, and whether by force.
        self.code: dict[Place, tuple[str, str, bool]] = {}

    def target(self, provider: str) -> str:
        """The object that a package declares: some of them declare one and the same."""
        return "shared" if provider in self.world.shared else f"declared by {provider}"

    def rivals(self, place: Place) -> list[str]:
        return sorted(self.world.declared.get(place, ()))

    def spelled_alike(self, place: Place) -> list[Place]:
        framework, _, name = place
        scope, dot, rest = name.rpartition(".")
        return [(framework, scope.removeprefix("fw"), rest)] if dot else []

    def preference(self, place: Place, who: str) -> int | None:
        _, scope, name = place
        key = f"{scope}.{name}" if scope else name
        ranks = [i for i, each in enumerate(self.world.preferred) if each in (who, f"{who}:{key}")]
        return ranks[0] if ranks else None

    def may_have(self, place: Place, who: str, rivals: list[str]) -> bool:
        owner = place[0]
        if who == owner or self.preference(place, who) is not None:
            return True
        return owner not in rivals and (who == SCRIPT or all(each == who for each in rivals))

    def register(self, step: Registering) -> bool:
        """Whether it is accepted."""
        place, who = step.place, step.who
        found = self.target(who) if step.is_declared else f"code of {who}"
        own = [self.target(each) for each in self.rivals(place)]
        known = self.code.get(place)
        alike = [each for inner in self.spelled_alike(place) for each in self.rivals(inner)]
        if not step.is_forced and (known is None or known[0] != found):
            is_ours = known is not None and who == known[1] != SCRIPT and not known[2]
            # One distribution has one object of a name, declared or not.
            if known is not None and is_ours and (found in own) != (known[0] in own):
                return False
            if known is not None and found in own:
                return True
            is_taken = known is not None and known[0] not in own
            if is_taken and self.preference(place, who) is None:
                return False
            rivals = [*self.rivals(place), *alike]
            is_one = any(self.target(each) == found for each in rivals)
            if not is_taken and not is_one and not self.may_have(place, who, rivals):
                return False
        elif known is not None and known[0] == found and known[2] >= step.is_forced:
            return True
        forced = step.is_forced or (known is not None and known[0] == found and known[2])
        self.code[place] = (found, who, forced)
        return True

    def resolve(self, place: Place) -> set[str]:
        """What the name leads to: it may be spelled with its scope, and is looked for outward."""
        framework, scope, name = place
        found = self.winners(place)
        if not found and "." in name:
            return self.resolve(*self.spelled_alike(place))
        return found or (self.resolve((framework, "", name)) if scope else set())

    def winners(self, place: Place) -> set[str]:
        """The objects that have the name; of several in conflict all."""
        here = self.rivals(place)
        if place not in self.code and not here:
            return set()
        rivals, code, where = list(here), self.own_code(place), place
        for inner in self.spelled_alike(place):
            rivals += self.rivals(inner)
            if code is None:
                code, where = self.own_code(inner), inner
        return self.decide(where, rivals, code, place)

    def own_code(self, place: Place) -> tuple[str, str, bool] | None:
        """What code registered, where it wins among what is declared in that very place."""
        code = self.code.get(place)
        if code is None or code[0] in [self.target(each) for each in self.rivals(place)]:
            return None
        return code if self.decide(place, self.rivals(place), code, place) == {code[0]} else None

    def decide(
        self, where: Place, rivals: list[str], code: tuple[str, str, bool] | None, place: Place
    ) -> set[str]:
        ranked: list[tuple[int, str]] = []
        for each in rivals:
            for at in {place, *self.spelled_alike(place)}:
                rank = self.preference(at, each) if each in self.rivals(at) else None
                if rank is not None:
                    ranked.append((rank, self.target(each)))
        if code is not None:
            found, who, is_forced = code
            rank = self.preference(where, who)
            if rank is not None and rank <= min([rank, *(each for each, _ in ranked)]):
                return {found}
            if not ranked and (is_forced or self.may_have(where, who, rivals)):
                return {found}
        if ranked:
            return {target for rank, target in ranked if rank == min(ranked)[0]}
        owner = place[0]
        chosen = [owner] if owner in rivals else rivals
        return {self.target(each) for each in chosen}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    declared = draw(
        st.dictionaries(places, st.sets(st.sampled_from(PACKAGES), min_size=1), max_size=4)
    )
    # They fight over what is declared, mostly.
    fought = st.sampled_from(sorted(declared)) | places if declared else places
    registering = st.builds(
        Registering, st.sampled_from([*PACKAGES, SCRIPT]), fought, st.booleans(), st.booleans()
    )
    preferred = st.sampled_from([*PACKAGES, "plug-1:x", "plug-2:s.x", "fw-1:x"])
    return World(
        {place: tuple(sorted(who)) for place, who in declared.items()},
        draw(st.frozensets(st.sampled_from(PLUGINS), max_size=2)),
        tuple(draw(st.lists(registering, max_size=4))),
        tuple(draw(st.lists(preferred, max_size=2, unique=True))),
    )


def module(name: str) -> str:
    return name.replace("-", "_")


@contextlib.contextmanager
def real(world: World) -> Iterator[dict[str, Any]]:
    """The same world, installed; the registries of the frameworks."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.install("shared-net", {}, {"shared_net.py": "class Net: by = 'shared'"})
        for name in PACKAGES:
            own = module(name)
            target = "shared_net:Net" if name in world.shared else f"{own}_net:Net"
            rows: dict[str, dict[str, str]] = {}
            for (framework, scope, key), who in world.declared.items():
                if name in who:
                    group = f"{module(framework)}.model{'.' if scope else ''}{scope}"
                    rows.setdefault(group, {})[key] = target
            modules = {
                f"{own}_net.py": f"class Net: by = 'declared by {name}'",
                f"{own}_code.py": f"class Net: by = 'code of {name}'\n{TAKE}",
            }
            if name in FRAMEWORKS:
                rows["registry_core.registries"] = {f"{own}.model": f"{own}:MODEL"}
                modules[f"{own}.py"] = HOST.format(own=own)
            site.install(name, rows, modules)
        with site.in_use(policy=Policy.of(prefer=world.preferred)):
            yield {name: import_module(module(name)).MODEL for name in FRAMEWORKS}


TAKE = """
def take(registry, name, found, force):
    registry.register_module(name, force, found)
"""
HOST = """
from registry_core import Registry
MODEL = Registry("model", group="{own}.model", scope="fw")
SCOPE = Registry("model", parent=MODEL, scope="s")
"""


class Mine:
    """What a script registers."""

    by = f"code of {SCRIPT}"


def register(world: World, registries: dict[str, Any], step: Registering) -> None:
    framework, scope, name = step.place
    registry = registries[framework]
    registry = registry.children[scope] if scope else registry
    if step.who == SCRIPT:
        registry.register_module(name, step.is_forced, Mine)
        return
    code = import_module(f"{module(step.who)}_code")
    found = code.Net
    if step.is_declared:
        own = "shared_net" if step.who in world.shared else f"{module(step.who)}_net"
        found = import_module(own).Net
    code.take(registry, name, found, step.is_forced)


def won(registry: Any, scope: str, name: str) -> set[str]:
    asked = registry.children[scope] if scope else registry
    try:
        entry = asked.resolve(name)
    except EntryConflict as conflict:
        return {resolved(each.target) for each in conflict.entries}
    except KeyError:
        return set()
    assert asked[name].by == resolved(entry.target)
    return {asked[name].by}


def resolved(target: Any) -> str:
    if isinstance(target, str):
        target = import_module(target.partition(":")[0]).Net
    by: str = target.by
    return by


@example(
    world=World(
        {("fw-1", "", "x"): ("fw-1", "plug-1")},
        frozenset(),
        (Registering("plug-1", ("fw-1", "", "x"), False, False),),
        ("plug-1",),
    )
)
@given(world=worlds())
def test_whoever_fights_over_a_name_the_design_says_who_wins(world: World) -> None:
    model = Model(world)
    with real(world) as registries:
        for step in world.registering:
            if step.is_declared and step.who == SCRIPT:
                continue
            accepted = model.register(step)
            try:
                register(world, registries, step)
            except AlreadyRegistered:
                assert not accepted, step
            else:
                assert accepted, step
        for _ in range(2):
            for framework in FRAMEWORKS:
                for scope, name in PLACES:
                    place = (framework, scope, name)
                    assert won(registries[framework], scope, name) == model.resolve(place), place
            current_environment().refresh()
