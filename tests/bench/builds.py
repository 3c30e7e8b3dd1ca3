"""Builds from configs, beside the Python expressions that make the same objects."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import parts
from fresh import pooled
from loops import Statement, measure, microseconds
from measures import LIMIT, OURS, Measure, Section, because

from registry_core import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from measures import Rounds

_SWISH: parts.Config = {"type": "Swish", "beta": 1.5}
_NODES = 40


def sections() -> list[Section]:
    """The tables of this module."""
    others = because("builds nothing from a config", "pluggy", "stevedore", "catalogue")
    nothing_prepared = because("prepares no build", "mmengine", "fvcore", "hydra")
    return [
        Section(
            "Build one object",
            "`R.build({'type': 'Swish', 'beta': 1.5})`. mmengine builds the same config, hydra one "
            "with `_target_`, and users of fvcore call what its `get` returns. The class only "
            "keeps its argument, so that this shows what a build adds at its worst.",
            "ns",
            "`Swish(beta=1.5)`",
            (Measure("build one object", "one object", pooled(build_one)),),
            others,
        ),
        Section(
            f"Build a tree of {_NODES} objects",
            "A network: a backbone with stages with blocks, a neck and a head, in nested mappings "
            "and lists. mmengine has a `build_func` that builds the innermost first, as those who "
            "use it write one; hydra's config is made into an OmegaConf beforehand.",
            "µs",
            "the Python expression for the same tree",
            (Measure(f"build {_NODES} nodes", f"{_NODES} objects", pooled(build_tree)),),
            others | {"fvcore": "builds nothing within something"},
        ),
        Section(
            f"Build a tree of {_NODES} objects that is prepared",
            "`plan()`, of the same config, where `plan = R.plan(cfg, recursive=True)` was made "
            "before: a config that is built time and again.",
            "µs",
            "the Python expression for the same tree",
            (Measure("prepared build", f"{_NODES} objects", pooled(build_prepared)),),
            others | nothing_prepared,
        ),
        Section(
            f"Build a tree of {_NODES} objects with two references",
            "The same tree, in which one part has an `_id_` and two others are references to it, "
            "one before it and one behind it; the limit is the tree without.",
            "µs",
            "our build of the tree without references",
            (Measure("build with references", f"{_NODES} objects", pooled(build_referring)),),
            others | because("has no references to what it builds", "mmengine", "fvcore", "hydra"),
        ),
    ]


def _ours() -> Registry[Any]:
    registry: Registry[Any] = Registry("bench build", scope="bench")
    for part in parts.PARTS:
        registry.register_module(module=part)
    return registry


def _mmengine(**options: Any) -> Any:
    registry = import_module("mmengine.registry").Registry("bench", scope="bench", **options)
    for part in parts.PARTS:
        registry.register_module(module=part)
    return registry


def _innermost_first() -> Callable[..., Any]:
    """A `build_func` for mmengine, which by itself hands nested configs to the constructor."""
    build_from_cfg = import_module("mmengine.registry").build_from_cfg

    def build(cfg: Any, registry: Any) -> Any:
        if isinstance(cfg, dict):
            built = {key: build(value, registry) for key, value in cfg.items()}
            return build_from_cfg(built, registry) if "type" in built else built
        return [build(value, registry) for value in cfg] if isinstance(cfg, list) else cfg

    return build


def _targets(value: Any) -> Any:
    """A config as hydra reads it."""
    if isinstance(value, dict):
        targets = {key: _targets(each) for key, each in value.items() if key != "type"}
        return targets | ({"_target_": f"parts.{value['type']}"} if "type" in value else {})
    return [_targets(each) for each in value] if isinstance(value, list) else value


def _omegaconf(cfg: parts.Config) -> Any:
    return import_module("omegaconf").OmegaConf.create({**_targets(cfg), "_convert_": "all"})


def _run(cfg: parts.Config, statements: list[Statement], rounds: int) -> Rounds:
    """Measure statements that must all make what `cfg` describes."""
    code = parts.expression(cfg)
    limit = Statement(LIMIT, code, {part.__name__: part for part in parts.PARTS})
    wanted = eval(code, dict(limit.names))
    for statement in statements:
        if not parts.same(eval(statement.code, dict(statement.names)), wanted):
            raise ValueError(f"{statement.name} builds something else")
    return measure([limit, *statements], rounds=rounds)


def build_one(rounds: int) -> Rounds:
    """One object from a config of one level."""
    fvcore = import_module("fvcore.common.registry").Registry("bench")
    fvcore.register(parts.Swish)
    called = "R.get(cfg['type'])(**{key: cfg[key] for key in cfg if key != 'type'})"
    instantiate = import_module("hydra.utils").instantiate
    statements = [
        Statement(OURS, "build(cfg)", {"build": _ours().build, "cfg": _SWISH}),
        Statement("mmengine", "build(cfg)", {"build": _mmengine().build, "cfg": _SWISH}),
        Statement("fvcore", called, {"R": fvcore, "cfg": _SWISH}),
        Statement("hydra", "build(cfg)", {"build": instantiate, "cfg": _omegaconf(_SWISH)}),
    ]
    return _run(_SWISH, statements, rounds)


def build_tree(rounds: int) -> Rounds:
    """A tree from a nested config."""
    cfg = parts.network()
    if parts.nodes(cfg) != _NODES:
        raise ValueError(f"the config describes {parts.nodes(cfg)} objects")
    mmengine = _mmengine(build_func=_innermost_first())
    instantiate = import_module("hydra.utils").instantiate
    ours = {"R": _ours(), "cfg": cfg}
    statements = [
        Statement(OURS, "R.build(cfg, recursive=True)", ours),
        Statement("mmengine", "build(cfg)", {"build": mmengine.build, "cfg": cfg}),
        Statement("hydra", "build(cfg)", {"build": instantiate, "cfg": _omegaconf(cfg)}),
    ]
    return microseconds(_run(cfg, statements, rounds))


def build_prepared(rounds: int) -> Rounds:
    """The same tree from a plan."""
    cfg = parts.network()
    plan = _ours().plan(cfg, recursive=True)
    statement = Statement(OURS, "plan()", {"plan": plan})
    return microseconds(_run(cfg, [statement], rounds))


def build_referring(rounds: int) -> Rounds:
    """The same tree, with one object in three places."""
    cfg = parts.network()
    referring = parts.network()
    stages = referring["backbone"]["stages"]
    stages[1]["blocks"][0]["norm"]["_id_"] = "norm"
    stages[0]["blocks"][0]["norm"] = {"_ref_": "norm"}
    referring["head"]["norm"] = {"_ref_": "norm"}
    registry = _ours()
    built = registry.build(referring, recursive=True)
    if built.head.norm is not built.backbone.stages[1].blocks[0].norm:
        raise ValueError("a reference is another object")
    code = "R.build(cfg, recursive=True)"
    statements = [
        Statement(LIMIT, code, {"R": registry, "cfg": cfg}),
        Statement(OURS, code, {"R": registry, "cfg": referring}),
    ]
    return microseconds(measure(statements, rounds=rounds))
