"""A bad plugin with hooks: its source, and installing it."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from faults.case import BAD, GROUP, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.testing import Site

HEAD = """
from registry_core import Entry, hookimpl
class Own(BaseException): ...
"""
ENTRIES = "@hookimpl\ndef registry_core_entries(registry):\n"
LOOKUP = "@hookimpl\ndef registry_core_lookup(registry, scope, name):\n"
MISSING = "@hookimpl\ndef registry_core_missing(registry, key):\n"
BUILD = "@hookimpl(wrapper=True)\ndef registry_core_build(entry, args, kwargs, construct):\n"
# A wrapper that leaves what others provide alone.
OWN_BUILD = BUILD + "    if entry.name != 'Bad': return (yield)\n"
BAD_CLASS = """
class Bad:
    def __init__(self, size=1):
        if size != 1: raise ValueError("size")
"""


def hooks(source: str, target: str = "acme_bad_hooks") -> Callable[[Site], None]:
    """Install the bad plugin: an entry that is good, and a hook module that is not."""

    def install(site: Site) -> None:
        rows = {GROUP: {"Bad": "acme_bad:Bad"}, "registry_core.hooks": {GROUP: target}}
        modules = {"acme_bad.py": BAD_CLASS, "acme_bad_hooks.py": HEAD + dedent(source)}
        site.install(BAD, rows, modules, version=VERSION)

    return install


RAISES = {
    "raises an exception": "    raise OSError('no network')\n",
    "raises a BaseException of its own": "    raise Own\n",
    "calls `sys.exit`": "    import sys; sys.exit(3)\n",
    "recurses without end": "    def more(): more()\n    more()\n",
    "raises an exception whose message cannot be shown": (
        "    class Mute(Exception):\n        def __str__(self): raise self\n    raise Mute\n"
    ),
}
MODULES = {
    "cannot be imported": "raise OSError('no GPU')",
    "has a SyntaxError": "def broken(",
    "calls `sys.exit`": "import sys; sys.exit(3)",
    "raises a BaseException of its own": "raise Own",
    "imports a library that is missing": "import no_such_library",
    "has a hook with an argument that there is not": (
        "@hookimpl\ndef registry_core_entries(registry, surprise): return []"
    ),
    "has a hook that there is not": "@hookimpl\ndef registry_core_entrys(registry): return []",
    "has a hook that is not marked": "def registry_core_entries(registry): return []",
    "has a build hook that is not a wrapper": (
        "@hookimpl\ndef registry_core_build(entry, args, kwargs, construct): return 3"
    ),
    "has a build wrapper that does not yield": (
        "@hookimpl(wrapper=True)\ndef registry_core_build(entry): return 3"
    ),
}
RUBBISH = {
    "a number": "    return 3\n",
    "a text": "    return 'Net'\n",
    "one entry and no list": "    return Entry('Net', 'acme_bad:Bad')\n",
    "entries and then a text": "    yield Entry('Net', 'acme_bad:Bad')\n    yield 'Net'\n",
    "entries, and fails half way": (
        "    yield Entry('Net', 'acme_bad:Bad')\n    raise OSError('no network')\n"
    ),
    "an entry whose name is a number": "    yield Entry(3, 'acme_bad:Bad')\n",
    "an entry whose name is empty": "    yield Entry('', 'acme_bad:Bad')\n",
    "an entry whose target is not a reference": "    yield Entry('Net', 'rm -rf /')\n",
    "an entry whose target is a class": "    yield Entry('Net', dict)\n",
    "an entry whose scope is malformed": "    yield Entry('Net', 'acme_bad:Bad', scope='a b')\n",
    "an entry whose kwargs are not a mapping": "    yield Entry('Net', 'acme_bad:Bad', kwargs=3)\n",
    "an entry that the host has": "    yield Entry('Own', 'acme_bad:Bad')\n",
    "one entry twice": (
        "    yield Entry('Net', 'acme_bad:Bad')\n    yield Entry('Net', 'acme_bad:Bad')\n"
    ),
}
ANSWERS = {
    "a number": "3",
    "a list": "[Entry(name, 'acme_bad:Bad')]",
    "an entry whose target is not a reference": "Entry(name, 'rm -rf /')",
    "an entry whose module is missing": "Entry(name, 'acme_gone:Bad')",
    "an entry whose kwargs are not a mapping": "Entry(name, 'acme_bad:Bad', kwargs=3)",
    "an entry whose target does not take the bound arguments": (
        "Entry(name, 'acme_bad:Bad', kwargs={'surprise': 1})"
    ),
}
