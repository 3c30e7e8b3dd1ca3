"""Errors, entries and registries survive pickling and copying, within a process and across two."""

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from fresh_process import python, run_python

from registry_core import (
    AddressError,
    AlreadyRegistered,
    ArgumentError,
    BaseMismatch,
    BuildError,
    ConfigError,
    Entry,
    EntryConflict,
    EntryNotFound,
    HookError,
    MissingType,
    PluginLoadError,
    Provider,
    Registry,
    RegistryError,
    RegistryNotFound,
    ScopeExists,
    ScopeNotFound,
    WrongType,
    installed_registry,
)
from registry_core.testing import Site

GROUP = "acme.model"

HOST = """
    from registry_core import Registry
    MODEL = Registry("model", group="acme.model", scope="acme")
    EXTRA = Registry("model", parent=MODEL, scope="extra")

    @MODEL.register_module()
    class Base: ...
"""


@pytest.fixture
def host(plugin_site: Site) -> Iterator[Site]:
    """A site in use with a framework that owns a registry."""
    plugin_site.install(
        "acme",
        {"registry_core.registries": {GROUP: "acme_host:MODEL"}},
        {"acme_host.py": HOST},
    )
    with plugin_site.in_use():
        yield plugin_site


ENTRY = Entry(
    "Net",
    "acme_extra:Net",
    scope="extra",
    kwargs={"depth": 3},
    metadata={"size": "small"},
    registry=GROUP,
    provider=Provider("acme-extra", "0.1.0"),
)
ERRORS: list[RegistryError] = [
    WrongType("name", "a str", 3, "give one"),
    EntryNotFound(
        "extra.Nte",
        GROUP,
        tried=["the root 'acme'"],
        close=["extra.Net"],
        blocked=[(ENTRY, "blocked in code")],
        hints=["pip install acme-extra"],
        failed=[("acme.nets", "ImportError")],
    ),
    AddressError("group", "a b", "it holds white space"),
    AlreadyRegistered("Net", GROUP, "acme_host"),
    ArgumentError("Net", "acme 1", unexpected=["a"], missing=["b"], accepts="b, c"),
    BaseMismatch(GROUP, "Net", dict, "a list", ENTRY.provider),
    ConfigError("the config refers to itself here", "net.yaml"),
    ScopeExists("extra", GROUP),
    EntryConflict("Net", GROUP, [ENTRY, ENTRY._replace(provider=Provider("acme-more", "1"))]),
    ScopeNotFound("extra", GROUP, ["other"], []),
    RegistryNotFound("neck", [GROUP]),
    PluginLoadError(ENTRY, "importing 'acme_extra' raised OSError", "reinstall it"),
    HookError(ENTRY.provider, "registry_core_build", "ValueError"),
    MissingType(["a"]),
    BuildError("Net", ENTRY.provider, "ValueError: no"),
]
ERRORS[-1].within(("model", "head", 2))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_can_be_pickled_and_copied_with_its_fields(error: RegistryError) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


def test_a_cause_can_be_told_in_words_before_an_error_travels() -> None:
    def building() -> None:
        try:
            try:
                raise ValueError("inner")
            except ValueError as error:
                raise BuildError("Net", "", "no") from error
        except RegistryError as error:
            error.tell_cause()
            raise

    with pytest.raises(BuildError) as raised:
        building()
    error = raised.value
    assert error.__cause__ is error.__context__ is None
    assert error.__notes__[0].endswith("ValueError: inner")
    error.tell_cause()
    assert len(error.__notes__) == 1, "there is no other"


def test_an_entry_can_be_pickled_and_copied_and_stays_frozen() -> None:
    entry = ENTRY.frozen()
    for again in (pickle.loads(pickle.dumps(entry)), copy.deepcopy(entry)):
        assert again == entry
        assert hash(again) == hash(entry)
        assert type(again.kwargs) is type(again.metadata) is MappingProxyType


def test_a_registry_is_pickled_as_the_one_that_lives(plugin_site: Site) -> None:
    plugin_site.install("acme-deep", {"acme.living.extra.deep": {"Deep": "acme_deep:Deep"}})
    with plugin_site.in_use():
        root = Registry("living", group="acme.living", scope="acme")
        extra = Registry("living", parent=root, scope="extra")
        for registry in (root, extra, extra.children["deep"]):
            assert pickle.loads(pickle.dumps(registry)) is registry
            assert copy.deepcopy([registry])[0] is copy.copy(registry) is registry


@pytest.mark.parametrize("path", [(), ("extra",), ("extra", "deep")])
def test_a_registry_is_unpickled_in_another_process(host: Site, path: tuple[str, ...]) -> None:
    host.install("acme-deep", {f"{GROUP}.extra.deep": {"Deep": "acme_deep:Deep"}})
    registry = installed_registry(GROUP)
    for label in path:
        registry = registry.children[label]
    code = (
        "import pickle, sys\n"
        f"sys.path.insert(0, {str(host.folder)!r})\n"
        f"registry = pickle.loads({pickle.dumps(registry)!r})\n"
        "assert registry.root is sys.modules['acme_host'].MODEL\n"
        "print(type(registry).__name__, registry.group, registry.scope, registry['Base'].__name__,"
        " 'extra.deep.Deep' in registry)"
    )
    ran = run_python("-c", code)
    assert ran.stdout.split() == ["Registry", GROUP, registry.scope, "Base", "True"], ran.stderr


def test_a_registry_that_nobody_owns_is_unpickled_over_what_is_installed(tmp_path: Path) -> None:
    Site(tmp_path).install("acme-extra", {"acme.bare.extra": {"Net": "collections:Counter"}})
    code = (
        "import pickle, sys\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        f"registry = pickle.loads({pickle.dumps(Registry('bare', group='acme.bare', scope='b'))!r})"
        "\nprint(registry.name, registry.scope, [entry.key for entry in registry.entries()])"
    )
    ran = run_python("-c", code)
    assert ran.stdout == "bare b ['extra.Net']\n", ran.stderr


def test_what_is_unpickled_is_of_its_own_class() -> None:
    code = (
        "import pickle\nfrom registry_core.compat.mmengine import Registry\n"
        "print(pickle.dumps(Registry('bare_mm', scope='b', group='docs.bare')))"
    )
    code = f"import pickle\nprint(type(pickle.loads({python(code)})).__module__)"
    ran = run_python("-c", code)
    assert ran.stdout == "registry_core.compat.mmengine.registry\n", ran.stderr
