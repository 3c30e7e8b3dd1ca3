"""A hook that fails costs its own answer alone, and the distribution is named."""

import sys
from importlib import import_module

import pytest

from registry_core import BuildError, EntryNotFound, HookError, Registry, RegistryError
from registry_core.testing import Site

GROUP = "registry_core.activation"
HOOKS = "registry_core.hooks"
HEAD = "from registry_core import Entry, hookimpl\n"


def answering(site: Site, name: str, source: str) -> None:
    """Install a distribution whose hook module is `source`."""
    module = f"{name.replace('-', '_')}_hooks"
    site.install(name, {HOOKS: {"activation": module}}, {f"{module}.py": HEAD + source})


def good(site: Site) -> None:
    """Install a distribution with an entry, and one that knows every name in a hub."""
    site.install("acts-extra", {f"{GROUP}.extra": {"Swish": "collections:Counter"}})
    answering(
        site,
        "acts-good",
        "@hookimpl\n"
        "def registry_core_entries():\n"
        "    return [Entry('good', 'collections:Counter')]\n"
        "@hookimpl\n"
        "def registry_core_lookup(name):\n"
        "    return Entry(name, 'collections:deque') if name[:4] == 'hub/' else None\n"
        "@hookimpl\n"
        "def registry_core_missing():\n"
        "    return 'ask acts-good'\n",
    )


BROKEN_MODULES = {
    "import no_such_module": "importing 'acts_bad_hooks' raised ModuleNotFoundError",
    "raise SystemExit(3)": "importing 'acts_bad_hooks' raised SystemExit: 3",
    "def broken(": "importing 'acts_bad_hooks' raised SyntaxError",
    "@hookimpl\ndef registry_core_entries(registry, surprise): ...": "surprise",
    "@hookimpl\ndef registry_core_entrys(): ...": "registry_core_entrys",
    "@hookimpl\ndef registry_core_build(entry): ...": (
        "TypeError: registry_core_build is not marked hookimpl(wrapper=True)"
    ),
    "@hookimpl(wrapper=True)\ndef registry_core_build(entry): ...": "wrapper",
}


@pytest.mark.parametrize(("source", "reason"), BROKEN_MODULES.items())
def test_a_hook_module_that_cannot_be_used_is_a_problem_and_hides_no_entry(
    plugin_site: Site, source: str, reason: str
) -> None:
    good(plugin_site)
    answering(plugin_site, "acts-bad", source)
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        assert [entry.key for entry in root.entries()] == ["good", "extra.Swish"]
        (problem,) = root.problems()
        assert str(problem).startswith(
            "acts-bad 0.1.0: registry_core.hooks: the hook module failed: "
        )
        assert reason in problem.what
        assert problem.fix == "tell its authors"


@pytest.mark.parametrize("source", BROKEN_MODULES)
def test_a_hook_module_that_cannot_be_used_keeps_nobody_from_building(
    plugin_site: Site, source: str
) -> None:
    good(plugin_site)
    answering(plugin_site, "acts-bad", source)
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        root.register_module("Counter", module=dict)
        for name in ("Counter", "good", "extra.Swish"):
            assert root.build({"type": name, "a": 1}) == {"a": 1}


@pytest.mark.parametrize("source", BROKEN_MODULES)
def test_a_hook_module_that_cannot_be_used_keeps_no_other_from_answering(
    plugin_site: Site, source: str
) -> None:
    good(plugin_site)
    answering(plugin_site, "acts-bad", source)
    with plugin_site.in_use():
        assert Registry("activation")["hub/x"].__name__ == "deque"


