"""Collects the examples of the README and the pages as tests."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sybil import Sybil
from sybil.parsers.myst import (
    CodeBlockParser,
    DocTestDirectiveParser,
    PythonCodeBlockParser,
    SkipParser,
)

if TYPE_CHECKING:
    import pytest
    from sybil import Example

ROOT = Path(__file__).parents[1]


def _folder() -> Path:
    return Path(tempfile.mkdtemp())


def _written(example: Example) -> None:
    """Write a file whose name its first line says: ``# dense.yaml``."""
    name, _, text = example.parsed.partition("\n")
    (example.namespace["folder"] / name.removeprefix("# ")).write_text(text, encoding="utf-8")


def _ran(example: Example) -> None:
    """Run each command of a session and compare what it prints, on stdout and stderr."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    session = example.parsed
    for each in session.removeprefix("$ ").split("\n$ "):
        command, _, wanted = each.partition("\n")
        ended = subprocess.run(
            ["bash", "-c", command],
            cwd=example.namespace["folder"],
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said = ended.stdout.rstrip()
        start, cut, end = wanted.rstrip().partition("\n...")
        fits = said.startswith(start) and said.endswith(end) if cut else said == start
        if not fits:
            raise AssertionError(f"$ {command}\n{said}\n\nbut the page says:\n{wanted}")


class Examples:
    """Collects Markdown in every folder; a hook of this file itself would see only its own."""

    pytest_collect_file = staticmethod(
        Sybil(
            parsers=[DocTestDirectiveParser(), PythonCodeBlockParser(), SkipParser()],
            path=str(ROOT),
            pattern="*.md",
            exclude="command.md",
        ).pytest()
    )


class Sessions:
    """Collects the page of the command: its files are written, and its sessions run."""

    pytest_collect_file = staticmethod(
        Sybil(
            parsers=[
                CodeBlockParser(language="yaml", evaluator=_written),
                CodeBlockParser(language="console", evaluator=_ran),
                PythonCodeBlockParser(),
            ],
            path=str(ROOT / "docs"),
            pattern="command.md",
            setup=lambda namespace: namespace.update(folder=_folder()),
        ).pytest()
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the collectors for every folder, the README's among them."""
    config.pluginmanager.register(Examples())
    config.pluginmanager.register(Sessions())
