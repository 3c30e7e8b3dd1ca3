"""What is installed: which copies count, what they declare, and for how long that is known."""

from __future__ import annotations

import shutil
from itertools import permutations
from pathlib import Path
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from fresh_process import python
from metadata_on_disk import GROUP, ROWS, says, write, write_archive

from registry_core import Environment, Registry, use_environment
from registry_core.installed import Copy, Installed

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.testing import Site

MEM = Path("/proc/self/mem")
failing = pytest.mark.skipif(
    not MEM.exists(), reason="only Linux has a file that fails as disks do"
)


def acts(version: str = "1.0", rows: str = ROWS) -> dict[str, str | bytes]:
    """What a folder of metadata of acts holds."""
    return {"METADATA": says("acts", version), "entry_points.txt": rows}


def install(place: Path, name: str = "acts", version: str = "1.0", rows: str = ROWS) -> Path:
    folder = place / f"{name.replace('-', '_')}-{version}.dist-info"
    return write(folder, {"METADATA": says(name, version), "entry_points.txt": rows})


def told(installed: Installed, group: str = GROUP) -> list[str]:
    """Whose rows are in a group, and the names of these rows."""
    return [f"{each.provider}: {' '.join(each.rows)}" for each in installed.declared(group)[0]]


def test_what_is_declared_is_told_by_group_and_sorted_by_distribution(tmp_path: Path) -> None:
    install(tmp_path, "zebra", "2.0", f"{ROWS}[{GROUP}.inner]\nMish = z:M\n")
    install(tmp_path, "acts", "1.0", f"[{GROUP}s]\nOther = a:O\n[{GROUP}]\nSwish = a:S\n")
    install(tmp_path, "Bees", "1.0", "[console_scripts]\nrun = b:run\n")
    write(tmp_path / "silent-1.0.dist-info", {"METADATA": says("silent")})
    found = Installed([str(tmp_path)])
    assert told(found) == ["acts 1.0: Swish", "zebra 2.0: Swish"]
    assert [each.key for each in found.declared(GROUP)[0]] == ["acts", "zebra"]
    assert (told(found, "acme"), found.declared("acme")) == ([], ([], True))
    within = found.within(GROUP)
    assert (sorted(within.by_group), within.is_whole) == ([GROUP, f"{GROUP}.inner"], True)
    assert found.groups() == ["console_scripts", GROUP, f"{GROUP}.inner", f"{GROUP}s"]
    assert sorted(found.everything().by_group) == found.groups()
    assert [copy.key for copy in found.copies()] == ["acts", "bees", "silent", "zebra"]
    assert str(found.provider("bees")) == "Bees 1.0"
    assert (found.provider("Bees"), found.copy("none")) == (None, None)
    assert found.places() == [str(tmp_path)]
    assert (found.hidden(), found.problems()) == ([], [])


def test_a_group_that_a_row_or_a_comment_names_is_not_declared_by_it(tmp_path: Path) -> None:
    install(tmp_path, rows=f"# {GROUP}\n[registry_core.registries]\n{GROUP} = acts:ACTS\n")
    assert Installed([str(tmp_path)]).declared(GROUP) == ([], True)


@pytest.mark.parametrize("header", [f"[ {GROUP} ]", f"[{GROUP}] ", f"  [{GROUP}]\r"])
def test_a_group_is_found_however_its_header_is_written(tmp_path: Path, header: str) -> None:
    install(tmp_path, rows=f"\n{header}\nSwish=acts:Swish\n")
    assert told(Installed([str(tmp_path)])) == ["acts 1.0: Swish"]


