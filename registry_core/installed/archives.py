"""Archives on the path: what their metadata says is read when they are listed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from registry_core.installed.copies import HEADS, ListedCopy
from registry_core.installed.entry_points import ENTRY_POINTS
from registry_core.installed.files import Unreadable, unreadable
from registry_core.installed.folders import is_metadata, named_by
from registry_core.limits import MAX_ENTRY_POINTS_BYTES, MAX_HEAD_BYTES
from registry_core.text import error_text

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

    from registry_core.installed.copies import Copy

# Metadata that is one file importlib_metadata does not find in an archive.
_NAMES = (*filter(None, HEADS), ENTRY_POINTS)


def read_archive(place: str) -> list[Copy]:
    """The copies in an archive; none where it is not an archive, which Python passes over, too.

    Not through importlib_metadata: it remembers archives by times that two changes may share, keeps
    them open until the garbage collector finds them, and reads files of any size.

    Raises:
        Unreadable: it, or a file in it, cannot be read at this moment; or it never can.
    """
    from zipfile import ZipFile

    if not os.path.isfile(place):
        # Opening a FIFO would wait for its writer.
        return []
    try:
        with ZipFile(place) as archive:
            folders: dict[str, dict[str, ZipInfo]] = {}
            for info in archive.infolist():
                folder, _, name = info.filename.partition("/")
                if is_metadata(folder, place):
                    folders.setdefault(folder, {})[name] = info
            return [_copy(archive, place, folder, files) for folder, files in folders.items()]
    except Unreadable:
        raise
    except (FileNotFoundError, NotADirectoryError):
        # It has just been removed; or it is to be in an archive, where Python finds only modules.
        return []
    except OSError as error:
        raise unreadable(error, "cannot be listed") from error
    except MemoryError as error:
        raise Unreadable("cannot be listed: not enough memory", passes=True) from error
    except Exception:
        # zipfile raises BadZipFile, and more, for a file whose directory is damaged or missing.
        return []


def _copy(archive: ZipFile, place: str, folder: str, files: dict[str, ZipInfo]) -> Copy:
    key, version = named_by(folder, place)
    read = {name: _read(archive, files[name], name) for name in _NAMES if name in files}
    return ListedCopy(f"{place}{os.sep}{folder}", key, version, read)


def _read(archive: ZipFile, info: ZipInfo, name: str) -> bytes | Unreadable:
    most = MAX_HEAD_BYTES
    if name == ENTRY_POINTS:
        most = MAX_ENTRY_POINTS_BYTES
        if info.file_size > most:
            return Unreadable(f"is larger than {most:,} bytes")
    try:
        with archive.open(info.filename) as file:
            return file.read(most)
    except Exception as error:
        # Damaged, encrypted, or compressed in a way that this Python does not know.
        fault = Unreadable(
            f"cannot be read: {error_text(error)}", passes=isinstance(error, MemoryError)
        )
        if isinstance(error, OSError):
            fault = unreadable(error)
        if fault.passes:
            raise fault from error
        return fault
