"""Draws the parts that can be named at one place: their names, and the arguments of each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from registry_core.building.containers import LITERAL
from registry_core.config.constraints import Constraints
from registry_core.config.schema.hints import offered, shown
from registry_core.config.schema.names import one_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.config.constraints import Allowed, Schema
    from registry_core.config.schema.calls import Call
    from registry_core.config.schema.sources import Place, Sources, Target
    from registry_core.signature import Parameter, Signature


class Parts:
    """Draws the parts that can be named at one place. Lives as long as one schema is drawn.

    Args:
        place: where their names are looked up.
        define: gives a reference to what it draws, which is drawn once: see `SchemaWriter.define`.
        misfit: that a part is of one of some classes; empty where nothing certain can be said.
        sources: what they take.
    """

    def __init__(
        self,
        place: Place,
        define: Callable[[object, str, Callable[[str], Schema]], Schema],
        misfit: Callable[[frozenset[str]], Schema],
        sources: Sources,
    ) -> None:
        self._place, self._sources = place, sources
        self._define, self._misfit = define, misfit
        self._word = place.lookup.type_key
        self._constraints = Constraints(self._value, sources.known.signatures.types)
        self._targets = sources.targets(place.lookup)
        # What is judged for itself; `_literal_` counts alone.
        controls = sources.controls - {LITERAL} if sources.recursive else ()
        self._keys = sorted({self._word, *controls})

    @property
    def key(self) -> object:
        """What these parts are told apart by: most are the same whatever stands around them."""
        calls = [each.call for each in self._targets if each.call is not None]
        return "parts", self._place if any(map(self._depends, calls)) else self._place.lookup

    @property
    def names(self) -> list[str]:
        """Every name that leads to something, however it is spelled."""
        return sorted(key for each in self._targets for key in (*each.keys, *each.others))

    @property
    def open_names(self) -> list[str]:
        """Those that lead to what takes any argument."""
        found = (each for each in self._targets if each.call is None or each.call.signature.is_open)
        return sorted(key for each in found for key in (*each.keys, *each.others))

    def schema(self) -> Schema:
        """A mapping with a type: its name, and what stands beside it."""
        branches: list[Schema] = []
        for each in self._targets:
            if each.call is not None:
                condition = {"properties": {self._word: each.condition}}
                branches.append({"if": condition, "then": self._called(each, each.call)})
        texts = {key: text for each in self._targets for key, text in each.keys.items()}
        others = [key for each in self._targets for key in each.others]
        names: Schema = {"enum": sorted(texts)}
        if self._place.lookup.node.parent is None:
            names["enumDescriptions"] = [texts[key] for key in sorted(texts)]
        more = self._sources.more_names(self._place.lookup)
        if more is not None:
            names = {"anyOf": [names, more]}
        return {
            # An empty one is no JSON Schema.
            **({"allOf": branches} if branches else {}),
            # What is right, but nothing that an editor should propose.
            "if": {"properties": {self._word: one_of(others)}},
            "else": {"properties": {self._word: names}},
        }

    def _called(self, target: Target, call: Call) -> Schema:
        """What stands beside a type; the same wherever its name is looked up, if it can be."""

        def draw(place: str) -> Schema:
            found: Schema = {"title": target.title}
            argument = partial(self._argument, signature=call.signature)
            return found | call.taken(argument, place, anchors=self._sources.recursive)

        key = call.key, self._place if self._depends(call) else None
        return self._define(key, target.title, draw)

    def _depends(self, call: Call) -> bool:
        """Whether what an argument may be depends on where its own names are looked up."""
        given = (each for each in call.signature.every if not each.bound and not each.is_variadic)
        texts = (call.signature.annotations.get(each.name, "") for each in given)
        kinds = (each for text in filter(None, texts) for each in self._sources.classes(text))
        return any(self._misfit(each) for each in kinds)

    def _argument(self, parameter: Parameter, signature: Signature) -> Schema:
        annotation = signature.annotations.get(parameter.name, "")
        allowed = self._constraints.of(annotation, parameter.default)
        text = self._sources.text(signature, parameter.name)
        return {**shown(parameter, text), **self._value(allowed)}

    def _value(self, allowed: Allowed) -> Schema:
        """The schema of a value: what its type says of it, if it is judged by that."""
        misfits = self._misfit(allowed.classes or frozenset())
        if not allowed.values and not misfits:
            return {}
        found: Schema = {"if": self._define(("part", self._word), "part", self._part)}
        if misfits:
            found["then"] = misfits
        if allowed.values:
            found |= {"else": allowed.values, **offered(allowed.values)}
        return found

    def _part(self, _: str) -> Schema:
        """That a value is judged for itself, and not by what its argument may be."""
        alone: Schema = {"required": [LITERAL], "maxProperties": 1}
        return {"type": "object", "anyOf": [*({"required": [key]} for key in self._keys), alone]}
