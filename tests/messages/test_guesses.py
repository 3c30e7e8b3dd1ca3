"""What a wrong name may have meant is found, with work that ends."""

import sys
from difflib import get_close_matches
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import EntryNotFound, Registry, ScopeNotFound
from registry_core.config import check_config
from registry_core.guesses import close_matches
from registry_core.limits import MAX_GUESSES
from registry_core.testing import Site

NAMES = [f"convnext{n}_variant_{n * 31}" for n in range(5_000)]


class Comparisons:
    """Counts how often difflib looks for a match, as a profiler."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_name == "find_longest_match":
            self.count += 1


def comparisons(word: str, names: list[str]) -> int:
    counting = Comparisons()
    sys.setprofile(counting)
    try:
        close_matches(word, names)
    finally:
        sys.setprofile(None)
    return counting.count


@given(st.lists(st.text("abcdef_", min_size=1, max_size=12), max_size=30, unique=True), st.data())
def test_of_few_names_the_matches_are_those_of_difflib(names: list[str], data: Any) -> None:
    word = data.draw(st.sampled_from(names) if names else st.just("a")) + "x"
    expected = get_close_matches(word, names, 3)
    assert set(close_matches(word, names)) <= set(get_close_matches(word, names, 30))
    assert len(close_matches(word, names)) == len(expected)


def test_of_thousands_of_names_few_are_compared_and_the_slip_is_found() -> None:
    assert "convnext42_variant_1302" in close_matches("convnxt42_variannt_1302", NAMES)
    assert comparisons("convnxt42_variannt_1302", NAMES) < 1_000
    # difflib compares with every name that is not obviously another.
    assert comparisons("convnxt42_variannt_1302", NAMES[:20]) > 20


def test_long_names_that_are_alike_are_not_all_compared() -> None:
    names = ["ab" * 95 + f"{number:05}" for number in range(1_000)]
    assert comparisons("ba" * 95, names) < 200


def test_a_check_guesses_for_its_first_wrong_names_alone() -> None:
    registry: Registry[Any] = Registry("guessed in checks", scope="acme", recursive=True)
    registry.register_module("Dense", module=dict)
    parts = [{"type": "Dnse"} for _ in range(MAX_GUESSES + 5)]
    found = check_config({"type": "Dense", "parts": parts}, registry)
    close = [error.close for error in found if isinstance(error, EntryNotFound)]
    assert close == [("Dense",)] * MAX_GUESSES + [()] * 5
    # The next check begins anew.
    (error,) = check_config({"type": "Dnse"}, registry)
    assert "did you mean 'Dense'?" in str(error)


def test_a_wrong_scope_among_thousands_is_guessed(plugin_site: Site) -> None:
    groups = {f"acme.broad.zone{n}.end": {"x": "acme:C"} for n in range(2_000)}
    plugin_site.install("acme", groups)
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("broad", group="acme.broad", scope="acme")
        registry.register_module("here", module=dict)
        with pytest.raises(ScopeNotFound) as missing:
            registry.build({"type": "here", "_scope_": "zone1234.ned"})
        assert "did you mean 'zone1234.end'" in str(missing.value)
        with pytest.raises(ScopeNotFound) as several:
            registry.build({"type": "here", "_scope_": "end"})
    assert len(several.value.fits) == 2_000
    assert str(several.value).endswith(" and 1992 more")


@pytest.mark.parametrize("count", [1, 8, 9])
def test_few_names_are_all_listed(count: int) -> None:
    registry: Registry[Any] = Registry(f"few names {count}", scope="acme")
    for number in range(count):
        registry.register_module(f"name{number}", module=dict)
    with pytest.raises(EntryNotFound) as missing:
        registry["Zzzz"]
    names = ", ".join(f"'name{number}'" for number in range(count))
    assert str(missing.value).endswith(f"It has {names}") == (count <= 8)
    assert "refresh" not in str(missing.value)
