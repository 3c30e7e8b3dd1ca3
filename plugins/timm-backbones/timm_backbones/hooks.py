"""What this plugin contributes to its two registries: names as data, names of the Hub, hints.

In `backbones` one target, `timm_backbones.backbone:create`, with the model's name bound; in
`detection_backbones` another, `timm_backbones.detection:create`. What `metadata` says:

- `family`: the module of timm that defines the model; not known of a model of the Hub.
- `pretrained`: the tags of its weights, that of the default first; empty where there are none.
- `formerly`: names that timm had for it before, each with the name that is written now.
- `namespace`, `package`, `type`, `providers`: as Lightning Flash has them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from registry_core import Entry, depends_on, hookimpl
from timm_backbones import BACKBONES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["registry_core_entries", "registry_core_lookup", "registry_core_missing"]

_GROUP: Final = "registry_core.backbones"
_DETECTION: Final = "registry_core.detection_backbones"
_TARGET: Final = "timm_backbones.backbone:create"
_COMMON: Final = {
    "namespace": "vision",
    "package": "timm",
    "providers": {
        "name": "huggingface/pytorch-image-models",
        "url": "https://github.com/huggingface/pytorch-image-models",
    },
}

_REPOSITORY: Final = r"(?P<id>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[\w./-]+)?)"
# timm takes both spellings, and any case.
_HUB: Final = re.compile(rf"(?i:hf[-_]hub):{_REPOSITORY}", re.ASCII)
_UNPREFIXED: Final = re.compile(_REPOSITORY, re.ASCII)
_MODEL: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)?")


@hookimpl
@depends_on("timm", "torch", "torchvision")
def registry_core_entries(registry: str) -> Iterator[Entry]:
    """Every model that timm lists, or torchvision for detectors; none for another registry."""
    if registry == _DETECTION:
        yield from _detection_entries()
    if registry != _GROUP:
        return
    # Late: importing it imports timm and torch, and a kept answer needs neither.
    from timm_backbones.catalogue import models

    for model in models():
        yield _entry(
            model.name,
            model.name,
            family=model.family,
            pretrained=model.pretrained,
            formerly=model.formerly,
        )


@hookimpl
def registry_core_lookup(registry: str, scope: str, name: str) -> Entry | None:
    """A repository of the Hub, "hf-hub:ORG/NAME"; or a model with a tag of timm's, "ARCH.TAG".

    Not timm's "local-dir:": a config would name a folder to load from.
    """
    if registry != _GROUP or scope:
        return None
    remote = _HUB.fullmatch(name)
    if remote is not None:
        return _entry(name, f"hf-hub:{remote['id']}")
    if _MODEL.fullmatch(name) is None or "." not in name:
        return None
    from timm_backbones.catalogue import families, tagged

    if not tagged(name):
        return None
    architecture, _, tag = name.partition(".")
    return _entry(name, name, family=families()[architecture], pretrained=[tag])


@hookimpl
def registry_core_missing(registry: str, key: str) -> str | None:
    """A hint for a former name, an unknown tag, a pattern, or a name that needs a prefix."""
    if registry != _GROUP:
        return None
    if _MODEL.fullmatch(key) is not None:
        return _hint_for_model(key)
    if _UNPREFIXED.fullmatch(key) is not None:
        return f"a model of the Hugging Face Hub is written hf-hub:{key}"
    if key.lower().startswith("local-dir:"):
        return "a name leads to no folder: load the state into a backbone in code"
    if any(sign in key for sign in "*?["):
        return "a name is not a pattern; BACKBONES.entries(family='resnet') lists a family"
    return None


def _detection_entries() -> Iterator[Entry]:
    # Late: importing it imports torchvision.
    from timm_backbones.detection import models

    url = "https://github.com/pytorch/vision"
    for name, family in models():
        metadata: Mapping[str, object] = {
            "namespace": "vision",
            "package": "torchvision",
            "type": f"{family}-fpn",
            "providers": {"name": "PyTorch/torchvision", "url": url},
        }
        bound: Mapping[str, object] = {"model": name, "family": family}
        yield Entry(name, "timm_backbones.detection:create", kwargs=bound, metadata=metadata)


def _hint_for_model(key: str) -> str:
    """A hint for what looks like a name of timm, from what is listed."""
    architecture, _, tag = key.partition(".")
    for entry in BACKBONES.entries(package="timm"):
        former, tags = entry.metadata.get("formerly"), entry.metadata.get("pretrained")
        if isinstance(former, dict) and key in former:
            return f"timm calls it {former[key]} now"
        if tag and entry.name == architecture and isinstance(tags, list):
            return f"{architecture} has the tags: {', '.join(tags) or 'none'}"
    # Late: only this error needs it.
    from importlib.metadata import version

    return f"timm {version('timm')} is installed, and another version may have it"


def _entry(name: str, model: str, **metadata: object) -> Entry:
    bound: Mapping[str, object] = {"model": model}
    return Entry(name, _TARGET, kwargs=bound, metadata={**metadata, **_COMMON})
