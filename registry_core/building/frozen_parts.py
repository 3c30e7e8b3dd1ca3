"""Parts of a config as data without nesting, which pickles at any depth; and parts again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.building.config_nodes import Setting
from registry_core.errors import BuildError, RegistryError
from registry_core.guards import FAILURES
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from registry_core.building.config_nodes import Part, Resolver


class FrozenParts(NamedTuple):
    """What a plan pickles as.

    Attributes:
        settings: what finds the scope of each setting, and the rest of it.
        parts: kind, type, contents, the index of the setting, that of the part around it, the key.
    """

    settings: list[tuple[Callable[..., Resolver], tuple[object, ...], str | None, bool, str | None]]
    parts: list[tuple[int, Any, Any, int, int | None, object]]


# Of these, cloudpickle and its copies send by value what a user told them to.
_CLOUDPICKLES = ("cloudpickle", "joblib.externals.cloudpickle", "ray.cloudpickle")


def sealed(data: FrozenParts) -> FrozenParts | bytes:
    """Parts as bytes, so that unpickling them imports nothing and cannot fail.

    A pickle names classes, as those of arguments, and imports them while it is read. Where that
    fails, a worker of Dask or of a pool ends, and no error reaches who waits.

    Returns:
        The bytes; the parts themselves where only the pickler outside can send what they hold, as
        cloudpickle sends a class of ``__main__``.
    """
    import io
    import pickle
    from types import FunctionType

    known = [sys.modules[name] for name in _CLOUDPICKLES if name in sys.modules]
    by_value = {"__main__", "__mp_main__"}
    by_value.update(*(each.list_registry_pickle_by_value() for each in known))

    class ByName(pickle.Pickler):
        def reducer_override(self, value: object) -> Any:
            if isinstance(value, type | FunctionType):
                module = f"{value.__module__}."
                if any(module.startswith(f"{each}.") for each in by_value):
                    raise pickle.PicklingError
            return NotImplemented

    file = io.BytesIO()
    try:
        ByName(file, pickle.HIGHEST_PROTOCOL).dump(data)
    except FAILURES:
        return data
    return file.getvalue()


def opened(data: FrozenParts | bytes, named: str, provider: str) -> FrozenParts:
    """What `sealed` was given.

    Args:
        data: what it returned.
        named: what is built, for the message.
        provider: who provides that.

    Raises:
        BuildError: the parts hold what cannot be imported or made here.
    """
    if not isinstance(data, bytes):
        return data
    import pickle

    try:
        # These bytes came within a pickle: whoever wrote that could have run code before.
        found: FrozenParts = pickle.loads(data)  # noqa: S301
    except FAILURES as error:
        what = f"the config of the plan holds what cannot be made here: {error_text(error)}"
        fix = "install here what the plan was made with"
        raise BuildError(named, provider, f"{what}; {fix}") from error
    return found


def frozen(parts: Sequence[Part]) -> FrozenParts:
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
    return FrozenParts(settings, rows)


def thawed(data: FrozenParts, providers: list[str]) -> list[Part]:
    """The parts again.

    Args:
        data: what `frozen` returned.
        providers: who provides each part.

    Raises:
        RegistryError: a registry is not there; it says what the plan was made with.
    """
    settings: list[Setting] = []
    for find, arguments, ambient, partial, identity in data.settings:
        try:
            resolver = find(*arguments)
        except RegistryError as error:
            for row, provider in zip(data.parts, providers, strict=True):
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
