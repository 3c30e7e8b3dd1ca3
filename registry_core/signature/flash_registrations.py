"""What a module registers in registries of Lightning Flash's kind, as its source has it."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from registry_core.keys import group_fault, group_of
from registry_core.signature.annotations import parsed
from registry_core.signature.bindings import Imported
from registry_core.signature.call_arguments import Said, is_spread
from registry_core.signature.modules import Definition
from registry_core.signature.parsing import DEFINED
from registry_core.signature.registrations import (
    RUNNING,
    Registration,
    Registrations,
    Unread,
    place_of,
)
from registry_core.signature.source import Absent, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.signature.modules import Found, Scope
    from registry_core.signature.targets import Values, What

_REGISTRY, _EXTERNAL = "FlashRegistry", "ExternalRegistry"
_KINDS = (_REGISTRY, _EXTERNAL, "ConcatRegistry")
_MODULES = re.compile(r"registry_core\.compat\.flash(\.\w+)?|flash\.core\.registry")
_CHANGING = frozenset({"_register_function", "remove"})
_DEFINES = re.compile(r"^(?:class|(?:async )?def) (\w+)", re.MULTILINE)
_CALLED = re.compile(r"@(\w+)\b|\b([A-Za-z_]\w*)\(")
_OUTSIDE = "its names come from a function, so that it has no rows"


class _NotFound(Unreadable):
    """What may be a registry is of a module that is not there."""


class FlashRegistrations(Registrations):
    """Reads what importing a module registers by calling a `FlashRegistry`."""

    parameters = ("fn", "name", "override", "providers")
    target_parameter = "fn"

    def _of_one(
        self, node: ast.expr, made: ast.expr, what: What, how: int, values: Values
    ) -> Iterator[Registration | Unread]:
        register = made.func if isinstance(made, ast.Call) else made
        try:
            registry = self._registry(register)
        except Unreadable as error:
            yield self._unread(None, node, str(error))
            return
        if registry is None:
            name = register.id if isinstance(register, ast.Name) else ""
            if name.isupper() and self._targets.is_rebound(name, register.lineno):
                yield self._unread(None, node, f"{name!r} stands for something else later")
            return
        given = self._given(made) if isinstance(made, ast.Call) else {}
        metadata = {key: self._literal(each, values) for key, each in given.items()}
        names, force = metadata.pop("name", None), metadata.pop("override", None)
        # What is spread is metadata, unless the name may be among it.
        spread = isinstance(made, ast.Call) and is_spread(made) and "name" not in given
        for key in ("fn", "providers"):
            metadata.pop(key, None)
        yield from self._registered(registry, node, what, how, Said(names, force, metadata, spread))

    def _registry(self, register: ast.expr) -> str | None:
        """The group of the registry that is called; None for something else.

        Raises:
            Unreadable: it is a registry, but source does not tell which group it has.
        """
        if not isinstance(register, ast.Name | ast.Attribute):
            return None
        self._seen.add(place_of(register))
        group = self._groups.get(self._targets.of(register)) if self._groups else None
        group = self._found_group(register) if group is None else group
        if group is None:
            # Not looked at: a function may be given a registry under that name.
            self._seen.discard(place_of(register))
        else:
            self._targets.refuse_rebound(register)
        return group

    def _found_group(self, register: ast.Name | ast.Attribute) -> str | None:
        try:
            found = self._resolved(register)
        except Absent as error:
            is_constant = ast.unparse(register).rpartition(".")[2].isupper()
            if error.module and is_constant and not self._kind(self._module.scope, register):
                # Named as a constant, and called: hardly anything but a registry is.
                raise _NotFound(f"it may be a registry, but {error}") from error
            return None
        except Unreadable:
            return None
        return self._group(found) if isinstance(found, Definition) else None

    def _resolved(self, register: ast.Name | ast.Attribute) -> Found:
        names, scope = self._reader.names, self._module.scope
        if isinstance(register, ast.Attribute):
            holder = names.resolve(scope, register.value)
            if isinstance(holder, Definition) and holder.is_class:
                # A class of tasks may have its registries from one above it.
                module = holder.scope.module.name
                path = holder.path.removeprefix(f"{module}.")
                return self._reader.find(module, f"{path}.{register.attr}")
        return names.resolve(scope, register)

    def _group(self, registry: Definition) -> str | None:
        """The group of a registry; None for anything else.

        Raises:
            Unreadable: as `_registry`.
        """
        made = registry.node
        if isinstance(made, ast.BinOp):
            if any(self._is_registry(registry.scope, each) for each in (made.left, made.right)):
                reason = "is a sum of registries: only running it would tell which of them takes it"
                raise Unreadable(f"{registry.path} {reason}")
            return None
        kind = self._kind(registry.scope, made.func) if isinstance(made, ast.Call) else ""
        if not kind or not isinstance(made, ast.Call):
            return None
        if kind != _REGISTRY:
            reason = f"is made by {kind}(...): only running it would tell its group"
            raise Unreadable(f"{registry.path} {reason}")
        return self._said_group(registry, made)

    def _is_registry(self, scope: Scope, value: ast.expr) -> bool:
        if isinstance(value, ast.Call):
            return bool(self._kind(scope, value.func))
        try:
            found = self._reader.names.resolve(scope, value)
            return isinstance(found, Definition) and self._group(found) is not None
        except Absent:
            return False
        except Unreadable:
            return isinstance(value, ast.BinOp)

    def _said_group(self, registry: Definition, made: ast.Call) -> str:
        given = {each.arg or "**": each.value for each in made.keywords}
        given |= dict(zip(("name",), made.args, strict=False))
        names, scope = self._reader.names, registry.scope
        said: dict[str, str | None] = {}
        for key, value in given.items():
            constant = names.constant(scope, value)
            text = constant.value if isinstance(constant, ast.Constant) else None
            said[key] = text if isinstance(text, str) else None
        group = said["group"] if "group" in said else group_of(said.get("name") or "")
        if group is None or "**" in said or group_fault(group) is not None:
            raise Unreadable(f"its registry {registry.path!r} has no group that source tells")
        return group

    def _kind(self, scope: Scope, maker: ast.expr) -> str:
        """Which of Flash's classes is called, or is above the class that is; empty for none."""
        if not isinstance(maker, ast.Name | ast.Attribute):
            return ""
        head, _, rest = ast.unparse(maker).partition(".")
        # Flash need not be installed, so the import alone may tell.
        path = ".".join(filter(None, [self._reader.names.path(scope, head), rest]))
        if (kind := _flash(path)) or not path:
            return kind
        found = self._reader.names.definition(scope, maker)
        if found is None or not found.is_class or (kind := _flash(found.path)):
            return kind
        bases = getattr(found.node, "bases", ())
        is_derived = any(self._kind(found.scope, each) for each in bases)
        return found.name if is_derived else ""

    def _overlooked(self) -> Iterator[Unread]:
        """What registers and was not read: in functions, in expressions, or in computed loops."""
        text = self._module.source.code
        names = self._known_names()
        if not names and not any(kind in text for kind in _KINDS):
            return
        whole = list(self._module.nodes())
        scope = self._module.scope
        names |= {
            node.arg
            for node in whole
            if isinstance(node, ast.arg) and node.annotation is not None
            if self._kind(scope, _annotation(node.annotation))
        }
        for node in whole:
            if isinstance(node, ast.Call):
                yield from self._overlooked_in(node, node.func, names)
            for each in node.decorator_list if isinstance(node, DEFINED) else ():
                yield from self._overlooked_in(each, each, names)

    def _overlooked_in(self, node: ast.expr, called: ast.expr, names: set[str]) -> Iterator[Unread]:
        if node is not called and self._kind(self._module.scope, called) == _EXTERNAL:
            yield self._unread(None, node, _OUTSIDE)
        elif self._may_register(called, node, names):
            self._seen.add(place_of(called))
            yield self._unread(None, node, RUNNING)

    def _may_register(self, called: ast.expr, node: ast.expr, names: set[str]) -> bool:
        if not isinstance(called, ast.Name | ast.Attribute) or place_of(called) in self._seen:
            return False
        if isinstance(called, ast.Attribute) and called.attr in _CHANGING:
            return self._may_register(called.value, node, names)
        try:
            if self._registry(called) is not None:
                return True
        except _NotFound:
            given = {each.arg for each in node.keywords} if isinstance(node, ast.Call) else {"fn"}
            return bool(given & {"fn", "name"})
        except Unreadable:
            return True
        return isinstance(called, ast.Name) and called.id in names

    def _known_names(self) -> set[str]:
        """The names that the module imports, calls somewhere, and that are registries."""
        called = {each[0] or each[1] for each in _CALLED.findall(self._module.source.code)}
        return {name for name in called if self._is_imported_registry(name)}

    def _is_imported_registry(self, name: str) -> bool:
        names = self._module.scope.names
        bound = [each.what for _, each in names.get(name, [])]
        if not bound and ("*" not in names or hasattr(builtins, name)):
            return False
        try:
            if bound and not (isinstance(bound[-1], Imported) and self._is_value(bound[-1])):
                return False
        except Unreadable:
            # Without source, as are modules of the standard library that are built in.
            return False
        except Absent:
            made = ast.Name(name, ast.Load())
            return name.isupper() and not self._kind(self._module.scope, made)
        try:
            return self._registry(ast.Name(name, ast.Load(), lineno=sys.maxsize)) is not None
        except Unreadable:
            return True

    def _is_value(self, imported: Imported) -> bool:
        """Whether it is no class and no function there, as the text shows without being parsed."""
        return imported.name not in _defined(self._reader.names.module(imported.module).source.code)


@lru_cache(maxsize=256)
def _defined(text: str) -> frozenset[str]:
    """The names of the classes and functions of a module; most imported names are of these."""
    return frozenset(_DEFINES.findall(text))


def _flash(path: str) -> str:
    """Which of Flash's classes has a dotted path; empty for none."""
    module, _, name = path.rpartition(".")
    return name if name in _KINDS and _MODULES.fullmatch(module) else ""


def _annotation(written: ast.expr) -> ast.expr:
    text = getattr(written, "value", None)
    return (parsed(text) if isinstance(text, str) else None) or written
