"""What an application takes along, before PyInstaller is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry_core import RegistryNotFound
from registry_core.freezing.collecting import collect, named

if TYPE_CHECKING:
    from registry_core.testing import Site

GROUP = "dairy.cheese"
HOOKS = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries(registry):
        yield Entry("Feta", "goats:Feta", scope="greek")
"""


def install(site: Site) -> None:
    owner = {
        "registry_core.registries": {GROUP: "dairy.home:ROOT"},
        GROUP: {"Brie": "dairy.soft:B"},
    }
    site.install("dairy", owner, {"dairy/__init__.py": "raise SystemExit('imported')"})
    rows = {
        f"{GROUP}.blue": {"Stilton": "dairy_blue.uk:Stilton"},
        f"{GROUP}.blue.ewe": {"Roquefort": "dairy_blue.fr:Roquefort"},
        "dairy.tool": {"Knife": "dairy_blue.knives:Knife"},
        "registry_core.notes": {GROUP: "dairy_blue"},
    }
    notes = f'["{GROUP}".entries]\nBrie = {{ a = 1 }}\n'
    site.install(
        "dairy-blue", rows, {"dairy_blue/__init__.py": "", "dairy_blue/registry.toml": notes}
    )
    site.install(
        "dairy-hooks", {"registry_core.hooks": {GROUP: "feta_hooks"}}, {"feta_hooks.py": HOOKS}
    )
    site.install("dairy-tools", {"registry_core.registries": {"dairy.tool": "tools:TOOLS"}})
    site.install("other", {"other.group": {"A": "other_module:A"}})


def test_targets_owners_hooks_and_notes_of_all_scopes_are_collected(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use():
        found = collect([GROUP])
    assert found["distributions"] == ["dairy", "dairy-blue", "dairy-hooks"]
    assert found["modules"] == [
        *("dairy.home", "dairy.soft", "dairy_blue.fr"),
        # dairy-blue's metadata lists it for another registry: it is to be there, too.
        "dairy_blue.knives",
        *("dairy_blue.uk", "feta_hooks", "goats"),
    ]
    assert found["notes"] == [str(plugin_site.folder / "dairy_blue" / "registry.toml")]
    assert found["problems"] == []


LOCATED = """
    from registry_core import Registry
    ROOT = Registry("cheese", group="dairy.cheese", scope="dairy", locations={locations})
"""


@pytest.mark.parametrize(
    ("locations", "modules", "problems"),
    [
        ("['dairy_home.soft', 'dairy_home.hard']", ["dairy_home.hard", "dairy_home.soft"], []),
        (
            "list(somewhere)",
            [],
            [
                "dairy 0.1.0: the registry 'dairy.cheese' computes its locations; name these "
                "modules with --hidden-import"
            ],
        ),
    ],
)
def test_the_modules_that_a_registry_imports_by_name_are_collected(
    plugin_site: Site, locations: str, modules: list[str], problems: list[str]
) -> None:
    source = LOCATED.format(locations=locations)
    rows = {"registry_core.registries": {GROUP: "dairy_home:ROOT"}}
    plugin_site.install("dairy", rows, {"dairy_home/__init__.py": source})
    with plugin_site.in_use():
        found = collect([GROUP])
    assert found["modules"] == ["dairy_home", *modules]
    assert found["problems"] == problems


def test_without_a_group_every_registry_is_collected(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use():
        found = collect()
    assert found["distributions"] == ["dairy", "dairy-blue", "dairy-hooks", "dairy-tools"]
    assert "tools" in found["modules"]
    assert "other_module" not in found["modules"]


def test_any_existing_group_and_the_last_word_of_an_owned_one_will_do(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use():
        assert collect(["other.group"])["modules"] == ["other_module"]
        assert collect(["tool"]) == collect(["dairy.tool"])


def test_an_unknown_group_is_an_error_with_what_was_meant(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use(), pytest.raises(RegistryNotFound, match=r"mean 'dairy\.cheese'\?"):
        collect(["dairy.chese"])


def test_what_is_blocked_is_left_out(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use(variables={"REGISTRY_CORE_BLOCK": "dairy-blue,dairy:Brie"}):
        found = collect([GROUP])
    assert found["distributions"] == ["dairy", "dairy-hooks"]
    assert found["modules"] == ["dairy.home", "feta_hooks", "goats"]


def test_what_is_wrong_with_a_plugin_is_said_and_hides_no_other(plugin_site: Site) -> None:
    install(plugin_site)
    plugin_site.install("sour", {GROUP: {"Sour": "not a target"}})
    with plugin_site.in_use():
        found = collect([GROUP])
    assert [each.partition(":")[0] for each in found["problems"]] == ["sour 0.1.0"]
    assert "dairy.soft" in found["modules"]


def test_both_providers_of_a_name_are_collected_as_both_are_listed(plugin_site: Site) -> None:
    install(plugin_site)
    plugin_site.install("dairy-red", {f"{GROUP}.blue": {"Stilton": "dairy_red:Stilton"}})
    for preferred in ({}, {"REGISTRY_CORE_PREFER": "dairy-red"}):
        with plugin_site.in_use(variables=preferred):
            assert {"dairy_red", "dairy_blue.uk"} <= set(collect([GROUP])["modules"])


def test_groups_are_named_by_the_spec_file_before_the_variable() -> None:
    variables = {"REGISTRY_CORE_FREEZE": "a, b"}
    assert named(None, variables) == ["a", "b"]
    assert named(["c"], variables) == ["c"]
    assert named([], variables) == []
    with pytest.raises(TypeError, match=r"is to be a list of groups, not \['a', 1\]"):
        named(["a", 1], {})
