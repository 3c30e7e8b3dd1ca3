"""What other rooms tested of the index: a key that it holds and nobody declares, its variable."""

import sys
import time
from pathlib import Path

import pytest

from registry_core import Registry
from registry_core.compat.flash import FlashRegistry, FunctionNotFound
from registry_core.environment import stamp
from registry_core.testing import Site

GROUP = "registry_core.backbones"


@pytest.mark.skipif(sys.platform == "win32", reason="about POSIX files")
def test_what_is_kept_in_the_index_and_no_longer_declared_is_not_loaded(
    plugin_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "TICK", 20_000_000)
    site, source = plugin_site, "def gone(): return 'gone'"
    site.install("gone", {GROUP: {"gone": "gone_nets:gone"}}, {"gone_nets.py": source})
    time.sleep(0.05)
    variables = {"REGISTRY_CORE_INDEX": str(tmp_path / "index")}
    for turn in ("keeps", "reads"):
        with site.in_use(variables=variables):
            registry = FlashRegistry("backbones")
            assert "gone" in registry
            if turn == "reads":
                # As an upgrade in another process would do it.
                site.install("gone", {GROUP: {"other": "gone_nets:gone"}})
                with pytest.raises(FunctionNotFound, match="Key: gone is not in"):
                    registry.get("gone")
                assert registry.get("other")() == "gone"


def test_the_variable_of_the_index_still_names_a_folder_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, kept = Site(tmp_path / "site"), tmp_path / "kept"
    site.install("frozen", {"registry_core.frozen": {"Part": "frozen_parts:Part"}})
    monkeypatch.setattr(stamp, "TICK", 20_000_000)
    # What is too young is not kept.
    time.sleep(0.04)
    for named, is_there in (("off", False), (str(kept), True)):
        with site.in_use(variables={"REGISTRY_CORE_INDEX": named, "HOME": str(tmp_path)}):
            list(Registry("frozen", scope="acme"))
        assert kept.exists() is is_there
        assert not (tmp_path / ".cache").exists()
