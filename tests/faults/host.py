"""The host: a framework with a registry and a good plugin, in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core import RegistryError, installed_registry
from registry_core.query import listing

if TYPE_CHECKING:
    from registry_core import Registry
    from registry_core.testing import Site

HOST = """
from registry_core import Registry
MODEL = Registry("model", group="acme.model", scope="acme")

@MODEL.register_module()
class Own:
    def __init__(self, child=None):
        self.child = child
"""
GOOD = """
class Good:
    def __init__(self, size=1):
        self.size = size
"""
GOOD_HOOKS = """
from registry_core import Entry, hookimpl

@hookimpl
def registry_core_entries(registry):
    yield Entry("computed", "acme_good:Good", scope="extra", kwargs={"size": 3})

@hookimpl
def registry_core_lookup(registry, scope, name):
    return Entry(name, "acme_good:Good", kwargs={"size": 4}) if name == "hub/good" else None

@hookimpl
def registry_core_missing(registry, key):
    return "ask acme-good"
"""


def install_host(site: Site) -> None:
    """Write the framework and the good plugin."""
    owned = {"registry_core.registries": {"acme.model": "acme_host:MODEL"}}
    site.install("acme", owned, {"acme_host.py": HOST}, version="2.0")
    site.install(
        "acme-good",
        {
            "acme.model.extra": {"Good": "acme_good:Good", "Late": "acme_late:Late"},
            "registry_core.hooks": {"acme.model": "acme_good_hooks"},
        },
        {
            "acme_good.py": GOOD,
            "acme_late.py": "class Late: ...",
            "acme_good_hooks.py": GOOD_HOOKS,
        },
    )


class Host:
    """What a framework does with its registry. Lives as long as its process.

    Attributes:
        told: what the host was told, as (how, text): problems that were listed, and errors.
    """

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    @property
    def registry(self) -> Registry[Any]:
        """The framework's registry."""
        return installed_registry("acme.model")

    def lists(self) -> None:
        """List all that is installed: everything good is there, and problems are told."""
        found = listing()
        keys = {row.entry.key for row in found.rows}
        assert {"extra.Good", "extra.Late", "extra.computed"} <= keys, keys
        assert {"Own", "extra.Good", "extra.computed"} <= {e.key for e in self.registry.entries()}
        self.told += [("listed", str(problem)) for problem in found.problems]
        self.told += [("listed", str(problem)) for problem in self.registry.problems()]

    def works(self) -> None:
        """Load and build everything that is good."""
        registry = self.registry
        assert registry.build({"type": "extra.Good", "size": 2}).size == 2
        assert registry.build({"type": "extra.computed"}).size == 3
        assert registry.build({"type": "hub/good"}).size == 4
        own = registry.build({"type": "Own", "child": {"type": "extra.Good"}}, recursive=True)
        assert own.child.size == 1

    def works_late(self) -> None:
        """Load what is good and has not been loaded before."""
        assert type(self.registry.build({"type": "extra.Late"})).__name__ == "Late"

    def loads(self, *keys: str) -> None:
        """Load and build what may be bad: only an ordinary error may come of it."""
        for key in keys:
            for attempt in (
                lambda key=key: self.registry[key],
                lambda key=key: self.registry.build({"type": key}),
            ):
                self.attempts(attempt)

    def attempts(self, attempt: Any) -> Any:
        """What `attempt` gives; where it raises an ordinary error, None, and the error is told."""
        try:
            return attempt()
        except RegistryError as error:
            self.told.append((type(error).__name__, str(error)))
            return None
