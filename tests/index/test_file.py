"""An index: written at once, updated by distribution, found by its bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wheel_maker import make_wheel

from registry_core.entry import Provider
from registry_core.index.file import HEADER, encoded, opened_index, update_index
from registry_core.index.line import Line, written
from registry_core.index.making import index_wheels
from registry_core.installed.files import Unreadable
from registry_core.limits import MAX_INDEX_LINE


def line(group: str, name: str, distribution: str = "roses", version: str = "1.0") -> Line:
    return Line(group, name, Provider(distribution, version), "roses:Rose")


def index_of(path: Path, *lines: Line) -> str:
    file = path / "known.jsonl"
    file.unlink(missing_ok=True)
    update_index(str(file), encoded(lines), [])
    return str(file)


def test_an_address_is_found_whichever_dot_ends_the_group(tmp_path: Path) -> None:
    several = [line("a.b", "c.D"), line("a.b.c", "D"), line("a.b", "c.D2"), line("a.b", "c")]
    with opened_index(index_of(tmp_path, *several)) as index:
        assert {(each.group, each.name) for each in index.at("a.b.c.D")} == {
            ("a.b", "c.D"),
            ("a.b.c", "D"),
        }
        assert index.at("a.b.c.E") == []
        assert [each.name for each in index.within("a.b.c")] == ["c.D", "D", "c.D2"]


def test_a_name_is_found_in_whatever_scope_of_the_registry(tmp_path: Path) -> None:
    several = [
        line("a.b.x", "Rose"),
        line("a.b.x.y", "Rose"),
        line("a.b", "MyRose"),
        line("a.c", "Rose"),
        line("a.b", "n/Ärger"),
    ]
    with opened_index(index_of(tmp_path, *several)) as index:
        assert [each.address for each in index.ending("a.b", "Rose")] == [
            "a.b.x.Rose",
            "a.b.x.y.Rose",
        ]
        assert [each.name for each in index.ending("a.b", "n/Ärger")] == ["n/Ärger"]
        assert [each.address for each in index.ending("a.b", "y.Rose")] == ["a.b.x.y.Rose"]
        assert index.ending("a", "b") == []


words = st.lists(st.sampled_from(["a", "b", "aa", "a-", "a!", "é", "a/b", '"', "\\"]), min_size=1)


@given(st.lists(words, max_size=30), words)
def test_bisection_finds_what_looking_at_each_line_does(
    tmp_path_factory: pytest.TempPathFactory, several: list[list[str]], wanted: list[str]
) -> None:
    lines = [line("g", each) for each in {".".join(each) for each in several}]
    path = index_of(tmp_path_factory.mktemp("index"), *lines)
    with opened_index(path) as index:
        for each in [*several, wanted]:
            address = f"g.{'.'.join(each)}"
            assert len(index.at(address)) == min(50, sum(e.address == address for e in lines))
        inside = [e for e in lines if e.address.startswith("g.a.")]
        assert len(list(index.within("g.a"))) == len(inside)


def test_an_update_replaces_what_it_read_and_keeps_the_rest(tmp_path: Path) -> None:
    path = str(tmp_path / "known.jsonl")
    update_index(path, encoded([line("g", "A"), line("g", "B", "Tul.ips")]), ["roses"])
    assert update_index(path, encoded([line("g", "C", version="2")]), ["roses"]) == 2
    with opened_index(path) as index:
        assert [(e.name, e.provider.version) for e in index.within("g")] == [
            ("B", "1.0"),
            ("C", "2"),
        ]
    update_index(path, [], ["tul-ips"])
    with opened_index(path) as index:
        assert [each.name for each in index.within("")] == ["C"]


def test_the_same_wheels_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    wheels = [
        str(
            make_wheel(
                tmp_path / "wheels",
                f"roses{number}",
                {"g": {f"R{number}": "r:R"}},
                {"r.py": "class R: ..."},
            )
        )
        for number in range(5)
    ]
    first, second, third = (str(tmp_path / name) for name in ("one", "two", "three"))
    index_wheels(wheels, first)
    index_wheels([*reversed(wheels), wheels[0]], second)
    index_wheels([str(tmp_path / "wheels")], third)
    index_wheels(wheels[:2], third)
    contents = {Path(each).read_bytes() for each in (first, second, third)}
    assert len(contents) == 1


def test_of_several_versions_the_newest_counts(tmp_path: Path) -> None:
    for version in ("1.9", "1.10", "1.10rc1"):
        rows = {"g": {f"R{version.replace('.', '_')}": "r:R"}}
        make_wheel(tmp_path / "w", "roses", rows, {"r.py": "class R: ..."}, version=version)
    made = index_wheels([str(tmp_path / "w")], str(tmp_path / "known"))
    assert (made.distributions, made.names, made.faults) == (1, 1, [])
    with opened_index(str(tmp_path / "known")) as index:
        assert [each.provider.version for each in index.within("")] == ["1.10"]


def test_wheels_of_one_version_that_disagree_are_said(tmp_path: Path) -> None:
    for tag, name in (("py3-none-any", "A"), ("py3-none-linux", "B")):
        file = f"roses-0.1.0-{tag}.whl"
        make_wheel(tmp_path, "roses", {"g": {name: "r:R"}}, {"r.py": "class R: ..."}, file=file)
    made = index_wheels([str(tmp_path)], str(tmp_path / "known"))
    assert [what for _, what in made.faults] == [
        "another wheel of roses 0.1.0 says otherwise, and counts"
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is not an index of wheels in the format registry_core-index-1"),
        (b'{"format":"registry_core-index-2"}\n', "is not an index of wheels"),
        (b"\x1f\x8b" * 40, "is not an index of wheels"),
        (HEADER + b'{"address":"g.A"', "is cut short"),
        (HEADER + b"x" * (MAX_INDEX_LINE + 1) + b"\n", "has a line that is too long"),
        (HEADER + b'{"address":"g.A"}\n', "has a malformed line"),
    ],
)
def test_what_is_no_index_is_said_and_left_as_it_is(
    tmp_path: Path, content: bytes, why: str
) -> None:
    file = tmp_path / "known.jsonl"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=why), opened_index(str(file)) as index:
        index.at("g.A")
    with pytest.raises(Unreadable, match=why):
        update_index(str(file), [], ["roses"])
    assert file.read_bytes() == content


def test_lines_that_are_not_sorted_mislead_nobody(tmp_path: Path) -> None:
    file = tmp_path / "known.jsonl"
    several = [written(line("g", name)) for name in "DBCAE"]
    file.write_bytes(b"".join((HEADER, *several)))
    with opened_index(str(file)) as index:
        assert {each.name for name in "ABCDE" for each in index.at(f"g.{name}")} <= set("ABCDE")
        assert all(each.name == name for name in "ABCDE" for each in index.at(f"g.{name}"))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "known.jsonl")
    with (
        pytest.raises(Unreadable, match="is not a regular file"),
        opened_index(str(tmp_path / "known.jsonl")),
    ):
        pass
