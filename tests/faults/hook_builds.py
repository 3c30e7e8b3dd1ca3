"""Hooks around builds: what a wrapper may do, to its own entry and to those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.case import BAD, Case, visit
from faults.hook_sources import BUILD, OWN_BUILD, RAISES, hooks
from registry_core import current_environment

if TYPE_CHECKING:
    from faults.host import Host


def blocks(host: Host) -> None:
    """Where every build fails, the error says whom to block, and the host can do so."""
    host.lists()
    host.loads("extra.Good")
    current_environment().block(BAD)
    host.works()
    host.works_late()
    host.lists()


def fails(host: Host) -> None:
    """What a constructor raises is not lost in a wrapper, whatever that makes of it."""
    visit(host)
    told = len(host.told)
    host.attempts(lambda: host.registry.build({"type": "Bad", "size": 2}))
    assert len(host.told) > told, "an error was lost, and None was built"
    host.works()


WRAPPERS = {
    "raises after the build": "    yield\n    raise OSError('no network')\n",
    "yields twice": "    yield\n    yield\n",
    "never yields": "    if False: yield\n",
    "returns nothing": "    yield\n",
    "changes the arguments to rubbish": "    kwargs[3] = 3\n    return (yield)\n",
    "adds an argument that the constructor does not take": (
        "    kwargs['surprise'] = 3\n    return (yield)\n"
    ),
}

BUILDS = [
    *(
        Case(
            given=f"its `registry_core_build` {does}",
            install=hooks(OWN_BUILD + "    yield\n" + source),
            diagnosed=False,
        )
        for does, source in RAISES.items()
    ),
    *(
        Case(
            given=f"its `registry_core_build` {does}, around its own entry",
            install=hooks(OWN_BUILD + source),
            diagnosed=False,
        )
        for does, source in WRAPPERS.items()
    ),
    *(
        Case(
            given=f"its `registry_core_build` {does}, around every entry; the host blocks it",
            install=hooks(BUILD + source),
            host=blocks,
            diagnosed=False,
        )
        for does, source in WRAPPERS.items()
    ),
    Case(
        given="its `registry_core_build` catches what a constructor raises, and returns nothing",
        install=hooks(OWN_BUILD + "    try: return (yield)\n    except Exception: return None\n"),
        host=fails,
        diagnosed=False,
    ),
    Case(
        given="its `registry_core_build` raises another error in place of a constructor's",
        install=hooks(
            OWN_BUILD + "    try: return (yield)\n    except Exception: raise OSError('log')\n"
        ),
        host=fails,
        diagnosed=False,
    ),
]
