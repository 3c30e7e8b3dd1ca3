"""PyInstaller reads this where an application imports registry_core: what to take along.

Settings, in the .spec file: `hooksconfig={"registry_core": {"groups": [...], "sources": True}}`.
"""

import logging
import os
from pathlib import Path

from PyInstaller import isolated
from PyInstaller.depend.imphookapi import PostGraphAPI
from PyInstaller.utils.hooks import (
    collect_data_files,
    collect_submodules,
    copy_metadata,
    get_hook_config,
)

from registry_core.freezing.collecting import named

_LOGGER = logging.getLogger("PyInstaller.registry_core")
# What only development needs: pytest, IPython, Sphinx, build backends, and this room.
_LEFT_OUT = ("testing", "freezing", "harvest", "notebook", "sphinx")


def _is_needed(module: str) -> bool:
    return module.split(".")[1:2] not in [[name] for name in _LEFT_OUT]


# Our own modules are imported by name: what is public is lazy, and so are the verbs.
hiddenimports = collect_submodules("registry_core", filter=_is_needed)
hiddenimports.append("importlib_metadata")
datas = copy_metadata("registry_core") + collect_data_files("registry_core")


def _collected(groups: list[str]) -> dict[str, list[str]]:
    # In a process of its own: computed entries import hook modules.
    from registry_core.freezing.collecting import collect

    return collect(groups)


def hook(hook_api: PostGraphAPI) -> None:
    """Take along what is installed for the registries that the application names."""
    groups = named(get_hook_config(hook_api, "registry_core", "groups"), os.environ)
    found: dict[str, list[str]] = isolated.call(_collected, groups)
    for problem in found["problems"]:
        _LOGGER.warning("%s", problem)
    for distribution in found["distributions"]:
        hook_api.add_datas(copy_metadata(distribution))
    hook_api.add_datas([(file, Path(file).parent.name) for file in found["notes"]])
    hook_api.add_imports(*found["modules"])
    if get_hook_config(hook_api, "registry_core", "sources"):
        for package in {module.partition(".")[0] for module in found["modules"]}:
            hook_api.set_module_collection_mode(package, "pyz+py")
    _LOGGER.info(
        "collected %d modules of %s",
        len(found["modules"]),
        ", ".join(found["distributions"]) or "no distribution",
    )
