"""The signatures of entries, and what to say of those that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from registry_core.errors import BaseMismatch, ConfigError, PluginLoadError, RegistryError
from registry_core.frozen import how_to_collect, is_frozen
from registry_core.keys import parse_target
from registry_core.signature.modules import Definition
from registry_core.signature.named_types import NamedTypes
from registry_core.signature.record import VARIADIC_KEYWORD, VARIADIC_POSITIONAL
from registry_core.signature.source import Absent, SourceError, Unreadable
from registry_core.signature.static import Reader
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from registry_core.entry import Entry
    from registry_core.signature.record import Signature


class Signatures:
    """Reads the signatures of entries, importing no plugin. Lives as long as one question.

    What code registered is asked of the object, which is there; all else is read from source.

    Args:
        reader: what reads source; None for one of its own.
        explain: puts what this reader can do into an error of what is not there; None for nothing.
        option: how the one who asks says that entries are to be imported, for messages; empty
            where that cannot be asked.

    Attributes:
        types: what names in annotations stand for.
    """

    def __init__(
        self,
        reader: Reader | None = None,
        explain: Callable[[PluginLoadError], None] | None = None,
        option: str = "",
    ) -> None:
        self._reader = Reader() if reader is None else reader
        self._explain = explain
        self._option = option
        self.types = NamedTypes(self._reader)

    def of(self, entry: Entry) -> Signature:
        """The signature of the target of `entry`, with what the entry binds.

        Raises:
            PluginLoadError: the module or the attribute is not there.
            ConfigError: the source does not tell.

        Example:
            >>> from registry_core import Entry, Provider
            >>> entry = Entry("Nope", "json:Nope", registry="words", provider=Provider("p", "1"))
            >>> Signatures().of(entry._replace(target="json:loads")).parameters[0].name
            's'
            >>> Signatures().of(entry)
            Traceback (most recent call last):
            registry_core.errors.PluginLoadError: 'Nope' in 'words', provided by p 1 as \
'json:Nope', cannot be loaded: the module 'json' has no attribute 'Nope'; upgrade or reinstall p
        """
        if not isinstance(entry.target, str):
            from registry_core.signature.live import of_object

            return of_object(cast("Callable[..., Any]", entry.target)).binding(entry.kwargs)
        module, attribute, extras = parse_target(entry.target)
        try:
            found = self._reader.signature(module, attribute)
        except Absent as error:
            fix = f"upgrade or reinstall {entry.provider.name}"
            if error.module and is_frozen():
                fix = how_to_collect(error.module)
            elif error.module and extras:
                fix = f"pip install '{entry.provider.name}[{','.join(extras)}]'"
            elif error.module.partition(".")[0] not in ("", module.partition(".")[0]):
                fix = f"install what provides the module {error.module!r}"
            unread = PluginLoadError(entry, str(error), fix)
            unread.__cause__ = error
            if self._explain is not None:
                self._explain(unread)
            raise unread from error
        except Unreadable as error:
            reason = (
                f"{entry.provider} provides it as {quoted(entry.target)}, which cannot be read "
                f"without importing it: {error}"
            )
            if self._option:
                reason += f"; pass {self._option} to import it"
            where = f"{quoted(entry.key)} in {quoted(entry.registry)}"
            raise ConfigError(reason, where) from error
        return found.binding(entry.kwargs)

    def of_loaded(self, entry: Entry, found: Callable[..., Any]) -> Signature:
        """The signature of what `entry` has loaded, with what the entry binds.

        The object says what it takes, and source where it passes ``**kwargs`` on to. What a wrapper
        wraps need not take what the wrapper takes; of one that takes anything, source may tell.
        """
        from registry_core.signature.live import of_loaded

        signature = of_loaded(entry, found, follow_wrapped=False)
        try:
            read = self.of(entry)
        except RegistryError:
            return signature
        kinds = [each.kind for each in signature.parameters]
        if kinds == [VARIADIC_POSITIONAL, VARIADIC_KEYWORD]:
            # A decorator, or a `__new__`, that passes everything on.
            return read._replace(abstract=signature.abstract)
        names = [[each.name for each in one.parameters] for one in (signature, read)]
        if names[0] != names[1]:
            return signature
        # An object shows a forward reference, and the name of an alias, without their module.
        annotations = {**signature.annotations, **read.annotations}
        return signature._replace(onward=read.onward, annotations=annotations)

    def is_class(self, entry: Entry) -> bool:
        """Whether the target of `entry` is certainly a class."""
        if not isinstance(entry.target, str):
            return isinstance(entry.target, type)
        module, attribute, _ = parse_target(entry.target)
        try:
            found = self._reader.find(module, attribute)
        except SourceError:
            return False
        return isinstance(found, Definition) and found.is_class

    def refuse_misfit(self, entry: Entry, base: type | str | None) -> None:
        """Refuse an entry that is certainly not of the base of its registry.

        Args:
            entry: the entry.
            base: the class, or the path that source has for it.

        Raises:
            BaseMismatch: as loading it would raise.
        """
        path = class_path(base)
        # Only a call shows what a function returns.
        if path is None or not self.is_class(entry) or self.fits(entry, path):
            return
        raise BaseMismatch(entry.registry, entry.key, path, quoted(entry.address), entry.provider)

    def returns_another(self, entry: Entry, base: type | str | None) -> bool:
        """Whether `entry` is a function whose annotation says that a build refuses its result."""
        path = class_path(base)
        return path is not None and not self.is_class(entry) and not self.fits(entry, path)

    def fits(self, entry: Entry, path: str) -> bool:
        """Whether what `entry` builds may be of the class of that path; True if unknown."""
        target = parse_target(entry.address)
        return self.types.fits(target.module, target.attribute, path)


def class_path(base: type | str | None) -> str | None:
    """The path of a class, which source may have told."""
    return f"{base.__module__}.{base.__qualname__}" if isinstance(base, type) else base
