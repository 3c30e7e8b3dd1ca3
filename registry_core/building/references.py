"""One object in several places: `_id_` and `_ref_`, and what is built before what refers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.building.config_nodes import (
    IDENTITY,
    LIST,
    REFERRING,
    REFUSED,
    SPECIAL,
    path_to,
)
from registry_core.building.containers import LITERAL, REFERENCE
from registry_core.errors import ConfigError
from registry_core.guesses import guessed
from registry_core.limits import MAX_SHOWN_NAMES
from registry_core.text import did_you_mean, listed, path_text, quoted

if TYPE_CHECKING:
    from registry_core.building.config_nodes import Part
    from registry_core.building.control_keys import Link


def linked(parts: list[Part], links: list[Link]) -> list[Part]:
    """`parts` in the order in which to build them, each before what refers to it.

    A mapping with an `_id_` that occurs again is a reference, and a sequence of another library in
    which nothing is built is not a part. What is wrong makes a part that is refused.

    Args:
        parts: as they were read: what holds others comes first, and of two the later one.
        links: what was met on the way.
    """
    identified = [(name, source, part) for key, name, source, part in links if key == IDENTITY]
    # The later of two was read first.
    first = {name: (source, part) for name, source, part in identified}
    changed: dict[int, Part] = {}
    # Repeated parts become references: what is inside them is left out, by identity.
    cut: set[int] = set()
    for name, source, part in identified:
        original, one = first[name]
        kind, _, _, setting, parent, key = part
        if part is one or kind == REFUSED:
            continue
        if source is original:
            cut.add(id(part))
            changed[id(part)] = (REFERRING, name, {}, setting, parent, key)
        else:
            where = path_text(path_to(one)) or "the root"
            error = ConfigError(
                f"another part has the {IDENTITY} {quoted(name)}, at {where}: give one of them "
                f"another name, or write {{{REFERENCE}: {name}}} for the same object"
            )
            changed[id(part)] = (REFUSED, error, {}, setting, parent, key)
    dropped = _passed_on(parts, links)
    if changed or dropped:
        kept: list[Part] = []
        for part in parts:
            if id(part[4]) in cut or id(part) in dropped:
                cut.add(id(part))
            else:
                kept.append(changed.get(id(part), part))
        parts = kept
    parts.reverse()
    return _targets_first(parts, list(first))


def _passed_on(parts: list[Part], links: list[Link]) -> set[int]:
    """The sequences of other libraries in which nothing is built; they are passed on."""
    foreign = {id(part) for key, _, _, part in links if key == LIST}
    if foreign:
        touched = {id(part) for key, _, _, part in links if key == LITERAL}
        for part in reversed(parts):
            if part[0] <= SPECIAL or part[0] >= REFERRING or id(part) in touched:
                touched.add(id(part[4]))
        foreign -= touched
    return foreign


def _targets_first(parts: list[Part], names: list[str]) -> list[Part]:
    """`parts`, in which what is inside comes first, with what is referred to before the reference.

    Args:
        parts: what is inside comes first.
        names: all that an `_id_` says.
    """
    places: dict[str, int] = {}
    references: list[tuple[int, str]] = []
    for index, part in enumerate(parts):
        if part[0] == SPECIAL and part[3].identity is not None:
            places[part[3].identity] = index
        elif part[0] == REFERRING:
            references.append((index, part[1]))
    targets: dict[int, int] = {}
    for index, name in references:
        if name not in names:
            parts[index] = _refused(parts[index], _unknown(name, names))
        elif name in places:
            targets[index] = places[name]
    # What is moved forward may refer to what came before it, and does so no more.
    is_wrong = any(target > index for index, target in targets.items())
    return _reordered(parts, targets) if is_wrong else parts


def _reordered(parts: list[Part], targets: dict[int, int]) -> list[Part]:
    """`parts`, each once, with those that are needed earlier moved forward.

    What is inside a part stands right before it, and is moved along.

    Args:
        parts: what is inside comes first.
        targets: the places of references, and those of what they refer to.
    """
    order: list[Part] = []
    done = bytearray(len(parts))
    # What was moved and is not complete, because something in it refers to what was moved next.
    underway: dict[int, str] = {}
    waiting = [(0, len(parts))]
    while waiting:
        start, stop = waiting.pop()
        while (index := done.find(0, start, stop)) >= 0:
            target = targets.get(index)
            if target is not None and not done[target]:
                name = parts[index][1]
                if target not in underway:
                    underway[target] = name
                    waiting += [(index, stop), (_start(parts, target), target + 1)]
                    break
                parts[index] = _refused(parts[index], _circular(name, [*underway.values()]))
            order.append(parts[index])
            done[index] = 1
            start = index + 1
        else:
            underway.pop(stop - 1, None)
    return order


def _start(parts: list[Part], place: int) -> int:
    """Where what is inside a part begins: right before it."""
    inside = {id(parts[place])}
    while place > 0 and id(parts[place - 1][4]) in inside:
        place -= 1
        inside.add(id(parts[place]))
    return place


def _refused(part: Part, error: ConfigError) -> Part:
    return (REFUSED, error, {}, *part[3:])


def _unknown(name: str, names: list[str]) -> ConfigError:
    known = f"there are {listed(names)}" if names else "there is none"
    advice = did_you_mean(guessed(name, names)) or known
    return ConfigError(f"no part of this config has the {IDENTITY} {quoted(name)}; {advice}")


def _circular(name: str, underway: list[str]) -> ConfigError:
    needed = [*underway[underway.index(name) :], name]
    shown = (
        needed if len(needed) <= MAX_SHOWN_NAMES else [*needed[: MAX_SHOWN_NAMES - 1], "...", name]
    )
    return ConfigError(f"a circle of references: {' needs '.join(map(quoted, shown))}")
