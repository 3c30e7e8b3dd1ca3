"""One copy of a distribution: who it says it is, what it needs, and what is wrong with it."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from metadata_on_disk import GROUP, ROWS, says, write, write_archive

from registry_core.entry import Problem, Provider
from registry_core.installed import Copy, Installed
from registry_core.installed.files import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.entry import Kind

    Files = Mapping[str, str | bytes]

FOLDER = "acts_extra-1.0.dist-info"
AUTHORS = "tell its authors, or pip uninstall acts-extra"
REINSTALL = "reinstall acts-extra"
MEM = Path("/proc/self/mem")


def copy_of(folder: Path) -> Copy:
    """The only copy in the place of that folder; it counts."""
    (found,) = Installed([str(folder.parent)]).copies()
    return found


def problems_of(folder: Path) -> list[Problem]:
    return Installed([str(folder.parent)]).problems()


@pytest.mark.parametrize(
    ("folder", "name", "version", "provider"),
    [
        ("zope_interface-7.0.dist-info", "Zope.Interface", "7.0", "Zope.Interface 7.0"),
        ("Zope.Interface-7.0.dist-info", "zope_interface", "7.0", "zope_interface 7.0"),
        ("acts-2021.5.1.dist-info", "acts", "2021.05.01", "acts 2021.05.01"),
        ("acts-1.0.post1.dist-info", "acts", "1.0-1", "acts 1.0-1"),
        ("acts-1.0_1.dist-info", "acts", "1.0+1", "acts 1.0+1"),
        ("acts-1!2.0.dist-info", "acts", "1!2.0", "acts 1!2.0"),
        ("two-words-1.0.dist-info", "two-words", "1.0", "two-words 1.0"),
        ("acts-unknown.dist-info", "acts", "unknown", "acts unknown"),
        ("acts.egg-info", "acts", "3", "acts 3"),
        ("acts-1.0-py3.11.egg-info", "acts", "1.0", "acts 1.0"),
        ("ACTS-1.0.DIST-INFO", "acts", "1.0", "acts 1.0"),
    ],
)
def test_its_name_is_shown_as_its_metadata_spells_it(
    tmp_path: Path, folder: str, name: str, version: str, provider: str
) -> None:
    written = {"METADATA": says(name, version), "entry_points.txt": ROWS}
    found = copy_of(write(tmp_path / folder, written))
    assert str(found.provider) == provider
    assert found.key == name.lower().replace(".", "-").replace("_", "-")
    assert found.folder == str(tmp_path / folder)
    assert problems_of(tmp_path / folder) == []
    assert Installed([str(tmp_path)]).provider(found.key) == found.provider


@pytest.mark.parametrize(
    "files",
    [
        {"PKG-INFO": says("acts-extra")},
        {"METADATA": "", "PKG-INFO": says("acts-extra")},
        {"METADATA": says("acts-extra"), "PKG-INFO": says("other", "2.0")},
        {"METADATA": "Summary: s\n" * 200 + says("acts-extra")},
        {"METADATA": says("acts-extra").rstrip("\n")},
        {"METADATA": says("acts-extra").replace("\n", "\r\n")},
        {"METADATA": says("acts-extra", "1.0", "Summary: " + "\xe9" * 2_000).encode("latin-1")},
        {"METADATA": f"{' ' * 1_020}\nName: acts-extra\nVersion:\n  1.0"},
    ],
)
def test_a_sound_head_is_found_wherever_it_stands(tmp_path: Path, files: Files) -> None:
    folder = write(tmp_path / FOLDER, files)
    assert copy_of(folder).provider == Provider("acts-extra", "1.0")
    assert problems_of(folder) == []


def test_a_version_behind_the_first_thousand_bytes_is_found(tmp_path: Path) -> None:
    # Wherever the first bytes end: in a line, or at its end.
    for length in range(950, 1_050):
        head = f"Name: acts-extra\nSummary: {'s' * length}\nVersion: 1.0\n  .1\n"
        folder = write(tmp_path / "acts_extra.egg-info", {"PKG-INFO": head})
        assert copy_of(folder).provider == Provider("acts-extra", "1.0 .1")


def test_the_metadata_of_distutils_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "pycairo-1.20.1-py3.egg-info").write_text(says("pycairo", "1.20.1"))
    (found,) = Installed([str(tmp_path)]).copies()
    assert found.provider == Provider("pycairo", "1.20.1")
    assert found.groups() == {}
    assert Installed([str(tmp_path)]).problems() == []


@pytest.mark.parametrize(
    ("files", "what", "fix", "kind"),
    [
        ({}, "it holds no METADATA", REINSTALL, "left over"),
        ({"METADATA": "", "RECORD": "x"}, "it holds no METADATA", REINSTALL, "left over"),
        (
            {"METADATA": "\n" + says("acts-extra")},
            "its METADATA holds no name",
            REINSTALL,
            "broken",
        ),
        ({"METADATA": "Name:\nVersion: 1\n"}, "its METADATA holds no name", REINSTALL, "broken"),
        (
            {"METADATA": "Summary: s\n" * 100_000 + says("acts-extra")},
            "its METADATA holds no name in its first 1,000,000 bytes",
            REINSTALL,
            "broken",
        ),
        (
            {"METADATA": says("acts-other")},
            "its METADATA says the name 'acts-other', which is not its folder's",
            REINSTALL,
            "broken",
        ),
        (
            {"METADATA": says("acts extra")},
            "its METADATA says the name 'acts extra', which no distribution can have",
            REINSTALL,
            "broken",
        ),
        (
            {"METADATA": says("\x1b[31m" + "x" * 1_000)},
            "its METADATA says the name '\\x1b[31mxxxxxxxxxxxxxxx'..., which no distribution "
            "can have",
            REINSTALL,
            "broken",
        ),
        (
            {"METADATA": says("acts-extra", "1.0\x1b[31m")},
            "its METADATA says a version that cannot be shown",
            REINSTALL,
            "broken",
        ),
        (
            {"METADATA": says("acts-extra", "1" * 501)},
            "its METADATA says a version that cannot be shown",
            REINSTALL,
            "broken",
        ),
    ],
)
def test_what_is_no_distribution_is_one_problem_and_declares_nothing(
    tmp_path: Path, files: Files, what: str, fix: str, kind: Kind
) -> None:
    folder = write(tmp_path / FOLDER, {**files, "entry_points.txt": f"{ROWS}oops\n"})
    provider = Provider("acts-extra", "1.0")
    (problem,) = problems_of(folder)
    assert problem[:5] == (provider, str(folder), what, fix, kind)
    assert problem.code == "no-distribution"
    found = Installed([str(tmp_path)])
    assert (found.copies(), found.copy("acts-extra"), found.provider("acts-extra")) == (
        [],
        None,
        None,
    )
    assert (found.declared(GROUP), found.groups()) == (([], True), [])


def test_a_name_of_500_letters_is_one_and_a_longer_is_none(tmp_path: Path) -> None:
    # The name of a folder cannot be as long.
    folder = write(tmp_path / "acts.egg-info", {"PKG-INFO": says("x" * 500)})
    assert problems_of(folder)[0].what.endswith("which is not its folder's")
    folder = write(tmp_path / "acts.egg-info", {"PKG-INFO": says("x" * 501)})
    assert problems_of(folder)[0].what.endswith("which no distribution can have")


def test_of_an_empty_folder_alone_it_is_said_that_it_may_be_removed(tmp_path: Path) -> None:
    (problem,) = problems_of(write(tmp_path / FOLDER, {}))
    assert (
        problem.fix == f"{REINSTALL}, or rmdir its folder: an interrupted uninstall left it empty"
    )
    (problem,) = problems_of(write(tmp_path / FOLDER, {"RECORD": ""}))
    assert problem.fix == REINSTALL


def test_a_folder_that_nothing_names_says_so_and_what_to_do(tmp_path: Path) -> None:
    folder = write(tmp_path / "two-words-1.0.dist-info", {"entry_points.txt": ROWS})
    assert [str(problem) for problem in problems_of(folder)] == [
        f"a distribution without a name: {folder}: it holds no METADATA; reinstall it"
    ]
    write(folder, {"METADATA": "Version: 1.0\n"})
    assert [problem[2:4] for problem in problems_of(folder)] == [
        ("its METADATA holds no name", "reinstall it")
    ]


def test_a_folder_with_a_name_that_cannot_be_shown_is_named_by_its_metadata(tmp_path: Path) -> None:
    try:
        folder = write(
            tmp_path / "acts\x1b-1.0.dist-info",
            {"METADATA": says("acts"), "entry_points.txt": f"{ROWS}oops\n"},
        )
    except OSError:
        pytest.skip("this file system has no such names")
    assert copy_of(folder).provider == Provider("acts", "1.0")
    (problem,) = problems_of(folder)
    assert problem.where == f"{tmp_path}{os.sep}acts\\x1b-1.0.dist-info: entry_points.txt line 3"


@pytest.mark.parametrize(
    ("head", "what", "version"),
    [
        (says("acts-extra", "2.0"), "its METADATA says version 2.0, and its folder 1.0", "1.0"),
        (says("acts-extra", "1.0.1"), "its METADATA says version 1.0.1, and its folder 1.0", "1.0"),
        ("Name: acts-extra\n", "its METADATA has no version", "1.0"),
    ],
)
def test_of_two_versions_the_folders_counts_and_the_other_is_a_problem(
    tmp_path: Path, head: str, what: str, version: str
) -> None:
    folder = write(tmp_path / FOLDER, {"METADATA": head, "entry_points.txt": ROWS})
    provider = Provider("acts-extra", version)
    assert copy_of(folder).provider == provider
    expected = Problem(provider, str(folder), what, REINSTALL, code="wrong-version")
    assert problems_of(folder) == [expected]
    # Where nothing is declared, no message names a version.
    write(folder, {"METADATA": head})
    assert problems_of(folder) == []


def test_without_any_version_it_is_a_distribution_too(tmp_path: Path) -> None:
    written = {"PKG-INFO": "Name: acts-extra\n", "entry_points.txt": ROWS}
    folder = write(tmp_path / "acts_extra.egg-info", written)
    assert str(copy_of(folder).provider) == "acts-extra"
    assert [problem.what for problem in problems_of(folder)] == ["its METADATA has no version"]


HEAD = "METADATA", "its METADATA {}", f"make it readable, or {REINSTALL}"
ROWS_FILE = "entry_points.txt", "entry_points.txt {}", AUTHORS


@pytest.mark.parametrize(("name", "what", "fix"), [HEAD, ROWS_FILE])
@pytest.mark.parametrize("instead", ["folder", "fifo", "device", "loop"])
def test_what_stands_in_place_of_a_file_is_one_problem(
    tmp_path: Path, name: str, what: str, fix: str, instead: str
) -> None:
    folder = write(tmp_path / FOLDER, {"METADATA": says("acts-extra"), "entry_points.txt": ROWS})
    file = folder / name
    file.unlink()
    fault = "is not a regular file"
    if instead == "folder":
        file.mkdir()
        fault = "is a folder"
    elif sys.platform == "win32":
        pytest.skip("Windows has no such files")
    elif instead == "fifo":
        os.mkfifo(file)
    elif instead == "device":
        file.symlink_to("/dev/zero")
    else:
        file.symlink_to(name)
        fault = f"cannot be read: {os.strerror(errno.ELOOP)}"
    (problem,) = problems_of(folder)
    assert (problem.what, problem.fix, problem.kind) == (what.format(fault), fix, "broken")
    assert problem.where == (str(folder) if name == "METADATA" else f"{folder}: entry_points.txt")
    assert Installed([str(tmp_path)]).declared(GROUP) == ([], True)


def test_a_link_to_what_is_not_there_is_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path / FOLDER, {"METADATA": says("acts-extra")})
    (folder / "entry_points.txt").symlink_to("absent")
    what = "entry_points.txt is a link to what is not there"
    found = Installed([str(tmp_path)])
    assert [problem[2:4] for problem in found.problems()] == [(what, AUTHORS)]
    # What it leads to may come; then the file is only newer than the answer.
    (folder / "absent").write_text(ROWS)
    assert found.problems() == []


def test_a_file_of_entry_points_that_is_too_large_is_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path / FOLDER, {"METADATA": says("acts-extra"), "entry_points.txt": ROWS})
    with (folder / "entry_points.txt").open("ab") as opened:
        opened.truncate(16_000_001)
    what = "entry_points.txt is larger than 16,000,000 bytes"
    assert [problem[2:4] for problem in problems_of(folder)] == [(what, AUTHORS)]


def test_bytes_that_are_not_utf_8_are_a_problem_of_the_file_and_of_their_lines(
    tmp_path: Path,
) -> None:
    text = f"{ROWS}L\xf6ss = acts:L\n".encode("latin-1")
    written: Files = {"METADATA": says("acts-extra"), "entry_points.txt": text}
    folder = write(tmp_path / FOLDER, written)
    archive = write_archive(tmp_path / "acts.zip", {FOLDER: written})
    for place, at in ((folder.parent, folder), (archive, archive / FOLDER)):
        found = Installed([str(place)])
        assert [tuple(problem)[:4] for problem in found.problems()] == [
            (
                Provider("acts-extra", "1.0"),
                f"{at}: entry_points.txt",
                "entry_points.txt is not UTF-8: invalid start byte",
                AUTHORS,
            ),
            (
                Provider("acts-extra", "1.0"),
                f"{at}: entry_points.txt line 3",
                "'L\ufffdss = acts:L' is not UTF-8",
                AUTHORS,
            ),
        ]
        assert found.declared(GROUP)[0][0].rows == {"Swish": "acts:Swish"}


def test_what_is_wrong_in_an_archive_is_told_as_in_a_folder(tmp_path: Path) -> None:
    folders: dict[str, Files] = {
        FOLDER: {"METADATA": says("other"), "entry_points.txt": ROWS},
        "acts_none-1.0.dist-info": {"entry_points.txt": ROWS},
        "acts_line-1.0.dist-info": {"METADATA": says("acts-line"), "entry_points.txt": "oops"},
        "acts_good-1.0.dist-info": {"METADATA": says("acts-good"), "entry_points.txt": ROWS},
    }
    told = []
    archive = write_archive(tmp_path / "acts.zip", folders)
    for name, files in folders.items():
        write(tmp_path / "site" / name, files)
    for place in (archive, tmp_path / "site"):
        found = Installed([str(place)])
        assert [str(copy.provider) for copy in found.copies()] == ["acts-good 1.0", "acts-line 1.0"]
        told.append([str(problem).replace(str(place), "PLACE") for problem in found.problems()])
    assert told[0] == told[1]
    assert len(told[0]) == 3


REQUIRES = [
    "Requires-Dist: Timm>=1.0",
    "Requires-Dist: typing_extensions (>=4) ; python_version < '3.12'",
    "Requires-Dist: torch[cpu]",
    "Requires-Dist: numpy @ https://example.org/numpy.whl",
    "Requires-Dist: folded",
    " >=1",
    "Requires-Dist: Timm<2",
    "Requires-Dist: pytest ; extra == 'test'",
    "Requires-Dist: ; nothing",
    "Requires-Dist: last",
]


def test_it_requires_what_its_metadata_says_without_extras(tmp_path: Path) -> None:
    head = says("acts-extra", "1.0", *REQUIRES)
    folder = write(tmp_path / FOLDER, {"METADATA": f"{head}\nRequires-Dist: described\n"})
    expected = ["timm", "typing-extensions", "torch", "numpy", "folded", "last"]
    assert copy_of(folder).requires() == expected
    write(folder, {"METADATA": head.rstrip("\n")})
    assert copy_of(folder).requires() == expected
    found = copy_of(folder)
    (folder / "METADATA").unlink()
    assert found.requires() == []
    (folder / "METADATA").mkdir()
    assert found.requires() == []


@pytest.mark.parametrize(
    ("folder", "direct_url", "expected"),
    [
        ("acts-1.0.dist-info", None, False),
        ("acts-1.0.dist-info", "", False),
        ("acts-1.0.dist-info", '{"url": "file:///x", "dir_info": {"editable": true}}', True),
        ("acts-1.0.dist-info", '{"url": "file:///x", "dir_info": {"editable": false}}', False),
        ("acts-1.0.dist-info", '{"url": "file:///x", "dir_info": {}}', False),
        ("acts-1.0.dist-info", '{"url": "https://x", "archive_info": {}}', False),
        ("ACTS-1.0.DIST-INFO", None, False),
        # Who can tell: then nothing may be remembered of it.
        ("acts-1.0.dist-info", '{"dir_info"', True),
        ("acts-1.0.dist-info", "[]", True),
        ("acts-1.0.dist-info", '{"dir_info": []}', True),
        ("acts-1.0.dist-info", "[" * 100_000, True),
        ("acts-1.0.dist-info", b"\xff", True),
        # Beside a source tree, and as Debian and old installers have it.
        ("acts.egg-info", None, True),
        ("acts-1.0.egg-info", None, False),
        ("acts-1.0-py3.11.egg-info", None, False),
    ],
)
def test_an_editable_install_is_told_by_its_direct_url_or_its_folder(
    tmp_path: Path, folder: str, direct_url: str | bytes | None, expected: bool
) -> None:
    files: dict[str, str | bytes] = {"METADATA": says("acts")}
    if direct_url is not None:
        files["direct_url.json"] = direct_url
    assert copy_of(write(tmp_path / folder, files)).is_editable() is expected


def test_a_direct_url_that_cannot_be_read_may_be_that_of_an_editable_install(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / FOLDER, {"METADATA": says("acts-extra")})
    (folder / "direct_url.json").mkdir()
    assert copy_of(folder).is_editable()


HATCHLING = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[tool.hatch.build]
dev-mode-dirs = ["."]
only-include = ["hat_tiny.py"]
[project]
name = "Hat.Tiny"
version = "1.0"
[project.entry-points."registry_core.activation"]
Swish = "hat_tiny:Swish"
"""
SETUPTOOLS = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
py-modules = ["set_tiny"]
[project]
name = "set-tiny"
version = "1.0"
[project.entry-points."registry_core.activation"]
Swish = "set_tiny:Swish"
"""


@pytest.fixture(scope="session")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two projects, each installed as editable into `site`, and one as usual into `plain`."""
    folder = tmp_path_factory.mktemp("editable")
    for name, text in (("hat_tiny", HATCHLING), ("set_tiny", SETUPTOOLS)):
        (folder / name).mkdir()
        (folder / name / "pyproject.toml").write_text(text)
        (folder / name / f"{name}.py").write_text("class Swish: ...\n")
    uv = Path(sysconfig.get_path("scripts"), "uv")
    # The build backends are among what the tests need, so nothing is fetched for it.
    command = f"{uv} pip install --quiet --no-deps --no-build-isolation --python {sys.executable}"
    for to in (
        "--target site --editable hat_tiny --editable set_tiny",
        "--target plain ./set_tiny",
    ):
        subprocess.run([*command.split(), *to.split()], check=True, timeout=300, cwd=folder)
    return folder


