"""Names, values and exceptions as text that cannot flood or fake a terminal; tables as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from registry_core.guards import PASSES
from registry_core.limits import (
    MAX_ERROR_TEXT,
    MAX_HTML_ROWS,
    MAX_QUOTED,
    MAX_SHOWN,
    MAX_SHOWN_KEY,
    MAX_SHOWN_KEYS,
    MAX_SHOWN_NAMES,
    MAX_SHOWN_PATH,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_name_of = type.__dict__["__name__"].__get__
# Letters of Cyrillic and Greek that look like Latin ones.
_LOOKALIKES = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd"
)


def escaped(text: str) -> str:
    r"""`text` with everything escaped that a terminal may obey; line breaks stay.

    >>> escaped("red" + chr(27))
    'red\\x1b'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def bounded(text: str) -> str:
    """`text`, escaped; where it is too long, its middle is left out: a remedy is at the end."""
    # Escaped, a letter may take ten times its place.
    text = (
        text
        if len(text) <= 2 * MAX_ERROR_TEXT
        else f"{text[:MAX_ERROR_TEXT]}{text[-MAX_ERROR_TEXT:]}"
    )
    text = escaped(text)
    if len(text) <= MAX_ERROR_TEXT:
        return text
    return f"{text[: MAX_ERROR_TEXT * 7 // 10]} ... {text[-MAX_ERROR_TEXT // 4 :]}"


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
    is_alike = _LOOKALIKES.issuperset(letter for letter in text if not letter.isascii())
    return f"{shown} ({text!a})" if is_mixed or is_fullwidth or is_alike else shown


def by_variable(variable: str, distribution: str, key: str) -> str:
    """An assignment of a shell that chooses one entry; empty where the variable cannot say it.

    >>> by_variable("REGISTRY_CORE_PREFER", "acts", "extra.Swish")
    'REGISTRY_CORE_PREFER=acts:extra.Swish'
    >>> by_variable("REGISTRY_CORE_PREFER", "acts", "one,two")
    ''
    """
    from shlex import quote

    # The variable is split at commas.
    fits = "," not in key and key.isprintable() and len(key) <= MAX_SHOWN
    return f"{variable}={quote(f'{distribution}:{key}')}" if fits else ""


def choosing(verb: str, distribution: str, key: str) -> str:
    """How to block or prefer one entry, in code and, where a variable can say it, in a shell.

    >>> choosing("block", "acts", "one,two")
    "current_environment().block('acts:one,two')"
    """
    typed = by_variable(f"REGISTRY_CORE_{verb.upper()}", distribution, key)
    code = f"current_environment().{verb}({f'{distribution}:{key}'!r})"
    return f"{code} or {typed}" if typed else code


def listed(items: Sequence[str], most: int = MAX_SHOWN_NAMES) -> str:
    """Names as a phrase: quoted, separated by commas, cut after `most`."""
    return joined([quoted(item) for item in items[:most]], ", ", len(items))


def did_you_mean(names: Sequence[str], shown: Callable[[str], str] = quoted) -> str:
    """The question for what a wrong name may have meant; empty where nothing is like it.

    >>> did_you_mean(["Swish", "Mish"]), did_you_mean([])
    ("did you mean 'Swish' or 'Mish'?", '')
    """
    return f"did you mean {' or '.join(map(shown, names))}?" if names else ""


def clauses(*parts: str) -> str:
    """Parts of a message as one sentence; what follows a question is one of its own.

    >>> clauses("no entry is called 'Swihs'", "did you mean 'Swish'?", "", "see the list")
    "no entry is called 'Swihs'; did you mean 'Swish'? see the list"
    """
    text = ""
    for part in filter(None, parts):
        text += f"{'' if not text else ' ' if text.endswith('?') else '; '}{part}"
    return text


def joined(parts: Sequence[str], separator: str, number: int = 0) -> str:
    """Parts of a phrase, cut after the first few.

    Args:
        parts: all of them, or the first few.
        separator: what stands between them.
        number: how many there are; 0 where `parts` are all.
    """
    few = parts[:MAX_SHOWN_NAMES]
    more = (number or len(parts)) - len(few)
    return separator.join(few) + (f" and {more} more" if more > 0 else "")


def key_text(key: object) -> str:
    """A key of a config as text, whatever it says of itself."""
    # Not isinstance: a key may say of itself that it is a text.
    return str.__str__(cast("str", key)) if issubclass(type(key), str) else safe_repr(key)


def path_text(keys: Sequence[object]) -> str:
    """Keys and indices that lead into a config, as text that is cut.

    >>> path_text(("layers", 2, "act", "a b"))
    "layers[2].act['a b']"
    """
    path = ""
    for key in keys[:MAX_SHOWN_KEYS]:
        text, is_word = key_text(key), issubclass(type(key), str)
        if is_word and text.isidentifier() and len(text) <= MAX_SHOWN_KEY:
            path += f".{text}" if path else text
        else:
            path += f"[{quoted(text) if is_word else text[:MAX_SHOWN_KEY]}]"
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
    text = bounded(text)
    if own is not None and isinstance(error, own):
        return text
    return f"{kind}: {text}" if text else kind


def file_error_text(error: Exception) -> str:
    """Why a file cannot be read or written, as the system says it; else as `error_text`.

    >>> file_error_text(FileNotFoundError(2, "No such file or directory", "net.yaml"))
    'No such file or directory'
    """
    reason = error.strerror if isinstance(error, OSError) else ""
    return safe_text(reason) if reason else error_text(error)


def html_table(heading: Sequence[str], rows: Sequence[Sequence[object]], caption: str = "") -> str:
    """Rows as an HTML table; of very many, the first, and how many there are.

    Args:
        heading: what the columns are; empty for none.
        rows: their cells, which are shown as text.
        caption: what the table is of.

    Example:
        >>> html_table(["key"], [["a<b"]])
        '<table><thead><tr><th>key</th></tr></thead><tbody><tr><td>a&lt;b</td></tr></tbody></table>'
    """
    from html import escape

    shown = rows[:MAX_HTML_ROWS]
    if len(rows) > len(shown):
        caption += f" (the first {len(shown):,} of {len(rows):,})"
    head = "".join(f"<th>{escape(each)}</th>" for each in heading)
    parts = [f"<caption>{escape(safe_text(caption))}</caption>" if caption else ""]
    parts.append(f"<thead><tr>{head}</tr></thead>" if heading else "")
    cells = ("".join(f"<td>{escape(safe_text(str(c)))}</td>" for c in row) for row in shown)
    body = "".join(f"<tr>{each}</tr>" for each in cells)
    return f"<table>{''.join(parts)}<tbody>{body}</tbody></table>"
