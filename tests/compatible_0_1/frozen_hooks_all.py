"""Hooks that take all arguments there were in 0.1. This file is never edited."""

from collections.abc import Callable, Generator, Iterable

from registry_core import Entry, hookimpl


@hookimpl
def registry_core_entries(registry: str) -> Iterable[Entry]:
    bound = {"registry": registry}
    return (
        Entry(
            name="computed",
            target="frozen_parts:Part",
            scope="extra",
            kwargs=bound,
            metadata={"odd": True},
        ),
    )


@hookimpl
def registry_core_lookup(registry: str, scope: str, name: str) -> Entry | None:
    if not name.startswith("open/"):
        return None
    bound = {"registry": registry, "scope": scope, "name": name}
    return Entry(name, "frozen_parts:Part", kwargs=bound)


@hookimpl(wrapper=True)
def registry_core_build(
    entry: Entry,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    construct: Callable[..., object],
) -> Generator[None, object, object]:
    kwargs.setdefault("injected", (entry.key, entry.provider.name, args))
    assert callable(construct)
    built = yield
    vars(built)["wrapped"] = "all"
    return built


@hookimpl
def registry_core_missing(registry: str, key: str) -> str | None:
    return f"a hint of {registry} for {key}"
