"""The distribution that owns a registry comes before its plugins."""

import pytest

from registry_core import EntryConflict, Registry, installed_registry
from registry_core.testing import Site, check_distribution

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


@pytest.mark.parametrize("group", ["acme.atc", "acme.actt.extra", "acne.act"])
def test_a_group_that_is_nearly_an_owned_one_is_a_problem(rivals: Site, group: str) -> None:
    rivals.install("typo", {group: {"GELU": "typo:GELU"}, "console_scripts": {"x": "typo:main"}})
    with rivals.in_use() as environment:
        (problem,) = environment.problems()
        assert check_distribution("typo") == [problem]
    address = ".".join(group.split(".")[:2])
    assert str(problem) == (
        f'typo 0.1.0: group "{group}": no installed framework owns the registry {address!r}; '
        "write 'acme.act', if that is what is meant"
    )


def test_a_group_that_is_like_no_owned_one_is_somebody_elses(rivals: Site) -> None:
    rivals.install("other", {"other.act": {"GELU": "o:G"}, "pytest11": {"x": "o:p"}})
    with rivals.in_use() as environment:
        assert environment.problems() == ()


OPTIMIZERS = "registry_core.compat.mmengine:OPTIMIZERS"


def test_several_may_own_a_registry_of_ours_and_none_of_them_comes_first(plugin_site: Site) -> None:
    group = "registry_core.optimizer"
    for name in ("acts", "others"):
        owned = {"registry_core.registries": {group: OPTIMIZERS}}
        plugin_site.install(name, {**owned, group: {"SGD": f"{name}:SGD"}})
    with plugin_site.in_use() as environment:
        registry = installed_registry("optimizer")
        assert registry.group == group
        assert environment.problems() == ()
        with pytest.raises(EntryConflict):
            registry.resolve("SGD")


def test_one_that_claims_it_for_another_object_is_in_conflict_with_all(plugin_site: Site) -> None:
    group = "registry_core.optimizer"
    for name, target in (("a", OPTIMIZERS), ("b", OPTIMIZERS), ("c", "c:MINE")):
        plugin_site.install(name, {"registry_core.registries": {group: target}})
    with plugin_site.in_use() as environment:
        assert [problem.provider.name for problem in environment.problems()] == ["a", "b", "c"]


def test_a_package_whose_name_begins_like_ours_shares_nothing(plugin_site: Site) -> None:
    for name in ("a", "b"):
        owned = {"registry_core.registries": {GROUP: "registry_core_more:ACT"}}
        plugin_site.install(name, owned)
    with plugin_site.in_use() as environment:
        assert [problem.provider.name for problem in environment.problems()] == ["a", "b"]
