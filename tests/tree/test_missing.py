"""What the error for a missing name knows: where else the name is, and why it is not here."""

import pytest

from registry_core import EntryNotFound, Policy, Registry, default_scope
from registry_core.testing import Site

HOOKS = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries():
        yield Entry("erf", "nowhere:Erf", scope="special")
"""


def told(registry: Registry, key: str) -> tuple[str, ...]:
    """The hints of the error for `key`."""
    with pytest.raises(EntryNotFound) as raised:
        registry.resolve(key)
    return raised.value.hints


@pytest.mark.parametrize(
    ("key", "groups"),
    [
        ("extra.Swish", ["acme.act", "registry_core.act"]),
        ("dotted.name", ["registry_core.act"]),
        ("ReLU", ["acme.act"]),
        ("Swish", []),
        ("act.ReLU", []),
    ],
)
def test_the_registries_that_declare_the_name_are_named(
    plugin_site: Site, key: str, groups: list[str]
) -> None:
    plugin_site.install(
        "acts",
        {
            "registry_core.registries": {"acme.act": "acme:ACT"},
            "acme.act": {"ReLU": "acme:ReLU"},
            "acme.act.extra": {"Swish": "acme:Swish"},
            "registry_core.act": {"dotted.name": "acme:Dotted"},
            "registry_core.act.extra": {"Swish": "acme:Swish"},
        },
    )
    with plugin_site.in_use():
        unowned = ", and pass that registry to the build, because no framework owns it"
        assert told(Registry("layer", scope="z"), key) == tuple(
            f"the registry '{group}' has it: in a config, add `_registry_: "
            + ("act`" if group == "acme.act" else f"registry_core.act`{unowned}")
            for group in groups
        )


def test_another_registry_of_the_same_group_is_named_by_its_maker() -> None:
    one, other = Registry("missing twin", scope="a"), Registry("missing twin", scope="b")
    one.register_module("Mine", module=dict)
    assert told(other, "Mine") == (
        f"the other registry of this group, made by {__name__}, has it: use that object",
    )


def test_a_name_that_its_plugin_declared_wrongly_says_how(plugin_site: Site) -> None:
    plugin_site.install("acts", {"registry_core.act": {"Swish": "no colon"}})
    with plugin_site.in_use():
        (hint,) = told(Registry("act", scope="a"), "Swish")
    assert hint == (
        "acts 0.1.0: group \"registry_core.act\": the entry 'Swish': "
        "'no colon' needs the form 'module:attribute'; correct it"
    )


def test_a_default_scope_that_the_tree_lacks_is_named() -> None:
    registry = Registry("missing default", scope="a")
    with default_scope("extr"):
        assert told(registry, "Swish") == (
            "the default scope 'extr' is not a scope of this registry",
        )


def test_a_default_scope_of_several_is_not_called_missing(plugin_site: Site) -> None:
    rows = {f"registry_core.act.{scope}.gated": {"Swish": "acts:Swish"} for scope in "ab"}
    plugin_site.install("acts", rows)
    with plugin_site.in_use(), default_scope("gated"), pytest.raises(EntryNotFound) as raised:
        Registry("act").build({"type": "Swish"})
    several = "the default scope 'gated' names more than one scope: say 'a.gated' or 'b.gated'"
    assert several in raised.value.hints


def test_a_blocked_distribution_with_hooks_may_have_computed_it(plugin_site: Site) -> None:
    plugin_site.install(
        "acts-scipy", {"registry_core.hooks": {"act": "acts_hooks"}}, {"acts_hooks.py": HOOKS}
    )
    with plugin_site.in_use(policy=Policy.of(block=["acts-scipy"])):
        assert told(Registry("act", scope="a"), "special.erf") == (
            "acts-scipy 0.1.0 may compute it, but is blocked in code",
        )


def test_close_matches_come_last() -> None:
    registry = Registry("missing close", scope="a")
    registry.register_module("Swish", module=dict)
    with pytest.raises(
        EntryNotFound, match=r"\(scopes tried: the root 'a'\); did you mean 'Swish'\?$"
    ):
        registry.resolve("Swihs")


def test_the_very_name_in_another_scope_comes_before_what_is_like_the_key(
    plugin_site: Site,
) -> None:
    near = dict.fromkeys(("SVR", "NuSVR", "LSVR"), "acme:X")
    groups = {"regressor": near, "classifier": {"SVC": "acme:SVC"}}
    plugin_site.install("acme", {f"acme.estimator.{kind}": of for kind, of in groups.items()})
    with plugin_site.in_use():
        registry = Registry("estimator", group="acme.estimator", scope="acme")
        with pytest.raises(EntryNotFound) as missing:
            registry.resolve("regressor.SVC")
    assert missing.value.close[0] == "classifier.SVC"


def test_the_error_has_no_internal_error_before_it() -> None:
    registry = Registry("missing context", scope="a")
    for ask in (registry.__getitem__, lambda key: registry.build({"type": key})):
        with pytest.raises(EntryNotFound) as raised:
            ask("Nope")
        assert raised.value.__context__ is None


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("more.Tanh", "(scopes tried: the root 'a'); there is no scope 'more'; is the package"),
        ("extar.Swsih", "there is no scope 'extar'; did you mean 'extra.Swish'?"),
        ("extar.Tanh", "there is no scope 'extar' (did you mean 'extra'?); is the package"),
        ("extra.gatde.Tanh", "there is no scope 'extra.gatde'; did you mean 'extra.gated.GLU'?"),
        ("a.more.deep.Tanh", "there is no scope 'a.more'; is the package"),
        ("off.Nope", "acts-off 0.1.0 has the scope 'off', but is blocked in code"),
    ],
)
def test_a_scope_that_there_is_not_is_named(plugin_site: Site, key: str, says: str) -> None:
    rows = {"Swish": "acts:Swish", "resnet50.a1_in1k": "acts:R"}
    group = "registry_core.act"
    plugin_site.install("acts", {f"{group}.extra": rows, f"{group}.extra.gated": {"GLU": "acts:G"}})
    plugin_site.install("acts-off", {f"{group}.off": {"Erf": "off:Erf"}})
    policy = Policy.of(block=["acts-off"])
    with plugin_site.in_use(policy=policy), pytest.raises(EntryNotFound) as raised:
        Registry("act", scope="a").resolve(key)
    assert says in str(raised.value)


@pytest.mark.parametrize("key", ["Swihs", "extra.Tanh", "resnet50.b2", "org/model.v1"])
def test_no_scope_is_missed_where_none_need_be_meant(plugin_site: Site, key: str) -> None:
    rows = {"extra": {"Swish": "acts:Swish"}, "": {"resnet50.a1_in1k": "acts:R"}}
    group = "registry_core.act"
    plugin_site.install("acts", {f"{group}.{s}".rstrip("."): of for s, of in rows.items()})
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as raised:
        Registry("act", scope="a").resolve(key)
    assert "there is no scope" not in str(raised.value)
