"""Entries by a text that occurs in them, and where it does. Imports no plugin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from registry_core.errors import WrongType
from registry_core.limits import MAX_SEARCHED_DEPTH
from registry_core.text import key_text
from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.entry import Entry
    from registry_core.tree.view import View


def find(registry: View[Any], text: str, /, **metadata: object) -> list[Entry]:
    """The entries of `registry` in which `text` occurs, whatever the case of its letters.

    It is looked for in the key, in the target, and in the texts and numbers that are values of
    the metadata, its summary and tags among them, inside lists and mappings too. `occurrence`
    says of an entry where.

    Args:
        registry: the scope to search, with all scopes within it, as `Registry.entries` lists
            them; ``registry.root`` for the whole tree.
        text: what must occur; the empty text occurs everywhere.
        metadata: only entries whose metadata has all these values.

    Returns:
        The entries, sorted by scope and name. What is blocked is not among them; of a conflict,
        every side is.

    Raises:
        WrongType: `registry` is not a Registry, or `text` is not a str.

    Example:
        >>> from registry_core import Registry
        >>> NECKS = Registry("necks_doc_find", scope="acme")
        >>> _ = NECKS.register_module("FPN", module=dict, metadata={"paper": "Feature Pyramids"})
        >>> [entry.key for entry in find(NECKS, "pyramid")], find(NECKS, "bifpn")
        (['FPN'], [])
    """
    resolver_of(registry)
    if not isinstance(text, str):
        raise WrongType("text", "a str", text)
    return [each for each in registry.entries(**metadata) if occurrence(each, text) is not None]


def occurrence(entry: Entry, text: str) -> tuple[str, str] | None:
    """Where a text first occurs in an entry, as `find` looks for it.

    Args:
        entry: the entry.
        text: what must occur.

    Returns:
        "key", "target" or "metadata." and a name, with the text that stands there; None where it
        does not occur.

    Example:
        >>> from registry_core import Entry
        >>> neck = Entry("FPN", "necks:FPN", metadata={"tags": ["fast", "Pyramids"]})
        >>> occurrence(neck, "fpn"), occurrence(neck, "pyramid"), occurrence(neck, "slow")
        (('key', 'FPN'), ('metadata.tags', 'Pyramids'), None)
    """
    wanted = text.casefold()
    for field, found in (("key", entry.key), ("target", entry.address)):
        if wanted in found.casefold():
            return field, found
    for name, value in entry.metadata.items():
        for found in _texts(value, MAX_SEARCHED_DEPTH):
            if wanted in found.casefold():
                return f"metadata.{key_text(name)}", found
    return None


def _texts(value: object, depth: int) -> Iterator[str]:
    # What is not plain data is not searched: asking it for its text would run a plugin's code.
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float):
        yield str(value)
    elif depth and isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each, depth - 1)
    elif depth and isinstance(value, Sequence | AbstractSet):
        for each in value:
            yield from _texts(each, depth - 1)
