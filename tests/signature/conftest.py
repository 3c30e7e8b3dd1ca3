"""Source that a test writes, read without importing it."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from parameters import shown

from registry_core.signature.source import Absent, Unreadable
from registry_core.signature.static import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.testing import Site

    Read = Callable[..., list[str] | str]


@pytest.fixture
def read(plugin_site: Site) -> Read:
    """What a target of modules takes; a text says why it is not told.

    Modules are given by name, `mod` where the first argument is source alone.
    """

    def read(source: str, target: str = "mod:it", **modules: str) -> list[str] | str:
        for name, text in {"mod": source, **modules}.items():
            file = plugin_site.folder / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text), encoding="utf-8")
        module, _, attribute = target.partition(":")
        with plugin_site.in_use():
            try:
                return shown(Reader().signature(module, attribute))
            except Unreadable as error:
                return str(error)
            except Absent as error:
                return f"absent: {error}"

    return read
