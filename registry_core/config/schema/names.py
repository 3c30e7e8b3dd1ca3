"""Names and keys as patterns; and what a root without a type holds."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from registry_core.building.config_nodes import REGISTRY, SCOPE
from registry_core.building.containers import LITERAL, REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry_core.config.constraints import Schema

_SYNTAX = re.compile(r"[$()*+./?\[\\\]^{|}]")


def one_of(keys: list[str]) -> Schema:
    r"""That a name is one of some, which an editor does not propose.

    It would propose what an enum lists, even in a condition. What the keys have in common before
    their last dot is written once.

    >>> one_of(["acme.Tanh", "acme.extra.Tanh", "acme.ReLU", "acme.extra.ReLU"])["pattern"]
    '^(?:(?:acme|acme\\.extra)\\.(?:ReLU|Tanh))$'
    """
    if not keys:
        return {"not": {}}
    heads: dict[str, list[str]] = {}
    for key in keys:
        head, _, tail = key.rpartition(".")
        heads.setdefault(tail, []).append(head)
    tails: dict[tuple[str, ...], list[str]] = {}
    for tail, found in heads.items():
        tails.setdefault(tuple(sorted(found)), []).append(tail)
    ways = [f"{_before(each)}{_either(sorted(found))}" for each, found in tails.items()]
    return {"type": "string", "pattern": f"^{_grouped(ways)}$"}


def like(patterns: list[str], scopes: list[str]) -> Schema:
    r"""That a name, perhaps after that of a scope, fits a pattern in which ``*`` is any text.

    >>> like(["hub/*"], ["extra"])["pattern"]
    '^(?:extra\\.)?(?:hub\\/.*)$'
    """
    ways = (".*".join(map(_escaped, each.split("*"))) for each in patterns)
    before = f"(?:{_either(sorted(scopes))}\\.)?" if scopes else ""
    return {"type": "string", "pattern": f"^{before}{_grouped(ways)}$"}


def _before(heads: tuple[str, ...]) -> str:
    dotted = f"{_either([*filter(None, heads)])}\\."
    if "" not in heads:
        return dotted
    return f"(?:{dotted})?" if len(heads) > 1 else ""


def _either(words: list[str]) -> str:
    return _escaped(words[0]) if len(words) == 1 else _grouped(map(_escaped, words))


def _grouped(ways: Iterable[str]) -> str:
    return f"(?:{'|'.join(ways)})"


@cache
def _escaped(word: str) -> str:
    # Of what `re.escape` escapes, the expressions of JSON Schema allow the characters of syntax
    # alone.
    return _SYNTAX.sub(r"\\\g<0>", word)


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
