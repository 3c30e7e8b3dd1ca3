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


MOUNTED = {
    "argparse": """
import argparse
from registry_core.cli import mount
parser = argparse.ArgumentParser(prog="gardener")
commands = parser.add_subparsers(required=True)
commands.add_parser("water").set_defaults(run=lambda _: 0)
mount(commands, "garden.plant")
arguments = parser.parse_args()
raise SystemExit(arguments.run(arguments))
""",
    "click": """
import click
from registry_core.cli import mount
gardener = click.Group("gardener")
gardener.command("water")(lambda: None)
mount(gardener, "garden.plant")
gardener(prog_name="gardener")
""",
}


@pytest.mark.parametrize(
    ("shell", "made", "script"),
    [
        ("bash", "argparse", 'eval "$(gardener completion bash)"'),
        ("bash", "click", 'eval "$(_GARDENER_COMPLETE=bash_source gardener)"'),
        (
            "zsh",
            "argparse",
            'autoload -U compinit; compinit -u -D; eval "$(gardener completion zsh)"',
        ),
        ("fish", "argparse", "gardener completion fish | source"),
    ],
)
def test_a_shell_completes_the_command_of_a_framework(
    opened: Opened, tmp_path: Path, shell: str, made: str, script: str
) -> None:
    # fish offers files of the folder it works in, too.
    program = tmp_path / "bin" / "gardener"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{MOUNTED[made]}")
    program.chmod(0o755)
    terminal = opened(shell)
    at = "export PATH=bin:$PATH" if shell != "fish" else "set -x PATH bin $PATH"
    terminal.type(f"{at}; {script}; echo rea''dy", "Enter")
    assert terminal.shows("ready"), terminal.screen()
    for typed, completed in (
        ("wa", "water "),
        ("desc", "describe "),
        ("describe thorny.Ro", "describe thorny.Rose "),
        ("list --prov", "list --provider "),
        ("check --format g", "check --format github "),
        ("build fern.yaml type=thorny.R", "build fern.yaml type=thorny.Rose "),
        ("check fe", "check fern.yaml "),
    ):
        terminal.type(f"gardener {typed}", "Tab")
        terminal.type("END")
        assert terminal.shows(f"gardener {completed}END"), terminal.screen()
        terminal.type("", "C-u")
        terminal.type("clear", "Enter")


def test_in_a_narrow_terminal_lines_break_between_words(opened: Opened) -> None:
    terminal = opened("bash", columns=40)
    verbs = ("list --match Fern --summary", "describe plant Fern")
    found = terminal.run("; ".join(f"registry-core {verb}" for verb in verbs))
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
    found = terminal.run("registry-core list pot")
    lines = [line for line in found.splitlines() if "garden.pot" in line]
    assert len(lines) == len(NAMES) + 1
    assert len({line.index("garden.pot") + wider(line) for line in lines}) == 1, found
    for name in NAMES:
        assert f"{name} in garden.pot" in terminal.run(f"registry-core describe pot {name}")


def wider(line: str) -> int:
    """How many columns the name of a line takes beside one for each letter."""
    return sum(each in "シダ🌿" for each in line) - line.count("\u0300")


def test_a_list_of_many_can_be_cut_off(opened: Opened, garden: Site) -> None:
    rows = {f"Fern{number:04}": "garden_kinds:Fern" for number in range(1_800)}
    garden.install("forest", {"garden.plant.wild": rows})
    terminal = opened("bash", columns=120)
    found = terminal.run("registry-core list plant | head -n 2; echo status ${PIPESTATUS[0]}")
    assert [line.split()[0] for line in found.splitlines()] == ["key", "Fern", "status"]
    assert "status 0" in found
    assert "'wild.Fern1080'" in terminal.run("registry-core which plant wild.Fern01080")
