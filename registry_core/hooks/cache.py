"""The cache folder: files of JSON that only this user can write to. Its faults cost time alone."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from threading import get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "REGISTRY_CORE_CACHE"
OFF = "off"

# Files of ours: the variable may name a folder that holds others.
_ENDINGS = (_KEPT, _PART) = (".hooks", ".hooks.part")
_MOST_FILES = 1_024
_MOST_BYTES = 50_000_000
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cache_folder(variables: Mapping[str, str]) -> str | None:
    """Where answers are kept, by the environment variables; None where none are to be kept.

    >>> cache_folder({"REGISTRY_CORE_CACHE": "/tmp/cache"})
    '/tmp/cache'
    >>> cache_folder({"REGISTRY_CORE_CACHE": "off"}) is None
    True
    """
    named = variables.get(VARIABLE, "")
    if named:
        try:
            return None if named == OFF else os.path.abspath(named)
        except FileNotFoundError:
            # A relative path, and the current folder is gone.
            return None
    if getattr(sys, "frozen", False):
        # A frozen application may unpack itself into a new folder each time.
        return None
    home, below = variables.get("HOME", ""), (".cache",)
    if sys.platform == "win32":
        home, below = variables.get("LOCALAPPDATA", ""), ()
    elif sys.platform == "darwin":
        below = ("Library", "Caches")
    elif os.path.isabs(xdg := variables.get("XDG_CACHE_HOME", "")):
        home, below = os.path.dirname(xdg), (os.path.basename(xdg),)
    if not os.path.isabs(home) or not _is_home_of_this_user(home):
        return None
    return os.path.join(home, *below, "registry_core")


def _is_home_of_this_user(folder: str) -> bool:
    # With sudo, HOME may be another user's: root's files there would lock that user out.
    with suppress(OSError, ValueError):
        return sys.platform == "win32" or os.stat(folder).st_uid == os.geteuid()
    return False


def read(folder: str, name: str) -> object:
    """The document kept under `name`; None where there is none, or anything is wrong with it."""
    try:
        _expect_own_folder(folder)
        # A link would lead out of the folder, and opening a FIFO would wait for a writer.
        careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        flags = os.O_RDONLY | careful | getattr(os, "O_BINARY", 0)
        with open(os.open(_path(folder, name), flags), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or not _is_own(found):
                return None
            if found.st_size > _MOST_BYTES:
                return None
            # Late: where nothing is kept, nothing needs it.
            import json

            return json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None


def write(folder: str, name: str, document: object) -> bool:
    """Keep `document`, which JSON can hold, under `name`, in one step; whether that succeeded."""
    import json

    # No other writer has this name, and a reader sees the old file or the new one.
    part = _path(folder, f"{name}-{os.getpid()}-{get_ident()}-{time.time_ns()}", _PART)
    try:
        content = json.dumps(document, separators=(",", ":")).encode()
        if len(content) > _MOST_BYTES:
            return False
        os.makedirs(folder, 0o700, exist_ok=True)
        _expect_own_folder(folder)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        os.replace(part, _path(folder, name))
    except (OSError, ValueError, RecursionError):
        with suppress(OSError, ValueError):
            os.unlink(part)
        return False
    with suppress(OSError):
        _prune(folder)
    return True


def remove(folder: str, name: str) -> None:
    """Remove what is kept under `name`."""
    with suppress(OSError, ValueError):
        _expect_own_folder(folder)
        os.unlink(_path(folder, name))


def _path(folder: str, name: str, ending: str = _KEPT) -> str:
    return f"{folder}{os.sep}{name}{ending}"


def _expect_own_folder(folder: str) -> None:
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or not _is_own(found):
        raise PermissionError(folder)


def _is_own(found: os.stat_result) -> bool:
    """Whether only this user can write to it. Windows keeps a user's folders to that user."""
    if sys.platform == "win32":
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_MAY_WRITE


def _prune(folder: str) -> None:
    """Remove the oldest files: environments come and go, and writers may be killed."""
    with os.scandir(folder) as found:
        files = [file for file in found if file.name.endswith(_ENDINGS)]
    if len(files) > _MOST_FILES:
        files.sort(key=lambda file: file.stat(follow_symlinks=False).st_mtime_ns)
        for file in files[: -_MOST_FILES // 2]:
            with suppress(OSError):
                os.unlink(file.path)
