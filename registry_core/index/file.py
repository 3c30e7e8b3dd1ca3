"""An index of wheels: a header, then sorted lines. It is searched by bisection, and never whole."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from registry_core.index import line as lines
from registry_core.installed.files import Unreadable, unreadable
from registry_core.keys import normalized
from registry_core.limits import MAX_INDEX_BYTES, MAX_INDEX_HITS, MAX_INDEX_LINE
from registry_core.replacing import replace_content

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from io import BufferedReader
    from typing import TypeVar

    from registry_core.index.line import Line

    T = TypeVar("T")

# The first line of an index. Its number changes when a key goes or means another.
FORMAT = "registry_core-index-1"
HEADER = json.dumps({"format": FORMAT}, separators=(",", ":")).encode() + b"\n"
# Names come before what leads to them by their last words.
_NAMES = lines.beginning("", is_whole=False)


class Index:
    """An index that is open. `opened_index` makes it; it lives as long as that keeps it open.

    Args:
        path: the file.
        file: the same, open.
    """

    def __init__(self, path: str, file: BufferedReader) -> None:
        self.path = path
        self._file, self._size = file, os.fstat(file.fileno()).st_size

    def at(self, address: str) -> list[Line]:
        """The lines of an address; few of them where there are too many.

        Raises:
            Unreadable: it is damaged.
        """
        found = islice(self._beginning(lines.beginning(address)), MAX_INDEX_HITS)
        return [self._read(lines.read, content) for content in found]

    def within(self, group: str) -> Iterator[Line]:
        """The lines of a group and of the groups within it; of all for an empty one.

        Raises:
            Unreadable: it is damaged.
        """
        start = lines.beginning(f"{group}." if group else "", is_whole=False)
        for content in self._beginning(start):
            yield self._read(lines.read, content)

    def ending(self, group: str, key: str) -> list[Line]:
        """The lines within a group whose address ends in a key, in whatever scope; few of them.

        Raises:
            Unreadable: it is damaged.
        """
        start = lines.beginning_named(key.rpartition(".")[2], group)
        several = islice(self._beginning(start), MAX_INDEX_HITS)
        addresses = [self._read(lines.address_of, content) for content in several]
        addresses = [each for each in addresses if each.endswith(f".{key}")]
        return [line for each in dict.fromkeys(addresses) for line in self.at(each)]

    def without(self, distributions: Collection[str]) -> Iterator[bytes]:
        """The lines, as they are, of all distributions but these, by their normalized names.

        Raises:
            Unreadable: it is damaged, or too large to be read whole.
        """
        for content in self._whole(b""):
            if _distribution(content) not in distributions:
                # Nothing malformed is handed on.
                is_name = content.startswith(_NAMES)
                self._read(lines.read if is_name else lines.address_of, content)
                yield content

    def of(self, distributions: Collection[str]) -> Iterator[Line]:
        """The lines of these distributions, by their normalized names.

        Raises:
            Unreadable: it is damaged, or too large to be read whole.
        """
        for content in self._whole(_NAMES):
            if _distribution(content) in distributions:
                yield self._read(lines.read, content)

    def _whole(self, start: bytes) -> Iterator[bytes]:
        if self._size > MAX_INDEX_BYTES:
            raise self._damaged(f"has more than {MAX_INDEX_BYTES:,} bytes")
        return self._beginning(start)

    def _beginning(self, start: bytes) -> Iterator[bytes]:
        self._file.seek(self._first(start) if start else len(HEADER))
        while (content := self._next()) and content.startswith(start):
            yield content

    def _first(self, wanted: bytes) -> int:
        """Where the first line is that does not come before `wanted`."""
        # `low` is where a line begins; what begins before it comes before `wanted`, and what begins
        # at `high` or behind it does not.
        low, high = len(HEADER), self._size
        while low < high:
            middle = (low + high) // 2
            begins = middle
            if middle > low:
                self._file.seek(middle - 1)
                self._next()
                begins = self._file.tell()
            if begins >= high:
                high = middle
                continue
            self._file.seek(begins)
            content = self._next()
            if content and content < wanted:
                low = begins + len(content)
            else:
                high = middle
        return low

    def _next(self) -> bytes:
        try:
            content = self._file.readline(MAX_INDEX_LINE + 1)
        except OSError as error:
            raise unreadable(error, f"{self.path} cannot be read") from error
        if content and not content.endswith(b"\n"):
            raise self._damaged(
                "has a line that is too long" if len(content) > MAX_INDEX_LINE else "is cut short"
            )
        return content

    def _read(self, read: Callable[[bytes], T], content: bytes) -> T:
        try:
            return read(content)
        except lines.Malformed as error:
            raise self._damaged(f"has a malformed line: {error}") from error

    def _damaged(self, what: str) -> Unreadable:
        return Unreadable(f"{self.path} {what}")


def _distribution(content: bytes) -> str:
    """The normalized name that a line has for its distribution, before it is parsed."""
    _, _, rest = content.partition(b'"distribution":"')
    return normalized(rest.partition(b'"')[0].decode("ascii", "replace"))


@contextmanager
def opened_index(path: str) -> Iterator[Index]:
    """Open an index.

    Args:
        path: the file.

    Raises:
        Unreadable: it cannot be read, or is no index.

    Example:
        >>> with opened_index("nothing.jsonl") as index: ...
        Traceback (most recent call last):
        registry_core.installed.files.Unreadable: nothing.jsonl is not there
    """
    if not os.path.exists(path):
        raise Unreadable(f"{path} is not there")
    if not os.path.isfile(path):
        # Opening a FIFO would wait for its writer.
        raise Unreadable(f"{path} is not a regular file")
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise unreadable(error, f"{path} cannot be read") from error
    with file:
        if file.readline(len(HEADER)) != HEADER:
            raise Unreadable(f"{path} is not an index of wheels in the format {FORMAT}")
        yield Index(path, file)


def encoded(found: Iterable[Line]) -> Iterator[bytes]:
    """The lines of a file for these names: each name, and what leads to it by its last word."""
    for line in found:
        yield lines.written(line)
        yield lines.named(line)


def update_index(path: str, found: Iterable[bytes], read: Collection[str]) -> int:
    """Write an index; of what is there already, keep what is of other distributions.

    Args:
        path: the file. It is the old one or the new one, never half of it.
        found: lines, as `encoded` gives them, in any order.
        read: the normalized names of the distributions that they are of.

    Returns:
        How many names it has now.

    Raises:
        Unreadable: what is there is not an index, or is damaged; it is left as it is.
        OSError: it cannot be written.
    """
    kept = set(found)
    if os.path.lexists(path):
        with opened_index(path) as index:
            kept.update(index.without(read))
    replace_content(path, b"".join((HEADER, *sorted(kept))))
    return sum(content.startswith(_NAMES) for content in kept)
