"""The build hook of setuptools, for projects that say ``build = true``.

https://setuptools.pypa.io/en/latest/userguide/extension.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from registry_core.harvest.building import add_rows, is_asked

if TYPE_CHECKING:
    from setuptools import Distribution


def finalize(distribution: Distribution) -> None:
    """Let the metadata hold the rows. setuptools calls it in each build, before it reads settings.

    So the rows are added where the metadata is made, which happens several times.
    """
    folder = distribution.src_root or os.getcwd()
    if not is_asked(folder):
        return
    from setuptools.command.egg_info import egg_info

    base: Any = distribution.cmdclass.get("egg_info", egg_info)

    class HarvestedEggInfo(base):  # type: ignore[misc]
        def finalize_options(self) -> None:
            super().finalize_options()
            rows = _parsed(getattr(self.distribution, "entry_points", None))
            add_rows(folder, rows)
            lines = {
                group: [f"{name} = {target}" for name, target in each.items()]
                for group, each in rows.items()
            }
            self.distribution.entry_points = lines

    distribution.cmdclass["egg_info"] = HarvestedEggInfo


def _parsed(declared: Any) -> dict[str, dict[str, str]]:
    r"""The entry points of a project, in any of the forms that `setup` takes.

    >>> _parsed({"acme.model": ["Net = nets:Net", "Odd=nets:Odd [x]"]})
    {'acme.model': {'Net': 'nets:Net', 'Odd': 'nets:Odd [x]'}}
    >>> _parsed("[acme.model]\nNet = nets:Net")
    {'acme.model': {'Net': 'nets:Net'}}
    """
    from registry_core.errors import ConfigError
    from registry_core.installed.entry_points import parse_entry_points

    text = declared if isinstance(declared, str) else ""
    for group, lines in {} if isinstance(declared, str) else (declared or {}).items():
        rows = lines if isinstance(lines, str) else "\n".join(lines)
        text += f"[{group}]\n{rows}\n"
    found, faults = parse_entry_points(text)
    if faults:
        raise ConfigError(faults[0][1], "the entry points of `setup`")
    return {group: dict(each.written()) for group, each in found.items()}
