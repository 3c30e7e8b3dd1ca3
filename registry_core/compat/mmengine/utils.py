"""Counting entries, by scope and by the folder of their module; and `init_default_scope`."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry_core.compat.mmengine import root
from registry_core.compat.mmengine.default_scope import DefaultScope
from registry_core.compat.mmengine.live import ModuleDict
from registry_core.compat.mmengine.packages import current_logger
from registry_core.compat.mmengine.registry import Registry
from registry_core.scope import current_scope
from registry_core.tree.locations import scopes_within
from registry_core.tree.resolution import entries

if TYPE_CHECKING:
    from os import PathLike

    from registry_core.entry import Entry


def traverse_registry_tree(registry: Registry[Any], verbose: bool = True) -> list[dict[str, Any]]:
    """Count the entries of every scope of a tree, registered and discovered.

    Args:
        registry: any registry of the tree.
        verbose: whether to log what is found.

    Returns:
        A dict for each scope, the root first and the others by path: how many names it has, its
        own name, and the names by the folder that their module is in.

    Example:
        >>> from registry_core.compat.mmengine import Registry, traverse_registry_tree
        >>> MODELS = Registry("models_doc_mmengine_count", scope="acme")
        >>> @MODELS.register_module()
        ... class ResNet: ...
        >>> traverse_registry_tree(MODELS, verbose=False)
        [{'num_modules': 1, 'scope': 'acme', 'registry_core/compat/mmengine': ['ResNet']}]
    """
    found = []
    for node in scopes_within(registry.root._node):
        by_name = {entry.name: entry for entry in entries(node)}
        names = [name for name in ModuleDict(node) if name in by_name]
        info: dict[str, Any] = {"num_modules": len(names), "scope": node.label}
        folders: dict[str, list[str]] = {}
        for name in names:
            folders.setdefault(_folder(by_name[name]), []).append(name)
        for folder, within in folders.items():
            info.setdefault(folder, within)
        found.append(info)
        if verbose:
            current_logger().info(
                "Find %d modules in %s's '%s' registry", len(names), node.label, node.name
            )
    return found


def count_registered_modules(
    save_path: str | PathLike[str] | None = None, verbose: bool = True
) -> dict[str, Any]:
    """Count the entries of all root registries, and write that to a file if asked.

    Args:
        save_path: the folder for ``modules_statistic_results.json``; it is made if need be.
        verbose: whether to log what is found.

    Returns:
        When it was counted, and what `traverse_registry_tree` says of each root registry.

    Example:
        >>> counted = count_registered_modules(verbose=False)
        >>> sorted(counted), len(counted["registries"])
        (['registries', 'scan_date'], 23)
    """
    registries = {
        name: traverse_registry_tree(registry, verbose)
        for name, registry in sorted(vars(root).items())
        if isinstance(registry, Registry)
    }
    now = datetime.now().astimezone()
    counted = {"scan_date": now.strftime("%Y-%m-%d %H:%M:%S"), "registries": registries}
    if verbose:
        current_logger().info("Finish registry analysis, got: %s", counted)
    if save_path is not None:
        file = Path(save_path) / "modules_statistic_results.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(counted, indent=2), encoding="utf-8")
        current_logger().info("Result has been saved to %s", file)
    return counted


def init_default_scope(scope: str) -> None:
    """Make `scope` the default scope, with a warning where it replaces another by force.

    Args:
        scope: the scope.

    Raises:
        AssertedArgument: it is not a str, or empty.

    Example:
        >>> with DefaultScope.overwrite_default_scope("mmdet"):
        ...     init_default_scope("mmpose")
        ...     DefaultScope.get_current_instance().scope_name
        'mmpose'
    """
    if not DefaultScope.check_instance_created(scope):
        DefaultScope.get_instance(scope, scope_name=scope)
        return
    current = current_scope()
    if current == scope:
        return
    if current is not None:
        current_logger().warning(
            'The current default scope "%s" is not "%s", `init_default_scope` will force set the '
            'current default scope to "%s".',
            *(current, scope, scope),
        )
    known = DefaultScope.check_instance_created
    name = next(name for n in count(1) if not known(name := f"{scope}-{n}"))
    DefaultScope.get_instance(name, scope_name=scope)


def _folder(entry: Entry) -> str:
    target = entry.target
    if isinstance(target, str):
        module = target.partition(":")[0]
    else:
        module = getattr(target, "__module__", None) or entry.provider.name
    return "/".join(module.split(".")[:-1])
