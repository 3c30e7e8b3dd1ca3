"""Which names the statements of a module or a class bind, to what, and how certain that is."""

from __future__ import annotations

import ast
import operator
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.signature.parsing import DEFINED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# How certain a binding is: it holds; it is in a `try` whose handler binds another; it is that
# other; unknown; or it exists for type checkers alone.
CERTAIN, GUARDED, FALLBACK, UNCERTAIN, TYPING = range(5)

# Some name that is not "__main__": what is read is imported, and not run.
_IMPORTED = "a module"
_HOSTS: dict[str, Any] = {
    "__name__": _IMPORTED,
    "os.name": os.name,
    "sys.platform": sys.platform,
    "sys.version_info": sys.version_info,
    "sys.version_info[0]": sys.version_info[0],
    "sys.version_info[:2]": sys.version_info[:2],
    "sys.version_info.major": sys.version_info.major,
}
_COMPARISONS = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Imported(NamedTuple):
    """What an import binds: a module; or a name of it, ``*`` for all of them."""

    module: str
    name: str = ""


class Binding(NamedTuple):
    """A name bound once.

    Attributes:
        what: a definition, an import, an expression; None for what only running would tell.
        how: how certain it is.
        line: where the statement begins that binds it.
    """

    what: ast.stmt | ast.expr | Imported | None
    how: int
    line: int


def bindings(
    statements: Sequence[ast.stmt], package: str, how: int = CERTAIN
) -> Iterator[tuple[str, Binding]]:
    """The names that statements bind, in their order.

    Args:
        statements: of a module, or of a class.
        package: what relative imports start from.
        how: how certain it is that they run.
    """
    for node in statements:
        if isinstance(node, DEFINED):
            yield node.name, Binding(node, how, node.lineno)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for name, imported in _imported(node, package):
                yield name, Binding(imported, how, node.lineno)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                is_plain = isinstance(target, ast.Name)
                for name in _stored(target) if node.value is not None else ():
                    yield name, Binding(node.value if is_plain else None, how, node.lineno)
        elif isinstance(node, ast.If | ast.Try):
            for part, certainty in branches(node, how):
                yield from bindings(part, package, certainty)
        elif type(node).__name__ == "TypeAlias":
            # Python 3.12 has these.
            yield node.name.id, Binding(node.value, how, node.lineno)  # type: ignore[attr-defined]
        else:
            yield from _others(node, package, max(how, UNCERTAIN))


def _imported(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, Imported]]:
    if isinstance(node, ast.Import):
        for each in node.names:
            first = each.name.partition(".")[0]
            yield (each.asname, Imported(each.name)) if each.asname else (first, Imported(first))
        return
    module = module_named(node, package)
    for each in node.names:
        yield each.asname or each.name, Imported(module, each.name)


def module_named(node: ast.ImportFrom, package: str) -> str:
    """The dotted name of the module that ``from ... import`` imports from.

    Beyond the top-level package there is none, and the name is not one of a module.
    """
    module = node.module or ""
    if not node.level:
        return module
    above = package.split(".")
    if node.level > len(above):
        return f".{module}"
    return ".".join([*above[: len(above) - node.level + 1], *filter(None, [module])])


def _stored(target: ast.expr) -> Iterator[str]:
    """The names that something is assigned to, or that are deleted."""
    for each in ast.walk(target):
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            yield each.id


def branches(node: ast.If | ast.Try, how: int) -> Iterator[tuple[list[ast.stmt], int]]:
    """The parts of a condition or a ``try`` that may run, with how certain that is."""
    if isinstance(node, ast.Try):
        is_certain = how == CERTAIN and bool(node.handlers)
        yield [*node.body, *node.orelse], GUARDED if is_certain else how
        for handler in node.handlers:
            yield handler.body, FALLBACK if is_certain else how
        yield node.finalbody, how
        return
    holds = _verdict(node.test)
    unsure = max(how, UNCERTAIN) if holds is None else how
    if holds is not False:
        yield node.body, TYPING if holds == TYPING else unsure
    if holds is not True:
        yield node.orelse, unsure


def _verdict(test: ast.expr) -> object:
    """Whether a condition holds in this Python; TYPING for type checkers alone; None: unknown."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING":
        return TYPING
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        holds = _verdict(test.operand)
        # What type checkers do not see is what runs.
        return None if holds is None else holds == TYPING or not holds
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        compare = _COMPARISONS.get(type(test.ops[0]))
        host = _HOSTS.get(ast.unparse(test.left))
        try:
            other = ast.literal_eval(test.comparators[0])
            is_known = host is not _IMPORTED or other == "__main__"
            if compare is not None and host is not None and is_known:
                return bool(compare(host, other))
        except (ValueError, TypeError):
            return None
    return None


def _others(node: ast.stmt, package: str, how: int) -> Iterator[tuple[str, Binding]]:
    """What a loop, a `with`, a `match`, a `del` or the like binds."""
    for field in ("target", "targets", "items"):
        found = getattr(node, field, None)
        for each in found if isinstance(found, list) else filter(None, [found]):
            yield from ((name, Binding(None, how, node.lineno)) for name in _stored(each))
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for each in getattr(node, field, ()):
            inside = [each] if isinstance(each, ast.stmt) else each.body
            yield from bindings(inside, package, how)
