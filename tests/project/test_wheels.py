"""The wheels of the core and the plugins, in fresh environments: installed and taken away."""

import json
import os
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fresh_environment import UV, Installation, done

ROOT = Path(__file__).parents[2]
PROJECTS = {
    "registry_core": ROOT,
    **{path.name: path for path in sorted((ROOT / "plugins").glob("activations*"))},
}

pytestmark = [
    pytest.mark.wheels,
    pytest.mark.skipif(len(PROJECTS) < 4, reason="only a checkout has the plugins"),
]

Wheels = dict[str, Path]


def project(name: str) -> dict[str, Any]:
    """The table `project` of a distribution."""
    text = (PROJECTS[name] / "pyproject.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)["project"]
    return table


def declared(name: str, registry: str) -> list[tuple[str, ...]]:
    """Scope, name, provider and version of the entries that a distribution declares."""
    found: list[tuple[str, ...]] = []
    for group, rows in project(name).get("entry-points", {}).items():
        inside, _, scope = group.partition(f"registry_core.{registry}")
        if not inside and (not scope or scope.startswith(".")):
            found += [(scope[1:], row, name, project(name)["version"]) for row in rows]
    return found


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    """A wheel of every distribution: from the folder `WHEELS`, or built for these tests."""
    folder = Path(os.environ.get("WHEELS") or built(tmp_path_factory.mktemp("wheels")))
    return {name: next((folder / name).glob("*.whl")) for name in PROJECTS}


def built(folder: Path) -> Path:
    """Build a wheel of every distribution; the build backend is among what the tests need."""
    build = [str(UV), "build", "--wheel", "--no-build-isolation", "--python", sys.executable]
    for name, path in PROJECTS.items():
        done([*build, "--out-dir", folder / name, path], folder)
    return folder


def all_of(wheels: Wheels) -> list[str]:
    """The requirements that install every wheel, with what the demonstration needs."""
    extras = {"registry_core": "[cli]", "activations": "[demo]"}
    return [f"{name}{extras.get(name, '')} @ {path.as_uri()}" for name, path in wheels.items()]


@pytest.fixture(scope="module")
def everything(wheels: Wheels, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """All wheels in one environment that no test changes."""
    installation = Installation(tmp_path_factory.mktemp("everything"))
    installation.add(*all_of(wheels))
    return installation


def test_a_wheel_holds_one_typed_package_and_no_tests(wheels: Wheels) -> None:
    for name, wheel in wheels.items():
        package = name.replace("-", "_")
        with zipfile.ZipFile(wheel) as archive:
            files = archive.namelist()
        assert f"{package}/py.typed" in files
        metadata = f"{package}-{project(name)['version']}.dist-info"
        assert {file.partition("/")[0] for file in files} == {package, metadata}
        assert not [file for file in files if "test_" in file and file.endswith(".py")]


@pytest.fixture(scope="module")
def demonstration(everything: Installation) -> str:
    """What the demonstration prints."""
    finished = everything.python("-m", "activations.demo")
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout


def test_the_demonstration_runs_across_packages(demonstration: str) -> None:
    for built in ("ReLU()", "Swish(beta=1.5)", "SwiGLU(", "Elementwise(function='erf')", "Sine("):
        assert f"activation={built}" in demonstration
    (line,) = [line for line in demonstration.splitlines() if line.startswith("test accuracy")]
    assert float(line.split()[2]) > 0.97


def test_the_demonstration_lists_every_entry_with_its_provider_and_version(
    demonstration: str,
) -> None:
    rows = [line.split() for line in demonstration.partition("\n\n")[0].splitlines()]
    shown = {(scope, name, *row) for _, scope, name, _, *row in rows}
    for distribution in PROJECTS:
        for registry in ("activation", "layer"):
            for scope, *row in declared(distribution, registry):
                assert (scope or "(root)", *row) in shown


@pytest.mark.parametrize("registry", ["activation", "layer"])
def test_the_command_lists_every_entry_with_its_provider_and_version(
    everything: Installation, registry: str
) -> None:
    listed = everything.listed(registry)
    assert listed == everything.listed(f"registry_core.{registry}")
    assert len(listed) == len(set(listed))
    expected = {row for name in PROJECTS for row in declared(name, registry)}
    if registry == "activation":
        # Its demonstration registers one more, as its source tells.
        expected.add(("", "Sine", "activations", project("activations")["version"]))
    assert {row for row in listed if row[2] != "activations-scipy"} == expected
    computed = {row for row in listed if row[2] == "activations-scipy"}
    version = project("activations-scipy")["version"]
    assert {(row[0], *row[2:]) for row in computed} <= {("scipy", "activations-scipy", version)}
    assert bool(computed) == (registry == "activation")


def test_the_command_prints_a_table(everything: Installation) -> None:
    finished = everything.command("list", "activation")
    assert (finished.returncode, finished.stderr) == (0, "")
    heading, *rows = finished.stdout.splitlines()
    assert heading.split()[:3] == ["key", "registry", "provider"]
    (swish,) = [row.split() for row in rows if row.split()[0] == "extra.Swish"]
    assert swish[1:] == [
        "registry_core.activation",
        "activations-extra",
        project("activations-extra")["version"],
        "activations_extra.swish:Swish",
    ]


def test_the_command_builds_across_packages(everything: Installation) -> None:
    config = everything.folder / "dense.yaml"
    config.write_text(
        "type: Dense\n"
        "in_features: 2\n"
        "out_features: 3\n"
        "activation: {_registry_: activation, type: extra.Swish, beta: 1.5}\n"
    )
    finished = everything.command("build", str(config), "--registry", "layer")
    assert finished.returncode == 0, finished.stderr
    assert "activation=Swish(beta=1.5)" in finished.stdout


def test_a_plugin_that_pip_takes_away_is_gone_and_comes_back(
    wheels: Wheels, tmp_path: Path
) -> None:
    installation = Installation(tmp_path)
    installation.add(*all_of(wheels))
    before = installation.listed("activation")

    installation.pip("uninstall", "--yes", "activations-extra")
    left = installation.listed("activation")
    assert left == [row for row in before if row[2] != "activations-extra"]
    assert len(left) == len(before) - len(declared("activations-extra", "activation"))
    finished = installation.python("-m", "activations.demo")
    assert finished.returncode == 1
    assert "activations-extra" not in finished.stdout
    assert "Traceback" not in finished.stderr
    assert finished.stderr.startswith("error: ")
    assert finished.stderr.count("\n") == 1
    assert "'extra.Swish' is not in the registry 'registry_core.activation'" in finished.stderr
    assert "is the package that provides it installed" in finished.stderr

    installation.pip("install", "--no-index", "--no-deps", wheels["activations-extra"])
    assert installation.listed("activation") == before
    assert installation.python("-m", "activations.demo").returncode == 0


def test_pip_installs_the_core_alone_and_the_command_needs_nothing_else(
    wheels: Wheels, tmp_path: Path
) -> None:
    installation = Installation(tmp_path)
    installation.pip("install", "--quiet", wheels["registry_core"])
    names = {row["name"] for row in json.loads(installation.pip("list", "--format=json"))}
    assert not names & {"numpy", "PyYAML", "pyyaml", "activations"}
    finished = installation.command("list")
    assert finished.returncode == 0
    assert finished.stderr == "registry-core: no installed package adds anything to a registry\n"

    config = tmp_path / "net.yaml"
    config.write_text("type: Net\n")
    finished = installation.command("build", str(config), "--registry", "model")
    assert finished.returncode == 1
    assert "pip install 'registry_core[yaml]'" in finished.stderr
    assert "Traceback" not in finished.stderr
