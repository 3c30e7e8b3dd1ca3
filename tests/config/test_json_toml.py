"""JSON and TOML: the place of every key and item, and what is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import ConfigError
from registry_core.config import load, read_config
from registry_core.limits import MAX_TOML_DOTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Marks are letters that occur nowhere else: a naive search finds each.
MARKS = [chr(0x4E00 + number) for number in range(400)]
TRICKY = st.text("ab\"\\{}[],:=.#'\n\t é", max_size=6)
Leaf = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TRICKY
TREE = st.recursive(
    Leaf, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TRICKY, inner), max_leaves=20
)


def marked(data: Any, marks: Iterator[str]) -> Any:
    """`data` with a mark in each key, and each item of a list a text with a mark."""
    if isinstance(data, dict):
        return {next(marks) + key: marked(value, marks) for key, value in data.items()}
    if isinstance(data, list):
        return [
            marked(each, marks) if isinstance(each, dict | list) else next(marks) for each in data
        ]
    return data


def found(data: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Each way to a mark, and the mark."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(key, str) or isinstance(value, str):
            yield (*keys, key), (key if isinstance(key, str) else value)[0]
        if isinstance(value, dict | list):
            yield from found(value, (*keys, key))


def place_of(mark: str, text: str) -> tuple[int, int]:
    lines = text.split("\n")
    line = next(number for number, each in enumerate(lines) if mark in each)
    return line + 1, lines[line].index(mark) + 1


@given(TREE.filter(lambda tree: isinstance(tree, dict | list)), st.sampled_from([None, 1, "\t"]))
def test_every_key_and_item_of_json_has_its_place(
    tmp_path_factory: pytest.TempPathFactory, tree: Any, indent: Any
) -> None:
    data = marked(tree, iter(MARKS))
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    file = tmp_path_factory.getbasetemp() / "places.json"
    file.write_bytes(text.encode())
    document = load(file)
    assert document.data == data
    for keys, mark in found(data):
        line, column = place_of(mark, text)
        # The mark is the letter behind the quote.
        assert document.position(keys) == (line, column - 1), keys


def as_toml(value: Any, draw: st.DataObject) -> str:
    """A value in one line, or in several where TOML allows it."""
    if isinstance(value, list):
        gap = draw.draw(st.sampled_from(["", " ", "\n  ", " # ]},\n"]))
        return "[" + ",".join(gap + as_toml(each, draw) for each in value) + gap + "]"
    if isinstance(value, dict):
        pairs = (f"{as_key(key, draw)} = {as_toml(each, draw)}" for key, each in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, str) and "'" not in value and draw.draw(st.booleans()):
        return f"'''\n{value}'''" if "\n" in value or not value.isprintable() else f"'{value}'"
    if isinstance(value, str) and draw.draw(st.booleans()):
        return '"""\n' + json.dumps(value, ensure_ascii=False)[1:-1].replace("\\n", "\n") + '"""'
    return json.dumps(value, ensure_ascii=False)


def as_key(key: str, draw: st.DataObject) -> str:
    if "'" not in key and key.isprintable() and draw.draw(st.booleans()):
        return f"'{key}'"
    return json.dumps(key, ensure_ascii=False)


def as_tables(data: dict[str, Any], above: str, draw: st.DataObject) -> str:
    """A table as lines: dotted keys, inline tables, headers and arrays of tables."""
    here, below = "", ""
    for key, value in data.items():
        name = as_key(key, draw)
        full = f"{above} . {name}" if above else name
        is_tables = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
        way = draw.draw(st.sampled_from(["value", "header", "dotted"]))
        if isinstance(value, dict) and way == "header":
            below += f"[{full}] # [x]\n{as_tables(value, full, draw)}\n"
        elif is_tables and way == "header":
            below += "".join(f"[[ {full} ]]\n{as_tables(each, full, draw)}\n" for each in value)
        elif isinstance(value, dict) and value and way == "dotted":
            pairs = (f"{name}.{as_key(k, draw)} = {as_toml(v, draw)}\n" for k, v in value.items())
            here += "".join(pairs)
        else:
            here += f"{name} = {as_toml(value, draw)} # = [\n"
    return here + below


TABLES = st.recursive(
    st.booleans() | st.integers() | TRICKY.filter(lambda text: "\t" not in text),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TRICKY, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TRICKY, TABLES, max_size=5), st.data())
def test_every_key_and_item_of_toml_has_its_place(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any], draw: st.DataObject
) -> None:
    data = marked(tree, iter(MARKS))
    text = as_tables(data, "", draw)
    file = tmp_path_factory.getbasetemp() / "places.toml"
    file.write_bytes(text.encode())
    document = load(file)
    assert document.data == data
    for keys, mark in found(data):
        line, column = document.position(keys) or (0, 0)
        # A key may occur in several headers and dotted keys.
        here = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
        assert mark in here[:5], keys


def test_an_array_of_tables_has_the_places_of_its_headers(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    layers = "[[layers]]\nsize = 1\n[[layers]]\nact.beta = 2\n[layers.norm]\neps = 1e-3\n"
    text = f"{layers}[a]\n[a.b]\nc=1\n"
    file.write_text(text)
    document = load(file)
    assert document.position(["layers", 0]) == (1, 3)
    assert document.position(["layers", 1]) == (3, 3)
    assert document.position(["layers", 1, "act", "beta"]) == (4, 5)
    assert document.position(["layers", 1, "norm", "eps"]) == (6, 1)
    assert document.position(["a", "b", "c"]) == (9, 1)


@pytest.mark.parametrize(
    ("name", "text", "place", "reason"),
    [
        ("a.json", '{"a": 1,\n "b": {"a": 2, "a": 3}}', (2, 16), "the key 'a' is repeated"),
        ("a.json", '{"a": [{}, 1],\n "\\u0061": 2}', (2, 2), "the key 'a' is repeated"),
        ("a.json", '{"a": }', (1, 7), "Expecting value"),
        ("a.toml", "a = 1\na = 2\n", (2, 6), "Cannot overwrite a value"),
        ("a.toml", "a = [1", None, "Unclosed array (at end of document)"),
        (
            "a.toml",
            f"b = 1\n{'k.' * MAX_TOML_DOTS}k.k = 1",
            (2, 202),
            "a key has more than 100 dots",
        ),
    ],
)
def test_what_is_refused_has_its_place(
    tmp_path: Path, name: str, text: str, place: tuple[int, int] | None, reason: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(reason)) as caught:
        read_config(file)
    assert caught.value.place == (str(file), *(place or (None, None)))


DOTS = "." * 300


@pytest.mark.parametrize(
    "text",
    [
        f"a = '{DOTS}'",
        f'a = "\\"{DOTS}"',
        f'a = """"{DOTS}"""""',
        f"a = '''\n'{DOTS}'''''",
        f"a = 1 # {DOTS}",
        f'a = 1 # """\n"b{DOTS}" = 1',
        "a = [" + "1.5, " * 300 + "]",
        ".".join("k" * MAX_TOML_DOTS) + " = 1",
        "[" + " . ".join("k" * MAX_TOML_DOTS) + "]\nb = 1.5",
    ],
)
def test_dots_that_are_not_of_one_key_are_no_fault(tmp_path: Path, text: str) -> None:
    file = tmp_path / "net.toml"
    file.write_text(text)
    assert read_config(file)


@pytest.mark.parametrize(
    "text",
    [
        "{} = 1",
        "[{}]",
        "[[{}]]",
        "a = {{ {} = 1 }}",
        'a = """x"""\n{} = 1',
        "a = {{ b = '''x'''', {} = 1 }}",
        'a = {{ b = """""""", {} = 1 }}',
        "a = 1 # '''\n{} = 1",
        "'a' = \"#'\"\n{} = 1",
    ],
)
def test_a_key_of_many_dots_is_refused_wherever_it_stands(tmp_path: Path, text: str) -> None:
    file = tmp_path / "net.toml"
    for dot, name in ((".", "k"), (" . ", '"k"'), (".\t", "'k'")):
        file.write_text(text.format(dot.join([name] * (MAX_TOML_DOTS + 2))))
        with pytest.raises(ConfigError, match="a key has more than 100 dots"):
            read_config(file)
