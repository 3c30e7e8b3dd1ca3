"""Configs whose constructors fail: the error is kept as the cause."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

from faults.case import Case
from faults.config_parts import AT, nested
from registry_core import BuildError, RegistryError, build_from_cfg

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.host import Host
    from registry_core.testing import Site


def nothing(site: Site) -> None:
    """All is in the config."""


def error_of(attempt: Callable[[], object]) -> RegistryError:
    """The ordinary error that comes of something."""
    try:
        attempt()
    except RegistryError as error:
        return error
    raise AssertionError("it was built")


def fails(given: str, make: Callable[[], BaseException]) -> Case:
    """A case of a constructor that raises what `make` gives, which is kept as the cause."""

    def host(host: Host) -> None:
        raised = make()

        def construct() -> NoReturn:
            raise raised

        host.registry.register_module("Fails", module=construct)
        cfg = nested({"type": "Fails"})
        plan = host.registry.plan(cfg, recursive=True)
        attempts: list[Callable[[], object]]
        attempts = [lambda: build_from_cfg(cfg, host.registry, recursive=True), plan]
        for attempt in attempts:
            error = error_of(attempt)
            assert type(error) is BuildError
            assert error.__cause__ is raised
            host.told.append((type(error).__name__, str(error)))
        host.works()

    guilty = f"{AT}: building 'Fails'"
    return Case(given=given, install=nothing, host=host, guilty=guilty, diagnosed=False)


class TwoNeeded(Exception):
    """An error that cannot be made of its message."""

    def __init__(self, first: int, *, second: int) -> None:
        self.both = first, second


class Mute(Exception):
    """An error that cannot be shown."""

    def __str__(self) -> str:
        raise self

    __repr__ = __str__


class Nameless(type):
    """A class of classes that do not say their name."""

    @property
    def __name__(cls) -> NoReturn:  # type: ignore[override]
        raise OSError("no name")


class Unnamed(Exception, metaclass=Nameless):
    """An error whose class does not say its name."""


class Frozen(Exception):
    """An error that takes no traceback, no cause and no note."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(name)


def ring() -> Exception:
    """An error that is its own cause."""
    error, other = OSError("one"), ValueError("other")
    error.__cause__, other.__cause__ = other, error
    return error


def exits(host: Host) -> None:
    """What would end the process is an ordinary error."""
    host.registry.register_module("Exits", module=sys.exit)
    cfg = nested({"type": "Exits", "_args_": [3]})
    host.attempts(lambda: build_from_cfg(cfg, host.registry, recursive=True))
    host.attempts(host.registry.plan(cfg, recursive=True))
    assert len(host.told) == 2
    host.works()


def passes(host: Host) -> None:
    """What is not for whoever handles errors passes: a cancelled task, or a test that ends."""

    class Cancelled(BaseException): ...

    def construct() -> NoReturn:
        raise Cancelled

    host.registry.register_module("Cancelled", module=construct)
    try:
        build_from_cfg(nested({"type": "Cancelled"}), host.registry, recursive=True)
    except Cancelled:
        host.works()
        return
    raise AssertionError("it was lost")


BUILDS = [
    fails("a constructor raises an error that needs arguments", lambda: TwoNeeded(1, second=2)),
    fails("a constructor raises an error that cannot be shown", Mute),
    fails("a constructor raises an error whose class does not say its name", Unnamed),
    fails("a constructor raises an error that cannot be changed", Frozen),
    fails("a constructor raises an error that is its own cause", ring),
    fails("a constructor raises a StopIteration", StopIteration),
    fails("a constructor raises a RecursionError", RecursionError),
    fails("a constructor raises a TypeError that has nothing to do with its arguments", TypeError),
    fails(
        "a constructor raises a group of errors",
        lambda: ExceptionGroup("both", [OSError("one"), ExceptionGroup("in", [Mute()])]),
    ),
    fails(
        "a constructor raises an error of ten million letters",
        lambda: OSError("x" * 10_000_000),
    ),
    Case(
        given="a constructor calls `sys.exit`",
        install=nothing,
        host=exits,
        guilty=f"{AT}: building 'Exits'",
        diagnosed=False,
    ),
    Case(
        given="a constructor raises a BaseException of its own",
        install=nothing,
        host=passes,
        guilty="",
        then="it passes, as what cancels a task must",
        diagnosed=False,
    ),
]
