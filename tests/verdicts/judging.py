"""One verdict: what the check, the schema and the build say of one config."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

import registry_core
from registry_core import (
    ArgumentError,
    BuildError,
    PluginLoadError,
    RegistryError,
    WrongType,
    current_environment,
    installed_registry,
)
from registry_core.building.config_nodes import (
    ALL_CONTROLS,
    ARGS,
    IDENTITY,
    KWARGS,
    REGISTRY,
    SCOPE,
)
from registry_core.building.containers import REFERENCE
from registry_core.config import check_config, schema

if TYPE_CHECKING:
    from registry_core import Registry
    from verdicts.drawing import Wanted
from verdicts.drawing import Configs, everything

jsonschema = pytest.importorskip("jsonschema")

_OURS = str(Path(registry_core.__file__).parent)
Keys = tuple[object, ...]
# Few and always the same, but where there is time.
EXAMPLES = settings(
    derandomize=True,
    deadline=None,
    max_examples=1_000 if os.environ.get("HYPOTHESIS_PROFILE") == "slow" else 20,
    suppress_health_check=[HealthCheck.too_slow],
)
_NAMES = frozenset({*ALL_CONTROLS, "type"})


class Verdicts(NamedTuple):
    """What judges the configs of a registry. Lives as long as a test.

    Attributes:
        registry: the registry.
        configs: draws its configs.
        recursive: whether nested parts are built.
        load: whether the check and the schema ask the objects.
        validator: judges by the schema.
        may_build: whether its constructors may run; otherwise all is made partial.
    """

    registry: Registry[Any]
    configs: Configs
    recursive: bool
    load: bool
    validator: Any
    may_build: bool


def verdicts(
    registry: Registry[Any],
    wanted: Wanted = everything,
    *,
    recursive: bool = True,
    load: bool = False,
    may_build: bool = True,
) -> Verdicts:
    """What judges the configs of a registry, with its schema.

    The registries that can be named are imported: a build imports them, and what it finds in them
    depends on what else was.
    """
    for group in current_environment().registries():
        # One that cannot be imported is told by its source.
        with suppress(RegistryError):
            installed_registry(group)
    drawn = schema(registry, recursive=recursive, load=load)
    validator = jsonschema.Draft202012Validator(drawn)
    return Verdicts(registry, Configs(registry, wanted), recursive, load, validator, may_build)


def assert_one_verdict(by: Verdicts, cfg: Any) -> None:
    """Fail where the check, the schema and the build disagree about a config.

    Args:
        by: what judges.
        cfg: plain data of JSON.
    """
    found = check_config(cfg, by.registry, recursive=by.recursive, load=by.load)
    errors = [each for each in found if each.severity == "error"]
    if any(isinstance(each, PluginLoadError) for each in errors):
        return
    if not any(_is_beyond_schema(by, each, cfg) for each in errors):
        said = [f"{each.json_path}: {each.message}" for each in by.validator.iter_errors(cfg)]
        assert bool(said) is bool(errors), f"the schema: {said}, the check: {errors}, of {cfg}"
    refused = _refusal(by, cfg if by.may_build else _made_partial(cfg))
    if refused is not None and by.configs.is_told(refused, load=by.load):
        places = [(type(each), each.config_keys) for each in errors]
        # A hint that only loading would tell is no verdict.
        is_unsure = any("load=True" in str(each) for each in found)
        is_found = (type(refused), refused.config_keys) in places or is_unsure
        assert is_found, f"the build: {refused!r}, the check: {found}, of {cfg}"
    for each in errors:
        if not _is_about_value(each, cfg):
            _assert_refused(by, cfg, each)


def _assert_refused(by: Verdicts, cfg: Any, error: RegistryError) -> None:
    """Fail where a build does not refuse what an error is about, at its path."""
    keys = error.config_keys
    renamed = {ARGS: "args", KWARGS: "kwargs"}
    after = [inner for outer, inner in pairwise(keys) if outer == KWARGS]
    if _is_about_reference(error) or not by.recursive or not _NAMES.isdisjoint(after):
        if by.may_build:
            assert _refusal(by, cfg) or _raised(by, cfg), f"{error!r} is not refused, {cfg}"
        return
    alone = _alone(cfg, keys)
    refused = _refusal(by, alone)
    # Where `**kwargs` are passed on to, another constructor refuses.
    raised = _raised(by, alone) if isinstance(error, ArgumentError) else None
    assert refused or raised, f"{error!r} is not refused in {alone} of {cfg}"
    kind, got = type(error) if refused else BuildError, refused or raised
    assert isinstance(got, kind), f"{got!r} is not {error!r}, {cfg}"
    way = tuple(renamed.get(str(key), key) for key in keys)
    assert got.config_keys == way, f"{got!r} is not at {way}, {cfg}"


def _refusal(by: Verdicts, cfg: Any) -> RegistryError | None:
    """What keeps a config from being built before a constructor runs."""
    error = _built(by, cfg)
    if isinstance(error, PluginLoadError):
        return None
    return None if isinstance(error, BuildError) and _has_run(error.__cause__) else error


def _raised(by: Verdicts, cfg: Any) -> BuildError | None:
    """What a constructor raises."""
    error = _built(by, cfg)
    return error if isinstance(error, BuildError) else None


def _built(by: Verdicts, cfg: Any) -> RegistryError | None:
    try:
        with warnings.catch_warnings():
            # An old name builds, and says so.
            warnings.filterwarnings("ignore", "[^ ]+: .* is now called ", FutureWarning)
            by.registry.build(cfg, recursive=by.recursive)
    except RegistryError as error:
        return error
    return None


def _has_run(cause: BaseException | None) -> bool:
    """Whether a constructor had been entered when it was raised."""
    traceback = None if cause is None else cause.__traceback__
    while traceback is not None:
        if not traceback.tb_frame.f_code.co_filename.startswith(_OURS):
            return True
        traceback = traceback.tb_next
    # One that is not written in Python has no frame; Python itself says what is abstract.
    is_refused = isinstance(cause, TypeError) and "abstract" in str(cause)
    return cause is not None and not is_refused and not _is_about_arguments(cause)


def _is_about_arguments(cause: BaseException) -> bool:
    return isinstance(cause, TypeError) and "argument" in str(cause)


def _is_about_reference(error: RegistryError) -> bool:
    return any(word in str(error) for word in ("the _id_", "circle of references"))


def _is_beyond_schema(by: Verdicts, error: RegistryError, cfg: Any) -> bool:
    """Whether JSON Schema has no words for it: what refers to what, and names that are equal."""
    if "must be in _kwargs_ or beside it" in str(error):
        named = _at(cfg, error.config_keys)
        # Hooks around building may change arguments: a schema says nothing of them.
        if by.registry._lookup.is_wrapped():
            return True
        return any(by.configs.takes_any(each) for each in named.values() if isinstance(each, str))
    if _is_about_value(error, cfg):
        # Which part a reference leads to.
        held = _at(cfg, error.config_keys)
        return isinstance(held, dict) and [*held] == [REFERENCE]
    return _is_about_reference(error)


def _is_about_value(error: RegistryError, cfg: Any) -> bool:
    """Whether it is about the value of an argument, and not that of a control key."""
    if type(error) is not WrongType:
        return False
    held = _at(cfg, error.config_keys)
    is_of_key = error.what in _NAMES and isinstance(held, Mapping) and error.what in held
    return not is_of_key and error.what != "cfg"


def _at(cfg: Any, keys: Keys) -> Any:
    for key in keys:
        cfg = cfg[key]
    return cfg


def _alone(cfg: Any, keys: Keys) -> Any:
    """A config with one part of another at its place, in whose arguments there is nothing."""
    if keys:
        first, *rest = keys
        inside = _alone(cfg[first], tuple(rest))
        if isinstance(cfg, list):
            return [inside if index == first else None for index in range(len(cfg))]
        name = {ARGS: "args", KWARGS: "kwargs"}.get(str(first), first)
        return {**{key: cfg[key] for key in (REGISTRY, SCOPE) if key in cfg}, name: inside}
    if not isinstance(cfg, dict):
        return cfg
    part: dict[str, Any] = {}
    for key, value in cfg.items():
        if key == ARGS and isinstance(value, list):
            part[key] = [None] * len(value)
        elif key == KWARGS and isinstance(value, dict):
            part[key] = dict.fromkeys(value)
        elif key != IDENTITY or not isinstance(value, str) or len(cfg) == 1:
            is_kept = key in _NAMES or not isinstance(value, dict | list)
            part[key] = value if is_kept else None
    return part


def _made_partial(cfg: Any) -> Any:
    """A config of which nothing is called at once."""
    if isinstance(cfg, list):
        return [_made_partial(each) for each in cfg]
    if not isinstance(cfg, dict) or [*cfg] in ([REFERENCE], ["_literal_"]):
        return cfg
    made = {key: _made_partial(value) for key, value in cfg.items()}
    is_part = "type" in cfg and not cfg.get("_partial_")
    return {**made, "_partial_": True} if is_part else made
