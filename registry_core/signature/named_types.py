"""What a name in an annotation stands for: an enumeration, a typed dict, an alias or a class."""

from __future__ import annotations

import ast
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from registry_core.signature.annotations import in_full, outermost, parsed
from registry_core.signature.modules import Definition, External
from registry_core.signature.plain_values import may_be_plain, returns_plain
from registry_core.signature.protocol_members import ProtocolMembers
from registry_core.signature.source import SourceError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.signature.static import Reader


class Enumeration(NamedTuple):
    """The members of an `Enum`: what a config may say for them, their values and their names."""

    values: tuple[object, ...]


class Fields(NamedTuple):
    """A `TypedDict`, or a dataclass that a mapping may stand for.

    Attributes:
        annotations: that of each key in full.
        required: the keys that have to be there.
        path: that of the dataclass; empty for a `TypedDict`.
    """

    annotations: dict[str, str | None]
    required: frozenset[str]
    path: str = ""


class Alias(NamedTuple):
    """Another name for an annotation, which is in full; and the type variables in it, in order."""

    annotation: str
    variables: tuple[str, ...]


class Class(NamedTuple):
    """A class with a path of its own, which need not be the one that names it."""

    path: str


Named = Enumeration | Fields | Alias | Class

_ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "ReprEnum", "StrEnum"))
# What in an enumeration changes which members it has, or their values.
_COMPUTING = frozenset({"__init__", "__new__"} | {"_generate_next_value_", "_ignore_", "_missing_"})


