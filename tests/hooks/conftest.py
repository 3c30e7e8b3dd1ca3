"""What the tests of hooks share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hooks.hook_site import HookSite

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HookSite:
    """A site whose plugins have hooks, and an empty cache folder."""
    # Modules that are written again within a second would be taken from their bytecode.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return HookSite(tmp_path)
