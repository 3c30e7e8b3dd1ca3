"""Configs: what a file says is read as plain data; checking, building and planning it agree."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml

from fuzz.judging import are_same, every, importing_nothing, inside, judge_error, layout, outcome
from registry_core import (
    ConfigError,
    Environment,
    Registry,
    RegistryError,
    build_from_cfg,
    use_environment,
)
from registry_core.building.config_nodes import REGISTRY, SCOPE, TYPE
from registry_core.config import Document, check_config, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = (type(None), bool, int, float, str, list, dict)
_OF = {".yaml": _PLAIN, ".json": _PLAIN, ".toml": (*_PLAIN, date, datetime, time)}
# A value of fewer letters may stand in a message by chance.
_SECRET = 16
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "tag:yaml.org,2002:merge"


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="registry-core-fuzz-")


@cache
def _environment() -> Environment:
    return Environment([], variables={})


def _anything(*args: object, **kwargs: object) -> tuple[object, ...]:
    return "anything", args, kwargs


def _strict(size: object, act: object = None) -> tuple[object, ...]:
    return "strict", size, act


def _parts() -> Registry[Any]:
    """A registry whose constructors fail for their arguments alone."""
    registry: Registry[Any] = Registry("parts", scope="acme", group="fuzz.parts")
    registry.register_module("Part", module=_anything)
    registry.register_module("Strict", module=_strict)
    extra: Registry[Any] = Registry("parts", parent=registry, scope="extra")
    extra.register_module("Part", module=_strict)
    return registry


def check(data: bytes) -> None:
    """Fail where reading or building `data` as a YAML, TOML or JSON file breaks a promise."""
    for ending, kinds in _OF.items():
        file = Path(_folder().name, f"net{ending}")
        file.write_bytes(data)
        with importing_nothing(), use_environment(_environment()):
            document = _read(file)
            if isinstance(document, ConfigError):
                assert ending != ".json" or _json(data) is None, f"{document}"
                continue
            values = every(document.data)
            assert {*map(type, values)} <= {*kinds}, f"{ {*map(type, values)} - {*kinds} }"
            if ending == ".json":
                assert are_same(document.data, _json(data)), f"{document.data}"
            elif ending == ".yaml":
                _check_yaml(document, data.decode().removeprefix("\ufeff"))
            _check_building(document.data, plans=b"*" not in data)


def _read(file: Path) -> Document | ConfigError:
    try:
        return read_document(file)
    except ConfigError as error:
        judge_error(error, may_nest="it nests " in str(error))
        return error


def _json(data: bytes) -> dict[str, Any] | list[Any] | None:
    """What Python reads; None where that is a scalar, repeats a key or nests too deep."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError
        return dict(pairs)

    try:
        found = json.loads(data.decode().removeprefix("\ufeff"), object_pairs_hook=unique)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _check_yaml(document: Document, text: str) -> None:
    """Each key of the text is in the data, and has the position at which it stands."""
    root = yaml.compose(text, _LOADER)
    if root is None or isinstance(root, yaml.ScalarNode):
        assert document.data == {}
        return
    seen = {id(root)}
    waiting: list[tuple[Any, Any, tuple[object, ...]]] = [(root, document.data, ())]
    while waiting:
        node, value, path = waiting.pop()
        for key, mark, part, inner in _written(node, value):
            place = (mark.line + 1, mark.column + 1)
            at = document.position((*path, key))
            # An item that is an alias is composed as the node of its anchor, where it is not.
            may_be_alias = "*" in text and isinstance(node, yaml.SequenceNode)
            assert at == place or may_be_alias, f"{(*path, key)} is at {place}, not at {at}"
            if id(part) not in seen and isinstance(inner, (dict, list)):
                seen.add(id(part))
                waiting.append((part, inner, (*path, key)))


def _written(node: Any, value: Any) -> Iterator[tuple[object, Any, Any, object]]:
    """What a mapping or list says itself: key or index, mark, node and value of each part."""
    if isinstance(node, yaml.SequenceNode):
        for index, part in enumerate(node.value):
            yield index, part.start_mark, part, value[index]
    elif isinstance(node, yaml.MappingNode):
        if any(key.tag == _MERGE for key, _ in node.value):
            # What is merged comes in between; what is a text needs no counting.
            own = [(k.value, k, part) for k, part in node.value if k.value in value]
        else:
            assert len(node.value) == len(value), f"a repeated key is lost: {[*value]}"
            own = [(key, k, part) for key, (k, part) in zip(value, node.value, strict=True)]
        for key, k, part in own:
            # NaN is not a key like itself, and cannot be looked for.
            if key == key:  # noqa: PLR0124
                yield key, k.start_mark, part, value[key]


def _check_building(data: Any, *, plans: bool) -> None:
    before = layout(data)
    secrets = _secrets(data)
    registry = _parts()
    for recursive in (False, True):
        found = check_config(data, registry, recursive=recursive)
        named = [each for each in found if each.severity == "error"]
        findings = check_config(data, registry, recursive=recursive, load=True)
        # What is a hint, builds.
        errors = [each for each in findings if each.severity == "error"]
        built = outcome(build_from_cfg, data, registry, recursive=recursive)
        refused = isinstance(built, RegistryError)
        assert bool(errors) == refused, f"checking says {errors}, but building gives {built!r}"
        assert errors or not named, f"the names are refused, and not the whole: {named}"
        for error in (*found, *findings, *([built] if refused else [])):
            judge_error(error)
            betrayed = [secret for secret in secrets if secret in str(error)]
            assert not betrayed, f"{betrayed} in {error}"
        if plans:
            plan = outcome(registry.plan, data, recursive=recursive)
            assert isinstance(plan, RegistryError) == refused, f"planned {plan!r}, built {built!r}"
            assert refused or are_same(plan(), built), "a plan builds something else"
    assert layout(data) == before, "the config was changed"


def _secrets(data: object) -> list[str]:
    """Texts in a config that are not names, and so in no message."""
    names: list[str] = []
    secrets: list[str] = []
    for value in every(data):
        for key, part in inside(value):
            names += [key] if isinstance(key, str) else []
            if isinstance(part, str):
                (names if key in (TYPE, SCOPE, REGISTRY) else secrets).append(part)
    known = "\n".join(map(repr, names))
    return [text for text in secrets if len(text) >= _SECRET and repr(text)[1:-1] not in known]
