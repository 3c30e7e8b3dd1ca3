"""Names, values and exceptions as text that cannot flood or fake a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.guards import PASSES
from registry_core.limits import (
    MAX_ERROR_TEXT,
    MAX_QUOTED,
    MAX_SHOWN,
    MAX_SHOWN_KEY,
    MAX_SHOWN_KEYS,
    MAX_SHOWN_NAMES,
    MAX_SHOWN_PATH,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_name_of = type.__dict__["__name__"].__get__


def quoted(text: str) -> str:
    """`text` in quotes, escaped and cut, so that no name can flood or fake a terminal."""
    # Escaped, a letter may take ten times its place.
    most = MAX_QUOTED if text[:MAX_QUOTED].isprintable() else MAX_QUOTED // 6
    return repr(text) if len(text) <= most else repr(text[:most]) + "..."


def safe_text(text: str) -> str:
    r"""`text` without quotes, cut, and escaped where it would do something to a terminal.

    >>> safe_text("acme.model"), safe_text("acme" + chr(27))
    ('acme.model', 'acme\\x1b')
    """
    text = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
    return text if text.isprintable() else repr(text)[1:-1]


def told_apart(text: str) -> str:
    r"""`text` in quotes; where it may be taken for another, with its letters escaped beside it.

    Letters of other scripts look like Latin ones, and fullwidth letters like the plain ones.

    >>> told_apart("Swish")
    "'Swish'"
    >>> told_apart("Sw" + chr(0x456) + "sh").endswith(r"('Sw\u0456sh')")
    True
    """
    shown = quoted(text)
    if text.isascii() or len(text) > MAX_QUOTED:
        return shown
    is_mixed = any(letter.isascii() and letter.isalpha() for letter in text)
    is_fullwidth = any("\uff01" <= letter <= "\uff5e" for letter in text)
    return f"{shown} ({text!a})" if is_mixed or is_fullwidth else shown


def listed(items: Sequence[str], most: int = MAX_SHOWN_NAMES) -> str:
    """Names as a phrase: quoted, separated by commas, cut after `most`."""
    phrase = ", ".join(quoted(item) for item in items[:most])
    return phrase if len(items) <= most else f"{phrase} and {len(items) - most} more"


def path_text(keys: Sequence[object]) -> str:
    """Keys and indices that lead into a config, as text that is cut.

    >>> path_text(("layers", 2, "act", "a b"))
    "layers[2].act['a b']"
    """
    path = ""
    for key in keys[:MAX_SHOWN_KEYS]:
        if isinstance(key, str) and key.isidentifier() and len(key) <= MAX_SHOWN_KEY:
            path += f".{key}" if path else key
        else:
            path += f"[{quoted(key) if isinstance(key, str) else str(key)[:MAX_SHOWN_KEY]}]"
    if len(keys) > MAX_SHOWN_KEYS or len(path) > MAX_SHOWN_PATH:
        return f"{path[:MAX_SHOWN_PATH]}..."
    return path


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, in the plural but for 1.

    >>> counted(1, "entry", "entries"), counted(2, "note")
    ('1 entry', '2 notes')
    """
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def safe_repr(value: object) -> str:
    """The `repr` of a value, escaped and cut, even where asking for it fails."""
    try:
        text = repr(value)
    except PASSES:
        raise
    except BaseException:
        return f"({safe_text(_name_of(type(value))[:MAX_QUOTED])}: it cannot be shown)"
    return safe_text(text) if len(text) <= MAX_QUOTED else f"{safe_text(text[:MAX_QUOTED])}..."


def error_text(error: BaseException, own: type[BaseException] | None = None) -> str:
    """An exception in words: its class and what it says, even where saying it fails.

    Args:
        error: the exception.
        own: a class whose exceptions say all that is needed, without their class.
    """
    # Not `type(error).__name__`: a class of classes may answer for that, or raise.
    kind = safe_text(_name_of(type(error))[:MAX_QUOTED])
    try:
        text = str(error)
    except PASSES:
        raise
    except BaseException:
        return f"{kind}: (its message cannot be shown)"
    text = "".join(
        c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text[: MAX_ERROR_TEXT + 1]
    )
    if len(text) > MAX_ERROR_TEXT:
        text = f"{text[:MAX_ERROR_TEXT]}..."
    if own is not None and isinstance(error, own):
        return text
    return f"{kind}: {text}" if text else kind
