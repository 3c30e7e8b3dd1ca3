"""Nothing that is forged in the index is loaded: each entry is what its provider says of it."""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from registry_core import (
    EntryNotFound,
    Environment,
    Registry,
    RegistryNotFound,
    installed_registry,
    use_environment,
)
from registry_core.environment import answers, snapshot, stamp
from registry_core.environment.shard import Shard
from registry_core.environment.store import Store
from registry_core.query import listing
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="about POSIX files")

GROUP = "registry_core.activation"
HOOKS = "registry_core.hooks"
OWNED = "registry_core.registries"
INDEX = "REGISTRY_CORE_INDEX"
TICK = 20_000_000

REAL = "class Swish: ..."
EVIL = """
    from registry_core import Registry, hookimpl
    REGISTRY = Registry("own", group="acts.own")
    class Swish: ...
    @hookimpl
    def registry_core_lookup(name): ...
"""


def hook(entries: str, mark: str = "", head: str = "") -> str:
    """A hook module that answers with these entries."""
    start = f"import os\nfrom registry_core import Entry, hookimpl, volatile\n{head}\n"
    return f"{start}@hookimpl\n{mark}\ndef registry_core_entries():\n    return {entries}\n"


def settle() -> None:
    """Wait until what has been written is older than a tick."""
    time.sleep(2 * TICK / 1e9)


