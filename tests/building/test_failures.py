"""What built code raises becomes an error with its place and provider, and stays its cause."""

import traceback
from collections.abc import Callable
from typing import Any

import pytest

from registry_core import (
    ArgumentError,
    BuildError,
    EntryConflict,
    EntryNotFound,
    HookError,
    PluginLoadError,
    Registry,
    RegistryError,
)
from registry_core.testing import Site


class Dense:
    """A layer as anyone may write one."""

    def __init__(self, width: int, activation: object = None, *, bias: bool = True) -> None:
        if width < 0:
            raise ValueError("width must not be negative")


def stack(**layers: object) -> dict[str, object]:
    return layers


@pytest.fixture
def layers() -> Registry[Any]:
    registry: Registry[Any] = Registry("layer", scope="acme")
    registry.register_module(module=Dense)
    registry.register_module(module=stack)
    return registry


def failing(registry: Registry[Any], error: Callable[[], BaseException]) -> None:
    """Register `fail`, which raises what `error` makes."""

    def fail(*_: object, **__: object) -> None:
        raise error()

    registry.register_module(module=fail, force=True)


PROVIDER = f"(module {__name__})"


def test_a_constructor_that_raises_is_named_with_its_provider_and_chained(
    layers: Registry[Any],
) -> None:
    for config in ({"type": "Dense", "width": -1}, {"type": "Dense", "_args_": [-1]}):
        with pytest.raises(BuildError) as failed:
            layers.build(config)
        assert str(failed.value) == (
            f"building 'Dense' {PROVIDER} failed: ValueError: width must not be negative"
        )
        assert isinstance(failed.value.__cause__, ValueError)
        assert "Dense.__init__" not in str(failed.value)
        assert "width must not be negative" in "".join(traceback.format_exception(failed.value))


class Mute(Exception):
    """Raises when it is shown."""

    def __str__(self) -> str:
        raise RuntimeError


class Leaving(Exception):
    """Ends the process when it is shown."""

    def __str__(self) -> str:
        raise SystemExit


class Half(BuildError):
    """Has none of the fields of its kind."""

    def __init__(self) -> None:
        pass


class Odd(Exception):
    """Cannot be made again from its arguments."""

    def __init__(self, *, code: int, reason: str) -> None:
        super().__init__()
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"code {self.code}"


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (ValueError(), "ValueError"),
        (KeyError("width"), "KeyError: 'width'"),
        (AssertionError("odd width"), "AssertionError: odd width"),
        (StopIteration(), "StopIteration"),
        (SystemExit(3), "SystemExit: 3"),
        (SystemExit(), "SystemExit"),
        (Mute(), "Mute: (its message cannot be shown)"),
        (Leaving(), "Leaving: (its message cannot be shown)"),
        (Half(), "Half: (its message cannot be shown)"),
        (Odd(code=7, reason="x"), "Odd: code 7"),
        (
            UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"),
            "UnicodeDecodeError: 'utf-8' codec",
        ),
        (ExceptionGroup("many", [ValueError()]), "ExceptionGroup: many (1 sub-exception)"),
    ],
)
@pytest.mark.parametrize("recursive", [False, True])
def test_whatever_a_constructor_raises_is_kept_as_the_cause(
    layers: Registry[Any], raised: BaseException, reason: str, recursive: bool
) -> None:
    failing(layers, lambda: raised)
    with pytest.raises(BuildError) as failed:
        layers.build({"type": "fail"}, recursive=recursive)
    assert failed.value.__cause__ is raised
    assert str(failed.value).startswith(f"building 'fail' {PROVIDER} failed: {reason}")


class Unreadable(type):
    """Makes classes that do not let anyone read what they take."""

    @property
    def __signature__(cls) -> object:
        raise RuntimeError


def test_what_hides_its_signature_is_told_by_python(layers: Registry[Any]) -> None:
    class Layer(metaclass=Unreadable):
        def __init__(self, width: int) -> None: ...

    layers.register_module(module=Layer)
    with pytest.raises(
        BuildError, match="missing 1 required positional argument: 'width'"
    ) as failed:
        layers.build({"type": "Layer"})
    assert isinstance(failed.value.__cause__, TypeError)


HUB = """
    from registry_core import Entry, hookimpl
    asked = []

    @hookimpl
    def registry_core_lookup(registry, scope, name):
        asked.append(name)
        if len(asked) == 1:
            return Entry(name, "acme_hub:fetch")

    def fetch():
        raise ValueError("no weights")
"""


