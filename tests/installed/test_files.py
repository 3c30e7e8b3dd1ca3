"""Only regular files are read, and only up to a size; nothing that is there can stop us."""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from registry_core.installed.files import Unreadable, read_file

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
PROC = Path("/proc/self")
proc = pytest.mark.skipif(not PROC.exists(), reason="only Linux has files that tell no size")


def read(path: Path, most: int = 100) -> bytes | None:
    return read_file(str(path), most)


def fault(path: Path, most: int = 100) -> tuple[str, bool]:
    """What is wrong with the file, and whether that may pass."""
    with pytest.raises(Unreadable) as raised:
        read_file(str(path), most)
    assert str(raised.value) == raised.value.what
    return raised.value.what, raised.value.passes


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    return path


def test_a_regular_file_is_read_byte_by_byte_as_it_is(file: Path) -> None:
    assert read(file) == b"0123456789"
    file.write_bytes(b"\x1a\r\n\xff")
    assert read(file) == b"\x1a\r\n\xff"
    file.write_bytes(b"")
    assert read(file) == b""


def test_through_links_it_is_the_same_file(file: Path, tmp_path: Path) -> None:
    os.link(file, tmp_path / "hard")
    assert read(tmp_path / "hard") == b"0123456789"
    (tmp_path / "soft").symlink_to(file)
    assert read(tmp_path / "soft") == b"0123456789"


def test_where_nothing_is_none_is_the_answer(file: Path, tmp_path: Path) -> None:
    assert read(tmp_path / "absent") is None
    assert read(tmp_path / "absent" / "file") is None
    # What would be its folder may be a file: metadata of distutils.
    assert read(file / "entry_points.txt") is None


@posix
def test_a_link_to_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("absent")
    assert read(tmp_path / "link") is None
    (tmp_path / "loop").symlink_to("loop")
    what, passes = fault(tmp_path / "loop")
    assert what.startswith("cannot be read: ")
    assert not passes


def test_a_file_may_be_as_large_as_is_allowed_and_no_larger(file: Path) -> None:
    assert read(file, 10) == b"0123456789"
    assert fault(file, 9) == ("is larger than 9 bytes", False)
    with file.open("ab") as opened:
        opened.truncate(10_000_000_001)
    # It would not fit into memory.
    assert fault(file, 1_000_000_000) == ("is larger than 1,000,000,000 bytes", False)


def test_of_a_larger_file_the_head_can_be_read(file: Path) -> None:
    for most in (3, 9, 10, 11):
        assert read_file(str(file), most, head=True) == b"0123456789"[:most]


@proc
def test_a_file_that_is_larger_than_it_says_is_read_to_its_end() -> None:
    # As one does that is written to while it is read.
    path = PROC / "limits"
    assert path.stat().st_size == 0
    content = path.read_bytes()
    assert read(path, len(content)) == content
    assert fault(path, len(content) - 1)[0].startswith("is larger than ")
    assert read_file(str(path), 50, head=True) == content[:50]
    assert read(PROC / "cmdline", 1_000_000) == (PROC / "cmdline").read_bytes()


@posix
def test_a_fifo_is_refused_at_once_and_keeps_what_was_written_into_it(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    # Nobody writes into it: whoever opened it in the usual way would wait for ever.
    assert fault(path) == ("is not a regular file", False)
    both_ends = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(both_ends, b"data")
        assert fault(path) == ("is not a regular file", False)
        assert os.read(both_ends, 10) == b"data"
    finally:
        os.close(both_ends)


@posix
def test_a_socket_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The path of a socket has to be short.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("socket")
        what, passes = fault(tmp_path / "socket")
    assert what.startswith("cannot be read: ")
    assert not passes


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_link_to_a_device_is_refused(tmp_path: Path, device: str) -> None:
    (tmp_path / "link").symlink_to(device)
    assert fault(tmp_path / "link") == ("is not a regular file", False)


@posix
def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert fault(tmp_path) == ("is a folder", False)


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or not os.geteuid(), reason="root may read all")
def test_what_may_not_be_read_is_named_with_the_reason(file: Path) -> None:
    file.chmod(0)
    assert fault(file) == ("cannot be read: Permission denied", False)


@proc
def test_a_fault_of_the_disk_may_pass(tmp_path: Path) -> None:
    # The first page of a process cannot be read: the system answers as it does for a bad disk.
    (tmp_path / "link").symlink_to(PROC / "mem")
    assert fault(tmp_path / "link") == ("cannot be read: Input/output error", True)


@posix
def test_whatever_is_read_no_file_is_left_open(file: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    before = len(list(Path("/dev/fd").iterdir()))
    for path, most in 50 * [(file, 100), (file, 9), (tmp_path, 100), (tmp_path / "fifo", 100)]:
        with suppress(Unreadable):
            read(path, most)
    # Other threads may have opened some.
    assert len(list(Path("/dev/fd").iterdir())) < before + 50
