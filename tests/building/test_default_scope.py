"""The default scope: where builds start, for a block of code, a thread or a task."""

import asyncio
import contextvars
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from registry_core import (
    EntryNotFound,
    Registry,
    ScopeNotFound,
    build_from_cfg,
    default_scope,
)
from registry_core.scope import current_scope, set_default_scope
from registry_core.testing import Site

WHERE = {"type": "where"}


def add_scope(parent: Registry[Any], name: str) -> Registry[Any]:
    """A scope in which `where` builds the scope's own name."""
    child: Registry[Any] = Registry("part", parent=parent, scope=name)
    child.register_module(name="where", module=lambda: name)
    return child


@pytest.fixture
def parts() -> Registry[Any]:
    """A root, in which `where` builds "root", with the scopes extra, extra.gated and other."""
    root: Registry[Any] = Registry("part", scope="acme")
    root.register_module(name="where", module=lambda: "root")
    root.register_module(name="again", module=lambda: root.build(WHERE))
    root.register_module(name="pair", module=lambda **inside: inside)
    add_scope(add_scope(root, "extra"), "gated")
    add_scope(root, "other")
    return root


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("extra", "extra"),
        ("extra.gated", "gated"),
        ("acme.extra.gated", "gated"),
        ("gated", "gated"),
        ("acme", "root"),
        ("", "root"),
        (None, "root"),
    ],
)
def test_a_build_starts_from_the_default_scope(
    parts: Registry[Any], scope: str | None, expected: str
) -> None:
    with default_scope(scope):
        assert parts.build(WHERE) == expected
        assert build_from_cfg(WHERE, parts) == expected
        assert parts.build({"type": "pair", "inner": WHERE}, recursive=True) == {"inner": expected}
    assert parts.build(WHERE) == "root"


def test_it_counts_whichever_scope_of_the_tree_is_asked(parts: Registry[Any]) -> None:
    with default_scope("other"):
        assert parts.children["extra"].build(WHERE) == "other"


def test_blocks_nest_and_none_lifts_the_one_outside(parts: Registry[Any]) -> None:
    with default_scope("extra"):
        with default_scope("other"):
            assert parts.build(WHERE) == "other"
        assert parts.build(WHERE) == "extra"
        with default_scope(None):
            assert parts.build(WHERE) == "root"
        assert parts.build(WHERE) == "extra"


def test_one_object_may_be_entered_again(parts: Registry[Any]) -> None:
    scope = default_scope("extra")
    with scope, default_scope("other"), scope:
        assert parts.build(WHERE) == "extra"
    with scope:
        assert parts.build(WHERE) == "extra"
    assert parts.build(WHERE) == "root"


def test_an_exception_ends_it(parts: Registry[Any]) -> None:
    with pytest.raises(KeyError), default_scope("extra"):
        raise KeyError
    with pytest.raises(EntryNotFound), default_scope("extra"):
        parts.build({"type": "nope"})
    assert parts.build(WHERE) == "root"


