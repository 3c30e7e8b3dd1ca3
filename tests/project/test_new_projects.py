"""What `registry-core new` writes, installed from the wheel: listed, checked, tested, typed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from fresh_environment import UV, Finished, Installation, done, run

from registry_core.templates import write_project
from registry_core.templates.host import Host
from registry_core.templates.words import plugin_words

ROOT = Path(__file__).parents[2]
EXTRA = ROOT / "plugins" / "activations-extra"

is_checkout = pytest.mark.skipif(not EXTRA.is_dir(), reason="only a checkout has the plugins")


class Author(Installation):
    """Somebody who has the wheel of registry_core, and writes a framework and a plugin."""

    def __init__(self, folder: Path, core: Path) -> None:
        super().__init__(folder)
        (wheel,) = core.glob("*.whl")
        self.add(f"registry_core[cli] @ {wheel.as_uri()}", "pytest")

    def ran(self, folder: str, *command: str) -> str:
        """What a command prints, on stdout and stderr, in a project's folder; it must succeed."""
        finished: Finished = run([self.scripts / command[0], *command[1:]], self.folder / folder)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout + finished.stderr

    def framework(self) -> None:
        self.ran(".", "registry-core", "new", "framework", "brew")
        self.add("-e", str(self.folder / "brew"))

    def plugin(self) -> None:
        self.ran(".", "registry-core", "new", "plugin", "brew-more", "--for", "model")
        self.add("-e", str(self.folder / "brew-more"))

    def check(self, project: str) -> None:
        """Do what the CI file of a project does, but for its tools of style and types."""
        self.ran(project, "registry-core", "harvest", "--check")
        self.ran(project, "registry-core", "check", "configs/example.yaml")
        assert "0 findings" in self.ran(project, "registry-core", "doctor")
        assert " passed" in self.ran(project, "pytest", "-W", "error")


@pytest.mark.wheels
def test_a_new_framework_and_a_new_plugin_work_at_once(core: Path, tmp_path: Path) -> None:
    author = Author(tmp_path, core)
    author.framework()
    author.plugin()
    listed = [row[:3] for row in author.listed("brew.model")]
    assert listed == [
        ("", "Scale", "brew"),
        ("", "times2", "brew"),
        ("", "times3", "brew"),
        ("more", "Scale", "brew-more"),
        ("more", "times4", "brew-more"),
        ("more", "times8", "brew-more"),
    ]
    author.check("brew")
    author.check("brew-more")
    built = author.ran("brew", "registry-core", "build", "configs/example.yaml")
    assert built.splitlines()[-1] == "Scale(factor=3.0)"


@pytest.mark.wheels
@pytest.mark.slow
def test_a_new_class_is_listed_after_an_install_that_finds_the_change(
    core: Path, tmp_path: Path
) -> None:
    author = Author(tmp_path, core)
    author.framework()
    file = tmp_path / "brew" / "brew" / "scale.py"
    file.write_text(file.read_text().replace("class Scale(", "class Times("))
    # uv keeps what it has built as long as the files that `cache-keys` names stand.
    author.add("-e", str(tmp_path / "brew"))
    assert author.listed("brew.model")[0][1] == "Times"


@pytest.mark.wheels
@pytest.mark.slow
def test_uv_runs_the_tests_of_new_projects_in_environments_of_their_own(
    core: Path, tmp_path: Path
) -> None:
    author = Author(tmp_path, core)
    author.framework()
    author.plugin()
    for name in ("brew", "brew-more"):
        tests: list[str | Path] = [UV, "run", "--quiet", "pytest", "-W", "error"]
        assert " passed" in done(tests, tmp_path / name)


@pytest.mark.wheels
@pytest.mark.slow
def test_new_projects_pass_ruff_and_mypy_strict_and_build(core: Path, tmp_path: Path) -> None:
    author = Author(tmp_path, core)
    author.framework()
    author.plugin()
    author.ran(".", "registry-core", "new", "plugin", "page", "--for", "mk.pages", "--unowned")
    author.add("-e", str(tmp_path / "page"), "mypy", "ruff", "hatchling", "build")
    for name in ("brew", "brew-more", "page"):
        author.ran(name, "ruff", "check", "--extend-select", "I,UP,ANN,B")
        author.ran(name, "ruff", "format", "--check")
        author.ran(name, "mypy", name.replace("-", "_"), "tests")
        author.ran(name, "pytest", "-W", "error")
        author.ran(name, "python", "-m", "build", "--no-isolation")
        (wheel,) = (tmp_path / name / "dist").glob("*.whl")
        author.pip("install", "--quiet", "--no-deps", "--force-reinstall", wheel)
    assert len(author.listed("brew.model")) == 6
    assert len(author.listed("mk.pages")) == 3


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """What `registry-core new plugin activations-extra --for activation` writes."""
    host = Host("registry_core.activation", "activations", "activations", None)
    folder = tmp_path / "activations-extra"
    write_project(folder, ["common", "plugin"], plugin_words("activations-extra", host))
    return folder


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))


@is_checkout
def test_activations_extra_has_the_settings_that_the_template_gives(template: Path) -> None:
    given, has = settings(template), settings(EXTRA)
    assert has["build-system"] == given["build-system"]
    project, extra = given["project"], has["project"]
    # It has a licence, notes and requirements of its own.
    assert [key for key in extra if key != "license"] == list(project)
    for key in ("name", "version", "readme", "requires-python", "classifiers"):
        assert extra[key] == project[key]
    needs = {each.partition(">")[0] for each in extra["dependencies"]}
    assert needs >= {each.partition(">")[0] for each in project["dependencies"]}
    group = "registry_core.activation.extra"
    assert group in project["entry-points"]
    assert group in extra["entry-points"]
    assert has["tool"]["mypy"]["strict"] == given["tool"]["mypy"]["strict"]
    for key, value in given["tool"]["pytest"]["ini_options"].items():
        assert has["tool"]["pytest"]["ini_options"][key] == value


@is_checkout
def test_activations_extra_has_the_files_that_the_template_gives(template: Path) -> None:
    files = {each.relative_to(template).as_posix() for each in template.rglob("*.*")}
    own = {"scale.py", "hooks.py"}
    # The repository has one .gitignore and its own CI; the plugin's classes and tests are others.
    wanted = {
        name
        for name in files
        if not name.startswith((".git", "tests/")) and Path(name).name not in own
    }
    assert wanted == {
        "README.md",
        "activations_extra/__init__.py",
        "activations_extra/py.typed",
        "pyproject.toml",
    }
    assert [name for name in sorted(wanted) if not (EXTRA / name).is_file()] == []
    lines = (template / "pyproject.toml").read_text("utf-8").splitlines()
    # It has a licence, and names no place of this machine.
    left = ("licence", "not from an index")
    comment = [line for line in lines if line[:1] == "#" and not any(map(line.count, left))]
    explained = (EXTRA / "pyproject.toml").read_text("utf-8").splitlines()
    assert [line for line in comment if line not in explained] == [
        "# uv installs it by default.",
        "# Names that only code knows.",
    ]
