"""The classes that a class inherits from, and what they do to its constructor."""

from __future__ import annotations

import ast
import collections.abc
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

from registry_core.signature.modules import Definition, External
from registry_core.signature.source import Absent, SourceError, Unreadable

if TYPE_CHECKING:
    from registry_core.signature.bindings import Binding
    from registry_core.signature.names import Names

# Bases that have no constructor; but for some of `typing`, which stand for others or make one.
_NEUTRAL = r"abc\.ABC|object|collections\.abc\.\w+|typing\.\w+"
_MAKING = frozenset(
    f"typing.{name}"
    for name in (
        *("Counter", "DefaultDict", "Deque", "Dict", "FrozenSet", "List", "NamedTuple"),
        *("OrderedDict", "Protocol", "Set", "Tuple", "Type", "TypedDict"),
    )
)
_METACLASSES = ("abc.ABCMeta", "type")
_CONSTRUCTING = ("__call__", "__init__", "__new__", "__prepare__")
# Words of an `__init_subclass__` that may give a class another constructor.
_REWRITING = r"(?i)init|new|signature|dataclass|define|attrs"
_DECORATING = r"\b(?:dataclass|attrs|define)\b|__signature__"


class Bases(NamedTuple):
    """The direct bases of one class.

    Attributes:
        classes: those that have source, in their order.
        others: the paths of the others, but for those without a constructor.
        computed: why one of them is not known at all; empty where there is none.
        is_abc: whether one of them keeps abstract classes from being instantiated.
        abcs: those of `collections.abc`.
    """

    classes: tuple[Definition, ...]
    others: tuple[str, ...]
    computed: str
    is_abc: bool
    abcs: tuple[type, ...]


