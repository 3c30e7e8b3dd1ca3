"""Wheels that are read: the sound ones, and those that are made to do harm."""

from __future__ import annotations

import tracemalloc
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wheel_maker import make_wheel, metadata

from registry_core.index.reading import lines_of
from registry_core.index.wheel import BadWheel, opened_wheel
from registry_core.limits import MAX_WHEEL_DIRECTORY, MAX_WHEEL_MEMBER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = {"garden.plant": {"Rose": "roses:Rose"}}
INFO = "roses-0.1.0.dist-info"
SOURCE = "class Rose:\n    def __init__(self, thorns: int = 3, **more: str) -> None: ...\n"


def refused(wheel: Path) -> str:
    with pytest.raises(BadWheel) as caught, opened_wheel(str(wheel)):
        pass
    return str(caught.value)


def patched(wheel: Path, member: str, offsets: tuple[int, int], content: bytes) -> Path:
    """Overwrite fields in the local header and in the directory: at these offsets from the name."""
    data = bytearray(wheel.read_bytes())
    name = member.encode()
    local, listed = data.index(name), data.rindex(name)
    for at, back in zip((local, listed), offsets, strict=True):
        data[at - back : at - back + len(content)] = content
    wheel.write_bytes(bytes(data))
    return wheel


def test_a_sound_wheel_says_whose_it_is(tmp_path: Path) -> None:
    file = make_wheel(tmp_path, "Blue.Roses", ROWS, {"roses.py": "class Rose: ..."})
    sound = file.rename(tmp_path / "blue_roses-0.1.0-1-py3-none-any.whl")
    renamed = tmp_path / "sound" / sound.name
    renamed.parent.mkdir()
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(renamed, "w") as new:
        for each in old.namelist():
            new.writestr(each.replace("Blue.Roses-", "blue_roses-"), old.read(each))
    with opened_wheel(str(renamed)) as wheel:
        assert (wheel.provider, wheel.key) == (("Blue.Roses", "0.1.0"), "blue-roses")
        assert b"Rose = roses:Rose" in wheel.entry_points
        assert wheel.holds("roses")
        assert wheel.holds("roses.gone")
        assert not wheel.holds("json")


