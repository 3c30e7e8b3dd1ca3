"""Lines of an index that somebody has forged, or cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core.index.line import Line, Malformed, read, written

GOOD = {
    "address": "garden.plant.Rose",
    "group": "garden.plant",
    "distribution": "roses",
    "version": "1.0",
    "target": "roses:Rose",
    "takes": [["thorns", "positional or keyword", "int", None]],
}


def test_what_is_written_is_read() -> None:
    line = read(json.dumps(GOOD).encode())
    assert (line.name, line.target, line.taken()) == ("Rose", "roses:Rose", "thorns: int")
    assert read(written(line)) == line


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"distribution": "--index-url=https://example.org"}, "is not the name of a distribution"),
        ({"distribution": "roses; rm -rf ~"}, "is not the name of a distribution"),
        ({"distribution": "roses\x1b[2J"}, "is not the name of a distribution"),
        ({"distribution": "git+https://example.org/x"}, "is not the name of a distribution"),
        ({"distribution": "r" * 1_000}, "its distribution is not a text of 1 to 120"),
        ({"distribution": 7}, "its distribution is not a text"),
        ({"version": "1.0 --pre"}, "is not a version"),
        ({"version": None}, "its version is not a text"),
        ({"address": "other.Rose"}, "its address is not in its group"),
        ({"address": "garden.plant.two words"}, "in its address, it holds white space"),
        ({"group": ["garden"]}, "its group is not a text"),
        ({"target": "roses"}, "needs the form"),
        ({"target": {"a": 1}}, "its target is not a text"),
        ({"metadata": ["a"]}, "its metadata is no mapping"),
        ({"takes": "beta"}, "what it takes is no list"),
        ({"takes": [["a", "b"]]}, "a parameter is not NAME, KIND"),
        ({"takes": [["a", ["x"], None, None]]}, "a parameter is not NAME, KIND"),
        ({"takes": [["a b", "keyword-only", None, None]]}, "the name of a parameter is not one"),
        ({"takes": [["a", "keyword-only", 1, None]]}, "has something else than texts"),
        ({"annotations": {"a": 1}}, "a list has something else than texts"),
        ({"renamed": ["a", "", "\x1b[2J"]}, "its new name is not one"),
        ({"renamed": ["a"]}, "a list has another length"),
    ],
)
def test_a_forged_line_is_malformed(change: dict[str, object], why: str) -> None:
    with pytest.raises(Malformed, match=None) as caught:
        read(json.dumps({**GOOD, **change}).encode())
    assert why in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"address":'])
def test_what_is_no_line_is_malformed(content: bytes) -> None:
    with pytest.raises(Malformed):
        read(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*GOOD, "onward", "abstract", "summary", "renamed"]), JSON))
def test_no_line_does_worse_than_being_malformed(change: dict[str, object]) -> None:
    try:
        line = read(json.dumps({**GOOD, **change}).encode())
    except Malformed:
        return
    assert isinstance(line, Line)
    assert isinstance(line.taken(), str)
    assert isinstance(read(written(line)), Line)
