"""The hooks of one registry: what is remembered of them, and which are editable."""

import json
from importlib import import_module

from hooks.hook_site import GROUP, HOOKS, ONE, HookSite, entries

from registry_core import Registry, current_environment

ASKED = "[Entry(f'asked{len(ASKED)}', 'a:A')]"


def test_an_answer_survives_a_change_of_policy(site: HookSite) -> None:
    site.plugin("acts-one", entries(ASKED, "@hookimpl\n@depends_on(None)"))
    site.plugin("acts-two", entries("[Entry('two', 'a:A')]"))
    with site.asked() as root:
        assert list(root) == ["asked1", "two"]
        current_environment().block("acts-two")
        assert list(root) == ["asked1"]
        current_environment().prefer("acts-one")
        assert list(root) == ["asked1"]
        assert import_module("acts_one_hooks").ASKED == [GROUP]


def test_after_a_refresh_a_hook_whose_answer_is_not_kept_is_asked_anew(site: HookSite) -> None:
    site.plugin("acts-one", entries(ASKED, "@hookimpl\n@depends_on(None)"))
    with site.asked() as root:
        assert list(root) == ["asked1"]
        current_environment().refresh()
        assert list(root) == ["asked2"]


def test_a_module_that_two_rows_of_a_distribution_name_is_asked_once(site: HookSite) -> None:
    site.plugin("acts-one", entries(ASKED))
    rows = {"activation": "acts_one_hooks", GROUP: "acts_one_hooks"}
    site.install("acts-one", {HOOKS: rows})
    with site.asked() as root:
        assert (list(root), root.problems()) == (["asked1"], [])


def test_it_says_whose_hooks_were_asked_because_an_install_is_editable(site: HookSite) -> None:
    source = entries(f"[{ONE}]")
    text = json.dumps({"url": "file:///src", "dir_info": {"editable": True}})
    (site.plugin("acts-data") / "direct_url.json").write_text(text)
    (site.plugin("acts-a", source) / "direct_url.json").write_text(text)
    site.plugin("acts-b", source, requires=["acts-data"])
    site.plugin("acts-c", source)
    with site.asked() as root:
        hooks = current_environment().hooks(GROUP)
        assert [module.cache_status.reason for module in hooks.modules] == ["not asked"] * 3
        root.entries()
        hooks = current_environment().hooks(GROUP)
        assert [module.cache_status for module in hooks.modules] == [
            ("editable", "acts-a"),
            ("editable", "acts-data"),
            ("kept", ""),
        ]


def test_whether_any_module_has_a_hook_is_known_from_what_is_kept(site: HookSite) -> None:
    lookup = "@hookimpl\ndef registry_core_lookup(): ...\n"
    site.plugin("acts-one", entries(f"[{ONE}]") + lookup)
    for _ in range(2):
        with site.asked() as root:
            root.entries()
            hooks = current_environment().hooks(GROUP)
            assert hooks.implement("registry_core_lookup")
            assert not hooks.implement("registry_core_build")
    assert site.is_kept()


def test_a_registry_without_hooks_has_none(site: HookSite) -> None:
    with site.asked():
        hooks = current_environment().hooks(GROUP)
        assert (hooks.modules, hooks.blocked) == ((), ())
        assert not hooks.implement("registry_core_lookup")
        assert Registry("activation", scope="acts").problems() == []
