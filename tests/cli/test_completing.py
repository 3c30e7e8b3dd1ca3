"""Completion: what a shell is offered, and in a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[..., tuple[int, str, str]]

CONFIG = "_registry_: plant\ntype: Fern\nheight: 3\npot: [{type: thorny.Fern, height: 1}]\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["de"], ["describe"]),
        (["--v"], ["--version"]),
        (["list", "garden."], ["garden.plant", "garden.pot"]),
        (["list", "p"], ["plant", "pot"]),
        (["list", "plant", "po"], ["pot"]),
        (["check", "--registry", "pl"], ["plant"]),
        (["check", "--for"], ["--format"]),
        (["check", "--format", "g"], ["github"]),
        (["harvest", "--"], ["--check", "--help", "--json", "--traceback", "--write"]),
        (["describe", "plant", "thorny."], ["thorny.Fern", "thorny.Rose"]),
        (["describe", "--load", "plant", "W"], ["Weed"]),
        (["describe", "nothing", ""], []),
        (["describe", "plant", "Weed", "x"], []),
        (["nothing", ""], []),
        (["completion", "z"], ["zsh"]),
        (["build", "FILE", "he"], ["height="]),
        (["build", "FILE", "~pot"], ["~pot", "~pot[0]", "~pot[0].height", "~pot[0].type"]),
        (["build", "FILE", "a=1", "pot[0].t"], ["pot[0].type="]),
        (["build", "FILE", "type=th"], ["type=thorny.Fern", "type=thorny.Rose"]),
        (["build", "FILE", "+pot[0].s"], ["+pot[0].shade="]),
        (["build", "FILE", "+an"], ["+angle="]),
        (["build", "absent.yaml", ""], []),
    ],
)
def test_what_may_stand_there(
    asked: Ask, tmp_path: Path, words: list[str], offered: list[str]
) -> None:
    file = tmp_path / "fern.yaml"
    file.write_text(CONFIG)
    words = [str(file) if word == "FILE" else word for word in words]
    status, out, err = asked("__complete", *words)
    assert (status, out, err) == (0, "".join(f"{word}\n" for word in offered), "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("registry-core de", ["describe"]),
        ("registry-core check --format ", ["github", "json", "text"]),
        ("registry-core build fern.yaml hei", ["height="]),
        ("registry-core build fern.yaml pot[0].type", ["pot[0].type="]),
    ],
)
def test_bash_completes(asked: Ask, tmp_path: Path, line: str, offered: list[str]) -> None:
    (tmp_path / "fern.yaml").write_text("type: Fern\nheight: 3\npot: [{type: Fern}]\n")
    (tmp_path / "registry-core").symlink_to(Path(sys.executable).parent / "registry-core")
    script = asked("completion", "bash")[1]
    run = f"""{script}
        COMP_LINE='{line}' COMP_POINT=${{#COMP_LINE}}
        COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}
        compopt() {{ :; }}
        _registry_core
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    environ = {**os.environ, "PATH": path}
    told = subprocess.run(
        ["bash", "-c", run], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == offered


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_what_a_shell_obeys_is_quoted_in_bash(asked: Ask, tmp_path: Path) -> None:
    """The name of an entry comes from a package, and is typed into the line."""
    offer = "#!/bin/sh\nprintf '%s\\n' 'a$(touch obeyed)' 'a b' 'a;`touch obeyed`' 'pot[0].size='\n"
    program = tmp_path / "registry-core"
    program.write_text(offer)
    program.chmod(0o755)
    script = asked("completion", "bash")[1]
    run = f"""{script}
        COMP_LINE='registry-core describe plant '; COMP_POINT=${{#COMP_LINE}}
        compopt() {{ :; }}
        _registry_core
        for each in "${{COMPREPLY[@]}}"; do eval "printf '%s\\n' $each"; done
        printf '%s\n' "${{COMPREPLY[3]}}"
    """
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    environ = {**os.environ, "PATH": path}
    told = subprocess.run(
        ["bash", "-c", run], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    names = ["a$(touch obeyed)", "a b", "a;`touch obeyed`", "pot[0].size="]
    assert told.stdout.splitlines() == [*names, "pot[0].size="]
    assert not (tmp_path / "obeyed").exists()


def test_keys_of_other_letters_and_of_several_lines_are_not_offered(
    asked: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "fern.yaml"
    file.write_text('"a\\nb": 1\n"a.b": 2\n"a $(x)": 3\naa: 4\n')
    status, out, err = asked("__complete", "build", str(file), "a")
    assert (status, out.split(), err) == (0, ["aa="], "")


def test_each_shell_has_a_script(asked: Ask) -> None:
    for shell in ("bash", "zsh", "fish"):
        out = asked("completion", shell)[1]
        assert "registry-core" in out
        assert "__complete" in out
