"""A process that may do what it likes: heard as long as it lives, and killed whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Thread
from typing import IO, TYPE_CHECKING

from registry_core.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

# `-c` puts the working directory first on the path, where anything may lie: it is taken off before
# anything is imported. No plugin is to take our arguments for its own.
_BOOT = f"""
import sys
if sys.path[:1] == [""]:
    del sys.path[0]
import json
with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)
result = sys.argv[2]
del sys.argv[1:]
sys.path[:] = job["path"]
from {__package__}.trial import main
main(job, result)
"""
# Seconds that a killed process is waited for, and what it has printed.
PATIENCE = 2.0
_MOST_HEARD = 8_000
_LONGEST_LINE = 60


def started(job: str, result: str, variables: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    """Start a process that tries what the file `job` says, and writes to the file `result`."""
    # Unbuffered, so that what is printed before a crash is heard too.
    command = [sys.executable, "-u", *_flags(), "-c", _BOOT, job, result]
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        command,
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=None if variables is None else dict(variables),
        start_new_session=True,
        creationflags=flags,
    )


def _flags() -> list[str]:
    """The options of this interpreter that keep out what variables and users' folders hold."""
    flags = sys.flags
    said = {
        "-I": flags.isolated,
        "-E": flags.ignore_environment,
        "-s": flags.no_user_site,
        "-S": flags.no_site,
    }
    return [option for option, is_set in said.items() if is_set]


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it has started, unless that has left its process group."""
    if sys.platform != "win32":
        # Also where it has ended: what it has started may still run.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        # By its path: Windows looks in the current folder first.
        taskkill = os.path.join(os.environ["SYSTEMROOT"], "System32", "taskkill.exe")  # noqa: PTH118
        command = [taskkill, "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True, check=False)
        process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)


class Heard(Thread):
    """Reads what a process prints, and keeps how it begins. Lives until nobody can print there."""

    def __init__(self, pipe: IO[bytes], mark: bytes) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._mark = mark
        self._kept = b""
        self.start()

    def run(self) -> None:
        """Read to the end; all that comes before the mark is dropped, and most of what follows."""
        has_begun, seen = False, b""
        with self._pipe as pipe:
            while data := pipe.read(1 << 16):
                said = data
                if not has_begun:
                    before, mark, said = (seen + data).partition(self._mark)
                    has_begun, seen = bool(mark), before[-len(self._mark) :]
                self._kept += said[: _MOST_HEARD - len(self._kept)]

    def first_line(self) -> str:
        """The first line that was printed, quoted and cut; empty where nothing was."""
        text = self._kept.decode("utf-8", "replace")
        line = text.strip().partition("\n")[0].rstrip() if text.strip() else text
        dots = "..." if len(line) > _LONGEST_LINE else ""
        return quoted(line[:_LONGEST_LINE]) + dots if text else ""