@pytest.mark.parametrize("source", BROKEN_MODULES)
def test_where_a_name_is_not_found_the_error_names_the_hook_module_that_cannot_be_used(
    plugin_site: Site, source: str
) -> None:
    good(plugin_site)
    answering(plugin_site, "acts-bad", source)
    with plugin_site.in_use():
        with pytest.raises(RegistryError, match=r"the hook module of acts-bad 0\.1\.0 failed: "):
            Registry("activation")["unknown"]
        with pytest.raises(EntryNotFound, match="ask acts-good") as raised:
            Registry("activation").resolve("unknown")
        assert "the hook module of acts-bad 0.1.0 failed: " in str(raised.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return 'text'", "TypeError: it must return or yield entries, but returned str"),
        (
            "return Entry('one', 'a:A')",
            "TypeError: it must return or yield entries, but returned one Entry",
        ),
        ("return [3]", "TypeError: expected an Entry, but got int"),
        ("return 3", "TypeError: it must return or yield entries, but returned int"),
        ("yield Entry('half', 'a:A'); raise ValueError('half way')", "ValueError: half way"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("raise KeyError('k')", "KeyError: 'k'"),
    ],
)
def test_a_hook_that_fails_to_compute_its_entries_is_a_problem_and_none_of_them_count(
    plugin_site: Site, body: str, reason: str
) -> None:
    good(plugin_site)
    answering(plugin_site, "acts-bad", f"@hookimpl\ndef registry_core_entries():\n    {body}\n")
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        assert [entry.key for entry in root.entries()] == ["good", "extra.Swish"]
        assert [str(problem) for problem in root.problems()] == [
            "acts-bad 0.1.0: registry_core.hooks: the hook registry_core_entries failed: "
            f"{reason}; tell its authors"
        ]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("3, 'a:A'", "3', its name is not a str"),
        ("'', 'a:A'", "', it is empty"),
        ("'two words', 'a:A'", "two words', it holds white space"),
        ("'a=b', 'a:A'", "a=b', it holds '='"),
        ("'#a', 'a:A'", "#a', it starts with '#'"),
        ("'x', 'a:A', scope=3", "x', its scope is not a str"),
        ("'x', 'a:A', scope='a-b'", r"x', the scope 'a-b' is malformed: each segment must match"),
        ("'x', 'a:A', kwargs=[1]", "x', its kwargs is not a mapping"),
        ("'x', 'a:A', metadata=1", "x', its metadata is not a mapping"),
        ("'x', 'a'", "x', 'a' needs the form 'module:attribute'"),
        (
            "'x', 'no-name:A'",
            "x', 'no-name:A' is not a target: 'no-name' is not a dotted Python name",
        ),
        ("'x', print", "x', the target must be a str, but is builtin_function_or_method"),
    ],
)
def test_a_malformed_computed_entry_is_a_problem_and_the_others_of_that_hook_count(
    plugin_site: Site, entry: str, fault: str
) -> None:
    answering(
        plugin_site,
        "acts-bad",
        "@hookimpl\n"
        "def registry_core_entries():\n"
        f"    return [Entry('before', 'a:A'), Entry({entry}), Entry('later', 'a:A')]\n",
    )
    with plugin_site.in_use():
        root = Registry("activation")
        assert list(root) == ["before", "later"]
        (problem,) = root.problems()
        place, _, what = fault.partition(", ")
        assert problem.where == f"registry_core_entries, '{place}"
        assert problem.what.startswith(what)
        assert str(problem).startswith("acts-bad 0.1.0: ")


LOOKUPS = {
    "raise ValueError('offline')": "ValueError: offline",
    "raise SystemExit(1)": "SystemExit: 1",
    "return 'text'": "TypeError: expected an Entry, but got str",
    "return Entry(name, 'a:A', kwargs=5)": "",
}


@pytest.mark.parametrize("body", LOOKUPS)
def test_a_lookup_that_fails_does_not_keep_another_from_answering(
    plugin_site: Site, body: str
) -> None:
    good(plugin_site)
    answering(plugin_site, "acts-bad", f"@hookimpl\ndef registry_core_lookup(name):\n    {body}\n")
    with plugin_site.in_use():
        assert Registry("activation")["hub/x"].__name__ == "deque"


@pytest.mark.parametrize(("body", "reason"), LOOKUPS.items())
def test_a_lookup_that_fails_is_named_where_no_other_answers(
    plugin_site: Site, body: str, reason: str
) -> None:
    answering(plugin_site, "acts-bad", f"@hookimpl\ndef registry_core_lookup(name):\n    {body}\n")
    with plugin_site.in_use(), pytest.raises(RegistryError) as raised:
        Registry("activation")["unknown"]
    assert "the hook registry_core_lookup of acts-bad 0.1.0 failed: " in str(raised.value)
    assert reason in str(raised.value)


