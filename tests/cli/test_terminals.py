"""The command at a terminal: completion in bash, zsh and fish, and a narrow screen."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from registry_core.testing import Site

    Opened = Callable[..., Terminal]

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not here")
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile"], 'eval "$(registry-core completion bash)"'),
    "zsh": (
        ["zsh", "-f"],
        'autoload -U compinit && compinit -u -D && eval "$(registry-core completion zsh)"',
    ),
    "fish": (["fish", "--no-config"], "registry-core completion fish | source"),
}


@pytest.fixture
def opened(garden: Site, tmp_path: Path) -> Iterator[Opened]:
    """Opens a terminal with a shell, which sees the garden and finds the command."""
    (tmp_path / "fern.yaml").write_text("_registry_: plant\ntype: Fern\nheight: 3\n")
    variables = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(garden.folder),
        "HOME": str(tmp_path),
        "PS1": "> ",
    }
    terminals: list[Terminal] = []

    def open_one(shell: str, columns: int = 100) -> Terminal:
        if shutil.which(shell) is None:
            pytest.skip(f"{shell} is not here")
        terminals.append(Terminal(SHELLS[shell][0], tmp_path, variables, columns))
        return terminals[-1]

    yield open_one
    for each in terminals:
        each.close()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes(opened: Opened, shell: str) -> None:
    terminal = opened(shell)
    terminal.type(f"{SHELLS[shell][1]}; echo rea''dy", "Enter")
    assert terminal.shows("ready"), terminal.screen()
    for typed, completed in (
        ("desc", "describe "),
        ("describe plant thorny.Ro", "describe plant thorny.Rose "),
        ("list --prov", "list --provider "),
        ("check --format g", "check --format github "),
        ("list garden.p", "list garden.p"),
        # Behind the equals sign of a change the value follows at once.
        ("build fern.yaml hei", "build fern.yaml height="),
        ("build fern.yaml type=thorny.R", "build fern.yaml type=thorny.Rose "),
        ("check fe", "check fern.yaml "),
    ):
        terminal.type(f"registry-core {typed}", "Tab")
        terminal.type("END")
        assert terminal.shows(f"registry-core {completed}END"), terminal.screen()
        terminal.type("", "C-u")
        terminal.type("clear", "Enter")


def test_in_a_narrow_terminal_lines_break_between_words(opened: Opened) -> None:
    terminal = opened("bash", columns=40)
    terminal.type("clear; registry-core list --match Fern --summary", "Enter")
    terminal.type("registry-core describe plant Fern", "Enter")
    assert terminal.shows("pot = None"), terminal.screen()
    found = terminal.screen()
    assert "Fern\n    registry: garden.plant\n    provider: garden\n    version: 0.8\n" in found
    assert "        All of its leaves, one by one.\n" in found
    assert max(map(len, found.splitlines())) <= 40


NAMES = {
    "Farn": "latin",
    "Папоротник": "cyrillic",
    "シダ": "wide",
    "سرخس": "arabic",
    "fouge\u0300re": "combining",
    "🌿": "emoji",
}


def test_names_of_any_script_stand_in_columns(opened: Opened, garden: Site) -> None:
    rows = {name: f"garden_kinds:Pot [{script}]" for name, script in NAMES.items()}
    garden.install("world", {"garden.pot": rows})
    terminal = opened("bash", columns=120)
    terminal.type("clear; registry-core list pot", "Enter")
    assert terminal.shows("[wide]"), terminal.screen()
    lines = terminal.screen().splitlines()
    places = {line.index("garden.pot") + wider(line) for line in lines if "garden.pot" in line}
    assert len(places) == 1, terminal.screen()
    for name in NAMES:
        terminal.type(f"clear; registry-core describe pot {name} | cat", "Enter")
        assert terminal.shows(f"{name} in garden.pot"), terminal.screen()


def wider(line: str) -> int:
    """How many columns the name of a line takes beside one for each letter."""
    return sum(each in "シダ🌿" for each in line) - line.count("\u0300")


def test_a_list_of_many_can_be_cut_off(opened: Opened, garden: Site) -> None:
    rows = {f"Fern{number:04}": "garden_kinds:Fern" for number in range(1_800)}
    garden.install("forest", {"garden.plant.wild": rows})
    terminal = opened("bash", columns=120)
    terminal.type("registry-core list plant | head -n 2; echo status ${PIPESTATUS[0]}", "Enter")
    assert terminal.shows("status 0"), terminal.screen()
    assert terminal.screen().splitlines()[-4:-2][0].split()[:2] == ["key", "registry"]
    terminal.type("clear; registry-core which plant wild.Fern01080", "Enter")
    assert terminal.shows("'wild.Fern1080'"), terminal.screen()
