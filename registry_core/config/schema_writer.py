"""Draws the JSON Schema of the configs that one scope builds."""

from __future__ import annotations

import ast
import json
import re
from itertools import takewhile
from typing import TYPE_CHECKING

from registry_core.building.config_nodes import (
    ALL_CONTROLS,
    ARGS,
    CONTROLS,
    IDENTITY,
    KWARGS,
    PARTIAL,
    REGISTRY,
    SCOPE,
)
from registry_core.building.containers import LITERAL, REFERENCE
from registry_core.config.constraints import Constraints, Schema, union
from registry_core.config.key_spellings import scope_names, spellings
from registry_core.environment import current_environment
from registry_core.errors import RegistryError
from registry_core.hooks import LOOKUP
from registry_core.signature import VARIADIC_KEYWORD, VARIADIC_POSITIONAL
from registry_core.signature.live import of_loaded
from registry_core.signature.signatures import Signatures

if TYPE_CHECKING:
    from registry_core.config.key_spellings import KeySpellings
    from registry_core.signature import Parameter, Signature
    from registry_core.tree.lookup import Lookup

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SYNTAX, _ESCAPED = re.compile(r"[$()*+./?\[\\\]^{|}]"), r"\\\g<0>"

_PART = {"$ref": "#/$defs/part"}
_VALUE = {"$ref": "#/$defs/value"}
_CONTROLS: dict[str, Schema] = {
    ARGS: {"type": "array", "description": "Positional arguments."},
    IDENTITY: {
        "type": "string",
        "description": "The name of this part, for references from elsewhere in the config.",
    },
    KWARGS: {
        "type": "object",
        "description": "Keyword arguments whose names are taken by other keys.",
    },
    LITERAL: {"description": "Alone in a mapping: this value is data, and is never built."},
    PARTIAL: {
        "type": "boolean",
        "description": "Do not call: give a functools.partial with these arguments.",
    },
    REFERENCE: {
        "type": "string",
        "description": "Alone in a mapping: the very object of the part with that _id_.",
    },
    REGISTRY: {
        "type": "string",
        "description": "The registry to look in, for this part and everything inside it.",
    },
    SCOPE: {
        "type": "string",
        "description": "The scope to look in first, for this part and everything inside it.",
    },
}


