"""Measures verbs where very much is installed, and where an index knows very many wheels."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from measures import LIMIT, OURS, PEERS, Measure, Section, because
from processes import Program
from sites import CROWDED_GROUP, crowded_site

from registry_core.entry import Provider
from registry_core.index.file import encoded, update_index
from registry_core.index.line import Line
from registry_core.signature.record import Signature, parameter
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from measures import Rounds
    from processes import Processes

_DISTRIBUTIONS, _ENTRIES, _WHEELS = 5_000, 20, 10_000
_KEY = "Crowd4000_7"


def sections(folder: Path, processes: Processes) -> list[Section]:
    """The tables of this module.

    Args:
        folder: where to write the distributions, configs and an index.
        processes: runs the command.
    """
    place = folder / "scale"
    _written(place)
    absent = because("has no such command", *PEERS)
    verbs = {
        "find one": ["find", _KEY],
        "describe one": ["describe", "many", _KEY],
        "check 40 parts of it": ["check", str(place / "exp.yaml")],
        "complete a key of it": ["__complete", "which", "many", "Crowd4000_"],
    }
    return [
        Section(
            "100,000 entries",
            "Verbs of the command where 5,000 distributions declare 20 entries each in one "
            "registry; the whole process, an empty Python included.",
            "ms",
            "an empty Python",
            tuple(
                Measure(name, name, partial(_over_empty, processes, place, words))
                for name, words in verbs.items()
            ),
            absent,
        ),
        Section(
            "An index of 10,000 wheels",
            "The error for a name that is not installed, in a process of its own: with an index of "
            "200,000 names that has it, and without an index.",
            "ms",
            "the error without an index",
            (Measure("miss with an index", "a miss", partial(_miss, processes, place)),),
            absent,
        ),
    ]


def _over_empty(processes: Processes, place: Path, words: list[str], quick: bool) -> Rounds:
    before = len(processes.empty)
    code = f"from registry_core.cli import main; sys.exit(main({words!r}))"
    found = processes.measure([_program(OURS, f"{_first(place)}{code}")], 3 if quick else 15)
    empty = processes.empty[before:]
    return {LIMIT: empty, OURS: [each + e for each, e in zip(found[OURS], empty, strict=True)]}


def _miss(processes: Processes, place: Path, quick: bool) -> Rounds:
    code = (
        "from registry_core import Environment, EntryNotFound, Registry, use_environment\n"
        "with use_environment(Environment(path=[])):\n"
        "    try:\n"
        "        Registry('many')['scope7.Name5007_3']\n"
        "    except EntryNotFound as error:\n"
        "        said = str(error)\n"
    )
    known = {"REGISTRY_CORE_KNOWN": str(place / "known.jsonl")}
    has = "said.endswith('pip install bench-plugin-5007')"
    programs = [
        _program(OURS, code, check=has, variables=known),
        _program(LIMIT, code, check=f"not {has}"),
    ]
    return processes.measure(programs, 3 if quick else 25)


def _program(
    name: str, code: str, check: str = "True", variables: Mapping[str, str] | None = None
) -> Program:
    if check == "True":
        return Program(name, command=(sys.executable, "-c", code))
    return Program(name, code, check, variables=variables or {})


def _first(place: Path) -> str:
    return f"import sys; sys.path.insert(0, {str(place / 'site')!r}); "


def _written(place: Path) -> None:
    place.mkdir()
    crowded_site(place / "site", _DISTRIBUTIONS, _ENTRIES)
    made = "from registry_core import Registry\nMANY = Registry('many', locations=[])\n"
    rows = {"registry_core.registries": {CROWDED_GROUP: "bench_many:MANY"}}
    Site(place / "site").install("bench-many", rows, {"bench_many.py": made})
    parts = [f"- {{type: Crowd{n * 123}_{n % _ENTRIES}, size: {n}}}\n" for n in range(40)]
    text = f"_registry_: many\nparts:\n{''.join(parts)}"
    (place / "exp.yaml").write_text(text, encoding="utf-8")
    signature = Signature((parameter("size", annotation="int"),), {"size": "int"}, "", None, None)
    lines = (
        Line(
            f"{CROWDED_GROUP}.scope{wheel % 100}",
            f"Name{wheel}_{number}",
            Provider(f"bench-plugin-{wheel}", "1.0"),
            f"bench_plugin_{wheel}:Name{number}",
            signature,
        )
        for wheel in range(_WHEELS)
        for number in range(_ENTRIES)
    )
    update_index(str(place / "known.jsonl"), encoded(lines), ())
