"""The list of functions of a Flash registry: whatever is done to it is so in the registry."""

import copy
import pickle
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from registry_core.compat.flash import FlashRegistry
from registry_core.compat.flash.functions import Function

pytestmark = pytest.mark.usefixtures("nothing_installed")

NAMES = ("a", "b", "c")
# What code may do by hand: with the list, or with the item at `at`, and a name.
CHANGES: dict[str, Callable[[list[Any], int, str], object]] = {
    "append": lambda held, at, _: held.append(held[at]),
    "insert": lambda held, at, _: held.insert(at, held[-1]),
    "extend": lambda held, at, _: held.extend(held[at : at + 2]),
    "+=": lambda held, at, _: held.__iadd__(held[at : at + 2]),
    "*=": lambda held, *_: held.__imul__(2) if len(held) < 40 else None,
    "remove": lambda held, at, _: held.remove(held[at]),
    "pop": lambda held, at, _: held.pop(at),
    "del": lambda held, at, _: held.__delitem__(at),
    "slice": lambda held, at, _: held.__setitem__(slice(at, at + 2), held[:1]),
    "set": lambda held, at, _: held.__setitem__(at, held[0]),
    "clear": lambda held, at, _: held.clear() if at == len(held) - 1 else None,
    "reverse": lambda held, *_: held.reverse(),
    "sort": lambda held, *_: held.sort(key=lambda item: str(item["name"])),
    "renamed": lambda held, at, name: held[at].__setitem__("name", name),
    "updated": lambda held, at, name: held[at].update(name=name),
    "joined": lambda held, at, name: held[at].__ior__({"name": name}),
    "taken out": lambda held, at, name: (held[at].pop("name"), held[at].setdefault("name", name)),
    "emptied": lambda held, at, name: (held[at].clear(), held[at].update(fn=dict, name=name)),
    "deleted": lambda held, at, name: (held[at].__delitem__("name"), held[at].update(name=name)),
    "last out": lambda held, at, name: (held[at].popitem(), held[at].update(name=name)),
}


def by_reading(registry: FlashRegistry, name: str) -> list[Any]:
    return [item for item in registry.functions if item["name"] == name]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_by_hand_is_found_so(change: str) -> None:
    chance = Random(change)
    registry = FlashRegistry("nets")
    for turn in range(40):
        registry(fn=dict, name=chance.choice(NAMES), turn=turn)
        at = chance.randrange(len(registry.functions))
        CHANGES[change](registry.functions, at, chance.choice(NAMES))
        for name in NAMES:
            assert (name in registry) == bool(by_reading(registry, name))
            if name in registry:
                found = registry.get(name, with_metadata=True, strict=False)
                assert [*map(id, found)] == [*map(id, by_reading(registry, name))]


def test_an_item_of_another_class_is_seen_however_it_changes() -> None:
    registry = FlashRegistry("nets")
    registry(fn=dict, name="a")
    item = {"fn": list, "name": "b", "metadata": {}}
    registry.functions.append(item)
    assert registry.get("b") is list
    item["name"] = "c"
    assert ("b" in registry, "c" in registry) == (False, True)
    registry.functions.pop()
    assert ("a" in registry, "c" in registry) == (True, False)


def test_a_copy_is_a_list_of_its_own() -> None:
    registry = FlashRegistry("nets")
    registry(fn=dict, name="a")
    for other in (pickle.loads(pickle.dumps(registry)), copy.deepcopy(registry)):
        assert [type(item) for item in other.functions] == [Function]
        other.functions[0]["name"] = "b"
        assert ("a" in registry, "a" in other, "b" in other) == (True, False, True)


def test_a_registry_whose_name_no_package_can_use_says_what_to_do() -> None:
    with pytest.raises(KeyError) as caught:
        FlashRegistry("hooks").get("net")
    assert str(caught.value) == (
        "Key: net is not in FlashRegistry. Available keys: []; is its module imported? "
        "Installed packages add to a registry that has a group="
    )
