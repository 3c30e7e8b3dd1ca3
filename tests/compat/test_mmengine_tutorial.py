"""The calls of an MMEngine tutorial, on torch, once their import names registry_core."""

# ruff: noqa: C408 - the calls are written as the tutorial writes them

from typing import TYPE_CHECKING, Any

import pytest

from registry_core import (
    AlreadyRegistered,
    ArgumentError,
    EntryNotFound,
    Registry,
    build_from_cfg,
)

torch = pytest.importorskip("torch")

if TYPE_CHECKING:

    class Module:
        """What the type checkers, which run without torch, have to know of its modules."""

        def __call__(self, x: Any) -> Any:
            """Run `forward`."""

else:
    Module = torch.nn.Module

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("nothing_installed")]

INPUT = torch.tensor([-1.0, 0.5])


class Sigmoid(Module):
    def forward(self, x: Any) -> Any:
        print("call Sigmoid.forward")
        return x


class ReLU(Module):
    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        print("call ReLU.forward")
        return x


class Softmax(Module):
    def forward(self, x: Any) -> Any:
        print("call Softmax.forward")
        return x


@pytest.fixture
def ACTIVATION() -> Registry:  # noqa: N802 - the tutorial's name
    # The module at the location is one that the tutorial speaks of and never writes.
    registry: Registry = Registry(
        "activation", scope="mmengine", locations=["mmengine.models.activations"]
    )
    registry.register_module()(Sigmoid)
    registry.register_module()(ReLU)
    registry.register_module(module=Softmax)
    return registry


def test_the_module_dict_shows_what_is_registered(ACTIVATION: Registry) -> None:  # noqa: N803
    assert ACTIVATION.module_dict == {"Sigmoid": Sigmoid, "ReLU": ReLU, "Softmax": Softmax}
    assert repr(ACTIVATION.module_dict["Sigmoid"]) == f"<class '{__name__}.Sigmoid'>"


def test_a_module_is_built_and_called(
    ACTIVATION: Registry,  # noqa: N803
    capsys: pytest.CaptureFixture[str],
) -> None:
    act_cfg: dict[str, Any] = dict(type="Sigmoid")
    activation = ACTIVATION.build(act_cfg)
    assert activation(INPUT) is INPUT
    act_cfg = dict(type="ReLU", inplace=True)
    activation = ACTIVATION.build(act_cfg)
    assert activation.inplace
    assert activation(INPUT) is INPUT
    assert capsys.readouterr().out == "call Sigmoid.forward\ncall ReLU.forward\n"
    assert act_cfg == {"type": "ReLU", "inplace": True}


def test_the_location_that_is_not_there_hurts_only_who_asks_for_what_nobody_has(
    ACTIVATION: Registry,  # noqa: N803
) -> None:
    assert isinstance(ACTIVATION.build(dict(type="Softmax")), Softmax)
    assert len(ACTIVATION) == 3
    with pytest.warns(RuntimeWarning, match="'GELU' is not found, but importing the location"):
        assert ACTIVATION.get("GELU") is None
    with pytest.raises(EntryNotFound) as missing:
        ACTIVATION.build(dict(type="GELU"))
    assert (
        "importing the location 'mmengine.models.activations' failed: ModuleNotFoundError"
        in str(missing.value)
    )


def test_a_build_function_that_returns_nothing_builds_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def build_activation(
        cfg: Any,
        registry: Any,  # noqa: ARG001 - the tutorial does not use it
        *args: Any,  # noqa: ARG001
        **kwargs: Any,  # noqa: ARG001
    ) -> None:
        cfg_ = cfg.copy()
        act_type = cfg_.pop("type")
        print(f"build activation: {act_type}")

    activations: Registry = Registry(
        "activation",
        build_func=build_activation,
        scope="mmengine",
        locations=["mmengine.models.activations"],
    )

    @activations.register_module()
    class Tanh(Module): ...

    activation = activations.build(dict(type="Tanh"))
    assert capsys.readouterr().out == "build activation: Tanh\n"
    with pytest.raises(TypeError, match="'NoneType' object is not callable"):
        activation(INPUT)


def test_a_build_function_that_returns_what_it_builds_is_what_the_tutorial_means(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def build_activation(cfg: Any, registry: Any, *args: Any, **kwargs: Any) -> Any:
        cfg_ = cfg.copy()
        act_type = cfg_.pop("type")
        print(f"build activation: {act_type}")
        return registry.get(act_type)(*args, **kwargs, **cfg_)

    activations: Registry = Registry("activation", build_func=build_activation, scope="mmengine")

    @activations.register_module()
    class Tanh(Module):
        def forward(self, x: Any) -> Any:
            print("call Tanh.forward")
            return x

    activation = activations.build(dict(type="Tanh"))
    assert activation(INPUT) is INPUT
    assert capsys.readouterr().out == "build activation: Tanh\ncall Tanh.forward\n"


@pytest.fixture
def MODELS() -> Registry:  # noqa: N802 - the tutorial's name
    registry: Registry = Registry("models")

    @registry.register_module()
    class ResNet:
        def __init__(self, depth: int, stages: int = 4) -> None:
            self.depth = depth
            self.stages = stages

    @registry.register_module()
    def resnet50() -> None:
        pass

    return registry


def test_a_class_is_built_from_its_arguments(MODELS: Registry) -> None:  # noqa: N803
    cfg = dict(type="ResNet", depth=50)
    for model in (build_from_cfg(cfg, MODELS), MODELS.build(cfg)):
        assert (model.depth, model.stages) == (50, 4)
    assert build_from_cfg(cfg, MODELS, dict(stages=3)).stages == 3


def test_the_argument_that_the_tutorial_forgets_is_named(MODELS: Registry) -> None:  # noqa: N803
    for kind in (TypeError, ArgumentError):
        with pytest.raises(kind) as refused:
            MODELS.build(dict(type="ResNet"))
        assert str(refused.value) == (
            f"building 'ResNet' (module {__name__}) failed: "
            "missing argument 'depth'; it takes depth, stages"
        )


def test_building_a_function_returns_what_it_returns(MODELS: Registry) -> None:  # noqa: N803
    assert MODELS.build(dict(type="resnet50")) is None


def test_the_name_that_the_tutorial_misspells_is_corrected(MODELS: Registry) -> None:  # noqa: N803
    with pytest.raises(KeyError, match="did you mean 'resnet50'"):
        build_from_cfg(dict(type="reset50"), MODELS)


def test_the_rules_of_registering_are_those_that_the_tutorial_quotes(
    ACTIVATION: Registry,  # noqa: N803
) -> None:
    not_callable: Any = "Sigmoid"
    with pytest.raises(TypeError, match="module must be Callable"):
        ACTIVATION.register_module(module=not_callable)
    ACTIVATION.register_module(name=["Logistic", "sigmoid"], module=Sigmoid)
    assert ACTIVATION.get("Logistic") is ACTIVATION.get("sigmoid") is Sigmoid
    with pytest.raises(KeyError, match=f"Sigmoid.* is already registered in .*at {__name__}"):
        ACTIVATION.register_module(name="Sigmoid", module=ReLU)
    with pytest.raises(AlreadyRegistered):
        ACTIVATION.register_module(name="Sigmoid", module=ReLU, force=False)
    ACTIVATION.register_module(name="Sigmoid", module=ReLU, force=True)
    assert ACTIVATION.get("Sigmoid") is ReLU
