"""Where distributions lie: directories, archives and eggs on the path, and foreign finders."""

from __future__ import annotations

import errno
import importlib.metadata
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import importlib_metadata
import pytest
from fresh_process import python
from metadata_on_disk import GROUP, ROWS, says, write, write_archive

from registry_core import Environment, Registry, use_environment
from registry_core.installed import Installed
from registry_core.installed.places import places_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from registry_core.testing import Site

ACTS = {"METADATA": says("acts"), "entry_points.txt": ROWS}
EGG = {"PKG-INFO": says("acts"), "entry_points.txt": ROWS}
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def named(*places: Path) -> list[str]:
    """Name and version of what counts in these places, of which no problem is known."""
    found = Installed([str(place) for place in places])
    assert found.problems() == []
    return [str(copy.provider) for copy in found.copies()]


def test_a_place_is_named_once_in_the_order_of_the_path(tmp_path: Path) -> None:
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    in_bytes = type("InBytes", (os.PathLike,), {"__fspath__": lambda _: first.encode()})()
    odd: list[Any] = [None, 3, first.encode(), in_bytes, ["a"], second, tmp_path / "first", first]
    assert places_of(odd) == [second, first]
    assert places_of([f"{first}/", f"{first}/../second", f"{first}/."]) == [first, second]


def test_a_relative_place_is_one_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "site" / "acts-1.0.dist-info", ACTS)
    assert places_of(["", "site", "."]) == [str(tmp_path), str(tmp_path / "site")]
    (found,) = Installed(["site"]).copies()
    monkeypatch.chdir("/")
    assert found.folder == str(tmp_path / "site" / "acts-1.0.dist-info")
    assert str(found.provider) == "acts 1.0"


@posix
def test_where_the_current_folder_is_gone_nothing_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    write(tmp_path / "site" / "acts-1.0.dist-info", ACTS)
    assert places_of(["", "site", str(tmp_path / "x" / ".." / "site")]) == [str(tmp_path / "site")]
    assert named(Path(), tmp_path / "site") == ["acts 1.0"]


def test_by_default_the_places_are_those_of_sys_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert places_of(None) == places_of(sys.path)
    monkeypatch.setattr(sys, "path", [])
    assert places_of(None) == []


@posix
def test_a_link_to_a_place_before_it_is_none(tmp_path: Path) -> None:
    # As lib64 is one to lib, on most.
    write(tmp_path / "lib" / "acts-1.0.dist-info", ACTS)
    (tmp_path / "lib64").symlink_to("lib")
    assert places_of([str(tmp_path / "lib"), str(tmp_path / "lib64")]) == [str(tmp_path / "lib")]
    assert places_of([str(tmp_path / "lib64"), str(tmp_path / "lib")]) == [str(tmp_path / "lib64")]
    assert Installed([str(tmp_path / "lib"), str(tmp_path / "lib64")]).hidden() == []
    archive = write_archive(tmp_path / "one.zip", {"acts-1.0.dist-info": ACTS})
    os.link(archive, tmp_path / "two.zip")
    assert places_of([str(archive), str(tmp_path / "two.zip")]) == [str(archive)]


def test_what_is_no_metadata_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "acts-1.0.dist-info", ACTS)
    write(tmp_path / "acts", EGG)
    write(tmp_path / "EGG-INFO", EGG)
    write(tmp_path / "acts-2.0.egg", ACTS)
    write(tmp_path / "acts-3.0.dist-info.bak", ACTS)
    write(tmp_path / "acts-4.0.data", ACTS)
    (tmp_path / "acts-5.0.dist-info.txt").write_text("")
    assert named(tmp_path) == ["acts 1.0"]


def test_an_egg_on_the_path_is_a_place_whose_name_tells_the_version(tmp_path: Path) -> None:
    egg = tmp_path / "acts-1.0-py3.11.egg"
    write(egg / "EGG-INFO", EGG)
    assert named(egg) == ["acts 1.0"]
    (found,) = Installed([str(egg)]).copies()
    assert (found.key, found.version, found.is_editable()) == ("acts", "1.0", False)
    write(tmp_path / "Acts-3.EGG" / "egg-info", {"PKG-INFO": says("acts", "3")})
    assert named(tmp_path / "Acts-3.EGG") == ["acts 3"]


def test_what_holds_nothing_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("no archive")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "empty").mkdir()
    names = ["absent", "file.txt", "broken.zip", "empty", "file.txt/inside", "nul\0", "x" * 300]
    places = [str(tmp_path / name) for name in names[:-1]]
    found = Installed(places)
    assert (found.copies(), found.problems(), found.places()) == ([], [], [])
    assert found.declared(GROUP) == ([], True)


