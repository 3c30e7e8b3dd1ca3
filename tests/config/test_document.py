"""A document: checked and built, with the place of every error, through overrides too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from registry_core import (
    ArgumentError,
    BuildError,
    ConfigError,
    EntryNotFound,
    Registry,
    RegistryError,
    RegistryNotFound,
    ScopeNotFound,
    WrongType,
)
from registry_core.config import load

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site


class Layer:
    def __init__(self, size: int = 1, inner: Any = None) -> None:
        if size == 13:
            raise ValueError("no luck")
        self.size = size
        self.inner = inner


@pytest.fixture
def layers() -> Registry[Any]:
    registry: Registry[Any] = Registry("layers of documents", scope="acme")
    registry.register_module(module=Layer)
    return registry


FORMATS = {
    "yaml": "type: Layer\ninner:\n  - type: Layer\n    size: 2\n"
    "  - {type: Layer, inner: {WRONG}}\n",
    "json": '{"type": "Layer",\n"inner": [\n {"type": "Layer",\n  "size": 2},\n'
    ' {"type": "Layer", "inner": {WRONG}}]}',
    "toml": 'type = "Layer"\ninner = [\n {type = "Layer", size = 2},\n'
    ' {type = "Layer", inner = {WRONG}}]',
}
WRONG: dict[str, tuple[type[RegistryError], object]] = {
    "type": (EntryNotFound, "Layr"),
    "_scope_": (ScopeNotFound, "nowhere"),
    "_registry_": (RegistryNotFound, "nowhere"),
    "_args_": (WrongType, 3),
    "_partial_": (WrongType, 3),
    "sise": (ArgumentError, 3),
    "size": (BuildError, 13),
}


def text_of(kind: str, key: str, value: object) -> str:
    """A part that is wrong in one key, after a right one."""
    pairs = {"type": "Layer", key: value}
    if key == "type":
        pairs = {"size": 1, "type": value}
    sign = " = " if kind == "toml" else ": "
    text = ", ".join(
        (f'"{name}"' if kind == "json" else name)
        + sign
        + (f'"{each}"' if isinstance(each, str) else str(each))
        for name, each in pairs.items()
    )
    # TOML has inline tables of one line alone.
    text = text if kind == "toml" else text.replace(", ", ",\n   ")
    return FORMATS[kind].replace("WRONG", text)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("key", WRONG)
def test_every_error_has_the_place_of_the_key_at_fault(
    layers: Registry[Any], tmp_path: Path, kind: str, key: str
) -> None:
    error, value = WRONG[key]
    text = text_of(kind, key, value)
    file = tmp_path / f"net.{kind}"
    file.write_text(text)
    lines = text.split("\n")
    # What a constructor raises is about the whole part: its type is shown.
    needle = "type" if key == "size" else key
    line = max(number for number, each in enumerate(lines) if needle in each)
    quotes = 1 if kind == "json" else 0
    place = (str(file), line + 1, lines[line].rindex(needle) + 1 - quotes)
    with pytest.raises(error) as caught:
        load(file).build(layers)
    assert caught.value.place == place
    assert str(caught.value).startswith(f"{file}:{place[1]}:{place[2]}: in the config at inner[1]")
    if key != "size":
        [found] = load(file).check(layers, load=True)
        assert (type(found), found.place) == (error, place)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("size: 3\ntpye: Layer\n", (2, 1)),
        ("a:\n  _ref_: nowhere\nb: {type: Layer}\n", (2, 3)),
        ("a: {type: Layer}\nb:\n  size: 1\n  _ref_: a\n", (4, 3)),
        ("a: {type: Layer, _id_: x}\nb:\n  - {type: Layer,\n     _id_: x}\n", (4, 6)),
        ("a: {type: Layer}\nb:\n  _partial_: true\n", (3, 3)),
        ("a:\n  type: Layer\n  _kwargs_:\n    size: 1\n    inne: 3\n", (5, 5)),
    ],
)
def test_a_slip_and_a_wrong_reference_have_the_place_of_their_key(
    layers: Registry[Any], tmp_path: Path, text: str, place: tuple[int, int]
) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(text)
    with pytest.raises(RegistryError) as caught:
        load(file).build(layers)
    assert caught.value.place == (str(file), *place), caught.value
    assert [found.place for found in load(file).check(layers)] == [caught.value.place]


def test_a_warning_about_a_type_has_its_place(plugin_site: Site, tmp_path: Path) -> None:
    source = """
        from registry_core import Registry
        HUB = Registry("hub", group="acme.hub", scope="acme", base=object if id else int)
    """
    groups = {"registry_core.registries": {"acme.hub": "acme_hub:HUB"}, "acme.hub": {"a": "x:a"}}
    plugin_site.install("acme", groups, {"acme_hub.py": source, "x.py": "def a(size): ..."})
    file = tmp_path / "net.yaml"
    file.write_text("_registry_: acme.hub\nsize: 1\ntype: a\n")
    with plugin_site.in_use():
        (hint,) = load(file).check()
    assert (hint.code, hint.place) == ("computed-setting", (str(file), 3, 1))


def test_a_value_of_an_override_has_the_override_as_place(
    layers: Registry[Any], tmp_path: Path
) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("type: Layer\ninner: &a [{type: Layer}, {type: Layer}, {type: Layr}]\n")
    changes = ["inner[0].type=Lyer", "~inner[1]", "+inner[2]={type: Layer, inner: {type: No}}"]
    found = load(file, changes).check(layers)
    assert [(each.config_path, each.place) for each in found] == [
        ("inner[0]", ("inner[0].type=Lyer", None, None)),
        ("inner[1]", (str(file), 2, 43)),
        ("inner[2].inner", (changes[2], None, None)),
    ]
    document = load(file, changes)
    assert document.position(["inner", 0, "type"]) is None
    assert document.position(["inner"]) == (2, 1)
    assert document.where(["inner", 2, "inner", "type"]) == changes[2]


def test_overrides_change_what_is_built(layers: Registry[Any], tmp_path: Path) -> None:
    file = tmp_path / "net.json"
    file.write_text('{"type": "Layer", "inner": {"type": "Layer"}}')
    assert load(file).build(layers).inner.size == 1
    assert load(file, ["+inner.size=3"]).build(layers).inner.size == 3
    with pytest.raises(ConfigError, match=r"^inner\.sise=3: 'sise' is not in inner"):
        load(file, ["inner.sise=3"])


def test_the_file_names_the_registry_unless_one_is_passed(
    plugin_site: Site, tmp_path: Path
) -> None:
    plugin_site.install(
        "acme",
        {"registry_core.registries": {"acme.net": "acme:NET"}},
        {
            "acme.py": """
                from registry_core import Registry
                NET = Registry("net", group="acme.net")
                NET.register_module("Net", module=lambda: "acme's net")
            """
        },
    )
    file = tmp_path / "net.yaml"
    file.write_text("_registry_: acme.net\ntype: Net\n")
    other: Registry[Any] = Registry("other nets")
    other.register_module("Net", module=lambda: "other net")
    with plugin_site.in_use():
        assert load(file).build() == load(file).build("net") == "acme's net"
        assert load(file).build(other) == "other net"
        assert load(file, ["_registry_=net"]).build(registries={"net": other}) == "other net"
        with pytest.raises(RegistryNotFound) as caught:
            load(file, ["_registry_=nope"]).build()
    assert caught.value.place == ("_registry_=nope", None, None)


@pytest.mark.parametrize(("text", "line"), [("type: Net", None), ("type: Net\n_registry_: 3", 2)])
def test_a_file_without_a_registry_is_an_error(tmp_path: Path, text: str, line: int | None) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(text)
    with pytest.raises(RegistryError) as caught:
        load(file).build()
    assert caught.value.place is not None
    assert caught.value.place[:2] == (str(file), line)
    [found] = load(file).check()
    assert str(found) == str(caught.value)


@pytest.mark.parametrize("text", ["", "# nothing", "{}", "_registry_: net"])
def test_an_empty_file_builds_nothing(layers: Registry[Any], tmp_path: Path, text: str) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"net.yaml: it is empty: there is nothing to build"):
        load(file).build(layers)


def test_checking_and_building_leave_the_document_alone(
    layers: Registry[Any], tmp_path: Path
) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("_registry_: nope\ntype: Layer\ninner: {type: Layer}\n")
    document = load(file)
    document.check(layers)
    document.build(layers)
    assert document.data == {"_registry_": "nope", "type": "Layer", "inner": {"type": "Layer"}}
