"""Hooks: what a hook module may do when it is imported, and when it is asked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from faults.case import Case, visit
from faults.hook_builds import BUILDS
from faults.hook_endings import ENDING
from faults.hook_sources import (
    ANSWERS,
    ENTRIES,
    LOOKUP,
    MISSING,
    MODULES,
    RAISES,
    RUBBISH,
    hooks,
)
from registry_core import current_environment

if TYPE_CHECKING:
    from faults.host import Host


def asks(host: Host) -> None:
    """A host that lets every hook be asked: it lists, builds, and asks for what nobody has."""
    visit(host)
    host.loads("Nothing")
    host.works()


def asks_and_has_bad(host: Host) -> None:
    """The bad plugin's own entry works, whatever its hooks do."""
    asks(host)
    assert type(host.registry.build({"type": "Bad"})).__name__ == "Bad"


def asks_the_hub(host: Host) -> None:
    """A name that only the bad plugin's lookup claims to know."""
    asks(host)
    host.loads("hub/bad")
    host.works()


def computed(host: Host) -> None:
    """An entry that the bad plugin computes is there, and builds."""
    visit(host)
    assert "Computed" in host.registry
    assert type(host.registry.build({"type": "Computed"})).__name__ == "Bad"


def computes_wrong(host: Host) -> None:
    """An entry that the bad plugin computes, and that is asked for though it cannot work."""
    visit(host)
    host.loads("Computed")
    host.works()


def has_many(host: Host) -> None:
    """All of the entries are there, and each of them builds."""
    visit(host)
    assert len(host.registry.entries()) > 100_000
    assert type(host.registry.build({"type": "many.n99999"})).__name__ == "Bad"


def has_early_and_late(host: Host) -> None:
    """A hook that asks for what it computes finds what is declared, and nobody waits."""
    visit(host)
    assert "seen.Own" in host.registry
    assert "seen.Good" in host.registry
    assert "seen.computed" not in host.registry


def hints(host: Host) -> None:
    """The error for a name that nobody has cannot flood or fake a terminal."""
    visit(host)
    host.attempts(lambda: host.registry["Nothing"])
    how, text = host.told.pop()
    assert how == "EntryNotFound"
    assert "ask acme-good" in text
    assert len(text) < 10_000, "it floods a terminal"
    assert text.isprintable(), "it does something to a terminal"


def prefers(host: Host) -> None:
    """Where one answers for every name, the host can ask another one first."""
    host.lists()
    found = host.registry.get("hub/good")
    assert found is not None
    assert found.__module__ == "acme_bad"
    host.loads("hub/good", "Nothing")
    current_environment().prefer("acme-good")
    host.works()
    host.lists()


