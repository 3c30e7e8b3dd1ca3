"""What PyYAML's parsers refuse, in words that say what to do and quote no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.config.places import Malformed
from registry_core.config.yaml_scalars import NO_TAG
from registry_core.limits import MAX_YAML_DEPTH

if TYPE_CHECKING:
    from yaml import Mark, MarkedYAMLError

TOO_DEEP = f"it nests deeper than {MAX_YAML_DEPTH:,} levels"
TOO_LARGE = "a number in an escape or a directive is too large"

# A phrase of the parser's message, the error in our words, and whether its place is where the thing
# begins, or where the parser stopped. None of them quotes a value, which may be a secret.
_MENDS = (
    ("scanning an alias", "a text that begins with '*' must be quoted", True),
    ("scanning an anchor", "a text that begins with '&' must be quoted", True),
    (" tag", NO_TAG, True),
    ("quoted scalar, found unexpected end", "the quote is never closed", True),
    ("nesting depth", TOO_DEEP, False),
    ("extremely long", TOO_LARGE, False),
    (
        "escape",
        "a backslash in double quotes must be written twice, or stand in single quotes",
        False,
    ),
    ("mapping values", "a second ': ' in a line; a text that holds it must be quoted", False),
    ("sequence entries", "a list must begin on the line below its key", False),
    ("expected ',' or", "expected ',' or the end of what opens at {}, or quotes", False),
    (
        "expected key",
        "expected a key: is the line indented like its neighbours, or quoted wrongly?",
        False,
    ),
    ("expected '-'", "expected '- ': is the line indented like its neighbours?", False),
    ("expected ':'", "expected ': ' after a key", True),
)


def explained(error: MarkedYAMLError, text: str) -> Malformed:
    """The parser's error in our words, and its place."""
    reason = ", ".join(filter(None, [error.context, error.problem]))
    begin, stop = error.context_mark, error.problem_mark or error.context_mark
    if "cannot start any token" in reason and stop is not None:
        letter = text.splitlines()[stop.line][stop.column]
        what = f"a text that begins with {letter!r} must be quoted"
        reason = "a tab cannot indent: use spaces" if letter == "\t" else what
    for phrase, advice, is_begin in _MENDS:
        if phrase in reason:
            reason = advice.format(begin and "{}:{}".format(*place_of(begin)))
            stop = (begin if is_begin else None) or stop
            break
    return Malformed(reason, None if stop is None else place_of(stop))


def place_of(mark: Mark) -> tuple[int, int]:
    """Line and column of a mark, counted from 1."""
    return mark.line + 1, mark.column + 1
