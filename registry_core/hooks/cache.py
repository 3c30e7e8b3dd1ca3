"""The cache folder: files of JSON that only this user can write to. Its faults cost time alone."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from threading import get_ident
from typing import TYPE_CHECKING

from registry_core.limits import MAX_CACHE_BYTES, MAX_CACHE_FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLE = "REGISTRY_CORE_CACHE"
OFF = "off"

# Our suffix: the variable may name a folder that holds other files.
ENDING, _PART = ".registry-core", ".part.registry-core"


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


def read(path: str) -> object:
    """The document in a file; None where there is none, or anything is wrong with it."""
    try:
        _expect_own(os.path.dirname(path), stat.S_ISDIR)
        # Neither a link, which would lead elsewhere, nor a FIFO, which would wait for a writer.
        if _expect_own(path, stat.S_ISREG).st_size > MAX_CACHE_BYTES:
            return None
        import json

        with open(path, "rb") as file:
            return json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None


def write(path: str, document: object) -> bool:
    """Write `document`, which JSON can hold, in one step; whether that succeeded."""
    import json

    # No other writer has this name, and a reader sees the old file or the new one.
    part = f"{path}-{os.getpid()}-{get_ident()}-{time.time_ns()}{_PART}"
    try:
        content = json.dumps(document, separators=(",", ":")).encode()
        if len(content) > MAX_CACHE_BYTES:
            return False
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        _expect_own(os.path.dirname(path), stat.S_ISDIR)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        os.replace(part, path)
    except (OSError, ValueError, RecursionError):
        with suppress(OSError, ValueError):
            os.unlink(part)
        return False
    with suppress(OSError):
        _prune(os.path.dirname(path))
    return True


def remove(path: str) -> None:
    """Remove a file, if it is there and can be."""
    with suppress(OSError, ValueError):
        _expect_own(os.path.dirname(path), stat.S_ISDIR)
        os.unlink(path)


def _expect_own(path: str, is_kind: Callable[[int], bool]) -> os.stat_result:
    """What a path is, if it is of that kind, and no other user can write to it."""
    found = os.lstat(path)
    # Windows keeps a user's folders to that user.
    if sys.platform != "win32" and (
        found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ):
        raise PermissionError(path)
    if not is_kind(found.st_mode):
        raise PermissionError(path)
    return found


def _prune(folder: str) -> None:
    """Remove the oldest files: environments come and go, and writers may be killed."""
    with os.scandir(folder) as found:
        files = [file for file in found if file.name.endswith(ENDING)]
    if len(files) > MAX_CACHE_FILES:
        files.sort(key=lambda file: file.stat(follow_symlinks=False).st_mtime_ns)
        for file in files[: -MAX_CACHE_FILES // 2]:
            with suppress(OSError):
                os.unlink(file.path)
