"""Importing what registers in MMEngine's registries; a package that fails costs itself alone."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PACKAGES", "ROOTS", "failure", "import_all", "walk"]

# By name: this plugin depends on no MMEngine, but on there being one when it is asked.
_REGISTRIES: Final[Any] = import_module("mmengine.registry")
_CONFIG: Final[Any] = import_module("mmengine.config.utils")

_LOGGER: Final = logging.getLogger(__name__)

# Those that register in the root registries themselves; `mmcv.ops` is not in the light mmcv.
_OF_ROOT: Final = {
    "mmengine": ("dataset", "evaluator", "hooks", "model", "optim", "runner", "visualization"),
    "mmcv": ("cnn", "transforms", "ops"),
}

PACKAGES: Final[dict[str, str]] = {
    "mmengine": "mmengine",
    "mmcv": "mmcv",
    **_CONFIG.MODULE2PACKAGE,
}
"""What MMEngine knows as a package of OpenMMLab, and by what name it is installed."""

ROOTS: Final[dict[str, Any]] = {
    name: found
    for name, found in vars(_REGISTRIES.root).items()
    if isinstance(found, _REGISTRIES.Registry)
}
"""MMEngine's root registries, by the names that they have in its module."""


def walk(registry: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """`registry` and all within it, each with its scopes on the way from there."""
    yield path, registry
    for label, child in registry.children.items():
        yield from walk(child, (*path, label))


def import_all() -> None:
    """Import what registers in any installed package of OpenMMLab, once."""
    for package in PACKAGES:
        failure(package)


@cache
def failure(package: str) -> str | None:
    """What kept that package from registering all that it has; None where nothing did.

    It is imported for that, unless it is not installed.
    """
    if find_spec(package) is None:
        return None
    failed = [text for text in _import(package) if text]
    if not failed:
        return None
    _LOGGER.warning("%s is not listed as a whole: %s", package, failed[0])
    return failed[0]


def _import(package: str) -> Iterator[str | None]:
    for module in _OF_ROOT.get(package, ("registry",)):
        yield _attempt(f"{package}.{module}", import_module, f"{package}.{module}")
    for registry in ROOTS.values():
        for path, child in list(walk(registry)):
            if path and path[0] == package:
                yield _attempt(f"the modules of {package}", child.import_from_location)


def _attempt(what: str, call: Any, *args: str) -> str | None:
    """Call what imports, and say what it raised."""
    try:
        with warnings.catch_warnings():
            # Warnings of peers that are older than what is installed beside them: not ours to show.
            warnings.simplefilter("ignore")
            call(*args)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        # What has no compiled part is the light mmcv, and whole without it.
        if isinstance(error, ModuleNotFoundError) and error.name == "mmcv._ext":
            return None
        return f"importing {what} raised {type(error).__name__}: {error}{_advice(error)}"
    return None


def _advice(error: BaseException) -> str:
    """What is known to be behind an error that does not say so."""
    if "operator torchvision::" in str(error):
        return "; install the torchvision that is made for the installed torch"
    return ""
