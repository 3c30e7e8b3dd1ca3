"""The target of entries whose objects have no address: it asks the MMEngine registry itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openmmlab_registries.importing import ROOTS, import_all

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["call_registered"]


def call_registered(*args: Any, registered: Mapping[str, Any], **kwargs: Any) -> Any:
    """Call what an MMEngine registry has under a name, with the other arguments.

    Args:
        args: positional arguments.
        registered: which it is: `registry`, the name of a root registry in MMEngine's module;
            `scope`, the scopes on the way from there, as a list; and `name`.
        kwargs: keyword arguments.

    Raises:
        KeyError: there is no such registry, scope or name.
    """
    import_all()
    registry = ROOTS[registered["registry"]]
    for label in registered["scope"]:
        registry = registry.children[label]
    return registry.module_dict[registered["name"]](*args, **kwargs)
