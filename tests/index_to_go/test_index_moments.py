"""What fails for a moment, changes just now or comes very often spoils nothing that is kept."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import (
    Environment,
    PluginLoadError,
    Policy,
    Registry,
    lookup,
    use_environment,
)
from registry_core.environment import answers, distribution, snapshot, stamp
from registry_core.environment.shard import Shard
from registry_core.environment.store import Store, index_folder
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="about POSIX files")

GROUP = "registry_core.activation"
HOOKS = "registry_core.hooks"
OWNED = "registry_core.registries"
INDEX = "REGISTRY_CORE_INDEX"
TICK = 20_000_000
REAL = "class Swish: ..."


def settle() -> None:
    """Wait until what has been written is older than a tick."""
    time.sleep(2 * TICK / 1e9)


class World:
    """A folder on the path, and an index. A new environment stands for a new process."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site = Site(folder / "site")
        self.index = folder / "index"
        self._patch = monkeypatch

    def install(self, rows: dict[str, dict[str, str]], **modules: str) -> None:
        """Install one distribution."""
        files = {f"acts_{name}.py": source for name, source in modules.items()}
        self.site.install("acts-one", rows, files)
        settle()

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


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(stamp, "TICK", TICK)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    world = World(tmp_path, monkeypatch)
    monkeypatch.syspath_prepend(str(world.site.folder))
    yield world
    for name in [name for name in sys.modules if name.startswith("acts_")]:
        del sys.modules[name]


ERRORS = [errno.EMFILE, errno.ENFILE, errno.EIO, errno.EACCES, errno.EPERM, errno.ENOMEM]
ERRORS += [errno.ESTALE, errno.EINTR]


@contextmanager
def unreadable(number: int, name: str) -> Iterator[None]:
    """For a moment, files of that name cannot be opened."""

    def opens(file: str, *args: Any) -> Any:
        if Path(file).name == name:
            raise OSError(number, os.strerror(number), file)
        return Path(file).open(*args)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(distribution, "open", opens, raising=False)
        yield


@pytest.mark.parametrize("name", ["entry_points.txt", "METADATA"])
@pytest.mark.parametrize("number", ERRORS, ids=errno.errorcode.get)
def test_a_file_that_cannot_be_read_for_a_moment_is_not_kept_as_absent(
    world: World, number: int, name: str
) -> None:
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    with unreadable(number, name):
        assert world.says(list) == []
    assert world.says(list) == ["Swish"]


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("number", ERRORS, ids=errno.errorcode.get)
def test_a_folder_that_cannot_be_listed_for_a_moment_is_not_kept_as_empty(
    world: World, number: int, nth: int
) -> None:
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    listdir, seen = os.listdir, list[str]()

    def lists(folder: str = ".") -> list[str]:
        if folder == str(world.site.folder):
            seen.append(folder)
            if len(seen) == nth:
                raise OSError(number, os.strerror(number), folder)
        return listdir(folder)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "listdir", lists)
        assert world.says(list) == []
    assert len(seen) >= nth
    assert world.says(list) == ["Swish"]


LOADING: dict[str, Callable[[Registry[Any]], Any]] = {
    "[]": lambda root: root["Swish"],
    "get": lambda root: root.get("Swish"),
    "get from the provider": lambda root: root.get("Swish", provider="acts-one"),
    "build": lambda root: root.build({"type": "Swish"}),
    "plan": lambda root: root.plan({"type": "Swish"}),
}


@pytest.mark.parametrize("load", LOADING.values(), ids=LOADING)
def test_metadata_that_cannot_be_read_for_a_moment_is_said_so_and_all_is_right_afterwards(
    world: World, load: Callable[[Registry[Any]], Any]
) -> None:
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    world.says(list)
    said = "its metadata cannot be read: .*try again"
    for number in ERRORS:
        with use_environment(world.environment()):
            root: Registry[Any] = Registry("activation", scope="acts")
            for _ in range(2):
                assert list(root) == ["Swish"]
                with unreadable(number, "entry_points.txt"):
                    with pytest.raises(PluginLoadError, match=said):
                        load(root)
                    assert "acts_real" not in sys.modules
            load(root)
            assert list(root) == ["Swish"]
            assert root["Swish"] is import_module("acts_real").Swish
        assert world.says(list) == ["Swish"]


