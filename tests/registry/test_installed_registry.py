"""The registries that installed frameworks own: found by name, loaded only when asked for."""

import sys
from collections.abc import Iterator
from importlib import import_module

import pytest

from registry_core import (
    PluginLoadError,
    Registry,
    RegistryError,
    RegistryNotFound,
    current_environment,
    installed_registry,
)
from registry_core.testing import Site

OWNERS = "registry_core.registries"

HOST = """
    from registry_core import Registry
    MODEL = Registry("model", group="acme.model", scope="acme")
    NUMBER = 3
"""


@pytest.fixture
def acme(plugin_site: Site) -> Iterator[Site]:
    """A site in use, where a framework owns one registry."""
    plugin_site.install("acme", {OWNERS: {"acme.model": "acme_host:MODEL"}}, {"acme_host.py": HOST})
    with plugin_site.in_use():
        yield plugin_site


def later(site: Site, name: str, rows: dict[str, str]) -> None:
    site.install(name, {OWNERS: rows})
    current_environment().refresh()


@pytest.mark.parametrize("name", ["acme.model", "model"])
@pytest.mark.usefixtures("acme")
def test_an_owned_registry_is_found_by_its_group_and_by_its_last_word(name: str) -> None:
    assert list(current_environment().registries()) == ["acme.model"]
    assert "acme_host" not in sys.modules
    assert installed_registry(name) is import_module("acme_host").MODEL


@pytest.mark.usefixtures("acme")
def test_an_unknown_registry_names_those_that_are_known() -> None:
    with pytest.raises(RegistryNotFound) as raised:
        installed_registry("neck", known=["activation"])
    assert str(raised.value) == (
        "no registry is named 'neck'; known are 'activation', 'acme.model'"
    )
    assert "acme_host" not in sys.modules


def test_where_no_framework_is_installed_the_message_says_so(plugin_site: Site) -> None:
    with plugin_site.in_use(), pytest.raises(RegistryNotFound) as raised:
        installed_registry("model")
    assert str(raised.value) == "no registry is named 'model'; none is installed"


def test_a_last_word_that_two_frameworks_share_is_ambiguous(acme: Site) -> None:
    later(acme, "zeta", {"zeta.model": "zeta_host:MODEL"})
    with pytest.raises(RegistryNotFound) as raised:
        installed_registry("model")
    assert str(raised.value) == (
        "'model' names more than one registry: write the group, 'acme.model' or 'zeta.model'"
    )
    assert installed_registry("acme.model").group == "acme.model"


def test_a_group_of_one_word_comes_not_before_the_last_word_of_another(acme: Site) -> None:
    later(acme, "zeta", {"model": "zeta_host:MODEL"})
    with pytest.raises(RegistryNotFound, match="write the group, 'acme.model' or 'model'"):
        installed_registry("model")
    (problem,) = current_environment().problems()
    assert str(problem) == (
        "zeta 0.1.0: registry_core.registries: the group 'model' cannot be named: 'acme.model' "
        "ends with it; give the group two words, such as the name of your package and this one"
    )


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("acme_host:NUMBER", "it must be a Registry, but is int; tell its authors"),
        ("acme_host:NO", "the module 'acme_host' has no attribute 'NO'; upgrade or reinstall zeta"),
        (
            "zeta_host:NECK",
            "importing 'zeta_host' raised ModuleNotFoundError: No module named 'zeta_host'; "
            # Blocking it would take away its registry.
            "upgrade or reinstall zeta",
        ),
    ],
)
def test_an_owner_that_cannot_be_loaded_or_is_no_registry_is_named(
    acme: Site, value: str, reason: str
) -> None:
    later(acme, "zeta", {"zeta.neck": value})
    with pytest.raises(PluginLoadError) as raised:
        installed_registry("neck")
    assert str(raised.value).startswith(
        f"'zeta.neck' in 'registry_core.registries', provided by zeta 0.1.0 as {value!r}, cannot "
        f"be loaded: {reason}"
    )
    assert isinstance(installed_registry("model"), Registry)


def test_a_config_may_name_an_owned_registry(acme: Site) -> None:
    acme.install("acme-extra", {"acme.model.extra": {"Net": "collections:Counter"}})
    current_environment().refresh()
    other = Registry("trainer", scope="other")
    other.register_module("Trainer", module=dict)
    config = {"type": "Trainer", "net": {"_registry_": "model", "type": "extra.Net", "a": 2}}
    assert other.build(config, recursive=True) == {"net": {"a": 2}}
    config["net"] = {"_registry_": "neck", "type": "extra.Net"}
    with pytest.raises(RegistryError, match=r"in the config at net: no registry is named 'neck'"):
        other.build(config, recursive=True)


def test_the_known_groups_are_those_that_are_owned_or_that_something_is_declared_for(
    acme: Site,
) -> None:
    acme.install(
        "acts-extra",
        {
            "registry_core.activation.extra": {"Swish": "acts_extra:Swish"},
            "registry_core.activation-x": {"Swish": "acts_extra:Swish"},
            "registry_core.hooks": {"loss": "acts_extra.hooks", "acme.neck": "acts_extra.hooks"},
            "console_scripts": {"acts": "acts_extra:main"},
        },
    )
    current_environment().refresh()
    assert current_environment().groups() == [
        "acme.model",
        "acme.neck",
        "registry_core.activation",
        "registry_core.loss",
    ]


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


def test_a_registry_whose_owner_is_blocked_is_not_called_unknown(acme: Site) -> None:
    for variable, value, why in (
        ("REGISTRY_CORE_BLOCK", "acme", "blocked by REGISTRY_CORE_BLOCK"),
        ("REGISTRY_CORE_ALLOW", "other", "not among those allowed by REGISTRY_CORE_ALLOW"),
    ):
        with acme.in_use(variables={variable: value}) as environment:
            for ask in (environment.group, environment.owner):
                for name in ("acme.model", "model"):
                    with pytest.raises(RegistryNotFound) as raised:
                        ask(name)
                    assert f"owns 'acme.model', but is {why}" in str(raised.value)
                    assert "none is installed" not in str(raised.value)