class Hierarchy:
    """Finds base classes. Lives as long as the reader that makes it.

    Attributes:
        bases: the direct bases of a class.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._stand_ins: dict[Definition, type] = {}
        self.bases = cache(self._bases)

    def order(self, of: Definition) -> tuple[Definition, ...]:
        """`of` and the classes above it that have source, in the order of Python's lookup.

        Raises:
            Unreadable: there is no such order.
        """
        return tuple(vars(each)["of"] for each in self._stand_in(of, ()).__mro__[:-1])

    def is_whole(self, of: Definition) -> bool:
        """Whether every class above `of` is known."""
        bases = [self.bases(each) for each in self.order(of)]
        return not any(each.others or each.computed for each in bases)

    def abstract(self, of: Definition) -> tuple[str, ...]:
        """The names that keep `of` from being instantiated, as far as that is certain."""
        order = self.order(of)
        if not self.is_whole(of) or any("__new__" in each.members.names for each in order):
            return ()
        # What is nearest counts, and of what is abstract, what a metaclass has taken note of.
        nearest: dict[str, bool] = {}
        noted: set[str] = set()
        abcs: list[type] = []
        for each in order:
            is_abc = any(self.bases(above).is_abc for above in self.order(each))
            abcs += self.bases(each).abcs
            for name, bound in each.members.names.items():
                is_abstract = self._is_marked(each, bound)
                nearest.setdefault(name, is_abstract)
                if is_abc and is_abstract:
                    noted.add(name)
        found = {name for name in noted if nearest[name]} | (_left(abcs) - nearest.keys())
        return tuple(sorted(found))

    def _is_marked(self, of: Definition, bound: list[tuple[int, Binding]]) -> bool:
        """Whether what a class binds a name to is abstract."""
        marks: list[ast.expr] = []
        for _, binding in reversed(bound):
            marks += getattr(binding.what, "decorator_list", ())
            if not any(isinstance(mark, ast.Attribute) for mark in marks):
                break
            # Perhaps the setter of a property, which is abstract if its getter is.
        found = [self._names.known(of.members, mark) for mark in marks]
        return any(
            isinstance(each, External) and each.path.startswith("abc.abstract") for each in found
        )

    def metaclass(self, of: Definition) -> Definition | External | None:
        """What a class names as its own metaclass; None where it names none that is known.

        Raises:
            Unreadable: it is not there.
        """
        for keyword in cast("ast.ClassDef", of.node).keywords:
            if keyword.arg == "metaclass":
                try:
                    found = self._names.resolve(of.scope, keyword.value, of.place)
                except Absent as error:
                    raise Unreadable(str(error)) from error
                return found if isinstance(found, Definition) else External(found.path)
        return None

    def refuse_rewritten(self, of: Definition) -> None:
        """Refuse a class whose constructor may not be the one that its source has.

        Raises:
            Unreadable: a base, a metaclass or an ``__init_subclass__`` may change it.
        """
        order = self.order(of)
        for each in order:
            bases = self.bases(each)
            if bases.computed:
                raise Unreadable(bases.computed)
            if each.name in each.scope.module.patched or "__signature__" in each.members.names:
                raise Unreadable(f"the signature of {each.path!r} is changed as its module runs")
            for path in bases.others:
                if path.startswith("enum.") or path == "typing.TypedDict":
                    raise Unreadable(f"{each.path!r} is made by {path!r}")
            meta = self.metaclass(each)
            if meta is not None and not self._is_plain(meta):
                raise Unreadable(f"the metaclass {meta.path!r} may change what {each.path!r} takes")
            for name in ("__init_subclass__", "__new__"):
                changing = each.members.names.get(name)
                is_own = each is of and name == "__init_subclass__"
                if changing and not is_own and self._rewrites(each, changing[-1][1].what, name):
                    why = f"the {name} of {each.path!r} may change what {of.path!r} takes"
                    raise Unreadable(why)

    def _rewrites(self, holder: Definition, found: object, name: str) -> bool:
        """Whether a method that is given a class may give it another constructor."""
        if not isinstance(found, ast.FunctionDef):
            return name != "__new__"
        whole = cast("ast.FunctionDef", holder.scope.module.whole(found))
        texts = [ast.unparse(each) for each in whole.body[ast.get_docstring(whole) is not None :]]
        text = "\n".join(texts)
        if name == "__new__":
            return bool(re.search(_DECORATING, text))
        return bool(re.search(_REWRITING, text.replace(name, "")))

    def _is_plain(self, meta: Definition | External) -> bool:
        """Whether a metaclass leaves calling and making classes to `type`."""
        if isinstance(meta, External):
            return meta.path in _METACLASSES
        return meta.is_class and all(
            not any(name in each.members.names for name in _CONSTRUCTING)
            and not self.bases(each).computed
            and set(self.bases(each).others) <= set(_METACLASSES)
            for each in self.order(meta)
        )

    def _stand_in(self, of: Definition, below: tuple[Definition, ...]) -> type:
        """A class with the bases of `of` and nothing else, to which Python gives the same order."""
        known = self._stand_ins.get(of)
        if known is None:
            if of in below:
                raise Unreadable(f"{of.path!r} inherits from itself")
            bases = [self._stand_in(base, (*below, of)) for base in self.bases(of).classes]
            try:
                known = self._stand_ins[of] = type(of.name, tuple(bases), {"of": of})
            except TypeError as error:
                raise Unreadable(f"the bases of {of.path!r} have no order") from error
        return known

    def _bases(self, of: Definition) -> Bases:
        classes: list[Definition] = []
        others: list[str] = []
        computed = ""
        meta = self.metaclass(of)
        is_abc = meta is not None and meta.path == "abc.ABCMeta"
        abcs: list[type] = []
        for base in cast("ast.ClassDef", of.node).bases:
            expression = base.value if isinstance(base, ast.Subscript) else base
            text = ast.unparse(expression)[:80]
            try:
                found = self._names.resolve(of.scope, expression, of.place)
            except SourceError as error:
                computed = f"the base {text!r} of {of.path!r} has no source: {error}"
                continue
            if isinstance(found, Definition) and found.is_class:
                classes.append(found)
            elif not isinstance(found, External):
                computed = f"the base {text!r} of {of.path!r} is made by an expression"
            elif found.path.startswith("collections.abc."):
                abc = getattr(collections.abc, found.path.rpartition(".")[2], object)
                abcs.append(abc)
                # Views take what they are of.
                others += [found.path] * (abc.__init__ is not object.__init__)
            elif found.path in _MAKING or not re.fullmatch(_NEUTRAL, found.path):
                others.append(found.path)
            else:
                is_abc |= found.path == "abc.ABC"
        is_abc = is_abc or bool(abcs)
        return Bases(tuple(classes), tuple(others), computed, is_abc, tuple(abcs))


def _left(abcs: list[type]) -> set[str]:
    """The abstract names of some classes that none of them has."""
    names = {name for each in abcs for name in getattr(each, "__abstractmethods__", ())}
    return {
        name
        for name in names
        if not any(
            hasattr(each, name) and not getattr(getattr(each, name), "__isabstractmethod__", False)
            for each in abcs
        )
    }
