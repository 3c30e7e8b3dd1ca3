"""MMEngine's own `Config`, of a file with a base, built by our registries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from peers.mmengine_sides import imported
from registry_core import EntryNotFound, Registry, WrongType
from registry_core.config import check_config, override, read_config, write_config

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.peer


@pytest.fixture
def cfg(tmp_path: Path) -> Any:
    (tmp_path / "base.py").write_text(
        "model = dict(type='Net', name='base', layers=[dict(type='Conv', size=3)])\n"
    )
    (tmp_path / "net.py").write_text(
        "_base_ = './base.py'\n"
        "model = dict(name='net', layers=[dict(type='Conv', size=3), dict(type='Conv', size=5)])\n"
    )
    found: Any = imported("mmengine.config").Config.fromfile(tmp_path / "net.py")
    return found


@pytest.fixture
def nets() -> Registry[Any]:
    registry: Registry[Any] = Registry("nets of mmengine", scope="acme", recursive=True)
    registry.register_module("Net", module=lambda name, layers: [name, layers])
    registry.register_module("Conv", module=lambda size: size)
    return registry


def test_a_part_of_a_config_and_the_whole_as_a_dict_are_built(
    cfg: Any, nets: Registry[Any]
) -> None:
    assert type(cfg.model).__name__ == "ConfigDict"
    assert nets.build(cfg.model) == nets.plan(cfg.model)() == ["net", [3, 5]]
    assert check_config(cfg.model, nets, load=True) == []
    assert nets.build(cfg.to_dict()) == {"model": ["net", [3, 5]]}


def test_the_config_itself_is_no_mapping(cfg: Any, nets: Registry[Any]) -> None:
    with pytest.raises(WrongType, match="got Config"):
        nets.build(cfg)


def test_values_of_a_config_are_changed_and_written(
    cfg: Any, nets: Registry[Any], tmp_path: Path
) -> None:
    changed = override(cfg.model, ["layers[1].type=Cnv"])
    with pytest.raises(EntryNotFound) as caught:
        nets.build(changed)
    assert caught.value.config_path == "layers[1]"
    assert cfg.model.layers[1].type == "Conv"
    write_config(cfg.model, tmp_path / "net.yaml")
    assert read_config(tmp_path / "net.yaml") == cfg.model
