"""Hook modules that end the process, or never return: the doctor says whom to block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.case import Case
from faults.hook_sources import ENTRIES, LOOKUP, MISSING, hooks

if TYPE_CHECKING:
    from faults.host import Host


def waits(host: Host) -> None:
    """A host that asks nothing: what ends its process there could not be prevented in it."""


ENDING = [
    Case(
        given=f"its hook module {does}",
        install=hooks(source),
        host=waits,
        mended=True,
    )
    for does, source in {
        "never ends": "while True: pass",
        "calls `os._exit`": "import os; os._exit(0)",
        "makes a segmentation fault": "import ctypes; ctypes.string_at(0)",
    }.items()
] + [
    Case(
        given=f"its `{hook}` {does}",
        install=hooks(head + source),
        host=waits,
        mended=True,
    )
    for hook, head in (
        ("registry_core_entries", ENTRIES),
        ("registry_core_lookup", LOOKUP),
        ("registry_core_missing", MISSING),
    )
    for does, source in {
        "never ends": "    while True: pass\n",
        "calls `os._exit`": "    import os; os._exit(0)\n",
    }.items()
]
ENDING += [
    Case(
        given="its `registry_core_entries` yields entries without end",
        install=hooks(
            ENTRIES
            + "    import itertools, time\n"
            + "    for n in itertools.count():\n"
            + "        time.sleep(0.001)\n"
            + "        yield Entry(f'n{n}', 'acme_bad:Bad')\n"
        ),
        host=waits,
        mended=True,
    )
]
