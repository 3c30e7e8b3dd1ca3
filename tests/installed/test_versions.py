"""Of two versions the newer is found, and two spellings of one version are one."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from packaging.version import Version

from registry_core.installed.versions import are_alike, height

NUMBER = st.integers(0, 3) | st.sampled_from([10, 2024, 999_999_999, 20_240_101_123_456])
RELEASE = st.lists(NUMBER, min_size=1, max_size=4).map(lambda found: ".".join(map(str, found)))


def has_known_words(version: str) -> bool:
    """Whether no two words are one run of letters: "1.0postdev1" has no author."""
    return {*re.findall("[a-z]+", version.lower())} <= {*WORDS}


def word(*spellings: str) -> st.SearchStrategy[str]:
    """A word with its number, or without, in one of its spellings; or neither."""
    separators = st.sampled_from(["", ".", "-", "_"])
    written = st.tuples(separators, st.sampled_from(spellings), separators, NUMBER)
    return (
        st.just("")
        | written.map(lambda parts: "".join(map(str, parts)))
        | st.sampled_from([f".{spelling}" for spelling in spellings])
    )


PRE = word("a", "alpha", "b", "beta", "c", "rc", "pre", "preview", "RC")
POST = word("post", "rev", "r")
DEV = word("dev")
LOCAL = st.sampled_from([""] * 5 + ["+cpu", "+cu118", "+ubuntu-1", "+local_1.2", "+0abc"])
WORDS = ["v", "a", "alpha", "b", "beta", "c", "rc", "pre", "preview", "post", "rev", "r", "dev"]
LEAD = st.sampled_from([""] * 6 + ["v", "1!", "12!"])
PUBLIC = st.tuples(LEAD, RELEASE, PRE, POST, DEV).map("".join).filter(has_known_words)
# A post may be written without its word, and then like one number more.
WITHOUT_POST = st.tuples(LEAD, RELEASE, PRE, DEV).map("".join).filter(has_known_words)
ANY = st.tuples(PUBLIC, LOCAL).map("".join) | st.tuples(RELEASE, st.just("-"), NUMBER.map(str)).map(
    "".join
)


@given(PUBLIC, PUBLIC)
@example("1.0a", "1.0a0.dev1")
@example("1.10", "1.9")
@example("1.0.post1", "1.0.1.dev3")
@example("20240101123456", "20240101123457")
@example("1!1.0", "2.0")
def test_versions_are_ordered_as_packaging_orders_them(one: str, other: str) -> None:
    assert (height(one) < height(other)) == (Version(one) < Version(other))
    assert (height(one) == height(other)) == (Version(one) == Version(other))


@pytest.mark.parametrize(
    ("older", "newer"),
    [("1.0", "1.0+cpu"), ("1.0+cpu", "1.1"), ("unknown", "1.0"), ("", "0.1"), ("1.0-beta", "1.0")],
)
def test_what_packaging_may_not_know_has_a_place_too(older: str, newer: str) -> None:
    assert height(older) < height(newer)


@given(ANY)
@example("1.0-1")
@example("2021.05.01")
@example("1.0.a.post1")
@example("1.0.post")
@example("1.0.0")
def test_what_an_installer_makes_of_a_version_is_alike(version: str) -> None:
    written = str(Version(version))
    assert are_alike(version, written)
    assert are_alike(written, version)
    # As old ones have it in the name of a folder.
    assert are_alike(version, version.replace("-", "_").replace("+", "_"))
    assert are_alike(version, version.replace("+", "_"))


@given(WITHOUT_POST, WITHOUT_POST)
@example("1.0.1", "1.1")
@example("10.0.5", "10.5")
@example("1.0a1", "1.0a10")
@example("1.0rc1", "1.0")
def test_two_versions_are_not_alike(one: str, other: str) -> None:
    assume(Version(one) != Version(other))
    assert not are_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.0.post1", "1.0.1"), ("1.0+1", "1.0.1"), ("2021-05-01", "2021.5.1"), ("1.0", "1.0.0.0")],
)
def test_where_it_cannot_be_told_two_versions_are_alike(one: str, other: str) -> None:
    assert are_alike(one, other)
