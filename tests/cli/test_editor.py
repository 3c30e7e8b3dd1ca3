"""What an editor offers, marks and shows in a config: yaml-language-server, given our schemas."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from language_server import Editor

from registry_core.cli import main
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.editor,
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not here"),
]
SERVER = "yaml-language-server@1.25.0"
FRAMEWORK = """
    from registry_core import Registry
    LAYER = Registry("layer", group="house.layer", scope="house")
    START = Registry("start", group="house.start", scope="house")
"""
PARTS = '''
    from collections.abc import Mapping, Sequence
    from typing import Any, Literal

    class Dense:
        """An affine map.

        Args:
            size: How many units
                there are.
            start: From what to start.
            kind (str): Which way.
            bias: Whether to add one.
        """

        def __init__(
            self, size: int, start: Any = None, kind: Literal["thin", "thick", "wide"] = "thin",
            bias: bool = True,
        ): ...

    class Stack:
        """Layers, one after the other.

        Parameters
        ----------
        layers : sequence of layers
            From the first to the last.
        modes
            How each of them works.
        """

        def __init__(
            self, layers: Sequence[Dense | Mapping[str, Any]],
            modes: Sequence[Literal["train", "test"]] = (),
        ): ...

    class Normal:
        """Random numbers."""

        def __init__(self, spread: float, *, seed: int | None = None):
            """Makes the generator.

            :param spread: How far they are apart.
            :param seed: Of the generator.
            """

    raise SystemExit("imported")
'''


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor, in a folder with the schema of one registry and that of all."""
    tools, folder = tmp_path_factory.mktemp("npm"), tmp_path_factory.mktemp("configs")
    npm = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(tools), SERVER]
    subprocess.run(npm, check=True, stdout=sys.stderr)
    site = Site(tmp_path_factory.mktemp("site"))
    owned = {f"house.{name}": f"house:{name.upper()}" for name in ("layer", "start")}
    rows = {
        "registry_core.registries": owned,
        "house.layer": {name: f"house_parts:{name}" for name in ("Dense", "Stack")},
        "house.start.random": {"Normal": "house_parts:Normal"},
    }
    site.install("house", rows, {"house.py": FRAMEWORK, "house_parts.py": PARTS})
    with site.in_use():
        assert main(["schema", "layer", "-o", str(folder / "layer.json")]) == 0
        assert main(["schema", "-o", str(folder / "all.json")]) == 0
    found = Editor([str(tools / "node_modules" / ".bin" / "yaml-language-server")], folder)
    yield found
    found.close()


NORMAL = "type: Dense\nsize: 1\nstart:\n  _registry_: start\n  type: random.Normal\n"


@pytest.mark.parametrize(
    ("config", "offered"),
    [
        ("type: |", {"Dense": "Dense", "Stack": "Stack"}),
        ("|", {"type": "type: ", "_partial_": "_partial_: ", "_literal_": "_literal_: "}),
        (
            "type: Dense\n|",
            {
                "size": "size: ",
                "start": "start: ${1:null}",
                "kind": "kind: ${1:thin}",
                "bias": "bias: ${1:true}",
            },
        ),
        ("type: Stack\nla|", {"layers": "layers: ", "modes": "modes: "}),
        ("type: Dense\nkind: |", {"thin": "thin", "thick": "thick", "wide": "wide"}),
        ("type: Dense\nbias: |", {"true": "true", "false": "false"}),
        ("type: Dense\n_partial_: |", {"true": "true", "false": "false"}),
        ("type: Dense\nstart:\n  |", {"type": "type: ", "_registry_": "_registry_: "}),
        (
            "type: Dense\nstart:\n  _registry_: start\n  type: |",
            {"random.Normal": "random.Normal"},
        ),
        (NORMAL + "  |", {"spread": "spread: ", "seed": "seed: ${1:null}"}),
        (
            "type: Dense\nstart:\n  _registry_: |",
            {"start": "start", "house.layer": "house.layer"},
        ),
        ("type: Dense\n_scope_: |", {"house": "house"}),
        ("type: Stack\nlayers:\n  - |", {"type": "type: "}),
        ("type: Stack\nlayers:\n  - type: D|", {"Dense": "Dense"}),
        ("type: Stack\nlayers:\n  - type: Dense\n    size: 2\n  - |", {"type": "type: "}),
        ("type: Stack\nlayers:\n  - type: Dense\n    |", {"size": "size: "}),
        ("type: Stack\nmodes:\n  - |", {"train": "train", "test": "test"}),
    ],
    ids=repr,
)
def test_it_completes_names_arguments_with_their_colon_values_and_items(
    editor: Editor, config: str, offered: dict[str, str]
) -> None:
    found = editor.open(config, "layer.json").completions()
    assert {label: found.get(label) for label in offered} == offered


