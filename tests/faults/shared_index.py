"""Processes that share an index, and are killed while they write it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from faults.processes import PATIENCE, fine
from registry_core import current_environment
from registry_core.query import listing

if TYPE_CHECKING:
    from faults.host import Host

LISTS = """
import sys
from registry_core import current_environment
from registry_core.query import listing
found = listing()
assert not found.problems, found.problems
assert current_environment().keeping()[0], "there is no index"
print(*sorted(row.entry.key for row in found.rows))
"""
KEYS = "extra.Good extra.Late extra.computed"


def settle() -> None:
    """Wait until what is installed is old enough for the index to keep it."""
    time.sleep(2.1)


def listed() -> subprocess.Popen[str]:
    """A process that lists, and is told to."""
    return subprocess.Popen(
        [sys.executable, "-c", LISTS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def lists_right(process: subprocess.Popen[str]) -> None:
    """That process has ended, and has listed everything."""
    said, failed = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, failed
    assert said.split() == KEYS.split(), said


def index_files() -> list[str]:
    """What is in the index."""
    return [file.name for file in Path(os.environ["REGISTRY_CORE_INDEX"]).iterdir()]


def lists_in_processes(host: Host) -> None:
    """Processes that begin with no index, and write it at once, are all right."""
    settle()
    for _ in range(2):
        for process in [listed() for _ in range(4)]:
            lists_right(process)
    assert index_files()
    assert not [name for name in index_files() if name.endswith(".part")]
    host.lists()
    host.works()


def is_killed(host: Host) -> None:
    """A process that is killed while it writes the index leaves nothing that is believed."""
    settle()
    lists_right(listed())
    for step in range(20):
        pid = os.fork()
        if not pid:
            # Without an end, until it is killed.
            while True:
                current_environment().refresh()
                listing()
        time.sleep(0.005 + 0.003 * step)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if step % 5 == 0:
            lists_right(listed())
    lists_right(listed())
    host.lists()
    host.works()


SHARED = [
    fine(
        "processes that list at once share an index",
        "all are right, and no part of a file is left",
        lists_in_processes,
    ),
]

if sys.platform != "win32":
    SHARED += [
        fine(
            "a process is killed while it writes the index",
            "the next one is right",
            is_killed,
        ),
    ]
