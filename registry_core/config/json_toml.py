"""JSON and TOML, read by the standard library; places come from one walk over the tokens of both.

The walk begins when a place is asked for, and reads only text that the standard library took.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from registry_core.config.places import Malformed, lines
from registry_core.limits import MAX_TOML_DOTS
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.config.places import Inside, Located

# A quote that is not closed takes the rest, so that no text is looked through twice.
_TEXTS = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}+)?|' + r"'''(?:[^']++|'(?!''))*+(?:'{3,5}+)?|"
    r'"(?:[^"\\\n]++|\\.)*+"?' + r"|'[^'\n]*+'?"
)
_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")
# The tokens of both: but for its escapes, JSON is what TOML writes inline.
_TOKEN = re.compile(
    rf"#[^\n]*+|(?P<text>{_TEXTS})|(?P<word>[^][{{}},:=.\s\"'#]++)|\n|[][{{}},:=.]", re.DOTALL
)


def read_json(text: str) -> object:
    """The data of a JSON text.

    Raises:
        Malformed: `text` is not JSON, or repeats a key.
    """

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            # What stands before the end of this object is sound: the walk comes to the key.
            places_in_json(text)
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise Malformed(error.msg, (error.lineno, error.colno)) from error
    except ValueError as error:
        # `int` raised: its message names the limit of digits.
        raise Malformed(str(error)) from error


def places_in_json(text: str) -> Located:
    """Where each part of a JSON text stands.

    Raises:
        Malformed: a key is repeated.
    """
    walk = _Walk(text, json.loads)
    # As inside an array, whose one item is the root.
    walk.index, walk.awaits = 0, "value"
    walk.outer.append((walk.root, None))
    return walk.places(text)[0]


def read_toml(text: str) -> object:
    """The data of a TOML text.

    Raises:
        Malformed: `text` is not TOML, or a key of it has too many dots.
    """
    if text.count(".") > MAX_TOML_DOTS:
        _check_dots(text)
    try:
        return tomllib.loads(text)
    except ValueError as error:
        at = _AT.search(str(error))
        reason = str(error)[: at.start()] if at else str(error)
        raise Malformed(reason, (int(at[1]), int(at[2])) if at else None) from error


def _check_dots(text: str) -> None:
    dots = 0
    for match in _TOKEN.finditer(text):
        if match[0] == ".":
            dots += 1
            if dots > MAX_TOML_DOTS:
                reason = f"a key has more than {MAX_TOML_DOTS} dots"
                raise Malformed(reason, lines(text)(match.start()))
        elif match.lastgroup is None:
            dots = 0


def places_in_toml(text: str) -> Located:
    """Where each part of a TOML text stands; `tomllib` has read it without an error."""
    return (1, 1), _Walk(text, lambda sign: tomllib.loads(f"k={sign}")["k"]).places(text)


class _Walk:
    """Follows the tokens of a text. Lives as long as one walk.

    `inside` has the places of the innermost open table or array; `index` is what comes next in an
    array, else None; `key` the parts of a dotted key, with where each begins.

    Args:
        text: the text.
        read: reads a key in quotes.
    """

    def __init__(self, text: str, read: Callable[[str], Any]) -> None:
        self.place = lines(text)
        self.read = read
        self.root: Inside = {}
        self.inside = self.root
        self.index: int | None = None
        self.key: list[tuple[str, int]] = []
        self.awaits = "key"
        self.brackets = 0
        self.outer: list[tuple[Inside, int | None]] = []

    def places(self, text: str) -> Inside:
        """Follow all tokens; give the places of all parts.

        Raises:
            Malformed: a key is repeated.
        """
        for match in _TOKEN.finditer(text):
            sign = match[0]
            if sign[0] == "#" or (sign == "\n" and self.outer):
                continue
            if sign == "\n":
                self.key, self.awaits, self.brackets = [], "key", 0
            elif self.awaits == "key":
                self._read_key(match)
            elif sign == ",":
                self.awaits = "key" if self.index is None else "value"
                self.key = []
                self.index = None if self.index is None else self.index + 1
            elif sign in "]}" and self.outer:
                self._close()
            elif self.awaits == "value":
                self._read_value(sign, match.start())
        return self.root

    def _read_key(self, match: re.Match[str]) -> None:
        sign = match[0]
        if match.lastgroup is not None:
            self.key.append((sign if match.lastgroup == "word" else self.read(sign), match.start()))
        elif sign in "=:":
            self.awaits = "value"
        elif sign == "[":
            self.brackets += 1
        elif sign == "]":
            self._read_header()
        elif sign == "}":
            self._close()

    def _read_header(self) -> None:
        """Open the table that a header names, or the next one of an array of tables."""
        above, name, place = self._leads_to(self.root)
        first, within = above.get(name, (place, None))
        within = {} if within is None else within
        above[name] = first if self.brackets == 2 else place, within
        if self.brackets == 2:
            within[len(within)] = place, {}
        self.inside = _last(within)
        self.awaits = "end"

    def _read_value(self, sign: str, start: int) -> None:
        within: Inside | None = {} if sign in "[{" else None
        if self.index is None:
            inside, name, place = self._leads_to(self.inside)
            if name in inside:
                raise Malformed(f"the key {quoted(name)} is repeated", place)
            inside[name] = place, within
        else:
            self.inside[self.index] = self.place(start), within
        self.awaits = "end"
        if within is not None:
            self.outer.append((self.inside, self.index))
            self.inside, self.index = within, 0 if sign == "[" else None
            self.key, self.awaits = [], "key" if self.index is None else "value"

    def _close(self) -> None:
        self.inside, self.index = self.outer.pop()
        self.awaits = "end"

    def _leads_to(self, inside: Inside) -> tuple[Inside, str, tuple[int, int]]:
        """The table that holds the last part of the dotted key, that part, and its place."""
        *above, (last, end) = self.key
        for name, start in above:
            _, within = inside.setdefault(name, (self.place(start), {}))
            inside = _last(within)
        return inside, last, self.place(end)


def _last(within: Inside | None) -> Inside:
    """The last table of an array of tables; of a table, which has no numbers as keys, itself."""
    while within and 0 in within:
        within = within[len(within) - 1][1]
    return {} if within is None else within
