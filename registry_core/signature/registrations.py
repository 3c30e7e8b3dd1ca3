"""What a module registers by decorators and calls, as its source has it."""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.entry import NOTHING
from registry_core.signature.bindings import CERTAIN, TYPING, UNCERTAIN, branches
from registry_core.signature.call_arguments import CHANGING, Said, changing, is_spread
from registry_core.signature.modules import Definition
from registry_core.signature.parsing import DEFINED
from registry_core.signature.registry_calls import read_call
from registry_core.signature.source import SourceError, Unreadable
from registry_core.signature.targets import Targets, What

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from registry_core.signature.modules import Module
    from registry_core.signature.static import Reader
    from registry_core.signature.targets import Values

_REGISTER = "register_module"
_MOST_TURNS = 1_000
RUNNING = "only running it would tell what it registers"
_NO_VALUES: Values = {}
NO_GROUPS: Mapping[str, str] = {}


class Registration(NamedTuple):
    """A name that a decorator or a call registers, and what it stands for.

    Attributes:
        registry: the assignment that makes the registry; or its group, where that was said.
        name: the name.
        target: what it stands for: "module:attribute".
        force: whether it may take the place of another.
        metadata: what it says to filter a list by.
        doubt: why importing the module may not register just this; empty where it does.
        file: the source.
        line: where it stands there, counted from 1.
    """

    registry: Definition | str
    name: str
    target: str
    force: bool
    metadata: Mapping[str, Any]
    doubt: str
    file: str
    line: int

    @property
    def is_certain(self) -> bool:
        """Whether importing the module registers it."""
        return not self.doubt


class Unread(NamedTuple):
    """What registers, but only running it would tell what, or where.

    Attributes:
        registry: the assignment that makes the registry; None where that is not certain either.
        text: its source.
        reason: why it cannot be read.
        file: the source.
        line: where it stands there, counted from 1.
        gone: the name that it takes away; empty where it does not, or says no name.
    """

    registry: Definition | str | None
    text: str
    reason: str
    file: str
    line: int
    gone: str = ""


