"""The project's checks; every test session installs the built wheels, never the checkout."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import nox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.reuse_venv = "no"
nox.options.sessions = [
    "lint",
    "layers",
    "types",
    "docs",
    "demo",
    "examples",
    "plugins",
    "torch",
    "mmengine",
    "flash",
    "tests",
]

ROOT = Path(__file__).parent
PLUGINS = sorted(project.parent for project in ROOT.glob("plugins/*/pyproject.toml"))
EVERYTHING = (ROOT, *PLUGINS)
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")


def needs_torch(project: Path) -> bool:
    """Whether a project requires torch, of which a bare version would bring gigabytes of CUDA."""
    needs = nox.project.load_toml(project / "pyproject.toml")["project"]["dependencies"]
    return any(re.match(r"torch\b", need) for need in needs)


# What every session can install.
LIGHT = [project for project in EVERYTHING if not needs_torch(project)]
PYTHONS = nox.project.python_versions(PROJECT)
OLDEST = PYTHONS[0]


def bin_folders_of_pyenv() -> list[str]:
    """Find the interpreters that pyenv has installed, of which it puts one on the PATH."""
    if not shutil.which("pyenv"):
        return []

    def pyenv(*args: str) -> str:
        return subprocess.run(["pyenv", *args], capture_output=True, text=True, check=True).stdout

    installed = [
        version
        for version in pyenv("versions", "--bare").split()
        if version.rpartition(".")[0] in PYTHONS
    ]
    if not installed:
        return []
    return [str(Path(prefix, "bin")) for prefix in pyenv("prefix", *installed).strip().split(":")]


os.environ["PATH"] = os.pathsep.join([*bin_folders_of_pyenv(), os.environ["PATH"]])
# A missing interpreter is skipped, and is an error with CI=true; uv would fetch it.
os.environ["UV_PYTHON_DOWNLOADS"] = "never"


def dependencies(group: str, project: Path = ROOT) -> list[str]:
    """Read one of a project's dependency groups."""
    pyproject = nox.project.load_toml(project / "pyproject.toml")
    return list(nox.project.dependency_groups(pyproject, group))


def needs_of_tests(projects: Iterable[Path]) -> list[str]:
    """Read what the plugins among these projects need for their tests."""
    return [need for each in projects if each != ROOT for need in dependencies("test", each)]


def tests_of(projects: Iterable[Path]) -> list[Path]:
    """Name the folders of tests of the plugins among these projects."""
    return [project / "tests" for project in projects if project != ROOT]


def find_links_of_pip() -> list[str]:
    """Translate pip's configured find-links, which uv does not read, into options."""
    pip = [sys.executable, "-m", "pip", "config", "list"]
    configured = subprocess.run(pip, capture_output=True, text=True, check=False).stdout
    places = {
        place
        for name, _, value in (line.partition("=") for line in configured.splitlines())
        if name.endswith(".find-links")
        for place in ast.literal_eval(value).split()
    }
    return [f"--find-links={place}" for place in sorted(places)]


def built_wheels(session: nox.Session) -> Path:
    """Name the folder in which the session `wheels` leaves what it builds."""
    return session.cache_dir.resolve() / "wheels"


def install(session: nox.Session, *others: str, projects: Iterable[Path] = (ROOT,)) -> None:
    """Install the projects' wheels with all their extras, and `others`."""
    requirements = []
    for project in projects:
        metadata = nox.project.load_toml(project / "pyproject.toml")["project"]
        extras = ",".join(metadata.get("optional-dependencies", ()))
        (wheel,) = built_wheels(session).glob(f"{metadata['name'].replace('-', '_')}-*.whl")
        requirements.append(f"{metadata['name']}[{extras}] @ {wheel.as_uri()}")
    session.install(*requirements, *others)


