"""Processes: they fork while threads are busy, are sent a registry, and are killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from faults.case import Case, bad_module
from registry_core import current_environment
from registry_core.query import listing

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from faults.host import Host
    from registry_core import Registry
    from registry_core.testing import Site

# Seconds after which somebody hangs.
PATIENCE = 20.0
SLOW = """
import time
with open("imports", "a") as file: file.write("x")
time.sleep(0.4)
class Bad: ...
"""
FORKS = """
import os
from acme_host import MODEL
pid = os.fork()
if not pid:
    status = 1
    try:
        MODEL.entries()
        MODEL.register_module("FromChild", module=dict)
        status = MODEL.build({"type": "extra.Good", "size": 0}).size
    finally:
        os._exit(status)
if os.waitpid(pid, 0)[1]: raise OSError("the child failed")
class Bad: ...
"""


def nothing(site: Site) -> None:
    """The host and the good plugin are enough."""


def fine(
    given: str,
    then: str,
    host: Callable[[Host], None],
    install: Callable[[Site], None] = nothing,
) -> Case:
    """A case in which nothing is wrong, or in which nobody can say who is."""
    return Case(given=given, install=install, host=host, guilty="", then=then, diagnosed=False)


def wait_for(name: str) -> None:
    """Wait until somebody has written a file."""
    end = time.monotonic() + PATIENCE
    while not Path(name).exists():
        assert time.monotonic() < end, f"nobody wrote {name}"
        time.sleep(0.01)


def forked(work: Callable[[], None]) -> None:
    """Fork, and let the child do `work`: it does not hang, and nothing is raised in it."""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    end = time.monotonic() + PATIENCE
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise AssertionError("the child hangs")
        time.sleep(0.01)
    assert status == 0, "the child failed"


def uses_everything(host: Host) -> None:
    """What a child does with the registry that it has from its parent."""
    host.lists()
    host.works()
    host.works_late()
    host.registry.register_module("FromChild", module=dict)
    current_environment().refresh()
    current_environment().block("pluggy")
    host.lists()
    host.works()


def forks_during_a_load(host: Host) -> None:
    """A process that is forked while a thread imports goes on with all other plugins."""
    thread = threading.Thread(target=lambda: host.registry["Bad"])
    thread.start()
    wait_for("imports")
    forked(lambda: uses_everything(host))
    thread.join(PATIENCE)
    host.loads("Bad")
    host.works()


class Halted:
    """A thread that does `work` and halts at a line of ours, as if the scheduler had stopped it.

    Args:
        work: what it does.
        line: at which of the lines of the package that it runs.
    """

    def __init__(self, work: Callable[[], object], line: int) -> None:
        self.lines, self._line, self._work = 0, line, work
        self._there, self._on = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._there.wait(PATIENCE), "the thread hangs"
        return self

    def __exit__(self, *_: object) -> None:
        self._on.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        sys.settrace(self._trace)
        try:
            self._work()
        finally:
            sys.settrace(None)
            self._there.set()

    def _trace(self, frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_globals.get("__name__", "").startswith("registry_core"):
            return None
        self.lines += event == "line"
        if self.lines == self._line and not self._there.is_set():
            self._there.set()
            self._on.wait(PATIENCE)
        return self._trace


def forks_while_busy(host: Host) -> None:
    """A process that is forked while a thread is at any line of a change goes on."""
    registry, environment = host.registry, current_environment()
    host.lists()

    def lists_anew() -> None:
        environment.refresh()
        registry.entries()

    for work in (
        lambda: registry.register_module("Other", force=True, module=dict),
        lambda: environment.block("pluggy"),
        lists_anew,
    ):
        with Halted(work, 0) as whole:
            pass
        for line in range(1, whole.lines, max(1, whole.lines // 16)):
            with Halted(work, line):
                forked(lambda: uses_everything(host))
    host.works()
    host.lists()


def forks_at_any_moment(host: Host) -> None:
    """Processes that are forked while threads list, load and change go on."""
    registry, stop = host.registry, threading.Event()
    # A child could not import what another thread is importing when it is forked.
    host.lists()
    host.works()

    def work(number: int) -> None:
        step = 0
        while not stop.is_set():
            step += 1
            registry.register_module(f"n{number}.{step}", module=dict)
            current_environment().block("pluggy")
            listing()
            host.works()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            forked(lambda: uses_everything(host))
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
    host.works()


def loads_forking(host: Host) -> None:
    """A module that forks while it is imported is loaded."""
    assert type(host.registry.build({"type": "Bad"})).__name__ == "Bad"
    assert "FromChild" not in host.registry
    host.works()
    host.lists()


def built_size(registry: Registry[Any], size: int) -> int:
    """What a worker of a pool does with a registry that it was sent."""
    assert registry.build({"type": "Own"}).child is None
    found: int = registry.build({"type": "extra.Good", "size": size}).size
    return found


def pool_of(method: str) -> Callable[[Host], None]:
    """A host that sends its registry to a pool of processes."""

    def host(host: Host) -> None:
        host.works()
        jobs = [(host.registry, size) for size in range(8)]
        with multiprocessing.get_context(method).Pool(2) as pool:
            found = pool.starmap_async(built_size, jobs).get(PATIENCE * 2)
        assert found == list(range(8))
        host.works()
        host.lists()

    return host


PROCESSES = [
    fine(
        "a registry is sent to a pool of processes that are spawned",
        "they build from it",
        pool_of("spawn"),
    ),
]

if sys.platform != "win32":
    PROCESSES += [
        fine(
            "the process forks while a thread imports a plugin",
            "the child lists, registers, and loads all other plugins",
            forks_during_a_load,
            bad_module(SLOW),
        ),
        fine(
            "the process forks while a thread registers, blocks or refreshes, at any line of it",
            "the child lists, loads, registers, refreshes and blocks",
            forks_while_busy,
        ),
        fine(
            "the process forks again and again while threads list, build, block and register",
            "each child lists, loads, registers, refreshes and blocks",
            forks_at_any_moment,
        ),
        fine(
            "a module forks while it is imported, and the child uses the host",
            "the child lists, registers and builds; the plugin loads in the parent",
            loads_forking,
            bad_module(FORKS),
        ),
        fine(
            "a registry is sent to a pool of processes that are forked",
            "they build from it",
            pool_of("fork"),
        ),
    ]
