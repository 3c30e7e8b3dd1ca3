"""Folders of distributions as installers leave them: metadata of a real length, and modules."""

from __future__ import annotations

import compileall
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

GROUP = "registry_core.bench"
CROWDED_GROUP = "registry_core.many"
PLUGIN = "bench_plugin_"
# Of ten distributions two declare entries in the group, two a command, and six nothing.
ENTRIES = 10

_PARAGRAPH = (
    "A library that reads, checks and converts what instruments record, with readers for the\n"
    "formats of several makers. It is used from Python and from a shell, and has no opinion on\n"
    "where the records come from.\n\n"
)
_METADATA = """\
Metadata-Version: 2.4
Name: {name}
Version: 1.{number}.0
Summary: Reads, checks and converts what instruments record
Project-URL: Homepage, https://example.org/{name}
Project-URL: Changelog, https://example.org/{name}/changelog
Author-email: The {name} authors <authors@example.org>
License-Expression: BSD-3-Clause
License-File: LICENSE
Keywords: instruments,records,conversion
Classifier: Development Status :: 5 - Production/Stable
Classifier: Intended Audience :: Science/Research
Classifier: Operating System :: OS Independent
Classifier: Programming Language :: Python :: 3
Classifier: Programming Language :: Python :: 3.11
Classifier: Programming Language :: Python :: 3.12
Classifier: Topic :: Scientific/Engineering
Classifier: Typing :: Typed
Requires-Python: >=3.9
Requires-Dist: numpy>=1.24
Requires-Dist: packaging>=23
Requires-Dist: typing-extensions>=4.6; python_version < "3.12"
Provides-Extra: test
Requires-Dist: pytest>=8; extra == "test"
Requires-Dist: hypothesis; extra == "test"
Description-Content-Type: text/markdown

# {name}

"""
_WHEEL = (
    "Wheel-Version: 1.0\nGenerator: hatchling 1.27.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
)


_CROWD = "class Crowd:\n    def __init__(self, size: int = 1) -> None: ...\n"


class Site(NamedTuple):
    """A folder of distributions.

    Attributes:
        folder: what goes on `sys.path`.
        distributions: how many it holds.
        plugins: how many of them declare entries in the group.
        entries: how many those are.
        rows: a file that says the same as all of them, a line "name = target" for each.
    """

    folder: Path
    distributions: int
    plugins: int
    entries: int
    rows: Path


def mixed_site(folder: Path, distributions: int) -> Site:
    """Write a folder as most are: few of its distributions are plugins, each with a module."""
    rows: list[str] = []
    plugins = 0
    folder.mkdir()
    for number in range(distributions):
        kind = number % 5
        module = f"{PLUGIN if kind == 0 else 'bench_library_'}{number}"
        names = [f"Name{number}_{index}" for index in range(ENTRIES)] if kind == 0 else []
        declared = [f"{name} = {module}:{name}" for name in names]
        text = ""
        if kind == 0:
            plugins += 1
            rows += declared
            text = "\n".join([f"[{GROUP}]", *declared, ""])
        elif kind == 1:
            text = f"[console_scripts]\nbench-{number} = {module}:main\n"
        source = "".join(f'class {name}:\n    """One of ten."""\n\n\n' for name in names)
        _write(folder, number, module, text, f'"""The module of {module}."""\n\n{source}')
    # Now, so that importing one of them later does not change the folder.
    compileall.compile_dir(folder, maxlevels=0, quiet=1)
    return _site(folder, distributions, plugins, rows)


def crowded_site(folder: Path, distributions: int, entries: int) -> Site:
    """Write a folder in which each distribution declares `entries`; nobody imports them."""
    rows: list[str] = []
    folder.mkdir()
    for number in range(distributions):
        module = f"bench_crowd_{number}"
        declared = [f"Crowd{number}_{index} = {module}:Crowd" for index in range(entries)]
        rows += declared
        text = "\n".join([f"[{CROWDED_GROUP}]", *declared, ""])
        _write(folder, number, module, text, _CROWD)
    return _site(folder, distributions, distributions, rows)


def _site(folder: Path, distributions: int, plugins: int, rows: list[str]) -> Site:
    file = folder.with_suffix(".rows")
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return Site(folder, distributions, plugins, len(rows), file)


def _write(folder: Path, number: int, module: str, entry_points: str, source: str) -> None:
    """One distribution, named as its module is."""
    metadata = folder / f"{module}-1.{number}.0.dist-info"
    metadata.mkdir()
    files = {
        f"{module}.py": source,
        f"{metadata.name}/METADATA": _METADATA.format(name=module.replace("_", "-"), number=number)
        + _PARAGRAPH * 12,
        f"{metadata.name}/WHEEL": _WHEEL,
        f"{metadata.name}/INSTALLER": "pip\n",
        f"{metadata.name}/top_level.txt": f"{module}\n",
    }
    if entry_points:
        files[f"{metadata.name}/entry_points.txt"] = entry_points
    digest = "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    record = [f"{name},{digest},{len(text)}" for name, text in files.items()]
    files[f"{metadata.name}/RECORD"] = "\n".join([*record, f"{metadata.name}/RECORD,,", ""])
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
