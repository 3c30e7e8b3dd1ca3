"""Flash's registries over what is installed: listed unimported, loaded one by one."""

import copy
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from threading import Barrier
from typing import Any

import pytest
from fresh_process import python, run_python
from hooks.hook_site import HookSite, entries

from registry_core import (
    Entry,
    HookError,
    PluginLoadError,
    Policy,
    current_environment,
)
from registry_core.compat.flash import (
    ConcatRegistry,
    ExternalRegistry,
    FlashRegistry,
    FunctionNotFound,
    MetadataMismatch,
    Task,
)
from registry_core.testing import Site

GROUP = "registry_core.backbones"
HOOKS = "registry_core.hooks"

NETS = """
    def resnet(pretrained=True):
        return "resnet", pretrained

    class Vit: ...
"""


@pytest.fixture
def site(plugin_site: Site) -> Site:
    """A folder with one plugin, which declares a function, a class, and a function of a scope."""
    plugin_site.install(
        "acme-nets",
        {
            GROUP: {"resnet": "acme_nets:resnet", "vit": "acme_nets:Vit"},
            f"{GROUP}.extra": {"resnet": "acme_more:resnet"},
        },
        {"acme_nets.py": NETS, "acme_more.py": "def resnet(): return 'extra'"},
    )
    return plugin_site


def computing(site: Site, name: str, source: str) -> None:
    """Install a distribution whose hooks are `source`."""
    module = f"{name.replace('-', '_')}_hooks"
    head = "from registry_core import Entry, hookimpl\nASKED = []\n"
    site.install(name, {HOOKS: {"backbones": module}}, {f"{module}.py": head + source})


ENTRIES = """
@hookimpl
def registry_core_entries(registry):
    for depth in range(1_000):
        yield Entry(
            f"net{depth}",
            "acme_deep:make",
            kwargs={"depth": depth},
            metadata={
                "even": depth % 2 == 0,
                "providers": {"name": "acme/deep", "url": "https://acme.example"},
            },
        )
"""

LOOKUP = """
@hookimpl
def registry_core_lookup(registry, scope, name):
    ASKED.append((registry, scope, name))
    if name.startswith("hub/"):
        return Entry("any", "acme_hub:load", kwargs={"name": name}, metadata={"kind": "hub"})
"""


def named(*functions: str) -> str:
    """A module with functions that return their own names."""
    return "\n".join(f"def {name}(): return {name!r}" for name in functions)


def test_what_is_installed_is_listed_without_being_imported(site: Site) -> None:
    with site.in_use():
        registry = FlashRegistry("backbones")
        assert registry.available_keys() == ["extra.resnet", "resnet", "vit"]
        assert len(registry) == 3
        assert "resnet" in registry
        assert "extra.resnet" in registry
        assert "extra" not in registry
        assert "'extra.resnet', 'resnet', 'vit'" in repr(registry)
        providers = {str(entry.provider) for entry in registry.entries()}
        assert providers == {"acme-nets 0.1.0"}
        assert [entry.key for entry in registry.entries()] == registry.available_keys()
        assert registry.functions == []
        assert not {"acme_nets", "acme_more"} & sys.modules.keys()


def test_getting_imports_what_is_returned_and_nothing_else(site: Site) -> None:
    with site.in_use():
        registry = FlashRegistry("backbones")
        found = registry.get("resnet")
        assert found(pretrained=False) == ("resnet", False)
        assert registry.get("resnet") is found
        assert "acme_nets" in sys.modules
        assert "acme_more" not in sys.modules
        assert registry.get("extra.resnet")() == "extra"
        assert registry.get("vit", with_metadata=True) == {
            "fn": sys.modules["acme_nets"].Vit,
            "name": "vit",
            "metadata": {},
        }


ASKING = """
import sys
from registry_core.compat.flash import FlashRegistry
def plugins():
    return sorted(name for name in sys.modules if name.startswith("acme"))
nets = FlashRegistry("nets", group="acme.fresh")
print(nets.available_keys(), len(nets), "extra.vit" in nets, len(nets.entries()), nets, plugins())
nets.get("extra.vit")
print(plugins())
"""


