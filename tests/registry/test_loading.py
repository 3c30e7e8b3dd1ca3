"""From an entry to its object: what a plugin raises is explained, and a failure leaves no trace."""

import sys
from collections.abc import Iterator
from importlib import import_module

import pytest

from registry_core import PluginLoadError, Provider, Registry, installed_registry
from registry_core.testing import Site

GROUP = "acme.model"
BLAME = "upgrade or reinstall acme-extra, or block it with REGISTRY_CORE_BLOCK=acme-extra"

HOST = """
    from registry_core import Registry
    MODEL = Registry("model", group="acme.model", scope="acme")
    EXTRA = Registry("model", parent=MODEL, scope="extra")
    ATTEMPTS = []

    def register(cls):
        return MODEL.register_module(module=cls)

    @MODEL.register_module()
    class Base: ...
"""


@pytest.fixture
def host(plugin_site: Site) -> Iterator[Site]:
    """A site in use with a framework, whose plugin a test may add."""
    plugin_site.install(
        "acme",
        {"registry_core.registries": {GROUP: "acme_host:MODEL"}},
        {"acme_host.py": HOST},
    )
    with plugin_site.in_use():
        yield plugin_site


def plugin(site: Site, source: str, target: str = "acme_extra:Net") -> Registry:
    """The framework's registry, after a plugin with the root entry `Net` was installed."""
    site.install("acme-extra", {GROUP: {"Net": target}}, {"acme_extra.py": source})
    return installed_registry(GROUP)


@pytest.mark.parametrize(
    ("source", "target", "reason", "cause"),
    [
        (
            "",
            "acme_exrta:Net",
            f"importing 'acme_exrta' raised ModuleNotFoundError: No module named 'acme_exrta'; "
            f"{BLAME}",
            ModuleNotFoundError,
        ),
        (
            "import no_such_library.deep",
            "acme_extra:Net",
            "importing 'acme_extra' raised ModuleNotFoundError: No module named "
            "'no_such_library'; install what provides the module 'no_such_library'",
            ModuleNotFoundError,
        ),
        (
            "from collections import Nothing",
            "acme_extra:Net",
            "importing 'acme_extra' raised ImportError: cannot import name 'Nothing'",
            ImportError,
        ),
        (
            "",
            "acme_extra:Net",
            f"the module 'acme_extra' has no attribute 'Net'; {BLAME}",
            AttributeError,
        ),
        (
            "class Net: ...",
            "acme_extra:Net.small",
            f"the module 'acme_extra' has no attribute 'Net.small'; {BLAME}",
            AttributeError,
        ),
        (
            "def broken(",
            "acme_extra:Net",
            "importing 'acme_extra' raised SyntaxError: '(' was never closed",
            SyntaxError,
        ),
        (
            "raise SystemExit(3)",
            "acme_extra:Net",
            f"importing 'acme_extra' raised SystemExit: 3; {BLAME}",
            SystemExit,
        ),
        (
            "class Own(BaseException): ...\nraise Own",
            "acme_extra:Net",
            f"importing 'acme_extra' raised Own; {BLAME}",
            BaseException,
        ),
        (
            "class Mute(Exception):\n    def __str__(self): raise ValueError\nraise Mute",
            "acme_extra:Net",
            f"importing 'acme_extra' raised Mute: (its message cannot be shown); {BLAME}",
            Exception,
        ),
        (
            "def __getattr__(name): raise ValueError('lazy')",
            "acme_extra:Net",
            f"asking 'acme_extra' for 'Net' raised ValueError: lazy; {BLAME}",
            ValueError,
        ),
        (
            "def __getattr__(name): raise SystemExit('lazy')",
            "acme_extra:Net",
            f"asking 'acme_extra' for 'Net' raised SystemExit: lazy; {BLAME}",
            SystemExit,
        ),
        ("Net = 3", "acme_extra:Net", f"a int cannot be called; {BLAME}", None),
    ],
)
def test_whatever_a_plugin_raises_is_a_load_error_that_names_it_and_what_to_do(
    host: Site,
    source: str,
    target: str,
    reason: str,
    cause: type[BaseException] | None,
) -> None:
    root = plugin(host, source, target)
    assert "Net" in root
    for ask in (root.get, root.__getitem__, lambda key: root.build({"type": key})):
        with pytest.raises(PluginLoadError) as raised:
            ask("Net")
        assert str(raised.value).startswith(
            f"'Net' in 'acme.model', provided by acme-extra 0.1.0 as {target!r}, cannot be "
            f"loaded: {reason}"
        )
        assert raised.value.provider == Provider("acme-extra", "0.1.0")
        assert raised.value.entry == root.resolve("Net")
        assert isinstance(raised.value.__cause__, cause or type(None))
    assert (root.get("Nothing"), root.get("Nothing", 5)) == (None, 5)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, GeneratorExit])
