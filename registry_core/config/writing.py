"""Writing a config as YAML that reads back equal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry_core.building.containers import plain
from registry_core.config.places import Malformed, refused
from registry_core.config.yaml_scalars import TAG
from registry_core.config.yaml_scalars import plain as plain_yaml
from registry_core.errors import ConfigError
from registry_core.frozen import how_to_get
from registry_core.text import file_error_text

if TYPE_CHECKING:
    from yaml import Node

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
        raise refused(f"it cannot be written: {file_error_text(error)}", source) from error


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

    class Dumper(yaml.SafeDumper):
        ANCHOR_TEMPLATE = "part%d"

    try:
        node = _Nodes().of(data, ())
        text: str = yaml.serialize(node, Dumper=Dumper, allow_unicode=True, width=10**9)
        # Aliases may stand for more than is read, and lists may nest deeper.
        read(text)
    except RecursionError as error:
        raise ConfigError("it nests too deep") from error
    except Malformed as error:
        raise ConfigError(f"it could not be read back: {error}") from error
    return text


class _Nodes:
    """Makes the nodes of a YAML file of data. Lives as long as the writing of one text."""

    def __init__(self) -> None:
        # Collections by identity, each kept alive, with its node once that is known.
        self._known: dict[int, tuple[object, Node | None]] = {}

    def of(self, value: Any, keys: Keys) -> Node:
        """The node of `value`: of a collection that occurs twice the same, which gets an anchor."""
        from yaml import MappingNode, SequenceNode

        if _is_scalar(value):
            return _scalar(value)
        if id(value) in self._known:
            _, known = self._known[id(value)]
            if known is None:
                raise _at(keys, "it refers to itself here")
            return known
        self._known[id(value)] = value, None
        source = plain(value)
        if source is None or isinstance(source, ConfigError):
            is_unknown = f"a {type(value).__name__} cannot be written"
            raise _at(keys, is_unknown if source is None else source.reason) from source
        node: Node
        if isinstance(source, dict):
            inside: dict[Any, Node] = {}
            for key, held in source.items():
                if not _is_scalar(key):
                    raise _at(keys, f"a key that is a {type(key).__name__} cannot be written")
                inside[_plain_scalar(key)] = self.of(held, (*keys, key))
            pairs = [(_scalar(key), held) for key, held in inside.items()]
            node = MappingNode(f"{TAG}map", pairs, flow_style=not pairs)
        else:
            items = [self.of(held, (*keys, index)) for index, held in enumerate(source)]
            node = SequenceNode(f"{TAG}seq", items, flow_style=not items)
        self._known[id(value)] = value, node
        return node


def _scalar(value: Any) -> Node:
    """The node of a scalar. What YAML 1.1 takes for something else is quoted by PyYAML itself."""
    from yaml import ScalarNode
    from yaml.representer import SafeRepresenter

    value = _plain_scalar(value)
    if not isinstance(value, str):
        return SafeRepresenter().represent_data(value)
    try:
        style = None if plain_yaml(value) is value else "'"
    except Malformed:
        style = "'"
    # Double quotes alone keep line breaks, of which PyYAML knows five.
    return ScalarNode(f"{TAG}str", value, style=style if value.isprintable() else '"')


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
