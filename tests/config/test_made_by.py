"""Configs as other libraries make them: each is checked, planned and built like plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
import tomlkit
from box import Box
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from pydantic import BaseModel
from ruamel.yaml import YAML

from registry_core import ConfigError, EntryNotFound, Registry
from registry_core.config import check_config, override, read_config, write_config

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Maker = Callable[[Path], Mapping[str, Any]]

YAML_TEXT = """
type: Net
name: small
layers:
- {type: Conv, size: 3}
- {type: Conv, size: 5, more: {sizes: [1, 2]}}
"""
TOML_TEXT = """
type = "Net"
name = "small"
[[layers]]
type = "Conv"
size = 3
[[layers]]
type = "Conv"
size = 5
more = {sizes = [1, 2]}
"""
CONFIG = {
    "type": "Net",
    "name": "small",
    "layers": [
        {"type": "Conv", "size": 3},
        {"type": "Conv", "size": 5, "more": {"sizes": [1, 2]}},
    ],
}


def by_omegaconf(_: Path) -> Mapping[str, Any]:
    found: Any = OmegaConf.create(YAML_TEXT)
    return cast("Mapping[str, Any]", found)


def by_hydra(folder: Path) -> Mapping[str, Any]:
    text = YAML_TEXT.replace("size: 5", "size: '${sizes.last}'").replace("\n", "\n  ")
    (folder / "config.yaml").write_text(f"sizes: {{last: 4}}\nnet:\n  {text}\n")
    with initialize_config_dir(str(folder), version_base=None):
        found: Mapping[str, Any] = compose("config", overrides=["sizes.last=5"]).net
    return found


class ConvModel(BaseModel):
    type: str = "Conv"
    size: int
    more: dict[str, list[int]] | None = None


class NetModel(BaseModel):
    type: str = "Net"
    name: str
    layers: list[ConvModel]


@dataclass
class ConvPart:
    size: int
    type: str = "Conv"


@dataclass
class LargeConvPart(ConvPart):
    more: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class NetPart:
    name: str
    layers: list[ConvPart]
    type: str = "Net"


MAKERS: dict[str, Maker] = {
    "omegaconf": by_omegaconf,
    "hydra": by_hydra,
    "ruamel.yaml": lambda _: YAML().load(YAML_TEXT),
    "tomlkit": lambda _: tomlkit.parse(TOML_TEXT),
    "python-box": lambda _: Box(YAML(typ="safe").load(YAML_TEXT)),
    "pydantic": lambda _: NetModel.model_validate(CONFIG).model_dump(exclude_none=True),
    "dataclasses": lambda _: asdict(
        NetPart("small", [ConvPart(3), LargeConvPart(5, more={"sizes": [1, 2]})])
    ),
}


def plainly(value: Any) -> Any:
    """The values of a tree with the classes of its containers."""
    if isinstance(value, dict):
        return (type(value), {str(key): plainly(each) for key, each in value.items()})
    return (type(value), [*map(plainly, value)]) if isinstance(value, list) else value


@pytest.fixture
def nets() -> Registry[Any]:
    registry: Registry[Any] = Registry("nets of others", scope="acme", recursive=True)
    registry.register_module("Net", module=lambda name, layers: [name, layers])
    registry.register_module("Conv", module=lambda size, more=None: [size, more])
    return registry


BUILT = ["small", [[3, None], [5, {"sizes": [1, 2]}]]]


@pytest.mark.parametrize("maker", MAKERS)
def test_what_others_make_of_a_file_is_as_good_as_dict_and_list(
    nets: Registry[Any], tmp_path: Path, maker: str
) -> None:
    cfg = MAKERS[maker](tmp_path)
    for built in (nets.build(cfg), nets.plan(cfg)()):
        assert built == BUILT
        # What holds parts, and a mapping, is plain.
        assert type(built[1]) is list
        assert type(built[1][1][1]) is dict
    assert check_config(cfg, nets, load=True) == []


@pytest.mark.parametrize("maker", MAKERS)
def test_an_error_in_what_others_made_has_its_path(
    nets: Registry[Any], tmp_path: Path, maker: str
) -> None:
    cfg = override(MAKERS[maker](tmp_path), ["layers[1].type=Cov"])
    with pytest.raises(EntryNotFound) as caught:
        nets.build(cfg)
    assert caught.value.config_path == "layers[1]"
    assert [error.config_path for error in check_config(cfg, nets)] == ["layers[1]"]


@pytest.mark.parametrize("maker", MAKERS)
def test_what_others_made_is_written_as_yaml(tmp_path: Path, maker: str) -> None:
    file = tmp_path / "written.yaml"
    write_config(MAKERS[maker](tmp_path), file)
    assert plainly(read_config(file)) == plainly(CONFIG)


def test_a_value_that_is_missing_is_an_error(nets: Registry[Any]) -> None:
    cfg = OmegaConf.create({"type": "Conv", "size": "???"})
    with pytest.raises(ConfigError, match="size"):
        nets.build(cfg)
    [error] = check_config(cfg, nets)
    assert "size" in str(error)
