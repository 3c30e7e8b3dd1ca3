"""One config across packages: a timm backbone, activations of two plugins, a loss, an optimizer."""

from pathlib import Path
from typing import Any

import pytest

from registry_core import build_from_cfg
from registry_core.config import read_config

torch = pytest.importorskip("torch")
datasets = pytest.importorskip("sklearn.datasets")
pytest.importorskip("timm_backbones")

pytestmark = pytest.mark.torch

CONFIG = Path(__file__).parents[1] / "across" / "experiment.yaml"


@pytest.fixture(scope="module")
def experiment() -> Any:
    from across.experiment import EXPERIMENT

    torch.manual_seed(0)
    return build_from_cfg(read_config(CONFIG), EXPERIMENT)


def test_every_part_comes_from_the_package_that_provides_it(experiment: Any) -> None:
    model = experiment.model
    assert type(model.backbone).__module__ == "timm.models.resnet"
    assert type(model.activation) is torch.nn.GELU
    assert type(model.contrast).__module__ == "activations_extra.swish"
    assert model.contrast.beta == 1.5
    assert model.head.in_features == model.backbone.num_features == 512
    assert type(experiment.loss) is torch.nn.CrossEntropyLoss
    assert experiment.loss.label_smoothing == 0.1
    assert type(experiment.optimizer) is torch.optim.AdamW
    assert experiment.optimizer.param_groups[0]["lr"] == 0.001


def test_a_step_of_training_changes_every_part_that_learns(experiment: Any) -> None:
    digits = datasets.load_digits()
    images = (digits.images[:32, None] / 16).astype("float32").repeat(4, 2).repeat(4, 3)
    labels = digits.target[:32].astype("int64")
    before = {name: each.detach().clone() for name, each in experiment.model.named_parameters()}

    losses = [experiment.step(images, labels) for _ in range(3)]

    after = dict(experiment.model.named_parameters())
    assert before
    assert all(not torch.equal(before[name], after[name]) for name in before)
    assert losses[2] < losses[0]
