"""What of OpenMMLab is loaded, and its packages: naming a scope imports an installed one."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from registry_core.compat.mmengine.errors import NoTorch
from registry_core.environment import current_environment
from registry_core.frozen import how_to_get
from registry_core.guards import PASSES
from registry_core.loading import import_whole
from registry_core.signature.source import find_spec
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.installed.copies import Copy
    from registry_core.tree.nodes import Tree

# As in MMEngine: the scope, which is the package, and the distribution. No other package is
# imported because a text names it.
PACKAGES: Final[Mapping[str, str]] = {
    "mmseg": "mmsegmentation",
    "mmaction": "mmaction2",
    **{
        name: name
        for name in (
            *("mmagic", "mmcls", "mmdet", "mmdet3d", "mmedit", "mmfewshot", "mmflow", "mmgen"),
            *("mmhuman3d", "mmocr", "mmpose", "mmpretrain", "mmrazor", "mmrotate", "mmselfsup"),
            *("mmtrack", "mmyolo"),
        )
    },
}

# Why the import of a package's registry module failed, and what was installed then.
_failed: dict[str, tuple[object, str]] = {}


def bring(tree: Tree, scope: str) -> None:
    """Import the registry module of the package that `scope` names, unless its scope is there.

    That takes an installed distribution which may contribute, and whose own module it is. Where
    the import fails, that is logged, and not tried again before `Environment.refresh`.
    """
    if scope not in PACKAGES or any(node.made_by for node in tree.fitting(scope)):
        return
    if f"{scope}.registry" in sys.modules or why_missing(tree, scope) is not None:
        return
    installed = current_environment().installed
    try:
        import_whole(f"{scope}.registry")
    except PASSES:
        raise
    except BaseException as error:
        text = f"importing {scope}.registry raised {error_text(error)}"
        _failed[scope] = installed, text
        current_logger().warning("The scope %s is not there: %s", scope, text)


def why_missing(tree: Tree, scope: str) -> str | None:
    """Why a tree has nothing of the package that `scope` names; None where there is no reason."""
    distribution = PACKAGES.get(scope)
    if distribution is None or any(node.made_by for node in tree.fitting(scope)):
        return None
    fault = _fault(scope, distribution)
    if fault is not None:
        return fault
    theirs = sys.modules.get("mmengine.registry")
    if f"{scope}.registry" not in sys.modules or theirs is None:
        return None
    is_ours = theirs.__name__.startswith("registry_core.")
    return None if is_ours else f"{scope} registers in MMEngine's own registries: see install()"


def _fault(scope: str, distribution: str) -> str | None:
    """Why the registry module of a package may not be imported, or cannot be."""
    environment = current_environment()
    copy = environment.installed.copy(distribution)
    if copy is None:
        return f"{scope} is not installed: {how_to_get(distribution)}"
    refusal = environment.refusal(distribution)
    if refusal is not None:
        return f"{distribution} is {refusal}"
    if not _has(copy, scope):
        return f"another package {scope} stands before that of {copy.provider}"
    then, failure = _failed.get(scope, (None, ""))
    return failure if then is environment.installed else None


def _has(copy: Copy, package: str) -> bool:
    """Whether `package` is of that distribution, and no folder of that name on the path."""
    spec = find_spec(package)
    if spec is None or copy.is_editable():
        return spec is not None
    places = spec.submodule_search_locations or ()
    return any(Path(copy.folder).parent.samefile(Path(place).parent) for place in places)


MANAGERS = "mmengine.utils.manager"
_OURS = logging.getLogger("registry_core.compat.mmengine")


def current_logger() -> logging.Logger:
    """MMEngine's current logger once that is loaded, else the one of this package."""
    loggers: Any = getattr(sys.modules.get("mmengine.logging"), "MMLogger", None)
    found: logging.Logger = _OURS if loggers is None else loggers.get_current_instance()
    return found


def is_managed(kind: object) -> TypeGuard[Any]:
    """Whether `kind` is a class of which MMEngine keeps one instance a name."""
    manager = getattr(sys.modules.get(MANAGERS), "ManagerMixin", None)
    return isinstance(manager, type) and isinstance(kind, type) and issubclass(kind, manager)


def sequential() -> Any:
    """What a list of models becomes: MMEngine's `Sequential` once that is loaded, else torch's.

    Raises:
        NoTorch: torch cannot be imported.
    """
    try:
        return import_module(
            "mmengine.model" if "mmengine" in sys.modules else "torch.nn"
        ).Sequential
    except ImportError as error:
        raise NoTorch from error
