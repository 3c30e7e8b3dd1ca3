"""What an editor shows and offers of an argument; none of it refuses a value."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from typing import TYPE_CHECKING

from registry_core.errors import ConfigError
from registry_core.signature.docstrings import documented

if TYPE_CHECKING:
    from registry_core.config.constraints import Schema
    from registry_core.signature import Parameter, Signature

_PARAGRAPHS = re.compile(r"\n\s*(?:\n|(?=[-*] ))")
_WORDS = frozenset({"None", "True", "False"})
_OFFERED = frozenset({"boolean", "null"})


class Texts:
    """What docstrings say of arguments. Lives as long as one schema is drawn.

    Without griffe, which knows the styles of docstrings, it is nothing.
    """

    def __init__(self) -> None:
        # A thousand entries of one target have one docstring.
        self._read = cache(self._documented)

    def of(self, signature: Signature, name: str) -> str:
        """What the docstrings of an entry say of an argument; empty where they say nothing."""
        docstrings = (signature.constructor_docstring, signature.docstring)
        found = (self._read(each).get(name, "") for each in docstrings if each)
        paragraphs = _PARAGRAPHS.split(next(filter(None, found), ""))
        # A hover makes a paragraph of each line.
        return "\n\n".join(" ".join(each.split()) for each in paragraphs)

    def _documented(self, docstring: str) -> dict[str, str]:
        try:
            return documented(docstring)
        except ConfigError:
            return {}


def shown(parameter: Parameter, text: str) -> Schema:
    r"""What an editor shows of an argument and inserts for it.

    >>> from registry_core.signature.record import parameter
    >>> shown(parameter("size", annotation="int", default="1"), "How large.")
    {'description': 'size: int = 1\n\nHow large.', 'default': 1}
    >>> shown(parameter("layers"), "")
    {'description': 'layers', 'anyOf': [{}]}
    """
    head = parameter.name
    if parameter.annotation is not None:
        head += f": {parameter.annotation}"
    if parameter.default is not None:
        head += f" = {parameter.default}"
    # yaml-language-server writes no colon behind a key of which it knows nothing.
    return {
        "description": f"{head}\n\n{text}" if text else head,
        **(_default(parameter.default) or {"anyOf": [{}]}),
    }


def offered(values: Schema | None) -> Schema:
    """What an editor offers as a value: it looks into ``anyOf``, and not behind a condition.

    Args:
        values: what a value must be where it is not a part; None for anything.

    >>> offered({"enum": ["a", "b"]})
    {'anyOf': [{'enum': ['a', 'b']}, {}]}
    >>> offered({"type": "integer"})
    {}
    """
    return {"anyOf": [values, {}]} if values is not None and _has_choices(values) else {}


def _has_choices(values: Schema) -> bool:
    kinds = values.get("type", ())
    several = {kinds} if isinstance(kinds, str) else {*kinds}
    return bool("enum" in values or several & _OFFERED) or any(
        _has_choices(each) for each in values.get("anyOf", ())
    )


def _default(text: str | None) -> Schema:
    """The default, where it is data that a config could say."""
    if text is None or (text[:1].isalpha() and text not in _WORDS):
        return {}
    try:
        value = ast.literal_eval(text)
        kept = json.loads(json.dumps(value, allow_nan=False))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return {}
    return {"default": value} if kept == value else {}
