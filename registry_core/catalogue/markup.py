"""Text and parts as HTML: whatever a text holds, it is shown, and is no markup."""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.limits import MAX_DOCSTRING
from registry_core.text import escaped, safe_repr, safe_text

if TYPE_CHECKING:
    from registry_core.query.survey import Surveyed
    from registry_core.signature import Signature

_CODE = re.compile(r"(`{1,2})(?!`)([^`]+)\1(?!`)")
# The pages may load nothing but their own style and script, wherever they are opened.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'"
)


def text(value: object) -> str:
    r"""A name or a value on one line: escaped, and cut where it is very long.

    >>> text("<b>" + chr(27))
    '&lt;b&gt;\\x1b'
    """
    return escape(safe_text(str(value)))


def long_text(value: str) -> str:
    """A text of several lines, such as a docstring."""
    cut = value if len(value) <= MAX_DOCSTRING else f"{value[:MAX_DOCSTRING]}..."
    return escape(escaped(cut.expandtabs()))


def prose(value: str) -> str:
    """A text on one line, in which backticks make code.

    >>> prose("the ``<x>`` of `y`")
    'the <code>&lt;x&gt;</code> of <code>y</code>'
    """
    return _CODE.sub(r"<code>\2</code>", long_text(" ".join(value.split())))


def value_text(value: object) -> str:
    """A value of metadata: texts, and several of them, as they are.

    >>> value_text({"b", "a"}), value_text(["c", 1]), value_text("d")
    ('a, b', 'c, 1', 'd')
    """
    several = value if isinstance(value, list | tuple) else [value]
    if isinstance(value, set | frozenset):
        # Its order is another in each process.
        several = sorted(value, key=safe_repr)
    return ", ".join(
        text(each) if isinstance(each, str) else escape(safe_repr(each)) for each in several
    )


def link(address: str, name: object) -> str:
    """A link that shows a name."""
    return f'<a href="{address}">{text(name)}</a>'


def anchor(kind: str, name: str) -> str:
    """What a link to a registry or a distribution ends with."""
    # In an id, no white space may stand.
    return escape(f"{kind}-{safe_text(name)}".replace(" ", "_"))


def place(signature: Signature) -> str:
    """The file and line of a definition, as seen from where Python imports it.

    The folder of an environment says nothing to another reader of the page.
    """
    file = signature.file or ""
    above = [each for each in map(Path, sys.path) if each.name and Path(file).is_relative_to(each)]
    if above:
        file = Path(file).relative_to(max(above, key=lambda each: len(each.parts))).as_posix()
    return f"{file}:{signature.line}"


def badges(item: Surveyed) -> str:
    """What keeps an entry from being used, in a word each."""
    words = [state for state in states(item) if state != "fine"]
    return "".join(f'<span class="badge {word}">{word}</span>' for word in words)


def states(item: Surveyed) -> list[str]:
    """The states of an entry, for the filter."""
    found = []
    if item.status:
        found.append("conflict" if item.status == "conflict" else "blocked")
    if item.fault:
        found.append("broken" if item.is_broken else "unread")
    return found or ["fine"]


def page(title: str, body: str, *, root: str, head: str = "") -> str:
    """A whole page.

    Args:
        title: of the window; not escaped yet.
        body: what it shows.
        root: the way to the folder.
        head: what else stands in its head.
    """
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{head}<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{text(title)}</title>
<link rel="stylesheet" href="{root}catalogue.css">
</head>
<body>
{body}
</body>
</html>
"""