def test_the_first_on_the_path_counts_under_any_spelling_of_its_name(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write(first / "Acts.Extra-2.0.dist-info", {"METADATA": says("Acts.Extra", "2.0")})
    rows = f"[{GROUP}]\nSwish = old:Swish\nGELU = old:GELU\n"
    install(second, "acts-extra", "0.1.0", rows)
    found = Installed([str(first), str(second)])
    assert (told(found), str(found.provider("acts-extra"))) == ([], "Acts.Extra 2.0")
    (hidden,) = found.hidden()
    assert (hidden.copy.folder, hidden.by.folder, hidden.is_beside) == (
        str(second / "acts_extra-0.1.0.dist-info"),
        str(first / "Acts.Extra-2.0.dist-info"),
        False,
    )
    assert list(found.hiding([GROUP], ())) == list(found.hiding((), ["registry_core"])) == [hidden]
    assert list(found.hiding(["registry_core"], [f"{GROUP}.extra"])) == []
    assert found.problems() == []
    found = Installed([str(second), str(first)])
    assert (told(found), len(found.hidden())) == (["acts-extra 0.1.0: Swish GELU"], 1)
    assert list(found.hiding([GROUP], ())) == []


VERSIONS = ["1", "2", "10"]


def test_of_two_versions_in_one_directory_the_higher_counts_in_whatever_order(
    tmp_path: Path,
) -> None:
    found = set()
    for number, versions in enumerate(permutations(VERSIONS)):
        # A zip lists its folders in the order of writing; no file system promises any.
        folders = {f"acts-{version}.dist-info": acts(version) for version in versions}
        archive = write_archive(tmp_path / f"{number}.zip", folders)
        found.add(str(Installed([str(archive)]).provider("acts")))
    assert found == {"acts 10"}


@pytest.mark.parametrize("name", ["acts-{}.dist-info", "ac-ts-{}.dist-info", "acts-{}.egg-info"])
def test_two_copies_in_one_folder_are_a_problem_of_the_older(tmp_path: Path, name: str) -> None:
    for version in VERSIONS:
        head = says("ac-ts" if "ac-ts" in name else "acts", version)
        files = {"METADATA": head, "entry_points.txt": f"[{GROUP}]\nV{version} = a:b\n"}
        write(tmp_path / name.format(version), files)
    found = Installed([str(tmp_path)])
    key = "ac-ts" if "ac-ts" in name else "acts"
    assert told(found) == [f"{key} 10: V10"]
    assert [str(problem) for problem in found.problems()] == [
        f"{key} {version}: {tmp_path / name.format(version)}: ignored: the same folder has "
        f"{key} 10; reinstall {key}, if no installer is at work"
        for version in ("1", "2")
    ]
    assert {problem.kind for problem in found.problems()} == {"left over"}
    assert [(each.copy.provider.version, each.is_beside) for each in found.hidden()] == [
        ("1", True),
        ("2", True),
    ]


def test_the_newest_that_has_entry_points_counts_and_another_version_is_a_problem(
    tmp_path: Path,
) -> None:
    install(tmp_path, version="1")
    for version in ("1.0", "2"):
        write(tmp_path / f"acts-{version}.dist-info", {"METADATA": says("acts", version)})
    found = Installed([str(tmp_path)])
    assert (told(found), str(found.provider("acts"))) == (["acts 1: Swish"], "acts 1")
    assert [str(problem) for problem in found.problems()] == [
        f"acts 2: {tmp_path}/acts-2.dist-info: ignored: the same folder has "
        "acts 1; reinstall acts, if no installer is at work"
    ]


def test_of_two_versions_one_may_stand_in_metadata_alone(tmp_path: Path) -> None:
    install(tmp_path, version="1.0")
    files = {"PKG-INFO": says("acts", "2.0"), "entry_points.txt": f"[{GROUP}]\nNew = a:b\n"}
    write(tmp_path / "acts.egg-info", files)
    assert told(Installed([str(tmp_path)])) == ["acts 2.0: New"]
    write(tmp_path / "acts.egg-info", {**files, "PKG-INFO": says("acts", "0.9")})
    assert told(Installed([str(tmp_path)])) == ["acts 1.0: Swish"]


LEFT_OVERS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a folder for METADATA": (
        lambda info: (info / "METADATA").mkdir(parents=True),
        "its METADATA is a folder",
        "broken",
    ),
    "nothing": (lambda info: info.mkdir(), "it holds no METADATA", "left over"),
    "a file": (lambda info: info.write_text(""), "it holds no METADATA", "left over"),
    "no name": (
        lambda info: write(info, {"METADATA": "Version: 1\n\nName: acts\n"}),
        "its METADATA holds no name",
        "broken",
    ),
    "rows alone": (
        lambda info: write(info, {"entry_points.txt": f"[{GROUP}]\nLeft = over:Left\n"}),
        "it holds no METADATA",
        "left over",
    ),
}


@pytest.mark.parametrize("left_over", LEFT_OVERS)
@pytest.mark.parametrize("where", ["before", "beside", "behind"])
def test_metadata_without_a_name_is_a_problem_and_hides_nothing(
    tmp_path: Path, left_over: str, where: str
) -> None:
    make, what, kind = LEFT_OVERS[left_over]
    places = [tmp_path / name for name in ("first", "second", "third")]
    for place in places:
        place.mkdir()
    install(places[1])
    place = places[["before", "beside", "behind"].index(where)]
    # Newer than the real one.
    info = place / "acts-2.0.dist-info"
    make(info)
    found = Installed(list(map(str, places)))
    assert told(found) == ["acts 1.0: Swish"]
    assert [copy.folder for copy in found.copies()] == [str(places[1] / "acts-1.0.dist-info")]
    (problem,) = found.problems()
    assert (str(problem.provider), problem.where) == ("acts 2.0", str(info))
    assert (problem.what, problem.kind) == (what, kind)
    assert "reinstall acts" in problem.fix
    # It is alone in its place, or not.
    assert told(Installed([str(place)])) == (["acts 1.0: Swish"] if where == "beside" else [])
    assert len(Installed([str(place)]).problems()) == 1


