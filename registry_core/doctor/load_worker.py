"""The process in which entries are loaded: it writes down what came of each, line by line."""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any

from registry_core.doctor.entry_faults import fault_of, registry_owned_by
from registry_core.entry import TELL_AUTHORS, Entry, Provider
from registry_core.environment import current_environment
from registry_core.environment.advice import is_of_row
from registry_core.environment.note_problems import RENAMED_TO_NOTHING
from registry_core.errors import HookError, PluginLoadError
from registry_core.hooks.manager import Manager
from registry_core.hooks.module import HookModule
from registry_core.keys import HOOKS, NOTES, module_of
from registry_core.loading import import_whole
from registry_core.text import error_text
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.registry import Registry

_STDOUT = 1


def main(job: Mapping[str, Any]) -> None:
    """Load the entries of `job`, write what came of each to stdout, and end the process."""
    own, result = os.getpid(), os.dup(_STDOUT)
    # What a module prints is not an answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)

    def write(line: Mapping[str, object]) -> None:
        # A module may fork while it is imported: its copy gives no answers.
        if os.getpid() == own:
            os.write(result, f"{json.dumps(line)}\n".encode())

    entries = [*map(_entry, job["entries"])]
    _wake(job["alarm"])
    registry: Registry[Any] | None = None
    if job["owner"] is not None:
        registry = registry_owned_by(_entry(job["owner"]))
        write({"at": "owned"})
    module = module_of(entries[0].target)
    _wake(job["alarm"])
    start = perf_counter()
    # Each entry imports it again below, and reports what it raises.
    with suppress(BaseException):
        import_whole(module)
    write({"at": "imported"})
    failed: dict[bool, PluginLoadError | None] = {}
    for entry in entries:
        # A row and the answer of a hook are corrected in different files.
        is_row = is_of_row(entry, current_environment().installed)
        _wake(job["alarm"])
        try:
            fault = failed.get(is_row) or _fault(entry, registry, asks=job["asks"])
        except BaseException as error:
            fault = PluginLoadError(entry, f"loading it raised {error_text(error)}", TELL_AUTHORS)
        if module not in sys.modules:
            # The import failed: all such entries of the module get the same fault.
            failed[is_row] = fault
        line: dict[str, object] = {"seconds": perf_counter() - start}
        if fault is not None:
            line |= {"reason": fault.reason, "fix": fault.fix, "remedy": fault.remedy}
        write(line)
        start = perf_counter()
    # At once: threads that never end, and whatever else a module wants at exit, are not waited for.
    os._exit(0)


def _entry(fields: list[Any]) -> Entry:
    *others, provider = fields
    return Entry._make((*others, Provider(*provider)))


def _wake(seconds: int) -> None:
    if sys.platform != "win32":
        # Where the process that waits for this one is killed, nothing else would end it.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)


def _fault(entry: Entry, registry: Registry[Any] | None, *, asks: bool) -> PluginLoadError | None:
    if entry.registry == NOTES:
        return _fault_of_notes(entry)
    if entry.registry != HOOKS:
        return fault_of(entry, registry)
    try:
        module = HookModule(entry.provider, Manager(entry.name), str(entry.target))
        module.entries()
        if asks:
            # A lookup that knows a name which does not exist knows every name.
            name = f"no-such-name-{secrets.token_hex(8)}"
            answers = module.lookup("", name)
            module.missing(name)
            if answers:
                what = "its registry_core_lookup answers for every name"
                return PluginLoadError(entry, what, "let it answer only for names of its own")
    except HookError as error:
        what = f"the hook {error.hook} failed: {error.reason}"
        return PluginLoadError(entry, what, TELL_AUTHORS)
    return None


def _fault_of_notes(entry: Entry) -> PluginLoadError | None:
    """Which old names of a data file lead nowhere in a registry whose framework is imported here.

    Args:
        entry: named as the group of the registry, with the target and the provider of the notes.
    """
    found = [
        each
        for each in KnownRegistries().problems(entry.name)
        if each.provider == entry.provider and each.code == RENAMED_TO_NOTHING
    ]
    what = "\n".join(each.what for each in found)
    return PluginLoadError(entry, what, found[0].fix) if found else None
