"""No test of this room sees what happens to be installed."""

import pytest


@pytest.fixture(autouse=True)
def isolated(nothing_installed: None) -> None:
    """Each test starts with nothing installed."""
