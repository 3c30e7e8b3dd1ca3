"""The JSON Schema of a registry's configs: right ones pass, wrong ones name the argument."""

import json
import re
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from registry_core import Policy, Registry, WrongType
from registry_core.config import check_config, schema
from registry_core.config.constraints import Constraints
from registry_core.testing import Site

jsonschema = pytest.importorskip("jsonschema")

PLUGINS = Path(__file__).parents[2] / "plugins"
GROUP = "registry_core.drawn"

PARTS = '''
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Literal

    class Dense:
        """A dense layer."""

        def __init__(
            self, size: int, inner: "Dense" = None, /, scale: float = 1.0, *,
            kind: Literal["a", "b"] = "a", bias: bool = True, name: str | None = None,
        ): ...

    class Stack:
        def __init__(self, layers: list[Dense], sizes: Sequence[int] = (), *, last: Any = None): ...

    class Free:
        def __init__(self, size: int = 1, *rest: Any, **options: Any): ...

    def make(act: Callable[..., Any] | None = None, table: Mapping[str, int] | None = None): ...
'''
THERE = ["Dense", "Free", "Stack", "extra.Other", "make"]


@pytest.fixture
def parts(plugin_site: Site) -> Site:
    rows = {name: f"drawn_parts:{name}" for name in ("Dense", "Stack", "Free", "make", "gone")}
    groups = {GROUP: rows, f"{GROUP}.extra": {"Other": "drawn_parts:Free", "Dense": "drawn:Dense"}}
    plugin_site.install("parts", groups, {"drawn_parts.py": PARTS})
    return plugin_site


@cache
def validator(text: str) -> Any:
    """What judges configs by the schema in a file, which is all that an editor is given."""
    drawn = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(drawn)
    return jsonschema.Draft202012Validator(drawn)


def errors(drawn: dict[str, Any], cfg: object) -> list[str]:
    """What the schema says of `cfg`, each with where it says it."""
    found = validator(json.dumps(drawn)).iter_errors(cfg)
    return sorted(f"{error.json_path}: {error.message}" for error in found)


def names(drawn: dict[str, Any], scope: str = "") -> dict[str, str]:
    """The keys that an editor proposes, with what it says of each."""
    group = drawn["title"].removeprefix("Configs of the registry ").partition(",")[0]
    said = drawn["$defs"][f"{group}{scope}-parts"]["else"]["properties"]["type"]
    said = said["anyOf"][0] if "anyOf" in said else said
    assert isinstance(said, dict)
    if scope:
        return dict.fromkeys(said["enum"], "")
    return dict(zip(said["enum"], said["enumDescriptions"], strict=True))


