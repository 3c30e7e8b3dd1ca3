"""Several threads at once: what one changes, no other remembers differently."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from types import FrameType
from typing import Any

import pytest

from registry_core import (
    AlreadyRegistered,
    Environment,
    Registry,
    ScopeExists,
    current_environment,
    default_scope,
)
from registry_core.testing import Site


def meanwhile(function: str, first: Callable[[], Any], second: Callable[[], object]) -> Any:
    """What `first` gives, if `second` runs when `first` is about to leave `function`.

    It runs to its end, unless it has to wait for the first.
    """
    at_it, done = threading.Event(), threading.Event()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_name != function:
            return trace
        if event == "return" and not at_it.is_set():
            at_it.set()
            assert done.wait(20)
        return trace

    def traced() -> Any:
        sys.settrace(trace)
        try:
            return first()
        finally:
            sys.settrace(None)

    with ThreadPoolExecutor(2) as pool:
        result = pool.submit(traced)
        assert at_it.wait(20), f"{function} was never left"
        other = pool.submit(second)
        wait([other], timeout=1)
        done.set()
        other.result(20)
        return result.result(20)


def site_with(site: Site, *names: str) -> None:
    rows = {"registry_core.threads": dict.fromkeys(names, "collections:Counter")}
    site.install("acts", rows)


@pytest.mark.parametrize("function", ["within", "table", "owners"])
def test_a_refresh_during_a_scan_is_not_lost(plugin_site: Site, function: str) -> None:
    site_with(plugin_site, "Old")

    def install() -> None:
        site_with(plugin_site, "Old", "New")
        environment.refresh()

    with plugin_site.in_use() as environment:
        registry = Registry("threads", scope="a")
        meanwhile(function, lambda: "New" in registry, install)
        assert "New" in registry


def test_what_is_blocked_during_a_scan_stays_blocked(plugin_site: Site) -> None:
    site_with(plugin_site, "Net")
    with plugin_site.in_use() as environment:
        registry = Registry("threads", scope="a")
        meanwhile("table", lambda: "Net" in registry, lambda: environment.block("acts"))
        assert "Net" not in registry
        assert registry.get("Net") is None


def test_no_distribution_that_is_blocked_is_lost() -> None:
    environment = Environment([], variables={})
    # Left where the new policy is made, which has still to be put in place.
    meanwhile("_replace", lambda: environment.block("one"), lambda: environment.block("two"))
    assert environment.refusal("one") == environment.refusal("two") == "blocked in code"


@pytest.mark.parametrize("function", ["resolve", "_look_up", "here"])
def test_what_is_registered_during_a_lookup_is_what_the_next_one_finds(function: str) -> None:
    registry: Registry[Any] = Registry("threads lookup", scope="a")
    registry.register_module("X", module=dict)

    def replace() -> None:
        registry.register_module("X", force=True, module=list)

    meanwhile(function, lambda: registry["X"], replace)
    assert registry["X"] is registry.resolve("X").target is list
    assert registry.build({"type": "X"}) == []


def test_one_scope_is_one_registry_in_every_thread(plugin_site: Site) -> None:
    plugin_site.install("acts", {"registry_core.threads.extra": {"Net": "collections:Counter"}})
    with plugin_site.in_use():
        registry = Registry("threads", scope="a")
        found: list[Registry] = []
        first = meanwhile(
            "lookup_of",
            lambda: registry.children["extra"],
            lambda: found.append(registry.children["extra"]),
        )
        assert first is found[0] is registry.children["extra"]


def test_one_of_many_threads_makes_a_scope_and_one_registers_a_name() -> None:
    for _ in range(20):
        registry: Registry[Any] = Registry("threads making", scope="a")

        def make(number: int, registry: Registry[Any] = registry) -> int:
            made = 0
            try:
                Registry("threads", parent=registry, scope="extra")
                made += 1
            except ScopeExists:
                pass
            try:
                registry.register_module("X", module=type(f"X{number}", (), {}))
                made += 10
            except AlreadyRegistered:
                pass
            return made

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(make, range(8))) == 11


def test_registries_are_made_and_listed_while_others_block_and_register() -> None:
    registry: Registry[Any] = Registry("threads busy", scope="a")

    def work(number: int) -> int:
        for step in range(100):
            registry.register_module(f"n{number}.{step}", module=dict)
            Registry(f"threads busy {number}", scope="a")
            assert len(registry.module_dict) > 0
            assert registry[f"n{number}.{step}"] is dict
            current_environment().block(f"nobody-{number}")
        return len(registry.entries())

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(work, range(8)))
    assert max(counts) == len(registry.entries()) == 800


def test_one_default_scope_may_be_entered_in_several_threads() -> None:
    scope, barrier = default_scope("extra"), threading.Barrier(2)

    def enter() -> None:
        with scope:
            barrier.wait(20)
        barrier.wait(20)

    with ThreadPoolExecutor(2) as pool:
        for result in [pool.submit(enter), pool.submit(enter)]:
            result.result(20)
