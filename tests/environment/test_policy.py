"""Which distributions may contribute, and which counts where several provide one name."""

import ast
import re
import shlex
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from registry_core import (
    EntryConflict,
    EntryNotFound,
    Environment,
    Policy,
    Problem,
    Registry,
    current_environment,
    use_environment,
)
from registry_core.query import listing
from registry_core.testing import Site

GROUP = "registry_core.activation"
MODULE = "class Swish: ...\nclass {only}: ..."


@pytest.fixture
def two(plugin_site: Site) -> Site:
    """Two distributions with the name `extra.Swish`, and each with one of its own."""
    for letter, only in (("b", "Mish"), ("a", "GELU")):
        plugin_site.install(
            f"acts-{letter}",
            {
                f"{GROUP}.extra": {"Swish": f"acts_{letter}:Swish", only: f"acts_{letter}:{only}"},
                "registry_core.hooks": {"activation": f"acts_{letter}_hooks"},
            },
            {
                f"acts_{letter}.py": MODULE.format(only=only),
                f"acts_{letter}_hooks.py": "",
            },
        )
    return plugin_site


@pytest.fixture
def root(two: Site) -> Iterator[Registry]:
    with two.in_use():
        yield Registry("activation", scope="acts")


def seen(root: Registry) -> list[str]:
    return [f"{entry.key} of {entry.provider.name}" for entry in root.entries()]


def imported() -> set[str]:
    return {name for name in sys.modules if name.startswith("acts_")}


def test_two_providers_of_one_name_conflict_and_the_error_names_both_and_the_ways_out(
    root: Registry,
) -> None:
    for ask in (root.resolve, root.get, root.__getitem__, lambda key: root.build({"type": key})):
        with pytest.raises(EntryConflict) as raised:
            ask("extra.Swish")
        assert str(raised.value) == (
            "'extra.Swish' in the registry 'registry_core.activation' is provided by acts-a 0.1.0 "
            "('acts_a:Swish') and acts-b 0.1.0 ('acts_b:Swish'). Ask for one with "
            "get('extra.Swish', provider='acts-a'), prefer one with "
            "current_environment().prefer('acts-a:extra.Swish') or "
            "REGISTRY_CORE_PREFER=acts-a:extra.Swish, or block one with "
            "current_environment().block('acts-b:extra.Swish') or "
            "REGISTRY_CORE_BLOCK=acts-b:extra.Swish"
        )
    assert imported() == {"acts_a_hooks", "acts_b_hooks"}


def test_a_conflict_breaks_no_other_name_and_no_listing(root: Registry) -> None:
    assert "extra.Swish" in root
    assert len(root.children["extra"]) == 3
    assert seen(root) == [
        "extra.GELU of acts-a",
        "extra.Mish of acts-b",
        "extra.Swish of acts-a",
        "extra.Swish of acts-b",
    ]
    for name in ("GELU", "Mish"):
        assert root[f"extra.{name}"].__name__ == name


def test_a_conflict_is_a_problem_of_each_provider(root: Registry) -> None:
    assert [str(problem) for problem in root.problems()] == [
        f"acts-{one} 0.1.0: registry \"registry_core.activation\": the entry 'extra.Swish' is "
        f"provided by acts-{other} 0.1.0 as well; set "
        f"REGISTRY_CORE_PREFER=acts-{one}:extra.Swish, or block one of them"
        for one, other in (("a", "b"), ("b", "a"))
    ]


@pytest.mark.parametrize("provider", ["acts-b", "Acts_B", "acts.b"])
def test_one_provider_may_be_asked_for_under_any_spelling_of_its_name(
    root: Registry, provider: str
) -> None:
    assert root.resolve("extra.Swish", provider=provider).provider.name == "acts-b"
    found = root.get("extra.Swish", provider=provider)
    assert found is not None
    assert found.__module__ == "acts_b"
    assert "acts_a" not in imported()


