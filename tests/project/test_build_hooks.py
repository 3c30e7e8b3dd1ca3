"""Entry points without a line written: each build backend, wheels and editable installs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from fresh_environment import UV, Installation, run
from fresh_process import python

from registry_core.cli import main

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.wheels,
    pytest.mark.skipif(not (ROOT / "plugins").is_dir(), reason="only a checkout can be built"),
]

MODULES = {
    "__init__.py": "",
    "registry.py": """
from registry_core import Registry
BEER = Registry("beer", scope="brewery")
WHEAT = Registry("wheat", parent=BEER, scope="wheat")
""",
    "beers.py": """
from brew_works.registry import BEER, WHEAT
@BEER.register_module()
class Stout: ...
@WHEAT.register_module(name="weisse/hell")
class Weisse: ...
for degree in range(10, 12):
    BEER.register_module(f"plato{degree}", module=Stout)
def by_hand(): ...
""",
}
BEFORE = [("", "Hand"), ("", "Stout"), ("wheat", "weisse/hell")]
AFTER = [("", "Hand"), ("", "Porter"), ("wheat", "weisse/hell")]
PROJECT = """
[project]
name = "brew_works"
version = "1.0"
description = "Beers."
dependencies = ["registry_core"]
[project.entry-points."registry_core.beer"]
Hand = "brew_works.beers:by_hand"
[build-system]
"""
HOOKED = {
    "hatchling": 'requires = ["hatchling", "registry_core"]\nbuild-backend = "hatchling.build"\n'
    "[tool.hatch.build.targets.wheel.hooks.registry-core]\n",
    "setuptools": 'requires = ["setuptools", "registry_core"]\n'
    'build-backend = "setuptools.build_meta"\n[tool.registry_core.harvest]\nbuild = true\n',
    "pdm-backend": 'requires = ["pdm-backend", "registry_core"]\nbuild-backend = "pdm.backend"\n'
    "[tool.registry_core.harvest]\nbuild = true\n",
}
WRITTEN = {
    "flit-core": 'requires = ["flit_core>=3.11"]\nbuild-backend = "flit_core.buildapi"\n',
    "poetry-core": 'requires = ["poetry-core>=2"]\nbuild-backend = "poetry.core.masonry.api"\n',
    "uv_build": 'requires = ["uv_build>=0.8"]\nbuild-backend = "uv_build"\n',
}


def write(folder: Path, text: str) -> Path:
    for name, source in MODULES.items():
        file = folder / "src" / "brew_works" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    (folder / "pyproject.toml").write_text(PROJECT + text)
    return folder


def change(project: Path) -> None:
    file = project / "src" / "brew_works" / "beers.py"
    file.write_text(file.read_text().replace("class Stout", "class Porter"))


class Brewery(Installation):
    """A fresh environment that has registry_core, and into which the project is installed."""

    def __init__(self, folder: Path, core: Path, project: Path) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.core, self.project, self.number = core, project, 0
        (wheel,) = core.glob("*.whl")
        self.add(str(wheel))

    def wheel(self) -> None:
        """Build a wheel in isolation, and install it."""
        self.number += 1
        out = self.folder / str(self.number)
        # What was built before is no part of the project.
        build: list[str | Path] = [
            UV,
            "build",
            "--wheel",
            "--python",
            sys.executable,
            "--find-links",
            self.core,
        ]
        finished = run([*build, "--out-dir", out, self.project], self.folder)
        assert finished.returncode == 0, finished.stderr
        (wheel,) = out.glob("*.whl")
        self.add("--reinstall-package", "brew_works", str(wheel))

    def editable(self) -> None:
        """Install the project as editable, built in isolation."""
        self.add("--find-links", str(self.core), "-e", str(self.project))

    def beers(self) -> list[tuple[str, ...]]:
        finished = self.command("list", "registry_core.beer")
        assert finished.stderr == ""
        return [row[:2] for row in self.listed("registry_core.beer")]


@pytest.mark.parametrize("kind", ["wheel", "editable"])
@pytest.mark.parametrize("backend", HOOKED)
def test_a_build_hook_puts_the_rows_into_what_is_installed(
    core: Path, tmp_path: Path, backend: str, kind: str
) -> None:
    project = write(tmp_path / "project", HOOKED[backend])
    before = (project / "pyproject.toml").read_bytes()
    brewery = Brewery(tmp_path / "env", core, project)
    install = getattr(brewery, kind)
    install()
    assert brewery.beers() == BEFORE
    install()
    assert brewery.beers() == BEFORE
    change(project)
    install()
    assert brewery.beers() == AFTER
    assert (project / "pyproject.toml").read_bytes() == before


@pytest.mark.parametrize("kind", ["wheel", "editable"])
@pytest.mark.parametrize("backend", WRITTEN)
def test_for_backends_without_hooks_the_rows_are_written_and_checked(
    core: Path, tmp_path: Path, backend: str, kind: str
) -> None:
    project = write(tmp_path / "project", WRITTEN[backend])
    assert main(["harvest", str(project), "--check"]) == 1
    assert main(["harvest", str(project), "--write"]) == 0
    brewery = Brewery(tmp_path / "env", core, project)
    install = getattr(brewery, kind)
    install()
    assert brewery.beers() == BEFORE
    change(project)
    assert main(["harvest", str(project), "--check"]) == 1
    assert main(["harvest", str(project), "--write"]) == 0
    assert main(["harvest", str(project), "--check"]) == 0
    install()
    assert brewery.beers() == AFTER


@pytest.mark.parametrize("backend", HOOKED)
def test_what_cannot_be_parsed_fails_the_build_with_its_place(
    core: Path, tmp_path: Path, backend: str
) -> None:
    project = write(tmp_path / "project", HOOKED[backend])
    broken = project / "src" / "brew_works" / "broken.py"
    broken.write_text("from brew_works.registry import BEER\n\n@BEER.register_module(\n")
    build: list[str | Path] = [
        UV,
        "build",
        "--wheel",
        "--python",
        sys.executable,
        "--find-links",
        core,
    ]
    finished = run([*build, "--out-dir", tmp_path / "out", project], tmp_path)
    assert finished.returncode != 0
    assert "brew_works/broken.py:3: it cannot be parsed: '(' was never closed" in finished.stderr
    assert not list(tmp_path.glob("out/*.whl"))


def test_projects_of_setuptools_that_do_not_ask_get_nothing(core: Path, tmp_path: Path) -> None:
    text = HOOKED["setuptools"].replace("build = true", "build = false")
    project = write(tmp_path / "project", text)
    brewery = Brewery(tmp_path / "env", core, project)
    brewery.wheel()
    assert brewery.beers() == BEFORE[:1]


def test_a_hook_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    project = write(tmp_path, HOOKED["setuptools"])
    code = f"""
