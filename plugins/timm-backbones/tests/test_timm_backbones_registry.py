"""What the hooks contribute: timm's names as data, no import until one is built, and hints."""

import json
import os
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from timm_backbones import BACKBONES, IMAGE_CLASSIFIER_BACKBONES, hooks

from registry_core import EntryNotFound, current_environment
from registry_core.testing import check_distribution

pytestmark = pytest.mark.torch

OWN = "timm-backbones"


@pytest.fixture(scope="module")
def timm() -> Any:
    """timm itself, for comparison."""
    return import_module("timm_backbones.torchvision_operators").timm


def python(code: str, cache: Path) -> Any:
    """What a fresh interpreter, which does not see the current folder, prints as JSON."""
    return json.loads(
        subprocess.run(
            [sys.executable, "-I", "-W", "error", "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "REGISTRY_CORE_CACHE": str(cache)},
        ).stdout
    )


def test_every_model_that_timm_lists_is_an_entry_of_the_root(timm: Any) -> None:
    own = [entry for entry in BACKBONES.entries() if entry.provider.name == OWN]
    assert sorted(entry.key for entry in own) == sorted(timm.list_models())
    assert {entry.registry for entry in own} == {"registry_core.backbones"}
    assert {entry.target for entry in own} == {"timm_backbones.backbone:create"}
    assert {entry.provider.version for entry in own} == {version(OWN)}


def test_a_family_can_be_chosen(timm: Any) -> None:
    for family in ("resnet", "vision_transformer", "mobilenetv3"):
        chosen = [entry.name for entry in BACKBONES.entries(family=family)]
        assert sorted(chosen) == sorted(timm.list_models(module=family))


def test_an_entry_says_which_weights_there_are_that_of_the_default_first(timm: Any) -> None:
    told: dict[str, Any] = {e.name: e.metadata["pretrained"] for e in BACKBONES.entries()}
    full = [f"{name}.{tag}" for name, tags in told.items() for tag in tags]
    assert sorted(full) == sorted(timm.list_pretrained())
    assert [] in told.values()
    for name in filter(timm.is_model_pretrained, told):
        assert told[name][0] == timm.get_pretrained_cfg(name).tag


def test_an_entry_has_what_lightning_flash_says_of_one() -> None:
    metadata = BACKBONES.resolve("resnet18").metadata
    assert (metadata["namespace"], metadata["package"]) == ("vision", "timm")
    assert IMAGE_CLASSIFIER_BACKBONES.get("resnet18", namespace="vision", package="timm")


def test_flashs_registry_has_the_same_keys() -> None:
    keys = IMAGE_CLASSIFIER_BACKBONES.available_keys()
    assert sorted(keys) == sorted(entry.key for entry in BACKBONES.entries())
    assert "resnet18" in IMAGE_CLASSIFIER_BACKBONES


def test_later_processes_list_and_ask_without_timm_or_torch(tmp_path: Path, timm: Any) -> None:
    questions = (
        "import json, sys\n"
        "from registry_core import Registry\n"
        "from timm_backbones import BACKBONES, IMAGE_CLASSIFIER_BACKBONES\n"
        "from timm_backbones import OBJ_DETECTION_BACKBONES\n"
        "first = len(Registry('backbones', scope='host').entries())\n"
        "counts = [first, len(BACKBONES.entries()), len(BACKBONES),\n"
        "    len(IMAGE_CLASSIFIER_BACKBONES.available_keys()), len(IMAGE_CLASSIFIER_BACKBONES)]\n"
        "asked = ['resnet18' in BACKBONES, 'resnet18' in IMAGE_CLASSIFIER_BACKBONES,\n"
        "    'resnet18' in OBJ_DETECTION_BACKBONES, len(OBJ_DETECTION_BACKBONES) > 9,\n"
        "    BACKBONES.resolve('resnet18').key, len(BACKBONES.entries(family='resnet')) > 9]\n"
        "heavy = sorted({'timm', 'torch', 'torchvision', 'pluggy'} & set(sys.modules))\n"
        "print(json.dumps([counts, asked, heavy]))"
    )
    counts, asked = [len(timm.list_models())] * 5, [True, True, True, True, "resnet18", True]
    first = python(questions, tmp_path / "cache")
    assert first == [counts, asked, ["pluggy", "timm", "torch", "torchvision"]]
    assert python(questions, tmp_path / "cache") == [counts, asked, []]


def test_importing_the_package_and_its_hooks_imports_neither_timm_nor_torch(tmp_path: Path) -> None:
    code = (
        "import json, sys, timm_backbones, timm_backbones.hooks\n"
        "print(json.dumps(sorted({'timm', 'torch', 'torchvision'} & set(sys.modules))))"
    )
    assert python(code, tmp_path) == []


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("hf-hub:acme/tiny-net.v1", "hf-hub:acme/tiny-net.v1"),
        ("hf_hub:acme/tiny@refs/pr/1", "hf-hub:acme/tiny@refs/pr/1"),
        ("HF-HUB:acme/tiny", "hf-hub:acme/tiny"),
        ("resnet18.a1_in1k", "resnet18.a1_in1k"),
    ],
)
def test_an_open_ended_name_is_an_entry_and_is_not_listed(name: str, model: str) -> None:
    entry = hooks.registry_core_lookup("registry_core.backbones", "", name)
    assert entry is not None
    assert (entry.name, entry.kwargs) == (name, {"model": model})
    assert entry.metadata["package"] == "timm"
    assert BACKBONES.get(name).keywords == {"model": model}  # type: ignore[union-attr]
    assert name not in BACKBONES


