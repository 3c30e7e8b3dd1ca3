"""torchvision's models as backbones of detectors, as Lightning Flash has them."""

import inspect
from typing import Any

import pytest
from timm_backbones import BACKBONES, DETECTION_BACKBONES, OBJ_DETECTION_BACKBONES, hooks
from timm_backbones.backbone import WeightsUnavailable
from timm_backbones.torchvision_operators import torchvision

from registry_core import BuildError, current_environment

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip("torch")

# What Flash has there.
OF_FLASH = {
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("resnext50_32x4d", "resnext101_32x8d"),
}


def test_what_flash_has_is_there_and_what_it_says_of_it() -> None:
    keys = OBJ_DETECTION_BACKBONES.available_keys()
    assert set(keys) >= OF_FLASH
    assert keys == sorted(entry.key for entry in DETECTION_BACKBONES.entries())
    for name in OF_FLASH:
        assert OBJ_DETECTION_BACKBONES.get(name, package="torchvision", type="resnet-fpn")
    assert all(inspect.isfunction(torchvision.models.get_model_builder(name)) for name in keys)
    owner = current_environment().registries()["registry_core.detection_backbones"]
    assert owner.provider.name == "timm-backbones"


def test_the_two_registries_have_nothing_of_each_other() -> None:
    assert "vit_base_patch16_224" not in DETECTION_BACKBONES
    assert BACKBONES.resolve("resnet18").metadata["package"] == "timm"
    assert hooks.registry_core_lookup("registry_core.detection_backbones", "", "hf-hub:a/b") is None
    assert hooks.registry_core_missing("registry_core.detection_backbones", "resnet*") is None


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2", "mobilenet_v3_small"])
def test_a_backbone_returns_maps_of_as_many_channels_as_it_says(name: str) -> None:
    backbone, channels = OBJ_DETECTION_BACKBONES.get(name)(pretrained=False)
    with torch.inference_mode():
        maps = backbone.eval()(torch.zeros(1, 3, 64, 64))
    assert channels == backbone.out_channels
    assert len(maps) > 1
    assert {each.shape[1] for each in maps.values()} == {channels}


def test_a_detector_is_made_of_a_backbone_and_learns() -> None:
    backbone, _ = DETECTION_BACKBONES.build({"type": "resnet18", "pretrained": False})
    detector = torchvision.models.detection.RetinaNet(backbone, 2, min_size=64, max_size=64)
    boxes = torch.tensor([[4.0, 4.0, 30.0, 30.0]])
    targets = [{"boxes": boxes, "labels": torch.tensor([1])}]
    losses = detector([torch.zeros(3, 64, 64)], targets)
    torch.stack(list(losses.values())).sum().backward()
    assert all(each.grad is not None for each in backbone.body.conv1.parameters())


def test_layers_without_weights_are_trained_unless_the_number_is_given() -> None:
    def is_trained(**given: object) -> bool:
        backbone, _ = OBJ_DETECTION_BACKBONES.get("resnet18")(pretrained=False, **given)
        return bool(backbone.body.conv1.weight.requires_grad)

    assert is_trained()
    assert is_trained(trainable_layers=5)
    assert not is_trained(trainable_layers=3)


def test_weights_that_cannot_be_fetched_are_an_error_that_says_so(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    # A proxy that refuses: no test uses the network.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(BuildError, match="or pass pretrained=False for random weights") as caught:
        DETECTION_BACKBONES.build({"type": "resnet18"})
    assert isinstance(caught.value.__cause__, WeightsUnavailable)
    assert caught.value.__cause__.model == "resnet18"
