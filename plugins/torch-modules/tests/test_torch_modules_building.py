"""What is built from the entries does its work: activations, losses, optimizers, schedulers."""

from inspect import Parameter, signature
from typing import Any

import pytest
from activations import ACTIVATION, LAYER
from torch_modules import LOSS

from registry_core import Registry, build_from_cfg
from registry_core.compat.mmengine import OPTIMIZERS, PARAM_SCHEDULERS

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip("torch")


def keys(registry: Registry[Any]) -> list[str]:
    return [e.key for e in registry.entries() if e.provider.name == "torch-modules"]


def needs(registry: Registry[Any], key: str) -> set[str]:
    """The arguments without which a class cannot be built."""
    parameters = signature(registry[key]).parameters.values()
    variadic = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    return {p.name for p in parameters if p.default is p.empty and p.kind not in variadic}


# What the activations need that have no default for it.
ACTIVATION_ARGUMENTS: dict[str, dict[str, object]] = {
    "torch.Threshold": {"threshold": 0.5, "value": 0.0}
}
# Softmax without its axis guesses one, and warns.
GUESSING = {"torch.Softmax", "torch.Softmin", "torch.LogSoftmax"}


@pytest.mark.parametrize("key", keys(ACTIVATION))
def test_an_activation_maps_a_tensor(key: str) -> None:
    arguments = ACTIVATION_ARGUMENTS.get(key, {})
    assert needs(ACTIVATION, key) == arguments.keys()
    cfg = {"type": key, **arguments, **({"dim": 1} if key in GUESSING else {})}
    x = torch.linspace(-2, 2, 2 * 4 * 3 * 4).reshape(2, 4, 3, 4)
    result = ACTIVATION.build(cfg)(x.clone())
    assert result.shape[0] == 2
    assert torch.isfinite(result).all()
    assert not torch.equal(result, x)


def test_an_activation_takes_its_arguments_from_the_config() -> None:
    assert ACTIVATION.build({"type": "torch.LeakyReLU", "negative_slope": 0.5})(
        torch.tensor([-2.0])
    ).tolist() == [-1.0]


ROWS = torch.tensor([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2]], requires_grad=True)
OTHER = torch.tensor([[0.1, 0.8, 0.1], [0.6, 0.2, 0.2]])
CLASSES = torch.tensor([1, 0])
SIGNS = torch.tensor([1.0, -1.0])
# What each loss is called with, where that is not a prediction and a target of its shape.
LOSS_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "torch.CTCLoss": (
        ROWS.log_softmax(1).reshape(2, 1, 3),
        torch.tensor([[1]]),
        torch.tensor([2]),
        torch.tensor([1]),
    ),
    "torch.CosineEmbeddingLoss": (ROWS, OTHER, SIGNS),
    "torch.GaussianNLLLoss": (ROWS, OTHER, torch.ones(2, 3)),
    "torch.MarginRankingLoss": (ROWS[:, 0], OTHER[:, 0], SIGNS),
    "torch.MultiLabelMarginLoss": (ROWS, torch.tensor([[1, -1, 0], [0, -1, 0]])),
    "torch.MultiMarginLoss": (ROWS, CLASSES),
    "torch.NLLLoss": (ROWS, CLASSES),
    "torch.TripletMarginLoss": (ROWS, OTHER, -OTHER),
    "torch.TripletMarginWithDistanceLoss": (ROWS, OTHER, -OTHER),
}


@pytest.mark.parametrize("key", [key for key in keys(LOSS) if not needs(LOSS, key)])
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides:UserWarning")
def test_a_loss_is_a_number_with_a_gradient(key: str) -> None:
    loss = LOSS.build({"type": key})(*LOSS_ARGUMENTS.get(key, (ROWS, OTHER)))
    assert loss.shape == ()
    (gradient,) = torch.autograd.grad(loss, ROWS)
    assert torch.isfinite(gradient).all()


def test_few_losses_need_arguments() -> None:
    assert len([key for key in keys(LOSS) if not needs(LOSS, key)]) >= len(LOSS_ARGUMENTS)


