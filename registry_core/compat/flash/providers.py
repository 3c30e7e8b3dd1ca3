"""Providers of functions in Flash's sense: who made a model, shown when it is used."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import update_wrapper
from types import MethodType
from typing import Any

from registry_core.text import safe_text

LOGGER = "registry_core.compat.flash"

# Where launchers of several processes tell each which one it is; the first that is set counts.
_RANKS = ("RANK", "LOCAL_RANK", "SLURM_PROCID", "JSM_NAMESPACE_RANK")


@dataclass(frozen=True)
class Provider:
    """Who made a function, and where to read about it. A frozen record.

    Not the provider of an `Entry`, which is the distribution that declares it.

    Attributes:
        name: who, as in "rwightman/pytorch-image-models".
        url: the address of a page.

    Example:
        >>> str(Provider("acme/models", "https://acme.example"))
        'acme/models (https://acme.example)'
    """

    name: str
    url: str

    def __str__(self) -> str:
        return f"{self.name} ({self.url})"


def show(message: str) -> None:
    """Log a message, or write it to stderr where no logging is configured.

    Of several processes that a launcher started, the first one alone shows it.
    """
    rank = next((os.environ[name] for name in _RANKS if name in os.environ), "0")
    if rank != "0":
        return
    logger = logging.getLogger(LOGGER)
    if logger.hasHandlers():
        logger.info(message)
    elif sys.stderr is not None:
        sys.stderr.write(f"{message}\n")


def in_words(providers: object) -> list[str]:
    """Each of `providers` in words: one or a list of `Provider`, mappings of name and url, or str.

    >>> in_words([{"name": "acme", "url": "https://acme.example"}, "others"])
    ['acme (https://acme.example)', 'others']
    """
    if providers is None:
        return []
    found = []
    for provider in providers if isinstance(providers, list | tuple) else [providers]:
        text = str(provider)
        if isinstance(provider, Mapping):
            name, url = provider.get("name", "unknown"), provider.get("url")
            text = f"{name} ({url})" if url else str(name)
        found.append(safe_text(text))
    return found


def use_message(name: str, providers: object) -> str:
    """What is shown when `name` is used; empty where it has no providers.

    >>> use_message("tiny", ["one", "two", "three"])
    "Using 'tiny' provided by one, two and three."
    """
    *others, last = in_words(providers) or [""]
    who = f"{', '.join(others)} and {last}" if others else last
    return f"Using '{safe_text(name)}' provided by {who}." if who else ""


class Shown:
    """A function that shows at each call who provides it.

    Args:
        fn: the function.
        message: what is shown.
    """

    def __init__(self, fn: Callable[..., Any], message: str) -> None:
        update_wrapper(self, fn)
        self.__wrapped__ = fn
        self._message = message

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Show who provides the function, and call it."""
        show(self._message)
        return self.__wrapped__(*args, **kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        # As an attribute of a class it binds, as the function would.
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> tuple[object, ...]:
        return Shown, (self.__wrapped__, self._message)


def showing(name: str, providers: object, fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn`, which shows its providers at each call; unchanged if it is a class or has none.

    A wrapper of a class could not be derived from, and would not compare equal to the class.
    """
    message = use_message(name, providers)
    return Shown(fn, message) if message and not isinstance(fn, type) else fn


def original(fn: object) -> object:
    """What was registered, where `fn` may be what shows its providers."""
    return fn.__wrapped__ if isinstance(fn, Shown) else fn
