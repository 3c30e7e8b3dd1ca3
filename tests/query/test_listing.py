"""Listing what is installed, and asking which entry a key means."""

import pytest

from registry_core import Policy, Registry, RegistryNotFound
from registry_core.query import listing, which
from registry_core.testing import Site


@pytest.fixture
def two_plugins(plugin_site: Site) -> Site:
    for name in ("one", "two"):
        rows = {"Both": f"{name}:Both", name.title(): f"{name}:Own"}
        plugin_site.install(f"{name}-plugin", {"registry_core.necks.extra": rows})
    plugin_site.install("acme-extra", {"acme.model": {"Net": "acme_extra:Net"}})
    plugin_site.install("acme", {"registry_core.registries": {"acme.model": "acme:MODEL"}})
    return plugin_site


def test_all_registries_are_listed_with_their_providers_and_sorted(two_plugins: Site) -> None:
    with two_plugins.in_use():
        rows = listing().rows
    assert [(r.entry.registry, r.entry.key, str(r.entry.provider), r.status) for r in rows] == [
        ("acme.model", "Net", "acme-extra 0.1.0", ""),
        ("registry_core.necks", "extra.Both", "one-plugin 0.1.0", "conflict"),
        ("registry_core.necks", "extra.Both", "two-plugin 0.1.0", "conflict"),
        ("registry_core.necks", "extra.One", "one-plugin 0.1.0", ""),
        ("registry_core.necks", "extra.Two", "two-plugin 0.1.0", ""),
    ]


@pytest.mark.parametrize("name", ["model", "acme.model"])
def test_a_registry_is_named_by_its_group_or_its_last_word(two_plugins: Site, name: str) -> None:
    with two_plugins.in_use():
        assert [row.entry.name for row in listing(name).rows] == ["Net"]


def test_an_unknown_registry_names_those_that_are_known(two_plugins: Site) -> None:
    message = "no registry is named 'modle'; known are 'acme.model', 'registry_core.necks'"
    with two_plugins.in_use(), pytest.raises(RegistryNotFound, match=message):
        listing("modle")


def test_an_ambiguous_last_word_asks_for_the_group(two_plugins: Site) -> None:
    two_plugins.install("more", {"registry_core.registries": {"more.model": "more:MODEL"}})
    message = "names more than one registry: write the group, 'acme.model' or 'more.model'"
    with two_plugins.in_use(), pytest.raises(RegistryNotFound, match=message):
        listing("model")


def test_a_shared_group_takes_no_last_word_from_an_owned_one(two_plugins: Site) -> None:
    two_plugins.install("more", {"registry_core.model.extra": {"Net": "more:Net"}})
    with two_plugins.in_use():
        assert {row.entry.registry for row in listing("model").rows} == {"acme.model"}
        assert listing("registry_core.model").rows[0].entry.key == "extra.Net"


def test_what_is_blocked_is_listed_as_blocked(two_plugins: Site) -> None:
    with two_plugins.in_use(policy=Policy.of(block=["two-plugin"])):
        rows = listing("necks").rows
    assert [(row.entry.key, row.status) for row in rows] == [
        ("extra.Both", ""),
        ("extra.Both", "blocked in code"),
        ("extra.One", ""),
        ("extra.Two", "blocked in code"),
    ]


def test_problems_come_along(plugin_site: Site) -> None:
    plugin_site.install("bad", {"registry_core.necks": {"FPN": "no reference"}})
    with plugin_site.in_use():
        (problem,) = listing().problems
    assert problem.provider.name == "bad"
    assert "'no reference' needs the form 'module:attribute'" in problem.what


def test_which_says_what_was_tried_what_won_and_what_it_hides(two_plugins: Site) -> None:
    with two_plugins.in_use():
        necks = Registry("necks", scope="acme")
        necks.register_module("One", module=dict)
        found = which(necks, "extra.One")
        assert [entry.key for entry in found.entries] == ["extra.One"]
        assert found.tried == ("", "extra")
        assert [entry.target for entry in found.shadowed] == [dict]
        assert len(which(necks, "extra.Both").entries) == 2
        assert which(necks, "extra.Nope") == ((), ("", "extra"), (), (), ())


def test_which_names_what_is_blocked(two_plugins: Site) -> None:
    with two_plugins.in_use(policy=Policy.of(block=["two-plugin"])):
        found = which(Registry("necks", scope="acme"), "extra.Two")
    assert found.entries == ()
    assert [(entry.key, why) for entry, why in found.blocked] == [("extra.Two", "blocked in code")]


def test_what_is_wrong_with_distributions_of_other_registries_does_not_come_along(
    two_plugins: Site,
) -> None:
    for name, group in (("here", "acme.model"), ("elsewhere", "registry_core.necks")):
        two_plugins.install(name, f"[{group}]\nNet = here:Net\nno equals sign\n")
    with two_plugins.in_use():
        assert "elsewhere" not in {p.provider.name for p in listing("acme.model").problems}
        assert {p.provider.name for p in listing().problems} >= {"here", "elsewhere"}
