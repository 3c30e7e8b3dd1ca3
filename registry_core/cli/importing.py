"""What `--import` names: modules and files of the person at the shell, imported first."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry_core.cli.printing import printing_to_stderr
from registry_core.config.places import refused
from registry_core.text import error_text
from registry_core.tree.owned import unowned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry_core.tree.view import View


def import_first(names: Iterable[str]) -> dict[str, View[Any]]:
    """Import modules and files.

    Args:
        names: dotted names of modules; or paths of files, which end in ``.py``. A file finds what
            lies beside it, as the one that `python FILE` runs does.

    Returns:
        The registries that they make and that no distribution owns, by group and by the last word
        of it: configs may name them.

    Raises:
        ConfigError: one cannot be imported.
    """
    packages: set[str] = set()
    # What they print is not the answer of the command.
    with printing_to_stderr():
        for name in names:
            packages.add(_import(name).partition(".")[0])
    made = unowned(packages) if packages else []
    return {word: each for each in made for word in (each.group, each.group.rpartition(".")[2])}


def _import(name: str) -> str:
    """Import one; give the name of its module."""
    file = Path(name)
    is_file = name.endswith(".py")
    if is_file and not file.is_file():
        raise refused("there is no such file to import", name)
    try:
        if is_file:
            return _run(file.resolve())
        return import_module(name).__name__
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        beside = Path(f"{name}.py")
        missing = isinstance(error, ModuleNotFoundError) and error.name == name
        if missing and not is_file and beside.is_file():
            way = f"--import {beside} imports the file of that name"
            raise refused(f"there is no such module to import; {way}", name) from error
        frames = traceback.extract_tb(error.__traceback__)
        inside = [each for each in frames if not is_file or each.filename == str(file.resolve())]
        line = inside[-1].lineno if inside and is_file else None
        raise refused(f"it cannot be imported: {error_text(error)}", name, line) from error


def _run(file: Path) -> str:
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))
    if file.stem in sys.modules and getattr(sys.modules[file.stem], "__file__", "") != str(file):
        raise ImportError(f"a module named {file.stem!r} is imported already: rename the file")
    spec = spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ImportError("it is not a Python file")
    module = module_from_spec(spec)
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[file.stem]
        raise
    return file.stem
