"""The process in which entries are loaded: it writes down what came of each, line by line."""

from __future__ import annotations

import inspect
import json
import os
import secrets
import signal
import sys
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from registry_core.entry import Entry, Provider
from registry_core.errors import BaseMismatch, HookError, PluginLoadError
from registry_core.hooks.manager import Manager
from registry_core.hooks.module import HookModule
from registry_core.keys import HOOKS, REGISTRIES
from registry_core.loading import import_target, import_whole, load
from registry_core.registry import Registry
from registry_core.text import error_text
from registry_core.tree.lookup import lookup_of
from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from registry_core.errors import Remedy

    Fault = tuple[str, str, Remedy]

_GREEDY = "its registry_core_lookup answers for every name"


def fault_of(entry: Entry, load: Callable[[Entry], Callable[..., Any]] = load) -> Fault | None:
    """Load `entry` in this process; say what is wrong with it and what to do, or None.

    Args:
        entry: an entry of a registry, or the one that owns a registry.
        load: what loads an entry of a registry.

    Example:
        >>> fault_of(Entry("Fraction", "fractions:Fraction", kwargs={"depth": 1}))
        ("what it binds does not fit its target: got an unexpected keyword argument 'depth'", \
'correct the bound arguments', 'mend it')
    """
    owns = entry.registry == REGISTRIES
    try:
        found = import_target(entry) if owns else load(entry)
    except PluginLoadError as error:
        return error.reason, error.fix or "correct its target", error.remedy
    except BaseMismatch as error:
        return error.message(), "correct its target", "mend it"
    if owns and not isinstance(found, Registry):
        return f"a {type(found).__name__} is no Registry", "correct its target", "mend it"
    if isinstance(found, partial):
        try:
            signature = inspect.signature(found.func)
        except Exception:
            # A builtin without a signature, or a plugin's own that raises: only a build can tell.
            return None
        try:
            signature.bind_partial(*found.args, **found.keywords)
        except TypeError as error:
            what = f"what it binds does not fit its target: {error}"
            return what, "correct the bound arguments", "mend it"
    return None


def main(job: Mapping[str, Any], result: str) -> None:
    """Load the entries of `job`, write what came of each to the file `result`, end the process."""
    own = os.getpid()

    def write(said: Mapping[str, object]) -> None:
        # A module may fork while it is imported: what the copy says is not to be heard.
        if os.getpid() == own:
            with open(result, "a", encoding="utf-8") as file:  # noqa: PTH123 - no path is needed
                file.write(f"{json.dumps(said)}\n")

    entries = [
        Entry(
            each["name"], each["target"], each["scope"], each["kwargs"], {}, each["registry"]
        )._replace(provider=Provider(*each["provider"]))
        for each in job["entries"]
    ]
    _wake(job["alarm"])
    load_entry = load
    if job["owner"] is not None:
        registry = _registry_of(entries[0].registry, job["owner"])
        load_entry = load if registry is None else partial(_load_as, registry)
        write({"at": "owned"})
    module = str(entries[0].target).partition(":")[0].strip()
    _wake(job["alarm"])
    began = perf_counter()
    # What it raises, each entry says that asks for it again.
    with suppress(BaseException):
        import_whole(module)
    write({"at": "imported"})
    failed: Fault | None = None
    for entry in entries:
        _wake(job["alarm"])
        try:
            fault = failed or _fault(entry, load_entry, asks=job["asks"])
        except BaseException as error:
            fault = f"loading it raised {error_text(error)}", "tell its authors", "mend it"
        if module not in sys.modules:
            # It cannot be imported: for each of its entries in the same way.
            failed = fault
        reason, fix, remedy = fault or ("", "", "")
        seconds = perf_counter() - began
        write({"reason": reason, "fix": fix, "remedy": remedy, "seconds": seconds})
        began = perf_counter()
    # At once: threads that never end, and whatever else a module wants at exit, are not waited for.
    os._exit(0)


def _wake(seconds: int) -> None:
    if sys.platform != "win32":
        # Where the process that waits for this one is killed, nothing else would end it.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)


def _fault(
    entry: Entry, load: Callable[[Entry], Callable[..., Any]], *, asks: bool
) -> Fault | None:
    return _fault_of_hooks(entry, asks=asks) if entry.registry == HOOKS else fault_of(entry, load)


def _fault_of_hooks(entry: Entry, *, asks: bool) -> Fault | None:
    try:
        module = HookModule(entry.provider, Manager(entry.name), str(entry.target))
        module.entries()
        if asks:
            # A name that none can have: a lookup that knows it knows every name.
            name = f"no-such-name-{secrets.token_hex(8)}"
            answers = module.lookup("", name)
            module.missing(name)
            if answers:
                return _GREEDY, "let it answer for names of its own alone", "mend it"
    except HookError as error:
        return f"the hook {error.hook} failed: {error.reason}", "tell its authors", "mend it"
    return None


def _registry_of(group: str, owner: Sequence[str]) -> Registry[Any] | None:
    """The registry that `owner` declares; None where it cannot be had, which is its own fault."""
    target, name, version = owner
    declared = Entry(group, target, registry=REGISTRIES, provider=Provider(name, version))
    try:
        found = import_target(declared)
    except BaseException:
        return None
    return found if isinstance(found, Registry) else None


def _load_as(registry: Registry[Any], entry: Entry) -> Callable[..., Any]:
    """Load an entry as `registry` does, which knows the base of its scope.

    Only scopes that code has made are looked for, all others have the base of the one around them:
    to discover them would ask the hooks of every plugin.
    """
    node = resolver_of(registry)[0].node.tree.root
    labels = entry.scope.split(".")
    for label in labels[1:] if labels[0] == node.label else labels:
        child = node.children.get(label)
        if child is None:
            break
        node = child
    return lookup_of(node).load(entry)
