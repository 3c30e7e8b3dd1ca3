"""Reading a config from YAML, TOML or JSON as plain data. Nothing in a file can run."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from registry_core.config.malformed import Malformed
from registry_core.errors import ConfigError
from registry_core.text import error_text, quoted

Position = Callable[[Sequence[object]], "tuple[int, int] | None"]
Read = tuple[object, Position]


class Document(NamedTuple):
    """A config that was read, and where in its file each part stands.

    Attributes:
        data: plain dicts, lists and scalars.
        source: the file.
        position: line and column, counted from 1, of what keys and indices lead to; None where
            the format does not say. YAML says, TOML and JSON do not.
    """

    data: dict[str, Any]
    source: Path
    position: Position

    def where(self, keys: Sequence[object]) -> str:
        """The file, with line and column where they are known."""
        position = self.position(keys)
        return f"{self.source}:{position[0]}:{position[1]}" if position else str(self.source)


def read_config(path: str | Path) -> dict[str, Any]:
    """The data of a config file.

    Args:
        path: a file that ends in .yaml, .yml, .toml or .json. YAML needs the extra
            ``registry_core[yaml]``; it is read safely, ``1e-3`` is a number as in YAML 1.2, and
            ``no`` a word.

    Raises:
        ConfigError: the file cannot be read, is malformed, repeats a key, or is no mapping.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "net.json")
        >>> _ = file.write_text('{"type": "Swish", "beta": 1.5}')
        >>> read_config(file)
        {'type': 'Swish', 'beta': 1.5}
    """
    return read_document(path).data


def read_document(path: str | Path) -> Document:
    """A config file with the positions of its parts; see `read_config`."""
    source = Path(path)
    read = _READERS.get(source.suffix.lower())
    if read is None:
        known = ", ".join(sorted(_READERS))
        raise ConfigError(f"its name must end in one of {known}", str(source))
    try:
        text = source.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"it cannot be read: {error_text(error)}", str(source)) from error
    try:
        data, position = read(text)
    except RecursionError as error:
        raise ConfigError("it nests too deep", str(source)) from error
    except Malformed as error:
        raise ConfigError(
            error_text(error, own=Malformed), f"{source}{error.place}"
        ) from error.__cause__
    if not isinstance(data, dict):
        raise ConfigError(f"it must hold a mapping, not a {type(data).__name__}", str(source))
    return Document(data, source, position)


def _nowhere(_keys: Sequence[object]) -> None:
    return None


def _toml(text: str) -> Read:
    try:
        return tomllib.loads(text), _nowhere
    except ValueError as error:
        raise Malformed(str(error)) from error


def _json(text: str) -> Read:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise Malformed(f"the key {quoted(twice)} is repeated")
        return found

    try:
        return json.loads(text, object_pairs_hook=unique), _nowhere
    except json.JSONDecodeError as error:
        raise Malformed(error.msg, f":{error.lineno}:{error.colno}") from error
    except ValueError as error:
        raise Malformed(str(error)) from error


def _yaml(text: str) -> Read:
    try:
        from registry_core.config import yaml
    except ModuleNotFoundError as error:
        fix = "YAML needs another package: pip install 'registry_core[yaml]'"
        raise Malformed(fix) from error
    return yaml.read(text)


_READERS: dict[str, Callable[[str], Read]] = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": _toml,
    ".json": _json,
}
