"""A build function of one's own: what it is called with, and which scopes use it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from registry_core import (
    BuildError,
    Registry,
    build_from_cfg,
    default_scope,
)
from registry_core.testing import Site


class Call(NamedTuple):
    """What a build function was called with; `build` returns it."""

    config: object
    args: tuple[object, ...]
    registry: Registry[Any]
    options: dict[str, object]


def record(cfg: object, *args: object, registry: Registry[Any], **options: object) -> Call:
    return Call(cfg, args, registry, options)


def announce(cfg: Mapping[str, Any], registry: Registry[Any]) -> tuple[str, Any]:
    return "announced", build_from_cfg(cfg, registry)


def test_it_is_called_with_the_config_all_arguments_and_the_registry() -> None:
    models = Registry("model", record, scope="acme")
    config = {"type": "Net"}
    call = models.build(config, 1, 2, default_args={"depth": 50})
    assert call.config is config
    assert call.args == (1, 2)
    assert call.registry is models
    assert call.options == {"default_args": {"depth": 50}}


def test_what_it_returns_is_what_build_returns() -> None:
    models: Registry = Registry("model", build_func=announce, scope="acme")
    models.register_module(name="Net", module=dict)
    assert models.build({"type": "Net", "depth": 50}) == ("announced", {"depth": 50})
    assert models.build_func is announce


def test_a_child_inherits_it_and_is_the_registry_that_it_gets() -> None:
    models = Registry("model", record, scope="acme")
    extra = Registry("model", parent=models, scope="extra")
    inner = Registry("model", parent=extra, scope="inner")
    assert extra.build_func is inner.build_func is record
    assert inner.build({"type": "Net"}).registry is inner


def test_a_child_with_one_of_its_own_uses_that() -> None:
    models = Registry("model", scope="acme")
    extra = Registry("model", record, models, "extra")
    inner = Registry("model", announce, parent=extra, scope="inner")
    assert models.build_func is build_from_cfg
    assert extra.build_func is record
    assert inner.build_func is announce


def test_a_child_may_go_back_to_the_one_of_the_package() -> None:
    models = Registry("model", record, scope="acme")
    extra: Registry = Registry("model", build_from_cfg, models, "extra")
    extra.register_module(name="Net", module=dict)
    assert extra.build({"type": "Net"}, default_args={"depth": 50}) == {"depth": 50}


def test_a_discovered_scope_inherits_it(plugin_site: Site) -> None:
    plugin_site.install(
        "acme-extra", {"registry_core.model.extra.inner": {"Net": "acme_extra:Net"}}
    )
    with plugin_site.in_use():
        models = Registry("model", record, scope="acme")
        inner = models.children["extra"].children["inner"]
        assert inner.build({"type": "Net"}).registry is inner


def test_a_scope_that_was_discovered_before_code_made_it_passes_its_own_on(
    plugin_site: Site,
) -> None:
    plugin_site.install(
        "acme-extra", {"registry_core.model.extra.inner": {"Net": "acme_extra:Net"}}
    )
    with plugin_site.in_use():
        models = Registry("model", scope="acme")
        inner = models.children["extra"].children["inner"]
        Registry("model", record, parent=models, scope="extra")
        assert inner.build_func is record


def test_what_it_raises_passes_as_it_is() -> None:
    def refuse(cfg: Mapping[str, Any], registry: Registry[Any]) -> None:
        raise LookupError(f"no {cfg['type']} in {registry.name}")

    models = Registry("model", refuse, scope="acme")
    with pytest.raises(LookupError, match="no Net in model"):
        models.build({"type": "Net"})


def test_an_error_inside_it_is_explained_by_what_it_calls() -> None:
    def fail() -> None:
        raise ValueError("no weights")

    models: Registry = Registry("model", announce, scope="acme")
    models.register_module(module=fail)
    with pytest.raises(BuildError, match=r"building 'fail' \(module .*\) failed: ValueError"):
        models.build({"type": "fail"})


def test_the_default_scope_reaches_what_it_builds() -> None:
    models: Registry = Registry("model", announce, scope="acme")
    extra: Registry = Registry("model", parent=models, scope="extra")
    extra.register_module(name="Net", module=dict)
    with default_scope("extra"):
        assert models.build({"type": "Net"}) == ("announced", {})
