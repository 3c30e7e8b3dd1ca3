"""A root without a type, as JSON Schema: a recursive build has something to build in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.building.config_nodes import REGISTRY, SCOPE
from registry_core.building.containers import LITERAL, REFERENCE

if TYPE_CHECKING:
    from registry_core.config.constraints import Schema

_LITERAL: Schema = {"type": "object", "required": [LITERAL], "maxProperties": 1}
# What is left of a mapping once these are read.
_EMPTY: Schema = {"propertyNames": {"enum": [REGISTRY, SCOPE]}}


def holds_part(word: str, itself: Schema) -> Schema:
    """That a part or a reference is in a value, however deep.

    Args:
        word: the key of a type.
        itself: a reference to this schema.
    """
    inside = {"not": {"additionalProperties": {"not": itself}}}
    found = [{"required": [word]}, {"required": [REFERENCE]}, inside]
    return {
        "if": {"type": "object"},
        "then": {"if": _LITERAL, "then": False, "else": {"anyOf": found}},
        "else": {"type": "array", "contains": itself},
    }


def untyped_mapping(holds: Schema, word: str) -> Schema:
    """A mapping at the root: a part is in it, beside the keys of anchors, or it is empty."""
    ignored = {"propertyNames": {"anyOf": [_EMPTY["propertyNames"], {"pattern": "^x-"}]}}
    other = {"not": {"patternProperties": {"^x-": True}, "additionalProperties": {"not": holds}}}
    return {"if": {"anyOf": [ignored, other]}, "else": {"required": [word]}}


def untyped_list(holds: Schema, word: str) -> Schema:
    """A list at the root: a part is in it, or no mapping that could have been meant for one."""
    item = {
        "if": {"type": "object", "not": {"anyOf": [_LITERAL, _EMPTY]}},
        "then": {"required": [word]},
    }
    return {"if": {"contains": holds}, "else": {"items": item}}


def slip_pattern(word: str) -> str:
    """What keys match that are almost `word`: in another case, or with one letter wrong.

    >>> import re
    >>> pattern = re.compile(slip_pattern("type"))
    >>> [bool(pattern.search(key)) for key in ("tpye", "Type", "typ", "types", "tape", "it")]
    [True, True, True, False, True, False]
    """
    letters = [f"[{each.lower()}{each.upper()}]" if each.isalpha() else each for each in word]
    ways = {"".join([*letters[:i], ".", *letters[i + 1 :]]) for i in range(len(letters))}
    ways |= {"".join([*letters[:i], *letters[i + 1 :]]) for i in range(len(letters))}
    ways |= {
        "".join([*letters[:i], letters[i + 1], letters[i], *letters[i + 2 :]])
        for i in range(len(letters) - 1)
    }
    return f"^(?:{'|'.join(sorted(ways))})$"
