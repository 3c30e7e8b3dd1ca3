"""Writes the JSON Schema of the parts that one registry builds."""

from __future__ import annotations

import ast
import json
import re
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
from registry_core.config.constraints import Constraints, Schema
from registry_core.config.key_spellings import scope_names, spellings
from registry_core.config.required_arguments import required_arguments
from registry_core.environment import current_environment
from registry_core.errors import BaseMismatch, PluginLoadError, RegistryError
from registry_core.hooks import LOOKUP
from registry_core.signature import VARIADIC_KEYWORD, VARIADIC_POSITIONAL
from registry_core.signature.live import of_loaded
from registry_core.signature.signatures import Signatures

if TYPE_CHECKING:
    from collections.abc import Collection

    from registry_core.config.constraints import Allowed
    from registry_core.config.key_spellings import KeySpellings
    from registry_core.entry import Entry
    from registry_core.signature import Parameter, Signature
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.lookup import Lookup

_SYNTAX, _ESCAPED = re.compile(r"[$()*+./?\[\\\]^{|}]"), r"\\\g<0>"

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


class Sources:
    """What the writers of one schema share. Lives as long as they.

    Args:
        known: finds the registries that parts can name.
        others: their groups.
        load: whether to import entries and ask the objects, or to read source.
        recursive: whether nested configs are built too.
    """

    def __init__(
        self, known: KnownRegistries, others: Collection[str], *, load: bool, recursive: bool
    ) -> None:
        self.known, self.others, self.recursive = known, others, recursive
        self.signatures = Signatures()
        self._load = load

    def signature(self, spelled: KeySpellings, resolver: Lookup) -> Signature | None:
        """What an entry takes; None where that is unknown.

        Raises:
            PluginLoadError: its target is not there, or cannot be imported.
            BaseMismatch: it is not of the base of its registry.
        """
        try:
            if not self._load:
                self.signatures.refuse_misfit(spelled.entry, resolver.node.inherited("base"))
                return self.signatures.of(spelled.entry)
            found, entry = resolver.described([*spelled.keys, *spelled.others][0])
            return of_loaded(entry, found, follow_wrapped=False)
        except (PluginLoadError, BaseMismatch):
            raise
        except RegistryError:
            return None

    def fits(self, entry: Entry, classes: frozenset[str]) -> bool:
        """Whether what an entry builds may be of one of some classes; of none means of any."""
        return not classes or any(self.signatures.fits(entry, each) for each in classes)