@pytest.mark.parametrize("config", ["|", "type: Dense\n|", "type: Stack\nlayers:\n  - |"])
def test_each_key_comes_with_its_colon(editor: Editor, config: str) -> None:
    found = editor.open(config, "layer.json").completions()
    assert {label for label, text in found.items() if not text.startswith(f"{label}:")} == set()


@pytest.mark.parametrize("config", ["type: Dense\nkind: |", "type: Dense\nbias: |"])
def test_no_other_values_are_offered_than_fit(editor: Editor, config: str) -> None:
    found = {*editor.open(config, "layer.json").completions()}
    assert found <= {"thin", "thick", "wide", "true", "false"}


@pytest.mark.parametrize(
    ("config", "marked"),
    [
        (NORMAL + "  spread: 1.5\n", []),
        ("type: Stack\nlayers: []\nmodes: [test]\n", []),
        ("size: 1\ntype: Dnse\n", [(2, 'Value is not accepted. Valid values: "Dense", "Stack".')]),
        ("type: Dense\nsize: 1\nbais: true\n", [(3, "Property bais is not allowed.")]),
        ("type: Dense\nsize: one\n", [(2, 'Incorrect type. Expected "integer".')]),
        ("type: Dense\n\nbias: true\n", [(1, 'Missing property "size".')]),
        (
            "type: Dense\nsize: 1\nkind: thn\n",
            [(3, 'Value is not accepted. Valid values: "thin", "thick", "wide".')],
        ),
        (NORMAL + "  spread: far\n", [(6, 'Incorrect type. Expected "number".')]),
        (
            "type: Stack\nlayers:\n  - type: Dense\n    size: 1\n    bias: 3\nmodes: [trian]\n",
            [
                (5, 'Incorrect type. Expected "boolean".'),
                (6, 'Value is not accepted. Valid values: "train", "test".'),
            ],
        ),
    ],
    ids=repr,
)
def test_it_marks_what_is_wrong_in_its_line(
    editor: Editor, config: str, marked: list[tuple[int, str]]
) -> None:
    assert editor.open(config, "layer.json").diagnostics() == marked


@pytest.mark.parametrize(
    ("config", "shown"),
    [
        ("type: Dense\nsi|ze: 1\n", ["size: int", "How many units there are."]),
        ("type: Dense\nki|nd: wide\n", ["Literal", "Which way.", "`thick`"]),
        ("type: Stack\nlay|ers: []\n", ["From the first to the last."]),
        ("type: Stack\nlayers: []\nmo|des: [test]\n", ["How each of them works."]),
        (NORMAL + "  spr|ead: 1\n", ["spread: float", "How far they are apart."]),
        (NORMAL + "  spread: 1\n  se|ed: 2\n", ["= None", "Of the generator."]),
        # What the argument is, and not the part that is given for it.
        (NORMAL.replace("start:", "sta|rt:"), ["From what to start."]),
        ("type: St|ack\nlayers: []\n", ["Layers, one after the other. - house 0.1.0"]),
    ],
    ids=repr,
)
def test_a_hover_shows_what_the_docstring_says(
    editor: Editor, config: str, shown: list[str]
) -> None:
    found = editor.open(config, "layer.json").hover()
    assert [text for text in shown if text not in found] == [], found


def test_one_schema_serves_the_configs_of_all_registries(editor: Editor) -> None:
    def offered(config: str) -> set[str]:
        return {*editor.open(config, "all.json").completions()}

    assert offered("_registry_: |") == {"house.layer", "layer", "house.start", "start"}
    assert offered("_registry_: layer\ntype: |") == {"Dense", "Stack"}
    assert offered("_registry_: start\ntype: |") == {"random.Normal"}
    assert "spread" in offered("_registry_: start\ntype: random.Normal\n|")
    assert "size" in offered("_registry_: layer\nfirst:\n  type: Dense\n  |")


@pytest.mark.parametrize(
    ("config", "marked"),
    [
        ("type: Dense\nsize: 1\n", [(1, 'Missing property "_registry_".')]),
        ("_registry_: layer\ntype: Dense\nsize: 1\n", []),
        ("_registry_: layer\na: {type: Dense, size: 1}\nb: {type: Stack, layers: []}\n", []),
        ("_registry_: start\na: {type: random.Normal, spread: 1}\n", []),
        (
            "_registry_: layer\na: {type: Dense, size: 1}\nb:\n  type: Dense\n  size: b\n",
            [(5, 'Incorrect type. Expected "integer".')],
        ),
        (
            "_registry_: house.start\ntype: random.Normal\nspread: 1\nsed: 2\n",
            [(4, "Property sed is not allowed.")],
        ),
        (
            "_registry_: layr\ntype: Dense\n",
            [
                (
                    1,
                    'Value is not accepted. Valid values: "house.layer", "layer", "house.start", '
                    '"start".',
                )
            ],
        ),
    ],
    ids=repr,
)
def test_by_that_schema_it_marks_what_is_wrong(
    editor: Editor, config: str, marked: list[tuple[int, str]]
) -> None:
    assert editor.open(config, "all.json").diagnostics() == marked
