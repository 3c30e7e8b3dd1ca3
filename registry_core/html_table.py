"""A table as HTML, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.limits import MAX_HTML_ROWS
from registry_core.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence


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
