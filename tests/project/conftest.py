"""The wheel of registry_core, which tests install into environments of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from fresh_environment import UV, done

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the wheel of registry_core: of `WHEELS`, or built for these tests."""
    if "WHEELS" in os.environ:
        return Path(os.environ["WHEELS"], "registry_core")
    folder = tmp_path_factory.mktemp("core")
    build: list[str | Path] = [UV, "build", "--wheel", "--no-build-isolation", "--out-dir"]
    done([*build, folder, "--python", sys.executable, ROOT], folder)
    return folder
