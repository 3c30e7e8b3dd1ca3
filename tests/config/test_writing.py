"""Writing YAML: what is written reads back equal, here and with readers of YAML 1.1."""

from __future__ import annotations

import math
from collections import UserDict, UserList, deque
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry_core import ConfigError
from registry_core.config import override, read_config, write_config

if TYPE_CHECKING:
    from pathlib import Path

WORDS = [
    *("1e-3", "+1", "010", "0o7", "0x1F", "1_000", "12:30", "2020-01-01", ".inf", "-.INF", ".nan"),
    *("no", "Yes", "on", "y", "true", "~", "null", "", "<<", "=", "9" * 5_000, "0b1", "1.", "-"),
    *("- a", "a: b", "a:", "? x", "# x", "a #b", "*a", "&a", "!t", "%x", "@x", "`x", "|", ">", "'"),
    *('"', "a\n", "\n", "\na", " a", "a ", "\t", "---", "...", "[", "]", "{", "}", ",", "\\n"),
    *("\x85", "\u2028", "\u2029", "\ufeff", "\x00", "\x1b[1m", "é", "😀", "\U0010ffff", "x" * 300),
]
TEXTS = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]))
KEYS = TEXTS | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
DATA = st.recursive(
    TEXTS | st.integers() | st.floats() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
).filter(lambda data: isinstance(data, dict | list))


def same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return repr(one) == repr(other)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same([*one], [*other]) and same([*one.values()], [*other.values()])
    return bool(one == other)


@given(DATA)
def test_what_is_written_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    file = tmp_path_factory.getbasetemp() / "written.yaml"
    write_config(data, file)
    assert same(read_config(file), data)


@pytest.mark.parametrize("value", [*WORDS, 1e-3, 1e22, 1.5, math.inf, -math.inf, 3, True, None])
def test_readers_of_yaml_1_1_read_the_same(tmp_path: Path, value: Any) -> None:
    file = tmp_path / "net.yaml"
    write_config({"a": value}, file)
    assert yaml.safe_load(file.read_text("utf-8")) == {"a": value}


def test_it_reads_as_people_write_it(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    data = {"type": "Net", "lr": 1e-3, "tag": "1e-3", "of": [{"a": []}, {}, "x y"], "no": "a\nb"}
    write_config(data, file)
    assert file.read_text() == (
        "type: Net\nlr: 0.001\ntag: '1e-3'\nof:\n- a: []\n- {}\n- x y\n'no': \"a\\nb\"\n"
    )


def test_what_is_shared_stays_shared(tmp_path: Path) -> None:
    part: dict[str, Any] = {"_id_": "one", "sizes": [1]}
    file = tmp_path / "net.yaml"
    write_config({"a": part, "b": [part, part["sizes"]]}, file)
    found = read_config(file)
    assert found["a"] is found["b"][0]
    assert found["a"]["sizes"] is found["b"][1]


class Word(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "something else"


class Level(IntEnum):
    HIGH = 3


def test_other_containers_and_subclasses_become_plain(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    data = UserDict({"a": UserList([(1, deque([2]))]), "b": Word("text"), "c": Level.HIGH})
    write_config(data, file)
    assert same(read_config(file), {"a": [[1, [2]]], "b": "text", "c": 3})


class Kind(Enum):
    ONE = 1


LOOP: list[Any] = []
LOOP.append({"b": LOOP})
DEEP: list[Any] = []
for _ in range(5_000):
    DEEP = [DEEP]
WIDE: list[Any] = ["x"]
for _ in range(10):
    WIDE = [WIDE] * 10


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"a": [1, {2}]}, "in the config at a[1]: a set cannot be written"),
        ({"a": {"b": b"x"}}, "in the config at a.b: a bytes cannot be written"),
        ({"a": Kind.ONE}, "in the config at a: a Kind cannot be written"),
        ({"a": range(3)}, "in the config at a: a range cannot be written"),
        ({"a": {(1, 2): 3}}, "in the config at a: a key that is a tuple cannot be written"),
        (LOOP, "in the config at [0].b: it refers to itself here"),
        (DEEP, "it nests too deep"),
        (WIDE, "it could not be read back: the aliases up to here stand for more than 100,000"),
        ({"a": "\ud800"}, "it could not be read back"),
    ],
)
def test_what_no_file_can_say_is_refused(tmp_path: Path, data: Any, said: str) -> None:
    file = tmp_path / "net.yaml"
    with pytest.raises(ConfigError) as caught:
        write_config(data, file)
    assert str(caught.value).startswith(f"{file}: {said}")
    assert not file.exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for name, said in (("a.json", "its name must end in .yaml or .yml"), ("b/a.yaml", "it cannot")):
        with pytest.raises(ConfigError, match=said):
            write_config({}, tmp_path / name)


class Fresh(UserDict[str, Any]):
    """A mapping whose values are made anew each time, as those of an interpolation are."""

    def __getitem__(self, key: str) -> Any:
        return [self.data[key], {"n": self.data[key]}]


def test_values_that_are_made_when_asked_for_are_not_taken_for_each_other(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    data = Fresh({f"k{number}": number for number in range(200)})
    write_config(data, file)
    assert read_config(file) == dict(data.items())


class Broken(UserDict[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise ValueError("no value")


@pytest.mark.parametrize("change", ["a.x=1", "+a.y=1", "~a.x"])
def test_a_mapping_that_cannot_be_read_is_named(tmp_path: Path, change: str) -> None:
    data = {"a": Broken({"x": 1})}
    with pytest.raises(ConfigError, match="at a: a mapping that cannot be read: ValueError: no"):
        write_config(data, tmp_path / "net.yaml")
    with pytest.raises(ConfigError, match="a is a mapping that cannot be read: ValueError: no"):
        override(data, [change])
