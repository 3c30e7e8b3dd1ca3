"""A plugin's classes and a framework's registry, as of 0.1. This file is never edited."""

from typing import Any

from registry_core import Registry

MODEL: Registry[Any] = Registry("model", group="frozen_own.model", scope="own")


class Part:
    """A part that says what it was built of."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.args = args
        self.kwargs = kwargs


class Extra(Part):
    """A part of the scope `extra`."""


class Outer:
    """What holds another class."""

    class Inner(Part):
        """A part that is an attribute of a class."""


def pair(first: object, second: object = None) -> tuple[object, object]:
    """A function that is an entry."""
    return first, second


@MODEL.register_module(name=["Own", "own/net"], force=False, metadata={"own": True})
class Own(Part):
    """A part that code registers."""
