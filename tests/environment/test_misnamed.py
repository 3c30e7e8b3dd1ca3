"""Groups that are nearly those of a registry which a framework owns."""

import pytest

from registry_core.testing import Site, check_distribution


@pytest.fixture
def owned(plugin_site: Site) -> Site:
    """A framework that owns the registry `acme.act`."""
    plugin_site.install("acme", {"registry_core.registries": {"acme.act": "acme:ACT"}})
    return plugin_site


@pytest.mark.parametrize("group", ["acme.atc", "acme.actt.extra", "acne.act"])
def test_a_group_that_is_nearly_an_owned_one_is_a_problem(owned: Site, group: str) -> None:
    owned.install("typo", {group: {"GELU": "typo:GELU"}, "console_scripts": {"x": "typo:main"}})
    with owned.in_use() as environment:
        (problem,) = environment.problems()
        assert check_distribution("typo") == [problem]
    address = ".".join(group.split(".")[:2])
    assert str(problem) == (
        f'typo 0.1.0: group "{group}": no installed framework owns the registry {address!r}; '
        "write 'acme.act', if that is what is meant"
    )


def test_a_group_that_is_like_no_owned_one_is_somebody_elses(owned: Site) -> None:
    owned.install("other", {"other.act": {"GELU": "o:G"}, "pytest11": {"x": "o:p"}})
    with owned.in_use() as environment:
        assert environment.problems() == ()


@pytest.mark.parametrize("name", ["acme.act!", "two words", "[a", "registry_core.hooks", ""])
def test_a_hook_module_for_what_can_be_no_registry_is_a_problem(owned: Site, name: str) -> None:
    owned.install("typo", f"[registry_core.hooks]\n{name} = typo_hooks\n")
    with owned.in_use() as environment:
        (problem,) = environment.problems()
    assert (str(problem.provider), problem.where) == ("typo 0.1.0", "registry_core.hooks")
    assert problem.what.startswith(f"no registry can be named {name!r}: ")
