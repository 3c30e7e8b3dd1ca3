"""A framework and a plugin that verbs are asked about; importing either ends the process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from registry_core.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.testing import Site

FRAMEWORK = """
    from registry_core import Registry
    PLANT = Registry("plant", group="garden.plant", scope="garden")
    POT = Registry("pot", group="garden.pot", scope="garden")
    @PLANT.register_module(metadata={"summary": "Grows fast.", "light": ["sun", "shade"]})
    class Weed:
        def __init__(self, height: int = 1): ...
    raise SystemExit("imported")
"""
KINDS = '''
    """Plants."""
    import math
    class Fern:
        """Likes shade.

        Args:
            height: How high it is, in cm.
            leaves: All of its leaves,
                one by one.
        """
        def __init__(self, height: int, leaves: tuple = (1, 2), shade: float = 0.75,
                     angle: float = math.pi, tags: list = ["a"], *, pot=None): ...
    class Rose:
        def __init__(self, thorns, /, colour: str = "red", **more): ...
    class Pot:
        def __init__(self, size: int = 3): ...
    raise SystemExit("imported")
'''


@pytest.fixture
def garden(plugin_site: Site) -> Site:
    owned = {f"garden.{name}": f"garden:{name.upper()}" for name in ("plant", "pot")}
    rows = {
        "registry_core.registries": owned,
        "garden.plant": {"Fern": "garden_kinds:Fern"},
        "garden.pot": {"Pot": "garden_kinds:Pot"},
    }
    modules = {"garden.py": FRAMEWORK, "garden_kinds.py": KINDS}
    plugin_site.install("garden", rows, modules, version="0.8")
    rows = {
        "garden.plant.thorny": {"Rose": "garden_kinds:Rose", "Fern": "garden_kinds:Fern [cut]"},
    }
    plugin_site.install("roses", rows, version="2")
    return plugin_site


@pytest.fixture
def asked(garden: Site, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a verb, which imports nothing: its status, its answer, and what is on stderr."""

    def ask(*arguments: str) -> tuple[int, str, str]:
        with garden.in_use():
            status = main(arguments)
            assert not {"garden", "garden_kinds"} & sys.modules.keys()
        out, err = capsys.readouterr()
        return status, out, err

    return ask
