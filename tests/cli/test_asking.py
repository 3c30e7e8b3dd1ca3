"""The verbs that answer questions: find, describe, which and schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from registry_core.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]


def test_find_looks_into_all_registries(asked: Ask) -> None:
    status, out, _ = asked("find", "FER")
    assert status == 0
    assert [line.split() for line in out.splitlines()] == [
        ["key", "registry", "provider", "summary"],
        ["Fern", "garden.plant", "garden", "0.8", "Likes", "shade."],
        ["thorny.Fern", "garden.plant", "roses", "2", "Likes", "shade."],
    ]


def test_find_looks_into_one(asked: Ask) -> None:
    found = json.loads(asked("find", "garden_kinds", "--registry", "pot", "--json")[1])
    assert found["format"] == "registry_core-find-1"
    assert [each["key"] for each in found["entries"]] == ["Pot"]


def test_find_says_what_it_found_outside_of_the_key(asked: Ask, garden: Site) -> None:
    notes = f'["garden.plant".entries]\n"wet.Fern" = {{ about = "{"x" * 50}Moss{"y" * 50}" }}\n'
    rows = {
        "garden.plant.wet": {"Fern": "garden_kinds:Fern"},
        "registry_core.notes": {"garden.plant": "wet_notes"},
    }
    files = {"wet_notes/__init__.py": "", "wet_notes/registry.toml": notes}
    garden.install("wet", rows, files)
    _, out, _ = asked("find", "MOSS")
    heading, row = out.splitlines()
    assert "found in" in heading
    assert f"about: ...{'x' * 30}Moss{'y' * 30}...  Likes shade." in row
    assert "  light: sun  Grows fast." in asked("find", "SUN")[1]
    (weed,) = json.loads(asked("find", "grows", "--json")[1])["entries"]
    assert (weed["found_in"], weed["found"]) == ("metadata.summary", "Grows fast.")


def test_find_that_finds_nothing_has_the_status_1(asked: Ask) -> None:
    status, out, err = asked("find", "tree")
    assert (status, out) == (1, "")
    assert err == "registry-core: no entry has 'tree' in its key, target or metadata\n"


def test_describe_says_what_it_takes_and_who_provides_it(asked: Ask) -> None:
    status, out, _ = asked("describe", "plant", "thorny.Fern")
    assert status == 0
    lines = out.splitlines()
    assert lines[:2] == ["thorny.Fern in garden.plant", "  Likes shade."]
    assert "  provider: roses 2" in lines
    assert "  target: garden_kinds:Fern [cut]" in lines
    assert any(line.endswith("garden_kinds.py:4") for line in lines)
    assert lines[lines.index("  arguments:") + 1 :] == [
        "    height: int  (required)",
        "        How high it is, in cm.",
        "    leaves: tuple = (1, 2)",
        "        All of its leaves, one by one.",
        "    shade: float = 0.75",
        "    angle: float = math.pi",
        "    tags: list = ['a']",
        "    pot = None",
    ]


def test_describe_marks_what_is_variadic_or_by_place(asked: Ask) -> None:
    lines = asked("describe", "plant", "thorny.Rose")[1].splitlines()
    assert lines[-3:] == [
        "    thorns  (required, by place alone)",
        "    colour: str = 'red'",
        "    **more",
    ]


def test_describe_as_json(asked: Ask) -> None:
    found = json.loads(asked("describe", "plant", "Fern", "--json")[1])
    assert (found["format"], found["provider"], found["version"]) == (
        "registry_core-describe-1",
        "garden",
        "0.8",
    )
    assert found["arguments"][0] == {
        "name": "height",
        "kind": "positional or keyword",
        "annotation": "int",
        "default": None,
        "required": True,
        "bound": False,
        "text": "How high it is, in cm.",
    }


@pytest.mark.parametrize("verb", ["describe", "which"])
def test_a_wrong_name_has_close_matches(asked: Ask, verb: str) -> None:
    status, _, err = asked(verb, "plant", "Fren")
    assert status == 1
    assert "'Fren' is not in the registry 'garden.plant'" in err
    assert "did you mean 'Fern'" in err


@pytest.mark.parametrize("verb", ["describe", "which"])
def test_a_wrong_registry_has_close_matches(asked: Ask, verb: str) -> None:
    status, _, err = asked(verb, "plan", "Fern")
    assert status == 1
    said = "no registry is named 'plan'; known are 'garden.plant', 'garden.pot'; did you mean "
    assert err == f"registry-core: {said}'garden.plant'?\n"


@pytest.mark.parametrize("verb", ["describe", "which"])
def test_a_key_alone_is_looked_for_in_all_registries(asked: Ask, verb: str) -> None:
    assert asked(verb, "thorny.Rose") == asked(verb, "plant", "thorny.Rose")
    status, out, err = asked(verb, "thorny.Pto")
    assert (status, out) == (1, "")
    way = f"registry-core {verb} garden.pot Pot"
    assert err == f"registry-core: no registry has 'thorny.Pto'; try {way}\n"
    assert asked(verb, "plant")[2] == (
        "registry-core: 'plant' is a registry: say which entry of it, "
        f"registry-core {verb} plant KEY\n"
    )
    assert asked(verb, "qqqqqq")[2] == (
        f"registry-core: no registry has 'qqqqqq'; ask registry-core {verb} REGISTRY KEY\n"
    )


def test_a_key_that_is_blocked_is_asked_of_its_registry(
    garden: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with garden.in_use(variables={"REGISTRY_CORE_BLOCK": "roses"}):
        assert main(["which", "thorny.Rose"]) == 1
    assert "roses 2 has it, but is blocked by REGISTRY_CORE_BLOCK" in capsys.readouterr().err


def test_a_key_of_several_registries_shows_what_to_type(garden: Site, asked: Ask) -> None:
    garden.install("pots", {"garden.pot": {"Fern": "garden_kinds:Pot", "a b": "garden_kinds:Pot"}})
    ways = "registry-core which garden.plant Fern, or registry-core which garden.pot Fern"
    assert asked("which", "Fern") == (
        1,
        "",
        f"registry-core: several registries have 'Fern': {ways}\n",
    )


def test_a_key_alone_is_asked_of_the_only_registry(
    plugin_site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin_site.install("acts", {"registry_core.act.extra": {"Swish": "acts:Swish"}})
    with plugin_site.in_use():
        assert main(["which", "extra.Swish"]) == 0
        assert main(["which", "Swihs"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("extra.Swish  acts 0.1.0")
    assert "'Swihs' is not in the registry 'registry_core.act'" in err
    assert err.endswith("did you mean 'extra.Swish'?\n")


def test_what_is_not_installed_is_asked_in_a_registry(asked: Ask) -> None:
    said = "say in which registry: registry-core describe REGISTRY Fern --available"
    assert asked("describe", "Fern", "--available") == (1, "", f"registry-core: {said}\n")


def test_which_says_what_was_tried_and_what_is_hidden(asked: Ask) -> None:
    status, out, _ = asked("which", "plant", "thorny.Fern")
    assert status == 0
    assert out.splitlines() == [
        "thorny.Fern  roses 2  garden_kinds:Fern [cut]",
        "  tried: the root, thorny",
        "  hides: Fern  garden 0.8  garden_kinds:Fern",
    ]


def test_which_starts_from_a_scope(asked: Ask) -> None:
    found = json.loads(asked("which", "plant", "Fern", "--scope", "thorny", "--json")[1])
    assert [each["key"] for each in found["entries"]] == ["thorny.Fern"]
    assert [each["key"] for each in found["shadowed"]] == ["Fern"]
    status, _, err = asked("which", "plant", "Fern", "--scope", "thorni")
    assert status == 1
    assert "the registry 'garden.plant' has no scope 'thorni'; did you mean 'thorny'?" in err


def test_which_shows_a_conflict(asked: Ask, garden: Site) -> None:
    garden.install("roses-two", {"garden.plant.thorny": {"Rose": "two:Rose"}})
    status, out, err = asked("which", "plant", "thorny.Rose")
    assert status == 1
    assert out.splitlines()[0] == "'thorny.Rose' is in conflict:"
    assert "thorny.Rose  roses-two 0.1.0  two:Rose" in out
    assert "is provided by roses 2 ('garden_kinds:Rose') and roses-two 0.1.0" in err


CONFIG = "_registry_: plant\ntype: Fern\nheight: 3\npot: {type: thorny.Fern, height: 1}\n"


def test_schema_can_be_written_into_a_file(asked: Ask, tmp_path: Path) -> None:
    file = tmp_path / "plant.json"
    assert asked("schema", "plant", "-o", str(file)) == (0, "", "")
    drawn = json.loads(file.read_text())
    assert drawn["title"] == "Configs of the registry garden.plant"
    assert json.loads(asked("schema", "plant")[1]) == drawn
    status, _, err = asked("schema", "plant", "-o", str(tmp_path / "no" / "plant.json"))
    assert status == 1
    assert "plant.json cannot be written: No such file or directory" in err


def test_the_schema_of_several_is_of_configs_that_say_their_registry(asked: Ask) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    status, out, err = asked("schema")
    assert (status, err) == (0, "")
    drawn = json.loads(out)
    assert drawn["title"] == "Configs of garden.plant, garden.pot"
    jsonschema.Draft202012Validator.check_schema(drawn)
    judge = jsonschema.Draft202012Validator(drawn)

    def wrong(cfg: object) -> list[str]:
        return [error.json_path for error in judge.iter_errors(cfg)]

    fern = {"type": "Fern", "height": 1}
    assert wrong({"_registry_": "plant", **fern, "pot": {"_registry_": "pot", "type": "Pot"}}) == []
    assert wrong({"_registry_": "garden.pot", "type": "Pot", "size": 3}) == []
    assert wrong({"_registry_": "pot", "type": "Pot", "size": "3"}) == ["$.size"]
    # The registry that is said holds for all parts; of those none needs to say it again.
    assert wrong({"_registry_": "plant", "first": fern, "others": [{**fern, "pot": fern}]}) == []
    assert wrong({"_registry_": "pot", "first": {"type": "Pot"}}) == []
    assert wrong({"_registry_": "pot", "first": {"type": "Pot", "size": "3"}}) == ["$.first.size"]
    assert wrong(fern) == ["$"]
    assert wrong({"_registry_": "pto", "type": "Pot"}) == ["$['_registry_']"]
    assert wrong([fern])[0] == "$"
    both = json.loads(asked("schema", "pot", "plant")[1])
    assert both["properties"]["_registry_"]["enum"] == [
        "garden.pot",
        "pot",
        "garden.plant",
        "plant",
    ]
    status, _, err = asked("schema", "pot", "plnt")
    assert status == 1
    assert err.startswith("registry-core: no registry is named 'plnt'; known are ")


def test_the_schema_of_several_needs_frameworks_that_own_them(
    plugin_site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with plugin_site.in_use():
        assert main(["schema"]) == 1
        says = "registry-core: no installed framework owns a registry that can be read\n"
        assert capsys.readouterr() == ("", says)


def test_the_schema_of_several_has_those_that_an_imported_file_makes(
    garden: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    file = tmp_path / "schema_shapes.py"
    file.write_text(
        'from registry_core import Registry\nSHAPE = Registry("shape", group="mine.shape")\n'
        "@SHAPE.register_module()\ndef square(size: int, pot: object = None): ...\n"
    )
    with garden.in_use():
        assert main(["schema", "--import", str(file)]) == 0
        judge = jsonschema.Draft202012Validator(json.loads(capsys.readouterr().out))
        assert main(["schema", "shape", "--import", str(file)]) == 0
        alone = jsonschema.Draft202012Validator(json.loads(capsys.readouterr().out))
    pot = {"_registry_": "pot", "type": "Pot", "size": 3}
    square = {"type": "square", "size": 1, "pot": pot}
    assert judge.is_valid({"_registry_": "shape", **square})
    assert judge.is_valid({"_registry_": "mine.shape", "first": square})
    assert judge.is_valid({"_registry_": "plant", "type": "Fern", "height": 1, "pot": pot})
    assert alone.is_valid(square)
    for each in (judge, alone):
        wrong = {"_registry_": "shape", **square, "pot": {**pot, "size": "3"}}
        assert [error.json_path for error in each.iter_errors(wrong)] == ["$.pot.size"]
