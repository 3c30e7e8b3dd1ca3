"""Old names in the text of a config file, replaced by the new ones; all else stays byte by byte."""

from __future__ import annotations

import json
import re
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.config.places import refused
from registry_core.config.yaml_scalars import written
from registry_core.errors import ConfigError, ConfigHint
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from registry_core.config.document import Document
    from registry_core.errors import RegistryError

_BOM = b"\xef\xbb\xbf"
# What ends a line for PyYAML.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_QUOTED = r"""(?!\"{3}|'{3})(?:"(?:[^"\\\n]|\\.)*+"|'(?:[^'\n]|'')*+')"""
_GAP = r"(?:\s++|#[^\n]*+)*+"
_KEY = rf"(?:{_QUOTED}|[\w.-]++)\s*+[:=]{_GAP}"
# What YAML may write before a value.
_BEFORE = rf"(?:[&!]\S*+{_GAP})*+"


class Fix(NamedTuple):
    """An old name in a file, and the new one.

    Attributes:
        line: where it stands, counted from 1.
        column: as the line.
        old: the token that stands there.
        new: the token in its place.
    """

    line: int
    column: int
    old: str
    new: str


def fixed(
    document: Document, raw: bytes, findings: Iterable[RegistryError]
) -> tuple[bytes, list[Fix]]:
    """The content of a file with the old names replaced that a check has found.

    Args:
        document: the file, as it was read.
        raw: its content.
        findings: what a check says of it.

    Returns:
        The new content, and what was replaced, in the order of the file.

    Raises:
        ConfigError: a name is written in a way that cannot be replaced alone, or the new content
            does not read back as the old one with the new names.
    """
    from registry_core.config.reading import read_again

    hints = [each for each in findings if isinstance(each, ConfigHint) and each.instead]
    head = _BOM if raw.startswith(_BOM) else b""
    text = raw[len(head) :].decode("utf-8")
    is_yaml = document.source.suffix.lower() in (".yaml", ".yml")
    breaks = (_BREAK if is_yaml else re.compile("\n")).finditer(text)
    starts = [0, *(found.end() for found in breaks)]
    changes: dict[tuple[int, int], str] = {}
    for hint in hints:
        place, depth = document.position.nearest(hint.config_keys)
        if depth != len(hint.config_keys) or isinstance(place, str):
            raise _refused(document, hint, None)
        line, column = place
        old = reduce(getitem, hint.config_keys, document.data)
        found = _token(text, starts[line - 1] + column - 1, old)
        if found is None:
            raise _refused(document, hint, place)
        changes[found] = _written(text[slice(*found)], hint.instead)
    fixes: list[Fix] = []
    new = text
    for (start, end), token in sorted(changes.items(), reverse=True):
        before = text[:start]
        column = start - (before.rfind("\n") + 1) + 1
        fixes.append(Fix(before.count("\n") + 1, column, text[start:end], token))
        new = new[:start] + token + new[end:]
    content = head + new.encode("utf-8")
    wanted = {hint.config_keys: hint.instead for hint in hints}
    if fixes and not _fits(document.data, read_again(content, document.source).data, wanted):
        reason = "it is left as it is: another value has the name by an alias, or it would not read"
        raise refused(f"{reason} back", document.source)
    return content, fixes[::-1]


def _refused(document: Document, hint: ConfigHint, place: tuple[int, int] | None) -> ConfigError:
    way = f"write {quoted(hint.instead)} at {hint.config_path} by hand"
    reason = f"the name is written in a way that cannot be replaced alone: {way}"
    return refused(reason, document.source, *(place or ()))


def _token(text: str, start: int, old: str) -> tuple[int, int] | None:
    """Where the value of the key at `start` begins and ends, without an anchor or a tag before it.

    An alias leads to what its anchor marks. Whether it is the value is seen when it is read back.
    """
    value = rf"{_BEFORE}(?P<value>{_QUOTED}|{re.escape(old)})"
    found = re.compile(rf"{_KEY}(?:\*(?P<alias>[^\s,\]}}]++)|{value})").match(text, start)
    if found is not None and found["alias"]:
        anchors = re.finditer(rf"&{re.escape(found['alias'])}(?!\S){_GAP}{value}", text[:start])
        found = next(reversed([*anchors]), None)
    return None if found is None else found.span("value")


def _written(token: str, new: str) -> str:
    """The new name as a token like the old one."""
    if token[0] not in "\"'":
        return written(new)
    if token[0] == "'" and "'" not in new and new.isprintable():
        return f"'{new}'"
    return json.dumps(new, ensure_ascii=False)


def _fits(
    before: Any, after: Any, wanted: dict[tuple[object, ...], str], keys: Sequence[object] = ()
) -> bool:
    """Whether data is the same but for the new names; those of what `<<` merges change too."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return list(before) == list(after) and all(
            _fits(before[key], after[key], wanted, (*keys, key)) for key in before
        )
    if isinstance(before, list):
        return len(before) == len(after) and all(
            _fits(*pair, wanted, (*keys, i))
            for i, pair in enumerate(zip(before, after, strict=True))
        )
    new = wanted.get(tuple(keys))
    if new is not None:
        return bool(after == new)
    # A NaN equals nothing.
    if before == after or repr(before) == repr(after):
        return True
    return any(keys[-1:] == each[-1:] and after == new for each, new in wanted.items())
