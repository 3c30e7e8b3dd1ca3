"""The root registries that MMEngine has, by the same names, filled by what is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.compat.mmengine.build_functions import (
    build_model_from_cfg,
    build_optimizer_from_cfg,
    build_runner_from_cfg,
    build_scheduler_from_cfg,
)
from registry_core.compat.mmengine.registry import Registry
from registry_core.keys import group_of

if TYPE_CHECKING:
    from collections.abc import Callable


def _root(name: str, build_func: Callable[..., Any] | None = None) -> Registry:
    """A root registry of MMEngine's, whose group all share who use that name."""
    return Registry(name, build_func, scope="mmengine", group=group_of(name))


RUNNERS: Registry = _root("runner", build_runner_from_cfg)
RUNNER_CONSTRUCTORS: Registry = _root("runner constructor")
LOOPS: Registry = _root("loop")
HOOKS: Registry = _root("hook")
STRATEGIES: Registry = _root("strategy")

DATASETS: Registry = _root("dataset")
DATA_SAMPLERS: Registry = _root("data sampler")
TRANSFORMS: Registry = _root("transform")

MODELS: Registry = _root("model", build_model_from_cfg)
MODEL_WRAPPERS: Registry = _root("model_wrapper")
WEIGHT_INITIALIZERS: Registry = _root("weight initializer")

OPTIMIZERS: Registry = _root("optimizer", build_optimizer_from_cfg)
OPTIM_WRAPPERS: Registry = _root("optim_wrapper")
OPTIM_WRAPPER_CONSTRUCTORS: Registry = _root("optimizer wrapper constructor")
PARAM_SCHEDULERS: Registry = _root("parameter scheduler", build_scheduler_from_cfg)

METRICS: Registry = _root("metric")
EVALUATOR: Registry = _root("evaluator")

TASK_UTILS: Registry = _root("task util")

VISUALIZERS: Registry = _root("visualizer")
VISBACKENDS: Registry = _root("vis_backend")
LOG_PROCESSORS: Registry = _root("log_processor")

INFERENCERS: Registry = _root("inferencer")
FUNCTIONS: Registry = _root("function")

__all__ = [
    "DATASETS",
    "DATA_SAMPLERS",
    "EVALUATOR",
    "FUNCTIONS",
    "HOOKS",
    "INFERENCERS",
    "LOG_PROCESSORS",
    "LOOPS",
    "METRICS",
    "MODELS",
    "MODEL_WRAPPERS",
    "OPTIMIZERS",
    "OPTIM_WRAPPERS",
    "OPTIM_WRAPPER_CONSTRUCTORS",
    "PARAM_SCHEDULERS",
    "RUNNERS",
    "RUNNER_CONSTRUCTORS",
    "STRATEGIES",
    "TASK_UTILS",
    "TRANSFORMS",
    "VISBACKENDS",
    "VISUALIZERS",
    "WEIGHT_INITIALIZERS",
]
