"""What builds, but hardly as it was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from registry_core import (
    ConfigHint,
    Environment,
    Registry,
    installed_registry,
    use_environment,
)
from registry_core.config import check_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.testing import Site


@pytest.fixture
def beds() -> Iterator[Registry[Any]]:
    with use_environment(Environment(path=[], variables={})):
        registry: Registry[Any] = Registry("beds hinted at", scope="acme")
        registry.register_module("Bed", module=dict)
        registry.register_module("Fern", module=lambda height=1: height)
        yield registry


HINTED: list[tuple[Any, str, str, str]] = [
    ({"tpye": "Fern"}, "plant.tpye", "warning", "the mapping is passed on unbuilt; is type meant?"),
    ({"Type": "Fern", "height": 2}, "plant.Type", "warning", "is type meant?"),
    ([{"typ": "Fern"}], "plant[0].typ", "warning", "is type meant?"),
    ({"_target_": "acme.Fern"}, "plant._target_", "hint", "it is a key of Hydra, and the mapping"),
    ({"class_path": "acme.Fern"}, "plant.class_path", "hint", "it is a key of jsonargparse"),
    ("${fern}", "plant", "warning", "no value is put in place of ${...}; write the value"),
    ({"a": "${fern}"}, "plant.a", "warning", "no value is put in place of ${...}"),
    ({"_literal_": {"a": 1}, "b": 2}, "plant.b", "warning", "_literal_ must be alone in its mappi"),
    ({"type": "Bed", "_scop_": "x"}, "plant._scop_", "warning", "is _scope_ meant?"),
    ({"type": "Bed", "_partial": True}, "plant._partial", "warning", "is _partial_ meant?"),
]


@pytest.mark.parametrize(("plant", "path", "severity", "words"), HINTED, ids=str)
def test_what_builds_otherwise_than_it_looks_is_hinted_at(
    beds: Registry[Any], plant: object, path: str, severity: str, words: str
) -> None:
    cfg = {"type": "Bed", "plant": plant}
    (hint,) = check_config(cfg, beds, recursive=True)
    assert type(hint) is ConfigHint
    assert (hint.config_path, hint.severity) == (path, severity)
    assert words in str(hint)
    beds.build(cfg, recursive=True)


def test_the_idiom_of_another_system_is_answered_with_the_key_of_its_target(
    plugin_site: Site,
) -> None:
    rows = {"Fern": "nursery.ferns:Fern", "Moss": "nursery.low:Moss", "moss": "nursery.low:moss"}
    groups = {"registry_core.beds": {"Bed": "nursery.beds:Bed"}, "registry_core.beds.wild": rows}
    source = "class Bed:\n    def __init__(self, plant): ...\nclass Fern: ..."
    plugin_site.install("nursery", groups, {"nursery/beds.py": source, "nursery/__init__.py": ""})
    wanted = {
        "nursery.ferns.Fern": "write type: wild.Fern",
        # As its package hands it on.
        "nursery.Fern": "write type: wild.Fern",
        "other.Fern": "write type: and the name of an entry",
        "nursery.beds.Bed": "write type: Bed",
    }
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("beds", scope="acme")
        for key in ("_target_", "class_path", "_component_"):
            for path, words in wanted.items():
                cfg = {"type": "Bed", "plant": {key: path, "height": 3}}
                (hint,) = check_config(cfg, registry, recursive=True)
                assert str(hint).endswith(words), (path, str(hint))
                assert (hint.severity, hint.config_path) == ("hint", f"plant.{key}")


RIGHT: list[Any] = [
    {"a": 1, "types": "annual"},
    {"tpye": "annual"},
    {"typ": 3},
    {"_literal_": {"tpye": "Fern", "_target_": "x", "a": "${x}"}},
    {"type": "Fern", "height": 3},
    {"target": "acme.Fern"},
    "$HOME and {braces}",
    {"_target_": ["no", "text"]},
]


@pytest.mark.parametrize("plant", RIGHT, ids=str)
def test_nothing_is_said_of_what_is_right(beds: Registry[Any], plant: object) -> None:
    assert check_config({"type": "Bed", "plant": plant}, beds, recursive=True) == []


def test_a_part_that_a_plain_build_does_not_build_is_hinted_at(beds: Registry[Any]) -> None:
    cfg = {"type": "Bed", "plant": {"type": "Fern"}, "data": {"type": "annual"}}
    (hint,) = check_config(cfg, beds)
    assert str(hint) == (
        "in the config at plant: 'plant': it is passed on unbuilt; build with recursive=True"
    )
    assert check_config(cfg, beds, recursive=True)[0].severity == "error"


def test_composing_of_files_is_hinted_at_where_it_is_asked_for(beds: Registry[Any]) -> None:
    (hint,) = check_config({"type": "Bed", "_base_": "other.yaml"}, beds)
    assert "no other file is read for it, as MMEngine does; compose the files first" in str(hint)
    assert check_config({"type": "Bed", "a": {"_base_": "x"}}, beds, recursive=True) == []
    (hint,) = check_config(
        {"defaults": ["a", {"b": "c"}], "x": {"type": "Bed"}}, beds, recursive=True
    )
    assert (hint.config_path, hint.severity) == ("defaults", "hint")
    assert "no other file is read for it, as Hydra does; compose the files first" in str(hint)
    for data in ({"a": 1}, [], [1], "a", [{"a": 1, "b": 2}]):
        assert check_config({"defaults": data, "x": {"type": "Bed"}}, beds, recursive=True) == []


def test_an_error_at_the_same_place_says_enough(beds: Registry[Any]) -> None:
    (error,) = check_config({"type": "Fern", "_scop_": "x"}, beds)
    assert error.severity == "error"
    assert "unexpected argument '_scop_'; it takes height" in str(error)


GARDEN = """
    import typing as t
    from collections import UserDict
    from dataclasses import dataclass
    from registry_core import Registry
    class Plant: ...
    class Fern(Plant):
        def __init__(self, height: int = 1): ...
    class Pots(UserDict): ...
    class Named(t.Protocol):
        def keys(self): ...
    @dataclass
    class Size:
        width: int = 1
    def bed(plant: Plant | None = None, plants: t.Sequence[Plant] = (), by: dict[str, Plant] = {},
        either: Plant | dict[str, int] | None = None, alias: "Plants" = None, pots: Pots = None,
        named: Named = None, size: Size = None, any: t.Any = None, bare=None,
        rows: "list[Plant] | dict[str, int]" = (), default: Plant = dict(a=1)): ...
    Plants = t.Optional[list[Plant]]
    OWN = Registry("garden", group="acme.garden", scope="acme")
