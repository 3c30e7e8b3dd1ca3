"""What is registered in Flash's way, read from source; and held against running the same code."""

from __future__ import annotations

import importlib
import json
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from fresh_process import python

from registry_core.signature.flash_registrations import FlashRegistrations
from registry_core.signature.registrations import Registration, Unread
from registry_core.signature.static import Reader

if TYPE_CHECKING:
    from registry_core.testing import Site

REGISTRIES = """
    from registry_core.compat.flash import ConcatRegistry, ExternalRegistry, FlashRegistry, Task
    GROUP = "orchard.trees"
    TREES = FlashRegistry("trees", group=GROUP)
    FRUIT = FlashRegistry(name="fruit", verbose=False)
    NAMELESS = FlashRegistry("hooks")
    COMPUTED = FlashRegistry("computed", group=GROUP.upper())
    HUB = ExternalRegistry(getter=str, name="hub")
    SUM = TREES + HUB
    BOTH = ConcatRegistry(TREES, FRUIT)
    class Own(FlashRegistry): ...
    OWN = Own("own")
    class Grower(Task):
        tools = FlashRegistry("tools", group="orchard.tools")
"""
HEAD = """
import json
from functools import partial
from orchard import registry as r
from orchard.registry import *
from registry_core.compat.flash import FlashRegistry, Provider
def pear(size=1): ...
"""


@pytest.fixture
def orchard(plugin_site: Site) -> Site:
    folder = plugin_site.folder / "orchard"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "registry.py").write_text(dedent(REGISTRIES))
    return plugin_site


def read(orchard: Site, text: str) -> list[Registration | Unread]:
    (orchard.folder / "orchard" / "more.py").write_text(HEAD + text)
    importlib.invalidate_caches()
    reader = Reader()
    with orchard.in_use():
        found = FlashRegistrations(reader, reader.names.module("orchard.more")).read()
        assert "orchard" not in sys.modules
    return found


WAYS = {
    "@TREES\ndef oak(): ...": {"orchard.trees": {"oak": ":oak"}},
    "@TREES()\nclass Oak: ...": {"orchard.trees": {"Oak": ":Oak"}},
    "@TREES(name='user/oak', age=100, providers=Provider('a', 'b'))\ndef oak(): ...": {
        "orchard.trees": {"user/oak": ":oak"}
    },
    "@TREES(None, 'second')\ndef oak(): ...": {"orchard.trees": {"second": ":oak"}},
    "TREES(pear)": {"orchard.trees": {"pear": ":pear"}},
    "TREES(pear, 'ripe', True)": {"orchard.trees": {"ripe": ":pear"}},
    "kept = TREES(fn=json.loads, name='json')": {"orchard.trees": {"json": "json:loads"}},
    "TREES(name='spot')(pear)": {"orchard.trees": {"spot": ":pear"}},
    "for fn, name in ((pear, 'a'), (dict, 'b')):\n    r.FRUIT(fn, name=name)": {
        "registry_core.fruit": {"a": ":pear", "b": "builtins:dict"}
    },
    "@TREES(name='x', **{'age': 3})\ndef oak(): ...": {"orchard.trees": {"x": ":oak"}},
    "@Grower.tools(name='saw')\ndef saw(): ...": {"orchard.tools": {"saw": ":saw"}},
    "class Mine(Grower): ...\n@Mine.tools(name='rake')\ndef rake(): ...": {
        "orchard.tools": {"rake": ":rake"}
    },
    "HERE = FlashRegistry('here', group='orchard.here')\n@HERE\n@FRUIT\ndef apple(): ...": {
        "orchard.here": {"apple": ":apple"},
        "registry_core.fruit": {"apple": ":apple"},
    },
}
# What the same code registers when it is run, by group and name.
RUN = """
import json, sys
import orchard.more as more
from registry_core.compat.flash import FlashRegistry
places = [vars(more), {"tools": more.Grower.tools}]
found = {}
for each in [each for place in places for each in place.values()]:
    if type(each) is FlashRegistry and each.functions:
        found[each._installed.group] = sorted(item["name"] for item in each.functions)
print(json.dumps(found, sort_keys=True))
"""


@pytest.mark.parametrize("text", WAYS)
def test_ways_to_register_that_source_tells(orchard: Site, text: str) -> None:
    found = read(orchard, text)
    rows: dict[str, dict[str, str]] = {}
    for each in found:
        assert isinstance(each, Registration), each
        assert each.is_certain
        target = each.target.removeprefix("orchard.more")
        rows.setdefault(str(each.registry), {})[each.name] = target
    assert rows == WAYS[text]


def test_running_registers_the_same_names(orchard: Site) -> None:
    whole = "\n".join(text.replace("oak", f"oak{at}") for at, text in enumerate(WAYS))
    found = read(orchard, whole)
    names: dict[str, list[str]] = {}
    for each in found:
        assert isinstance(each, Registration), each
        names.setdefault(str(each.registry), []).append(each.name)
    live = json.loads(python(RUN, folder=orchard.folder))
    assert live == {group: sorted(each) for group, each in names.items()}


