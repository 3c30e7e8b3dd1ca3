"""The packages of OpenMMLab: which texts import the registry module of one, and which never do."""

# ruff: noqa: C408 - configs are written as MMEngine's users write them

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from registry_core import Policy
from registry_core.compat.mmengine import (
    MODELS,
    RUNNERS,
    DefaultScope,
    Registry,
    build_from_cfg,
)
from registry_core.testing import Site

REGISTRY = """
    from registry_core.compat.mmengine import MODELS as ROOT, RUNNERS as ROOTS, Registry
    MODELS = Registry("model", parent=ROOT, scope=__package__, locations=[f"{__package__}.nets"])
    RUNNERS = Registry("runner", parent=ROOTS, scope=__package__)
    @RUNNERS.register_module()
    class Runner:
        @classmethod
        def from_cfg(cls, cfg):
            return "of mmseg"
"""
NETS = """
    from .registry import MODELS
    @MODELS.register_module()
    class Net: ...
"""


def package(name: str, registry: str = REGISTRY) -> dict[str, str]:
    return {f"{name}/__init__.py": "", f"{name}/registry.py": registry, f"{name}/nets.py": NETS}


def imported() -> set[str]:
    names = ("mmseg", "mmdet", "pottery")
    return {each for each in sys.modules if each.partition(".")[0] in names}


@pytest.fixture
def site(plugin_site: Site) -> Iterator[Site]:
    """A package of OpenMMLab, another package, and a folder that no distribution has."""
    plugin_site.install("mmsegmentation", {}, package("mmseg"))
    plugin_site.install("pottery", {}, package("pottery"))
    plugin_site.install("kea-det", {}, package("mmdet"))
    children = [(root, root.children.copy()) for root in (MODELS, RUNNERS)]
    yield plugin_site
    for root, before in children:
        root._children = before


def default(scope: str) -> Any:
    with DefaultScope.overwrite_default_scope(scope):
        return type(MODELS.build(dict(type="Net")))


WAYS: dict[str, Callable[[str], Any]] = {
    "a key": lambda scope: MODELS.get(f"{scope}.Net"),
    "an item": lambda scope: MODELS[f"{scope}.Net"],
    "in": lambda scope: f"{scope}.Net" in MODELS and MODELS.get(f"{scope}.Net"),
    "a type": lambda scope: type(MODELS.build(dict(type=f"{scope}.Net"))),
    "a scope in a config": lambda scope: type(MODELS.build(dict(type="Net", _scope_=scope))),
    "the default scope": default,
    "a nested type": lambda scope: type(
        build_from_cfg(dict(type=dict, a=dict(type=f"{scope}.Net")), MODELS, recursive=True)["a"]
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_naming_the_scope_of_an_installed_package_imports_its_registry(
    site: Site, way: Callable[[str], Any]
) -> None:
    with site.in_use():
        assert imported() == set()
        assert way("mmseg").__module__ == "mmseg.nets"
        assert imported() == {"mmseg", "mmseg.registry", "mmseg.nets"}


def test_a_runner_and_a_switch_name_scopes_as_well(site: Site) -> None:
    with site.in_use():
        assert RUNNERS.build(dict(_scope_="mmseg")) == "of mmseg"
        with MODELS.switch_scope_and_registry("mmseg") as registry:
            assert registry is MODELS.children["mmseg"]


@pytest.mark.parametrize("scope", ["mmdet", "pottery", "os", "mmseg.nets"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_naming_anything_else_imports_nothing(
    site: Site, way: Callable[[str], Any], scope: str
) -> None:
    if scope == "mmseg.nets" and way in (WAYS["a scope in a config"], WAYS["the default scope"]):
        pytest.skip("it names no package")
    with site.in_use(policy=Policy.of(block=["mmsegmentation"])):
        with contextlib.suppress(KeyError):
            assert not way(scope)
        assert imported() == set()


def said(cfg: dict[str, Any]) -> str:
    with pytest.raises(KeyError) as caught:
        MODELS.build(cfg)
    return str(caught.value)


@pytest.mark.parametrize("cfg", [dict(type="mmdet.Net"), dict(type="Net", _scope_="mmdet")])
def test_an_error_names_the_package_that_is_not_installed(site: Site, cfg: dict[str, Any]) -> None:
    with site.in_use():
        assert "mmdet is not installed: pip install mmdet" in said(cfg)


def test_an_error_names_the_package_that_is_blocked_or_shadowed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.in_use(policy=Policy.of(block=["mmsegmentation"])):
        assert "mmsegmentation is blocked in code" in said(dict(type="mmseg.Net"))
    with site.in_use():
        shutil.copytree(site.folder / "mmseg", tmp_path / "stray" / "mmseg")
        monkeypatch.syspath_prepend(tmp_path / "stray")
        text = "another package mmseg stands before that of mmsegmentation"
        assert text in said(dict(type="mmseg.Net"))
        assert imported() == set()


def test_a_registry_module_that_fails_is_logged_once_and_named(
    plugin_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    plugin_site.install("mmdet", {}, package("mmdet", "raise OSError('no disk')"))
    with plugin_site.in_use():
        for _ in range(2):
            text = said(dict(type="mmdet.Net"))
            assert "importing mmdet.registry raised OSError: no disk" in text
    assert caplog.messages == [
        "The scope mmdet is not there: importing mmdet.registry raised OSError: no disk"
    ]


def test_a_tree_of_ones_own_may_have_such_a_scope(site: Site) -> None:
    top: Registry = Registry("kea", scope="acme")
    Registry("kea", parent=top, scope="mmseg").register_module("Net", module=dict)
    with site.in_use():
        assert top.get("mmseg.Net") is dict
        assert imported() == set()
