"""What a plugin's hooks may say: entries, open-ended names, wrappers of building, and hints."""

import functools
import sys
from collections.abc import Iterator
from importlib import import_module
from types import MappingProxyType

import pytest

from registry_core import (
    EntryConflict,
    EntryNotFound,
    Policy,
    Registry,
    current_environment,
)
from registry_core.testing import Site

GROUP = "registry_core.activation"
HOOKS = "registry_core.hooks"

ENTRIES = """
    from registry_core import Entry, hookimpl

    @hookimpl
    def registry_core_entries(registry):
        assert registry == "registry_core.activation"
        for power in (2, 3):
            yield Entry(
                f"power{power}",
                "acts_powers:Power",
                scope="powers",
                kwargs={"power": power},
                metadata={"odd": power % 2 == 1, "family": "power"},
            )
"""

POWER = """
    class Power:
        def __init__(self, power, scale=1):
            self.power, self.scale = power, scale
"""


@pytest.fixture
def powers(plugin_site: Site) -> Iterator[Registry]:
    """A registry for which a hook computes two entries."""
    plugin_site.install(
        "acts-powers",
        {HOOKS: {"activation": "acts_powers_hooks"}},
        {"acts_powers_hooks.py": ENTRIES, "acts_powers.py": POWER},
    )
    with plugin_site.in_use():
        yield Registry("activation", scope="acts")


def answering(site: Site, name: str, source: str, registry: str = "activation") -> str:
    """Install a distribution whose hook module is `source`; the module's name."""
    module = f"{name.replace('-', '_')}_hooks"
    head = "from registry_core import Entry, hookimpl\nASKED = []\n"
    site.install(name, {HOOKS: {registry: module}}, {f"{module}.py": head + source})
    return module


def lookup(target: str, known: str = "True") -> str:
    """A hook module that knows every open-ended name, or some, and remembers its questions."""
    return (
        "@hookimpl\n"
        "def registry_core_lookup(registry, scope, name):\n"
        "    ASKED.append((registry, scope, name))\n"
        f"    return Entry('ignored', {target!r}) if {known} else None\n"
    )


def wrapper(before: str = "", after: str = "", outcome: str = "yield") -> str:
    """A hook module that wraps building, and remembers what it has seen."""
    return (
        "@hookimpl(wrapper=True)\n"
        "def registry_core_build(entry, args, kwargs):\n"
        f"    {before or 'pass'}\n"
        f"    result = {outcome}\n"
        f"    {after or 'pass'}\n"
        "    return result\n"
    )


def test_computed_entries_have_their_provider_and_registry_filled_in(powers: Registry) -> None:
    entry = powers.resolve("powers.power2")
    assert str(entry.provider) == "acts-powers 0.1.0"
    assert (entry.registry, entry.scope, entry.name) == (GROUP, "powers", "power2")
    assert entry.kwargs == {"power": 2}
    assert isinstance(entry.kwargs, MappingProxyType)
    assert [each.key for each in powers.entries()] == ["powers.power2", "powers.power3"]
    assert "acts_powers" not in sys.modules


def test_metadata_filters_the_listing(powers: Registry) -> None:
    assert [entry.name for entry in powers.entries(odd=True)] == ["power3"]
    assert [entry.name for entry in powers.entries(family="power", odd=False)] == ["power2"]
    assert powers.entries(family="other") == powers.entries(unknown=None) == []


def test_bound_arguments_are_part_of_what_is_loaded_and_built(powers: Registry) -> None:
    found = powers["powers.power3"]
    assert isinstance(found, functools.partial)
    assert found.func is import_module("acts_powers").Power
    assert (found.args, found.keywords) == ((), {"power": 3})
    built = powers.build({"type": "powers.power3", "scale": 5})
    assert (built.power, built.scale) == (3, 5)


def test_a_computed_entry_and_a_declared_one_of_another_distribution_conflict(
    plugin_site: Site,
) -> None:
    answering(
        plugin_site,
        "acts-computed",
        "@hookimpl\ndef registry_core_entries():\n    return [Entry('A', 'a:A', scope='acts.x')]\n",
    )
    plugin_site.install("acts-declared", {f"{GROUP}.x": {"A": "b:A"}})
    with plugin_site.in_use() as environment:
        root = Registry("activation", scope="acts")
        with pytest.raises(EntryConflict):
            root.resolve("x.A")
        environment.prefer("acts-computed")
        assert root.resolve("x.A").target == "a:A"


