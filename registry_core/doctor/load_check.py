"""Entries are loaded in other processes, one a module, which may do what they like there."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from collections import deque
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.doctor.findings import LoadResult
from registry_core.environment import current_environment
from registry_core.environment.policy import BLOCK
from registry_core.hooks.answers import is_plain
from registry_core.keys import HOOKS, module_of
from registry_core.limits import MAX_LOAD_SECONDS, MAX_REASON, MAX_RESULT_BYTES
from registry_core.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from registry_core.doctor.findings import Outcome
    from registry_core.entry import Entry
    from registry_core.environment import Environment

_PAUSE = 0.02
# Seconds. The process ends itself so long after the limit, if its parent was killed.
_GRACE = 5
# Seconds that a killed process is waited for.
_PATIENCE = 2.0
# From here on, Windows' exit statuses are those of crashes.
_CRASHES = 0xC0000000

# `-c` puts the working directory first on the path, where anything may lie: it is taken off before
# anything is imported.
_BOOT = f"""
import sys
if sys.path[:1] == [""]:
    del sys.path[0]
import json
job = json.load(sys.stdin.buffer)
sys.path[:] = job["path"]
from {__package__}.load_worker import main
main(job)
"""


class _Batch(NamedTuple):
    """Entries of one module, loaded by one process one after the other."""

    entries: Sequence[Entry]
    owner: Entry | None


def load_check(
    entries: Iterable[Entry],
    *,
    limit: float = 60.0,
    jobs: int = 1,
    environment: Environment | None = None,
    asks: bool = False,
) -> Generator[LoadResult, None, None]:
    """Load each of these entries in another process, whatever its import does there.

    The entries of one module share a process. Where that ends while the module is imported, that is
    what came of all of them; where it ends later, another process goes on with the next entry.
    An entry of a registry that a framework owns is loaded as that registry does it; where the
    framework ends the process, another one loads the entries alone. What code has registered is
    loaded already, and no process is started for it.

    All that an entry starts is killed with its process, unless it has left its process group. Close
    the iterator if you do not read it to its end: that kills what still runs.

    Args:
        entries: entries, hook modules, and those that own registries; `Entry.registry` tells which.
        limit: seconds that one entry may take.
        jobs: how many processes at once; fewer than one count as one.
        environment: tells which registries are owned; None for the current one.
        asks: ask hook modules for a name that does not exist, too, and not for their entries alone.

    Yields:
        What came of each entry, as it ends: not in the order of the entries.

    Example:
        >>> from registry_core import Entry
        >>> for result in load_check([Entry("Counter", "collections:Count")]):
        ...     result.outcome, result.reason
        ('raised', "the module 'collections' has no attribute 'Count'")
    """
    asked = current_environment() if environment is None else environment
    owners = dict(asked.registries())
    batches: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        if not isinstance(entry.target, str):
            yield LoadResult(entry, "loaded", "", "", 0.0)
            continue
        # A hook module answers for each registry that it serves.
        apart = entry.name if entry.registry == HOOKS else ""
        key = (entry.registry, module_of(entry.target), str(entry.provider), apart)
        batches.setdefault(key, []).append(entry)
    waiting = deque(_Batch(batch, owners.get(batch[0].registry)) for batch in batches.values())
    running: list[_Process] = []
    try:
        while waiting or running:
            while waiting and len(running) < max(1, jobs):
                running.append(_Process(waiting.popleft(), limit, asks=asks))
            over = [process for process in running if process.is_over()]
            for process in over:
                results, rest = process.end()
                running.remove(process)
                if rest is not None:
                    waiting.appendleft(rest)
                yield from results
            if not over:
                sleep(_PAUSE)
    finally:
        for process in running:
            process.stop()


class _Process:
    """The process that loads one batch. Lives from its start to its end.

    It reads its job from its standard input, and writes lines to its standard output: two files
    without a name, so that nothing is left behind, and a plugin cannot put anything in their place.

    Args:
        batch: the entries.
        limit: seconds that each may take.
        asks: whether a hook module is asked for a name that does not exist.
    """

    def __init__(self, batch: _Batch, limit: float, *, asks: bool) -> None:
        self._batch = batch
        self._limit = limit
        self._size = 0
        with ExitStack() as undoing:
            job = undoing.enter_context(TemporaryFile())
            self._result = undoing.enter_context(TemporaryFile())
            job.write(json.dumps({**_job(batch, limit), "asks": asks}).encode())
            job.seek(0)
            self._began = monotonic()
            self._process = _started(job.fileno(), self._result.fileno())
            undoing.callback(_kill, self._process)
            self._undoing = undoing.pop_all()

    def is_over(self) -> bool:
        """Whether the process has ended, or has to."""
        size = os.fstat(self._result.fileno()).st_size
        if size != self._size:
            # Another entry has come to its end: the next one has its own time.
            self._size, self._began = size, monotonic()
        return self._process.poll() is not None or monotonic() - self._began > self._limit

    def stop(self) -> None:
        """Kill the process with all that it has started."""
        self._undoing.close()

    def end(self) -> tuple[list[LoadResult], _Batch | None]:
        """Stop it; what came of its entries, and the rest that another process has to load."""
        lived = monotonic() - self._began
        status = self._process.poll()
        self._result.seek(0)
        lines = list(_lines(self._result.read(MAX_RESULT_BYTES)))
        self.stop()
        steps = [line.get("at") for line in lines]
        entries, owner = self._batch
        if owner is not None and "owned" not in steps:
            # The framework ended it: these entries are not at fault.
            return [], _Batch(entries, None)
        answers = filter(None, map(_answer, lines))
        results = [LoadResult(entry, *fields) for entry, fields in zip(entries, answers)]  # noqa: B905 - the process may have died in between
        rest = entries[len(results) :]
        if not rest:
            return results, None
        failed = rest[:1] if "imported" in steps else rest
        results += [LoadResult(each, *_ending(each, status, self._limit), lived) for each in failed]
        left = rest[len(failed) :]
        return results, _Batch(left, owner) if left else None


def _job(batch: _Batch, limit: float) -> dict[str, object]:
    owner = batch.owner
    # Anything may be on the path; Python passes over what is not text.
    places: list[object] = [*sys.path]
    return {
        "path": [place for place in places if isinstance(place, str)],
        "entries": [*map(_fields, batch.entries)],
        "owner": None if owner is None else _fields(owner),
        "alarm": math.ceil(min(limit, MAX_LOAD_SECONDS)) + _GRACE,
    }


def _fields(entry: Entry) -> Entry:
    """What the process is told of an entry: JSON has neither proxies nor every object."""
    kwargs = dict(entry.kwargs)
    return entry._replace(kwargs=kwargs if is_plain(kwargs) else {}, metadata={})


def _started(job: int, result: int) -> subprocess.Popen[bytes]:
    flags, creating = sys.flags, 0
    if sys.platform == "win32":
        creating = subprocess.CREATE_NEW_PROCESS_GROUP
    # The options of this interpreter that keep out what variables and users' folders hold.
    switches = {
        "-I": flags.isolated,
        "-E": flags.ignore_environment,
        "-s": flags.no_user_site,
        "-S": flags.no_site,
    }
    options = [option for option, is_set in switches.items() if is_set]
    return subprocess.Popen(
        [sys.executable, *options, "-c", _BOOT],
        stdin=job,
        stdout=result,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=creating,
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it has started, unless that has left its process group."""
    if sys.platform != "win32":
        # Even if it has ended: its own children may still run.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        # By full path: Windows searches the current folder first.
        taskkill = str(Path(os.environ["SYSTEMROOT"], "System32", "taskkill.exe"))
        command = [taskkill, "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True, check=False)
        process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)


