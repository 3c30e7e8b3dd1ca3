"""The signature of a target as its source has it, read with griffe; nothing is imported."""

from __future__ import annotations

import builtins
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import griffe

from registry_core.signature.annotations import in_full
from registry_core.signature.fields import dataclass_of, fields_of
from registry_core.signature.hierarchy import Hierarchy
from registry_core.signature.record import Signature, parameter
from registry_core.signature.source import Absent, Unreadable, find_spec, source_of
from registry_core.text import error_text

if TYPE_CHECKING:
    from registry_core.signature.record import Parameter

Found = griffe.Object
_NAMES = (griffe.ExprName, griffe.ExprAttribute)


class Reader:
    """Reads modules as source, each once. Lives as long as one question: files may change.

    A module is read alone: neither the packages above it nor those beside it, but for those that
    a name leads through.
    """

    def __init__(self) -> None:
        self._modules: dict[str, griffe.Module] = {}
        self._signatures: dict[tuple[str, str], Signature] = {}
        self._hierarchy = Hierarchy(self.at)

    def signature(self, module: str, attribute: str) -> Signature:
        """The signature of a class or a function.

        Args:
            module: the dotted path of the module.
            attribute: the dotted path within it.

        Raises:
            Absent: there is no such module, or it has no such attribute.
            Unreadable: its source does not tell what it takes.
        """
        known = self._signatures.get((module, attribute))
        if known is None:
            try:
                found: Found = self.module(module)
                for name in attribute.split("."):
                    found = self._member(found, name)
                known = self._signatures[module, attribute] = self._read(found)
            except RecursionError as error:
                raise Unreadable(f"{attribute!r} leads in a circle") from error
        return known

    def module(self, name: str) -> griffe.Module:
        """The module of that name, read.

        Raises:
            Absent: there is no such module.
            Unreadable: it has no source.
        """
        known = self._modules.get(name)
        if known is None:
            known = self._modules[name] = _visited(name)
        return known

    def at(self, path: str) -> Found:
        """What a dotted path leads to, from the longest part of it that is a module.

        Raises:
            Absent: nothing has that path.
            Unreadable: the way there leads through what has no source.
        """
        segments = path.split(".")
        length = 1
        while length < len(segments) and find_spec(".".join(segments[: length + 1])):
            length += 1
        if length == len(segments) > 1 and self._hides(segments):
            length -= 1
        found: Found = self.module(".".join(segments[:length]))
        for name in segments[length:]:
            found = self._member(found, name)
        return found

    def _hides(self, segments: list[str]) -> bool:
        """Whether a package binds the name of a module of its own to something else."""
        try:
            return segments[-1] in self.module(".".join(segments[:-1])).members
        except Unreadable:
            return False

    def _member(self, holder: Found, name: str) -> Found:
        if isinstance(holder, griffe.Module):
            return self._followed(self._in_module(holder, name))
        if isinstance(holder, griffe.Class):
            for each in self._hierarchy.known(holder):
                if name in each.members:
                    return self._followed(each.members[name])
            self._hierarchy.refuse_unknown(holder)
        raise Absent(f"{holder.path!r} has no attribute {name!r}")

    def _in_module(self, module: griffe.Module, name: str) -> Found | griffe.Alias:
        members = module.members
        if name in members:
            return members[name]
        unread = "__getattr__" in members
        for each in reversed(members.values()):
            if isinstance(each, griffe.Alias) and each.wildcard and not name.startswith("_"):
                try:
                    return self._in_module(self.module(each.target_path), name)
                except Absent:
                    continue
                except Unreadable:
                    unread = True
        path = f"{module.path}.{name}"
        if module.is_init_module and find_spec(path):
            return self.module(path)
        if unread:
            raise Unreadable(f"the module {module.path!r} makes its attributes as it is imported")
        raise Absent(f"the module {module.path!r} has no attribute {name!r}")

    def _followed(self, found: Found | griffe.Alias) -> Found:
        """What `found` is another name for."""
        if isinstance(found, griffe.Alias):
            return self.at(found.target_path)
        if isinstance(found, griffe.Attribute) and isinstance(found.value, _NAMES):
            path = found.value.canonical_path
            if "." not in path:
                raise Unreadable(f"{found.path!r} is another name for {path!r}")
            return self.at(path)
        return found

    def _read(self, found: Found) -> Signature:
        if isinstance(found, griffe.Class):
            parameters, annotations = self._constructor(found)
        elif isinstance(found, griffe.Function):
            bound = "classmethod" in found.labels
            parameters, annotations = _of_function(found, bound=bound)
        else:
            raise Unreadable(f"{found.path!r} is made by an expression")
        docstring = found.docstring.value if found.docstring is not None else ""
        return Signature(parameters, annotations, docstring, str(found.filepath), found.lineno)

    def _constructor(self, found: griffe.Class) -> tuple[tuple[Parameter, ...], dict[str, str]]:
        """What the nearest `__init__` or `__new__` takes, written down or made by `dataclass`."""
        classes = self._hierarchy.known(found)
        for index, each in enumerate(classes):
            for name in ("__init__", "__new__"):
                if name in each.members:
                    function = self._followed(each.members[name])
                    if not isinstance(function, griffe.Function):
                        raise Unreadable(f"{each.path}.{name} is made by an expression")
                    return _of_function(function, bound=True)
            if dataclass_of(each):
                self._hierarchy.refuse_unknown(*classes[index:], builtin=False)
                fields = fields_of(self._hierarchy.known(each))
                full = {p.name: in_full(p.annotation or "", _resolving(c)) for p, c in fields}
                known = {name: text for name, text in full.items() if text is not None}
                return tuple(p for p, _ in fields), known
            self._hierarchy.refuse_unknown(each)
        return (), {}


