"""Hook modules of several distributions in one manager: their order, and that each is alone."""

import sys
from importlib import import_module

import pytest
from hooks.hook_site import GROUP, HOOKS, HookSite, entries

from registry_core import EntryNotFound, Policy, Registry, current_environment

MARKS = {"acts-a": "trylast=True", "acts-b": "", "acts-c": "tryfirst=True", "acts-d": ""}
ORDERS = [((), "cbda"), (("acts-d", "acts-a"), "cdba")]


def lookup(answer: str, options: str = "") -> str:
    return f"@hookimpl({options})\ndef registry_core_lookup(name):\n    return {answer}\n"


def hint(text: str, options: str = "") -> str:
    return f"@hookimpl({options})\ndef registry_core_missing():\n    return {text!r}\n"


def wrapper(options: str = "", letter: str = "") -> str:
    return (
        f"@hookimpl(wrapper=True, {options})\ndef registry_core_build(kwargs):\n"
        f"    kwargs['steps'] = kwargs.get('steps', '') + {letter!r}\n    return (yield)\n"
    )


@pytest.mark.parametrize(("preferred", "order"), ORDERS)
@pytest.mark.parametrize("is_kept", [False, True])
def test_tryfirst_and_trylast_order_the_hooks_of_several_distributions(
    site: HookSite, preferred: tuple[str, ...], order: str, *, is_kept: bool
) -> None:
    for name, options in MARKS.items():
        letter = name[-1]
        known = f"ASKED.append(name) or (Entry('x', 'a:A') if name == {letter!r} else None)"
        site.plugin(name, lookup(known, options) + hint(letter, options))
    if is_kept:
        site.listing()
    with site.in_use(
        policy=Policy.of(prefer=preferred), variables={"REGISTRY_CORE_CACHE": str(site.cache)}
    ):
        root = Registry("activation", scope="acts")
        with pytest.raises(EntryNotFound) as raised:
            root["nothing"]
        assert raised.value.hints == tuple(order)
        # The first answer counts: later modules are not asked.
        for number, letter in enumerate(order):
            hooks = current_environment().hooks(GROUP)
            answer = hooks.lookup("", letter)
            assert answer is not None
            assert answer.provider.name == f"acts-{letter}"
            asked = {n: import_module(f"acts_{n}_hooks").ASKED.count(letter) for n in order}
            assert [asked[n] for n in order] == [1] * (number + 1) + [0] * (3 - number)


@pytest.mark.parametrize(("preferred", "order"), ORDERS)
def test_wrappers_nest_in_that_order_the_first_outermost(
    site: HookSite, preferred: tuple[str, ...], order: str
) -> None:
    for name, options in MARKS.items():
        site.plugin(name, wrapper(options, name[-1]))
    with site.in_use(policy=Policy.of(prefer=preferred)):
        root = Registry("activation", scope="acts")
        root.register_module("Counter", module=dict)
        assert root.build({"type": "Counter"}) == {"steps": order}


def test_a_distribution_whose_entries_come_first_in_that_order_is_asked_first(
    site: HookSite,
) -> None:
    site.plugin("acts-a", entries("__import__('acts_log').LOG.append('a') or []"))
    first = entries("__import__('acts_log').LOG.append('b') or []", "@hookimpl(tryfirst=True)")
    site.plugin("acts-b", first)
    site.install("acts-log", "", {"acts_log.py": "LOG = []"})
    with site.asked() as root:
        assert root.entries() == []
        assert import_module("acts_log").LOG == ["b", "a"]


def test_two_distributions_may_name_one_module(site: HookSite) -> None:
    source = entries("[Entry('one', 'a:A')]") + lookup("Entry(name, 'collections:Counter')")
    site.plugin("acts-a", source)
    site.install("acts-b", {HOOKS: {"activation": "acts_a_hooks"}})
    with site.asked() as root:
        modules = current_environment().hooks(GROUP).modules
        assert [module.provider.name for module in modules] == ["acts-a", "acts-b"]
        assert [entry.name for module in modules for entry in module.entries()] == ["one", "one"]
        for name in ("acts-a", "acts-b"):
            answer = current_environment().hooks(GROUP).lookup("", "hub", name)
            assert answer is not None
            assert answer.provider.name == name
        current_environment().block("acts-a")
        assert root.resolve("one").provider.name == "acts-b"


