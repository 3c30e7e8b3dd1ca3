"""What the tests of several rooms share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from registry_core import Environment, use_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

# No test leaves answers of hooks in the home of whoever runs it, nor believes any there.
os.environ["REGISTRY_CORE_CACHE"] = "off"


@pytest.fixture
def nothing_installed() -> Iterator[None]:
    """No distribution is seen while the test runs."""
    with use_environment(Environment(path=[], variables={})):
        yield
