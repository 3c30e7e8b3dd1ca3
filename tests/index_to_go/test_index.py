"""What is installed is kept on disk: a later process says the same, and reads what has changed."""

import gc
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from registry_core import Environment, Registry, use_environment
from registry_core.environment import reading, stamp
from registry_core.testing import Site

GROUP = "registry_core.activation"
INDEX = "REGISTRY_CORE_INDEX"
TICK = 20_000_000
ROWS = {f"{GROUP}.extra": {"Swish": "collections:Counter"}, "console_scripts": {"acts": "a:main"}}


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
    """Two folders on the path, and an index. A new environment stands for a new process."""

    def __init__(self, folder: Path) -> None:
        self.first, self.second = Site(folder / "first"), Site(folder / "second")
        self.index = folder / "index"
        self.path: list[Any] = [str(self.first.folder), str(self.second.folder)]
        self.was_read: list[str] = []

    def environment(self) -> Environment:
        return Environment(self.path, variables={INDEX: str(self.index)})

    def read_anew(self) -> list[str]:
        """Which folders a new process reads, if it says the same as one without an index."""
        self.was_read.clear()
        answer, read = told(self.environment()), self.was_read.copy()
        assert answer == told(Environment(self.path, variables={}))
        return read

    def files(self) -> set[tuple[str, int, int]]:
        found = [(file.name, file.stat()) for file in self.index.glob("*")]
        return {(name, stat.st_ino, stat.st_mtime_ns) for name, stat in found}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two folders that are old enough to be kept, and are not."""
    world, read_place = World(tmp_path), reading.read_place

    def seen(place: str) -> Any:
        world.was_read.append(Path(place).name)
        return read_place(place)

    monkeypatch.setattr(stamp, "TICK", TICK)
    monkeypatch.setattr(reading, "read_place", seen)
    world.first.install("acts-extra", ROWS, {"acts_extra.py": "1/0"})
    world.second.install("acts-more", f"[{GROUP}]\nReLU = a:ReLU\nReLU = b:ReLU\noops\n")
    settle()
    return world


def test_the_clock_of_the_file_system_ticks_faster_than_these_tests_assume(tmp_path: Path) -> None:
    file, times = tmp_path / "file", set[int]()
    until = time.monotonic() + 0.2
    while time.monotonic() < until:
        file.write_text("")
        times.add(file.stat().st_mtime_ns)
    assert len(times) > 0.2 * 1e9 / TICK


class Aged(NamedTuple):
    """A folder that was asked about at once, and again when it was more than two seconds old."""

    site: Site
    kept: Path
    at_once: list[Path]
    later: str

    def says(self, question: str) -> str:
        """What a new process answers, and what it has imported for that."""
        code = (
            "import sys; from registry_core import Environment, Registry, use_environment\n"
            f"environment = Environment([{str(self.site.folder)!r}])\n"
            "with use_environment(environment):\n"
            f"    print(eval({question!r}, {{**globals(), 'root': Registry('activation')}}))\n"
            "heavy = ('importlib_metadata', 'pluggy', 'acts_')\n"
            "print(*sorted(name for name in sys.modules if name.startswith(heavy)))\n"
        )
        path = os.pathsep.join([str(self.site.folder), os.environ.get("PYTHONPATH", "")])
        variables = {**os.environ, "PYTHONPATH": path, INDEX: str(self.kept)}
        command = [sys.executable, "-c", code]
        ran = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


LISTING = "[entry.key for entry in root.entries()]"


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Aged:
    aged = Aged(Site(tmp_path_factory.mktemp("site")), tmp_path_factory.mktemp("index"), [], "")
    rows = {f"{GROUP}.extra": {"Swish": "acts_extra.swish:Swish", "GELU": "acts_extra.gelu:GELU"}}
    owned = {"registry_core.registries": {"acme.other": "acts_extra.registry:OTHER"}}
    modules = {"__init__": "", "swish": "class Swish: ...", "gelu": "1/0"}
    sources = {f"acts_extra/{name}.py": source for name, source in modules.items()}
    aged.site.install("acts-extra", rows | owned, sources)
    aged.says(LISTING)
    at_once = list(aged.kept.iterdir())
    time.sleep(2.1)
    return aged._replace(at_once=at_once, later=aged.says(LISTING))


def test_a_folder_is_kept_once_it_is_older_than_two_seconds(aged: Aged) -> None:
    assert aged.at_once == []
    assert "importlib_metadata" in aged.later
    assert len(list(aged.kept.iterdir())) == 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (LISTING, "['extra.GELU', 'extra.Swish']"),
        ("root.resolve('extra.Swish').provider", "acts-extra 0.1.0"),
        ("'extra.Swish' in root, 'extra.Nothing' in root, len(root)", "(True, False, 0)"),
        ("root.get('extra.Nothing')", "None"),
        ("root.problems(), environment.problems()", "([], ())"),
        ("list(environment.registries())", "['acme.other']"),
    ],
)
def test_a_later_process_says_the_same_and_imports_neither_readers_nor_plugins(
    aged: Aged, question: str, answer: str
) -> None:
    assert aged.says(question).splitlines() == [answer, ""]


@pytest.mark.parametrize(
    "loading", ["root['extra.Swish']()", "root.build({'type': 'extra.Swish'})"]
)
def test_loading_from_the_index_imports_the_one_module(aged: Aged, loading: str) -> None:
    imported = aged.says(f"type({loading}).__name__").splitlines()
    assert imported == ["Swish", "acts_extra acts_extra.swish"]


def test_a_finder_that_lists_nothing_costs_nothing(aged: Aged) -> None:
    # As those that setuptools writes for editable installs.
    kind = "type('Finder', (), {'find_spec': lambda *_: None})"
    answer = aged.says(
        f"sys.meta_path.insert(0, {kind}()), sys.meta_path.append({kind}), {LISTING}"
    )
    assert answer.splitlines() == ["(None, None, ['extra.GELU', 'extra.Swish'])", ""]


def upgrade(site: Site) -> None:
    site.uninstall("acts-more")
    site.install("acts-more", {GROUP: {"GELU": "a:GELU"}}, version="2")


CHANGES: dict[str, Callable[[Site], None]] = {
    "an installation": lambda site: site.install("acts-new", {GROUP: {"Tanh": "a:Tanh"}}),
    "an upgrade": upgrade,
    "an uninstallation": lambda site: site.uninstall("acts-more"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_installed_or_removed_is_seen_and_only_its_folder_is_read(
    world: World, change: Callable[[Site], None]
) -> None:
    assert world.read_anew() == ["first", "second"]
    assert world.read_anew() == []
    before = world.files()
    world.second.install("acts-other")
    change(world.second)
    settle()
    assert world.read_anew() == ["second"]
    assert len(world.files()) == len(before) == 2
    assert len(world.files() & before) == 1
    assert world.read_anew() == []


def test_a_folder_that_is_too_young_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "TICK", 10**12)
    assert world.read_anew() == world.read_anew() == ["first", "second"]
    assert world.files() == set()


def test_a_folder_with_a_file_that_is_too_young_is_not_kept(world: World) -> None:
    file, hour = folder(world.second) / "entry_points.txt", 3600
    os.utime(file, (time.time() + hour, time.time() + hour))
    settle()
    assert world.read_anew() == ["first", "second"]
    assert world.read_anew() == world.read_anew() == ["second"]
    os.utime(file)
    settle()
    assert world.read_anew() == ["second"]
    assert world.read_anew() == []


def test_refreshing_forgets_what_is_kept_of_the_path_and_nothing_else(world: World) -> None:
    world.read_anew()
    (world.index / "notes.txt").write_text("mine")
    Environment(world.path[:1], variables={INDEX: str(world.index)}).refresh()
    assert (world.index / "notes.txt").read_text() == "mine"
    assert world.read_anew() == ["first"]
    world.environment().refresh()
    assert [name for name, *_ in world.files()] == ["notes.txt"]


def folder(site: Site) -> Path:
    """The folder of the distribution of `site`."""
    (found,) = site.folder.glob("acts_[em]*-info")
    return found


def in_place(site: Site) -> None:
    file = folder(site) / "entry_points.txt"
    before = file.stat()
    file.write_text(file.read_text().replace("Swish", "Swash"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat()[6:9] == before[6:9]


def swapped(site: Site) -> None:
    other, before = Site(site.folder.with_name("other")), site.folder.stat()
    other.install("acts-extra", {GROUP: {"Other": "a:Other"}})
    os.utime(other.folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    site.folder.rename(site.folder.with_name("before"))
    other.folder.rename(site.folder)


def nameless(site: Site, text: str | None = None) -> None:
    (folder(site) / "METADATA").unlink()
    if text is not None:
        (folder(site) / "METADATA").write_text(text)


def name_it(site: Site, version: str = "0.1.0", file: str = "METADATA") -> None:
    (folder(site) / file).write_text(f"Name: acts-extra\nVersion: {version}\n")


def beside_sources(site: Site) -> None:
    """As setuptools leaves it, and rewrites it in place."""
    made = site.folder / "acts_extra.egg-info"
    folder(site).rename(made)
    (made / "METADATA").rename(made / "PKG-INFO")
    (made / "entry_points.txt").unlink()


def row_added(site: Site, group: str = f"{GROUP}.more") -> None:
    with (folder(site) / "entry_points.txt").open("a", encoding="utf-8") as file:
        file.write(f"\n[{group}]\nMore = a:More\n")


def only_scripts(site: Site) -> None:
    site.install("acts-extra", {"console_scripts": {"acts": "a:main"}})


def without_entry_points(site: Site) -> None:
    (folder(site) / "entry_points.txt").unlink()


def nothing(_: Site) -> None:
    """Leave it as it is installed."""


EDITS: dict[str, tuple[Callable[[Site], None], Callable[[Site], None]]] = {
    "a row changed, with the size and time of before": (nothing, in_place),
    "another group": (nothing, row_added),
    "a group where there were only scripts": (only_scripts, row_added),
    "another row of the group": (nothing, lambda site: row_added(site, f"{GROUP}.extra")),
    "no entry points any more": (nothing, without_entry_points),
    "another folder in its place, with the time of before": (nothing, swapped),
    "a name at last, in a file that was not there": (nameless, name_it),
    "a name at last, in a file that held none": (lambda s: nameless(s, "Version: 1\n"), name_it),
    "beside sources: entry points where there were none": (beside_sources, row_added),
    "beside sources: another version": (
        beside_sources,
        lambda site: name_it(site, "9", "PKG-INFO"),
    ),
    "beside sources: no name any more": (
        beside_sources,
        lambda site: (folder(site) / "PKG-INFO").unlink(),
    ),
}


@pytest.mark.parametrize(("prepare", "edit"), EDITS.values(), ids=EDITS)
def test_an_edit_in_place_is_seen_by_the_next_process(
    world: World, prepare: Callable[[Site], None], edit: Callable[[Site], None]
) -> None:
    prepare(world.first)
    settle()
    world.read_anew()
    assert world.read_anew() == []
    edit(world.first)
    world.read_anew()
    settle()
    world.read_anew()
    assert world.read_anew() == []


LOADED = {
    f"{GROUP}.extra": "extra.Swish",
    GROUP: "Swish",
    f"{GROUP}.acts": "Swish",
    f"{GROUP}.acts.extra": "extra.Swish",
    f"{GROUP}.one.two": "one.two.Swish",
}


@pytest.mark.parametrize(("group", "key"), LOADED.items())
def test_loading_what_is_kept_leaves_it_as_it_is(world: World, group: str, key: str) -> None:
    world.first.install("acts-extra", {group: {"Swish": "collections:Counter"}})
    settle()
    world.read_anew()
    before = world.files()
    with use_environment(world.environment()):
        assert Registry("activation", scope="acts")[key] is Counter
    assert world.files() == before
    assert world.read_anew() == []


@pytest.mark.parametrize(
    "line", ["[odd\x07group]", "odd\x07line", "odd\x07name = a:A", "A = a:\x07"]
)
def test_what_cannot_be_printed_does_not_keep_its_folder_from_being_kept(
    world: World, line: str
) -> None:
    world.first.install("acts-odd", f"[{GROUP}]\nGood = a:A\n{line}\nBetter = a:A\n")
    settle()
    world.read_anew()
    assert world.read_anew() == []


INSIDE: dict[str, tuple[Callable[[Site], None], Callable[[Site], None]]] = {
    "entry points where there were none": (without_entry_points, row_added),
    "another version in the metadata": (nothing, lambda site: name_it(site, "9")),
    "no name any more": (nothing, nameless),
}


SEEING: dict[str, Callable[[World], None]] = {
    "a refresh": lambda world: world.environment().refresh(),
    "an installation": lambda world: world.first.install("acts-new"),
}


@pytest.mark.parametrize("see", SEEING.values(), ids=SEEING)
@pytest.mark.parametrize(("prepare", "edit"), INSIDE.values(), ids=INSIDE)
def test_what_no_installer_does_inside_metadata_is_seen_after_a_refresh_or_an_installation(
    world: World,
    prepare: Callable[[Site], None],
    edit: Callable[[Site], None],
    see: Callable[[World], None],
) -> None:
    prepare(world.first)
    settle()
    world.read_anew()
    edit(world.first)
    see(world)
    assert "first" in world.read_anew()


def archive(file: Path, rows: str) -> str:
    with zipfile.ZipFile(file, "w") as written:
        info = f"acts_{file.stem}-1.dist-info"
        written.writestr(f"{info}/METADATA", f"Name: acts-{file.stem}\nVersion: 1\n")
        if rows:
            written.writestr(f"{info}/entry_points.txt", f"[{GROUP}]\n{rows}\n")
    return str(file)


# importlib_metadata leaves archives open.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_archive_is_read_each_time_and_the_folders_beside_it_are_not(world: World) -> None:
    full, bare = world.index.with_name("full.zip"), world.index.with_name("bare.zip")
    world.path[1:1] = archive(full, "Zip = collections:Counter"), archive(bare, "")
    settle()
    assert world.read_anew() == ["first", "full.zip", "bare.zip", "second"]
    assert world.read_anew() == ["full.zip", "bare.zip"]
    with use_environment(world.environment()):
        assert Registry("activation")["Zip"] is Counter
    archive(full, "Zip = collections:OtherOne")
    archive(bare, "Bare = a:A")
    assert world.read_anew() == ["full.zip", "bare.zip"]
    gc.collect()


def egg(folder: Path) -> str:
    (folder / "acts.egg" / "EGG-INFO").mkdir(parents=True)
    info(folder / "acts.egg" / "EGG-INFO")
    return str(folder / "acts.egg")


def egg_info(folder: Path) -> str:
    (folder / "src" / "acts_egg.egg-info").mkdir(parents=True)
    info(folder / "src" / "acts_egg.egg-info")
    return str(folder / "src")


def info(folder: Path) -> None:
    (folder / "PKG-INFO").write_text("Name: acts-egg\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\nEgg = collections:Counter\n")


@pytest.mark.parametrize("make", [egg, egg_info])
def test_eggs_are_kept_and_loaded_from(world: World, make: Callable[[Path], str]) -> None:
    world.path.append(make(world.index.parent))
    settle()
    assert world.read_anew() == ["first", "second", Path(world.path[-1]).name]
    assert world.read_anew() == []
    with use_environment(world.environment()):
        assert Registry("activation")["Egg"] is Counter
    assert world.read_anew() == []


def bare(_: Path) -> str:
    return "no such folder"


def plain_file(folder: Path) -> str:
    (folder / "plain.pth").write_text("plain")
    return str(folder / "plain.pth")


def dangling(folder: Path) -> str:
    (folder / "dangling").symlink_to(folder / "nothing")
    return str(folder / "dangling")


def as_path(folder: Path) -> Path:
    Site(folder / "third").install("acts-third", {GROUP: {"Third": "a:Third"}})
    return folder / "third"


# What to put on the path, before and behind the two folders; what is read of it once, and always.
ODD: dict[str, tuple[Callable[[Path], Any], list[str], list[str]]] = {
    "a folder that is not there": (bare, [], []),
    "a plain file": (plain_file, [], ["plain.pth"]),
    "a link that leads nowhere": (dangling, [], []),
    "a folder twice": (lambda folder: str(folder / "first"), [], []),
    "a folder spelt otherwise": (lambda folder: f"{folder}/second/../first/", [], []),
    "a relative folder": (lambda _: "second", [], []),
    "the current folder": (lambda _: "", [], []),
    "a pathlib.Path": (as_path, ["third"], []),
    "None": (lambda _: None, [], []),
    "bytes": (lambda folder: bytes(folder / "first"), [], []),
    "a number": (lambda _: 5, [], []),
}


@pytest.mark.parametrize(("odd", "once", "always"), ODD.values(), ids=ODD)
def test_whatever_is_on_the_path_the_rest_is_kept(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    odd: Callable[[Path], Any],
    once: list[str],
    always: list[str],
) -> None:
    monkeypatch.chdir(world.index.parent)
    entry = odd(world.index.parent)
    world.path = [entry, *world.path, entry]
    settle()
    assert sorted(world.read_anew()) == ["first", *always, "second", *once]
    assert world.read_anew() == always


@pytest.mark.parametrize("index", ["index", "off", "a relative folder"])
def test_a_current_folder_that_was_removed_hides_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, index: str
) -> None:
    gone = world.index.with_name("gone")
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    # As for `python -c`, whose path begins with the current folder.
    variables = {INDEX: str(world.index) if index == "index" else index}
    if index != "a relative folder":
        world.path.insert(0, "")
    assert len(told(Environment(world.path, variables=variables))[0]) == 2


def test_of_two_folders_the_first_counts_whichever_of_them_is_kept(world: World) -> None:
    world.first.install("both", {GROUP: {"A": "first:A"}, "registry_core.one": {"X": "x:X"}})
    rows = f"[{GROUP}]\nA = second:A\nB = b:B\noops\n"
    world.second.install("Both", rows, version="2")
    settle()
    both = world.path
    for path in (both, both[::-1]):
        for kept in both:
            shutil.rmtree(world.index, ignore_errors=True)
            world.path = [kept]
            world.read_anew()
            world.path = path
            assert world.read_anew() == [Path(name).name for name in path if name != kept]
            assert world.read_anew() == []
            said = {str(problem.provider) for problem in world.environment().problems()}
            assert ("Both 2" in said) == (path is not both)


def test_two_folders_whose_files_have_one_name_take_turns(world: World) -> None:
    # Of one length and with one checksum, so that the same holds wherever they are.
    sites = [Site(world.index.with_name(name)) for name in ("ezlydttmodth", "ffrejfwtpwrj")]
    for number, site in enumerate(sites):
        site.install(f"acts-{number}", {GROUP: {f"A{number}": "a:A"}})
    settle()
    world.path = [str(site.folder) for site in sites]
    assert world.read_anew() == ["ezlydttmodth", "ffrejfwtpwrj"]
    assert world.read_anew() != []
    assert len(world.files()) == 1


FINDER = """
    from importlib_metadata import Distribution

    class Foreign(Distribution):
        texts = {
            "METADATA": "Name: acts-extra\\nVersion: 9",
            "entry_points.txt": "[registry_core.activation]\\nForeign = a:Foreign",
        }

        def read_text(self, filename):
            return self.texts.get(filename)

        def locate_file(self, path):
            return path

    class Finder:
        def find_spec(self, *_):
            return None

        def find_distributions(self, context):
            yield Foreign()
"""


@pytest.mark.parametrize(("at", "versions"), [(0, {"9", "0.1.0"}), (99, {"0.1.0"})])
def test_a_foreign_finder_is_asked_each_time_before_or_behind_what_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, at: int, versions: set[str]
) -> None:
    world.second.install("finders", "", {"acts_foreign_finder.py": FINDER})
    settle()
    world.read_anew()
    # What Python compiles would change the folder.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(world.second.folder))
    finder = import_module("acts_foreign_finder").Finder()
    monkeypatch.delitem(sys.modules, "acts_foreign_finder")
    sys.meta_path.insert(at, finder)
    try:
        assert world.read_anew() == []
        with use_environment(world.environment()):
            found = {entry.provider.version for entry in Registry("activation").entries()}
    finally:
        sys.meta_path.remove(finder)
    assert found == versions
    assert world.read_anew() == []
