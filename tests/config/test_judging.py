"""Values and arguments are judged by signatures, and the check and the schema say the same."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import (
    ArgumentError,
    BaseMismatch,
    BuildError,
    Environment,
    Registry,
    RegistryError,
    WrongType,
    installed_registry,
    use_environment,
)
from registry_core.config import check_config, schema
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

jsonschema = pytest.importorskip("jsonschema")

GROUP = "registry_core.judged"
KINDS = """
    import dataclasses, enum, os, pathlib, typing as t
    from abc import ABC, abstractmethod
    from collections.abc import Callable, Iterable, Mapping, Sequence

    class Color(enum.Enum):
        RED = "r"
        BLUE = 2
    class Level(enum.IntEnum):
        LOW = enum.auto()
        HIGH = enum.auto()
    class Mode(str, enum.Enum):
        FAST = "quick"
    class Odd(enum.Enum):
        A = print
    class Noted(enum.Enum):
        'Documented.'
        RED: str = "r"
        _B = BLUE = 2
        unit: str
        __hidden = 5
        @property
        def shown(self): ...
    class Pairs(enum.Enum):
        A, B = 1, 2
        C = 3
    class Bits(enum.Flag):
        A = enum.auto()
        B = enum.auto()
        C = enum.auto()
    class Codes(enum.IntFlag):
        A = 1
        B = 2
    class Texts(str, enum.Enum):
        A = enum.auto()
    class Numbers(int, enum.Enum):
        A = "3"
    class Counted(enum.IntEnum):
        A = True
    class Made(enum.Enum):
        A = 1
        def __init__(self, value): self._value_ = "a"
    class Wrapped(enum.Enum):
        A = 1
        @enum.member
        def b(self): ...
    @dataclasses.dataclass
    class Record:
        depth: int
        name: str = ""
        kept: list[str] = dataclasses.field(default_factory=list)
    Size = int | tuple[int, int]
    T = t.TypeVar("T")
    Pair = t.Union[T, t.Tuple[T, T]]
    Bound = t.TypeVar("Bound", bound=str)
    UserId = t.NewType("UserId", int)
    class Options(t.TypedDict, total=False):
        depth: t.Required[int]
        name: str
    class Marked(t.TypedDict):
        depth: t.Annotated[t.NotRequired[int], "more"]
    class Less(Marked):
        name: t.NotRequired[str]
    Json = t.Union[t.Dict[str, "Json"], t.List["Json"], str, int, None]
    class Node(t.TypedDict):
        children: list["Node"]
    @dataclasses.dataclass
    class Tree:
        left: "Tree | None" = None
        right: "Tree | None" = None
        size: int = 0
    Nested = t.Union[T, t.List["Nested[T]"]]
    Ever = t.List["Ever[t.List[T]]"]

    class Placed:
        def __init__(self, a, b, /, c, d=1): ...
    class Layer: ...
    class Dense(Layer):
        def __init__(self, size: int): ...
    class Other:
        def __init__(self): ...
    class Runs(t.Protocol):
        def run(self) -> None: ...
    class Runner:
        def run(self): ...
    def make(): ...
    class Shape(ABC):
        @abstractmethod
        def area(self): ...
        @property
        @abstractmethod
        def name(self): ...
    class Square(Shape):
        def area(self): ...
        name = "square"
    class Half(Shape):
        def area(self): ...
