"""Which registry the last word of a group means: nobody's installation changes a working config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import (
    Entry,
    Provider,
    Registry,
    RegistryError,
    RegistryNotFound,
    current_environment,
    installed_registry,
)
from registry_core.environment.short_names import groups_meant

if TYPE_CHECKING:
    from registry_core.testing import Site

OWNERS = "registry_core.registries"
SOURCE = """
from registry_core import Registry
SHIP = Registry("ship", group="{0}.ship", scope="{0}")
SAIL = Registry("sail", group="{0}.sail", scope="{0}")
class Hull:
    def __init__(self, sail): self.sail = sail
class Jib: by = "{0}"
"""


def framework(site: Site, name: str) -> None:
    """One that owns `NAME.ship` and `NAME.sail`."""
    rows = {
        OWNERS: {f"{name}.ship": f"{name}:SHIP", f"{name}.sail": f"{name}:SAIL"},
        f"{name}.ship": {"Hull": f"{name}:Hull"},
        f"{name}.sail": {"Jib": f"{name}:Jib"},
    }
    site.install(name, rows, {f"{name}.py": SOURCE.format(name)})


@pytest.fixture
def fleet(plugin_site: Site) -> Site:
    """Two frameworks, the owner of a group of one word, and one who uses a shared group."""
    framework(plugin_site, "acts_brig")
    framework(plugin_site, "acts_yawl")
    stranger = (
        "from registry_core import Registry\nSAIL = Registry('sail', group='sail', scope='s')"
    )
    rows = {OWNERS: {"sail": "acts_odd:SAIL"}, "sail": {"Jib": "builtins:dict"}}
    plugin_site.install("acts-odd", rows, {"acts_odd.py": stranger})
    plugin_site.install("acts-shared", {"registry_core.sail": {"Jib": "builtins:dict"}})
    return plugin_site


CONFIG: dict[str, Any] = {"type": "Hull", "sail": {"_registry_": "sail", "type": "Jib"}}


@pytest.mark.parametrize("name", ["acts_brig", "acts_yawl"])
def test_a_nested_config_means_the_registries_of_the_framework_around_it(
    fleet: Site, name: str
) -> None:
    with fleet.in_use():
        ship = installed_registry(f"{name}.ship")
        assert ship.build(CONFIG, recursive=True).sail.by == name
        assert ship.plan(CONFIG, recursive=True)().sail.by == name
        assert ship.check(CONFIG, recursive=True) == []


def test_the_framework_around_a_part_is_that_of_the_registry_named_last(fleet: Site) -> None:
    with fleet.in_use():
        other = {**CONFIG, "_registry_": "acts_yawl.ship"}
        outer = {"type": "Hull", "sail": other}
        built = installed_registry("acts_brig.ship").build(outer, recursive=True)
        assert built.sail.sail.by == "acts_yawl"


def test_a_registry_that_nobody_owns_means_itself(fleet: Site) -> None:
    with fleet.in_use():
        own = Registry[Any]("sail", group="mine.sail", scope="mine", recursive=True)
        own.register_module("Jib", module=dict)
        assert own.build({"type": "Jib", "in": {"_registry_": "sail", "type": "Jib"}}) == {"in": {}}
        assert own.build({"type": "Jib", "in": {"_registry_": "mine.sail", "type": "Jib"}}) == {
            "in": {}
        }


def test_where_nothing_decides_both_groups_are_said(fleet: Site) -> None:
    with fleet.in_use():
        own = Registry[Any]("top", group="mine.top", scope="mine", recursive=True)
        own.register_module("Top", module=dict)
        with pytest.raises(RegistryError) as raised:
            own.build({"type": "Top", "in": CONFIG["sail"]})
        assert str(raised.value) == (
            "in the config at in: 'sail' names more than one registry: write the group, "
            "'acts_brig.sail' or 'acts_yawl.sail' or 'sail'"
        )
        with pytest.raises(RegistryNotFound, match="'acts_brig.ship' or 'acts_yawl.ship'"):
            installed_registry("ship")


def test_a_shared_group_that_ends_as_an_owned_one_is_misnamed(plugin_site: Site) -> None:
    framework(plugin_site, "acts_brig")
    plugin_site.install("acts-shared", {"registry_core.sail.more": {"X": "builtins:dict"}})
    plugin_site.install("acts-fine", {"registry_core.oar": {"X": "builtins:dict"}})
    plugin_site.install("elsewhere", {"other_host.sail": {"X": "builtins:dict"}})
    with plugin_site.in_use():
        (problem,) = current_environment().problems()
        assert (problem.kind, str(problem)) == (
            "misnamed",
            'acts-shared 0.1.0: group "registry_core.sail.more": the registry '
            "'registry_core.sail' has no owner, but 'acts_brig.sail' has; write 'acts_brig.sail', "
            "if that is what is meant",
        )


def test_the_owner_of_a_group_of_one_word_is_told_that_nothing_can_name_it(fleet: Site) -> None:
    with fleet.in_use():
        odd = [each for each in current_environment().problems() if each.code == "one-word-group"]
        assert [each.provider.name for each in odd] == ["acts-odd"]


GROUPS = st.sampled_from(["a.x", "b.x", "b.y", "x", "registry_core.x", "a.b.x"])


@given(st.sets(GROUPS), st.sets(GROUPS), GROUPS, GROUPS)
def test_what_others_install_changes_no_name_that_a_framework_uses_of_its_own(
    mine: set[str], others: set[str], around: str, shared: str
) -> None:
    mine.add(around)
    owners = {group: Entry(group, "m:R", provider=Provider("mine", "1")) for group in mine}
    alone = groups_meant("x", mine, owners, around)
    rivals = {group: Entry(group, "o:R", provider=Provider("other", "1")) for group in others}
    together = {**rivals, **owners}
    if alone:
        assert groups_meant("x", {*together, shared}, together, around) == alone or set(
            groups_meant("x", {*together, shared}, together, around)
        ) == set(alone)
