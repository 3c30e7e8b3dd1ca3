"""Parts of a config as data without nesting, which pickles at any depth; and parts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.building.config_nodes import Setting
from registry_core.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from registry_core.building.config_nodes import Part, Resolver


class FrozenParts(NamedTuple):
    """What a plan pickles as.

    Attributes:
        settings: what finds the scope of each setting, and the rest of it.
        parts: kind, type, contents, the index of the setting, that of the part around it, the key.
        providers: who provides each part.
    """

    settings: list[tuple[Callable[..., Resolver], tuple[object, ...], str | None, bool, str | None]]
    parts: list[tuple[int, Any, Any, int, int | None, object]]
    providers: list[str]


def frozen(parts: Sequence[Part], providers: list[str]) -> FrozenParts:
    """Parts as data; their contents must not hold what the parts inside are made of."""
    places = {id(part): index for index, part in enumerate(parts)}
    found: dict[int, Any] = {}
    numbers: dict[int, int] = {}
    settings: list[Any] = []
    rows: list[Any] = []
    for kind, named, contents, setting, parent, key in parts:
        number = numbers.setdefault(id(setting), len(settings))
        if number == len(settings):
            resolver = setting.resolver
            find, arguments = found.setdefault(id(resolver), resolver.__reduce__())
            settings.append((find, arguments, setting.ambient, setting.partial, setting.identity))
        around = None if parent is None else places[id(parent)]
        rows.append((kind, named, contents, number, around, key))
    return FrozenParts(settings, rows, providers)


def thawed(data: FrozenParts) -> list[Part]:
    """The parts again.

    Raises:
        RegistryError: a registry is not there; it says what the plan was made with.
    """
    settings: list[Setting] = []
    for find, arguments, ambient, partial, identity in data.settings:
        try:
            resolver = find(*arguments)
        except RegistryError as error:
            for row, provider in zip(data.parts, data.providers, strict=True):
                if row[3] == len(settings):
                    error.planned_with = provider or error.planned_with
            raise
        settings.append(Setting(resolver, ambient, partial=partial, identity=identity))
    made: dict[int | None, Part | None] = {None: None}
    for index in range(len(data.parts) - 1, -1, -1):
        kind, named, contents, number, around, key = data.parts[index]
        made[index] = (kind, named, contents, settings[number], made[around], key)
    return [made[index] for index in range(len(data.parts))]  # type: ignore[misc]


def copied(parts: Sequence[Part]) -> list[Part]:
    """Parts with contents of their own, to build from."""
    made: dict[int, Part] = {}
    for part in reversed(parts):
        kind, named, contents, setting, parent, key = part
        around = None if parent is None else made[id(parent)]
        made[id(part)] = (kind, named, contents.copy(), setting, around, key)
    return [made[id(part)] for part in parts]
