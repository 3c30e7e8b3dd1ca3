"""No package takes another's name: what is refused, what is not, and who is blamed."""

import json
from collections.abc import Iterator
from importlib import import_module
from textwrap import dedent
from typing import Any

import pytest

from registry_core import AlreadyRegistered, EntryConflict, Policy, Registry, current_environment
from registry_core.testing import Site

GROUP = "acme.model"
HOST = f"""
    from registry_core import Registry
    MODEL = Registry("model", group="{GROUP}", scope="acme")
"""
OWNED = {"registry_core.registries": {GROUP: "acme_host:MODEL"}}


@pytest.fixture
def acme(plugin_site: Site) -> Iterator[Site]:
    """A host that declares Net, and a kit that declares Fan in its scope."""
    host = {"acme_host.py": HOST, "acme_net.py": "class Net: by = 'acme'"}
    plugin_site.install("acme", {**OWNED, GROUP: {"Net": "acme_net:Net"}}, host, version="2.0")
    plugin_site.install("kit", {f"{GROUP}.kit": {"Fan": "kit_fan:Fan"}}, {"kit_fan.py": FAN})
    with plugin_site.in_use():
        yield plugin_site


FAN = "class Fan: by = 'kit'"


def plug(site: Site, code: str, **entry_points: Any) -> None:
    """Install a distribution whose module registers, and import that."""
    source = "from acme_host import MODEL\n" + dedent(code)
    site.install("plug", entry_points.get("rows", {}), {"plug_code.py": source})
    current_environment().refresh()
    import_module("plug_code")


def model() -> Any:
    return import_module("acme_host").MODEL


def taken(site: Site, code: str) -> str:
    with pytest.raises(AlreadyRegistered) as caught:
        plug(site, code)
    return str(caught.value)


def test_the_message_names_the_owner_and_the_ways_out(acme: Site) -> None:
    assert taken(acme, "MODEL.register_module('Net', module=dict)") == (
        "'Net' in 'acme.model' is acme 2.0's, which declares it as 'acme_net:Net'; choose another "
        "name or a scope of your own, or pass force=True to replace it for everybody"
    )
    assert model()["Net"].by == "acme"


def test_what_the_owners_code_registered_is_taken_too(acme: Site) -> None:
    code = "from acme_host import MODEL\nMODEL.register_module('Own', module=dict)"
    acme.install("acme", OWNED, {"acme_host.py": HOST, "acme_own.py": code}, version="2.0")
    current_environment().refresh()
    import_module("acme_own")
    assert taken(acme, "MODEL.register_module('Own', module=list)") == (
        "'Own' is already registered in 'acme.model' at acme_own, by acme 2.0; "
        "pass force=True to replace it"
    )


def test_of_several_names_none_is_registered_where_one_is_taken(acme: Site) -> None:
    taken(acme, "MODEL.register_module(['Mine', 'Net'], module=dict)")
    assert list(model()) == ["Net"]


def test_a_scope_is_protected_as_the_root_is(acme: Site) -> None:
    code = "MODEL.children['kit'].register_module('Fan', module=dict)"
    assert "'Fan' in 'acme.model' is kit 0.1.0's" in taken(acme, code)
    code = (
        "from registry_core import Registry\nKIT = Registry('model', parent=MODEL, scope='kit')\n"
    )
    assert "kit 0.1.0's" in taken(acme, code + "KIT.register_module('Fan', module=dict)")
    assert model()["kit.Fan"].by == "kit"


def test_a_dotted_name_takes_no_name_of_a_scope(acme: Site) -> None:
    assert "kit 0.1.0's" in taken(acme, "MODEL.register_module('kit.Fan', module=dict)")
    assert model()["kit.Fan"].by == "kit"


def test_a_dotted_name_that_is_forced_wins(acme: Site) -> None:
    plug(acme, "MODEL.register_module('kit.Fan', force=True, module=dict)")
    assert model()["kit.Fan"] is dict


def test_the_declared_object_may_register_itself_and_more_names(acme: Site) -> None:
    source = """
        from acme_host import MODEL
        @MODEL.register_module(["Net", "net"])
        class Net: by = 'plug'
    """
    acme.install("acme", OWNED, {"acme_host.py": HOST}, version="2.0")
    acme.install("plug", {GROUP: {"Net": "plug_net:Net"}}, {"plug_net.py": source})
    current_environment().refresh()
    net = import_module("plug_net").Net
    assert model()["Net"] is model()["net"] is net
    assert model().resolve("Net").provider.name == "plug"
    assert model().problems() == []
    # Its name is still its own: neither another class nor another's code has it.
    with pytest.raises(AlreadyRegistered, match="by plug 0.1.0"):
        model().register_module("net", module=dict)


