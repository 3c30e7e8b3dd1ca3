"""A message is bounded and cannot steer a terminal, whatever metadata or a config holds."""

import pytest

from registry_core import (
    AlreadyRegistered,
    ArgumentError,
    BuildError,
    ConfigError,
    Entry,
    EntryConflict,
    EntryNotFound,
    HookError,
    MissingType,
    PluginLoadError,
    Problem,
    Provider,
    RegistryError,
    RegistryNotFound,
    ScopeNotFound,
)
from registry_core.doctor import Finding
from registry_core.text import bounded, told_apart

MANY = [f"a_long_name_of_a_plugin_{number}\x1b[2J" for number in range(500)]
LONG = "x\x1b[2J" * 5_000
ACME = Provider("acme", "1.0")
ENTRIES = [Entry(LONG, "m:C", provider=Provider(name, "1.0")) for name in MANY]
ERRORS: list[RegistryError] = [
    AlreadyRegistered(LONG, LONG, LONG),
    ArgumentError(LONG, ACME, unexpected=MANY, missing=MANY, accepts=LONG),
    BuildError(LONG, ACME, LONG),
    ConfigError(LONG, LONG),
    EntryConflict(LONG, LONG, ENTRIES),
    EntryNotFound(LONG, LONG, tried=MANY, close=MANY, hints=MANY, failed=[(LONG, LONG)]),
    HookError(ACME, LONG, LONG),
    MissingType(MANY),
    PluginLoadError(ENTRIES[0], LONG, LONG),
    RegistryNotFound(LONG, MANY, MANY, MANY),
    RegistryNotFound(LONG, MANY, (), MANY),
    ScopeNotFound(LONG, LONG, MANY, MANY),
    ScopeNotFound(LONG, LONG, MANY, (), MANY),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_error_is_bounded_and_escaped(error: RegistryError) -> None:
    error.within(tuple(MANY))
    assert len(str(error)) <= 2_000
    assert str(error).isprintable()


def test_problems_and_findings_are_bounded_and_escaped() -> None:
    for text in (
        str(Problem(ACME, LONG, LONG, LONG)),
        str(Finding("broken", ACME, LONG, LONG, LONG)),
    ):
        assert len(text) <= 2_000
        assert text.isprintable()


def test_the_end_of_a_long_message_is_kept() -> None:
    text = bounded(f"it failed: {'x' * 9_000}; upgrade acme")
    assert text.startswith("it failed: xxx")
    assert text.endswith("x; upgrade acme")


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("\u0441hain", r"\u0441hain"),
        # All of its letters are Cyrillic.
        ("\u0430\u0441\u043e", r"\u0430\u0441\u043e"),
        ("Cafe\u0301", r"Cafe\u0301"),
        ("\uff4e\uff45\uff54", r"\uff4e\uff45\uff54"),
    ],
)
def test_a_name_that_looks_like_another_is_shown_with_its_odd_letters(text: str, odd: str) -> None:
    assert told_apart(text).endswith(f"('{odd}')")


@pytest.mark.parametrize("text", ["chain", "модель", "網"])
def test_a_name_that_looks_like_no_other_is_shown_as_it_is(text: str) -> None:
    assert told_apart(text) == f"'{text}'"
