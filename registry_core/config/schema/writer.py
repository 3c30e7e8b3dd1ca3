"""Draws the JSON Schema of configs: one definition for each place where names may be looked up."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

from registry_core.building.config_nodes import (
    ARGS,
    IDENTITY,
    KWARGS,
    PARTIAL,
    REGISTRY,
    SCOPE,
)
from registry_core.building.containers import LITERAL, REFERENCE
from registry_core.config.schema.calls import unless_partial
from registry_core.config.schema.hints import offered
from registry_core.config.schema.names import (
    holds_part,
    one_of,
    slip_pattern,
    untyped_list,
    untyped_mapping,
)
from registry_core.config.schema.parts import Parts
from registry_core.config.schema.sources import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.config.constraints import Schema
    from registry_core.config.schema.sources import Sources
    from registry_core.tree.lookup import Lookup

# What may not stand in the name of a definition, which is a part of a URI.
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_OF_A_CALL = (ARGS, KWARGS, PARTIAL, IDENTITY)

_DESCRIBED: dict[str, Schema] = {
    ARGS: {"type": "array", "description": "Positional arguments."},
    IDENTITY: {
        "type": "string",
        "description": "The name of this part, for references from elsewhere in the config.",
    },
    KWARGS: {
        "type": "object",
        "description": "Keyword arguments whose names are taken by other keys.",
    },
    LITERAL: {
        "description": "Alone in a mapping: this value is data, and is never built.",
        "anyOf": [{}],
    },
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
    """Draws one schema, once: a definition for each place that a config can reach.

    Args:
        start: the scope that is built from.
        sources: what can be named, and what that takes.
    """

    def __init__(self, start: Lookup, sources: Sources) -> None:
        self._sources = sources
        self._recursive, self._controls = sources.recursive, sources.controls
        self._start = Place(start)
        self._definitions: dict[str, Schema] = {}
        self._labels: dict[object, str] = {}
        self._waiting: list[tuple[str, Callable[[str], Schema]]] = []
        self._parts = cache(self._parts_at)

    def schema(self) -> Schema:
        """The schema."""
        start = self._start
        title = f"Configs of the registry {start.lookup.group}"
        if start.lookup.node.title:
            title += f", from the scope {start.lookup.node.title}"
        drawn = self._mapping(start, is_root=True)
        if self._recursive:
            word = start.lookup.type_key
            listed = {**untyped_list(self._holds_part(start), word), "items": self.anything(start)}
            drawn = {"if": {"type": "array"}, "then": listed, "else": drawn}
        kinds = ["object", "array"] if self._recursive else "object"
        drawn = {"title": title, "type": kinds, **drawn}
        # Drawing one of them may name others.
        for name, draw in self._waiting:
            self._definitions[name].update(draw(f"#/$defs/{name}"))
        return {**drawn, "$defs": self._definitions}

    def define(self, key: object, name: str, draw: Callable[[str], Schema]) -> Schema:
        """A reference to what `draw` draws, given its place; it is drawn once.

        Args:
            key: what is drawn.
            name: what to call it.
            draw: draws it, later.
        """
        if key not in self._labels:
            label = name = _UNSAFE.sub("_", name)
            count = 1
            while label in self._definitions:
                count += 1
                label = f"{name}-{count}"
            self._definitions[label] = {}
            self._labels[key] = f"#/$defs/{label}"
            self._waiting.append((label, draw))
        return {"$ref": self._labels[key]}

    def anything(self, place: Place) -> Schema:
        """The schema of any value at a place, and of the parts in it."""

        def draw(_: str) -> Schema:
            inside = {"items": self.anything(place)}
            mapping = self._mapping(place, is_root=False)
            return {"if": {"type": "object"}, "then": mapping, "else": inside}

        return self.define(place, place.name, draw)

    def sent(
        self, place: Place, what: str, draw: Callable[[Place], Schema], *, names: bool = True
    ) -> Schema:
        """What `draw` draws of the place where the names in a mapping are looked up.

        Args:
            place: where the mapping is.
            what: what is drawn, which is drawn once for each place.
            draw: draws it.
            names: whether the names of registries and scopes are judged too.
        """
        scoped = partial(self._scoped, what=what, draw=draw, names=names)
        entered = self._sources.entered(place)
        known: Schema = {}
        if names:
            said = sorted(name for several in entered.values() for name in several)
            known = {"properties": {REGISTRY: {"enum": said}}}
        if [*entered] == [place]:
            # It can name no other.
            return known | scoped(place)

        def others(_: str) -> Schema:
            drawn = {to: scoped(to) for to in entered if to is not None}
            branches = [
                {"if": {"properties": {REGISTRY: {"enum": entered[to]}}}, "then": found}
                for to, found in drawn.items()
                if found
            ]
            return known | ({"allOf": branches} if branches else {})

        # Most registries name the same ones, and so do all their scopes.
        key = what, tuple((to, *each) for to, each in entered.items())
        chosen = self.define(key, f"{place.lookup.group}-{what}-registries", others)
        here = scoped(place)
        otherwise = {"else": here} if here else {}
        return {"if": {"required": [REGISTRY]}, "then": chosen, **otherwise}

    def misfits(self, place: Place, classes: frozenset[str]) -> Schema:
        """That a part is of one of some classes; empty where nothing certain can be said."""
        if not classes or not self._recursive:
            return {}
        reached = self._sources.places(self._start)
        if not any(self._sources.misfits(each.lookup, classes) for each in reached):
            return {}

        def here(to: Place) -> Schema:
            keys, word = self._sources.misfits(to.lookup, classes), to.lookup.type_key
            if not keys:
                return {}
            refused = unless_partial({"properties": {word: {"not": one_of(keys)}}})
            # Parts of one kind misfit in most places: their names may be many.
            return self.define(("misfits", word, *keys), "misfits", lambda _: refused)

        what = f"class-{','.join(sorted(classes))}"
        draw = partial(self.sent, place, what, here, names=False)
        return self.define(("class", place, classes), f"{place.name}-class", lambda _: draw())

    def _mapping(self, place: Place, *, is_root: bool) -> Schema:
        """A mapping: a literal, a reference, or what may say where names are looked up."""
        alone = [{"required": [key], "maxProperties": 1} for key in (LITERAL, REFERENCE)]
        word = place.lookup.type_key
        what = "root" if is_root else "mapping"
        inside = self.sent(place, what, partial(self._here, is_root=is_root))
        if self._recursive:
            inside = {"allOf": [{"properties": {REFERENCE: False}}, inside]}
        return {
            "properties": {
                word: {"type": "string", "description": "The name of an entry."},
                **{key: _DESCRIBED[key] for key in sorted(self._controls)},
            },
            "if": {"anyOf": alone[: 1 + self._recursive]},
            "else": inside,
        }

    def _scoped(
        self, place: Place, what: str, draw: Callable[[Place], Schema], *, names: bool
    ) -> Schema:
        """What is drawn of a place, or of the scope that a mapping names there."""
        scopes = self._sources.scopes(place)
        if not names and not any(map(draw, (place, *scopes))):
            return {}

        def choice(_: str) -> Schema:
            known: Schema = {}
            if names:
                known["properties"] = {SCOPE: _names([n for said in scopes.values() for n in said])}
            if [*scopes] == [place]:
                return {"allOf": [known, draw(place)]}
            known["allOf"] = [
                {"if": {"properties": {SCOPE: _names(said)}}, "then": found}
                for to, said in scopes.items()
                if (found := draw(to))
            ]
            return {"if": {"required": [SCOPE]}, "then": known, "else": draw(place)}

        return self.define((what, place), f"{place.name}-{what}-scopes", choice)

    def _here(self, place: Place, *, is_root: bool) -> Schema:
        """A mapping whose names are looked up at a place: a part, or what holds parts."""
        name = f"{place.name}-{'root' if is_root else 'mapping'}"
        draw = partial(self._held, place, is_root=is_root)
        return self.define(("here", place, is_root), name, draw)

    def _held(self, place: Place, _: str, *, is_root: bool) -> Schema:
        word = place.lookup.type_key
        parts = self._parts(place)
        named = self.define(parts.key, f"{place.name}-parts", lambda _: parts.schema())
        if not self._recursive:
            return {"required": [word], "allOf": [named]}
        anything = self.anything(place)
        inside: Schema = dict.fromkeys((*sorted(self._controls), word), True)
        inside[ARGS] = {"items": anything}
        # Not alone, it is a key like any other; `_mapping` has the one that is alone.
        inside[LITERAL] = anything
        inside[KWARGS] = {"additionalProperties": anything, "anyOf": [{}]}
        found: Schema = {"properties": inside, "additionalProperties": anything}
        typed: list[Schema] = [named]
        # What says how to call needs something to call.
        untyped: list[Schema] = [{"dependentRequired": {key: [word] for key in _OF_A_CALL}}]
        if is_root:
            found["patternProperties"] = {"^x-": True}
            meant = {"not": one_of(parts.names)}
            untyped.append({"patternProperties": {slip_pattern(word): meant}})
            untyped.append(untyped_mapping(self._holds_part(place), word))
        else:
            closed = {"properties": {word: {"not": one_of(parts.open_names)}}}
            no_anchors = {"propertyNames": {"not": {"pattern": "^x-"}}}
            typed.append({"if": closed, "then": no_anchors})
        has_type = {"required": [word]}
        return {**found, "if": has_type, "then": {"allOf": typed}, "else": {"allOf": untyped}}

    def _parts_at(self, place: Place) -> Parts:
        misfit = partial(self.misfits, place)
        return Parts(place, self.define, misfit, self._sources)

    def _holds_part(self, place: Place) -> Schema:
        """That there is something to build in a value."""
        word = place.lookup.type_key
        key = ("holds", word)
        return self.define(key, "holds-part", lambda _: holds_part(word, self._holds_part(place)))


def _names(names: list[str]) -> Schema:
    """That a text is one of some names, of which an editor proposes those that are not empty."""
    found: Schema = {"enum": sorted(filter(None, names))}
    return {"if": {"maxLength": 0}, "else": found, **offered(found)} if "" in names else found
