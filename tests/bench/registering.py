"""Registering many classes in code: what the last ones take, and whether the first took as much."""

from __future__ import annotations

import random
from importlib import import_module
from statistics import median
from typing import TYPE_CHECKING, Any

from fresh import pooled
from loops import Statement
from measures import LIMIT, OURS, Measure, Section

from registry_core import Registry

if TYPE_CHECKING:
    from measures import Rounds

_ALL = 100_000
_BATCH = 1_000
# The first and the last tenth.
_TENTH = _ALL // _BATCH // 10
_STORE = "for each in part:\n    if each.__name__ not in it:\n        it[each.__name__] = each"


def sections() -> list[Section]:
    """The tables of this module."""
    absent = {
        "pluggy": "takes the square of their number to register plugins: no 100,000",
        "stevedore": "has no table that code fills",
        "hydra": "has no table that code fills",
    }
    return [
        Section(
            "Register 100,000 classes",
            "Each of the last 10,000, in batches of 1,000.",
            "ns",
            "`if name not in d: d[name] = cls`",
            (Measure("register", "each of the last 10,000", pooled(late)),),
            absent,
        ),
        Section(
            "Register flatly",
            "How many times as long as one of the first 10,000 classes one of the last 10,000 "
            "takes.",
            "times",
            "`if name not in d: d[name] = cls`",
            (Measure("register, late over early", "last over first", pooled(growth)),),
            absent,
        ),
    ]


def late(_rounds: int) -> Rounds:
    """Nanoseconds that each class of the last batches takes; a process registers once."""
    run = _run()
    return {name: figures[-_TENTH:] for name, figures in run.items()}


def growth(_rounds: int) -> Rounds:
    """How many times as long as in the first batches a class takes in the last."""
    run = _run()
    return {
        name: [median(figures[-_TENTH:]) / median(figures[:_TENTH])]
        for name, figures in run.items()
    }


def _run() -> Rounds:
    """Nanoseconds that each class takes, batch by batch."""
    classes = [type(f"C{number}", (), {}) for number in range(_ALL)]
    ours: Registry[Any] = Registry("bench register", scope="bench")
    mmengine = import_module("mmengine.registry").Registry("bench", scope="bench")
    fvcore = import_module("fvcore.common.registry").Registry("bench")
    catalogue = import_module("catalogue").Registry(("bench register",))
    keyword = "for each in part:\n    it(module=each)"
    contenders: dict[str, tuple[str, object]] = {
        LIMIT: (_STORE, {}),
        OURS: (keyword, ours.register_module),
        "mmengine": (keyword, mmengine.register_module),
        "fvcore": ("for each in part:\n    it(each)", fvcore.register),
        "catalogue": ("for each in part:\n    it(each.__name__, func=each)", catalogue.register),
    }
    taken: Rounds = {name: [] for name in contenders}
    order = random.Random()
    for start in range(0, _ALL, _BATCH):
        part = classes[start : start + _BATCH]
        # Whoever comes first would fetch them from memory for all others.
        for each in part:
            _ = each.__name__
        for name in order.sample(list(contenders), len(contenders)):
            code, it = contenders[name]
            seconds = Statement(name, code, {"it": it, "part": part}).timer().timeit(1)
            taken[name].append(seconds / _BATCH * 1e9)
    return taken
