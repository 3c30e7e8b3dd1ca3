"""Measures registry_core against limits and peers, and fails where a bound is exceeded."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import builds
import commands
import lookups
import readings
import registering
import scale
from bounds import BOUNDS, exceeded
from discovery import Discovery
from machine import facts
from measures import OURS, Spread, unexplained
from page import around, demand, put_into, shown, tables, verdict
from processes import Processes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from measures import Rounds, Section

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def main() -> int:
    """Run all measures.

    Returns:
        The exit status: 1 where a bound is exceeded.
    """
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds, and write no page")
    quick: bool = parser.parse_args().quick
    # First, because a run of minutes must not end with what could have been known before.
    around(PAGE)
    known = facts()
    if hasattr(os, "sched_setaffinity"):
        # One core of a shared machine may be half as slow again as another for a while.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("writing the distributions", flush=True)
    with TemporaryDirectory(prefix="registry-core-bench-") as folder:
        processes = Processes(Path(folder))
        sections = [
            *Discovery(Path(folder), processes).sections(),
            *commands.sections(Path(folder), processes),
            *scale.sections(Path(folder), processes),
            *readings.sections(Path(folder)),
            *lookups.sections(),
            *builds.sections(),
            *registering.sections(),
        ]
        found = _measured(sections, quick=quick)
    empty = shown(Spread.of(processes.empty))
    known["An empty process"] = f"{empty} ms, which are subtracted from all others"
    text = tables(known, sections, found)
    if quick:
        print(f"{text}\n\nA quick run: {PAGE} is as it was.")
    else:
        put_into(PAGE, text)
        print(f"{PAGE} is written.")
    sys.stdout.flush()
    worse = exceeded(found)
    for line in worse:
        print(f"exceeded: {line}", file=sys.stderr)
    return 1 if worse else 0


def _measured(sections: Sequence[Section], *, quick: bool) -> dict[str, Rounds]:
    """What each measure shows.

    Raises:
        ValueError: measures and bounds do not match, or a contender is missing without a reason.
    """
    todo = [(section, measure) for section in sections for measure in section.measures]
    names = [measure.name for _, measure in todo]
    unpaired = BOUNDS.keys() ^ {*names}
    if unpaired:
        raise ValueError(f"not both measured and bounded: {sorted(unpaired)}")
    started = time.monotonic()
    found: dict[str, Rounds] = {}
    for number, (section, measure) in enumerate(todo, start=1):
        print(f"{number:>2} of {len(todo)}: {measure.name}", end=" ... ", flush=True)
        rounds = found[measure.name] = measure.run(quick)
        figures = f"{shown(Spread.of(rounds[OURS]))} {section.unit}"
        judged = f"{verdict(measure.name, rounds)}; may be {demand(measure.name)}"
        print(f"{figures}: {judged} ({time.monotonic() - started:.0f} s)")
    gaps = [gap for section in sections for gap in unexplained(section, found)]
    if gaps:
        raise ValueError(f"neither measured nor explained: {', '.join(gaps)}")
    return found


if __name__ == "__main__":
    sys.exit(main())
