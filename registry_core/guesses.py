"""What a wrong name may have meant: close matches, looked for with bounded work."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from registry_core.limits import MAX_GUESS_WORK, MAX_GUESSED, MAX_GUESSES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_CUTOFF = 0.6
_COMPARED = 40

# How many names may still be guessed in the question that is under way; None without a limit.
_left: ContextVar[list[int] | None] = ContextVar("registry_core.guesses", default=None)


@contextmanager
def limited_guesses() -> Iterator[None]:
    """Look for close matches of the first wrong names only: there may be a hundred thousand."""
    token = _left.set([MAX_GUESSES])
    try:
        yield
    finally:
        _left.reset(token)


def may_guess(word: str) -> bool:
    """Whether to look for close matches of `word`; counts as one guess."""
    left = _left.get()
    if left is not None:
        left[0] -= 1
    return len(word) <= MAX_GUESSED and (left is None or left[0] >= 0)


def guessed(word: str, names: Collection[str], most: int = 3) -> list[str]:
    """The close matches of a wrong name, unless enough have been looked for; see `may_guess`."""
    return close_matches(word, names, most) if may_guess(word) else []


def close_matches(word: str, names: Collection[str], most: int = 3) -> list[str]:
    """The names that are most like `word`, the best first.

    As `difflib.get_close_matches`, which compares with every name: here only those are compared
    that have most pairs of letters in common with `word`.

    >>> close_matches("Swihs", ["Swish", "ReLU", "GELU"])
    ['Swish']
    """
    from heapq import nlargest

    pairs = {word[index : index + 2] for index in range(len(word) - 1)} or {word}
    ranked = (
        (sum(map(name.__contains__, pairs)) - abs(len(name) - len(word)) / 2, name)
        for name in names
        # A much longer or shorter name is not alike.
        if 3 * len(name) >= len(word) - 2 and len(name) <= 3 * len(word) + 2
    )
    near = nlargest(_COMPARED, ranked)
    if not near:
        return []
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=word)
    work = 0
    found: list[tuple[float, str]] = []
    for _, name in near:
        work += len(name) * len(word)
        if work > MAX_GUESS_WORK and found:
            break
        matcher.set_seq1(name)
        ratio = matcher.ratio()
        if ratio >= _CUTOFF:
            found.append((ratio, name))
    return [name for _, name in nlargest(most, found)]


def is_slip(key: str, word: str) -> bool:
    """Whether `key` is `word` in another case, or with a letter wrong or missing, or one too many.

    Two letters that stand next to each other may be swapped.

    >>> [is_slip(key, "type") for key in ("tpye", "Type", "typ", "types", "tape", "tip", "type")]
    [True, True, True, True, True, False, False]
    """
    if key == word or abs(len(key) - len(word)) > 1:
        return False
    key, word = key.lower(), word.lower()
    start = next((i for i, (a, b) in enumerate(zip(key, word, strict=False)) if a != b), len(key))
    rest, meant = key[start:], word[start:]
    swapped = meant[1:2] + meant[:1] + meant[2:]
    return meant in (rest, rest[1:]) or rest[1:] == meant[1:] or rest in (meant[1:], swapped)
