"""A framework's command, frozen with PyInstaller's hook of ours; docs/frozen.md has the rest."""

from __future__ import annotations

import importlib.util
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fresh_environment import run

if TYPE_CHECKING:
    from fresh_environment import Finished

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(
        importlib.util.find_spec("PyInstaller") is None
        or importlib.util.find_spec("activations_extra") is None,
        reason="nox -s frozen installs PyInstaller and the plugins",
    ),
]

PROGRAM = "from activations.command import main\nraise SystemExit(main())\n"
# Two registries are named, by a word and by a group; a plugin and a module are left out.
SPEC = """
analysis = Analysis(
    ["program.py"],
    excludes=["activations.readout"],
    hooksconfig={"registry_core": {"groups": GROUPS}},
)
program = EXE(PYZ(analysis.pure), analysis.scripts, exclude_binaries=True, name="program")
COLLECT(program, analysis.binaries, analysis.datas, name="folder")
"""
CONFIG = "_registry_: layer\ntype: Dense\nin_features: 4\nout_features: 3\nactivation: "


def frozen(folder: Path, groups: list[str]) -> Finished:
    (folder / "program.py").write_text(PROGRAM)
    (folder / "program.spec").write_text(SPEC.replace("GROUPS", repr(groups)))
    command = Path(sysconfig.get_path("scripts"), "pyinstaller")
    return run([command, "--noconfirm", "--log-level=WARN", "program.spec"], folder)


class Application:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        built = frozen(folder, ["layer"])
        assert built.returncode == 0, built.stderr

    def __call__(self, *arguments: str) -> Finished:
        return run([self.folder / "dist" / "folder" / "program", *arguments], self.folder)

    def build(self, activation: str) -> Finished:
        (self.folder / "net.yaml").write_text(f"{CONFIG}{activation}\n")
        return self("build", "net.yaml")

    def files(self) -> list[tuple[str, int]]:
        found = (self.folder / "dist").rglob("*")
        return sorted((str(file), file.lstat().st_mtime_ns) for file in found)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Application:
    return Application(tmp_path_factory.mktemp("frozen"))


def test_what_is_listed_can_be_built(application: Application) -> None:
    listed = application("list")
    # activations declares these as well: they were not named, and are taken along with it.
    assert "activations.functions:ReLU" in listed.stdout
    assert "activations-extra" not in listed.stdout
    built = application.build("{_registry_: activation, type: ReLU}")
    assert built.stdout == "Dense(in_features=4, out_features=3, activation=ReLU())\n"


def test_a_plugin_that_was_not_collected_is_to_be_collected(application: Application) -> None:
    missed = application.build("{_registry_: activation, type: extra.Swish}")
    assert missed.returncode == 1
    assert (
        "if a plugin has it, that was not collected into this application: install "
        "it where the application is built, and build it again, with the group "
        "registry_core.activation"
    ) in missed.stderr
    assert "pip install" not in missed.stderr


def test_a_module_that_was_not_collected_is_to_be_collected(application: Application) -> None:
    missed = application("describe", "layer", "RidgeReadout", "--load")
    assert missed.returncode == 1
    assert missed.stderr.rstrip().endswith(
        "'activations.readout' was not collected into this application: build it again with "
        "--hidden-import activations.readout"
    )


def test_without_sources_a_check_says_what_it_could_not_judge(application: Application) -> None:
    application.build("{_registry_: activation, type: ReLU, bta: 1}")
    checked = application("check", "net.yaml")
    assert checked.returncode == 0
    assert "hint: the arguments of 'Dense' are not checked" in checked.stdout
    loaded = application("check", "net.yaml", "--load")
    assert loaded.returncode == 1
    assert "unexpected argument 'bta'" in loaded.stdout


def test_the_doctor_starts_no_copy_of_the_application(application: Application) -> None:
    refused = application("doctor", "--load")
    assert refused.returncode == 2
    assert "run registry-core doctor in the environment that it is built from" in refused.stderr


def test_nothing_is_written_into_the_application(application: Application) -> None:
    before = application.files()
    for arguments in (["list"], ["find", "relu"], ["describe", "layer", "Dense", "--load"]):
        assert application(*arguments).returncode == 0
    assert application.files() == before


def test_a_group_that_does_not_exist_stops_the_build(tmp_path: Path) -> None:
    refused = frozen(tmp_path, ["lyer"])
    assert refused.returncode != 0
    assert "no registry is named 'lyer'" in refused.stderr
    assert "did you mean 'registry_core.layer'?" in refused.stderr
    assert list((tmp_path / "dist").iterdir()) == []
