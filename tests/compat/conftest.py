"""What MMEngine's programs leave behind for the whole process is gone after each test."""

from collections.abc import Iterator

import pytest

from registry_core.compat.mmengine import DefaultScope
from registry_core.compat.mmengine.packages import current_logger


@pytest.fixture(autouse=True)
def no_default_scope() -> Iterator[None]:
    """A test may set the default scope as such a program does."""
    yield
    DefaultScope.clear()


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """MMEngine's logger, where a test has loaded it, does not tell the root logger."""
    logger = current_logger()
    if logger.parent is None:
        logger.addHandler(caplog.handler)
    yield
    logger.removeHandler(caplog.handler)