def test_a_hint_that_fails_says_so_in_its_place(plugin_site: Site) -> None:
    good(plugin_site)
    answering(plugin_site, "acts-bad", "@hookimpl\ndef registry_core_missing(): return {}['a']\n")
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as raised:
        Registry("activation").resolve("unknown")
    assert raised.value.hints == (
        "the hook registry_core_missing of acts-bad 0.1.0 failed: KeyError: 'a'",
        "ask acts-good",
        "the lookup hook of acts-good 0.1.0 may know it: only loading and building ask it",
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise ValueError('mine'); yield", "ValueError: mine"),
        ("yield; raise ValueError('mine')", "ValueError: mine"),
        ("yield; raise SystemExit(1)", "SystemExit: 1"),
        ("yield; yield", "RuntimeError: "),
    ],
)
@pytest.mark.parametrize("recursive", [False, True])
def test_a_wrapper_that_fails_is_named_and_what_it_raised_is_the_cause(
    plugin_site: Site, body: str, reason: str, recursive: bool
) -> None:
    source = f"@hookimpl(wrapper=True)\ndef registry_core_build(entry):\n    {body}\n"
    answering(plugin_site, "acts-bad", source)
    with plugin_site.in_use():
        root = Registry("activation")
        root.register_module("Counter", module=dict)
        with pytest.raises(HookError) as raised:
            root.build({"type": "Counter"}, recursive=recursive)
    assert f"the hook registry_core_build of acts-bad 0.1.0 failed: {reason}" in str(raised.value)
    assert isinstance(raised.value.__cause__, (ValueError, SystemExit, RuntimeError))
    assert not isinstance(raised.value.__cause__, HookError)


@pytest.mark.parametrize("error", [ValueError("own"), StopIteration("own"), SystemExit("own")])
def test_a_wrapper_is_not_blamed_for_what_the_constructor_raises(
    plugin_site: Site, error: BaseException
) -> None:
    def failing() -> None:
        raise error

    for name in ("acts-one", "acts-two"):
        source = "@hookimpl(wrapper=True)\ndef registry_core_build(): return (yield)\n"
        answering(plugin_site, name, source)
    with plugin_site.in_use():
        root = Registry("activation")
        root.register_module(module=failing)
        with pytest.raises(BuildError) as raised:
            root.build({"type": "failing"})
    assert str(raised.value) == (
        f"building 'failing' (module {__name__}) failed: {type(error).__name__}: own"
    )
    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    "source",
    [
        "raise KeyboardInterrupt",
        "@hookimpl\ndef registry_core_entries(): raise KeyboardInterrupt",
        "@hookimpl\ndef registry_core_lookup(): raise KeyboardInterrupt",
        "@hookimpl\ndef registry_core_missing(): raise KeyboardInterrupt",
        "@hookimpl(wrapper=True)\ndef registry_core_build(): yield; raise KeyboardInterrupt",
    ],
)
def test_the_users_interrupt_passes_through_every_hook(plugin_site: Site, source: str) -> None:
    answering(plugin_site, "acts-bad", source)
    with plugin_site.in_use():
        root = Registry("activation")
        root.register_module("Counter", module=dict)
        with pytest.raises(KeyboardInterrupt):
            print(root.build({"type": "Counter"}), root["unknown"])


def test_a_hook_module_that_registers_and_then_fails_leaves_nothing_behind(
    plugin_site: Site,
) -> None:
    host = "from registry_core import Registry\nROOT = Registry('activation', scope='acts')"
    plugin_site.install("acts-host", "", {"acts_host.py": host})
    answering(
        plugin_site,
        "acts-bad",
        "from acts_host import ROOT\nROOT.register_module('Left', module=dict)\nraise ValueError\n",
    )
    with plugin_site.in_use():
        root: Registry = import_module("acts_host").ROOT
        assert len(root.problems()) == 1
        assert "Left" not in root
        assert "acts_bad_hooks" not in sys.modules
