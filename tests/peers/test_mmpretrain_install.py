"""mmpretrain over these registries, by `install`: what it builds over MMEngine's own."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

pytestmark = pytest.mark.torch

IMPORTS = """
import json, sys, warnings
warnings.simplefilter("ignore")
if sys.argv[1] == "ours":
    from registry_core.compat.mmengine import install
    install()
import torch
# A torchvision that is not made for this torch cannot be imported without these.
operators = torch.library.Library("torchvision", "DEF")
for name in ("nms", "qnms"):
    operators.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import mmengine, mmpretrain.models
from mmengine.config import Config
from mmengine.registry import HOOKS, MODELS, Registry, init_default_scope
assert Registry.__module__.startswith("registry_core" if sys.argv[1] == "ours" else "mmengine")
"""

# The configs of a family are tried in order until one builds: some need a package or a file that
# is not here, and some do not fit this MMEngine. The weights stay as they are allocated.
FAMILIES = """
from hashlib import sha256
from pathlib import Path
from torch.overrides import TorchFunctionMode

class Unset(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":
            return kwargs["tensor"] if "tensor" in kwargs else args[0]
        return func(*args, **kwargs)

def digest(of):
    return sha256(json.dumps(of).encode()).hexdigest()

def built(file):
    with Unset():
        model = MODELS.build(Config.fromfile(file).model)
    parts = [(name, str(type(part))) for name, part in model.named_modules()]
    state = [(name, list(value.shape)) for name, value in model.state_dict().items()]
    count = sum(each.numel() for each in model.parameters())
    return [str(type(model)), count, digest(parts), digest(state)]

init_default_scope("mmpretrain")
configs = Path(mmpretrain.__file__).parent / ".mim" / "configs"
found = {}
for family in sorted(each for each in configs.iterdir() if each.name != "_base_")[::STEP]:
    tried = found[family.name] = []
    for file in sorted(family.rglob("[!_]*.py")):
        try:
            tried.append([str(file), built(file)])
            break
        except Exception as error:
            tried.append([str(file), f"{type(error).__name__}: {error}"])
print(json.dumps(found))
"""

TRAINING = """
import logging, tempfile
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.registry import DATASETS, METRICS
from mmengine.runner import Runner
from mmpretrain.structures import DataSample
from torch.utils.data import Dataset

@DATASETS.register_module()
class Noise(Dataset):
    metainfo = {}
    def __len__(self):
        return 8
    def __getitem__(self, index):
        image = torch.randn(3, 32, 32, generator=torch.Generator().manual_seed(index))
        return {"inputs": image, "data_samples": DataSample().set_gt_label(index % 2)}

losses = []

@HOOKS.register_module()
class Losses(Hook):
    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        losses.append(outputs["loss"].item())

loader = dict(batch_size=4, num_workers=0, sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(type="Noise"), collate_fn=dict(type="default_collate"))
with tempfile.TemporaryDirectory() as folder:
    runner = Runner.from_cfg(Config(dict(
        work_dir=folder, default_scope="mmpretrain", log_level="ERROR",
        randomness=dict(seed=1), custom_hooks=[dict(type="Losses")],
        model=dict(type="ImageClassifier", backbone=dict(type="ResNet_CIFAR", depth=18),
            neck=dict(type="GlobalAveragePooling"),
            head=dict(type="LinearClsHead", num_classes=2, in_channels=512, topk=1)),
        train_dataloader=loader, val_dataloader=loader,
        train_cfg=dict(type="EpochBasedTrainLoop", max_epochs=2), val_cfg=dict(),
        val_evaluator=dict(type="Accuracy", topk=1),
        optim_wrapper=dict(optimizer=dict(type="SGD", lr=0.1, momentum=0.9)),
        param_scheduler=dict(type="MultiStepLR", milestones=[1]))))
    runner.train()
    rate = runner.optim_wrapper.get_lr()["lr"]
    print(json.dumps([losses, rate, runner.val(), len(runner.hooks)]))
    logging.shutdown()
"""


def on(side: str, code: str) -> Any:
    """What a fresh process with that side's registries prints for `code`."""
    # Weights that a model would download are no part of what is compared.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    finished = subprocess.run(
        [sys.executable, "-c", IMPORTS + code, side],
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout.splitlines()[-1])


def on_both(code: str) -> list[Any]:
    """The same on both sides: MMEngine's, then ours."""
    pytest.importorskip("mmpretrain.version")
    with ThreadPoolExecutor() as pool:
        return [*pool.map(lambda side: on(side, code), ("theirs", "ours"))]


# All of them take minutes, and a twelfth of them seconds.
@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_a_config_of_each_family_builds_as_over_mmengines_registries(step: int) -> None:
    theirs, ours = on_both(FAMILIES.replace("STEP", str(step)))
    assert {name: ours[name] for name in theirs if ours[name] != theirs[name]} == {}
    assert len(ours) == len(theirs) == len(range(0, 86, step))
    # Those that build neither here nor there need packages that are not installed.
    builds = sum(isinstance(tried[-1][1], list) for tried in ours.values())
    assert builds >= (78 if step == 1 else 5)


def test_a_runner_trains_as_over_mmengines_registries() -> None:
    theirs, ours = on_both(TRAINING)
    assert ours == theirs
    losses, rate, _, _ = ours
    assert len(losses) == 4
    assert rate == pytest.approx([0.01])
