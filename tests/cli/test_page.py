"""The page of the command has all verbs and all of their options."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from registry_core.cli.arguments import Parser
from registry_core.cli.main import VERBS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_and_option_is_on_the_page(verb: str) -> None:
    page = (DOCS / ("doctor.md" if verb == "doctor" else "command.md")).read_text("utf-8")
    parser = Parser(verb)
    import_module(f"registry_core.cli.{VERBS[verb][0]}").add_arguments(parser)
    assert f"`{verb}" in page or f"registry-core {verb}" in page
    options = [max(action.option_strings, key=len) for action in parser.options.values()]
    short = {"--help": True, "--output": "-o FILE" in page}
    assert [each for each in options if each not in page and not short.get(each)] == []
