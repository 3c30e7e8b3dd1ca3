"""Measures lookup, build and registering, each as a ratio to its limit in the same run.

Machines are shared and noisy, so every figure is the median over rounds in which the limit and
the measured code take turns, with the least and the greatest ratio beside it. Every statement is
compiled for itself: Python specialises code for the types that it meets.
"""

from __future__ import annotations

import platform
import random
from statistics import median
from timeit import Timer
from typing import Any

from registry_core import Registry

ROUNDS = 15
SIZES = (10, 1_000, 100_000)
SUBSCRIPTED = "for key in keys:\n    it[key]"
CALLED = "for key in keys:\n    it(key)"


class Swish:
    """An object that is cheap to make: the ratio shows the registry's own cost at its worst."""

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta


class Dense:
    """An object that does a little work when it is made, as most do."""

    def __init__(self, inputs: int, outputs: int, *, bias: bool = True) -> None:
        self.shape = (inputs, outputs)
        self.weights = [[0.0] * inputs for _ in range(outputs)]
        self.bias = [0.0] * outputs if bias else None


def report(name: str, limit_name: str, limit: Timer, ours: Timer, times: int = 1) -> None:
    """Print how many times as long as its limit something takes."""
    limit.timeit(times), ours.timeit(times)
    ratios = []
    for _ in range(ROUNDS):
        base = limit.timeit(times)
        ratios.append(ours.timeit(times) / base)
    spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
    print(f"{name:<44} {median(ratios):6.2f} {spread:>17}  times {limit_name}", flush=True)


def filled(size: int) -> tuple[Registry[Any], Registry[Any], list[str], dict[str, object]]:
    """A root with `size` entries, its grandchild, names to look up, and a dict with the same."""
    root: Registry[Any] = Registry(f"bench {size}", scope="bench")
    middle: Registry[Any] = Registry("middle", parent=root, scope="middle")
    leaf: Registry[Any] = Registry("leaf", parent=middle, scope="leaf")
    names = [f"name{number}" for number in range(size)]
    for name in names:
        root.register_module(name, module=Swish)
    some = min(size, 1_000)
    chosen = random.Random(size).sample(names, some) * (20_000 // some)
    return root, leaf, chosen, dict.fromkeys(names, Swish)


def lookups() -> None:
    """Lookups of loaded names, at every depth and size."""
    for size in SIZES:
        root, leaf, names, plain = filled(size)
        scoped = [f"bench.{name}" for name in names]
        plain |= dict.fromkeys(scoped, Swish)
        for registry, keys, where in (
            (root, names, "own scope"),
            (leaf, names, "grandparent"),
            (leaf, scoped, "scope.name"),
        ):
            subscript = Timer(SUBSCRIPTED, globals={"it": plain, "keys": keys})
            call = Timer(CALLED, globals={"it": plain.__getitem__, "keys": keys})
            ours = Timer(SUBSCRIPTED, globals={"it": registry, "keys": keys})
            get = Timer(CALLED, globals={"it": registry.get, "keys": keys})
            name = f"lookup, {where}, {size:,} entries"
            report(f"{name}, R[k]", "d[k]", subscript, ours)
            report(f"{name}, R[k]", "d.__getitem__(k)", call, ours)
            report(f"{name}, R.get(k)", "d.__getitem__(k)", call, get)


def builds() -> None:
    """Builds of two classes."""
    registry: Registry[Any] = Registry("bench build", scope="bench")
    registry.register_module(module=Swish)
    registry.register_module(module=Dense)
    names = {
        **globals(),
        "build": registry.build,
        "small": {"type": "Swish", "beta": 1.5},
        "large": {"type": "Dense", "inputs": 16, "outputs": 16, "bias": False},
    }
    calling = "calling the class"
    limit, ours = Timer("Swish(beta=1.5)", globals=names), Timer("build(small)", globals=names)
    report("build, one argument", calling, limit, ours, times=5_000)
    limit = Timer("Dense(inputs=16, outputs=16, bias=False)", globals=names)
    ours = Timer("build(large)", globals=names)
    report("build, a class that does a little work", calling, limit, ours, times=5_000)


def registering() -> None:
    """Registering 100,000 classes: what the last ones take."""
    total, batch = 100_000, 1_000
    classes = [type(f"C{number}", (), {}) for number in range(total)]
    registry: Registry[Any] = Registry("bench register", scope="bench")
    names: dict[str, Any] = {"register": registry.register_module, "plain": {}}
    ours = "for each in part:\n    register(module=each)"
    limit = (
        "for each in part:\n    if each.__name__ not in plain:\n        plain[each.__name__] = each"
    )
    taken, stored = [], []
    for start in range(0, total, batch):
        part = {**names, "part": classes[start : start + batch]}
        taken.append(Timer(ours, globals=part).timeit(1))
        stored.append(Timer(limit, globals=part).timeit(1))
    early, late, store = median(taken[:10]), median(taken[-10:]), median(stored[-10:])
    name = "register, the last 10,000 of 100,000"
    print(f"{name:<44} {late / early:6.2f} {'':>17}  times the first 10,000")
    print(f"{name:<44} {late / store:6.2f} {'':>17}  times test and store")


def main() -> None:
    """Measure all."""
    print(f"Python {platform.python_version()}, {platform.machine()}, {ROUNDS} rounds of each:")
    print("median (least to greatest)")
    lookups()
    builds()
    registering()


if __name__ == "__main__":
    main()
