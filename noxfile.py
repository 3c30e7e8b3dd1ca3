"""The project's checks, in three tiers.

`nox -s fast` runs the tests while you edit, `nox` runs what a pull request must pass, and
`nox -t slow` runs the rest. But for `fast`, `lint`, `layers` and `types`, each session installs
wheels and works outside the checkout.
"""

from __future__ import annotations

import ast
import filecmp
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

ROOT = Path(__file__).parent
TESTS = ROOT / "tests"
WHEEL_TESTS = [
    TESTS / "project" / f"test_{name}.py" for name in ("wheels", "new_projects", "release")
]
PLUGINS = sorted(project.parent for project in ROOT.glob("plugins/*/pyproject.toml"))
EVERYTHING = (ROOT, *PLUGINS)
PYPROJECTS = {project: nox.project.load_toml(project / "pyproject.toml") for project in EVERYTHING}
PYTHONS = nox.project.python_versions(PYPROJECTS[ROOT])
OLDEST = PYTHONS[0]
# A bare torch would bring gigabytes of CUDA: what requires it is installed in one session alone.
LIGHT = [
    project
    for project in EVERYTHING
    if not any(
        re.match(r"torch\b", need) for need in PYPROJECTS[project]["project"]["dependencies"]
    )
]
# What the example application is made of.
FROZEN = ("registry_core", "activations", "activations-extra")
PARALLEL = ("--numprocesses=auto", "--dist=worksteal")
# The others have sessions of their own: they take long, or need what is not installed here.
OTHERS = ("slow", "wheels", "torch", "peer", "editor", "workers", "browser", "frozen")
QUICK = " and ".join(f"not {mark}" for mark in OTHERS)
NO_MATRIX = f"{QUICK} and not matrix"

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.reuse_venv = "no"
nox.options.sessions = [
    *("lint", "layers", "types", "docs", "demo", "examples"),
    *("plugins", "wheels", "workers", "browser", "torch", "mmengine", "flash"),
    # Those between the two are of the slow tier.
    *(f"tests-{python}" for python in (PYTHONS[0], PYTHONS[-1])),
]

# pyenv puts one interpreter on the PATH, and a session looks for others there.
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
FOUND = [str(path) for version in PYTHONS for path in PYENV.glob(f"{version}.*/bin")]
os.environ["PATH"] = os.pathsep.join([*FOUND, os.environ["PATH"]])
NEWEST = next(filter(lambda version: shutil.which(f"python{version}"), reversed(PYTHONS)), OLDEST)
# A missing interpreter is skipped, and is an error with CI=true; uv would fetch it.
os.environ["UV_PYTHON_DOWNLOADS"] = "never"
# A test starts hundreds of processes, and each would compile all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def dependencies(group: str, project: Path = ROOT) -> list[str]:
    """Read one of a project's dependency groups."""
    return list(nox.project.dependency_groups(PYPROJECTS[project], group))


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


def places_of_torch(session: nox.Session) -> list[str]:
    """Where to find torch's CPU wheel; skip the session where pip has none."""
    places = find_links_of_pip()
    if not places and not os.environ.get("CI"):
        session.skip("pip is configured with no find-links to take torch's CPU wheel from")
    return places


def name_of(project: Path) -> str:
    """Name a project as its distribution is named."""
    return str(PYPROJECTS[project]["project"]["name"])


def extras_of(project: Path) -> str:
    """Name all extras of a project, as a requirement does."""
    return f"[{','.join(PYPROJECTS[project]['project'].get('optional-dependencies', ()))}]"


built: set[Path] = set()


def wheel(session: nox.Session, project: Path) -> Path:
    """Build a project's source archive, and of it the wheel: once for all sessions of a run."""
    folder = session.cache_dir.resolve() / "wheels" / name_of(project)
    if project not in built:
        shutil.rmtree(folder, ignore_errors=True)
        session.run("uv", "build", "-o", str(folder), str(project), silent=True)
        built.add(project)
    (found,) = folder.glob("*.whl")
    return found


def install(session: nox.Session, *others: str, projects: Iterable[Path] = (ROOT,)) -> None:
    """Install the projects' wheels with all their extras, and `others`."""
    session.install(
        *(
            f"{name_of(project)}{extras_of(project)} @ {wheel(session, project).as_uri()}"
            for project in projects
        ),
        *others,
    )


def install_editable(session: nox.Session, *others: str) -> None:
    """Install the core and the light plugins as they stand in the checkout, and `others`."""
    session.install(*(f"-e{project}{extras_of(project)}" for project in LIGHT), *others)


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
            *PARALLEL,
            *map(str, args),
            *session.posargs,
        )


