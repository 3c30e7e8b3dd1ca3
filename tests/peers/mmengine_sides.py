"""The two sides of the suites on MMEngine's registries: MMEngine's, where installed, and ours."""

import importlib
import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from registry_core import Environment, use_environment

THEIRS = "mmengine.registry"
OURS = "registry_core.compat.mmengine"
SIDES = [pytest.param(THEIRS, marks=pytest.mark.peer), OURS]


class Part:
    def __init__(self, depth: int = 18, inner: Any = None) -> None:
        self.depth = depth
        self.inner = inner


class Other: ...


def imported(name: str) -> Any:
    """A module of a peer, whatever it warns of when it is imported; the test skips without it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name)


def side(name: str) -> Iterator[Any]:
    """One side, by its module, where nothing is installed and no default scope is left behind."""
    module = imported(name)
    with use_environment(Environment(path=[], variables={})):
        cleared(module)
        yield module
        cleared(module)


def cleared(module: Any) -> None:
    """Forget the default scopes of one side."""
    module.DefaultScope._instance_dict.clear()
    if module.__name__ == OURS:
        return
    # MMEngine keeps its lock where an argument is wrong, and threads would wait for it for ever.
    lock = importlib.import_module("mmengine.utils.manager")._lock
    with pytest.raises(RuntimeError, match="un-acquired"):
        while True:
            lock.release()


def with_models(module: Any) -> None:
    """Import what one side imports when it builds a model; MMEngine's side needs torch for it."""
    if module.__name__ == THEIRS:
        imported("torch")
        imported("mmengine.model")


def registry_of(module: Any, **more: Any) -> Any:
    """A registry that has `Part`."""
    registry = module.Registry("kea", scope="acme", **more)
    registry.register_module(module=Part)
    return registry


def four(module: Any) -> SimpleNamespace:
    """A root, two scopes in it and one within the first, each with a class of its own."""
    top = module.Registry("kea", scope="ktop")
    left = module.Registry("kea", parent=top, scope="kleft")
    inner = module.Registry("kea", parent=left, scope="kinner")
    right = module.Registry("kea", parent=top, scope="kright")
    for registry, name in ((top, "A"), (left, "B"), (inner, "C"), (right, "D")):
        registry.register_module(name=name, module=type(name, (Part,), {}))
    return SimpleNamespace(top=top, left=left, inner=inner, right=right)
