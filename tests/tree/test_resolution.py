"""A key leads to the nearest entry outward, and an error says where it was looked for."""

from collections.abc import Iterator

import pytest

from registry_core import EntryConflict, EntryNotFound, Registry
from registry_core.testing import Site

GROUP = "registry_core.activation"

# No module of these exists, so whatever imports one fails.
TREE = {
    GROUP: {
        "ReLU": "nowhere:ReLU",
        "resnet50.a1_in1k": "nowhere:resnet",
        "username/partial_backbone": "nowhere:partial",
        "hard-swish": "nowhere:hard",
        "plain.dotted.name": "nowhere:dotted",
    },
    f"{GROUP}.extra": {"ReLU": "nowhere:ReLU", "Swish": "nowhere:Swish", "v1.Swish": "nowhere:v1"},
    f"{GROUP}.extra.gated": {"GLU": "nowhere:GLU"},
    f"{GROUP}.other": {"Tanh": "nowhere:Tanh"},
    f"{GROUP}.other.deep": {"Sine": "nowhere:Sine"},
    f"{GROUP}.third": {"Mish": "nowhere:Mish"},
    f"{GROUP}.third.extra": {"Mish": "nowhere:Mish"},
    f"{GROUP}.third.third": {"Mish": "nowhere:Mish"},
    # The root's own scope, so the root.
    f"{GROUP}.acts": {"Sigmoid": "nowhere:Sigmoid"},
    f"{GROUP}.acts.extra": {"ELU": "nowhere:ELU"},
}


@pytest.fixture
def root(plugin_site: Site) -> Iterator[Registry]:
    plugin_site.install("acts-extra", TREE)
    with plugin_site.in_use():
        yield Registry("activation", scope="acts")


def scope(root: Registry, path: str) -> Registry:
    for label in path.split(".") if path else ():
        root = root.children[label]
    return root


@pytest.mark.parametrize(
    ("asked", "key", "found"),
    [
        ("", "ReLU", "ReLU"),
        ("extra", "ReLU", "extra.ReLU"),
        ("extra.gated", "ReLU", "extra.ReLU"),
        ("extra.gated", "Swish", "extra.Swish"),
        ("other.deep", "ReLU", "ReLU"),
    ],
)
def test_a_bare_name_finds_the_nearest_scope_outward(
    root: Registry, asked: str, key: str, found: str
) -> None:
    assert scope(root, asked).resolve(key).key == found


@pytest.mark.parametrize("asked", ["", "extra", "extra.gated", "other", "other.deep"])
def test_a_dotted_key_works_from_the_root_the_scope_itself_a_sibling_and_a_cousin(
    root: Registry, asked: str
) -> None:
    assert scope(root, asked).resolve("extra.Swish").key == "extra.Swish"
    assert scope(root, asked).resolve("extra.gated.GLU").key == "extra.gated.GLU"


def test_the_rest_of_a_dotted_key_climbs_from_the_scope_that_it_names(plugin_site: Site) -> None:
    group = "registry_core.transform"
    plugin_site.install(
        "mmdet",
        {group: {"LoadImageFromFile": "a:L"}, f"{group}.mmdet": {"PackDetInputs": "a:P"}},
    )
    with plugin_site.in_use():
        transforms = Registry("transform", scope="mmengine")
        assert transforms.resolve("mmdet.LoadImageFromFile").key == "LoadImageFromFile"
        assert transforms.children["mmdet"].resolve("mmdet.PackDetInputs").scope == "mmdet"


def test_a_scope_that_a_key_names_is_final_and_none_farther_out_is_tried(root: Registry) -> None:
    third = root.children["third"]
    assert third.resolve("extra.Mish").key == "third.extra.Mish"
    assert "extra.Swish" in root
    assert "extra.Swish" not in third
    with pytest.raises(EntryNotFound) as raised:
        third.resolve("extra.Swish")
    assert raised.value.tried == ("third", "third.extra", "the root 'acts'")


def test_a_segment_means_the_scope_that_is_asked_before_a_child_of_the_same_name(
    root: Registry,
) -> None:
    third = root.children["third"]
    assert third.resolve("third.Mish").key == "third.Mish"
    assert third.children["third"].resolve("third.Mish").key == "third.third.Mish"