@contextmanager
def outside(session: nox.Session) -> Iterator[None]:
    """Work in an empty folder outside the checkout, so that no process finds the package in it."""
    with tempfile.TemporaryDirectory() as folder, session.chdir(folder):
        code = "import registry_core; print(registry_core.__file__)"
        found = Path(str(session.run("python", "-c", code, silent=True, log=False)).strip())
        if not found.resolve().is_relative_to(Path(session.virtualenv.location).resolve()):
            session.error(f"{found} would be imported, and not the installed wheel")
        yield


def pytest(session: nox.Session, *args: str | Path, runner: tuple[str, ...] = ("pytest",)) -> None:
    """Run pytest with the project's configuration; .ci/run adds up the reports."""
    cache = session.cache_dir.resolve()
    with outside(session):
        session.run(
            *runner,
            f"--rootdir={ROOT}",
            f"--config-file={ROOT / 'pyproject.toml'}",
            f"--override-ini=cache_dir={cache / 'pytest'}",
            f"--junit-xml={cache / 'reports' / session.name}.xml",
            *map(str, args),
            *session.posargs,
        )


@nox.session(default=False)
def wheels(session: nox.Session) -> None:
    """Build the source archives and wheels of the core and of every plugin."""
    shutil.rmtree(built_wheels(session), ignore_errors=True)
    build = ["uv", "build"]
    if session.venv_backend != "uv":
        session.install("build")
        build = ["python", "-m", "build"]
    for project in EVERYTHING:
        session.run(*build, "-o", str(built_wheels(session)), str(project), silent=True)


@nox.session(requires=["wheels"])
def lint(session: nox.Session) -> None:
    """Check style, spelling, dependencies and what the wheels hold."""
    install(session, *dependencies("lint"), projects=LIGHT)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")
    # Tests are read for what they use; what they define is there to be found by name.
    unused = str(session.run("vulture", silent=True, success_codes=[0, 3])).splitlines()
    if dead := [line for line in unused if "tests/" not in line.partition(":")[0]]:
        session.error("\n".join(["nothing uses this:", *dead]))
    session.run("validate-pyproject", *(str(project / "pyproject.toml") for project in EVERYTHING))
    session.run("check-wheel-contents", str(built_wheels(session)))
    session.run("deptry", "registry_core")
    for project in PLUGINS:
        with session.chdir(project):
            # A dependency may be used by name alone, as an entry point.
            session.run("deptry", ".", "--ignore=DEP002")


@nox.session
def layers(session: nox.Session) -> None:
    """Check that the rooms import only downward."""
    session.install(*dependencies("layers"))
    session.run("lint-imports", "--no-cache")


@nox.session(requires=["wheels"])
def types(session: nox.Session) -> None:
    """Check the types of the package, its tests and its plugins, with mypy and pyright."""
    install(session, *dependencies("types"), *needs_of_tests(EVERYTHING), projects=LIGHT)
    session.run("mypy")
    for project in PLUGINS:
        with session.chdir(project):
            session.run("mypy", f"--config-file={ROOT / 'pyproject.toml'}", ".")
    session.run("pyright")


@nox.session(python=PYTHONS, requires=["wheels"])
def tests(session: nox.Session) -> None:
    """Run the tests against the installed wheel."""
    install(session, *dependencies("test"))
    # The fault matrix takes as long as all the rest: it runs on the oldest Python and the newest.
    between = session.python in PYTHONS[1:-1]
    leave_out = [f"--ignore={ROOT / 'tests' / 'faults'}"] if between else []
    pytest(session, ROOT / "tests", "-m", "not peer", *leave_out)


@nox.session(python=OLDEST, default=False, requires=["wheels"])
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest dependencies that the package admits."""
    oldest = [bound.replace(">=", "==") for bound in PROJECT["project"]["dependencies"]]
    install(session, *dependencies("test"), *oldest)
    pytest(session, ROOT / "tests")


@nox.session(default=False, requires=["wheels"])
def coverage(session: nox.Session) -> None:
    """Report the lines and branches that no test reaches."""
    install(session, *dependencies("coverage"))
    session.env["COVERAGE_RCFILE"] = str(ROOT / "pyproject.toml")
    session.env["COVERAGE_FILE"] = str(session.cache_dir.resolve() / "coverage")
    session.run("coverage", "erase")
    # pytest imports the package's own plugin before pytest-cov could start measuring.
    pytest(session, ROOT / "tests", runner=("coverage", "run", "-m", "pytest"))
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session(requires=["wheels"])
def plugins(session: nox.Session) -> None:
    """Run the plugins' own tests against their installed wheels."""
    install(session, *dependencies("test"), *needs_of_tests(LIGHT), projects=LIGHT)
    pytest(session, *tests_of(LIGHT))