def test_the_users_interrupt_passes_and_the_load_can_be_tried_again(
    host: Site, interrupt: type[BaseException]
) -> None:
    source = f"""
        from acme_host import ATTEMPTS
        ATTEMPTS.append(1)
        if len(ATTEMPTS) == 1:
            raise {interrupt.__name__}
        class Net: ...
    """
    root = plugin(host, source)
    with pytest.raises(interrupt):
        root.get("Net")
    assert root["Net"].__name__ == "Net"


HALF = """
    from acme_host import ATTEMPTS, EXTRA, MODEL, register
    ATTEMPTS.append(1)
    {registering}
    class Half: ...
    if len(ATTEMPTS) == 1:
        raise OSError("once")
    class Net: ...
"""


@pytest.mark.parametrize(
    "registering",
    [
        "",
        "@MODEL.register_module()",
        "@MODEL.register_module('Net')",
        "@EXTRA.register_module()\n    @MODEL.register_module()",
        "@MODEL.register_module('Base', force=True)",
        "@register",
    ],
    ids=["nothing", "a name", "its own name", "two scopes", "in place of another", "by a helper"],
)
def test_a_failed_load_leaves_nothing_behind_and_can_be_tried_again(
    host: Site, registering: str
) -> None:
    root = plugin(host, HALF.format(registering=registering))
    before = [(entry.key, entry.target) for entry in root.entries()]
    with pytest.raises(PluginLoadError, match="raised OSError: once"):
        root.build({"type": "Net"})
    assert [(entry.key, entry.target) for entry in root.entries()] == before
    assert root["Base"] is import_module("acme_host").Base
    assert "Half" not in root
    assert "acme_extra" not in sys.modules
    assert root["Net"].__module__ == "acme_extra"
    assert import_module("acme_host").ATTEMPTS == [1, 1]


def test_a_module_that_another_one_imported_before_it_failed_keeps_what_it_registered(
    host: Site,
) -> None:
    part = """
        from acme_host import MODEL
        @MODEL.register_module()
        class Part: ...
        def fail(): raise ValueError("in another module")
    """
    host.install("acme-part", "", {"acme_part.py": part})
    root = plugin(host, "import acme_part\nacme_part.fail()")
    with pytest.raises(PluginLoadError, match="ValueError: in another module"):
        root.get("Net")
    assert root["Part"] is import_module("acme_part").Part


def test_what_a_module_registers_under_the_name_while_it_is_loaded_counts_at_once(
    host: Site,
) -> None:
    source = """
        from acme_host import MODEL
        @MODEL.register_module("Net")
        class Registered: ...
        class Net: ...
    """
    root = plugin(host, source)
    registered = root["Net"]
    assert registered is import_module("acme_extra").Registered
    assert root.get("Net") is root.resolve("Net").target is root.module_dict["Net"] is registered


def test_plugins_may_import_each_other(host: Site) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        source = f"""
            import acme_{other}
            from acme_host import MODEL
            @MODEL.register_module("{one}")
            class Net:
                other = acme_{other}
        """
        host.install(f"acme-{one}", {GROUP: {one: f"acme_{one}:Net"}}, {f"acme_{one}.py": source})
    root = installed_registry(GROUP)
    assert root["a"].__module__ == "acme_a"
    assert root["a"].other.Net is root["b"]
    assert [str(entry.provider) for entry in root.entries() if entry.name in "ab"] == [
        "acme-a 0.1.0",
        "acme-b 0.1.0",
    ]
    assert root.problems() == []


def test_a_plugin_may_ask_the_hosts_registry_while_it_is_imported(host: Site) -> None:
    host.install(
        "acme-part", {f"{GROUP}.extra": {"Part": "acme_part:Part"}}, {"acme_part.py": "Part = dict"}
    )
    source = """
        from acme_host import MODEL
        assert "Net" in MODEL and "extra.Part" in MODEL
        LISTED = [entry.key for entry in MODEL.entries()]
        class Net(MODEL["extra.Part"]):
            part = MODEL.build({"type": "extra.Part", "a": 1})
    """
    root = plugin(host, source)
    built = root.build({"type": "Net", "b": 2})
    assert (built, built.part) == ({"b": 2}, {"a": 1})
    assert import_module("acme_extra").LISTED == ["Base", "Net", "extra.Part"]
    assert root["Net"] is import_module("acme_extra").Net


def test_a_plugin_that_asks_for_itself_while_it_is_imported_is_explained(host: Site) -> None:
    root = plugin(host, "from acme_host import MODEL\nMODEL['Net']\nclass Net: ...")
    with pytest.raises(PluginLoadError, match="has no attribute 'Net'"):
        root.get("Net")


def test_what_changes_while_a_name_is_loaded_is_seen_by_the_next_lookup(host: Site) -> None:
    source = """
        from acme_host import EXTRA
        class Net: ...
        @EXTRA.register_module("Net")
        class Nearer: ...
    """
    extra = plugin(host, source).children["extra"]
    # Resolved to the root's before its module was imported, which then registered a nearer one.
    assert extra["Net"].__name__ == "Net"
    assert extra["Net"].__name__ == "Nearer"
    assert type(extra.build({"type": "Net"})).__name__ == "Nearer"
