"""A plugin is upgraded while a process runs: what is shown is the version of the code that runs."""

import importlib
import sys
from collections.abc import Iterator

import pytest

from registry_core import PluginLoadError, Registry, current_environment
from registry_core.testing import Site

GROUP = "boat.up"


def install(site: Site, version: str, *names: str) -> None:
    """Install a version of kit, in place of another, whose classes know the version."""
    site.uninstall("kit")
    rows = {name: f"kit_up:{name}" for name in names}
    source = f"VERSION = {version!r}\n" + "".join(f"class {name}: ...\n" for name in names)
    more = f"from kit_up import VERSION, {names[-1]}\nclass More: version = VERSION\n"
    modules = {"kit_up.py": source, "kit_more.py": more}
    site.install("kit", {GROUP: {**rows, "More": "kit_more:More"}}, modules, version=version)
    current_environment().refresh()


@pytest.fixture
def kit(plugin_site: Site) -> Iterator[Registry]:
    with plugin_site.in_use():
        install(plugin_site, "1.0", "Old")
        yield Registry("up", group=GROUP, scope="boat")


def version(kit: Registry, name: str) -> str | None:
    return kit.resolve(name).provider.version


@pytest.mark.parametrize("loads", [True, False])
def test_an_upgrade_shows_the_version_whose_code_runs(
    plugin_site: Site, kit: Registry, loads: bool
) -> None:
    if loads:
        assert kit["Old"] is not None
    else:
        # Whoever imported it: what is installed had been read by then.
        assert version(kit, "Old") == "1.0"
        importlib.import_module("kit_up")
    for newer in ("2.0", "3.0"):
        install(plugin_site, newer, "Old", "New")
        assert version(kit, "Old") == "1.0"
        # Its module has not been imported.
        assert version(kit, "More") == newer
        assert [str(entry.provider) for entry in kit.entries()][:1] == [f"kit {newer}"]


def test_what_only_the_new_version_has_says_to_restart(plugin_site: Site, kit: Registry) -> None:
    assert kit["Old"] is not None
    install(plugin_site, "2.0", "Old", "New")
    for name in ("New", "More"):
        with pytest.raises(PluginLoadError) as caught:
            kit[name]
        assert "kit 1.0 was imported before the upgrade: restart the program" in str(caught.value)
        assert "reinstall" not in str(caught.value)


def test_after_a_reload_it_is_the_new_version(plugin_site: Site, kit: Registry) -> None:
    assert kit["Old"] is not None
    install(plugin_site, "2.0", "Old", "New")
    importlib.reload(sys.modules["kit_up"])
    current_environment().refresh()
    assert version(kit, "Old") == version(kit, "New") == "2.0"
    assert kit["New"] is sys.modules["kit_up"].New


def test_what_had_not_been_imported_is_of_the_new_version(plugin_site: Site, kit: Registry) -> None:
    assert version(kit, "Old") == "1.0"
    install(plugin_site, "2.0", "Old", "New")
    assert kit["New"] is not None
    assert version(kit, "Old") == version(kit, "New") == "2.0"


def test_a_downgrade_to_what_runs_is_no_upgrade(plugin_site: Site, kit: Registry) -> None:
    assert kit["Old"] is not None
    install(plugin_site, "2.0", "Old", "New")
    install(plugin_site, "1.0", "Old", "Gone")
    assert version(kit, "Old") == "1.0"
    with pytest.raises(PluginLoadError, match="upgrade or reinstall kit"):
        kit["Gone"]


def test_what_is_uninstalled_and_installed_again_is_an_upgrade(
    plugin_site: Site, kit: Registry
) -> None:
    assert kit["Old"] is not None
    plugin_site.uninstall("kit")
    current_environment().refresh()
    assert "Old" not in kit
    install(plugin_site, "2.0", "Old")
    assert version(kit, "Old") == "1.0"
