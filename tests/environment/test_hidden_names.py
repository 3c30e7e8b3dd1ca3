"""Why a name is missing: what is installed and hides it, with the place and what to do."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from registry_core import EntryNotFound, Environment, Registry, use_environment
from registry_core.installed import Installed
from registry_core.testing import Site, check_distribution

if TYPE_CHECKING:
    from pathlib import Path

OWNED = {"registry_core.registries": {"oven.tray": "oven_host:TRAY"}}


def missed(site: Site, key: str, *before: Site, scope: str = "oven") -> tuple[str, ...]:
    """The hints of the error for `key` in the registry `oven.tray`."""
    places = [str(each.folder) for each in (*before, site)]
    with use_environment(Environment(places, variables={})):
        registry = Registry("tray", group="oven.tray", scope=scope)
        with pytest.raises(EntryNotFound) as raised:
            registry.resolve(key)
    return raised.value.hints


@pytest.mark.parametrize("key", ["Loaf", "deep.Loaf", "oven.deep.Loaf"])
def test_a_copy_that_another_hides_is_named_with_both_folders(plugin_site: Site, key: str) -> None:
    scope = ".deep" if "deep" in key else ""
    older = Site(plugin_site.folder.parent / "older")
    older.install("acts", {"oven.tray": {"Roll": "acts:Roll"}}, version="1.0")
    plugin_site.install("acts", {f"oven.tray{scope}": {"Loaf": "acts:Loaf"}}, version="2.0")
    here, there = plugin_site.folder / "acts-2.0.dist-info", older.folder / "acts-1.0.dist-info"
    assert missed(plugin_site, key, older) == (
        f"acts 2.0 has it ({here}), but acts 1.0 comes before it on the path ({there}): uninstall "
        "one of the two",
    )
    assert missed(plugin_site, "Other", older) == ()


def test_a_copy_beside_the_one_that_counts_is_said_to_be_there(plugin_site: Site) -> None:
    plugin_site.install("acts", {"oven.tray": {"Loaf": "acts:Loaf"}}, version="1.0")
    plugin_site.install("acts", {"oven.tray": {"Roll": "acts:Roll"}}, version="1.1")
    (hint,) = missed(plugin_site, "Loaf")
    assert hint.startswith(f"acts 1.0 has it ({plugin_site.folder / 'acts-1.0.dist-info'}), but ")
    assert "acts 1.1 is in the same folder" in hint


def test_metadata_that_does_not_count_is_named_with_its_fault(plugin_site: Site) -> None:
    plugin_site.install("acts", {"oven.tray": {"Loaf": "acts:Loaf"}})
    metadata = plugin_site.folder / "acts-0.1.0.dist-info"
    (metadata / "METADATA").unlink()
    (hint,) = missed(plugin_site, "Loaf")
    assert hint == (f"{metadata} has it, but it holds no METADATA: reinstall acts")
    assert missed(plugin_site, "Roll") == ()


def test_entry_points_that_cannot_be_read_may_have_it(plugin_site: Site) -> None:
    plugin_site.install("acts")
    rows = plugin_site.folder / "acts-0.1.0.dist-info" / "entry_points.txt"
    rows.unlink()
    rows.mkdir()
    assert missed(plugin_site, "Loaf") == (
        "acts 0.1.0 may have it, but its entry_points.txt is a folder",
    )


@pytest.mark.parametrize(
    "line",
    [
        "Loaf: acts:Loaf",
        "Loaf acts:Loaf",
        "Loaf",
        '"Loaf" = "acts:Loaf"',
        "Loaf -> acts:Loaf",
    ],
)
def test_a_malformed_row_is_told_for_its_own_name_and_scope(plugin_site: Site, line: str) -> None:
    text = f"[other.tray]\nLoaf: x:Y\n[oven.tray.deep]\nFine = acts:Fine\n{line}\n"
    plugin_site.install("acts", text)
    file = plugin_site.folder / "acts-0.1.0.dist-info: entry_points.txt line 5"
    assert missed(plugin_site, "deep.Loaf") == (
        f"acts 0.1.0 has a line for it that is not 'name = module:attribute', {line!r} ({file})",
    )
    for other in ("Loaf", "deep.Loa", "deep.Loafs", "flat.Loaf", "deep.acts"):
        assert missed(plugin_site, other) == ()


@pytest.mark.parametrize("header", ["[oven.tray", "[[oven.tray]]", "[oven.tray]]"])
def test_rows_below_a_malformed_header_are_said_to_be_in_no_group(
    plugin_site: Site, header: str
) -> None:
    plugin_site.install("acts", f"[console_scripts]\nx = a:b\n{header}\nLoaf = acts:Loaf\n")
    (hint,) = missed(plugin_site, "Loaf")
    assert f"'{header}, above Loaf = acts:Loaf'" in hint


def test_a_row_that_is_refused_is_told_once(plugin_site: Site) -> None:
    plugin_site.install("acts", {"oven.tray.deep": {"Loaf": "no target"}})
    (hint,) = missed(plugin_site, "deep.Loaf")
    assert "'no target'" in hint
    assert missed(plugin_site, "Loaf") == ()


def test_a_malformed_scope_is_named(plugin_site: Site) -> None:
    plugin_site.install("acts", {"oven.tray.my-deep": {"Loaf": "acts:Loaf"}})
    assert missed(plugin_site, "my-deep.Loaf") == (
        "acts 0.1.0 declares it in the group 'oven.tray.my-deep', which is malformed: each segment "
        r"must match \w+",
    )


@pytest.mark.parametrize(
    ("group", "meant", "key"),
    [
        ("ovens.tray", "oven.tray", "Loaf"),
        ("oven.trays.deep", "oven.tray.deep", "deep.Loaf"),
        ("oven_tray", "oven.tray", "Loaf"),
        ("Oven.Tray", "oven.tray", "Loaf"),
        ("tray", "oven.tray", "Loaf"),
        ("registry_core.tray.deep", "oven.tray.deep", "deep.Loaf"),
        ("oven-tray", "oven.tray", "Loaf"),
    ],
)
def test_a_misnamed_group_is_named_with_the_one_that_is_meant(
    plugin_site: Site, group: str, meant: str, key: str
) -> None:
    plugin_site.install("oven", OWNED)
    plugin_site.install("acts", {group: {"Loaf": "acts:Loaf"}})
    hints = missed(plugin_site, key)
    assert hints[0] == (
        f"acts 0.1.0 declares it in the group '{group}': write '{meant}', if that is what is meant"
    )
    assert missed(plugin_site, "Roll") == ()


def test_a_group_of_something_else_is_no_misnamed_one(plugin_site: Site) -> None:
    plugin_site.install("oven", OWNED)
    plugin_site.install(
        "acts", {"mkdocs.plugins": {"Loaf": "acts:Loaf"}, "pytest11": {"Loaf": "a"}}
    )
    assert missed(plugin_site, "Loaf") == ()


def test_hooks_for_a_registry_of_nearly_that_name_are_named(plugin_site: Site) -> None:
    plugin_site.install("acts", {"registry_core.hooks": {"ovens.tray": "acts_hooks"}})
    assert missed(plugin_site, "Loaf") == ()
    plugin_site.install("oven", OWNED)
    assert missed(plugin_site, "Loaf") == (
        "acts 0.1.0 has hooks for the registry 'ovens.tray': write 'oven.tray', if that is what is "
        "meant",
    )
    assert "acts_hooks" not in sys.modules


PROJECT = """
[project]
name = "acts"
[project.entry-points."oven.tray"]
Roll = "acts:Roll"
Loaf = "acts:Loaf"
[project.entry-points.pytest11]
acts = "acts.pytest"
"""


@pytest.fixture
def project(plugin_site: Site, tmp_path: Path) -> Path:
    """An editable install whose project has gained a line since."""
    folder = tmp_path / "my project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PROJECT)
    plugin_site.install("acts", {"oven.tray": {"Roll": "acts:Roll"}})
    direct = f'{{"url": "{folder.as_uri()}", "dir_info": {{"editable": true}}}}'
    (plugin_site.folder / "acts-0.1.0.dist-info" / "direct_url.json").write_text(direct)
    return folder


def test_a_line_of_a_project_that_is_not_installed_is_told(
    plugin_site: Site, project: Path
) -> None:
    assert missed(plugin_site, "Loaf") == (
        f"acts 0.1.0 declares it in {project}/pyproject.toml and was installed before that: "
        f"pip install -e '{project}'",
    )
    with plugin_site.in_use() as environment:
        problems = environment.problems()
        assert list(map(str, problems)) == [
            f"acts 0.1.0: {project}/pyproject.toml: 'Loaf' = 'acts:Loaf' in 'oven.tray' is not "
            f"installed so; pip install -e '{project}'"
        ]
        assert problems[0] in check_distribution("acts", "oven.tray")


SETUP_CFG = """
[options.entry_points]
console_scripts =
    acts = acts:main
