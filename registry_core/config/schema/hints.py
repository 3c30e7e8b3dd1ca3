"""What an editor shows and offers of an argument; none of it refuses a value."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from registry_core.config.constraints import literal
from registry_core.errors import ConfigError
from registry_core.signature.docstrings import documented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.config.constraints import Schema
    from registry_core.signature import Parameter

_PARAGRAPHS = re.compile(r"\n\s*(?:\n|(?=[-*] ))")
_OFFERED = frozenset({"boolean", "null"})


def texts(docstring: str) -> Mapping[str, str]:
    """What a docstring says of arguments; nothing without griffe, which knows their styles."""
    try:
        return documented(docstring) if docstring else {}
    except ConfigError:
        return {}


def as_paragraphs(text: str) -> str:
    """A text whose every paragraph is one line: a hover makes a paragraph of each line."""
    return "\n\n".join(" ".join(each.split()) for each in _PARAGRAPHS.split(text))


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
    value = ... if text is None else literal(text)
    try:
        kept = json.loads(json.dumps(value, allow_nan=False))
    except (ValueError, TypeError, RecursionError):
        return {}
    return {"default": value} if kept == value else {}
