"""The rows that the framework of this repository declares are what its decorators say."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_core.cli import main
from registry_core.harvest.project import find_project
from registry_core.harvest.rows import harvest

PROJECT = Path(__file__).parents[2] / "plugins" / "activations"


@pytest.mark.skipif(not PROJECT.is_dir(), reason="only a checkout has the plugins")
def test_the_rows_of_the_framework_are_harvested() -> None:
    found = harvest(find_project(PROJECT))
    assert {group: len(rows) for group, rows in found.groups.items()} == {
        "registry_core.activation": 6,
        "registry_core.layer": 4,
    }
    assert found.notes == ()
    assert main(["harvest", str(PROJECT), "--check"]) == 0