"""
# An annotation, values that fit it and values that do not, each with what is said of it.
ANNOTATIONS: dict[str, tuple[list[object], list[tuple[object, str]]]] = {
    "int": ([3, 3.0, -1], [(3.5, "an integer, but got float"), (True, "an integer, but got bool")]),
    "float": (
        [3, 0.5, 1e400],
        [("0.5", "a number, but got str"), (None, "a number, but got None")],
    ),
    "bool": ([True], [(1, "true or false, but got int"), ("yes", "true or false, but got str")]),
    "str": (["x", ""], [(1, "a text, but got int"), ([], "a text, but got list")]),
    "None": ([None], [(0, "null, but got int")]),
    "int | None": ([1, None], [("1", "an integer or null, but got str")]),
    "t.Optional[str]": (["a", None], [(1, "a text or null, but got int")]),
    "t.Union[int, str]": ([1, "a"], [(None, "an integer or a text, but got None")]),
    "'int'": ([1], [("a", "an integer, but got str")]),
    "t.Literal['a', 1]": (["a", 1, 1.0], [("b", "'a' or 1, but got str"), (True, "but got bool")]),
    "t.Literal['a'] | None": (["a", None], [("b", "'a' or null, but got str")]),
    "t.Literal['a'] | float": (["a", 2], [("b", "but got str")]),
    "Color": (["r", 2, "RED", "BLUE"], [("GREEN", "but got str"), (3, "but got int")]),
    "Level": ([1, 2, "LOW"], [(3, "but got int"), ("low", "but got str")]),
    "Mode | None": (["quick", "FAST", None], [("fast", "but got str")]),
    "Odd": (["A", "B", 1], []),
    "Noted": (["r", "RED", 2, "_B", "BLUE"], [(5, "but got int"), ("unit", "but got str")]),
    "Pairs": ([1, 2, 3, "A", "B"], []),
    "Bits": ([0, 3, 4, 7, "C"], []),
    "Codes": ([0, 3, 9, "A"], []),
    "Texts": (["1", "A"], []),
    "Numbers": ([3, "A"], []),
    "Counted": ([1, "A"], []),
    "Made": (["a", "A"], []),
    "Wrapped": ([1, "b"], []),
    "t.Literal[Color.RED]": (["r", "RED"], [("BLUE", "but got str")]),
    "pathlib.Path": (["a/b"], [(1, "a text, but got int")]),
    "str | os.PathLike[str]": (["a"], [([], "a text, but got list")]),
    "list[int]": (
        [[], [1, 2]],
        [("12", "a list, but got str"), ([1, "2"], "an integer, but got str")],
    ),
    "list": ([["a", 1]], [({}, "a list, but got dict")]),
    "set[str]": ([["a"]], [("a", "a list, but got str"), ([1], "a text, but got int")]),
    "tuple[int, str]": (
        [[1, "a"]],
        [([1], "a list of 2, but got one of 1"), (["a", "a"], "an integer")],
    ),
    "tuple[int, ...]": ([[], [1, 2, 3]], [([1, None], "an integer, but got None")]),
    "t.Tuple[int, t.Unpack[t.Tuple[str, ...]]]": ([[1], [1, "a", "b"]], [("a", "a list")]),
    "tuple[()]": ([[]], [([1], "a list of 0, but got one of 1")]),
    "Sequence[str]": (["abc", ["a"]], [(1, "a list or a text, but got int")]),
    "Sequence[int]": ([[1]], [("abc", "a list, but got str")]),
    "Sequence[Sequence[str]]": (["abc", ["abc"], [["a"]]], [([1], "a list or a text")]),
    "Iterable[int | str]": (["abc", [1, "a"]], [(1, "a list, a text or a mapping")]),
    "Sequence[t.Optional[str]]": (["abc", ["a", None]], [(None, "a list or a text")]),
    "Iterable[int]": ([[1], {"a": 1}], [("abc", "a list or a mapping, but got str")]),
    "Mapping[str, int]": (
        [{}, {"a": 1}],
        [([], "a mapping, but got list"), ({"a": "b"}, "an integer")],
    ),
    "dict": ([{"a": "b"}], [("a", "a mapping, but got str")]),
    "list[list[int]] | int": ([[[1]], 1], [([["a"]], "an integer, but got str")]),
    "Options": (
        [{"depth": 1}, {"depth": 1, "name": "x"}],
        [
            ({}, "a mapping with 'depth', but got one without"),
            ({"depth": "1"}, "an integer, but got str"),
            ({"depth": 1, "other": 2}, "one of the keys 'depth', 'name', but got 'other'"),
            ([], "a mapping, but got list"),
        ],
    ),
    "Record": (
        [{"depth": 1}, {"depth": 1, "kept": ["a"]}, "anything", 3, None],
        [
            ({}, "value must be a mapping with 'depth', but got one without"),
            ({"depth": "1"}, "an integer, but got str"),
            (
                {"depth": 1, "other": 2},
                "other must be one of the keys 'depth', 'name', 'kept', but got 'other'",
            ),
            (
                {"dpeth": 1},
                "keys 'depth', 'name', 'kept', but got 'dpeth'; did you mean 'depth'?",
            ),
        ],
    ),
    "Record | None": ([None, {"depth": 1}, 3], [({"depth": None}, "an integer, but got None")]),
    "list[Record]": ([[{"depth": 1}, 3]], [([{}], "a mapping with 'depth'"), (3, "a list")]),
    "Record | dict[str, int]": (
        [{"depth": 1}, {"a": 1}],
        [({"a": "b"}, "an integer, but got str")],
    ),
    "Marked": ([{}, {"depth": 1}], [({"depth": "1"}, "an integer, but got str")]),
    "Less": ([{}, {"name": "a"}], [({"size": 1}, "one of the keys 'depth', 'name'")]),
    "Json": ([{"a": [{"b": None}]}, "a", [[1]]], [(0.5, "but got float")]),
    "Node": (
        [{"children": []}, {"children": [{"children": []}]}],
        [({"children": 1}, "a list, but got int"), ({}, "a mapping with 'children'")],
    ),
    "Tree": (
        [{}, {"left": {"left": None}}, 3],
        [({"size": "a"}, "an integer"), ({"up": 1}, "one of the keys")],
    ),
    "Nested[int]": ([1, [[1]]], [("a", "an integer or a list, but got str")]),
    "Ever[int]": ([[[1]]], [(1, "a list, but got int")]),
    "Size": ([1, [1, 2]], [("1", "but got str"), ([1], "but got one of 1")]),
    "Pair[int]": ([1, [1, 2]], [("1", "but got str")]),
    "Pair": ([1, "a", [1, "b"]], []),
    "Bound": (["a"], [(1, "a text, but got int")]),
    "UserId": ([1], [("a", "an integer, but got str")]),
    "t.Annotated[int, 'more']": ([1], [("a", "an integer, but got str")]),
    "Callable": (["anything", 1], []),
    "Layer": (["anything", 1, {}], []),
    "int | Layer": (["anything"], []),
    "t.Any": (["anything", None], []),
    "type[Layer]": (["anything"], []),
    "Unknown": (["anything", 1], []),
}
CASES = [
    (annotation, value, words)
    for annotation, (right, wrong) in ANNOTATIONS.items()
    for value, words in [*((value, "") for value in right), *wrong]
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry[Any]]:
    """A registry with an entry for each annotation, and with classes to nest."""
    site = Site(tmp_path_factory.mktemp("judged"))
    names = [f"It{index}" for index in range(len(ANNOTATIONS))]
    lines = [
        f"class {name}:\n    def __init__(self, value: {annotation}): ..."
        for name, annotation in zip(names, ANNOTATIONS, strict=True)
    ]
    from textwrap import dedent

    text = "\n".join(["raise SystemExit('imported')", dedent(KINDS), *lines])
    names += ["Dense", "Other", "Runner", "make", "Placed", "Shape", "Square", "Half", "Takes"]
    text += "\nclass Takes:\n    def __init__(self, layer: Layer | None = None, *,\n"
    text += "        layers: list[Layer] = (), runs: 'Runs | None' = None): ...\n"
    site.install("judged", {GROUP: {name: f"kinds:{name}" for name in names}}, {"kinds.py": text})
    with site.in_use():
        yield Registry("judged", scope="acme")
    assert "kinds" not in sys.modules


@pytest.fixture(scope="module")
def validator(judged: Registry[Any]) -> Any:
    drawn = schema(judged, recursive=True)
    jsonschema.Draft202012Validator.check_schema(drawn)
    return jsonschema.Draft202012Validator(drawn)


def entry(annotation: str) -> str:
    return f"It{[*ANNOTATIONS].index(annotation)}"


@pytest.mark.parametrize(("annotation", "value", "words"), CASES, ids=str)
def test_a_value_is_judged_by_its_annotation(
    judged: Registry[Any], validator: Any, annotation: str, value: object, words: str
) -> None:
    cfg = {"type": entry(annotation), "value": value}
    found = check_config(cfg, judged, recursive=True)
    assert validator.is_valid(cfg) is not bool(words)
    if not words:
        assert found == []
        return
    (error,) = found
    assert type(error) is WrongType
    assert words in str(error)
    assert error.config_path.startswith("value")
    if annotation == "Level":
        assert error.expected == "1, 'LOW', 2 or 'HIGH'"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 3.0])
    | st.sampled_from(["a", "r", "RED", "LOW", "quick", "", "Dense"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["depth", "name", "a", "type", "_literal_"]), inner, max_size=2
        )
        | st.builds(lambda v: {"type": "It0", "value": v}, inner)
        | st.builds(lambda v: {"type": "Takes", "layers": v}, inner)
    ),
    max_leaves=6,
)


@given(
    name=st.sampled_from([f"It{index}" for index in range(len(ANNOTATIONS))] + ["Takes", "Dense"]),
    keys=st.dictionaries(
        st.sampled_from(["value", "layer", "layers", "runs", "size", "other"]), JSON, max_size=2
    ),
    args=st.none() | st.lists(JSON, max_size=2),
    partial=st.sampled_from([None, True, False]),
)
def test_the_check_and_the_schema_say_the_same(
    judged: Registry[Any],
    validator: Any,
    name: str,
    keys: dict[str, Any],
    args: list[Any] | None,
    partial: bool | None,
) -> None:
    cfg = {"type": name, **keys}
    if args is not None:
        cfg["_args_"] = args
    if partial is not None:
        cfg["_partial_"] = partial
    found = [each for each in check_config(cfg, judged, recursive=True) if each.severity == "error"]
    assert validator.is_valid(cfg) is not bool(found), (cfg, found)


PARTS: list[tuple[dict[str, Any], str, str]] = [
    ({"layer": {"type": "Dense", "size": 1}}, "", ""),
    ({"layer": {"type": "Other"}}, "layer", "a part that is a 'kinds.Layer', but got 'Other'"),
    ({"layer": {"type": "make"}}, "", ""),
    ({"layer": None}, "", ""),
    ({"layer": {"_literal_": {"type": "Other"}}}, "", ""),
    ({"layers": [{"type": "Dense", "size": 1}, {"type": "Other"}]}, "layers[1]", "'kinds.Layer'"),
    ({"_args_": [{"type": "Other"}]}, "['_args_'][0]", "a part that is a 'kinds.Layer'"),
    ({"runs": {"type": "Runner"}}, "", ""),
    ({"layer": {"type": "Other", "_partial_": True}}, "", ""),
    ({"layer": {"type": "Other", "_partial_": False}}, "layer", "a part that is a 'kinds.Layer'"),
    ({"runs": {"type": "Other"}}, "runs", "a part that is a 'kinds.Runs', but got 'Other'"),
    ({"runs": {"type": "Square"}}, "runs", "a part that is a 'kinds.Runs', but got 'Square'"),
]


@pytest.mark.parametrize(("arguments", "path", "words"), PARTS, ids=str)
def test_a_part_is_judged_by_the_class_or_protocol_that_is_asked_for(
    judged: Registry[Any], validator: Any, arguments: dict[str, Any], path: str, words: str
) -> None:
    cfg = {"type": "Takes", **arguments}
    found = check_config(cfg, judged, recursive=True)
    assert [each.config_path for each in found] == (
        [path.replace("['_args_']", "_args_")] if path else []
    )
    assert all(words in str(each) for each in found)
    assert validator.is_valid(cfg) is not bool(path)


def test_a_reference_is_judged_by_the_part_that_it_refers_to(judged: Registry[Any]) -> None:
    other, dense = {"type": "Other", "_id_": "o"}, {"type": "Dense", "size": 1, "_id_": "d"}
    for parts in ([other, dense], []):
        refers = {"type": "Takes", "layer": {"_ref_": "o"}, "layers": [{"_ref_": "d"}]}
        cfg = [refers, *parts] if parts else [{**refers, "layer": other, "layers": [dense]}]
        (error,) = check_config(cfg, judged, recursive=True)
        assert str(error) == (
            "in the config at [0].layer: layer must be a part that is a 'kinds.Layer', but got "
            "'Other'"
        )
    free = [{"type": "Takes", "other": 1, "layer": {"_ref_": "nowhere"}}, dense]
    found = check_config(free, judged, recursive=True)
    assert not any(isinstance(each, WrongType) for each in found)


def test_what_is_beside_a_literal_is_the_mistake(judged: Registry[Any], validator: Any) -> None:
    for inner in ({"type": "Nope"}, {"type": 3}, {"_partial_": True}):
        cfg = {"type": "Takes", "layers": [{"_literal_": [inner], "a": 3}]}
        error = check_config(cfg, judged, recursive=True)[0]
        assert error.config_path == "layers[0]._literal_[0]"
        assert str(error).endswith(" _literal_ must be alone in its mapping; beside it: 'a'")
        with pytest.raises(RegistryError, match="_literal_ must be alone in its mapping; beside"):
            judged.build(cfg, recursive=True)
        assert not validator.is_valid(cfg)
        assert validator.is_valid({"type": "Takes", "layers": [{"_literal_": [inner]}]})


def test_an_abstract_class_is_found_before_it_is_built(
    judged: Registry[Any], validator: Any
) -> None:
    for name, lacks in (("Shape", "'area', 'name'"), ("Half", "'name'")):
        (error,) = check_config({"type": name}, judged)
        assert type(error) is BuildError
        assert f"building '{name}' (judged 0.1.0) failed: it is abstract: it has no {lacks}" == str(
            error
        )
        assert not validator.is_valid({"type": name})
        assert validator.is_valid({"type": name, "_partial_": True})
    assert check_config({"type": "Square"}, judged) == []
    assert check_config({"type": "Half", "_partial_": True}, judged) == []


CALLS: list[tuple[dict[str, Any], list[str]]] = [
    ({"type": "Dense"}, ["missing argument 'size'; it takes size"]),
    ({"type": "Dense", "_partial_": True}, []),
    ({"type": "Dense", "size": 1, "siez": 2, "x": 3}, ["argument 'siez'", "argument 'x'"]),
    (
        {"type": "Dense", "siez": 2},
        ["unexpected argument 'siez'; it takes size; did you mean 'size'?", "missing argument"],
    ),
    ({"type": "Dense", "_args_": [1, 2]}, ["2 arguments by place; it takes size"]),
    ({"type": "Dense", "_args_": [1], "size": 1}, ["the argument 'size' twice, by place and by "]),
    (
        {"type": "Placed", "c": 1, "_args_": [2]},
        ["missing argument 'b'; it takes c, d, a, b by place, in _args_"],
    ),
    ({"type": "Other", "_partial_": True, "x": 1}, ["unexpected argument 'x'; it takes no argu"]),
]


@pytest.mark.parametrize(("cfg", "words"), CALLS, ids=str)
def test_every_argument_that_does_not_fit_is_an_error_of_its_own(
    judged: Registry[Any], validator: Any, cfg: dict[str, Any], words: list[str]
) -> None:
    found = check_config(cfg, judged)
    assert [type(each) for each in found] == [ArgumentError] * len(words)
    assert all(word in str(each) for word, each in zip(words, found, strict=True))
    assert validator.is_valid(cfg) is not bool(words)


def test_the_check_and_the_build_say_the_same_of_what_is_taken() -> None:
    registry: Registry[Any] = Registry("placed", scope="acme")

    @registry.register_module()
    def placed(a: int, b: int, /, c: int, d: int = 1) -> None: ...

    cfg = {"type": "placed", "c": 1}
    (found,) = check_config(cfg, registry)
    with pytest.raises(ArgumentError) as raised:
        registry.build(cfg)
    assert str(found) == str(raised.value)
    assert str(found).endswith("; it takes c, d, a, b by place, in _args_")


def test_everything_is_found_at_once_in_the_order_of_the_config(judged: Registry[Any]) -> None:
    cfg = {
        "type": "Takes",
        "layer": {"type": "Dense", "size": "1", "sieze": 2},
        "layers": [{"type": "Dens"}, {"type": "Shape"}],
        "other": 1,
    }
    found = check_config(cfg, judged, recursive=True)
    assert {(type(each).__name__, each.config_path) for each in found} == {
        ("WrongType", "layer.size"),
        ("ArgumentError", "layer"),
        ("EntryNotFound", "layers[0]"),
        ("BuildError", "layers[1]"),
        ("WrongType", "layers[1]"),
        ("ArgumentError", ""),
    }


def test_keywords_are_judged_where_they_are_passed_on_to(plugin_site: Site) -> None:
    source = """
        class Base:
            def __init__(self, size: int, width: float = 1.0): ...
        class It(Base):
            def __init__(self, name: str = "", **kw):
                super().__init__(**kw)
    """
    plugin_site.install("onward", {GROUP: {"It": "onward:It"}}, {"onward.py": source})
    cfgs: list[tuple[dict[str, Any], list[str]]] = [
        ({"size": 1}, []),
        ({"size": "1"}, ["size must be an integer, but got str"]),
        ({"size": 1, "widht": 2}, ["unexpected argument 'widht'; it takes name, size, width"]),
        ({}, ["missing argument 'size'"]),
    ]
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("judged", scope="acme")
        checks = jsonschema.Draft202012Validator(schema(registry))
        for arguments, words in cfgs:
            cfg = {"type": "It", **arguments}
            found = check_config(cfg, registry)
            assert all(word in str(each) for word, each in zip(words, found, strict=True))
            assert checks.is_valid(cfg) is not bool(words)


class Wrapped:
    """What code registered, which takes what its own signature says."""

    def __init__(self, size: int = 1) -> None:
        self.size = size


def test_what_code_registered_or_passes_is_judged_by_the_object() -> None:
    with use_environment(Environment(path=[], variables={})):
        registry: Registry[Any] = Registry("judged in code", scope="acme")
        registry.register_module(module=Wrapped)
        for cfg in ({"type": "Wrapped", "size": "1"}, {"type": Wrapped, "size": "1"}):
            (error,) = check_config(cfg, registry)
            assert str(error) == "in the config at size: size must be an integer, but got str"
        (unknown,) = check_config({"type": Wrapped, "depth": 1}, registry)
        assert "unexpected argument 'depth'; it takes size" in str(unknown)
        # What JSON has not is not judged.
        assert check_config({"type": "Wrapped", "size": object()}, registry) == []


def test_a_text_to_be_filled_in_is_said_to_stay_as_it_is(judged: Registry[Any]) -> None:
    (error,) = check_config({"type": entry("int"), "value": "${size}"}, judged)
    assert str(error).endswith("no value is put in place of ${...}: write it")


@cache
def estimators() -> list[str]:
    """The estimators of scikit-learn, as targets."""
    from sklearn.utils import all_estimators

    return [f"{each.__module__}:{name}" for name, each in all_estimators()]


def test_configs_of_scikit_learn_are_judged_as_they_are_built(plugin_site: Site) -> None:
    pytest.importorskip("sklearn")
    # Every eighth: each check reads its source anew.
    rows = {target.partition(":")[2]: target for target in estimators()[::8]}
    plugin_site.install("learning", {GROUP: rows})
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("judged", scope="acme")
        checks = jsonschema.Draft202012Validator(schema(registry))
        for name in rows:
            for cfg in ({"type": name}, {"type": name, "no_such": 1}):
                found = check_config(cfg, registry)
                assert checks.is_valid(cfg) is not bool(found)
                raised: list[type[RegistryError]] = []
                try:
                    registry.build(cfg)
                except RegistryError as error:
                    raised.append(type(error))
                # Two are told by loading alone, because a class decorates them.
                if "Passive" not in name:
                    assert raised == [type(each) for each in found][:1], cfg


def test_an_entry_that_is_not_of_the_base_is_found_without_loading(plugin_site: Site) -> None:
    modules = {
        "judged_base.py": """
            from abc import ABC
            from registry_core import Registry
            class Layer(ABC): ...
            class Mark: ...
            LAYER = Registry("layer", group="acme.judged", scope="acme", base=Layer)
            MARK = Registry("mark", group="acme.marked", scope="acme", base=Mark)
        """,
        "judged_plugin.py": """
            from judged_base import Layer, Mark
            class Dense(Layer): ...
            class Duck: ...
            class Other(Mark): ...
            Layer.register(Duck)
            raise SystemExit("imported")
        """,
    }
    rows = {"Dense": "judged_plugin:Dense", "Duck": "judged_plugin:Duck"}
    groups = {"acme.judged": rows, "acme.marked": {**rows, "Other": "judged_plugin:Other"}}
    owned = {"acme.judged": "judged_base:LAYER", "acme.marked": "judged_base:MARK"}
    plugin_site.install("based", {"registry_core.registries": owned, **groups}, modules)
    with plugin_site.in_use():
        layers, marks = installed_registry("acme.judged"), installed_registry("acme.marked")
        assert check_config({"type": "Dense"}, layers) == []
        assert check_config({"type": "Duck"}, layers) == []
        assert check_config({"type": "Other"}, marks) == []
        (error,) = check_config({"type": "Dense"}, marks)
        checks = jsonschema.Draft202012Validator(schema(marks))
    assert type(error) is BaseMismatch
    assert "'judged_plugin:Dense' is not judged_base.Mark" in str(error)
    assert not checks.is_valid({"type": "Dense"})
    assert checks.is_valid({"type": "Other"})


RETURNS = """
    import functools
    from registry_core import Registry
    class Mark: ...
    class Sized:
        @classmethod
        def __subclasshook__(cls, of): return True
    class Meta(type):
        def __instancecheck__(cls, of): return True
    class Any(metaclass=Meta): ...
    def count() -> int: ...
    def text() -> "str": ...
    def nothing() -> None: ...
    def other(): ...
    def mark() -> Mark: ...
    def either() -> "Mark | int": ...
    async def later() -> int: ...
    @functools.cache
    def cached() -> int: ...
    def takes(mark: Mark): ...
