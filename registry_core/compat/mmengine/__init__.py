"""MMEngine's registry API over what is installed: change the import, and find everything.

>>> from registry_core.compat.mmengine import MODELS, Registry
>>> DETECTORS = Registry("detector", parent=MODELS, scope="doc_mmengine")
>>> @DETECTORS.register_module()
... class SSD: ...
>>> type(MODELS.build(dict(type="doc_mmengine.SSD"))).__name__
'SSD'
"""

from registry_core.compat.mmengine import root
from registry_core.compat.mmengine.build_functions import (
    build_from_cfg,
    build_model_from_cfg,
    build_optimizer_from_cfg,
    build_runner_from_cfg,
    build_scheduler_from_cfg,
)
from registry_core.compat.mmengine.default_scope import DefaultScope
from registry_core.compat.mmengine.installing import install
from registry_core.compat.mmengine.registry import Registry
from registry_core.compat.mmengine.root import *  # noqa: F403 - the 23 are listed there
from registry_core.compat.mmengine.utils import (
    count_registered_modules,
    init_default_scope,
    traverse_registry_tree,
)

__all__ = [
    "DefaultScope",
    "Registry",
    "build_from_cfg",
    "build_model_from_cfg",
    "build_optimizer_from_cfg",
    "build_runner_from_cfg",
    "build_scheduler_from_cfg",
    "count_registered_modules",
    "init_default_scope",
    "install",
    "traverse_registry_tree",
]
__all__ += root.__all__
