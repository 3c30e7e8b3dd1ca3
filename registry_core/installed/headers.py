"""The head of METADATA: the name and the version of a distribution, as e-mail headers say them."""

from collections.abc import Iterator
from typing import NamedTuple

# What a line begins with that continues the one before. Nothing else is taken off a value, either:
# what `str.strip` takes off beside these is part of the name that importlib_metadata tells.
_BLANKS = " \t"
_FOLDS = frozenset(_BLANKS)


class Head(NamedTuple):
    """What a head says. None where it does not say so.

    Attributes:
        name: the first `Name:`.
        version: the first `Version:`.
        is_whole: whether more bytes can tell no other: both were found, or the headers end.
    """

    name: str | None
    version: str | None
    is_whole: bool


def parse_head(content: bytes) -> Head:
    r"""The name and the version in the first bytes of a METADATA or PKG-INFO.

    Lines end at `\n`, `\r\n` and `\r` alone, as `email.feedparser` has it. `str.splitlines` splits
    at eleven characters more, behind any of which a second `Name:` can be hidden.

    >>> parse_head(b"Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n\n")
    Head(name='acts', version='1.0', is_whole=True)
    >>> parse_head(b"Summary: one\x0cName: other\nName: acts\n\nVersion: 1.0\n")
    Head(name='acts', version=None, is_whole=True)
    """
    lines = content.split(b"\n", 3)
    if (
        # As nearly every tool writes it; whatever else is there is read line by line.
        len(lines) > 3
        and lines[0].startswith(b"Metadata-Version: ")
        and lines[1].startswith(b"Name: ")
        and lines[2].startswith(b"Version: ")
        # Neither folded, nor cut off where a folded line may follow.
        and lines[3][:1] not in b" \t"
        and b"\r" not in content
    ):
        return Head(_text(lines[1][6:]).strip(_BLANKS), _text(lines[2][9:]).strip(_BLANKS), True)
    name: str | None = None
    version: str | None = None
    # All of them: Ctrl-C would be lost in a generator that is left before its end.
    for field, value in [*_fields(content)]:
        if field is None:
            return Head(name, version, True)
        if name is None and field == "name":
            name = value
        elif version is None and field == "version":
            version = value
        if name is not None and version is not None:
            return Head(name, version, True)
    return Head(name, version, False)


def fields(content: bytes, name: str) -> Iterator[str]:
    r"""Every value of one field, folded lines joined.

    >>> list(fields(b"Name: a\nRequires-Dist: b>1;\n  python_version < '3'\n\n", "Requires-Dist"))
    ["b>1; python_version < '3'"]
    """
    wanted = name.lower()
    for field, value in [*_fields(content)]:
        if field is None:
            return
        if field == wanted:
            yield value


def _fields(content: bytes) -> Iterator[tuple[str | None, str]]:
    """Each header, its name in lower case; a name of None where the headers end."""
    text = _text(content).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    # What follows the last line break may be cut off, and may fold into the line before.
    last = len(lines) - 1
    number = 0
    # A folded line that continues nothing is passed over, as feedparser does.
    while number < last and lines[number][:1] in _FOLDS:
        number += 1
    while number < last:
        line = lines[number]
        number += 1
        field, colon, value = line.partition(":")
        if not colon or not _is_field(field):
            # A blank line ends the headers, and so does a line that is none (RFC 5322).
            yield None, ""
            return
        folded = [value]
        while number < last and lines[number][:1] in _FOLDS:
            folded.append(lines[number].strip(_BLANKS))
            number += 1
        if number == last and lines[last][:1] in {"", *_FOLDS}:
            return
        yield field.lower(), " ".join(folded).strip(_BLANKS)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _is_field(field: str) -> bool:
    # RFC 5322, 2.2: printable ASCII without the blank. The name may be empty in feedparser.
    return field.isascii() and " " not in field and (not field or field.isprintable())
