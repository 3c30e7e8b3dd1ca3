"""The demonstration as a user runs it: the table, the accuracy, a config of one's own, errors."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

pytest.importorskip("activations_extra", reason="the demo builds from activations-extra")
pytest.importorskip("activations_scipy", reason="the demo builds from activations-scipy")
pytest.importorskip("sklearn", reason="the demo takes its digits from scikit-learn")
pytest.importorskip("yaml", reason="the demo's network is a YAML file")

SMALL = {
    "type": "Sequential",
    "layers": [
        {
            "type": "Dense",
            "in_features": 64,
            "out_features": 80,
            "activation": {"type": "ReLU", "_registry_": "activation"},
        },
        {"type": "RidgeReadout", "classes": 10},
    ],
}


def demo(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """The demo in a fresh interpreter that does not see the current folder."""
    code = f"{before}\nimport runpy; runpy.run_module('activations.demo', run_name='__main__')"
    command = [sys.executable, "-I", "-W", "error", "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def written(folder: Path, config: object) -> str:
    path = folder / "network.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def output() -> str:
    result = demo()
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize(
    ("scope", "name", "target", "distribution"),
    [
        ("(root)", "ReLU", "activations.functions:ReLU", "activations"),
        ("(root)", "Dense", "activations.layers:Dense", "activations"),
        ("extra", "Swish", "activations_extra.swish:Swish", "activations-extra"),
        ("extra.gated", "SwiGLU", "activations_extra.gated:SwiGLU", "activations-extra"),
        ("scipy", "erf", "activations_scipy.special:Elementwise", "activations-scipy"),
    ],
)
def test_the_table_says_where_each_name_comes_from(
    output: str, scope: str, name: str, target: str, distribution: str
) -> None:
    rows = [line.split() for line in output.splitlines()]
    wanted = [scope, name, target, distribution, version(distribution)]
    assert [row[1:] for row in rows if row[1:3] == [scope, name]] == [wanted]


def test_the_table_shows_what_code_registers_with_its_module(output: str) -> None:
    (row,) = [line for line in output.splitlines() if " Sine " in line]
    assert row.split()[1:] == ["(root)", "Sine", "__main__:Sine", "__main__", "(in", "code)"]


def test_the_table_is_aligned(output: str) -> None:
    heading, *rows = output.split("\n\n", maxsplit=1)[0].splitlines()
    for word in heading.split():
        column = heading.index(word)
        assert all(row[column] != " " and row[column - 1 : column] in ("", " ") for row in rows)


def test_the_network_is_built_across_packages(output: str) -> None:
    for activation in (
        "ReLU()",
        "Swish(beta=1.5)",
        "Mish()",
        "SwiGLU(activation=Swish(beta=1.0))",
        "Elementwise(function='erf')",
        "Sine(frequency=1.0)",
    ):
        assert f"activation={activation})" in output


def test_the_shapes_are_those_of_the_test_digits(output: str) -> None:
    shapes = dict(line.split(maxsplit=1) for line in output.splitlines() if line.endswith(")"))
    assert shapes["input"] == "(450, 64)"
    assert shapes["Concat"] == "(450, 600)"
    assert shapes["RidgeReadout"] == "(450, 10)"


def test_the_network_reads_digits_that_it_has_not_seen(output: str) -> None:
    (line,) = [line for line in output.splitlines() if line.startswith("test accuracy")]
    assert float(line.split()[2]) > 0.97


def test_a_network_of_ones_own_is_run(tmp_path: Path) -> None:
    result = demo("--config", written(tmp_path, SMALL))
    assert (result.returncode, result.stderr) == (0, "")
    assert "test accuracy 0.9" in result.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "Sequentiall"}, "'Sequentiall' is not in the registry"),
        ({"layers": [{"type": "RidgeReadout"}]}, "missing argument 'classes'"),
        ({"layers": [{"type": "Dense", "in_features": 64, "out_features": 10}]}, "has no fit"),
        (
            {
                "layers": [
                    {"type": "Dense", "in_features": 9, "out_features": 3},
                    SMALL["layers"][1],
                ]
            },
            "was given an array of shape (1347, 64)",
        ),
    ],
)
def test_a_network_that_cannot_run_ends_in_one_paragraph(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    result = demo("--config", written(tmp_path, SMALL | change))
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1


def test_a_config_that_is_not_there_ends_in_one_paragraph(tmp_path: Path) -> None:
    result = demo("--config", str(tmp_path / "absent.json"))
    assert result.returncode == 1
    assert "absent.json" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("plugin", "name"), [("activations-extra", "extra.Swish"), ("activations-scipy", "scipy.erf")]
)
def test_a_plugin_that_is_missing_ends_in_one_paragraph(plugin: str, name: str) -> None:
    result = demo(before=f"import os; os.environ['REGISTRY_CORE_BLOCK'] = '{plugin}'")
    assert result.returncode == 1
    assert result.stderr.startswith("error: in the config at layers[0].layers[")
    assert f"'{name}' is not in the registry 'registry_core.activation'" in result.stderr
    assert "the extra demo of activations brings" in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_scikit_learn_the_message_names_the_extra() -> None:
    result = demo(before="import sys; sys.modules['sklearn'] = None")
    assert result.returncode == 1
    assert "scikit-learn" in result.stderr
    assert "the extra demo of activations brings" in result.stderr
    assert "Traceback" not in result.stderr
