"""The verb new: what it writes, and what it refuses."""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry_core.cli import main, mount
from registry_core.config import read_document

if TYPE_CHECKING:
    from registry_core.testing import Site


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def written(folder: str) -> dict[str, str]:
    files = (each for each in Path(folder).rglob("*") if each.is_file())
    return {each.relative_to(folder).as_posix(): each.read_text("utf-8") for each in files}


COMMON = {
    ".github/workflows/check.yml",
    ".gitignore",
    "README.md",
    "configs/example.yaml",
    "pyproject.toml",
}


def test_a_framework_is_written_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "framework", "acme-base", "--registry", "data_step"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "acme-base: 12 files written; next:",
        "    cd acme-base",
        "    pip install -e . pytest",
        "    registry-core list acme_base.data_step",
        "    pytest",
    ]
    files = written("acme-base")
    inside = {"__init__.py", "base.py", "hooks.py", "py.typed", "registry.py", "scale.py"}
    assert files.keys() == {
        *COMMON,
        *(f"acme_base/{name}" for name in inside),
        "tests/test_acme_base.py",
    }
    assert [name for name, text in files.items() if "%%" in text or "PACKAGE" in text] == []
    assert files["acme_base/py.typed"] == ""
    assert "DATA_STEP = Registry(" in files["acme_base/registry.py"]
    checks = read_document("acme-base/.github/workflows/check.yml").data["jobs"]["check"]
    steps = [step.get("run") for step in checks["steps"]]
    assert "registry-core check --format github configs/*.yaml" in steps
    assert checks["steps"][1]["with"] == {"python-version": "${{ matrix.python }}"}
    for name, text in files.items():
        if name.endswith(".py"):
            compile(text, name, "exec")
    settings = tomllib.loads(files["pyproject.toml"])
    keys = [{"file": "pyproject.toml"}, {"file": "acme_base/**/*.py"}]
    assert settings["tool"]["uv"]["cache-keys"] == keys
    assert "license" not in settings["project"]
    assert "No licence is chosen" in files["README.md"]


def test_the_decorators_of_a_framework_are_harvested(capsys: pytest.CaptureFixture[str]) -> None:
    main(["new", "framework", "acme"])
    capsys.readouterr()
    assert main(["harvest", "acme"]) == 0
    assert capsys.readouterr().out == (
        '[project.entry-points."acme.model"]\nScale = "acme.scale:Scale"\n'
    )
    assert main(["harvest", "acme", "--check"]) == 0
    said = "its build hook puts the rows into the wheel: none is to be in pyproject.toml"
    assert said in capsys.readouterr().err
    Path("acme/acme/broken.py").write_text(
        "from acme.registry import MODEL\n@MODEL.register_module(\n"
    )
    assert main(["harvest", "acme", "--check"]) == 1


def test_a_plugin_is_written_for_a_registry_that_is_not_imported(
    garden: Site,
) -> None:
    with garden.in_use():
        assert main(["new", "plugin", "garden-more", "--for", "plant"]) == 0
        assert not {"garden", "garden_kinds"} & sys.modules.keys()
        assert main(["harvest", "garden-more", "--check"]) == 0
    files = written("garden-more")
    inside = {"__init__.py", "hooks.py", "py.typed", "scale.py"}
    assert files.keys() == {
        *COMMON,
        *(f"garden_more/{name}" for name in inside),
        "tests/test_garden_more.py",
    }
    settings = tomllib.loads(files["pyproject.toml"])
    assert settings["project"]["dependencies"][0] == "garden>=0.8"
    assert settings["project"]["entry-points"] == {
        "garden.plant.more": {"Scale": "garden_more.scale:Scale"},
        "registry_core.hooks": {"garden.plant": "garden_more.hooks"},
    }
    assert "type: more.Scale" in files["configs/example.yaml"]


def test_a_plugin_for_a_group_without_an_owner_has_no_config(garden: Site) -> None:
    with garden.in_use():
        assert main(["new", "plugin", "pages", "--for", "mkdocs.plugins", "--unowned"]) == 0
    files = written("pages")
    assert "configs/example.yaml" not in files
    assert "registry-core check" not in files[".github/workflows/check.yml"]
    assert 'Registry("plugins", group="mkdocs.plugins")' in files["tests/test_pages.py"]


def test_a_framework_has_the_verb_for_its_own_registry(garden: Site) -> None:
    parser = argparse.ArgumentParser(prog="garden")
    mount(parser.add_subparsers(), "garden.plant")
    with garden.in_use():
        arguments = parser.parse_args(["new", "plugin", "garden-more"])
        assert arguments.run(arguments) == 0
    assert '[project.entry-points."garden.plant.more"]' in written("garden-more")["pyproject.toml"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["plugin", "acme-more"], "a plugin needs --for GROUP: the registry that it extends"),
        (["framework", "acme", "--registry", "a.b"], "letters, digits and _ (--registry)"),
        (["framework", "acme", "--registry", "größe"], "letters, digits and _ (--registry)"),
        (["library", "acme"], "invalid choice: 'library'"),
    ],
)
def test_arguments_that_are_not_right_end_with_the_usage(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["new", *arguments])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
    assert list(Path.cwd().iterdir()) == []


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    before = written(".")
    assert main(["new", *arguments]) == 1
    assert written(".") == before
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.removeprefix("registry-core: ").rstrip()


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    Path("acme").mkdir()
    Path("acme/notes.txt").write_text("mine")
    way = "nothing was written: choose another name, or work in another folder"
    said = refused(capsys, "framework", "acme")
    assert said == f"acme: the folder is not empty, it has 'notes.txt'; {way}"
    Path("acme-two").write_text("mine")
    said = refused(capsys, "framework", "acme-two")
    assert said == f"acme-two: there is a file of this name; {way}"


def test_a_name_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "framework", "Acme.Tools")
    assert said == (
        "Acme.Tools: a project's name has small letters, digits and dashes: write 'acme-tools'"
    )


def test_a_group_that_nobody_owns_is_refused(
    garden: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with garden.in_use():
        said = refused(capsys, "plugin", "garden-more", "--for", "garden.palnt")
    assert said.startswith("no installed framework owns the registry 'garden.palnt'; did you mean")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="nobody can make a folder in /proc")
def test_a_folder_that_cannot_be_written_is_an_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/proc")
    assert main(["new", "framework", "acme"]) == 1
    assert capsys.readouterr().err.startswith("registry-core: acme: it cannot be written: ")


def test_the_groups_of_installed_registries_complete(
    garden: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with garden.in_use():
        main(["__complete", "new", "plugin", "x", "--for", "garden.p"])
    assert capsys.readouterr().out.split() == ["garden.plant", "garden.pot"]
