"""Import: what the module of an entry may do when it is loaded."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from faults.case import BAD, GROUP, VERSION, Case, bad_module, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.host import Host
    from registry_core.testing import Site

LOADABLE = "class Bad: ..."
FOLDER = f"acme_bad-{VERSION}.dist-info"


def careful(host: Host) -> None:
    """A host that does not load what would end it: nothing in its process could prevent that."""
    host.lists()
    host.works()


def interrupted(host: Host) -> None:
    """The user presses Ctrl-C while the plugin is imported: that is for the user, not for us."""
    try:
        host.registry.get("Bad")
    except KeyboardInterrupt:
        host.told.append(("KeyboardInterrupt", "passes: acme-bad 1.2 is not blamed for it"))
    host.works()
    host.lists()


def works_later(host: Host) -> None:
    """What fails once is tried again, and works."""
    host.attempts(lambda: host.registry["Bad"])
    assert type(host.registry.build({"type": "Bad"})).__name__ == "Bad"
    host.works()


def leaves_nothing(host: Host) -> None:
    """What a failing module has registered is taken back."""
    visit(host)
    assert "Half" not in host.registry
    assert host.registry["Own"].__module__ == "acme_host"


def both_load(host: Host) -> None:
    """Both entries load, in whichever order."""
    visit(host)
    assert [host.registry[key].__module__ for key in ("Bad", "Other")] == ["acme_bad", "acme_other"]


def requiring(requirement: str, source: str) -> Callable[[Site], None]:
    """Install the bad plugin, which requires that."""

    def install(site: Site) -> None:
        bad_module(source)(site)
        with (site.folder / FOLDER / "METADATA").open("a", encoding="utf-8") as metadata:
            metadata.write(f"Requires-Dist: {requirement}\n")

    return install


def edited(source: str) -> Callable[[Site], None]:
    """Install the bad plugin as editable: its project is the site."""

    def install(site: Site) -> None:
        bad_module(source)(site)
        rows = f'[project.entry-points."{GROUP}"]\nBad = "acme_bad:Bad"\n'
        (site.folder / "pyproject.toml").write_text(rows, encoding="utf-8")
        address = {"url": site.folder.as_uri(), "dir_info": {"editable": True}}
        file = site.folder / FOLDER / "direct_url.json"
        file.write_text(json.dumps(address), encoding="utf-8")

    return install


def two_modules(first: str, second: str) -> Callable[[Site], None]:
    """Install the bad plugin with two modules, each with an entry."""

    def install(site: Site) -> None:
        rows = {"Bad": "acme_bad:Bad", "Other": "acme_other:Other"}
        modules = {"acme_bad.py": first, "acme_other.py": second}
        site.install(BAD, {GROUP: rows}, modules, version=VERSION)

    return install


def latin_1(site: Site) -> None:
    """Install the bad plugin, with a module in Latin-1 that does not say so."""
    bad_module("")(site)
    (site.folder / "acme_bad.py").write_bytes(b"class Bad:\n    name = 'caf\xe9'\n")


def effect(given: str, source: str) -> Case:
    """A module that loads, and changes the process meanwhile."""
    then = "it is loaded, and the host goes on"
    return Case(given=given, install=bad_module(source + LOADABLE), guilty="", then=then)


CASES = [
    Case(given="its module is missing", install=bad_module("", "acme_gone:Bad")),
    Case(given="its attribute is missing", install=bad_module("Good = dict")),
    Case(
        given="a library that it imports is missing",
        install=bad_module("import no_such_library"),
    ),
    Case(given="its module has a SyntaxError", install=bad_module("class Bad(:")),
    Case(given="its module is not UTF-8", install=latin_1),
    Case(given="its module holds a NUL", install=bad_module("\x00")),
    Case(given="its module raises an exception", install=bad_module("raise OSError('no GPU')")),
    Case(
        given="its module raises an exception whose message cannot be shown",
        install=bad_module(
            """
            class Mute(Exception):
                def __str__(self): raise self
            raise Mute
            """
        ),
    ),
    Case(given="its module calls `sys.exit`", install=bad_module("import sys; sys.exit(3)")),
    Case(
        given="its module raises a BaseException of its own",
        install=bad_module("class Own(BaseException): ...\nraise Own"),
    ),
    Case(
        given="the user presses Ctrl-C while its module is imported",
        install=bad_module("import signal; signal.raise_signal(signal.SIGINT)\n" + LOADABLE),
        host=interrupted,
    ),
    Case(
        given="its module never ends",
        install=bad_module("while True: pass"),
        host=careful,
        mended=True,
    ),
    Case(
        given="its module calls `os._exit`",
        install=bad_module("import os; os._exit(0)"),
        host=careful,
        mended=True,
    ),
    Case(
        given="its module makes a segmentation fault",
        install=bad_module("import ctypes; ctypes.string_at(0)"),
        host=careful,
        mended=True,
    ),
    effect("its module prints", "print('hello from acme')\n"),
    Case(
        given="its module prints for ever",
        install=bad_module("while True: print('hello' * 1_000)"),
        host=careful,
        mended=True,
    ),
    Case(
        given="its module asks the user for something",
        install=bad_module("input('name? ')\n" + LOADABLE),
    ),
    effect("its module closes stdout", "import sys; sys.stdout.close()\n"),
    effect(
        "its module changes `sys.path`",
        "import sys; sys.path.insert(0, 'nowhere'); sys.path.append(3)\n",
    ),
    effect(
        "its module makes warnings errors",
        "import warnings; warnings.simplefilter('error')\n",
    ),
    effect(
        "its module takes over logging",
        "import logging; logging.basicConfig(level=0); logging.disable(50)\n",
    ),
    effect("its module changes the directory", "import os; os.chdir('/')\n"),
    effect(
        "its module removes the directory",
        "import os, tempfile\nos.chdir(tempfile.mkdtemp()); os.rmdir(os.getcwd())\n",
    ),
    effect(
        "its module changes the environment",
        "import os; os.environ['ACME_BAD'] = '1'; os.environ.pop('HOME', None)\n",
    ),
    Case(
        given="its module asks the host for its own entry",
        install=bad_module("from acme_host import MODEL\nMODEL['Bad']\n" + LOADABLE),
    ),
    Case(
        given="its module asks the host for a good entry, and for one that is not there",
        install=bad_module(
            "from acme_host import MODEL\nMODEL['extra.Good']; MODEL['Nothing']\n" + LOADABLE
        ),
    ),
    Case(
        given="its module fails once and then could work",
        install=bad_module(
            """
            import sys
            if not hasattr(sys, "acme_failed"):
                sys.acme_failed = True
                raise OSError("once")
            class Bad: ...
            """
        ),
        host=works_later,
        diagnosed=False,
    ),
    Case(
        given="its module registers half of its classes and fails",
        install=bad_module(
            """
            from acme_host import MODEL
            @MODEL.register_module()
            class Half: ...
            @MODEL.register_module(force=True)
            class Own: ...
            raise OSError("half")
            """
        ),
        host=leaves_nothing,
    ),
    Case(
        given="its module recurses without end",
        install=bad_module("def more(): more()\nmore()"),
    ),
    Case(
        given="its modules import each other",
        install=two_modules(
            "import acme_other\nclass Bad: ...\n",
            "import acme_bad\nclass Other: ...\n",
        ),
        host=both_load,
        guilty="",
        then="both load",
    ),
    Case(
        given="its modules import each other, and one of them cannot be the first",
        install=two_modules(
            "import acme_other\nclass Bad:\n    other = acme_other.Other\n",
            "import acme_bad\nclass Other: ...\n",
        ),
        host=both_load,
        guilty=f"{BAD} {VERSION}: the entry 'Other'",
    ),
    Case(
        given="its modules import names from each other",
        install=two_modules(
            "from acme_other import Other\nclass Bad: ...\n",
            "from acme_bad import Bad\nclass Other: ...\n",
        ),
    ),
    Case(
        given="it requires a later framework, and imports what only that has",
        install=requiring("acme>=3", "import acme_host.later\nclass Bad: ..."),
        guilty="it requires 'acme>=3', but acme 2.0 is installed",
    ),
    Case(
        given="its class is abstract",
        install=bad_module(
            """
            import abc
            class Bad(abc.ABC):
                @abc.abstractmethod
                def forward(self): ...
            """
        ),
        host=careful,
        guilty=f"{BAD} {VERSION}: the entry 'Bad': the class is abstract",
    ),
    Case(
        given="it is an editable install, and its project misspells the class",
        install=edited("class Bda: ..."),
        guilty="did you mean 'acme_bad:Bda'? correct ",
    ),
    Case(
        given="it is an editable install, and its code raises",
        install=edited("def half(): return 1 / 0\nhalf()\nclass Bad: ..."),
        guilty="correct .../site/acme_bad.py:1",
    ),
]

if sys.platform == "win32":
    # What ends a process there leaves no signal, and a folder in use cannot be removed.
    CASES = [case for case in CASES if "removes" not in case.given]
