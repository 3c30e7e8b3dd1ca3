"""Plugins in an archive on the path, as zipapp makes one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from metadata_on_disk import says

from registry_core import Environment, PluginLoadError, Registry, use_environment
from registry_core.config import check_config

if TYPE_CHECKING:
    from pathlib import Path

GROUP = "oven.pan"
FILES = {
    "woks-1.0.dist-info/METADATA": says("woks"),
    "woks-1.0.dist-info/entry_points.txt": (
        f"[{GROUP}]\nWok = woks_zipped:Wok\nSteel = steel_zipped:Steel\nBad = bad_zipped:Bad\n"
    ),
    "woks_zipped.py": "class Wok:\n    def __init__(self, size: int) -> None: ...\n",
    # As numpy does it, which looks for a folder beside itself.
    "steel_zipped.py": "raise NotADirectoryError(20, 'Not a directory')\n",
    "bad_zipped.py": "1 / 0\n",
}


def test_extension_modules_are_to_be_unpacked_and_all_else_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "app.pyz"
    with ZipFile(archive, "w") as file:
        for name, text in FILES.items():
            file.writestr(name, text)
    monkeypatch.syspath_prepend(archive)
    with use_environment(Environment([str(archive)], variables={})):
        pans: Registry[Any] = Registry("pan", group=GROUP, scope="oven")
        (wrong,) = check_config({"type": "Wok", "size": "big"}, pans)
        assert "size must be an integer" in str(wrong)
        assert "woks_zipped" not in sys.modules
        assert type(pans.build({"type": "Wok", "size": 3})).__name__ == "Wok"
        with pytest.raises(PluginLoadError) as caught:
            pans["Steel"]
        assert caught.value.fix == (
            f"Python imports no extension modules from an archive, and {archive} is one: shiv and "
            "pex make archives that are unpacked"
        )
        with pytest.raises(PluginLoadError, match="upgrade or reinstall woks") as caught:
            pans["Bad"]
        assert "imports no extension" not in caught.value.fix