def test_nothing_is_imported_by_asking_in_a_fresh_process(plugin_site: Site) -> None:
    # A group of its own, so that nothing that happens to be installed is in it.
    groups = {"acme.fresh": {"net": "acme_net:net"}, "acme.fresh.extra": {"vit": "acme_vit:vit"}}
    modules = {"acme_net.py": named("net"), "acme_vit.py": named("vit")}
    plugin_site.install("acme-fresh", groups, modules)
    asked, loaded = python(ASKING, folder=plugin_site.folder).splitlines()
    said = "FlashRegistry(name=nets, functions='extra.vit', 'net')"
    assert asked == f"['extra.vit', 'net'] 2 True 2 {said} []"
    assert loaded == "['acme_vit']"


def test_a_registry_with_a_group_of_its_own_sees_that_group_alone(site: Site) -> None:
    site.install("other", {"acme.nets": {"mine": "other_nets:mine"}}, {"other_nets.py": ""})
    with site.in_use():
        assert FlashRegistry("backbones", group="acme.nets").available_keys() == ["mine"]
        assert FlashRegistry("necks").available_keys() == []


def test_what_code_registers_comes_before_what_is_installed(site: Site) -> None:
    with site.in_use():
        registry = FlashRegistry("backbones")
        registry(fn=dict, name="resnet", depth=1)
        assert registry.get("resnet") is dict
        assert "acme_nets" not in sys.modules
        mine, installed = registry.get("resnet", strict=False)
        assert mine is dict
        assert installed() == ("resnet", True)
        assert registry.available_keys() == ["extra.resnet", "resnet", "resnet", "vit"]
        assert len(registry) == 4
        assert [str(entry.provider) for entry in registry.entries() if entry.key == "resnet"] == [
            f"module {__name__}",
            "acme-nets 0.1.0",
        ]
        assert registry.entries(depth=1) == [
            Entry("resnet", dict, "", {}, {"depth": 1}, GROUP, registry.entries()[1].provider)
        ]


def test_a_function_that_is_declared_and_registered_is_one(site: Site) -> None:
    site.install(
        "acme-both",
        {GROUP: {"both": "acme_both:both"}},
        {
            "acme_both.py": """
                from acme_registry import BACKBONES

                @BACKBONES(name="both", depth=5, providers="acme")
                def both(): ...
            """,
            "acme_registry.py": """
                from registry_core.compat.flash import FlashRegistry
                BACKBONES = FlashRegistry("backbones")
            """,
        },
    )
    with site.in_use():
        registry = import_module("acme_registry").BACKBONES
        before = registry.available_keys()
        found = registry.get("both", with_metadata=True)
        assert found["metadata"] == {"depth": 5, "providers": "acme"}
        assert found["fn"].__wrapped__ is sys.modules["acme_both"].both
        assert registry.available_keys() == before
        assert len(registry) == len(before)
        (entry,) = registry.entries(depth=5)
        assert (str(entry.provider), entry.key) == ("acme-both 0.1.0", "both")
        assert registry.get("both", strict=False, depth=5) == [found["fn"]]


HOST = """
    from registry_core.compat.flash import FlashRegistry
    BACKBONES, OTHER = FlashRegistry("backbones"), FlashRegistry("backbones")
    def keep(fn):
        BACKBONES(fn)
"""


