"""`registry-core list`: what it shows, and of what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]


def keys(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines()[1:]]


def test_the_key_is_what_a_config_says(asked: Ask) -> None:
    status, out, err = asked("list")
    assert (status, err) == (0, "")
    assert out.splitlines()[0].split() == ["key", "registry", "provider", "version", "target"]
    assert keys(out) == ["Fern", "Weed", "thorny.Fern", "thorny.Rose", "Pot"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["plant", "--match", "THORNY.*"], ["thorny.Fern", "thorny.Rose"]),
        (["--provider", "Roses"], ["thorny.Fern", "thorny.Rose"]),
        (["--where", "light=Sun"], ["Weed"]),
        (["--where", "light=shade", "--where", "summary=Grows fast."], ["Weed"]),
        (["--match", "Fern", "--match", "*Rose"], ["thorny.Rose"]),
    ],
)
def test_less_can_be_asked_for(asked: Ask, arguments: list[str], wanted: list[str]) -> None:
    assert keys(asked("list", *arguments)[1]) == wanted


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        ("gardn", "'gardn' provides none of the entries; did you mean 'garden'?"),
        ("zzz", "'zzz' provides none of the entries"),
    ],
)
def test_a_provider_that_has_nothing_is_told(asked: Ask, provider: str, said: str) -> None:
    assert asked("list", "--provider", provider) == (0, "", f"registry-core: {said}\n")


def test_nothing_of_what_is_asked_for_is_said(asked: Ask) -> None:
    assert asked("list", "--where", "light=moon") == (
        0,
        "",
        "registry-core: none of 5 entries is as the options say\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--match", "*frn*"], "no key of 5 entries is like '*frn*'; did you mean 'Fern' or"),
        (["--match", "thorny.Rsoe"], "'thorny.Rsoe'; did you mean 'thorny.Rose' or"),
        (["pot", "--match", "[!a]xyz"], "no key of 1 entry is like '[!a]xyz'\n"),
        (["--match", "Fern", "--provider", "roses"], "none of 5 entries is as the options say\n"),
    ],
)
def test_a_pattern_without_a_hit_has_close_keys(
    asked: Ask, arguments: list[str], said: str
) -> None:
    status, out, err = asked("list", *arguments)
    assert (status, out) == (0, "")
    assert said in err


def test_a_condition_needs_an_equals_sign(capsys: pytest.CaptureFixture[str], asked: Ask) -> None:
    with pytest.raises(SystemExit) as exit_:
        asked("list", "--where", "light")
    assert exit_.value.code == 2
    assert "'light' is not KEY=VALUE" in capsys.readouterr().err


def test_a_tree_has_the_scopes_and_summaries(asked: Ask) -> None:
    lines = asked("list", "plant", "--tree", "--summary")[1].splitlines()
    assert [line.split() for line in lines] == [
        ["garden.plant"],
        ["Fern", "garden", "0.8", "Likes", "shade."],
        ["Weed", "garden", "0.8", "Grows", "fast."],
        ["thorny."],
        ["Fern", "roses", "2", "Likes", "shade."],
        ["Rose", "roses", "2"],
    ]
    assert lines[4].startswith("    Fern")


def test_json_has_the_summary_where_that_is_asked(asked: Ask) -> None:
    entries = json.loads(asked("list", "plant", "--json", "--summary")[1])["entries"]
    assert [each.get("summary") for each in entries] == [
        "Likes shade.",
        "Grows fast.",
        "Likes shade.",
        None,
    ]
    assert entries[2]["key"] == "thorny.Fern"


def test_of_many_problems_the_first_are_shown(asked: Ask, garden: Site) -> None:
    rows = {f"Bad{number:03}": "no target" for number in range(400)}
    garden.install("worse", {"garden.pot": rows})
    status, out, err = asked("list", "pot")
    assert status == 0
    assert "Pot " in out
    *shown, last = err.splitlines()
    assert len(shown) == 20
    assert "'Bad000'" in shown[0]
    assert last == "registry-core: 380 more problems; doctor shows all"
    assert len(json.loads(asked("list", "pot", "--json")[1])["problems"]) == 400
