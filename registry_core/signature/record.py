"""Signatures and their parameters: frozen records, the same from source and from the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

POSITIONAL_ONLY = "positional-only"
POSITIONAL_OR_KEYWORD = "positional or keyword"
KEYWORD_ONLY = "keyword-only"
VARIADIC_POSITIONAL = "variadic positional"
VARIADIC_KEYWORD = "variadic keyword"


class Parameter(NamedTuple):
    """One parameter of a target.

    Attributes:
        name: its name.
        kind: as `inspect` describes it: "positional-only", "positional or keyword",
            "keyword-only", "variadic positional" or "variadic keyword".
        annotation: its type as the source spells it; None where it has none.
        default: what it is where a config does not say it, as the source spells it, or as the
            entry binds it; None where it has none.
        required: whether a config must say it.
        bound: whether the entry binds it; a config cannot say it then.
    """

    name: str
    kind: str
    annotation: str | None
    default: str | None
    required: bool
    bound: bool

    @property
    def is_variadic(self) -> bool:
        """Whether it stands for any number of arguments: ``*args`` or ``**kwargs``."""
        return self.kind in (VARIADIC_POSITIONAL, VARIADIC_KEYWORD)

    @property
    def takes_keyword(self) -> bool:
        """Whether a config can say it by its name."""
        return self.kind in (POSITIONAL_OR_KEYWORD, KEYWORD_ONLY)

    @property
    def takes_position(self) -> bool:
        """Whether ``_args_`` can say it."""
        return self.kind in (POSITIONAL_ONLY, POSITIONAL_OR_KEYWORD)


class Signature(NamedTuple):
    """What a target takes, what it says of itself, and where it stands.

    Attributes:
        parameters: what calling it takes; ``self`` or ``cls`` is not among them.
        annotations: by parameter, its type with every name spelled in full, as in
            ``typing.Optional[int]``; a name without a dot is a builtin, or nobody knows it.
        docstring: its own, without indentation; empty where it has none.
        file: where it is defined; None where nobody can tell.
        line: the line of its definition, decorators included, counted from 1.
    """

    parameters: tuple[Parameter, ...]
    annotations: Mapping[str, str]
    docstring: str
    file: str | None
    line: int | None

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.docstring.partition("\n")[0].strip()

    def binding(self, kwargs: Mapping[str, object]) -> Self:
        """This signature once an entry binds `kwargs`."""
        if not kwargs:
            return self
        parameters = tuple(
            parameter._replace(default=repr(kwargs[parameter.name]), required=False, bound=True)
            if parameter.takes_keyword and parameter.name in kwargs
            else parameter
            for parameter in self.parameters
        )
        return self._replace(parameters=parameters)


def parameter(
    name: str, kind: str, annotation: str | None = None, default: str | None = None
) -> Parameter:
    """A parameter that nothing binds; it is required unless it has a default or is variadic."""
    found = Parameter(name, kind, annotation, default, required=default is None, bound=False)
    return found._replace(default=None, required=False) if found.is_variadic else found