class Registrations:
    """Reads what importing a module registers, once, in the order of its source.

    What reads calls of other registries derives from it.

    Args:
        reader: reads the source.
        module: the module.
        groups: the groups of registries that need not be found, by "module:NAME", as they are
            imported.
    """

    # What registers takes by position, and which of that is registered.
    parameters: tuple[str, ...] = ("name", "force", "module")
    target_parameter = "module"

    def __init__(
        self, reader: Reader, module: Module, groups: Mapping[str, str] = NO_GROUPS
    ) -> None:
        self._reader, self._module, self._groups = reader, module, groups
        self._file = module.source.file
        self._targets = Targets(reader, module)
        self._known: set[Definition] = set()
        # Where each `....register_module` stands that was looked at.
        self._seen: set[tuple[int, int | None]] = set()

    def read(self) -> list[Registration | Unread]:
        """What importing the module registers, and then what only running it would tell.

        Raises:
            Absent: it cannot be parsed.
            Unreadable: it has no source.
        """
        return [*self._of(self._module.scope.statements), *self._overlooked()]

    def _of(
        self, statements: Iterable[ast.stmt], how: int = CERTAIN, values: Values = _NO_VALUES
    ) -> Iterator[Registration | Unread]:
        """What statements register.

        Args:
            statements: they.
            how: how certain it is that they run.
            values: what the variables of the loops around them stand for.
        """
        for node in statements:
            if isinstance(node, DEFINED):
                target = f"{self._module.name}:{node.name}"
                for at, decorator in enumerate(node.decorator_list):
                    beneath = node.decorator_list[at + 1 :]
                    changed = self._targets.changed(node.decorator_list[:at])
                    what = What(target, node.name, node.lineno, beneath, changed)
                    yield from self._of_one(decorator, decorator, what, how, values)
            elif isinstance(node, ast.If | ast.Try):
                for part, certainty in branches(node, how):
                    read = list(self._of(part, certainty, values))
                    # What type checkers alone see registers nothing.
                    yield from read if certainty != TYPING else ()
            elif isinstance(node, ast.With):
                # As `suppress`, it may end the block before its end.
                yield from self._of(node.body, max(how, UNCERTAIN), values)
            elif isinstance(node, ast.For):
                if any(isinstance(each, ast.Break | ast.Continue) for each in ast.walk(node)):
                    how = max(how, UNCERTAIN)
                for turn in self._turns(node, values):
                    yield from self._of(node.body, how, turn)
            elif isinstance(getattr(node, "value", None), ast.Call):
                yield from self._called(node.value, how, values)  # type: ignore[attr-defined]

    def _called(self, call: ast.Call, how: int, values: Values) -> Iterator[Registration | Unread]:
        if isinstance(call.func, ast.Call):
            # The decorator, called on the spot.
            what = self._targets.what(call.args[0] if call.args else None, call, values)
            yield from self._of_one(call, call.func, what, how, values)
            return
        if isinstance(call.func, ast.Attribute) and call.func.attr == "unregister":
            yield from self._taken_away(call, call.func, values)
            return
        given = self._given(call)
        if self.target_parameter in given:
            what = self._targets.what(given[self.target_parameter], call, values)
            yield from self._of_one(call, call, what, how, values)

    def _taken_away(
        self, call: ast.Call, method: ast.Attribute, values: Values
    ) -> Iterator[Unread]:
        name = self._literal(call.args[0], values) if len(call.args) == 1 else None
        with suppress(SourceError):
            registry = self._registry(method)
            if registry is not None:
                unread = self._unread(registry, call, "it takes a name away")
                yield unread._replace(gone=name if isinstance(name, str) else "")

    def _of_one(
        self, node: ast.expr, made: ast.expr, what: What, how: int, values: Values
    ) -> Iterator[Registration | Unread]:
        """What one decorator or call registers.

        Args:
            node: the whole of it.
            made: what is given the target: `R.register_module(...)`, or without brackets.
            what: what is registered.
            how: how certain it is that it runs.
            values: what the variables of loops stand for.
        """
        register = made.func if isinstance(made, ast.Call) else made
        try:
            registry = self._registry(register)
        except SourceError:
            if isinstance(register, ast.Attribute) and register.attr == _REGISTER:
                yield self._unread(None, node, "source does not tell which registry it is")
            return
        if registry is None:
            return
        if not isinstance(made, ast.Call):
            # It is given the class for a name, and raises.
            yield self._unread(registry, node, f"{_REGISTER} needs brackets: @...{_REGISTER}()")
            return
        given = self._given(made)
        says = {key: self._literal(each, values) for key, each in given.items()}
        said = Said(says.get("name"), says.get("force"), says.get("metadata"), is_spread(made))
        yield from self._registered(registry, node, what, how, said)

    def _registered(
        self, registry: Definition | str, node: ast.expr, what: What, how: int, said: Said
    ) -> Iterator[Registration | Unread]:
        """What one decorator or call registers, which says `said`."""
        names, metadata = said.names, said.metadata
        if names is None and what.target:
            names = self._targets.own_name(what)
        if isinstance(names, str):
            names = [names]
        reason = ""
        if not what.target:
            reason = "what it registers is computed as it runs"
        elif how == CERTAIN and self._targets.is_rebound(what.head, what.line):
            reason = f"{what.head!r} stands for something else later"
        elif not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
            reason = "its name is computed as it runs"
        elif said.is_spread:
            reason = "its arguments are computed as it runs"
        if reason or not isinstance(names, list | tuple):
            yield self._unread(registry, node, reason)
            return
        doubt = what.changed
        if how != CERTAIN:
            doubt = "is registered under a condition"
        elif not isinstance(said.force, bool | None):
            doubt = "may take the place of another: that is computed as it runs"
        for name in names:
            yield Registration(
                registry,
                str(name),
                what.target,
                said.force is True,
                metadata if isinstance(metadata, dict) else NOTHING,
                doubt,
                self._file,
                node.lineno,
            )

    def _registry(self, register: ast.expr) -> Definition | str | None:
        """The registry whose `register_module` this is, or its group; None for something else.

        Raises:
            Absent, Unreadable: source does not tell.
        """
        scope = self._module.scope
        if isinstance(register, ast.Name):
            # A name that an assignment has given to the method.
            found = self._reader.names.resolve(scope, register)
            if not isinstance(found, Definition) or not isinstance(found.node, ast.Attribute):
                return None
            register, scope = found.node, found.scope
        if not isinstance(register, ast.Attribute) or register.attr not in CHANGING:
            return None
        self._seen.add(place_of(register))
        if self._groups:
            group = self._groups.get(self._targets.of(register.value))
            if group is not None:
                return group
        found = self._reader.names.resolve(scope, register.value)
        if not isinstance(found, Definition):
            return None
        if scope is self._module.scope:
            self._targets.refuse_rebound(register.value)
        if found.is_class or found.is_function:
            return None
        if found not in self._known and read_call(self._reader, found) is None:
            # Perhaps of a class that somebody derived, or it is assigned by a function.
            raise Unreadable(f"{found.path} is made by what is not known")
        self._known.add(found)
        return found

    def _turns(self, loop: ast.For, values: Values) -> Iterator[Values]:
        """What the variables stand for in each turn of a loop over what is written there."""
        items = values.get(loop.iter.id) if isinstance(loop.iter, ast.Name) else loop.iter
        if isinstance(items, ast.Call) and isinstance(items.func, ast.Attribute):
            written = items.func.value
            if items.func.attr == "items" and isinstance(written, ast.Dict):
                pairs = zip(written.keys, written.values, strict=True)
                items = ast.List([ast.Tuple([k, v]) for k, v in pairs if k is not None])
        if not isinstance(items, ast.List | ast.Tuple) or len(items.elts) > _MOST_TURNS:
            # What is in it is overlooked, and reported so.
            return
        for item in items.elts:
            turn = dict(values)
            if isinstance(loop.target, ast.Name):
                turn[loop.target.id] = item
            elif isinstance(loop.target, ast.Tuple) and isinstance(item, ast.List | ast.Tuple):
                pairs = zip(loop.target.elts, item.elts, strict=False)
                turn |= {each.id: held for each, held in pairs if isinstance(each, ast.Name)}
            yield turn

    def _overlooked(self) -> Iterator[Unread]:
        """What registers and was not read: in functions, or in computed loops."""
        text = self._module.source.code
        is_changed = "unregister" in text or "module_dict" in text
        if text.count(_REGISTER) <= len(self._seen) and not is_changed:
            return
        for node in filter(None, map(changing, self._module.nodes())):
            owner = ast.unparse(node.value)
            # torch.nn.Module has a method of that name.
            is_method = owner in ("self", "cls") or owner.startswith("super()")
            if is_method or place_of(node) in self._seen:
                continue
            try:
                registry = self._registry(node)
                registers = registry is not None
            except SourceError:
                # Others than registries have methods of the other names.
                registry, registers = None, node.attr == _REGISTER
            if registers:
                yield self._unread(registry, node, RUNNING)

    def _literal(self, value: ast.expr, values: Values) -> object:
        """The value of an argument, or of a constant that it names; itself where it is computed."""
        if isinstance(value, ast.Name):
            constant = self._reader.names.constant(self._module.scope, value)
            # What else has a name may be changed before it is used.
            is_constant = isinstance(constant, ast.Constant)
            value = values.get(value.id, constant if is_constant else value)
        try:
            return ast.literal_eval(value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return value

    def _given(self, call: ast.Call) -> dict[str, ast.expr]:
        named = {each.arg: each.value for each in call.keywords if each.arg}
        return {**dict(zip(self.parameters, call.args, strict=False)), **named}

    def _unread(self, registry: Definition | str | None, node: ast.expr, reason: str) -> Unread:
        return Unread(registry, ast.unparse(node)[:80], reason, self._file, node.lineno)


def place_of(node: ast.expr) -> tuple[int, int | None]:
    """Where an expression ends: two that begin at one place, as a call and its name, differ."""
    return node.end_lineno or 0, node.end_col_offset
