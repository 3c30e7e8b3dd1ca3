"""A recursive build follows any mapping and sequence; a part hides in no other collection."""

from array import array
from collections import ChainMap, OrderedDict, UserDict, UserList, UserString, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import ConfigError, Registry, RegistryError
from registry_core.config import check_config


class Pair(NamedTuple):
    left: Any
    right: Any


class Row(Sequence[Any]):
    """A sequence of a library of its own."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = list(items)

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)


class Table(Mapping[str, Any]):
    """A mapping of a library of its own."""

    def __init__(self, items: dict[str, Any]) -> None:
        self._items = items

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class Subtuple(tuple[Any, ...]):
    """A tuple without names."""

    __slots__ = ()


SEQUENCES: list[Callable[[list[Any]], Any]] = [list, tuple, UserList, deque, Row, Subtuple]
MAPPINGS: list[Callable[[dict[str, Any]], Any]] = [
    dict,
    OrderedDict,
    UserDict,
    ChainMap,
    MappingProxyType,
    Table,
]

SHELF: Registry[Any] = Registry("shelf", group="tests.shelf", scope="shelf", recursive=True)
SHELF.register_module("Shelf", module=lambda **held: ("shelf", held))
SHELF.register_module("Book", module=lambda pages=1: ("book", pages))


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Pairs of a container of any type, and of what a build is to make of it."""
    lists = st.lists(inner, max_size=3)
    mappings = st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    return st.one_of(
        st.tuples(st.sampled_from(SEQUENCES), lists).map(
            lambda drawn: (drawn[0]([each[0] for each in drawn[1]]), [e[1] for e in drawn[1]])
        ),
        st.tuples(st.sampled_from(MAPPINGS), mappings).map(
            lambda drawn: (
                drawn[0]({key: each[0] for key, each in drawn[1].items()}),
                {key: each[1] for key, each in drawn[1].items()},
            )
        ),
        st.tuples(st.sampled_from(MAPPINGS), st.integers(1, 9)).map(
            lambda drawn: (drawn[0]({"type": "Book", "pages": drawn[1]}), ("book", drawn[1]))
        ),
    )


def as_plain(value: Any) -> Any:
    """Lists for all sequences, dicts for all mappings."""
    if isinstance(value, Mapping):
        return {key: as_plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_plain(each) for each in value]
    return value


@given(st.recursive(st.integers().map(lambda number: (number, number)), containers, max_leaves=8))
def test_builds_plans_and_checks_follow_containers_of_any_type(drawn: tuple[Any, Any]) -> None:
    held, expected = drawn
    config = {"type": "Shelf", "held": held}
    assert as_plain(SHELF.build(config)) == as_plain(("shelf", {"held": expected}))
    assert as_plain(SHELF.plan(config)()) == as_plain(("shelf", {"held": expected}))
    assert check_config(config, SHELF, load=True) == []


@pytest.mark.parametrize("make", [UserList, deque, Row])
def test_a_sequence_in_which_something_is_built_arrives_as_a_list(
    make: Callable[[list[Any]], Any],
) -> None:
    for inside in ({"type": "Book"}, {"_literal_": 3}, [{"a": {"type": "Book"}}]):
        _, held = SHELF.build({"type": "Shelf", "held": make([1, inside])})
        assert type(held["held"]) is list


DATA = [
    UserList([1, [2], {"a": 3}]),
    deque(["type"]),
    Row([]),
    Subtuple((1, 2)),
    Pair(1, {"a": [2]}),
    "type",
    UserString("type"),
    b"type",
    bytearray(b"type"),
    memoryview(b"type"),
    array("d", [1.0]),
    range(10**12),
    {1, 2},
    frozenset({"type"}),
    {"a": 1}.keys(),
    {"a": {"b": 1}}.values(),
    SimpleNamespace(type="Book"),
    iter([{"type": "Book"}]),
    Pair,
]


@pytest.mark.parametrize("data", DATA, ids=lambda data: type(data).__name__)
def test_what_holds_no_part_is_passed_on_as_the_very_object(data: Any) -> None:
    config = {"type": "Shelf", "held": data}
    assert SHELF.build(config)[1]["held"] is data
    assert SHELF.plan(config)()[1]["held"] is data
    assert check_config(config, SHELF) == []


HIDING = [
    {"a": {"type": "Book"}}.values(),
    {"a": [{"b": {"type": "Book"}}]}.values(),
    {"a": {"_ref_": "book"}}.values(),
    {"a": {"type": "Book"}}.items(),
    Pair(1, {"type": "Book"}),
    Pair(1, [{"type": "Book"}]),
]


@pytest.mark.parametrize("hiding", HIDING, ids=range(len(HIDING)))
def test_a_part_in_another_collection_is_refused_with_its_place(hiding: Any) -> None:
    config = {"type": "Shelf", "held": [0, hiding]}
    for call in (SHELF.build, SHELF.plan):
        with pytest.raises(ConfigError, match="where nothing is built: write a list") as refused:
            call(config)
        assert refused.value.config_path == "held[1]"
    assert [error.config_path for error in check_config(config, SHELF)] == ["held[1]"]


def test_an_iterator_is_not_touched() -> None:
    iterator = iter([{"type": "Book"}])
    _, held = SHELF.build({"type": "Shelf", "held": iterator})
    assert held["held"] is iterator
    assert next(iterator) == {"type": "Book"}


class Unreadable(Mapping[str, Any]):
    """A mapping that leaves when it is read."""

    def __getitem__(self, key: str) -> Any:
        raise SystemExit

    def __iter__(self) -> Iterator[str]:
        yield "a"

    def __len__(self) -> int:
        return 1


class Endless(Sequence[Any]):
    """A sequence that cannot be read."""

    def __getitem__(self, index: Any) -> Any:
        raise OSError("no disk")

    def __len__(self) -> int:
        return 1


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (Unreadable(), "a mapping that cannot be read: SystemExit"),
        (Endless(), "a sequence that cannot be read: OSError: no disk"),
    ],
)
def test_a_container_that_cannot_be_read_is_an_error_with_its_place(
    held: Any, message: str
) -> None:
    config = {"type": "Shelf", "held": [held]}
    for call in (SHELF.build, SHELF.plan):
        with pytest.raises(ConfigError, match=message) as refused:
            call(config)
        assert refused.value.config_path == "held[0]"
    assert [error.config_path for error in check_config(config, SHELF)] == ["held[0]"]


def test_a_wrong_name_in_any_container_is_found_by_the_check() -> None:
    for make in SEQUENCES:
        config = {"type": "Shelf", "held": make([1, {"type": "Bok"}])}
        assert [e.config_path for e in check_config(config, SHELF)] == ["held[1]"]
        with pytest.raises(RegistryError, match="did you mean 'Book'"):
            SHELF.build(config)


@pytest.mark.parametrize("args", [UserList([1]), deque([1]), (1,), range(1, 2), Row([1])])
def test_positional_arguments_may_be_any_sequence(args: Any) -> None:
    parts: Registry[Any] = Registry("row", group="tests.row", scope="row")
    parts.register_module("part", module=lambda *args: args)
    assert parts.build({"type": "part", "_args_": args}) == (1,)
    assert parts.plan({"type": "part", "_args_": args})() == (1,)