def test_what_is_in_the_block_is_not_taken_for_a_fault_of_the_wheel(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "roses", ROWS)
    with pytest.raises(KeyError), opened_wheel(str(wheel)):
        raise KeyError("mine")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda f: f / "roses-0.1.0-py3-none-any.whl", "it is not there"),
        (lambda f: make_wheel(f, "roses", file="roses-0.1.0.zip"), "does not end in .whl"),
        (lambda f: make_wheel(f, "roses", file="roses-0.1.0.whl"), "the file is not"),
        (lambda f: make_wheel(f, "roses", file="tulips-0.1.0-py3-none-any.whl"), "the file is not"),
        (lambda f: make_wheel(f, "roses", file="roses-0.2.0-py3-none-any.whl"), "the file is not"),
        (
            lambda f: make_wheel(
                f, "roses", members={f"{INFO}/METADATA": metadata("tulips", "0.1.0")}
            ),
            "its METADATA is of tulips 0.1.0, but the file is not",
        ),
        (
            lambda f: make_wheel(
                f, "roses", members={f"{INFO}/METADATA": metadata("--index-url=x", "0.1.0")}
            ),
            "its METADATA has the name '--index-url=x'",
        ),
        (
            lambda f: make_wheel(
                f, "roses", members={f"{INFO}/METADATA": metadata("roses", "1;x")}
            ),
            "its METADATA has the version '1;x'",
        ),
        (
            lambda f: make_wheel(f, "roses", members={"tulips-1.dist-info/METADATA": ""}),
            "it needs one folder of metadata, but has 2 folders",
        ),
        (
            lambda f: make_wheel(f, "roses", members={"../roses.py": ""}),
            "'../roses.py' is not with",
        ),
        (
            lambda f: make_wheel(f, "roses", members={"/etc/passwd": ""}),
            "'/etc/passwd' is not with",
        ),
        (lambda f: make_wheel(f, "roses", members={"C:/x.py": ""}), "'C:/x.py' is not with"),
        (lambda f: make_wheel(f, "roses", members={"a\\b.py": ""}), "is not within it"),
        (lambda f: make_wheel(f, "roses", members={"a\x1b[2J.py": ""}), r"the name 'a\x1b[2J.py'"),
        (lambda f: make_wheel(f, "roses", members={"a" * 600: ""}), "a member has the name 'aaa"),
        (
            lambda f: make_wheel(f, "roses", "#" * (MAX_WHEEL_MEMBER + 1)),
            "entry_points.txt' has more than 1,000,000 bytes",
        ),
    ],
)
def test_a_wheel_that_is_not_as_it_should_be_is_refused(
    tmp_path: Path, make: Callable[[Path], Path], why: str
) -> None:
    assert why in refused(make(tmp_path))


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "roses", ROWS)
    whole = wheel.read_bytes()
    wheel.write_bytes(b"GIF89a")
    assert "it is not a zip archive: BadZipFile" in refused(wheel)
    wheel.write_bytes(whole[: len(whole) // 2])
    assert "it is not a zip archive" in refused(wheel)


def test_a_member_twice_is_refused(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "roses", ROWS)
    with zipfile.ZipFile(wheel, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(f"{INFO}/METADATA", metadata("roses", "0.1.0"))
    assert f"it has two members '{INFO}/METADATA'" in refused(wheel)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "roses", ROWS)
    # The flags stand 24 bytes before the name in its own header, and 38 in the directory.
    patched(wheel, f"{INFO}/METADATA", (24, 38), b"\x01\x00")
    assert f"'{INFO}/METADATA' is encrypted" in refused(wheel)


def test_another_compression_is_refused(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "roses", ROWS)
    patched(wheel, f"{INFO}/METADATA", (22, 36), b"\x0e\x00")
    assert "is compressed by another method than wheels are" in refused(wheel)


def test_a_bomb_that_lies_about_its_size_takes_no_memory(tmp_path: Path) -> None:
    bomb = "#" * 50_000_000
    wheel = make_wheel(tmp_path, "roses", bomb)
    # It claims to have a hundred bytes.
    patched(wheel, f"{INFO}/entry_points.txt", (8, 22), (100).to_bytes(4, "little"))
    tracemalloc.start()
    try:
        why = refused(wheel)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "entry_points.txt' cannot be read: BadZipFile: Bad CRC-32" in why
    assert peak < 15_000_000


def test_a_directory_of_any_size_is_not_read(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "roses", ROWS)
    data = bytearray(wheel.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    size = MAX_WHEEL_DIRECTORY + 1_000
    # The directory is said to be that large, and to begin before that.
    data[end:end] = b"\x00" * size
    end += size
    data[end + 12 : end + 16] = size.to_bytes(4, "little")
    wheel.write_bytes(bytes(data))
    assert "its directory has more than 4,000,000 bytes" in refused(wheel)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("(" * 100_000, "leads nowhere: the module 'roses' cannot be parsed"),
        ("class Rose:\n    def __init__(self, a=" + "-" * 90_000 + "1): ...\n", ""),
        ("class Rose(" + "a." * 60_000 + "b): ...\n", ""),
        ("#" * 300_000, "'roses.py' has more than 256,000 bytes"),
        ("x = '\x00'\nclass Rose: ...", "cannot be parsed"),
        (b"\xff\xfeclass Rose: ...", "'roses.py' is not UTF-8"),
        ("# -*- coding: punycode -*-\n" + "x" * 100_000 + "\xe9\nclass Rose: ...", ""),
    ],
    ids=["brackets", "minus", "dots", "large", "null", "bytes", "codec"],
)
def test_a_source_that_breaks_a_parser_costs_what_it_says(
    tmp_path: Path, source: str | bytes, why: str
) -> None:
    wheel = make_wheel(tmp_path, "roses", ROWS, {"roses.py": source, "kept.py": "class Kept: ..."})
    _, lines, faults = lines_of(str(wheel))
    assert why in "".join(faults)
    assert all(line.signature is None for line in lines) or source[:1] == "#"


@given(st.data())
def test_a_wheel_with_bytes_changed_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    wheel = make_wheel(tmp_path_factory.mktemp("wheel"), "roses", ROWS, {"roses.py": SOURCE})
    content = bytearray(wheel.read_bytes())
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.none() | places)
    wheel.write_bytes(bytes(content[:cut]))
    with suppress(BadWheel):
        provider, lines, faults = lines_of(str(wheel))
        assert str(provider) == "roses 0.1.0"
        assert all(each.provider == provider for each in lines)
        assert all(map(str.isprintable, faults))
