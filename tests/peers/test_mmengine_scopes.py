"""The default scopes of MMEngine, and of ours: set, asked and undone alike."""

# ruff: noqa: C408 - configs are written as MMEngine's users write them

from collections.abc import Iterator
from typing import Any

import pytest

from peers.mmengine_sides import (
    SIDES,
    four,
    side,
)


@pytest.fixture(params=SIDES)
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from side(request.param)


def test_the_default_scope_is_where_a_build_starts(api: Any) -> None:
    tree = four(api)
    api.DefaultScope.get_instance("task", scope_name="kleft")
    for registry in (tree.top, tree.right, tree.left):
        assert type(registry.build(dict(type="B"))).__name__ == "B"
    assert tree.top.get("B") is None


def test_a_scope_in_a_config_goes_before_the_default_scope(api: Any) -> None:
    tree = four(api)
    api.DefaultScope.get_instance("task", scope_name="kleft")
    assert type(tree.left.build(dict(type="D", _scope_="kright"))).__name__ == "D"
    cfg = dict(type="C", _scope_="kinner")
    assert type(tree.top.build(cfg)).__name__ == "C"
    assert cfg == dict(type="C", _scope_="kinner")
    assert type(tree.top.build(dict(type="B", _scope_=None))).__name__ == "B"
    assert type(tree.top.build(dict(type="D"), default_args=dict(_scope_="kright"))).__name__ == "D"


def test_a_scope_that_a_tree_lacks_is_no_error(api: Any) -> None:
    tree = four(api)
    assert type(tree.left.build(dict(type="B", _scope_="knone"))).__name__ == "B"
    api.DefaultScope.get_instance("task", scope_name="knone")
    assert type(tree.left.build(dict(type="B"))).__name__ == "B"
    with pytest.raises(KeyError, match="B is not in the ktop::kea registry"):
        tree.top.build(dict(type="B"))


def test_a_constructor_that_builds_starts_in_the_scope_of_its_own_config(api: Any) -> None:
    tree = four(api)

    @tree.left.register_module()
    class Nesting:
        def __init__(self, inner: Any) -> None:
            self.seen = api.DefaultScope.get_current_instance().scope_name
            self.inner = tree.top.build(inner)

    built = tree.top.build(dict(type="Nesting", inner=dict(type="B"), _scope_="kleft"))
    assert (built.seen, type(built.inner).__name__) == ("kleft", "B")
    assert api.DefaultScope.get_current_instance() is None
    with pytest.raises(KeyError, match="D is not in the kleft::kea registry"):
        tree.top.build(dict(type="Nesting", inner=dict(type="D"), _scope_="kleft"))
    assert api.DefaultScope.get_current_instance() is None


def test_what_a_constructor_makes_the_default_scope_ends_with_its_config(api: Any) -> None:
    tree = four(api)

    def run(name: str) -> str:
        api.DefaultScope.get_instance(name, scope_name="kright")
        scope: str = api.DefaultScope.get_current_instance().scope_name
        return scope

    tree.left.register_module(module=run)
    for _ in range(2):
        assert tree.top.build(dict(type="run", name="exp", _scope_="kleft")) == "kright"
        assert not api.DefaultScope.check_instance_created("exp")
    assert tree.left.build(dict(type="run", name="exp")) == "kright"
    assert api.DefaultScope.check_instance_created("exp")


def test_switching_gives_the_registry_of_a_scope_and_comes_back(api: Any) -> None:
    tree = four(api)
    current = api.DefaultScope.get_current_instance
    with tree.top.switch_scope_and_registry(None) as registry:
        assert registry is tree.top
    api.DefaultScope.get_instance("task", scope_name="kright")
    with tree.top.switch_scope_and_registry(None) as registry:
        assert registry is tree.right
    with tree.right.switch_scope_and_registry("kleft") as registry:
        assert registry is tree.left
        assert current().scope_name == "kleft"
        with tree.right.switch_scope_and_registry("kinner") as innermost:
            assert innermost is tree.inner
            assert current().scope_name == "kinner"
        assert current().scope_name == "kleft"
    assert current().scope_name == "kright"
    with tree.left.switch_scope_and_registry("knone") as registry:
        assert registry is tree.left
        assert current().scope_name == "knone"


def test_switching_comes_back_after_an_error(api: Any) -> None:
    tree = four(api)
    api.DefaultScope.get_instance("task", scope_name="kright")
    with pytest.raises(ValueError, match="burst"), tree.top.switch_scope_and_registry("kleft"):
        raise ValueError("burst")
    assert api.DefaultScope.get_current_instance().scope_name == "kright"


def test_there_is_no_default_scope_before_one_is_made(api: Any) -> None:
    assert api.DefaultScope.get_current_instance() is None
    assert not api.DefaultScope.check_instance_created("task")


def test_the_latest_default_scope_holds_and_all_keep_their_names(api: Any) -> None:
    make = api.DefaultScope.get_instance
    first = make("first", scope_name="a")
    second = make("second", scope_name="b")
    assert (first.instance_name, first.scope_name) == ("first", "a")
    assert api.DefaultScope.get_current_instance() is second
    assert make("first") is first
    assert api.DefaultScope.get_current_instance() is second
    assert api.DefaultScope.check_instance_created("first")
    third = make("third", scope_name="a")
    assert api.DefaultScope.get_current_instance() is third


def test_other_arguments_for_a_default_scope_that_is_made_are_warned_of(api: Any) -> None:
    api.DefaultScope.get_instance("first", scope_name="a")
    with pytest.warns(UserWarning, match="has been created"):
        assert api.DefaultScope.get_instance("first", scope_name="b").scope_name == "a"


def test_a_default_scope_alone_is_nobodys(api: Any) -> None:
    assert api.DefaultScope("mine", "a").scope_name == "a"
    assert api.DefaultScope.get_current_instance() is None


def test_overwriting_ends_with_its_block_and_takes_along_what_was_made_inside(api: Any) -> None:
    scope = api.DefaultScope
    scope.get_instance("task", scope_name="a")
    with scope.overwrite_default_scope("b"):
        assert scope.get_current_instance().scope_name == "b"
        with scope.overwrite_default_scope(None):
            assert scope.get_current_instance().scope_name == "b"
        scope.get_instance("inside", scope_name="c")
        assert scope.get_current_instance().scope_name == "c"
        assert scope.get_instance("task").scope_name == "a"
    assert scope.get_current_instance().scope_name == "a"
    assert not scope.check_instance_created("inside")
    with pytest.raises(ValueError, match="burst"), scope.overwrite_default_scope("b"):
        raise ValueError("burst")
    assert scope.get_current_instance().scope_name == "a"


def test_overwriting_with_none_changes_nothing(api: Any) -> None:
    with api.DefaultScope.overwrite_default_scope(None):
        api.DefaultScope.get_instance("inside", scope_name="c")
    assert api.DefaultScope.get_current_instance().scope_name == "c"


def test_init_default_scope_makes_a_scope_the_default_one_every_time(api: Any) -> None:
    for scope in ("a", "b", "a", "a", "b"):
        api.init_default_scope(scope)
        assert api.DefaultScope.get_current_instance().scope_name == scope
    assert api.DefaultScope.check_instance_created("a")