def test_layers_of_torch_make_a_network_in_one_config() -> None:
    layers = [
        {"type": "torch.Conv2d", "in_channels": 1, "out_channels": 4, "kernel_size": 3},
        {"type": "torch.ReLU", "_registry_": "activation"},
        {"type": "torch.Flatten"},
        {"type": "torch.LazyLinear", "out_features": 5},
    ]
    network: Any = LAYER.build({"type": "torch.Sequential", "_args_": layers}, recursive=True)
    assert network(torch.zeros(2, 1, 8, 8)).shape == (2, 5)


@pytest.mark.parametrize("key", keys(OPTIMIZERS))
def test_an_optimizer_steps_on_the_parameters_that_code_hands_it(key: str) -> None:
    sparse = key == "torch.SparseAdam"
    embedding = torch.nn.Embedding(4, 3, sparse=sparse)
    optimizer = build_from_cfg({"type": key, "lr": 0.1}, OPTIMIZERS, {"params": [embedding.weight]})

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (embedding(torch.tensor([1, 2])) ** 2).sum()
        loss.backward()
        return loss

    before = closure().item()
    # The first step of Adafactor depends on the last.
    for _ in range(3):
        optimizer.step(closure)
    assert closure().item() < before


# What the schedulers need besides an optimizer; none where others are needed too.
SCHEDULER_ARGUMENTS: dict[str, dict[str, Any]] = {
    "torch.CosineAnnealingLR": {"T_max": 3},
    "torch.CosineAnnealingWarmRestarts": {"T_0": 3},
    "torch.CyclicLR": {"base_lr": 0.1, "max_lr": 0.5},
    "torch.ExponentialLR": {"gamma": 0.5},
    "torch.LambdaLR": {"lr_lambda": lambda epoch: 1 / (epoch + 1)},
    "torch.MultiStepLR": {"milestones": [1]},
    "torch.MultiplicativeLR": {"lr_lambda": lambda _: 0.5},
    "torch.OneCycleLR": {"max_lr": 0.5, "total_steps": 9},
    "torch.ReduceLROnPlateau": {"patience": 0},
    "torch.SWALR": {"swa_lr": 0.5},
    "torch.StepLR": {"step_size": 1},
}
OF_SCHEDULERS = {"torch.ChainedScheduler", "torch.SequentialLR"}


@pytest.mark.parametrize("key", [key for key in keys(PARAM_SCHEDULERS) if key not in OF_SCHEDULERS])
@pytest.mark.filterwarnings("ignore:.*SequentialLR:UserWarning")
def test_a_scheduler_changes_the_rate_of_the_optimizer_that_code_hands_it(key: str) -> None:
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer = OPTIMIZERS.build({"type": "torch.SGD", "params": [weight], "lr": 1.0})
    cfg = {"type": key, **SCHEDULER_ARGUMENTS.get(key, {})}
    scheduler = build_from_cfg(cfg, PARAM_SCHEDULERS, {"optimizer": optimizer})
    rates = set()
    metrics = [1.0] if PARAM_SCHEDULERS.resolve(key).metadata["metrics"] else []
    for _ in range(6):
        rates.add(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*metrics)
    assert len(rates) > 1


@pytest.mark.parametrize("key", sorted(OF_SCHEDULERS))
def test_a_scheduler_of_schedulers_takes_built_ones(key: str) -> None:
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer = OPTIMIZERS.build({"type": "torch.SGD", "params": [weight], "lr": 1.0})
    inner: list[Any] = [
        build_from_cfg(cfg, PARAM_SCHEDULERS, {"optimizer": optimizer})
        for cfg in (
            {"type": "torch.ConstantLR", "factor": 0.5},
            {"type": "torch.ExponentialLR", "gamma": 0.5},
        )
    ]
    defaults: dict[str, Any] = {"optimizer": optimizer, "schedulers": inner}
    cfg = {
        "type": key,
        **({"milestones": [2]} if "milestones" in needs(PARAM_SCHEDULERS, key) else {}),
    }
    scheduler = build_from_cfg(cfg, PARAM_SCHEDULERS, defaults)
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] < 1
