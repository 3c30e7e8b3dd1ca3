"""Measures lookup, build and registering, each as a ratio to its limit in the same run.

Machines are shared and noisy, so every figure is the median over rounds in which the limit and
the measured code take turns, with the least and the greatest ratio beside it.
"""

from __future__ import annotations

import gc
import platform
import random
from functools import partial
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from registry_core import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROUNDS = 15
SIZES = (10, 1_000, 100_000)


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


def seconds(run: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        run()
        return perf_counter() - start
    finally:
        gc.enable()


def report(
    name: str, limit_name: str, limit: Callable[[], object], ours: Callable[[], object]
) -> None:
    limit(), ours()
    ratios = []
    for _ in range(ROUNDS):
        base = seconds(limit)
        ratios.append(seconds(ours) / base)
    spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
    print(f"{name:<44} {median(ratios):6.2f} {spread:>17}  times {limit_name}", flush=True)


def subscripted(mapping: Mapping[str, object] | Registry[Any], keys: Sequence[str]) -> None:
    for key in keys:
        _ = mapping[key]


def called(probe: Callable[[str], object], keys: Sequence[str]) -> None:
    for key in keys:
        probe(key)


def filled(size: int) -> tuple[Registry[Any], Registry[Any], list[str], dict[str, object]]:
    root: Registry[Any] = Registry(f"bench {size}", scope="bench")
    middle: Registry[Any] = Registry("middle", parent=root, scope="middle")
    leaf: Registry[Any] = Registry("leaf", parent=middle, scope="leaf")
    for number in range(size):
        root.register_module(f"name{number}", module=Swish)
    names = [f"name{number}" for number in range(size)]
    chosen = random.Random(size).sample(names, min(size, 1_000)) * max(
        1, 20_000 // min(size, 1_000)
    )
    return root, leaf, chosen, dict.fromkeys(names, Swish)


def lookups() -> None:
    for size in SIZES:
        root, leaf, names, plain = filled(size)
        scoped = [f"bench.{name}" for name in names]
        plain |= dict.fromkeys(scoped, Swish)
        for registry, keys, where in (
            (root, names, "own scope"),
            (leaf, names, "grandparent"),
            (leaf, scoped, "scope.name"),
        ):
            name = f"lookup, {where}, {size:,} entries"
            report(
                f"{name}, R[k]",
                "d[k]",
                partial(subscripted, plain, keys),
                partial(subscripted, registry, keys),
            )
            report(
                f"{name}, R[k]",
                "d.__getitem__(k)",
                partial(called, plain.__getitem__, keys),
                partial(subscripted, registry, keys),
            )
            report(
                f"{name}, R.get(k)",
                "d.__getitem__(k)",
                partial(called, plain.__getitem__, keys),
                partial(called, registry.get, keys),
            )


def builds() -> None:
    registry: Registry[Any] = Registry("bench build", scope="bench")
    registry.register_module(module=Swish)
    registry.register_module(module=Dense)
    small = {"type": "Swish", "beta": 1.5}
    large = {"type": "Dense", "inputs": 16, "outputs": 16, "bias": False}

    def repeat(call: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            for _ in range(5_000):
                call()

        return run

    report(
        "build, one argument",
        "calling the class",
        repeat(lambda: Swish(beta=1.5)),
        repeat(lambda: registry.build(small)),
    )
    report(
        "build, a class that does a little work",
        "calling the class",
        repeat(lambda: Dense(inputs=16, outputs=16, bias=False)),
        repeat(lambda: registry.build(large)),
    )


def registering() -> None:
    total, batch = 100_000, 1_000
    functions = [type(f"C{number}", (), {}) for number in range(total)]
    registry: Registry[Any] = Registry("bench register", scope="bench")
    times = []
    for start in range(0, total, batch):
        part = functions[start : start + batch]

        def run(part: list[type] = part) -> None:
            for function in part:
                registry.register_module(module=function)

        times.append(seconds(run))
    early, late = median(times[:10]), median(times[-10:])
    plain: dict[str, object] = {}

    def test_and_store(part: list[type] = functions[:batch]) -> None:
        plain.clear()
        for function in part:
            if function.__name__ not in plain:
                plain[function.__name__] = function

    store = median(seconds(test_and_store) for _ in range(ROUNDS))
    name = "register, the last 10,000 of 100,000"
    print(f"{name:<44} {late / early:6.2f} {'':>17}  times the first 10,000")
    print(f"{name:<44} {late / store:6.2f} {'':>17}  times test and store")


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}, {ROUNDS} rounds of each:")
    print("median (least to greatest)")
    lookups()
    builds()
    registering()


if __name__ == "__main__":
    main()