@pytest.mark.parametrize("name", ["activation", GROUP])
def test_a_hook_module_serves_a_registry_by_its_group_or_its_last_word(
    plugin_site: Site, name: str
) -> None:
    answering(plugin_site, "acts-hub", lookup("collections:Counter"), name)
    with plugin_site.in_use():
        assert Registry("activation").get("hub") is not None


@pytest.mark.parametrize("name", ["loss", "registry_core.loss", "acme.activation", "acme"])
def test_a_hook_module_of_another_registry_is_never_imported(plugin_site: Site, name: str) -> None:
    module = answering(plugin_site, "acts-hub", "raise ValueError('imported')\n", name)
    with plugin_site.in_use():
        root = Registry("activation")
        root.register_module("Counter", module=dict)
        assert len(root.entries()) == len(root) == 1
        assert root.get("unknown") is None
        assert root.build({"type": "Counter"}) == {}
        with pytest.raises(EntryNotFound):
            root.resolve("unknown")
        assert root.problems() == []
        assert module not in sys.modules


def test_a_framework_of_its_own_group_is_served_under_that_group_alone(plugin_site: Site) -> None:
    answering(plugin_site, "acme-hub", lookup("collections:Counter"), "acme.model")
    answering(plugin_site, "acme-word", "raise ValueError('imported')\n", "model")
    with plugin_site.in_use():
        root = Registry("model", group="acme.model")
        assert root.get("hub") is not None
        assert import_module("acme_hub_hooks").ASKED == [("acme.model", "", "hub")]
        assert root.problems() == []
        assert "acme_word_hooks" not in sys.modules


def test_an_open_ended_name_is_looked_up_when_it_is_loaded_or_built_and_never_before(
    plugin_site: Site,
) -> None:
    module = answering(plugin_site, "acts-hub", lookup("collections:Counter", "name[:3] == 'hub'"))
    plugin_site.install("acts-extra", {f"{GROUP}.extra": {"Swish": "collections:Counter"}})
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        extra = root.children["extra"]
        assert "hub/x" not in root
        assert (len(root), len(extra), len(root.entries())) == (0, 1, 1)
        with pytest.raises(EntryNotFound):
            root.resolve("hub/x")
        assert root.get("extra.Swish") is not None
        assert import_module(module).ASKED == []
        assert extra.get("hub/x") is not None
        assert root.build({"type": "extra.hub/y"}) is not None
        assert root.get("unknown") is None
        assert import_module(module).ASKED == [
            (GROUP, "extra", "hub/x"),
            (GROUP, "", "extra.hub/y"),
            (GROUP, "extra", "hub/y"),
            (GROUP, "", "unknown"),
        ]
        assert extra["hub/x"] is extra.get("hub/x")
        assert len(import_module(module).ASKED) == 4
        assert "hub/x" not in extra


def test_the_first_provider_that_answers_wins_in_order_of_preference_then_of_name(
    plugin_site: Site,
) -> None:
    modules = [
        answering(plugin_site, "acts-c", lookup("collections:deque")),
        answering(plugin_site, "acts-b", lookup("collections:Counter")),
        answering(plugin_site, "acts-a", lookup("collections:OrderedDict", "name == 'a'")),
    ]
    with plugin_site.in_use():
        assert Registry("activation")["x"].__name__ == "Counter"
        assert Registry("activation")["a"].__name__ == "OrderedDict"
        assert [len(import_module(module).ASKED) for module in modules] == [0, 1, 2]
    with plugin_site.in_use(policy=Policy.of(prefer=["acts-c"])):
        assert Registry("activation")["a"].__name__ == "deque"


def test_one_provider_may_be_asked_for_an_open_ended_name(plugin_site: Site) -> None:
    answering(plugin_site, "acts-a", lookup("collections:Counter"))
    answering(plugin_site, "acts-b", lookup("collections:deque"))
    with plugin_site.in_use():
        found = Registry("activation").get("hub/x", provider="acts-b")
        assert found is not None
        assert found.__name__ == "deque"


