"""A folder with real metadata and modules, as an installer would leave it."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from textwrap import dedent
from threading import Lock
from typing import TYPE_CHECKING

from registry_core.environment import Environment, Policy, use_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


# Python's finders of archives are not made for two threads that do this at once.
_invalidating = Lock()


class Site:
    """A folder of distributions for a test. Lives as long as its folder.

    Args:
        folder: where to write; it is made if it is not there.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from registry_core import Registry
        >>> site = Site(Path(tempfile.mkdtemp()))
        >>> site.install(
        ...     "acts-extra",
        ...     {"registry_core.activation_doc_site.extra": {"Swish": "acts_extra:Swish"}},
        ...     {"acts_extra.py": "class Swish: ..."},
        ... )
        >>> with site.in_use():
        ...     Registry("activation_doc_site").resolve("extra.Swish").provider
        acts-extra 0.1.0
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def install(
        self,
        name: str,
        entry_points: Mapping[str, Mapping[str, str]] | str | bytes = "",
        modules: Mapping[str, str] | None = None,
        *,
        version: str = "0.1.0",
    ) -> None:
        """Write a distribution: its metadata, and its modules, which it lists as its own.

        Args:
            name: the distribution's name.
            entry_points: rows by group; or the text, or the bytes, of `entry_points.txt`.
            modules: source by path, ``{"pkg/mod.py": "..."}``; indentation is taken off.
            version: the distribution's version.
        """
        metadata = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        metadata.mkdir(exist_ok=True)
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8"
        )
        if isinstance(entry_points, bytes):
            (metadata / "entry_points.txt").write_bytes(entry_points)
        else:
            text = entry_points if isinstance(entry_points, str) else _rendered(entry_points)
            (metadata / "entry_points.txt").write_text(text, encoding="utf-8")
        for path, source in (modules or {}).items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(source), encoding="utf-8")
        files = [f"{metadata.name}/{file.name}" for file in metadata.iterdir()]
        record = [f"{path},,\n" for path in sorted({*(modules or {}), *files})]
        (metadata / "RECORD").write_text("".join(record), encoding="utf-8")
        with _invalidating:
            importlib.invalidate_caches()

    def uninstall(self, name: str) -> None:
        """Remove the metadata of a distribution, in every version; its modules stay."""
        for metadata in self.folder.glob(f"{name.replace('-', '_')}-*.dist-info"):
            for file in metadata.iterdir():
                file.unlink()
            metadata.rmdir()

    @contextmanager
    def in_use(
        self, *, policy: Policy | None = None, variables: Mapping[str, str] | None = None
    ) -> Iterator[Environment]:
        """Let registries see this folder and nothing else that is installed, for a while.

        Its modules can be imported in the block, and are forgotten afterwards.

        Args:
            policy: what to block, allow and prefer.
            variables: the environment variables that the environment reads; none by default.
        """
        environment = Environment([str(self.folder)], policy=policy, variables=variables or {})
        sys.path.insert(0, str(self.folder))
        try:
            with use_environment(environment):
                yield environment
        finally:
            sys.path.remove(str(self.folder))
            for name in [n for n, module in sys.modules.items() if self._holds(module)]:
                del sys.modules[name]

    def _holds(self, module: object) -> bool:
        # Not getattr: a module may answer for names that it does not have.
        names = getattr(module, "__dict__", {})
        places = [names.get("__file__"), *names.get("__path__", ())]
        # Texts and not paths: thousands of modules are asked.
        folder = str(self.folder)
        return any(
            isinstance(place, str) and (place == folder or place.startswith(folder + os.sep))
            for place in places
        )


def _rendered(groups: Mapping[str, Mapping[str, str]]) -> str:
    lines: list[str] = []
    for group, rows in groups.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in rows.items()), ""]
    return "\n".join(lines)