TWO = "from acme_host import MODEL\n@MODEL.register_module()\nclass Net: ..."


@pytest.mark.parametrize("rows", [{}, {"Net": "plug_net:Net"}, {"Net": "plug_old:Net"}])
@pytest.mark.parametrize("order", [("net", "old"), ("old", "net")])
def test_a_second_class_of_one_distribution_is_refused_in_either_order(
    acme: Site, rows: dict[str, str], order: tuple[str, str]
) -> None:
    acme.install("acme", OWNED, {"acme_host.py": HOST}, version="2.0")
    modules = {f"plug_{each}.py": TWO for each in order}
    acme.install("plug", {GROUP: rows}, modules)
    current_environment().refresh()
    first = import_module(f"plug_{order[0]}")
    with pytest.raises(AlreadyRegistered, match=f"at plug_{order[0]}, by plug 0.1.0; pass force"):
        import_module(f"plug_{order[1]}")
    assert model()["Net"] is first.Net
    (acme.folder / f"plug_{order[1]}.py").write_text(TWO.replace("()", "(force=True)"))
    second = import_module(f"plug_{order[1]}")
    assert model()["Net"] is second.Net


def test_a_declared_object_may_be_registered_by_others_under_another_name(acme: Site) -> None:
    plug(acme, "from acme_net import Net\nMODEL.register_module('mine', module=Net)")
    assert model()["mine"] is model()["Net"]
    assert model().problems() == []


def test_what_is_replaced_for_a_block_is_not_taken(acme: Site) -> None:
    plug(acme, "")
    with model().replaced("Net", dict):
        assert model()["Net"] is dict
        assert model().get("Net", provider="acme").by == "acme"
    assert model()["Net"].by == "acme"


@pytest.mark.usefixtures("acme")
def test_a_name_that_is_unregistered_is_free_until_a_refresh() -> None:
    model().unregister("Net")
    model().register_module("Net", module=dict)
    assert model()["Net"] is dict
    current_environment().refresh()
    # As if it had been registered after the owner's.
    assert model()["Net"].by == "acme"
    (problem,) = model().problems()
    assert str(problem) == (
        f"module {__name__}: registry \"acme.model\": {__name__} registers 'Net', which is the "
        "name of acme 2.0; choose another name, or a scope of its own"
    )


def test_a_name_that_is_declared_after_it_was_registered_is_the_owners(acme: Site) -> None:
    plug(acme, "MODEL.register_module('Late', module=dict)")
    assert model()["Late"] is dict
    rows = {**OWNED, GROUP: {"Late": "acme_late:Late"}}
    acme.install("acme", rows, {"acme_late.py": "class Late: by = 'acme'"}, version="2.0")
    current_environment().refresh()
    assert model()["Late"].by == "acme"
    assert model().get("Late", provider="plug") is dict
    (problem,) = model().problems()
    assert (str(problem.provider), problem.code) == ("plug 0.1.0", "name-taken")


HOOKS = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries(registry):
        yield Entry("Computed", "kit_fan:Fan")
