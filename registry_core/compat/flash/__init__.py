"""Lightning Flash's registries over what is installed: the same calls, one import changed.

>>> from registry_core.compat.flash import FlashRegistry
>>> BACKBONES = FlashRegistry("backbones_doc_flash")
>>> @BACKBONES(name="username/tiny", depth=5)
... def tiny(pretrained=True): ...
>>> BACKBONES.available_keys()
['username/tiny']
"""

from registry_core.compat.flash.concat import ConcatRegistry
from registry_core.compat.flash.errors import (
    ExternalIsFixed,
    FunctionExists,
    FunctionNotFound,
    MetadataMismatch,
    NameIsNoText,
    NoMatch,
    NotCallable,
    SeveralExternal,
)
from registry_core.compat.flash.external import ExternalRegistry
from registry_core.compat.flash.providers import Provider
from registry_core.compat.flash.registry import FlashRegistry
from registry_core.compat.flash.task import Task

__all__ = [
    "ConcatRegistry",
    "ExternalIsFixed",
    "ExternalRegistry",
    "FlashRegistry",
    "FunctionExists",
    "FunctionNotFound",
    "MetadataMismatch",
    "NameIsNoText",
    "NoMatch",
    "NotCallable",
    "Provider",
    "SeveralExternal",
    "Task",
]
