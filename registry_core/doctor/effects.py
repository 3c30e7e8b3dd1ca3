"""What importing a module changes in its process, beside loading it."""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.wording import quoted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What a module does a thousand times is said often enough.
_MOST_EFFECTS = 20
_LONGEST_NAME = 60
STREAMS = {1: "stdout", 2: "stderr"}


class State(NamedTuple):
    """What importing a module should leave as it is. Lives as long as one trial."""

    folder: str
    path: tuple[str, ...]
    variables: Mapping[str, str]
    filters: tuple[object, ...]
    handlers: tuple[logging.Handler, ...]
    level: int
    disabled: int
    threads: tuple[threading.Thread, ...]
    streams: Mapping[str, object]
    opened: tuple[str, ...]

    @classmethod
    def now(cls) -> State:
        """The state of this process at this moment."""
        try:
            folder = str(Path.cwd())
        except OSError:
            folder = ""
        return cls(
            folder,
            tuple(map(str, sys.path)),
            dict(os.environ),
            tuple(warnings.filters),
            tuple(logging.root.handlers),
            logging.root.level,
            logging.root.manager.disable,
            tuple(threading.enumerate()),
            {"stdout": sys.stdout, "stderr": sys.stderr},
            tuple(
                name
                for number, name in STREAMS.items()
                if _is_open(number) and not getattr(getattr(sys, name), "closed", False)
            ),
        )


def effects_since(before: State) -> list[str]:
    """What has changed since `before`, in words."""
    try:
        found = list(_changes(before, State.now()))
    except BaseException:
        return ["it leaves the interpreter in a state that cannot be read"]
    more = len(found) - _MOST_EFFECTS
    return found if more <= 0 else [*found[:_MOST_EFFECTS], f"it has {more} more effects"]


def _changes(before: State, now: State) -> Iterator[str]:
    for name in now.streams:
        if now.streams[name] is not before.streams[name]:
            yield f"it replaces sys.{name}"
    yield from (
        f"it closes {name}"
        for name in before.opened
        # What is closed in Python leaves its descriptor open.
        if name not in now.opened or getattr(before.streams[name], "closed", False)
    )
    if now.folder != before.folder:
        yield (
            "it changes the working directory" if now.folder else "it deletes the working directory"
        )
    yield from (f"it adds {quoted(each)} to sys.path" for each in _new(now.path, before.path))
    yield from (f"it takes {quoted(each)} from sys.path" for each in _new(before.path, now.path))
    for name in sorted({*before.variables, *now.variables}):
        if before.variables.get(name) != now.variables.get(name):
            verb = "sets" if name in now.variables else "removes"
            yield f"it {verb} the environment variable {shown(name[:_LONGEST_NAME])}"
    if _new(now.filters, before.filters):
        yield "it adds a warnings filter"
    elif now.filters != before.filters:
        yield "it changes the warnings filters"
    yield from _changes_of_logging(before, now)
    left = len(_new(now.threads, before.threads))
    if left:
        yield f"it leaves {left} thread{'' if left == 1 else 's'} running"
    if _has_children():
        yield "it leaves a process running"


def _changes_of_logging(before: State, now: State) -> Iterator[str]:
    if _new(now.handlers, before.handlers):
        yield "it adds a handler to the root logger"
    if _new(before.handlers, now.handlers):
        yield "it takes a handler from the root logger"
    if now.level != before.level:
        yield "it sets the level of the root logger"
    if now.disabled != before.disabled:
        yield "it disables logging"


def _new(items: Sequence[Any], known: Sequence[Any]) -> list[Any]:
    return [item for item in dict.fromkeys(items) if item not in known]


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _has_children() -> bool:
    """Whether this process has started another one that still runs, as far as one can tell."""
    if sys.platform == "win32" or not hasattr(os, "waitid"):
        return False
    try:
        # None where there are some, and none of them has ended.
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False
