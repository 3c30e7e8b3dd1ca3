"""Metadata and modules that try to be felt by others: they are one problem, or nothing."""

import sys
from typing import Any

import pytest

from registry_core import PluginLoadError, Registry, installed_registry
from registry_core.testing import Site


def test_a_very_deep_group_is_one_problem(plugin_site: Site) -> None:
    group = "registry_core.deep." + ".".join(["a"] * 1_000)
    plugin_site.install("deep", {group: {"X": "x:X"}, "registry_core.deep.b": {"Y": "y:Y"}})
    with plugin_site.in_use():
        registry = Registry("deep", scope="r")
        assert [entry.key for entry in registry.entries()] == ["b.Y"]
        (problem,) = registry.problems()
        assert problem.what == "the group is malformed: it is deeper than 20 scopes"
        assert "b" in repr(registry)


def test_a_scope_within_its_like_is_a_problem(plugin_site: Site) -> None:
    plugin_site.install("like", {"registry_core.like.extra.extra": {"X": "x:X"}})
    with plugin_site.in_use():
        (problem,) = Registry("like", scope="r").problems()
    assert problem.what == "no key leads from outside to a scope 'extra' within its like"


def test_a_module_that_answers_for_any_name_is_not_asked_while_nothing_is_loaded(
    plugin_site: Site,
) -> None:
    lazy = "def __getattr__(name): raise ImportError(name)"
    plugin_site.install(
        "lazy", {"registry_core.lazy": {"X": "lazy_module:X"}}, {"lazy_module.py": lazy}
    )
    with plugin_site.in_use():
        __import__("lazy_module")
        registry: Registry[Any] = Registry("lazy", scope="r")
        registry.register_module("X", module=dict)
        assert "X" in registry
        assert [entry.target for entry in registry.entries()] == [dict]


def test_a_hook_that_looks_at_its_own_registry_sees_what_is_declared(plugin_site: Site) -> None:
    hooks = """
        from registry_core import Entry, Registry, hookimpl
        @hookimpl
        def registry_core_entries():
            for name in Registry("mirror", scope="r"):
                yield Entry(name + "_q", "collections:Counter")
    """
    plugin_site.install(
        "mirror",
        {"registry_core.mirror": {"A": "a:A"}, "registry_core.hooks": {"mirror": "mirror_hooks"}},
        {"mirror_hooks.py": hooks},
    )
    with plugin_site.in_use():
        registry = Registry("mirror", scope="r")
        assert (list(registry), registry.problems()) == (["A", "A_q"], [])


def test_a_registry_whose_module_fails_once_can_be_asked_for_again(plugin_site: Site) -> None:
    source = """
        import sys
        from registry_core import Registry
        from once_host import HOST
        @HOST.register_module()
        def half(): ...
        if sys.modules.setdefault("once_failed", None) is None:
            sys.modules["once_failed"] = sys
            raise OSError("once")
        MODEL = Registry("model", group="once.model", scope="once")
    """
    plugin_site.install(
        "once",
        {"registry_core.registries": {"once.model": "once_module:MODEL"}},
        {
            "once_module.py": source,
            "once_host.py": "from registry_core import Registry\nHOST = Registry('once host')",
        },
    )
    with plugin_site.in_use():
        with pytest.raises(PluginLoadError, match="OSError: once"):
            installed_registry("once.model")
        assert installed_registry("once.model").group == "once.model"
    del sys.modules["once_failed"]


def test_a_handle_on_a_scope_that_was_blocked_away_follows_its_new_owner(plugin_site: Site) -> None:
    plugin_site.install("acts", {"registry_core.gone.extra": {"X": "collections:Counter"}})
    with plugin_site.in_use() as environment:
        registry: Registry[Any] = Registry("gone", scope="r")
        before = registry.children["extra"]
        environment.block("acts")
        assert registry.children == {}
        owned: Registry[Any] = Registry("gone", parent=registry, scope="extra")
        owned.register_module("Y", module=dict)
        assert before["Y"] is owned["Y"] is dict
