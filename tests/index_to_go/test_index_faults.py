"""Whatever happens to the index, the answer is the one without it, and nothing forged runs."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_core import (
    EntryNotFound,
    Environment,
    Registry,
    RegistryNotFound,
    installed_registry,
    use_environment,
)
from registry_core.environment import distribution, stamp
from registry_core.environment.shard import Shard
from registry_core.environment.store import Store, index_folder
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="about POSIX files")

GROUP = "registry_core.activation"
EXTRA = f"{GROUP}.extra"
INDEX = "REGISTRY_CORE_INDEX"
TICK = 20_000_000
NOBODY = 65534

REAL = "class Swish: ..."
EVIL = """
    from pathlib import Path
    from registry_core import Registry
    Path(__file__).with_name("ran").touch()
    REGISTRY = Registry("evil", group="acme.evil")
    class Swish: ...
"""


def told(environment: Environment) -> tuple[Any, ...]:
    """All that is said of what is installed, by the environment and by a registry."""
    with use_environment(environment):
        root = Registry("activation", scope="acts")
        about = environment.problems(), environment.groups(), environment.registries()
        return root.entries(), root.problems(), list(root.children), *about


def settle() -> None:
    """Wait until what has been written is older than a tick."""
    time.sleep(2 * TICK / 1e9)


class World:
    """A folder on the path, and an index. A new environment stands for a new process."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder / "site")
        self.index = folder / "index"
        modules = {"acts_real.py": REAL, "acts_evil.py": EVIL}
        self.site.install("acts-real", {EXTRA: {"Swish": "acts_real:Swish"}}, modules)
        settle()
        told(self.environment())
        self.right: list[Any] = json.loads(self.file.read_bytes().partition(b"\n")[2])

    def environment(self, index: str | None = None) -> Environment:
        variables = {INDEX: index or str(self.index)}
        return Environment([str(self.site.folder)], variables=variables)

    def is_right(self, index: str | None = None) -> bool:
        """Whether a new process says what one without an index says, and loads the same."""
        plain = Environment([str(self.site.folder)], variables={})
        with use_environment(self.environment(index)) as environment:
            same = told(environment) == told(plain)
            found = Registry("activation")["extra.Swish"]
        ran = self.site.folder / "ran"
        return same and found is import_module("acts_real").Swish and not ran.exists()

    @property
    def file(self) -> Path:
        """The file in which the folder is kept."""
        (file,) = self.index.glob("*.kept")
        return file

    def forge(self, **columns: object) -> None:
        """Keep what is right with other columns, and the right stamps and checksum."""
        began, _, *kept = self.right
        kept = [columns.get(name, value) for name, value in zip(Shard._fields, kept, strict=False)]
        watched = kept[-1] if isinstance(kept[-1], list) else []
        paths = [f"{kept[0]}/{path}" for path in watched if isinstance(path, str)]
        summed = columns.get("summed", stamp.stamp_of_all([str(self.site.folder), *paths]))
        self.keep([began, summed, *kept])

    def keep(self, document: object) -> None:
        """Keep any document, with the right checksum."""
        assert Store(str(self.index)).write(self.file.stem, document)

    def forge_groups(self, **groups: object) -> None:
        """Forge what is declared; `registry_core__x` stands for `registry_core.x`."""
        column = self.right[2 + Shard._fields.index("groups")]
        self.forge(groups=column | {name.replace("__", "."): g for name, g in groups.items()})


def forged_row(name: str, target: str) -> list[list[Any]]:
    return [[0], [name], [target], []]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(stamp, "TICK", TICK)
    world = World(tmp_path)
    monkeypatch.syspath_prepend(str(world.site.folder))
    yield world
    for name in ("acts_real", "acts_evil"):
        sys.modules.pop(name, None)


