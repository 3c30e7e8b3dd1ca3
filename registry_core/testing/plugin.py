"""The pytest plugin: the fixture `plugin_site`, a folder of real distributions for one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site


@pytest.fixture
def plugin_site(tmp_path: Path) -> Site:
    """A `registry_core.testing.Site` in a temporary folder, empty."""
    from registry_core.testing import Site

    return Site(tmp_path / "site")