WITHOUT_DESCRIPTORS = """
import os, resource, sys
from registry_core import Environment, PluginLoadError, Registry, use_environment
from registry_core.environment import stamp
import difflib, registry_core.missing, registry_core.environment.distribution
stamp.TICK = int(sys.argv[2])
with use_environment(Environment([sys.argv[1]])):
    root = Registry("activation", scope="acts")
    assert list(root) == ["Swish"]
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    taken = []
    try:
        while True: taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError: pass
    try:
        root["Swish"]
    except PluginLoadError as error:
        said = str(error)
    for each in taken: os.close(each)
    assert "its metadata cannot be read" in said and "Too many open files" in said, said
    assert root["Swish"].__name__ == "Swish" and list(root) == ["Swish"]
"""


def python(world: World, code: str) -> str:
    """What a new process prints that is given the folder, and the length of a tick."""
    path = os.pathsep.join([str(world.site.folder), os.environ.get("PYTHONPATH", "")])
    variables = {**os.environ, "PYTHONPATH": path, INDEX: str(world.index)}
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-c", code, str(world.site.folder), str(TICK)]
    ran = subprocess.run(
        command, env=variables, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_without_file_descriptors_for_a_moment_nothing_is_lost(world: World) -> None:
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    for _ in range(2):
        python(world, WITHOUT_DESCRIPTORS)


HOOK = """
from registry_core import Entry, hookimpl
@hookimpl
def registry_core_entries():
    return [Entry("one", "collections:Counter")]
@hookimpl
def registry_core_lookup(name):
    return Entry(name, "collections:deque") if name == "open" else None
"""
OWNER = "from registry_core import Registry\nREGISTRY = Registry('own', group='acts.own')"


def test_hooks_are_back_once_metadata_that_could_not_be_read_for_a_moment_can_be(
    world: World,
) -> None:
    world.install({HOOKS: {"activation": "acts_hooks"}}, hooks=HOOK)
    assert world.says(lambda root: root.get("open")) is not None

    def told(root: Registry[Any]) -> Any:
        with unreadable(errno.EMFILE, "entry_points.txt"):
            "one" in root  # noqa: B015
        return list(root), root.get("open") is not None

    assert world.says(told) == (["one"], True)


def test_owned_registries_are_back_once_metadata_that_could_not_be_read_for_a_moment_can_be(
    world: World,
) -> None:
    world.install({OWNED: {"acts.own": "acts_owner:REGISTRY"}}, owner=OWNER)
    assert list(world.environment().registries()) == ["acts.own"]
    environment = world.environment()
    with unreadable(errno.EMFILE, "entry_points.txt"):
        environment.registries()
    assert list(environment.registries()) == ["acts.own"]


CHANGES: dict[str, Callable[[Environment], None]] = {
    "block": lambda environment: environment.block("acts-other"),
    "allow": lambda environment: environment.allow("acts-one"),
    "prefer": lambda environment: environment.prefer("acts-other"),
    "refresh": lambda environment: environment.refresh(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_a_refresh_an_index_that_cannot_be_removed_is_believed_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch, change: Callable[[Environment], None]
) -> None:
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    world.says(list)
    (file,) = world.index.glob("*.kept")
    document = json.loads(file.read_bytes().partition(b"\n")[2])
    document[2 + Shard._fields.index("groups")] = {GROUP: [[0], ["Stale"], ["a:A"], []]}
    assert Store(str(world.index)).write(file.stem, document)
    content = file.read_bytes()
    monkeypatch.setattr(Store, "remove", lambda *_: None)
    monkeypatch.setattr(Store, "write", lambda *_: None)
    with use_environment(world.environment()) as environment:
        root: Registry[Any] = Registry("activation", scope="acts")
        assert list(root) == ["Stale"]
        environment.refresh()
        for _ in range(3):
            assert list(root) == ["Swish"]
            assert root["Swish"] is import_module("acts_real").Swish
            change(environment)
    assert file.read_bytes() == content


class InBytes:
    """A path of a kind that `sys.path` does not hold."""

    def __fspath__(self) -> bytes:
        return b"/tmp"


ODD_PATHS: dict[str, Any] = {
    "with a NUL": "a\0b",
    "absolute, with a NUL": "/a\0b",
    "an egg with a NUL": "/a\0b.egg",
    "half a character": "/x\ud800y",
    "bytes": b"/tmp",
    "a path in bytes": InBytes(),
    "very long": "/" + "n" * 5_000,
    "a long name": "/" + "/".join(["n" * 300] * 3),
    "empty": "",
    "within a file": "/dev/null/x",
    "a device": "/dev/null",
    "a number": 5,
    "nothing": None,
}


@pytest.mark.parametrize("index", ["off", None])
@pytest.mark.parametrize("odd", ODD_PATHS.values(), ids=ODD_PATHS)
def test_a_path_that_names_nothing_hides_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, odd: Any, index: str | None
) -> None:
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    (world.index.parent / "empty").mkdir()
    monkeypatch.chdir(world.index.parent / "empty")
    variables = {INDEX: index or str(world.index)}
    for path in ([odd, str(world.site.folder)], [str(world.site.folder), odd]):
        for _ in range(2):
            with use_environment(Environment(path, variables=variables)) as environment:
                root: Registry[Any] = Registry("activation")
                assert list(root) == ["Swish"]
                assert environment.groups() == [GROUP]
                environment.refresh()
                assert root.get("Swish") is not None


@pytest.mark.parametrize("load", ["[]", "get", "get from the provider", "build", "plan"])
@pytest.mark.parametrize("index", ["off", None])
def test_what_is_blocked_after_it_was_found_and_before_it_is_loaded_is_not_imported(
    world: World, monkeypatch: pytest.MonkeyPatch, load: str, index: str | None
) -> None:
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    world.says(list)
    confirm = Environment.confirm
    asked: list[str] = []

    def blocked_just_now(environment: Environment, entry: Any, root_scope: str) -> bool:
        if not asked:
            # As another thread may do at this moment.
            environment.block("acts-one")
        asked.append(entry.name)
        return confirm(environment, entry, root_scope)

    monkeypatch.setattr(Environment, "confirm", blocked_just_now)
    with use_environment(world.environment(index)):
        root: Registry[Any] = Registry("activation", scope="acts")
        try:
            assert LOADING[load](root) is None
        except KeyError as error:
            assert "blocked" in str(error)  # noqa: PT017
        assert (asked[0], root.get("Swish"), "Swish" in root) == ("Swish", None, False)
    assert "acts_real" not in sys.modules


MANY = 300
COUNTING = """
import json, os, sys
from registry_core import Environment, Registry, use_environment
from registry_core.environment import stamp
stamp.TICK = int(sys.argv[2])
opened = []
def hook(event, args):
    if event == "open" and str(args[0]).endswith("entry_points.txt"): opened.append(args[0])
sys.addaudithook(hook)
with use_environment(Environment([sys.argv[1]])):
    root = Registry("activation", scope="acts")
    names = list(root)
    for name in names:
        {load}
print(len(names), len(opened))
"""
EACH = {
    "[]": "root[name]",
    "get": "root.get(name)",
    "get from the provider": "root.get(name, provider='acts-one')",
    "build": "root.build({'type': name})",
    "plan": "root.plan({'type': name})()",
    "values": "list(root.values())",
}


@pytest.mark.parametrize("load", EACH.values(), ids=EACH)
def test_however_many_names_of_one_distribution_are_loaded_its_file_is_read_once_or_twice(
    world: World, load: str
) -> None:
    world.install({GROUP: {f"n{number}": "collections:Counter" for number in range(MANY)}})
    world.says(list)
    names, opened = map(int, python(world, COUNTING.replace("{load}", load)).split())
    assert names == MANY
    assert 1 <= opened <= 2


ASKED = """
from registry_core import Entry, hookimpl
asked = []
@hookimpl
def registry_core_entries():
    asked.append(1)
    return [Entry(f"n{number}", "collections:Counter") for number in range(300)]
"""


def test_however_many_names_of_one_hook_are_loaded_it_is_asked_once(world: World) -> None:
    world.install({HOOKS: {"activation": "acts_hooks"}}, hooks=ASKED)
    world.says(list)

    def told(root: Registry[Any]) -> tuple[bool, int, list[int]]:
        names = list(root)
        was_asked = "acts_hooks" in sys.modules
        loaded = len([root[name] for name in names])
        return was_asked, loaded, sys.modules["acts_hooks"].asked

    assert world.says(told) == (False, MANY, [1])


def test_of_keys_without_number_that_lead_to_one_entry_only_so_many_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lookup, "_MOST", 5)
    root: Registry[Any] = Registry("remembered keys", scope="a")
    child: Registry[Any] = Registry("remembered keys", parent=root, scope="b")
    child.register_module("X", module=dict)
    remembered = root._lookup
    for number in range(1, 60):
        way = f"{number:b}".replace("0", "a.").replace("1", "b.")
        key = f"{way}b.X"
        assert root.build({"type": key, "n": number}) == {"n": number}
        assert root[key] is root.get(key) is dict
        assert key in root
        assert root.plan({"type": key})() == {}
        found = (remembered.found, remembered.got, remembered.known, remembered.constructors)
        assert max(map(len, (*found, remembered._hits))) <= 5


