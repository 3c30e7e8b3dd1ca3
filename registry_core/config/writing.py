"""Writing a config as YAML that reads back equal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry_core.building.containers import plain
from registry_core.config.places import Malformed, refused
from registry_core.errors import ConfigError
from registry_core.frozen import how_to_get
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    Keys = tuple[object, ...]


def write_config(data: Any, path: str | Path) -> None:
    """Write a config as a YAML file that `read_config` reads as equal data.

    Texts are quoted where YAML 1.2, as `read_config` reads it, or YAML 1.1, as others do, would
    take them for something else. What stands in several places is written once, with an anchor.

    Args:
        data: mappings, sequences, texts, numbers, booleans and None; what is read back are plain
            dicts and lists.
        path: a file that ends in .yaml or .yml; it is replaced. YAML needs the extra
            ``registry_core[yaml]``.

    Raises:
        ConfigError: `data` holds something else, refers to itself or nests too deep, or the file
            cannot be written.

    Example:
        >>> import tempfile
        >>> from registry_core.config import read_config
        >>> file = Path(tempfile.mkdtemp(), "net.yaml")
        >>> write_config({"type": "Net", "tag": "1e-3", "lr": 0.001, "sizes": (1, 2)}, file)
        >>> print(file.read_text())
        type: Net
        tag: '1e-3'
        lr: 0.001
        sizes:
        - 1
        - 2
        <BLANKLINE>
        >>> read_config(file)["tag"]
        '1e-3'
    """
    source = Path(path)
    if source.suffix.lower() not in {".yaml", ".yml"}:
        raise refused("its name must end in .yaml or .yml", source)
    try:
        text = yaml_text(data)
        source.write_text(text, encoding="utf-8")
    except ConfigError as error:
        error.place = str(source), None, None
        raise
    except (OSError, UnicodeEncodeError) as error:
        raise refused(f"it cannot be written: {error_text(error)}", source) from error


def yaml_text(data: Any) -> str:
    """The YAML that `write_config` writes.

    Raises:
        ConfigError: `data` cannot be read back equal.
    """
    try:
        import yaml

        from registry_core.config.yaml import read
    except ModuleNotFoundError as error:
        fix = how_to_get("registry_core[yaml]")
        raise ConfigError(f"YAML needs another package: {fix}") from error
    try:
        events = list(_Writer().stream(data))
        text: str = yaml.emit(events, Dumper=yaml.SafeDumper, allow_unicode=True, width=10**9)
        # Aliases may stand for more than is read, and lists may nest deeper.
        read(text)
    except RecursionError as error:
        raise ConfigError("it nests too deep") from error
    except Malformed as error:
        raise ConfigError(f"it could not be read back: {error}") from error
    return text


class _Writer:
    """Makes the events of a YAML file of data. Lives as long as the writing of one text."""

    def __init__(self) -> None:
        from yaml.resolver import Resolver

        self._resolver: Any = Resolver()
        # Collections by identity, each kept alive, with what it is as plain data once it is known.
        self._known: dict[int, tuple[object, Any]] = {}
        # Of plain data: the anchors of what occurs again, and what is written.
        self._anchors: dict[int, str] = {}
        self._written: set[int] = set()

    def stream(self, data: Any) -> Iterator[Any]:
        """The events of a stream with `data` as its one document."""
        from yaml import events

        root = self._plain(data, ())
        yield events.StreamStartEvent()
        yield events.DocumentStartEvent()
        yield from self._events(root)
        yield events.DocumentEndEvent()
        yield events.StreamEndEvent()

    def _plain(self, value: Any, keys: Keys) -> Any:
        """`value` as dicts, lists and scalars; what occurs twice in it gets an anchor."""
        if _is_scalar(value):
            return _plain_scalar(value)
        if id(value) in self._known:
            _, found = self._known[id(value)]
            if found is None:
                raise _at(keys, "it refers to itself here")
            self._anchors.setdefault(id(found), f"part{len(self._anchors) + 1}")
            return found
        self._known[id(value)] = value, None
        source = plain(value)
        if source is None or isinstance(source, ConfigError):
            is_unknown = f"a {type(value).__name__} cannot be written"
            raise _at(keys, is_unknown if source is None else source.reason) from source
        if isinstance(source, dict):
            found = {}
            for key, inside in source.items():
                if not _is_scalar(key):
                    raise _at(keys, f"a key that is a {type(key).__name__} cannot be written")
                found[_plain_scalar(key)] = self._plain(inside, (*keys, key))
        else:
            found = [self._plain(inside, (*keys, index)) for index, inside in enumerate(source)]
        self._known[id(value)] = value, found
        return found

    def _events(self, value: Any) -> Iterator[Any]:
        """The events of plain data."""
        from yaml import events

        anchor = self._anchors.get(id(value))
        if not isinstance(value, dict | list):
            text, is_plain = self._text(value)
            # Double quotes alone keep line breaks, of which PyYAML knows five.
            style = None if text.isprintable() else '"'
            implicit = is_plain, isinstance(value, str)
            yield events.ScalarEvent(None, None, implicit, text, style=style)
        elif id(value) in self._written:
            yield events.AliasEvent(anchor)
        elif isinstance(value, dict):
            self._written.add(id(value))
            yield events.MappingStartEvent(anchor, None, True, flow_style=not value)
            for key, inside in value.items():
                yield from self._events(key)
                yield from self._events(inside)
            yield events.MappingEndEvent()
        else:
            self._written.add(id(value))
            yield events.SequenceStartEvent(anchor, None, True, flow_style=not value)
            for inside in value:
                yield from self._events(inside)
            yield events.SequenceEndEvent()

    def _text(self, value: Any) -> tuple[str, bool]:
        """A scalar as text, and whether it can be written without quotes."""
        from yaml import ScalarNode

        from registry_core.config import yaml_scalars

        if isinstance(value, str):
            try:
                is_text = yaml_scalars.plain(value) is value
            except Malformed:
                is_text = False
            as_others = self._resolver.resolve(ScalarNode, value, (True, False))
            return value, is_text and as_others == f"{yaml_scalars.TAG}str"
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value], True
        text = repr(value).replace("inf", ".inf").replace("nan", ".nan")
        # YAML 1.1 wants a dot in a number with an exponent.
        return (text if "." in text else text.replace("e", ".0e")), True


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str)


def _plain_scalar(value: Any) -> Any:
    """A scalar without what its subclass makes of it."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float.__pos__(value)
    return value if value is None or isinstance(value, bool) else int.__pos__(value)


def _at(keys: Keys, reason: str) -> ConfigError:
    error = ConfigError(reason)
    error.within(keys)
    return error
