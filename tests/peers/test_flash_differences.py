"""Where our Flash registries differ on purpose: what Flash does, and what ours do.

The table in `docs/from-flash.md` lists these.
"""

import functools
from types import SimpleNamespace
from typing import Any

import pytest

from peers.flash_sides import (
    OURS,
    SIDES,
    Call,
    Head,
    first,
    heard,
    refused,
    second,
    side,
)
from registry_core import RegistryError

ours: Any = side(OURS)


pytestmark = pytest.mark.usefixtures("nothing_installed")


@pytest.fixture(params=SIDES)
def api(request: pytest.FixtureRequest) -> SimpleNamespace:
    """Either side."""
    return side(request.param)


def test_override_replaces_what_has_that_name_and_metadata(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", depth=18)
    registry(second, name="net", depth=50)
    registry(second, name="other")
    registry(Head, name="net", override=True, depth=18)
    found = registry.get("net", strict=False)
    assert found == ([first, second, Head] if api.is_flash else [Head, second])
    if not api.is_flash:
        assert [each["fn"] for each in registry.functions] == [Head, second, second]


def test_override_takes_the_place_of_what_it_replaces(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net", depth=18)
    registry(second, name="net", depth=50)
    registry(Head, name="net", override=True, depth=50)
    found = registry.get("net", strict=False)
    assert found == ([first, second, Head] if api.is_flash else [first, Head])


def test_override_replaces_all_that_have_that_name_and_metadata(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, name="net")
    registry(Head, name="net", depth=1)
    registry(second, name="net")
    registry(len, name="net", override=True)
    found = registry.get("net", strict=False)
    assert found == ([first, Head, second, len] if api.is_flash else [len, Head])


def test_override_of_what_has_other_metadata_is_found_first(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(second, name="before")
    registry(first, name="net", depth=18)
    registry(second, name="net", override=True)
    assert registry.get("net") is (first if api.is_flash else second)
    found = [each["fn"] for each in registry.functions]
    assert found == ([second, first, second] if api.is_flash else [second, second, first])


def test_a_class_with_providers_stays_a_class(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("heads")
    registry(fn=Head, name="head", providers="acme")
    found = registry.get("head")
    assert found(3).size == 3
    assert found.wide().size == 9
    assert (found is Head) is not api.is_flash
    assert isinstance(found, type) is not api.is_flash


def test_the_provider_of_a_class_is_shown_when_it_is_handed_out(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("heads")
    registry(fn=Head, name="head", providers="acme")
    shown = ["Using 'head' provided by acme."]
    assert heard(api, lambda: registry.get("head")) == ([] if api.is_flash else shown)
    assert heard(api, lambda: registry.get("head", True)) == ([] if api.is_flash else shown)
    assert heard(api, lambda: registry.get("head", strict=False)) == []
    found = registry.get("head")
    assert heard(api, lambda: found(3)) == (shown if api.is_flash else [])


def test_an_external_registry_lists_the_keys_that_it_is_given(api: SimpleNamespace) -> None:
    for keys in (["b", "a"], iter(["b", "a"]), lambda: ("b", "a")):
        outside = api.ExternalRegistry(first, "outside", keys=keys)
        assert outside.get("any")() == ("any", True)
        assert outside.available_keys() == ([] if api.is_flash else ["a", "b"])
        assert len(outside) == (0 if api.is_flash else 2)


def test_an_external_registry_has_entries_for_the_keys_that_it_is_given() -> None:
    outside = ours.ExternalRegistry(first, "outside", keys=["b", "a"], kind="hub")
    assert [entry.key for entry in outside.entries()] == ["a", "b"]
    assert [entry.key for entry in outside.entries(kind="hub")] == ["a", "b"]
    assert outside.entries(kind="other") == []
    assert {str(entry.provider) for entry in outside.entries()} == {f"module {__name__}"}


def test_an_external_registry_refuses_what_is_no_getter_and_no_list_of_keys() -> None:
    for keys in ("abc", 5):
        with pytest.raises(TypeError, match="keys must be an iterable of str"):
            ours.ExternalRegistry(first, "outside", keys=keys)
    with pytest.raises(TypeError, match="getter must be callable"):
        ours.ExternalRegistry("getter", "outside")


def test_of_two_external_registries_the_one_that_lists_a_key_is_asked(
    api: SimpleNamespace,
) -> None:
    listing = api.ExternalRegistry(lambda key: ("listed", key), "here", keys=["net"])
    other = api.ExternalRegistry(first, "there", keys=["other"])
    silent = api.ExternalRegistry(first, "anywhere")
    both = api.ConcatRegistry(other, silent, listing)
    words = "Multiple matches from external registries, a strict lookup is not possible."
    if api.is_flash:
        refused(KeyError, words, lambda: both.get("net"))
    else:
        assert both.get("net")() == ("listed", "net")
    found = [each() for each in both.get("net", strict=False)]
    expected = [("net", True), ("listed", "net")]
    assert found == ([("net", True), *expected] if api.is_flash else expected)
    refused(KeyError, words, lambda: both.get("none"))
    two = api.ConcatRegistry(other, listing)
    assert [each() for each in two.get("none", strict=False)] == [
        ("none", True),
        ("listed", "none"),
    ]


def test_an_external_registry_that_lists_other_keys_adds_nothing_to_what_others_have(
    api: SimpleNamespace,
) -> None:
    registry = api.FlashRegistry("backbones")
    registry(second, name="net")
    both = registry + api.ExternalRegistry(first, "outside", keys=["other"])
    found = [each() for each in both.get("net", strict=False)]
    assert found == (["second", ("net", True)] if api.is_flash else ["second"])


def test_an_external_registry_says_that_it_takes_nothing(api: SimpleNamespace) -> None:
    outside = api.ExternalRegistry(first, "outside")
    calls: tuple[Call, ...] = (lambda: outside(first), lambda: outside.remove("net"))
    for call in calls:
        words = "'NoneType' object is not callable" if api.is_flash else "use a FlashRegistry"
        with pytest.raises(TypeError, match=words):
            call()
    if api.is_flash:
        # It says so only when something is decorated.
        outside(name="net")
    else:
        with pytest.raises(
            ours.NotRegistrable, match="the registry 'outside', which takes no functions"
        ):
            outside(name="net")


def test_a_sum_of_external_registries_does_not_lose_what_is_registered(
    api: SimpleNamespace,
) -> None:
    both = api.ConcatRegistry(api.ExternalRegistry(first, "here"))
    if api.is_flash:
        assert both(second) is second
        assert len(both) == 0
    else:
        with pytest.raises(TypeError, match="registering is not possible"):
            both(second)


def test_metadata_that_the_first_registry_lacks_is_looked_for_in_the_next(
    api: SimpleNamespace,
) -> None:
    one, two = api.FlashRegistry("one"), api.FlashRegistry("two")
    one(first, name="net", depth=1)
    two(second, name="net", depth=2)
    both = api.ConcatRegistry(one, two, api.ExternalRegistry(first, "outside"))
    if api.is_flash:
        refused(KeyError, "Found no matches", lambda: both.get("net", depth=2))
    else:
        assert both.get("net", depth=2) is second
        assert both.get("net", strict=False, depth=2)[0] is second
    refused(KeyError, "Found no matches", lambda: both.get("net", depth=3))
    refused(KeyError, "Found no matches", lambda: both.get("net", strict=False, depth=3))


def test_a_sum_is_named_in_order_with_external_ones_last(api: SimpleNamespace) -> None:
    outside = api.ExternalRegistry(first, "outside")
    both = api.ConcatRegistry(outside, *map(api.FlashRegistry, "zyxz"))
    if api.is_flash:
        # The order of a set: another one in each process.
        assert sorted(both.name.split(",")) == ["outside", "x", "y", "z"]
    else:
        assert both.name == "z,y,x,outside"


def test_the_functions_of_a_sum_are_those_of_its_registries(api: SimpleNamespace) -> None:
    one, two = api.FlashRegistry("one"), api.FlashRegistry("two")
    one(first)
    two(second)
    both = one + two + api.ExternalRegistry(first, "outside")
    found = [each["fn"] for each in both.functions]
    assert found == ([] if api.is_flash else [second, first])


def test_a_sum_inside_a_sum_is_seen_as_what_it_is_made_of(api: SimpleNamespace) -> None:
    inner = api.ConcatRegistry(api.ExternalRegistry(first, "outside"))
    one = api.FlashRegistry("one")
    one(second, name="net")
    both = api.ConcatRegistry(inner, one)
    assert both.get("any")() == ("any", True)
    assert both.get("net")() == (("net", True) if api.is_flash else "second")
    if not api.is_flash:
        assert [entry.key for entry in both.entries()] == ["net"]


def test_a_name_is_checked_also_where_the_function_is_given(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    if api.is_flash:
        registry(first, name=5)
        assert 5 in registry
    else:
        refused(TypeError, "`name` must be a str, found 5", lambda: registry(first, name=5))


def test_a_callable_without_a_name_is_refused_in_words(api: SimpleNamespace) -> None:
    class Made:
        def __call__(self) -> None: ...

    kind: type[Exception] = AttributeError if api.is_flash else TypeError
    words = "Made' object has no" if api.is_flash else "`name` must be a str, found None"
    refused(kind, words, lambda: api.FlashRegistry("backbones")(Made()))


def test_a_partial_is_registered_verbosely(api: SimpleNamespace) -> None:
    registry, part = api.FlashRegistry("backbones", verbose=True), functools.partial(first)
    if api.is_flash:
        refused(AttributeError, "", lambda: registry(part))
    else:
        said = heard(api, lambda: registry(part))
        assert said == ["Registering: first function with name: first and metadata: {}"]


def test_the_same_function_with_providers_twice_is_refused_too(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, providers="acme")
    if api.is_flash:
        registry(first, providers="acme")
        assert len(registry) == 2
    else:
        words = "Function with name: first and metadata: {'providers': ...}"
        refused(ValueError, words, lambda: registry(first, providers="acme"))


def test_an_empty_list_of_providers_shows_nothing(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    registry(first, providers=[])
    said = heard(api, registry.get("first"))
    assert said == (["Using 'first' provided by ."] if api.is_flash else [])


def test_the_functions_of_a_sum_are_those_of_its_registries_and_cannot_be_assigned() -> None:
    one = ours.FlashRegistry("one")
    one(first)
    both = one + ours.FlashRegistry("two")
    both.functions[0]["metadata"]["depth"] = 1
    assert one.get("first", depth=1) is first
    with pytest.raises(AttributeError, match="functions"):
        both.functions = []


def test_an_item_of_functions_without_a_name_is_no_missing_key(api: SimpleNamespace) -> None:
    for item in ({"fn": first}, "first"):
        registry = api.FlashRegistry("backbones")
        registry(second)
        registry.functions.append(item)
        if api.is_flash:
            with pytest.raises((KeyError, TypeError)):
                registry.get("first")
        else:
            for call in (lambda r=registry: r.get("first"), registry.available_keys):
                words = 'an item of functions must be a dict with "fn" and "name", but got '
                refused(RegistryError, words + type(item).__name__, call)


def test_a_registry_that_takes_nothing_says_so(api: SimpleNamespace) -> None:
    class Fixed(api.FlashRegistry):  # type: ignore[name-defined, misc]
        _register_function = None

    fixed = Fixed("fixed")
    words = "NoneType' object is not callable" if api.is_flash else "registering is not possible"
    refused(TypeError, words, lambda: fixed(first))
    (fixed + api.FlashRegistry("other"))(first)
    assert len(fixed) == 0


def test_the_name_is_part_of_what_an_external_registry_hands_out(api: SimpleNamespace) -> None:
    found = api.ExternalRegistry(first, "outside").get("any", with_metadata=True)
    assert found.get("name") == (None if api.is_flash else "any")


def test_an_error_names_a_few_keys_and_the_closest(api: SimpleNamespace) -> None:
    registry = api.FlashRegistry("backbones")
    for number in range(1_000):
        registry(first, name=f"resnet{number}")
    words = "Key: resent18 is not in FlashRegistry. Available keys: "
    said = str(refused(KeyError, words, lambda: registry.get("resent18")))
    if api.is_flash:
        assert len(said) > 10_000
    else:
        assert len(said) < 500
        assert "'resnet104' and 992 more]; did you mean 'resnet18'" in said


def test_an_error_stays_short_for_a_long_key_and_for_many_functions_of_a_name() -> None:
    registry = ours.FlashRegistry("backbones")
    registry(first, name="a" * 300)
    with pytest.raises(ours.FunctionNotFound) as caught:
        registry.get("a" * 301)
    assert caught.value.close == ()
    for number in range(6):
        registry(first, name="net", **{f"m{number}": number})
    with pytest.raises(ours.MetadataMismatch, match="with 'm3' and 2 more. An entry point has"):
        registry.get("net", depth=1)


def test_our_errors_are_registry_errors_with_fields() -> None:
    registry = ours.FlashRegistry("backbones")
    registry(first, name="net", depth=1)
    both = registry + ours.FlashRegistry("more")
    calls: list[tuple[Call, type[RegistryError], dict[str, object], str]] = [
        (
            lambda: registry.get("ent"),
            ours.FunctionNotFound,
            {"key": "ent", "registry": "registry_core.backbones", "available": ("net",)},
            "did you mean 'net'?",
        ),
        (
            lambda: registry.get("zzzz"),
            ours.FunctionNotFound,
            {"close": ()},
            "is the package that provides it installed",
        ),
        (
            lambda: registry.get("net", width=2),
            ours.MetadataMismatch,
            {"key": "net", "wanted": ("width",)},
            f"asked for 'net' with 'width'; metadata of that name: module {__name__} with 'depth'",
        ),
        (
            lambda: registry(first, name="net", depth=1),
            ours.FunctionExists,
            {"name": "net", "metadata": ("depth",), "module": __name__},
            f"present within FlashRegistry(name=backbones), registered at {__name__}. HINT: ",
        ),
        (
            lambda: both.get("ent"),
            ours.FunctionNotFound,
            {"key": "ent", "registries": ("more", "backbones"), "close": ("net",)},
            "Asked for 'ent': 'more', 'backbones'; did you mean 'net'?",
        ),
        (lambda: both.get("zzzz"), ours.FunctionNotFound, {}, "available_keys() lists what there"),
        (lambda: ours.ConcatRegistry().get("x"), ours.FunctionNotFound, {}, "there is none"),
        (lambda: registry(5), ours.NotRegistrable, {}, "found: 5; pass a function"),
        (lambda: registry(name=5), ours.NotRegistrable, {}, "found 5; write @REGISTRY(name=...)"),
    ]
    for call, kind, fields, words in calls:
        with pytest.raises(kind) as caught:
            call()
        assert {name: getattr(caught.value, name) for name in fields} == fields
        assert words in str(caught.value)


def test_a_message_has_no_text_of_metadata_which_may_be_a_secret() -> None:
    registry = ours.FlashRegistry("backbones")
    registry(first, name="net", token="s3cret", tokens=["s3cret"])
    calls: tuple[Call, ...] = (
        lambda: registry(first, name="net", token="s3cret", tokens=["s3cret"]),
        lambda: registry.get("net", token="other-s3cret"),
    )
    for call in calls:
        with pytest.raises(RegistryError) as caught:
            call()
        assert "s3cret" not in str(caught.value)
