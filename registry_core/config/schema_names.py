"""Names as a pattern: what is right, but nothing that an editor should propose."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

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