def test_a_provider_may_be_asked_for_while_another_is_preferred(root: Registry) -> None:
    current_environment().prefer("acts-a")
    assert root.resolve("extra.Swish").provider.name == "acts-a"
    assert root.resolve("extra.Swish", provider="acts-b").provider.name == "acts-b"


def test_a_provider_that_lacks_the_name_is_named_in_the_error(root: Registry) -> None:
    with pytest.raises(
        EntryNotFound, match=r"^'extra\.Swish' from 'acts-c' is not in the registry"
    ):
        root.resolve("extra.Swish", provider="acts-c")


def test_preferring_or_blocking_in_code_settles_a_conflict(root: Registry) -> None:
    environment = current_environment()
    environment.prefer("acts-a")
    assert root.resolve("extra.Swish").provider.name == "acts-a"
    assert root.problems() == []
    environment.prefer("acts-c", "ACTS_B", "acts-a")
    assert root.resolve("extra.Swish").provider.name == "acts-b"
    environment.prefer()
    environment.block("acts-b")
    assert root.resolve("extra.Swish").provider.name == "acts-a"


@pytest.mark.parametrize(
    ("preferred", "settled"),
    [("acts-a", "acts-a"), (" acts-c , Acts_B,acts-a", "acts-b"), ("acts-c,acts-b", "acts-b")],
)
def test_a_variable_holds_an_order_of_preference_and_comes_before_the_code(
    two: Site, preferred: str, settled: str
) -> None:
    in_code = Policy.of(prefer=["acts-a", "acts-b"])
    with two.in_use(policy=in_code, variables={"REGISTRY_CORE_PREFER": preferred}):
        assert Registry("activation").resolve("extra.Swish").provider.name == settled


