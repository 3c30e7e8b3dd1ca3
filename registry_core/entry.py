"""Entries, providers and problems as data, and the way from an entry to its object."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from registry_core.errors import PluginLoadError, told
from registry_core.keys import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

NOTHING: Mapping[str, object] = MappingProxyType({})


class Provider(NamedTuple):
    """Who supplied an entry: a distribution and its version, or the module that registered it.

    >>> str(Provider("activations-extra", "0.1.0")), str(Provider("acme.models"))
    ('activations-extra 0.1.0', 'module acme.models')
    """

    name: str
    version: str | None = None

    @property
    def is_distribution(self) -> bool:
        """Whether a distribution supplied it; otherwise code did, and `name` is its module."""
        return self.version is not None

    def __str__(self) -> str:
        return (
            f"{self.name} {self.version}".rstrip()
            if self.is_distribution
            else f"module {self.name}"
        )

    def __repr__(self) -> str:
        return str(self)


UNKNOWN = Provider("unknown")


class Entry(NamedTuple):
    """One name of a registry. A frozen record: making, listing or comparing one imports nothing.

    Lives as long as somebody holds it: a registry makes its entries anew from what is installed
    and what code registered. A hook answers with entries of its own, and leaves `registry` and
    `provider` to us.

    Attributes:
        name: the name within its scope; it may hold dots, dashes and slashes.
        target: ``"module:attribute"``, followed by ``" [extra]"`` where an entry point says so;
            or the live object, where code registered it.
        scope: the dotted path of its scope; empty for the root.
        kwargs: arguments that are bound to the target; what is loaded is then a
            `functools.partial`.
        metadata: anything that is worth filtering a list by.
        registry: the group of its registry.
        provider: who supplied it.

    Example:
        >>> entry = Entry("Swish", "activations_extra.swish:Swish", scope="extra")
        >>> entry.key
        'extra.Swish'
    """

    name: str
    target: object
    scope: str = ""
    kwargs: Mapping[str, object] = NOTHING
    metadata: Mapping[str, object] = NOTHING
    registry: str = ""
    provider: Provider = UNKNOWN

    @property
    def key(self) -> str:
        """The key that resolves to this entry from the root."""
        return f"{self.scope}.{self.name}" if self.scope else self.name

    def frozen(self) -> Self:
        """This entry, with mappings that nobody else can change."""
        return self._replace(
            kwargs=MappingProxyType(dict(self.kwargs)) if self.kwargs else NOTHING,
            metadata=MappingProxyType(dict(self.metadata)) if self.metadata else NOTHING,
        )

    def __hash__(self) -> int:
        return hash((self.registry, self.scope, self.name, self.provider))

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled.
        plain = self._replace(kwargs=dict(self.kwargs), metadata=dict(self.metadata))
        return _thaw, tuple(plain)


def _thaw(*fields: object) -> Entry:
    return Entry._make(fields).frozen()


class Problem(NamedTuple):
    """Something wrong with one plugin. Scanning never raises; it yields these.

    Attributes:
        provider: the distribution, or the module, that is at fault.
        where: the file, group or line.
        what: what is wrong.
        fix: what to do about it.
    """

    provider: Provider
    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.provider}: {self.where}: {self.what}; {self.fix}"


def load(entry: Entry) -> Callable[..., Any]:
    """Import the module of `entry` and return its object, with the bound arguments if it has any.

    Raises:
        PluginLoadError: whatever the import raised, `SystemExit` included; Ctrl-C passes.

    Example:
        >>> load(Entry("Counter", "collections:Counter"))
        <class 'collections.Counter'>
        >>> load(Entry("Nope", "collections:Nope", registry="words", provider=Provider("p", "1")))
        Traceback (most recent call last):
        registry_core.errors.PluginLoadError: 'Nope' in 'words', provided by p 1 as \
'collections:Nope', cannot be loaded: the module 'collections' has no attribute 'Nope'; \
upgrade or reinstall p, or block it with REGISTRY_CORE_BLOCK=p
    """
    target = import_target(entry) if isinstance(entry.target, str) else entry.target
    if not callable(target):
        raise PluginLoadError(entry, f"a {type(target).__name__} cannot be called", _blame(entry))
    return partial(target, **entry.kwargs) if entry.kwargs else target


def import_target(entry: Entry) -> object:
    """What the text of `entry`'s target stands for: an attribute, or a whole module.

    Raises:
        PluginLoadError: as `load` does.
    """
    try:
        module_name, attribute, extras = parse_target(str(entry.target))
    except ValueError as error:
        raise PluginLoadError(entry, str(error), _blame(entry)) from error
    try:
        found: object = import_module(module_name)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        reason = f"importing {module_name!r} raised {told(error)}"
        if isinstance(error, ModuleNotFoundError) and extras:
            fix = f"pip install '{entry.provider.name}[{','.join(extras)}]'"
        elif isinstance(error, ModuleNotFoundError) and not _owns(entry, error.name):
            fix = f"install what provides the module {error.name!r}"
        else:
            fix = _blame(entry)
        raise PluginLoadError(entry, reason, fix) from error
    for segment in attribute.split(".") if attribute else ():
        try:
            found = getattr(found, segment)
        except AttributeError as error:
            reason = f"the module {module_name!r} has no attribute {attribute!r}"
            raise PluginLoadError(entry, reason, _blame(entry)) from error
        except Exception as error:
            reason = f"asking {module_name!r} for {attribute!r} raised {type(error).__name__}"
            raise PluginLoadError(entry, f"{reason}: {error}", _blame(entry)) from error
    return found


def _owns(entry: Entry, missing: str | None) -> bool:
    """Whether the module that is missing is, or is inside, the target's own package."""
    package = str(entry.target).partition(":")[0].partition(".")[0]
    return (missing or package).partition(".")[0] == package


def _blame(entry: Entry) -> str:
    name = entry.provider.name
    if not entry.provider.is_distribution:
        return f"mend {entry.provider}"
    return f"upgrade or reinstall {name}, or block it with REGISTRY_CORE_BLOCK={name}"


def is_target(target: object, found: object) -> bool:
    """Whether `found` is what `target` stands for, judged without importing anything.

    While a module is being imported its classes are registered before its names are bound, so
    an object that says it comes from the target's address is taken at its word.

    >>> from collections import Counter
    >>> is_target("collections:Counter", Counter), is_target("decimal:Decimal", Counter)
    (True, False)
    """
    if not isinstance(target, str):
        return target is found
    own = (getattr(found, "__module__", None), getattr(found, "__qualname__", None))
    try:
        module_name, attribute, _ = parse_target(target)
    except ValueError:
        return False
    if own == (module_name, attribute):
        return True
    meant: object = sys.modules.get(module_name)
    for segment in attribute.split(".") if attribute else ():
        meant = getattr(meant, segment, None)
    if meant is None:
        return False
    return meant is found or (
        None not in own
        and own == (getattr(meant, "__module__", None), getattr(meant, "__qualname__", None))
    )


def failed_modules(traceback: TracebackType | None) -> set[str]:
    """The modules in `traceback` that Python dropped because their import failed."""
    names: set[str] = set()
    while traceback is not None:
        name = traceback.tb_frame.f_globals.get("__name__")
        if isinstance(name, str) and name not in sys.modules:
            names.add(name)
        traceback = traceback.tb_next
    return names