def test_what_tells_functions_of_a_name_apart_is_read(orchard: Site) -> None:
    (one, two) = read(
        orchard,
        "@TREES(name='oak', age=100)\ndef oak(): ...\n"
        "@TREES(name='oak', age=200, override=True, providers='me')\ndef older(): ...",
    )
    assert isinstance(one, Registration)
    assert isinstance(two, Registration)
    assert (one.metadata, one.force) == ({"age": 100}, False)
    assert (two.metadata, two.force) == ({"age": 200}, True)


RUNNING = "only running it would tell"
UNREAD = {
    "TREES(fn=partial(pear, 3), name='p')": "what it registers is computed as it runs",
    "TREES(pear, name=input())": "its name is computed as it runs",
    "@TREES(**input())\ndef oak(): ...": "its arguments are computed as it runs",
    "for n in range(3):\n    TREES(pear, name=f'x{n}')": f"{RUNNING} what it registers",
    "def f():\n    TREES(pear, name='x')": f"{RUNNING} what it registers",
    "def f():\n    @TREES\n    def oak(): ...": f"{RUNNING} what it registers",
    "def f(to: FlashRegistry):\n    to(pear, name='x')": f"{RUNNING} what it registers",
    "def f(to: 'FlashRegistry'):\n    @to(name='x')\n    def oak(): ...": (
        f"{RUNNING} what it registers"
    ),
    "many = [TREES(each) for each in (pear,)]": f"{RUNNING} what it registers",
    "TREES.remove('pear')": f"{RUNNING} what it registers",
    "TREES._register_function(pear)": f"{RUNNING} what it registers",
    "@SUM(name='x')\ndef oak(): ...": f"is a sum of registries: {RUNNING} which of them takes it",
    "@BOTH(name='x')\ndef oak(): ...": f"is made by ConcatRegistry(...): {RUNNING} its group",
    "@OWN(name='x')\ndef oak(): ...": f"is made by Own(...): {RUNNING} its group",
    "@HUB(name='x')\ndef oak(): ...": f"is made by ExternalRegistry(...): {RUNNING} its group",
    "@NAMELESS\ndef oak(): ...": "its registry 'orchard.registry.NAMELESS' has no group",
    "@COMPUTED\ndef oak(): ...": "its registry 'orchard.registry.COMPUTED' has no group",
    "@TREES\ndef oak(): ...\nTREES = 3": "'TREES' stands for something else later",
    "from absent.registry import NETS\n@NETS(name='x')\ndef oak(): ...": (
        "it may be a registry, but there is no module 'absent"
    ),
    "from absent.registry import NETS\ndef f():\n    NETS(pear, name='x')": (
        f"{RUNNING} what it registers"
    ),
    "from registry_core.compat.flash import ExternalRegistry as E\nE(str, 'hub')": (
        "its names come from a function"
    ),
}


@pytest.mark.parametrize("text", UNREAD)
def test_what_only_running_would_tell_is_reported_once_with_its_line(
    orchard: Site, text: str
) -> None:
    (found,) = read(orchard, text)
    assert isinstance(found, Unread)
    assert UNREAD[text] in found.reason
    assert found.file.endswith("more.py")
    above = HEAD.count("\n")
    assert above < found.line <= above + text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "@partial\ndef oak(): ...",
        "print(pear)\njson.dumps(pear)",
        "@absent.tool(name='x')\ndef oak(): ...",
        "from absent import tool\n@tool(name='x')\ndef oak(): ...",
        "TREES.get('pear'), TREES.available_keys()",
        "from absent import KITTI\ndef f():\n    return KITTI('folder')",
        "if TYPE_CHECKING:\n    @TREES\n    def oak(): ...",
        "'''@TREES'''",
        "from registry_core import Registry\nN = Registry('n')\n@N.register_module()\nclass A: ...",
    ],
)
def test_other_calls_are_left_alone(orchard: Site, text: str) -> None:
    assert read(orchard, text) == []


def test_a_module_that_names_neither_flash_nor_a_registry_of_its_own_is_read(
    orchard: Site,
) -> None:
    file = orchard.folder / "orchard" / "alone.py"
    file.write_text("from orchard.registry import TREES as t\ndef f():\n    t(dict, name='x')\n")
    reader = Reader()
    with orchard.in_use():
        (found,) = FlashRegistrations(reader, reader.names.module("orchard.alone")).read()
    assert isinstance(found, Unread)
    assert (found.line, found.text) == (3, "t(dict, name='x')")


def test_functions_with_names_of_constants_are_no_registries(orchard: Site) -> None:
    text = "from stat import S_ISDIR\nfrom shutil import COPY_BUFSIZE\nfrom absent import COPY\n"
    text += "def f(): return S_ISDIR(3), COPY_BUFSIZE(3), COPY(3)"
    assert read(orchard, text) == []


def test_flash_itself_need_not_be_installed(orchard: Site) -> None:
    text = "from flash.core.registry import FlashRegistry as F\nA = F('a_b')\n@A\ndef f(): ..."
    (found,) = read(orchard, text)
    assert isinstance(found, Registration)
    assert found.registry == "registry_core.a_b"


def test_the_signature_of_a_function_that_is_registered_is_certain(orchard: Site) -> None:
    read(orchard, "@TREES(name='a', age=3)\n@FRUIT\ndef plum(stone: bool = True): ...")
    with orchard.in_use():
        signature = Reader().signature("orchard.more", "plum")
    assert [each.name for each in signature.parameters] == ["stone"]