@pytest.mark.parametrize(
    "name",
    [
        "local-dir:/tmp/model",
        "local-dir:acme/tiny",
        "hf-hub:/etc/passwd",
        "hf-hub:../../etc",
        "hf-hub:acme/..",
        "hf-hub:acme",
        "hf-hub:acme/tiny/more",
        "hf-hub:acme/tiny\n",
        "hf-hub:https://acme.example/tiny",
        "acme/tiny",
        "resnet18.no_such_tag",
        "no_such_model.a1_in1k",
    ],
)
def test_no_other_name_leads_anywhere(name: str) -> None:
    assert BACKBONES.get(name) is None


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("adv_inception_v3", "timm calls it inception_v3.tf_adv_in1k now"),
        ("resnet18.mine", "resnet18 has the tags: a1_in1k, "),
        ("acme/tiny", "is written hf-hub:acme/tiny"),
        ("local-dir:/tmp", "leads to no folder"),
        ("resnet*", "a name is not a pattern"),
        ("resnet_of_tomorrow", f"timm {version('timm')} is installed, and another version"),
    ],
)
def test_an_unknown_name_gets_a_hint(key: str, hint: str) -> None:
    with pytest.raises(EntryNotFound, match=hint):
        BACKBONES.resolve(key)


@pytest.mark.parametrize("key", ["Swish", "extra.Tiny", ""])
def test_a_name_that_is_none_of_its_business_gets_no_hint(key: str) -> None:
    assert hooks.registry_core_missing("registry_core.backbones", key) is None


def test_another_registry_gets_nothing() -> None:
    assert list(hooks.registry_core_entries("registry_core.layer")) == []
    assert hooks.registry_core_lookup("registry_core.layer", "", "hf-hub:acme/tiny") is None
    assert hooks.registry_core_lookup("registry_core.backbones", "x", "hf-hub:acme/tiny") is None
    assert hooks.registry_core_missing("registry_core.layer", "resnet*") is None


def test_the_registry_is_owned_and_found_by_its_name() -> None:
    assert current_environment().registries()["registry_core.backbones"].provider.name == OWN


def test_nothing_is_wrong_with_what_the_distribution_declares() -> None:
    assert check_distribution(OWN) == []
