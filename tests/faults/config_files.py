"""Config files: what the command `registry-core build` says of a file that is not a config."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faults.case import GROUP, Case
from registry_core.config import read_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.host import Host
    from registry_core.testing import Site

COMMAND = [sys.executable, "-m", "registry_core", "build", "--registry", GROUP]
BOMB = "\n".join(
    [
        "type: Own",
        "child:",
        "  - &a0 {type: Own}",
        *(f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)),
    ]
)


def nothing(site: Site) -> None:
    """The host writes the file."""


def command(name: str) -> subprocess.CompletedProcess[str]:
    """Run `registry-core build` on a file."""
    return subprocess.run(
        [*COMMAND, name],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=30,
        check=False,
    )


def refuses(host: Host, name: str, guilty: str, *, is_read: bool = False) -> None:
    """The command ends with status 1 and one short message, which names the place.

    Args:
        host: the host.
        name: the file.
        guilty: what names it.
        is_read: whether reading alone succeeds.
    """
    if is_read:
        read_config(name)
    else:
        host.attempts(lambda: read_config(name))
        assert host.told, "it was read"
    finished = command(name)
    said = finished.stderr
    assert finished.returncode == 1, (finished.returncode, said[-300:])
    assert "Traceback" not in said, said[-300:]
    assert guilty in said, said[:300]
    assert len(said) < 3_000, "the message floods a terminal"
    assert said.replace("\n", "").isprintable(), "the message does something to a terminal"
    assert not Path("ran").exists(), "it ran"
    host.told.append(("registry-core build", said.strip()))
    host.works()


def file(
    given: str,
    name: str,
    content: bytes | Callable[[], bytes],
    at: str = "",
    *,
    is_read: bool = False,
) -> Case:
    """A case of a file that is refused, at `name` and the place `at` in it."""

    def host(host: Host) -> None:
        Path(name).write_bytes(content if isinstance(content, bytes) else content())
        refuses(host, name, f"{name}{at}", is_read=is_read)

    return Case(given=given, install=nothing, host=host, guilty=f"{name}{at}", diagnosed=False)


def place(given: str, make: Callable[[str], object]) -> Case:
    """A case of what is not a regular file."""
    name = "net.yaml"

    def host(host: Host) -> None:
        make(name)
        refuses(host, name, name)

    return Case(given=given, install=nothing, host=host, guilty=f"{name}: ", diagnosed=False)


def forbidden(host: Host) -> None:
    """A file that this user may not read."""
    file = Path("net.yaml")
    file.write_text("type: Own")
    file.chmod(0)
    own = os.geteuid()
    if own == 0:
        # Root reads everything.
        os.seteuid(65534)
    try:
        host.attempts(lambda: read_config("net.yaml"))
    finally:
        os.seteuid(own)
    host.works()


def readable(given: str, name: str, content: bytes, then: str) -> Case:
    """A case of an odd file that is a config."""

    def host(host: Host) -> None:
        Path(name).write_bytes(content)
        assert read_config(name) == {"type": "Own"}
        host.works()
        finished = command(name)
        assert finished.returncode == 0, finished.stderr
        assert "Own object" in finished.stdout

    return Case(given=given, install=nothing, host=host, guilty="", then=then, diagnosed=False)


def piped(host: Host) -> None:
    """A pipe is read to its end."""
    os.mkfifo("net.yaml")
    writer = threading.Thread(target=lambda: Path("net.yaml").write_text("type: Own"))
    writer.start()
    data: dict[str, Any] = read_config("net.yaml")
    writer.join(10)
    assert data == {"type": "Own"}
    host.works()


HEAD = b"type: Own\nchild: "

FILES = [
    *(
        file(f"a {kind.upper()} file that nests 100,000 levels deep", f"net.{kind}", content)
        for kind, content in {
            "yaml": b"type: Own\nchild: " + b"[" * 100_000,
            "json": b'{"type": "Own", "child": ' + b"[" * 100_000,
            "toml": b'type = "Own"\nchild = ' + b"[" * 100_000,
        }.items()
    ),
    file(
        "a JSON file whose objects nest 100,000 levels deep",
        "net.json",
        lambda: b'{"child":' * 100_000 + b"1" + b"}" * 100_000,
    ),
    file(
        "a YAML file of nine levels of nine aliases",
        "net.yaml",
        BOMB.encode(),
        ":8:25",
    ),
    file("a YAML alias that stands in itself", "net.yaml", HEAD + b"&a [*a]", ":2:12"),
    *(
        file(f"the YAML tag `{tag}`", "net.yaml", HEAD + f"{tag} {value}\n".encode(), ":2:8")
        for tag, value in {
            "!!python/object/apply:os.system": "['touch ran']",
            "!!python/object/new:os.system": "['touch ran']",
            "!!python/name:os.system": "''",
            "!!python/module:acme_loose": "''",
            "!!timestamp": "2020-01-01",
            "!!binary": "aGVsbG8=",
            "!!set": "{a, b}",
            "!unknown": "3",
            "!!int": "hunter2",
            "!!map": "3",
        }.items()
    ),
    file("a YAML file that repeats a key", "net.yaml", b"type: Own\ntype: Own\n", ":2:1"),
    file("a JSON file that repeats a key", "net.json", b'{"type": "Own",\n "type": "Own"}', ":2:2"),
    file("a TOML file that repeats a key", "net.toml", b'type = "Own"\ntype = "Own"\n', ":2:13"),
    file("an unclosed quote in YAML", "net.yaml", b'type: "Own\n', ":1:7"),
    file("an unclosed quote in JSON", "net.json", b'{"type": "Own', ":1:10"),
    file("an unclosed quote in TOML", "net.toml", b'type = "Own\n'),
    file("a tab for indentation in YAML", "net.yaml", b"type: Own\nchild:\n\ttype: Own\n", ":3:1"),
    file("two documents in one YAML file", "net.yaml", b"type: Own\n---\ntype: Own\n", ":2:1"),
    file("an alias of nothing in YAML", "net.yaml", HEAD + b"*nothing\n", ":2:8"),
    file(
        "a name that is not registered, in YAML",
        "net.yaml",
        HEAD + b"{type: os.system}",
        ":2:9",
        is_read=True,
    ),
    file(
        "an argument that is not taken, in YAML",
        "net.yaml",
        HEAD + b"{type: extra.Good, sizes: 3}",
        ":2:27",
        is_read=True,
    ),
    file("a key that is a list, in YAML", "net.yaml", HEAD + b"{[1]: 2}", ":2:"),
    file("an integer of 10,000 digits in YAML", "net.yaml", HEAD + b"9" * 10_000, ":2:8"),
    file("an integer of 10,000 digits in JSON", "net.json", b'{"child": ' + b"9" * 10_000 + b"}"),
    file("an integer of 10,000 digits in TOML", "net.toml", b"child = " + b"9" * 10_000),
    *(
        file(f"an empty {kind.upper()} file", f"net.{kind}", b"", is_read=kind != "json")
        for kind in ("yaml", "json", "toml")
    ),
    file("a YAML file that is a text", "net.yaml", b"type"),
    file("a JSON file that is a number", "net.json", b"3"),
    *(
        file(f"a {kind.upper()} file that is binary", f"net.{kind}", bytes(range(256)))
        for kind in ("yaml", "json", "toml")
    ),
    *(
        file(f"a {kind.upper()} file with a NUL", f"net.{kind}", b"type: \0Own\n")
        for kind in ("yaml", "json", "toml")
    ),
    *(
        file(
            f"a {kind.upper()} file in UTF-16",
            f"net.{kind}",
            '{"type": "Own"}'.encode("utf-16"),
        )
        for kind in ("yaml", "json", "toml")
    ),
    *(
        readable(
            f"a {kind.upper()} file with a byte-order mark", f"net.{kind}", content, "it is read"
        )
        for kind, content in {
            "yaml": b"\xef\xbb\xbftype: Own\n",
            "json": b'\xef\xbb\xbf{"type": "Own"}',
            "toml": b'\xef\xbb\xbftype = "Own"\n',
        }.items()
    ),
    file("a TOML key of 30,000 dots", "net.toml", lambda: b"k." * 30_000 + b"k = 1", ":1:202"),
    file(
        "a YAML file of one line of 1 MB that is not closed",
        "net.yaml",
        lambda: b"type: '" + b"x" * 1_000_000,
        ":1:",
    ),
    file(
        "a JSON file of one line of 10 MB that is not closed",
        "net.json",
        lambda: b'{"type": "' + b"x" * 10_000_000,
        ":1:",
    ),
    file(
        "a JSON file whose type has 10 million letters",
        "net.json",
        lambda: b'{"type": "' + b"x" * 10_000_000 + b'"}',
        is_read=True,
    ),
    file("a TOML file of one line of 10 MB", "net.toml", lambda: b"x" * 10_000_000),
    file("a file whose name says nothing of its format", "net.config", b"type: Own\n"),
    place("a config file that is missing", str),
    place("a config file that is a folder", os.mkdir),
]

if sys.platform != "win32":
    FILES += [
        place("a config file that is a link to itself", lambda name: Path(name).symlink_to(name)),
        Case(
            given="a config file that this user may not read",
            install=nothing,
            host=forbidden,
            guilty="net.yaml: ",
            diagnosed=False,
        ),
        Case(
            given="a config file that is a pipe",
            install=nothing,
            host=piped,
            guilty="",
            then="it is read to its end",
            diagnosed=False,
        ),
    ]
