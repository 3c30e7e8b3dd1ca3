"""`registry-core fill`: every default as a value, and it builds the same."""

from __future__ import annotations

import importlib
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from registry_core.cli import main
from registry_core.config import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]

CONFIG = """_registry_: plant
type: Fern
height: 3
pot:
- {_registry_: pot, type: Pot}
- {_registry_: pot, type: Pot, _args_: [4]}
- {type: thorny.Rose, _args_: [[]], colour: blue}
- {type: Gone}
"""
FILLED = """_registry_: plant
type: Fern
height: 3
pot:
- _registry_: pot
  type: Pot
  size: 3
- _registry_: pot
  type: Pot
  _args_:
  - 4
- type: thorny.Rose
  _args_:
  - []
  colour: blue
shade: 0.75
tags:
- a
# leaves: (1, 2)
# angle: math.pi
"""


def test_defaults_are_values_and_what_yaml_cannot_say_is_a_comment(
    asked: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "fern.yaml"
    file.write_text(CONFIG.replace("- {type: Gone}\n", ""))
    assert asked("fill", str(file)) == (0, FILLED, "")


def test_changed_values_are_in_what_is_filled(asked: Ask, tmp_path: Path) -> None:
    file = tmp_path / "fern.yaml"
    file.write_text("_registry_: plant\ntype: Fern\nheight: 3\n")
    status, text, _ = asked("fill", str(file), "height=5", "+shade=0.5")
    assert status == 0
    assert "\nheight: 5\nshade: 0.5\n" in text


def test_what_is_missing_is_a_comment(asked: Ask, tmp_path: Path) -> None:
    file = tmp_path / "fern.yaml"
    file.write_text("_registry_: plant\ntype: Fern\npot: {type: Fern, _partial_: true, tags: []}\n")
    text = asked("fill", str(file))[1]
    assert "\n# height: int (required)\n" in text
    # The rest of what a partial takes may come when it is called.
    assert text.count("(required)") == 1


def test_it_says_where_a_build_would_fail(asked: Ask, tmp_path: Path) -> None:
    file = tmp_path / "fern.yaml"
    file.write_text(CONFIG)
    status, out, err = asked("fill", str(file))
    assert (status, out) == (1, "")
    assert err.startswith(f"registry-core: {file}:8:4: in the config at pot[3]: 'Gone' is not in")


MACHINE = """
    from registry_core import Registry
    PART = Registry("part", group="works.part", scope="works")
    def wheel(size, spokes=8, *, rim=(1, 2), inner=None, name="a: b", on=True, more={"k": [None]}):
        return [size, spokes, rim, inner, name, on, more]
    def bound(size, spokes=8, colour="red"): return [size, spokes, colour]
"""
HOOKS = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries():
        return [Entry("bound", "works:bound", kwargs={"spokes": 3})]
"""


@pytest.fixture
def works(plugin_site: Site) -> Site:
    rows = {
        "registry_core.registries": {"works.part": "works:PART"},
        "works.part": {"wheel": "works:wheel"},
        "registry_core.hooks": {"works.part": "works_hooks"},
    }
    plugin_site.install("works", rows, {"works.py": MACHINE, "works_hooks.py": HOOKS})
    return plugin_site


@pytest.mark.parametrize(
    "text",
    [
        "{type: wheel, size: 1}",
        "{type: wheel, size: {type: wheel, size: 2, on: false}, inner: [{type: bound, size: 1}]}",
        "- {type: wheel, size: 1}\n- {type: bound, _args_: [1]}",
        "{a: {type: wheel, _partial_: true}, x-b: &b {type: bound, size: 1}, c: [*b, *b]}",
        "{a: {type: wheel, _id_: w, size: 1}, b: {type: bound, size: {_ref_: w}}}",
        "{type: wheel, _kwargs_: {size: 3, spokes: 1}}",
    ],
)
def test_it_checks_clean_and_builds_the_same(
    works: Site, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    file, filled = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.write_text(text)
    with works.in_use():
        assert main(["fill", str(file), "--registry", "part", "-o", str(filled)]) == 0
        assert main(["check", str(filled), "--registry", "part", "--strict"]) == 0
        capsys.readouterr()
        again = main(["fill", str(filled), "--registry", "part"])
        assert (again, capsys.readouterr().out) == (0, filled.read_text())
        built, same = (load(each).build("part") for each in (file, filled))
    assert shown(built) == shown(same)
    sys.modules.pop("works", None)
    importlib.invalidate_caches()


DEFAULTS = [
    "x={'type': 'wheel', 'size': 1}",
    "x: dict = {'type': 'adam'}",
    "x=[{'type': None}]",
    "x={'tpye': 'wheel'}",
    "x={'_literal_': 1}",
    "x={'a': {'_ref_': 'b'}}",
    "x={'_registry_': 'works.part', 'type': 'wheel'}",
    "x='${oc.env:X}'",
    "x: int = 'auto'",
    "x: str = 0.5",
    "x: bool = 0",
    "x: list = {}",
    "x: 'int | None' = True",
    "x: 'Literal[1, 2]' = 3",
    r"x='\ud800'",
    "x={'comment_0': None, 'registry_core_comment_0': None}",
    "x=1e999",
    "x=-0.0",
    "x=10 ** 40",
    "x={1: 2}",
]


@pytest.mark.parametrize("default", DEFAULTS)
def test_any_default_checks_clean_and_builds_the_same(
    plugin_site: Site, capsys: pytest.CaptureFixture[str], tmp_path: Path, default: str
) -> None:
    """What it would be in a config that is built: a part, a reference, another type."""
    text = (
        "from typing import Literal\nfrom registry_core import Registry\n"
        'PART = Registry("part", group="works.part", scope="works")\n'
        f"def odd({default}, y=(1, 2)): return x\ndef wheel(size): return [size]\n"
    )
    rows = {
        "registry_core.registries": {"works.part": "works:PART"},
        "works.part": {"odd": "works:odd", "wheel": "works:wheel"},
    }
    plugin_site.install("works", rows, {"works.py": text})
    file, filled = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.write_text("type: odd")
    with plugin_site.in_use():
        assert main(["fill", str(file), "--registry", "part", "-o", str(filled)]) == 0
        assert main(["check", str(filled), "--registry", "part", "--strict"]) == 0
        capsys.readouterr()
        built, same = (load(each).build("part") for each in (file, filled))
    assert (type(built), repr(built)) == (type(same), repr(same))
    assert "# y: (1, 2)" in filled.read_text()
    assert ("\nx:" in filled.read_text()) is not default.endswith(("ud800'", "{1: 2}", "** 40"))


def shown(value: Any) -> object:
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shown(each) for each in value]
    return shown(value(size=1)) if isinstance(value, partial) else repr(value)
