"""Who owns a registry, by what is declared; and the owner comes before its plugins."""

import json
from pathlib import Path

import pytest

from registry_core import EntryConflict, Registry, RegistryNotFound, installed_registry
from registry_core.query import listing
from registry_core.testing import Site

OWNERS = "registry_core.registries"
GROUP = "acme.act"


@pytest.fixture
def rivals(plugin_site: Site) -> Site:
    """A framework that declares `ReLU` and owns the registry, and a plugin that declares it too."""
    plugin_site.install(
        "zzz-acme",
        {OWNERS: {GROUP: "acme:ACT"}, GROUP: {"ReLU": "acme:ReLU"}},
    )
    plugin_site.install("acts", {GROUP: {"ReLU": "acts:ReLU"}})
    return plugin_site


def test_no_plugin_can_take_or_disable_a_name_of_the_owner(rivals: Site) -> None:
    with rivals.in_use():
        registry = Registry("act", group=GROUP, scope="acme")
        assert registry.resolve("ReLU").provider.name == "zzz-acme"
        assert [entry.provider.name for entry in registry.entries()] == ["zzz-acme"]
        assert [str(problem) for problem in registry.problems()] == [
            "acts 0.1.0: registry \"acme.act\": the entry 'ReLU' is shadowed: zzz-acme 0.1.0 comes "
            "first; choose a name or scope of its own"
        ]
        assert registry.resolve("ReLU", provider="acts").target == "acts:ReLU"


def test_whoever_starts_the_program_may_prefer_the_plugin(rivals: Site) -> None:
    with rivals.in_use(variables={"REGISTRY_CORE_PREFER": "acts"}):
        registry = Registry("act", group=GROUP, scope="acme")
        assert registry.resolve("ReLU").provider.name == "acts"
        assert registry.problems() == []


def test_two_plugins_conflict_whoever_owns_the_registry(rivals: Site) -> None:
    for name in ("acts", "others"):
        rivals.install(name, {GROUP: {"GELU": f"{name}:GELU"}})
    with rivals.in_use(), pytest.raises(EntryConflict):
        Registry("act", group=GROUP, scope="acme").resolve("GELU")


OPTIMIZERS = "registry_core.compat.mmengine:OPTIMIZERS"


def test_several_may_own_a_registry_of_ours_and_none_of_them_comes_first(plugin_site: Site) -> None:
    group = "registry_core.optimizer"
    for name in ("acts", "others"):
        owned = {OWNERS: {group: OPTIMIZERS}}
        plugin_site.install(name, {**owned, group: {"SGD": f"{name}:SGD"}})
    with plugin_site.in_use() as environment:
        registry = installed_registry("optimizer")
        assert registry.group == group
        assert environment.problems() == ()
        with pytest.raises(EntryConflict):
            registry.resolve("SGD")


def test_one_that_claims_it_for_another_object_is_in_conflict_with_all(plugin_site: Site) -> None:
    group = "registry_core.optimizer"
    for name, target in (("a", OPTIMIZERS), ("b", OPTIMIZERS), ("c", "c:MINE")):
        plugin_site.install(name, {OWNERS: {group: target}})
    with plugin_site.in_use() as environment:
        assert [problem.provider.name for problem in environment.problems()] == ["a", "b", "c"]


def test_a_package_whose_name_begins_like_ours_shares_nothing(plugin_site: Site) -> None:
    for name in ("a", "b"):
        owned = {OWNERS: {GROUP: "registry_core_more:ACT"}}
        plugin_site.install(name, owned)
    with plugin_site.in_use() as environment:
        assert [problem.provider.name for problem in environment.problems()] == ["a", "b"]


OWNED = {"acme.model": "acme_host:MODEL"}


def test_two_owners_of_one_group_are_a_problem_of_both_and_neither_owns_it(
    plugin_site: Site,
) -> None:
    plugin_site.install("acme", {OWNERS: OWNED})
    rows = {"acme.model": "zeta_host:MODEL", "zeta.neck": "zeta_host:NECK"}
    plugin_site.install("zeta", {OWNERS: rows})
    with plugin_site.in_use() as environment:
        assert list(environment.registries()) == ["zeta.neck"]
        assert [str(problem) for problem in environment.problems()] == [
            f"{one} 0.1.0: {OWNERS}: the group 'acme.model' is owned by {other} 0.1.0 as well; "
            "choose a group of its own, or uninstall one of them"
            for one, other in (("acme", "zeta"), ("zeta", "acme"))
        ]
        with pytest.raises(RegistryNotFound, match="no registry is named 'acme.model'; known are"):
            installed_registry("acme.model")


