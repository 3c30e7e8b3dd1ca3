"""Whatever installers, editors and clocks do, what is read is what importlib_metadata reads.

Except for what is not to depend on the order of a directory, and for what it raises at: of two
copies in one folder the newest that has entry points counts; metadata without a name, or of another
name than its folder's, is a problem; of two versions the folder's counts; a bad line costs itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from zipfile import ZipFile

import importlib_metadata
from fresh_process import python
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from metadata_on_disk import GROUP, told
from packaging.utils import canonicalize_name
from packaging.version import Version

from registry_core import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

TESTS = Path(__file__).parents[1]

FOLDER = re.compile(r"(?P<name>[^-]+)(-(?P<version>\d[^-]*))?(-py.*)?\.(dist|egg)-info")
DIRECTORIES = ("first", "second")
PLACES = (*DIRECTORIES, "link-to-first", "archive.zip", "absent")
NAMES = ("plug-1", "Plug.1", "other", "OTHER")
VERSIONS = ("1.0", "1.0rc1", "2.0", "10.0")
LAYOUTS = {
    "wheel": "{under}-{version}.dist-info",
    "old wheel": "{name}-{version}.dist-info",
    "egg": "{under}-{version}-py3.egg-info",
    "source tree": "{under}.egg-info",
    "distutils": "{under}-{version}.egg-info",
}
LINES = (
    f"[{GROUP}]",
    f"[{GROUP}.extra]",
    "[console_scripts]",
    "Swish = pkg:Swish",
    "Swish=pkg:Other",
    "Mish = pkg.mod:Mish.make [extra]",
    "Löss = pkg",
    "not a target = no target",
    "# comment = of:something",
    "oops",
    "",
)
HEADS = (
    "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    "Metadata-Version: 2.1\r\nName: {name}\r\nVersion: {version}\r\n\r\nName: described\r\n",
    "Version: {version}\nSummary: s\x0cName: hidden\nNAME:{name}\n\nVersion: 3\n",
    "Name:\n {name}\nSummary: s\nVersion:\n\t{version}",
    "Metadata-Version: 2.1\nName: {name}\n",
    "Metadata-Version: 2.1\nVersion: {version}\n",
    "\nName: {name}\nVersion: {version}\n",
    "",
)

directories = st.sampled_from(DIRECTORIES)
names = st.sampled_from(NAMES)
versions = st.sampled_from(VERSIONS)
layouts = st.sampled_from(["wheel"] * 4 + [*LAYOUTS])
texts = st.lists(st.sampled_from(LINES), max_size=6).map(
    lambda lines: "".join(f"{line}\n" for line in (LINES[0], *lines))
)
heads = st.sampled_from([*[HEADS[0]] * 8, *HEADS])
# What the files say of the time, whatever it is.
clocks = st.sampled_from(["right", "right", "as before", "1970", "2100"])
TIMES = {"1970": 0, "2100": 4_102_444_800 * 10**9}
numbers = st.integers(0, 7)
packages = st.tuples(names, versions, layouts, heads, texts)
Package = tuple[str, str, str, str, str]
paths = st.permutations(PLACES).flatmap(
    lambda places: st.integers(1, len(places)).map(lambda end: list(places[:end]))
)


class Found(NamedTuple):
    """What importlib_metadata says of a distribution.

    Attributes:
        key: its normalized name.
        name: its name as written.
        version: the version that counts.
        rows: its rows in each group, as written.
        folder: where its metadata is.
        is_odd: whether a line or the version of it is a problem.
        speaks: whether it has entry points.
    """

    key: str
    name: str
    version: str
    rows: list[list[str]]
    folder: str
    is_odd: bool
    speaks: bool


class Written(importlib_metadata.Distribution):
    """A distribution of which only `entry_points.txt` is there."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read_text(self, filename: str) -> str | None:
        return self.text if filename == "entry_points.txt" else None

    def locate_file(self, path: object) -> Any:
        return path