def test_a_function_that_is_registered_without_metadata_keeps_that_of_its_entry(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    source = "yield Entry('net', 'acme_net:net', metadata={'depth': 5, 'providers': 'acme'})"
    computing(site, "acme-net", f"@hookimpl\ndef registry_core_entries(registry):\n    {source}\n")
    (site.folder / "acme_net.py").write_text(
        "from acme_host import BACKBONES\n@BACKBONES\ndef net(): return 5\n"
    )
    site.install("acme-host", {}, {"acme_host.py": HOST})
    with site.in_use(), caplog.at_level("INFO", "registry_core.compat.flash"):
        registry = import_module("acme_host").BACKBONES
        found = registry.get("net", depth=5)
        assert found() == 5
        assert registry.get("net") is found
        assert registry.available_keys().count("net") == 1
        assert registry.get("net", with_metadata=True)["metadata"]["depth"] == 5
    assert caplog.messages == ["Using 'net' provided by acme."]


def test_a_function_and_an_entry_that_binds_its_arguments_are_two(site: Site) -> None:
    source = "yield Entry('net', 'acme_net:net', kwargs={'depth': 5})"
    computing(site, "acme-net", f"@hookimpl\ndef registry_core_entries(registry):\n    {source}\n")
    (site.folder / "acme_net.py").write_text(
        "from acme_host import BACKBONES\n@BACKBONES\ndef net(depth=1): return depth\n"
    )
    site.install("acme-host", {}, {"acme_host.py": HOST})
    with site.in_use():
        registry = import_module("acme_host").BACKBONES
        assert registry.get("net")() == 5
        assert [each() for each in registry.get("net", strict=False)] == [1, 5]


def test_a_hook_may_look_at_the_registry_that_it_computes_for(site: Site) -> None:
    source = (
        "@hookimpl\ndef registry_core_entries(registry):\n"
        "    from acme_host import BACKBONES, OTHER\n"
        "    known = len(BACKBONES), len(OTHER)\n"
        "    yield Entry('net', 'acme_nets:resnet', metadata={'known': known})\n"
    )
    computing(site, "acme-net", source)
    site.install("acme-host", {}, {"acme_host.py": HOST})
    with site.in_use():
        host = import_module("acme_host")
        assert "net" in host.BACKBONES
        assert "net" in host.OTHER
        assert len(host.OTHER.entries(known=(3, 3))) == 1


def test_which_plugin_is_imported_first_changes_no_order(site: Site) -> None:
    source = """
        from acme_registry import BACKBONES
        @BACKBONES(name="net")
        def net(): return __name__
    """
    for name in ("one", "two"):
        site.install(name, {GROUP: {"net": f"acme_{name}:net"}}, {f"acme_{name}.py": source})
    made = "from registry_core.compat.flash import FlashRegistry as F\nBACKBONES = F('backbones')"
    site.install("owner", {}, {"acme_registry.py": made})
    with site.in_use():
        import_module("acme_two")
        registry = import_module("acme_registry").BACKBONES
        assert registry.get("net")() == "acme_one"
        assert [each() for each in registry.get("net", strict=False)] == ["acme_one", "acme_two"]
        assert len(registry.get("net", strict=False)) == 2


def rivals(site: Site) -> None:
    """Two more distributions that provide `net`, and tell it apart by metadata."""
    for name in ("b-nets", "a-nets"):
        word = name[0]
        source = (
            "@hookimpl\ndef registry_core_entries(registry):\n"
            f"    yield Entry('net', '{word}_nets:{word}', metadata={{'of': {word!r}}})\n"
        )
        computing(site, name, source)
        (site.folder / f"{word}_nets.py").write_text(named(word))


def test_two_distributions_with_one_name_are_two_functions_of_it(site: Site) -> None:
    rivals(site)
    with site.in_use():
        registry = FlashRegistry("backbones")
        assert registry.available_keys().count("net") == 2
        assert registry.get("net")() == "a"
        assert "b_nets" not in sys.modules
        assert registry.get("net", of="b")() == "b"
        assert [each() for each in registry.get("net", strict=False)] == ["a", "b"]
        assert [entry.metadata["of"] for entry in registry.entries() if entry.name == "net"] == [
            "a",
            "b",
        ]


def test_the_preferred_distribution_comes_first_and_the_other_stays(site: Site) -> None:
    rivals(site)
    with site.in_use() as environment:
        registry = FlashRegistry("backbones")
        assert registry.get("net")() == "a"
        environment.prefer("b-nets")
        assert registry.get("net")() == "b"
        assert [each() for each in registry.get("net", strict=False)] == ["b", "a"]
        assert registry.get("net", of="a")() == "a"
        environment.block("b-nets")
        assert [each() for each in registry.get("net", strict=False)] == ["a"]


def test_a_name_with_a_dot_and_a_scope_that_is_spelled_the_same_are_two_functions(
    site: Site,
) -> None:
    site.install(
        "dotted", {GROUP: {"extra.resnet": "dotted_nets:net"}}, {"dotted_nets.py": named("net")}
    )
    with site.in_use():
        registry = FlashRegistry("backbones")
        assert registry.available_keys().count("extra.resnet") == 2
        assert [each() for each in registry.get("extra.resnet", strict=False)] == ["extra", "net"]


def test_a_thousand_names_that_a_hook_computes_are_listed_and_one_is_loaded(site: Site) -> None:
    computing(site, "acme-deep", ENTRIES)
    (site.folder / "acme_deep.py").write_text("def make(depth, pretrained=True): return depth\n")
    with site.in_use():
        registry = FlashRegistry("backbones")
        assert len(registry) == 1_003
        assert len(registry.entries(even=True)) == 500
        assert "net999" in registry
        assert "acme_deep" not in sys.modules
        assert registry.get("net7")() == 7
        assert registry.get("net7", even=False) is registry.get("net7")
        with pytest.raises(MetadataMismatch, match="acme-deep 0.1.0 with 'even', 'providers'"):
            registry.get("net7", even=True)
        with pytest.raises(FunctionNotFound, match="and 995 more]; did you mean 'net123'"):
            registry.get("nett123")


@pytest.mark.parametrize(
    ("providers", "words"),
    [
        ({"name": "acme", "url": "https://acme.example"}, "acme (https://acme.example)"),
        ([{"name": "acme"}, "others"], "acme and others"),
        ("acme", "acme"),
        ("ac\x1bme", "ac\\x1bme"),
    ],
)
def test_the_providers_of_what_is_installed_are_data_and_shown_alike(
    site: Site, caplog: pytest.LogCaptureFixture, providers: object, words: str
) -> None:
    source = (
        "@hookimpl\ndef registry_core_entries(registry):\n"
        f"    yield Entry('net', 'acme_nets:resnet', metadata={{'providers': {providers!r}}})\n"
        f"    yield Entry('cls', 'acme_nets:Vit', metadata={{'providers': {providers!r}}})\n"
    )
    computing(site, "acme-shown", source)
    with site.in_use(), caplog.at_level("INFO", "registry_core.compat.flash"):
        registry = FlashRegistry("backbones")
        found = registry.get("net")
        assert caplog.messages == []
        assert found(pretrained=False) == ("resnet", False)
        assert registry.get("net") is found
        registry.get("cls")
    assert caplog.messages == [
        f"Using 'net' provided by {words}.",
        f"Using 'cls' provided by {words}.",
    ]


def shown_by(code: str, **variables: str) -> str:
    """What a fresh process writes to stderr when it uses a function that has a provider."""
    head = (
        "import logging, sys\n"
        "from registry_core.compat.flash import FlashRegistry\n"
        "nets = FlashRegistry('nets', group='acme.shown')\n"
        "nets(fn=lambda: None, name='net', providers='acme')\n"
    )
    finished = run_python("-c", f"{head}{code}\nnets.get('net')()", variables=variables)
    assert finished.returncode == 0
    return finished.stderr


def test_providers_are_shown_on_stderr_where_no_logging_is_configured() -> None:
    line = "Using 'net' provided by acme.\n"
    assert shown_by("") == line
    assert shown_by("logging.basicConfig(level='WARNING')") == ""
    assert (
        shown_by("logging.basicConfig(level='INFO')") == f"INFO:registry_core.compat.flash:{line}"
    )
    assert shown_by("sys.stderr = None") == ""


def test_of_several_processes_the_first_alone_shows_providers() -> None:
    assert shown_by("", RANK="0", LOCAL_RANK="1")
    assert shown_by("", RANK="1") == ""
    assert shown_by("", SLURM_PROCID="3") == ""


def test_an_open_ended_name_is_asked_of_the_lookup_hooks(site: Site) -> None:
    computing(site, "acme-hub", LOOKUP)
    (site.folder / "acme_hub.py").write_text("def load(name, size=1): return name, size\n")
    with site.in_use():
        registry = FlashRegistry("backbones")
        assert "hub/any" not in registry
        assert "acme_hub_hooks" not in sys.modules or not sys.modules["acme_hub_hooks"].ASKED
        found = registry.get("hub/any")
        assert found(size=2) == ("hub/any", 2)
        assert isinstance(found, partial)
        assert registry.get("hub/any", strict=False) == [found]
        assert registry.get("hub/any", True, kind="hub")["metadata"] == {"kind": "hub"}
        with pytest.raises(MetadataMismatch):
            registry.get("hub/any", kind="other")
        assert sys.modules["acme_hub_hooks"].ASKED == [(GROUP, "", "hub/any")]
        with pytest.raises(FunctionNotFound):
            registry.get("elsewhere/any")
        registry.remove("hub/any")
        with pytest.raises(FunctionNotFound):
            registry.get("hub/any")


def test_in_a_sum_a_lookup_hook_is_asked_before_who_lists_no_names(site: Site) -> None:
    computing(site, "acme-hub", LOOKUP)
    (site.folder / "acme_hub.py").write_text("def load(name): return 'hook'\n")
    with site.in_use():
        registry = FlashRegistry("backbones")
        silent = ExternalRegistry(lambda key: ("silent", key), "silent")
        listing = ExternalRegistry(lambda key: ("listed", key), "listing", keys=["hub/a"])
        assert (registry + silent).get("hub/a")() == "hook"
        assert (registry + silent).get("other")() == ("silent", "other")
        assert (registry + listing).get("hub/a")() == ("listed", "hub/a")
        assert ConcatRegistry(registry).get("hub/a", strict=False)[0]() == "hook"
        assert ConcatRegistry(registry).get("other", strict=False) == []
        with pytest.raises(FunctionNotFound, match="No matches found in registry"):
            ConcatRegistry(registry).get("other")


def test_a_kept_answer_that_the_hook_gives_no_longer_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    site = HookSite(tmp_path)
    site.plugin("acts-one", entries("eval(__import__('os').environ['ACTS'])"))
    monkeypatch.setenv("ACTS", "[Entry('one', 'collections:Counter'), Entry('two', 'a:A')]")
    site.listing()
    monkeypatch.setenv("ACTS", "[Entry('one', 'collections:deque')]")
    with site.asked() as native:
        registry = FlashRegistry("activation", group=native.group)
        assert registry.available_keys() == ["one", "two"]
        assert registry.get("one").__name__ == "deque"
        assert registry.available_keys() == ["one"]


def test_a_lookup_hook_that_fails_is_named(site: Site) -> None:
    computing(
        site, "bad-hub", "@hookimpl\ndef registry_core_lookup(name):\n    raise OSError('down')\n"
    )
    with site.in_use(), pytest.raises(HookError, match="bad-hub 0.1.0 failed: OSError: down"):
        FlashRegistry("backbones").get("any")


def test_another_spelling_of_an_installed_name_is_no_key(site: Site) -> None:
    computing(site, "acme-hub", LOOKUP)
    with site.in_use():
        registry = FlashRegistry("backbones")
        # A native registry climbs from the scope, and finds the vit of the root.
        with pytest.raises(FunctionNotFound, match="did you mean 'vit' or 'extra.resnet'"):
            registry.get("extra.vit")
        assert "extra.vit" not in registry


def test_removing_an_installed_name_hides_it_in_that_registry_alone(site: Site) -> None:
    with site.in_use():
        registry, other = FlashRegistry("backbones"), FlashRegistry("backbones")
        registry.remove("resnet")
        assert registry.available_keys() == ["extra.resnet", "vit"]
        assert "resnet" not in registry
        assert len(registry) == 2
        assert len(registry.entries()) == 2
        with pytest.raises(FunctionNotFound, match="Key: resnet is not in"):
            registry.get("resnet")
        registry(fn=dict, name="resnet")
        assert registry.get("resnet", strict=False) == [dict]
        assert "resnet" in other


def test_what_is_blocked_is_gone_and_the_error_says_so(site: Site) -> None:
    with site.in_use(policy=Policy.of(block=["acme-nets"])):
        registry = FlashRegistry("backbones")
        assert registry.available_keys() == []
        with pytest.raises(FunctionNotFound, match="acme-nets 0.1.0 has it, but is blocked"):
            registry.get("resnet")


def test_a_hint_of_a_hook_is_part_of_the_error(site: Site) -> None:
    hint = "@hookimpl\ndef registry_core_missing(key):\n    return f'pip install acme-{key}'\n"
    computing(site, "acme-hints", hint)
    with site.in_use(), pytest.raises(FunctionNotFound, match="; pip install acme-swin"):
        FlashRegistry("backbones").get("swin")


def test_a_refresh_sees_what_was_installed_since(site: Site) -> None:
    with site.in_use():
        registry = FlashRegistry("backbones")
        assert "late" not in registry
        site.install("late", {GROUP: {"late": "late_nets:late"}}, {"late_nets.py": named("late")})
        current_environment().refresh()
        assert registry.get("late")() == "late"
        site.uninstall("late")
        current_environment().refresh()
        assert "late" not in registry
        with pytest.raises(FunctionNotFound):
            registry.get("late")


def test_a_broken_plugin_is_listed_and_named_when_it_is_got(site: Site) -> None:
    site.install("bad-nets", {GROUP: {"bad": "bad_nets:bad"}}, {"bad_nets.py": "1 / 0"})
    with site.in_use():
        registry = FlashRegistry("backbones")
        assert "bad" in registry.available_keys()
        with pytest.raises(PluginLoadError, match="provided by bad-nets 0.1.0") as caught:
            registry.get("bad")
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
        assert registry.get("resnet")() == ("resnet", True)


def test_a_metadata_file_that_cannot_be_read_costs_its_own_distribution(site: Site) -> None:
    site.install("torn", b"[registry_core.backbones]\n\xff = x:y\nno equals sign\n")
    with site.in_use():
        assert FlashRegistry("backbones").available_keys() == ["extra.resnet", "resnet", "vit"]


def failing(site: Site, registers: str) -> Any:
    """A registry of a host, and a plugin whose module registers something and then fails."""
    site.install(
        "failing",
        {GROUP: {"late": "acme_failing:late"}},
        {
            "acme_failing.py": f"from acme_host import BACKBONES\n{registers}\n1 / 0\n",
            "acme_host.py": f"{dedent(HOST)}\nBACKBONES(fn=dict, name='own', depth=1)\n",
        },
    )
    return import_module("acme_host").BACKBONES


def test_a_plugin_whose_import_fails_leaves_nothing_behind(site: Site) -> None:
    with site.in_use():
        registers = "BACKBONES(fn=list, name='new')\nBACKBONES(fn=list, name='own', depth=2)"
        registry = failing(site, registers)
        for _ in range(2):
            with pytest.raises(PluginLoadError):
                registry.get("late")
            assert "new" not in registry
            assert registry.functions == [{"fn": dict, "name": "own", "metadata": {"depth": 1}}]


def test_what_a_failing_plugin_replaced_is_put_back(site: Site) -> None:
    with site.in_use():
        replace = "BACKBONES(fn={}, name='own', override=True, depth=1)"
        registry = failing(site, "\n".join(map(replace.format, ("list", "set"))))
        with pytest.raises(PluginLoadError):
            registry.get("late")
        assert registry.functions == [{"fn": dict, "name": "own", "metadata": {"depth": 1}}]


def test_a_failing_plugin_is_not_put_back_for_another_that_fails_with_it(site: Site) -> None:
    inner = "from acme_host import BACKBONES\nBACKBONES(fn=set, name='new', override=True)\n1 / 0\n"
    (site.folder / "acme_inner.py").write_text(inner)
    with site.in_use():
        registry = failing(site, "BACKBONES(fn=list, name='new')\nimport acme_inner")
        with pytest.raises(PluginLoadError):
            registry.get("late")
        assert "new" not in registry


def test_what_a_failing_plugin_lets_another_module_register_is_taken_back(site: Site) -> None:
    with site.in_use():
        registry = failing(site, "from acme_host import keep\ndef kept(): ...\nkeep(kept)")
        with pytest.raises(PluginLoadError):
            registry.get("late")
        assert "kept" not in registry


LOUD = """
    from registry_core.compat.flash import FlashRegistry
    class Loud(FlashRegistry):
        def _register_function(self, fn, name=None, override=False, metadata=None):
            super()._register_function(fn, name.upper(), override, metadata)
"""


def test_the_provider_of_what_code_registers_is_the_module_that_does(plugin_site: Site) -> None:
    plugin_site.install("acme-loud", {}, {"acme_loud.py": LOUD})
    with plugin_site.in_use():
        loud = import_module("acme_loud").Loud("loud")
        loud(fn=dict, name="given")
        loud(name="decorated")(list)
        assert {str(entry.provider) for entry in loud.entries()} == {f"module {__name__}"}
        registry, more = FlashRegistry("backbones"), FlashRegistry("more")
        registry(fn=dict, name="given")
        registry(name="decorated")(list)
        registry()(named)
        (more + registry)(fn=set, name="in a sum")
        assert {str(entry.provider) for entry in registry.entries()} == {f"module {__name__}"}
        assert len(registry.entries()) == 4


def test_what_is_put_into_functions_by_hand_is_what_an_entry_stands_for(site: Site) -> None:
    with site.in_use():
        registry = FlashRegistry("backbones")
        resnet = registry.get("resnet")
        registry.functions.append({"fn": resnet, "name": "resnet", "metadata": {"depth": 18}})
        registry.functions.append({"fn": resnet, "name": "mine"})
        assert registry.available_keys() == ["extra.resnet", "mine", "resnet", "vit"]
        (entry,) = registry.entries(depth=18)
        assert str(entry.provider) == "acme-nets 0.1.0"
        assert str(registry.entries()[1].provider) == "module acme_nets"
        assert registry.get("resnet", depth=18) is registry.get("mine") is resnet
        registry.functions = []
        assert registry.get("resnet", with_metadata=True)["metadata"] == {}


def test_a_registry_pickles_and_copies_with_what_code_registered(site: Site) -> None:
    with site.in_use():
        registry = FlashRegistry("backbones")
        registry(fn=dict, name="own", depth=1, providers="acme")
        registry(fn=len, name="counted", providers="acme")
        registry.remove("vit")
        for other in (pickle.loads(pickle.dumps(registry)), copy.deepcopy(registry)):
            assert other.available_keys() == ["counted", "extra.resnet", "own", "resnet"]
            assert other.get("own", depth=1) is dict
            assert other.get("counted")([1]) == 1
            other(fn=list, name="more")
            assert "more" not in registry


def test_threads_register_and_ask_at_once(site: Site) -> None:
    def work(number: int) -> int:
        for turn in range(50):
            registry(fn=dict, name="same", number=number, turn=turn)
            registry(fn=dict, name=f"own{number}", turn=turn)
            assert registry.get("same", number=number, turn=turn) is dict
            registry.available_keys()
        return len(registry.get("resnet")())

    with site.in_use():
        registry = FlashRegistry("backbones")
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(work, range(8))) == [2] * 8
        assert len(registry.get("same", strict=False)) == 400
        assert len(registry) == 803
        assert len(registry.functions) == 800


