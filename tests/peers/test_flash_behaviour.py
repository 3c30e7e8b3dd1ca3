"""One suite for Flash's registries and for ours: the same calls, the same results.

Flash's run where lightning-flash is installed. `test_flash_differences.py` has what differs.
"""

import copy
import functools
import inspect
from types import SimpleNamespace
from typing import Any

import pytest

from peers.flash_sides import (
    SIDES,
    Head,
    first,
    flash,
    heard,
    ours,
    refused,
    second,
    side,
)

pytestmark = pytest.mark.usefixtures("nothing_installed")


@pytest.fixture(params=SIDES)
def api(request: pytest.FixtureRequest) -> SimpleNamespace:
    """Either side."""
    return side(request.param)


# --- Registering


def test_a_decorator_without_a_call_registers_under_the_functions_own_name(
    api: SimpleNamespace,
) -> None:
    registry = api.FlashRegistry("backbones")

    @registry  # type: ignore[untyped-decorator]
    def tiny() -> str:
        return "tiny"

    assert registry.get("tiny") is tiny
    assert tiny() == "tiny"


def test_a_decorator_with_a_call_takes_a_name_and_metadata(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")

    @registry(name="username/tiny", depth=5, tags=["small"])  # type: ignore[untyped-decorator]
    def tiny() -> str:
        return "tiny"

    assert registry.get("username/tiny", with_metadata=True) == {
        "fn": tiny,
        "name": "username/tiny",
        "metadata": {"depth": 5, "tags": ["small"]},
    }
    assert "tiny" not in registry


def test_a_decorator_with_an_empty_call_takes_the_own_name(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    assert registry()(first) is first
    assert registry.available_keys() == ["first"]


def test_a_function_a_partial_and_a_class_are_registered_at_once(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    part = functools.partial(first, backbone="my_backbone")
    assert registry(fn=part, name="username/partial") is part
    assert registry(first) is first
    assert registry(fn=Head, name="head", size=1) is Head
    assert registry.available_keys() == ["first", "head", "username/partial"]
    assert registry.get("username/partial")(pretrained=False) == ("my_backbone", False)
    assert registry.get("head") is Head


def test_a_partial_without_a_name_has_that_of_its_function(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(functools.partial(first, backbone="other"))
    assert registry.available_keys() == ["first"]


def test_several_functions_of_one_name_are_told_apart_by_metadata(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", depth=18, kind="res")
    registry(second, name="net", depth=50, kind="res")
    assert registry.get("net") is first
    assert registry.get("net", depth=50) is second
    assert registry.get("net", kind="res") is first
    assert registry.get("net", strict=False) == [first, second]
    assert registry.get("net", strict=False, depth=50) == [second]
    assert [each["metadata"]["depth"] for each in registry.get("net", True, False)] == [18, 50]


def test_one_function_has_several_names_and_one_name_twice_with_other_metadata(
    api: SimpleNamespace,
) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="b")
    registry(first, name="a")
    registry(first, name="a", depth=1)
    assert registry.available_keys() == ["a", "a", "b"]
    assert len(registry) == 3


def test_what_is_registered_is_a_list_of_dicts_in_order(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(second, name="z", depth=1)
    registry(first, name="a")
    registry(first, name="z")
    assert registry.functions == [
        {"fn": second, "name": "z", "metadata": {"depth": 1}},
        {"fn": first, "name": "a", "metadata": {}},
        {"fn": first, "name": "z", "metadata": {}},
    ]


def test_what_is_registered_while_it_is_judged_is_seen(api: SimpleNamespace) -> None:
    registry, waiting = api.FlashRegistry("backbones"), [first]

    class Registering:
        def __eq__(self, other: object) -> bool:
            if waiting:
                registry(waiting.pop(), name="net", depth=5)
            return False

        __hash__ = None  # type: ignore[assignment]

    registry(first, name="net", depth=Registering())
    words = "Function with name: net and metadata: {'depth': 5} is already present"
    refused(ValueError, words, lambda: registry(first, name="net", depth=5))
    assert len(registry) == 2


@pytest.mark.parametrize("metadata", [{}, {"depth": 18, "ratio": 0.5, "frozen": True, "tag": None}])
def test_the_very_same_registration_again_is_refused(
    api: SimpleNamespace, metadata: dict[str, object]
) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", **metadata)
    words = (
        f"Function with name: net and metadata: {metadata} is already present within "
        "FlashRegistry(name=backbones"
    )
    error = refused(ValueError, words, lambda: registry(first, name="net", **metadata))
    assert str(error).endswith(". HINT: Use `override=True`.")
    assert len(registry) == 1


# --- The list of functions is the registry


def test_what_is_put_into_functions_is_found_and_what_is_taken_out_is_gone(
    api: SimpleNamespace,
) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first)
    registry.functions.append({"fn": second, "name": "net", "metadata": {"depth": 1}})
    registry.functions.insert(0, {"fn": Head, "name": "net", "metadata": {"depth": 2}})
    assert registry.get("net", strict=False) == [Head, second]
    assert registry.get("net", depth=1) is second
    assert registry.available_keys() == ["first", "net", "net"]
    registry.functions.reverse()
    assert registry.get("net") is second
    assert registry.functions.pop()["fn"] is Head
    del registry.functions[-1]
    registry.functions += [{"fn": len, "name": "last", "metadata": {}}]
    assert (len(registry), "first" in registry, registry.get("last")) == (2, False, len)
    registry.functions.clear()
    assert not registry


def test_another_list_of_functions_may_be_assigned(api: SimpleNamespace) -> None:
    registry, other = api.FlashRegistry("backbones"), api.FlashRegistry("other")
    registry(first)
    registry(second, depth=2)
    registry.functions = [each for each in registry.functions if each["name"] != "first"]
    assert registry.available_keys() == ["second"]
    mine = list(registry.functions)
    other.functions = mine
    mine.append({"fn": first, "name": "late", "metadata": {}})
    assert other.get("late") is first
    other(Head)
    assert [each["name"] for each in mine] == ["second", "late", "Head"]
    assert "late" not in registry


def test_the_dicts_of_functions_are_the_registrys_own(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", depth=1)
    (item,) = registry.functions
    assert registry.get("net", with_metadata=True) is item
    item["metadata"]["width"] = 2
    item["fn"] = second
    assert registry.get("net", width=2) is second
    item["name"] = "renamed"
    assert registry.available_keys() == ["renamed"]
    outside = api.ExternalRegistry(first, "outside", kind="hub")
    outside.get("any", with_metadata=True)["metadata"].clear()
    assert outside.metadata == {}


# --- Subclasses, and what is replaced on a registry


def test_all_registering_goes_through_one_method(api: SimpleNamespace) -> None:
    class Loud(api.FlashRegistry):  # type: ignore[name-defined, misc]
        def _register_function(
            self,
            fn: Any,
            name: str | None = None,
            override: bool = False,
            metadata: dict[str, Any] | None = None,
        ) -> None:
            assert metadata is not None
            name = (name or fn.__name__).upper()
            super()._register_function(fn, name, override, {**metadata, "loud": True})

    registry = Loud("backbones")
    registry(first)
    registry(fn=second, name="net", depth=1)
    registry(name="head")(Head)
    (registry + api.FlashRegistry("other"))(len)
    api.ConcatRegistry(registry)(name="decorated")(dict)
    assert registry.available_keys() == ["DECORATED", "FIRST", "HEAD", "NET"]
    assert registry.get("NET", loud=True, depth=1) is second


def test_the_method_that_registers_can_be_called_and_replaced(api: SimpleNamespace) -> None:
    registry, seen = api.FlashRegistry("backbones"), []
    registry._register_function(first, metadata={"depth": 1})
    registry._register_function(fn=second, name="net", override=True, metadata={})
    assert registry.get("first", depth=1) is first
    assert registry.get("net") is second
    registry._register_function = lambda **given: seen.append(given)
    registry(Head, name="head", depth=2)
    assert registry()(first) is first
    assert seen == [
        {"fn": Head, "name": "head", "override": False, "metadata": {"depth": 2}},
        {"fn": first, "name": None, "override": False, "metadata": {}},
    ]


def test_a_function_with_providers_is_a_method_where_a_class_has_it(api: SimpleNamespace) -> None:
    def size(self: Any, times: int) -> int:
        return int(self.own * times)

    registry = api.FlashRegistry("backbones")
    registry(size, providers="acme")
    sized: Any = type("Sized", (), {"own": 3, "size": registry.get("size")})
    assert sized().size(2) == 6


def test_the_very_same_registration_again_is_taken_with_override(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", depth=18)
    registry(second, name="net", depth=50)
    registry(first, name="net", override=True, depth=18)
    assert registry.get("net", strict=False) == [first, second]


def test_what_cannot_be_called_is_refused(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    words = "You can only register a callable, found: 5"
    refused(TypeError, words, lambda: registry(5))
    words = "You can only register a callable, found: net"
    refused(TypeError, words, lambda: registry(fn="net"))
    words = "You can only register a callable, found: 5"
    refused(TypeError, words, lambda: registry(name="five")(5))
    assert len(registry) == 0


def test_a_decorator_whose_name_is_no_text_is_refused_ahead_of_time(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    refused(TypeError, "`name` must be a str, found 5", lambda: registry(name=5))
    refused(TypeError, "`name` must be a str, found ['a']", lambda: registry(name=["a"]))


# --- Asking


def test_an_unknown_name_is_a_key_error_that_says_what_there_is(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first)
    registry(second)
    words = "Key: firts is not in FlashRegistry. Available keys: ['first', 'second']"
    refused(KeyError, words, lambda: registry.get("firts"))
    empty = api.FlashRegistry("backbones")
    words = "Key: x is not in FlashRegistry. Available keys: []"
    refused(KeyError, words, lambda: empty.get("x", strict=False))
    refused(KeyError, "Key: None is not in", lambda: registry.get(None))


def test_a_key_that_is_no_text_is_in_no_registry(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first)
    assert 5 not in registry
    assert ["first"] not in registry
    refused(KeyError, "Key: ['first'] is not in", lambda: registry.get(["first"]))


def test_metadata_that_nothing_of_the_name_has_is_a_key_error(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", depth=18)
    words = "Found no matches that fit your metadata criteria. Try removing some metadata"
    refused(KeyError, words, lambda: registry.get("net", depth=50))
    refused(KeyError, words, lambda: registry.get("net", strict=False, depth=18, width=2))
    refused(KeyError, words, lambda: registry.get("net", width=None))


def test_metadata_may_be_what_no_dict_can_have_as_a_key(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", sizes=[1, 2], kind={"a": 1})
    assert registry.get("net", sizes=[1, 2]) is first
    assert registry.get("net", kind={"a": 1}) is first


def test_removing_drops_all_functions_of_the_name_and_an_unknown_name_is_no_error(
    api: SimpleNamespace,
) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", depth=1)
    registry(second, name="net", depth=2)
    registry(second)
    registry.remove("net")
    registry.remove("net")
    assert registry.available_keys() == ["second"]
    registry(second, name="net")
    assert registry.get("net") is second


def test_an_empty_registry_is_empty(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    assert (len(registry), registry.available_keys(), registry.functions) == (0, [], [])
    assert registry.name == "backbones"
    assert not registry
    assert "first" not in registry


def test_a_repr_has_the_class_the_name_and_the_functions(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first)
    assert repr(registry).startswith("FlashRegistry(name=backbones, functions=")
    assert "first" in repr(registry)


def test_a_deep_copy_has_the_functions_and_goes_its_own_way(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", depth=1)
    other = copy.deepcopy(registry)
    other(second)
    assert other.available_keys() == ["net", "second"]
    assert other.get("net", depth=1) is first
    assert registry.available_keys() == ["net"]


@pytest.mark.parametrize("name", ["", "hooks", "registries", "two words"])
def test_a_registry_may_have_any_name(api: SimpleNamespace, name: str) -> None:
    registry = api.FlashRegistry(name)
    registry(first)
    assert registry.name == name
    assert registry.get("first") is first
    assert copy.deepcopy(registry).available_keys() == (registry + registry).available_keys()[:1]
    refused(KeyError, "Key: second is not in FlashRegistry.", lambda: registry.get("second"))


# --- Putting together


def test_a_sum_has_the_second_registry_first(api: SimpleNamespace) -> None:
    one, two, three = (api.FlashRegistry(name) for name in ("one", "two", "three"))
    assert (one + two).registries == (two, one)
    assert (one + two + three).registries == (three, two, one)
    assert (one + (two + three)).registries == (three, two, one)
    assert isinstance(one + two, api.ConcatRegistry)
    assert isinstance(one + two, api.FlashRegistry)


def test_registries_put_together_are_asked_in_order(api: SimpleNamespace) -> None:
    one, two = api.FlashRegistry("one"), api.FlashRegistry("two")
    one(first, name="net", depth=1)
    two(second, name="net", depth=2)
    two(second, name="also")
    both = api.ConcatRegistry(one, two)
    assert both.get("net") is first
    assert both.get("net", strict=False) == [first, second]
    assert both.get("also", with_metadata=True) == {"fn": second, "name": "also", "metadata": {}}
    assert both.available_keys() == ["net", "also", "net"]
    assert len(both) == 3
    assert "also" in both
    assert "none" not in both
    assert sorted(both.name.split(",")) == ["one", "two"]
    assert repr(both).startswith("ConcatRegistry(registries=(FlashRegistry(name=one, ")


def test_one_registry_put_together_with_itself_is_named_once(api: SimpleNamespace) -> None:
    one = api.FlashRegistry("one")
    assert (one + one).name == "one"


def test_a_name_that_no_registry_has_is_a_key_error_and_no_list_of_it(
    api: SimpleNamespace,
) -> None:
    both = api.FlashRegistry("one") + api.FlashRegistry("two")
    refused(KeyError, "No matches found in registry.", lambda: both.get("net"))
    assert both.get("net", strict=False) == []


def test_what_is_registered_in_a_sum_is_in_the_first_that_can_take_it(
    api: SimpleNamespace,
) -> None:
    one = api.FlashRegistry("one")
    outside = api.ExternalRegistry(first, "outside")
    both = api.ConcatRegistry(outside, one)

    @both(name="net", depth=1)  # type: ignore[untyped-decorator]
    def net() -> None: ...

    both(first)
    assert one.available_keys() == ["first", "net"]
    assert one.get("net", depth=1) is net


def test_removing_from_a_sum_removes_from_all_that_have_the_name(api: SimpleNamespace) -> None:
    one, two = api.FlashRegistry("one"), api.FlashRegistry("two")
    one(first, name="net")
    two(second, name="net")
    two(second)
    both = api.ConcatRegistry(one, two, api.ExternalRegistry(first, "outside"))
    both.remove("net")
    assert (len(one), two.available_keys()) == (0, ["second"])


# --- What is outside


def test_an_external_registry_hands_out_its_getter_with_the_name(api: SimpleNamespace) -> None:
    outside = api.ExternalRegistry(first, "outside", kind="hub")
    assert outside.get("any")() == ("any", True)
    assert outside.get("any", strict=False)(pretrained=False) == ("any", False)
    found = outside.get("any", with_metadata=True, depth=5)
    assert found["fn"]() == ("any", True)
    assert found["metadata"] == {"kind": "hub"}
    assert (outside.name, outside.getter, outside.metadata) == ("outside", first, {"kind": "hub"})
    assert (len(outside), outside.functions) == (0, [])
    assert isinstance(outside, api.FlashRegistry)


def test_every_name_is_in_an_external_registry_and_nothing_is_called_for_it(
    api: SimpleNamespace,
) -> None:
    called: list[str] = []
    outside = api.ExternalRegistry(called.append, "outside", keys=lambda: called.append("keys"))
    one = api.FlashRegistry("one")
    for registry in (outside, one + outside, outside + one, api.ConcatRegistry(outside)):
        assert all(key in registry for key in ("any", "", 5, None))
    assert called == []


def test_an_external_registry_without_keys_says_who_provides_them(api: SimpleNamespace) -> None:
    hub = api.Provider("acme/hub", "https://acme.example")
    assert api.ExternalRegistry(first, "outside").available_keys() == []
    one = api.ExternalRegistry(first, "outside", providers=hub)
    assert one.providers == [hub]
    assert one.available_keys() == ["Anything available from: acme/hub (https://acme.example)"]
    two = api.ExternalRegistry(first, "outside", providers=[hub, "others"])
    assert two.available_keys() == [
        "Anything available from: acme/hub (https://acme.example), others"
    ]


def test_an_external_registry_is_asked_for_what_no_other_has(api: SimpleNamespace) -> None:
    one = api.FlashRegistry("one")
    one(second, name="net")
    for both in (
        api.ConcatRegistry(api.ExternalRegistry(first, "outside"), one),
        one + api.ExternalRegistry(first, "outside"),
    ):
        assert both.get("net") is second
        assert both.get("other")() == ("other", True)
        assert both.get("other", strict=False)[0]() == ("other", True)
        mine, outside = both.get("net", strict=False)
        assert mine is second
        assert outside() == ("net", True)


def test_two_external_registries_that_may_have_a_name_are_one_too_many(
    api: SimpleNamespace,
) -> None:
    outside = [api.ExternalRegistry(first, name) for name in ("here", "there")]
    both = api.ConcatRegistry(*outside)
    words = "Multiple matches from external registries, a strict lookup is not possible."
    refused(KeyError, words, lambda: both.get("net"))
    assert [each() for each in both.get("net", strict=False)] == [("net", True)] * 2


def test_nothing_is_registered_in_or_removed_from_what_is_outside(api: SimpleNamespace) -> None:
    outside = api.ExternalRegistry(first, "outside")
    refused(TypeError, "", lambda: outside(first))
    refused(TypeError, "", lambda: outside(name="net")(first))
    refused(TypeError, "", lambda: outside.remove("net"))


# --- Providers


def test_a_provider_is_shown_at_each_call_of_a_function(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    timm = api.Provider("rwightman/pytorch-image-models", "https://timm.example")
    assert str(timm) == "rwightman/pytorch-image-models (https://timm.example)"
    registry(first, name="resnet18", providers=timm)
    found = registry.get("resnet18", providers=timm)
    assert (
        heard(api, lambda: (found(), found(pretrained=False)))
        == ["Using 'resnet18' provided by rwightman/pytorch-image-models (https://timm.example)."]
        * 2
    )
    assert found() == ("first", True)
    assert list(inspect.signature(found).parameters) == ["backbone", "pretrained"]
    assert found.__name__ == "first"
    assert registry.get("resnet18") is found


@pytest.mark.parametrize(
    ("providers", "words"),
    [("a", "a"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_several_providers_are_one_phrase(
    api: SimpleNamespace, providers: object, words: str
) -> None:
    registry = api.FlashRegistry("backbones")
    registry(functools.partial(first, backbone="b"), name="net", providers=providers)
    assert heard(api, lambda: registry.get("net")()) == [f"Using 'net' provided by {words}."]
    assert registry.get("net", with_metadata=True)["metadata"] == {"providers": providers}
    outside = api.ExternalRegistry(first, "outside", providers=providers)
    assert heard(api, lambda: outside.get("any")()) == [f"Using 'any' provided by {words}."]
    both = registry + outside
    assert heard(api, lambda: both.get("any")()) == [f"Using 'any' provided by {words}."]


def test_getting_a_function_shows_nothing_yet(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", providers="acme")
    outside = api.ExternalRegistry(first, "outside", providers="acme")
    assert heard(api, lambda: (registry.get("net"), outside.get("any"))) == []
    registry(second, name="plain")
    assert heard(api, lambda: registry.get("plain")()) == []


def test_whoever_decorates_keeps_the_function(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")

    @registry(providers="acme")  # type: ignore[untyped-decorator]
    def net() -> int:
        return 1

    assert heard(api, net) == []
    assert heard(api, registry.get("net")) == ["Using 'net' provided by acme."]


def test_a_verbose_registry_shows_each_registration(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones", verbose=True)
    assert heard(api, lambda: registry(first, name="net", depth=1)) == [
        "Registering: first function with name: net and metadata: {'depth': 1}"
    ]
    assert heard(api, lambda: api.FlashRegistry("backbones")(first)) == []


# --- Tasks


def task_of(api: SimpleNamespace, **registries: object) -> Any:
    """A class with these attributes; Flash's own come with what this test does not ask for."""
    empty: dict[str, object] = {"optimizers_registry": None, "outputs": api.FlashRegistry("o")}
    return type("Classifier", (api.Task,), {**empty, **registries})


def test_a_task_lists_the_backbones_of_its_registry(api: SimpleNamespace) -> None:
    backbones = api.FlashRegistry("backbones")
    backbones(first)
    backbones(second)
    task = task_of(api, backbones=backbones)
    assert task.available_backbones() == ["first", "second"]
    assert task.available_heads() == task.available_optimizers() == task.available_outputs() == []
    details = task.get_backbone_details("first")
    assert [name for name, _ in details] == ["backbone", "pretrained"]
    assert details[1][1].default is True


def test_a_task_without_registries_lists_nothing(api: SimpleNamespace) -> None:
    task = task_of(api)
    assert task.available_backbones() == {}
    assert task.available_heads() == task.get_backbone_details("any") == []


def test_a_task_with_several_heads_lists_the_backbones_of_each(api: SimpleNamespace) -> None:
    backbones, others, heads = (api.FlashRegistry(name) for name in ("b", "o", "h"))
    backbones(first)
    others(second)
    heads(fn=Head, name="one", backbones=others)
    heads(fn=Head, name="two")
    task = task_of(api, backbones=backbones, heads=heads)
    assert task.available_heads() == ["one", "two"]
    assert task.available_backbones() == {"one": ["second"], "two": ["first"]}
    assert task.available_backbones("one") == ["second"]
    refused(KeyError, "Key: three is not in", lambda: task.available_backbones("three"))
    heads.remove("two")
    assert task.available_backbones() == ["second"]


def test_a_head_without_backbones_anywhere_has_none(api: SimpleNamespace) -> None:
    heads = api.FlashRegistry("heads")
    heads(fn=Head, name="one")
    heads(fn=Head, name="two")
    assert task_of(api, heads=heads).available_backbones() == {"one": None, "two": None}
    assert task_of(api, heads=heads).available_backbones("one") is None


def test_a_task_lists_its_other_registries(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("any")
    registry(first)
    task = task_of(
        api,
        optimizers_registry=registry,
        lr_schedulers_registry=registry,
        finetuning_strategies=registry,
        outputs=registry,
    )
    assert task.available_optimizers() == task.available_lr_schedulers() == ["first"]
    assert task.available_finetuning_strategies() == task.available_outputs() == ["first"]


# ruff: noqa: ARG001 - the page's functions use none of their arguments
def test_the_calls_of_the_page_on_registries_run_as_written(
    api: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    Task, FlashRegistry = api.Task, api.FlashRegistry  # noqa: N806 - as the page imports them
    from functools import partial

    class MyImageClassifier(Task):  # type: ignore[valid-type, misc]
        backbones = FlashRegistry("backbones")

        def __init__(self, backbone: str = "resnet18", pretrained: bool = True) -> None:
            super().__init__()
            self.backbone, self.num_features = self.backbones.get(backbone)(pretrained=pretrained)

    def fn(  # pyright: ignore[reportRedeclaration]
        backbone: str, pretrained: bool = True
    ) -> tuple[None, None]:
        return None, None

    MyImageClassifier.backbones(
        fn=partial(fn, backbone="my_backbone"), name="username/partial_backbone"
    )

    @MyImageClassifier.backbones(name="username/decorated_backbone")  # type: ignore[no-redef, untyped-decorator]
    def fn(pretrained: bool = True) -> tuple[None, None]:
        return None, None

    print(MyImageClassifier.available_backbones())
    MyImageClassifier(backbone="username/decorated_backbone")
    printed = capsys.readouterr().out
    assert printed == "['username/decorated_backbone', 'username/partial_backbone']\n"


# --- The two together


def test_our_registry_serves_a_task_of_flash() -> None:
    backbones, heads = ours().FlashRegistry("backbones"), ours().FlashRegistry("heads")
    backbones(first)
    heads(fn=Head, name="one", backbones=backbones)
    heads(fn=Head, name="two")
    task = task_of(flash(), backbones=backbones, heads=heads)
    assert task.available_backbones() == {"one": ["first"], "two": ["first"]}
    assert [name for name, _ in task.get_backbone_details("first")] == ["backbone", "pretrained"]


def test_a_scheduler_of_our_registry_is_used_by_a_task_of_flash() -> None:
    torch = pytest.importorskip("torch")
    schedulers = ours().FlashRegistry("schedulers")
    schedulers(fn=torch.optim.lr_scheduler.StepLR, name="step", interval="epoch", step_size=1)
    task = task_of(flash(), lr_schedulers_registry=schedulers)(lr_scheduler="step")
    found = task._get_lr_scheduler_class_from_registry("step")
    assert found["fn"] is torch.optim.lr_scheduler.StepLR
    assert found["metadata"]["interval"] == "epoch"


def test_registries_of_both_kinds_are_put_together() -> None:
    mine, other = ours().FlashRegistry("mine"), flash().FlashRegistry("other")
    mine(first)
    other(second)
    for both in (mine + other, other + mine):
        assert both.get("first") is first
        assert both.get("second") is second
        assert sorted(both.available_keys()) == ["first", "second"]
    (other + mine)(Head)
    flash().ConcatRegistry(ours().ExternalRegistry(first, "outside"), mine)(len)
    (mine + other)(dict)
    assert mine.available_keys() == ["Head", "first", "len"]
    assert other.available_keys() == ["dict", "second"]
    outside = flash().ExternalRegistry(first, "outside")
    assert (mine + outside).get("any")() == ("any", True)
    assert (mine + outside).get("first") is first
    assert (outside + mine).get("any")() == ("any", True)