def test_a_failed_build_ends_the_scope_of_its_config(parts: Registry[Any]) -> None:
    parts.register_module(name="fail", module=lambda: 1 // 0)
    with pytest.raises(RuntimeError):
        parts.build({"type": "fail", "_scope_": "extra"})
    assert parts.build({"type": "again"}) == "root"


def test_it_changes_no_lookup(parts: Registry[Any]) -> None:
    extra = parts.children["extra"]
    extra.register_module(name="only", module=dict)
    found = parts["where"]
    with default_scope("extra"):
        assert parts["where"] is parts.get("where") is found
        assert parts.resolve("where").scope == ""
        assert "only" not in parts
        assert parts.get("only") is None
        assert list(parts) == ["again", "pair", "where"]
        assert parts.build({"type": "only"}) == {}


def test_builds_inside_constructors_inherit_it(parts: Registry[Any]) -> None:
    with default_scope("other"):
        assert parts.build({"type": "again"}) == "other"
    assert parts.build({"type": "again", "_scope_": "gated"}) == "gated"
    with default_scope("other"):
        config = {"type": "pair", "a": {"type": "again", "_scope_": "gated"}, "b": WHERE}
        assert parts.build(config, recursive=True) == {"a": "gated", "b": "other"}


@pytest.mark.parametrize("scope", ["elsewhere", "extra.nope", "..", "acme.acme"])
def test_a_scope_that_the_tree_lacks_is_ignored(parts: Registry[Any], scope: str) -> None:
    with default_scope(scope):
        assert parts.build(WHERE) == "root"
        assert parts.children["extra"].build(WHERE) == "extra"


def test_a_last_word_that_two_scopes_share_is_ignored(parts: Registry[Any]) -> None:
    add_scope(parts.children["other"], "gated")
    with default_scope("gated"):
        assert parts.build(WHERE) == "root"


def test_a_config_that_names_its_scope_is_not_forgiven(parts: Registry[Any]) -> None:
    with default_scope("extra"), pytest.raises(ScopeNotFound):
        parts.build({**WHERE, "_scope_": "elsewhere"})


def test_a_scope_made_meanwhile_counts(parts: Registry[Any]) -> None:
    with default_scope("late"):
        assert parts.build(WHERE) == "root"
        add_scope(parts, "late")
        assert parts.build(WHERE) == "late"


def test_a_discovered_scope_counts_and_imports_only_what_is_built(plugin_site: Site) -> None:
    plugin_site.install(
        "acme-extra",
        {"registry_core.part.extra": {"where": "acme_extra:where", "no": "acme_nope:no"}},
        {"acme_extra.py": "def where(): return 'discovered'"},
    )
    with plugin_site.in_use():
        parts: Registry[Any] = Registry("part", scope="acme")
        parts.register_module(name="where", module=lambda: "root")
        with default_scope("extra"):
            assert parts.build(WHERE) == "discovered"
    assert parts.build(WHERE) == "root"


def test_another_thread_does_not_see_it(parts: Registry[Any]) -> None:
    with default_scope("extra"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(parts.build, WHERE).result() == "root"
        context = contextvars.copy_context()
        assert pool.submit(context.run, parts.build, WHERE).result() == "extra"


def test_threads_with_different_scopes_do_not_disturb_each_other(parts: Registry[Any]) -> None:
    together = threading.Barrier(2)

    def build(scope: str) -> set[str]:
        with default_scope(scope):
            together.wait(timeout=10)
            return {parts.build({"type": "again"}) for _ in range(200)}

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(build, ["extra", "other"])) == [{"extra"}, {"other"}]


def test_tasks_with_different_scopes_do_not_disturb_each_other(parts: Registry[Any]) -> None:
    async def build(scope: str) -> list[str]:
        built = []
        with default_scope(scope):
            for _ in range(5):
                await asyncio.sleep(0)
                built.append(parts.build(WHERE))
        return [*built, parts.build(WHERE)]

    async def both() -> tuple[list[str], list[str]]:
        with default_scope("gated"):
            extra, other = await asyncio.gather(build("extra"), build("other"))
        return extra, other

    expected = (["extra"] * 5 + ["gated"], ["other"] * 5 + ["gated"])
    assert asyncio.run(both()) == expected
    assert parts.build(WHERE) == "root"


@pytest.fixture
def for_the_process() -> Iterator[None]:
    yield
    set_default_scope(None)


@pytest.mark.usefixtures("for_the_process")
def test_outside_a_block_it_is_set_for_every_thread(parts: Registry[Any]) -> None:
    set_default_scope("extra")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(parts.build, WHERE).result() == "extra"
    assert parts.build(WHERE) == "extra"
    with default_scope("other"):
        assert parts.build(WHERE) == "other"
    with default_scope(None):
        assert parts.build(WHERE) == "root"
    set_default_scope(None)
    assert parts.build(WHERE) == "root"


@pytest.mark.usefixtures("for_the_process")
def test_set_inside_a_block_it_holds_for_the_rest_of_it_and_its_thread(
    parts: Registry[Any],
) -> None:
    set_default_scope("gated")
    with default_scope("extra"):
        set_default_scope("other")
        assert parts.build(WHERE) == "other"
        with default_scope("extra"):
            set_default_scope(None)
            assert parts.build(WHERE) == "root"
        assert parts.build(WHERE) == "other"
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(current_scope).result() == "gated"
    assert parts.build(WHERE) == "gated"


@pytest.mark.usefixtures("for_the_process")
def test_set_inside_a_block_without_a_scope_it_does_not_leak() -> None:
    with default_scope(None):
        set_default_scope("extra")
        assert current_scope() == "extra"
    assert current_scope() is None


@pytest.mark.parametrize("wrong", [5, ["extra"], b"extra"])
def test_a_scope_that_is_no_str_is_refused_at_once(wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"but got {type(wrong).__name__}"):
        default_scope(wrong)
    with pytest.raises(TypeError, match=f"but got {type(wrong).__name__}"):
        set_default_scope(wrong)


def shirts(parts: Registry[Any], scope: str) -> Generator[Any, None, None]:
    with default_scope(scope):
        while True:
            yield parts.build(WHERE)


def test_the_end_of_a_generators_block_does_not_end_its_callers(parts: Registry[Any]) -> None:
    def close_inside() -> list[Any]:
        source = shirts(parts, "extra")
        built = [next(source)]
        with default_scope("other"):
            source.close()
            built.append(parts.build(WHERE))
        return [*built, parts.build(WHERE)]

    assert contextvars.Context().run(close_inside) == ["extra", "other", "root"]


def test_two_generators_end_in_any_order(parts: Registry[Any]) -> None:
    def both() -> list[Any]:
        first, second = shirts(parts, "extra"), shirts(parts, "other")
        next(first), next(second)
        first.close()
        built = [parts.build(WHERE)]
        second.close()
        return [*built, parts.build(WHERE)]

    assert contextvars.Context().run(both) == ["other", "root"]


def test_a_block_that_ends_in_another_context_is_told_and_ends_no_other(
    parts: Registry[Any],
) -> None:
    block = default_scope("extra")
    contextvars.Context().run(block.__enter__)
    with default_scope("other"):
        with pytest.warns(RuntimeWarning, match=r"default_scope\('extra'\) ends in another"):
            block.__exit__(None, None, None)
        assert parts.build(WHERE) == "other"
