"""Draws configs of any registry: right ones by the signatures of its entries, then mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from registry_core import Registry, installed_registry
from registry_core.building.config_nodes import ARGS, KWARGS
from registry_core.config.constraints import Constraints
from registry_core.config.key_spellings import KeySpellings, scope_names, spellings
from registry_core.errors import BuildError, RegistryError
from registry_core.signature import VARIADIC_KEYWORD
from registry_core.signature.signatures import Signatures
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.signature import Parameter, Signature
    from registry_core.tree.lookup import Lookup

    Draw = Callable[[st.SearchStrategy[Any]], Any]
    Part = dict[str, Any]
    Wanted = Callable[[str, str], bool]

# Small: a constructor may make that many of something.
_SCALARS = (None, True, False, 0, 1, 2, 3, 2.0, 0.5, -1, "a", "1", "", "mean", "auto", "${a.b}")
_LISTS: tuple[Any, ...] = ([], [1], [1, 2], ["a"], [[1], "a"])
_MAPPINGS: tuple[Any, ...] = ({}, {"a": 1}, {"a": {"b": [1]}}, {"type": "annual"})
_ANY = st.sampled_from((*_SCALARS, *_LISTS, *_MAPPINGS))
_NAMES = ["no_such", "name", "size", "tpye", "_scop_", "_arg_", "kwargs", "args", "x-a"]
_FEW = st.integers(0, 3)


def everything(_group: str, _key: str) -> bool:
    """Any entry may be named."""
    return True


class Configs:
    """The configs of one registry, and of what its configs can name. Lives as long as a test.

    Args:
        registry: the registry that is built from.
        wanted: which entries to name, by group and key: a constructor may be slow.
    """

    def __init__(self, registry: Registry[Any], wanted: Wanted) -> None:
        self._known = KnownRegistries()
        self._signatures = Signatures()
        self._constraints = Constraints(
            lambda allowed: allowed.values or {}, self._signatures.types
        )
        own = registry._lookup
        named = {group: each for group, each in self._known.all().items() if _is_native(group)}
        lookups = {**named, own.group: own}
        self._spellings = {
            group: [
                each
                for each in spellings(lookup)
                if wanted(group, each.entry.key) and (each.keys or each.others)
            ]
            for group, lookup in lookups.items()
        }
        self._lookups = {group: lookups[group] for group, found in self._spellings.items() if found}
        self._own = own

    @property
    def size(self) -> int:
        """How many entries may be named."""
        return sum(map(len, self._spellings.values()))

    def strategy(self) -> st.SearchStrategy[Any]:
        """Draws a config."""
        return st.composite(self._config)()

    def signature(self, spelled: KeySpellings) -> Signature | None:
        """What source says that an entry takes."""
        try:
            return self._signatures.of(spelled.entry)
        except RegistryError:
            return None

    def is_told(self, error: RegistryError, *, load: bool) -> bool:
        """Whether what a build refuses could be told before.

        Args:
            error: what it refuses.
            load: whether the objects were asked.
        """
        if load or not isinstance(error, BuildError):
            return True
        found = self._named(error.what)
        return bool(found) and all(self.signature(each) is not None for each in found)

    def takes_any(self, name: str) -> bool:
        """Whether a name may be that of an entry which takes arguments of any name."""
        signatures = [self.signature(each) for each in self._named(name)]
        return any(
            each is None or any(one.kind == VARIADIC_KEYWORD for one in each.parameters)
            for each in signatures
        )

    def _named(self, name: str) -> list[KeySpellings]:
        return [
            each
            for spelled in self._spellings.values()
            for each in spelled
            if name in (each.entry.name, each.entry.key, *each.keys, *each.others)
        ]

    def _config(self, draw: Draw) -> Any:
        kind = draw(st.sampled_from(["part"] * 8 + ["mapping", "list"]))
        if kind == "part":
            return self._part(draw, self._own, 2)
        if kind == "list":
            return [self._value(draw, self._own, 1) for _ in range(draw(_FEW))]
        names = draw(st.lists(st.sampled_from(["a", "b", "x-c", "tpye", "_scope_"]), unique=True))
        return {name: self._value(draw, self._own, 1) for name in names}

    def _value(self, draw: Draw, lookup: Lookup, depth: int) -> Any:
        if depth and draw(st.booleans()):
            return self._part(draw, lookup, depth - 1)
        if draw(st.integers(0, 9)) == 0:
            return {"_ref_": draw(st.sampled_from(["a", "b", 3]))}
        return draw(_ANY)

    def _part(self, draw: Draw, around: Lookup, depth: int) -> Part:
        part: Part = {}
        lookup = around
        if around.group not in self._lookups or draw(st.integers(0, 4)) == 0:
            group = draw(st.sampled_from(sorted(self._lookups)))
            lookup = self._lookups[group]
            names = self._known.names(group, around.group)
            part["_registry_"] = draw(st.sampled_from(names or [group]))
        spelled = draw(st.sampled_from(self._spellings[lookup.group]))
        word = lookup.type_key
        part[word] = draw(st.sampled_from([*spelled.keys * 3, *spelled.others]))
        signature = self.signature(spelled)
        for each in self._parameters(signature):
            if each.required or (not each.bound and draw(_FEW) == 0):
                part[each.name] = self._argument(draw, lookup, each, signature, depth)
        if signature is not None:
            self._by_place(draw, part, [each.name for each in signature.free_places])
        bound = [*spelled.entry.kwargs]
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
            mistake = draw(st.sampled_from(_MISTAKES))
            mistake(draw, part, lookup, bound)
        return part

    def _parameters(self, signature: Signature | None) -> list[Parameter]:
        if signature is None:
            return []
        every = (*signature.parameters, *(signature.onward or ()))
        return [each for each in every if not each.is_variadic]

    def _argument(
        self, draw: Draw, lookup: Lookup, one: Parameter, signature: Signature | None, depth: int
    ) -> Any:
        kind = draw(st.integers(0, 9))
        if kind < 3:
            return self._value(draw, lookup, depth)
        annotation = "" if signature is None else signature.annotations.get(one.name, "")
        fitting = self._constraints.of(annotation, one.default).values
        if fitting is None or kind == 9:
            return draw(_ANY)
        return draw(_fitting(fitting))

    def _by_place(self, draw: Draw, part: Part, places: list[str]) -> None:
        """Say some of the arguments by place, those that have no name among them."""
        count = draw(st.sampled_from([0, 0, 0, 0, 1, 2, 9]))
        given = [part.pop(name) for name in places[:count] if name in part]
        if given or draw(st.integers(0, 19)) == 0:
            part[ARGS] = given
        named = [key for key in part if not key.startswith("_") and key != "type"]
        if named and draw(st.integers(0, 5)) == 0:
            moved = draw(st.lists(st.sampled_from(named), unique=True))
            part[KWARGS] = {name: part.pop(name) for name in moved}


def _fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema allows, and now and then almost."""
    if not schema:
        return _ANY
    if "anyOf" in schema:
        return st.one_of([_fitting(each) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    types = schema.get("type", ["integer"])
    by_type: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "array": lambda: _lists(schema),
        "boolean": st.booleans,
        "integer": lambda: st.sampled_from([1, 2, 3.0]),
        "null": st.none,
        "number": lambda: st.sampled_from([1, 0.5, 2.0]),
        "object": lambda: _mappings(schema),
        "string": lambda: st.sampled_from(["a", "mean", ""]),
    }
    return st.one_of([by_type[each]() for each in ([types] if isinstance(types, str) else types)])


def _lists(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    items = schema.get("items", {})
    if "prefixItems" in schema:
        return st.tuples(*map(_fitting, schema["prefixItems"])).map(list)
    most = schema.get("maxItems", 2)
    return st.lists(_fitting(items if isinstance(items, dict) else {}), max_size=most)


def _mappings(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    properties = schema.get("properties")
    if properties:
        return st.fixed_dictionaries({key: _fitting(each) for key, each in properties.items()})
    held = schema.get("additionalProperties", {})
    keys = st.sampled_from(["a", "b"])
    return st.dictionaries(keys, _fitting(held if isinstance(held, dict) else {}), max_size=2)


def _slip(draw: Draw, word: str) -> str:
    place = draw(st.integers(0, max(0, len(word) - 2)))
    swapped = word[place : place + 2][::-1]
    slips = [
        word[:place] + word[place + 1 :],
        word[:place] + swapped + word[place + 2 :],
        word[:place] + "q" + word[place:],
        word.swapcase(),
    ]
    return str(draw(st.sampled_from(slips)))


def _misnamed(draw: Draw, part: Part, _lookup: Lookup, _bound: list[str]) -> None:
    key = draw(st.sampled_from([*part]))
    part[_slip(draw, key)] = part.pop(key)


def _left_out(draw: Draw, part: Part, _lookup: Lookup, _bound: list[str]) -> None:
    del part[draw(st.sampled_from([*part]))]
    part.setdefault("left", 1) if not part else None


def _unknown(draw: Draw, part: Part, _lookup: Lookup, bound: list[str]) -> None:
    part[draw(st.sampled_from([*_NAMES, *bound * 5]))] = draw(_ANY)


def _wrong_type(draw: Draw, part: Part, lookup: Lookup, _bound: list[str]) -> None:
    named = part.get(lookup.type_key, "x")
    wrong = st.sampled_from(["Nope", 3, None, "", ["x"], {"type": "x"}, ".", "a.b"])
    said = draw(st.booleans()) and isinstance(named, str)
    part[lookup.type_key] = _slip(draw, named) if said else draw(wrong)


def _wrong_value(draw: Draw, part: Part, _lookup: Lookup, _bound: list[str]) -> None:
    part[draw(st.sampled_from([*part]))] = draw(_ANY)


def _is_native(group: str) -> bool:
    """Whether a registry builds as ours do: MMEngine's have ways of their own."""
    try:
        return type(installed_registry(group)) is Registry
    except RegistryError:
        return True


def _scoped(draw: Draw, part: Part, lookup: Lookup, _bound: list[str]) -> None:
    part["_scope_"] = draw(st.sampled_from([*scope_names(lookup), "nope", 3, None, ""]))


def _elsewhere(draw: Draw, part: Part, lookup: Lookup, _bound: list[str]) -> None:
    words = [lookup.group, lookup.group.rpartition(".")[2], "nope", 3, None, ""]
    part["_registry_"] = draw(st.sampled_from(words))


_CONTROLS: dict[str, list[Any]] = {
    "_partial_": [True, True, False, 1, "yes", None],
    "_id_": ["a", "b", 3],
    "_args_": [[], [1, 2, 3, 4], "ab", 3, {}, None],
    "_kwargs_": [{}, {"no_such": 1}, {"type": 1}, [], None, 3],
    "_ref_": ["a"],
    "_literal_": [1],
    "_target_": ["a.b.C"],
    "class_path": ["a.B"],
}


def _controlled(draw: Draw, part: Part, _lookup: Lookup, _bound: list[str]) -> None:
    key = draw(st.sampled_from([*_CONTROLS]))
    part[key] = draw(st.sampled_from(_CONTROLS[key]))


def _twice(draw: Draw, part: Part, _lookup: Lookup, _bound: list[str]) -> None:
    named = [key for key in part if not key.startswith("_")]
    if named and isinstance(part.setdefault(KWARGS, {}), dict):
        part[KWARGS][draw(st.sampled_from(named))] = draw(_ANY)


def _wrapped(draw: Draw, part: Part, _lookup: Lookup, _bound: list[str]) -> None:
    key = draw(st.sampled_from([*part]))
    value = part[key]
    kinds = [{"_literal_": value}, {"_literal_": value, "more": 1}, {"_ref_": "a"}, [value]]
    part[key] = draw(st.sampled_from([*kinds, {"_args_": value}, {"a": value}, {"tpye": value}]))


_MISTAKES = [
    *(_misnamed, _left_out, _unknown, _wrong_type, _wrong_value, _scoped, _elsewhere),
    *(_controlled, _controlled, _twice, _wrapped),
]
