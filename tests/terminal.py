"""A shell in a terminal, at whose keys a test sits: tmux."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# What may stand on the screen later than this is not awaited.
PATIENCE = 30


class Terminal:
    """A terminal in which a shell runs. Lives until `close`, which ends both.

    Args:
        shell: starts the shell.
        folder: where it works; the socket of tmux is in it.
        variables: all environment variables of it.
        columns: how wide it is.
    """

    def __init__(
        self, shell: Sequence[str], folder: Path, variables: Mapping[str, str], columns: int = 100
    ) -> None:
        self._tmux = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
        self._variables = {**variables, "TERM": "xterm"}
        self._ran = 0
        size = ["-x", str(columns), "-y", "40"]
        self._ask("new-session", "-d", *size, "-c", str(folder), *shell)

    def type(self, text: str, *keys: str) -> None:
        """Type a text, and then press keys by their names in tmux: ``Tab``, ``Enter``."""
        self._ask("send-keys", "-l", "--", text)
        for key in keys:
            self._ask("send-keys", key)

    def screen(self) -> str:
        """What stands on the screen, without the blanks at the ends of lines."""
        lines = self._ask("capture-pane", "-p").splitlines()
        return "\n".join(line.rstrip() for line in lines).rstrip()

    def shows(self, text: str) -> bool:
        """Whether a text stands on the screen, now or soon."""
        end = time.monotonic() + PATIENCE
        while text not in self.screen():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def run(self, command: str) -> str:
        """What stands on the screen, cleared before, once a command has ended."""
        self._ran += 1
        # Typed otherwise than it is printed, because what is typed stands on the screen too.
        self.type(f"clear; {command}; echo en''ded-{self._ran}.", "Enter")
        mark = f"ended-{self._ran}."
        assert self.shows(mark), self.screen()
        return self.screen().partition(mark)[0]

    def close(self) -> None:
        """End the shell and what it runs."""
        self._ask("kill-server")

    def _ask(self, *words: str) -> str:
        asked = [*self._tmux, *words]
        return subprocess.run(
            asked, env=self._variables, capture_output=True, text=True, check=True
        ).stdout