def found(distribution: Any, folder: str) -> Found | None:
    """What the distribution in that folder says; None where its metadata makes it none."""
    named = FOLDER.fullmatch(Path(folder).name)
    own, own_version = named.group("name", "version") if named else (None, None)
    try:
        name = str(distribution.metadata["Name"]).strip()
    except (FileNotFoundError, KeyError, TypeError):
        return None
    key = canonicalize_name(name)
    if not name or (own and canonicalize_name(own) != key):
        return None
    version = str(distribution.metadata.get("Version") or "").strip()
    is_other = not version or bool(own_version and Version(own_version) != Version(version))
    text = distribution.read_text("entry_points.txt") or ""
    lines = text.splitlines()
    good = [line for line in lines if not line or line[0] in "[#" or "=" in line]
    rows = {(p.group, p.name, p.value) for p in Written("\n".join(good)).entry_points}
    is_odd = len(good) < len(lines) or bool(is_other and text)
    version = (own_version or "") if is_other else version
    return Found(key, name, version, sorted(map(list, rows)), folder, is_odd, bool(text))


def found_in(place: str) -> list[tuple[str, Found | None]]:
    """What importlib_metadata finds in a directory or archive, by folder."""
    # It remembers a place by its time.
    importlib_metadata.MetadataPathFinder.invalidate_caches()
    folders: list[tuple[str, Found | None]] = []
    for distribution in importlib_metadata.distributions(path=[place]):
        folder = str(vars(distribution)["_path"]).removesuffix("/")
        folders.append((folder, found(distribution, folder)))
    # It would leave an archive open.
    remembered: Any = importlib_metadata.FastPath
    archive = remembered(place).joinpath.__self__.root
    if isinstance(archive, ZipFile):
        archive.close()
    return folders


def expected(path: list[str]) -> dict[str, object]:
    """What `told` is to say of these places, by importlib_metadata and the rules above."""
    counting: dict[str, Found] = {}
    accused: set[str] = set()
    # Of links to one place the first is read.
    places = {os.path.realpath(place): place for place in reversed(path)}
    for place in sorted(places.values(), key=path.index):
        here: dict[str, list[Found]] = {}
        for folder, each in found_in(place):
            if each is None:
                accused.add(folder)
            else:
                here.setdefault(each.key, []).append(each)
        for key, several in here.items():
            several.sort(key=lambda each: (each.speaks, Version(each.version or "0"), each.folder))
            newest = Version(several[-1].version or "0")
            accused |= {
                each.folder
                for each in several[:-1]
                if each.speaks or Version(each.version or "0") != newest
            }
            counting.setdefault(key, several[-1])
    accused |= {each.folder for each in counting.values() if each.is_odd}
    declared: dict[str, list[str]] = {}
    for key, each in sorted(counting.items()):
        for group in sorted({row[0] for row in each.rows}):
            declared.setdefault(group, []).append(key)
    return {
        "counting": {
            key: [each.name, each.version, each.rows] for key, each in sorted(counting.items())
        },
        "declared": declared,
        "accused": sorted(accused),
    }


def files_of(package: Package) -> dict[str, str]:
    """The files that an installer would write, by their paths in a place."""
    name, version, layout, head, text = package
    folder = LAYOUTS[layout].format(under=name.replace("-", "_"), name=name, version=version)
    head = head.format(name=name, version=version)
    if layout == "distutils":
        return {folder: head}
    is_wheel = folder.endswith(".dist-info")
    files = {f"{folder}/{'METADATA' if is_wheel else 'PKG-INFO'}": head}
    return files | ({f"{folder}/entry_points.txt": text} if text else {})


