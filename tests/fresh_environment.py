"""An environment of its own, into which a test installs what it has built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

UV = Path(sysconfig.get_path("scripts"), "uv")
Finished = subprocess.CompletedProcess[str]


def run(command: Sequence[str | Path], folder: Path) -> Finished:
    """Run a command as if nothing were known of the environment that runs the tests."""
    ours = ("PYTHON", "REGISTRY_CORE", "VIRTUAL_ENV", "COVERAGE")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**variables, "UV_PYTHON_DOWNLOADS": "never"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def done(command: Sequence[str | Path], folder: Path) -> str:
    """What a command prints that has to succeed."""
    finished = run(command, folder)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


class Installation:
    """An environment of its own, with Python and pip and what the test installs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        done([UV, "venv", "--quiet", "--seed", "--python", sys.executable, folder / "env"], folder)
        scripts = sysconfig.get_path("scripts", "venv", {"base": str(folder / "env")})
        self.scripts = Path(scripts)

    def add(self, *requirements: str) -> None:
        """Install wheels by their paths, and what they need from where uv finds it."""
        python = self.scripts / "python"
        done([UV, "pip", "install", "--quiet", "--python", python, *requirements], self.folder)

    def pip(self, *arguments: str | Path) -> str:
        """Run the environment's own pip."""
        return done([self.scripts / "python", "-m", "pip", *arguments], self.folder)

    def python(self, *arguments: str) -> Finished:
        """Run Python; a warning is an error."""
        return run([self.scripts / "python", "-W", "error", *arguments], self.folder)

    def command(self, *arguments: str) -> Finished:
        """Run `registry-core`."""
        return run([self.scripts / "registry-core", *arguments], self.folder)

    def listed(self, registry: str) -> list[tuple[str, ...]]:
        """Scope, name, provider and version of every entry that the command lists."""
        rows = json.loads(self.command("list", registry, "--json").stdout)["entries"]
        columns = ("scope", "name", "provider", "version")
        return [tuple(row[column] for column in columns) for row in rows]