def test_after_very_many_unknown_names_one_that_is_there_is_remembered_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lookup, "_MOST", 5)
    root: Registry[Any] = Registry("remembered again", scope="a")
    root.register_module("X", module=dict)
    for number in range(23):
        assert (f"n{number}" in root, root.get(f"n{number}")) == (False, None)
    assert ("X" in root, root.get("X"), root.build({"type": "X"})) == (True, dict, {})
    remembered = root._lookup
    assert (remembered.known["X"], remembered.got["X"]) == (True, dict)
    assert "X" in remembered.constructors


words = st.sampled_from(["a", "b", "a b", "block", "allow", "prefer", "prefer a", "", "-"])
policies = st.builds(
    Policy.of,
    block=st.lists(words, max_size=3),
    allow=st.none() | st.lists(words, max_size=3),
    prefer=st.lists(words, max_size=3),
)


@given(policies, policies)
def test_policies_have_the_same_words_only_if_they_are_the_same(one: Policy, two: Policy) -> None:
    assert (one.words() == two.words()) == (one == two)
    assert "" not in one.words()


@pytest.mark.parametrize("word", ["block", "allow", "prefer"])
def test_distributions_that_are_called_like_a_part_of_the_policy_are_told_apart(word: str) -> None:
    names = [word, "a"]
    made = [Policy.of(block=names), Policy.of(allow=names), Policy.of(prefer=names)]
    made += [Policy.of(block=["a"]), Policy.of(allow=["a"]), Policy.of(prefer=["a"])]
    made += [Policy(), Policy.of(allow=[])]
    assert len({tuple(policy.words()) for policy in made}) == len(made)


