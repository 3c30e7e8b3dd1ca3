"""What one call takes, as JSON Schema: which arguments there must be, and which there must not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from registry_core.building.config_nodes import ARGS, KWARGS, PARTIAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.config.constraints import Schema
    from registry_core.signature import Parameter, Signature


class Call(NamedTuple):
    """What the entries of one target take. Lives as long as the schema is drawn.

    Attributes:
        key: what tells it from others.
        signature: what it takes, with what is bound.
        bound: the names that are bound.
        controls: the keys beside a type that are no arguments, the type's own among them.
        word: the key of the type.
    """

    key: object
    signature: Signature
    bound: frozenset[str]
    controls: frozenset[str]
    word: str

    def taken(self, argument: Callable[[Parameter], Schema], place: str, anchors: bool) -> Schema:
        """What may stand beside the type.

        Args:
            argument: the schema of the value of one.
            place: the JSON pointer to what is returned.
            anchors: whether keys that begin with x- are judged by what is around.
        """
        beside = [each for each in self.signature.keywords if each.name not in self.controls]
        properties: Schema = dict.fromkeys(sorted(self.controls), True)
        properties |= {each.name: argument(each) for each in beside}
        within: Schema = {each.name: {"$ref": f"{place}/properties/{each.name}"} for each in beside}
        # Names of control keys are names of arguments there.
        others = (each for each in self.signature.keywords if each.name in self.controls)
        within |= {each.name: argument(each) for each in others}
        properties[ARGS] = self._by_place(argument)
        found: Schema = {"properties": properties}
        if self.signature.is_open:
            properties |= dict.fromkeys(sorted(self.bound - self.controls), False)
            within |= dict.fromkeys(sorted(self.bound), False)
            properties[KWARGS] = {"properties": within}
        else:
            found["additionalProperties"] = False
            properties[KWARGS] = {"properties": within, "additionalProperties": False}
            if anchors:
                found["patternProperties"] = {"^x-": True}
        rules = self._rules()
        return {**found, "allOf": rules} if rules else found

    def _by_place(self, argument: Callable[[Parameter], Schema]) -> Schema:
        """What ``_args_`` may hold."""
        free = self.signature.free_places
        items: Schema = {"prefixItems": [argument(each) for each in free]} if free else {}
        return items if self.signature.is_open_by_place else {**items, "maxItems": len(free)}

    def _rules(self) -> list[Schema]:
        """What must be there, unless a partial is asked for, and what must not be said twice."""
        places = {each.name: index for index, each in enumerate(self.signature.free_places)}
        twice: Schema = {}
        within: list[Schema] = []
        for each in self.signature.keywords:
            beside: Schema = {KWARGS: {"properties": {each.name: False}}}
            if each.name in places:
                most = {ARGS: {"maxItems": places[each.name]}}
                beside |= most
                given = {"required": [KWARGS], "properties": {KWARGS: {"required": [each.name]}}}
                within.append({"if": given, "then": {"properties": most}})
            if each.name not in self.controls:
                twice[each.name] = {"properties": beside}
        found: list[Schema] = [unless_partial(each) for each in self._needed(places)]
        if twice:
            found.append({"dependentSchemas": twice})
        if within:
            found.append({"if": {"required": [KWARGS]}, "then": {"allOf": within}})
        return found

    def _needed(self, places: dict[str, int]) -> list[Schema]:
        """What must be there where it is called."""
        found: list[Schema] = []
        if self.signature.abstract:
            found.append({"properties": {self.word: False}})
        unnamed = [
            each for each in self.signature.free_places if each.required and not each.takes_keyword
        ]
        if unnamed:
            least = {ARGS: {"minItems": len(unnamed)}}
            found.append({"required": [ARGS], "properties": least})
        required = [each.name for each in self.signature.keywords if each.required]
        plain = [name for name in required if name not in self.controls]
        ways: list[Schema] = []
        for name in required:
            given: list[Schema] = [{"required": [name]}] if name in plain else []
            within = {KWARGS: {"required": [name]}}
            given.append({"required": [KWARGS], "properties": within})
            if name in places:
                reached = {ARGS: {"minItems": places[name] + 1}}
                given.append({"required": [ARGS], "properties": reached})
            ways.append({"anyOf": given})
        if required and len(plain) == len(required):
            # The usual case has the better message.
            more = {"anyOf": [{"required": [ARGS]}, {"required": [KWARGS]}]}
            found.append({"if": more, "then": {"allOf": ways}, "else": {"required": plain}})
        elif required:
            found += ways
        return found


def unless_partial(schema: Schema) -> Schema:
    """A schema of what is called at once, and not made a partial."""
    partial = {"required": [PARTIAL], "properties": {PARTIAL: {"const": True}}}
    return {"if": partial, "else": schema}
