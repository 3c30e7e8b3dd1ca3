"""Providers of functions in Flash's sense: who made a model, shown to whoever uses it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
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
    """Say something to whoever runs the program: in the log, or on stderr where there is none.

    Of several processes that a launcher started, the first one alone says it.
    """
    rank = next((os.environ[name] for name in _RANKS if name in os.environ), "0")
    if rank != "0":
        return
    logger = logging.getLogger(LOGGER)
    if logger.hasHandlers():
        logger.info(message)
    elif sys.stderr is not None:
        sys.stderr.write(f"{message}\n")


def told_by(providers: object) -> list[str]:
    """Each of `providers` in words: one or a list of `Provider`, mappings of name and url, or str.

    >>> told_by([{"name": "acme", "url": "https://acme.example"}, "others"])
    ['acme (https://acme.example)', 'others']
    """
    if providers is None:
        return []
    each = providers if isinstance(providers, list | tuple) else [providers]
    return [safe_text(_in_words(provider)) for provider in each]


def _in_words(provider: object) -> str:
    if not isinstance(provider, Mapping):
        return str(provider)
    name, url = provider.get("name", "unknown"), provider.get("url")
    return f"{name} ({url})" if url else str(name)


def use_message(name: str, providers: object) -> str:
    """What is shown when `name` is used; empty where nobody is said to provide it.

    >>> use_message("tiny", ["one", "two", "three"])
    "Using 'tiny' provided by one, two and three."
    """
    *others, last = told_by(providers) or [""]
    who = f"{', '.join(others)} and {last}" if others else last
    return f"Using '{safe_text(name)}' provided by {who}." if who else ""


def showing(name: str, providers: object, fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn`, which shows at each call who provides it; a class, or what nobody provides, as it is.

    A wrapper of a class would be a function: no base to derive from, and nothing to compare with.
    """
    message = use_message(name, providers)
    if not message or isinstance(fn, type):
        return fn

    @wraps(fn)
    def shows(*args: Any, **kwargs: Any) -> Any:
        show(message)
        return fn(*args, **kwargs)

    return shows
