"""What leads nowhere is remembered, as long as nothing can have changed."""

import importlib
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from registry_core import Registry, current_environment
from registry_core.testing import Site

GROUP = "registry_core.remembered"


def test_a_name_that_was_absent_is_found_once_code_registers_it() -> None:
    registry: Registry[Any] = Registry("remembered in code", scope="r")
    child: Registry[Any] = Registry("remembered in code", parent=registry, scope="c")
    for _ in range(2):
        assert (registry.get("A"), child.get("A"), "A" in registry, "A" in child) == (
            None,
            None,
            False,
            False,
        )
    registry.register_module("A", module=dict)
    assert (registry.get("A"), child.get("A"), "A" in registry, "A" in child) == (
        dict,
        dict,
        True,
        True,
    )


def test_a_name_that_was_absent_is_found_once_it_is_installed(plugin_site: Site) -> None:
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("remembered", scope="r")
        assert (registry.get("A"), "A" in registry) == (None, False)
        plugin_site.install("more", {GROUP: {"A": "collections:Counter"}})
        current_environment().refresh()
        assert (registry.get("A") is not None, "A" in registry) == (True, True)
        current_environment().block("more")
        assert (registry.get("A"), "A" in registry) == (None, False)


def test_a_default_is_the_callers_own_at_every_call() -> None:
    registry: Registry[Any] = Registry("remembered default", scope="r")
    assert [registry.get("A", default) for default in (None, 1, "x")] == [None, 1, "x"]
    with pytest.raises(KeyError):
        registry["A"]


def test_a_lookup_hook_is_asked_each_time_for_what_it_does_not_know(plugin_site: Site) -> None:
    hooks = """
        from registry_core import Entry, hookimpl

        known = []

        @hookimpl
        def registry_core_lookup(name):
            return Entry(name, "collections:Counter") if name in known else None
    """
    plugin_site.install(
        "hub",
        {"registry_core.hooks": {"remembered": "remembered_hub"}},
        {"remembered_hub.py": hooks},
    )
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("remembered", scope="r")
        assert (registry.get("late"), registry.get("late")) == (None, None)
        sys.modules["remembered_hub"].known.append("late")
        assert registry.get("late") is not None
        assert "late" not in registry


@pytest.mark.parametrize("question", ["registry.get('A') is dict", "'A' in registry"])
def test_a_name_is_looked_for_again_while_a_location_cannot_be_imported(
    plugin_site: Site, question: str
) -> None:
    file = plugin_site.folder / "remembered_late.py"
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("remembered", scope="r", locations=["remembered_late"])
        sys.modules["remembered_registry"] = registry  # type: ignore[assignment]
        try:
            for _ in range(2):
                with pytest.warns(RuntimeWarning, match="importing the location") as warned:
                    assert (registry.get("A"), "A" in registry) == (None, False)
                assert [each.filename for each in warned] == [__file__, __file__]
            file.write_text(
                "import remembered_registry\nremembered_registry.register_module('A', module=dict)"
            )
            importlib.invalidate_caches()
            assert eval(question)
        finally:
            del sys.modules["remembered_registry"]


class Key(str):
    """A key of which one can see whether anything still holds it."""

    __slots__ = ("__weakref__",)


@pytest.mark.parametrize("ask", [Registry.get, Registry.__contains__], ids=["get", "in"])
def test_what_is_remembered_of_absent_names_is_bounded(
    ask: Callable[[Registry[Any], str], object],
) -> None:
    registry: Registry[Any] = Registry("remembered bound", scope="r")
    asked: list[weakref.ref[Key]] = []
    for number in range(120_000):
        key = Key(f"n{number}")
        asked.append(weakref.ref(key))
        assert not ask(registry, key)
    assert sum(key() is not None for key in asked) <= 100_000


CALLS = """
import os, sys
import registry_core
from registry_core import Registry

def calls(question):
    count = 0
    def counted(frame, event, _):
        nonlocal count
        count += event == "call" and frame.f_code.co_filename.startswith(OURS)
    sys.setprofile(counted)
    try:
        question()
    finally:
        sys.setprofile(None)
    return count

OURS = os.path.dirname(registry_core.__file__)
R = Registry("remembered", scope="r")
# The first question reads what is installed.
R.build({"type": "extra.Dict"})
for question in (
    lambda: R["extra.Counter"],
    lambda: R.get("extra.Counter"),
    lambda: "extra.Counter" in R,
    lambda: R.build({"type": "extra.Counter"}),
    lambda: R.build({"type": "extra.Counter"}),
):
    print(calls(question))
"""


def test_a_key_becomes_an_object_in_few_calls(plugin_site: Site) -> None:
    rows = {"Counter": "collections:Counter", "Dict": "collections:OrderedDict"}
    plugin_site.install("more", {f"{GROUP}.extra": rows})
    # In a process of its own: what a process has met before costs calls.
    finished = subprocess.run(
        [sys.executable, "-c", CALLS],
        env=os.environ | {"PYTHONPATH": str(plugin_site.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded, got, known, built, again = map(int, finished.stdout.split())
    assert loaded <= 25
    assert (got, known) == (1, 1)
    assert built <= 12
    assert again <= 3
