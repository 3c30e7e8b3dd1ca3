"""What is wrong with an entry that is loaded in this process."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

from registry_core.entry import Problem
from registry_core.environment import current_environment
from registry_core.environment.advice import addressed
from registry_core.errors import BaseMismatch, PluginLoadError, RegistryError
from registry_core.keys import REGISTRIES, module_of, normalized
from registry_core.loading import import_target, load
from registry_core.registry import Registry
from registry_core.signature.signatures import Signatures
from registry_core.text import safe_text
from registry_core.tree.lookup import lookup_of
from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.entry import Entry


MAKE_CONCRETE = "define it, or remove the entry"
BIND_OTHERS = "correct the bound arguments"


def fault_of(entry: Entry, registry: Registry[Any] | None = None) -> PluginLoadError | None:
    """Load `entry` in this process; what is wrong with it, as the error that says so, or None.

    Args:
        entry: an entry of a registry, or the one that owns a registry.
        registry: the registry that loads it, and knows the base of its scope; None for none.

    Example:
        >>> from registry_core import Entry
        >>> fault_of(Entry("Fraction", "fractions:Fraction", kwargs={"depth": 1})).reason
        "what it binds does not fit its target: got an unexpected keyword argument 'depth'"
    """
    try:
        if entry.registry == REGISTRIES:
            found = import_target(entry)
            if isinstance(found, Registry):
                return None
            what = f"it must be a Registry, but is {type(found).__name__}"
            return _fault(entry, what, "correct its target")
        found = load(entry) if registry is None else _load_as(registry, entry)
    except PluginLoadError as error:
        if registry is None:
            # A registry explains its own errors.
            current_environment().explain(error)
        error.fix = error.fix or "correct its target"
        return error
    except BaseMismatch as error:
        return _fault(entry, error.message(), derive_from(error.base), is_of_class=True)
    target: Any = found.func if isinstance(found, partial) else found
    if inspect.isabstract(target) and not is_of_another(entry):
        what = abstract_fault(sorted(target.__abstractmethods__))
        return _fault(entry, what, MAKE_CONCRETE, is_of_class=True)
    return _binding_fault(entry, found) if isinstance(found, partial) else None


def abstract_fault(names: Iterable[str]) -> str:
    """What is wrong with a class that leaves these names to its subclasses."""
    return f"the class is abstract, and cannot be built: it does not define {', '.join(names)}"


def derive_from(base: str) -> str:
    """What to do about a class that is not of the base of its registry."""
    return f"derive it from {safe_text(base)}, or correct the target"


def bound_fault(reason: str) -> str:
    """What is wrong with an entry that binds what its target does not take."""
    return f"what it binds does not fit its target: {reason}"


def is_of_another(entry: Entry) -> bool:
    """Whether the target is of another distribution, which may register a base to derive from."""
    owner = current_environment().installed.owner_of(module_of(entry.address))
    return owner not in (None, normalized(entry.provider.name))


def _fault(entry: Entry, what: str, fix: str, *, is_of_class: bool = False) -> PluginLoadError:
    """A fault in the row of an entry, or in its class: an author who reads it, reads where."""
    code, subject = "misfit", str(entry.target)
    if is_of_class:
        try:
            signature = Signatures().of(entry)
            subject = f"{safe_text(signature.file or '')}:{signature.line}"
            code = "wrong-class"
        except RegistryError:
            # Its source does not tell where it is.
            pass
    problem = Problem(entry.provider, "", what, fix, "broken", code, entry.key, subject)
    return PluginLoadError(entry, what, addressed(problem, current_environment().installed).fix)


def _binding_fault(entry: Entry, found: partial[Any]) -> PluginLoadError | None:
    try:
        signature = inspect.signature(found.func)
    except Exception:
        # A builtin without a signature, or a plugin's own that raises: only a build can tell.
        return None
    try:
        signature.bind_partial(*found.args, **found.keywords)
    except TypeError as error:
        return _fault(entry, bound_fault(str(error)), BIND_OTHERS)
    return None


def registry_owned_by(owner: Entry) -> Registry[Any] | None:
    """The registry that `owner` declares; None if that fails, which its own entry reports."""
    try:
        found = import_target(owner)
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
