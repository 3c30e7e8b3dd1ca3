"""What a frozen application says of what it lacks: nobody can pip-install into it."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

import pytest

from registry_core import EntryNotFound, PluginLoadError, Registry
from registry_core.config import check_config, read_config
from registry_core.doctor import diagnose
from registry_core.frozen import how_to_get
from registry_core.query import describe

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site

GROUP = "oven.pan"
NOTES = f'["{GROUP}".elsewhere]\noven-asian = ["Wok"]\n'


@pytest.fixture(autouse=True)
def is_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)


def pans() -> Registry[Any]:
    return Registry("pan", group=GROUP, scope="oven")


def test_a_missing_name_was_not_collected(plugin_site: Site) -> None:
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as caught:
        pans()["Wok"]
    assert (
        "if a plugin has it, that was not collected into this application: install it where the "
        "application is built, and build it again, with the group oven.pan"
    ) in str(caught.value)


def test_a_distribution_that_has_the_name_is_to_be_collected(plugin_site: Site) -> None:
    rows = {"registry_core.notes": {GROUP: "pans"}}
    plugin_site.install("oven-pans", rows, {"pans/__init__.py": "", "pans/registry.toml": NOTES})
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as caught:
        pans()["Wok"]
    assert caught.value.fix == (
        "oven-asian was not collected into this application: install it where that is built, and "
        "build it again"
    )
    assert "pip" not in str(caught.value)
    nested: dict[str, Any] = {"type": "Pan", "lid": {"type": "Wok"}}
    plugin_site.install("pans", {GROUP: {"Pan": "builtins:dict"}})
    with plugin_site.in_use(), pytest.raises(EntryNotFound, match="oven-asian was not collected"):
        pans().build(nested, recursive=True)


@pytest.mark.parametrize(
    ("target", "source", "missing"),
    [
        ("woks_absent:Wok", "", "woks_absent"),
        ("woks_whole:Wok", "import steel_absent", "steel_absent"),
        ("woks_extra:Wok [steel]", "import steel_absent", "steel_absent"),
    ],
)
def test_a_missing_module_was_not_collected(
    plugin_site: Site, target: str, source: str, missing: str
) -> None:
    name = target.partition(":")[0]
    modules = {f"{name}.py": source} if source else {}
    plugin_site.install("woks", {GROUP: {"Wok": target}}, modules)
    with plugin_site.in_use(), pytest.raises(PluginLoadError) as caught:
        pans()["Wok"]
    assert caught.value.fix == (
        f"{missing!r} was not collected into this application: build it again with "
        f"--hidden-import {missing}"
    )


def test_a_missing_file_is_collected_with_its_package(plugin_site: Site) -> None:
    modules = {"woks.py": "open('/absent/steel.json')"}
    plugin_site.install("woks", {GROUP: {"Wok": "woks:Wok"}}, modules)
    with plugin_site.in_use(), pytest.raises(PluginLoadError) as caught:
        pans()["Wok"]
    assert caught.value.fix == (
        "build this application again with --collect-all woks, if that was not collected whole; "
        "or block it with REGISTRY_CORE_BLOCK=woks"
    )


def test_the_project_of_an_editable_install_is_on_another_machine(plugin_site: Site) -> None:
    plugin_site.install("woks", {GROUP: {"Wok": "woks:Wok"}}, {"woks.py": "1 / 0"})
    metadata = plugin_site.folder / "woks-0.1.0.dist-info"
    address = plugin_site.folder.as_uri()
    editable = f'{{"url": "{address}", "dir_info": {{"editable": true}}}}'
    (metadata / "direct_url.json").write_text(editable)
    with plugin_site.in_use(), pytest.raises(PluginLoadError) as caught:
        pans()["Wok"]
    assert "pip install -e" not in str(caught.value)
    assert "--collect-all woks" in caught.value.fix
    declared = f'[project]\nname = "woks"\n[project.entry-points."{GROUP}"]\nPan = "woks:Pan"\n'
    (plugin_site.folder / "pyproject.toml").write_text(declared)
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as missed:
        pans()["Pan"]
    assert "pip install -e" not in str(missed.value)


def test_a_check_says_that_it_lacks_the_source(
    plugin_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin_site.install("woks", {GROUP: {"Wok": "woks:Wok"}}, {"woks.py": "class Wok: ..."})
    with plugin_site.in_use():
        root = pans()
        assert check_config({"type": "Wok"}, root) == []
        # As PyInstaller leaves it: a module without a source.
        monkeypatch.setattr(sys, "meta_path", [Compiled(), *sys.meta_path])
        (hint,) = check_config({"type": "Wok", "size": 3}, root)
    assert (hint.severity, hint.code) == ("hint", "not-checked")
    assert str(hint) == (
        "the arguments of 'Wok' are not checked: the source of it was not collected into this "
        "application; judge it with load=True, or build the application again "
        "with sources"
    )


class Compiled:
    """Finds a module that has no source."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return ModuleSpec(name, None, origin="woks.pyc") if name == "woks" else None


def test_a_module_that_is_not_there_is_to_be_collected_to_be_described(plugin_site: Site) -> None:
    plugin_site.install("woks", {GROUP: {"Wok": "woks_absent:Wok"}})
    with plugin_site.in_use(), pytest.raises(PluginLoadError) as caught:
        describe(pans(), "Wok")
    assert "--hidden-import woks_absent" in caught.value.fix


def test_the_doctor_starts_no_copy_of_the_application() -> None:
    with pytest.raises(RuntimeError, match="run registry-core doctor in the environment that"):
        diagnose()


def test_what_a_distribution_requires_need_not_be_collected(plugin_site: Site) -> None:
    plugin_site.install("woks", {GROUP: {"Wok": "woks:Wok"}}, {"woks.py": "class Wok: ..."})
    metadata = plugin_site.folder / "woks-0.1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text() + "Requires-Dist: steel\n")
    with plugin_site.in_use():
        assert pans().problems() == []


def test_yaml_is_to_be_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.delitem(sys.modules, "registry_core.config.yaml", raising=False)
    import registry_core.config

    monkeypatch.delattr(registry_core.config, "yaml", raising=False)
    (tmp_path / "pan.yaml").write_text("type: Wok\n")
    with pytest.raises(ValueError, match=r"registry_core\[yaml\] was not collected into this app"):
        read_config(tmp_path / "pan.yaml")


def test_elsewhere_pip_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys, "frozen")
    assert how_to_get("oven-asian") == "pip install oven-asian"
    assert how_to_get("oven[steel]>=2") == "pip install 'oven[steel]>=2'"