@posix
def test_a_link_that_leads_nowhere_is_no_problem_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    write(tmp_path / "site" / "acts-1.0.dist-info", ACTS)
    found = Installed([str(tmp_path / "loop"), str(tmp_path / "site")])
    assert [str(copy.provider) for copy in found.copies()] == ["acts 1.0"]
    # Python passes over it, too.
    assert found.problems() == []
    assert found.declared(GROUP)[1]
    assert found.places() == [str(tmp_path / "site")]


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or not os.geteuid(), reason="root may read all")
def test_a_place_that_may_not_be_listed_says_why(tmp_path: Path) -> None:
    tmp_path.chmod(0o300)
    try:
        found = Installed([str(tmp_path)])
        (problem,) = found.problems()
        # That is so until somebody changes it: another look would show no more.
        assert found.declared(GROUP)[1]
    finally:
        tmp_path.chmod(0o700)
    assert problem.what == "it cannot be listed: Permission denied"
    assert problem.fix == "make it readable, or take it from the path"


def test_a_directory_is_read_without_what_reads_archives(tmp_path: Path) -> None:
    write(tmp_path / "acts-1.0.dist-info", ACTS)
    code = f"""
import sys
from registry_core.installed import Installed
found = Installed([{str(tmp_path)!r}])
print([str(each.provider) for each in found.declared({GROUP!r})[0]], found.problems())
print([name for name in ("importlib_metadata", "email", "zipfile", "json") if name in sys.modules])
"""
    assert python(code) == "['acts 1.0'] []\n[]"


class Listed(importlib_metadata.Distribution):
    """A distribution of which a foreign finder knows."""

    def __init__(self, name: str, target: str = "acts:Swish") -> None:
        self._texts = {"METADATA": says(name), "entry_points.txt": f"[{GROUP}]\nX = {target}\n"}

    def read_text(self, filename: str) -> str | None:
        return self._texts.get(filename)

    def locate_file(self, path: object) -> Any:
        return path


class Old(importlib.metadata.Distribution):
    """One that knows nothing of importlib_metadata."""

    def read_text(self, filename: str) -> str | None:
        return says("old") if filename == "METADATA" else None

    def locate_file(self, path: object) -> Any:
        return path


def finder(find: Callable[[Any], object]) -> Any:
    """Something for sys.meta_path that finds no module."""
    return SimpleNamespace(find_spec=lambda *_: None, find_distributions=find)


