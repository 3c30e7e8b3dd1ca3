"""The root registries that MMEngine has, by the same names, filled by what is installed."""

from __future__ import annotations

from registry_core.compat.mmengine.registry import Registry
from registry_core.compat.mmengine.special_builds import (
    build_model_from_cfg,
    build_optimizer_from_cfg,
    build_runner_from_cfg,
    build_scheduler_from_cfg,
)

_SCOPE = "mmengine"

RUNNERS: Registry = Registry("runner", build_runner_from_cfg, scope=_SCOPE)
RUNNER_CONSTRUCTORS: Registry = Registry("runner constructor", scope=_SCOPE)
LOOPS: Registry = Registry("loop", scope=_SCOPE)
HOOKS: Registry = Registry("hook", scope=_SCOPE)
STRATEGIES: Registry = Registry("strategy", scope=_SCOPE)

DATASETS: Registry = Registry("dataset", scope=_SCOPE)
DATA_SAMPLERS: Registry = Registry("data sampler", scope=_SCOPE)
TRANSFORMS: Registry = Registry("transform", scope=_SCOPE)

MODELS: Registry = Registry("model", build_model_from_cfg, scope=_SCOPE)
MODEL_WRAPPERS: Registry = Registry("model_wrapper", scope=_SCOPE)
WEIGHT_INITIALIZERS: Registry = Registry("weight initializer", scope=_SCOPE)

OPTIMIZERS: Registry = Registry("optimizer", build_optimizer_from_cfg, scope=_SCOPE)
OPTIM_WRAPPERS: Registry = Registry("optim_wrapper", scope=_SCOPE)
OPTIM_WRAPPER_CONSTRUCTORS: Registry = Registry("optimizer wrapper constructor", scope=_SCOPE)
PARAM_SCHEDULERS: Registry = Registry("parameter scheduler", build_scheduler_from_cfg, scope=_SCOPE)

METRICS: Registry = Registry("metric", scope=_SCOPE)
EVALUATOR: Registry = Registry("evaluator", scope=_SCOPE)

TASK_UTILS: Registry = Registry("task util", scope=_SCOPE)

VISUALIZERS: Registry = Registry("visualizer", scope=_SCOPE)
VISBACKENDS: Registry = Registry("vis_backend", scope=_SCOPE)
LOG_PROCESSORS: Registry = Registry("log_processor", scope=_SCOPE)

INFERENCERS: Registry = Registry("inferencer", scope=_SCOPE)
FUNCTIONS: Registry = Registry("function", scope=_SCOPE)
