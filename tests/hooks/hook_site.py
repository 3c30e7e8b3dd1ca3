"""A site whose plugins have hooks, with a cache folder: asked here, or by a fresh process."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
from contextlib import contextmanager
from textwrap import dedent
from typing import TYPE_CHECKING, Any, NamedTuple

from fresh_process import python

from registry_core import Registry, current_environment
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from registry_core.hooks.kept_answer import CacheStatus

GROUP = "registry_core.activation"
HOOKS = "registry_core.hooks"
CACHE = "REGISTRY_CORE_CACHE"
HEAD = "from registry_core import Entry, depends_on, hookimpl\nASKED = []\n"
ONE = "Entry('one', 'collections:Counter', 'powers', {'a': 1}, {'odd': True})"

# Seconds since 1970: long before any process that asks. Each installation is another one.
_times = itertools.count(1_000_000_000, 1_000)


def entries(answer: str, mark: str = "@hookimpl", head: str = "") -> str:
    """A hook module that answers with these entries, and remembers that it was asked."""
    return (
        f"{head}\n{mark}\ndef registry_core_entries(registry):\n"
        f"    ASKED.append(registry)\n    return {answer}\n"
    )


class Listing(NamedTuple):
    """What a registry lists, which modules of plugins were imported for that, and what is kept."""

    rows: list[Any]
    imported: list[str]
    statuses: list[CacheStatus]


class HookSite(Site):
    """A site with a cache folder beside it. Lives as long as its folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "site")
        self.cache = folder / "cache"

    def plugin(
        self,
        name: str,
        source: str | None = None,
        *,
        requires: Iterable[str] = (),
        version: str = "0.1.0",
        registries: Iterable[str] = ("activation",),
        is_old: bool = True,
    ) -> Path:
        """Install a distribution whose hook module is `source`, if any; its metadata folder.

        As an installer does, the folder is made anew. It is dated back, so that it is older than
        this process, unless told otherwise.
        """
        self.uninstall(name)
        module = f"{name.replace('-', '_')}_hooks"
        rows = {} if source is None else {HOOKS: dict.fromkeys(registries, module)}
        modules = {} if source is None else {f"{module}.py": HEAD + dedent(source)}
        self.install(name, rows, modules, version=version)
        folder = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        with (folder / "METADATA").open("a") as file:
            file.writelines(f"Requires-Dist: {each}\n" for each in requires)
        if is_old:
            date_back(folder)
        return folder

    def uninstall(self, name: str) -> None:
        """Remove the metadata of a distribution, in every version."""
        for folder in self.folder.glob(f"{name.replace('-', '_')}-*.dist-info"):
            shutil.rmtree(folder)

    @contextmanager
    def asked(self, **variables: str) -> Iterator[Registry[Any]]:
        """A registry that sees this site alone, as a process that has just started would."""
        with self.in_use(variables={CACHE: str(self.cache), **variables}):
            yield Registry("activation", scope="acts")

    def listing(self, **variables: str) -> Listing:
        """What a registry lists that has just been made."""
        with self.asked(**variables) as registry:
            rows = [
                (e.key, e.target, dict(e.kwargs), dict(e.metadata), str(e.provider))
                for e in registry.entries()
            ]
            modules = current_environment().hooks(GROUP).modules
            return Listing(rows, imported(), [module.cache_status for module in modules])

    def names(self) -> list[str]:
        """The keys that a registry lists which has just been made."""
        return [key for key, *_ in self.listing().rows]

    def is_kept(self) -> bool:
        """Whether the next listing imports no hook module, and lists what is listed without."""
        without = self.listing(**{CACHE: "off"})
        assert without.imported
        listing = self.listing()
        assert listing.rows == without.rows
        return not listing.imported

    def files(self) -> list[Path]:
        """The files in the cache folder."""
        return sorted(self.cache.iterdir()) if self.cache.is_dir() else []

    def forge(self, **changes: object) -> None:
        """Put something else into the one file that is kept."""
        (file,) = self.files()
        file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))

    def process(self, *questions: str, before: str = "") -> list[Any]:
        """What a fresh process answers, as JSON, and lastly what it has imported."""
        code = (
            f"{before}\nimport json, sys\n"
            "from registry_core import Environment, Registry, use_environment\n"
            f"with use_environment(Environment([{str(self.folder)!r}])) as environment:\n"
            "    root = Registry('activation', scope='acts')\n"
            f"    answers = [{', '.join(questions)}]\n"
            "heavy = ('acts', 'pluggy', 'importlib_metadata')\n"
            "found = sorted({n.partition('.')[0] for n in sys.modules if n.startswith(heavy)})\n"
            "print(json.dumps([*answers, found]))\n"
        )
        variables = {CACHE: str(self.cache), "PYTHONDONTWRITEBYTECODE": "1"}
        found: list[Any] = json.loads(python(code, folder=self.folder, variables=variables))
        return found


def date_back(path: Path) -> None:
    """Let a path be older than any process that asks, and newer than the last one."""
    os.utime(path, (0, next(_times)))


def imported() -> list[str]:
    """Which modules of plugins are imported."""
    return sorted(name for name in sys.modules if name.startswith("acts_"))
