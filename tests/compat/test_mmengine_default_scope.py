"""The default scope that MMEngine's programs set: across threads, tasks, trees and configs."""

# ruff: noqa: C408 - configs are written as MMEngine's users write them

import asyncio
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry_core import default_scope
from registry_core.compat.mmengine import (
    MODELS,
    DefaultScope,
    Registry,
    build_from_cfg,
    init_default_scope,
)
from registry_core.testing import Site


@pytest.fixture(autouse=True)
def site(tmp_path: Path) -> Iterator[Site]:
    """A site with models for a scope of their own, and for one within it."""
    target = "keadet:Detector"
    # No fixture of the plugin, which is a block: these tests make default scopes outside any.
    site = Site(tmp_path)
    site.install(
        "kea-det",
        {
            "registry_core.model.keadet": {"Detector": target},
            "registry_core.model.keadet.rotated": {"Rotated": target},
        },
        {
            "keadet.py": """
                class Detector:
                    def __init__(self, backbone=None):
                        self.backbone = backbone
            """
        },
    )
    with site.in_use():
        yield site


def seen_by_a_thread() -> Any:
    seen: list[Any] = []

    def build() -> None:
        try:
            seen.append(type(MODELS.build(dict(type="Detector"))).__name__)
        except KeyError as error:
            seen.append(error)

    thread = threading.Thread(target=build)
    thread.start()
    thread.join()
    return seen[0]


def test_a_default_scope_outside_any_block_holds_in_every_thread() -> None:
    assert isinstance(seen_by_a_thread(), KeyError)
    init_default_scope("keadet")
    assert seen_by_a_thread() == "Detector"
    DefaultScope.get_instance("other", scope_name="keanone")
    assert isinstance(seen_by_a_thread(), KeyError)


def test_a_default_scope_inside_a_block_holds_in_its_thread_alone() -> None:
    for block in (DefaultScope.overwrite_default_scope("keanone"), default_scope("keanone")):
        with block:
            DefaultScope.get_instance("task", scope_name="keadet")
            assert type(MODELS.build(dict(type="Detector"))).__name__ == "Detector"
            assert isinstance(seen_by_a_thread(), KeyError)
        assert DefaultScope.get_current_instance() is None
        DefaultScope.clear()


def test_tasks_do_not_see_each_others_default_scopes() -> None:
    def current() -> Any:
        found = DefaultScope.get_current_instance()
        return found and found.scope_name

    async def work(scope: str, begun: asyncio.Barrier) -> tuple[Any, Any, bool]:
        with DefaultScope.overwrite_default_scope("block"):
            DefaultScope.get_instance(scope, scope_name=scope)
            await begun.wait()
            inside, other = current(), "b" if scope == "a" else "a"
            seen = DefaultScope.check_instance_created(other)
        return inside, current(), seen

    async def both() -> Any:
        begun = asyncio.Barrier(2)
        return await asyncio.gather(work("a", begun), work("b", begun))

    assert asyncio.run(both()) == [("a", None, False), ("b", None, False)]


def test_a_scope_that_nothing_provides_is_logged_and_the_registry_is_searched(
    caplog: pytest.LogCaptureFixture,
) -> None:
    registry = MODELS.children["keadet"]
    assert type(registry.build(dict(type="Detector", _scope_="keanone"))).__name__ == "Detector"
    said = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert [record.getMessage() for record in said] == [
        'Failed to search registry with scope "keanone" in the "model" registry tree. As a '
        'workaround, the current "model" registry in "keadet" is used to build instance. This may '
        'cause unexpected failure when running the built modules. Please check whether "keanone" '
        "is a correct scope, or whether the registry is initialized."
    ]


def test_replacing_a_default_scope_by_force_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    for scope in ("a", "b", "b", "a"):
        init_default_scope(scope)
    assert [record.getMessage() for record in caplog.records] == [
        'The current default scope "b" is not "a", `init_default_scope` will force set the '
        'current default scope to "a".'
    ]


def test_a_scope_of_a_nested_config_that_nothing_provides_is_no_error_either() -> None:
    inner = dict(type="keadet.Detector", _scope_="keanone")
    cfg = dict(type="keadet.Detector", backbone=inner)
    assert type(build_from_cfg(cfg, MODELS, recursive=True).backbone).__name__ == "Detector"


def test_a_scope_beside_another_registry_is_a_scope_of_that_registry(
    caplog: pytest.LogCaptureFixture,
) -> None:
    host: Registry = Registry("keahost", scope="acme")
    cfg = dict(type="Rotated", _registry_="models", _scope_="rotated")
    built = build_from_cfg(cfg, host, registries={"models": MODELS})
    assert type(built).__name__ == "Detector"
    assert caplog.records == []


def test_what_is_made_in_a_block_of_the_core_ends_with_it() -> None:
    with default_scope("keadet"):
        DefaultScope.get_instance("task", scope_name="rotated")
        assert DefaultScope.check_instance_created("task")
    assert not DefaultScope.check_instance_created("task")
    DefaultScope.get_instance("task", scope_name="keadet")
    current = DefaultScope.get_current_instance()
    assert current is not None
    assert current.scope_name == "keadet"


def test_what_is_cleared_in_a_block_of_the_core_is_back_after_it() -> None:
    made = DefaultScope.get_instance("task", scope_name="keadet")
    with default_scope("rotated"):
        DefaultScope.clear()
        assert not DefaultScope.check_instance_created("task")
        assert DefaultScope.get_current_instance() is None
    assert DefaultScope.get_instance("task") is made
    assert DefaultScope.get_current_instance() is made


def test_what_a_warning_shows_of_a_scope_cannot_steer_a_terminal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(KeyError):
        MODELS.build(dict(type="Nobody", _scope_="x\n\x1b[2JCRITICAL"))
    assert caplog.messages
    assert all(message.isprintable() for message in caplog.messages)


def test_an_exception_that_takes_no_note_passes_as_it_is() -> None:
    class Frozen(Exception):
        def __setattr__(self, name: str, value: object) -> None:
            raise TypeError(name)

        def add_note(self, note: str) -> None:
            raise TypeError(note)

    def fails() -> None:
        raise Frozen

    with pytest.raises(Frozen):
        build_from_cfg(dict(type=fails), MODELS)


def test_an_exception_that_is_raised_again_is_noted_once() -> None:
    error = ValueError("the same each time")

    def fails() -> None:
        raise error

    for _ in range(3):
        with pytest.raises(ValueError, match="the same"):
            build_from_cfg(dict(type=fails), MODELS)
    assert len(error.__notes__) == 1
