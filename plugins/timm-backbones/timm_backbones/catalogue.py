"""What timm has, read from timm itself: its models, their families and their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from timm_backbones.torchvision_operators import timm

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Model", "families", "models", "tagged"]


class Model(NamedTuple):
    """One model of timm. A frozen record.

    Attributes:
        name: as timm lists it.
        family: the module of timm that defines it.
        pretrained: the tags of its weights, that of the default first; empty where it has none.
        formerly: names that timm had for it before, each with the name that is written now.
    """

    name: str
    family: str
    pretrained: list[str]
    formerly: dict[str, str]


def models() -> Iterator[Model]:
    """Every model that timm lists, in its order.

    >>> next(model for model in models() if model.name == "resnet18").family
    'resnet'
    """
    family_of, tags, formerly = families(), _tags(), _former_names()
    for name in timm.list_models():
        yield Model(name, family_of[name], tags.get(name, []), formerly.get(name, {}))


def families() -> dict[str, str]:
    """The family of each model."""
    return {
        name: family for family in timm.list_modules() for name in timm.list_models(module=family)
    }


def tagged(name: str) -> bool:
    """Whether `name` is that of a model and, after a dot, of a tag that timm has for it.

    >>> tagged("resnet18.a1_in1k"), tagged("resnet18.mine"), tagged("resnet18")
    (True, False, False)
    """
    return "." in name and name in timm.models.get_arch_pretrained_cfgs(name)


def _tags() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for full in timm.list_pretrained():
        name, _, tag = full.partition(".")
        found.setdefault(name, []).append(tag)
    for name, tags in found.items():
        default = timm.get_pretrained_cfg_value(name, "tag")
        # The others stay as timm sorts them.
        found[name] = [
            *(tag for tag in tags if tag == default),
            *(tag for tag in tags if tag != default),
        ]
    return found


def _former_names() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for old, new in timm.models.get_deprecated_models().items():
        # Some are gone without a successor.
        if new:
            found.setdefault(new.partition(".")[0], {})[old] = new
    return found