def test_a_file_that_cannot_be_read_hides_no_other_distribution(tmp_path: Path) -> None:
    install(tmp_path)
    folder = install(tmp_path, "bad")
    (folder / "entry_points.txt").unlink()
    (folder / "entry_points.txt").mkdir()
    found = Installed([str(tmp_path)])
    assert told(found) == ["acts 1.0: Swish"]
    assert [str(copy.provider) for copy in found.copies()] == ["acts 1.0", "bad 1.0"]


def test_beside_a_newer_one_that_cannot_be_read_the_older_counts(tmp_path: Path) -> None:
    install(tmp_path, version="1")
    folder = install(tmp_path, version="2")
    (folder / "entry_points.txt").unlink()
    (folder / "entry_points.txt").mkdir()
    assert told(Installed([str(tmp_path)])) == ["acts 1: Swish"]


def test_a_distribution_whose_folder_does_not_name_it_is_blocked_by_its_name(
    tmp_path: Path,
) -> None:
    write(
        tmp_path / "two-words-1.0.dist-info",
        {"METADATA": says("two-words"), "entry_points.txt": ROWS},
    )
    environment = Environment([str(tmp_path)], variables={})
    with use_environment(environment):
        root = Registry("activation")
        assert list(root) == ["Swish"]
        environment.block("Two.Words")
        assert list(root) == []


def test_nothing_is_read_again_until_somebody_says_that_it_may_have_changed(
    plugin_site: Site,
) -> None:
    plugin_site.install("acts", {GROUP: {"Swish": "acts:Swish"}})
    with plugin_site.in_use() as environment:
        found = environment.installed
        assert told(found) == ["acts 0.1.0: Swish"]
        plugin_site.install("acts", {GROUP: {"Mish": "acts:Mish"}})
        plugin_site.install("more", {GROUP: {"GELU": "more:GELU"}})
        for change in (environment.block, environment.allow, environment.prefer):
            change("acts")
            assert environment.installed is found
        assert environment.without_hooks_of("acts").installed is found
        assert told(found) == ["acts 0.1.0: Swish"]
        environment.refresh()
        assert environment.installed is not found
        assert told(environment.installed) == ["acts 0.1.0: Mish", "more 0.1.0: GELU"]
        assert told(found) == ["acts 0.1.0: Swish"]


def test_an_answer_is_not_older_than_the_first_question(tmp_path: Path) -> None:
    found = Installed([str(tmp_path)])
    install(tmp_path)
    assert told(found) == ["acts 1.0: Swish"]


@failing
def test_only_the_metadata_of_those_that_declare_something_is_read(tmp_path: Path) -> None:
    install(tmp_path)
    other = install(tmp_path, "other", rows="[console_scripts]\nrun = o:run\n")
    (other / "METADATA").unlink()
    (other / "METADATA").symlink_to(MEM)
    found = Installed([str(tmp_path)])
    assert told(found) == ["acts 1.0: Swish"]
    # Had it been read, something would be missing.
    assert found.declared(GROUP)[1]
    assert not found.declared("console_scripts")[1]
    assert [problem.fix for problem in found.problems()] == ["try again"]


@failing
def test_a_file_that_cannot_be_read_at_this_moment_is_read_when_asked_again(
    tmp_path: Path,
) -> None:
    install(tmp_path)
    file = install(tmp_path, "more") / "entry_points.txt"
    file.unlink()
    file.symlink_to(MEM)
    found = Installed([str(tmp_path)])
    assert (told(found), found.declared(GROUP)[1]) == (["acts 1.0: Swish"], False)
    assert [problem.what for problem in found.problems()] == [
        "entry_points.txt cannot be read: Input/output error"
    ]
    file.unlink()
    file.write_text(ROWS)
    assert (told(found), found.declared(GROUP)[1]) == (["acts 1.0: Swish", "more 1.0: Swish"], True)
    assert found.problems() == []


