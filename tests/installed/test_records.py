"""Whose module it is: real files, RECORDs and editable installs in a folder."""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from registry_core import Environment
from registry_core.testing import Site


@pytest.fixture
def environment(plugin_site: Site) -> Iterator[Environment]:
    with plugin_site.in_use() as environment:
        yield environment


def owner_of(environment: Environment, module: str) -> str | None:
    environment.refresh()
    return environment.installed.owner_of(module)


def test_a_module_belongs_to_the_distribution_whose_record_lists_it(
    plugin_site: Site, environment: Environment
) -> None:
    plugin_site.install("acts-one", {}, {"acts_one/__init__.py": "", "acts_one/deep/mod.py": ""})
    plugin_site.install("acts-two", {}, {"acts_two.py": ""})
    # Whether or not it has been imported.
    for _ in range(2):
        assert owner_of(environment, "acts_one") == "acts-one"
        assert owner_of(environment, "acts_one.deep.mod") == "acts-one"
        assert owner_of(environment, "acts_two") == "acts-two"
        assert owner_of(environment, "acts_three") is None
        for module in ("acts_one.deep.mod", "acts_two"):
            import_module(module)


def test_parts_of_a_namespace_package_belong_to_their_own_distributions(
    plugin_site: Site, environment: Environment
) -> None:
    plugin_site.install("space-a", {}, {"space/a.py": ""})
    plugin_site.install("space-b", {}, {"space/b.py": ""})
    import_module("space.a")
    assert owner_of(environment, "space.a") == "space-a"
    assert owner_of(environment, "space.b") == "space-b"


def test_a_stray_module_of_the_same_name_belongs_to_nobody(
    plugin_site: Site, environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin_site.install("acts-stray", {}, {"acts_stray.py": ""})
    stray = tmp_path / "stray"
    stray.mkdir()
    (stray / "acts_stray.py").write_text("")
    monkeypatch.syspath_prepend(stray)
    import_module("acts_stray")
    assert owner_of(environment, "acts_stray") is None
    del sys.modules["acts_stray"]


def test_what_an_editable_install_runs_from_belongs_to_it(
    plugin_site: Site, environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer, inner = tmp_path / "with space", tmp_path / "with space" / "inner" / "src"
    inner.mkdir(parents=True)
    (outer / "acts_outer.py").write_text("")
    (inner / "acts_inner.py").write_text("")
    for name, folder in (("acts-outer", outer), ("acts-inner", inner.parent)):
        plugin_site.install(name)
        info = plugin_site.folder / f"{name.replace('-', '_')}-0.1.0.dist-info"
        said = {"url": folder.as_uri(), "dir_info": {"editable": True}}
        (info / "direct_url.json").write_text(json.dumps(said))
    for folder in (outer, inner):
        monkeypatch.syspath_prepend(folder)
    for module in ("acts_outer", "acts_inner"):
        import_module(module)
        assert owner_of(environment, module) == module.replace("_", "-")
        del sys.modules[module]


def test_metadata_older_than_wheels_tells_its_top_level_modules(
    plugin_site: Site, environment: Environment
) -> None:
    plugin_site.folder.joinpath("acts_egg.py").write_text("")
    info = plugin_site.folder / "acts_egg-1.0.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: acts-egg\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("acts_egg\n")
    import_module("acts_egg")
    assert owner_of(environment, "acts_egg") == "acts-egg"


def test_what_has_no_file_belongs_to_nobody(environment: Environment) -> None:
    assert owner_of(environment, "sys") is None
    assert owner_of(environment, "__main__") is None


@pytest.mark.parametrize(
    "damage", ["", "\x00", "}{", "[]", '{"url": 1, "dir_info": {"editable": true}}']
)
def test_a_damaged_record_is_no_error(
    plugin_site: Site, environment: Environment, damage: str
) -> None:
    plugin_site.install("acts-bad", {}, {"acts_bad.py": ""})
    info = plugin_site.folder / "acts_bad-0.1.0.dist-info"
    for name in ("RECORD", "direct_url.json", "top_level.txt"):
        (info / name).write_text(damage)
    import_module("acts_bad")
    assert owner_of(environment, "acts_bad") is None
