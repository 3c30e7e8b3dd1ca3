"""Entries are tried: each is loaded in a process of its own, which may do what it likes there."""

from __future__ import annotations

import json
import math
import secrets
import signal
import stat
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import IO, TYPE_CHECKING, Literal, NamedTuple, cast

from registry_core.doctor.child import PATIENCE, Heard, kill, started
from registry_core.environment import current_environment
from registry_core.environment.policy import BLOCK
from registry_core.hooks.answers import is_plain
from registry_core.wording import shown

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from registry_core.entry import Entry
    from registry_core.environment import Environment

Outcome = Literal["loaded", "raised", "crashed", "ended", "timed out"]

_PAUSE = 0.02
# The process ends itself so many seconds after the limit, if nobody is left to end it.
_GRACE = 5
_LONGEST_LIMIT = 1_000_000
_LARGEST_RESULT = 100_000
_LONGEST_REASON = 4_000
# More than the process would tell; a plugin may tell in its place.
_MOST_EFFECTS = 50
# From here on, Windows' exit statuses are those of crashes.
_CRASHES = 0xC0000000


class Trial(NamedTuple):
    """What came of loading one entry in a process of its own. A frozen record.

    Attributes:
        entry: the entry.
        outcome: whether it loaded, or what happened in its place.
        reason: why it did not load, in words; empty where it did.
        fix: what to do about that; empty where it loaded.
        seconds: how long loading took; where the process did not live to tell, how long it lived.
        effects: what importing it did besides, in words; as far as the process lived to tell.
    """

    entry: Entry
    outcome: Outcome
    reason: str
    fix: str
    seconds: float
    effects: tuple[str, ...]


def try_entries(
    entries: Iterable[Entry],
    *,
    limit: float = 60.0,
    jobs: int = 1,
    variables: Mapping[str, str] | None = None,
    environment: Environment | None = None,
    asks: bool = False,
) -> Generator[Trial, None, None]:
    """Load each of these entries in a process of its own, whatever its import does there.

    Where one took too long, no other of its module is tried: it would take as long.
    An entry of a registry that a framework owns is loaded as that registry does it; where the
    framework ends the process, a second one loads the entry alone. Of bound arguments that JSON
    cannot hold nothing is said. What code has registered is loaded already, and no process is
    started for it. The entries are taken at their word: `Environment.refresh` first, where an index
    is not to be trusted.

    Whatever an entry starts is killed with its process, unless it has left its process group. Close
    the iterator where it is not read to its end: that kills what still runs.

    Args:
        entries: entries, hook modules, and those that own registries, told by their registry.
        limit: seconds that one process may take, from its start.
        jobs: how many processes at once; fewer than one count as one.
        variables: the environment variables of the processes; None for those of this one.
        environment: who knows which registries are owned; None for the current one.
        asks: ask hook modules for a name that nobody has, too, and not for their entries alone.

    Yields:
        A trial for each entry, as it comes to its end: not in the order of the entries.

    Example:
        >>> from registry_core import Entry
        >>> for trial in try_entries([Entry("Counter", "collections:Count")]):
        ...     trial.outcome, trial.reason
        ('raised', "the module 'collections' has no attribute 'Count'")
    """
    asked = current_environment() if environment is None else environment
    owners = dict(asked.registries())
    waiting = iter(entries)
    # Modules of which an entry took too long: so would every other one.
    endless: dict[str, Trial] = {}
    running: list[_Attempt] = []
    try:
        while True:
            while len(running) < max(1, jobs) and (entry := next(waiting, None)) is not None:
                if (known := endless.get(_module(entry))) is not None:
                    yield known._replace(entry=entry, seconds=0.0)
                elif isinstance(entry.target, str):
                    owner = owners.get(entry.registry)
                    running.append(_Attempt(entry, owner, limit, variables, asks=asks))
                else:
                    yield Trial(entry, "loaded", "", "", 0.0, ())
            if not running:
                return
            over = [attempt for attempt in running if attempt.is_over()]
            for attempt in over:
                trial = attempt.end()
                running.remove(attempt)
                if trial is not None:
                    if trial.outcome == "timed out":
                        endless[_module(trial.entry)] = trial
                    yield trial
                    continue
                owners.pop(attempt.entry.registry, None)
                running.append(_Attempt(attempt.entry, None, limit, variables, asks=asks))
            if not over:
                sleep(_PAUSE)
    finally:
        for attempt in running:
            attempt.stop()


def _module(entry: Entry) -> str:
    return str(entry.target).partition(":")[0].strip() if isinstance(entry.target, str) else ""


