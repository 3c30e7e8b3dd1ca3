"""A config runs nothing that was not registered, and no message floods or betrays."""

import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from fresh_process import run_python

from registry_core import (
    EntryNotFound,
    Registry,
    RegistryError,
    RegistryNotFound,
    ScopeNotFound,
    default_scope,
)
from registry_core.testing import Site

LONG = 10_000_000
SHORT = 1_000


EVIL = """
    from pathlib import Path
    Path(__file__).with_suffix(".ran").touch()
    Thing = dict
"""


class Part:
    """A part with a child."""

    def __init__(self, child: object = None, **_: object) -> None:
        self.child = child


@pytest.fixture
def parts() -> Registry[Any]:
    registry: Registry[Any] = Registry("part", scope="acme")
    registry.register_module(module=Part)
    return registry


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "os:system",
        "subprocess.getoutput",
        "builtins.eval",
        "eval",
        "__import__",
        "__class__",
        "__init__.__globals__",
        "Part.__init__",
        "Part.__init__.__globals__",
        "acme.Part.__class__",
        "acme:Part",
        "register_module",
        "build",
        "evil",
        "evil.Thing",
        "evil:Thing",
        "evil.inner.Thing",
        "",
        ".",
        "..Part",
        "Part.",
        " Part",
    ],
)
@pytest.mark.parametrize("recursive", [False, True])
def test_a_string_runs_and_imports_nothing_that_was_not_registered(
    plugin_site: Site, name: str, recursive: bool
) -> None:
    plugin_site.install("innocent", "", {"evil/__init__.py": EVIL, "evil/inner.py": EVIL})
    with plugin_site.in_use():
        parts: Registry[Any] = Registry("part", scope="acme")
        parts.register_module(module=Part)
        assert name not in parts
        before = set(sys.modules)
        for config, kind in (
            ({"type": name, "_args_": ["echo"]}, EntryNotFound),
            ({"type": "Part", "_registry_": name}, RegistryNotFound),
            ({"type": "Part", "_scope_": f"{name}."}, ScopeNotFound),
        ):
            with pytest.raises(kind):
                parts.build(config, recursive=recursive)
        with default_scope(name):
            assert isinstance(parts.build({"type": "Part"}, recursive=recursive), Part)
        assert not {new for new in set(sys.modules) - before if new.startswith("evil")}
        assert not list(plugin_site.folder.rglob("*.ran"))


def test_locations_are_the_registrys_own_and_not_the_configs(parts: Registry[Any]) -> None:
    config = {"type": "Part", "locations": ["this"], "custom_imports": ["this"]}
    parts.build(config, recursive=True)
    assert "this" not in sys.modules


PASSWORD = "correct horse battery staple"


@pytest.mark.parametrize(
    "config",
    [
        {"password": PASSWORD},
        {"type": [PASSWORD]},
        {"type": "Nope", "password": PASSWORD},
        {"type": "strict", "password": PASSWORD},
        {"type": "strict", "_args_": [PASSWORD, PASSWORD]},
        {"type": "strict", "_args_": PASSWORD},
        {"type": "strict", "_partial_": PASSWORD},
        {"type": "strict", "_scope_": {PASSWORD: PASSWORD}},
        {"type": "strict", "_registry_": [PASSWORD]},
        {"type": "strict", "login": PASSWORD, "inner": {"password": PASSWORD, "type": "Nope"}},
        {"type": "fails", "password": PASSWORD},
        {"type": "fails", "inner": {"_literal_": PASSWORD}},
    ],
)
@pytest.mark.parametrize("recursive", [False, True])
def test_no_message_quotes_a_value_of_the_config(
    parts: Registry[Any], config: dict[str, Any], recursive: bool
) -> None:
    parts.register_module(name="strict", module=lambda user: user)
    parts.register_module(name="fails", module=lambda **_: int("no number"))
    with pytest.raises(RegistryError) as refused:
        parts.build(config, recursive=recursive)
    assert PASSWORD not in str(refused.value)
    assert PASSWORD not in repr(refused.value)
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "config",
    [
        lambda long: {"type": long},
        lambda long: {long: 1},
        lambda long: {"type": "Part", "_scope_": long},
        lambda long: {"type": "Part", "_registry_": long},
        lambda long: {"type": "strict", long: 1},
        lambda long: {"type": "Part", "child": {"type": long}},
        lambda long: {"type": "Part", long: {"type": "Nope"}},
        lambda long: {"type": "fails", "text": long},
    ],
)
@pytest.mark.parametrize("letters", ["a", "a.", "acm", "é\x1b"])
def test_a_name_of_ten_million_letters_gives_a_short_message(
    parts: Registry[Any], config: Callable[[str], dict[str, Any]], letters: str
) -> None:
    parts.register_module(name="strict", module=lambda: None)
    parts.register_module(name="fails", module=lambda **_: 1 // 0)
    long = letters * (LONG // len(letters))
    with pytest.raises(RegistryError) as refused:
        parts.build(config(long), recursive=True)
    message = str(refused.value)
    assert len(message) < SHORT
    assert "\x1b" not in message


SCOPES_BY_THE_MILLION = """
import resource
from registry_core import EntryNotFound, Registry

resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
PARTS = Registry("part", scope="acme")
Registry("part", parent=PARTS, scope="extra")
for scopes in ("acme.", "extra.acme."):
    name = scopes * (10_000_000 // len(scopes)) + "Nope"
    try:
        PARTS.build({"type": name})
    except EntryNotFound as error:
        print(len(str(error)) < 1_000)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="memory is limited by what POSIX has for it")
def test_a_name_of_millions_of_scopes_costs_neither_time_nor_memory() -> None:
    finished = run_python("-c", SCOPES_BY_THE_MILLION)
    assert (finished.stdout, finished.stderr[-300:]) == ("True\nTrue\n", "")


def test_what_a_message_shows_of_a_config_cannot_steer_a_terminal(parts: Registry[Any]) -> None:
    escape = "\x1b[2J\r\n"
    for config in (
        {"type": escape},
        {escape: 1},
        {"type": "Part", "_scope_": escape},
        {"type": "Part", "child": {escape: {"type": "Nope"}}},
    ):
        with pytest.raises(RegistryError) as refused:
            parts.build(config, recursive=True)
        assert str(refused.value).isprintable()
