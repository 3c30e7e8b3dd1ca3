"""One part of a config alone, with the parts that it refers to."""

from __future__ import annotations

from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import IDENTITY, REGISTRY, SCOPE
from registry_core.building.containers import LITERAL, REFERENCE
from registry_core.config.overrides import MISSING, Override, key_of, nowhere, parse_path
from registry_core.config.places import refused
from registry_core.text import path_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_AROUND = (REGISTRY, SCOPE)
Keys = tuple[object, ...]


def only_part(data: Any, path: str) -> tuple[Any, Keys]:
    """A config of one part, at its own place, and the keys that lead to it.

    What is around it loses its type and its other keys, and keeps where names are looked up. The
    parts that this one refers to stand at their own places too.

    Raises:
        ConfigError: `path` is malformed, or leads nowhere.
    """
    steps, end = parse_path(path)
    if not steps or end < len(path):
        raise refused("write a path like model.layers[0]", path or "''")
    keys: Keys = ()
    part = data
    for step in steps:
        key = key_of(part, step)
        if key is MISSING:
            raise nowhere(part, step, keys, Override("~", steps, None, path, path))
        keys = *keys, key
        part = part[key]
    if isinstance(data, dict) and steps[0].startswith("x-"):
        raise refused("keys at the root that begin with x- hold anchors, and are not built", path)
    if not isinstance(part, dict | list):
        kind = type(part).__name__
        raise refused(f"{path_text(keys)} is a {kind}, and not a part", path)
    wanted: list[Keys] = [keys]
    for at in wanted:
        names = {
            each[REFERENCE]
            for _, each in _mappings(reduce(getitem, at, data), at)
            if [*each] == [REFERENCE]
        }
        # Keep every part with that `_id_`: building reports duplicates.
        others = (at for at, each in _mappings(data) if each.get(IDENTITY, MISSING) in names)
        wanted += (other for other in others if other not in wanted)
    return _pruned(data, wanted), keys


def _mappings(value: Any, keys: Keys = ()) -> Iterator[tuple[Keys, dict[Any, Any]]]:
    """The mappings in which a build looks for parts, each with the keys that lead to it."""
    waiting = [(keys, value)]
    while waiting:
        keys, value = waiting.pop()
        if isinstance(value, dict) and [*value] != [LITERAL]:
            yield keys, value
            waiting += (
                ((*keys, key), each)
                for key, each in value.items()
                if keys or not str(key).startswith("x-")
            )
        elif isinstance(value, list):
            waiting += (((*keys, index), each) for index, each in enumerate(value))


def _pruned(data: Any, wanted: list[Keys]) -> Any:
    """A copy of `data` in which only the wanted parts are whole."""
    root = _emptied(data)
    old: Any
    new: Any
    # The outer ones first: a whole part includes the parts inside it.
    for *above, last in sorted(wanted, key=len):
        old, new = data, root
        for key in above:
            if (new.get(key) if isinstance(new, dict) else new[key]) is None:
                new[key] = _emptied(old[key])
            old, new = old[key], new[key]
        if new is not old:
            new[last] = old[last]
    return root


def _emptied(value: Any) -> Any:
    """A list or mapping without what is in it, but for where names are looked up."""
    if isinstance(value, list):
        return [None] * len(value)
    return {key: value[key] for key in _AROUND if key in value}
