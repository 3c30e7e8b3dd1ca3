"""Python started afresh: what a test asks of a process that has imported nothing yet."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Finished = subprocess.CompletedProcess[str]


def variables_for(
    folder: Path | None = None, variables: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Our environment variables, with `folder` first on the path of Python, and more of them."""
    path = filter(None, [str(folder or ""), os.environ.get("PYTHONPATH")])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path), **(variables or {})}


def run_python(
    *arguments: str,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Finished:
    """Run Python with these arguments to its end, however it ends.

    Args:
        arguments: what follows `python` on the command line.
        folder: comes first on the path of the process.
        variables: environment variables that it has beside ours.
        cwd: where it works.
    """
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=variables_for(folder, variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def python(
    code: str,
    *flags: str,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """What Python prints for `code`, which must succeed; see `run_python`."""
    finished = run_python(*flags, "-c", code, folder=folder, variables=variables)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()
