"""Values of a config changed by words as Hydra's: ``a.b=1``, ``+a.b=1``, ``~a.b``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from registry_core.building.containers import plain
from registry_core.config.places import Malformed, refused
from registry_core.errors import ConfigError, WrongType
from registry_core.frozen import how_to_get
from registry_core.guesses import close_matches, may_guess
from registry_core.text import path_text, quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry_core.config.places import Located
_STEP = re.compile(
    r"""(?P<dot>\.?)(?P<name>[^.\[\]=+~][^.\[\]=]*)|\[(?:(?P<key>[^\[\]"'=]+)|(?P<text>"[^"]*"|'[^']*'))\]"""
)
MISSING: Final = object()

_INDEX = re.compile(r"-?[0-9]{1,9}")
# Of keys other than texts: a path has them as `str` writes them.
_KEYS = frozenset({int, float, bool, type(None)})
_GRAMMAR = (
    "write KEY=VALUE to change a value, +KEY=VALUE to add one, ~KEY to remove one, "
    "with a KEY like model.layers[0].size"
)


class Override(NamedTuple):
    """One change of a config. Lives as long as the config that is made with it.

    Attributes:
        sign: ``+`` adds, ``~`` removes, an empty one changes what is there.
        steps: the keys on the way, as they are written.
        value: the new value; None where there is none.
        path: the keys as they are written.
        text: the whole.
    """

    sign: str
    steps: tuple[str, ...]
    value: object
    path: str
    text: str


def override(data: Any, changes: Iterable[str]) -> Any:
    """A config with single values changed, one after the other.

    Args:
        data: mappings and sequences; it is not changed. What a change does not touch is shared
            with the result, and what stands in several places is changed in the one named alone.
        changes: ``optimizer.lr=1e-3`` changes a value that is there, ``+model.bias=true`` adds a
            key to a mapping or an item to the end of a list, ``~scheduler`` removes one. A key of
            any letters is written ``['a.b']``, an item of a list ``layers[0]`` or ``layers.0``.
            Values are YAML, read as in a file.

    Returns:
        The new config.

    Raises:
        ConfigError: a change is malformed, or its path leads nowhere.
        WrongType: `changes` is not a list of texts.

    Example:
        >>> data = {"type": "Net", "layers": [{"type": "Conv", "size": 3}]}
        >>> override(data, ["layers[0].size=5", "+depth=2"])
        {'type': 'Net', 'layers': [{'type': 'Conv', 'size': 5}], 'depth': 2}
        >>> override(data, ["layers[0].sice=5"])
        Traceback (most recent call last):
        registry_core.errors.ConfigError: layers[0].sice=5: 'sice' is not in layers[0]; \
did you mean layers[0].size? To add it, write +layers[0].sice=...
    """
    return applied(data, ("", None), parse(changes))[0]


def parse(changes: Iterable[str]) -> list[Override]:
    """Read changes.

    Raises:
        ConfigError: one is malformed, or its value is not YAML.
        WrongType: `changes` is one text, or holds something else than texts.
    """
    found: list[Any] = [changes] if isinstance(changes, str) else list(changes)
    odd = next((each for each in found if not isinstance(each, str)), None)
    if isinstance(changes, str) or odd is not None:
        raise WrongType("changes", "a list of texts", changes if odd is None else odd)
    return [_parse(text) for text in found]


def _parse(text: str) -> Override:
    sign = text[0] if text[:1] in {"+", "~"} else ""
    steps, end = parse_path(text, len(sign))
    given = text[end : end + 1] == "="
    if given is (sign == "~") or not steps or (end < len(text) and not given):
        raise refused(_GRAMMAR, text or "''")
    value = _value(text[end + 1 :], text) if given else None
    return Override(sign, steps, value, text[len(sign) : end], text)


def parse_path(text: str, start: int = 0) -> tuple[tuple[str, ...], int]:
    """The keys of a path as errors show it, ``model.layers[0]['a b']``, and where they end."""
    steps: list[str] = []
    match = _STEP.match(text, start)
    # A dot stands between two names alone.
    while match is not None and (match["name"] is None or bool(match["dot"]) is bool(steps)):
        steps.append(match["name"] or match["key"] or match["text"][1:-1])
        start = match.end()
        match = _STEP.match(text, start)
    return tuple(steps), start


def _value(text: str, change: str) -> object:
    if not text.strip():
        return None
    try:
        from registry_core.config import yaml

        return yaml.read(text)[0]
    except ModuleNotFoundError as error:
        fix = how_to_get("registry_core[yaml]")
        reason = f"values are YAML, which needs another package: {fix}"
        raise refused(reason, change) from error
    except Malformed as error:
        raise refused(f"the value is not YAML: {error}", change) from error.__cause__


def applied(data: Any, located: Located, changes: Iterable[Override]) -> tuple[Any, Located]:
    """A config with changes, and the places of its parts."""
    for change in changes:
        data, located = _applied(data, located, change)
    return data, located


def _applied(data: Any, located: Located, change: Override) -> tuple[Any, Located]:
    """A copy of a config with one change; a copy of its places, with that of what is changed."""
    last = change.steps[-1]
    inside = top = dict(located[1] or {})
    data = container = _copied(data, (), change)
    keys: tuple[object, ...] = ()
    for step, following in pairwise(change.steps):
        key = key_of(container, step)
        if key is MISSING:
            if change.sign != "+" or isinstance(container, list) or _close(container, step):
                raise nowhere(container, step, keys, change)
            if _INDEX.fullmatch(following):
                at = path_text((*keys, step))
                ways = f"to add a list, write +{at}=[...]; a mapping, +{at}={{{following!r}: ...}}"
                raise refused(f"{at} is not in the config; {ways}", change.text)
            key, container[step] = step, {}
        keys = *keys, key
        container[key] = _copied(container[key], keys, change)
        place, within = inside.get(key, (change.text, None))
        within = dict(within or {})
        inside[key] = place, within
        container, inside = container[key], within
    changed = _changed_key(container, last, keys, change)
    if change.sign != "~":
        container[changed] = change.value
        inside[changed] = change.text, None
        return data, (located[0], top)
    del container[changed]
    inside.pop(changed, None)
    if isinstance(container, list):
        for index in range(changed, len(container)):
            if index + 1 in inside:
                inside[index] = inside.pop(index + 1)
    return data, (located[0], top)


def _changed_key(container: Any, step: str, keys: tuple[object, ...], change: Override) -> Any:
    """The key or index that a change is about; a list has then a place for what is added."""
    key = key_of(container, step)
    if change.sign != "+":
        if key is MISSING:
            raise nowhere(container, step, keys, change)
        return key
    if key is not MISSING:
        at = path_text((*keys, key))
        raise refused(f"{at} exists; to change it, write {at}=...", change.text)
    if not isinstance(container, list):
        return step
    if step != str(len(container)):
        raise nowhere(container, step, keys, change)
    container.append(None)
    return len(container) - 1


def key_of(container: Any, step: str) -> Any:
    """The key or index that a step of a path means in a mapping or list; else `MISSING`."""
    if isinstance(container, Mapping):
        if step in container:
            return step
        return next((key for key in container if type(key) in _KEYS and str(key) == step), MISSING)
    if not isinstance(container, list) or not _INDEX.fullmatch(step):
        return MISSING
    index = int(step) + (len(container) if step.startswith("-") else 0)
    return index if 0 <= index < len(container) else MISSING


def _copied(value: object, keys: tuple[object, ...], change: Override) -> Any:
    """A mapping as a dict, a sequence as a list."""
    found = plain(value)
    where = path_text(keys) or "the config"
    if found is None:
        raise refused(f"{where} is a {type(value).__name__}, and has no keys", change.text)
    if isinstance(found, ConfigError):
        raise refused(f"{where} is {found.reason}", change.text) from found
    return list(found) if isinstance(found, tuple) else found


def _close(container: Any, step: str) -> list[str]:
    """Keys of a mapping that a step may have meant."""
    if not isinstance(container, Mapping) or not may_guess(step):
        return []
    by_word = {key.lower(): key for key in container if isinstance(key, str)}
    return [by_word[word] for word in close_matches(step.lower(), by_word)]


def nowhere(container: Any, step: str, keys: tuple[object, ...], change: Override) -> ConfigError:
    """The error for a step that leads nowhere, with what may have been meant."""
    where = path_text(keys) or "the config"
    if isinstance(container, list):
        size = len(container)
        add = "" if change.sign == "~" else f"; to add one, write +{path_text((*keys, size))}=..."
        return refused(f"{where} has {size} items, counted from 0{add}", change.text)
    reason, to = f"{quoted(step)} is not in {where}; ", "to"
    if close := _close(container, step):
        reason += f"did you mean {' or '.join(path_text((*keys, name)) for name in close)}? "
        to = "To"
    if not change.sign:
        reason += f"{to} add it, write +{safe_text(change.path)}=..."
    return refused(reason.rstrip("; "), change.text)
