"""The page of the command has all verbs and all of their options."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_core.cli.verbs import VERBS, verb_named

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_and_option_is_on_the_page(verb: str) -> None:
    page = (DOCS / ("doctor.md" if verb == "doctor" else "command.md")).read_text("utf-8")
    parser = verb_named(verb).parser(verb)
    assert f"`{verb}" in page or f"registry-core {verb}" in page
    options = [max(action.option_strings, key=len) for action in parser.options.values()]
    # Every verb has these: the page of all says them once.
    common = {"--help": True, "--traceback": True}
    short = {**common, "--output": "-o FILE" in page}
    assert [each for each in options if each not in page and not short.get(each)] == []
