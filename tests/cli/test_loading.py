"""`--load`: a name that only running code knows is known to each verb that asks for one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from registry_core import Registry
from registry_core.cli import main
from registry_core.config.lockfile import read_lock, refuse_changed
from registry_core.errors import LockMismatch
from registry_core.tree.known_registries import KnownRegistries
from registry_core.tree.owned import registry_again

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]

FRAMEWORK = """
    from registry_core import Registry
    KEY = Registry("key", group="piano.key", scope="piano", locations=["piano_keys"])
"""
KEYS = """
    from piano import KEY
    class White:
        def __init__(self, weight: int = 2): ...
    for name in "cd":
        KEY.register_module(name.upper(), module=White)
"""
HOOKS = """
    from registry_core import Entry, hookimpl, may_know
    @hookimpl
    @may_know("hub/*")
    def registry_core_lookup(registry, scope, name):
        return Entry(name, "piano_keys:White", kwargs={"weight": 3})
"""
# What asks, and what its answer begins with where it loads.
VERBS = {
    "fill": ("fill {file}", "_registry_: key\ntype: {name}\n"),
    "requires": ("requires {file}", "# by name and version"),
    "lock": ("lock {file}", '{\n "format"'),
    "which": ("which piano.key {name}", "{name}  "),
    "which of all": ("which {name}", "{name}  "),
    "describe": ("describe piano.key {name}", "{name} in piano.key\n"),
}


@pytest.fixture
def asked(plugin_site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a verb about a name, each time in what has imported nothing of the framework."""
    rows = {
        "registry_core.registries": {"piano.key": "piano:KEY"},
        "piano.key": {"Pedal": "piano_keys:White"},
    }
    modules = {"piano.py": FRAMEWORK, "piano_keys.py": KEYS}
    plugin_site.install("piano", rows, modules, version="3")
    rows = {"registry_core.hooks": {"piano.key": "hub_hooks"}}
    plugin_site.install("hub", rows, {"hub_hooks.py": HOOKS}, version="4")

    def ask(verb: str, name: str, *more: str) -> tuple[int, str, str]:
        file = tmp_path / "key.yaml"
        file.write_text(f"_registry_: key\ntype: {name}\n")
        words = verb.format(file=file, name=name).split()
        try:
            with plugin_site.in_use():
                status = main([*words, *more])
        finally:
            for module in ("piano", "piano_keys", "hub_hooks"):
                sys.modules.pop(module, None)
        out, err = capsys.readouterr()
        return status, out, err

    return ask


@pytest.mark.parametrize("name", ["hub/a", "C"])
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_asks_where_it_is_told_to_load(asked: Ask, verb: str, name: str) -> None:
    words, answer = VERBS[verb]
    status, out, err = asked(words, name, "--load")
    assert (status, out.startswith(answer.replace("{name}", name))) == (0, True), (out, err)


@pytest.mark.parametrize(
    ("name", "doubt"),
    [
        ("hub/a", "the lookup hook of hub 4 may know it: --load asks it"),
        ("C", "its framework registers more than source tells: --load asks it"),
    ],
)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_names_the_option_that_helps(
    asked: Ask, verb: str, name: str, doubt: str
) -> None:
    status, _, err = asked(VERBS[verb][0], name)
    assert status == 1
    assert doubt in err
    assert "load=True" not in err


def test_what_loading_does_not_find_is_not_said_to_be_found_so(asked: Ask) -> None:
    for verb in VERBS.values():
        status, _, err = asked(verb[0], "Nope", "--load")
        assert status == 1
        assert "--load" not in err


def test_check_names_the_option(asked: Ask) -> None:
    assert "check it with --load, which asks the hook [" in asked("check {file}", "hub/a")[1]
    assert "tells; judge it with --load [" in asked("check {file}", "C")[1]


def test_fill_asks_the_object(asked: Ask) -> None:
    assert asked("fill {file}", "C", "--load")[1] == "_registry_: key\ntype: C\nweight: 2\n"
    # The entry of the hook binds it.
    assert asked("fill {file}", "hub/a", "--load")[1] == "_registry_: key\ntype: hub/a\n"


def test_a_lock_of_such_names_is_verified_as_it_was_made(asked: Ask, tmp_path: Path) -> None:
    lock = tmp_path / "key.lock"
    for name in ("hub/a", "C"):
        assert asked("lock {file}", name, "--load", "-o", str(lock))[0] == 0
        assert name in {each["key"] for each in json.loads(lock.read_text())["names"]}
        assert asked(f"verify {lock}", name, "--load")[:2] == (0, "")
        status, out, _ = asked(f"verify {lock}", name)
        assert (status, "--load asks it" in out) == (1, True)


def test_a_worker_that_has_imported_nothing_runs_what_was_locked_so(
    asked: Ask, plugin_site: Site, tmp_path: Path
) -> None:
    lock = tmp_path / "key.lock"
    assert asked("lock {file}", "C", "--load", "-o", str(lock))[0] == 0
    with plugin_site.in_use():
        refuse_changed(read_lock(str(lock)))
        with (plugin_site.folder / "piano_keys.py").open("a") as file:
            file.write("# changed\n")
        with pytest.raises(LockMismatch, match=r"the content of piano_keys.py has changed"):
            refuse_changed(read_lock(str(lock)))
        assert not {"piano", "piano_keys"} & sys.modules.keys()


@pytest.mark.usefixtures("asked")
def test_what_was_read_of_a_registry_is_not_taken_for_it(plugin_site: Site) -> None:
    with plugin_site.in_use():
        read = KnownRegistries().view("piano.key")
        again = registry_again("key", "piano.key", "piano", "piano", (), Registry)
        assert again._node is not read._node
        assert "C" in again
