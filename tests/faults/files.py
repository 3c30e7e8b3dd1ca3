"""Files: what may stand in the place of METADATA, entry_points.txt or RECORD, and how large."""

from __future__ import annotations

import os
import socket
import sys
import time
from typing import TYPE_CHECKING

from faults.case import VERSION, Case, visit
from faults.kinds import adds_nothing, counts
from faults.metadata import FOLDER, ROWS, SAYS, written
from faults.places import SITE, on_the_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from faults.host import Host
    from registry_core.testing import Site

# Seconds: reading what stands there would take longer, or for ever.
AT_ONCE = 15.0
RECORD = f"acme_bad.py,,\n{FOLDER}/METADATA,,\n{FOLDER}/RECORD,,\n"
# Bytes: more than the processes of a case may have.
LARGE = 6_000_000_000


def as_socket(path: Path) -> None:
    """Bind a socket to that path, and leave it there."""
    before = os.open(".", os.O_RDONLY)
    # Its path may be longer than a socket's may be.
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.fchdir(before)
        os.close(before)


def large(size: int, beginning: str = "") -> Callable[[Path], None]:
    """Let a file begin with that, and have that many bytes, which take no place on the disk."""

    def put(path: Path) -> None:
        path.write_text(beginning, encoding="utf-8")
        os.truncate(path, size)

    return put


def holding(name: str, put: Callable[[Path], None]) -> Callable[[Site], None]:
    """Install the bad plugin, and put something else in the place of one of its files."""

    def install(site: Site) -> None:
        written()(site)
        home = site.folder / FOLDER
        (home / "RECORD").write_text(RECORD, encoding="utf-8")
        (home / name).unlink()
        put(home / name)

    return install


def special_places(site: Site) -> None:
    """Write what is neither a file nor a folder, to stand on the path."""
    for number, put in enumerate(SPECIAL.values()):
        put(site.folder / str(number))


def at_once(does: Callable[[Host], None]) -> Callable[[Host], None]:
    """A host that does this, and its first listing returns at once."""

    def host_lists(host: Host) -> None:
        began = time.monotonic()
        host.lists()
        assert time.monotonic() - began < AT_ONCE
        does(host)

    return host_lists


THINGS: dict[str, Callable[[Path], None]] = {
    "a FIFO": lambda path: os.mkfifo(path),
    "a socket": as_socket,
    "a link to /dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "a folder": lambda path: path.mkdir(),
}
SPECIAL = {thing: put for thing, put in THINGS.items() if thing != "a folder"}
HOSTS = {"METADATA": adds_nothing, "entry_points.txt": adds_nothing, "RECORD": counts(VERSION)}

CASES = [
    *(
        Case(
            given=f"{thing} stands for its {name}",
            install=holding(name, put),
            host=at_once(HOSTS[name]),
        )
        for name in HOSTS
        for thing, put in THINGS.items()
    ),
    Case(
        given=f"{', '.join(SPECIAL)} are on the path",
        install=special_places,
        host=at_once(visit),
        guilty="",
        then="they are passed over",
        variables=on_the_path(*(f"{SITE}/{number}" for number in range(len(SPECIAL))), SITE),
        # Its progress bar asks importlib.metadata, which opens them.
        diagnosed=False,
    ),
    Case(
        given="its entry_points.txt has 100 MB",
        install=holding("entry_points.txt", large(100_000_000, ROWS)),
        host=at_once(adds_nothing),
    ),
    Case(
        given="its METADATA has 6 GB, of which the beginning is headers",
        install=holding("METADATA", large(LARGE, f"{SAYS}\n")),
        host=at_once(counts(VERSION)),
        guilty="",
        then="it loads",
    ),
    Case(
        given="its METADATA has 6 GB, of which none is a header",
        install=holding("METADATA", large(LARGE)),
        host=at_once(adds_nothing),
    ),
    Case(
        given="its RECORD has 6 GB",
        install=holding("RECORD", large(LARGE, RECORD)),
        host=at_once(counts(VERSION)),
    ),
]

if sys.platform == "win32":
    # None of these is there.
    CASES = [case for case in CASES if not any(thing in case.given for thing in THINGS)]
