"""Signatures and their parameters: frozen records, the same from source and from the object."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
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
    def stars(self) -> str:
        """What a definition writes before its name: stars where it is variadic."""
        return {VARIADIC_POSITIONAL: "*", VARIADIC_KEYWORD: "**"}.get(self.kind, "")

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
            ``typing.Optional[int]``; a name without a dot is a builtin, or unknown.
        text: its own docstring as source has it; empty where it has none.
        file: where it is defined; None where unknown.
        line: the line of its definition, decorators included, counted from 1.
        onward: what ``**kwargs`` are passed on to take, where all of them are passed on to one
            call; None where that is not certain, so that any name may be taken.
        abstract: the abstract methods that keep a class from being instantiated.
        constructor_text: of a class, the docstring of its ``__init__`` or ``__new__``.
    """

    parameters: tuple[Parameter, ...]
    annotations: Mapping[str, str]
    text: str
    file: str | None
    line: int | None
    onward: tuple[Parameter, ...] | None = None
    abstract: tuple[str, ...] = ()
    constructor_text: str = ""

    @property
    def docstring(self) -> str:
        """Its docstring, without indentation."""
        from inspect import cleandoc

        return cleandoc(self.text)

    @property
    def constructor_docstring(self) -> str:
        """The docstring of what constructs it, without indentation."""
        from inspect import cleandoc

        return cleandoc(self.constructor_text)

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.text.strip().partition("\n")[0].rstrip()

    @property
    def free_places(self) -> tuple[Parameter, ...]:
        """The parameters that can be given by place: none past a bound one."""
        places = (each for each in self.parameters if each.takes_position)
        return tuple(takewhile(lambda each: not each.bound, places))

    @property
    def is_open_by_place(self) -> bool:
        """Whether more can be given by place than `free_places`."""
        kinds = [each.kind for each in self.parameters if not (each.bound and each.takes_position)]
        return len(kinds) == len(self.parameters) and VARIADIC_POSITIONAL in kinds

    @property
    def every(self) -> tuple[Parameter, ...]:
        """Its parameters, and those that ``**kwargs`` are passed on to."""
        return (*self.parameters, *(self.onward or ()))

    @property
    def keywords(self) -> tuple[Parameter, ...]:
        """Those of all that a config can say by name."""
        return tuple(each for each in self.every if each.takes_keyword and not each.bound)

    @property
    def is_open(self) -> bool:
        """Whether arguments of any name can be given."""
        return self.onward is None and any(p.kind == VARIADIC_KEYWORD for p in self.parameters)

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

    def applied(self, positions: int, keywords: Mapping[str, str]) -> Self:
        """This signature once a `functools.partial` gives arguments.

        Args:
            positions: how many it gives by position.
            keywords: what it gives by name: these are defaults, and the ones after them keywords.

        Raises:
            ValueError: it does not take them.

        Example:
            >>> of_three = Signature(tuple(map(parameter, "abc")), {}, "", None, None)
            >>> [(p.name, p.default, p.kind) for p in of_three.applied(1, {"b": "2"}).parameters]
            [('b', '2', 'keyword-only'), ('c', None, 'keyword-only')]
        """
        kinds = {each.kind for each in self.parameters}
        places = [each.name for each in self.parameters if each.takes_position]
        names = {each.name for each in self.parameters if each.takes_keyword} - {
            *places[:positions]
        }
        if positions > len(places) and VARIADIC_POSITIONAL not in kinds:
            raise ValueError("too many arguments")
        unknown = keywords.keys() - names
        if unknown and (VARIADIC_KEYWORD not in kinds or not unknown.isdisjoint(places)):
            raise ValueError("unknown keywords")
        found: list[Parameter] = []
        only = False
        for each in self.parameters:
            if each.name in places[:positions] or (only and each.kind == VARIADIC_POSITIONAL):
                continue
            changed = each
            if each.name in keywords and each.name in names:
                only = only or each.kind == POSITIONAL_OR_KEYWORD
                changed = each._replace(default=keywords[each.name], required=False)
            if only and each.kind == POSITIONAL_OR_KEYWORD:
                changed = changed._replace(kind=KEYWORD_ONLY)
            found.append(changed)
        return self._replace(parameters=tuple(found))


def parameter(
    name: str,
    kind: str = POSITIONAL_OR_KEYWORD,
    annotation: str | None = None,
    default: str | None = None,
) -> Parameter:
    """A parameter that nothing binds; it is required unless it has a default or is variadic."""
    found = Parameter(name, kind, annotation, default, required=default is None, bound=False)
    return found._replace(default=None, required=False) if found.is_variadic else found


def marked(parameters: Iterable[Parameter]) -> Iterator[Parameter | str]:
    """Parameters as a definition writes them: ``/`` after those by place alone, ``*`` before names.

    Example:
        >>> a, b = parameter("a", POSITIONAL_ONLY), parameter("b", KEYWORD_ONLY)
        >>> [each if isinstance(each, str) else each.name for each in marked([a, b])]
        ['a', '/', '*', 'b']
    """
    before, is_starred = "", False
    for each in parameters:
        if before == POSITIONAL_ONLY != each.kind:
            yield "/"
        if each.kind == KEYWORD_ONLY and not is_starred:
            yield "*"
        is_starred = is_starred or each.kind in (KEYWORD_ONLY, VARIADIC_POSITIONAL)
        yield each
        before = each.kind
    if before == POSITIONAL_ONLY:
        yield "/"
