"""The metadata of one distribution through importlib_metadata, of regular files of bounded size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from importlib_metadata import PathDistribution

from registry_core.installed.files import Unreadable, read_file
from registry_core.limits import MAX_HEAD_BYTES, MAX_RECORD_BYTES

if TYPE_CHECKING:
    from os import PathLike


class FolderDistribution(PathDistribution):
    """A distribution by its folder of metadata. Lives as long as the doctor examines it.

    Args:
        folder: the folder of metadata, or the file that stands for one.
    """

    def __init__(self, folder: str) -> None:
        super().__init__(Path(folder))
        self._folder = folder

    def read_text(self, filename: str | PathLike[str]) -> str | None:
        """A file of its metadata; None where there is none.

        Raises:
            Unreadable: it is no regular file, is larger than any, or cannot be read.
        """
        try:
            if filename not in ("METADATA", "PKG-INFO", ""):
                content = read_file(str(Path(self._folder, filename)), MAX_RECORD_BYTES)
            else:
                # What follows the headers is a description, of any length.
                content = read_file(str(Path(self._folder, filename)), MAX_HEAD_BYTES, head=True)
                if content is not None and len(content) == MAX_HEAD_BYTES:
                    # Its last line is cut off, perhaps within a letter.
                    content = content.rpartition(b"\n")[0]
        except Unreadable as error:
            what = f"{filename or self._folder} {error.what}"
            raise Unreadable(what, passes=error.passes) from error
        return None if content is None else content.decode()
