"""The verbs `lock` and `verify`: what config files resolve to, and what of that has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import FILES, IMPORTS, LOAD, OUTPUT, REGISTRY_OF_FILE, argument
from registry_core.cli.verbs import Answer, verb
from registry_core.text import bounded

if TYPE_CHECKING:
    from registry_core.cli.arguments import Arguments


@verb(
    "Print, as JSON, every name that config files use, with its distribution, version and the hash "
    "of its module's file; `registry-core verify` compares. Nothing is imported.",
    FILES,
    REGISTRY_OF_FILE,
    OUTPUT,
    LOAD,
    IMPORTS,
)
def lock_verb(arguments: Arguments) -> Answer:
    """The lock."""
    from registry_core.config.lockfile import lock_text, locked

    names, unseen = locked(arguments.used_entries())
    return Answer([lock_text(names)], notes=[f"note: not locked: {what}" for what in unseen])


@verb(
    "Compare a lock with what is installed. The exit status is 1 where a name comes from another "
    "distribution, version or content. Nothing is imported.",
    argument("lock", metavar="LOCKFILE", help="what `lock` wrote"),
    LOAD,
    IMPORTS,
)
def verify_verb(arguments: Arguments) -> Answer:
    """What differs."""
    from registry_core.config.lockfile import differences, read_lock

    found = differences(read_lock(arguments.lock), arguments.known)
    return Answer([" ".join(bounded(each).split()) for each in found], int(bool(found)))