@pytest.fixture
def meta_path(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The finders of this process, which a test may change."""
    monkeypatch.setattr(sys, "meta_path", sys.meta_path.copy())
    return sys.meta_path


def test_what_a_foreign_finder_lists_is_installed(meta_path: list[Any], tmp_path: Path) -> None:
    write(tmp_path / "acts-1.0.dist-info", ACTS)
    asked: list[Any] = []

    def find(context: Any) -> Iterator[object]:
        asked.append(context)
        yield Listed("Far.Away")
        yield Old()

    meta_path.append(finder(find))
    found = Installed([str(tmp_path)])
    assert [copy.key for copy in found.copies()] == ["acts", "far-away", "old"]
    assert found.problems() == []
    assert [(context.name, list(context.path)) for context in asked] == [(None, [str(tmp_path)])]
    far = found.copy("far-away")
    assert far is not None
    assert str(far.provider) == "Far.Away 1.0"
    assert far.groups()[GROUP].rows == {"X": "acts:Swish"}
    assert (far.is_editable(), far.stamp(), far.is_there()) == (True, None, True)
    assert found.places() == [str(tmp_path)]
    asked.clear()
    assert Installed().copy("old") is not None
    assert [list(context.path) for context in asked] == [sys.path]


def test_of_finders_the_first_counts_and_the_path_is_read_where_pythons_own_stands(
    meta_path: list[Any], tmp_path: Path
) -> None:
    write(tmp_path / "acts-1.0.dist-info", ACTS)
    foreign = finder(lambda _: iter([Listed("acts", "far:Swish")]))
    meta_path.insert(0, foreign)
    rows = [each.rows for each in Installed([str(tmp_path)]).declared(GROUP)[0]]
    assert rows == [{"X": "far:Swish"}]
    (hidden,) = Installed([str(tmp_path)]).hidden()
    assert (hidden.copy.folder, hidden.is_beside) == (str(tmp_path / "acts-1.0.dist-info"), False)
    meta_path.remove(foreign)
    meta_path.append(foreign)
    rows = [each.rows for each in Installed([str(tmp_path)]).declared(GROUP)[0]]
    assert rows == [{"Swish": "acts:Swish"}]


def test_the_finder_of_a_vendored_importlib_metadata_is_no_foreign_one(
    meta_path: list[Any], tmp_path: Path
) -> None:
    # As setuptools had one: it would list all that is on the path a second time.
    class MetadataPathFinder(importlib_metadata.MetadataPathFinder):
        __module__ = "vendor.importlib_metadata"

    write(tmp_path / "acts-1.0.dist-info", ACTS)
    meta_path.append(MetadataPathFinder())
    found = Installed([str(tmp_path)])
    assert [copy.key for copy in found.copies()] == ["acts"]
    assert found.hidden() == []
    # Theirs is the only one where they have taken the others away.
    meta_path[:] = [MetadataPathFinder()]
    assert [copy.key for copy in Installed([str(tmp_path)]).copies()] == ["acts"]


FOREIGN = """
import importlib.metadata, sys
from types import SimpleNamespace
from registry_core.installed import Installed

class Listed(importlib.metadata.Distribution):
    def read_text(self, name):
        return "Name: acts\\nVersion: 9\\n" if name == "METADATA" else None

    def locate_file(self, path):
        return path

finder = SimpleNamespace(find_spec=lambda *_: None, find_distributions=lambda _: [Listed()])
sys.meta_path.append(finder)
for _ in range(2):
    print([str(copy.provider) for copy in Installed(sys.argv[1:]).copies()])
    import importlib_metadata
"""


def test_the_order_of_finders_does_not_depend_on_who_imports_importlib_metadata(
    tmp_path: Path,
) -> None:
    # Importing it puts a finder of its own behind the others, in the place of Python's.
    write(tmp_path / "acts-1.0.dist-info", ACTS)
    assert python(f"import sys; sys.argv[1:] = [{str(tmp_path)!r}]{FOREIGN}") == (
        "['acts 9']\n['acts 9']"
    )


def test_a_finder_may_be_a_class_and_need_not_list_anything(
    meta_path: list[Any], tmp_path: Path
) -> None:
    class Finder:
        @classmethod
        def find_distributions(cls, *_: object) -> Iterator[object]:
            yield Listed("listed")

    class Silent:
        find_distributions = None

    class Raising:
        def __getattr__(self, name: str) -> object:
            raise OSError(name)

    meta_path += [Finder, Silent(), Raising(), None]
    assert [copy.key for copy in Installed([str(tmp_path)]).copies()] == ["listed"]
    assert Installed([str(tmp_path)]).problems() == []


def test_a_distribution_that_nothing_names_is_a_problem(meta_path: list[Any]) -> None:
    nameless = Listed("x")
    nameless._texts["METADATA"] = ""
    meta_path.append(finder(lambda _: iter([nameless, Listed("good")])))
    found = Installed([])
    assert [copy.key for copy in found.copies()] == ["good"]
    assert [str(problem) for problem in found.problems()] == [
        "a distribution without a name: Listed: it holds no METADATA; reinstall it"
    ]


@pytest.mark.parametrize("found", [None, 3, [None], [object()]])
def test_a_finder_that_lists_something_else_is_a_problem(
    meta_path: list[Any], tmp_path: Path, found: object
) -> None:
    write(tmp_path / "acts-1.0.dist-info", ACTS)
    meta_path.append(finder(lambda _: found))
    installed = Installed([str(tmp_path)])
    assert [copy.key for copy in installed.copies()] == ["acts"]
    (problem,) = installed.problems()
    raised = "reading its metadata raised " if isinstance(found, list) else "listing distributions"
    assert problem.what.startswith(raised)


FINDER = """
    from importlib_metadata import Distribution

    class Unreadable(Distribution):
        def read_text(self, filename):
            raise OSError(f"cannot read {filename}")

        def locate_file(self, path):
            return path

    class Finder:
        def find_spec(self, *_):
            return None

        def find_distributions(self, context):
            yield Unreadable()
            raise ValueError("no more")
"""


def test_a_foreign_finder_that_fails_is_a_problem_and_hides_nothing_before_it(
    plugin_site: Site, meta_path: list[Any]
) -> None:
    plugin_site.install("acts-extra", {"acme.found": {"A": "a:A"}}, {"foreign.py": FINDER})
    with plugin_site.in_use(), use_environment(Environment(variables={})) as environment:
        meta_path.append(importlib.import_module("foreign").Finder())
        root = Registry("found", group="acme.found")
        assert [entry.key for entry in root.entries()] == ["A"]
        problems = {problem.where: problem for problem in environment.problems()}
    assert problems["Unreadable"][2:4] == (
        "reading its metadata raised OSError: cannot read METADATA",
        "reinstall the distribution that it belongs to",
    )
    assert problems["sys.meta_path"][2:4] == (
        "listing distributions raised ValueError: no more",
        "remove the finder that raises from sys.meta_path, or mend it",
    )


@pytest.mark.parametrize("number", ["EMFILE", "ESTALE", "EIO"])
def test_what_a_finder_cannot_read_at_this_moment_is_asked_again(
    meta_path: list[Any], number: str
) -> None:
    faults = [OSError(getattr(errno, number), "not now")]

    def find(_: object) -> Iterator[object]:
        yield Listed("early")
        if faults:
            raise faults.pop()
        yield Listed("late")

    meta_path.append(finder(find))
    found = Installed([])
    assert [each.key for each in found.declared(GROUP)[0]] == ["early"]
    assert [each.key for each in found.declared(GROUP)[0]] == ["early", "late"]
    assert found.declared(GROUP)[1]