class SchemaWriter:
    """Draws one schema: made for it, used once.

    Args:
        resolver: the scope that is built from.
        load: whether to import entries and ask the objects, or to read source.
        recursive: whether nested configs are built too.
    """

    def __init__(self, resolver: Lookup, *, load: bool, recursive: bool) -> None:
        self._resolver = resolver
        self._word = resolver.type_key
        self._load = load
        self._recursive = recursive
        self._controls = ALL_CONTROLS if recursive else CONTROLS
        self._scopes = scope_names(resolver)
        self._signatures = Signatures()
        self._constraints = Constraints(self._value)

    def schema(self) -> Schema:
        """The schema.

        Raises:
            ConfigError: griffe is not installed, and something would have to be read.
        """
        entries = spellings(self._resolver)
        if not self._load and any(isinstance(each.entry.target, str) for each in entries):
            # Asked once, here: below, what cannot be read is left unchecked.
            self._signatures.reader()
        group = self._resolver.node.tree.group
        title = f"Configs of the registry {group}"
        if self._resolver.node.title:
            title += f", from the scope {self._resolver.node.title}"
        alone = [{"required": [key], "maxProperties": 1} for key in (LITERAL, REFERENCE)]
        part = {
            "type": "object",
            "anyOf": [{"required": [self._word]}, *alone[: 1 + self._recursive]],
        }
        held = {"items": _VALUE, "additionalProperties": _VALUE}
        nested = {"if": _PART, "then": {"$ref": "#"}, "else": held}
        return {
            "$schema": DIALECT,
            "title": title,
            "type": "object",
            "properties": {
                self._word: {"type": "string", "description": "The name of an entry."},
                **{key: _CONTROLS[key] for key in sorted(self._controls)},
            },
            "if": {"anyOf": alone[: 1 + self._recursive]},
            "else": self._typed_or_experiment(
                {"if": self._elsewhere(group), "else": self._here(entries)}
            ),
            "$defs": {"part": part, "value": nested} if self._recursive else {"part": part},
        }

    def _typed_or_experiment(self, typed: Schema) -> Schema:
        """The schema of what is no literal; the root of a recursive build needs no type."""
        has_type: Schema = {"required": [self._word]}
        if not self._recursive:
            return has_type | typed
        return {"if": has_type, "then": typed, "else": {"additionalProperties": _VALUE}}

    def _elsewhere(self, group: str) -> Schema:
        """What makes a config's names be looked up somewhere else than from this scope."""
        other: Schema = {"required": [REGISTRY]}
        if self._resolver.node.parent is None:
            own = sorted({group, group.rpartition(".")[2]})
            other["properties"] = {REGISTRY: {"not": {"enum": own}}}
        known = {"required": [SCOPE], "properties": {SCOPE: {"enum": self._scopes}}}
        return {"anyOf": [other, known]}

    def _here(self, entries: list[KeySpellings]) -> Schema:
        texts: dict[str, str] = {}
        branches: list[Schema] = []
        for each in entries:
            signature = self._signature(each)
            told = [signature.summary if signature is not None else "", str(each.entry.provider)]
            texts |= dict.fromkeys(each.keys, " - ".join(filter(None, told)))
            if signature is not None:
                condition = {"required": [self._word], "properties": {self._word: _spelled(each)}}
                takes = {"title": each.entry.key, **self._takes(each, signature)}
                branches.append({"if": condition, "then": takes})
        texts = dict(sorted(texts.items()))
        names: Schema = {"enum": list(texts), "enumDescriptions": list(texts.values())}
        if self._is_open_ended():
            names = {"anyOf": [names, {"type": "string"}]}
        others = [key for each in entries for key in each.others]
        return {
            "properties": {SCOPE: {"enum": self._scopes}},
            # An empty one is no JSON Schema.
            **({"allOf": branches} if branches else {}),
            # What is right, but nothing that an editor should propose.
            "if": {"required": [self._word], "properties": {self._word: _one_of(others)}},
            "else": {"properties": {self._word: names}},
        }

    def _is_open_ended(self) -> bool:
        """Whether a hook may know more names than can be listed."""
        return current_environment().hooks(self._resolver.node.tree.group).implement(LOOKUP)

    def _signature(self, spelled: KeySpellings) -> Signature | None:
        key = [*spelled.keys, *spelled.others][0]
        try:
            if not self._load:
                return self._signatures.of(spelled.entry)
            found, entry = self._resolver.described(key)
            return of_loaded(entry, found)
        except RegistryError:
            return None

    def _takes(self, spelled: KeySpellings, signature: Signature) -> Schema:
        """What the arguments of one entry may be."""
        free = [each for each in signature.parameters if not each.bound]
        said = [
            each
            for each in free
            if each.takes_keyword and each.name not in {self._word, *self._controls}
        ]
        takes_any = any(each.kind == VARIADIC_KEYWORD for each in free)
        properties: Schema = {
            self._word: True,
            **dict.fromkeys(sorted(self._controls - {LITERAL, REFERENCE}), True),
        }
        properties[ARGS] = self._positional(signature)
        properties |= {each.name: self._argument(each, signature) for each in said}
        taken: Schema = {"properties": properties}
        if signature.summary:
            taken["description"] = signature.summary
        if not takes_any:
            taken["additionalProperties"] = False
        else:
            properties |= dict.fromkeys(spelled.entry.kwargs, False)
            if self._recursive:
                taken["additionalProperties"] = _VALUE
        return taken | _required(free, said)

    def _positional(self, signature: Signature) -> Schema:
        # Past a bound parameter no position can be given.
        places = [each for each in signature.parameters if each.takes_position]
        free = list(takewhile(lambda each: not each.bound, places))
        takes_more = len(free) == len(places) and any(
            each.kind == VARIADIC_POSITIONAL for each in signature.parameters
        )
        items: Schema = {"prefixItems": [self._argument(each, signature) for each in free]}
        if not free:
            items = {}
        if not takes_more:
            items["maxItems"] = len(free)
        elif self._recursive:
            items["items"] = _VALUE
        return items

    def _argument(self, parameter: Parameter, signature: Signature) -> Schema:
        text = parameter.name
        if parameter.annotation is not None:
            text += f": {parameter.annotation}"
        if parameter.default is not None:
            text += f" = {parameter.default}"
        constraint = self._constraints.of(signature.annotations.get(parameter.name, ""))
        if parameter.default == "None":
            constraint = union(constraint, {"type": "null"})
        return {"description": text, **_default(parameter), **self._value(constraint)}

    def _value(self, constraint: Schema | None) -> Schema:
        """The schema of a value: what its type says of it, or a nested config in its place."""
        if constraint is None:
            return _VALUE if self._recursive else {}
        built: Schema = {"then": {"$ref": "#"}} if self._recursive else {}
        return {"if": _PART, **built, "else": constraint}


def _required(free: list[Parameter], said: list[Parameter]) -> Schema:
    """What must be there, unless a partial is asked for."""
    needed = [each for each in said if each.required]
    always = [each.name for each in needed if not each.takes_position]
    unless_given = [each.name for each in needed if each.takes_position]
    unnamed = [each for each in free if each.required and not each.takes_keyword]
    found: Schema = {}
    if unnamed:
        always.append(ARGS)
        found["properties"] = {ARGS: {"minItems": len(unnamed)}}
    if always:
        found["required"] = always
    if unless_given:
        found |= {"if": {"required": [ARGS]}, "else": {"required": unless_given}}
    partial = {"required": [PARTIAL], "properties": {PARTIAL: {"const": True}}}
    # What `_kwargs_` holds is not looked into.
    elsewhere = {"anyOf": [partial, {"required": [KWARGS]}]}
    return {"if": elsewhere, "else": found} if found else {}


def _spelled(spelled: KeySpellings) -> Schema:
    """That `type` is one of the keys of an entry."""
    said: list[Schema] = []
    if spelled.keys:
        one = len(spelled.keys) == 1
        said.append({"const": spelled.keys[0]} if one else {"enum": spelled.keys})
    if spelled.others:
        said.append(_one_of(spelled.others))
    return {"anyOf": said}


def _one_of(keys: list[str]) -> Schema:
    # A pattern, because editors propose what an enum lists, even in a condition. Of what
    # `re.escape` escapes, the expressions of JSON Schema allow the characters of syntax alone.
    pattern = "|".join(_SYNTAX.sub(_ESCAPED, key) for key in keys)
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _default(parameter: Parameter) -> Schema:
    """The default, where it is data that a config could say."""
    try:
        value = ast.literal_eval(parameter.default or "")
        kept = json.loads(json.dumps(value, allow_nan=False))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return {}
    return {"default": value} if kept == value else {}
