"""The same configs built by MMEngine's registries and by ours."""

# ruff: noqa: C408 - configs are written as MMEngine's users write them

import importlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from peers.mmengine_sides import (
    SIDES,
    Part,
    imported,
    registry_of,
    side,
    with_models,
)


@pytest.fixture(params=SIDES)
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from side(request.param)


@pytest.fixture
def models(api: Any) -> Any:
    registry = registry_of(api)
    registry.register_module("Table", module=dict)
    return registry


def test_a_config_is_built_and_not_changed(api: Any, models: Any) -> None:
    cfg, defaults = dict(type="Part", depth=50), dict(depth=34, inner="x")
    for built in (
        models.build(cfg, default_args=defaults),
        api.build_from_cfg(cfg, models, defaults),
    ):
        assert (type(built), built.depth, built.inner) == (Part, 50, "x")
    assert cfg == dict(type="Part", depth=50)
    assert defaults == dict(depth=34, inner="x")


def test_the_type_may_come_from_the_default_arguments(models: Any) -> None:
    assert models.build(dict(depth=9), default_args=dict(type="Part")).depth == 9
    assert type(models.build(dict(type="Part"), default_args=dict(type="Table"))) is Part


def test_what_a_config_says_comes_before_the_default_arguments(models: Any) -> None:
    built = models.build(dict(type="Table", b=1), default_args=dict(a=2, b=3))
    assert list(built.items()) == [("b", 1), ("a", 2)]


@pytest.mark.parametrize(
    "kind", [Part, partial(Part), lambda **kwargs: Part(**kwargs)], ids=["class", "partial", "def"]
)
def test_code_may_pass_what_is_to_be_built_as_the_type(models: Any, kind: Any) -> None:
    assert models.build(dict(type=kind, depth=7)).depth == 7


def test_functions_and_partials_are_called(models: Any) -> None:
    models.register_module(name="half", module=partial(Part, depth=9))

    def double(depth: int) -> int:
        return depth * 2

    models.register_module(module=double)
    assert models.build(dict(type="half")).depth == 9
    assert models.build(dict(type="half", depth=10)).depth == 10
    assert models.build(dict(type="double", depth=4)) == 8


def test_nested_configs_are_passed_on_as_they_are(models: Any) -> None:
    inner = dict(type="Part", depth=3)
    assert models.build(dict(type="Part", inner=inner)).inner is inner


@pytest.mark.parametrize("kind", ["ConfigDict", "Config"])
def test_a_config_of_mmengine_is_built_and_keeps_its_inside(
    api: Any, models: Any, kind: str
) -> None:
    config = imported("mmengine.config")
    cfg = getattr(config, kind)(dict(type="Part", depth=50, inner=dict(a=dict(b=1))))
    defaults = getattr(config, kind)(dict(depth=1))
    built = models.build(cfg, default_args=defaults)
    assert (built.depth, type(built.inner)) == (50, config.ConfigDict)
    assert built.inner is cfg.inner
    assert built.inner.a.b == 1
    assert (cfg.type, cfg.depth) == ("Part", 50)
    assert api.build_from_cfg(dict(type="Part", inner=cfg), models).inner is cfg


def test_the_lazy_objects_of_a_config_are_built(models: Any) -> None:
    config = imported("mmengine.config")
    lazy = importlib.import_module("mmengine.config.lazy")
    cfg = config.ConfigDict(
        type=lazy.LazyObject("builtins", "dict"), depth=lazy.LazyObject("fractions", "Fraction")
    )
    assert models.build(cfg) == {"depth": importlib.import_module("fractions").Fraction}


def test_a_manager_is_built_once_a_name(models: Any) -> None:
    utils = imported("mmengine.utils")

    @models.register_module()
    class Visualizer(utils.ManagerMixin):  # type: ignore[misc, name-defined]
        def __init__(self, name: str, size: int = 0) -> None:
            super().__init__(name)
            self.size = size

    first = models.build(dict(type="Visualizer", name="kea", size=3))
    assert first.size == 3
    assert Visualizer.get_instance("kea") is first
    assert models.build(dict(type="Visualizer", name="kea")) is first
    assert models.build(dict(type=Visualizer, name="kea")) is first
    assert Visualizer.get_current_instance() is first


@pytest.mark.parametrize("error", [ValueError, KeyError, RuntimeError, TypeError, SystemExit])
def test_what_a_constructor_raises_keeps_its_class(models: Any, error: type[BaseException]) -> None:
    raised = error("burst")

    def bad() -> None:
        raise raised

    models.register_module(module=bad)
    with pytest.raises(error) as caught:
        models.build(dict(type="bad"))
    assert caught.value is raised
    assert raised.__context__ is None
    assert raised.__cause__ is None


