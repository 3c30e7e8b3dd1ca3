"""OpenMMLab's packages, harvested and imported: the same names and objects, or it is said."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from fresh_process import python

from registry_core.harvest.project import find_project
from registry_core.harvest.rows import Harvest, harvest

PACKAGES = ("mmengine", "mmcv", "mmpretrain")
pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(
        not all(map(find_spec, PACKAGES)), reason="OpenMMLab's packages are not installed"
    ),
]

# Imports all that registers, and says of each row what importing made of it.
CODE = """
import importlib, json, sys
from registry_core.keys import group_of
try:
    import torchvision
except RuntimeError:
    # Its compiled operators do not fit a build of torch for the CPU.
    import torch
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from mmengine.registry import Registry
from mmpretrain.utils import register_all_modules
register_all_modules(init_default_scope=False)
for name in ("mmcv.cnn", "mmcv.transforms", "mmengine.visualization", "mmengine.runner",
             "mmengine.optim", "mmengine.hooks", "mmengine.evaluator", "mmengine.model",
             "mmengine._strategy"):
    importlib.import_module(name)
live = {}
for module in ("mmengine.registry", "mmpretrain.registry"):
    for registry in vars(importlib.import_module(module)).values():
        if isinstance(registry, Registry):
            above = registry.parent
            # What has no parent in mmengine, and is no registry of it, has no shared group.
            group = group_of(registry.name) if above is None else group_of(above.name)
            group += f".{registry.scope}" if above is not None else ""
            if above is None and module.startswith("mmpretrain") and registry.scope != "mmengine":
                group = ""
            live |= {(group, name): found for name, found in registry.module_dict.items()}
imported = set(sys.modules)
rows = json.load(open(sys.argv[1]))
said = []
for group, name, target in rows:
    module, _, attribute = target.partition(":")
    if (group, name) not in live:
        said.append("not imported" if module not in imported else "not registered")
        continue
    found = live.pop((group, name))
    if getattr(found, "__module__", "") == "mmpretrain.utils.dependency":
        said.append("stub")
        continue
    made = importlib.import_module(module)
    for word in attribute.split("."):
        made = getattr(made, word)
    said.append("same" if made is found else "another")
left = [[*key, getattr(found, "__module__", "")] for key, found in live.items()]
print(json.dumps([said, left]))
"""


@cache
def harvested() -> dict[str, Harvest]:
    found = {}
    for package in PACKAGES:
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        found[package] = harvest(find_project(Path(spec.origin).parent))
    return found


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], list[Any]]:
    """Each row with what importing made of it, and what importing registered beside them."""
    rows = [
        [group, name, target]
        for found in harvested().values()
        for group, names in found.groups.items()
        for name, target in names.items()
    ]
    file = tmp_path_factory.mktemp("held") / "rows.json"
    file.write_text(json.dumps(rows))
    code = f"import sys; sys.argv = ['', {str(file)!r}]\n{CODE}"
    said, left = json.loads(python(code).splitlines()[-1])
    return [[*row, each] for row, each in zip(rows, said, strict=True)], left


def notes() -> list[str]:
    return [str(note) for found in harvested().values() for note in found.notes]


def test_each_row_is_the_object_that_importing_registers(
    held: tuple[list[Any], list[Any]],
) -> None:
    rows, _ = held
    counts = {what: sum(row[3] == what for row in rows) for what in {row[3] for row in rows}}
    assert counts == {"same": 466, "stub": 17, "another": 2, "not imported": 50}
    for name in [row[1] for row in rows if row[3] == "another"]:
        assert any(f"{name!r} is registered" in note for note in notes())


def test_what_importing_registers_beside_the_rows_is_reported(
    held: tuple[list[Any], list[Any]],
) -> None:
    _, left = held
    unread = [str(n) for found in harvested().values() for n in found.notes if n.is_unread]
    for group, name, module in left:
        if group == "registry_core.optimizer":
            place = "mmengine/optim/optimizer/builder.py"
        elif name.startswith("torchvision/"):
            place = "mmpretrain/datasets/transforms/processing.py"
        elif module == "mmpretrain.utils.dependency":
            place = "mmpretrain/utils/dependency.py"
        else:
            place = f"{name!r}: its registry 'mmpretrain.registry."
        assert any(place in note for note in unread), (group, name, module)
    assert len(left) == 60