class NamedTypes:
    """Looks types up in source. Lives as long as the reader.

    Example:
        >>> from registry_core.signature.static import Reader
        >>> NamedTypes(Reader()).of("json.JSONDecoder")
        Class(path='json.decoder.JSONDecoder')
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[str, Named | None] = {}
        self._fits: dict[tuple[str, str, str], bool] = {}
        self._protocols = ProtocolMembers(reader)
        self.is_recursive = cache(self._is_recursive)

    def of(self, path: str) -> Named | None:
        """What a dotted path means; None where source does not tell."""
        if path not in self._known:
            try:
                self._known[path] = self._read(path)
            except (SourceError, RecursionError):
                self._known[path] = None
        return self._known[path]

    def _is_recursive(self, path: str) -> bool:
        """Whether a type refers to itself, perhaps through others."""
        seen: set[str] = set()
        waiting = [path]
        while waiting:
            mentioned = self._mentioned(waiting.pop()) - seen
            if path in mentioned:
                return True
            seen |= mentioned
            waiting += mentioned
        return False

    def _mentioned(self, path: str) -> set[str]:
        """The dotted names in what a path stands for."""
        found = self.of(path)
        texts: list[str | None] = []
        if isinstance(found, Fields):
            texts += found.annotations.values()
        elif isinstance(found, Alias):
            texts.append(found.annotation)
        expressions = filter(None, (parsed(text or "") for text in texts))
        nodes = [each for expression in expressions for each in ast.walk(expression)]
        return {outermost(each) for each in nodes if isinstance(each, ast.Attribute)}

    def member(self, path: str) -> tuple[object, str] | None:
        """The value and the name of a member of an enumeration; None where it is none."""
        holder, _, name = path.rpartition(".")
        found = self.of(holder)
        if not isinstance(found, Enumeration) or name not in found.values[1::2]:
            return None
        return found.values[found.values.index(name) - 1], name

    def fits(self, module: str, attribute: str, path: str) -> bool:
        """Whether what a target builds may be of the class of that path; True if unknown.

        A class fits a protocol unless it lacks a method or property of it for certain, and a
        function unless it is annotated to return a plain value.
        """
        key = module, attribute, path
        if key not in self._fits:
            try:
                made, wanted = self._reader.find(module, attribute), self._reader.names.at(path)
                fits = True
                if isinstance(made, Definition) and isinstance(wanted, Definition):
                    if made.is_class and wanted.is_class:
                        fits = self._class_fits(made, wanted)
                    elif made.is_function and wanted.is_class:
                        fits = not returns_plain(self._reader, made) or may_be_plain(
                            self._reader, wanted
                        )
                self._fits[key] = fits
            except (SourceError, RecursionError):
                self._fits[key] = True
        return self._fits[key]

    def _class_fits(self, made: Definition, wanted: Definition) -> bool:
        hierarchy = self._reader.hierarchy
        order, above = hierarchy.order(made), hierarchy.order(wanted)
        names = {name for each in order for name in each.members.names}
        if not hierarchy.is_whole(made) or not names.isdisjoint({"__new__", "__getattr__"}):
            return True
        # The same class may be known by another path.
        if any(each.name == wanted.name for each in order):
            return True
        if "typing.Protocol" in hierarchy.bases(wanted).others:
            return not self._protocols.are_missing(made, wanted)
        if any("__subclasshook__" in each.members.names for each in above):
            return True
        # What is registered with an abstract class is of it, too.
        registering = f"{wanted.name}.register"
        return any(registering in each.scope.module.source.code for each in (*order, wanted))

    def may_be_plain(self, path: str) -> bool:
        """Whether a value of a plain type may count as one of the class of that path."""
        try:
            found = self._reader.names.at(path)
            return not isinstance(found, Definition) or may_be_plain(self._reader, found)
        except (SourceError, RecursionError):
            return True

    def _read(self, path: str) -> Named | None:
        found = self._reader.names.at(path)
        if isinstance(found, External) or not isinstance(found, Definition):
            return None
        if found.is_class:
            order = self._reader.hierarchy.order(found)
            others = {path for each in order for path in self._reader.hierarchy.bases(each).others}
            if any(each.startswith("enum.") for each in others):
                return self._enumeration(order, others)
            if "typing.TypedDict" in others:
                return self._typed_dict(order)
            return self._dataclass(found) or Class(found.path)
        return None if found.is_function else self._alias(found)

    def _dataclass(self, found: Definition) -> Fields | None:
        """The fields of a dataclass without a constructor of its own; None where not certain."""
        if not self._reader.is_dataclass(found):
            return None
        try:
            signature = self._reader.signature(found.scope.module.name, found.name)
        except SourceError:
            return None
        taken = signature.parameters
        if found.scope is not found.scope.module.scope or not all(p.takes_keyword for p in taken):
            return None
        annotations = {each.name: signature.annotations.get(each.name) for each in taken}
        required = frozenset(each.name for each in taken if each.required)
        return Fields(annotations, required, found.path)

    def _enumeration(self, order: tuple[Definition, ...], bases: set[str]) -> Named | None:
        """The members of an enumeration; None where it is not certain which, or what they are."""
        of, *_ = order
        own = self._reader.decorators
        if (
            any(_COMPUTING & {*each.members.names} for each in order)
            or any(self._reader.hierarchy.bases(each).computed for each in order)
            or any(getattr(each.node, "keywords", ()) for each in order)
            or not all(own.keeps_object(of.scope, each) for each in of.decorators)
        ):
            return None
        mixed = {path for path in bases if path not in _ENUMS}
        is_text = "enum.StrEnum" in bases
        kinds = {"str"} if is_text else {"int"} if "enum.IntEnum" in bases else mixed
        # What is mixed in makes values of its own kind; those of a Flag can be combined.
        if len(kinds) > 1 or not kinds <= {"str", "int", "float"}:
            return None
        values: list[object] = []
        for name, node in _members(of):
            value: object
            if ast.unparse(node) in ("auto()", "enum.auto()"):
                if is_text:
                    value = name.lower()
                elif kinds <= {"int"} and values[::2] == [*range(1, len(values) // 2 + 1)]:
                    value = len(values) // 2 + 1
                else:
                    return None
            else:
                try:
                    value = ast.literal_eval(node)
                except ValueError:
                    return None
            if kinds and type(value).__name__ not in kinds:
                return None
            values += [value, name]
        return Enumeration(tuple(values)) if values else None

    def _typed_dict(self, order: tuple[Definition, ...]) -> Fields | None:
        annotations: dict[str, str | None] = {}
        required: set[str] = set()
        for each in reversed(order):
            keywords = getattr(each.node, "keywords", [])
            total = not any(k.arg == "total" and ast.unparse(k.value) == "False" for k in keywords)
            for node in each.members.statements:
                if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                    continue
                text = ast.unparse(node.annotation)
                full = in_full(text, partial(self._reader.names.path, each.members))
                annotations[node.target.id] = full
                marks = _marks(full)
                required.discard(node.target.id)
                if "Required" in marks or (total and "NotRequired" not in marks):
                    required.add(node.target.id)
        return Fields(annotations, frozenset(required))

    def _alias(self, found: Definition) -> Alias | None:
        node = found.node
        names = self._reader.names
        if isinstance(node, ast.Call):
            # NewType, and the bound of a TypeVar: `bound=` or nothing.
            called = names.resolve(found.scope, node.func).path
            if called == "typing.NewType" and len(node.args) == 2:
                node = node.args[1]
            else:
                bounds = [each.value for each in node.keywords if each.arg == "bound"]
                if called != "typing.TypeVar" or not bounds or len(node.args) > 1:
                    return None
                node = bounds[0]
        text = ast.unparse(node)
        full = in_full(text, partial(names.path, found.scope))
        if full is None:
            return None
        variables = [
            path
            for each in ast.walk(ast.parse(full, mode="eval"))
            if isinstance(each, ast.Name | ast.Attribute)
            and self._is_variable(path := ast.unparse(each))
        ]
        return Alias(full, tuple(dict.fromkeys(variables)))

    def _is_variable(self, path: str) -> bool:
        try:
            found = self._reader.names.at(path)
            node = found.node if isinstance(found, Definition) else None
            return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("TypeVar")
        except SourceError:
            return False


def _members(of: Definition) -> Iterator[tuple[str, ast.expr]]:
    """What an enumeration assigns to the names of its members.

    Raises:
        Unreadable: something else in its body may be a member.
    """
    for node in of.members.statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not any(ast.unparse(mark).endswith("member") for mark in node.decorator_list):
                continue
        elif isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets):
            names = [ast.unparse(each) for each in node.targets]
            yield from ((name, node.value) for name in names if _names_member(name))
            continue
        elif isinstance(node, ast.AnnAssign):
            name = ast.unparse(node.target)
            if node.value is not None and _names_member(name):
                yield name, node.value
            continue
        elif isinstance(node, ast.Pass) or isinstance(getattr(node, "value", None), ast.Constant):
            continue
        raise Unreadable(f"{of.path!r} may have members that its source does not list")


def _names_member(name: str) -> bool:
    """Whether a name that an enumeration assigns is that of a member: not private, not `_x_`.

    >>> [name for name in ("A", "_A", "__A", "_a_", "__a__") if _names_member(name)]
    ['A', '_A']
    """
    return not name.startswith("__") and not (name.startswith("_") and name.endswith("_"))


def _marks(annotation: str | None) -> set[str]:
    """The words around the type of a key of a typed dict, as ``NotRequired``.

    >>> sorted(_marks("typing.Annotated[typing.NotRequired[int], 1]"))
    ['Annotated', 'NotRequired']
    """
    found: set[str] = set()
    expression = parsed(annotation or "")
    while isinstance(expression, ast.Subscript):
        found.add(outermost(expression).rpartition(".")[2])
        inside = expression.slice
        expression = inside.elts[0] if isinstance(inside, ast.Tuple) and inside.elts else inside
    return found
