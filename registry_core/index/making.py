"""Making an index of wheels: each is read by itself, and what is wrong with one costs that one."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, NamedTuple

from registry_core.index.file import encoded, update_index
from registry_core.index.reading import lines_of
from registry_core.index.wheel import BadWheel
from registry_core.installed.versions import height
from registry_core.keys import normalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.entry import Provider

# Syntax trees refer to themselves, and a command does without the garbage collector.
_COLLECTED_EACH = 50


class Made(NamedTuple):
    """What was read into an index.

    Attributes:
        distributions: how many distributions were read.
        names: how many names the index has now.
        faults: each wheel of which something is left out, and what.
    """

    distributions: int
    names: int
    faults: list[tuple[str, str]]


def index_wheels(places: Iterable[str], path: str) -> Made:
    """Read wheels into an index, without installing or importing anything of them.

    Of several versions of a distribution the newest counts, and replaces what the index had of it.

    Args:
        places: wheels, and folders of wheels.
        path: the index; it is updated if it is there.

    Raises:
        Unreadable: what is there is not an index; it is left as it is.
        OSError: it cannot be written.
    """
    faults: list[tuple[str, str]] = []
    newest: dict[str, tuple[Provider, set[bytes]]] = {}
    for number, file in enumerate(_wheels(places, faults), 1):
        try:
            provider, names, wrong = lines_of(file)
        except BadWheel as error:
            faults.append((file, f"it is left out: {error}"))
            continue
        faults += [(file, each) for each in wrong]
        lines = set(encoded(names))
        key = normalized(provider.name)
        other = newest.get(key)
        if other is None or _height(other[0]) < _height(provider):
            newest[key] = provider, lines
        elif _height(other[0]) == _height(provider) and lines != other[1]:
            faults.append((file, f"another wheel of {provider} says otherwise, and counts"))
        if number % _COLLECTED_EACH == 0:
            gc.collect()
    found = (line for _, lines in newest.values() for line in lines)
    return Made(len(newest), update_index(path, found, newest.keys()), faults)


def _height(provider: Provider) -> tuple[int, list[int], list[int]]:
    return height(provider.version or "")


def _wheels(places: Iterable[str], faults: list[tuple[str, str]]) -> Iterator[str]:
    """The wheels, each once, in an order that depends on their names alone."""
    found: set[str] = set()
    for place in places:
        if not os.path.isdir(place):
            found.add(place)
            continue
        try:
            inside = [os.path.join(place, name) for name in os.listdir(place) if _is_wheel(name)]
        except OSError as error:
            faults.append((place, f"it cannot be listed: {error.strerror}"))
            continue
        if not inside:
            faults.append((place, "it has no wheels"))
        found.update(inside)
    yield from sorted(found, key=lambda file: (os.path.basename(file), file))


def _is_wheel(name: str) -> bool:
    return name.endswith(".whl")
