"""The source of a module, found where Python would import it from, and not imported."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, SourceFileLoader
from typing import TYPE_CHECKING, NamedTuple, Protocol

from registry_core.limits import MAX_SOURCE
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# Importing setuptools changes the classes of this package of the standard library.
_REPLACED = "distutils"


class SourceError(Exception):
    """Source does not give what is looked for: because it is not there, or is not certain."""


class Absent(SourceError):
    """What is looked for is not there, so that importing would not find it either.

    Attributes:
        module: the module that is not there; empty where it is there and lacks an attribute.
    """

    def __init__(self, reason: str, module: str = "") -> None:
        super().__init__(reason)
        self.module = module


class Unreadable(SourceError):
    """Source does not tell; importing would."""


class SourceFinder(Protocol):
    """Finds modules that Python would not find here, such as those of a wheel."""

    def holds(self, module: str) -> bool:
        """Whether it alone tells whether there is that module."""
        ...

    def find_spec(self, module: str) -> ModuleSpec | None:
        """Where the module would be, with a loader that has its source; None where nowhere."""
        ...

    def has_extension(self, package: str) -> bool:
        """Whether an extension module lies in the package itself."""
        ...


_first: ContextVar[tuple[SourceFinder, ...]] = ContextVar(
    "registry_core.source_finders", default=()
)


@contextmanager
def reading_first(finder: SourceFinder) -> Iterator[None]:
    """Look for source there first meanwhile: no import does."""
    token = _first.set((finder, *_first.get()))
    try:
        yield
    finally:
        _first.reset(token)


def is_read_elsewhere(module: str) -> bool:
    """Whether the source of `module` is not that of what would be imported."""
    return any(finder.holds(module) for finder in _first.get())


class Source(NamedTuple):
    """The text of one module.

    Attributes:
        file: where it stands; in an archive, no file of its own.
        code: the text.
        is_package: whether it is the `__init__` of a package.
    """

    file: str
    code: str
    is_package: bool


def source_of(module: str) -> Source:
    """The source of `module`. Neither it nor a package above it is imported.

    Raises:
        Absent: there is no such module.
        Unreadable: it has no source, as an extension module has none.

    Example:
        >>> source_of("json.decoder").code.splitlines()[0]
        '\"\"\"Implementation of JSONDecoder'
        >>> source_of("json.nope")
        Traceback (most recent call last):
        registry_core.signature.source.Absent: there is no module 'json.nope'
    """
    spec = find_spec(module)
    if spec is None:
        raise Absent(f"there is no module {module!r}", module)
    if module.partition(".")[0] == _REPLACED:
        raise Unreadable(f"setuptools may put other classes into {module!r}")
    origin, folders = spec.origin or "", spec.submodule_search_locations
    if not origin and folders:
        return Source(os.path.join(next(iter(folders)), "__init__.py"), "", is_package=True)
    get_source = getattr(spec.loader, "get_source", None)
    if get_source is None and origin.endswith(".py"):
        # Another tool's loader, such as pytest's, which rewrites what it imports.
        get_source = SourceFileLoader(module, origin).get_source
    try:
        code = _plain(spec.loader, origin)
        if code is None and get_source is not None:
            code = get_source(module)
    except Exception as error:
        raise Unreadable(f"the source of {module!r} cannot be read: {error_text(error)}") from error
    if code is None:
        raise Unreadable(f"the module {module!r} has no source")
    if len(code) > MAX_SOURCE:
        raise Unreadable(f"the source of {module!r} has more than {MAX_SOURCE:,} characters")
    return Source(origin, code, folders is not None)


def _plain(loader: object, file: str) -> str | None:
    """The text of an ASCII file. For any other (PEP 263), its loader imports tokenize."""
    if type(loader) is not SourceFileLoader:
        return None
    content = loader.get_data(file)
    is_plain = content.isascii() and b"\r" not in content
    is_plain = is_plain and b"coding" not in b"".join(content.split(b"\n", 2)[:2])
    return content.decode() if is_plain else None


def find_spec(module: str) -> ModuleSpec | None:
    """Where `module` would be imported from; None where nowhere.

    `importlib.util.find_spec` would import the packages above it.
    """
    finders = _first.get()
    for finder in finders:
        if finder.holds(module):
            return finder.find_spec(module)
    found = _imported_from(module)
    if found is None:
        # Folders without a file, in which other distributions may have modules as well.
        found = next(filter(None, (finder.find_spec(module) for finder in finders)), None)
    return found


def folders_of(package: str) -> Sequence[str]:
    """The folders that the modules of a package are in; none for what is no package."""
    spec = find_spec(package)
    return () if spec is None else [*(spec.submodule_search_locations or ())]


def has_extension(module: str) -> bool:
    """Whether an extension module lies in a module that is a package, or above it.

    Example:
        >>> has_extension("json.decoder")
        False
    """
    if not module:
        return False
    if any(each.holds(module) and each.has_extension(module) for each in _first.get()):
        return True
    for folder in folders_of(module):
        with suppress(OSError):
            if any(name.endswith(tuple(EXTENSION_SUFFIXES)) for name in os.listdir(folder)):
                return True
    return has_extension(module.rpartition(".")[0])


def _imported_from(module: str) -> ModuleSpec | None:
    spec: ModuleSpec | None = None
    path: Sequence[str] | None = None
    name = ""
    for segment in module.split("."):
        if spec is not None and path is None:
            return None
        name = f"{name}.{segment}" if name else segment
        loaded = sys.modules.get(name)
        known = getattr(loaded, "__spec__", None)
        spec = known if isinstance(known, ModuleSpec) else _asked(name, segment, path)
        if spec is None:
            return None
        path = spec.submodule_search_locations
        if path is None and spec is known:
            # Some import a package by a spec of their own, which does not say that it is one.
            path = getattr(loaded, "__path__", None)
    return spec


def _asked(name: str, segment: str, path: Sequence[str] | None) -> ModuleSpec | None:
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        try:
            spec = find(name, path) if find is not None else None
        except KeyError:
            # A namespace package asks its parent in sys.modules, which is not imported here.
            spec = _namespace(name, segment, path or ())
        if isinstance(spec, ModuleSpec):
            return spec
    return None


def _namespace(name: str, segment: str, path: Sequence[str]) -> ModuleSpec | None:
    folders = [f for each in path if os.path.isdir(f := os.path.join(each, segment))]
    if not folders:
        return None
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = folders
    return spec