class _Attempt:
    """The process that tries one entry. Lives from its start to its end.

    Args:
        entry: the entry.
        owner: the entry that owns its registry, if that is to be asked.
        limit: seconds that the process may take.
        variables: its environment variables; None for those of this process.
        asks: whether a hook module is asked for a name that nobody has.
    """

    def __init__(
        self,
        entry: Entry,
        owner: Entry | None,
        limit: float,
        variables: Mapping[str, str] | None,
        *,
        asks: bool,
    ) -> None:
        self.entry = entry
        self._limit = limit
        self._asks_owner = owner is not None
        self._seconds = 0.0
        self._heard: dict[str, Heard] = {}
        mark = secrets.token_hex()
        with ExitStack() as undoing:
            made = TemporaryDirectory(prefix="registry_core-", ignore_cleanup_errors=True)
            folder = Path(undoing.enter_context(made)).absolute()
            job = folder / "job.json"
            self._result = folder / "result.json"
            said = {**_job(entry, owner, limit), "mark": mark, "asks": asks}
            job.write_text(json.dumps(said), encoding="utf-8")
            self._began = monotonic()
            self._process = started(str(job), str(self._result), variables)
            undoing.callback(self._kill)
            for name, pipe in ("stdout", self._process.stdout), ("stderr", self._process.stderr):
                self._heard[name] = Heard(cast("IO[bytes]", pipe), mark.encode())
            self._undoing = undoing.pop_all()

    def is_over(self) -> bool:
        """Whether the process has ended, or has to."""
        self._seconds = monotonic() - self._began
        return self._process.poll() is not None or self._seconds > self._limit

    def stop(self) -> None:
        """Kill the process with all that it has started, and remove its files."""
        self._undoing.close()

    def end(self) -> Trial | None:
        """Stop it, and say what came of it; None where the owner of the registry ended it."""
        status = self._process.poll()
        result = _read(self._result)
        self.stop()
        prints = tuple(
            f"it prints {line} to {name}"
            for name, heard in self._heard.items()
            if (line := heard.first_line())
        )
        match result:
            # Only where it was asked: a plugin that writes this would be tried for ever.
            case {"at": "owner"} if self._asks_owner:
                return None
            case {
                "outcome": "loaded" | "raised" as outcome,
                "reason": str(reason),
                "fix": str(fix),
                "seconds": float(seconds),
                "effects": list(effects),
            } if all(isinstance(each, str) for each in effects) and 0.0 <= seconds < math.inf:
                said = map(_harmless, cast("list[str]", effects)[:_MOST_EFFECTS])
                told = (_harmless(reason), _harmless(fix)) if outcome == "raised" else ("", "")
                return Trial(self.entry, outcome, *told, seconds, (*prints, *said))
            case _:
                how, reason, fix = _ending(self.entry, status, self._limit)
                return Trial(self.entry, how, reason, fix, self._seconds, prints)

    def _kill(self) -> None:
        kill(self._process)
        end = monotonic() + PATIENCE
        for heard in self._heard.values():
            # What has left the process group may keep the pipe open for ever.
            heard.join(max(0.0, end - monotonic()))


def _job(entry: Entry, owner: Entry | None, limit: float) -> dict[str, object]:
    kwargs = dict(entry.kwargs)
    # Anything may be there; Python passes over it.
    places: list[object] = [*sys.path]
    return {
        "path": [place for place in places if isinstance(place, str)],
        "name": entry.name,
        "target": entry.target,
        "scope": entry.scope,
        "kwargs": kwargs if is_plain(kwargs) else {},
        "registry": entry.registry,
        "provider": list(entry.provider),
        "owner": None if owner is None else [owner.target, *owner.provider],
        "alarm": math.ceil(min(limit, _LONGEST_LIMIT)) + _GRACE,
    }


def _read(file: Path) -> object:
    """What the process has written down; None where that is anything else.

    A plugin could have written there.
    """
    try:
        # A pipe in its place would be read for ever.
        if not stat.S_ISREG(file.lstat().st_mode):
            return None
        with file.open("rb") as opened:
            # What is longer is cut, and so is no JSON.
            return json.loads(opened.read(_LARGEST_RESULT))
    except (OSError, ValueError, RecursionError):
        return None


def _harmless(text: str) -> str:
    """A text from the process, so that it cannot flood or fake a terminal."""
    return "\n".join(map(shown, text[:_LONGEST_REASON].split("\n")))


def _ending(entry: Entry, status: int | None, limit: float) -> tuple[Outcome, str, str]:
    """How a process ended that left no result, in words, and what to do about it."""
    outcome: Outcome
    if status is None:
        outcome, reason = "timed out", f"it took longer than {limit:g} s"
        fix = "give it more time"
    elif status < 0 or status >= _CRASHES:
        outcome, reason = "crashed", f"the process crashed with status {status:#x}"
        if status < 0:
            reason = f"the process was killed by {_signal(-status)}"
        module = str(entry.target).partition(":")[0].strip()
        fix = f"see where with: python -X faulthandler -c 'import {module}'"
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
