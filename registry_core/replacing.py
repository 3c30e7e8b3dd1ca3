"""Replacing the content of a file at once: it is the old one or the new one, never half of it."""

import os
from contextlib import suppress
from pathlib import Path


def replace_content(file: str | Path, content: bytes) -> None:
    """Replace what a file holds; its mode stays, and a link to it stays a link.

    Args:
        file: the file; it is made if it is not there.
        content: what it is to hold.

    Raises:
        OSError: it cannot be written; it is as it was then.
    """
    real = Path(file).resolve()
    beside = real.with_name(f".{real.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        with suppress(FileNotFoundError):
            beside.chmod(real.stat().st_mode)
        beside.replace(real)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