"""


@pytest.mark.parametrize("asks_first", [False, True])
def test_what_a_hook_computes_is_not_taken_and_its_module_not_imported(
    acme: Site, asks_first: bool
) -> None:
    modules = {"kit_hooks.py": HOOKS, "kit_fan.py": FAN}
    acme.install("kit", {"registry_core.hooks": {GROUP: "kit_hooks"}}, modules)
    current_environment().refresh()
    if asks_first:
        assert "Computed" in model()
    plug(acme, "import sys\nMODEL.register_module('Computed', module=dict)\nSEEN = {*sys.modules}")
    assert ("kit_hooks" in import_module("plug_code").SEEN) == asks_first
    assert model()["Computed"].by == "kit"
    (problem,) = model().problems()
    assert (str(problem.provider), problem.code) == ("plug 0.1.0", "name-taken")


@pytest.mark.parametrize(
    ("who", "culprit", "what"),
    [
        ("plug", "plug 0.1.0", "plug_code registers 'Net', and hides the entry of acme 2.0"),
        ("a script", f"module {__name__}", f"{__name__} registers 'Net', and hides the entry of "),
    ],
)
def test_whoever_forces_a_name_is_named_and_not_the_host(
    acme: Site, who: str, culprit: str, what: str
) -> None:
    if who == "plug":
        plug(acme, "MODEL.register_module('Net', force=True, module=dict)")
    else:
        model().register_module("Net", force=True, module=dict)
    (problem,) = model().problems()
    assert str(problem.provider) == culprit
    assert problem.what.startswith(what)
    assert (problem.kind, problem.code) == ("shadowed", "shadowed-by-code")


def test_a_plugin_that_declares_a_name_of_the_hosts_code_is_named(acme: Site) -> None:
    code = "from acme_host import MODEL\nMODEL.register_module('Own', module=dict)"
    acme.install("acme", OWNED, {"acme_host.py": HOST, "acme_own.py": code}, version="2.0")
    acme.install("plug", {GROUP: {"Own": "plug_own:Own"}})
    current_environment().refresh()
    import_module("acme_own")
    assert model()["Own"] is dict
    (problem,) = model().problems()
    assert str(problem) == (
        "plug 0.1.0: registry \"acme.model\": the entry 'Own' is shadowed: acme_own registers it; "
        "choose a name or scope of its own"
    )


def test_code_of_an_editable_install_is_its_distributions(
    acme: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = acme.folder.parent / "project"
    project.mkdir()
    (project / "plug_here.py").write_text(
        "from acme_host import MODEL\nMODEL.children['kit'].register_module('Fan', module=dict)\n"
    )
    acme.install("plug-here")
    said = {"url": project.as_uri(), "dir_info": {"editable": True}}
    info = acme.folder / "plug_here-0.1.0.dist-info"
    (info / "direct_url.json").write_text(json.dumps(said))
    monkeypatch.syspath_prepend(project)
    with pytest.raises(AlreadyRegistered, match=r"is kit 0\.1\.0's"):
        import_module("plug_here")


def test_code_in_another_part_of_a_namespace_package_is_another_distributions(acme: Site) -> None:
    acme.install("space-kit", {GROUP: {"Sail": "space.kit:Sail"}}, {"space/kit.py": ""})
    code = "from acme_host import MODEL\nMODEL.register_module('Sail', module=dict)"
    acme.install("space-plug", {}, {"space/plug.py": code})
    current_environment().refresh()
    with pytest.raises(AlreadyRegistered, match=r"is space-kit 0\.1\.0's"):
        import_module("space.plug")


def test_one_target_in_two_spellings_is_one_entry(acme: Site) -> None:
    acme.install("twin-1", {GROUP: {"Both": "kit_fan:Fan"}})
    acme.install("twin-2", {f"{GROUP}.acme": {"Both": "kit_fan : Fan [gpu]"}})
    current_environment().refresh()
    assert model()["Both"].by == "kit"
    assert [e.provider.name for e in model().entries() if e.name == "Both"] == ["twin-1"]
    assert model().get("Both", provider="twin-2") is model()["Both"]
    assert model().problems() == []
    acme.install("twin-3", {GROUP: {"Both": "kit_fan:Other"}})
    current_environment().refresh()
    with pytest.raises(EntryConflict) as caught:
        model().resolve("Both")
    assert [entry.provider.name for entry in caught.value.entries] == ["twin-1", "twin-3"]


def test_a_provider_that_is_asked_for_is_found_further_out(acme: Site) -> None:
    acme.install(
        "plug", {GROUP: {"Fan": "plug_fan:Fan"}}, {"plug_fan.py": "class Fan: by = 'plug'"}
    )
    current_environment().refresh()
    inner = model().children["kit"]
    assert inner["Fan"].by == "kit"
    assert inner.get("Fan", provider="plug").by == "plug"
    assert inner.resolve("Fan", provider="Plug").scope == ""


@pytest.mark.usefixtures("acme")
def test_a_registry_over_a_group_of_somebody_else_has_its_names_too() -> None:
    mine: Registry[Any] = Registry("model", group=GROUP, scope="acme")
    with pytest.raises(AlreadyRegistered, match=r"acme 2\.0's"):
        mine.register_module("Net", module=dict)


def test_a_name_that_begins_with_its_own_scope_takes_no_name_in_it(acme: Site) -> None:
    assert "acme 2.0's" in taken(acme, "MODEL.register_module('acme.Net', module=dict)")
    acme.install("plug", {GROUP: {"acme.Net": "plug_net:Net", "acme.own": "plug_net:Net"}})
    current_environment().refresh()
    assert model()["acme.Net"].by == "acme"
    (problem,) = model().problems()
    assert str(problem) == (
        "plug 0.1.0: scope \"\": the name 'acme.Net' begins with the scope 'acme' that it is in; "
        "rename the entry or the scope"
    )


def test_a_preferred_distribution_registers_over_code(plugin_site: Site) -> None:
    plugin_site.install("acme", OWNED, {"acme_host.py": HOST})
    code = "from acme_host import MODEL\nMODEL.register_module('Net', module=dict)"
    plugin_site.install("plug", {}, {"plug_code.py": code})
    with plugin_site.in_use(policy=Policy.of(prefer=["plug:Net"])):
        model().register_module("Net", module=list)
        import_module("plug_code")
        assert model()["Net"] is dict