def test_an_argument_that_a_constructor_does_not_take_is_pythons_type_error(models: Any) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'dept'") as caught:
        models.build(dict(type="Part", dept=3))
    assert type(caught.value) is TypeError


class Runner:
    def __init__(self, cfg: Any, scope: Any) -> None:
        self.cfg = cfg
        self.scope = scope


def runner_of(api: Any) -> type:
    def from_cfg(cls: Any, cfg: Any) -> Any:
        return cls(cfg, api.DefaultScope.get_current_instance())

    return type("Runner", (Runner,), {"from_cfg": classmethod(from_cfg)})


def test_a_runner_reads_its_config_itself(api: Any) -> None:
    runners = api.Registry("kea", api.build_runner_from_cfg, scope="acme")
    default, custom = runner_of(api), runner_of(api)
    runners.register_module("Runner", module=default)
    runners.register_module("Custom", module=custom)
    cfg = dict(runner_type="Custom", epochs=12, _scope_="acme")
    built = runners.build(cfg)
    assert (type(built), built.cfg) == (custom, dict(runner_type="Custom", epochs=12))
    assert built.scope.scope_name == "acme"
    assert cfg["_scope_"] == "acme"
    assert type(runners.build(dict(epochs=1))) is default
    assert type(runners.build(dict(runner_type=custom))) is custom


def test_the_scope_of_a_runner_or_scheduler_is_where_it_is_found(api: Any) -> None:
    runners = api.Registry("kea", api.build_runner_from_cfg, scope="acme")
    inner = api.Registry("kea", parent=runners, scope="kinner")
    inner.register_module("Runner", module=runner_of(api))
    assert runners.build(dict(epochs=1, _scope_="kinner")).scope.scope_name == "kinner"
    schedulers = api.Registry("kea", api.build_scheduler_from_cfg, scope="acme")
    api.Registry("kea", parent=schedulers, scope="kinner").register_module(module=StepLR)
    cfg = dict(type="StepLR", _scope_="kinner", epoch_length=3)
    assert schedulers.build(cfg).kwargs == {}
    converted = schedulers.build(cfg, default_args=dict(convert_to_iter_based=True))
    assert converted.kwargs == dict(converted=True, epoch_length=3)


def test_a_runner_gets_a_config_of_the_kind_that_was_given(api: Any) -> None:
    config = imported("mmengine.config")
    runners = api.Registry("kea", api.build_runner_from_cfg, scope="acme")
    runners.register_module("Runner", module=runner_of(api))
    for kind in (config.Config, config.ConfigDict):
        built = runners.build(kind(dict(model=dict(type="A"), _scope_="acme")))
        assert type(built.cfg) is kind
        assert built.cfg.model.type == "A"
        assert "_scope_" not in built.cfg


class StepLR:
    def __init__(self, **kwargs: Any) -> None:
        self.kwargs = kwargs

    @classmethod
    def build_iter_from_epoch(cls, **kwargs: Any) -> "StepLR":
        return cls(converted=True, **kwargs)


def test_a_scheduler_is_built_of_epochs_or_converted_to_iterations(api: Any) -> None:
    schedulers = api.Registry("kea", api.build_scheduler_from_cfg, scope="acme")
    schedulers.register_module(module=StepLR)
    cfg = dict(type="StepLR", step_size=3, epoch_length=20)
    assert schedulers.build(cfg, default_args=dict(optimizer="o")).kwargs == dict(
        step_size=3, optimizer="o"
    )
    cfg["convert_to_iter_based"] = True
    converted = dict(converted=True, step_size=3, epoch_length=20)
    assert schedulers.build(cfg).kwargs == converted
    assert schedulers.build({**cfg, "type": StepLR, "_scope_": "acme"}).kwargs == converted
    del cfg["epoch_length"]
    assert schedulers.build(cfg, default_args=dict(epoch_length=20)).kwargs == converted


def test_a_model_of_one_config_is_what_the_config_says(api: Any) -> None:
    with_models(api)
    registry = api.Registry("kea", api.build_model_from_cfg, scope="acme")
    registry.register_module(module=Part)
    assert registry.build(dict(type="Part"), default_args=dict(depth=5)).depth == 5


def test_a_model_of_several_configs_is_a_sequence_of_modules(api: Any) -> None:
    torch = imported("torch")
    with_models(api)
    registry = api.Registry("kea", api.build_model_from_cfg, scope="acme")
    registry.register_module("Linear", module=torch.nn.Linear)
    configs = [dict(type="Linear", in_features=2), dict(type="Linear", in_features=3)]
    built = registry.build(configs, default_args=dict(out_features=3))
    assert isinstance(built, torch.nn.Sequential)
    assert [(each.in_features, each.out_features) for each in built] == [(2, 3), (3, 3)]
