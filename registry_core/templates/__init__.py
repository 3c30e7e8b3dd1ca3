"""The projects that `registry-core new` writes. Their files are data in this package.

The names of the files end in ".in": a template is not Python, and nothing must compile it.
"""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from registry_core.errors import ConfigError
from registry_core.text import file_error_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

_SUFFIX = ".in"
_PACKAGE = "PACKAGE"


class _File(Template):
    # "$" is GitHub's, "@" a decorator's and "{" Python's.
    delimiter = "%%"


def write_project(folder: Path, trees: Sequence[str], words: Mapping[str, str]) -> int:
    """Write the files of some templates into a new folder: all of them, or nothing.

    Args:
        folder: what is made. It may be there if it is empty.
        trees: the folders of this package that hold the templates.
        words: what stands in place of each word; "package" stands in names of files, too.

    Returns:
        How many files there are.

    Raises:
        ConfigError: the folder has something in it, or cannot be written.
    """
    refuse_taken_folder(folder)
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    number = 0
    try:
        beside.mkdir()
        try:
            for tree in trees:
                for name, text in _texts(files(__name__) / tree, ""):
                    file = beside / name.replace(_PACKAGE, words["package"])
                    file.parent.mkdir(parents=True, exist_ok=True)
                    whole = _File(text).substitute(words).rstrip("\n")
                    file.write_text(f"{whole}\n" if whole else "", "utf-8", newline="\n")
                    number += 1
            if folder.exists():
                # Windows replaces no folder, and this one is empty.
                folder.rmdir()
            beside.rename(folder)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        what = f"it cannot be written: {file_error_text(error)}"
        raise ConfigError(what, str(folder)) from error
    return number


def refuse_taken_folder(folder: Path) -> None:
    """See that nothing would be overwritten.

    Raises:
        ConfigError: there is something that is not an empty folder.
    """
    way = "nothing was written: choose another name, or work in another folder"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ConfigError(f"there is a file of this name; {way}", str(folder))
    try:
        inside = sorted(each.name for each in folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(f"it cannot be read: {file_error_text(error)}", str(folder)) from error
    if inside:
        raise ConfigError(f"the folder is not empty, it has {inside[0]!r}; {way}", str(folder))


def _texts(tree: Traversable, above: str) -> Iterator[tuple[str, str]]:
    """The path and the text of each template in a folder."""
    for each in sorted(tree.iterdir(), key=lambda found: found.name):
        path = f"{above}/{each.name}" if above else each.name
        if each.is_dir():
            yield from _texts(each, path)
        elif each.name.endswith(_SUFFIX):
            yield path.removesuffix(_SUFFIX), each.read_text("utf-8")