def places_of_torch(session: nox.Session) -> list[str]:
    """Where to find torch's CPU wheel; skip the session where pip is told of no such place."""
    places = find_links_of_pip()
    if not places and not os.environ.get("CI"):
        session.skip("pip is configured with no find-links to take torch's CPU wheel from")
    return places


@nox.session(python=OLDEST, requires=["wheels"])
def torch(session: nox.Session) -> None:
    """Run all that needs torch: the plugins over it, and what spans several packages."""
    places, needs = places_of_torch(session), needs_of_tests(EVERYTHING)
    install(session, *places, *dependencies("torch"), *needs, projects=EVERYTHING)
    pytest(session, ROOT / "tests", *tests_of(EVERYTHING), "-m", "torch")


@nox.session(python=OLDEST, requires=["wheels"])
def mmengine(session: nox.Session) -> None:
    """Make the same calls on MMEngine's registries and on ours."""
    install(session, *places_of_torch(session), *dependencies("mmengine"))
    pytest(session, *sorted((ROOT / "tests" / "peers").glob("test_mmengine_*.py")))


@nox.session(python=OLDEST, requires=["wheels"])
def flash(session: nox.Session) -> None:
    """Make the same calls on Lightning Flash's registries and on ours."""
    install(session, *places_of_torch(session), *dependencies("flash"))
    pytest(session, *sorted((ROOT / "tests" / "peers").glob("test_flash_*.py")))


@nox.session(requires=["wheels"])
def examples(session: nox.Session) -> None:
    """Run the examples of the README, the pages and the docstrings."""
    install(session, *dependencies("examples"), projects=LIGHT)
    pytest(
        session, "--doctest-modules", ROOT / "README.md", ROOT / "docs", "--pyargs", "registry_core"
    )


@nox.session(requires=["wheels"])
def docs(session: nox.Session) -> None:
    """Build the pages; a warning is an error."""
    install(session, *dependencies("docs"))
    session.run("sphinx-build", "-W", "-n", "-q", "-b", "html", "docs", "docs/_build/html")


@nox.session(requires=["wheels"])
def demo(session: nox.Session) -> None:
    """Install the core and the plugins into a fresh environment and show what they do."""
    install(session, projects=LIGHT)
    with outside(session):
        session.run("python", "-m", "activations.demo", *session.posargs)


@nox.session(python=OLDEST, default=False, requires=["wheels"])
def faults(session: nox.Session) -> None:
    """Run the fault matrix and write docs/faults.md."""
    install(session, *dependencies("test"))
    with outside(session):
        page = ROOT / "tests" / "faults" / "page.py"
        session.run("python", str(page), str(ROOT / "docs" / "faults.md"))


@nox.session(python=OLDEST, default=False, requires=["wheels"])
def fuzz(session: nox.Session) -> None:
    """Look for inputs that break a promise, a minute for each; `-- --seconds 600 keys`."""
    install(session, *dependencies("fuzz"))
    folder = session.cache_dir.resolve() / "fuzz"
    with outside(session):
        fuzzer = str(ROOT / "tests" / "fuzz")
        session.run("python", fuzzer, f"--folder={folder}", *session.posargs)


@nox.session(python=OLDEST, default=False, requires=["wheels"])
def bench(session: nox.Session) -> None:
    """Measure against limits and peers, and write docs/benchmarks.md; not so with `-- --quick`."""
    install(session, *find_links_of_pip(), *dependencies("bench"))
    with outside(session):
        session.run("python", str(ROOT / "tests" / "bench"), *session.posargs)
