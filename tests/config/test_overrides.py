"""Values changed by words as Hydra's: what each does, and what is said of a wrong one."""

from __future__ import annotations

import copy
from collections import UserDict, UserList
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import ConfigError, WrongType
from registry_core.config import override
from registry_core.text import path_text

DATA: dict[str, Any] = {
    "lr": 0.1,
    "data": {"root": "old", "sizes": [1, 2, 3], "a.b": {"c=": 1}, 5: "five", None: "none"},
    "stages": [{"type": "Conv"}, {"type": "Pool", "size": 2}],
}


def changed(*changes: str) -> Any:
    before = copy.deepcopy(DATA)
    found = override(DATA, changes)
    assert before == DATA, "the config was changed"
    return found


@pytest.mark.parametrize(
    ("change", "keys", "value"),
    [
        ("lr=1e-3", ["lr"], 0.001),
        ("lr=", ["lr"], None),
        ("lr=off", ["lr"], "off"),
        ("lr='1'", ["lr"], "1"),
        ("lr=x=y", ["lr"], "x=y"),
        ("lr=a b # c", ["lr"], "a b"),
        ("lr={_literal_: [1, {b: 2}]}", ["lr"], {"_literal_": [1, {"b": 2}]}),
        ("data.root=~", ["data", "root"], None),
        ("data.sizes=[4]", ["data", "sizes"], [4]),
        ("data.sizes[0]=9", ["data", "sizes"], [9, 2, 3]),
        ("data.sizes.0=9", ["data", "sizes"], [9, 2, 3]),
        ("data.sizes[-1]=9", ["data", "sizes"], [1, 2, 9]),
        ("+data.sizes[3]=4", ["data", "sizes"], [1, 2, 3, 4]),
        ("~data.sizes[1]", ["data", "sizes"], [1, 3]),
        ("data['a.b']['c=']=2", ["data", "a.b"], {"c=": 2}),
        ('data["a.b"]["c="]=2', ["data", "a.b"], {"c=": 2}),
        ("data[5]=six", ["data", 5], "six"),
        ("data.5=six", ["data", 5], "six"),
        ("data[None]=x", ["data", None], "x"),
        ("stages[1].size=5", ["stages", 1], {"type": "Pool", "size": 5}),
        ("+stages[2]={type: Flat}", ["stages", 2], {"type": "Flat"}),
        ("+seed=3", ["seed"], 3),
        ("+loss.weight.first=2", ["loss"], {"weight": {"first": 2}}),
    ],
)
def test_a_change_does_what_its_sign_says(change: str, keys: list[Any], value: Any) -> None:
    found = changed(change)
    for key in keys:
        found = found[key]
    assert found == value
    assert type(found) is type(value)


def test_a_key_is_removed() -> None:
    assert [*changed("~data", "~lr")] == ["stages"]


def test_changes_follow_each_other() -> None:
    found = changed("+a={}", "+a.b=[]", "+a.b[0]=1", "+a.b[1]=2", "~a.b[0]", "a.b[0]=3", "~lr")
    assert found["a"] == {"b": [3]}


def test_what_stands_in_two_places_is_changed_in_one() -> None:
    part = {"size": 1}
    data = {"a": part, "b": [part]}
    assert override(data, ["b[0].size=2"]) == {"a": {"size": 1}, "b": [{"size": 2}]}


