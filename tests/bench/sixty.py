"""Measures the sixty lines of docs/why.md beside registry_core: `python tests/bench/sixty.py`."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from loops import Statement, measure
from measures import Spread
from processes import Processes, Program
from sites import GROUP, mixed_site

from registry_core import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from measures import Rounds

PAGE = Path(__file__).parents[2] / "docs" / "why.md"
OURS, SIXTY = "registry_core", "sixty lines"
LIST = {
    SIXTY: "from sixty import SixtyLines; names = list(SixtyLines({group!r}))",
    OURS: "from registry_core import Registry; "
    "names = Registry('bench', group={group!r}).entries()",
}


def sixty_lines() -> str:
    """The registry, as the page has it."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def rows(folder: Path, *, sizes: tuple[int, ...], rounds: int) -> Iterator[str]:
    """The rows of the page's table.

    Args:
        folder: an empty folder to work in.
        sizes: of how many distributions names are listed.
        rounds: how often each is measured.
    """
    (folder / "lines").mkdir()
    (folder / "lines" / "sixty.py").write_text(sixty_lines(), encoding="utf-8")
    processes = Processes(folder)
    for size in sizes:
        site = mixed_site(folder / f"site{size}", size)
        path = f"import sys; sys.path[:0] = {[str(folder / 'lines'), str(site.folder)]!r}; "
        programs = [
            Program(name, path + code.format(group=GROUP), f"len(names) == {site.entries}")
            for name, code in LIST.items()
        ]
        found = processes.measure(programs, rounds)
        yield row(f"list a group, {size:,} distributions: a process", "ms", found)
    names: dict[str, object] = {}
    exec(sixty_lines(), names)
    sixty, ours = names["SixtyLines"]("bench"), _recursive()  # type: ignore[operator]
    for register in (sixty.register, partial(ours.register_module, name="Dense")):
        register()(a_class())
    known = {"sixty": sixty, "ours": ours, "config": {"type": "Dense", "size": 3}}
    for text, unit, sixtieth, own in (
        ("look up a loaded name", "ns", "sixty['Dense']", "ours['Dense']"),
        ("build one object", "ns", "sixty.build(config)", "ours.build(config)"),
    ):
        statements = [Statement(SIXTY, sixtieth, known), Statement(OURS, own, known)]
        yield row(text, unit, measure(statements, rounds=rounds))


def _recursive() -> Registry[type]:
    """A registry of ours that builds nested configs, as the sixty lines do."""
    return Registry("bench", group="bench.sixty", recursive=True)


def a_class() -> type:
    """A class to build."""

    class Dense:
        def __init__(self, size: int) -> None:
            self.size = size

    return Dense


def row(text: str, unit: str, found: Rounds) -> str:
    """A row of the table: the median of the rounds, with the least and the greatest."""
    cells = [Spread.of(found[name]) for name in (SIXTY, OURS)]
    shown = (f"{each.median:.3g} ({each.least:.3g} to {each.greatest:.3g})" for each in cells)
    return f"| {text} | {' | '.join(f'{each} {unit}' for each in shown)} |"


def main(rounds: int = 21) -> None:
    """Print the table."""
    print(f"| | {SIXTY} | {OURS} |\n| --- | ---: | ---: |")
    with TemporaryDirectory(prefix="registry-core-bench-") as folder:
        for each in rows(Path(folder), sizes=(100, 1_000), rounds=rounds):
            print(each, flush=True)


if __name__ == "__main__":
    main()
