"""Sends plans to processes of a pool whose path changes, and prints what became of each."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry_core import (
    EntryNotFound,
    Plan,
    RegistryError,
    current_environment,
    installed_registry,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 120


class Mine:
    """Registered under the guard below alone."""


def at(environment: str, plan: Plan[Any]) -> tuple[str, bool]:
    """Build in a process whose own environment is another from here on."""
    (here,) = (place for place in sys.path if place.endswith("site-packages") and "/env/" in place)
    (place,) = Path(environment).rglob("site-packages")
    sys.path[sys.path.index(here)] = str(place)
    current_environment().refresh()
    try:
        built = plan()
    except RegistryError as error:
        return f"{type(error).__name__}: {error}", "acme_extra" in sys.modules
    return type(built[0]).__name__, "acme_extra" in sys.modules


def raising(plan: Plan[Any]) -> object:
    return plan()


def sent(
    pool: Callable[..., Any], plans: dict[str, Plan[Any]], environments: list[str]
) -> list[object]:
    """What each came to, in this order: what is refused is not imported, and the last builds."""
    driver, without, later, changed = environments
    tasks = [
        *((each, plans["locked"]) for each in (without, later, changed)),
        *((without, plans[name]) for name in ("plan", "of main", "holds")),
        *((driver, plans[name]) for name in ("locked", "plan")),
    ]
    found: list[object] = [pool(at, *task) for task in tasks]
    try:
        pool(raising, plans["of main"])
    except EntryNotFound as error:
        again = pickle.loads(pickle.dumps(error))
        fields = error.key, error.registry, list(error.config_keys)
        found.append((type(again).__name__, fields == (again.key, again.registry, ["layers", 0])))
    return found


def main(kind: str, *arguments: str) -> None:
    mark = import_module("acme_extra.swish").Mark()
    *environments, config, lock = arguments
    cfg = json.loads(Path(config).read_text())
    del cfg["_registry_"]
    models = installed_registry("acme.model")
    models.register_module("Mine", module=Mine)
    plans = {
        "plan": models.plan(cfg),
        "locked": models.plan(cfg, lock=lock),
        "of main": models.plan({"type": "Stack", "layers": [{"type": "Mine"}]}),
        "holds": models.plan({**cfg, "of": mark}),
    }
    if kind == "loky":
        with import_module("loky").ProcessPoolExecutor(1) as pool:
            found = sent(lambda *task: pool.submit(*task).result(SECONDS), plans, environments)
            pool.shutdown(kill_workers=True)
    elif kind == "executor":
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, context) as pool:
            found = sent(lambda *task: pool.submit(*task).result(SECONDS), plans, environments)
    else:
        with multiprocessing.get_context(kind).Pool(1) as pool:
            found = sent(
                lambda do, *args: pool.apply_async(do, args).get(SECONDS), plans, environments
            )
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
