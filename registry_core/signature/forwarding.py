"""Where a function passes its ``**kwargs`` on, if all of them go to one call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry_core.signature.parsing import Function
    from registry_core.signature.record import Signature


def forwarding_call(function: Function) -> ast.Call | None:
    """The one call that is always given all of ``**kwargs``; None where there is none.

    Example:
        >>> def call_in(body: str) -> ast.Call | None:
        ...     return forwarding_call(ast.parse(f"def f(**kw): {body}").body[0])
        >>> ast.unparse(call_in("return g(1, **kw)"))
        'g(1, **kw)'
        >>> call_in("return g(1, **kw) if kw else None") is None
        True
    """
    given = function.args.kwarg
    if given is None:
        return None
    uses = [each for each in ast.walk(function) if _is(each, given.arg)]
    if len(uses) != 1:
        return None
    for statement in function.body:
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Call):
            passed = [each.value for each in value.keywords if each.arg is None]
            if passed == uses:
                return value
        if any(isinstance(each, ast.Return) for each in ast.walk(statement)):
            break
    return None


def is_local(function: Function, called: ast.expr) -> bool:
    """Whether what is called begins with a name of the function's own."""
    while isinstance(called, ast.Attribute):
        called = called.value
    names = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    for each in ast.walk(function):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            names.add(each.id)
        elif isinstance(each, ast.FunctionDef | ast.ClassDef) and each is not function:
            names.add(each.name)
        elif isinstance(each, ast.alias):
            names.add(each.asname or each.name.partition(".")[0])
    return not isinstance(called, ast.Name) or called.id in names


def left_by(signature: Signature, call: ast.Call) -> Signature | None:
    """What a call of that signature leaves its ``**kwargs`` to say; None for anything.

    Raises:
        ValueError: the signature does not take what the call gives.
    """
    if signature.is_open:
        return None
    spread = any(isinstance(each, ast.Starred) for each in call.args)
    given = {each.arg for each in call.keywords}
    left = signature.applied(0 if spread else len(call.args), {})
    parameters = [
        # What a sequence gives is not known.
        each._replace(required=each.required and not (spread and each.takes_position))
        for each in (*left.parameters, *(signature.onward or ()))
        if each.takes_keyword and each.name not in given
    ]
    return signature._replace(parameters=tuple(parameters))


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