def test_a_wrapper_sees_the_entry_and_its_arguments_and_may_change_the_keywords(
    plugin_site: Site,
) -> None:
    before = "ASKED.append((entry, args, dict(kwargs))); kwargs['b'] = 2; kwargs.pop('c')"
    module = answering(plugin_site, "acts-log", wrapper(before, "ASKED.append(result)"))
    plugin_site.install("acts-extra", {f"{GROUP}.extra": {"Swish": "collections:Counter"}})
    with plugin_site.in_use():
        root = Registry("activation")
        config = {"type": "extra.Swish", "_args_": ["xy"], "a": 1, "c": 3}
        built = root.build(config)
        assert built == {"x": 1, "y": 1, "a": 1, "b": 2}
        entry = root.resolve("extra.Swish")
        asked, result = import_module(module).ASKED
        assert asked == (entry, ("xy",), {"a": 1, "c": 3})
        assert result is built
        assert config["c"] == 3


def test_a_wrapper_may_put_another_object_in_place_of_what_was_built(plugin_site: Site) -> None:
    answering(plugin_site, "acts-log", wrapper(outcome="(yield)['a']"))
    with plugin_site.in_use():
        root = Registry("activation")
        root.register_module("Counter", module=dict)
        assert root.build({"type": "Counter", "a": "inner"}) == "inner"


@pytest.mark.parametrize(
    ("preferred", "order"), [((), "abc"), (("acts-c", "acts-b"), "cba"), (("acts-b",), "bac")]
)
def test_several_wrappers_nest_with_the_preferred_outermost(
    plugin_site: Site, preferred: tuple[str, ...], order: str
) -> None:
    for letter in "bca":
        step = "kwargs.setdefault('steps', []).append('{}')"
        answering(plugin_site, f"acts-{letter}", wrapper(step.format(letter)))
    with plugin_site.in_use(policy=Policy.of(prefer=preferred)):
        root = Registry("activation")
        root.register_module("Counter", module=dict)
        assert root.build({"type": "Counter"}) == {"steps": list(order)}


def test_the_hint_for_a_missing_name_is_asked_for_only_when_an_error_is_raised(
    plugin_site: Site,
) -> None:
    hint = (
        "@hookimpl\n"
        "def registry_core_missing(registry, key):\n"
        "    ASKED.append((registry, key))\n"
        "    return 'pip install acts-gelu' if 'GELU' in key else None\n"
    )
    module = answering(plugin_site, "acts-hints", hint)
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        assert "GELU" not in root
        assert root.get("GELU") is None
        assert (len(root), root.entries(), root.problems()) == (0, [], [])
        assert import_module(module).ASKED == []
        for ask in (root.resolve, root.__getitem__, lambda key: root.build({"type": key})):
            with pytest.raises(EntryNotFound) as raised:
                ask("GELU")
            assert raised.value.hints == ("pip install acts-gelu",)
            assert str(raised.value) == (
                f"'GELU' is not in the registry '{GROUP}' (scopes tried: the root 'acts'); "
                "pip install acts-gelu"
            )
        with pytest.raises(EntryNotFound, match="is the package that provides it installed"):
            root.resolve("Other")
        assert import_module(module).ASKED == [(GROUP, "GELU")] * 3 + [(GROUP, "Other")]


def test_the_hooks_of_a_blocked_distribution_are_not_asked(plugin_site: Site) -> None:
    module = answering(plugin_site, "acts-hub", lookup("collections:Counter"))
    with plugin_site.in_use():
        root = Registry("activation")
        assert root.get("hub") is not None
        del sys.modules[module]
        current_environment().block("acts-hub")
        assert root.get("hub") is None
        assert module not in sys.modules


def test_a_hook_that_cannot_tell_yet_is_asked_again_and_accused_of_nothing(
    plugin_site: Site,
) -> None:
    module = answering(
        plugin_site,
        "acts-later",
        "@hookimpl\n"
        "def registry_core_entries(registry):\n"
        "    ASKED.append(registry)\n"
        "    later = [Entry('late', 'collections:Counter')]\n"
        "    return later if len(ASKED) > 2 else NotImplemented\n",
    )
    with plugin_site.in_use():
        registry = Registry("activation", scope="acts")
        assert "late" not in registry
        assert registry.problems() == []
        assert registry.build({"type": "late", "a": 1}) == {"a": 1}
        assert "late" in registry
        assert len(sys.modules[module].ASKED) == 3
