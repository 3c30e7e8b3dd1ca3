"""Old names in the text of a config file, replaced by the new ones; all else stays byte by byte."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.config.places import refused
from registry_core.errors import ConfigError, ConfigHint
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from registry_core.config.document import Document
    from registry_core.errors import RegistryError

_BOM = b"\xef\xbb\xbf"
_JSON = re.compile(r'"(?:[^"\\]|\\.)*+"\s*+:\s*+("(?:[^"\\]|\\.)*+")')
_TOML = re.compile(
    r"""(?:"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[\w-]++)[ \t]*+=[ \t]*+"""
    r"""((?!\"\"\"|''')(?:"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'))"""
)
# What YAML takes for a text as it stands, wherever it stands.
_PLAIN = re.compile(r"[A-Za-z_][\w.]*+(?:[/-][\w.]++)*+")


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
    changes: dict[tuple[int, int], str] = {}
    for hint in hints:
        place, depth = document.position.nearest(hint.config_keys)
        if depth != len(hint.config_keys) or isinstance(place, str):
            raise _refused(document, hint, None)
        found = _token(document, text, place)
        if found is None or found[0] == found[1]:
            raise _refused(document, hint, place)
        changes[found] = _written(text[slice(*found)], hint.instead, document.source.suffix)
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


def _token(document: Document, text: str, place: tuple[int, int]) -> tuple[int, int] | None:
    """Where the value of a key begins and ends, without an anchor or a tag before it."""
    suffix = document.source.suffix.lower()
    if suffix in (".yaml", ".yml"):
        return _token_in_yaml(text, place)
    line, column = place
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    match = (_JSON if suffix == ".json" else _TOML).match(text, start + column - 1)
    return None if match is None else match.span(1)


def _token_in_yaml(text: str, place: tuple[int, int]) -> tuple[int, int] | None:
    import yaml
    from yaml.events import AliasEvent, ScalarEvent

    anchors: dict[str | None, Any] = {}
    is_next = False
    event: Any
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if is_next:
            found = anchors.get(event.anchor) if isinstance(event, AliasEvent) else event
            if not isinstance(found, ScalarEvent) or found.style in ("|", ">"):
                return None
            return _scalar(text, found)
        mark = event.start_mark
        is_next = isinstance(event, ScalarEvent) and (mark.line + 1, mark.column + 1) == place
        if isinstance(event, ScalarEvent) and event.anchor:
            anchors[event.anchor] = event
    return None


def _scalar(text: str, event: Any) -> tuple[int, int] | None:
    """Where a scalar begins and ends; before it there may be an anchor and a tag."""
    start, end = event.start_mark.index, event.end_mark.index
    if event.style is None:
        begin = end - len(event.value)
        return (begin, end) if text[begin:end] == event.value and begin >= start else None
    begin = text.find(event.style, start, end)
    return (begin, end) if begin >= 0 and "\n" not in text[begin:end] else None


def _written(token: str, new: str, suffix: str) -> str:
    """The new name as a token like the old one."""
    if suffix.lower() in (".yaml", ".yml") and token[0] not in "\"'":
        from registry_core.config import yaml_scalars

        is_text = _PLAIN.fullmatch(new) and yaml_scalars.plain(new) == new
        return new if is_text else "'" + new.replace("'", "''") + "'"
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
