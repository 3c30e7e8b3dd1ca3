"""A message reads as sentences do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry_core import EntryNotFound, Problem, Provider, RegistryNotFound
from registry_core.doctor import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

WHERE, WHAT = "pyproject.toml", "there is no extra 'fats'; did you mean 'fast'?"


def not_found() -> EntryNotFound:
    error = EntryNotFound("Swihs", "acme.act", close=["Swish"])
    error.fix = "correct it"
    return error


@pytest.mark.parametrize(
    "told",
    [
        not_found,
        lambda: RegistryNotFound("modle", ["model"], hints=["correct it"]),
        lambda: Problem(Provider("acme", "1"), WHERE, WHAT, "correct it"),
        lambda: Finding("broken", Provider("acme", "1"), WHERE, WHAT, "correct it"),
    ],
)
def test_what_follows_a_question_is_a_sentence_of_its_own(told: Callable[[], object]) -> None:
    assert str(told()).endswith("'? correct it")