def test_only_one_of_many_threads_registers_the_very_same(site: Site) -> None:
    def work(_: int) -> int:
        refused = 0
        for turn in range(100):
            start.wait()
            try:
                registry(fn=dict, name=f"net{turn}")
            except ValueError:
                refused += 1
        return refused

    with site.in_use():
        registry, start = FlashRegistry("backbones"), Barrier(4)
        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(work, range(4))) == 300
        assert len(registry.functions) == 100


def test_a_task_lists_what_is_installed_and_imports_no_head(site: Site) -> None:
    site.install(
        "acme-heads",
        {"registry_core.heads": {"one": "acme_heads:one", "two": "acme_heads:two"}},
        {"acme_heads.py": named("one", "two")},
    )

    class Classifier(Task):
        backbones = FlashRegistry("backbones")
        heads = FlashRegistry("heads")

    with site.in_use():
        names = ["extra.resnet", "resnet", "vit"]
        assert Classifier.available_backbones() == {"one": names, "two": names}
        assert Classifier.available_heads() == ["one", "two"]
        assert "acme_heads" not in sys.modules
        assert "acme_nets" not in sys.modules
        (parameter,) = Classifier.get_backbone_details("resnet")
        assert parameter[0] == "pretrained"


def test_the_scope_that_is_named_as_the_package_of_the_registry_is_its_root(
    plugin_site: Site,
) -> None:
    plugin_site.install(
        "acme", {f"{GROUP}.acme_root": {"net": "acme_nets:net"}}, {"acme_nets.py": named("net")}
    )
    (plugin_site.folder / "acme_root.py").write_text(
        "from registry_core.compat.flash import FlashRegistry\n"
        "class Own(FlashRegistry):\n"
        "    def __init__(self):\n"
        "        super().__init__('backbones')\n"
        "BACKBONES = Own()\n"
    )
    with plugin_site.in_use():
        assert import_module("acme_root").BACKBONES.available_keys() == ["net"]
        assert FlashRegistry("backbones").available_keys() == ["acme_root.net"]


def test_a_key_that_is_no_text_is_told_in_the_error_of_a_sum() -> None:
    both = FlashRegistry("one_of_two") + FlashRegistry("two_of_two")
    with pytest.raises(KeyError, match="No matches found in registry. Asked for 'None'"):
        both.get(None)  # type: ignore[arg-type]


def test_a_head_of_a_task_without_heads_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="Key: unet is not in Task"):
        Task.available_backbones(head="unet")


def test_what_is_no_registry_cannot_be_added_to_one() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        FlashRegistry("added") + 5  # type: ignore[operator]
