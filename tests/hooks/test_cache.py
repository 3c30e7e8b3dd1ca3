"""The cache folder: where it is, and that whatever is wrong with it costs time alone."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hooks.hook_site import CACHE, GROUP, ONE, HookSite, entries

from registry_core import current_environment
from registry_core.hooks import cache
from registry_core.hooks.cache import cache_folder

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
linux = pytest.mark.skipif(sys.platform != "linux", reason="macOS and Windows have other folders")


@linux
def test_it_is_where_the_system_has_caches(tmp_path: Path) -> None:
    home = str(tmp_path)
    assert cache_folder({"HOME": home}) == f"{home}/.cache/registry_core"
    assert cache_folder({"HOME": home, "XDG_CACHE_HOME": f"{home}/x"}) == f"{home}/x/registry_core"
    assert cache_folder({"HOME": home, "XDG_CACHE_HOME": "x"}) == f"{home}/.cache/registry_core"


@pytest.mark.parametrize("variables", [{}, {"HOME": ""}, {"HOME": "home"}, {"HOME": "/no/such"}])
def test_there_is_none_without_a_home(variables: dict[str, str]) -> None:
    assert cache_folder(variables) is None


@linux
@pytest.mark.skipif("os.geteuid() != 0", reason="only root can give a folder away")
def test_there_is_none_in_the_home_of_another_user(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, -1)
    assert cache_folder({"HOME": str(tmp_path)}) is None
    assert cache_folder({"HOME": str(tmp_path), CACHE: str(tmp_path)}) == str(tmp_path)


def test_there_is_none_in_a_frozen_application_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert cache_folder({"HOME": str(tmp_path)}) is None
    assert cache_folder({"HOME": str(tmp_path), CACHE: str(tmp_path)}) == str(tmp_path)


def test_the_variable_names_it_or_says_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = {"HOME": str(tmp_path)}
    assert cache_folder({CACHE: "off", **home}) is None
    assert cache_folder({CACHE: str(tmp_path / "kept"), **home}) == str(tmp_path / "kept")
    # Relative to the folder in which it is first asked.
    assert cache_folder({CACHE: "kept", **home}) == str(tmp_path / "kept")


@posix
def test_a_relative_one_is_none_where_the_current_folder_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert cache_folder({CACHE: "kept", "HOME": str(tmp_path)}) is None


def test_where_it_is_off_every_process_asks(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    for _ in range(2):
        listing = site.listing(**{CACHE: "off"})
        assert (listing.imported, listing.statuses[0].reason) == (["acts_one_hooks"], "cache off")


def is_a_file(folder: Path) -> None:
    folder.write_text("")


def is_a_link(folder: Path) -> None:
    folder.with_name("elsewhere").mkdir()
    folder.symlink_to(folder.with_name("elsewhere"))


def is_open_to_others(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


def belongs_to_another_user(folder: Path) -> None:
    folder.mkdir()
    os.chown(folder, 12345, -1)


AS_ROOT = pytest.mark.skipif("os.geteuid() != 0", reason="only root can give a folder away")


@posix
@pytest.mark.parametrize(
    "make",
    [is_a_file, is_a_link, is_open_to_others, pytest.param(belongs_to_another_user, marks=AS_ROOT)],
)
def test_where_it_cannot_be_trusted_nothing_is_kept_and_nothing_raised(
    site: HookSite, make: Callable[[Path], None]
) -> None:
    make(site.cache)
    site.plugin("acts-one", entries(f"[{ONE}]"))
    for _ in range(2):
        listing = site.listing()
        assert listing.rows
        assert listing.imported == ["acts_one_hooks"]
        assert listing.statuses[0].reason == "cannot be written"


@posix
def test_what_others_could_have_written_later_is_not_believed(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    site.listing()
    site.cache.chmod(0o770)
    assert site.listing().imported == ["acts_one_hooks"]
    site.cache.chmod(0o700)
    assert site.listing().imported == []


def test_a_folder_that_cannot_be_made_does_not_prevent_listing(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    blocked = site.cache.with_name("file")
    blocked.write_text("")
    for where in (str(blocked / "inner"), "\0", str(site.cache / ("x" * 5_000))):
        listing = site.listing(**{CACHE: where})
        assert (listing.rows != [], listing.statuses[0].reason) == (True, "cannot be written")


def is_half_written(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-10])


def is_empty(file: Path) -> None:
    file.write_bytes(b"")


def is_no_text(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")


def is_huge(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(100_000_000_000)


def nests_too_deep(file: Path) -> None:
    file.write_text("[" * 100_000)


def is_a_fifo(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def is_a_symbolic_link(file: Path) -> None:
    file.rename(file.with_name("aside"))
    file.symlink_to(file.with_name("aside"))


def is_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir(0o700)


def may_be_written_by_others(file: Path) -> None:
    file.chmod(0o666)


def may_not_be_read(file: Path) -> None:
    file.chmod(0)


NOT_AS_ROOT = pytest.mark.skipif("os.geteuid() == 0", reason="root may read everything")


@posix
@pytest.mark.parametrize(
    "spoil",
    [
        is_half_written,
        is_empty,
        is_no_text,
        is_huge,
        nests_too_deep,
        is_a_fifo,
        is_a_symbolic_link,
        is_a_folder,
        may_be_written_by_others,
        pytest.param(may_not_be_read, marks=NOT_AS_ROOT),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_not_believed(
    site: HookSite, spoil: Callable[[Path], None]
) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    before = site.listing().rows
    (file,) = site.files()
    spoil(file)
    listing = site.listing()
    assert (listing.rows, listing.imported) == (before, ["acts_one_hooks"])
    if spoil is not is_a_folder:
        # It has been replaced.
        assert site.listing().imported == []


ROW: list[Any] = ["one", "collections:Counter", "powers", {"a": 1}, {"odd": True}]
WRONG: list[Any] = [None, 5, 1.5, "text", [], {}, [None], [[]], {"a": None}]
SHAPES: dict[str, list[Any]] = {
    "of": [*WRONG, ["registry_core-hooks-0"]],
    "stamps": [*WRONG, {"acts-one": None}, {"acts-one": []}, {"acts-one": {}}],
    "implements": [5, "text", [], None, {"a": None}, {"a": "0"}, {"a": True}, {"a": [0]}],
    "entries": [5, "text", {}, None, [None], ["text"], [[]], [{}], [ROW[:4]], [[*ROW, 1]]],
}
OTHERS: list[Any] = [None, 5, ["a"], [{}]]
SHAPES["entries"] += [
    [[*ROW[:place], other, *ROW[place + 1 :]]] for place in range(5) for other in OTHERS
]


@pytest.mark.parametrize("field", SHAPES)
def test_a_document_of_another_shape_is_not_believed(site: HookSite, field: str) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    before = site.listing().rows
    believed: list[Any] = []
    for wrong in SHAPES[field]:
        site.forge(**{field: wrong})
        listing = site.listing()
        assert listing.rows == before, wrong
        believed += [] if listing.imported else [wrong]
    assert believed == []


@pytest.mark.parametrize("document", [None, 5, "text", [], {}, [{}]])
def test_another_document_is_not_believed(site: HookSite, document: object) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    site.listing()
    (file,) = site.files()
    file.write_text(json.dumps(document))
    assert site.listing().imported == ["acts_one_hooks"]


def test_only_so_many_files_are_kept_the_newest_and_others_are_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine.json"
    mine.write_text("{}")
    os.utime(mine, (0, 0))
    for number in range(1_100):
        path = tmp_path / f"{number}{cache.ENDING}"
        assert cache.write(str(path), number)
        os.utime(path, (number, number))
    left = [path for path in tmp_path.iterdir() if path != mine]
    assert 500 <= len(left) <= 1_024
    assert cache.read(str(tmp_path / f"1099{cache.ENDING}")) == 1_099
    assert cache.read(str(tmp_path / f"0{cache.ENDING}")) is None
    assert mine.read_text() == "{}"


def test_what_a_writer_that_was_killed_has_left_is_removed_with_the_oldest(tmp_path: Path) -> None:
    for number in range(1_030):
        part = tmp_path / f"{number}.part{cache.ENDING}"
        part.write_text("")
        os.utime(part, (number, number))
    assert cache.write(str(tmp_path / f"new{cache.ENDING}"), 1)
    assert len(list(tmp_path.iterdir())) <= 1_024


def test_nothing_is_left_of_a_document_that_cannot_be_written(tmp_path: Path) -> None:
    path = str(tmp_path / f"one{cache.ENDING}")
    ring: list[object] = []
    ring.append(ring)
    for document in (ring, "x" * 60_000_000):
        assert not cache.write(path, document)
    assert list(tmp_path.iterdir()) == []


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    cache.remove(str(tmp_path / "none"))
    cache.remove(str(tmp_path / "no folder" / "none"))
    cache.remove("\0")


def test_the_folder_is_this_users_alone(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    with site.asked() as registry:
        assert len(registry.entries()) == 1
        assert current_environment().hooks(GROUP).modules[0].cache_status.reason == "kept"
    if sys.platform != "win32":
        (file,) = site.files()
        assert (site.cache.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_processes_that_keep_at_once_are_all_right(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    names = "[entry.key for entry in root.entries()]"
    with ThreadPoolExecutor(3) as pool:
        for found in pool.map(lambda _: site.process(names), range(3)):
            assert found[0] == ["powers.one"]
    assert len(site.files()) == 1
    assert site.is_kept()


def test_a_writer_that_is_killed_leaves_the_old_document_or_the_new_one(tmp_path: Path) -> None:
    path = str(tmp_path / f"one{cache.ENDING}")
    document = ["x" * 1_000] * 3_000
    assert cache.write(path, document)
    code = (
        f"from registry_core.hooks import cache\ndocument = ['x' * 1_000] * 3_000\n"
        f"print(flush=True)\nwhile True: cache.write({path!r}, document)"
    )
    for step in range(4):
        writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        with writer.stdout:
            writer.stdout.readline()
        time.sleep(0.003 * step)
        writer.kill()
        writer.wait()
        assert cache.read(path) == document


def test_what_a_kept_answer_stands_for_is_asked_of_the_hook_before_code_is_accused(
    site: HookSite,
) -> None:
    made = """
        @hookimpl
        def registry_core_entries(registry):
            import acts_made
            acts_made.HELD.one = acts_made.ONE
            return [Entry("one", "acts_made:HELD.one")]
    """
    site.plugin("acts-computed", made)
    held = "from functools import partial\nclass HELD: ...\nONE = partial(dict, a=1)\n"
    (site.folder / "acts_made.py").write_text(held)
    assert site.names() == ["one"]
    site.process("root.resolve('one').name")
    registering = "__import__('acts_made').ONE"
    one, problems, built, imported = site.process(
        "root.register_module('one', module=" + registering + ") and 'one' in root",
        "[str(each) for each in root.problems()]",
        "root.build({'type': 'one', 'b': 2})",
    )
    assert (one, problems, built) == (True, [], {"a": 1, "b": 2})
    assert "acts_computed_hooks" in imported
