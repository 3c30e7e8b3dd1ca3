"""Reading a file that anybody may have put there: regular ones only, and only up to a size."""

import errno
import os
import stat
from typing import Any

from registry_core.limits import MAX_DOTS_OF_A_LINE
from registry_core.text import error_text

# What says that nothing is there. A metadata folder may itself be a file (`old-1.0.egg-info`).
_ABSENT = (FileNotFoundError, NotADirectoryError)

# These pass: the file is there, and the next look may succeed.
_PASSING = frozenset(
    getattr(errno, name)
    for name in ("EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EIO", "EAGAIN", "EINTR", "ESTALE")
    if hasattr(errno, name)
)

# As `stat.S_ISREG` does, which takes a third of the time of reading a small file.
_KIND, _REGULAR = 0o170000, stat.S_IFREG

# Opening a FIFO would wait for its writer, opening a terminal would make it ours.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_BINARY")
)


class Unreadable(Exception):
    """A file or folder that is there and cannot be read. Lives until a problem is made of it.

    Args:
        what: what is wrong, to follow the name of the file.
        passes: whether the next look may succeed: then nothing is to be remembered.
    """

    def __init__(self, what: str, *, passes: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.passes = passes


def unreadable(error: OSError, what: str = "cannot be read") -> Unreadable:
    """What an error of the system says of a file.

    >>> unreadable(PermissionError(13, "Permission denied")).what
    'cannot be read: Permission denied'
    """
    reason = error.strerror or type(error).__name__
    return Unreadable(f"{what}: {reason}", passes=error.errno in _PASSING)


def read_file(path: str, most: int, *, head: bool = False) -> bytes | None:
    """The content of a regular file; None where there is no file.

    Args:
        path: the file.
        most: how many bytes it may have.
        head: whether more than `most` is not a fault: then the first `most` bytes are the answer.

    Raises:
        Unreadable: it is not a regular file, is larger, or cannot be read.
    """
    try:
        file = os.open(path, _FLAGS)
    except _ABSENT:
        return None
    except OSError as error:
        raise unreadable(error) from error
    try:
        found = os.fstat(file)
        if found.st_mode & _KIND != _REGULAR:
            is_folder = stat.S_ISDIR(found.st_mode)
            raise Unreadable("is a folder" if is_folder else "is not a regular file")
        size = found.st_size
        if size > most:
            if not head:
                raise Unreadable(f"is larger than {most:,} bytes")
            content = os.read(file, most)
            return content if len(content) == most else _rest(file, content, most, head=head)
        # One byte more than its size: a shorter answer is the end of the file.
        content = os.read(file, size + 1)
        return content if len(content) <= size else _rest(file, content, most, head=head)
    except OSError as error:
        raise unreadable(error) from error
    except MemoryError as error:
        raise Unreadable("cannot be read: not enough memory", passes=True) from error
    finally:
        os.close(file)


def readable(path: str, most: int) -> bytes:
    """The content of a regular file; empty where there is none, or where it cannot be read."""
    try:
        return read_file(path, most) or b""
    except (Unreadable, ValueError):
        return b""


def parsed_toml(content: bytes) -> dict[str, Any]:
    """What a TOML text says.

    tomllib takes the square of the dots in one key, which may stand in an inline table, too.

    Raises:
        Unreadable: it is not TOML in UTF-8, or a line has too many dots.
    """
    if any(line.count(b".") > MAX_DOTS_OF_A_LINE for line in content.split(b"\n")):
        raise Unreadable(f"a line has more than {MAX_DOTS_OF_A_LINE:,} dots")
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not TOML in UTF-8: {error_text(error)}") from error


def _rest(file: int, content: bytes, most: int, *, head: bool) -> bytes:
    """The whole of a file that grows, or whose file system does not tell its size."""
    while len(content) <= most and (more := os.read(file, 65_536)):
        content += more
    if len(content) > most and not head:
        raise Unreadable(f"is larger than {most:,} bytes")
    return content[:most]