def with_body(file: Path, body: bytes) -> None:
    """Put `body` in the file, with the right checksum."""
    word = file.read_bytes().partition(b" ")[0]
    file.write_bytes(word + b" %08x\n" % crc32(body) + body)


def moved_behind_a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def replaced(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def damage(path: Path) -> None:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        make(path)

    return damage


def rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(change(file.read_bytes()))


def given_away(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(path, NOBODY, -1)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": lambda file: file.unlink(),
    "empty": rewritten(lambda _: b""),
    "cut short": rewritten(lambda content: content[:-3]),
    "cut to its first line": rewritten(lambda content: content.partition(b"\n")[0]),
    "longer": rewritten(lambda content: content + b" "),
    "rubbish": rewritten(lambda _: bytes(range(256)) * 9),
    "one letter changed": rewritten(lambda content: content.replace(b"Forged", b"Forget")),
    "of another version": rewritten(lambda content: content.replace(b" ", b"0 ", 1)),
    "a link to it": moved_behind_a_link,
    "a link that leads nowhere": replaced(lambda file: file.symlink_to("nowhere")),
    "a pipe": replaced(os.mkfifo),
    "a folder": replaced(Path.mkdir),
    "writable for the group": lambda file: file.chmod(0o660),
    "writable for all": lambda file: file.chmod(0o602),
    "of another user": given_away,
    "no document": lambda file: with_body(file, b""),
    "no UTF-8": lambda file: with_body(file, b'["\xff"]'),
    "half a document": lambda file: with_body(file, b'[1, ["'),
    "a very long number": lambda file: with_body(file, b"1" * 10_000),
    "nested very deep": lambda file: with_body(file, b"[" * 200_000),
}


def test_without_damage_even_a_forged_file_is_believed_for_a_listing(world: World) -> None:
    # So that the tests below can fail.
    world.forge_groups(**{GROUP: forged_row("Forged", "a:A")})
    assert [entry.name for entry in told(world.environment())[0]] == ["Forged", "Swish"]


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_not_believed_and_gives_way(
    world: World, damage: Callable[[Path], object]
) -> None:
    world.forge_groups(**{GROUP: forged_row("Forged", "a:A")})
    file = world.file
    damage(file)
    assert world.is_right()
    assert file.is_dir() or b"Forged" not in file.read_bytes()
    assert world.is_right()
    world.environment().refresh()
    assert world.is_right()


def test_a_pipe_that_somebody_feeds_is_not_believed(world: World) -> None:
    world.forge_groups(**{GROUP: forged_row("Forged", "a:A")})
    content, file = world.file.read_bytes(), world.file
    replaced(os.mkfifo)(file)
    feeding = os.open(file, os.O_RDWR)
    try:
        os.write(feeding, content)
        assert world.is_right()
    finally:
        os.close(feeding)


FOLDER_DAMAGE: dict[str, Callable[[Path], object]] = {
    "a link to it": moved_behind_a_link,
    "a link that leads nowhere": replaced(lambda folder: folder.symlink_to("nowhere")),
    "a file": replaced(Path.touch),
    "writable for the group": lambda folder: folder.chmod(0o770),
    "writable for all": lambda folder: folder.chmod(0o777),
    "of another user": given_away,
}


@pytest.mark.parametrize("damage", FOLDER_DAMAGE.values(), ids=FOLDER_DAMAGE)
def test_a_folder_that_others_may_have_written_to_is_left_alone(
    world: World, damage: Callable[[Path], object]
) -> None:
    world.forge_groups(**{GROUP: forged_row("Forged", "a:A")})
    damage(world.index)
    before = [(path, path.lstat().st_mtime_ns) for path in world.index.parent.rglob("*.kept")]
    assert world.is_right()
    world.environment().refresh()
    assert world.is_right()
    after = [(path, path.lstat().st_mtime_ns) for path in world.index.parent.rglob("*.kept")]
    assert after == before


def test_a_folder_that_no_path_can_name_is_no_index(world: World) -> None:
    for index in ("/no\0folder", "/no\ud800folder", "/" + "n" * 5_000, "/dev/null/index"):
        assert world.is_right(index)
        world.environment(index).refresh()


def is_readable(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except PermissionError:
        return False


@pytest.fixture
def unprivileged(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world of a user whom permissions keep from something."""
    monkeypatch.setattr(stamp, "TICK", TICK)
    with tempfile.TemporaryDirectory() as name:
        world = World(Path(name))
        monkeypatch.syspath_prepend(str(world.site.folder))
        # What is imported late may be out of that user's reach.
        assert world.is_right()
        is_root = os.geteuid() == 0
        for path in (Path(name), *Path(name).rglob("*")):
            os.chown(path, NOBODY if is_root else -1, -1)
        os.seteuid(NOBODY if is_root else os.geteuid())
        try:
            if not is_readable(world.site.folder):
                pytest.skip("temporary folders are out of that user's reach")
            settle()
            assert world.is_right()
            yield world
        finally:
            os.seteuid(0 if is_root else os.geteuid())
            sys.modules.pop("acts_real", None)
            for path in filter(Path.exists, (Path(name), world.index)):
                path.chmod(0o700)


def bad_and_read_only(world: World) -> None:
    world.file.write_text("bad")
    world.index.chmod(0o500)


def missing_and_forbidden(world: World) -> None:
    shutil.rmtree(world.index)
    world.index.parent.chmod(0o500)


PERMISSIONS: dict[str, Callable[[World], object]] = {
    "an unreadable file": lambda world: world.file.chmod(0),
    "an unreadable folder": lambda world: world.index.chmod(0),
    "a folder that cannot be searched": lambda world: world.index.chmod(0o600),
    "a folder that cannot be listed": lambda world: world.index.chmod(0o300),
    "a read-only folder": bad_and_read_only,
    "no folder, and no right to make one": missing_and_forbidden,
}


@pytest.mark.parametrize("forbid", PERMISSIONS.values(), ids=PERMISSIONS)
def test_permissions_cost_time_alone(
    unprivileged: World, forbid: Callable[[World], object]
) -> None:
    forbid(unprivileged)
    for _ in range(2):
        assert unprivileged.is_right()
        unprivileged.environment().refresh()


def test_a_forged_file_that_cannot_be_replaced_is_not_run_either(unprivileged: World) -> None:
    unprivileged.forge_groups(**{EXTRA: forged_row("Swish", "acts_evil:Swish")})
    unprivileged.index.chmod(0o500)
    with use_environment(unprivileged.environment()) as environment:
        root = Registry("activation")
        assert root.resolve("extra.Swish").target == "acts_evil:Swish"
        assert root["extra.Swish"] is import_module("acts_real").Swish
        assert root.resolve("extra.Swish").target == "acts_real:Swish"
        environment.refresh()
        assert root.resolve("extra.Swish").target == "acts_real:Swish"


def test_only_this_user_can_write_to_the_index(world: World) -> None:
    shutil.rmtree(world.index)
    before = os.umask(0)
    try:
        assert world.is_right()
    finally:
        os.umask(before)
    assert (world.index.stat().st_mode & 0o777, world.file.stat().st_mode & 0o777) == (0o700, 0o600)


def python(code: str, world: World) -> subprocess.Popen[str]:
    """Start a process that knows `environment`, and what it `expected`."""
    head = (
        "import os, resource, sys\n"
        "from registry_core import Environment, Registry, use_environment\n"
        "from registry_core.environment import stamp\n"
        f"stamp.TICK = {TICK}\n"
        f"index, folder = {str(world.index)!r}, {str(world.site.folder)!r}\n"
        "def told(index):\n"
        "    with use_environment(Environment([folder], variables=index)) as environment:\n"
        "        return Registry('activation').entries(), environment.problems()\n"
        f"kept = {{{INDEX!r}: index}}\n"
        "expected = told({})\n"
        "assert expected[0]\n"
    )
    command = [sys.executable, "-c", head + code]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def succeeds(process: subprocess.Popen[str]) -> bool:
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return True


def test_a_full_disk_costs_time_alone_and_nothing_is_left(world: World) -> None:
    shutil.rmtree(world.index)
    full = "resource.setrlimit(resource.RLIMIT_FSIZE, (99, 99))\n"
    assert succeeds(python(full + "assert told(kept) == told(kept) == expected", world))
    assert list(world.index.iterdir()) == []
    assert succeeds(python("assert told(kept) == expected", world))
    assert len(list(world.index.iterdir())) == 1


def test_eight_processes_at_once_answer_right_and_leave_one_file(world: World) -> None:
    world.site.install("acts-more", {f"{GROUP}.n{n}": {"A": "a:A"} for n in range(200)})
    settle()
    code = (
        "for round in range(25):\n"
        "    assert told(kept) == expected\n"
        "    if round % 3 == 0: Environment([folder], variables=kept).refresh()\n"
    )
    for process in [python(code, world) for _ in range(8)]:
        assert succeeds(process)
    assert world.is_right()
    assert [path.suffix for path in world.index.iterdir()] == [".kept"]


@pytest.mark.parametrize("in_the_way", ["a file", "a folder", "notes"])
def test_of_very_many_files_the_newest_are_kept(world: World, in_the_way: str) -> None:
    ours = world.file.name
    other = world.index / ("notes" if in_the_way == "notes" else "other.kept")
    other.mkdir() if in_the_way == "a folder" else other.touch()
    os.utime(other, (1, 1))
    names = [f"old{number:04}.{'part' if number % 2 else 'kept'}" for number in range(1_100)]
    for number, name in enumerate(names):
        (world.index / name).touch()
        os.utime(world.index / name, (1_000 + number, 1_000 + number))
    world.environment().refresh()
    assert world.is_right()
    left = {path.name for path in world.index.glob("old*")}
    assert 0 < len(left) <= 1_024
    assert left == {name for name in names if name >= min(left)}
    assert {path.name for path in world.index.glob("*.*")} - left >= {ours}
    assert other.exists() == (in_the_way != "a file")


@pytest.mark.parametrize("what", ["a file", "the folder"])
def test_a_reading_that_failed_for_the_moment_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    world.site.install("acts-more", {GROUP: {"ReLU": "a:ReLU"}})
    settle()
    failed, listdir = OSError(errno.EMFILE, "Too many open files"), os.listdir
    listed: list[str] = []

    def opens(file: str, *args: Any) -> Any:
        if "acts_more" in file:
            raise failed
        return Path(file).open(*args)

    def lists(folder: str) -> list[str]:
        listed.append(folder)
        if len(listed) > 1:
            raise failed
        return listdir(folder)

    with monkeypatch.context() as patched:
        if what == "a file":
            patched.setattr(distribution, "open", opens, raising=False)
        else:
            # Once to see whether it holds anything, and once to read it.
            patched.setattr(os, "listdir", lists)
        assert len(told(world.environment())[0]) < 2
    assert world.is_right()


WRONG: list[Any] = [None, True, 5, -1.5, "text", [], {}, [None], [5], [[]], [{}], {"a": []}]
WRONG += [["a", "b"], [[[]]], ["\0"]]
# A document of that shape is well-formed.
FITTING: dict[str, list[Any]] = {"groups": [{}], "faults": [[]], "names": [["\0"]]}
FITTING["versions"] = [["\0"]]


@pytest.mark.parametrize("column", [*Shard._fields[:-1], "summed"])
def test_a_column_of_another_shape_is_not_believed(world: World, column: str) -> None:
    for wrong in WRONG:
        if wrong not in FITTING.get(column, []):
            world.forge(**{column: wrong})
            assert world.is_right(), wrong


N, T = ["Swish"], ["acts_real:Swish"]


@pytest.mark.parametrize("column", range(4))
def test_a_column_of_a_group_of_another_shape_is_not_believed(world: World, column: int) -> None:
    for wrong in WRONG:
        group: list[Any] = [[0], N, T, []]
        group[column] = wrong
        if (column, wrong) != (1, ["\0"]) and (column, wrong) != (2, ["\0"]):
            world.forge_groups(**{EXTRA: group})
            assert world.is_right(), wrong


LIKE_ROWS: list[Any] = ["", "text", {}, {"a": 1}, [], [[]], [0], [0, "a", "b"], [0, "a", "b", 5]]
LIKE_ROWS += [["0", "a", "b", "c"], [0, "a", "b", "c", "d"]]
GROUPS: list[Any] = [
    *(None, 5, "text", [], {}, {"a": 1, "b": 2, "c": 3, "d": 4}, [[0], N, T], [[0], N, T, [], []]),
    *([index, N, T, []] for index in ([1], [-1], ["0"], [True], [0.0], [0, 0], {"0": 0})),
    *([[0], [*N, "More"], T, []], [[0], N, [*T, *T], []], [[0, 0], [*N, "More"], T, []]),
    *([[0], ["Swish More"], T, []], [[0], N, ["a:A|b:B"], []], [[0], [""], ["a:A|b:B"], []]),
    *([[0], N, T, [row]] for row in LIKE_ROWS),
]


@pytest.mark.parametrize("group", GROUPS, ids=repr)
def test_a_group_of_another_shape_is_not_believed(world: World, group: Any) -> None:
    world.forge_groups(**{EXTRA: group})
    assert world.is_right()


FOLDERS = (
    "../site",
    "/etc",
    "a/b",
    "..",
    ".",
    "",
    "nowhere",
    "no\0folder",
    "no\ud800folder",
    "n" * 999,
)


@pytest.mark.parametrize("folder", FOLDERS, ids=ascii)
def test_a_folder_that_leads_elsewhere_is_not_looked_into(world: World, folder: str) -> None:
    world.forge(folders=[folder])
    assert world.is_right()


@pytest.mark.parametrize("folder", ["../elsewhere", "..", "elsewhere/within"])
def test_a_folder_elsewhere_confirms_nothing(world: World, folder: str) -> None:
    elsewhere = Path(f"{world.site.folder}/{folder}")
    elsewhere.mkdir(parents=True, exist_ok=True)
    (elsewhere / "entry_points.txt").write_text(f"[{EXTRA}]\nSwish = acts_evil:Swish\n")
    settle()
    world.forge(folders=[folder], groups={EXTRA: forged_row("Swish", "acts_evil:Swish")})
    assert world.is_right()


@pytest.mark.parametrize("group", [EXTRA, "registry_core.hooks"])
def test_a_blocked_distribution_does_not_go_by_the_name_of_another(
    world: World, group: str
) -> None:
    row, hooks = {"Swish": "acts_evil:Swish"}, {"activation": "acts_evil"}
    world.site.install("acts-evil", {EXTRA: row, "registry_core.hooks": hooks})
    settle()
    unfit: list[list[Any]] = [[0], [""], [""], [[0, "activation", "acts_evil", "no target"]]]
    kept = forged_row("Swish", "acts_evil:Swish") if group == EXTRA else unfit
    world.forge(folders=["acts_evil-0.1.0.dist-info"], groups={group: kept})
    variables = {INDEX: str(world.index), "REGISTRY_CORE_BLOCK": "acts-evil"}
    with use_environment(Environment([str(world.site.folder)], variables=variables)):
        root = Registry("activation")
        assert root.get("extra.Swish") in (None, import_module("acts_real").Swish)
        assert root.get("unknown") is None
    assert "acts_evil" not in sys.modules


@pytest.mark.parametrize("path", ["../x", "no\0path", "no\ud800path", "n" * 999, ""], ids=ascii)
def test_any_path_may_be_watched(world: World, path: str) -> None:
    world.forge(watched=[path])
    assert world.is_right()


def test_a_document_of_another_shape_is_not_believed(world: World) -> None:
    right = world.right
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    others: list[Any] = [None, True, 5, 1.5, "text", "0123456789", [], {}, right[:-1], [*right, 0]]
    others += [dict.fromkeys("0123456789"), [None] * 10, [[]] * 10, [{}] * 10, [*right[:-1], deep]]
    for other in others:
        world.keep(other)
        assert world.is_right(), other


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from(["", "a", "\0", "a b", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner),
    max_leaves=6,
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_anything_in_place_of_any_part_raises_nothing_and_runs_nothing(
    world: World, data: st.DataObject
) -> None:
    columns = dict(zip(Shard._fields, deepcopy(world.right[2:]), strict=False))
    part: Any = data.draw(st.sampled_from([columns, columns["groups"][EXTRA]]))
    while True:
        key = data.draw(st.sampled_from(list(part if isinstance(part, dict) else range(len(part)))))
        if not (isinstance(part[key], (list, dict)) and part[key] and data.draw(st.integers(0, 4))):
            break
        part = part[key]
    part[key] = data.draw(JSON)
    world.forge(**columns)
    told(world.environment())
    with use_environment(world.environment()):
        found = Registry("activation").get("extra.Swish")
    assert found in (None, import_module("acts_real").Swish)


LOADING: dict[str, Callable[[Registry[Any]], Any]] = {
    "[]": lambda root: root["extra.Swish"],
    "get": lambda root: root.get("extra.Swish"),
    "get from the provider": lambda root: root.get("extra.Swish", provider="acts-real"),
    "from the scope": lambda root: root.children["extra"]["Swish"],
    "build": lambda root: type(root.build({"type": "extra.Swish"})),
}


@pytest.mark.parametrize("load", LOADING.values(), ids=LOADING)
def test_a_forged_target_is_not_run_the_real_one_is(
    world: World, load: Callable[[Registry[Any]], Any]
) -> None:
    world.forge_groups(**{EXTRA: forged_row("Swish", "acts_evil:Swish")})
    with use_environment(world.environment()):
        root = Registry("activation")
        assert root.resolve("extra.Swish").target == "acts_evil:Swish"
        assert load(root) is import_module("acts_real").Swish
        assert root.resolve("extra.Swish").target == "acts_real:Swish"
    assert b"acts_evil" not in world.file.read_bytes()
    assert world.is_right()


# The second is the real one, in a scope where nobody declares it.
@pytest.mark.parametrize(
    ("name", "target"), [("Evil", "acts_evil:X"), ("Swish", "acts_real:Swish")]
)
@pytest.mark.parametrize("build", [False, True])
def test_a_forged_name_leads_nowhere_once_it_is_loaded(
    world: World, name: str, target: str, *, build: bool
) -> None:
    world.forge_groups(**{GROUP: forged_row(name, target)})
    with use_environment(world.environment()):
        root = Registry("activation")
        assert list(root) == [name]
        with pytest.raises(EntryNotFound):
            root.build({"type": name}) if build else root[name]
        assert list(root) == []
    assert world.is_right()


@pytest.mark.parametrize("is_fit", [True, False])
def test_a_forged_hook_module_is_not_imported(world: World, is_fit: bool) -> None:
    row: list[list[Any]] = forged_row("activation", "acts_evil:x")
    if not is_fit:
        row = [[0], [""], [""], [[0, "activation", "acts_evil", "no target"]]]
    world.forge_groups(registry_core__hooks=row)
    with use_environment(world.environment()):
        root = Registry("activation")
        assert root.get("unknown") is None
        assert [entry.key for entry in root.entries()] == ["extra.Swish"]
        with pytest.raises(EntryNotFound):
            root.resolve("unknown")
        assert type(root.build({"type": "extra.Swish"})) is import_module("acts_real").Swish
        assert root.problems() == []
    assert "acts_evil" not in sys.modules


def test_a_forged_registry_is_not_imported(world: World) -> None:
    world.forge_groups(registry_core__registries=forged_row("acme.evil", "acts_evil:REGISTRY"))
    with use_environment(world.environment()) as environment:
        assert environment.registries() == {}
        with pytest.raises(RegistryNotFound):
            installed_registry("acme.evil")
    assert "acts_evil" not in sys.modules


HOME = {"HOME": "home", "LOCALAPPDATA": "local"}
PLACES: dict[str, tuple[str, dict[str, str], str | None]] = {
    "named": ("linux", {INDEX: "named", "XDG_CACHE_HOME": "xdg", **HOME}, "named"),
    "XDG": ("linux", {"XDG_CACHE_HOME": "xdg", **HOME}, "xdg/registry_core"),
    "home": ("linux", HOME, "home/.cache/registry_core"),
    "macOS": ("darwin", {"XDG_CACHE_HOME": "xdg", **HOME}, "home/Library/Caches/registry_core"),
    "Windows": ("win32", HOME, "local/registry_core"),
    "empty": ("linux", {INDEX: "", **HOME}, "home/.cache/registry_core"),
    "relative XDG": ("linux", {"XDG_CACHE_HOME": "./xdg", **HOME}, "home/.cache/registry_core"),
    "off": ("linux", {INDEX: "off", **HOME}, None),
    "no home": ("linux", {"LOCALAPPDATA": "local"}, None),
    "no home on macOS": ("darwin", {"XDG_CACHE_HOME": "xdg"}, None),
    "no folder on Windows": ("win32", {"HOME": "home"}, None),
}


@pytest.mark.parametrize(("platform", "variables", "expected"), PLACES.values(), ids=PLACES)
def test_the_index_is_where_the_platform_keeps_what_can_be_made_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    variables: dict[str, str],
    expected: str | None,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    (tmp_path / "home").mkdir()
    absolute = {
        name: value if value in ("", "off", "./xdg") else str(tmp_path / value)
        for name, value in variables.items()
    }
    assert index_folder(absolute) == (None if expected is None else str(tmp_path / expected))


NOWHERE: dict[str, dict[str, str]] = {
    "off": {INDEX: "off", "HOME": "."},
    "an empty name and no home": {INDEX: "", "HOME": ""},
    "a home that is no absolute path": {"HOME": "home"},
    "a home that is not there": {"HOME": "/no such home"},
    "only a cache that is no absolute path": {"XDG_CACHE_HOME": "cache"},
    "nothing": {},
}


@pytest.mark.parametrize("variables", NOWHERE.values(), ids=NOWHERE)
def test_nothing_is_written_where_no_folder_is_known(
    world: World, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    monkeypatch.chdir(world.index.parent)
    before = set(world.index.parent.rglob("*"))
    environment = Environment([str(world.site.folder)], variables=variables)
    assert told(environment) == told(Environment([str(world.site.folder)], variables={}))
    environment.refresh()
    assert set(world.index.parent.rglob("*")) == before


def test_nothing_is_written_to_somebody_elses_home(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    home = {"HOME": str(tmp_path / "home")}
    assert index_folder(home) is not None
    given_away(tmp_path / "home")
    assert index_folder(home) is None


def test_a_frozen_application_writes_only_to_a_folder_that_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(world.index)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    home = {"HOME": str(world.index.parent), "XDG_CACHE_HOME": str(world.index.parent)}
    told(Environment([str(world.site.folder)], variables=home))
    assert {path.name for path in world.index.parent.iterdir()} == {"site"}
    assert world.is_right()
    assert world.file.exists()