def test_a_module_that_pluggy_refuses_leaves_no_trace(site: HookSite) -> None:
    refused = lookup("ASKED.append(name)") + "@hookimpl\ndef registry_core_entries(surprise): ...\n"
    site.plugin("acts-a", refused + wrapper(letter="a"))
    site.plugin("acts-b", lookup("Entry(name, 'collections:Counter')") + wrapper(letter="b"))
    with site.asked() as root:
        assert root["hub"].__name__ == "Counter"
        assert root.build({"type": "hub"}) == {"steps": "b"}
        (problem,) = root.problems()
        assert problem.provider.name == "acts-a"
        assert import_module("acts_a_hooks").ASKED == []


def test_a_module_that_was_refused_is_tried_again_once_it_is_mended(site: HookSite) -> None:
    site.plugin("acts-a", "@hookimpl\ndef registry_core_entries(surprise): ...\n")
    with site.asked() as root:
        assert len(root.problems()) == 1
        site.plugin("acts-a", entries("[Entry('mended', 'a:A')]"))
        del sys.modules["acts_a_hooks"]
        # After a change of policy, a module that failed is imported again.
        current_environment().prefer("acts-a")
        assert (root.problems(), list(root)) == ([], ["mended"])


def test_a_hook_of_a_later_release_that_is_optional_is_no_problem(site: HookSite) -> None:
    later = "@hookimpl(optionalhook=True)\ndef registry_core_some_day(registry, more): ...\n"
    site.plugin("acts-a", later + entries("[Entry('one', 'a:A')]"))
    with site.asked() as root:
        assert (list(root), root.problems()) == (["one"], [])


def test_a_hook_that_is_marked_with_pluggys_own_marker_is_held_to_the_same(site: HookSite) -> None:
    source = "from pluggy import HookimplMarker\n@HookimplMarker('registry_core')(specname='x')\n"
    site.plugin("acts-a", source + "def registry_core_entries(): return []\n")
    with site.asked() as root:
        (problem,) = root.problems()
        assert "hookimpl takes no 'specname'" in problem.what


def test_a_helper_may_be_bound_to_the_name_of_a_hook(site: HookSite) -> None:
    source = (
        "def made():\n    return [Entry('one', 'a:A')]\nregistry_core_entries = hookimpl(made)\n"
    )
    site.plugin("acts-a", source)
    with site.asked() as root:
        assert (list(root), root.problems()) == (["one"], [])


def test_an_object_may_stand_for_a_module(site: HookSite) -> None:
    source = (
        "class Plugin:\n"
        "    @hookimpl\n"
        "    def registry_core_entries(self):\n"
        "        return [Entry('one', 'a:A')]\n"
        "    def __eq__(self, other):\n"
        "        return True\n"
        "PLUGIN = Plugin()\n"
    )
    site.plugin("acts-a", source)
    site.install("acts-a", {HOOKS: {"activation": "acts_a_hooks:PLUGIN"}})
    site.plugin("acts-b", entries("[Entry('two', 'a:A')]"))
    with site.asked() as root:
        assert (list(root), root.problems()) == (["one", "two"], [])


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("@hookimpl", "registry_core_build is not marked hookimpl(wrapper=True)"),
        ("@hookimpl(hookwrapper=True)", "hookimpl takes no 'hookwrapper'"),
        ("@depends_on('x')", "depends_on has no effect here"),
    ],
)
def test_what_is_refused_where_it_is_written_is_a_problem_in_its_words(
    site: HookSite, mark: str, reason: str
) -> None:
    site.plugin("acts-a", f"{mark}\ndef registry_core_build(): yield\n")
    with site.asked() as root:
        (problem,) = root.problems()
        assert problem.what.startswith(f"the hook module failed: TypeError: {reason}")
