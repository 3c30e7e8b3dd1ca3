"""Versions, compared as far as two copies of one distribution need it."""

from itertools import groupby, pairwise

from registry_core.limits import MAX_VERSION_DIGITS

# PEP 440: other spellings of one thing.
_SPELLINGS = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc", "v": ""}
_SPELLINGS |= {"r": "post", "rev": "post"}
# Before a release come its candidates; what else follows it is newer.
_BEFORE = {"dev": -4, "a": -3, "b": -2, "rc": -1}


def height(version: str) -> tuple[int, list[int], list[int]]:
    """A sort key that puts the newer of two versions last.

    As PEP 440 orders them, but for what few write: local versions and posts without a word.

    >>> sorted(["1.10", "1.9", "1.9rc1", "1.10.dev3", "1.10.post1"], key=height)
    ['1.9rc1', '1.9', '1.10.dev3', '1.10', '1.10.post1']
    """
    epoch, _, rest = version.rpartition("!")
    release: list[int] = []
    suffixes: list[int] = []
    for word, after in pairwise([*_words(rest), ""]):
        if word.isdecimal():
            (suffixes or release).append(int(word[:MAX_VERSION_DIGITS]))
        else:
            suffixes.append(_BEFORE.get(word, 1))
            if not after.isdecimal():
                # 1.0a is 1.0a0.
                suffixes.append(0)
    while release and not release[-1]:
        release.pop()
    return int(epoch[:MAX_VERSION_DIGITS]) if epoch.isdecimal() else 0, release, [*suffixes, 0]


def are_alike(version: str, other: str) -> bool:
    """Whether two spellings may well mean one version.

    An installer writes the folder's name and the author METADATA: of 2021.05.01 or 1.0-1 the
    folder says 2021.5.1 or 1.0.post1.

    >>> are_alike("2021.05.01", "2021.5.1"), are_alike("1.0-1", "1.0.post1")
    (True, True)
    >>> are_alike("1.0", "1.1"), are_alike("1.0rc1", "1.0")
    (False, False)
    """
    return version == other or _plain(version) == _plain(other)


def _plain(version: str) -> list[str]:
    """Its words, without what may be left out: "post", and zeros at the end or behind a word."""
    found: list[str] = []
    is_behind_word = False
    # At the end as before a word.
    for word in (*_words(version), ""):
        if word.isdecimal():
            number = word.lstrip("0")
            if number or not is_behind_word:
                found.append(number)
        elif word != "post":
            while found and not found[-1]:
                found.pop()
            found.append(word)
        is_behind_word = not word.isdecimal()
    return found


def _words(version: str) -> list[str]:
    """The numbers and words of a version, words in their short spelling."""
    runs = ("".join(run) for _, run in groupby(version.lower(), _kind))
    return [word for run in runs if (word := _SPELLINGS.get(run, run)).isalnum()]


def _kind(letter: str) -> int:
    return 0 if letter.isdecimal() else 1 if letter.isalpha() else 2
