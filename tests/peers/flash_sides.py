"""The two sides of the suites on Flash's registries: Flash's, where it is installed, and ours."""

import logging
import warnings
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

import registry_core.compat.flash as ours_module
from registry_core.compat.flash.providers import LOGGER

Call = Callable[[], Any]

THEIRS = "flash.core.registry"
OURS = "registry_core.compat.flash"
SIDES = [pytest.param(THEIRS, marks=pytest.mark.peer), OURS]


def flash() -> SimpleNamespace:
    """What Flash has, and the logger that it writes to."""
    pytest.importorskip("flash", reason="lightning-flash is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        registry = import_module(THEIRS)
        providers = import_module("flash.core.utilities.providers")
        task = import_module("flash").Task
        logger = import_module("lightning_utilities.core.rank_zero").log
    return SimpleNamespace(
        FlashRegistry=registry.FlashRegistry,
        ExternalRegistry=registry.ExternalRegistry,
        ConcatRegistry=registry.ConcatRegistry,
        Provider=providers.Provider,
        Task=task,
        logger=logger,
        is_flash=True,
    )


def ours() -> SimpleNamespace:
    """What we have of the same names, and the logger that it writes to."""
    return SimpleNamespace(**vars(ours_module), logger=logging.getLogger(LOGGER), is_flash=False)


def side(name: str) -> SimpleNamespace:
    """One side, by its module."""
    return ours() if name == OURS else flash()


class _Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def heard(api: SimpleNamespace, call: Call) -> list[str]:
    """What one side shows while something is called."""
    kept, logger = _Kept(), api.logger
    level = logger.level
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    try:
        call()
    finally:
        logger.removeHandler(kept)
        logger.setLevel(level)
    return kept.said


def refused(kind: type[Exception], first_words: str, call: Call) -> Exception:
    """What a call raises, whose class and first words are the same on both sides."""
    with pytest.raises(kind) as caught:
        call()
    # The text of a KeyError is in quotes, unless its class says otherwise.
    assert str(caught.value).lstrip("'\"").startswith(first_words)
    return caught.value


def first(backbone: str = "first", pretrained: bool = True) -> tuple[str, bool]:
    return backbone, pretrained


def second() -> str:
    return "second"


class Head:
    """What a class keeps where it is registered."""

    def __init__(self, size: int = 1) -> None:
        self.size = size

    @classmethod
    def wide(cls) -> "Head":
        return cls(9)