def test_the_variables_are_those_of_the_process_where_none_are_given(
    two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Registry("activation")
    monkeypatch.setenv("REGISTRY_CORE_BLOCK", "acts-b")
    with use_environment(Environment([str(two.folder)])) as environment:
        assert seen(root) == ["extra.GELU of acts-a", "extra.Swish of acts-a"]
        monkeypatch.setenv("REGISTRY_CORE_BLOCK", "acts-a")
        environment.refresh()
        assert seen(root) == ["extra.Mish of acts-b", "extra.Swish of acts-b"]


REFUSALS = [
    (Policy.of(block=["Acts_B"]), {}, "blocked in code"),
    (Policy.of(allow=["Acts_A"]), {}, "not among those allowed in code"),
    (Policy(), {"REGISTRY_CORE_BLOCK": "other, ACTS.B"}, "blocked by REGISTRY_CORE_BLOCK"),
    (Policy(), {"REGISTRY_CORE_ALLOW": "Acts.A"}, "not among those allowed by REGISTRY_CORE_ALLOW"),
]


@pytest.mark.parametrize(("policy", "variables", "why"), REFUSALS)
def test_a_refused_distribution_contributes_nothing_and_its_code_is_never_imported(
    two: Site, policy: Policy, variables: dict[str, str], why: str
) -> None:
    with two.in_use(policy=policy, variables=variables) as environment:
        root = Registry("activation", scope="acts")
        assert seen(root) == ["extra.GELU of acts-a", "extra.Swish of acts-a"]
        assert "extra.Mish" not in root
        assert root.get("extra.Mish") is None
        root.build({"type": "extra.Swish"})
        assert [hooks.provider.name for hooks in environment.hooks(GROUP).modules] == ["acts-a"]
        assert imported() == {"acts_a", "acts_a_hooks"}
        blocked = environment.table(GROUP).blocked
        assert [(e.key, e.provider.name, reason) for e, reason in blocked] == [
            ("extra.Swish", "acts-b", why),
            ("extra.Mish", "acts-b", why),
        ]


@pytest.mark.parametrize(("policy", "variables", "why"), REFUSALS)
def test_the_error_for_a_refused_name_says_who_has_it_and_why_it_is_refused(
    two: Site, policy: Policy, variables: dict[str, str], why: str
) -> None:
    with two.in_use(policy=policy, variables=variables):
        root = Registry("activation", scope="acts")
        for asked, key in ((root, "extra.Mish"), (root.children["extra"], "Mish")):
            with pytest.raises(EntryNotFound) as raised:
                asked.resolve(key)
            assert str(raised.value).endswith(f"; acts-b 0.1.0 has it, but is {why}")


def test_a_variable_cannot_allow_what_code_blocks_nor_code_what_a_variable_blocks(
    two: Site,
) -> None:
    allowed = {"REGISTRY_CORE_ALLOW": "acts-a,acts-b"}
    with two.in_use(policy=Policy.of(block=["acts-b"]), variables=allowed):
        assert "extra.Mish" not in Registry("activation")
    blocked = {"REGISTRY_CORE_BLOCK": "acts-b"}
    with two.in_use(policy=Policy.of(allow=["acts-b"]), variables=blocked):
        assert Registry("activation").entries() == []


def test_the_name_of_a_distribution_may_be_spelled_in_any_way(plugin_site: Site) -> None:
    for name, letter in (("Odd__Acts.B", "b"), ("odd-acts-a", "a")):
        plugin_site.install(name, {GROUP: {"Swish": f"acts_{letter}:Swish"}})
    with plugin_site.in_use() as environment:
        root = Registry("activation")
        assert root.resolve("Swish", provider="odd.acts-b").target == "acts_b:Swish"
        environment.prefer("odd-acts_B")
        assert root.resolve("Swish").provider.name == "Odd__Acts.B"
        environment.block("odd_acts.b")
        assert root.resolve("Swish").target == "acts_a:Swish"


@pytest.mark.parametrize("text", ["", " "])
def test_a_variable_that_names_no_distribution_changes_nothing(two: Site, text: str) -> None:
    names = ("REGISTRY_CORE_BLOCK", "REGISTRY_CORE_ALLOW", "REGISTRY_CORE_PREFER")
    with two.in_use(variables=dict.fromkeys(names, text)):
        assert len(Registry("activation").entries()) == 4


def test_blocking_and_allowing_in_code_add_up_and_registries_forget(root: Registry) -> None:
    environment = current_environment()
    assert len(root.entries()) == 4
    environment.allow("acts-a")
    assert {entry.provider.name for entry in root.entries()} == {"acts-a"}
    environment.allow("acts-b")
    assert len(root.entries()) == 4
    environment.block("acts-b")
    assert {entry.provider.name for entry in root.entries()} == {"acts-a"}
    environment.block("acts-a")
    assert root.entries() == []
    assert root.children == {}


def test_what_was_loaded_is_gone_once_its_distribution_is_blocked(root: Registry) -> None:
    assert root.get("extra.Mish") is not None
    root.build({"type": "extra.Mish"})
    current_environment().block("acts-b")
    assert root.get("extra.Mish") is None
    assert root.children["extra"].module_dict == {}
    with pytest.raises(EntryNotFound, match=r"acts-b 0\.1\.0 has it, but is blocked in code"):
        root.build({"type": "extra.Mish"})


def test_blocking_takes_nothing_that_the_modules_register_when_others_import_them(
    plugin_site: Site,
) -> None:
    plugin_site.install(
        "acts-a",
        {GROUP: {"Swish": "acts_a:Swish"}},
        {
            "acts_host.py": """
                from registry_core import Registry
                ACTIVATION = Registry("activation", scope="acts")
            """,
            "acts_a.py": """
                from acts_host import ACTIVATION
                @ACTIVATION.register_module()
                class Swish: ...
            """,
        },
    )
    with plugin_site.in_use(policy=Policy.of(block=["acts-a"])):
        root: Registry = import_module("acts_host").ACTIVATION
        assert "Swish" not in root
        assert import_module("acts_a").Swish is root["Swish"]
        assert str(root.resolve("Swish").provider) == "module acts_a"


def test_no_plugin_takes_a_name_from_the_framework_that_owns_the_registry(
    plugin_site: Site,
) -> None:
    plugin_site.install("acme-extra", {"acme.model": {"Net": "acme_extra:Net"}})
    plugin_site.install(
        "zeta-acme",
        {
            "acme.model": {"Net": "acme_host:Net"},
            "registry_core.registries": {"acme.model": "acme_host:MODEL"},
        },
    )
    with plugin_site.in_use() as environment:
        root = Registry("model", group="acme.model")
        assert root.resolve("Net").provider.name == "zeta-acme"
        (problem,) = root.problems()
        assert str(problem.provider) == "acme-extra 0.1.0"
        assert problem.what == "the entry 'Net' is shadowed: zeta-acme 0.1.0 comes first"
        environment.prefer("acme-extra")
        assert root.resolve("Net").provider.name == "acme-extra"


def test_a_blocked_framework_owns_no_registry(plugin_site: Site) -> None:
    plugin_site.install("acme", {"registry_core.registries": {"acme.model": "acme_host:MODEL"}})
    with plugin_site.in_use() as environment:
        assert list(environment.registries()) == ["acme.model"]
        environment.block("acme")
        assert environment.registries() == {}


def test_variables_are_read_when_something_is_first_asked_and_again_after_a_refresh(
    plugin_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment([str(plugin_site.folder)])
    monkeypatch.setenv("REGISTRY_CORE_BLOCK", "acts-a")
    assert environment.refusal("acts-a") == "blocked by REGISTRY_CORE_BLOCK"
    monkeypatch.delenv("REGISTRY_CORE_BLOCK")
    assert environment.refusal("acts-a") == "blocked by REGISTRY_CORE_BLOCK"
    environment.refresh()
    assert environment.refusal("acts-a") is None


def test_a_single_name_is_not_taken_for_its_letters() -> None:
    for wrong in ({"block": "acts-a"}, {"allow": "acts-a"}, {"prefer": "acts-a"}):
        with pytest.raises(TypeError, match="must be a sequence of names, but got str"):
            Policy.of(**wrong)
    wrong_name: Any = ["acts-a"]
    with pytest.raises(TypeError, match="a distribution must be a str, but got list"):
        Environment([], variables={}).block(wrong_name)


def test_a_provider_is_named_by_a_str(root: Registry) -> None:
    wrong: Any = 5
    for ask in (root.get, root.resolve):
        with pytest.raises(TypeError, match="provider must be a str, but got int"):
            ask("extra.Swish", provider=wrong)


def test_who_provides_the_name_is_told_where_another_was_asked_for(root: Registry) -> None:
    with pytest.raises(EntryNotFound, match=r"; it is provided by acts-a 0.1.0, acts-b 0.1.0$"):
        root.resolve("extra.Swish", provider="acts-c")


@pytest.mark.parametrize("spelled", ["acts-a:extra.Swish", " Acts_A : extra.Swish "])
def test_one_entry_of_a_distribution_can_be_blocked(two: Site, spelled: str) -> None:
    for blocked in ({"variables": {"REGISTRY_CORE_BLOCK": spelled}}, {"policy": spelled}):
        policy = Policy.of(block=[spelled]) if "policy" in blocked else None
        variables: Any = blocked.get("variables")
        with two.in_use(policy=policy, variables=variables) as environment:
            root = Registry("activation", scope="acts")
            assert seen(root) == [
                "extra.GELU of acts-a",
                "extra.Mish of acts-b",
                "extra.Swish of acts-b",
            ]
            assert root.problems() == []
            assert environment.refusal("acts-a") is None
            why = environment.refusal("acts-a", "extra.Swish")
            assert why in ("blocked in code", "blocked by REGISTRY_CORE_BLOCK")
            environment.block("acts-b:extra.Swish")
            with pytest.raises(EntryNotFound, match=r"acts-b 0.1.0 has it, but is blocked in code"):
                root.resolve("extra.Swish")


def test_one_entry_of_a_distribution_can_be_preferred(two: Site) -> None:
    two.install("acts-c", {GROUP: {"Swish": "acts_c:Swish"}})
    two.install("acts-d", {GROUP: {"Swish": "acts_d:Swish"}})
    with two.in_use(variables={"REGISTRY_CORE_PREFER": "acts-b:extra.Swish"}) as environment:
        root = Registry("activation", scope="acts")
        assert root.resolve("extra.Swish").provider.name == "acts-b"
        with pytest.raises(EntryConflict):
            root.resolve("Swish")
        environment.prefer("acts-d:Swish")
        assert root.resolve("Swish").provider.name == "acts-d"


def test_what_hooks_compute_or_look_up_can_be_blocked_one_by_one(plugin_site: Site) -> None:
    hooks = """
        from registry_core import Entry, hookimpl
        @hookimpl
        def registry_core_entries():
            yield from (Entry(name, "builtins:dict", scope="hub") for name in ("big", "small"))
        @hookimpl
        def registry_core_lookup(scope, name):
            return Entry(name, "builtins:list") if scope == "hub" else None
    """
    plugin_site.install(
        "acts", {"registry_core.hooks": {"activation": "acts_h"}}, {"acts_h.py": hooks}
    )
    with plugin_site.in_use(policy=Policy.of(block=["acts:hub.big", "acts:hub.huge"])):
        root = Registry("activation", scope="acts")
        assert seen(root) == ["hub.small of acts"]
        assert root["hub.small"] is dict
        assert root["hub.other"] is list
        for key in ("hub.big", "hub.huge"):
            assert root.get(key, provider="acts") is None
            assert key not in root


@pytest.mark.parametrize("variable", ["BLOCK", "ALLOW", "PREFER"])
@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "Acts_Aa",
            "Acts_Aa: {}: no distribution of that name is installed; did you mean 'acts-a'?",
        ),
        ("none", "none: {}: no distribution of that name is installed; remove it, or install it"),
        (
            "none:X",
            "none:X: {}: no distribution of that name is installed; remove it, or install it",
        ),
    ],
)
def test_a_name_that_nothing_installed_has_is_a_problem(
    two: Site, variable: str, written: str, problem: str
) -> None:
    name = f"REGISTRY_CORE_{variable}"
    with two.in_use(variables={name: f"acts-a,{written}, ACTS.B"}) as environment:
        found = [each for each in environment.problems() if each.code == "unknown-choice"]
        assert list(map(str, found)) == [problem.format(name)]
        assert found[0] in listing().problems
        assert found[0].kind == "misnamed"


