"""An experiment in one file, whose parts share objects: built in code and from the shell."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry_core.config import load

if TYPE_CHECKING:
    from registry_core.testing import Site

torch = pytest.importorskip("torch")
pytest.importorskip("timm_backbones")

pytestmark = pytest.mark.torch

TESTS = Path(__file__).parents[1]
FILE = TESTS / "across" / "training.yaml"


def test_parts_that_refer_to_a_part_get_that_very_object() -> None:
    from across.training import TRAINING

    built: dict[str, Any] = load(FILE).build(TRAINING)
    assert [*built] == ["model", "data", "optimizer", "scheduler", "metric", "step"]
    assert type(built["model"].backbone).__module__ == "timm.models.resnet"
    [group] = built["optimizer"].param_groups
    assert [*map(id, group["params"])] == [*map(id, built["model"].parameters())]
    assert built["scheduler"].optimizer is built["optimizer"]
    for name in ("model", "data", "optimizer", "scheduler", "metric"):
        assert getattr(built["step"], name) is built[name]
    before = [each.detach().clone() for each in built["model"].parameters()]
    said = built["step"].run()
    assert not all(map(torch.equal, before, built["model"].parameters()))
    assert (said["rate"], said["next rate"]) == (0.1, 0.05)


def test_a_wrong_argument_is_found_with_its_line_before_anything_is_built() -> None:
    from across.training import TRAINING

    changes = ["optimizer.optimizer.type=torch.SDG", "+data.seed=3"]
    found = load(FILE, changes).check(TRAINING, load=True)
    assert [(each.config_path, each.place) for each in found] == [
        ("data", (changes[1], None, None)),
        ("optimizer.optimizer", (changes[0], None, None)),
    ]


def test_the_shell_changes_two_values_and_trains_one_step(plugin_site: Site) -> None:
    plugin_site.install(
        "across", {"registry_core.registries": {"across.training": "across.training:TRAINING"}}
    )
    path = os.pathsep.join(map(str, (plugin_site.folder, TESTS)))
    changes = ["optimizer.optimizer.lr=0.02", "data.count=8"]
    finished = subprocess.run(
        ["registry-core", "build", FILE, "--part", "step", *changes],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    said = ast.literal_eval(finished.stdout)
    assert (said["count"], said["rate"], said["next rate"]) == (8, 0.02, 0.01)
    assert said["loss"] > 0
    assert 0 <= said["accuracy"] <= 1
