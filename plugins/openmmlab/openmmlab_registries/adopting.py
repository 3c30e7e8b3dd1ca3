"""What is registered in MMEngine's registries, as entries: importing this imports MMEngine."""

from __future__ import annotations

import re
import sys
from functools import cache, partial
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from openmmlab_registries.importing import PACKAGES, ROOTS, failure, import_all, walk
from registry_core import Entry, Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["distributions", "entries", "groups", "is_whole", "why_missing"]

# Other names under which these packages are installed, and libraries whose classes they register.
_OTHERS: Final = ("mmcv-full", "mmcv-lite", "mmengine-lite", "torch", "torchvision")


def entries(group: str, hold: Callable[..., str]) -> Iterator[Entry]:
    """An entry for each name in the root registry of that group, and in its children.

    The scope is that of the registry that has it; the metadata `package` is where the object is
    defined. What code outside of installed packages has registered is left out: other processes,
    to which the answer is handed on, do not have it.

    Args:
        group: the group.
        hold: keeps an object that has no address of its own, and gives it one: see `asking.hold`.
    """
    attribute = _attribute(group)
    if attribute is None:
        return
    import_all()
    root = ROOTS[attribute]
    for path, registry in walk(root):
        if path and path[0] not in PACKAGES:
            continue
        scope = ".".join(path) or root.scope
        for name, found in _registered(registry):
            package = _package(found)
            if package not in PACKAGES and package not in _installed():
                continue
            metadata = {"package": package}
            home = package if package in PACKAGES else scope.partition(".")[0]
            address = _address(found)
            if address is None and failure(home) is None:
                # It has no address of its own: a function made by a function, a partial.
                address = hold(found, attribute, *path, name)
            if address is not None:
                yield Entry(name, address, scope=scope, metadata=metadata)


def distributions() -> list[str]:
    """The distributions on which the entries depend, installed or not."""
    return sorted({*PACKAGES.values(), *_OTHERS})


def is_whole() -> bool:
    """Whether each installed package of OpenMMLab could be imported, with all that it has."""
    return all(failure(package) is None for package in PACKAGES)


def why_missing(group: str, scope: str, name: str) -> str | None:
    """Why the package `scope` has no `name` in the registry of that group, where that is known."""
    attribute = _attribute(group)
    if attribute is None or scope not in PACKAGES:
        return None
    if find_spec(scope) is None:
        return f"{scope} is not installed: pip install {PACKAGES[scope]}"
    failed = failure(scope)
    if failed is not None:
        return f"{scope} is not listed as a whole: {failed}"
    root = ROOTS[attribute]
    if scope != root.scope and name in root.module_dict:
        # In MMEngine's own tree a key climbs from there; in another the two are side by side.
        return f"write {root.scope}.{name}"
    return None


def groups() -> dict[str, str]:
    """The names, in MMEngine's module, of its root registries, by group."""
    found = ((re.sub(r"\W+", "_", root.name), name) for name, root in ROOTS.items())
    return {f"registry_core.{word}": name for word, name in found}


def _attribute(group: str) -> str | None:
    """The name, in MMEngine's module, of the root registry of a group."""
    return groups().get(group)


def _registered(registry: Any) -> list[tuple[str, Any]]:
    """The names and objects that code has registered in that very scope."""
    if not isinstance(registry, Registry):
        return list(registry.module_dict.items())
    # In the place of MMEngine's: its dict has also what is declared, this answer among it.
    held = registry._node.registered.copy()
    return [(name, item.found) for name, item in held.items()]


def _package(found: Any) -> str:
    """The top-level package that defines an object; of a partial, what it calls."""
    while isinstance(found, partial):
        found = found.func
    return str(getattr(found, "__module__", "")).partition(".")[0]


def _address(found: Any) -> str | None:
    """Where `found` can be imported from, if that leads to the very object."""
    module, name = getattr(found, "__module__", None), getattr(found, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    # A package that failed on the way would fail again for code that imports what is in it.
    if any(each not in sys.modules for each in accumulate(module.split("."), "{}.{}".format)):
        return None
    meant: Any = sys.modules[module]
    for segment in name.split("."):
        meant = getattr(meant, segment, None)
    return f"{module}:{name}" if meant is found else None


@cache
def _installed() -> frozenset[str]:
    return frozenset(packages_distributions())
