"""From a config to requirement lines to a fresh environment that builds it, offline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fresh_environment import UV
from workers.conftest import PLUGIN, built, environment, python_of

import registry_core

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.conftest import Environments

pytestmark = pytest.mark.workers


@pytest.fixture
def wheels(environments: Environments, tmp_path: Path) -> Path:
    """A folder with the wheels that the driver has."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in ("acme", "now"):
        shutil.copy(next((environments.config.parent / name / "dist").glob("*.whl")), folder)
    return folder


@pytest.fixture
def fresh(environments: Environments, tmp_path: Path) -> Path:
    """An environment that has neither the framework nor the plugin."""
    return environment(tmp_path / "fresh", environments.config.parent / "shared")


def required(environments: Environments, *options: str | Path, status: int = 0) -> str:
    command = (python_of(environments.driver), "-m", "registry_core", "requires")
    return ran(*command, environments.config, *options, status=status)


def ran(*command: str | Path, status: int = 0, variables: Mapping[str, str] | None = None) -> str:
    """What a command prints, without the index of whoever runs the tests."""
    ended = subprocess.run(
        list(map(str, command)),
        env={
            **os.environ,
            "UV_OFFLINE": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            **(variables or {}),
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ended.returncode == status, ended.stderr
    return ended.stdout or ended.stderr


def installed(fresh: Path, requirements: Path, cache: Path | None = None, status: int = 0) -> str:
    command = (UV, "pip", "install", "--python", python_of(fresh), "-r", requirements)
    variables = {"UV_CACHE_DIR": str(cache)} if cache else {}
    return ran(*command, status=status, variables=variables)


def builds(fresh: Path, environments: Environments) -> None:
    found = ran(python_of(fresh), "-m", "registry_core", "build", environments.config)
    assert "Swish object" in found


def test_what_came_from_files_is_required_from_them(
    environments: Environments, fresh: Path, tmp_path: Path
) -> None:
    lines = required(environments, "-o", tmp_path / "requirements.txt")
    assert "note: acme 1.0 is installed from there, which other machines lack: file:///" in lines
    text = (tmp_path / "requirements.txt").read_text()
    assert text.startswith("# on this machine alone; elsewhere, use --find-links\nacme @ file:///")
    installed(fresh, tmp_path / "requirements.txt")
    builds(fresh, environments)


def test_a_folder_of_wheels_makes_an_environment_that_builds(
    environments: Environments, fresh: Path, tmp_path: Path, wheels: Path
) -> None:
    text = required(environments, "--find-links", wheels)
    assert text.splitlines() == [
        "# `uv run --with-requirements` ignores options: pass it those below as well",
        "--no-index",
        f"--find-links {wheels}",
        "acme==1.0",
        "acme-extra==0.1.0",
    ]
    (tmp_path / "requirements.txt").write_text(text)
    installed(fresh, tmp_path / "requirements.txt")
    builds(fresh, environments)


def test_uv_runs_with_what_is_required(
    environments: Environments, fresh: Path, tmp_path: Path, wheels: Path
) -> None:
    file = tmp_path / "requirements.txt"
    required(environments, "--find-links", wheels, "-o", file)
    # uv run takes from a file of requirements no options.
    options = ("--no-index", "--find-links", wheels, "--no-project", "--python", python_of(fresh))
    build = ("python", "-m", "registry_core", "build", environments.config)
    variables = with_registry_core(environments)
    run = (UV, "run", *options, "--with-requirements", file, *build)
    assert "Swish object" in ran(*run, variables=variables)


def test_a_script_is_run_with_what_its_header_requires(
    environments: Environments, tmp_path: Path, wheels: Path
) -> None:
    script = tmp_path / "script.py"
    required(environments, "--script", "--find-links", wheels, "-o", script)
    with script.open("a") as file:
        file.write(f"from registry_core.config import load\nload({str(environments.config)!r})")
        file.write(".build()\nimport acme_extra\nprint(acme_extra.__name__)\n")
    run = (UV, "run", "--python", sys.executable, "--script", script)
    assert ran(*run, variables=with_registry_core(environments)).endswith("acme_extra\n")


def with_registry_core(environments: Environments) -> dict[str, str]:
    """What lets an environment that uv makes import the core, and nothing of the driver's."""
    ours = Path(registry_core.__file__).parents[1]
    shared = environments.config.parent / "shared"
    return {"PYTHONPATH": os.pathsep.join(map(str, (ours, shared)))}


def test_a_strangers_wheel_of_that_name_and_version_is_refused(
    environments: Environments, fresh: Path, tmp_path: Path, wheels: Path
) -> None:
    file = tmp_path / "requirements.txt"
    required(environments, "--find-links", wheels, "--hashes", "-o", file)
    *_, line = file.read_text().splitlines()
    assert line.startswith("acme-extra==0.1.0 --hash=sha256:")
    installed(fresh, file)
    builds(fresh, environments)
    # A folder of wheels alone is no guarantee: who writes into it decides what is installed.
    stranger = built(tmp_path / "stranger", {**PLUGIN, "acme_extra/swish.py": "raise SystemExit"})
    shutil.copy(stranger, wheels)
    other = environment(tmp_path / "other", environments.config.parent / "shared")
    # uv keeps the right one, and takes that where it may.
    said = installed(other, file, tmp_path / "cache", status=1)
    assert "ash mismatch for `acme-extra==0.1.0`" in said
    # And for such a wheel no line is written.
    said = required(environments, "--find-links", wheels, status=1)
    assert "its wheel of acme-extra 0.1.0 has other files than what is installed" in said