import sys
before = set(sys.modules)
from registry_core.harvest.building import add_rows, is_asked
assert is_asked({str(project)!r})
rows = {{}}
add_rows({str(project)!r}, rows)
assert sorted(rows) == ["registry_core.beer", "registry_core.beer.wheat"]
tops = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(sorted(tops - sys.stdlib_module_names))
"""
    assert python(code) == "['registry_core']"


def test_the_command_leaves_a_project_with_a_hook_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for backend, text in HOOKED.items():
        project = write(tmp_path / backend, text)
        assert main(["harvest", str(project), "--write"]) == 1
        assert (
            "its build hook puts the rows into the wheel: nothing to do" in capsys.readouterr().err
        )


def test_notes_in_wheels_and_editables_of_setuptools(core: Path, tmp_path: Path) -> None:
    project = write(tmp_path / "project", HOOKED["setuptools"])
    notes = '["registry_core.beer".entries]\nStout = { summary = "Dark." }\n'
    (project / "src" / "brew_works" / "registry.toml").write_text(notes)
    file = project / "pyproject.toml"
    row = '[project.entry-points."registry_core.notes"]\n"registry_core.beer" = "brew_works"\n'
    file.write_text(file.read_text().replace("[build-system]", f"{row}[build-system]"))
    brewery = Brewery(tmp_path / "env", core, project)
    brewery.editable()
    finished = brewery.command("list", "registry_core.beer", "--where", "summary=Dark.")
    assert (finished.stdout.count("Stout"), finished.stderr) == (2, "")
    brewery.wheel()
    finished = brewery.command("list", "registry_core.beer")
    assert (
        'setuptools takes it into the wheel by `brew_works = ["registry.toml"]`' in finished.stderr
    )
    file.write_text(
        file.read_text() + '[tool.setuptools.package-data]\nbrew_works = ["registry.toml"]\n'
    )
    brewery.wheel()
    finished = brewery.command("list", "registry_core.beer", "--where", "summary=Dark.")
    assert (finished.stdout.count("Stout"), finished.stderr) == (2, "")


@pytest.mark.parametrize("backend", ["hatchling", "pdm-backend", *WRITTEN])
@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_notes_are_found_as_other_backends_install_them(
    core: Path, tmp_path: Path, backend: str, kind: str
) -> None:
    project = write(tmp_path / "project", {**HOOKED, **WRITTEN}[backend])
    notes = '["registry_core.beer".entries]\nHand = { summary = "By hand." }\n'
    (project / "src" / "brew_works" / "registry.toml").write_text(notes)
    file = project / "pyproject.toml"
    row = '[project.entry-points."registry_core.notes"]\n"registry_core.beer" = "brew_works"\n'
    file.write_text(file.read_text().replace("[build-system]", f"{row}[build-system]"))
    brewery = Brewery(tmp_path / "env", core, project)
    getattr(brewery, kind)()
    finished = brewery.command("list", "registry_core.beer", "--where", "summary=By hand.")
    assert finished.stderr == ""
    assert "brew_works.beers:by_hand" in finished.stdout