@pytest.mark.parametrize(
    ("asked", "key", "found"),
    [
        ("", "acts.ReLU", "ReLU"),
        ("extra", "acts.ReLU", "ReLU"),
        ("other.deep", "acts.extra.Swish", "extra.Swish"),
        ("", "acts.acts.Sigmoid", "Sigmoid"),
    ],
)
def test_the_name_of_the_roots_own_scope_leads_to_the_root(
    root: Registry, asked: str, key: str, found: str
) -> None:
    assert scope(root, asked).resolve(key).key == found


def test_a_group_whose_first_segment_is_the_roots_own_scope_means_the_root(root: Registry) -> None:
    assert root.resolve("Sigmoid").scope == ""
    assert root.resolve("extra.ELU").scope == "extra"
    assert set(root.children) == {"extra", "other", "third"}


@pytest.mark.parametrize(
    "name",
    ["resnet50.a1_in1k", "username/partial_backbone", "hard-swish", "plain.dotted.name"],
)
def test_names_may_hold_dots_dashes_and_slashes(root: Registry, name: str) -> None:
    assert scope(root, "other.deep").resolve(name).name == name
    assert root.resolve(f"acts.{name}").name == name


def test_an_entry_named_exactly_so_comes_before_a_scope_of_that_name(root: Registry) -> None:
    inner = Registry("activation", parent=root.children["extra"], scope="v1")
    inner.register_module("GELU", module=dict)
    assert root.resolve("extra.v1.Swish").name == "v1.Swish"
    assert root.resolve("extra.v1.GELU").scope == "extra.v1"


@pytest.mark.parametrize(
    "key", ["", ".", ".ReLU", "ReLU.", "extra", "extra.", "extra..Swish", "acts..ReLU", "Swish"]
)
def test_keys_with_empty_segments_and_scopes_that_are_no_entries_are_not_found(
    root: Registry, key: str
) -> None:
    assert key not in root
    assert root.get(key) is None
    with pytest.raises(EntryNotFound):
        root.resolve(key)


@pytest.mark.parametrize(
    ("key", "close"),
    [("Swihs", "extra.Swish"), ("extra.glu", "extra.gated.GLU"), ("TANH", "other.Tanh")],
)
def test_close_matches_come_from_the_whole_tree(root: Registry, key: str, close: str) -> None:
    with pytest.raises(EntryNotFound) as raised:
        scope(root, "third")[key]
    assert close in raised.value.close
    assert f"did you mean {close!r}" in str(raised.value) or f"or {close!r}" in str(raised.value)


def test_the_error_says_which_scopes_were_tried_and_what_is_close(root: Registry) -> None:
    with pytest.raises(EntryNotFound) as raised:
        scope(root, "other.deep").resolve("extra.Swishy")
    assert str(raised.value) == (
        "'extra.Swishy' is not in the registry 'registry_core.activation' (scopes tried: "
        "other.deep, other, the root 'acts', extra); did you mean 'extra.Swish' or "
        "'extra.v1.Swish' or 'third.extra.Mish'?"
    )


def test_the_error_for_a_name_like_no_other_asks_about_the_package(root: Registry) -> None:
    with pytest.raises(EntryNotFound) as raised:
        root.resolve("Zzzzzzz")
    assert str(raised.value) == (
        "'Zzzzzzz' is not in the registry 'registry_core.activation' (scopes tried: the root "
        "'acts'); is the package that provides it installed, or its module imported?"
    )


def test_a_dotted_name_spelled_like_the_entry_of_a_scope_is_a_conflict(plugin_site: Site) -> None:
    plugin_site.install("acts-bad", {GROUP: {"extra.Swish": "bad:Swish"}})
    plugin_site.install("acts-extra", {f"{GROUP}.extra": {"Swish": "extra:Swish"}})
    with plugin_site.in_use() as environment:
        root = Registry("activation", scope="acts")
        with pytest.raises(EntryConflict) as raised:
            root.resolve("extra.Swish")
        assert [e.provider.name for e in raised.value.entries] == ["acts-bad", "acts-extra"]
        assert root.children["extra"].resolve("Swish").target == "extra:Swish"
        assert [str(problem) for problem in root.problems()] == [
            "acts-bad 0.1.0: scope \"\": the name 'extra.Swish' begins with the scope 'extra' "
            "beside it; rename the entry or the scope"
        ]
        for name, target in (("acts-bad", "bad:Swish"), ("acts-extra", "extra:Swish")):
            assert root.resolve("extra.Swish", provider=name).target == target
        environment.prefer("acts-extra")
        assert root.resolve("extra.Swish").target == "extra:Swish"
        environment.block("acts-extra")
        assert root.resolve("extra.Swish").target == "bad:Swish"
