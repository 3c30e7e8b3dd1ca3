"""What a build hook adds to the rows that a project declares."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from fresh_process import run_python

from registry_core import ConfigError
from registry_core.harvest.building import add_rows, is_asked
from registry_core.harvest.project import find_project
from registry_core.harvest.pyproject import drift
from registry_core.harvest.rows import harvest

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = """
from registry_core import Registry
BEER = Registry("beer", group="brewery.beer", scope="brewery")
@BEER.register_module()
class Stout: ...
@BEER.register_module()
class Porter: ...
BEER.register_module(input(), module=Stout)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "brew_works.py").write_text(SOURCE)
    (tmp_path / "pyproject.toml").write_text("[tool.registry_core.harvest]\nbuild = true\n")
    return tmp_path


def test_rows_are_added_once_and_those_written_by_hand_stay(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {
        "brewery.beer": {"Stout": "brew_works:Stout [dark]", "Porter": "brew_works:Ale"},
        "other": {"a": "b:c"},
    }
    before = {group: dict(each) for group, each in rows.items()}
    add_rows(str(project), rows)
    assert rows == before
    err = capsys.readouterr().err.splitlines()
    place = project / "brew_works.py"
    text = "BEER.register_module(input(), module=Stout): its name is computed as it runs"
    assert err == [
        f"registry_core: not read: {place}:8: {text}",
        "registry_core: brewery.beer: Porter is declared as brew_works:Ale, and its source says "
        "brew_works:Porter",
    ]
    empty: dict[str, dict[str, str]] = {}
    for _ in range(2):
        add_rows(str(project), empty)
        assert empty == {
            "brewery.beer": {"Porter": "brew_works:Porter", "Stout": "brew_works:Stout"}
        }


def test_a_module_that_cannot_be_parsed_is_an_error_with_its_place(project: Path) -> None:
    file = project / "brew_works.py"
    file.write_text(f"{SOURCE}\nBEER.register_module(")
    with pytest.raises(
        ConfigError, match=r"brew_works\.py:10: it cannot be parsed: '\(' was never"
    ):
        add_rows(str(project), {})
    # Nothing is registered in it: it may be a template.
    file.write_text("{{ name }} = (")
    add_rows(str(project), {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool.registry_core.harvest]\nbuild = true\n", True),
        ("tool.registry_core.harvest.build = true\n", True),
        ("[tool.registry_core.harvest]\nbuild = false\n", False),
        ("[tool.registry_core.harvest]\n", False),
        ("[tool]\nregistry_core = 1\n", False),
        ("[project]\nname = 'a'\n", False),
        (None, False),
    ],
)
def test_setuptools_and_pdm_are_asked_by_a_setting(
    project: Path, text: str | None, expected: bool
) -> None:
    file = project / "pyproject.toml"
    file.unlink() if text is None else file.write_text(text)
    assert is_asked(str(project)) is expected


@pytest.mark.parametrize(
    "text",
    [
        "[tool.registry_core.harvest]\nbuild = true\n",
        "[tool.hatch.build.targets.wheel.hooks.registry-core]\n",
    ],
)
def test_the_command_has_nothing_to_do_where_a_hook_does_it(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text)
    found = find_project(project)
    with pytest.raises(ConfigError, match="its build hook puts the rows into the wheel"):
        drift(found, harvest(found))


SETUP = """
from setuptools import Distribution
from registry_core.harvest.setuptools import finalize
made = Distribution({"name": "brew", "entry_points": "stray = a:b\\n[c]\\nd = e:f"})
finalize(made)
made.get_command_class("egg_info")(made).finalize_options()
"""


def test_what_setup_declares_in_no_group_is_an_error_that_shows_it(project: Path) -> None:
    if find_spec("setuptools") is None:
        pytest.skip("setuptools is not installed")
    finished = run_python("-c", SETUP, cwd=project)
    assert finished.stderr.splitlines()[-1] == (
        "registry_core.errors.ConfigError: the entry points of `setup`: 'stray = a:b' stands "
        "before the first [group]"
    )
