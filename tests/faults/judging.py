"""Running a case in fresh processes, and judging what came of it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from faults.host import install_host
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faults.case import Case

LIMIT = 60
# KiB of a process, so that one that reads what has no end is not a burden to others.
MEMORY = 4_000_000
DOCTOR = ["-m", "registry_core", "doctor", "--load", "--json", "--limit", "3", "--jobs", "2"]


class Verdict(NamedTuple):
    """What came of a case.

    Attributes:
        fault: why the host or the doctor did not survive; empty where they did.
        told: everything that anybody was told, as (how, text).
        named: the first that names the guilty, as (how, text); None where the case is mute.
            Where nobody is guilty, a problem in a listing or from the doctor is a fault.
    """

    fault: str
    told: list[tuple[str, str]]
    named: tuple[str, str] | None


class Place:
    """The folder in which a case happens. Lives as long as its test."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.site = Site(folder / "site")
        install_host(self.site)
        case.install(self.site)
        self.result = folder / "result.json"
        self.work = folder / "work"
        self.work.mkdir()
        path = [str(self.site.folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        kept = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_CORE_")}
        self.variables = {
            **kept,
            "PYTHONPATH": os.pathsep.join(path),
            "REGISTRY_CORE_CACHE": str(folder / "cache"),
            **case.variables,
        }

    def run(self, *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
        """Run Python in a fresh process, after a shell's command."""
        command = [sys.executable, *arguments]
        if sys.platform == "linux":
            before = f"ulimit -v {MEMORY}; {before or ':'}"
        if before:
            command = ["sh", "-c", f'{before}; exec "$0" "$@"', *command]
        return subprocess.run(
            command,
            cwd=self.work,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT,
            check=False,
        )


def judged(area: str, number: int, case: Case, folder: Path) -> Verdict:
    """Install what the case gives, let the host and the doctor run, and judge."""
    place = Place(case, folder)
    told: list[tuple[str, str]] = []
    faults = [*_visited(place, told, area, str(number))]
    if case.diagnosed:
        findings = [*_diagnosed(place, told, faults)]
        if case.mended:
            commands = [f["command"] for f in findings if case.guilty == _provider(f)]
            faults += (
                _visited(place, told, before=commands[0]) if commands else ["nothing mends it"]
            )
    told = [(how, _anywhere(text, place)) for how, text in told]
    named = next(((how, text) for how, text in told if case.guilty in text), None)
    if not case.guilty:
        named = "", case.then
        accused = [text for how, text in told if how in ("listed", "doctor")]
        faults += [f"nothing is wrong, but: {text}" for text in dict.fromkeys(accused)]
    return Verdict("; ".join(faults), told, named)


def _anywhere(text: str, place: Place) -> str:
    """A text without what differs from run to run and from machine to machine."""
    minor = ".".join(platform.python_version_tuple()[:2])
    text = text.replace(str(place.site.folder.parent), "...")
    return text.replace(platform.python_version(), minor)


def _visited(
    place: Place, told: list[tuple[str, str]], *arguments: str, before: str = ""
) -> Iterable[str]:
    """Let the host run; what it was told, and why it did not survive, if so."""
    place.result.unlink(missing_ok=True)
    try:
        finished = place.run(
            str(Path(__file__).parent), str(place.result), *arguments, before=before
        )
    except subprocess.TimeoutExpired:
        yield f"the host was still running after {LIMIT} s"
        return
    if finished.returncode or not place.result.exists():
        last = (finished.stderr.strip().splitlines() or ["(nothing on stderr)"])[-1]
        yield f"the host ended with status {finished.returncode}: {last}"
    else:
        told += [tuple(each) for each in json.loads(place.result.read_text(encoding="utf-8"))]


def _diagnosed(
    place: Place, told: list[tuple[str, str]], faults: list[str]
) -> Iterable[dict[str, str]]:
    """The doctor's findings; what they say is told."""
    try:
        finished = place.run(*DOCTOR)
    except subprocess.TimeoutExpired:
        faults.append(f"the doctor was still running after {LIMIT} s")
        return
    if finished.returncode not in (0, 1):
        last = (finished.stderr.strip().splitlines() or ["(nothing on stderr)"])[-1]
        faults.append(f"the doctor ended with status {finished.returncode}: {last}")
        return
    for finding in json.loads(finished.stdout)["findings"]:
        text = f"{finding['kind']}: {_provider(finding)}: {finding['where']}: {finding['what']}"
        told.append(("doctor", text))
        yield finding


def _provider(finding: dict[str, str]) -> str:
    return f"{finding['provider']} {finding['version']}".rstrip()
