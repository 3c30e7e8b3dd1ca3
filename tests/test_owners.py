"""The distribution that owns a registry comes before its plugins."""

import pytest

from registry_core import EntryConflict, Registry
from registry_core.testing import Site

GROUP = "acme.act"


@pytest.fixture
def rivals(plugin_site: Site) -> Site:
    """A framework that declares `ReLU` and owns the registry, and a plugin that declares it too."""
    plugin_site.install(
        "zzz-acme",
        {"registry_core.registries": {GROUP: "acme:ACT"}, GROUP: {"ReLU": "acme:ReLU"}},
    )
    plugin_site.install("acts", {GROUP: {"ReLU": "acts:ReLU"}})
    return plugin_site


def test_no_plugin_can_take_or_disable_a_name_of_the_owner(rivals: Site) -> None:
    with rivals.in_use():
        registry = Registry("act", group=GROUP, scope="acme")
        assert registry.resolve("ReLU").provider.name == "zzz-acme"
        assert [entry.provider.name for entry in registry.entries()] == ["zzz-acme"]
        assert [str(problem) for problem in registry.problems()] == [
            "acts 0.1.0: registry \"acme.act\": the entry 'ReLU' is shadowed: zzz-acme 0.1.0 comes "
            "first; choose a name or scope of its own"
        ]
        assert registry.resolve("ReLU", provider="acts").target == "acts:ReLU"


def test_whoever_starts_the_program_may_prefer_the_plugin(rivals: Site) -> None:
    with rivals.in_use(variables={"REGISTRY_CORE_PREFER": "acts"}):
        registry = Registry("act", group=GROUP, scope="acme")
        assert registry.resolve("ReLU").provider.name == "acts"
        assert registry.problems() == []


def test_two_plugins_conflict_whoever_owns_the_registry(rivals: Site) -> None:
    for name in ("acts", "others"):
        rivals.install(name, {GROUP: {"GELU": f"{name}:GELU"}})
    with rivals.in_use(), pytest.raises(EntryConflict):
        Registry("act", group=GROUP, scope="acme").resolve("GELU")
