"""Lookups of names in registries that code has filled, beside a dict."""

from __future__ import annotations

import random
import sys
from collections import ChainMap
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from fresh import pooled
from loops import Statement, measure
from measures import LIMIT, OURS, Measure, Section, because

from registry_core import Registry

if TYPE_CHECKING:
    from measures import Rounds

SIZES = (10, 1_000, 100_000)
_KEYS = 1_000
_SUBSCRIPTED = "for key in keys:\n    it[key]"
_CALLED = "for key in keys:\n    it(key)"
_ASKED = "for key in keys:\n    key in it"
_MISSING = ["missing"] * _KEYS


class Swish:
    """What every name stands for."""


def sections() -> list[Section]:
    """The tables of this module."""
    own, outer, scoped = (
        tuple(
            Measure(f"{where}, {size:,}", f"{size:,} entries", pooled(run, size)) for size in SIZES
        )
        for where, run in (
            ("own scope", in_own_scope),
            ("grandparent", of_grandparent),
            ("scope.name", with_scope),
        )
    )
    statement = "`d.__getitem__(k)` of a dict with the same keys"
    no_scopes = because("has no scopes", "pluggy", "catalogue", "fvcore")
    no_table = {
        "stevedore": "has no table that code fills",
        "hydra": "has no table; it imports the dotted path of a target",
    }
    too_many = {"pluggy": "takes the square of their number to register plugins: no 100,000"}
    raising = because("`get` raises an error in place of an answer", "catalogue", "fvcore")
    return [
        Section(
            "Look up a name in its own scope",
            "`R[k]` for all names, which have been loaded, in a random order. The loop over the "
            "names is in all figures.",
            "ns",
            statement,
            own,
            no_table | too_many,
        ),
        Section(
            "Look up a name of the grandparent",
            "`R[k]` where `R` is two scopes further in than the name.",
            "ns",
            statement,
            outer,
            no_table | no_scopes,
        ),
        Section(
            "Look up a name with its scope",
            "`R['bench.name']`, again from two scopes further in.",
            "ns",
            statement,
            scoped,
            no_table | no_scopes,
        ),
        Section(
            "Ask for a name that is not there",
            "`R.get('missing')` and `'missing' in R`, again and again, of 1,000 names.",
            "ns",
            "`d.get(k)` and `d.__contains__(k)`",
            (
                Measure("get of a missing name", "`get`", pooled(get_missing)),
                Measure("`in` of a missing name", "`in`", pooled(ask_missing)),
            ),
            no_table | raising,
        ),
    ]


@cache
def _names(size: int, prefix: str = "") -> tuple[str, ...]:
    """The names, as the same objects for all: a dict finds its own key without comparing text."""
    return tuple(f"{prefix}name{number}" for number in range(size))