def test_any_mapping_and_sequence_can_be_changed() -> None:
    data = UserDict({"a": UserList([UserDict({"b": 1}), (1, 2)])})
    assert override(data, ["a[0].b=2", "a[1][0]=3"]) == {"a": [{"b": 2}, [3, 2]]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("dta.root=1", "'dta' is not in the config; did you mean data? To add it, write +dta.root"),
        ("data.rot=1", "'rot' is not in data; did you mean data.root? To add it, write +data.rot"),
        ("data.Root=1", "did you mean data.root?"),
        ("data.new=1", "'new' is not in data; to add it, write +data.new=..."),
        ("~data.rot", "'rot' is not in data; did you mean data.root?"),
        ("+dta.new=1", "'dta' is not in the config; did you mean data?"),
        ("+lr=1", "lr exists; to change it, write lr=..."),
        ("+new[0]=1", "new is not in the config; to add a list, write +new=[...]; a mapping, "),
        ("+data.new[0].size=1", "data.new is not in the config; to add a list, write +data.new=["),
        ("+data.sizes[0]=1", "data.sizes[0] exists; to change it, write data.sizes[0]=..."),
        (
            "stages[2].size=1",
            "stages has 2 items, counted from 0; to add one, write +stages[2]=...",
        ),
        ("+stages[5]=1", "stages has 2 items, counted from 0; to add one, write +stages[2]=..."),
        *((text, "stages has 2 items, counted from 0") for text in ("stages[-3]=1", "~stages[9]")),
        *(
            (text, "stages has 2 items, counted from 0")
            for text in ("+stages[5].a=1", "stages.type=1")
        ),
        ("lr.x=1", "lr is a float, and has no keys"),
        ("data.root.x=1", "data.root is a str, and has no keys"),
        ("lr=[1", "the value is not YAML: expected ',' or the end of what opens at 1:1, or quotes"),
        ("lr=*x", "the value is not YAML: no anchor of this name is above"),
    ],
)
def test_a_wrong_change_says_what_to_write(change: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        changed(change)
    assert said in str(caught.value)
    assert caught.value.place == (change, None, None)


@pytest.mark.parametrize(
    "change",
    [
        *("", "lr", "=1", "+=1", "~", "+lr", "~lr=1", "++lr=1", ".lr=1", "lr.=1", "a..b=1"),
        *("data[=1", "data[]=1", "data['a.b=1", "[0", "data]=1", "stages[0]type=1"),
    ],
)
def test_a_malformed_change_says_what_can_be_written(change: str) -> None:
    with pytest.raises(ConfigError) as caught:
        changed(change)
    said = "write KEY=VALUE to change a value, +KEY=VALUE to add one, ~KEY to remove one"
    assert str(caught.value).startswith(f"{change or repr(change)}: {said}")


@pytest.mark.parametrize("changes", ["lr=1", ["lr=1", 3]])
def test_changes_are_a_list_of_texts(changes: Any) -> None:
    with pytest.raises(WrongType, match="changes must be a list of texts, but got (str|int)"):
        override(DATA, changes)


def test_guessing_is_bounded_for_long_and_many_keys() -> None:
    data = {f"key{number}": 0 for number in range(200_000)}
    for change in ("kye7=1", "k" * 100_000 + "=1"):
        with pytest.raises(ConfigError) as caught:
            override(data, [change])
        assert len(str(caught.value)) < 3_000


def paths(data: Any, keys: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all parts."""
    found = [keys] if keys else []
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            found += paths(value, (*keys, key))
    return found


NAMES = st.text(st.characters(codec="ascii", exclude_characters="'\\", categories=["L", "N", "P"]))
TREES = st.recursive(
    st.integers(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(NAMES.filter(bool) | st.integers(), inner, min_size=1, max_size=3)
    ),
    max_leaves=10,
).filter(lambda data: isinstance(data, dict | list))


@given(TREES, st.data())
def test_every_path_that_an_error_shows_can_be_written(data: Any, draw: st.DataObject) -> None:
    keys = draw.draw(st.sampled_from(paths(data)))
    found = override(data, [f"{path_text(keys)}=new"])
    expected = copy.deepcopy(data)
    holder = expected
    for key in keys[:-1]:
        # A text key comes before a number that is written alike.
        holder = holder[str(key) if isinstance(holder, dict) and str(key) in holder else key]
    last = keys[-1]
    holder[str(last) if isinstance(holder, dict) and str(last) in holder else last] = "new"
    assert found == expected
