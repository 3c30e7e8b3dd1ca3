"""Distributions that a catalogue shows: sound, broken, and with hostile texts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from registry_core.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

FRAMEWORK = """
    from registry_core import Registry
    MODEL = Registry("model", group="acme.model", scope="acme")
    OPTIMIZER = Registry("optimizer", group="acme.optimizer", scope="acme")
    raise SystemExit("imported")
"""
KINDS = '''
    """Models."""
    class Net:
        """A net with `depth`.

        It has layers.

        Args:
            depth: How deep it is.
            width: How wide, a `float`.
        """
        def __init__(self, depth: int, width: float = 2.5, *, names: tuple = ("a",), **more):
            """Make it."""
    class Head:
        """A head."""
    def tail(length=3):
        """A tail."""
    raise SystemExit("imported")
'''
NOTES = """
["acme.model".entries."heads.Head"]
paper = "On Heads"
tags = ["small", "fast"]
["acme.model".renamed]
"heads.Skull" = { to = "heads.Head", since = "2" }
"""
HOSTILE = f'''
    def evil(a="</script><script>throw 1</script>",
             b: "<img src=x onerror=alert(1)>" = "{"x" * 10_000}",
             c='"\\'&amp;', d="\\x1b[31mred", e="\\u202ertl", f="\\ud800"):
        """</p><script>document.title = 'owned'</script> \\x1b[2J \\u202e \\ud800 `<b>`

        Args:
            a: <i>italic</i> "quoted"

        {"word" * 3_000}
        """
'''


@pytest.fixture
def acme(plugin_site: Site) -> Site:
    rows = {
        "registry_core.registries": {
            "acme.model": "acme:MODEL",
            "acme.optimizer": "acme:OPTIMIZER",
        },
        "acme.model": {"Net": "acme_kinds:Net"},
        "acme.optimizer": {"tail": "acme_kinds:tail"},
    }
    plugin_site.install("acme", rows, {"acme.py": FRAMEWORK, "acme_kinds.py": KINDS}, version="1.2")
    heads = {
        "acme.model.heads": {"Head": "acme_kinds:Head", "Lost": "acme_kinds:Lost"},
        "acme.model.heads.deep": {"Head": "acme_kinds:Head"},
        "registry_core.notes": {"acme.model": "heads_notes"},
    }
    modules = {"heads_notes/__init__.py": "", "heads_notes/registry.toml": NOTES}
    plugin_site.install("heads", heads, modules, version="3")
    return plugin_site


@pytest.fixture
def hostile(acme: Site) -> Site:
    rows = {
        "acme.model.evil": {"a'\"<b>&amp;": "evil_kinds:evil", "A'\"<B>&amp;": "evil_kinds:evil"}
    }
    acme.install("evil", rows, {"evil_kinds.py": HOSTILE}, version="6.6")
    acme.install("twin", {"acme.model.heads": {"Head": "evil_kinds:evil"}})
    acme.install("blocked", {"acme.model": {"Barred": "acme_kinds:Net"}})
    acme.install("bad", "[acme.model]\nno equals sign\n")
    return acme


@pytest.fixture
def catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Path, str]]:
    """Writes a catalogue of a site: its status, its folder, and what was printed."""

    def write(site: Site, *arguments: str, folder: str = "out") -> tuple[int, Path, str]:
        with site.in_use(variables={"REGISTRY_CORE_BLOCK": "blocked"}):
            status = main(["catalogue", "-o", str(tmp_path / folder), *arguments])
            assert not {"acme", "acme_kinds", "evil_kinds"} & sys.modules.keys()
        out, err = capsys.readouterr()
        return status, tmp_path / folder, out + err

    return write