class SchemaWriter:
    """Writes the schema of the parts that one registry builds. Made for it, used once.

    Args:
        resolver: the scope that is built from.
        sources: what the writers of one schema share.
        place: the JSON pointer to this schema within the whole.
    """

    def __init__(self, resolver: Lookup, sources: Sources, place: str = "#") -> None:
        self._resolver = resolver
        self._sources = sources
        self._scopes = scope_names(resolver)
        self._word = resolver.type_key
        self._controls = ALL_CONTROLS if sources.recursive else CONTROLS
        self._part: Schema = {"$ref": place}
        self._is_part: Schema = {"$ref": f"{place}/$defs/part"}
        self._any: Schema = {"$ref": f"{place}/$defs/value"} if sources.recursive else {}
        self._place = place
        is_root = resolver.node.parent is None
        # A part that names a registry starts from its root.
        self._own = sorted({self.group, self.group.rpartition(".")[2]}) if is_root else []
        self._constraints = Constraints(self._value, sources.signatures.types)
        self._classes: dict[frozenset[str], Schema] = {}

    @property
    def group(self) -> str:
        """The group of the registry."""
        return self._resolver.node.tree.group

    def schema(self) -> Schema:
        """The schema."""
        entries = spellings(self._resolver)
        title = f"Configs of the registry {self.group}"
        if self._resolver.node.title:
            title += f", from the scope {self._resolver.node.title}"
        here = self._here(entries)
        held = {"items": self._any, "additionalProperties": self._any}
        nested: Schema = {"if": self._is_part, "then": self._part, "else": held}
        alone = [{"required": [key], "maxProperties": 1} for key in (LITERAL, REFERENCE)]
        alone = alone[: 1 + self._sources.recursive]
        return {
            "title": title,
            "type": "object",
            "properties": {
                self._word: {"type": "string", "description": "The name of an entry."},
                **{key: _CONTROLS[key] for key in sorted(self._controls)},
            },
            "if": {"anyOf": alone},
            "else": self._typed_or_experiment(
                {"if": self._elsewhere(), "then": self._sent_on(), "else": here}
            ),
            "$defs": {
                "part": {"type": "object", "anyOf": [{"required": [self._word]}, *alone]},
                **({"value": nested} if self._sources.recursive else {}),
                **{f"class{i}": each for i, each in enumerate(self._classes.values()) if each},
            },
        }

    def _typed_or_experiment(self, typed: Schema) -> Schema:
        """The schema of what is not a literal; the root of a recursive build needs no type."""
        has_type: Schema = {"required": [self._word]}
        if not self._sources.recursive:
            return has_type | typed
        return {"if": has_type, "then": typed, "else": {"additionalProperties": self._any}}

    def _elsewhere(self) -> Schema:
        """The condition under which names of a part are looked up from another scope."""
        other: Schema = {"required": [REGISTRY]}
        if self._own:
            other["properties"] = {REGISTRY: {"not": {"enum": self._own}}}
        known = {"required": [SCOPE], "properties": {SCOPE: {"enum": self._scopes}}}
        return {"anyOf": [other, known]}

    def _sent_on(self) -> Schema:
        """Parts of other registries, each of which has a schema of its own."""
        branches: list[Schema] = []
        for group in self._sources.others:
            if group == self.group:
                continue
            names = self._sources.known.names(group, self.group)
            if names:
                condition = {"required": [REGISTRY], "properties": {REGISTRY: {"enum": names}}}
                branches.append({"if": condition, "then": {"$ref": f"#/$defs/{group}"}})
        return {"allOf": branches} if branches else {}

    def _here(self, entries: list[KeySpellings]) -> Schema:
        texts: dict[str, str] = {}
        others: list[str] = []
        branches: list[Schema] = []
        for each in entries:
            condition = {"required": [self._word], "properties": {self._word: _spelled(each)}}
            try:
                signature = self._sources.signature(each, self._resolver)
            except (PluginLoadError, BaseMismatch):
                continue
            others += each.others
            summary = "" if signature is None else signature.summary
            text = " - ".join(filter(None, [summary, str(each.entry.provider)]))
            texts |= dict.fromkeys(each.keys, text)
            if signature is not None:
                takes = {"title": each.entry.key, **self._takes(each, signature)}
                branches.append({"if": condition, "then": takes})
        texts = dict(sorted(texts.items()))
        names: Schema = {"enum": list(texts), "enumDescriptions": list(texts.values())}
        if self._is_open_ended():
            names = {"anyOf": [names, {"type": "string"}]}
        return {
            "properties": {SCOPE: {"enum": self._scopes}},
            # An empty one is not a JSON Schema.
            **({"allOf": branches} if branches else {}),
            # Valid spellings that an editor should not propose.
            "if": {"required": [self._word], "properties": {self._word: _one_of(others)}},
            "else": {"properties": {self._word: names}},
        }

    def _is_open_ended(self) -> bool:
        """Whether there may be more names than can be listed."""
        is_open = current_environment().hooks(self.group).implement(LOOKUP)
        return is_open or self.group in self._sources.known.unsure

    def _takes(self, spelled: KeySpellings, signature: Signature) -> Schema:
        """What the arguments of one entry may be."""
        free = [each for each in signature.parameters if not each.bound]
        onward = signature.onward or ()
        named = [
            each
            for each in (*free, *onward)
            if each.takes_keyword and each.name not in {self._word, *self._controls}
        ]
        takes_any = signature.onward is None and any(each.kind == VARIADIC_KEYWORD for each in free)
        properties: Schema = {
            self._word: True,
            **dict.fromkeys(sorted(self._controls - {LITERAL, REFERENCE}), True),
        }
        properties[ARGS] = self._positional(signature)
        properties |= {each.name: self._argument(each, signature) for each in named}
        taken: Schema = {"properties": properties}
        if signature.summary:
            taken["description"] = signature.summary
        if not takes_any:
            taken["additionalProperties"] = False
        else:
            properties |= dict.fromkeys(spelled.entry.kwargs, False)
            if self._sources.recursive:
                taken["additionalProperties"] = self._any
        return taken | required_arguments(signature, named, self._word)

    def _positional(self, signature: Signature) -> Schema:
        places = [each for each in signature.parameters if each.takes_position]
        free = signature.free_places
        takes_more = len(free) == len(places) and any(
            each.kind == VARIADIC_POSITIONAL for each in signature.parameters
        )
        items: Schema = {"prefixItems": [self._argument(each, signature) for each in free]}
        if not free:
            items = {}
        if not takes_more:
            items["maxItems"] = len(free)
        elif self._sources.recursive:
            items["items"] = self._any
        return items

    def _argument(self, parameter: Parameter, signature: Signature) -> Schema:
        text = parameter.name
        if parameter.annotation is not None:
            text += f": {parameter.annotation}"
        if parameter.default is not None:
            text += f" = {parameter.default}"
        annotation = signature.annotations.get(parameter.name, "")
        allowed = self._constraints.of(annotation, parameter.default)
        return {"description": text, **_default(parameter), **self._value(allowed)}

    def _value(self, allowed: Allowed) -> Schema:
        """The schema of a value: what its type says of it, or a nested config in its place."""
        if not self._sources.recursive:
            return {} if allowed.values is None else {"if": self._is_part, "else": allowed.values}
        misfits = self._misfits(allowed.classes or frozenset())
        if allowed.values is None and not misfits:
            return self._any
        fitting = {"allOf": [self._part, misfits]} if misfits else self._part
        held = {"items": self._any, "additionalProperties": self._any}
        return {"if": self._is_part, "then": fitting, "else": allowed.values or held}

    def _misfits(self, classes: frozenset[str]) -> Schema:
        """Refuses the entries that certainly build none of these classes; empty for no entry."""
        if classes not in self._classes:
            keys = [
                key
                for each in spellings(self._resolver)
                if not self._sources.fits(each.entry, classes)
                for key in (*each.keys, *each.others)
            ]
            fitting: Schema = {"properties": {self._word: {"not": _one_of(keys)}}}
            self._classes[classes] = {"if": self._elsewhere(), "else": fitting} if keys else {}
        if not self._classes[classes]:
            return {}
        return {"$ref": f"{self._place}/$defs/class{[*self._classes].index(classes)}"}


def _spelled(spelled: KeySpellings) -> Schema:
    """That `type` is one of the keys of an entry."""
    choices: list[Schema] = []
    if spelled.keys:
        one = len(spelled.keys) == 1
        choices.append({"const": spelled.keys[0]} if one else {"enum": spelled.keys})
    if spelled.others:
        choices.append(_one_of(spelled.others))
    return {"anyOf": choices}


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