class Installing(RuleBasedStateMachine):
    """Two folders, a link to one of them and an archive, of which some are on the path."""

    # Where each example writes; and each path at its end, with what was said of it.
    where: ClassVar[Path]
    ends: ClassVar[list[tuple[list[str], dict[str, object]]]] = []

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(dir=self.where))
        for name in DIRECTORIES:
            (self.base / name).mkdir()
        (self.base / "elsewhere").mkdir()
        (self.base / "link-to-first").symlink_to("first")
        self.path: list[str] = []
        self.environment = Environment(self.path, variables={})
        self.said = told(self.environment.installed)

    @initialize(
        several=st.lists(st.tuples(directories, packages), min_size=2, max_size=6),
        archived=st.lists(packages, max_size=2),
        places=paths,
    )
    def begin(
        self, several: list[tuple[str, Package]], archived: list[Package], places: list[str]
    ) -> None:
        for place, package in several:
            self.write(place, package, "right")
        self.write_an_archive_of(archived, "right")
        self.change_path(places)

    def teardown(self) -> None:
        self.ends.append((self.path, self.said))

    @invariant()
    def what_is_read_is_what_importlib_metadata_reads(self) -> None:
        installed = self.environment.installed
        self.environment.block("plug-1")
        assert self.environment.installed is installed
        assert told(installed) == self.said
        self.environment.refresh()
        assert self.environment.installed is not installed
        self.said = told(self.environment.installed)
        assert self.said == expected(self.path)

    def folders(self) -> list[Path]:
        """What holds metadata in the two folders, in one order."""
        return sorted(each for name in DIRECTORIES for each in (self.base / name).iterdir())

    @contextmanager
    def folder(self, number: int, clock: str) -> Iterator[Path | None]:
        """One of the folders of metadata; afterwards its times lie. None where there is none."""
        folders = self.folders()
        if not folders:
            yield None
            return
        chosen = folders[number % len(folders)]
        with self.time(chosen, clock):
            yield chosen

    @contextmanager
    def time(self, folder: Path, clock: str) -> Iterator[None]:
        """Let the files of a folder of metadata, itself and its place tell a time."""
        before = {path: path.stat().st_mtime_ns for path in parts(folder)}
        yield
        for path in parts(folder) if clock != "right" else ():
            time = TIMES.get(clock, before.get(path))
            if time is not None:
                os.utime(path, ns=(time, time))

    @rule(place=directories, package=packages, clock=clocks)
    def install(self, place: str, package: Package, clock: str) -> None:
        self.write(place, package, clock)

    def write(self, place: str, package: Package, clock: str) -> None:
        files = {self.base / place / path: text for path, text in files_of(package).items()}
        folder = self.base / place / next(iter(files)).relative_to(self.base / place).parts[0]
        with self.time(folder, clock):
            remove(folder)
            for path, text in files.items():
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(text.encode())

    @rule(place=directories, package=packages, clock=clocks)
    def upgrade(self, place: str, package: Package, clock: str) -> None:
        key = canonicalize_name(package[0])
        for each in (self.base / place).iterdir():
            named = FOLDER.fullmatch(each.name)
            if named and canonicalize_name(named["name"]) == key:
                with self.time(each, clock):
                    remove(each)
        self.write(place, package, clock)

    @rule(number=numbers, clock=clocks)
    def uninstall(self, number: int, clock: str) -> None:
        with self.folder(number, clock) as folder:
            if folder:
                remove(folder)

    @rule(number=numbers, text=texts, how=st.sampled_from(["in place", "anew"]), clock=clocks)
    def edit_entry_points(self, number: int, text: str, how: str, clock: str) -> None:
        with self.folder(number, clock) as folder:
            if folder and folder.is_dir():
                file = folder / "entry_points.txt"
                if how == "anew" and file.exists():
                    file.unlink()
                file.write_bytes(text.encode())

    @rule(number=numbers, text=texts, clock=clocks, how=st.sampled_from(["symbolic", "hard"]))
    def edit_through_a_link(self, number: int, text: str, clock: str, how: str) -> None:
        with self.folder(number, clock) as folder:
            if folder and folder.is_dir():
                file, other = (
                    folder / "entry_points.txt",
                    Path(tempfile.mkdtemp(dir=self.base / "elsewhere"), "rows"),
                )
                other.write_bytes(b"")
                file.unlink(missing_ok=True)
                (file.symlink_to if how == "symbolic" else file.hardlink_to)(other)
                other.write_bytes(text.encode())

    @rule(number=numbers, clock=clocks)
    def remove_entry_points(self, number: int, clock: str) -> None:
        with self.folder(number, clock) as folder:
            if folder and folder.is_dir():
                (folder / "entry_points.txt").unlink(missing_ok=True)

    @rule(number=numbers, name=names, version=versions, head=heads, clock=clocks)
    def rewrite_metadata(self, number: int, name: str, version: str, head: str, clock: str) -> None:
        with self.folder(number, clock) as folder:
            if folder:
                file = folder
                if folder.is_dir():
                    file /= "METADATA" if folder.name.endswith(".dist-info") else "PKG-INFO"
                file.write_bytes(head.format(name=name, version=version).encode())

    @rule(number=numbers, clock=clocks)
    def remove_metadata(self, number: int, clock: str) -> None:
        with self.folder(number, clock) as folder:
            if folder and folder.is_dir():
                (folder / "METADATA").unlink(missing_ok=True)
                (folder / "PKG-INFO").unlink(missing_ok=True)

    @rule(number=numbers, clock=clocks)
    def put_a_link_in_its_place(self, number: int, clock: str) -> None:
        with self.folder(number, clock) as folder:
            if folder and not folder.is_symlink():
                other = tempfile.mkdtemp(dir=self.base / "elsewhere")
                folder.rename(Path(other, folder.name))
                folder.symlink_to(Path(other, folder.name))

    @rule(several=st.lists(packages, max_size=3), clock=clocks)
    def write_an_archive(self, several: list[Package], clock: str) -> None:
        self.write_an_archive_of(several, clock)

    def write_an_archive_of(self, several: list[Package], clock: str) -> None:
        file = self.base / "archive.zip"
        files: dict[str, str] = {}
        for package in several:
            files |= files_of(package)
        with self.time(file, clock), ZipFile(file, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)

    @rule(places=paths)
    def change_the_path(self, places: list[str]) -> None:
        self.change_path(places)

    def change_path(self, places: list[str]) -> None:
        self.path[:] = [str(self.base / place) for place in places]

    @rule()
    def swap_the_directories(self) -> None:
        first, second = (self.base / name for name in DIRECTORIES)
        first.rename(self.base / "third")
        second.rename(first)
        (self.base / "third").rename(second)


def parts(folder: Path) -> list[Path]:
    """A folder of metadata, its files and its place, as far as they are there."""
    files = folder.iterdir() if folder.is_dir() else ()
    return [path for path in (*files, folder, folder.parent) if path.exists()]


def remove(folder: Path) -> None:
    """Remove a folder of metadata, or the link or file in its place."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)


FRESH = """
import json, sys
from pathlib import Path
from metadata_on_disk import told
from registry_core.installed import Installed
paths = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
print(json.dumps([told(Installed(path)) for path in paths]))
"""


def test_what_is_read_is_what_importlib_metadata_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Installing, "where", tmp_path, raising=False)
    monkeypatch.setattr(Installing, "ends", [])
    run_state_machine_as_test(
        Installing,
        settings=settings(max_examples=settings().max_examples // 3, stateful_step_count=25),
    )
    # A process that has read nothing says the same.
    paths = tmp_path / "paths.json"
    paths.write_text(json.dumps([path for path, _ in Installing.ends]), encoding="utf-8")
    code = f"import sys; sys.argv[1:] = [{str(paths)!r}]\n{FRESH}"
    assert json.loads(python(code, folder=TESTS)) == [said for _, said in Installing.ends]
