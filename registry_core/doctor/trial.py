"""The process in which one entry is tried: it loads the entry and writes down what came of it."""

from __future__ import annotations

import inspect
import json
import os
import secrets
import signal
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from registry_core.doctor.effects import STREAMS, State, effects_since
from registry_core.entry import Entry, Provider
from registry_core.errors import BaseMismatch, HookError, PluginLoadError
from registry_core.hooks.manager import Manager
from registry_core.hooks.module import HookModule
from registry_core.keys import HOOKS, REGISTRIES
from registry_core.loading import import_target, load
from registry_core.lookup import lookup_of
from registry_core.registry import Registry, resolver_of
from registry_core.wording import told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_GREEDY = "its registry_core_lookup answers for every name"


def fault_of(
    entry: Entry, load: Callable[[Entry], Callable[..., Any]] = load
) -> tuple[str, str] | None:
    """Load `entry` in this process; say what is wrong with it and what to do, or None.

    Args:
        entry: an entry of a registry, or the one that owns a registry.
        load: what loads an entry of a registry.

    Example:
        >>> fault_of(Entry("Fraction", "fractions:Fraction", kwargs={"depth": 1}))
        ("what it binds does not fit its target: got an unexpected keyword argument 'depth'", \
'correct the bound arguments')
    """
    owns = entry.registry == REGISTRIES
    try:
        found = import_target(entry) if owns else load(entry)
    except PluginLoadError as error:
        return error.reason, error.fix or "correct its target"
    except BaseMismatch as error:
        return error.message(), "correct its target"
    if owns and not isinstance(found, Registry):
        return f"a {type(found).__name__} is no Registry", "correct its target"
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
            return what, "correct the bound arguments"
    return None


def main(job: Mapping[str, Any], result: str) -> None:
    """Try the entry of `job`, write what came of it to the file `result`, and end the process."""
    own = os.getpid()
    if sys.platform != "win32":
        # Where whoever waits for this process is killed, nobody else would end it.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(job["alarm"])
    provider = Provider(*job["provider"])
    entry = Entry(
        job["name"], job["target"], job["scope"], job["kwargs"], {}, job["registry"], provider
    )
    if job["owner"] is not None:
        # Read only where the import of the owner ends this process.
        _write(result, {"at": "owner"})
    attempt = _attempt(entry, job["owner"], asks=job["asks"])
    Path(result).unlink(missing_ok=True)
    _flush()
    for descriptor in STREAMS:
        # What was printed before is not the entry's.
        with suppress(OSError):
            os.write(descriptor, job["mark"].encode())
    before = State.now()
    began = perf_counter()
    try:
        fault = attempt()
    except BaseException as error:
        fault = f"loading it raised {told(error)}", "tell its authors"
    seconds = perf_counter() - began
    if os.getpid() == own:
        effects = effects_since(before)
        _flush()
        reason, fix = fault or ("", "")
        outcome = "loaded" if fault is None else "raised"
        written = {"outcome": outcome, "reason": reason, "fix": fix, "seconds": seconds}
        _write(result, {**written, "effects": effects})
    # At once: threads that never end, and whatever else a module wants at exit, are not waited for.
    os._exit(0)


def _attempt(
    entry: Entry, owner: Sequence[str] | None, *, asks: bool
) -> Callable[[], tuple[str, str] | None]:
    """What tries `entry`, with all imported that is no part of it."""
    if entry.registry == HOOKS:
        # Imported here, for the same reason.
        import_module("registry_core.hooks.building")
        return partial(_fault_of_hooks, entry, asks=asks)
    registry = None if owner is None else _registry_of(entry.registry, owner)
    return partial(fault_of, entry, load if registry is None else _loading(registry, entry.scope))


def _fault_of_hooks(entry: Entry, *, asks: bool) -> tuple[str, str] | None:
    try:
        module = HookModule(entry.provider, Manager(entry.name), str(entry.target))
        module.entries()
        if asks:
            # A name that nobody has: a lookup that knows it knows every name.
            name = f"no-such-name-{secrets.token_hex(8)}"
            answers = module.lookup("", name)
            module.missing(name)
            if answers:
                return _GREEDY, "let it answer for names of its own alone"
    except HookError as error:
        return f"the hook {error.hook} failed: {error.reason}", "tell its authors"
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


def _loading(registry: Registry[Any], scope: str) -> Callable[[Entry], Callable[..., Any]]:
    """What loads an entry of `scope` as `registry` does, which knows the base.

    Only scopes that code has made are looked for, all others have the base of the one around them:
    to discover them would ask the hooks of every plugin.
    """
    node = resolver_of(registry)[0].node.tree.root
    labels = scope.split(".")
    for label in labels[1:] if labels[0] == node.label else labels:
        child = node.children.get(label)
        if child is None:
            break
        node = child
    return lookup_of(node).load


def _write(file: str, data: Mapping[str, object]) -> None:
    # Whole or not at all; and one for each process: a module may fork while it is imported.
    draft = Path(f"{file}.{os.getpid()}")
    draft.write_text(json.dumps(data), encoding="utf-8")
    draft.replace(file)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # A plugin may have put anything in their place.
        with suppress(BaseException):
            stream.flush()
