"""Reading a config from YAML, TOML or JSON as plain data. Nothing in a file can run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry_core.config import json_toml
from registry_core.config.document import Document
from registry_core.config.overrides import applied, parse
from registry_core.config.places import Malformed, Positions, refused
from registry_core.errors import ConfigError
from registry_core.frozen import how_to_get
from registry_core.text import error_text, file_error_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.config.places import Located

    _Read = tuple[object, Callable[[], Located]]

STDIN = Path("<stdin>")


def load(path: str | Path, overrides: Iterable[str] = ()) -> Document:
    r"""A config file, perhaps with values changed, that knows where each part of it stands.

    Args:
        path: a file that ends in .yaml, .yml, .toml or .json, in UTF-8. YAML needs the extra
            ``registry_core[yaml]``; it is read safely, ``1e-3`` is a number as in YAML 1.2, and
            ``no`` a text.
        overrides: what `override` takes; the place of such a value is the override itself.

    Raises:
        ConfigError: the file cannot be read, is malformed, repeats a key, refers to itself, or is
            neither a mapping nor a list; or an override is malformed, or leads nowhere.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "net.json")
        >>> _ = file.write_text('{"type": "Swish",\n "beta": 1.5}')
        >>> document = load(file, ["beta=2"])
        >>> document.data
        {'type': 'Swish', 'beta': 2}
        >>> load(file).position(["beta"])
        (2, 2)
    """
    source = Path(path)
    return _document(_read_file(source), source, overrides)


def read_piped(raw: bytes, overrides: Iterable[str] = ()) -> Document:
    """A config that was piped into a command, in JSON or YAML; see `load`.

    Raises:
        ConfigError: as `load` says; the place of what is wrong is in "<stdin>".
    """
    # What is JSON need not have the package that reads YAML.
    try:
        read = _read(raw, _json, STDIN)
    except ConfigError:
        read = _read(raw, _yaml, STDIN)
    return _document(read, STDIN, overrides)


def _document(read: _Read, source: Path, overrides: Iterable[str]) -> Document:
    data, located = read
    if not isinstance(data, dict | list):
        kind = "nothing" if data is None else f"a {type(data).__name__}"
        raise refused(f"it must hold a mapping or a list, not {kind}", source)
    changes = parse(overrides)
    changed, _ = applied(data, ("", None), changes)
    return Document(changed, source, Positions(lambda: applied(data, located(), changes)[1]))


def read_again(raw: bytes, source: Path) -> Document:
    """What a file would hold with this content.

    Raises:
        ConfigError: as `load` says.
    """
    return _document(_read(raw, _READERS[source.suffix.lower()], source), source, ())


def read_document(path: str | Path) -> Document:
    """A config file that knows where each part of it stands; see `load`."""
    return load(path)


def read_config(path: str | Path) -> Any:
    """The data of a config file: plain mappings, lists and scalars; see `load`.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "net.json")
        >>> _ = file.write_text('{"type": "Swish", "beta": 1.5}')
        >>> read_config(file)
        {'type': 'Swish', 'beta': 1.5}
    """
    return load(path).data


def _read_file(source: Path) -> _Read:
    read = _READERS.get(source.suffix.lower())
    if read is None:
        if source.is_dir():
            raise refused("it is a folder: name the files in it", source)
        known = ", ".join(sorted(_READERS))
        raise refused(f"its name must end in one of {known}", source)
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise refused(f"it cannot be read: {file_error_text(error)}", source) from error
    return _read(raw, read, source)


def _read(raw: bytes, read: Callable[[str], _Read], source: Path) -> _Read:
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise refused("it cannot be read: it is UTF-16, save it as UTF-8", source)
        return read(raw.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise refused(f"it cannot be read: {error_text(error)}", source) from error
    except RecursionError as error:
        raise refused("it nests too deep", source) from error
    except Malformed as error:
        reason = error_text(error, own=Malformed)
        raise refused(reason, source, *(error.place or ())) from error.__cause__


def _json(text: str) -> _Read:
    return json_toml.read_json(text), lambda: json_toml.places_in_json(text)


def _toml(text: str) -> _Read:
    # As `tomllib` reads it.
    text = text.replace("\r\n", "\n")
    return json_toml.read_toml(text), lambda: json_toml.places_in_toml(text)


def _yaml(text: str) -> _Read:
    try:
        from registry_core.config import yaml
    except ModuleNotFoundError as error:
        fix = how_to_get("registry_core[yaml]")
        raise Malformed(f"YAML needs another package: {fix}") from error
    data, located = yaml.read(text)
    return ({} if data is None else data), lambda: located


_READERS: dict[str, Callable[[str], _Read]] = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": _toml,
    ".json": _json,
}