@pytest.fixture(scope="module")
def activations(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The plugins of this repository as they are on disk, without what they depend on."""
    site = Site(tmp_path_factory.mktemp("plugins"))
    if not PLUGINS.is_dir():
        pytest.skip("the plugins are in the repository alone")
    for project in sorted(PLUGINS.iterdir()):
        text = (project / "pyproject.toml").read_text(encoding="utf-8")
        declared = tomllib.loads(text)["project"]
        package = project / declared["name"].replace("-", "_")
        modules = {
            str(file.relative_to(project)): file.read_text(encoding="utf-8")
            for file in package.rglob("*.py")
        }
        site.install(declared["name"], declared.get("entry-points", ""), modules)
    return site


SCOPES = ("", ".extra", ".extra.more")

RIGHT_ACTIVATIONS = [
    {"type": "ReLU"},
    {"type": "Softplus", "beta": 2},
    {"type": "extra.Swish", "beta": 1.5},
    {"type": "extra.Swish", "_args_": [1.5]},
    {"type": "extra.Swish", "beta": {"_literal_": 3}},
    {"type": "extra.ReLU"},
    {"type": "activations.extra.Swish"},
    {"type": "extra.GELU", "approximate": "tanh"},
    {"type": "extra.gated.GLU", "activation": {"type": "Sigmoid"}},
    {"type": "scipy.softmax", "axis": 0, "_partial_": True},
    {"type": "Swish", "_scope_": "extra", "beta": 1},
    {"type": "extra.Swish", "_registry_": "activation", "beta": 1.0},
    {"_literal_": {"type": "nothing"}},
]

WRONG_ACTIVATIONS: list[tuple[dict[str, Any], str]] = [
    ({}, "$: 'type' is a required property"),
    ({"type": 3}, "$.type: 3 is not of type 'string'"),
    ({"type": "Swish"}, "$.type: 'Swish' is not one of ['Identity', "),
    ({"type": "extra.Swish", "bta": 1}, "$: Additional properties are not allowed ('bta' was un"),
    ({"type": "extra.Swish", "beta": "1"}, "$.beta: '1' is not of type 'number'"),
    ({"type": "extra.Swish", "beta": True}, "$.beta: True is not of type 'number'"),
    ({"type": "extra.Swish", "beta": {"a": 1}}, "$.beta: {'a': 1} is not of type 'number'"),
    ({"type": "extra.Swish", "_args_": [1, 2]}, "$._args_: [1, 2] is too long"),
    ({"type": "extra.Swish", "_args_": ["1"]}, "$._args_[0]: '1' is not of type 'number'"),
    ({"type": "extra.Swish", "_args_": 1}, "$._args_: 1 is not of type 'array'"),
    ({"type": "extra.Swish", "_partial_": 1}, "$._partial_: 1 is not of type 'boolean'"),
    ({"type": "extra.Swish", "_registry_": "activation", "b": 1}, "$: Additional properties are "),
    ({"type": "extra.GELU", "approximate": "no"}, "$.approximate: 'no' is not one of ['none', "),
    ({"type": "scipy.softmax", "axis": 0.5}, "$.axis: 0.5 is not of type 'integer'"),
    ({"type": "scipy.softmax", "function": "erf"}, "$: Additional properties are not allowed ('fu"),
    ({"type": "ReLU", "_scope_": "exta"}, "$._scope_: 'exta' is not one of ['activations', "),
    ({"type": "ReLU", "_registry_": "oter"}, "$._registry_: 'oter' is not one of ['activation', "),
    ({"type": "ReLU", "_scope_": 1}, "$._scope_: 1 is not of type 'string'"),
]


def plugins_imported() -> set[str]:
    """Modules of the plugins that are imported, but for the one that computes entries."""
    heads = ("activations.", "activations_extra", "activations_scipy.special")
    return {name for name in sys.modules if name.startswith(heads)}


@pytest.fixture(scope="module")
def drawn_activations(activations: Site) -> dict[str, Any]:
    """The schema of their registry of activations, for which none of them is imported."""
    with activations.in_use():
        drawn = schema(Registry("activation", scope="activations"))
        assert not plugins_imported()
    return drawn


@pytest.mark.parametrize("cfg", RIGHT_ACTIVATIONS, ids=str)
def test_right_configs_of_real_plugins_pass_and_nothing_is_imported(
    drawn_activations: dict[str, Any], cfg: dict[str, Any]
) -> None:
    assert errors(drawn_activations, cfg) == []


@pytest.mark.parametrize(("cfg", "message"), WRONG_ACTIVATIONS, ids=str)
def test_wrong_configs_of_real_plugins_fail_and_the_error_names_the_argument(
    drawn_activations: dict[str, Any], cfg: dict[str, Any], message: str
) -> None:
    found = errors(drawn_activations, cfg)
    found = [line.replace("['_", "._").replace("_']", "_") for line in found]
    assert [line for line in found if line.startswith(message)], found


LAYER = {"type": "Dense", "in_features": 2, "out_features": 3}


def test_nested_configs_of_real_plugins_are_checked_where_they_would_be_built(
    activations: Site,
) -> None:
    # Its form is that of smaller ones: holding all of it against JSON Schema's own takes long.
    judge = jsonschema.Draft202012Validator

    def nested_errors(cfg: object) -> list[str]:
        found = judge(json.loads(json.dumps(deep))).iter_errors(cfg)
        return sorted(f"{error.json_path}: {error.message}" for error in found)

    activation = {"_registry_": "activation", "type": "extra.Swish", "beta": 1.5}
    wrong = {"type": "Dense", "in_features": "2", "out_features": 3}
    with activations.in_use():
        layer: Registry[Any] = Registry("layer", scope="activations")
        deep, flat = schema(layer, recursive=True), schema(layer)
        assert not plugins_imported()
    right = {"type": "Sequential", "layers": [LAYER, {**LAYER, "activation": activation}]}
    assert nested_errors(right) == errors(flat, right) == []
    other = {"type": "Sequential", "layers": [{**LAYER, "activation": {**activation, "beta": "1"}}]}
    assert nested_errors(other) == ["$.layers[0].activation.beta: '1' is not of type 'number'"]
    nested = {"type": "Sequential", "layers": [LAYER, {"type": "Concat", "layers": [wrong]}]}
    assert nested_errors(nested) == [
        "$.layers[1].layers[0].in_features: '2' is not of type 'integer'"
    ]
    # A plain build passes nested configs on, to whoever may build them from somewhere else.
    assert errors(flat, nested) == []


def test_what_can_be_named_is_drawn_once_whatever_stands_around_it(plugin_site: Site) -> None:
    # Of an environment with torch, the schema would have 23 megabytes otherwise, and not 7.
    groups = {f"twin.{name}{scope}": {"Part": "twin:Part"} for name in "ab" for scope in SCOPES}
    groups["twin.c"] = {"Part": "twin:Part"}
    owned = {f"twin.{name}": f"twin:{name.upper()}" for name in "abc"}
    registry = '{} = Registry("{}", group="twin.{}", scope="twin")\n'
    lines = [registry.format(name.upper(), name, name) for name in "abc"]
    code = f"from registry_core import Registry\n{''.join(lines)}class Part: ...\n"
    plugin_site.install("twin", {**groups, "registry_core.registries": owned}, {"twin.py": code})
    with plugin_site.in_use():
        drawn = schema(Registry("c", group="twin.c", scope="twin"), recursive=True)
    labels = [label for label in drawn["$defs"] if re.search(r"twin\.[abc].*-parts", label)]
    # Of `c`, that which is asked and that which its owner's source makes.
    assert len(labels) == 2 * len(SCOPES) + 2
    choices = json.dumps(drawn).count('"_registry_": {"enum": ["a", "b", "c", ')
    assert choices < len(labels)


def test_keys_are_proposed_with_what_they_are_and_who_provides_them(
    drawn_activations: dict[str, Any],
) -> None:
    proposed = names(drawn_activations)
    assert len(proposed) == 23
    assert proposed["Tanh"].startswith("The hyperbolic tangent, elementwise, with values in ")
    assert proposed["Tanh"].endswith(". - activations 0.1.0")
    assert proposed["scipy.erf"].endswith("elementwise. - activations-scipy 0.1.0")


def test_a_config_that_the_schema_refuses_does_not_build_either(parts: Site) -> None:
    cfgs: list[dict[str, Any]] = [
        {"type": "Dense", "_args_": [1], "sclae": 1.0},
        {"type": "Dense", "_args_": [1, None, 1.0, 4]},
        {"type": "Dense"},
        {"type": "Dense", "_args_": [1], "size": 1},
        {"type": "Stack"},
        {"type": "Nope"},
        {"type": "extra.Other.Dense"},
    ]
    with parts.in_use():
        registry: Registry[Any] = Registry("drawn", scope="acme")
        drawn = schema(registry)
        for cfg in cfgs:
            assert errors(drawn, cfg), cfg
            assert check_config(cfg, registry, load=True), cfg


@pytest.mark.parametrize(
    ("cfg", "found"),
    [
        ({"type": "Dense", "_args_": [1]}, []),
        ({"type": "Dense", "_args_": []}, ["$['_args_']: [] should be non-empty"]),
        ({"type": "Dense"}, ["$: '_args_' is a required property"]),
        ({"type": "Dense", "_partial_": True}, []),
        ({"type": "Dense", "_args_": [1, None, 2.5], "kind": "b", "name": None}, []),
        ({"type": "Dense", "_args_": [1], "bias": 1}, ["$.bias: 1 is not of type 'boolean'"]),
        ({"type": "Dense", "_args_": [1], "kind": "c"}, ["$.kind: 'c' is not one of ['a', 'b']"]),
        (
            {"type": "Dense", "_args_": [1], "name": 1},
            ["$.name: 1 is not of type 'string', 'null'"],
        ),
        ({"type": "Stack", "layers": [{"any": 1}], "last": {"any": 2}}, []),
        ({"type": "Stack", "layers": {}}, ["$.layers: {} is not of type 'array'"]),
        ({"type": "Stack", "_args_": [[]]}, []),
        ({"type": "Stack"}, ["$: 'layers' is a required property"]),
        ({"type": "Stack", "layers": [], "sizes": "ab"}, ["$.sizes: 'ab' is not of type 'array'"]),
        (
            {"type": "Stack", "layers": [], "sizes": [1, "2"]},
            ["$.sizes[1]: '2' is not of type 'integer'"],
        ),
        ({"type": "Stack", "layers": {"type": "elsewhere"}, "sizes": [{"type": "it"}]}, []),
        ({"type": "Free", "_args_": [1, "a", "b"], "any": {"thing": []}}, []),
        ({"type": "Free", "size": "1"}, ["$.size: '1' is not of type 'integer'"]),
        ({"type": "make", "act": "anything", "table": {"a": 1}}, []),
        ({"type": "make", "table": None}, []),
        ({"type": "gone"}, [f"$.type: 'gone' is not one of {THERE}"]),
        ({"type": "extra.Dense"}, [f"$.type: 'extra.Dense' is not one of {THERE}"]),
        ({"type": "Other", "_scope_": "extra"}, []),
    ],
    ids=str,
)
def test_arguments_are_checked_as_far_as_is_certain(
    parts: Site, cfg: dict[str, Any], found: list[str]
) -> None:
    with parts.in_use():
        assert errors(schema(Registry("drawn", scope="acme")), cfg) == found


def test_nested_configs_may_stand_wherever_a_value_may(parts: Site) -> None:
    good = {"type": "Dense", "_args_": [1]}
    bad = {"type": "Dense", "_args_": ["1"]}
    with parts.in_use():
        drawn = schema(Registry("drawn", scope="acme", recursive=True))

    def wrong(cfg: object) -> list[str]:
        return [line.partition(":")[0] for line in errors(drawn, cfg)]

    assert wrong({"type": "Free", "size": good, "more": [{"deep": (good,)}]}) == []
    assert wrong({"type": "Free", "size": bad}) == ["$.size['_args_'][0]"]
    assert wrong({"type": "Free", "more": [{"deep": [bad]}]}) == ["$.more[0].deep[0]['_args_'][0]"]
    assert wrong({"type": "Free", "_args_": [1, 2, bad]}) == ["$['_args_'][2]['_args_'][0]"]
    assert wrong({"type": "make", "table": {"a": bad}}) == ["$.table.a['_args_'][0]"]
    assert wrong({"type": "Stack", "layers": [], "sizes": [bad]}) == ["$.sizes[0]['_args_'][0]"]
    assert wrong({"type": "Stack", "layers": [{"_literal_": bad}]}) == []


def test_keys_are_those_that_resolve_from_the_scope_that_is_asked(parts: Site) -> None:
    with parts.in_use():
        root: Registry[Any] = Registry("drawn", scope="acme")
        extra = schema(root.children["extra"])
        proposed = names(schema(root))
    assert list(proposed) == THERE
    assert proposed["Dense"] == "A dense layer. - parts 0.1.0"
    assert {"Other", "extra.Other", "Free"} <= names(extra, "-extra").keys()
    # From there it is the nearer one, which is not there; the other has a longer name.
    assert errors(extra, {"type": "Dense", "_args_": [1]}) != []
    assert errors(extra, {"type": "acme.Dense", "_args_": [1]}) == []
    assert errors(extra, {"type": "acme.Dense", "any": "thing"}) != []
    # A registry that is named starts at its root.
    assert errors(extra, {"type": "Other", "_registry_": "drawn"}) != []
    assert errors(extra, {"type": "Free", "_registry_": "drawn", "size": 1}) == []


def test_what_source_does_not_tell_takes_anything(plugin_site: Site) -> None:
    plugin_site.install("vague", {GROUP: {"made": "vague:made"}}, {"vague.py": "made = print()"})
    with plugin_site.in_use():
        drawn = schema(Registry("drawn", scope="acme"))
    assert names(drawn) == {"made": "vague 0.1.0"}
    assert errors(drawn, {"type": "made", "any": "thing"}) == []


def test_names_in_conflict_are_left_out_and_so_is_what_is_blocked(parts: Site) -> None:
    parts.install("rival", {GROUP: {"Dense": "rival:Dense", "Mine": "rival:Mine"}})
    with parts.in_use():
        assert "Dense" not in names(schema(Registry("drawn", scope="acme")))
    with parts.in_use(policy=Policy.of(block=["rival"])):
        proposed = names(schema(Registry("drawn", scope="acme")))
        assert "Dense" in proposed
        assert "Mine" not in proposed


def test_entry_names_of_any_spelling_are_matched_as_they_are(plugin_site: Site) -> None:
    rows = {"user/a-b.c+": "odd_names:it", "a(b": "odd_names:it", "aXb": "odd_names:it"}
    plugin_site.install("odd", {GROUP: rows}, {"odd_names.py": "def it(size: int): ..."})
    with plugin_site.in_use():
        drawn = schema(Registry("drawn", scope="acme"))
    for name in ("user/a-b.c+", "acme.user/a-b.c+", "a(b", "acme.a(b"):
        assert errors(drawn, {"type": name, "size": 1}) == []
        assert errors(drawn, {"type": name}) == ["$: 'size' is a required property"]
    assert errors(drawn, {"type": "acme.user/aXb.c+"}) != []


HOOKS = """
    from registry_core import Entry, hookimpl

    @hookimpl
    def registry_core_entries(registry):
        yield Entry("erf", "drawn_parts:Free", kwargs={"size": 1, "kind": 2})
"""
LOOKUP = """
    from registry_core import Entry, hookimpl

    @hookimpl
    def registry_core_lookup(registry, scope, name):
        return Entry(name, "drawn_parts:Free")
"""


def test_what_an_entry_binds_cannot_be_said_again(parts: Site) -> None:
    rows = {"registry_core.hooks": {"drawn": "drawn_hooks"}}
    parts.install("hooked", rows, {"drawn_hooks.py": HOOKS})
    with parts.in_use():
        registry: Registry[Any] = Registry("drawn", scope="acme")
        drawn = schema(registry)
        for cfg in ({"type": "erf", "size": 2}, {"type": "erf", "kind": 2}):
            assert check_config(cfg, registry, load=True)
            assert len(errors(drawn, cfg)) == 1
    assert errors(drawn, {"type": "erf", "any": 1}) == []
    assert errors(drawn, {"type": "erf", "_args_": [1]}) == [
        "$['_args_']: [1] is expected to be empty"
    ]


def test_a_hook_that_knows_names_of_its_own_leaves_the_type_open(parts: Site) -> None:
    rows = {"registry_core.hooks": {"drawn": "drawn_lookup"}}
    parts.install("open", rows, {"drawn_lookup.py": LOOKUP})
    parts.install("broken", {"registry_core.hooks": {"drawn": "drawn_nowhere"}})
    with parts.in_use():
        drawn = schema(Registry("drawn", scope="acme"))
    assert errors(drawn, {"type": "hub/anything", "any": 1}) == []
    assert errors(drawn, {"type": "Free", "size": "1"}) != []
    assert next(iter(names(drawn))) == "Dense"


def undescribed(drawn: object) -> object:
    if isinstance(drawn, dict):
        return {key: undescribed(drawn[key]) for key in drawn if key != "description"}
    return [undescribed(each) for each in drawn] if isinstance(drawn, list) else drawn


def test_loading_draws_the_same_and_imports(parts: Site) -> None:
    with parts.in_use():
        registry: Registry[Any] = Registry("drawn", scope="acme")
        read = schema(registry)
        assert "drawn_parts" not in sys.modules
        loaded = schema(registry, load=True)
        assert "drawn_parts" in sys.modules
    # How an annotation is spelled is all that differs.
    assert undescribed(loaded) == undescribed(read)


def test_an_empty_registry_takes_no_type() -> None:
    drawn = schema(Registry("drawn empty", scope="acme"))
    assert errors(drawn, {"type": "any"}) == ["$.type: 'any' is not one of []"]
    assert errors(drawn, {"type": "any", "_registry_": "other"}) != []


def test_what_is_no_registry_is_refused() -> None:
    with pytest.raises(WrongType, match="registry must be a Registry, but got dict"):
        schema({})  # type: ignore[arg-type]


TYPES: Iterable[tuple[str, object]] = [
    ("int", {"type": "integer"}),
    ("float", {"type": "number"}),
    ("None", {"type": "null"}),
    ("bool | str", {"type": ["boolean", "string"]}),
    ("typing.Optional[int]", {"type": ["integer", "null"]}),
    ("typing.Union[int, str, NoneType]", {"type": ["integer", "string", "null"]}),
    ("typing.Literal['a', 1, None]", {"enum": ["a", 1, None]}),
    ("typing.Literal['a'] | None", {"enum": ["a", None]}),
    ("typing.Annotated[int, 'any', acme.Thing()]", {"type": "integer"}),
    ("dataclasses.InitVar[int]", {"type": "integer"}),
    ("list", {"type": "array", "items": {}}),
    ("typing.List[int]", {"type": "array", "items": {"type": "integer"}}),
    ("tuple[int, ...]", {"type": "array", "items": {"type": "integer"}}),
    (
        "tuple[int, acme.Thing]",
        {"type": "array", "prefixItems": [{"type": "integer"}, {}], "minItems": 2, "items": False},
    ),
    ("tuple[int, *tuple[str, ...]]", {"type": "array", "items": {}}),
    ("collections.abc.Sequence[str]", {"type": ["array", "string"], "items": {"type": "string"}}),
    ("collections.abc.Sequence[int]", {"type": "array", "items": {"type": "integer"}}),
    ("dict", {"type": "object", "additionalProperties": {}}),
    (
        "collections.abc.Mapping[str, float]",
        {"type": "object", "additionalProperties": {"type": "number"}},
    ),
    (
        "list[int] | int | None",
        {"type": ["array", "integer", "null"], "items": {"type": "integer"}},
    ),
    (
        "list[int] | list[str] | None",
        {
            "anyOf": [
                {"type": "array", "items": {"type": "integer"}},
                {"type": ["array", "null"], "items": {"type": "string"}},
            ]
        },
    ),
    ("typing.Any", None),
    ("object", None),
    ("Sequence[int]", None),
    ("acme.Sequence[int]", None),
    ("int | acme.Thing", None),
    ("typing.Literal[acme.Kind.A]", None),
    ("typing.Literal[b'a']", None),
    ("typing.Callable[[int], str]", None),
    ("numpy.ndarray", None),
    ("set[int]", {"type": "array", "items": {"type": "integer"}}),
    ("tuple[()]", {"type": "array", "maxItems": 0}),
    ("pathlib.Path | None", {"type": ["string", "null"]}),
    ("os.PathLike[str]", {"type": "string"}),
    (
        "collections.abc.Iterable[str]",
        {"type": ["array", "string", "object"], "items": {"type": "string"}},
    ),
    ("typing.Iterable[int]", {"type": ["array", "object"], "items": {"type": "integer"}}),
    ("typing.Literal[1, True]", {"enum": [1, True]}),
    ("'int'", None),
    ("<class 'int'>", None),
    ("", None),
    ("list[" * 300 + "]" * 300, None),
    ("|".join(["int"] * 2000), None),
]


@pytest.mark.parametrize(("annotation", "meant"), TYPES, ids=lambda value: str(value)[:60])
def test_an_annotation_constrains_only_what_is_certain(annotation: str, meant: object) -> None:
    assert Constraints(lambda part: part.values or {}).of(annotation).values == meant
