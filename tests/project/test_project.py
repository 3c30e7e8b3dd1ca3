"""The repository keeps its own promises: one test command, one version, rooms in order."""

import os
import re
import shutil
import subprocess
import sysconfig
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import registry_core

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
API = ROOT / "docs" / "api.md"

TEST_COMMAND = "python3 -m venv .venv && .venv/bin/pip install -q 'nox[uv]' && .venv/bin/nox"

AT_THE_TOP = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "docs",
    "noxfile.py",
    "plugins",
    "pyproject.toml",
    "registry_core",
    "tests",
}


def run_ci(checkout: Path, *, readme: str, status: int) -> subprocess.CompletedProcess[str]:
    """Run a copy of .ci/run in a checkout whose nox reports nine tests and exits with `status`."""
    (checkout / "README.md").write_text(readme)
    (checkout / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", checkout / ".ci" / "run")
    nox = checkout / ".venv" / "bin" / "nox"
    nox.parent.mkdir(parents=True)
    nox.write_text(
        "#!/bin/sh\n"
        'echo "$@" >> ran-nox\n'
        "mkdir -p .nox/.cache/reports\n"
        "for part in one two; do\n"
        '  echo \'<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/>'
        "</testsuites>' > .nox/.cache/reports/$part.xml\n"
        "done\n"
        f"exit {status}\n"
    )
    nox.chmod(0o755)
    command = ["bash", str(checkout / ".ci" / "run")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_readme_gives_the_test_command_once() -> None:
    lines = [line for line in (ROOT / "README.md").read_text().splitlines() if "/bin/nox" in line]
    assert [line.removeprefix("$ ") for line in lines if line.endswith("/bin/nox")] == [
        TEST_COMMAND
    ]


def test_ci_runs_the_command_of_the_readme_and_ends_with_the_total_of_all_its_tests(
    tmp_path: Path,
) -> None:
    readme = "# Title\n\n```console\n$ touch ran && .venv/bin/nox\n```\n"
    finished = run_ci(tmp_path, readme=readme, status=0)
    assert finished.returncode == 0
    assert (tmp_path / "ran").exists()
    assert finished.stdout.splitlines()[-1] == "10 passed, 4 failed, 4 skipped"


def test_ci_says_what_it_runs_of_the_slow_tier(tmp_path: Path) -> None:
    finished = run_ci(tmp_path, readme=".venv/bin/nox\n", status=0)
    everything, *slow = (tmp_path / "ran-nox").read_text().splitlines()
    assert everything == ""
    (said,) = [line for line in finished.stdout.splitlines() if "slow tier" in line]
    for command in slow:
        for session in command.removeprefix("-s ").partition(" -- ")[0].split():
            assert session in said


def test_ci_fails_where_a_session_fails_and_still_gives_the_total(tmp_path: Path) -> None:
    finished = run_ci(tmp_path, readme=".venv/bin/nox\n", status=3)
    assert finished.returncode == 3
    assert finished.stdout.splitlines()[-1] == "10 passed, 4 failed, 4 skipped"


def test_ci_fails_where_the_readme_has_no_test_command(tmp_path: Path) -> None:
    finished = run_ci(tmp_path, readme="# Title\n", status=0)
    assert finished.returncode != 0
    assert "README.md has no line that ends in .venv/bin/nox" in finished.stderr


def test_nothing_else_is_at_the_top() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout knows which files are the project's")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = {path.partition("/")[0] for path in listed.stdout.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= AT_THE_TOP


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    versions = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == PYPROJECT["project"]["version"] == version("registry_core")


def test_the_hooks_of_pre_commit_use_the_versions_of_the_lint_group() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text()
    pinned = re.findall(r"^ +additional_dependencies: \[(.+)\]$", text, re.MULTILINE)
    assert pinned
    assert set(pinned) <= set(PYPROJECT["dependency-groups"]["lint"])


def test_every_public_name_is_in_the_api_page() -> None:
    described = re.findall(r"^\.\. \S+:: (?:registry_core\.)?(\w+)$", API.read_text(), re.MULTILINE)
    assert set(registry_core.__all__) <= set(described)


def test_the_rooms_import_only_downward() -> None:
    lint_imports = Path(sysconfig.get_path("scripts"), "lint-imports")
    finished = subprocess.run(
        [lint_imports, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout


def test_every_file_that_the_page_of_the_house_names_exists() -> None:
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+(?:\.py|/))`", page)
    assert len(named) > 60
    assert [name for name in named if not (ROOT / "registry_core" / name).exists()] == []


def test_the_page_of_the_house_has_each_room_at_its_level_of_the_contract() -> None:
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    floors = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    contract = {
        (room, level)
        for level, floor in enumerate(reversed(floors))
        for room in re.findall(r"\w+", floor)
    }
    rows = re.findall(r"^\| (\d) \| (.+?) \|", page, re.MULTILINE)
    told = {(room, int(level)) for level, cell in rows for room in re.findall(r"`(\w+)", cell)}
    assert told - {("__main__", len(floors) - 1)} == contract