def test_a_failed_build_of_an_open_ended_name_does_not_ask_for_it_again(plugin_site: Site) -> None:
    rows = {"registry_core.hooks": {"layer": "acme_hub"}}
    plugin_site.install("acme-hub", rows, {"acme_hub.py": HUB})
    with plugin_site.in_use():
        layers: Registry[Any] = Registry("layer", scope="acme")
        with pytest.raises(BuildError) as failed:
            layers.build({"type": "hub/resnet"})
    assert str(failed.value) == (
        "building 'hub/resnet' (acme-hub 0.1.0) failed: ValueError: no weights"
    )
    assert isinstance(failed.value.__cause__, ValueError)


class Stop(BaseException):
    """Neither an error nor an exit, as a cancelled task is."""


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), GeneratorExit(), Stop()])
@pytest.mark.parametrize("recursive", [False, True])
def test_what_is_no_error_of_the_constructor_passes(
    layers: Registry[Any], raised: BaseException, recursive: bool
) -> None:
    failing(layers, lambda: raised)
    for config in ({"type": "fail"}, {"type": "fail", "_args_": []}):
        with pytest.raises(type(raised)) as passed:
            layers.build(config, recursive=recursive)
        assert passed.value is raised


def test_a_build_that_fails_inside_a_constructor_tells_the_whole_way(
    layers: Registry[Any],
) -> None:
    layers.register_module(name="outer", module=lambda inner: layers.build(inner, recursive=True))
    config = {"type": "outer", "inner": {"type": "stack", "a": [{"type": "Nope"}]}}
    with pytest.raises(BuildError) as failed:
        layers.build(config)
    assert str(failed.value).startswith(
        f"building 'outer' {PROVIDER} failed: in the config at a[0]: 'Nope' is not in the registry"
    )
    assert isinstance(failed.value.__cause__, EntryNotFound)


HOOKS = """
    from registry_core import hookimpl
    @hookimpl(wrapper=True)
    def registry_core_build(entry, kwargs):
        if "broken" in kwargs:
            raise ValueError("no budget")
        return (yield)
"""


def test_what_plugins_get_wrong_is_told_with_distribution_and_path(plugin_site: Site) -> None:
    for name, version in (("acme-one", "1.0"), ("acme-two", "2.0")):
        rows = {"registry_core.layer": {"Twice": "acme_net:Twice", "stack": "acme_net:stack"}}
        own = {"registry_core.layer": {"Bad": "acme_bad:Bad", "stack": "acme_net:stack"}}
        plugin_site.install(name, own if version == "2.0" else rows, version=version)
    plugin_site.install("acme-three", {"registry_core.layer": {"Twice": "acme_net:stack"}})
    modules = {
        "acme_net.py": "Twice = stack = dict",
        "acme_bad.py": "raise OSError('no disk')",
        "acme_hooks.py": HOOKS,
    }
    plugin_site.install("acme-hooks", {"registry_core.hooks": {"layer": "acme_hooks"}}, modules)
    with plugin_site.in_use() as environment:
        environment.prefer("acme-two")
        layers: Registry[Any] = Registry("layer", scope="acme")

        def refusal(inner: dict[str, Any], kind: type[RegistryError]) -> RegistryError:
            with pytest.raises(kind) as refused:
                layers.build({"type": "stack", "a": [inner]}, recursive=True)
            assert refused.value.config_path == "a[0]"
            return refused.value

        broken = refusal({"type": "Bad"}, PluginLoadError)
        assert "'Bad' in 'registry_core.layer', provided by acme-two 2.0 as 'acme_bad:Bad'" in str(
            broken
        )
        assert "raised OSError: no disk" in str(broken)
        assert isinstance(broken.__cause__, OSError)

        conflict = refusal({"type": "Twice"}, EntryConflict)
        assert "is provided by acme-one 1.0 ('acme_net:Twice') and acme-three 0.1.0" in str(
            conflict
        )

        hook = refusal({"type": "stack", "broken": True}, HookError)
        assert str(hook) == (
            "in the config at a[0]: the hook registry_core_build of acme-hooks 0.1.0 failed: "
            "ValueError: no budget"
        )
        assert isinstance(hook.__cause__, ValueError)


def test_a_missing_argument_that_has_no_keyword_is_named_too(layers: Registry[Any]) -> None:
    def make(first: int, second: int, /, third: int) -> None: ...

    layers.register_module(module=make)
    with pytest.raises(ArgumentError, match="missing argument 'second', missing argument 'third'"):
        layers.build({"type": "make", "_args_": [1]})