@pytest.mark.slow
@pytest.mark.wheels
def test_what_an_installer_leaves_of_an_editable_install_is_told_as_one(editable: Path) -> None:
    found = Installed([str(editable / "site")])
    assert [copy.provider for copy in found.copies()] == [("Hat.Tiny", "1.0"), ("set-tiny", "1.0")]
    assert [copy.is_editable() for copy in found.copies()] == [True, True]
    assert [dict(each.rows) for each in found.declared(GROUP)[0]] == [
        {"Swish": "hat_tiny:Swish"},
        {"Swish": "set_tiny:Swish"},
    ]
    assert found.problems() == []


@pytest.mark.slow
@pytest.mark.wheels
def test_an_install_from_a_folder_is_none_but_what_setuptools_leaves_there_is(
    editable: Path,
) -> None:
    assert [copy.is_editable() for copy in Installed([str(editable / "plain")]).copies()] == [False]
    (found,) = Installed([str(editable / "set_tiny")]).copies()
    assert found.folder == str(editable / "set_tiny" / "set_tiny.egg-info")
    assert found.provider == Provider("set-tiny", "1.0")
    assert found.is_editable()


def test_a_stamp_differs_from_one_copy_to_the_next(tmp_path: Path) -> None:
    files = {"METADATA": says("acts-extra")}
    folder = write(tmp_path / FOLDER, files)
    stamps = [copy_of(folder).stamp()]
    assert stamps == [copy_of(folder).stamp()]
    assert stamps[0] is not None
    assert stamps[0][:2] == [str(folder), "1.0"]
    # The same again, elsewhere; of another time; another folder under that name and time.
    shutil.copytree(folder, tmp_path / "second" / FOLDER)
    stamps.append(copy_of(tmp_path / "second" / FOLDER).stamp())
    before = folder.stat()
    os.utime(folder, ns=(0, 0))
    stamps.append(copy_of(folder).stamp())
    folder.rename(tmp_path / "away")
    write(folder, files)
    os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    stamps.append(copy_of(folder).stamp())
    folder.rename(tmp_path / "acts_extra-2.0.dist-info")
    stamps.append(copy_of(tmp_path / "acts_extra-2.0.dist-info").stamp())
    assert len({str(stamp) for stamp in stamps}) == len(stamps)
    found = copy_of(tmp_path / "acts_extra-2.0.dist-info")
    shutil.rmtree(found.folder)
    assert found.stamp() is None