def test_an_answer_in_which_a_value_is_shared_very_often_is_asked_for_each_time(
    world: World,
) -> None:
    shared = """
        from registry_core import Entry, hookimpl
        value = [1]
        for _ in range(20): value = [value, value]
        @hookimpl
        def registry_core_entries():
            return [Entry("one", "collections:Counter", "", {"a": value})]
    """
    world.install({HOOKS: {"activation": "acts_hooks"}}, hooks=shared)
    for index in ("off", None, None):
        settle()

        def told(root: Registry[Any]) -> tuple[list[str], bool]:
            return list(root), "acts_hooks" in sys.modules

        assert world.says(told, index) == (["one"], True)
        settle()
    assert sum(file.stat().st_size for file in world.index.iterdir()) < 10_000


HOMES: dict[str, dict[str, str]] = {
    "a home": {"HOME": "home"},
    "a cache": {"HOME": "", "XDG_CACHE_HOME": "home/cache"},
    "a cache in a home": {"HOME": "home", "XDG_CACHE_HOME": "home/cache"},
}


@pytest.mark.parametrize("variables", HOMES.values(), ids=HOMES)
def test_in_a_home_of_somebody_else_no_index_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    home = world.index.parent / "home"
    home.mkdir()
    where = {name: text and str(world.index.parent / text) for name, text in variables.items()}
    assert index_folder(where) is not None
    somebody_else = os.geteuid() + 1
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: somebody_else)
        assert index_folder(where) is None
        environment = Environment([str(world.site.folder)], variables=where)
        with use_environment(environment):
            assert list(Registry("activation")) == ["Swish"]
            environment.refresh()
            assert list(Registry("activation")) == ["Swish"]
    assert list(home.iterdir()) == []
    with use_environment(Environment([str(world.site.folder)], variables=where)):
        assert list(Registry("activation")) == ["Swish"]
    assert len(list(home.rglob("*.kept"))) == 1


@pytest.mark.parametrize("variable", ["HOME", "XDG_CACHE_HOME"])
def test_a_home_that_is_not_there_is_not_made(
    world: World, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    world.install({GROUP: {"Swish": "acts_real:Swish"}}, real=REAL)
    missing = world.index.parent / "missing"
    where = {variable: str(missing / "below")}
    with use_environment(Environment([str(world.site.folder)], variables=where)):
        assert list(Registry("activation")) == ["Swish"]
    assert not missing.exists()