def test_a_name_that_code_blocks_and_nothing_has_is_a_problem(two: Site) -> None:
    policy = Policy.of(block=["acts-x"], allow=["acts-a", "acts-b"], prefer=["acts-a"])
    with two.in_use(policy=policy) as environment:
        (problem,) = environment.problems()
        assert str(problem).startswith("acts-x: block() in code: no distribution of that name")


def test_an_entry_that_its_distribution_does_not_declare_is_a_problem(plugin_site: Site) -> None:
    plugin_site.install("acts", {f"{GROUP}.extra": {"Swish": "acts:Swish"}})
    chosen = "acts:extra.Swihs,acts:zzz,acts:extra.Swish"
    with plugin_site.in_use(variables={"REGISTRY_CORE_PREFER": chosen}) as environment:
        assert [str(problem) for problem in environment.problems()] == [
            "acts 0.1.0: REGISTRY_CORE_PREFER: acts 0.1.0 declares no entry 'extra.Swihs'; did you "
            "mean 'extra.Swish'?",
            "acts 0.1.0: REGISTRY_CORE_PREFER: acts 0.1.0 declares no entry 'zzz'; remove it, "
            "unless its code registers that name",
        ]


@pytest.mark.parametrize(
    ("written", "is_known"),
    [
        ("extra.Swish", True),
        ("Swish", False),
        ("model.extra.Swish", False),
        ("Own", True),
        ("Shared", True),
        ("any.Shared", True),
    ],
)
def test_a_key_of_an_owned_registry_begins_with_its_scopes(
    plugin_site: Site, written: str, is_known: bool
) -> None:
    plugin_site.install("acme", {"registry_core.registries": {"acme.model": "acme:MODEL"}})
    groups = {"acme.model.extra": "Swish", "acme.model.acme": "Own", "stranger.any": "Shared"}
    plugin_site.install("acts", {group: {name: "acts:A"} for group, name in groups.items()})
    with plugin_site.in_use(variables={"REGISTRY_CORE_BLOCK": f"acts:{written}"}) as environment:
        found = [each for each in environment.problems() if each.code == "unknown-choice"]
    assert (found == []) is is_known


