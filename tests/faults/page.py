"""The matrix as a page: ``python tests/faults/page.py FILE`` runs all cases and writes it."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])

from faults.judging import judged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faults.case import Case
    from faults.judging import Verdict

AREAS = {
    "importing": "Import",
    "authors": "Plugins under development",
    "naming": "Names",
    "taking": "Names of others",
    "metadata": "Metadata",
    "headers": "Names and versions in METADATA",
    "files": "Files that are none, and large ones",
    "kinds": "Kinds of distributions",
    "places": "Places, and changes while the host runs",
    "missing": "Names that are missing",
    "reading": "Listings that are cut short, and clocks that lie",
    "threads": "Threads and processes",
    "hooks": "Hooks",
    "configs": "Configs",
}
LONGEST = 400

HEAD = """# What can go wrong, and what then happens

Each row is a case of the test suite (`tests/faults`): real metadata and modules in a folder, and
a host in a process of its own. It lists all registries, loads and builds everything good, then what
is bad, then what is good and was not loaded before, and lists again. Then the doctor is asked, as
`registry-core doctor --load`. A case passes where the host goes on, every good plugin works before
and after, and what is at fault is named: by the error that the host gets, by a problem in its
listing, by a warning, or by the doctor. The host is `acme 2.0`, the good plugin `acme-good 0.1.0`,
the bad one `acme-bad 1.2`.

The table says what the tests were told, on Python 3.11. `nox -s faults` writes this page, and every
run of the tests compares.

{summary}

What ends the process that it runs in, or never returns (`os._exit`, a segmentation fault, an
endless loop), cannot be survived there, by anybody. In those cases the host does not load it, the
doctor does so in a process of its own, and a second host, which loads everything, runs after the
command that the doctor gives.
"""


def cases() -> list[tuple[str, int, Case]]:
    """Every case, with its area and its number there."""
    return [
        (area, number, case)
        for area in AREAS
        for number, case in enumerate(import_module(f"faults.{area}").CASES)
    ]


def row(area: str, number: int, case: Case, verdict: Verdict) -> str:
    """A case as a row of the table."""
    if verdict.fault or verdict.named is None:
        then, judgement = _cell(verdict.fault or "nothing is said of it"), "**fails**"
    elif case.guilty:
        how, text = verdict.named
        then, judgement = f"{how}: {_quoted(text)}", "survives, named"
    else:
        then, judgement = _cell(case.then), "survives"
    return f"| {area} {number + 1} | {_cell(case.given)} | {then} | {judgement} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _quoted(text: str) -> str:
    text = _cell(text if len(text) <= LONGEST else f"{text[:LONGEST]}...")
    return f"`` {text} ``"


def page(rows: Iterable[tuple[str, str]]) -> str:
    """The page, of rows with their areas."""
    by_area: dict[str, list[str]] = {}
    for area, text in rows:
        by_area.setdefault(area, []).append(text)
    texts = [text for each in by_area.values() for text in each]
    named = sum(text.endswith("| survives, named |") for text in texts)
    fine = sum(text.endswith("| survives |") for text in texts)
    summary = (
        f"{len(texts)} cases: {named + fine} survive; {named} of them name what is at fault, "
        f"in {fine} nothing is; {len(texts) - named - fine} fail."
    )
    lines = [HEAD.format(summary=summary)]
    for area, some in by_area.items():
        lines += [
            f"## {AREAS[area]}",
            "",
            "| case | given | then | verdict |",
            "| --- | --- | --- | --- |",
            *some,
            "",
        ]
    return "\n".join(lines)


def main(path: str) -> None:
    """Run all cases, two at once, and write the page."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:

        def run(numbered: tuple[int, tuple[str, int, Case]]) -> tuple[str, str]:
            index, (area, number, case) = numbered
            own = Path(folder, str(index))
            own.mkdir()
            return area, row(area, number, case, judged(area, number, case, own))

        text = page(pool.map(run, enumerate(cases())))
    Path(path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
