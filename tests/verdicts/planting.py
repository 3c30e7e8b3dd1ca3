"""Plants one mistake in each part of a config that is right."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    Keys = tuple[object, ...]


def planted(cfg: Any, word: str = "type") -> Iterator[tuple[Any, Keys, str]]:
    """Each config with one mistake, the keys that lead to the part, and what the mistake is.

    Args:
        cfg: the config, which is not changed.
        word: the key that says what a part is.
    """
    for keys, part in _parts(cfg, word):
        wrongs = {
            "name": {**part, word: f"{part[word]}q"},
            "argument": {**part, "no_such_argument": 1},
            "control key": {**part, "_args_": 1},
            "kind of name": {**part, word: 3},
        }
        for what, wrong in wrongs.items():
            yield _put(cfg, keys, wrong), keys, what


def _parts(value: Any, word: str, keys: Keys = ()) -> Iterator[tuple[Keys, dict[str, Any]]]:
    if isinstance(value, dict) and word in value:
        yield keys, value
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _parts(inside, word, (*keys, key))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from _parts(inside, word, (*keys, index))


def _put(cfg: Any, keys: Keys, part: dict[str, Any]) -> Any:
    if not keys:
        return part
    copy = deepcopy(cfg)
    held = copy
    for key in keys[:-1]:
        held = held[key]
    held[keys[-1]] = part
    return copy
