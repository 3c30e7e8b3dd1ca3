"""What the tests of several rooms share."""

from __future__ import annotations

import gc
import os
import signal
from typing import TYPE_CHECKING
from weakref import WeakSet

import pytest
from hypothesis import HealthCheck, Phase, settings

from registry_core import Environment, use_environment
from registry_core.tree.nodes import Tree, _trees

if TYPE_CHECKING:
    from collections.abc import Iterator

# How many examples of each property: while one edits, in a pull request, and where there is time.
for name, examples in {"fast": 10, "pull": 60, "slow": 1_000}.items():
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        # Explaining a failure would take longer than all the rest.
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "pull"))
# No test leaves answers of hooks in the home of whoever runs it, nor believes any there.
os.environ["REGISTRY_CORE_CACHE"] = "off"


def pytest_collection_finish() -> None:
    """Take what was collected out of what the garbage collector goes through after each test."""
    gc.collect()
    gc.freeze()


_lasting: WeakSet[Tree] = WeakSet()


@pytest.fixture(autouse=True)
def no_registry_of_an_earlier_test_is_left() -> None:
    """No test reads "the other registry of this group has it" of one of another test."""
    if not _lasting.issuperset(_trees):
        gc.collect()
        _lasting.update(_trees)


@pytest.fixture
def nothing_installed() -> Iterator[None]:
    """No distribution is seen while the test runs."""
    with use_environment(Environment(path=[], variables={})):
        yield


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What is started meanwhile gets SIGINT as from a terminal.

    A shell has what runs in the background ignore it, and who is started there inherits that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
