"""Checking a config: all errors at once, before anything is constructed."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest

from registry_core import (
    ArgumentError,
    ConfigError,
    EntryNotFound,
    MissingType,
    Registry,
    RegistryError,
    ScopeNotFound,
    WrongType,
    default_scope,
)
from registry_core.config import check_config
from registry_core.testing import Site


class Layer:
    made: ClassVar[list["Layer"]] = []

    def __init__(self, size: int = 1, inner: object = None) -> None:
        self.size = size
        self.inner = inner
        self.made.append(self)


@pytest.fixture
def layers() -> Registry[Any]:
    registry: Registry[Any] = Registry("layers checked", scope="acme")
    registry.register_module(module=Layer)
    child: Registry[Any] = Registry("layers", parent=registry, scope="extra")
    child.register_module("Other", module=Layer)
    Layer.made.clear()
    return registry


def test_a_good_config_has_no_errors_and_nothing_is_constructed(layers: Registry[Any]) -> None:
    cfg = {"type": "Layer", "inner": {"type": "extra.Other", "_args_": [3]}}
    assert check_config(cfg, layers, recursive=True, load=True) == []
    assert Layer.made == []


def test_every_error_is_reported_at_once_with_its_path(layers: Registry[Any]) -> None:
    cfg = {
        "type": "Layr",
        "a": {"type": "Layer", "_scope_": "nowhere"},
        "b": [{"type": "Layer"}, {"type": "Othr"}, {"type": 3}],
        "c": {"_literal_": {"type": "not looked at"}},
    }
    found = check_config(cfg, layers, recursive=True)
    assert [(type(error), error.config_path) for error in found] == [
        (ScopeNotFound, "a"),
        (EntryNotFound, "b[1]"),
        (WrongType, "b[2]"),
        (EntryNotFound, ""),
    ]


def test_a_plain_check_leaves_nested_configs_alone_as_a_plain_build_does(
    layers: Registry[Any],
) -> None:
    assert check_config({"type": "Layer", "inner": {"type": "Nope"}}, layers) == []


@pytest.mark.parametrize("load", [False, True])
def test_an_unknown_argument_is_found_with_or_without_loading(
    layers: Registry[Any], load: bool
) -> None:
    cfg = {"type": "Layer", "inner": {"type": "Layer", "depth": 1}}
    (error,) = check_config(cfg, layers, recursive=True, load=load)
    assert isinstance(error, ArgumentError)
    assert "in the config at inner: " in str(error)
    assert "unexpected argument 'depth'; it takes size, inner" in str(error)


PASSING_ON = """
    import functools
    def logged(f):
        @functools.wraps(f)
        def call(*args, **kwargs):
            return f(*args, **kwargs)
        return call
    @logged
    def wrapped(size): ...
    @functools.lru_cache
    def kept(size): ...
    class Making:
        def __new__(cls, *args, **kwargs):
            return object.__new__(cls)
    class Made(Making):
        def __init__(self, size): ...
    def shifted(f):
        @functools.wraps(f)
        def call(*args, **kwargs):
            return f(1, *args, **kwargs)
        return call
    @shifted
    def vague(size): ...
