"""The pytest plugin: a folder of real distributions for one test, and registries left as found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from registry_core.testing import Site


@pytest.fixture
def registry_snapshot() -> Iterator[None]:
    """What the test does to registries is undone: see `registry_core.testing.snapshot`."""
    from registry_core.testing import snapshot

    with snapshot():
        yield


@pytest.fixture
def plugin_site(tmp_path: Path) -> Iterator[Site]:
    """A `registry_core.testing.Site` in a temporary folder, empty; registries are left as found."""
    from registry_core.testing import Site, snapshot

    with snapshot():
        yield Site(tmp_path / "site")
