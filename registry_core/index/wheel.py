"""A wheel that is read, and neither installed nor imported: anybody may have made it."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from importlib.machinery import ModuleSpec
from io import BufferedReader, FileIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from registry_core.entry import Provider
from registry_core.installed.entry_points import ENTRY_POINTS
from registry_core.installed.folders import named_by
from registry_core.installed.headers import parse_head
from registry_core.installed.versions import are_alike
from registry_core.keys import is_project_name, normalized
from registry_core.limits import (
    MAX_HEADER,
    MAX_QUOTED,
    MAX_WHEEL_DIRECTORY,
    MAX_WHEEL_MEMBER,
    MAX_WHEEL_SOURCE,
    MAX_WHEEL_SOURCES,
)
from registry_core.text import error_text, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipInfo

_ENCRYPTED = 0x1
_EXTENSIONS = (".so", ".pyd")
# Of the name of a file: the tag of a build may stand behind the version (PEP 427).
_PARTS = (5, 6)


class BadWheel(Exception):
    """A wheel that is not read, and why. Lives until a problem is made of it."""


class Wheel:
    """What a wheel says. `opened_wheel` makes it; it lives as long as that keeps the file open.

    It finds the modules in it for those who read source: see `reading_first`.

    Args:
        file: its path.
        archive: the open archive.

    Attributes:
        provider: the distribution, by its METADATA.
        key: its normalized name.
        entry_points: the bytes of `entry_points.txt`; empty where it has none.
        faults: what could not be read of it when it was asked for.

    Raises:
        BadWheel: it is malformed, hostile, or not of the distribution that its name says.
    """

    def __init__(self, file: str, archive: ZipFile) -> None:
        self.file = file
        self.faults: list[str] = []
        self._archive = archive
        self._members = _judged(archive.infolist())
        self._left = MAX_WHEEL_SOURCES
        # Of whatever Python and platform they are.
        self._extensions = {
            name.partition(".")[0]: name for name in self._members if name.endswith(_EXTENSIONS)
        }
        folder = self._metadata()
        # The line that ends the headers may lack.
        head = parse_head((self.read(f"{folder}/METADATA", is_head=True) or b"") + b"\n\n")
        self.provider = _named(head.name, head.version)
        self.key = normalized(self.provider.name)
        stem, _, _ = os.path.basename(file).rpartition(".")
        for what, (name, version) in {
            "file": _by_file(stem),
            f"folder {folder}": named_by(folder, file),
        }.items():
            if name != self.key or not are_alike(version, self.provider.version or ""):
                raise BadWheel(f"its METADATA is of {self.provider}, but the {what} is not")
        self.entry_points = self.read(f"{folder}/{ENTRY_POINTS}") or b""

    def read(
        self, member: str, most: int = MAX_WHEEL_MEMBER, *, is_head: bool = False
    ) -> bytes | None:
        """What a member holds; None where there is no such member.

        Args:
            member: its name.
            most: how many bytes it may have.
            is_head: whether more than that is no fault: then the first of them are the answer.

        Raises:
            BadWheel: it is too large, encrypted, damaged or compressed in another way.
        """
        info = self._members.get(member)
        if info is None:
            return None
        if info.file_size > most and not is_head:
            raise BadWheel(f"{quoted(member)} has more than {most:,} bytes")
        if info.flag_bits & _ENCRYPTED:
            raise BadWheel(f"{quoted(member)} is encrypted")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            # The other methods inflate more than is asked for.
            raise BadWheel(f"{quoted(member)} is compressed by another method than wheels are")
        try:
            with self._archive.open(info) as opened:
                # With a number, no more is inflated: a member may have more bytes than it says.
                return opened.read(min(info.file_size, most))
        except Exception as error:
            # zipfile raises what zlib, struct and others raise, too.
            raise BadWheel(f"{quoted(member)} cannot be read: {error_text(error)}") from error

    def holds(self, module: str) -> bool:
        """Whether the wheel alone tells of a module: it has that, or a package above it."""
        names = module.split(".")
        if names[0] in sys.stdlib_module_names:
            return False
        paths = ("/".join(names[:end]) for end in range(1, len(names) + 1))
        return any(self._file(path) is not None for path in paths)

    def find_spec(self, module: str) -> ModuleSpec | None:
        """Where a module is in the wheel; None where it is not."""
        path = module.replace(".", "/")
        file = self._file(path)
        is_package = file is None or file.endswith("/__init__.py")
        if file is None and not any(name.startswith(f"{path}/") for name in self._members):
            return None
        has_source = file is not None and file.endswith(".py")
        origin = None if file is None else f"{self.file}/{file}"
        spec = ModuleSpec(
            module,
            self if has_source else None,  # type: ignore[arg-type] # only its source is asked for
            origin=origin,
            is_package=is_package,
        )
        if is_package:
            spec.submodule_search_locations = [f"{self.file}/{path}"]
        return spec

    def has_extension(self, package: str) -> bool:
        """Whether an extension module lies in the package itself."""
        path = package.replace(".", "/")
        return any(name.rpartition("/")[0] == path for name in self._extensions)

    def get_source(self, module: str) -> str:
        """The source of a module in it.

        Raises:
            BadWheel: it cannot be read, or there is too much of it.
        """
        file = self._file(module.replace(".", "/")) or ""
        try:
            content = self.read(file, MAX_WHEEL_SOURCE) or b""
            self._left -= len(content)
            if self._left < 0:
                raise BadWheel(f"its sources have more than {MAX_WHEEL_SOURCES:,} bytes")
            # Another codec may take the square of what it decodes.
            return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            self.faults.append(f"{quoted(file)} is not UTF-8")
            raise BadWheel(self.faults[-1]) from error
        except BadWheel as error:
            self.faults.append(str(error))
            raise

    def _file(self, path: str) -> str | None:
        """The member that is the module of that path."""
        for name in (f"{path}/__init__.py", f"{path}.py"):
            if name in self._members:
                return name
        return self._extensions.get(path)

    def _metadata(self) -> str:
        tops = {name.partition("/")[0] for name in self._members if "/" in name}
        folders = sorted(top for top in tops if top.endswith(".dist-info"))
        if len(folders) != 1 or f"{folders[0]}/METADATA" not in self._members:
            found = f"{len(folders)} folders" if len(folders) != 1 else "a folder without METADATA"
            raise BadWheel(f"it needs one folder of metadata, but has {found}")
        return folders[0]


@contextmanager
def opened_wheel(file: str) -> Iterator[Wheel]:
    """Open a wheel, and judge it.

    Args:
        file: its path.

    Raises:
        BadWheel: it is malformed, hostile, or not of the distribution that its name says.

    Example:
        >>> with opened_wheel("nothing-1.0-py3-none-any.whl") as wheel: ...
        Traceback (most recent call last):
        registry_core.index.wheel.BadWheel: it is not there
    """
    if not file.endswith(".whl"):
        raise BadWheel("its name does not end in .whl")
    if not os.path.exists(file):
        raise BadWheel("it is not there")
    if not os.path.isfile(file):
        # Opening a FIFO would wait for its writer.
        raise BadWheel("it is not a regular file")
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(_Bounded(FileIO(file)))
            wheel = Wheel(file, stack.enter_context(ZipFile(opened)))
        except BadWheel:
            raise
        except OSError as error:
            raise BadWheel(f"it cannot be read: {error.strerror}") from error
        except Exception as error:
            # zipfile raises BadZipFile, and more, for a directory that is damaged.
            raise BadWheel(f"it is not a zip archive: {error_text(error)}") from error
        yield wheel


class _Bounded(BufferedReader):
    """A file of which zipfile cannot read a directory of any size that the file claims."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or size > MAX_WHEEL_DIRECTORY:
            size = MAX_WHEEL_DIRECTORY + 1
        found = super().read(size)
        if len(found) > MAX_WHEEL_DIRECTORY:
            raise BadWheel(f"its directory has more than {MAX_WHEEL_DIRECTORY:,} bytes")
        return found


