"""What is wrong with entries, as far as source tells. Imports nothing of a plugin."""

from __future__ import annotations

import ast
import re
import warnings
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.doctor.entry_faults import (
    BIND_OTHERS,
    MAKE_CONCRETE,
    abstract_fault,
    bound_fault,
    derive_from,
    is_of_another,
)
from registry_core.entry import TELL_AUTHORS, Problem
from registry_core.environment import current_environment
from registry_core.environment.advice import is_of_row
from registry_core.errors import BaseMismatch, ConfigError, PluginLoadError, RegistryError
from registry_core.installed.files import readable
from registry_core.keys import parse_target, target_fault, top_module
from registry_core.limits import MAX_SOURCE
from registry_core.signature.source import find_spec, source_of
from registry_core.text import listed, quoted, safe_text
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.entry import Entry, Provider
    from registry_core.environment import Environment
    from registry_core.signature.record import Signature
    from registry_core.tree.nodes import Node

    # What is wrong, how to mend it, a word for programs, and where; empty where the row is wrong.
    Fault = tuple[str, str, str, str]

_MOST_FILES = 1_000
_MAKES_ONE = re.compile(rb"\bparent\s*=")


def source_faults(entries: Iterable[Entry], environment: Environment) -> Iterator[Problem]:
    """A problem for each fault that loading the entries would show; those that are alike are one.

    Args:
        entries: entries that are installed.
        environment: what they are installed in.
    """
    asked = _Examination(environment)
    alike: dict[tuple[Provider, Fault, bool], list[Entry]] = {}
    for entry in entries:
        if isinstance(entry.target, str) and target_fault(entry.target) is None:
            for fault in _faults(entry, asked):
                key = entry.provider, fault, is_of_row(entry, environment.installed)
                alike.setdefault(key, []).append(entry)
    for (provider, (what, fix, code, place), _), own in alike.items():
        keys = [entry.key for entry in own]
        where = f"the entr{'y' if len(keys) == 1 else 'ies'} {listed(keys, 3)}"
        subject = place or str(own[0].target)
        yield Problem(provider, where, what, fix, "broken", code, keys[0], subject)


def _faults(entry: Entry, asked: _Examination) -> Iterator[Fault]:
    target = parse_target(str(entry.target))
    signature: Signature | None = None
    try:
        if find_spec(target.module) is None:
            # What an extra brings may be left out.
            if not target.extras:
                what = f"there is no module {quoted(target.module)}"
                yield what, TELL_AUTHORS, "absent-target", ""
            return
        signature = asked.signatures.of(entry)
    except PluginLoadError as error:
        if broken := asked.syntax_fault(target.module):
            yield broken
        elif not target.extras:
            yield error.reason, TELL_AUTHORS, "absent-target", ""
        return
    except ConfigError:
        # Source does not tell.
        pass
    except Exception:
        # Finders raise what they like.
        return
    if broken := asked.syntax_fault(target.module):
        yield broken
    elif signature is not None:
        yield from _misfits(entry, signature, asked)


def _misfits(entry: Entry, signature: Signature, asked: _Examination) -> Iterator[Fault]:
    place = f"{safe_text(signature.file)}:{signature.line}" if signature.file else ""
    if signature.abstract and not is_of_another(entry):
        yield abstract_fault(signature.abstract), MAKE_CONCRETE, "wrong-class", place
    try:
        asked.refuse_misfit(entry)
    except BaseMismatch as error:
        yield error.message(), derive_from(error.base), "wrong-class", place
    names = {each.name for each in signature.every}
    if not signature.is_open:
        for name in entry.kwargs:
            if name not in names:
                what = bound_fault(f"got an unexpected keyword argument {name!r}")
                yield what, BIND_OTHERS, "misfit", ""


def _syntax_fault(module: str) -> Fault | None:
    try:
        source = source_of(module)
    except Exception:
        # Finders and loaders raise what they like.
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(source.code)
    except SyntaxError as error:
        place = f"{safe_text(source.file)}:{error.lineno}"
        what = f"the module {quoted(module)} has a syntax error: {safe_text(error.msg)}"
        return what, TELL_AUTHORS, "wrong-class", place
    except (ValueError, RecursionError, MemoryError):
        # It holds what no source may, or nests too deep: an import tells.
        return None
    return None


class _Examination:
    """What is read of source, and read once. Lives as long as one question.

    Attributes:
        signatures: reads the signatures of entries.
    """

    def __init__(self, environment: Environment) -> None:
        self._known = KnownRegistries()
        self.signatures = self._known.signatures
        # Registries ask the current environment, with the hooks that end a process.
        self._is_current = environment is current_environment()
        self._owners = environment.registries()
        self._root = cache(self._found_root)
        self._broken = cache(_syntax_fault)

    def syntax_fault(self, module: str) -> Fault | None:
        """What is wrong with the source of a module, or of the packages that it is in."""
        names = accumulate(module.split("."), "{}.{}".format)
        return next(filter(None, map(self._broken, names)), None)

    def refuse_misfit(self, entry: Entry) -> None:
        """Refuse an entry that is certainly not of the base of its scope.

        Raises:
            BaseMismatch: as loading it would raise.
        """
        node = self._root(entry.registry)
        if node is None:
            return
        scope = node.tree.fitting(entry.scope)[:1] if entry.scope else (node,)
        try:
            self.signatures.refuse_misfit(entry, (*scope, node)[0].settings["base"])
        except BaseMismatch:
            modules = entry.address, str(self._owners[entry.registry].target)
            if not entry.scope or not any(map(_may_make_scopes, modules)):
                raise

    def _found_root(self, group: str) -> Node | None:
        """The root of an owned registry; None where that is not known."""
        try:
            view = self._known.owned(group) if self._is_current else None
        except RegistryError:
            return None
        return None if view is None else view.root._lookup.node


def _may_make_scopes(target: str) -> bool:
    """Whether the package of a target may make registries in others, which may have other bases."""
    spec = find_spec(top_module(target))
    places = [*((spec and spec.submodule_search_locations) or ())]
    files = [Path(spec.origin or "")] if spec is not None and not places else []
    files += [file for place in places for file in islice(Path(place).rglob("*.py"), _MOST_FILES)]
    return len(files) >= _MOST_FILES or any(
        _MAKES_ONE.search(readable(str(file), MAX_SOURCE)) for file in files
    )