def test_an_entry_among_what_is_allowed_is_a_problem(two: Site) -> None:
    with two.in_use(variables={"REGISTRY_CORE_ALLOW": "acts-a:extra.Swish"}) as environment:
        (problem,) = environment.problems()
        assert str(problem) == (
            "acts-a 0.1.0: REGISTRY_CORE_ALLOW: 'acts-a:extra.Swish' is an entry, and only "
            "distributions are allowed; write 'acts-a'"
        )


def test_hooks_may_compute_an_entry_that_is_not_declared(two: Site) -> None:
    with two.in_use(variables={"REGISTRY_CORE_BLOCK": "acts-a:extra.Other"}) as environment:
        assert environment.problems() == ()


@pytest.mark.parametrize(
    ("name", "meant"), [("BLOKC", "BLOCK"), ("PREFERRED", "PREFER"), ("ALLOWED", "ALLOW")]
)
def test_a_variable_that_is_nearly_one_of_ours_is_a_problem(
    two: Site, name: str, meant: str
) -> None:
    variables = {f"REGISTRY_CORE_{name}": "acts-a", "REGISTRY_CORE_CACHE": "off", "REGISTRY_X": ""}
    with two.in_use(variables=variables | {"REGISTRY_CORE_OF_ACME": "1"}) as environment:
        (problem,) = environment.problems()
        assert str(problem) == (
            f"REGISTRY_CORE_{name}: the environment variables: no variable of that name is read; "
            f"did you mean REGISTRY_CORE_{meant}?"
        )


