"""What a schema of a value allows, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.limits import MAX_SHOWN_NAMES
from registry_core.text import quoted

if TYPE_CHECKING:
    from registry_core.config.constraints import Schema

_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a text",
}


def expected(schema: Schema) -> str:
    """What a schema allows, in words.

    >>> expected({"type": ["integer", "null"]})
    'an integer or null'
    >>> expected({"anyOf": [{"enum": ["auto", None]}, {"type": "number"}]})
    "'auto', null or a number"
    """
    words: list[str] = []
    for each in schema.get("anyOf", (schema,)):
        kinds = each.get("type", ["object"] if "properties" in each else [])
        words += [_WORDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)]
        words += [_shown(value) for value in each.get("enum", ())]
    words = list(dict.fromkeys(words))
    if len(words) > MAX_SHOWN_NAMES:
        words = [*words[:MAX_SHOWN_NAMES], f"one of {len(words) - MAX_SHOWN_NAMES} more"]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return quoted(value) if isinstance(value, str) else str(value)
