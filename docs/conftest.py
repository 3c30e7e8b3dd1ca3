"""Collects the examples of the README and the pages as tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sybil import Sybil
from sybil.parsers.myst import (
    CodeBlockParser,
    DocTestDirectiveParser,
    PythonCodeBlockParser,
    SkipParser,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from sybil import Example

ROOT = Path(__file__).parents[1]


# What a shell of the tutorial's reader has: `pip` installs into its environment.
_PIP = 'pip() { uv pip "$@"; }; '


def _beside(namespace: dict[str, Any]) -> None:
    """Work in a new folder, with the commands of the environment that runs the tests."""
    namespace.update(folder=Path(tempfile.mkdtemp()), variables=_variables(sys.prefix), has=_has)


def _has(module: str) -> bool:
    """Whether it can be imported; a folder of that name is none."""
    spec = find_spec(module)
    return spec is not None and spec.origin is not None


def _beside_wheels(namespace: dict[str, Any]) -> None:
    """Work beside the wheels of the core and the plugins, which no index has."""
    _beside(namespace)
    folder = namespace["folder"]
    (folder / "wheels").mkdir()
    for wheel in os.environ["FROZEN_WHEELS"].split(os.pathsep):
        shutil.copy(wheel, folder / "wheels")
    # Where the archives unpack themselves.
    roots = {name: str(folder / name) for name in ("SHIV_ROOT", "PEX_ROOT")}
    namespace["variables"] = {**namespace["variables"], **roots}


def _afresh(namespace: dict[str, Any]) -> None:
    """Work in a new folder and in an environment that has the core alone."""
    _beside(namespace)
    folder, home = namespace["folder"], str(namespace["folder"] / ".venv")
    variables = {**_variables(home), "VIRTUAL_ENV": home, "PRE_COMMIT_HOME": f"{home}/pre-commit"}
    for name in ("UV_PYTHON", "UV_PROJECT_ENVIRONMENT"):
        # nox says with them that uv is to install into the environment of the session.
        variables.pop(name, None)
    namespace["variables"] = variables
    uv = ["uv", "venv", "--quiet", "--python", sys.executable, home]
    core = ["uv", "pip", "install", "--quiet", f"{ROOT}[cli,static]", "pytest"]
    for command in (uv, core):
        subprocess.run(command, cwd=folder, env=variables, check=True)


def _variables(home: str) -> dict[str, str]:
    places = [sysconfig.get_path("scripts", vars={"base": each}) for each in (home, sys.prefix)]
    return {**os.environ, "PATH": os.pathsep.join([*places, os.environ["PATH"]])}


def _written(example: Example) -> None:
    """Write a file whose name its first line says: ``# dense.yaml``; run what a workflow runs.

    ``# pyproject.toml, below name`` puts the text below the line that begins so.
    """
    name, _, text = example.parsed.partition("\n")
    name, _, above = name.removeprefix("# ").partition(", below ")
    file = example.namespace["folder"] / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if above:
        before, line, after = re.split(
            rf"^({re.escape(above)}.*\n)", file.read_text("utf-8"), maxsplit=1, flags=re.MULTILINE
        )
        text = f"{before}{line}{text}{after}"
    file.write_text(text, encoding="utf-8")
    if file.parent.name == "workflows":
        for line in text.splitlines():
            _, runs, command = line.partition("- run: ")
            if runs:
                _shell(command, example.namespace).check_returncode()


def _shell(command: str, namespace: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", _PIP + command],
        cwd=namespace["folder"],
        env=namespace["variables"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _ran(example: Example) -> None:
    """Run each command of a session and compare what it prints, on stdout and stderr."""
    session = example.parsed
    for each in session.removeprefix("$ ").split("\n$ "):
        command, _, wanted = each.partition("\n")
        ended = _shell(command, example.namespace)
        said = ended.stdout.rstrip()
        # "..." may be all that the page shows.
        start, cut, end = f"\n{wanted.rstrip()}".partition("\n...")
        start = start[1:]
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
            excludes=["available.md", "command.md", "frozen.md", "tutorial.md", "workers.md"],
        ).pytest()
    )


class Unimported:
    """Lets `install()` come before the imports of MMEngine, whatever examples ran before."""

    @staticmethod
    def pytest_runtest_setup(item: pytest.Item) -> None:
        """Forget MMEngine's registries, which a hook of an earlier example may have imported."""
        if item.path.name in {"installing.py", "from-mmengine.md"}:
            for name, module in list(sys.modules.items()):
                if f"{name}.".startswith("mmengine.registry.") and module.__name__ == name:
                    del sys.modules[name]


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
            setup=_beside,
        ).pytest()
    )


def _written_and_run(page: str, setup: Callable[[dict[str, Any]], None]) -> Any:
    """Collects a page whose files are written and whose sessions run, from the first on."""
    files = [CodeBlockParser(each, evaluator=_written) for each in ("python", "toml", "yaml")]
    parsers = [*files, CodeBlockParser(language="console", evaluator=_ran)]
    return staticmethod(
        Sybil(parsers=parsers, path=str(ROOT / "docs"), pattern=page, setup=setup).pytest()
    )


class Available:
    """Collects the page of what is not installed."""

    pytest_collect_file = _written_and_run("available.md", _beside)


class Tutorial:
    """Collects the tutorial, which begins with an environment of its own."""

    pytest_collect_file = _written_and_run("tutorial.md", _afresh)


class Workers:
    """Collects the page of workers: its files are written and run, as far as engines are there."""

    pytest_collect_file = staticmethod(
        Sybil(
            parsers=[
                *(CodeBlockParser(each, evaluator=_written) for each in ("python", "yaml")),
                CodeBlockParser(language="console", evaluator=_ran),
                SkipParser(),
            ],
            path=str(ROOT / "docs"),
            pattern="workers.md",
            setup=_beside,
        ).pytest()
    )


class Frozen:
    """Collects the page of frozen applications where PyInstaller is: it freezes some."""

    pytest_collect_file = staticmethod(
        Sybil(
            parsers=[
                *(CodeBlockParser(each, evaluator=_written) for each in ("python", "yaml")),
                CodeBlockParser(language="console", evaluator=_ran),
            ],
            path=str(ROOT / "docs"),
            pattern="frozen.md",
            setup=_beside_wheels,
        ).pytest()
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the collectors for every folder, the README's among them."""
    config.pluginmanager.register(Examples())
    config.pluginmanager.register(Unimported())
    config.pluginmanager.register(Sessions())
    config.pluginmanager.register(Available())
    config.pluginmanager.register(Tutorial())
    config.pluginmanager.register(Workers())
    if find_spec("PyInstaller") is not None:
        config.pluginmanager.register(Frozen())