"""


@pytest.mark.parametrize("load", [False, True])
@pytest.mark.parametrize("name", ["wrapped", "kept", "Made"])
def test_loading_tells_no_less_than_source_of_what_passes_everything_on(
    plugin_site: Site, name: str, load: bool
) -> None:
    rows = {name: f"passing_on:{name}" for name in ("wrapped", "kept", "Made", "vague")}
    plugin_site.install("acme", {"registry_core.passing": rows}, {"passing_on.py": PASSING_ON})
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("passing", scope="acme")
        (error,) = check_config({"type": name, "sise": 1, "size": 2}, registry, load=load)
        assert "unexpected argument 'sise'; it takes size" in str(error)
        assert check_config({"type": name, "size": 2}, registry, load=load) == []
        assert check_config({"type": "vague"}, registry, load=load) == []


@pytest.mark.parametrize("load", [False, True])
def test_loading_tells_no_less_than_source_of_annotations_that_objects_do_not_spell_out(
    plugin_site: Site, load: bool
) -> None:
    source = "import typing as t\ndef it(size: t.Union[int, 'Size']): ...\nSize = tuple[int, int]"
    plugin_site.install("acme", {"registry_core.spelt": {"it": "spelt:it"}}, {"spelt.py": source})
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("spelt", scope="acme")
        (error,) = check_config({"type": "it", "size": "big"}, registry, load=load)
        assert "size must be an integer or a list, but got str" in str(error)
        assert check_config({"type": "it", "size": [1, 2]}, registry, load=load) == []


def test_a_target_that_is_not_there_is_found_without_loading(plugin_site: Site) -> None:
    rows = {"Gone": "gone:Cls", "Lost": "here:Lost"}
    plugin_site.install("broken", {"registry_core.checked": rows}, {"here.py": "exit('imported')"})
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("checked", scope="acme")
        (gone,) = check_config({"type": "Gone"}, registry)
        (lost,) = check_config({"type": "Lost"}, registry)
        (loaded,) = check_config({"type": "Gone"}, registry, load=True)
    assert "cannot be loaded: there is no module 'gone'; upgrade or reinstall broken" in str(gone)
    assert "the module 'here' has no attribute 'Lost'" in str(lost)
    assert "No module named 'gone'" in str(loaded)


def test_checking_starts_from_the_default_scope(layers: Registry[Any]) -> None:
    assert isinstance(check_config({"type": "Other"}, layers)[0], EntryNotFound)
    with default_scope("extra"):
        assert check_config({"type": "Other"}, layers) == []


@pytest.mark.parametrize(
    ("cfg", "kind"),
    [({}, MissingType), ({"a": 1}, MissingType), ([], WrongType), ({"type": None}, WrongType)],
)
def test_what_is_no_config_is_one_error(
    layers: Registry[Any], cfg: Any, kind: type[RegistryError]
) -> None:
    assert [type(error) for error in check_config(cfg, layers)] == [kind]


def test_a_config_that_refers_to_itself_is_reported_where_it_does(layers: Registry[Any]) -> None:
    inner: dict[str, Any] = {"type": "Layer"}
    inner["inner"] = inner
    (error,) = check_config({"type": "Layer", "inner": inner}, layers, recursive=True)
    assert isinstance(error, ConfigError)
    assert error.config_path == "inner.inner"


def test_what_checks_clean_builds(layers: Registry[Any]) -> None:
    cfg = {"type": "Layer", "inner": [{"type": "Layer", "size": 2}]}
    assert check_config(cfg, layers, recursive=True, load=True) == []
    assert layers.build(cfg, recursive=True).inner[0].size == 2


class NoClass:
    def __getattribute__(self, name: str) -> object:
        if name == "__class__":
            raise OSError("no class")
        return super().__getattribute__(name)


class Torn(Mapping[str, object]):
    def __getitem__(self, key: str) -> object:
        raise OSError("torn")

    def __iter__(self) -> Iterator[str]:
        raise OSError("torn")

    def __len__(self) -> int:
        raise OSError("torn")


@pytest.mark.parametrize("kind", [NoClass, Torn])
@pytest.mark.parametrize("recursive", [True, False])
def test_a_value_that_raises_when_it_is_asked_ends_no_check(
    kind: type[object], recursive: bool
) -> None:
    registry = Registry("hostile_values", scope="acme")

    @registry.register_module()
    class Net:
        def __init__(self, depth: int = 1) -> None:
            self.depth = depth

    found = check_config(
        {"type": "Net", "depth": kind(), "wdith": 1}, registry, recursive=recursive
    )
    assert any(isinstance(each, ArgumentError) for each in found)
