"""Collects the examples of the README and the pages as tests."""

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.myst import DocTestDirectiveParser, PythonCodeBlockParser, SkipParser


class Examples:
    """Collects Markdown in every folder; a hook of this file itself would see only its own."""

    pytest_collect_file = staticmethod(
        Sybil(
            parsers=[DocTestDirectiveParser(), PythonCodeBlockParser(), SkipParser()],
            path=str(Path(__file__).parents[1]),
            pattern="*.md",
        ).pytest()
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the collector for every folder, the README's among them."""
    config.pluginmanager.register(Examples())
