"""Where to get what is not installed, by the indexes that the person who runs the program names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from registry_core.environment import current_environment
from registry_core.environment.policy import KNOWN
from registry_core.frozen import how_to_get
from registry_core.index.file import opened_index
from registry_core.installed.files import Unreadable
from registry_core.installed.versions import are_alike, height
from registry_core.keys import REGISTRIES, is_project_name, normalized
from registry_core.limits import MAX_SHOWN_NAMES
from registry_core.text import quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from registry_core.index.line import Line


class Hints(NamedTuple):
    """What to say of a name that is missing here.

    Attributes:
        texts: which distributions have it, and what is wrong with the indexes.
        commands: what installs each of them.
    """

    texts: list[str]
    commands: list[str]


def hints(group: str, asked: str, keys: Collection[str], *, elsewhere: bool) -> Hints:
    """Where to get a name. An index is a hint: it names distributions, and nothing is installed.

    Args:
        group: the group of the registry.
        asked: the key that is missing.
        keys: the keys, from the root, under which it would have been found.
        elsewhere: whether to look in other scopes, too.
    """
    texts: dict[str, None] = {}
    commands: dict[str, None] = {}
    paths = current_environment().known_indexes()
    for path in paths:
        try:
            found = list(_lines(path, group, keys, asked if elsewhere else ""))
        except Unreadable as error:
            texts[f"{safe_text(error.what)} ({KNOWN} names it)"] = None
            continue
        where = f" ({safe_text(path)})" if len(paths) > 1 else ""
        for line in found[:MAX_SHOWN_NAMES]:
            text, command = _hint(line, group, asked)
            if text:
                texts[f"{text}{where}"] = None
                commands |= dict.fromkeys(command)
    return Hints([*texts], [*commands])


def registry_hints(name: str) -> list[str]:
    """Which distribution owns a registry of that group, or of that last word of one."""
    found: dict[str, None] = {}
    for path in current_environment().known_indexes():
        try:
            with opened_index(path) as index:
                for line in index.within(REGISTRIES):
                    if name in (line.name, line.name.rpartition(".")[2]):
                        what = f"{line.provider} has the registry {quoted(line.name)}"
                        found[f"{what}: {install(line.provider.name)}"] = None
        except Unreadable as error:
            found[f"{safe_text(error.what)} ({KNOWN} names it)"] = None
    return [*found][:MAX_SHOWN_NAMES]


def install(distribution: str, *, upgrade: bool = False) -> str:
    """The command that installs a distribution; empty for what is not the name of one.

    Somebody types what is printed here: an option of pip must not get into it.

    >>> install("acme"), install("--index-url=https://example.org")
    ('pip install acme', '')
    """
    if not is_project_name(distribution):
        return ""
    return f"pip install --upgrade {distribution}" if upgrade else how_to_get(distribution)


def status(line: Line) -> str:
    """Whether the distribution of a line is installed: in another version, or not at all.

    Empty where it is installed in that version.
    """
    installed = current_environment().installed.provider(normalized(line.provider.name))
    if installed is None:
        return "not installed"
    there, here = line.provider.version or "", installed.version or ""
    return "" if are_alike(there, here) else f"{safe_text(here)} is installed"


def _lines(path: str, group: str, keys: Collection[str], asked: str) -> Iterator[Line]:
    with opened_index(path) as index:
        found = [line for key in sorted(keys) for line in index.at(f"{group}.{key}")]
        if not found and asked:
            # Written without the scope that it is in.
            found = [each for each in index.ending(group, asked) if each.target]
        yield from found


def _hint(line: Line, group: str, asked: str) -> tuple[str, list[str]]:
    """What to say of one line, and what to install; empty where it is installed."""
    who, how = line.provider, status(line)
    key = line.address.removeprefix(f"{group}.")
    what = "it" if key == asked else quoted(key)
    if not how:
        # Then other hints say why it is not found.
        return "", []
    if line.renamed[0]:
        text = f"{who} has {what} as {quoted(line.renamed[0])}"
    else:
        takes = f", and takes {safe_text(line.taken())}" if line.taken() else ""
        text = f"{who} has {what}{takes}"
    installed = current_environment().installed.provider(line.distribution)
    if installed is None:
        return text, [install(who.name)]
    is_newer = height(who.version or "") > height(installed.version or "")
    return f"{text} ({how})", [install(who.name, upgrade=True)] if is_newer else []
