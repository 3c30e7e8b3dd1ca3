"""Ctrl-C at any moment of a scan, a hook, a kept answer or a load leaves nothing behind."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from registry_core import Environment, Registry
from registry_core.testing import Site

OURS = f"{os.sep}registry_core{os.sep}"
HOOKS = """
from registry_core import Entry, depends_on, hookimpl

@hookimpl
@depends_on()
def registry_core_entries(registry):
    return [Entry(f"c{number}", "acme_x:Net") for number in range(3)]

@hookimpl
def registry_core_lookup(registry, scope, name):
    if name.startswith("open"):
        return Entry(name, "acme_x:Net")
"""
PLUGIN = """
from acme_home import MODEL
class Net: ...
class Other: ...
@MODEL.register_module()
class Code: ...
"""
# As many calls of ours lie between two interruptions.
STEP = 83


@pytest.fixture
def environment(plugin_site: Site) -> Iterator[Environment]:
    """An environment whose hook answers are kept: their files are old."""
    rows = {"acme.model": {"Net": "acme_x:Net"}, "acme.model.extra": {"Other": "acme_x:Other"}}
    plugin_site.install("acme-x", rows, {"acme_x.py": PLUGIN})
    hooks = {"registry_core.hooks": {"acme.model": "acme_hooks"}}
    plugin_site.install("acme-hooks", hooks, {"acme_hooks.py": HOOKS})
    for path in (*plugin_site.folder.rglob("*"), plugin_site.folder):
        os.utime(path, (time.time() - 1_000_000, time.time() - 1_000_000))
    cache = str(plugin_site.folder.parent / "cache")
    with plugin_site.in_use(variables={"REGISTRY_CORE_CACHE": cache}) as environment:
        yield environment


def registry_of_a_new_process(environment: Environment) -> Registry[Any]:
    for name in ("acme_x", "acme_hooks"):
        sys.modules.pop(name, None)
    environment.refresh()
    home = ModuleType("acme_home")
    registry: Registry[Any] = Registry("model", group="acme.model", scope="acme")
    home.MODEL = registry  # type: ignore[attr-defined]
    sys.modules["acme_home"] = home
    return registry


def use(registry: Registry[Any]) -> list[object]:
    """Ask a registry for everything, and say what it answered."""
    answers: list[object] = [
        sorted(registry),
        [entry.key for entry in registry.entries()],
        *(registry[key].__name__ for key in ("Net", "extra.Other", "c1", "open/x")),
        "Nope" in registry,
        registry.problems(),
        type(registry.build({"type": "c2"})).__name__,
    ]
    try:
        registry["Nope"]
    except KeyError as error:
        answers.append(str(error))
    return answers


class InterruptedAt:
    """A profiler that presses Ctrl-C at the call of that number of a function of ours."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        file = frame.f_code.co_filename
        if event == "call" and OURS in file and "testing" not in file:
            self.left -= 1
            if self.left == 0:
                sys.setprofile(None)
                raise KeyboardInterrupt


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


# Python swallows what is raised while a generator that `any` has left is closed, and says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(sys.gettrace() is not None, reason="a tracer is at work")
def test_ctrl_c_at_any_call_leaves_nothing_behind(
    environment: Environment, plugin_site: Site
) -> None:
    cache = plugin_site.folder.parent / "cache"
    registry = registry_of_a_new_process(environment)
    use(registry)
    expected, files = use(registry), files_in(cache)
    assert len(files) == 1
    number, interruptions = 1, 0
    while True:
        shutil.rmtree(cache, ignore_errors=True)
        registry = registry_of_a_new_process(environment)
        interrupted = InterruptedAt(number)
        with suppress(KeyboardInterrupt):
            sys.setprofile(interrupted)
            use(registry)
        sys.setprofile(None)
        if interrupted.left > 0:
            break
        interruptions += 1
        # No temporary file, and no answer that is half written.
        assert files_in(cache) <= files
        use(registry)
        assert use(registry) == expected, f"interrupted at call {number}"
        number += STEP
    del sys.modules["acme_home"]
    assert interruptions > 10
