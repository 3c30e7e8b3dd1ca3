"""Backbones that are built: their width, what a config may say, and what stands for no weights."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from timm_backbones import BACKBONES, IMAGE_CLASSIFIER_BACKBONES
from timm_backbones.backbone import WeightsUnavailable, create
from timm_backbones.torchvision_operators import timm

from registry_core import BuildError, RegistryError

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip("torch")

# The smallest of their families, made by timm for tests; and one whose head has a layer that stays.
SMALL = [*timm.list_models("test_*"), "mobilenetv3_small_050"]


def python(code: str, **variables: str) -> Any:
    """What a fresh interpreter, which does not see the current folder, prints as JSON."""
    command = [sys.executable, "-I", "-W", "error", "-c", code]
    environment = {**os.environ, **variables}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", SMALL)
def test_a_backbone_returns_as_many_features_as_it_says(name: str) -> None:
    backbone, features = BACKBONES.build({"type": name, "pretrained": False})
    size = timm.get_pretrained_cfg(name).input_size
    with torch.inference_mode():
        result = backbone.eval()(torch.zeros(2, *size))
    assert result.shape == (2, features)


def test_the_small_models_are_of_different_families() -> None:
    families = {BACKBONES.resolve(name).metadata["family"] for name in SMALL}
    assert len(families) >= 5


def test_it_is_called_as_in_flashs_guide(capsys: pytest.CaptureFixture[str]) -> None:
    backbone, features = IMAGE_CLASSIFIER_BACKBONES.get("resnet18")(pretrained=False)
    assert (type(backbone).__name__, features) == ("ResNet", 512)
    assert isinstance(backbone.fc, torch.nn.Identity)
    shown = "".join(capsys.readouterr())
    assert shown in (
        "",  # Where logging is configured it is in the log.
        "Using 'resnet18' provided by huggingface/pytorch-image-models "
        "(https://github.com/huggingface/pytorch-image-models).\n",
    )


def test_other_arguments_reach_the_model() -> None:
    cfg = {"type": "test_resnet", "pretrained": False, "in_chans": 1, "num_classes": 7}
    backbone, _ = BACKBONES.build(cfg)
    with torch.inference_mode():
        assert backbone.eval()(torch.zeros(1, 1, 64, 64)).shape == (1, 7)


def test_feature_maps_have_as_many_channels_as_it_says() -> None:
    cfg = {"type": "test_resnet", "pretrained": False, "features_only": True}
    backbone, features = BACKBONES.build(cfg)
    with torch.inference_mode():
        assert backbone.eval()(torch.zeros(1, 3, 64, 64))[-1].shape[1] == features


def test_a_model_without_weights_says_so_at_once() -> None:
    name = next(e.name for e in BACKBONES.entries() if e.metadata["pretrained"] == [])
    with pytest.raises(BuildError, match="timm has none; pass pretrained=False") as caught:
        BACKBONES.build({"type": name})
    cause = caught.value.__cause__
    assert isinstance(cause, WeightsUnavailable)
    assert cause.model == name


@pytest.mark.parametrize(
    "source", ["cache_dir", "checkpoint_path", "pretrained_cfg", "pretrained_cfg_overlay"]
)
def test_a_config_names_no_file_to_load_from(source: str) -> None:
    with pytest.raises(BuildError, match=f"{source}: a backbone takes no file or address"):
        BACKBONES.build({"type": "test_resnet", "pretrained": False, source: "/tmp/x"})


def test_a_config_cannot_replace_the_model_that_its_type_names() -> None:
    with pytest.raises(RegistryError, match="unexpected argument 'model'"):
        BACKBONES.build({"type": "test_resnet", "pretrained": False, "model": "local-dir:/tmp"})


def test_a_tag_is_part_of_the_name() -> None:
    with pytest.raises(TypeError, match=r"part of the name, as in test_resnet\.TAG"):
        create("test_resnet", pretrained="r160_in1k")  # type: ignore[arg-type]
    backbone, _ = BACKBONES.build({"type": "test_resnet.r160_in1k", "pretrained": False})
    assert backbone.pretrained_cfg["tag"] == "r160_in1k"


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A home of the Hub's cache that holds one repository, as a download leaves it."""
    torch.manual_seed(0)
    model = timm.create_model("test_resnet", num_classes=3)
    with torch.no_grad():
        model.conv1[0].weight.fill_(0.25)
    repository = tmp_path / "hub" / "models--acme--tiny"
    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = repository / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    (repository / "refs" / "v2").write_text(commit)
    timm.models.save_for_hf(model, snapshot, safe_serialization=True)
    assert {"config.json", "model.safetensors"} <= {file.name for file in snapshot.iterdir()}
    return tmp_path


