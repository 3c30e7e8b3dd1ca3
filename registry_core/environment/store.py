"""Files of plain data in a folder that only this user can write to; what is amiss is not there."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from threading import get_ident
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "REGISTRY_CORE_INDEX"
OFF = "off"

# The first word of every file. Its number changes with the form or the meaning of what follows.
_FORMAT = b"registry_core-index-1"
_KEPT, _PART = ".kept", ".part"
_MOST = 1_024
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Kept(NamedTuple):
    """What a file holds, and a mark that differs where it differs."""

    data: object
    mark: str


def index_folder(variables: Mapping[str, str]) -> str | None:
    """Where the index is kept, by the environment variables; None where it is not to be kept.

    >>> index_folder({"REGISTRY_CORE_INDEX": "/tmp/index"})
    '/tmp/index'
    >>> index_folder({"REGISTRY_CORE_INDEX": "off"}) is None
    True
    """
    named = variables.get(VARIABLE, "")
    if named:
        try:
            return None if named == OFF else os.path.abspath(named)
        except FileNotFoundError:
            # The current folder is gone.
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
    if not os.path.isabs(home) or not _is_own(home):
        return None
    return os.path.join(home, *below, "registry_core")


def _is_own(folder: str) -> bool:
    """Whether a folder is there, and this user's.

    Whoever is somebody else for a moment must leave nothing in a home that is not theirs.
    """
    if sys.platform == "win32":
        return True
    try:
        return os.stat(folder).st_uid == os.geteuid()
    except (OSError, ValueError):
        return False


class Store:
    """A folder of files, each one document. Lives as long as the snapshot that uses it.

    A file is a line with its checksum, then JSON: parsed, never executed. Whatever keeps it from
    being read or written costs time alone, so nothing here raises.

    Args:
        folder: the folder; it is made when first written to.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def read(self, name: str) -> Kept | None:
        """What is kept under `name`; None unless it is whole, and this user's alone."""
        try:
            content = self._content(name)
            head, _, body = content.partition(b"\n")
            mark = _mark(body)
            if head != _head(mark):
                return None
            # Late: where nothing is kept, nothing needs it.
            import json

            return Kept(json.loads(body), mark)
        except (OSError, ValueError, RecursionError):
            return None

    def write(self, name: str, data: object) -> str | None:
        """Keep `data` under `name`, in one step; its mark, or None where it cannot be kept."""
        import json

        try:
            body = json.dumps(data, separators=(",", ":")).encode()
        except (ValueError, TypeError, RecursionError):
            return None
        mark = _mark(body)
        # Nobody else writes to this name, and a reader sees the old file or the new one.
        part = self._path(f"{name}-{os.getpid()}-{get_ident()}-{time.time_ns()}", _PART)
        try:
            os.makedirs(self._folder, 0o700, exist_ok=True)
            self._expect_own()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(os.open(part, flags, 0o600), "wb") as file:
                file.write(_head(mark) + b"\n" + body)
            os.replace(part, self._path(name))
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.unlink(part)
            return None
        with suppress(OSError):
            self._prune()
        return mark

    def remove(self, name: str) -> None:
        """Forget what is kept under `name`."""
        with suppress(OSError, ValueError):
            self._expect_own()
            os.unlink(self._path(name))

    def _path(self, name: str, ending: str = _KEPT) -> str:
        return f"{self._folder}{os.sep}{name}{ending}"

    def _content(self, name: str) -> bytes:
        self._expect_own()
        # A link would lead out of the folder, and a pipe would keep us waiting.
        careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        binary = getattr(os, "O_BINARY", 0)
        with open(os.open(self._path(name), os.O_RDONLY | careful | binary), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
                raise PermissionError(name)
            return file.read()

    def _expect_own(self) -> None:
        found = os.lstat(self._folder)
        if not stat.S_ISDIR(found.st_mode) or not _is_ours(found):
            raise PermissionError(self._folder)

    def _prune(self) -> None:
        """Remove the oldest files: environments come and go, and writers may be killed."""
        with os.scandir(self._folder) as found:
            files = [file for file in found if file.name.endswith((_KEPT, _PART))]
        if len(files) > _MOST:
            files.sort(key=lambda file: file.stat(follow_symlinks=False).st_mtime_ns)
            for file in files[: -_MOST // 2]:
                with suppress(OSError):
                    os.unlink(file.path)


def _mark(body: bytes) -> str:
    from zlib import crc32

    return f"{crc32(body):08x}"


def _head(mark: str) -> bytes:
    return _FORMAT + b" " + mark.encode()


def _is_ours(found: os.stat_result) -> bool:
    """Whether nobody else can have written it. Windows keeps a user's folders to that user."""
    if sys.platform == "win32":
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_MAY_WRITE