def _shuffled(names: tuple[str, ...]) -> list[str]:
    """All names in a random order, several times over where they are few."""
    return random.Random(0).sample(names, len(names)) * max(1, _KEYS // len(names))


def _ours(size: int) -> tuple[Registry[Any], Registry[Any]]:
    """A root with names, and its grandchild."""
    root: Registry[Any] = Registry("bench lookups", scope="bench")
    middle: Registry[Any] = Registry("middle", parent=root, scope="middle")
    leaf: Registry[Any] = Registry("leaf", parent=middle, scope="leaf")
    for name in _names(size):
        root.register_module(name, module=Swish)
    return root, leaf


def _mmengine(size: int) -> tuple[Any, Any]:
    registry = import_module("mmengine.registry").Registry
    # It imports this module at each lookup with a scope; the packages that use it have one.
    sys.modules |= {name: ModuleType(name) for name in ("bench", "bench.registry")}
    root = registry("bench", scope="bench")
    leaf = registry("leaf", parent=registry("middle", parent=root, scope="middle"), scope="leaf")
    for name in _names(size):
        root.register_module(name, module=Swish)
    return root, leaf


def _catalogue(size: int) -> Any:
    registry = import_module("catalogue").Registry((f"bench {size}",))
    for name in _names(size):
        registry.register(name, func=Swish)
    return registry


def _fvcore(size: int) -> Any:
    registry = import_module("fvcore.common.registry").Registry("bench")
    for name in _names(size):
        registry.register(type(name, (), {}))
    return registry


def _pluggy(size: int) -> Any:
    manager = import_module("pluggy").PluginManager("bench")
    for name in _names(size):
        # It takes no object twice.
        manager.register(type(name, (), {}), name)
    return manager


def _loaded(registry: Registry[Any], keys: tuple[str, ...]) -> Registry[Any]:
    """The registry, having loaded all keys in the order in which a dict has them as well."""
    for key in keys:
        registry.get(key)
    return registry


def _run(keys: list[str], contenders: dict[str, tuple[str, object]], rounds: int) -> Rounds:
    """Measure statements that go through `keys` with one thing each."""
    statements = [
        Statement(name, code, {"it": it, "keys": keys}) for name, (code, it) in contenders.items()
    ]
    return measure(statements, rounds=rounds, operations=len(keys))


def in_own_scope(rounds: int, size: int) -> Rounds:
    """Names of the very scope."""
    plain: dict[str, type] = dict.fromkeys(_names(size), Swish)
    root = _loaded(_ours(size)[0], _names(size))
    contenders: dict[str, tuple[str, object]] = {
        LIMIT: (_CALLED, plain.__getitem__),
        "`d[k]`": (_SUBSCRIPTED, plain),
        OURS: (_SUBSCRIPTED, root),
        f"{OURS}, `R.get(k)`": (_CALLED, root.get),
        "ChainMap": (_SUBSCRIPTED, ChainMap(plain, {}, {})),
        "mmengine": (_CALLED, _mmengine(size)[0].get),
        "catalogue": (_CALLED, _catalogue(size).get),
        "fvcore": (_CALLED, _fvcore(size).get),
    }
    if size < max(SIZES):
        contenders["pluggy"] = (_CALLED, _pluggy(size).get_plugin)
    return _run(_shuffled(_names(size)), contenders, rounds)


def of_grandparent(rounds: int, size: int) -> Rounds:
    """Names of the scope above the scope above."""
    plain: dict[str, type] = dict.fromkeys(_names(size), Swish)
    leaf = _loaded(_ours(size)[1], _names(size))
    return _run(
        _shuffled(_names(size)),
        {
            LIMIT: (_CALLED, plain.__getitem__),
            OURS: (_SUBSCRIPTED, leaf),
            f"{OURS}, `R.get(k)`": (_CALLED, leaf.get),
            "ChainMap": (_SUBSCRIPTED, ChainMap({}, {}, plain)),
            "mmengine": (_CALLED, _mmengine(size)[1].get),
        },
        rounds,
    )


def with_scope(rounds: int, size: int) -> Rounds:
    """Names with their scope before them."""
    keys = _names(size, "bench.")
    plain: dict[str, type] = dict.fromkeys(keys, Swish)
    leaf = _loaded(_ours(size)[1], keys)
    return _run(
        _shuffled(keys),
        {
            LIMIT: (_CALLED, plain.__getitem__),
            OURS: (_SUBSCRIPTED, leaf),
            f"{OURS}, `R.get(k)`": (_CALLED, leaf.get),
            "mmengine": (_CALLED, _mmengine(size)[1].get),
        },
        rounds,
    )


def get_missing(rounds: int) -> Rounds:
    """`get` of a name that nothing has."""
    plain: dict[str, type] = dict.fromkeys(_names(1_000), Swish)
    return _run(
        _MISSING,
        {
            LIMIT: (_CALLED, plain.get),
            OURS: (_CALLED, _ours(1_000)[0].get),
            "ChainMap": (_CALLED, ChainMap(plain, {}, {}).get),
            "mmengine": (_CALLED, _mmengine(1_000)[0].get),
            "pluggy": (_CALLED, _pluggy(1_000).get_plugin),
        },
        rounds,
    )


def ask_missing(rounds: int) -> Rounds:
    """`in` of a name that nothing has."""
    plain: dict[str, type] = dict.fromkeys(_names(1_000), Swish)
    return _run(
        _MISSING,
        {
            LIMIT: (_CALLED, plain.__contains__),
            OURS: (_ASKED, _ours(1_000)[0]),
            "ChainMap": (_ASKED, ChainMap(plain, {}, {})),
            "mmengine": (_ASKED, _mmengine(1_000)[0]),
            "pluggy": (_CALLED, _pluggy(1_000).has_plugin),
            "catalogue": (_ASKED, _catalogue(1_000)),
            "fvcore": (_ASKED, _fvcore(1_000)),
        },
        rounds,
    )
