"""The head of METADATA is read as e-mail is, from its first bytes."""

from email import message_from_string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry_core.installed.headers import Head, fields, parse_head

USUAL = b"Metadata-Version: 2.1\nName: acts\nVersion: 1.0\nSummary: s\n"


@pytest.mark.parametrize(
    ("content", "head"),
    [
        pytest.param(USUAL, Head("acts", "1.0", True), id="as most tools write it"),
        pytest.param(
            b"Version: 1.0\nSummary: s\nNAME:acts\nLicense: x\n",
            Head("acts", "1.0", True),
            id="in any order",
        ),
        pytest.param(
            b"Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n a1\n\n",
            Head("acts", "1.0 a1", True),
            id="folded",
        ),
        pytest.param(
            b"Name:\n\tacts\nVersion:\r\n  1.0\r\n\r\n",
            Head("acts", "1.0", True),
            id="folded at once",
        ),
        pytest.param(USUAL.replace(b"\n", b"\r\n"), Head("acts", "1.0", True), id="CRLF"),
        pytest.param(USUAL.replace(b"\n", b"\r"), Head("acts", "1.0", True), id="CR"),
        pytest.param(b"Name: acts\n", Head(None, None, False), id="cut where it may be folded"),
        pytest.param(b"Name: acts\nVers", Head("acts", None, False), id="cut"),
        pytest.param(
            b"Name: acts\n\nVersion: 1.0\n\n", Head("acts", None, True), id="below the blank line"
        ),
        pytest.param(
            b"\nName: acts\nVersion: 1.0\n\n", Head(None, None, True), id="a blank line first"
        ),
        pytest.param(
            b"no header\nName: acts\n\n", Head(None, None, True), id="a line that is none"
        ),
        pytest.param(b"Name : acts\n\n", Head(None, None, True), id="a blank in the field's name"),
        pytest.param(
            b"Na\xefme: a\nName: acts\n\n",
            Head(None, None, True),
            id="no ASCII in the field's name",
        ),
        pytest.param(b"Name: one\nName: two\n\n", Head("one", None, True), id="the first of two"),
        pytest.param(b"Name: \nName: two\n\n", Head("", None, True), id="an empty one is one"),
        pytest.param(b"Name: ac\xf6ts\n\n", Head("ac\ufffdts", None, True), id="not UTF-8"),
        pytest.param("Name: acöts\n\n".encode(), Head("acöts", None, True), id="UTF-8"),
        pytest.param(b"", Head(None, None, False), id="nothing"),
    ],
)
def test_the_first_name_and_version_of_the_headers_are_told(content: bytes, head: Head) -> None:
    assert parse_head(content) == head


@pytest.mark.parametrize("letter", "\v\f\x1c\x1d\x1e\x85\u2028\u2029")
def test_what_ends_a_line_elsewhere_hides_no_second_name_in_a_header(letter: str) -> None:
    text = f"Metadata-Version: 2.1\nSummary: s{letter}Name: other\nName: acts\n\nName: none\n"
    assert parse_head(text.encode()) == Head("acts", None, True)
    text = (
        f"Metadata-Version: 2.1{letter}Name: other\nName: acts\nVersion: 1{letter}0\nSummary: s\n"
    )
    assert parse_head(text.encode()) == Head("acts", f"1{letter}0", True)


@pytest.mark.parametrize("letter", "\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029")
@pytest.mark.parametrize("before", ["", "Metadata-Version: 2.1\n"])
def test_blanks_and_tabs_alone_are_taken_off(before: str, letter: str) -> None:
    text = f"{before}Name: \tacts{letter} \t\nVersion:\t{letter}1.0\t\nSummary: s\n"
    assert parse_head(text.encode()) == Head(f"acts{letter}", f"{letter}1.0", True)


FIELD = st.sampled_from(
    ["Name", "name", "Version", "VERSION", "Summary", "", "Na me", "N\x7f", "é"]
)
COLON = st.sampled_from([": "] * 4 + [":", " :", ""])
VALUE = st.sampled_from(
    ["acts", "1.0", "", " a  b ", "x\x0cName: y", "\u2028", "é", "\ufffd", "a:b"]
)
END = st.sampled_from(["\n"] * 6 + ["\r\n", "\r", "\n ", "\n\t", "\r\n  ", "\n\n", ""])
LINE = st.tuples(FIELD, COLON, VALUE, END).map("".join) | st.sampled_from(["\n", " \n", " x: y\n"])
HEADS = st.lists(LINE, max_size=7).map("".join)
HEADS |= st.just("Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n").flatmap(
    lambda usual: HEADS.map(lambda text: usual + text)
)


def words(value: str | None) -> list[str] | None:
    """What a header says; folding leaves line breaks in it, or blanks."""
    return None if value is None else value.split()


@given(HEADS)
@example(" folds into nothing\nName: acts\n")
@example(":no name\n folded\nName: acts\n")
@example("Metadata-Version: 2.1\nName: acts\rVersion: 2.0\nVersion: 1.0\nSummary: s\n")
def test_a_head_says_what_e_mail_says(text: str) -> None:
    message = message_from_string(text)
    head = parse_head(text.encode() + b"\n\n")
    assert head.is_whole
    assert words(head.name) == words(message.get("Name"))
    # The first of each is all that is looked for.
    assert words(head.version) == words(message.get("Version"))
    found = list(fields(text.encode() + b"\n\n", "Summary"))
    assert list(map(words, found)) == [words(value) for value in message.get_all("Summary", [])]


@given(HEADS, st.integers(0))
@example("Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n folded\n", 45)
@example("Name: acts\nVersion: 1.0\n folded\n", 24)
def test_what_the_first_bytes_tell_is_what_all_of_them_tell(text: str, cut: int) -> None:
    content = text.encode()
    part = parse_head(content[: cut % (len(content) + 1)])
    if part.is_whole:
        assert part == parse_head(content + b"\n\n")
