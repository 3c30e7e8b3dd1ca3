"""Taking names: what belongs to the host or to another plugin, by code and by entry points."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from faults.case import BAD, GROUP, VERSION, Case, bad_module, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.host import Host
    from registry_core.testing import Site


def registering(scope: str, name: str, *, force: bool = False) -> Callable[[Site], None]:
    """Install the bad plugin, whose module registers a class of that name."""
    registry = f"MODEL.children[{scope!r}]" if scope else "MODEL"
    return bad_module(
        f"""
        from acme_host import MODEL
        @{registry}.register_module({name!r}, force={force})
        class Late: ...
        class Bad: ...
        """
    )


def declared_by_the_host(site: Site) -> None:
    """Let the host declare a name too, whose module nobody has imported; and a module take it."""
    rows = {"registry_core.registries": {GROUP: "acme_host:MODEL"}, GROUP: {"Sail": "acme_sail:S"}}
    site.install("acme", rows, version="2.0")
    registering("", "Sail")(site)


def declaring(scope: str, name: str, target: str) -> Callable[[Site], None]:
    """Install the bad plugin, which declares that name."""

    def install(site: Site) -> None:
        group = f"{GROUP}.{scope}" if scope else GROUP
        modules = {"acme_bad.py": "class Bad: ..."}
        site.install(BAD, {group: {name: target}}, modules, version=VERSION)

    return install


def reloads(host: Host) -> None:
    """Visit, reload the plugin's module, and visit again."""
    visit(host)
    importlib.reload(importlib.import_module("acme_bad"))
    visit(host)


CASES = [
    Case(
        given="its module registers a name that the host's code has",
        install=registering("", "Own"),
    ),
    Case(
        given="its module registers a name that the host declares and has not imported",
        install=declared_by_the_host,
    ),
    Case(
        given="its module registers a name that another plugin declares",
        install=registering("extra", "Good"),
    ),
    Case(
        given="its module registers that name in the root, with the scope before a dot",
        install=registering("", "extra.Good"),
    ),
    Case(
        given="its module registers a name that another plugin declares, with force",
        install=registering("extra", "Late", force=True),
    ),
    Case(
        given="it declares a name that the host's code has",
        install=declaring("", "Own", "acme_bad:Bad"),
    ),
    Case(
        given="it declares the very target that another plugin declares",
        install=declaring("extra", "Good", "acme_good:Good"),
        guilty="",
        then="the two are one entry",
    ),
    Case(
        given="its module registers a class and is reloaded",
        install=bad_module(
            "from acme_host import MODEL\n@MODEL.register_module('Fine')\nclass Bad: ..."
        ),
        host=reloads,
        guilty="",
        then="the class of the reload is there",
    ),
]
