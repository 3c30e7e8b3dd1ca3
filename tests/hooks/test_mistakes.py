"""What people get wrong when they write hooks, and how they are told."""

import pytest

from registry_core import ArgumentError, HookError, Registry
from registry_core.testing import Site

HEAD = "from registry_core import Entry, hookimpl\n"
ENTRY = "Entry('Net', 'collections:Counter')"


def acts(site: Site, source: str) -> Registry:
    """A registry with one plugin, whose hook module is `source`."""
    rows = {"registry_core.hooks": {"act": "acts_hooks"}}
    site.install("acts", rows, {"acts_hooks.py": HEAD + source})
    return Registry("act", scope="a")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def registry_core_entries(): ...", "registry_core_entries is not marked @hookimpl"),
        (
            "@hookimpl\ndef registry_core_entires(): ...",
            "there is no hook registry_core_entires; did you mean registry_core_entries?",
        ),
        ("def registry_core_zzz(): ...", "there is no hook registry_core_zzz"),
        (
            f"@hookimpl\ndef registry_core_entries(): return {ENTRY}",
            "it must return or yield entries, but returned one Entry",
        ),
        (
            f"@hookimpl\ndef registry_core_entries(): return {{'Net': {ENTRY}}}",
            "it must return or yield entries, but returned dict",
        ),
        (
            "@hookimpl\ndef registry_core_entries(): yield {'name': 'Net'}",
            "expected an Entry, but got dict",
        ),
    ],
)
def test_what_is_no_hook_or_no_entry_is_told_in_the_words_of_hooks(
    plugin_site: Site, source: str, reason: str
) -> None:
    registry = acts(plugin_site, source)
    with plugin_site.in_use():
        (problem,) = registry.problems()
    assert problem.provider.name == "acts"
    assert problem.what.endswith(f"failed: TypeError: {reason}")


def test_a_module_may_hold_other_functions_and_data(plugin_site: Site) -> None:
    source = f"registry_core_names = 3\n@hookimpl\ndef registry_core_entries(): return [{ENTRY}]"
    registry = acts(plugin_site, source)
    with plugin_site.in_use():
        assert (list(registry), registry.problems()) == (["Net"], [])


def test_a_wrapper_that_forgets_to_return_what_was_built_is_told(plugin_site: Site) -> None:
    registry = acts(plugin_site, "@hookimpl(wrapper=True)\ndef registry_core_build(): yield")
    registry.register_module("Net", module=dict)
    registry.register_module("nothing", module=lambda: None)
    with plugin_site.in_use():
        with pytest.raises(HookError, match="returned None for what was built; end it with a ret"):
            registry.build({"type": "Net"})
        assert registry.build({"type": "nothing"}) is None


def test_a_config_cannot_replace_what_an_entry_binds(plugin_site: Site) -> None:
    source = (
        f"@hookimpl\ndef registry_core_entries(): yield {ENTRY}._replace(kwargs={{'depth': 1}})"
    )
    registry = acts(plugin_site, source)
    with plugin_site.in_use():
        assert registry.build({"type": "Net", "width": 2}) == {"depth": 1, "width": 2}
        with pytest.raises(ArgumentError, match="unexpected argument 'depth'"):
            registry.build({"type": "Net", "depth": 9})
