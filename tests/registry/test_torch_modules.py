"""Classes and functions of torch itself: registered, listed and built as they are."""

from typing import Any

import pytest

from registry_core import (
    ArgumentError,
    BaseMismatch,
    BuildError,
    Registry,
)

torch = pytest.importorskip("torch")
nn = torch.nn

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("nothing_installed")]

SOFTMAXES = ("Softmin", "Softmax", "LogSoftmax")
OTHERS = ("MultiheadAttention", "Softmax2d", "Threshold")
ACTIVATIONS = [name for name in nn.modules.activation.__all__ if name not in OTHERS]
INPUT = torch.linspace(-3, 3, 24).reshape(2, 12)


@pytest.fixture
def layers() -> Registry[Any]:
    registry: Registry[Any] = Registry("layer", scope="torch", base=nn.Module)
    for name in ("Sequential", "Linear", "Dropout", "Threshold", *ACTIVATIONS):
        registry.register_module(module=getattr(nn, name))
    return registry


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_built_and_computes_what_torch_computes(
    layers: Registry[Any], name: str
) -> None:
    arguments = {"dim": -1} if name in SOFTMAXES else {}
    built, expected = layers.build({"type": name, **arguments}), getattr(nn, name)(**arguments)
    assert type(built) is type(expected)
    # Some draw random numbers in training.
    assert torch.equal(built.eval()(INPUT), expected.eval()(INPUT))


def test_arguments_reach_the_module(layers: Registry[Any]) -> None:
    relu = layers.build({"type": "ReLU", "inplace": True})
    assert relu.inplace
    given = INPUT.clone()
    assert relu(given) is given
    assert torch.equal(given, INPUT.clamp(min=0))
    softplus = layers.build({"type": "Softplus", "threshold": 30}, {"beta": 2.0, "threshold": 1})
    assert (softplus.beta, softplus.threshold) == (2.0, 30)
    threshold = layers.build({"type": "Threshold", "_args_": [0.5, -7.0]})
    assert threshold(torch.tensor([0.4, 0.6])).tolist() == [-7.0, pytest.approx(0.6)]


def test_a_network_is_built_of_its_parts(layers: Registry[Any]) -> None:
    act = {"type": "LeakyReLU", "negative_slope": 0.25}
    config = {
        "type": "Sequential",
        "_args_": [
            {"type": "Linear", "in_features": 12, "out_features": 5},
            act,
            {"type": "Linear", "in_features": 5, "out_features": 5, "bias": False},
            act,
        ],
    }
    network = layers.build(config, recursive=True)
    first, left, second, right = network
    assert left is not right
    assert second.bias is None
    expected = right(second(left(first(INPUT))))
    assert torch.equal(network(INPUT), expected)
    assert [tuple(p.shape) for p in network.parameters()] == [(5, 12), (5,), (5, 5)]


def test_an_argument_that_a_module_lacks_is_named_with_its_place(layers: Registry[Any]) -> None:
    config = {"type": "Sequential", "_args_": [{"type": "ReLU"}, {"type": "ReLU", "inplac": True}]}
    with pytest.raises(ArgumentError) as refused:
        layers.build(config, recursive=True)
    assert str(refused.value) == (
        f"in the config at _args_[1]: building 'ReLU' (module {__name__}) failed: "
        "unexpected argument 'inplac'; it takes inplace"
    )


def test_a_value_that_a_module_refuses_is_an_error_with_its_reason(layers: Registry[Any]) -> None:
    with pytest.raises(BuildError) as refused:
        layers.build({"type": "Dropout", "p": 2.0})
    assert "building 'Dropout'" in str(refused.value)
    assert "dropout probability has to be between 0 and 1" in str(refused.value)
    assert isinstance(refused.value.__cause__, ValueError)


def test_what_is_no_module_does_not_fit_a_registry_of_modules(layers: Registry[Any]) -> None:
    with pytest.raises(BaseMismatch, match=r"is not torch\.nn\.modules\.module\.Module"):
        layers.register_module(module=torch.optim.SGD)


def test_an_optimizer_gets_its_parameters_from_code() -> None:
    optimizers: Registry[Any] = Registry("optimizer", scope="torch", base=torch.optim.Optimizer)
    for name in ("SGD", "Adam", "AdamW"):
        optimizers.register_module(module=getattr(torch.optim, name))
    model = nn.Linear(3, 2)
    config = {"type": "SGD", "lr": 0.5, "momentum": 0.9}
    optimizer = optimizers.build(config, {"params": model.parameters(), "lr": 0.1})
    assert optimizer.param_groups[0]["lr"] == 0.5
    assert optimizer.param_groups[0]["params"] == list(model.parameters())
    waiting = optimizers.build({**config, "_partial_": True})
    assert type(waiting(model.parameters())) is torch.optim.SGD
    with pytest.raises(ArgumentError, match="missing argument 'params'"):
        optimizers.build({"type": "AdamW"})


def test_a_function_written_in_c_is_built_too_and_says_itself_what_it_takes() -> None:
    tensors: Registry[Any] = Registry("tensor", scope="torch", base=torch.Tensor)
    tensors.register_module(module=torch.full)
    built = tensors.build({"type": "full", "size": [2, 3], "fill_value": 7})
    assert built.tolist() == [[7, 7, 7], [7, 7, 7]]
    with pytest.raises(BuildError) as refused:
        tensors.build({"type": "full", "size": [2, 3], "value": 7})
    assert isinstance(refused.value.__cause__, TypeError)
    assert str(refused.value).startswith(
        f"building 'full' (module {__name__}) failed: TypeError: full() missing 1 required"
    )
