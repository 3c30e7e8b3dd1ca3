"""Groups that are nearly those of a registry which a framework owns."""

import pytest

from registry_core.doctor import diagnose
from registry_core.query.listing import listing
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


OWNED = {"registry_core.registries": {"acme.act": "acme:ACT"}, "acme.act": {"ReLU": "acme:ReLU"}}
MISSPELT = "the group is misspelt: its rows are of 'registry_core.{0}'; write 'registry_core.{0}'"
UNLIKE = "the group is misspelt: it is not that of the registry 'acme.act'; write '{}', if "


@pytest.mark.parametrize(
    ("group", "row", "said"),
    [
        ("registry_core.hook", "acme.act = typo.hooks", MISSPELT.format("hooks")),
        ("registry_core.Hooks", "act = typo.hooks", MISSPELT.format("hooks")),
        ("registry-core.hooks", "acme.act = typo.hooks", MISSPELT.format("hooks")),
        ("registry_core.note", "acme.act = typo", MISSPELT.format("notes")),
        ("registry_core.registry", "typo.act = typo:ACT", MISSPELT.format("registries")),
        ("Acme.Act.plus", "GELU = typo:GELU", UNLIKE.format("acme.act.plus")),
        ("acme_act.plus", "GELU = typo:GELU", UNLIKE.format("acme.act.plus")),
        ("acme-act", "GELU = typo:GELU", UNLIKE.format("acme.act")),
    ],
)
def test_a_group_that_is_misspelt_is_what_is_told_for_all_who_ask(
    plugin_site: Site, group: str, row: str, said: str
) -> None:
    plugin_site.install("acme", OWNED, {"acme.py": "class ReLU: ..."})
    plugin_site.install("typo", f"[{group}]\n{row}\n")
    with plugin_site.in_use():
        for names in ((), ("acme.act",)):
            (problem,) = listing(*names).problems
            assert str(problem).startswith(f'typo 0.1.0: group "{group}": {said}')
            (finding,) = diagnose(*names).findings
            assert str(finding).startswith(f'misnamed: typo 0.1.0: group "{group}": {said}')
        assert {row.entry.key for row in listing().rows} == {"ReLU"}


def test_a_registry_may_have_a_name_like_that_of_a_special_group(plugin_site: Site) -> None:
    plugin_site.install("acme", OWNED)
    rows = {"registry_core.hook": {"Timer": "o:T"}, "acme_act.plugins": {"x": "o:x"}}
    plugin_site.install("other", rows)
    plugin_site.install("acme-act")
    with plugin_site.in_use() as environment:
        assert environment.problems() == ()
        assert "registry_core.hook" in environment.groups()


HOOK = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries():
        yield Entry("GELU", "acme:ReLU")
"""


@pytest.mark.parametrize(
    ("name", "target", "said"),
    [
        ("acme.act", "typo:registry_core_entries", "a function has no hooks: name the module that"),
        ("acme.act.plus", "typo", "is a scope of the registry 'acme.act'; write 'acme.act', and "),
    ],
)
def test_a_row_of_hooks_that_leads_to_none_is_told(
    plugin_site: Site, name: str, target: str, said: str
) -> None:
    plugin_site.install("acme", OWNED, {"acme.py": "class ReLU: ..."})
    plugin_site.install("typo", {"registry_core.hooks": {name: target}}, {"typo.py": HOOK})
    with plugin_site.in_use():
        for names in ((), ("acme.act",)):
            (problem,) = listing(*names).problems
            assert said in str(problem)
            assert problem.provider.name == "typo"
        assert [row.entry.key for row in listing().rows] == ["ReLU"]
