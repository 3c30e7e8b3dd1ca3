"""What a scalar of YAML is: the core schema of YAML 1.2, and the tags that are allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from registry_core.config.places import Malformed
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

MERGE_KEY: Final = object()

TAG: Final = "tag:yaml.org,2002:"
_COLLECTIONS = {f"{TAG}map": dict, f"{TAG}seq": list}
_SCALARS: dict[str, type] = {
    f"{TAG}null": type(None),
    f"{TAG}bool": bool,
    f"{TAG}int": int,
    f"{TAG}float": float,
    f"{TAG}str": str,
}
# Tags of YAML 1.1, which may be quoted: another text behind a `!` may be a secret without quotes.
_KNOWN = re.compile(rf"{TAG}(?:binary|merge|omap|pairs|set|timestamp|value|yaml|python/.*)")
_OTHER_TAGS = "tags are not allowed, but for !!null, !!bool, !!int, !!float, !!str, !!seq and !!map"
NO_TAG: Final = f"{_OTHER_TAGS}; a text that begins with '!' must be quoted"

# What a scalar without quotes and tag is, other than a text.
CORE: Final = re.compile(
    r"(?P<null>~|null|Null|NULL|)|(?P<true>true|True|TRUE)|(?P<false>false|False|FALSE)"
    r"|(?P<int>[-+]?[0-9]+)|(?P<base>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<word>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))|(?P<merge><<)"
)
# What is a text as it stands, wherever it stands; YAML 1.1 takes some words for booleans.
_SURELY_PLAIN = re.compile(r"(?!(?i:y|yes|n|no|on|off)$)[A-Za-z_][\w.]*+(?:[/-][\w.]++)*+")
# The letters that one of these begins with; an empty scalar is null.
_FIRST = frozenset(["", *"~nNtTfF-+.0123456789<"])
_MEANINGS: dict[str | None, Callable[[str], object]] = {
    "null": lambda _: None,
    "true": lambda _: True,
    "false": lambda _: False,
    "int": int,
    # Python refuses to write a larger integer, so no message could show it.
    "base": lambda text: int(str(int(text, 0))),
    "float": float,
    "word": lambda text: float(text.replace(".", "")),
    "merge": lambda _: MERGE_KEY,
}


def plain(text: str) -> object:
    """What a scalar without quotes and tag is; `MERGE_KEY` for ``<<``.

    Raises:
        Malformed: an integer has more digits than Python reads.
    """
    match = CORE.fullmatch(text) if text[:1] in _FIRST else None
    if match is None:
        return text
    try:
        return _MEANINGS[match.lastgroup](text)
    except ValueError:
        raise Malformed("the integer has too many digits") from None


def written(text: str) -> str:
    r"""A text as a scalar of one line, in quotes where it may need them.

    >>> written("hub/net-2"), written("no: it's"), written("1e3"), written("a\n")
    ('hub/net-2', "'no: it''s'", "'1e3'", '"a\\n"')
    """
    if _SURELY_PLAIN.fullmatch(text) and plain(text) == text:
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    # Python's escapes are YAML's, too.
    return '"' + text.encode("unicode_escape").decode().replace('"', '\\"') + '"'


def tagged(text: str, tag: str) -> object:
    """What a scalar with a tag is.

    Raises:
        Malformed: the tag is not allowed, or the text is not of it.
    """
    of = _SCALARS.get(tag)
    if of is str:
        return text
    value = plain(text)
    if of is float and type(value) is int:
        value = float(text)
    if of is None or type(value) is not of:
        raise Malformed(_wrong_tag(tag))
    return value


def check_tag(tag: str | None, kind: type) -> None:
    """Refuse what a mapping or list has as tag, other than its own.

    Raises:
        Malformed: the tag is not allowed, or is another kind's.
    """
    if tag is not None and _COLLECTIONS.get(tag) is not kind:
        raise Malformed(_wrong_tag(tag))


def _wrong_tag(tag: str) -> str:
    name = tag.removeprefix(TAG)
    if tag in _SCALARS or tag in _COLLECTIONS:
        return f"the value does not fit the tag !!{name}"
    return f"{quoted(f'!!{name}')}: {_OTHER_TAGS}" if _KNOWN.fullmatch(tag) else NO_TAG