def _judged(infos: list[ZipInfo]) -> dict[str, ZipInfo]:
    """Members by name; zipfile leaves names as they are."""
    found: dict[str, ZipInfo] = {}
    for info in infos:
        name = info.orig_filename
        if not name.isprintable() or len(name) > MAX_HEADER:
            raise BadWheel(f"a member has the name {quoted(name)}")
        if name.startswith("/") or "\\" in name or ":" in name.partition("/")[0]:
            raise BadWheel(f"the member {quoted(name)} is not within it")
        if {"..", "."} & set(name.split("/")):
            raise BadWheel(f"the member {quoted(name)} is not within it")
        if name in found:
            raise BadWheel(f"it has two members {quoted(name)}")
        found[name] = info
    return found


def _named(name: str | None, version: str | None) -> Provider:
    if not name or not is_project_name(name) or len(name) > MAX_QUOTED:
        raise BadWheel(f"its METADATA has the name {quoted(name or '')}")
    if not version or not is_version(version):
        raise BadWheel(f"its METADATA has the version {quoted(version or '')}")
    return Provider(name, version)


def is_version(text: str) -> bool:
    """Whether `text` may be a version (PEP 440), and nothing else.

    >>> is_version("1.0rc1+cpu"), is_version("1.0; rm -r ~"), is_version("--pre")
    (True, False, False)
    """
    plain = text.translate({ord(each): "0" for each in ".!+-_"})
    return plain.isascii() and plain.isalnum() and text[0].isalnum() and len(text) <= MAX_QUOTED


def _by_file(stem: str) -> tuple[str, str]:
    parts = stem.split("-")
    return (normalized(parts[0]), parts[1]) if len(parts) in _PARTS else ("", "")