@failing
@pytest.mark.parametrize("folder", ["acts-2.0.dist-info", "ac-ts-2.0.dist-info", "acts.egg-info"])
@pytest.mark.parametrize("place", ["first", "second"])
def test_which_copy_counts_is_not_remembered_while_one_cannot_be_read(
    tmp_path: Path, folder: str, place: str
) -> None:
    key = folder.partition("-2")[0].partition(".egg")[0]
    places = [tmp_path / "first", tmp_path / "second"]
    for at in places:
        at.mkdir()
    install(places[1], key)
    newer = write(tmp_path / place / folder, {"entry_points.txt": f"[{GROUP}]\nNew = a:b\n"})
    (newer / "METADATA").symlink_to(MEM)
    found = Installed(list(map(str, places)))
    # As long as nothing tells what it is, it is nothing, and hides nothing.
    assert told(found) == [f"{key} 1.0: Swish"]
    assert [str(copy.provider) for copy in found.copies()] == [f"{key} 1.0"]
    assert not found.declared(GROUP)[1]
    environment = Environment(list(map(str, places)), variables={})
    with use_environment(environment):
        root = Registry("activation")
        assert list(root) == ["Swish"]
        (newer / "METADATA").unlink()
        (newer / "METADATA").write_text(says(key, "2.0"))
        assert list(root) == ["New"]
    assert told(found) == [f"{key} 2.0: New"]
    assert [str(copy.provider) for copy in found.copies()] == [f"{key} 2.0"]
    assert found.declared(GROUP)[1]


@failing
def test_while_nothing_names_it_a_blocked_distribution_contributes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "two-words-1.0.dist-info", {"entry_points.txt": ROWS})
    (folder / "METADATA").symlink_to(MEM)
    environment = Environment([str(tmp_path)], variables={"REGISTRY_CORE_BLOCK": "two-words"})
    with use_environment(environment):
        root = Registry("activation")
        assert list(root) == []
        (folder / "METADATA").unlink()
        (folder / "METADATA").write_text(says("two-words"))
        assert list(root) == []
    # As it is where its folder was listed before its METADATA could be read.
    copy = Copy(str(folder), "", "", ROWS.encode())
    declared = copy.declared(GROUP)
    assert declared is not None
    assert declared.key == copy.key == "two-words"


def test_a_folder_that_is_removed_after_it_was_listed_is_listed_anew(tmp_path: Path) -> None:
    install(tmp_path, "more")
    folder = install(tmp_path)
    found = Installed([str(tmp_path)])
    assert found.declared("acme") == ([], True)
    shutil.rmtree(folder)
    assert (told(found), found.copy("acts")) == (["more 1.0: Swish"], None)
    assert found.declared(GROUP)[1]
    assert found.problems() == []
    # An upgrade under way: the old is gone, the new is not yet there.
    folder = install(tmp_path)
    found = Installed([str(tmp_path)])
    assert found.declared("acme") == ([], True)
    shutil.rmtree(folder)
    declared, is_whole = found.declared(GROUP)
    assert ([each.key for each in declared], is_whole) == (["more"], False)
    install(tmp_path, version="2.0")
    assert told(found) == ["acts 2.0: Swish", "more 1.0: Swish"]
    assert str(found.provider("acts")) == "acts 2.0"


EXHAUSTED = """
import os, resource, sys
from pathlib import Path
from registry_core import Environment, Registry, use_environment
from registry_core.installed import Installed

def told(found):
    declared, is_whole = found.declared("registry_core.activation")
    return [str(each.provider) for each in declared], is_whole, list(map(str, found.problems()))

# All that is needed is imported before.
told(Installed(sys.argv[1:]))
found = Installed(sys.argv[1:])
environment = Environment(sys.argv[1:], variables={})
with use_environment(environment):
    registry = Registry("activation")
    list(Registry("other")), list(registry)
    environment.refresh()
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        without = [told(found), list(registry)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    print([*without, told(found), list(registry)])
"""


@failing
def test_without_a_free_file_descriptor_nothing_is_known_and_nothing_is_remembered(
    tmp_path: Path,
) -> None:
    install(tmp_path)
    argument = f"import sys; sys.argv[1:] = [{str(tmp_path)!r}]\n"
    problem = (
        f"a distribution without a name: {tmp_path}: it cannot be listed: Too many open files; "
        "try again"
    )
    expected = [([], False, [problem]), [], (["acts 1.0"], True, []), ["Swish"]]
    assert python(argument + EXHAUSTED) == str(expected)


def test_threads_that_ask_at_once_get_one_answer(tmp_path: Path) -> None:
    for number in range(20):
        install(tmp_path / str(number % 2), f"acts-{number // 2}", "1.0", f"[{GROUP}]\nA = a:b\n")
    places = [str(tmp_path / "0"), str(tmp_path / "1")]

    def answer(found: Installed) -> object:
        hidden = [each.copy.folder for each in found.hidden()]
        return found.declared(GROUP), [copy.folder for copy in found.copies()], hidden

    def asked_at_once() -> list[object]:
        found, barrier, answers = Installed(places), Barrier(4), list[object]()

        def ask() -> None:
            barrier.wait()
            answers.append(answer(found))

        threads = [Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    for _ in range(5):
        assert asked_at_once() == [answer(Installed(places))] * 4
