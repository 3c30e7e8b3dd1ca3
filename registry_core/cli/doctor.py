"""The command `registry-core doctor`: examine, print, and say by the status what was found."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import threading
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_json, add_registries
from registry_core.cli.printing import answer, complain, printing_to_stderr
from registry_core.errors import RegistryError
from registry_core.limits import MAX_SHOWN_LINES
from registry_core.text import counted, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.cli.arguments import Parser
    from registry_core.doctor import Contributor, Diagnosis, Finding, LoadResult
    from registry_core.entry import Entry

CLEAN, FINDINGS, FAILED = 0, 1, 2

# The first word of what `doctor --json` prints; see that of `list`.
FORMAT = "registry_core-doctor-1"
DESCRIPTION = (
    "Examine what is installed for registries. The exit status is 0 where nothing is found, 1 "
    "where something is, and 2 where the doctor itself fails. What may well be meant so is a note, "
    "and does not count."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core doctor`` takes."""
    add_registries(parser)
    parser.add_argument(
        "--load",
        action="store_true",
        help="load every entry too, each in a process of its own",
    )
    parser.add_argument(
        "--limit",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="how long one process may take (default: 60)",
    )
    parser.add_argument(
        "--jobs",
        type=_count,
        default=min(4, os.cpu_count() or 1),
        metavar="N",
        help="how many processes at once (default: %(default)s here)",
    )
    add_json(parser)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("it must be more than 0, and finite")
    return seconds


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if count < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return count


def run(arguments: argparse.Namespace) -> int:
    """Examine what is installed, and print what was found.

    Returns:
        The exit status: 0 where nothing was found, 1 where something was, 2 where this failed.
    """
    try:
        from registry_core.doctor import diagnose

        # What a hook module prints is not part of the report.
        with _ended_in_order(), printing_to_stderr():
            diagnosis = diagnose(
                *arguments.registry,
                load=arguments.load,
                limit=arguments.limit,
                jobs=arguments.jobs,
                watch=_with_bar,
            )
        report = _as_json(diagnosis) if arguments.json else "\n".join(_lines(diagnosis))
    except RegistryError:
        raise
    except Exception:
        traceback.print_exc()
        complain("the doctor itself failed; please report this")
        return FAILED
    answer(report)
    return CLEAN if diagnosis.is_clean else FINDINGS


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


def _as_json(diagnosis: Diagnosis) -> str:
    document = {
        "format": FORMAT,
        "python": platform.python_version(),
        "judges_requirements": diagnosis.judges_requirements,
        "installed": [
            {
                **_provider(contributor),
                "folder": contributor.folder,
                "entries": dict(contributor.entries),
                "hooks": contributor.hooks,
                "owns": contributor.owns,
                "refusal": contributor.refusal,
            }
            for contributor in diagnosis.contributors
        ],
        "findings": [
            {
                "kind": finding.kind,
                "is_note": finding.is_note,
                **_provider(finding),
                "where": finding.where,
                "what": finding.what,
                "fix": finding.fix,
                "command": finding.command,
            }
            for finding in diagnosis.findings
        ],
        "loaded": [
            {
                "registry": result.entry.registry,
                "key": result.entry.key,
                **_provider(result.entry),
                "outcome": result.outcome,
                "seconds": round(result.seconds, 3),
            }
            for result in diagnosis.load_results
        ],
    }
    return json.dumps(document, indent=2)


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
