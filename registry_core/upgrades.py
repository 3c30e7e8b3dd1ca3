"""Which version the code that runs is of, after an upgrade in a running process."""

import sys
from collections.abc import Mapping

from registry_core.entry import Provider
from registry_core.keys import module_of, normalized

# By the normalized name of a distribution, and by module: the version that was installed when the
# module had been imported, and the spec that it had, which another import or a reload replaces.
_before: dict[str, dict[str, tuple[str, object]]] = {}


def imported_modules() -> dict[str, object]:
    """The modules that are imported, with their specs."""
    # Not getattr: a module may answer for names that it does not have.
    modules = sys.modules.copy().items()
    return {name: getattr(module, "__dict__", {}).get("__spec__") for name, module in modules}


def note_upgrade(distribution: str, version: str, modules: Mapping[str, object]) -> None:
    """Remember of which version these modules are.

    Args:
        distribution: its normalized name.
        version: the version that was installed.
        modules: those that had been imported, with their specs.
    """
    noted = _before.setdefault(distribution, {})
    for module, spec in modules.items():
        known = noted.get(module)
        if known is None or known[1] is not spec:
            noted[module] = (version, spec)


def note_install(distribution: str, version: str) -> None:
    """Remember that this version is installed: what runs of it is not of one before."""
    noted = _before.get(distribution, {})
    for module in [module for module, known in noted.items() if known[0] == version]:
        del noted[module]


def running(provider: Provider, target: str) -> Provider:
    """`provider`, in the version whose code runs where the module of `target` was imported before.

    >>> running(Provider("acts", "2.0"), "acts.swish:Swish")
    acts 2.0
    """
    if not _before:
        return provider
    module = module_of(target)
    version, spec = _before.get(normalized(provider.name), {}).get(module, ("", None))
    return Provider(provider.name, version) if version and _spec_of(module) is spec else provider


def imported_before(distribution: str) -> str | None:
    """The version before an upgrade of which some module still runs; None where there is none."""
    for module, (version, spec) in _before.get(normalized(distribution), {}).items():
        if _spec_of(module) is spec:
            return version
    return None


def _spec_of(module: str) -> object:
    return getattr(sys.modules.get(module), "__dict__", {}).get("__spec__", _before)
