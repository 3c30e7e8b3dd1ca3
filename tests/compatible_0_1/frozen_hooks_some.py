"""Hooks that take some arguments, in an order of their own, as of 0.1. Never edited."""

from collections.abc import Generator, Iterator

from registry_core import Entry, hookimpl


@hookimpl
def registry_core_entries(registry: str) -> Iterator[Entry]:
    yield Entry("computed", "frozen_parts:Part", "extra", {"registry": registry}, {"odd": True})


@hookimpl
def registry_core_lookup(name: str, registry: str) -> Entry | None:
    if not name.startswith("open/"):
        return None
    return Entry(name, "frozen_parts:Part", kwargs={"registry": registry, "name": name})


@hookimpl(wrapper=True)
def registry_core_build(kwargs: dict[str, object]) -> Generator[None, object, object]:
    kwargs.setdefault("injected", "some")
    built = yield
    vars(built)["wrapped"] = "some"
    return built


@hookimpl
def registry_core_missing(key: str) -> str | None:
    return f"a hint for {key}"
