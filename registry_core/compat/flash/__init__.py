"""Lightning Flash's registries over what is installed: the same calls, one import changed.

>>> from registry_core.compat.flash import FlashRegistry
>>> BACKBONES = FlashRegistry("backbones_doc_flash")
>>> @BACKBONES(name="username/tiny", depth=5)
... def tiny(pretrained=True): ...
>>> BACKBONES.available_keys()
['username/tiny']
"""

from registry_core.compat.flash.errors import (
    FunctionExists,
    FunctionNotFound,
    MetadataMismatch,
    NotRegistrable,
    SeveralExternal,
)
from registry_core.compat.flash.providers import Provider
from registry_core.compat.flash.registry import ConcatRegistry, ExternalRegistry, FlashRegistry
from registry_core.compat.flash.task import Task

__all__ = [
    "ConcatRegistry",
    "ExternalRegistry",
    "FlashRegistry",
    "FunctionExists",
    "FunctionNotFound",
    "MetadataMismatch",
    "NotRegistrable",
    "Provider",
    "SeveralExternal",
    "Task",
]
