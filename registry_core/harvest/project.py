"""A project on disk: its settings and its modules."""

from __future__ import annotations

import os
import sys
import tomllib
from contextlib import contextmanager
from fnmatch import fnmatchcase
from importlib import invalidate_caches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.errors import ConfigError
from registry_core.text import file_error_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Folders that lie beside the packages of a project and are not installed with them, as those
# that setuptools leaves out: https://setuptools.pypa.io/en/latest/userguide/package_discovery.html
BESIDE = frozenset(
    "benchmark benchmarks build ci debian dist doc docs documentation downloads "  # noqa: SIM905
    "example examples "
    "exercise exercises locales manpages node_modules requirements scripts site_scons task tasks "
    "test tests tools util utils venv website".split()
)
_SETTINGS = ("tool", "registry_core", "harvest")
BUILD = (*_SETTINGS, "build")
_FILES_BESIDE = frozenset({"setup", "conftest", "noxfile", "tasks", "fabfile", "dodo", "run"})


class Project(NamedTuple):
    """A project whose source is read. Lives as long as one question: files may change.

    Attributes:
        folder: where its `pyproject.toml` is, if it has one.
        root: the folder that its packages are in, as Python would find them.
        pyproject: what `pyproject.toml` says; empty where there is none.
        modules: the dotted names of its modules, sorted.
        registries: the groups of registries of others, by "module:NAME": for those whose framework
            need not be installed here.
    """

    folder: Path
    root: Path
    pyproject: Mapping[str, Any]
    modules: tuple[str, ...]
    registries: Mapping[str, str]

    @contextmanager
    def importable(self) -> Iterator[None]:
        """Let the modules be found, ahead of what is installed, while they are read.

        Modules of these names that were imported from elsewhere are forgotten meanwhile: their
        source would be read. Other threads see that too, so this is for a command.
        """
        # What reads them imports these as it runs.
        kept = {"registry_core", *sys.stdlib_module_names}
        tops = {_top(each) for each in self.modules} - kept
        hidden = {name: module for name, module in sys.modules.items() if _top(name) in tops}
        for name in hidden:
            del sys.modules[name]
        sys.path.insert(0, str(self.root))
        invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(str(self.root))
            sys.modules.update(hidden)
            invalidate_caches()

    def noted_keys(self) -> Iterator[str]:
        """The keys of which a `registry.toml` in a package of the project has metadata."""
        # A build hook seldom asks.
        from registry_core.environment.notes import FILE

        for top in dict.fromkeys(_top(each) for each in self.modules):
            try:
                tables = tomllib.loads((self.root / top / FILE).read_text(encoding="utf-8"))
            except (OSError, ValueError, RecursionError):
                # The doctor says what is wrong with it.
                continue
            for table in tables.values():
                entries = table.get("entries") if isinstance(table, dict) else None
                yield from entries if isinstance(entries, dict) else ()


def find_project(path: str | Path) -> Project:
    """The project in a folder.

    Its packages are in `src`, where there is such a folder, and beside `pyproject.toml` otherwise.
    ``[tool.registry_core.harvest]`` may say `root`, a folder; `exclude`, patterns of the names of
    modules, such as ``"acme.legacy.*"``; `registries`, a table of ``"acme.registry:MODELS" =
    "acme.model"`` for registries of frameworks that are not installed where the source is read;
    `build`, whether the build hooks of setuptools and pdm-backend put the rows into wheels.

    Args:
        path: a folder with `pyproject.toml`, or a package.

    Raises:
        ConfigError: it is not a folder, it has no modules, or `pyproject.toml` cannot be read.
    """
    folder = Path(path).resolve()
    if not folder.is_dir():
        raise ConfigError("it is not a folder", str(path))
    pyproject = _pyproject(folder)
    told = _told(pyproject, folder)
    if "root" in told:
        root, tops = folder / told["root"], None
    elif (folder / "__init__.py").is_file():
        root, tops = folder.parent, [folder.name]
    elif (folder / "src").is_dir():
        root, tops = folder / "src", None
    else:
        root, tops = folder, [*_flat(folder)]
    exclude = told.get("exclude", [])
    names = sorted(_modules(root, tops))
    names = [name for name in names if not any(fnmatchcase(name, each) for each in exclude)]
    if not names:
        way = "`root` in [tool.registry_core.harvest] says where they are"
        what = f"it has no modules of Python; {way}"
        raise ConfigError(what, str(root))
    return Project(folder, root, pyproject, tuple(names), told.get("registries", {}))


def setting(pyproject: object, *keys: str) -> Any:
    """What ``pyproject.toml`` says under a path of keys; None for nothing."""
    found = pyproject
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _pyproject(folder: Path) -> Mapping[str, Any]:
    file = folder / "pyproject.toml"
    if not file.is_file():
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"it cannot be read: {file_error_text(error)}", str(file)) from error
    if not isinstance(found.get("project", {}), dict):
        raise ConfigError("[project] is not a table", str(file))
    return found


def _told(pyproject: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """What ``[tool.registry_core.harvest]`` says, checked."""
    found = setting(pyproject, *_SETTINGS)
    kinds = {"root": str, "exclude": list, "registries": dict, "build": bool}
    for key, value in found.items() if isinstance(found, dict) else ():
        kind = kinds.get(key)
        is_right = kind is not None and isinstance(value, kind)
        inside = value.values() if isinstance(value, dict) else value
        texts = inside if is_right and kind is not bool else ()
        if not is_right or not all(isinstance(each, str) for each in texts):
            known = "root (a text), exclude (a list) and registries (a table), of texts, and "
            known += "build (true or false)"
            where = f"{folder / 'pyproject.toml'}: [tool.registry_core.harvest]"
            raise ConfigError(
                f"{key!r} is not known, or of the wrong type: it takes {known}", where
            )
    return found if isinstance(found, dict) else {}


def _flat(folder: Path) -> Iterator[str]:
    for each in _listed(folder):
        name, suffix = os.path.splitext(each.name)
        if each.is_dir() and each.name not in BESIDE and each.name.isidentifier():
            if Path(each.path, "__init__.py").is_file():
                yield each.name
        elif suffix != ".py" or not name.isidentifier() or name.startswith("test_"):
            continue
        elif name not in _FILES_BESIDE:
            yield name


def _modules(root: Path, tops: list[str] | None) -> Iterator[str]:
    """The modules in a folder; of these top-level names alone, or all."""
    waiting = [(root, "")]
    while waiting:
        folder, package = waiting.pop()
        for each in _listed(folder):
            name, suffix = os.path.splitext(each.name)
            if not name.isidentifier() or (not package and tops is not None and name not in tops):
                continue
            dotted = f"{package}.{name}" if package else name
            if each.is_dir(follow_symlinks=False):
                waiting.append((Path(each.path), dotted))
            elif suffix == ".py" and Path(each.path).is_file():
                yield dotted.removesuffix(".__init__") if name == "__init__" else dotted


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where it cannot be listed, so that Python finds nothing too."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (OSError, ValueError):
        return []


def _top(module: str) -> str:
    return module.partition(".")[0]
