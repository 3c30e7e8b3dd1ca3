"""The programs that list and load what is installed, each as those who use its library write it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from measures import IMPORT_PLUGGY, LIMIT, OURS
from processes import Program
from sites import CROWDED_GROUP, GROUP, PLUGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sites import Site

IMPORT = Program(IMPORT_PLUGGY, "import pluggy")
IMPORTED = f"sum(name.startswith({PLUGIN!r}) for name in __import__('sys').modules)"
NAME = "Name0_3"

# It keeps no cache where Python itself is in /tmp, as for one who tries this in a clone there.
_STEVEDORE = """
if sys.executable.startswith("/tmp"):
    sys.executable = "python"
"""
_PLUGGY = """
from pluggy import PluginManager
manager = PluginManager("bench")
"""

_IMPORTED = {
    LIMIT: ("typing", "Any"),
    "dataclasses": ("dataclasses", "dataclass"),
    OURS: ("registry_core", "Registry"),
    "importlib_metadata": ("importlib_metadata", "entry_points"),
    "importlib.metadata": ("importlib.metadata", "entry_points"),
    "pluggy": ("pluggy", "PluginManager"),
    "stevedore": ("stevedore", "ExtensionManager"),
    "catalogue": ("catalogue", "create"),
    "mmengine": ("mmengine.registry", "Registry"),
    "fvcore": ("fvcore.common.registry", "Registry"),
    "hydra": ("hydra.utils", "instantiate"),
}


def imports() -> list[Program]:
    """Importing the module of each library that its users import."""
    return [Program(name, f"import {module}") for name, (module, _) in _IMPORTED.items()]


def uses() -> list[Program]:
    """Importing what its users use of each library, which a module may put off until then."""
    return [
        Program(name, f"from {module} import {used}") for name, (module, used) in _IMPORTED.items()
    ]


def listings(site: Site) -> list[Program]:
    """Listing the names of the group; those of pluggy and catalogue load every plugin for it."""
    check = f"len(set(names)) == {site.entries}"
    codes = {
        LIMIT: """
import os
texts = []
for each in os.scandir(sys.path[-1]):
    if each.name.endswith(".dist-info"):
        try:
            with open(f"{each.path}/entry_points.txt") as file:
                texts.append(file.read())
        except FileNotFoundError:
            pass
rows = [row.partition(" = ") for text in texts for row in text.splitlines()]
names = [name for name, _, target in rows if target.startswith("bench_plugin")]
""",
        OURS: """
from registry_core import Registry
names = list(Registry("bench"))
""",
        **_metadata("names = [point.name for point in entry_points(group={group!r})]"),
        "stevedore": _STEVEDORE
        + f"""
from stevedore import NamedExtensionManager
names = NamedExtensionManager({GROUP!r}, names=[]).entry_points_names()
""",
        "catalogue": f"""
import catalogue
names = list(catalogue.create({GROUP!r}, entry_points=True).get_all())
""",
        "pluggy": _PLUGGY
        + f"""
manager.load_setuptools_entrypoints({GROUP!r})
names = [name for name, plugin in manager.list_name_plugin()]
""",
    }
    return [IMPORT, *_programs(site, codes, check)]


def loads(site: Site) -> list[Program]:
    """Loading the class of one name."""
    rows, check = str(site.rows), f"found.__name__ == {NAME!r}"
    codes = {
        LIMIT: f"""
with open({rows!r}) as file:
    target = file.read().partition("{NAME} = ")[2].partition("\\n")[0]
module, _, name = target.partition(":")
found = getattr(__import__(module), name)
""",
        OURS: f"""
from registry_core import Registry
found = Registry("bench")[{NAME!r}]
""",
        **_metadata(
            f"(point,) = entry_points(group={{group!r}}, name={NAME!r})\nfound = point.load()"
        ),
        "stevedore": _STEVEDORE
        + f"""
from stevedore import DriverManager
found = DriverManager({GROUP!r}, {NAME!r}).driver
""",
        "catalogue": f"""
import catalogue
found = catalogue.create({GROUP!r}, entry_points=True).get({NAME!r})
""",
        "pluggy": _PLUGGY
        + f"""
manager.load_setuptools_entrypoints({GROUP!r}, name={NAME!r})
found = manager.get_plugin({NAME!r})
""",
    }
    check += f" and {IMPORTED} == 1"
    return [IMPORT, *_programs(site, codes, check)]


def tables(site: Site) -> list[Program]:
    """Printing a table of the group, with its distributions."""
    rows = str(site.rows)
    command = (str(Path(sys.executable).with_name("registry-core")), "list", "bench")
    variables = {"PYTHONPATH": str(site.folder)}
    codes = {
        LIMIT: f"""
with open({rows!r}) as file:
    print(file.read())
""",
        **_metadata(
            "for point in entry_points(group={group!r}):\n"
            "    print(point.name, point.value, point.dist.name, point.dist.version)"
        ),
    }
    ours = Program(OURS, command=command, variables=variables)
    return [IMPORT, ours, *_programs(site, codes, "True")]


def crowds(site: Site) -> list[Program]:
    """Listing the entries of a group to which every distribution adds."""
    rows, check = str(site.rows), f"len(entries) == {site.entries}"
    codes = {
        LIMIT: f"""
with open({rows!r}) as file:
    entries = [row.split(" = ") for row in file.read().splitlines()]
""",
        OURS: """
from registry_core import Registry
entries = Registry("many").entries()
""",
        **_metadata("entries = list(entry_points(group={group!r}))", CROWDED_GROUP),
        "stevedore": _STEVEDORE
        + f"""
from stevedore import NamedExtensionManager
entries = NamedExtensionManager({CROWDED_GROUP!r}, names=[]).list_entry_points()
""",
    }
    return _programs(site, codes, check)


def _metadata(code: str, group: str = GROUP) -> dict[str, str]:
    """One program for the backport and one for the standard library."""
    return {
        module: f"\nfrom {module} import entry_points\n{code.format(group=group)}\n"
        for module in ("importlib_metadata", "importlib.metadata")
    }


def _programs(site: Site, codes: dict[str, str], check: str) -> list[Program]:
    begin = f"import sys\nsys.path.append({str(site.folder)!r})\n"
    return [Program(name, begin + code, check) for name, code in codes.items()]


def named(programs: Sequence[Program], name: str) -> Program:
    """The program of one contender."""
    (program,) = (each for each in programs if each.name == name)
    return program
