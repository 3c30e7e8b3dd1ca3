"""Names that look like others: letters of several scripts, or letters that stand for others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import name as name_of
from unicodedata import normalize

from registry_core.doctor.diagnosis import Finding
from registry_core.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.entry import Entry

# Scripts of which many letters look like those of Latin.
_ALIKE = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LISU"})


def lookalikes(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Entries whose keys hold letters that look like others."""
    for entry in entries:
        if entry.key.isascii():
            continue
        if what := _fault(entry.key):
            where = f"the entry {quoted(entry.key)}"
            fix = "tell its authors; in a config, copy the name and do not type it"
            yield Finding("misnamed", entry.provider, where, what, fix)


def _fault(key: str) -> str:
    """How `key` may be taken for another one; empty where it may not.

    >>> _fault("Swi" + chr(0x455) + "h").replace(chr(0x455), "?")
    "it holds '?' (CYRILLIC SMALL LETTER DZE) among letters of another script"
    """
    plain = normalize("NFKC", key)
    if plain != key:
        return f"it looks like {quoted(plain)}, and is not"
    # Word by word: the scope may well be in Latin, and the name in another script.
    for word in "".join(c if c.isalnum() else " " for c in key).split():
        scripts = {c: name_of(c, "").partition(" ")[0] for c in word if c.isalpha()}
        foreign = [letter for letter, script in scripts.items() if script in _ALIKE]
        if foreign and len({*scripts.values()}) > 1:
            which = f"{foreign[0]!r} ({name_of(foreign[0])})"
            return f"it holds {which} among letters of another script"
    return ""