HOOKS = {
    "registry_core_entries": ENTRIES,
    "registry_core_lookup": LOOKUP,
    "registry_core_missing": MISSING,
}
CASES = [
    Case(
        given="its hook module is missing",
        install=hooks("", "acme_gone_hooks"),
        host=asks_and_has_bad,
    ),
    Case(
        given="its hook module is not a reference",
        install=hooks("", "no reference!"),
        host=asks_and_has_bad,
    ),
    Case(
        given="its hook module is a function that is not there",
        install=hooks("", "acme_bad_hooks:gone"),
        host=asks_and_has_bad,
    ),
    *(
        Case(
            given=f"its hook module {does}",
            install=hooks(source),
            host=asks_and_has_bad,
        )
        for does, source in MODULES.items()
    ),
    *(
        Case(given=f"its `{hook}` {does}", install=hooks(head + source), host=asks)
        for hook, head in HOOKS.items()
        for does, source in RAISES.items()
    ),
    *(
        Case(
            given=f"its `registry_core_entries` returns {what}",
            install=hooks(ENTRIES + source),
            host=asks_and_has_bad,
        )
        for what, source in RUBBISH.items()
    ),
    *(
        Case(
            given=f"its `registry_core_lookup` returns {what}",
            install=hooks(LOOKUP + f"    return {source} if name == 'hub/bad' else None\n"),
            host=asks_the_hub,
            diagnosed=False,
        )
        for what, source in ANSWERS.items()
    ),
    *BUILDS,
    Case(
        given="its `registry_core_lookup` answers for every name; the host prefers another",
        install=hooks(LOOKUP + "    return Entry(name, 'acme_bad:Bad')\n"),
        host=prefers,
    ),
    Case(
        given="its `registry_core_missing` returns what cannot be shown",
        install=hooks(
            "class Mute:\n    def __str__(self): raise OSError\n" + MISSING + "    return Mute()\n"
        ),
        host=asks,
    ),
    Case(
        given="its `registry_core_missing` returns ten million letters",
        install=hooks(MISSING + "    return 'x' * 10_000_000\n"),
        host=hints,
        guilty="",
        then="the hint is cut",
    ),
    Case(
        given="its `registry_core_missing` returns what would do something to a terminal",
        install=hooks(MISSING + "    return '\\x1b[2J pip install acme'\n"),
        host=hints,
        guilty="",
        then="the hint is escaped",
    ),
    Case(
        given="its hook module prints",
        install=hooks("print('hello from acme')"),
        host=asks_and_has_bad,
        guilty="",
        then="it is asked",
    ),
    Case(
        given="its hooks print",
        install=hooks(ENTRIES + "    print('hello from acme')\n    return []\n"),
        host=asks_and_has_bad,
        guilty="",
        then="they are asked",
    ),
    Case(
        given="an entry that it computes has an argument that JSON cannot hold",
        install=hooks(
            ENTRIES + "    yield Entry('Computed', 'acme_bad:Bad', kwargs={'size': 1j ** 4})\n"
        ),
        host=computed,
        guilty="",
        then="it builds; the hook is asked in each process",
    ),
    Case(
        given="an entry that it computes has an argument that holds itself",
        install=hooks(
            ENTRIES
            + "    ring = []; ring.append(ring)\n"
            + "    yield Entry('Computed', 'acme_bad:Bad', metadata={'ring': ring})\n"
        ),
        host=computed,
        guilty="",
        then="it builds; the hook is asked in each process",
    ),
    Case(
        given="an entry that it computes has an argument that its target does not take",
        install=hooks(
            ENTRIES + "    yield Entry('Computed', 'acme_bad:Bad', kwargs={'surprise': 1})\n"
        ),
        host=computes_wrong,
    ),
    Case(
        given="an entry that it computes has a module that is missing",
        install=hooks(ENTRIES + "    yield Entry('Computed', 'acme_gone:Bad')\n"),
        host=computes_wrong,
    ),
    Case(
        given="it computes 100,000 entries",
        install=hooks(
            ENTRIES
            + "    return [Entry(f'n{n}', 'acme_bad:Bad', scope='many') for n in range(100_000)]\n"
        ),
        host=has_many,
        guilty="",
        then="all are listed, and build",
        diagnosed=False,
    ),
    Case(
        given="its hook asks the host for the very registry that it computes entries for",
        install=hooks(
            """
            @hookimpl
            def registry_core_entries(registry):
                from acme_host import MODEL
                MODEL.get("hub/nothing")
                for entry in MODEL.entries():
                    yield Entry(entry.name, "acme_bad:Bad", scope="seen")
            """
        ),
        host=has_early_and_late,
        guilty="",
        then="the hook sees what is declared and registered, and nothing that is computed",
    ),
    Case(
        given="its lookup asks the host for the very name that it is asked for",
        install=hooks(LOOKUP + "    from acme_host import MODEL\n    return MODEL.get(name)\n"),
        host=asks,
    ),
    *ENDING,
]

if sys.platform == "win32":
    # What is mended is mended by a command of a POSIX shell.
    CASES = [case for case in CASES if not case.mended]
