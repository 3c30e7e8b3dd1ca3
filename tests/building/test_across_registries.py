"""The control key `_registry_`: a part of a config that another registry builds."""

from typing import Any

import pytest

from registry_core import (
    PluginLoadError,
    Registry,
    RegistryNotFound,
    ScopeNotFound,
)
from registry_core.testing import Site


def part(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
    """What was built, as data."""
    return (*args, kwargs)


@pytest.fixture
def parts() -> Registry[Any]:
    registry: Registry[Any] = Registry("part", scope="acme")
    registry.register_module(module=part)
    return registry


def scope(parent: Registry[Any], name: str) -> Registry[Any]:
    """A scope in which `where` builds the scope's own name."""
    child: Registry[Any] = Registry("part", parent=parent, scope=name)
    child.register_module(name="where", module=lambda: name)
    return child


def test_another_registry_builds_the_node_and_everything_inside_it(parts: Registry[Any]) -> None:
    acts: Registry[Any] = Registry("activation", scope="acts")
    acts.register_module(name="Swish", module=lambda **inside: ("swish", inside))
    config = {
        "type": "part",
        "act": {"_registry_": "act", "type": "Swish", "inner": [{"type": "Swish"}]},
    }
    built = parts.build(config, recursive=True, registries={"act": acts})
    assert built == ({"act": ("swish", {"inner": [("swish", {})]})},)
    top = {"_registry_": "act", "type": "Swish"}
    assert parts.build(top, registries={"act": acts}) == ("swish", {})


def test_a_scope_beside_a_registry_is_one_of_that_registry(parts: Registry[Any]) -> None:
    acts: Registry[Any] = Registry("activation", scope="acts")
    scope(acts, "extra")
    node = {"type": "where", "_registry_": "act", "_scope_": "extra"}
    assert parts.build(node, registries={"act": acts}) == "extra"
    with pytest.raises(ScopeNotFound, match="has no scope 'nope'"):
        parts.build({**node, "_scope_": "nope"}, registries={"act": acts})


def test_a_scope_from_outside_holds_in_another_registry_that_has_it(parts: Registry[Any]) -> None:
    acts: Registry[Any] = Registry("activation", scope="acts")
    acts.register_module(name="where", module=lambda: "root")
    scope(parts, "extra")
    inside = {"a": {"_registry_": "act", "type": "where"}}
    config = {"type": "part", "_scope_": "extra", **inside}
    assert parts.build(config, recursive=True, registries={"act": acts}) == ({"a": "root"},)
    scope(acts, "extra")
    assert parts.build(config, recursive=True, registries={"act": acts}) == ({"a": "extra"},)


FRAMEWORK = """
    from registry_core import Registry
    MODEL = Registry("model", group="acme.model", scope="acme")
    @MODEL.register_module()
    class Net: ...
    WRONG = "no registry"
"""


def test_installed_frameworks_make_their_registries_known(
    plugin_site: Site, parts: Registry[Any]
) -> None:
    rows = {"acme.model": "acme_models:MODEL"}
    plugin_site.install("acme", {"registry_core.registries": rows}, {"acme_models.py": FRAMEWORK})
    with plugin_site.in_use():
        for name in ("model", "acme.model"):
            built = parts.build({"type": "Net", "_registry_": name})
            assert type(built).__module__ == "acme_models"
        with pytest.raises(RegistryNotFound) as missing:
            parts.build({"type": "Net", "_registry_": "modell"}, registries={"part": parts})
    message = (
        "no registry is named 'modell'; known are 'part', 'acme.model'; did you mean 'acme.model'?"
    )
    assert str(missing.value) == message


def test_where_nothing_is_installed_an_unknown_registry_says_so(parts: Registry[Any]) -> None:
    config = {"type": "part", "a": [{"type": "Net", "_registry_": "model"}]}
    with pytest.raises(RegistryNotFound) as missing:
        parts.build(config, recursive=True)
    message = "in the config at a[0]: no registry is named 'model'; none is installed"
    assert str(missing.value) == message


def test_a_last_word_that_two_frameworks_share_has_to_be_written_in_full(
    plugin_site: Site, parts: Registry[Any]
) -> None:
    for name in ("acme", "zoo"):
        rows = {f"{name}.model": "acme_models:MODEL"}
        plugin_site.install(name, {"registry_core.registries": rows})
    with plugin_site.in_use(), pytest.raises(RegistryNotFound) as ambiguous:
        parts.build({"type": "Net", "_registry_": "model"})
    assert str(ambiguous.value) == (
        "'model' names more than one registry: write the group, 'acme.model' or 'zoo.model'"
    )


def test_a_declared_registry_that_is_none_is_an_error_of_its_distribution(
    plugin_site: Site, parts: Registry[Any]
) -> None:
    rows = {"acme.model": "acme_models:WRONG"}
    plugin_site.install("acme", {"registry_core.registries": rows}, {"acme_models.py": FRAMEWORK})
    with plugin_site.in_use(), pytest.raises(PluginLoadError) as broken:
        parts.build({"type": "Net", "_registry_": "model"})
    assert "provided by acme 0.1.0 as 'acme_models:WRONG'" in str(broken.value)
    assert "it must be a Registry, but is str" in str(broken.value)


def test_a_config_cannot_name_a_registry_by_where_it_is(
    plugin_site: Site, parts: Registry[Any]
) -> None:
    plugin_site.install("acme", "", {"acme_models.py": FRAMEWORK})
    with plugin_site.in_use(), pytest.raises(RegistryNotFound):
        parts.build({"type": "Net", "_registry_": "acme_models:MODEL"})