def test_a_model_of_the_hub_comes_from_its_cache_without_a_network(hub: Path) -> None:
    code = (
        "import json\n"
        "from timm_backbones import BACKBONES, IMAGE_CLASSIFIER_BACKBONES\n"
        "def weights(built):\n"
        "    backbone, features = built\n"
        "    return [features, backbone.conv1[0].weight.unique().tolist() == [0.25]]\n"
        "def error(cfg):\n"
        "    try:\n"
        "        BACKBONES.build(cfg)\n"
        "    except Exception as error:\n"
        "        return str(error)\n"
        "name = 'hf-hub:acme/tiny'\n"
        "print(json.dumps([\n"
        "    weights(BACKBONES.build({'type': name})),\n"
        "    weights(BACKBONES.build({'type': name + '@v2'})),\n"
        "    weights(IMAGE_CLASSIFIER_BACKBONES.get('hf_hub:acme/tiny')()),\n"
        "    weights(BACKBONES.build({'type': name, 'pretrained': False})),\n"
        "    error({'type': 'hf-hub:acme/other', 'pretrained': False}),\n"
        "    error({'type': 'test_resnet'}),\n"
        "]))"
    )
    *built, no_repository, no_weights = python(code, HF_HOME=str(hub), HF_HUB_OFFLINE="1")
    assert built == [[96, True], [96, True], [96, True], [96, False]]
    assert "the weights of 'hf-hub:acme/other' cannot be had: LocalEntryNotFound" in no_repository
    assert "its config.json is needed even with pretrained=False" in no_repository
    assert "the weights of 'test_resnet' cannot be had: LocalEntryNotFound" in no_weights
    assert "or pass pretrained=False for random weights" in no_weights


# What torchvision does when imported: it describes an operator of its library to torch, which
# fails where the library could not be loaded.
DESCRIBES = "import torch\ntorch.library.register_fake('torchvision::nms')(lambda *args: None)\n"
OPENED = (
    "import torch\n"
    "if not hasattr(torch, 'opened'):\n"
    "    torch.opened = torch.library.Library('torchvision', 'DEF')\n"
)
HAS_LIBRARY = (
    "import torch\n"
    "library = torch.library.Library('torchvision', 'DEF')\n"
    "library.define('nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')\n"
)


@pytest.mark.parametrize(
    ("torchvision", "outcome"),
    [
        pytest.param(DESCRIBES, ["imported", True, True], id="operators do not fit"),
        pytest.param(
            OPENED + DESCRIBES,
            ["imported", True, True],
            id="operators do not fit an open namespace",
        ),
        pytest.param(HAS_LIBRARY + DESCRIBES, ["imported", False, False], id="operators fit"),
        pytest.param("", ["imported", False, False], id="describes none"),
        pytest.param(
            HAS_LIBRARY + "raise RuntimeError('broken otherwise')",
            ["broken otherwise", False, False],
            id="operators fit and it fails",
        ),
        pytest.param(
            "raise RuntimeError('broken always')",
            ["broken always", False, False],
            id="declaring them does not help",
        ),
    ],
)
def test_operators_are_declared_only_where_torchvision_lacks_them(
    tmp_path: Path, torchvision: str, outcome: list[object]
) -> None:
    (tmp_path / "torchvision.py").write_text(torchvision)
    (tmp_path / "timm.py").write_text("")
    code = (
        "import json, sys, torch\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "declared = False\n"
        "try:\n"
        "    from timm_backbones import torchvision_operators\n"
        "    declared, said = torchvision_operators._LIBRARY is not None, 'imported'\n"
        "except RuntimeError as error:\n"
        "    said = str(error)\n"
        "print(json.dumps([said, declared, hasattr(torch.ops.torchvision, 'qnms')]))"
    )
    assert python(code) == outcome