def test_of_a_copy_in_an_archive_nothing_tells_whether_it_has_changed(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "acts.zip", {FOLDER: {"METADATA": says("acts-extra")}})
    (found,) = Installed([str(archive)]).copies()
    assert (found.stamp(), found.is_editable(), found.is_there()) == (None, True, True)
    assert found.requires() == []


def test_a_head_in_an_archive_may_be_as_long_as_in_a_folder(tmp_path: Path) -> None:
    head = "Summary: s\n" * 200 + says("acts-extra", "1.0", *REQUIRES)
    archive = write_archive(tmp_path / "acts.zip", {FOLDER: {"METADATA": head}})
    (found,) = Installed([str(archive)]).copies()
    assert found.provider == Provider("acts-extra", "1.0")
    assert found.requires()[-1] == "last"


@pytest.mark.skipif(not MEM.exists(), reason="only Linux has a file that fails as a disk does")
def test_what_cannot_be_read_at_this_moment_is_said_so_and_asked_again(tmp_path: Path) -> None:
    folder = write(tmp_path / FOLDER, {"entry_points.txt": f"{ROWS}oops\n"})
    (folder / "METADATA").symlink_to(MEM)
    copy = Copy(str(folder), "acts-extra", "1.0", ROWS.encode())
    with pytest.raises(Unreadable, match="cannot be read: Input/output error"):
        copy.identity()
    with pytest.raises(Unreadable):
        copy.declared(GROUP)
    assert copy.problems() == [
        Problem(
            Provider("acts-extra", "1.0"),
            str(folder),
            "METADATA cannot be read: Input/output error",
            "try again",
            code="unreadable",
        )
    ]
    (folder / "METADATA").unlink()
    (folder / "METADATA").write_text(says("Acts.Extra"))
    assert copy.provider == Provider("Acts.Extra", "1.0")
    assert copy.problems() == []


def test_a_folder_that_has_just_been_removed_is_no_left_over(tmp_path: Path) -> None:
    copy = Copy(str(tmp_path / FOLDER), "acts-extra", "1.0", ROWS.encode())
    assert copy.problems() == []
    with pytest.raises(Unreadable, match="has just been removed"):
        copy.identity()
    write(tmp_path / FOLDER, {"METADATA": says("acts-extra")})
    assert copy.problems() == []


def test_a_link_to_an_empty_file_accuses_no_distribution(tmp_path: Path) -> None:
    folder = write(tmp_path / FOLDER, {"METADATA": says("acts-extra")})
    (tmp_path / "empty").write_text("")
    (folder / "entry_points.txt").symlink_to(tmp_path / "empty")
    assert Installed([str(tmp_path)]).problems() == []
    (tmp_path / "empty").unlink()
    (problem,) = Installed([str(tmp_path)]).problems()
    assert problem.what == "entry_points.txt is a link to what is not there"
