"""The verb `doctor`: what is installed, what is wrong with it, and how to mend that."""

from __future__ import annotations

import os
import platform
import signal
import sys
import threading
from argparse import ArgumentTypeError
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry_core.cli.arguments import JSON, argument, registries
from registry_core.cli.printing import complain
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import RegistryError
from registry_core.limits import MAX_SHOWN_LINES
from registry_core.text import counted, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.cli.arguments import Arguments
    from registry_core.doctor import Contributor, Diagnosis, Finding, LoadResult
    from registry_core.entry import Entry

# Where something is found, and where the doctor itself fails.
FINDINGS, FAILED = 1, 2
# The first word of what `doctor --json` prints; see that of `list`.
FORMAT = "registry_core-doctor-1"


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError("it must be more than 0, and finite")
    return seconds


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a whole number") from None
    if count < 1:
        raise ArgumentTypeError("it must be at least 1")
    return count


@verb(
    "Examine what is installed for registries. The exit status is 0 where nothing is found, 1 "
    "where something is, and 2 where the doctor itself fails. What may well be meant so is a note, "
    "and does not count.",
    registries,
    argument(
        "--load", action="store_true", help="load every entry too, each in a process of its own"
    ),
    argument(
        "--limit",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="how long one process may take (default: 60)",
    ),
    argument(
        "--jobs",
        type=_count,
        default=min(4, os.cpu_count() or 1),
        metavar="N",
        help="how many processes at once (default: %(default)s here)",
    ),
    JSON,
    failed=FAILED,
)
def doctor_verb(arguments: Arguments) -> Answer:
    """What is installed, and what was found."""
    try:
        from registry_core.doctor import diagnose

        with _ended_in_order():
            found = diagnose(
                *arguments.asked,
                load=arguments.load,
                limit=arguments.limit,
                jobs=arguments.jobs,
                watch=_with_bar,
            )
        report = _as_json(found) if arguments.json else [*_lines(found)]
    except RegistryError:
        raise
    except Exception:
        import traceback

        traceback.print_exc()
        return Answer((), FAILED, ["the doctor itself failed; please report this"])
    return Answer(report, 0 if found.is_clean else FINDINGS)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM end this as Ctrl-C does, which leaves no process behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _with_bar(results: Iterable[LoadResult], total: int) -> Iterable[LoadResult]:
    try:
        from tqdm import tqdm
    except Exception:
        # tqdm asks for its own version, which a foreign finder may answer with any exception.
        needs = "a progress bar needs the extra registry_core[cli]"
        complain(f"loading {total} entries ({needs})")
        return results
    # Where stderr is not a terminal, it shows nothing.
    return tqdm(results, total=total, unit=" entries", file=sys.stderr, disable=None, leave=False)


def _as_json(diagnosis: Diagnosis) -> dict[str, object]:
    return {
        "format": FORMAT,
        "python": platform.python_version(),
        "judges_requirements": diagnosis.judges_requirements,
        "installed": [_as_data(each) for each in diagnosis.contributors],
        "findings": [_as_data(each) for each in diagnosis.findings],
        "loaded": [
            {
                "registry": each.entry.registry,
                "key": each.entry.key,
                **_provider(each.entry),
                "outcome": each.outcome,
                "seconds": round(each.seconds, 3),
            }
            for each in diagnosis.load_results
        ],
    }


def _as_data(record: Contributor | Finding) -> dict[str, object]:
    return {**record._asdict(), **_provider(record)}


def _provider(record: Contributor | Finding | Entry) -> dict[str, str]:
    return {"provider": record.provider.name, "version": record.provider.version or ""}


def _lines(diagnosis: Diagnosis) -> Iterable[str]:
    yield f"Python {platform.python_version()}, {safe_text(sys.executable)}"
    yield ""
    yield "Installed:"
    for contributor in diagnosis.contributors:
        yield f"  {contributor.provider}: {'; '.join(_does(contributor))}"
    if not diagnosis.contributors:
        yield "  nothing that adds to a registry"
    results = diagnosis.load_results
    if results:
        loaded = sum(result.outcome == "loaded" for result in results)
        yield from ("", f"Loaded: {loaded} of {len(results)} entries and registries")
    findings = [finding for finding in diagnosis.findings if not finding.is_note]
    notes = [finding for finding in diagnosis.findings if finding.is_note]
    for title, some in (("Findings:", findings), ("Notes:", notes)):
        if some:
            yield from ("", title)
        for finding in some:
            yield from _finding_lines(finding)
    if not diagnosis.judges_requirements:
        needs = "judging what distributions require needs the extra registry_core[cli]"
        yield from ("", f"Not examined: {needs}")
    yield from ("", f"{counted(len(findings), 'finding')}, {counted(len(notes), 'note')}")


def _does(contributor: Contributor) -> Iterable[str]:
    for group, count in contributor.entries.items():
        yield f"{count} of {safe_text(group)}"
    if contributor.hooks:
        yield f"hooks for {safe_text(', '.join(contributor.hooks))}"
    if contributor.owns:
        yield f"owns {safe_text(', '.join(contributor.owns))}"
    if contributor.refusal:
        yield contributor.refusal


def _finding_lines(finding: Finding) -> Iterable[str]:
    yield f"  {finding.kind}: {safe_text(str(finding.provider))}: {safe_text(finding.where)}"
    first, *more = finding.what.splitlines()[:MAX_SHOWN_LINES] or [""]
    yield f"    {safe_text(first)}"
    # Marked, so that no message of a plugin looks like our own lines below it.
    yield from (f"    | {safe_text(line)}" for line in more)
    yield f"    to mend it: {safe_text(finding.fix)}"
    if finding.command:
        # Not escaped and not cut: that would be another command.
        yield f"    $ {finding.command}"