# A comment.
oven.tray =
    # Another.
    Roll = acts:Roll
    Loaf = acts:Loaf
"""
FLIT = """
[tool.flit.entrypoints."oven.tray"]
Roll = "acts:Roll"
Loaf = "acts:Loaf"
"""


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("setup.cfg", SETUP_CFG),
        ("setup.cfg", SETUP_CFG.replace("options.", "")),
        ("pyproject.toml", FLIT),
    ],
)
def test_a_line_in_another_file_or_table_of_a_project_is_told(
    plugin_site: Site, project: Path, file: str, content: str
) -> None:
    (project / "pyproject.toml").unlink()
    (project / file).write_text(content)
    assert missed(plugin_site, "Loaf") == (
        f"acts 0.1.0 declares it in {project}/{file} and was installed before that: "
        f"pip install -e '{project}'",
    )
    with plugin_site.in_use() as environment:
        assert list(map(str, environment.problems())) == [
            f"acts 0.1.0: {project}/{file}: 'Loaf' = 'acts:Loaf' in 'oven.tray' is not "
            f"installed so; pip install -e '{project}'"
        ]


@pytest.mark.parametrize(
    ("project_table", "hints"),
    [("", 0), ('dynamic = ["version"]', 0), ('dynamic = ["entry-points"]', 1)],
)
def test_setuptools_reads_entry_points_of_setup_cfg_where_the_project_says_so(
    plugin_site: Site, project: Path, project_table: str, hints: int
) -> None:
    (project / "pyproject.toml").write_text(f"[project]\nname = 'acts'\n{project_table}\n")
    (project / "setup.cfg").write_text(SETUP_CFG)
    assert len(missed(plugin_site, "Loaf")) == hints


def is_older(file: Path, site: Site) -> None:
    """As if the project had been installed after that file was written."""
    later = file.stat().st_ctime + 60
    for each in (site.folder / "acts-0.1.0.dist-info").iterdir():
        os.utime(each, (later, later))


def test_a_row_in_setup_py_is_told(plugin_site: Site, project: Path) -> None:
    (project / "pyproject.toml").unlink()
    rows = '{"oven.tray": ["Roll = acts:Roll", "Loaf = acts:Loaf"]}'
    (project / "setup.py").write_text(f"from setuptools import setup\nsetup(entry_points={rows})\n")
    assert missed(plugin_site, "Loaf") == (
        f"{project}/setup.py registers it, and is newer than what is installed of acts 0.1.0: "
        f"pip install -e '{project}'",
    )
    assert missed(plugin_site, "setup") == missed(plugin_site, "other.Loaf") == ()
    is_older(project / "setup.py", plugin_site)
    assert missed(plugin_site, "Loaf") == ()


@pytest.mark.parametrize("file", ["setup.py", "setup.cfg"])
def test_the_metadata_that_setuptools_keeps_beside_sources_tells_the_project(
    tmp_path: Path, file: str
) -> None:
    (tmp_path / file).touch()
    info = tmp_path / "src" / "acts.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: acts\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[oven.tray]\nRoll = acts:Roll\n")
    installed = Installed([str(tmp_path / "src")])
    assert [folder for _, folder in installed.projects()] == [str(tmp_path)]
    (tmp_path / "src").rename(tmp_path / "site-packages")
    assert list(Installed([str(tmp_path / "site-packages")]).projects()) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"no TOML [", "TOMLDecodeError: Expected '=' after a key in a key/value pair (at line 1,"),
        (b"[project]\nname = '\xff'\n", "UnicodeDecodeError: "),
    ],
)
def test_a_project_that_cannot_be_read_is_a_problem_and_said_of_a_missing_name(
    plugin_site: Site, project: Path, content: bytes, fault: str
) -> None:
    file = project / "pyproject.toml"
    file.write_bytes(content)
    (hint,) = missed(plugin_site, "Loaf")
    said = f"what acts 0.1.0 declares by now is not known: {file} cannot be read: {fault}"
    assert hint.startswith(said)
    with plugin_site.in_use() as environment:
        (problem,) = environment.problems()
    said = f"acts 0.1.0: {file}: it cannot be read, and what changed in it is not known: {fault}"
    assert str(problem).startswith(said)
    assert (problem.code, problem.kind) == ("bad-project", "broken")
    assert problem.fix == "correct it"
    # A file that is too large for us is no fault of its author.
    for text in ("#" * 1_000_001, "#" + "." * 1_001, None):
        file.unlink() if text is None else file.write_text(text)
        assert missed(plugin_site, "Loaf") == ()
        with plugin_site.in_use() as environment:
            assert environment.problems() == ()


HOOK = "[tool.hatch.build.targets.wheel.hooks.registry-core]\n"


TRAY = (
    "from registry_core import Registry\nTRAY = Registry('tray', group='oven.tray', scope='oven')\n"
)
LOAF = """from acts.trays import TRAY
@TRAY.register_module()
class Loaf:
    '''It is by no Baker, and adds Crumbs.'''
    Salt: int = 1
