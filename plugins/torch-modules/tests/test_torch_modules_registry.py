"""What the hook contributes: torch's own classes, without torch until one is loaded."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from activations import ACTIVATION, LAYER
from torch_modules import LOSS, hooks

from registry_core import Entry, Registry, current_environment
from registry_core.compat.mmengine import OPTIMIZERS, PARAM_SCHEDULERS
from registry_core.testing import check_distribution

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip("torch")

OWN = "torch-modules"
REGISTRIES: dict[str, Registry[Any]] = {
    "activation": ACTIVATION,
    "layer": LAYER,
    "loss": LOSS,
    "optimizer": OPTIMIZERS,
    "parameter_scheduler": PARAM_SCHEDULERS,
}


def own(registry: Registry[Any], **metadata: object) -> list[Entry]:
    return [e for e in registry.entries(**metadata) if e.provider.name == OWN]


def names(registry: Registry[Any], **metadata: object) -> set[str]:
    return {entry.name for entry in own(registry, **metadata)}


@pytest.mark.parametrize("name", REGISTRIES)
def test_every_entry_is_a_class_at_its_public_address(name: str) -> None:
    registry = REGISTRIES[name]
    assert len(own(registry)) > 9
    for entry in own(registry):
        assert entry.key == f"torch.{entry.name}"
        assert entry.registry == f"registry_core.{name}"
        assert entry.provider.version == version(OWN)
        found = registry[entry.key]
        assert isinstance(found, type)
        assert entry.target in (
            f"torch.nn:{found.__name__}",
            f"torch.optim:{found.__name__}",
            f"torch.optim.lr_scheduler:{found.__name__}",
            f"torch.optim.swa_utils:{found.__name__}",
        )


def test_torchs_own_lists_of_activations_and_losses_are_complete() -> None:
    modules = torch.nn.modules
    assert set(modules.activation.__all__) - names(ACTIVATION) == {"MultiheadAttention"}
    assert "MultiheadAttention" in names(LAYER)
    deprecated = {name for name in modules.loss.__all__ if is_deprecated(name)}
    assert set(modules.loss.__all__) - names(LOSS) == deprecated


def test_every_module_of_torch_is_in_one_registry_or_is_there_to_be_inherited_from() -> None:
    found = [*names(ACTIVATION), *names(LOSS), *names(LAYER)]
    assert len(found) == len(set(found))
    left_out = {
        name
        for name in set(torch.nn.modules.__all__) - set(found)
        if issubclass(getattr(torch.nn, name), torch.nn.Module) and not is_deprecated(name)
    }
    assert left_out == {"Module", "RNNBase", "RNNCellBase"}


def is_deprecated(name: str) -> bool:
    return "__deprecated__" in vars(getattr(torch.nn, name))


def test_optimizers_and_schedulers_are_torchs_without_their_bases() -> None:
    assert {"Adam", "LBFGS", "SGD"} <= names(OPTIMIZERS)
    classes: list[Any] = [OPTIMIZERS[entry.key] for entry in own(OPTIMIZERS)]
    assert all(issubclass(found, torch.optim.Optimizer) for found in classes)
    assert {"OneCycleLR", "ReduceLROnPlateau", "StepLR", "SWALR"} <= names(PARAM_SCHEDULERS)
    public = torch.optim.lr_scheduler.__all__
    assert set(public) - names(PARAM_SCHEDULERS) == {"LRScheduler"}
    assert "Optimizer" not in names(OPTIMIZERS)


def test_what_takes_an_argument_can_be_chosen() -> None:
    assert {"ReLU", "SiLU"} <= names(ACTIVATION, inplace=True)
    assert {"GELU", "Softmax"} <= names(ACTIVATION, inplace=False)
    assert {"Conv1d", "Conv2d", "Conv3d"} <= names(LAYER, family="conv", lazy=False)
    assert all(name.startswith("Lazy") for name in names(LAYER, lazy=True))
    assert {"CrossEntropyLoss", "NLLLoss"} <= names(LOSS, reduction=True, weight=True)
    assert {"RMSprop", "SGD"} <= names(OPTIMIZERS, momentum=True)
    assert names(PARAM_SCHEDULERS, metrics=True) == {"ReduceLROnPlateau"}


def test_another_registry_gets_nothing() -> None:
    assert list(hooks.registry_core_entries("registry_core.backbones")) == []


def test_later_processes_list_and_ask_without_torch(tmp_path: Path) -> None:
    code = (
        "import json, sys\n"
        "from registry_core import Registry\n"
        "from torch_modules import LOSS\n"
        "counts = {'loss': len(LOSS.entries())}\n"
        "for name in ('activation', 'layer', 'optimizer', 'parameter_scheduler'):\n"
        "    found = Registry(name, scope='host').entries(package='torch')\n"
        "    counts[name] = len([e for e in found if e.provider.name == 'torch-modules'])\n"
        "asked = ['torch.MSELoss' in LOSS, str(LOSS.resolve('torch.MSELoss').target)]\n"
        "print(json.dumps([counts, asked, sorted({'pluggy', 'torch'} & set(sys.modules))]))"
    )
    counts = {name: len(own(registry)) for name, registry in REGISTRIES.items()}
    asked = [True, "torch.nn:MSELoss"]
    assert python(code, tmp_path) == [counts, asked, ["pluggy", "torch"]]
    assert python(code, tmp_path) == [counts, asked, []]


def test_importing_the_package_and_its_hooks_imports_no_torch(tmp_path: Path) -> None:
    code = "import json, sys, torch_modules.hooks\nprint(json.dumps('torch' in sys.modules))"
    assert python(code, tmp_path) is False


def python(code: str, cache: Path) -> Any:
    """What a fresh interpreter, which does not see the current folder, prints as JSON."""
    command = [sys.executable, "-I", "-W", "error", "-c", code]
    # That one imports MMEngine in every process, where not all that is installed can be imported.
    others = {"REGISTRY_CORE_BLOCK": "openmmlab-registries"}
    environment = {**os.environ, "REGISTRY_CORE_CACHE": str(cache), **others}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_each_registry_has_an_owner_whose_name_a_config_can_say() -> None:
    owned = current_environment().registries()
    for name in REGISTRIES:
        assert f"registry_core.{name}" in owned
    cfg = {"type": "torch.GELU", "_registry_": "activation"}
    assert type(LOSS.build(cfg)).__name__ == "GELU"


def test_nothing_is_wrong_with_what_the_distribution_declares() -> None:
    assert check_distribution(OWN) == []
