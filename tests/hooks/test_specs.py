"""What is written beside a hook: options, what it depends on, and what is refused there."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from registry_core import HookError, Provider, depends_on, hookimpl
from registry_core.hooks.specs import dependencies_of

Hook = Callable[..., Any]


def registry_core_entries() -> tuple[()]:
    return ()


def registry_core_lookup() -> None: ...


def registry_core_build() -> None: ...


def registry_core_entires() -> None: ...


def registry_core_later() -> None: ...


def helper() -> tuple[()]:
    return ()


REFUSED: dict[str, tuple[Hook, dict[str, Any], str]] = {
    "an old wrapper": (
        registry_core_build,
        {"hookwrapper": True},
        "hookimpl takes no 'hookwrapper', only tryfirst, trylast, wrapper, optionalhook",
    ),
    "the name of the hook": (helper, {"specname": "registry_core_entries"}, "takes no 'specname'"),
    "what is not an option": (
        registry_core_lookup,
        {"firstresult": True},
        "takes no 'firstresult'",
    ),
    "a wrapper of another hook": (
        registry_core_lookup,
        {"wrapper": True},
        "only registry_core_build is wrapped: mark registry_core_lookup without wrapper=True",
    ),
    "a build that is not a wrapper": (
        registry_core_build,
        {"tryfirst": True},
        "registry_core_build is not marked hookimpl(wrapper=True)",
    ),
    "what is not a hook": (
        registry_core_entires,
        {},
        "there is no hook registry_core_entires; did you mean registry_core_entries?",
    ),
    "what is like no hook": (registry_core_later, {}, "there is no hook registry_core_later"),
}


@pytest.mark.parametrize(("function", "options", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_honoured_is_refused_where_it_is_written(
    function: Hook, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(HookError, match=re.escape(reason)) as raised:
        hookimpl(**options)(function)
    assert (raised.value.provider, raised.value.hook) == (Provider(__name__), function.__name__)
    assert f"the hook {function.__name__} of module {__name__} failed: " in str(raised.value)


def test_a_hook_without_options_is_refused_as_well() -> None:
    with pytest.raises(HookError, match="did you mean registry_core_entries"):
        hookimpl(registry_core_entires)


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (registry_core_lookup, {}),
        (registry_core_lookup, {"tryfirst": True, "trylast": False, "wrapper": False}),
        (registry_core_build, {"wrapper": True, "trylast": True}),
        (registry_core_later, {"optionalhook": True}),
        (helper, {}),
    ],
)
def test_what_is_honoured_gives_back_the_function(function: Hook, options: dict[str, Any]) -> None:
    assert hookimpl(**options)(function) is function


@pytest.mark.parametrize("names", [("timm", "Acts_Extra"), ("torch",), (), (None,)])
def test_depends_on_marks_a_function_and_gives_it_back(names: tuple[str | None, ...]) -> None:
    def entries() -> None: ...

    assert dependencies_of(entries) is None
    assert depends_on("before")(entries) is entries
    assert hookimpl(depends_on(*names)(entries)) is entries
    assert dependencies_of(entries) == names


@pytest.mark.parametrize("name", ["timm>=1", "a b", "", "-r x", 3, ("timm",), b"timm"])
def test_depends_on_takes_names_of_distributions_alone(name: Any) -> None:
    with pytest.raises(HookError) as raised:
        depends_on("torch", name)(registry_core_entries)
    reason = f"depends_on names distributions, without versions, not {name!r}"
    assert str(raised.value) == (
        f"the hook registry_core_entries of module {__name__} failed: TypeError: {reason}"
    )


def test_depends_on_takes_none_alone_or_names() -> None:
    with pytest.raises(HookError, match="not None"):
        depends_on("torch", None)(registry_core_entries)


def test_depends_on_without_parentheses_is_refused() -> None:
    with pytest.raises(HookError, match=r"write @depends_on\(\.\.\.\), with the names"):
        depends_on(registry_core_entries)  # type: ignore[arg-type]


def test_depends_on_is_refused_at_a_hook_of_which_nothing_is_kept() -> None:
    with pytest.raises(HookError, match="only answers of registry_core_entries are kept"):
        depends_on("torch")(registry_core_lookup)