"""


@pytest.mark.parametrize("place", ["", "src"])
@pytest.mark.parametrize("setting", [HOOK, "[tool.registry_core.harvest]\nbuild = true\n"])
def test_a_decorator_that_a_build_has_not_read_yet_is_told(
    plugin_site: Site,
    project: Path,
    setting: str,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (project / "pyproject.toml").write_text(setting)
    monkeypatch.syspath_prepend(str(project / place))
    for folder in (project / place / "acts", project / ".venv/lib/acts"):
        folder.mkdir(parents=True)
        (folder / "trays.py").write_text(TRAY)
        (folder / "loaves.py").write_text(LOAF)
    assert missed(plugin_site, "Loaf") == ()
    (project / place / "acts" / "__init__.py").touch()
    file = project / place / "acts" / "loaves.py"
    told = (
        f"{file} registers it, and is newer than what is installed of acts 0.1.0: "
        f"pip install -e '{project}'",
    )
    assert missed(plugin_site, "Loaf") == missed(plugin_site, "oven.Loaf") == told
    # Any other word of a file is not registered by it, and no other scope has this one.
    for key in ("Loa", "by", "adds", "Crumbs", "Salt", "TRAY", "other.Loaf", "acts.Loaf"):
        assert missed(plugin_site, key) == ()
    is_older(file, plugin_site)
    assert missed(plugin_site, "Loaf") == ()


def test_a_build_that_reads_no_decorators_is_not_asked_again(
    plugin_site: Site, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pyproject.toml").write_text("[tool.registry_core.harvest]\nbuild = false\n")
    monkeypatch.syspath_prepend(str(project))
    (project / "acts").mkdir()
    for name, source in (("__init__", ""), ("trays", TRAY), ("loaves", LOAF)):
        (project / "acts" / f"{name}.py").write_text(source)
    assert missed(plugin_site, "Loaf") == ()


def test_a_target_that_a_project_has_changed_is_a_problem(plugin_site: Site, project: Path) -> None:
    text = PROJECT.replace('Loaf = "acts:Loaf"\n', "").replace("acts:Roll", "acts.new:Roll")
    (project / "pyproject.toml").write_text(text)
    with plugin_site.in_use() as environment:
        (problem,) = environment.problems()
        assert "'Roll' = 'acts.new:Roll' in 'oven.tray' is not installed so" in str(problem)


def test_the_plugins_of_poetry_and_the_metadata_beside_the_sources_are_read_too(
    plugin_site: Site,
) -> None:
    text = '[tool.poetry.plugins."oven.tray"]\nLoaf = "acts:Loaf"\n'
    (plugin_site.folder / "pyproject.toml").write_text(text)
    beside = plugin_site.folder / "src" / "acts.egg-info"
    beside.mkdir(parents=True)
    (beside / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n")
    (hint,) = missed(Site(beside.parent), "Loaf")
    assert hint.endswith(f"pip install -e {plugin_site.folder}")


def test_what_has_not_changed_since_it_was_installed_is_no_problem(
    plugin_site: Site, project: Path
) -> None:
    (project / "pyproject.toml").write_text(PROJECT.replace('Loaf = "acts:Loaf"\n', ""))
    with plugin_site.in_use() as environment:
        assert environment.problems() == ()
