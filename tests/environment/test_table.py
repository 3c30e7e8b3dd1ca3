"""Groups are addresses: what is declared in them makes the scopes and entries of a registry."""

from registry_core import Registry
from registry_core.testing import Site

GROUP = "registry_core.activation"


def keys(root: Registry) -> list[str]:
    return [entry.key for entry in root.entries()]


def test_a_group_is_the_address_of_a_scope_and_the_scopes_on_the_way_exist(
    plugin_site: Site,
) -> None:
    plugin_site.install(
        "acts-extra",
        {
            GROUP: {"ReLU": "a:ReLU"},
            f"{GROUP}.one.two.three": {"Swish": "a:Swish"},
            f"{GROUP}.empty": {},
            "registry_core.activations": {"Other": "a:Other"},
            "registry_core": {"Other": "a:Other"},
            "console_scripts": {"activation": "a:main"},
        },
    )
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        assert keys(root) == ["ReLU", "one.two.three.Swish"]
        assert list(root.children) == ["empty", "one"]
        assert list(root.children["one"].children["two"].children) == ["three"]
        assert (list(root), len(root), len(root.children["one"])) == (["ReLU"], 1, 0)
        (problem,) = root.problems()
    assert str(problem) == (
        'acts-extra 0.1.0: group "registry_core": no registry can have this group; '
        "write the group of a registry, and the scope after it"
    )


def test_a_framework_has_a_group_of_its_own_and_shares_nothing_that_code_registers(
    plugin_site: Site,
) -> None:
    groups = ("acme.model", "acme.model.extra", "acme.model.acme.deep", "acme.models", "acme")
    rows = {group: {f"In{number}": "a:A"} for number, group in enumerate(groups)}
    plugin_site.install("acme-extra", rows | {"registry_core.model": {"Shared": "a:A"}})
    with plugin_site.in_use():
        first = Registry("model", group="acme.model", scope="acme")
        again = Registry("model", group="acme.model", scope="acme")
        first.register_module("Counter", module=dict)
        assert keys(again) == ["In0", "deep.In2", "extra.In1"]
        assert keys(first) == ["Counter", *keys(again)]
        assert keys(Registry("model")) == ["Shared"]


def test_a_registry_of_any_name_finds_what_its_group_holds(plugin_site: Site) -> None:
    group = "registry_core.parameter_scheduler"
    plugin_site.install("acts-extra", {group: {"Linear": "a:Linear"}})
    with plugin_site.in_use():
        assert keys(Registry("parameter scheduler")) == ["Linear"]


def test_a_very_deep_group_is_one_problem(plugin_site: Site) -> None:
    group = "registry_core.deep." + ".".join(["a"] * 1_000)
    plugin_site.install("deep", {group: {"X": "x:X"}, "registry_core.deep.b": {"Y": "y:Y"}})
    with plugin_site.in_use():
        registry = Registry("deep", scope="r")
        assert [entry.key for entry in registry.entries()] == ["b.Y"]
        (problem,) = registry.problems()
        assert problem.what == "the group is malformed: it is deeper than 20 scopes"
        assert "b" in repr(registry)


def test_a_scope_within_its_like_is_a_problem(plugin_site: Site) -> None:
    plugin_site.install("like", {"registry_core.like.extra.extra": {"X": "x:X"}})
    with plugin_site.in_use():
        (problem,) = Registry("like", scope="r").problems()
    assert problem.what == "scope 'extra' inside a scope 'extra' cannot be reached from outside"
