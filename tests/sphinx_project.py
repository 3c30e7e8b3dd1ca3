"""Pages that Sphinx builds, about a framework and plugins whose import would end the process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from sphinx.cmd.build import build_main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from registry_core.testing import Site

FRAMEWORK = """
    from registry_core import Registry
    MODEL = Registry("model", group="acme.model", scope="acme")
    @MODEL.register_module()
    class Plain:
        '''Nothing to set.'''
    raise SystemExit("imported")
"""
KINDS = '''
    class Net:
        """A net with ``depth``, *args and <b>.

        Args:
            depth: How `deep`.
        """
        def __init__(self, depth: int, /, width=2, *rest, name: str = "x", **more): ...
    def head(size: int = 3):
        """A head."""
    raise SystemExit("imported")
'''


class Built(NamedTuple):
    """What a build gave.

    Attributes:
        status: its exit status.
        said: what it printed, warnings among it.
        pages: the folder of pages.
    """

    status: int
    said: str
    pages: Path

    def page(self, name: str = "index.html") -> str:
        return (self.pages / name).read_text(encoding="utf-8")


class Project:
    """A folder of pages, and the installed distributions that they are about."""

    def __init__(self, folder: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.site, self._capsys = folder, site, capsys
        folder.mkdir()
        self.configure()

    def configure(self, *lines: str) -> None:
        known = ['extensions = ["myst_parser", "registry_core.sphinx", "sphinx.ext.intersphinx"]']
        text = "\n".join([*known, 'html_theme = "basic"', *lines])
        (self.folder / "conf.py").write_text(text, encoding="utf-8")

    def write(self, text: str, name: str = "index.rst") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def build(self, *options: str, builder: str = "html") -> Built:
        """Build the pages; nothing that they are about is imported."""
        pages = self.folder / "_build" / builder
        self._capsys.readouterr()
        with self.site.in_use():
            folders = [str(self.folder), str(pages)]
            status = build_main(["-n", "-b", builder, "--no-color", *options, *folders])
            assert not {"acme", "acme_kinds"} & sys.modules.keys()
        out, err = self._capsys.readouterr()
        return Built(status, out + err, pages)


def install_acme(site: Site) -> None:
    """Install the framework, with a class of its own, and a plugin."""
    rows = {
        "registry_core.registries": {"acme.model": "acme:MODEL"},
        "acme.model": {"Net": "acme_kinds:Net"},
    }
    site.install("acme", rows, {"acme.py": FRAMEWORK, "acme_kinds.py": KINDS}, version="1.2")
    site.install("heads", {"acme.model.heads": {"head": "acme_kinds:head"}}, version="3")
