"""`install`: MMEngine's own programs, and those on top of it, use these registries."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import spec_from_loader
from typing import TYPE_CHECKING, Any

from registry_core.compat.mmengine.errors import TooLate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_THEIRS = "mmengine.registry"
_OURS = __name__.rpartition(".")[0]


class _Finder:
    """Finds ours for `mmengine.registry` and its submodules. Lives as long as the process."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # Not a `Loader` by its class: importing importlib.abc imports inspect from Python 3.12 on.
        is_theirs = f"{name}.".startswith(f"{_THEIRS}.")
        loader: Any = self
        return spec_from_loader(name, loader) if is_theirs else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python make the module."""

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        # The import system takes what stands there afterwards.
        sys.modules[name] = import_module(_OURS + name.removeprefix(_THEIRS))


def install() -> None:
    """Let ``mmengine.registry`` and its submodules be these, for the rest of the process.

    All that MMEngine, mmpretrain and their like register and build is then in these registries:
    listed with what is installed, with its provider, and never imported because a text names it.

    Raises:
        TooLate: ``mmengine.registry`` has been imported.

    Example:
        >>> install()
        >>> install()
    """
    known = sys.modules.get(_THEIRS)
    if known is not None and known.__name__ != _OURS:
        raise TooLate
    if not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