@pytest.mark.parametrize("rival", ["aaa", "zzz"])
@pytest.mark.parametrize("target", ["rival_host:R", "acme_host:MODEL"])
def test_a_claim_to_the_group_of_another_is_a_problem_of_the_one_who_makes_it(
    plugin_site: Site, rival: str, target: str
) -> None:
    owned = {OWNERS: {"acme_host.model": "acme_host:MODEL"}}
    plugin_site.install("acme", owned, {"acme_host.py": ""})
    plugin_site.install(rival, {OWNERS: {"acme_host.model": target}}, {"rival_host.py": ""})
    with plugin_site.in_use() as environment:
        assert environment.owner("model").provider.name == "acme"
        assert [str(problem) for problem in environment.problems()] == [
            f"{rival} 0.1.0: {OWNERS}: the group 'acme_host.model' belongs to acme 0.1.0, by the "
            "modules that it installs; choose a group of its own, or uninstall one of them"
        ]


def test_a_framework_that_runs_from_the_src_of_its_project_owns_what_a_plugin_claims(
    plugin_site: Site, tmp_path: Path
) -> None:
    package = tmp_path / "project" / "src" / "acme_src"
    package.mkdir(parents=True)
    for name in ("__init__.py", "registries.py"):
        (package / name).write_text("")
    group, target = "acme_src.model", "acme_src.registries:MODEL"
    plugin_site.install("acme-src", {OWNERS: {group: target}})
    info = plugin_site.folder / "acme_src-0.1.0.dist-info"
    said = {"url": (tmp_path / "project").as_uri(), "dir_info": {"editable": True}}
    (info / "direct_url.json").write_text(json.dumps(said))
    (plugin_site.folder / "acme_src.pth").write_text(str(package.parent))
    (info / "RECORD").write_text("acme_src.pth,,\n")
    plugin_site.install("acme-plus", {OWNERS: {group: target}}, {"acme_plus.py": ""})
    with plugin_site.in_use() as environment:
        assert environment.owner("model").provider.name == "acme-src"
        assert [problem.provider.name for problem in environment.problems()] == ["acme-plus"]


def test_of_two_that_have_their_modules_the_one_that_the_group_is_named_by_owns_it(
    plugin_site: Site,
) -> None:
    plugin_site.install("one", {OWNERS: {"acts_two.model": "one_host:R"}}, {"one_host.py": ""})
    plugin_site.install("two", {OWNERS: {"acts_two.model": "acts_two:R"}}, {"acts_two.py": ""})
    plugin_site.install("three", {OWNERS: {"acts_two.model": "gone:R"}})
    with plugin_site.in_use() as environment:
        assert environment.registries()["acts_two.model"].provider.name == "two"
        assert [problem.provider.name for problem in environment.problems()] == ["one", "three"]


def test_where_nothing_tells_the_owner_the_registry_can_still_be_listed(plugin_site: Site) -> None:
    for name in ("one", "two"):
        plugin_site.install(name, {OWNERS: {"acme.model": f"{name}_host:R"}})
    plugin_site.install("acts", {"acme.model.extra": {"Net": "acts:Net"}})
    with plugin_site.in_use() as environment:
        assert "acme.model" not in environment.registries()
        assert [row.entry.key for row in listing("model").rows] == ["extra.Net"]
        assert "extra.Net" in Registry("model", group="acme.model", scope="acme")


def test_a_group_inside_the_group_of_another_is_a_problem_and_takes_neither_away(
    plugin_site: Site,
) -> None:
    plugin_site.install("acme", {OWNERS: OWNED})
    rows = {"acme.model.head": "zeta_host:HEAD", "acme.models": "zeta_host:MODELS"}
    plugin_site.install("zeta", {OWNERS: rows})
    with plugin_site.in_use() as environment:
        owned = ["acme.model", "acme.model.head", "acme.models"]
        assert sorted(environment.registries()) == owned
        assert [str(problem) for problem in environment.problems()] == [
            f"zeta 0.1.0: {OWNERS}: the group 'acme.model.head' is inside the group of the "
            "registry 'acme.model'; choose a group of its own, or uninstall one of them"
        ]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("registry_core.hooks", "z:R", "'registry_core.hooks' is reserved"),
        (
            "registry_core",
            "z:R",
            "it holds the groups of every registry that has none of its own",
        ),
        (
            "zeta.two-words",
            "z:R",
            r"each segment between dots must match \w+ (letters, digits, underscore)",
        ),
        ("zeta.neck", "zeta_host", "it needs the form 'module:attribute'"),
        ("zeta.neck", "zeta-host:NECK", "'zeta-host' is not a dotted Python name"),
    ],
)
def test_a_malformed_declaration_is_a_problem_and_hides_no_other(
    plugin_site: Site, name: str, value: str, problem: str
) -> None:
    plugin_site.install("acme", {OWNERS: OWNED})
    plugin_site.install("zeta", {OWNERS: {name: value, "zeta.head": "zeta_host:HEAD"}})
    with plugin_site.in_use() as environment:
        assert sorted(environment.registries()) == ["acme.model", "zeta.head"]
        assert [str(each) for each in environment.problems()] == [
            f"zeta 0.1.0: {OWNERS}: the registry {name!r}: {problem}; correct it"
        ]
