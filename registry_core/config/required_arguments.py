"""Which arguments a part must give, by name or by place, and none twice: as a JSON Schema.

Of a partial nothing is required: the rest may come when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.building.config_nodes import ARGS, KWARGS, PARTIAL

if TYPE_CHECKING:
    from registry_core.config.constraints import Schema
    from registry_core.signature import Parameter, Signature


def required_arguments(signature: Signature, named: list[Parameter], word: str) -> Schema:
    """The schema of what must be there in a part, and of what must not be there twice.

    Args:
        signature: what the entry takes.
        named: the parameters that may be given by name.
        word: the key that says what to build.
    """
    names = {each.name for each in named}
    by_place = [each for each in signature.free_places if each.name in names]
    always = [each.name for each in named if each.required and each not in by_place]
    unless_given = [each.name for each in by_place if each.required]
    needed: Schema = {}
    unnamed = [each for each in signature.free_places if each.required and not each.takes_keyword]
    if unnamed:
        always.append(ARGS)
        needed["properties"] = {ARGS: {"minItems": len(unnamed)}}
    if signature.abstract:
        needed["properties"] = {word: False}
    if always:
        needed["required"] = always
    rules: list[Schema] = []
    for index, each in enumerate(signature.free_places):
        if each in by_place:
            reached = {"properties": {ARGS: {"minItems": index + 1}}}
            missing = _called({"required": [each.name]}) if each.required else {}
            rule = {"if": reached, "then": {"properties": {each.name: False}}}
            rules.append({**rule, "else": missing} if missing else rule)
    found = [_called(needed)] if needed else []
    if rules:
        otherwise = {"else": _called({"required": unless_given})} if unless_given else {}
        found.append({"if": {"required": [ARGS]}, "then": {"allOf": rules}, **otherwise})
    return {"allOf": found} if found else {}


def _called(schema: Schema) -> Schema:
    """A schema of what is called at once, and not made a partial."""
    partial = {"required": [PARTIAL], "properties": {PARTIAL: {"const": True}}}
    # A schema cannot look into `_kwargs_`: with that, all may be given.
    return {"if": {"anyOf": [partial, {"required": [KWARGS]}]}, "else": schema}