@nox.session(python=NEWEST, reuse_venv=True, default=False)
def fast(session: nox.Session) -> None:
    """Run tests while you edit, in an environment that is kept: `-- tests/tree -k scope`."""
    kept = Path(session.virtualenv.location, "pyproject.toml")
    if not kept.exists() or not filecmp.cmp(ROOT / "pyproject.toml", kept, shallow=False):
        # Without the plugins: what is installed is what a fresh process lists, loads and examines.
        session.install(f"-e{ROOT}{extras_of(ROOT)}", *dependencies("test"))
        shutil.copy(ROOT / "pyproject.toml", kept)
    session.env["HYPOTHESIS_PROFILE"] = "fast"
    session.run("pytest", *PARALLEL, "-m", NO_MATRIX, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, spelling, dependencies and unused code."""
    install_editable(session, *dependencies("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")
    # Tests are read for what they use; what they define is there to be found by name.
    unused = str(session.run("vulture", silent=True, success_codes=[0, 3])).splitlines()
    if dead := [line for line in unused if "tests/" not in line.partition(":")[0]]:
        session.error("\n".join(["nothing uses this:", *dead]))
    session.run("validate-pyproject", *(str(project / "pyproject.toml") for project in EVERYTHING))
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


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the package, its tests and its plugins, with mypy and pyright."""
    install_editable(session, *dependencies("types"), *needs_of_tests(EVERYTHING))
    # At once, which reads what they share once: a plugin is found as if it were installed.
    session.env["MYPYPATH"] = os.pathsep.join(map(str, PLUGINS))
    session.run("mypy", "registry_core", "tests", "docs", "noxfile.py", "plugins")
    session.run("pyright", "--threads")


@nox.session(python=PYTHONS, tags=["slow"])
def tests(session: nox.Session) -> None:
    """Run the tests, and on the oldest Python a quarter of the fault matrix."""
    install(session, *dependencies("test"))
    pytest(session, TESTS, "-m", QUICK if session.python == OLDEST else NO_MATRIX)


@nox.session(python=PYTHONS, tags=["slow"])
def matrix(session: nox.Session) -> None:
    """Run the whole fault matrix."""
    install(session, *dependencies("test"))
    pytest(session, TESTS / "faults")


@nox.session(python=NEWEST, tags=["slow"])
def thorough(session: nox.Session) -> None:
    """Run the tests that are marked slow, and try many more examples of each property."""
    install(session, *dependencies("test"))
    session.env["HYPOTHESIS_PROFILE"] = "slow"
    pytest(session, TESTS, "-m", "(slow or hypothesis) and not matrix")


@nox.session(python=OLDEST, tags=["slow"])
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest dependencies that the package admits."""
    bounds = PYPROJECTS[ROOT]["project"]["dependencies"]
    oldest = [bound.replace(">=", "==") for bound in bounds]
    install(session, *dependencies("test"), *oldest)
    pytest(session, TESTS, "-m", QUICK)


@nox.session(tags=["slow"])
def coverage(session: nox.Session) -> None:
    """Report the lines and branches that no test reaches."""
    install(session, *dependencies("coverage"))
    session.env["COVERAGE_RCFILE"] = str(ROOT / "pyproject.toml")
    session.env["COVERAGE_FILE"] = str(session.cache_dir.resolve() / "coverage")
    session.run("coverage", "erase")
    # pytest imports the package's own plugin before pytest-cov could start measuring.
    pytest(session, TESTS, runner=("coverage", "run", "-m", "pytest"))
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def plugins(session: nox.Session) -> None:
    """Run the plugins' own tests against their installed wheels."""
    install(session, *dependencies("test"), *needs_of_tests(LIGHT), projects=LIGHT)
    pytest(session, *tests_of(LIGHT))


@nox.session
def wheels(session: nox.Session) -> None:
    """Look into every wheel, and install them as users do, into fresh environments."""
    found = [wheel(session, project) for project in EVERYTHING]
    install(session, *dependencies("wheels"))
    archives = [each for one in found for each in (one, *one.parent.glob("*.tar.gz"))]
    session.run("check-wheel-contents", *map(str, found))
    session.run("twine", "check", "--strict", *map(str, archives))
    session.env["WHEELS"] = str(found[0].parents[1])
    pytest(session, *WHEEL_TESTS, "-m", "wheels and not slow", "--numprocesses=0")


@nox.session(tags=["slow"])
def editor(session: nox.Session) -> None:
    """Ask yaml-language-server, which npm installs, what an editor offers, marks and shows."""
    if shutil.which("npm") is None and not os.environ.get("CI"):
        session.skip("npm is not on the PATH")
    install(session, *dependencies("test"))
    pytest(session, TESTS / "cli" / "test_editor.py", "--numprocesses=0")


@nox.session
def workers(session: nox.Session) -> None:
    """Send plans to workers of Dask, of pools and of loky; run the page of workers."""
    install(session, *dependencies("workers"), projects=LIGHT)
    places = TESTS / "workers", ROOT / "docs" / "workers.md"
    # The environments of the workers are made once.
    pytest(session, *places, "-m", "not slow", "--numprocesses=0")


@nox.session(python=OLDEST, tags=["slow"])
def workers_of_ray(session: nox.Session) -> None:
    """Send plans to workers of Ray."""
    install(session, *dependencies("ray"), projects=LIGHT)
    # Its token would be written into the home; its figures sent to others.
    session.env.update(RAY_AUTH_MODE="disabled", RAY_USAGE_STATS_ENABLED="0")
    places = TESTS / "workers" / "test_ray.py", ROOT / "docs" / "workers.md"
    pytest(session, *places, "--numprocesses=0")


@nox.session
def browser(session: nox.Session) -> None:
    """Open a catalogue in Chromium, click through it, and look at it in both themes."""
    if shutil.which("chromium") is None and shutil.which("chromium-browser") is None:
        session.skip("Chromium is not on the PATH")
    install(session, *dependencies("browser"))
    pytest(session, TESTS / "catalogue", "-m", "browser", "--numprocesses=0")


@nox.session(python=OLDEST)
def torch(session: nox.Session) -> None:
    """Run what needs torch: the plugins over it, and what spans several packages."""
    with_torch(session, "torch and not slow")


@nox.session(python=OLDEST, tags=["slow"])
def thorough_torch(session: nox.Session) -> None:
    """Run what needs torch and takes minutes."""
    with_torch(session, "torch and slow")


def with_torch(session: nox.Session, marks: str) -> None:
    """Install torch and all plugins, and run the tests that are marked so."""
    places, needs = places_of_torch(session), needs_of_tests(EVERYTHING)
    install(session, *places, *dependencies("torch"), *needs, projects=EVERYTHING)
    pytest(session, TESTS, *tests_of(EVERYTHING), "-m", marks)


@nox.session(python=OLDEST)
def mmengine(session: nox.Session) -> None:
    """Make the same calls on MMEngine's registries and on ours."""
    install(session, *places_of_torch(session), *dependencies("mmengine"))
    pytest(session, *sorted((TESTS / "peers").glob("test_mmengine_*.py")))


@nox.session(python=OLDEST)
def flash(session: nox.Session) -> None:
    """Make the same calls on Lightning Flash's registries and on ours."""
    install(session, *places_of_torch(session), *dependencies("flash"))
    pytest(session, *sorted((TESTS / "peers").glob("test_flash_*.py")))


@nox.session
def examples(session: nox.Session) -> None:
    """Run the examples of the README, the pages and the docstrings."""
    install(session, *dependencies("examples"), projects=LIGHT)
    places = (ROOT / "README.md", ROOT / "docs", "--pyargs", "registry_core")
    # The examples of one page share what they define. Only PyInstaller can import a hook for it.
    options = ("--doctest-modules", "--dist=loadfile", "--ignore-glob=/*/hook-*.py")
    pytest(session, *options, *places)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages; a warning is an error. They describe what two of the plugins add."""
    described = [each for each in LIGHT if each.name in ("activations", "activations-extra")]
    # Without their extras, which bring scipy.
    install(session, *dependencies("docs"), *(str(wheel(session, each)) for each in described))
    session.run("sphinx-build", "-W", "-n", "-q", "-b", "html", "docs", "docs/_build/html")


@nox.session(python=OLDEST, tags=["slow"])
def frozen(session: nox.Session) -> None:
    """Make applications with PyInstaller, shiv, pex and zipapp, as the page says; run them."""
    # Without their extras, which would bring scipy and scikit-learn.
    projects = [each for each in LIGHT if name_of(each) in FROZEN]
    wheels = [str(wheel(session, each)) for each in projects]
    session.install(*wheels, *dependencies("frozen"))
    session.env["FROZEN_WHEELS"] = os.pathsep.join(wheels)
    pytest(session, TESTS / "freezing", ROOT / "docs" / "frozen.md", "--dist=loadfile")


@nox.session
def demo(session: nox.Session) -> None:
    """Install the core and the plugins into a fresh environment and show what they do."""
    install(session, projects=LIGHT)
    with outside(session):
        session.run("python", "-m", "activations.demo", *session.posargs)


@nox.session(python=OLDEST, default=False)
def faults(session: nox.Session) -> None:
    """Run the fault matrix and write docs/faults.md."""
    install(session, *dependencies("test"))
    with outside(session):
        page = TESTS / "faults" / "page.py"
        session.run("python", str(page), str(ROOT / "docs" / "faults.md"))


@nox.session(python=OLDEST, tags=["slow"])
def fuzz(session: nox.Session) -> None:
    """Look for inputs that break a promise, a minute for each; `-- --seconds 600 keys`."""
    install(session, *dependencies("fuzz"))
    folder = session.cache_dir.resolve() / "fuzz"
    with outside(session):
        session.run("python", str(TESTS / "fuzz"), f"--folder={folder}", *session.posargs)


@nox.session(python=OLDEST, default=False)
def mistakes(session: nox.Session) -> None:
    """Compare what others say of the same mistakes in configs; write the table of the command."""
    install(session, *dependencies("mistakes"))
    with outside(session):
        page = ROOT / "docs" / "command.md"
        session.run("python", str(TESTS / "peers" / "mistakes.py"), str(page))


@nox.session(python=OLDEST, tags=["slow"])
def bench(session: nox.Session) -> None:
    """Measure against limits and peers, and write docs/benchmarks.md; not so with `-- --quick`."""
    install(session, *find_links_of_pip(), *dependencies("bench"))
    with outside(session):
        session.run("python", str(TESTS / "bench"), *session.posargs)
