"""What an entry is and takes, read from its source or, where the caller asks, by importing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.errors import RegistryError

if TYPE_CHECKING:
    from registry_core.entry import Entry
    from registry_core.signature import Parameter, Signature
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.view import View


class Description(NamedTuple):
    """One entry, described.

    Attributes:
        entry: the entry, with its provider.
        summary: what the metadata says, else the first line of the docstring; empty where there is
            none.
        docstring: the target's own, without indentation.
        parameters: what building it takes, in the order of the source.
        file: the file that defines the target; None where that is unknown.
        line: the line of its definition, decorators included, counted from 1.
        constructor_docstring: of a class, that of its ``__init__`` or ``__new__``.
    """

    entry: Entry
    summary: str
    docstring: str
    parameters: tuple[Parameter, ...]
    file: str | None
    line: int | None
    constructor_docstring: str = ""

    @property
    def documented(self) -> dict[str, str]:
        """What the docstrings say of parameters, by their names.

        Raises:
            ConfigError: griffe is not installed (``pip install 'registry_core[static]'``).
        """
        from registry_core.signature.docstrings import documented

        return documented(self.docstring) | documented(self.constructor_docstring)


def describe(registry: View[Any], key: str, *, load: bool = False) -> Description:
    """Describe the entry that `key` resolves to.

    Its source is read, and nothing of it imported: the class or the function is followed through
    imports to where it is defined, and a constructor through base classes to where it is inherited
    from. What a decorator or a metaclass may change is left out. What code
    registered is asked of the object itself.

    Args:
        registry: where to look.
        key: a name, or a scope path and a name.
        load: import the entry, as building it would, and ask the object. It finds what source
            does not tell: what an extension module holds, what code makes, what only a hook
            knows. A callable that does not say what it takes, as some builtins, is described as
            taking ``*args`` and ``**kwargs``.

    Raises:
        EntryNotFound, EntryConflict: `key` leads to no entry, or to several.
        PluginLoadError: the target is not there; or, with `load`, it cannot be imported.
        BaseMismatch: with `load`, what it loads does not fit the registry.
        ConfigError: the source does not tell.
        WrongType: `registry` is not a Registry, or `key` is not a str.

    Example:
        >>> from registry_core import Registry
        >>> WORDS = Registry("words_doc_describe", scope="acme")
        >>> @WORDS.register_module()
        ... def repeat(word: str, *, times: int = 2) -> str:
        ...     '''The word, several times.'''
        ...     return word * times
        >>> found = describe(WORDS, "repeat")
        >>> found.summary, [(each.name, each.annotation, each.default) for each in found.parameters]
        ('The word, several times.', [('word', 'str', None), ('times', 'int', '2')])
    """
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.owned import resolver_of

    resolver_of(registry)
    return described(registry, key, KnownRegistries(load=load))


def described(registry: View[Any], key: str, known: KnownRegistries) -> Description:
    """What `describe` says, by sources that `known` reads, or by the object where it loads."""
    from registry_core.signature.live import of_loaded

    lookup = registry._lookup
    if known.loads:
        found, entry = lookup.described(key)
        return _description(entry, of_loaded(entry, found))
    entry = known.entry(lookup, key)
    return _description(entry, known.signatures.of(entry))


def describe_all(registry: View[Any]) -> list[tuple[Entry, Description | RegistryError]]:
    """Describe every entry of a scope and of all within it, reading each module once.

    Args:
        registry: the scope.

    Returns:
        Each entry, sorted by scope and name, with its description, or with the error that says why
        there is none. Of a conflict every side is described.

    Raises:
        WrongType: `registry` is not a Registry.

    Example:
        >>> from registry_core import Registry
        >>> WORDS = Registry("words_doc_describe_all", scope="acme")
        >>> _ = WORDS.register_module("Counter", module=dict)
        >>> [(entry.key, found.summary[:5]) for entry, found in describe_all(WORDS)]
        [('Counter', 'dict(')]
    """
    from registry_core.signature.signatures import Signatures
    from registry_core.tree.owned import resolver_of

    resolver_of(registry)
    signatures = Signatures()
    found: list[tuple[Entry, Description | RegistryError]] = []
    for entry in registry.entries():
        try:
            found.append((entry, _description(entry, signatures.of(entry))))
        except RegistryError as error:
            found.append((entry, error))
    return found


def _description(entry: Entry, signature: Signature) -> Description:
    return Description(
        entry,
        entry.summary or signature.summary,
        signature.docstring,
        signature.parameters,
        signature.file,
        signature.line,
        signature.constructor_docstring,
    )
