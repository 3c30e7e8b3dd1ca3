"""Judges the arguments and values of parts by what signatures say, as the JSON Schema does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from registry_core.building.arguments import taken
from registry_core.building.config_nodes import ALL_CONTROLS, ARGS, CONTROLS, KWARGS, PARTIAL, TYPE
from registry_core.building.containers import LITERAL, REFERENCE, is_text
from registry_core.config.constraints import Constraints, is_among
from registry_core.config.expected import expected
from registry_core.config.hints import unbuilt
from registry_core.config.used import Called, read_call
from registry_core.errors import (
    ArgumentError,
    BuildError,
    ConfigHint,
    RegistryError,
    WrongType,
)
from registry_core.frozen import is_frozen
from registry_core.guards import FAILURES
from registry_core.guesses import guessed
from registry_core.signature.live import of_object
from registry_core.signature.signatures import class_path
from registry_core.text import did_you_mean, key_text, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry_core.config.constraints import Allowed, Schema
    from registry_core.signature import Parameter, Signature
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.lookup import Lookup

    Keys = tuple[object, ...]

_KINDS = (
    (int | float, {"integer", "number"}),
    (str, {"string"}),
    (list | tuple, {"array"}),
    (Mapping, {"object"}),
    (type(None), {"null"}),
)


class Fault(NamedTuple):
    """What is wrong with a value.

    Attributes:
        keys: the way to it.
        expected: what it must be, in words.
        got: what it is.
        shown: that in words, where its type says too little.
        fix: what to do.
        hint: what is said instead, where it is no error.
    """

    keys: Keys
    expected: str
    got: object
    shown: str = ""
    fix: str = ""
    hint: ConfigHint | None = None


class Judge:
    """Judges parts. Lives as long as the check of one config.

    Args:
        known: reads what is called.
        recursive: whether nested parts are built.
    """

    def __init__(self, known: KnownRegistries, *, recursive: bool) -> None:
        self._known = known
        self._controls = ALL_CONTROLS if recursive else CONTROLS
        self._constraints = Constraints(_with_parts, known.signatures.types)
        self._word = TYPE
        self._read = cache(self._read_call)
        # What each part calls, by its identity.
        self._called: dict[int, Called] = {}
        # The parts that have an `_id_`.
        self._identified: dict[str, Mapping[Any, Any]] = {}
        # Where names in a mapping without a type are looked up, by its identity.
        self._untyped: dict[int, Lookup] = {}

    def meet(self, mapping: object, lookup: Lookup) -> None:
        """Take note of a mapping without a type, which is kept alive meanwhile."""
        self._untyped[id(mapping)] = lookup

    def resolve(
        self, part: Mapping[Any, Any], named: object, lookup: Lookup, identity: str | None
    ) -> None:
        """Find what a part calls; nothing of it is imported unless that is asked for.

        Args:
            part: the mapping as the config has it, which is kept alive meanwhile.
            named: its type.
            lookup: where that is looked up.
            identity: its `_id_`, if it has one.

        Raises:
            RegistryError: the name leads nowhere, its target is not there, or it does not fit.
        """
        if identity is not None:
            self._identified[identity] = part
        if is_text(named):
            called = self._read(lookup, str.__str__(named))
        else:
            name = getattr(named, "__qualname__", type(named).__name__)
            signature = of_object(cast("Any", named), follow_wrapped=False)
            called = Called(name, None, signature)
        self._called[id(part)] = called

    def _read_call(self, lookup: Lookup, name: str) -> Called:
        called = read_call(lookup, name, self._known)
        if called.signature is None and is_frozen():
            what = f"the arguments of {quoted(name)} are not checked: the source of it"
            way = "build the application again with sources"
            if self._known.option:
                way = f"judge it with {self._known.option}, or {way}"
            why = f"{what} was not collected into this application"
            raise ConfigHint(why, way, "hint", "not-checked")
        return called

    def arguments(self, part: Mapping[Any, Any], lookup: Lookup) -> Iterator[RegistryError]:
        """What is wrong with the arguments of a part that was resolved, and with their values.

        Args:
            part: the mapping as the config has it.
            lookup: where its type is looked up.

        Returns:
            Errors with the keys that lead to what is wrong inside the part.
        """
        called = self._called.get(id(part))
        if called is None or called.signature is None:
            return
        if called.entry is not None and lookup.is_wrapped():
            return
        signature = called.signature
        is_partial = part.get(PARTIAL) is True
        self._word = lookup.type_key
        # A literal that is not alone, and what a plain build does not read, are arguments.
        controls = {self._word, *self._controls} - {LITERAL, REFERENCE}
        given = {key: value for key, value in part.items() if key not in controls}
        more = part.get(KWARGS)
        ways: dict[object, Keys] = {key: (key,) for key in given}
        if isinstance(more, Mapping):
            ways |= {key: (KWARGS, key) for key in more}
            given.update(more)
        args = part.get(ARGS, ())
        bound = called.entry.kwargs if called.entry is not None else {}
        provider = "" if called.entry is None else str(called.entry.provider)
        names = [each.name for each in signature.keywords]
        free = [name for name in names if name not in given]
        for fault in _misfits(signature, bound, len(args), given, is_partial=is_partial):
            accepts = taken(names, [p.name for p in signature.free_places if not p.takes_keyword])
            close = [m for n in fault["unexpected"] for m in guessed(n, free, 1)]
            yield ArgumentError(called.name, provider, accepts=accepts, close=close, **fault)
        if signature.abstract and not is_partial:
            reason = f"it is abstract: it has no {listed(signature.abstract)}"
            error = BuildError(called.name, provider, reason)
            error.code = "abstract-class"
            yield error
        base = lookup.node.settings["base"]
        returns_another = self._known.signatures.returns_another
        if called.entry is not None and not is_partial and returns_another(called.entry, base):
            what = f"{quoted(called.name)} ({provider}) is annotated to return a plain value"
            why = f"{what}: a build refuses what is not {class_path(base)}"
            yield ConfigHint(why, "", "warning", "base-mismatch")
        for index, (parameter, value) in enumerate(zip(signature.free_places, args, strict=False)):
            yield from self._value(parameter, signature, (ARGS, index), value)
        for parameter in signature.keywords:
            if parameter.name in given:
                value = given[parameter.name]
                yield from self._value(parameter, signature, ways[parameter.name], value)

    def _value(
        self, parameter: Parameter, signature: Signature, keys: Keys, value: object
    ) -> Iterator[RegistryError]:
        annotation = signature.annotations.get(parameter.name, "")
        allowed = self._constraints.of(annotation, parameter.default)
        try:
            faults = list(self._faults(value, _with_parts(allowed), keys))
        except FAILURES:
            # A value whose own code raises cannot be judged: leave it to the constructor.
            return
        for inner, what, got, shown, fix, hint in faults:
            if hint is not None:
                hint.within(inner)
                yield hint
                continue
            said = [key for key in inner if isinstance(key, str) and key not in (ARGS, KWARGS)]
            last = said[-1] if said else parameter.name
            is_text_to_fill = isinstance(got, str) and "${" in got
            fill = "no value is put in place of ${...}: write it" if is_text_to_fill else ""
            error = WrongType(str(last), what, got, fix or fill)
            error.got = shown or error.got
            error.within(inner)
            yield error

    def _faults(self, value: object, schema: Schema, keys: Keys) -> Iterator[Fault]:
        """What is wrong with a value: the way to it, what it must be, and what it is."""
        if not schema:
            return
        if "if" in schema:
            lookup = None if schema["mapping"] or not value else self._untyped.get(id(value))
            hint = lookup and unbuilt(cast("Mapping[Any, Any]", value), lookup, schema["classes"])
            if hint:
                yield Fault(keys, "", value, hint=hint)
            if not self._is_part(value):
                yield from self._faults(value, schema["else"], keys)
            else:
                yield from self._of_part(cast("Mapping[Any, Any]", value), schema["classes"], keys)
            return
        choices = [
            # Another alternative may mean what is hinted at.
            [fault for fault in self._faults(value, each, keys) if fault.hint is None]
            for each in schema.get("anyOf", ())
        ]
        if choices:
            # If the JSON type fits one alternative, report what is wrong inside that one.
            inner = [each for each in choices if each and each[0][0] != keys]
            if all(choices):
                yield from inner[0] if len(inner) == 1 else [Fault(keys, expected(schema), value)]
            return
        kinds = _kinds(value)
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if kinds and "enum" in schema:
            if not is_among(value, schema["enum"]):
                yield Fault(keys, expected(schema), value)
        elif types and kinds and kinds.isdisjoint(types):
            yield Fault(keys, expected(schema), value)
        elif isinstance(value, Mapping):
            yield from self._in_mapping(value, schema, keys)
        elif isinstance(value, list | tuple):
            yield from self._in_list(value, schema, keys)

    def _is_part(self, value: object) -> bool:
        """Whether a value is judged for itself: a part, what leads to one, or a literal."""
        if not isinstance(value, Mapping):
            return False
        if LITERAL in value and len(value) == 1:
            return True
        keys = self._controls - {LITERAL} if REFERENCE in self._controls else ()
        return self._word in value or any(key in value for key in keys)

    def _in_mapping(
        self, value: Mapping[Any, object], schema: Schema, keys: Keys
    ) -> Iterator[Fault]:
        properties = schema.get("properties", {})
        missing = [each for each in schema.get("required", ()) if each not in value]
        others = schema.get("additionalProperties", {})
        unknown = [key for key in value if key not in properties] if others is False else []
        free = [key for key in properties if key not in value]
        meant = {key: guessed(key, free, 1) for key in unknown if is_text(key)}
        # A key that is misspelt is said to be that, at its own place.
        misspelt = {name for names in meant.values() for name in names}
        lacking = [name for name in missing if name not in misspelt]
        if lacking:
            yield Fault(keys, f"a mapping with {listed(lacking)}", value, "one without")
        for key, held in value.items():
            inside = properties.get(key, others)
            if inside is False:
                what = f"one of the keys {listed(list(properties))}"
                fix = did_you_mean(meant.get(key, ()))
                yield Fault((*keys, key), what, key, quoted(key_text(key)), fix)
            else:
                yield from self._faults(held, inside, (*keys, key))

    def _in_list(self, value: Sequence[object], schema: Schema, keys: Keys) -> Iterator[Fault]:
        first, rest = schema.get("prefixItems", []), schema.get("items", {})
        most = len(first) if rest is False else schema.get("maxItems", len(value))
        if not schema.get("minItems", 0) <= len(value) <= most:
            yield Fault(keys, f"a list of {most}", value, f"one of {len(value)}")
            return
        for index, held in enumerate(value):
            inside = first[index] if index < len(first) else rest
            yield from self._faults(held, cast("Schema", inside), (*keys, index))

    def _of_part(
        self, part: Mapping[Any, Any], classes: frozenset[str] | None, keys: Keys
    ) -> Iterator[Fault]:
        if REFERENCE in self._controls and is_text(part.get(REFERENCE)):
            part = self._identified.get(part[REFERENCE], part)
        called = self._called.get(id(part))
        # A partial is none of its class; whatever asks for something to call may mean it.
        if not classes or called is None or called.entry is None or part.get(PARTIAL) is True:
            return
        entry = called.entry
        if not any(self._known.signatures.fits(entry, each) for each in classes):
            names = sorted(quoted(each) for each in classes)
            what = f"a part that is a {' or a '.join(names)}"
            yield Fault(keys, what, called, quoted(called.name))


def _with_parts(allowed: Allowed) -> Schema:
    values, classes, is_mapping = allowed
    return {"if": True, "classes": classes, "mapping": is_mapping, "else": values or {}}


def _misfits(
    signature: Signature,
    bound: Mapping[str, object],
    positions: int,
    given: Mapping[Any, object],
    *,
    is_partial: bool,
) -> Iterator[dict[str, Any]]:
    """How arguments do not fit: for each what `ArgumentError` says, one for each wrong name."""
    free = signature.free_places
    names = {each.name for each in signature.keywords}
    for name in given:
        if name in bound or not is_text(name) or (name not in names and not signature.is_open):
            yield {"unexpected": [str(name)], "missing": []}
    if positions > len(free) and not signature.is_open_by_place:
        reason = f"{positions} arguments by place"
        yield {"unexpected": [], "missing": [], "reason": reason}
    by_place = [each.name for each in free[:positions]]
    for name in by_place:
        if name in given and name in names:
            reason = f"the argument {quoted(name)} twice, by place and by name"
            yield {"unexpected": [], "missing": [], "reason": reason}
    needed = [each.name for each in signature.every if each.required]
    missing = [each for each in needed if each not in given and each not in by_place]
    if missing and not is_partial:
        yield {"unexpected": [], "missing": missing}


def _kinds(value: object) -> set[str]:
    """The types of JSON that a value has; none for an object that only code can pass."""
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, float) and not value.is_integer():
        return {"number"}
    return next((names for kind, names in _KINDS if isinstance(value, kind)), set())