"""


@pytest.mark.parametrize("base", ["Mark", "Sized", "Any"])
def test_a_function_that_is_annotated_to_return_a_plain_value_is_warned_of(
    plugin_site: Site, base: str
) -> None:
    names = ["count", "text", "nothing", "other", "mark", "either", "later", "cached"]
    owner = f"{RETURNS}\n    OWN = Registry('own', group='acme.own', scope='acme', base={base})"
    groups = {
        "registry_core.registries": {"acme.own": "plain_own:OWN"},
        "acme.own": {name: f"plain_own:{name}" for name in [*names, "takes"]},
    }
    plugin_site.install("plain", groups, {"plain_own.py": owner})
    with plugin_site.in_use():
        own = installed_registry("acme.own")
        found = {name: check_config({"type": name}, own) for name in names}
        assert check_config({"type": "count", "_partial_": True}, own) == []
        nested = {
            name: check_config({"type": "takes", "mark": {"type": name}}, own, recursive=True)
            for name in names
        }
    refused = ["count", "text", "nothing"]
    hinted = refused if base == "Mark" else []
    assert [name for name in names if found[name]] == hinted
    for name in hinted:
        assert (found[name][0].severity, found[name][0].code) == ("warning", "base-mismatch")
        assert str(found[name][0]) == (
            f"'{name}' (plain 0.1.0) is annotated to return a plain value: a build refuses what "
            "is not plain_own.Mark"
        )
    errors = {name: [e for e in said if e.severity == "error"] for name, said in nested.items()}
    assert [name for name in names if errors[name]] == refused
    assert "mark must be a part that is a 'plain_own.Mark', but got 'text'" in str(errors["text"])


HUB = """
    from registry_core import Entry, hookimpl

    @hookimpl
    def registry_core_lookup(registry, scope, name):
        if name.startswith("hub/"):
            return Entry(name, "hub_kinds:load", kwargs={"name": name})
"""


def test_what_a_lookup_hook_knows_is_judged_where_loading_is_allowed(plugin_site: Site) -> None:
    modules = {"hub_hooks.py": HUB, "hub_kinds.py": "def load(name, size: int): ..."}
    plugin_site.install("hub", {"registry_core.hooks": {"judged": "hub_hooks"}}, modules)
    cfg = {"type": "hub/net", "size": "large"}
    with plugin_site.in_use():
        hub: Registry[Any] = Registry("judged")
        assert [error.code for error in check_config(cfg, hub)] == ["not-checked"]
        (error,) = check_config(cfg, hub, load=True)
        assert str(error) == "in the config at size: size must be an integer, but got str"
        assert check_config({**cfg, "size": 3}, hub, load=True) == []
