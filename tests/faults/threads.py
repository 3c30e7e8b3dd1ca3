"""Threads and processes: several load, list and change at once, fork, or are killed meanwhile."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faults.case import BAD, GROUP, VERSION, Case, bad_module
from faults.processes import PATIENCE, PROCESSES, SLOW, fine, wait_for
from registry_core import EntryNotFound, current_environment, default_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.host import Host
    from registry_core.testing import Site
MANY = 16
FAILS_TWICE = """
import time
with open("imports", "a") as file: file.write("x")
time.sleep(0.1)
if len(open("imports").read()) < 3: raise OSError("not yet")
class Bad: ...
"""
# Each waits until the other is being imported, and then imports it.
EACH_OTHER = """
import sys, time
end = time.monotonic() + 5
while "{other}" not in sys.modules and time.monotonic() < end: time.sleep(0.01)
import {other}
class {name}:
    other = {use}
"""
USES_THE_HOST = """
import threading
from acme_host import MODEL
done = []
def use():
    MODEL.entries()
    MODEL.register_module("FromThread", module=dict)
    done.append(MODEL.build({"type": "extra.Late"}))
    done.append(MODEL.build({"type": "extra.Good", "size": 5}))
thread = threading.Thread(target=use)
thread.start()
thread.join(20)
if len(done) != 2: raise OSError("the thread was kept waiting")
class Bad: ...
"""


def two_modules(use_other: str, use_bad: str) -> Callable[[Site], None]:
    """Install the bad plugin with two modules that import each other."""

    def install(site: Site) -> None:
        rows = {"Bad": "acme_bad:Bad", "Other": "acme_other:Other"}
        modules = {
            "acme_bad.py": EACH_OTHER.format(name="Bad", other="acme_other", use=use_other),
            "acme_other.py": EACH_OTHER.format(name="Other", other="acme_bad", use=use_bad),
        }
        site.install(BAD, {GROUP: rows}, modules, version=VERSION)

    return install


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of these gives, in a thread of its own; all begin at once, and nobody hangs."""
    barrier = threading.Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        barrier.wait(PATIENCE)
        return work()

    pool = ThreadPoolExecutor(len(works))
    try:
        running = [pool.submit(begin, work) for work in works]
        return [each.result(PATIENCE) for each in running]
    finally:
        # Whoever hangs is not waited for.
        pool.shutdown(wait=False)


def loads_once(host: Host) -> None:
    """Many threads that load one plugin have one class, and it is imported once."""
    registry = host.registry
    found = at_once(*[lambda: registry["Bad"]] * MANY)
    assert len(set(found)) == 1
    assert Path("imports").read_text() == "x"
    host.works()
    host.lists()


def loads_later(host: Host) -> None:
    """Many threads that load what fails have an error or the class, and then all have it."""
    found = at_once(*[lambda: host.attempts(lambda: host.registry["Bad"])] * MANY)
    assert {getattr(each, "__name__", None) for each in found} <= {"Bad", None}
    assert host.told, "it never failed"
    assert all(how == "PluginLoadError" and BAD in text for how, text in host.told)
    assert type(host.registry.build({"type": "Bad"})).__name__ == "Bad"
    assert Path("imports").read_text() == "xxx"
    host.works()
    host.lists()


def loads_both(host: Host) -> None:
    """Modules that import each other in two threads do not wait for each other for ever."""
    registry = host.registry

    at_once(
        lambda: host.attempts(lambda: registry["Bad"]),
        lambda: host.attempts(lambda: registry["Other"]),
    )
    assert all(f"{BAD} {VERSION}" in text for _, text in host.told)
    assert [registry[key].__name__ for key in ("Bad", "Other")] == ["Bad", "Other"]
    host.works()
    host.lists()


def goes_on_beside(host: Host) -> None:
    """While a thread is in an import that never ends, all others go on."""
    thread = threading.Thread(target=lambda: host.registry["Bad"], daemon=True)
    thread.start()
    wait_for("imports")
    host.lists()
    host.works()
    host.works_late()
    host.registry.register_module("New", module=dict)
    current_environment().refresh()
    host.lists()
    host.works()
    assert thread.is_alive()


def uses_in_import(host: Host) -> None:
    """A thread that a module waits for while it is imported can use the host."""
    assert at_once(lambda: type(host.registry.build({"type": "Bad"})).__name__) == ["Bad"]
    host.works()
    host.lists()


