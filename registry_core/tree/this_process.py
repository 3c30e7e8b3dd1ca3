"""What a name is missing for in this very process: a worker of another, or a frozen application."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from registry_core.installed.files import Unreadable, read_file
from registry_core.limits import MAX_HEAD_BYTES
from registry_core.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator


def of_this_process(key: str) -> Iterator[str]:
    """Hints for a name that this process lacks, and another may have had.

    Args:
        key: the key that leads nowhere.
    """
    main = sys.modules.get("__mp_main__")
    file = getattr(main, "__file__", None)
    # multiprocessing has imported the program under this name: what stands under the usual `if` at
    # its end has not been executed here.
    if isinstance(file, str) and _mentions(file, key.rpartition(".")[2]):
        what = f"{safe_text(file)} names it, but in a worker process nothing registers what stands"
        yield f'{what} under `if __name__ == "__main__"`: move it out of that, or into a module'
    if is_frozen():
        what = "this application is frozen, and has only what was collected for it"
        yield f"{what}: build it with --copy-metadata and --hidden-import for the distribution"


def is_frozen() -> bool:
    """Whether this is an application that PyInstaller or the like has made."""
    return bool(getattr(sys, "frozen", False))


def _mentions(file: str, name: str) -> bool:
    try:
        source = read_file(file, MAX_HEAD_BYTES) or b""
    except (Unreadable, ValueError):
        return False
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)".encode(), source) is not None