class World:
    """A folder on the path, and an index. A new environment stands for a new process."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site = Site(folder / "site")
        self.index = folder / "index"
        self._patch = monkeypatch

    def environment(self, index: str | None = None, **variables: str) -> Environment:
        """An environment of a process that has just begun, and imported nothing."""
        for name in [name for name in sys.modules if name.startswith("acts_")]:
            del sys.modules[name]
        for module in (snapshot, answers):
            self._patch.setattr(module, "WE_STARTED", time.time_ns())
        kept = {INDEX: str(self.index) if index is None else index}
        return Environment([str(self.site.folder)], variables={**kept, **variables})

    def says(self, question: Callable[[Registry[Any]], Any], index: str | None = None) -> Any:
        """What a new process answers."""
        with use_environment(self.environment(index)):
            return question(Registry("activation", scope="acts"))

    def keep(self) -> None:
        """Let the index know all that is installed, and what hooks answer."""
        settle()
        self.says(list)

    def file(self, columns: int) -> tuple[Path, Any]:
        """The file whose document has so many columns, and the document."""
        for file in self.index.glob("*.kept"):
            document = json.loads(file.read_bytes().partition(b"\n")[2])
            if len(document) == columns:
                return file, document
        raise FileNotFoundError(f"nothing of {columns} columns is kept")

    def forge(self, **columns: Any) -> None:
        """Put other columns in place of what is kept of the folder, with the right stamps."""
        file, (began, summed, *kept) = self.file(1 + len(Shard._fields))
        now = dict(zip(Shard._fields, kept, strict=False)) | columns
        assert Store(str(self.index)).write(file.stem, [began, summed, *now.values()])

    def forge_rows(self, group: str, name: str, target: str) -> None:
        """Let the first distribution declare only this, as far as the index knows."""
        self.forge(groups={group: [[0], [name], [target], []]})

    def forge_answer(self, *rows: list[Any]) -> None:
        """Put other entries in place of the one answer that is kept."""
        file, (validity, kept) = self.file(2)
        ((key, (files, folders, summed, implements, _, origin)),) = kept.items()
        forged = {key: [files, folders, summed, implements, list(rows), origin]}
        assert Store(str(self.index)).write(file.stem, [validity, forged])


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(stamp, "TICK", TICK)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    world = World(tmp_path, monkeypatch)
    monkeypatch.syspath_prepend(str(world.site.folder))
    yield world
    for name in [name for name in sys.modules if name.startswith("acts_")]:
        del sys.modules[name]


MOVED = {
    "a scope into the root": (f"{GROUP}.extra", GROUP, "Swish"),
    "the root into a scope": (GROUP, f"{GROUP}.extra", "extra.Swish"),
    "a scope into one above it": (f"{GROUP}.extra.more", f"{GROUP}.extra", "extra.Swish"),
    "a scope into one beside it": (f"{GROUP}.extra", f"{GROUP}.other", "other.Swish"),
    "another registry": ("registry_core.other", GROUP, "Swish"),
    "a group of another kind": ("console_scripts", GROUP, "Swish"),
    "the hooks": (HOOKS, GROUP, "Swish"),
}
LOADING: dict[str, Callable[[Registry[Any], str], Any]] = {
    "[]": lambda root, key: root[key],
    "get": lambda root, key: root.get(key),
    "get from the provider": lambda root, key: root.get(key, provider="acts-real"),
    "build": lambda root, key: root.build({"type": key}),
    "plan": lambda root, key: root.plan({"type": key}),
}


@pytest.mark.parametrize(("group", "forged", "key"), MOVED.values(), ids=MOVED)
def test_an_entry_that_is_forged_into_another_scope_or_registry_leads_nowhere(
    world: World, group: str, forged: str, key: str
) -> None:
    world.site.install("acts-real", {group: {"Swish": "acts_real:Swish"}}, {"acts_real.py": REAL})
    world.keep()

    for name, load in LOADING.items():

        def loads(root: Registry[Any], load: Callable[..., Any] = load) -> tuple[object, object]:
            assert key in root
            try:
                found = load(root, key)
            except EntryNotFound:
                found = None
            return found, root.get(key)

        world.forge_rows(forged, "Swish", "acts_real:Swish")
        assert world.says(loads) == (None, None), name
        assert "acts_real" not in sys.modules
        assert world.says(lambda root: key in root) is False


def test_an_entry_in_a_group_that_names_the_root_is_still_loaded_from_the_index(
    world: World,
) -> None:
    rows = {f"{GROUP}.acts": {"Swish": "acts_real:Swish"}}
    world.site.install("acts-real", rows, {"acts_real.py": REAL})
    world.keep()
    before = world.file(1 + len(Shard._fields))
    found = world.says(lambda root: root.get("Swish"))
    assert found is import_module("acts_real").Swish
    assert world.file(1 + len(Shard._fields)) == before


def install_two(world: World) -> None:
    """A distribution that is to be blocked, and another."""
    rows = {GROUP: {"Bad": "acts_evil:Swish"}, OWNED: {"acts.own": "acts_evil:REGISTRY"}}
    hooks = {HOOKS: {"activation": "acts_evil"}}
    world.site.install("acts-evil", {**rows, **hooks}, {"acts_evil.py": EVIL})
    world.site.install("acts-real", {GROUP: {"Good": "acts_real:Swish"}}, {"acts_real.py": REAL})
    world.keep()


FOLDER = "acts_evil-0.1.0.dist-info"
NAMES: dict[str, tuple[list[str], list[str]]] = {
    "of another": (["acts-real"], [FOLDER]),
    "that nobody has": (["innocent"], [FOLDER]),
    "of another beside its own": (["acts-real", "acts-evil"], [FOLDER, FOLDER]),
    "of its own twice": (["acts-evil", "acts-evil"], [FOLDER, FOLDER]),
    "of its own in another spelling": (["Acts_Evil"], [FOLDER]),
    "that is nearly its own": (["acts-evil.x"], [FOLDER]),
    "with blanks around it": ([" acts-evil "], [FOLDER]),
    "with a blank within": (["acts evil"], [FOLDER]),
    "that is empty": ([""], [FOLDER]),
    "that is the one allowed": (["good"], [FOLDER]),
}
POLICIES = {
    "blocked": {"REGISTRY_CORE_BLOCK": "acts-evil"},
    "not allowed": {"REGISTRY_CORE_ALLOW": "acts-real,innocent,good"},
}


@pytest.mark.parametrize("variables", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize(("names", "folders"), NAMES.values(), ids=NAMES)
def test_code_of_a_blocked_distribution_does_not_run_under_a_forged_name(
    world: World, names: list[str], folders: list[str], variables: dict[str, str]
) -> None:
    install_two(world)
    groups = {
        GROUP: [[0], ["Bad"], ["acts_evil:Swish"], []],
        OWNED: [[0], ["acts.own"], ["acts_evil:REGISTRY"], []],
        HOOKS: [[0], [""], [""], [[0, "activation", "acts_evil", "it needs an attribute"]]],
    }
    world.forge(names=names, versions=["1"] * len(names), folders=folders, groups=groups)
    with use_environment(world.environment(**variables)) as environment:
        assert environment.registries() == {}
        with pytest.raises(RegistryNotFound):
            installed_registry("acts.own")
        root: Registry[Any] = Registry("activation", scope="acts")
        assert (root.get("Bad"), root.get("unknown")) == (None, None)
        environment.refresh()
        assert (root.get("Bad"), root.get("unknown")) == (None, None)
        assert root.get("Good") is import_module("acts_real").Swish
    assert "acts_evil" not in sys.modules


def test_without_a_policy_the_same_code_does_run(world: World) -> None:
    # So that the test above can fail.
    install_two(world)
    assert world.says(lambda root: root.get("Bad")) is import_module("acts_evil").Swish


COUNTER = "collections:Counter"
ONE = f"[Entry('one', {COUNTER!r}, 'sub', {{'n': 1, 'deep': [{{'on': True}}, 0.0]}})]"
TRUE_ROW: list[Any] = ["one", COUNTER, "sub", {"n": 1, "deep": [{"on": True}, 0.0]}, {}]


def with_arguments(**arguments: Any) -> list[Any]:
    return [*TRUE_ROW[:3], {**TRUE_ROW[3], **arguments}, {}]


FORGED: dict[str, tuple[str, list[Any]]] = {
    "in the root": ("one", ["one", COUNTER, "", *TRUE_ROW[3:]]),
    "in another scope": ("other.one", ["one", COUNTER, "other", *TRUE_ROW[3:]]),
    "in a scope further in": ("sub.more.one", ["one", COUNTER, "sub.more", *TRUE_ROW[3:]]),
    "True for 1": ("sub.one", with_arguments(n=True)),
    "1.0 for 1": ("sub.one", with_arguments(n=1.0)),
    "1 for True, further in": ("sub.one", with_arguments(deep=[{"on": 1}, 0.0])),
    "minus nothing for nothing": ("sub.one", with_arguments(deep=[{"on": True}, -0.0])),
    "no number": ("sub.one", with_arguments(n=float("nan"))),
    "an argument more": ("sub.one", with_arguments(more=None)),
    "an argument less": ("sub.one", ["one", COUNTER, "sub", {"n": 1}, {}]),
    "no argument": ("sub.one", ["one", COUNTER, "sub", {}, {}]),
}


@pytest.mark.parametrize(("key", "row"), FORGED.values(), ids=FORGED)
def test_an_entry_of_a_hook_that_is_forged_gives_way_to_what_the_hook_says(
    world: World, key: str, row: list[Any]
) -> None:
    rows = {HOOKS: {"activation": "acts_hooks"}}
    world.site.install("acts-hooks", rows, {"acts_hooks.py": hook(ONE)})
    world.keep()
    world.forge_answer(row)

    def told(root: Registry[Any]) -> Any:
        assert key in root
        found = root.get(key)
        right = root["sub.one"].keywords
        return (
            repr(found if found is None else found.keywords),
            repr(right),
            [e.key for e in root.entries()],
        )

    right = repr(TRUE_ROW[3])
    expected = right if key == "sub.one" else "None"
    assert world.says(told) == (expected, right, ["sub.one"])


@pytest.mark.parametrize("mark", ["", "@volatile"])
@pytest.mark.parametrize(("scope", "key"), [("", "one"), (".sub", "sub.one")])
def test_a_forged_row_does_not_take_the_bound_arguments_from_an_entry_of_a_hook(
    world: World, mark: str, scope: str, key: str
) -> None:
    bound = f"[Entry('one', {COUNTER!r}, {scope[1:]!r}, {{'safe': 1}})]"
    rows = {HOOKS: {"activation": "acts_hooks"}}
    world.site.install("acts-hooks", rows, {"acts_hooks.py": hook(bound, mark)})
    world.keep()
    unfit = [[0], [""], [""], [[0, "activation", "acts_hooks", "it needs an attribute"]]]
    forged = {f"{GROUP}{scope}": [[0], ["one"], [COUNTER], []], HOOKS: unfit}
    world.forge(groups=forged)
    assert world.says(lambda root: root.resolve(key).kwargs) == {}
    found = world.says(lambda root: [root[key], root.get(key)])
    assert [getattr(each, "keywords", None) for each in found] == [{"safe": 1}] * 2
    world.forge(groups=forged)
    assert world.says(lambda root: root.build({"type": key, "more": 2})) == {"safe": 1, "more": 2}


@pytest.mark.parametrize("mark", ["", "@volatile"])
def test_a_forged_row_with_the_target_of_a_hook_in_another_scope_leads_nowhere(
    world: World, mark: str
) -> None:
    bound = f"[Entry('one', {COUNTER!r}, 'sub', {{'safe': 1}})]"
    rows = {HOOKS: {"activation": "acts_hooks"}}
    world.site.install("acts-hooks", rows, {"acts_hooks.py": hook(bound, mark)})
    world.keep()
    world.forge_rows(GROUP, "one", COUNTER)
    assert world.says(lambda root: (root.get("one"), root["sub.one"].keywords)) == (
        None,
        {"safe": 1},
    )


ODD = {
    "no arguments": "kwargs=None",
    "arguments that are no mapping": "kwargs=[('a', 1)]",
    "no metadata": "metadata=None",
    "no scope": "scope=None",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_answer_that_is_malformed_by_now_raises_nothing_where_a_good_one_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    good = f"Entry('two', {COUNTER!r})"
    now = f"Entry('one', {COUNTER!r}, **dict({odd}) if 'ACTS_ODD' in os.environ else {{}})"
    rows = {HOOKS: {"activation": "acts_hooks"}}
    world.site.install("acts-hooks", rows, {"acts_hooks.py": hook(f"[{now}, {good}]")})
    world.keep()
    assert len(world.file(2)[1][1]) == 1
    monkeypatch.setenv("ACTS_ODD", "1")

    def told(root: Registry[Any]) -> Any:
        assert list(root) == ["one", "two"]
        return (
            root.get("one"),
            root.get("two") is None,
            [problem.what for problem in root.problems()],
        )

    found, is_lost, problems = world.says(told)
    assert (found, is_lost, len(problems)) == (None, False, 1)
    assert "is no " in problems[0]


UNPRINTABLE = ["\x1b[2J", "\x1b]0;owned\x07", "\r", "\n", "\0", "\x7f", "\x9b", "\u202e", "\u2028"]
COLUMNS: dict[str, Callable[[str], dict[str, Any]]] = {
    "a distribution's name": lambda text: {"names": [f"acts-real{text}"]},
    "a version": lambda text: {"versions": [f"1{text}"]},
    "a folder": lambda text: {"folders": [f"acts_real{text}.dist-info"]},
    "a group": lambda text: {"groups": {f"{GROUP}.{text}": [[0], ["A"], ["a:A"], []]}},
    "an entry's name": lambda text: {"groups": {GROUP: [[0], [f"A{text}"], ["a:A"], []]}},
    "an entry's target": lambda text: {"groups": {GROUP: [[0], ["A"], [f"a:A{text}"], []]}},
    "a refused name": lambda text: {"groups": {GROUP: [[0], [""], [""], [[0, text, "a:A", "x"]]]}},
    "why it is refused": lambda text: {"groups": {GROUP: [[0], [""], [""], [[0, "A", "a", text]]]}},
    "a hook module": lambda text: {"groups": {HOOKS: [[0], ["activation"], [f"a:{text}"], []]}},
    "a registry": lambda text: {"groups": {OWNED: [[0], [f"acts.own{text}"], ["a:A"], []]}},
    "a registry's target": lambda text: {"groups": {OWNED: [[0], ["acts.own"], [f"a:{text}"], []]}},
    "the name in a fault": lambda text: {"faults": [[text, "1", "f", "at", "what", "fix"]]},
    "what a fault is": lambda text: {"faults": [["acts-real", "1", "f", "at", text, "fix"]]},
    "how to mend a fault": lambda text: {"faults": [["acts-real", "1", "f", "at", "what", text]]},
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_what_is_forged_puts_no_control_characters_on_a_screen(
    world: World, column: Callable[[str], dict[str, Any]]
) -> None:
    world.site.install("acts-real", {GROUP: {"A": "a:A"}})
    world.keep()

    def shown(root: Registry[Any], environment: Environment) -> list[str]:
        told = listing(environment=environment)
        entries = [*root.entries(), *(row.entry for row in told.rows)]
        fields = [text for e in entries for text in (e.key, e.target, e.registry, e.provider)]
        problems = [*root.problems(), *environment.problems(), *told.problems]
        said = [text for p in problems for text in (p, p.provider, p.where, p.what, p.fix)]
        owned = [text for e in environment.registries().values() for text in (e.key, e.target)]
        return [*map(str, [*fields, *said, *owned, *root.children, *environment.groups()])]

    for text in UNPRINTABLE:
        world.forge(**column(text))
        with use_environment(world.environment()) as environment:
            texts = shown(Registry("activation", scope="acts"), environment)
        assert [each for each in texts if not each.isprintable()] == [], text


@pytest.mark.parametrize("is_package", [True, False])
@pytest.mark.parametrize("first", ["the checkout", "the site"])
def test_what_a_hook_module_answered_does_not_hold_for_another_of_its_name(
    world: World, monkeypatch: pytest.MonkeyPatch, first: str, *, is_package: bool
) -> None:
    file = "acts_hooks/__init__.py" if is_package else "acts_hooks.py"
    rows = {HOOKS: {"activation": "acts_hooks"}}
    installed, shadowing = (
        hook(f"[Entry({name!r}, {COUNTER!r})]") for name in ("site", "checkout")
    )
    world.site.install("acts-hooks", rows, {file: installed})
    checkout = Site(world.index.parent / "checkout")
    (checkout.folder / file).parent.mkdir(exist_ok=True)
    (checkout.folder / file).write_text(shadowing)
    answer = {"the checkout": ["checkout"], "the site": ["site"]}
    for place in (first, *(other for other in answer if other != first), first):
        with monkeypatch.context() as patched:
            if place == "the checkout":
                patched.syspath_prepend(str(checkout.folder))
            for index in ("off", None, None):
                settle()
                assert world.says(list, index) == answer[place]


def test_what_a_hook_module_answered_does_not_hold_once_it_is_gone_from_the_path(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {HOOKS: {"activation": "acts_hooks"}}
    source = {"acts_hooks.py": hook(f"[Entry('one', {COUNTER!r})]")}
    world.site.install("acts-hooks", rows, source)
    world.keep()
    assert world.says(list) == ["one"]
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each != str(world.site.folder)])
    assert world.says(list) == world.says(list, "off") == []
