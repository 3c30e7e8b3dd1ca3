"""Environments of a driver, and of workers that lack a plugin or have another of it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from fresh_environment import UV, done

if TYPE_CHECKING:
    from fresh_environment import Finished

HERE = Path(__file__).parent
FRAMEWORK = {
    "pyproject.toml": """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme"
version = "1.0"
[project.entry-points."registry_core.registries"]
"acme.model" = "acme.models:MODEL"
[project.entry-points."acme.model"]
Stack = "acme.models:Stack"
""",
    "acme/__init__.py": "",
    "acme/models.py": """
from registry_core import Registry
MODEL = Registry("model", group="acme.model", scope="acme", recursive=True)
class Stack(list):
    def __init__(self, layers, of=None):
        super().__init__(layers)
""",
}
PLUGIN = {
    "pyproject.toml": """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme-extra"
version = "0.1.0"
[project.entry-points."acme.model.extra"]
Swish = "acme_extra.swish:Swish"
""",
    "acme_extra/__init__.py": "",
    "acme_extra/swish.py": """
class Swish:
    slope = 1
    def __init__(self, beta=1.0):
        self.beta = beta
class Mark: ...
""",
}
# The next version raises what the one before does not have.
NEXT = {
    "pyproject.toml": PLUGIN["pyproject.toml"].replace("0.1.0", "0.2.0"),
    "acme_extra/swish.py": """
class TooSteep(Exception): ...
class Swish:
    def __init__(self, beta=1.0):
        raise TooSteep(beta)
""",
}


class Environments(NamedTuple):
    """Folders of environments, each with all that runs these tests but its own of the plugin.

    Attributes:
        driver: has acme-extra 0.1.0.
        without: lacks it.
        later: has acme-extra 0.2.0.
        changed: has acme-extra 0.1.0, and a byte of its module is another.
        config: a file that uses it.
        lock: what the driver wrote of that file.
    """

    driver: Path
    without: Path
    later: Path
    changed: Path
    config: Path
    lock: Path

    def run(self, script: str, seconds: float, *arguments: str) -> Finished:
        """Run a script of this folder as the driver, with these environments as its last arguments.

        A worker that hangs, hangs the driver: then this fails.
        """
        return subprocess.run(
            [python_of(self.driver), "-W", "error", HERE / script, *arguments, *map(str, self)],
            cwd=self.config.parent,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )


def python_of(environment: Path) -> Path:
    """The interpreter of an environment."""
    return Path(sysconfig.get_path("scripts", "venv", {"base": str(environment)}), "python")


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    """Real environments, into which wheels are installed; only what they differ in is installed."""
    folder = tmp_path_factory.mktemp("workers")
    acme = built(folder / "acme", FRAMEWORK)
    now = built(folder / "now", PLUGIN)
    later = built(folder / "later", {**PLUGIN, **NEXT})
    shared = rest_of_this_environment(folder / "shared")
    made = {
        name: environment(folder / "env" / name, shared, acme, *wheels)
        for name, wheels in {
            "driver": [now],
            "without": [],
            "later": [later],
            "changed": [now],
        }.items()
    }
    (module,) = made["changed"].rglob("acme_extra/swish.py")
    module.write_bytes(module.read_bytes().replace(b"slope = 1", b"slope = 2"))
    config, lock = folder / "model.json", folder / "model.lock"
    config.write_text(
        '{"_registry_": "acme.model", "type": "Stack",'
        ' "layers": [{"type": "extra.Swish", "beta": 2.0}]}'
    )
    command = python_of(made["driver"]), "-m", "registry_core", "lock", config, "-o", lock
    done(command, folder)
    return Environments(**made, config=config, lock=lock)


def built(folder: Path, files: dict[str, str]) -> Path:
    """The wheel of a project."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    build: list[str | Path] = [
        UV,
        "build",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
    ]
    done([*build, folder], folder)
    return next(folder.glob("dist/*.whl"))


def rest_of_this_environment(folder: Path) -> Path:
    """What is installed where these tests run, to be seen from other environments."""
    folder.mkdir()
    places = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    for each in (file for place in places for file in Path(place).iterdir()):
        if not (folder / each.name).exists():
            (folder / each.name).symlink_to(each)
    return folder


def environment(folder: Path, shared: Path, *wheels: Path) -> Path:
    """An environment that sees what is shared, and has these wheels of its own."""
    done([UV, "venv", "--quiet", "--python", sys.executable, folder], shared)
    for wheel in wheels:
        # Copied: a test changes a file, which would otherwise be a link to the one in uv's cache.
        options: list[str | Path] = [
            "--quiet",
            "--no-deps",
            "--link-mode=copy",
            "--python",
            python_of(folder),
        ]
        done([UV, "pip", "install", *options, wheel], shared)
    purelib = sysconfig.get_path("purelib", "venv", {"base": str(folder)})
    # Behind its own: what is installed in it comes first.
    Path(purelib, "shared.pth").write_text(f"import site; site.addsitedir({str(shared)!r})\n")
    return folder