def _lines(content: bytes) -> Iterator[dict[str, Any]]:
    """What the process has written; it may have died within a line, or a plugin wrote there."""
    for line in content.split(b"\n"):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _answer(line: dict[str, Any]) -> tuple[Outcome, str, str, float, str] | None:
    """What a line says of an entry; None where it is about a step, or is none of ours."""
    match line:
        case {"seconds": float(seconds), **rest} if 0.0 <= seconds < math.inf and all(
            isinstance(each, str) for each in rest.values()
        ):
            words = (_harmless(rest.get(word, "")) for word in ("reason", "fix", "remedy"))
            reason, fix, remedy = words
            return "raised" if reason else "loaded", reason, fix, seconds, remedy or "mend it"
        case _:
            return None


def _harmless(text: str) -> str:
    """A text from the process, so that it cannot flood or fake a terminal."""
    return "\n".join(map(safe_text, text[:MAX_REASON].split("\n")))


def _ending(entry: Entry, status: int | None, limit: float) -> tuple[Outcome, str, str]:
    """How a process ended that gave no answer, in words, and what to do about it."""
    outcome: Outcome
    if status is None:
        outcome, reason = "timed out", f"it took longer than {limit:g} s"
        fix = "give it more time"
    elif status < 0 or status >= _CRASHES:
        outcome, reason = "crashed", f"the process crashed with status {status:#x}"
        if status < 0:
            reason = f"the process was killed by {_signal(-status)}"
        fix = f"see where with: python -X faulthandler -c 'import {module_of(entry.target)}'"
    else:
        outcome, reason = "ended", f"it ended the process with status {status}"
        fix = "tell its authors"
    name = entry.provider.name
    block = f", or block it with {BLOCK}={name}" if entry.provider.is_distribution else ""
    return outcome, reason, fix + block


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
