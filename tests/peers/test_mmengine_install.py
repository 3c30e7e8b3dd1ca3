"""MMEngine itself over these registries, once `install` has put them in the place of its own."""

import importlib.util
from pathlib import Path

import pytest
from fresh_process import python

from registry_core.compat.mmengine import install
from registry_core.compat.mmengine.errors import TooLate

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(importlib.util.find_spec("mmengine") is None, reason="needs mmengine"),
]

INSTALL = "from registry_core.compat.mmengine import install\ninstall()\n"


def test_mmengines_registries_are_ours_by_every_name() -> None:
    code = f"""{INSTALL}
import importlib, mmengine, mmengine.registry as theirs
import registry_core.compat.mmengine as ours
from mmengine.registry.root import LOOPS
from mmengine.registry import *
install()
same = [theirs is ours is mmengine.registry, LOOPS is ours.LOOPS, MODELS is ours.MODELS]
same += [getattr(mmengine, name) is getattr(ours, name) for name in ("HOOKS", "build_from_cfg")]
for name in ("registry", "root", "default_scope", "utils", "build_functions"):
    module = importlib.import_module(f"mmengine.registry.{{name}}")
    same.append(module is getattr(ours, name) is getattr(mmengine.registry, name))
print(set(same), "mmengine.registry.searching" in __import__("sys").modules)
"""
    assert python(code) == "{True} False"


def test_what_mmengine_registers_is_listed_built_and_counted() -> None:
    pytest.importorskip("torch")
    code = f"""{INSTALL}
import torch, mmengine.model, mmengine.optim, mmengine.hooks
from mmengine.registry import HOOKS, MODELS, OPTIMIZERS, DefaultScope
"Linear" in MODELS or MODELS.register_module(module=torch.nn.Linear)
net = MODELS.build([dict(type="Linear", in_features=2, out_features=3)])
print(type(net) is mmengine.model.Sequential, isinstance(net, torch.nn.Sequential))
built = OPTIMIZERS.build(dict(type="SGD", lr=0.1, params=net.parameters()))
print(type(built) is torch.optim.SGD, type(HOOKS.build(dict(type="EMAHook"))).__module__)
print(HOOKS.get("mmengine.hooks.EMAHook") is mmengine.hooks.EMAHook, HOOKS.get("os.system"))
"""
    assert python(code).splitlines() == [
        "True True",
        "True mmengine.hooks.ema_hook",
        "True None",
    ]


def test_nothing_unregistered_runs_in_what_mmengine_builds(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    code = f"""{INSTALL}
import mmengine
from mmengine.registry import HOOKS, RUNNERS, TRANSFORMS
from mmengine.dataset import Compose
for call in (
    lambda: Compose([dict(type="subprocess.getoutput", cmd="touch {tmp_path}/ran")]),
    lambda: HOOKS.build(dict(type="os.system", command="touch {tmp_path}/ran")),
    lambda: RUNNERS.build(dict(runner_type="subprocess.getoutput")),
    lambda: TRANSFORMS.get("mmengine.utils"),
):
    try:
        print(call())
    except KeyError as error:
        print("KeyError")
"""
    assert python(code).splitlines() == ["KeyError", "KeyError", "KeyError", "None"]
    assert not (tmp_path / "ran").exists()


def test_it_is_too_late_once_mmengines_registries_are_imported() -> None:
    importlib.import_module("mmengine.registry")
    with pytest.raises(
        TooLate, match=r"mmengine\.registry has been imported already: call install\(\)"
    ):
        install()


def test_a_program_without_mmengine_is_as_before() -> None:
    code = f"{INSTALL}\nimport sys\nprint('mmengine' in sys.modules, 'torch' in sys.modules)"
    assert python(code) == "False False"
