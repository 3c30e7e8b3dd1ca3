"""Entries, providers and problems: frozen records that import nothing."""

# Without `from __future__ import annotations`: a NamedTuple would compile the text of each, which
# takes a tenth of the time of `from registry_core import Registry`.

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, Self

from registry_core.text import bounded, clauses, html_table

Kind = Literal["broken", "misnamed", "conflict", "shadowed", "left over", "missing"]
# A fix, or its beginning: replaced by an address where the distribution is known.
TELL_AUTHORS = "tell its authors"

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

    Lives as long as you hold it: a registry makes its entries anew from what is installed and
    what code registered. A hook answers with entries of its own, and leaves `registry` and
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

    @property
    def summary(self) -> str:
        """What its metadata says of it in a line; empty where it says nothing.

        >>> Entry("Swish", dict, metadata={"summary": "Smooth."}).summary
        'Smooth.'
        """
        said = self.metadata.get("summary")
        return said if isinstance(said, str) else ""

    @property
    def address(self) -> str:
        """The target in words: ``"module:attribute"``, also where it is a live object.

        >>> Entry("Swish", dict).address
        'builtins:dict'
        """
        if isinstance(self.target, str):
            return self.target
        found = getattr(self.target, "func", self.target)
        name = getattr(found, "__qualname__", type(found).__qualname__)
        return f"{getattr(found, '__module__', None) or type(found).__module__}:{name}"

    def frozen(self) -> Self:
        """This entry, with mappings that cannot be changed."""
        return self._replace(
            kwargs=MappingProxyType(dict(self.kwargs)) if self.kwargs else NOTHING,
            metadata=MappingProxyType(dict(self.metadata)) if self.metadata else NOTHING,
        )

    def _repr_html_(self) -> str:
        """A table of its fields, for notebooks."""
        rows: list[tuple[str, object]] = [
            ("key", self.key),
            ("registry", self.registry),
            ("target", self.address),
            ("provider", self.provider),
        ]
        rows += [("binds", f"{name}={value!r}") for name, value in self.kwargs.items()]
        rows += [(str(name), value) for name, value in self.metadata.items()]
        return html_table((), rows)

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
        kind: "broken" where something cannot be read, imported or used; "misnamed" where a name is
            none or leads nowhere; "conflict" where several have one name; "shadowed" where another
            of that name comes first; "left over" where a folder belongs to no distribution;
            "missing" where a distribution requires what is not there.
        code: what is wrong, as a word for programs; texts may change in any release.
        key: the key of the entry that it is about; empty where it is about none.
        subject: what the fix is about: a requirement, an extra, a path; empty if `fix` is complete.

    Example:
        >>> print(Problem(Provider("acme", "1.0"), "entry_points.txt line 3", "no '='", "mend it"))
        acme 1.0: entry_points.txt line 3: no '='; mend it
    """

    provider: Provider
    where: str
    what: str
    fix: str
    kind: Kind = "broken"
    code: str = ""
    key: str = ""
    subject: str = ""

    def __str__(self) -> str:
        return bounded(clauses(f"{self.provider}: {self.where}: {self.what}", self.fix))
