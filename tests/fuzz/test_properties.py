"""What the fuzzer asks holds for its corpus, for shuffled pieces of it, and for any bytes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.targets import TARGETS, seeds

if TYPE_CHECKING:
    from pathlib import Path

BROAD = settings(
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def pieces(name: str) -> list[bytes]:
    """The lines of a target's corpus, and the words of its lines."""
    lines = [line for file in seeds(name) for line in file.read_bytes().splitlines(keepends=True)]
    words = [word for line in lines for word in line.split()]
    return list(dict.fromkeys(piece for piece in (*lines, *words) if len(piece) <= 200))


@pytest.mark.parametrize(
    ("name", "file"),
    [pytest.param(name, file, id=file.name) for name in TARGETS for file in seeds(name)],
)
def test_a_property_holds_for_the_corpus(name: str, file: Path) -> None:
    TARGETS[name].check(file.read_bytes())


@pytest.mark.hypothesis
@pytest.mark.parametrize("name", TARGETS)
def test_a_property_holds_for_pieces_of_the_corpus_in_any_order(name: str) -> None:
    some = st.lists(st.one_of(st.sampled_from(pieces(name)), st.binary(max_size=3)), max_size=12)

    @BROAD
    @given(some.map(b"".join))
    def check(data: bytes) -> None:
        TARGETS[name].check(data)

    check()


@pytest.mark.hypothesis
@pytest.mark.parametrize("name", TARGETS)
def test_a_property_holds_for_any_text_and_any_bytes(name: str) -> None:
    @BROAD
    @given(st.one_of(st.text().map(lambda text: text.encode("utf-8", "replace")), st.binary()))
    def check(data: bytes) -> None:
        TARGETS[name].check(data)

    check()
