"""Finding entries by a text that occurs in them."""

import sys
from typing import Any

import pytest

from registry_core import Policy, Registry, WrongType
from registry_core.query import find
from registry_core.testing import Site

HOOKS = """
    from registry_core import Entry, hookimpl

    TAGS = {"paper": "Searching for Functions", "year": 2017, "tags": ["Smooth", ("Gated",)]}

    @hookimpl
    def registry_core_entries(registry):
        yield Entry("erf", "special:Function", scope="scipy", metadata={"range": "(-1, 1)"})
        yield Entry("swish", "special:Function", scope="scipy", metadata=TAGS)
"""


@pytest.fixture
def plugins(plugin_site: Site) -> Site:
    plugin_site.install(
        "extra",
        {
            "registry_core.sought.extra": {"Swish": "extra_acts.swish:Swish"},
            "registry_core.sought.extra.gated": {"GLU": "extra_acts.gated:GLU"},
        },
        {"extra_acts/__init__.py": "raise SystemExit", "extra_acts/swish.py": ""},
    )
    plugin_site.install(
        "computed", {"registry_core.hooks": {"sought": "sought_hooks"}}, {"sought_hooks.py": HOOKS}
    )
    return plugin_site


def keys(registry: Registry[Any], text: str, /, **metadata: object) -> list[str]:
    return [entry.key for entry in find(registry, text, **metadata)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SWISH", ["extra.Swish", "scipy.swish"]),
        ("extra.", ["extra.Swish", "extra.gated.GLU"]),
        ("acts.gated:glu", ["extra.gated.GLU"]),
        ("(-1, 1)", ["scipy.erf"]),
        ("searching", ["scipy.swish"]),
        ("2017", ["scipy.swish"]),
        ("gated", ["extra.gated.GLU", "scipy.swish"]),
        ("nothing like it", []),
        ("", ["extra.Swish", "extra.gated.GLU", "scipy.erf", "scipy.swish"]),
    ],
)
def test_a_text_is_looked_for_in_keys_targets_and_metadata_whatever_its_case(
    plugins: Site, text: str, found: list[str]
) -> None:
    with plugins.in_use():
        assert keys(Registry("sought", scope="acme"), text) == found
        assert not {"extra_acts", "special"} & sys.modules.keys()


def test_a_scope_is_searched_with_what_is_beneath_it_and_its_root_with_all(plugins: Site) -> None:
    with plugins.in_use():
        extra = Registry("sought", scope="acme").children["extra"]
        assert keys(extra, "s") == ["extra.Swish", "extra.gated.GLU"]
        assert keys(extra, "erf") == []
        assert keys(extra.root, "erf") == ["scipy.erf"]


def test_metadata_narrows_what_is_found(plugins: Site) -> None:
    with plugins.in_use():
        root: Registry[Any] = Registry("sought", scope="acme")
        assert keys(root, "swish", year=2017) == ["scipy.swish"]
        assert keys(root, "swish", year=2018) == []
        # A name of metadata may be that of a parameter.
        assert keys(root, "swish", text="", registry="") == []


def test_what_code_registered_is_found_by_where_it_is_defined() -> None:
    registry: Registry[Any] = Registry("sought in code", scope="acme")
    registry.register_module("Table", module=dict)
    registry.register_module("Rows", module=list)
    assert keys(registry, "builtins:DICT") == ["Table"]


def test_metadata_that_is_no_plain_data_is_not_asked_for_its_text() -> None:
    class Rude:
        def __str__(self) -> str:
            raise AssertionError

    endless: list[Any] = ["seen"]
    endless.append(endless)
    registry: Registry[Any] = Registry("sought rudely", scope="acme")
    registry.register_module("Net", module=dict, metadata={"rude": Rude(), "endless": endless})
    assert keys(registry, "seen") == ["Net"]
    assert keys(registry, "Rude") == []


def test_what_is_blocked_is_not_found_and_both_sides_of_a_conflict_are(plugins: Site) -> None:
    rows = {"registry_core.sought.extra": {"Swish": "other:Swish"}}
    plugins.install("other", rows)
    with plugins.in_use():
        found = find(Registry("sought", scope="acme"), "extra.swish")
        assert [entry.provider.name for entry in found] == ["extra", "other"]
    with plugins.in_use(policy=Policy.of(block=["other"])):
        found = find(Registry("sought", scope="acme"), "extra.swish")
        assert [entry.provider.name for entry in found] == ["extra"]


def test_what_is_no_text_is_refused() -> None:
    registry: Registry[Any] = Registry("sought wrongly", scope="acme")
    with pytest.raises(WrongType, match="text must be a str, but got int"):
        find(registry, 3)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="registry must be a Registry, but got dict"):
        find({}, "text")  # type: ignore[arg-type]
