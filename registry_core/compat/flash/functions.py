"""The list `functions` of a Flash registry, and its items: dicts, which anybody may change."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from registry_core.compat.flash.providers import original
from registry_core.entry import NOTHING
from registry_core.errors import WrongType
from registry_core.loading import is_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from registry_core.entry import Entry

    Item = dict[str, Any]


class Function(dict[str, Any]):
    """An item that was registered. A dict, as Flash has them.

    Attributes:
        module: the module whose code registered it.
    """

    module: str


def name_of(item: Item) -> Any:
    """The name of an item.

    Raises:
        WrongType: it is no item, but somebody has put it into the list.
    """
    try:
        return item["name"]
    except (KeyError, TypeError) as error:
        expected, fix = 'a dict with "fn" and "name"', "call the registry, to register a function"
        raise WrongType("an item of functions", expected, item, fix) from error


def named(functions: Iterable[Item], name: object) -> list[Item]:
    """The items of that name. Read each time, as in Flash: code may change an item."""
    held = tuple(functions)
    try:
        return [item for item in held if item["name"] == name]
    except (KeyError, TypeError):
        return [item for item in held if name_of(item) == name]


def metadata_of(item: Item) -> Mapping[str, Any]:
    """The metadata of an item, to be read."""
    metadata = item.get("metadata")
    return MappingProxyType({**metadata}) if metadata else NOTHING


def stands_for(entry: Entry, item: Item) -> bool:
    """Whether an item is what `entry` stands for, judged without importing anything."""
    return not entry.kwargs and is_target(entry.target, original(item["fn"]))


def splice(functions: list[Item], first: Item | None, new: list[Item], gone: list[Item]) -> None:
    """Put new items before the `first` of those that are gone or come later, or at the end."""
    place = next((at for at, each in enumerate(functions) if each is first), len(functions))
    out = set(map(id, gone))
    # In one step: other threads read the list while it changes.
    functions[place:] = [*new, *(each for each in functions[place:] if id(each) not in out)]