def _visited(name: str) -> griffe.Module:
    """The module of that name as griffe sees it, in packages that are empty but for it."""
    source = source_of(name)
    above: griffe.Module | None = None
    *packages, own = name.split(".")
    for package in packages:
        above = griffe.Module(package, filepath=Path(package, "__init__.py"), parent=above)
    file = Path(source.file)
    if source.is_package:
        file = file.with_name("__init__.py")
    try:
        with warnings.catch_warnings():
            # What the plugin's own source is warned of is nobody's business here.
            warnings.simplefilter("ignore")
            return griffe.visit(
                own, filepath=file, code=source.code, parent=above, extensions=griffe.Extensions()
            )
    except (SyntaxError, ValueError) as error:
        raise Absent(f"the module {name!r} cannot be parsed: {error_text(error)}") from error
    except (RecursionError, MemoryError) as error:
        raise Unreadable(f"the module {name!r} nests too deep to be parsed") from error


def _of_function(
    function: griffe.Function, *, bound: bool
) -> tuple[tuple[Parameter, ...], dict[str, str]]:
    """Its parameters, without the one that is bound to the object or the class."""
    holder = function.parent if isinstance(function.parent, griffe.Class) else function
    resolve = _resolving(holder)
    parameters: list[Parameter] = []
    annotations: dict[str, str] = {}
    for index, each in enumerate(function.parameters):
        kind = each.kind.value if each.kind is not None else ""
        if bound and index == 0 and kind.startswith("positional"):
            continue
        annotation = None if each.annotation is None else str(each.annotation)
        default = None if each.default is None else str(each.default)
        parameters.append(parameter(each.name, kind, annotation, default))
        full = None if annotation is None else in_full(annotation, resolve)
        if full is not None:
            annotations[each.name] = full
    return tuple(parameters), annotations


class _resolving:  # noqa: N801 - it is called like the function that it stands for
    """What a name stands for where `holder` uses it; None where it is unknown."""

    def __init__(self, holder: Found) -> None:
        self._holder = holder

    def __call__(self, name: str) -> str | None:
        try:
            return self._holder.resolve(name)
        except griffe.NameResolutionError:
            return name if hasattr(builtins, name) else None
