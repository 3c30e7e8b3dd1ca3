"""For Sphinx: directives that describe entries of registries, and roles that refer to them.

``extensions = ["registry_core.sphinx"]`` in `conf.py`. What is described is read from metadata and
source, so that the pages are built where the plugins cannot be imported.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives and the roles; Sphinx calls this."""
    from registry_core.sphinx.directives import EntryDirective, RegistryDirective
    from registry_core.sphinx.outdated import connect
    from registry_core.sphinx.roles import AddressRole

    for name, directive in (("registry", RegistryDirective), ("entry", EntryDirective)):
        # In the domain `std`, so that other projects refer to them by its inventory.
        app.add_object_type(name, name, objname=f"registry_core {name}", override=True)
        app.add_directive_to_domain("std", name, directive, override=True)
        app.add_role_to_domain("std", name, AddressRole(), override=True)
    connect(app)
    return {
        "version": version("registry_core"),
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
