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


def editable(site: Site, name: str, folder: Path, source: Path) -> None:
    """Let a `.pth` file name where a project is imported from, as setuptools and hatchling do."""
    info = site.folder / f"{name.replace('-', '_')}-0.1.0.dist-info"
    said = {"url": folder.as_uri(), "dir_info": {"editable": True}}
    (info / "direct_url.json").write_text(json.dumps(said))
    (site.folder / f"__editable__.{name}.pth").write_text(f"import sys\n{source}\n")
    (info / "RECORD").write_text(f"__editable__.{name}.pth,,\n{info.name}/RECORD,,\n")


def test_a_module_of_an_editable_install_belongs_to_it_before_it_is_imported(
    plugin_site: Site, environment: Environment, tmp_path: Path
) -> None:
    for name, source in (("flat-one", ""), ("src-one", "src"), ("odd-one", "lib/python")):
        folder = tmp_path / name
        module = name.replace("-", "_")
        package = folder / source / module
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "deep.py").write_text("")
        (folder / "tests").mkdir()
        (folder / "tests" / f"{module}_tests.py").write_text("")
        plugin_site.install(name)
        editable(plugin_site, name, folder, folder / source)
        assert owner_of(environment, module) == name
        assert owner_of(environment, f"{module}.deep") == name
        assert owner_of(environment, f"{module}.gone") is None
        assert owner_of(environment, f"{module}_tests") is None


def test_a_project_does_not_hold_what_its_install_names_outside_of_it(
    plugin_site: Site, environment: Environment, tmp_path: Path
) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        folder.mkdir()
    (other / "others_module.py").write_text("")
    plugin_site.install("mine")
    editable(plugin_site, "mine", mine, other)
    assert owner_of(environment, "others_module") is None


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
