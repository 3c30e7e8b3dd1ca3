"""What a command prints and where, also where it cannot be written."""

import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from fresh_process import variables_for

from registry_core.cli import main
from registry_core.testing import Site

Output = pytest.CaptureFixture[str]

MODULE = [sys.executable, "-m", "registry_core"]
SCRIPT = [str(Path(sys.executable).with_name("registry-core"))]


@pytest.fixture
def acme(plugin_site: Site) -> Site:
    """A site with a framework whose constructor fails, and a plugin of many entries."""
    host = """
        from registry_core import Registry
        MODEL = Registry("model", group="acme.model")

        @MODEL.register_module()
        def loud(text):
            return _helper(text)

        def _helper(text):
            raise ValueError(text)
    """
    owned = {"registry_core.registries": {"acme.model": "acme_host:MODEL"}}
    plugin_site.install("acme", owned, {"acme_host.py": host})
    rows = {f"Name{number:05}": "acme_many:Net" for number in range(3_000)}
    plugin_site.install("acme-many", {"acme.model": rows}, {"acme_many.py": "class Net: ..."})
    return plugin_site


def variables(site: Site) -> dict[str, str]:
    return variables_for(site.folder, {"REGISTRY_CORE_CACHE": "off"})


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["doctor", "--json"]])
def test_a_closed_pipe_ends_a_command_quietly(acme: Site, arguments: list[str]) -> None:
    with subprocess.Popen(
        [*MODULE, *arguments],
        env=variables(acme),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["list"], 1), (["doctor"], 2), (["--version"], 1), (["__complete", ""], 1)],
)
def test_a_full_disk_is_an_error(acme: Site, arguments: list[str], status: int) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*MODULE, *arguments],
            env=variables(acme),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    message = "registry-core: the answer cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (status, message)


def test_a_closed_stdout_is_an_error(acme: Site) -> None:
    command = ["sh", "-c", 'exec "$0" "$@" >&-', *MODULE, "list"]
    done = subprocess.run(
        command, env=variables(acme), stderr=subprocess.PIPE, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "registry-core: standard output is closed\n")


def test_the_version_is_that_of_the_distribution(capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"registry-core {version('registry_core')}\n"


@pytest.mark.parametrize("command", [MODULE, SCRIPT])
def test_modules_in_the_working_folder_are_not_imported(
    acme: Site, tmp_path: Path, command: list[str]
) -> None:
    if not Path(command[0]).exists():
        pytest.skip("the script is not installed")
    for name in ("json", "argparse", "acme_host"):
        (tmp_path / f"{name}.py").write_text("raise ValueError('a stray module')")
    config = tmp_path / "model.yaml"
    config.write_text("_registry_: model\ntype: loud\ntext: so\n")
    done = subprocess.run(
        [*command, "build", "model.yaml"],
        cwd=tmp_path,
        env=variables(acme),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ValueError: so" in done.stderr
    assert "stray" not in done.stderr


def test_further_lines_of_a_message_are_marked(acme: Site, capsys: Output) -> None:
    config = acme.folder / "model.yaml"
    config.write_text(
        '_registry_: model\ntype: loud\ntext: "no\\nregistry-core: \\u2028fine\\e[2J"\n'
    )
    with acme.in_use():
        assert main(["build", str(config)]) == 1
    first, *more = capsys.readouterr().err.splitlines()
    assert first.endswith("failed: ValueError: no")
    assert more == ["    | registry-core: \\u2028fine\\x1b[2J"]


def test_traceback_shows_the_frames_of_the_plugin_alone(acme: Site, capsys: Output) -> None:
    config = acme.folder / "model.yaml"
    config.write_text("_registry_: model\ntype: loud\ntext: so\n")
    with acme.in_use():
        assert main(["build", str(config)]) == 1
        assert "Traceback" not in capsys.readouterr().err
        assert main(["build", str(config), "--traceback"]) == 1
    lines = capsys.readouterr().err.splitlines()
    files = [line for line in lines if line.startswith('    |   File "')]
    host = acme.folder / "acme_host.py"
    assert [line.partition(", in ")[2] for line in files] == ["loud", "_helper"]
    assert all(f'"{host}"' in line for line in files)
    assert lines[-1] == "    | ValueError: so"


def test_traceback_shows_where_an_import_failed(acme: Site, capsys: Output) -> None:
    acme.install(
        "acme-bad", {"acme.model": {"Bad": "acme_bad:Bad"}}, {"acme_bad.py": "x = 1\n1 / 0\n"}
    )
    config = acme.folder / "model.yaml"
    config.write_text("_registry_: model\ntype: Bad\n")
    with acme.in_use():
        assert main(["build", str(config), "--traceback"]) == 1
    lines = capsys.readouterr().err.splitlines()
    files = [line.partition(", in ")[0] for line in lines if line.startswith('    |   File "')]
    assert files == [f'    |   File "{acme.folder / "acme_bad.py"}", line 2']


@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent as POSIX does")
@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_a_command_with_one_line(acme: Site) -> None:
    hooks = {"registry_core.hooks": {"acme.model": "acme_slow"}}
    slow = "import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(60)\n"
    acme.install("acme-slow", hooks, {"acme_slow.py": slow})
    with subprocess.Popen(
        [*MODULE, "list"],
        cwd=acme.folder,
        env=variables(acme),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not (acme.folder / "begun").exists():
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "registry-core: interrupted\n")
