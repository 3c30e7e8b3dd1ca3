"""What MMEngine's programs leave behind for the whole process is gone after each test."""

from collections.abc import Iterator

import pytest

from registry_core.compat.mmengine import DefaultScope


@pytest.fixture(autouse=True)
def no_default_scope() -> Iterator[None]:
    """A test may set the default scope as such a program does."""
    yield
    DefaultScope.clear()
