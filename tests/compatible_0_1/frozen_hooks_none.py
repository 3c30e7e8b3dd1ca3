"""Hooks that take no argument, as of 0.1. This file is never edited."""

from collections.abc import Generator

from registry_core import Entry, depends_on, hookimpl

LOOKED_UP: list[str] = []


@hookimpl
@depends_on(None)
def registry_core_entries() -> list[Entry]:
    return [Entry("computed", "frozen_parts:Part")]


@hookimpl
def registry_core_lookup() -> None:
    LOOKED_UP.append("asked")


@hookimpl(wrapper=True)
def registry_core_build() -> Generator[None, object, object]:
    built = yield
    vars(built)["wrapped"] = "none"
    return built


@hookimpl
def registry_core_missing() -> str:
    return "a hint without arguments"
