"""Measures verbs of the command: whole processes, over an empty Python."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from measures import LIMIT, OURS, PEERS, Measure, Section, because
from processes import Program

from registry_core.testing import Site

if TYPE_CHECKING:
    from measures import Rounds
    from processes import Processes

_REGISTRIES = ("model", "data", "loss")
_CLASSES = 7
_BODY = """
class {name}:
    '''One of many classes.

    Args:
        size: How large it is.
    '''

    def __init__(self, size: int, rate: float = 0.5, kind: str = "x", inner=None) -> None:
        self.size = size

    def forward(self, x):
        return x
"""


def sections(folder: Path, processes: Processes) -> list[Section]:
    """The tables of this module.

    Args:
        folder: where to write a framework, a plugin and configs.
        processes: runs the command.
    """
    place = folder / "verbs"
    _written(place)
    files = [str(place / f"exp{number}.yaml") for number in range(40)]
    ran = partial(_over_empty, processes, place)
    absent = because("has no such command", *PEERS)
    return [
        Section(
            "Verbs of the command",
            "The whole process, an empty Python included. A config of 40 parts over three "
            "registries, each of 14 classes: half are entry points, half registered by decorators "
            "of a framework that is not imported.",
            "ms",
            "an empty Python",
            (
                Measure("check 40 parts", "check", partial(ran, ["check", files[0]])),
                Measure("describe", "describe", partial(ran, ["describe", "model", "Pmodel3"])),
                Measure(
                    "complete a key", "a key", partial(ran, ["__complete", "which", "model", "P"])
                ),
            ),
            absent,
        ),
        Section(
            "Check 40 files",
            "The config above, 40 times, in one process.",
            "ms",
            "check one of them",
            (Measure("check 40 files", "40 files", partial(_many, processes, place, files)),),
            absent,
        ),
        Section(
            "Harvest",
            "`registry-core harvest` of a project whose decorators register 10,000 classes in 500 "
            "modules.",
            "ms",
            "compile the same modules",
            (Measure("harvest 10,000", "10,000 classes", partial(_harvest, processes, folder)),),
            absent,
        ),
    ]


def _harvest(processes: Processes, folder: Path, quick: bool) -> Rounds:
    """Reading what a project registers, beside compiling its modules."""
    place = folder / "harvested"
    package = place / "harvested"
    if not place.is_dir():
        package.mkdir(parents=True)
        head = "from harvested import MODELS as R\n"
        registry = 'MODELS = Registry("harvested", scope="harvested")'
        (package / "__init__.py").write_text(f"from registry_core import Registry\n{registry}\n")
        for number in range(500):
            classes = (
                f"@R.register_module(){_BODY.format(name=f'C{number}_{each}')}"
                for each in range(20)
            )
            (package / f"m{number}.py").write_text(head + "".join(classes))
    compiling = (
        "import gc, glob, sys; gc.disable()\n"
        f"for each in glob.glob({str(package / '*.py')!r}):\n"
        "    with open(each) as file:\n"
        "        compile(file.read(), each, 'exec')\n"
    )
    programs = [
        Program(LIMIT, command=(sys.executable, "-c", compiling)),
        _program(place, ["harvest", str(place)]),
    ]
    return processes.measure(programs, 1 if quick else 5)


def _over_empty(processes: Processes, place: Path, arguments: list[str], quick: bool) -> Rounds:
    """Ours and an empty process, round by round, each whole."""
    before = len(processes.empty)
    found = processes.measure([_program(place, arguments)], 3 if quick else 25)
    empty = processes.empty[before:]
    return {LIMIT: empty, OURS: [each + e for each, e in zip(found[OURS], empty, strict=True)]}


def _many(processes: Processes, place: Path, files: list[str], quick: bool) -> Rounds:
    one = Program(LIMIT, command=_program(place, ["check", files[0]]).command)
    programs = [one, _program(place, ["check", *files])]
    before = len(processes.empty)
    found = processes.measure(programs, 3 if quick else 25)
    empty = processes.empty[before:]
    return {
        name: [each + e for each, e in zip(taken, empty, strict=True)]
        for name, taken in found.items()
    }


def _program(place: Path, arguments: list[str]) -> Program:
    code = f"import sys; sys.path.insert(0, {str(place / 'site')!r}); "
    # As the script does that an installer makes of the command.
    run = f"sys.argv[1:] = {arguments!r}; from registry_core.cli import main; sys.exit(main())"
    return Program(OURS, command=(sys.executable, "-c", code + run))


def _written(place: Path) -> None:
    """A framework of three registries, a plugin, and 40 configs."""
    place.mkdir()
    modules = {"framework/__init__.py": "", "framework/registry.py": _framework()}
    rows: dict[str, dict[str, str]] = {}
    for registry in _REGISTRIES:
        names = [f"{registry}{number}" for number in range(_CLASSES)]
        registered = "".join(
            f"@R.register_module(){_BODY.format(name=f'C{name}')}" for name in names
        )
        head = f"from framework.registry import {registry.upper()} as R\n"
        modules[f"framework/{registry}s.py"] = f"{head}{registered}"
        modules[f"plugin_{registry}.py"] = "".join(_BODY.format(name=f"P{n}") for n in names)
        rows[f"framework.{registry}"] = {f"P{n}": f"plugin_{registry}:P{n}" for n in names}
    owned = {f"framework.{each}": f"framework.registry:{each.upper()}" for each in _REGISTRIES}
    site = Site(place / "site")
    site.install("framework", {"registry_core.registries": owned}, modules)
    site.install("plugin", rows)
    parts = []
    for number in range(40):
        registry = _REGISTRIES[number % 3]
        name = f"{'CP'[number % 2]}{registry}{number % _CLASSES}"
        part = f"_registry_: {registry}, type: {name}, size: {number}, rate: 0.1, kind: y"
        parts.append(f"- {{{part}}}\n")
    text = f"_registry_: model\ntype: Cmodel0\nsize: 1\ninner:\n{''.join(parts)}"
    for number in range(40):
        Path(place, f"exp{number}.yaml").write_text(text, encoding="utf-8")


def _framework() -> str:
    lines = [
        f'{each.upper()} = Registry("{each}", group="framework.{each}", scope="framework", '
        f'locations=["framework.{each}s"])'
        for each in _REGISTRIES
    ]
    return "\n".join(("from registry_core import Registry", *lines, ""))