@pytest.mark.parametrize("name", ["Swish", "q'uote", "dol$lar", "a,b", "Été"])
def test_what_a_conflict_advises_settles_that_name_alone_when_it_is_typed(
    plugin_site: Site, name: str
) -> None:
    group = f"{GROUP}.extra"
    for letter in "ab":
        rows = {name: f"acts_{letter}:Swish", "Other": f"acts_{letter}:Swish"}
        plugin_site.install(
            f"acts-{letter}", {group: rows}, {f"acts_{letter}.py": "class Swish: ..."}
        )
    with plugin_site.in_use(), pytest.raises(EntryConflict) as raised:
        Registry("activation")[f"extra.{name}"]
    typed = [str(raised.value), *(p.fix for p in _problems(plugin_site) if p.key.endswith(name))]
    codes = re.findall(r"\.(prefer|block)\((\"[^\"]*\"|'[^']*')\)", typed[0])
    assert [verb for verb, _ in codes] == ["prefer", "block"]
    for verb, said in codes:
        with plugin_site.in_use() as environment:
            getattr(environment, verb)(ast.literal_eval(said))
            _settled(name)
    words = {word for text in typed for word in shlex.split(_shown(text)) if "=" in word}
    assert len(words) == (0 if "," in name else 3)
    for word in words:
        variable, _, value = word.rstrip(",").partition("=")
        with plugin_site.in_use(variables={variable: value}):
            _settled(name)


def _problems(site: Site) -> list[Problem]:
    with site.in_use():
        return Registry("activation").problems()


def _shown(text: str) -> str:
    """The assignments of a message alone: its words are no shell's."""
    found = re.findall(r"REGISTRY_CORE_\w+=(?:'[^']*'|\"[^\"]*\"|[^\s,;'\"])+", text)
    return " ".join(found)


def _settled(name: str) -> None:
    registry = Registry("activation")
    assert registry[f"extra.{name}"].__name__ == "Swish"
    with pytest.raises(EntryConflict):
        _ = registry["extra.Other"]