"""
UNBUILT: list[tuple[dict[str, Any], str, str]] = [
    ({"plant": {"kind": "Fern", "height": 2}}, "plant.kind", "is type meant for 'kind'?"),
    ({"plant": {"_registry_": "acme.garden", "kind": "Fern"}}, "plant.kind", "for 'kind'?"),
    ({"plant": {"height": 2}}, "plant", "write type: NAME in it"),
    ({"plants": [{"type": "Fern"}, {"height": 2}]}, "plants[1]", "write type: NAME in it"),
    ({"by": {"a": {"kind": "Fern"}}}, "by.a.kind", "is type meant for 'kind'?"),
    ({"alias": [{"height": 2}]}, "alias[0]", "write type: NAME in it"),
    ({"_args_": [{"height": 2}]}, "_args_[0]", "write type: NAME in it"),
    ({"plant": {"tpye": "Fern"}}, "plant.tpye", "is type meant?"),
]
MEANT: list[dict[str, Any]] = [
    {"plant": {}},
    {"plant": None},
    {"plant": {"_literal_": {"height": 2}}},
    {"plant": {"type": "Fern"}},
    {"by": {"kind": {"type": "Fern"}}},
    *({name: {"height": 2}} for name in ("either", "pots", "named", "any", "bare", "default")),
    {"size": {"width": 2}},
    {"rows": {"height": 2}},
]


@pytest.fixture
def garden(plugin_site: Site) -> Iterator[Registry[Any]]:
    rows = {"Fern": "garden_own:Fern", "bed": "garden_own:bed"}
    owned = {"acme.garden": "garden_own:OWN"}
    groups = {"registry_core.registries": owned, "acme.garden": rows}
    plugin_site.install("garden", groups, {"garden_own.py": GARDEN})
    with plugin_site.in_use():
        yield installed_registry("acme.garden")


@pytest.mark.parametrize(("arguments", "path", "words"), UNBUILT, ids=str)
def test_a_mapping_without_a_type_is_warned_of_where_an_object_is_asked_for(
    garden: Registry[Any], arguments: dict[str, Any], path: str, words: str
) -> None:
    cfg = {"type": "bed", **arguments}
    (hint,) = check_config(cfg, garden, recursive=True)
    assert (hint.config_path, hint.severity) == (path, "warning")
    assert str(hint).endswith(words)
    if hint.code == "unbuilt-part":
        what = "a mapping without type is passed on unbuilt, where a 'garden_own.Plant' is asked"
        assert what in str(hint)
    garden.build(cfg, recursive=True)


@pytest.mark.parametrize("arguments", MEANT, ids=str)
def test_a_mapping_that_may_be_meant_is_not_warned_of(
    garden: Registry[Any], arguments: dict[str, Any]
) -> None:
    assert check_config({"type": "bed", **arguments}, garden, recursive=True) == []
    assert check_config({"type": "bed", "plant": {"height": 2}}, garden) == []