def changes_meanwhile(host: Host) -> None:
    """Whoever lists while others refresh, block and register sees everything that is good."""
    registry = host.registry

    def lists() -> None:
        for _ in range(10):
            host.lists()
            host.works()

    def refreshes() -> None:
        for _ in range(10):
            current_environment().refresh()

    def blocks() -> None:
        for _ in range(20):
            current_environment().block("pluggy")

    def registers() -> None:
        for step in range(200):
            name = f"step.{threading.get_ident()}.{step}"
            registry.register_module(name, module=dict)
            assert registry[name] is dict

    at_once(*[lists] * 10, *[refreshes] * 2, *[blocks] * 2, *[registers] * 2)
    assert sum(entry.name.startswith("step.") for entry in registry.entries()) == 400
    assert not host.told, host.told
    host.works()


def tasks_apart(host: Host) -> None:
    """Each task has a default scope of its own, across every await."""
    registry = host.registry

    async def within() -> None:
        with default_scope("extra"):
            for _ in range(20):
                assert registry.build({"type": "Good"}).size == 1
                await asyncio.sleep(0)

    async def without() -> None:
        for _ in range(20):
            try:
                registry.build({"type": "Good"})
            except EntryNotFound:
                await asyncio.sleep(0)
            else:
                raise AssertionError("the default scope of another task was seen")

    async def run() -> None:
        await asyncio.gather(*[within() for _ in range(8)], *[without() for _ in range(8)])

    asyncio.run(run())
    host.works()


def is_interrupted(host: Host) -> None:
    """Ctrl-C while the main thread loads, or waits for another that does: it can load later."""
    main = threading.get_ident()
    for others in (0, 1):
        Path("imports").unlink(missing_ok=True)
        threads = [threading.Thread(target=lambda: host.registry["Bad"]) for _ in range(others)]
        for thread in threads:
            thread.start()
            wait_for("imports")

        def interrupt() -> None:
            wait_for("imports")
            time.sleep(0.1)
            signal.pthread_kill(main, signal.SIGINT)

        interrupting = threading.Thread(target=interrupt)
        interrupting.start()
        try:
            host.registry.build({"type": "Bad"})
        except KeyboardInterrupt:
            pass
        else:
            raise AssertionError("Ctrl-C was lost")
        for thread in (*threads, interrupting):
            thread.join(PATIENCE)
        host.works()
        host.lists()
        assert type(host.registry.build({"type": "Bad"})).__name__ == "Bad"
        sys.modules.pop("acme_bad")
        current_environment().refresh()


CASES = [
    fine(
        f"{MANY} threads load one plugin that is slow",
        "it is imported once, and all have the same class",
        loads_once,
        bad_module(SLOW),
    ),
    Case(
        given=f"{MANY} threads load one plugin that is slow, and fails the first two times",
        install=bad_module(FAILS_TWICE),
        host=loads_later,
        diagnosed=False,
    ),
    fine(
        "two threads load modules that import each other",
        "both load",
        loads_both,
        two_modules("None", "None"),
    ),
    fine(
        "two threads load modules that import each other and need what is in there",
        "one loads, or fails with an error that names the plugin; then both load",
        loads_both,
        two_modules("acme_other.__dict__.get('Other')", "acme_bad.Bad"),
    ),
    fine(
        "a thread loads a plugin whose module never ends",
        "all other threads go on",
        goes_on_beside,
        bad_module("open('imports', 'w').close()\nimport time\nwhile True: time.sleep(0.01)"),
    ),
    fine(
        "a module waits, while it is imported, for a thread that uses the host",
        "the thread lists, registers and loads other plugins",
        uses_in_import,
        bad_module(USES_THE_HOST),
    ),
    fine(
        "16 threads list and build while others refresh, block and register",
        "everything good is always there",
        changes_meanwhile,
    ),
    fine(
        "tasks with different default scopes",
        "no task sees that of another",
        tasks_apart,
    ),
]

if sys.platform != "win32":
    CASES += [
        fine(
            "the user presses Ctrl-C while the main thread loads, or waits for another that does",
            "it passes, and the plugin loads later",
            is_interrupted,
            bad_module(SLOW),
        ),
    ]

CASES += PROCESSES
