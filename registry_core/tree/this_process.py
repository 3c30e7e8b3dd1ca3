"""What a name is missing for in this very process, which is a worker of another."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from registry_core.installed.files import readable
from registry_core.limits import MAX_HEAD_BYTES
from registry_core.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.tree.nodes import Node


def of_this_process(key: str, root: Node) -> Iterator[str]:
    """Hints for a name that this process lacks, and another may have had.

    Args:
        key: the key that leads nowhere.
        root: the root of its registry.
    """
    file = getattr(sys.modules.get("__mp_main__"), "__file__", None)
    # multiprocessing has imported the program under this name: what stands under the usual `if` at
    # its end has not been executed here.
    if isinstance(file, str) and _mentions(file, key.rpartition(".")[2]):
        what = f"{safe_text(file)} names it, but a worker process does not execute what stands"
        yield f"{what} under `if __name__ == '__main__'`: move it out of that, or into a module"
    elif root.made_by == "__main__" and root.is_unpickled:
        what = "this registry was made by the program of another process, and what that registered"
        yield f"{what} is not here: register it in a module, which this process can import"


def _mentions(file: str, name: str) -> bool:
    source = readable(file, MAX_HEAD_BYTES)
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)".encode(), source) is not None
