"""One part of a document built alone: with what it refers to, and where names are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from registry_core import ConfigError, EntryNotFound, Registry
from registry_core.config import load
from registry_core.config.parts import only_part

if TYPE_CHECKING:
    from pathlib import Path

MADE: list[str] = []


class Part:
    def __init__(self, name: str = "", **given: Any) -> None:
        MADE.append(name)
        self.name = name
        self.given = given


@pytest.fixture
def parts() -> Registry[Any]:
    registry: Registry[Any] = Registry("parts built alone", scope="acme")
    registry.register_module(module=Part)
    child: Registry[Any] = Registry("parts", parent=registry, scope="extra")
    child.register_module("Other", module=lambda name: Part(f"other {name}"))
    MADE.clear()
    return registry


EXPERIMENT = """
model:
  type: Part
  name: model
  _id_: model
  layers: [{type: Part, name: first}, {type: Part, name: second, of: {_ref_: data}}]
group:
  _scope_: extra
  others: [1, {type: Other, name: one}, {type: Part, name: two}]
data: {type: Part, name: data, _id_: data, source: {_ref_: source}}
sources: [{type: Part, name: unused}, {type: Part, name: source, _id_: source}]
optimizer: {type: Part, name: optimizer, model: {_ref_: model}}
seed: 3
x-old: {type: Part, name: old}
"""


@pytest.mark.parametrize(
    ("path", "name", "made"),
    [
        ("model", "model", {"first", "second", "source", "data", "model"}),
        ("model.layers[0]", "first", {"first"}),
        ("model.layers.1", "second", {"source", "data", "second"}),
        ("group.others[1]", "other one", {"other one"}),
        ("group.others[-1]", "two", {"two"}),
        ("sources[0]", "unused", {"unused"}),
        ("data", "data", {"source", "data"}),
        ("optimizer", "optimizer", {"first", "second", "source", "data", "model", "optimizer"}),
    ],
)
def test_a_part_is_built_with_what_it_refers_to_and_nothing_else(
    parts: Registry[Any], tmp_path: Path, path: str, name: str, made: set[str]
) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text(EXPERIMENT)
    built = load(file).build(parts, part=path)
    assert built.name == name
    assert sorted(MADE) == sorted(made)


def test_a_list_or_mapping_of_parts_is_a_part(parts: Registry[Any], tmp_path: Path) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text(EXPERIMENT)
    built = load(file).build(parts, part="group")
    assert [getattr(each, "name", each) for each in built["others"]] == [1, "other one", "two"]


def test_what_is_shared_in_a_part_is_one_object(parts: Registry[Any], tmp_path: Path) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text("{a: {type: Part, b: {_ref_: c}, d: [{_ref_: c}]}, c: {type: Part, _id_: c}}")
    given = load(file).build(parts, part="a").given
    assert given["b"] is given["d"][0]


def test_an_error_in_a_part_has_its_place_in_the_whole_file(
    parts: Registry[Any], tmp_path: Path
) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text(EXPERIMENT)
    document = load(file, ["model.layers[0].type=Prt", "sources[1].type=Port"])
    with pytest.raises(EntryNotFound) as caught:
        document.build(parts, part="model.layers[0]")
    assert caught.value.config_path == "model.layers[0]"
    assert caught.value.place == ("model.layers[0].type=Prt", None, None)
    with pytest.raises(EntryNotFound) as caught:
        document.build(parts, part="model.layers[1]")
    assert caught.value.config_path == "sources[1]"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("modle", "modle: 'modle' is not in the config; did you mean model?"),
        ("model.layers[7]", "model.layers[7]: model.layers has 2 items, counted from 0"),
        ("seed.x", "seed.x: 'x' is not in seed"),
        ("model.", "model.: write a path like model.layers[0]"),
        ("", "'': write a path like model.layers[0]"),
        ("x-old", "x-old: keys at the root that begin with x- hold anchors, and are not built"),
        ("seed", "seed: seed is a int, and not a part"),
    ],
)
def test_a_path_that_leads_to_no_part_is_an_error(
    parts: Registry[Any], tmp_path: Path, path: str, said: str
) -> None:
    file = tmp_path / "experiment.yaml"
    file.write_text(EXPERIMENT)
    with pytest.raises(ConfigError) as caught:
        load(file).build(parts, part=path)
    assert said in str(caught.value)


def test_two_marks_of_one_name_are_seen_when_one_is_wanted(
    parts: Registry[Any], tmp_path: Path
) -> None:
    file = tmp_path / "experiment.yaml"
    one, two = "{type: Part, _id_: c}", "{type: Part, _id_: c, name: x}"
    file.write_text(
        f"a: {{type: Part, b: {{_ref_: c}}}}\nc: {one}\nd: [{two}]\ne: {{type: Part}}\n"
    )
    with pytest.raises(ConfigError, match=r"c.*d\[0\]"):
        load(file).build(parts, part="a")
    assert load(file).build(parts, part="e").given == {}


def test_a_config_of_one_part_keeps_the_keys_that_lead_to_it() -> None:
    data = {
        "type": "Net",
        "_registry_": "acme",
        "lr": 1,
        "of": [{"a": 1}, {"_scope_": "s", "type": "X", "b": {"type": "Y", "c": 2}}],
    }
    assert only_part(data, "of[1].b") == (
        {"_registry_": "acme", "of": [None, {"_scope_": "s", "b": {"type": "Y", "c": 2}}]},
        ("of", 1, "b"),
    )
