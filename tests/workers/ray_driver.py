"""Sends plans to workers of Ray in several environments, and prints what became of each."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from registry_core import LockMismatch, Plan, RegistryError, installed_registry

SECONDS = 120


class Mine:
    """Lives in the program of the driver alone."""


def main(driver: str, without: str, later: str, changed: str, config: str, lock: str) -> None:
    # Its token would be written into the home; its figures sent to others.
    os.environ.update(RAY_AUTH_MODE="disabled", RAY_USAGE_STATS_ENABLED="0")
    ray: Any = import_module("ray")
    services: Any = import_module("ray._private.services")
    # It listens on every address otherwise, and replaces 127.0.0.1 by the machine's.
    services.resolve_ip_for_localhost = lambda host: host
    ray.init(num_cpus=1, include_dashboard=False, _node_ip_address="127.0.0.1", log_to_driver=False)

    def build(plan: Plan[Any]) -> list[str]:
        return [type(each).__name__ for each in plan()]

    mark = import_module("acme_extra.swish").Mark()
    cfg = json.loads(Path(config).read_text())
    del cfg["_registry_"]
    models = installed_registry("acme.model")
    models.register_module("Mine", module=Mine)
    plans = {
        "locked": models.plan(cfg, lock=lock),
        "plan": models.plan(cfg),
        "of main": models.plan({"type": "Stack", "layers": [{"type": "Mine"}]}),
        "holds": models.plan({**cfg, "of": mark}),
    }
    environments = {"same": driver, "without": without, "later": later, "changed": changed}
    found: dict[str, dict[str, object]] = {}
    for where, environment in environments.items():
        python = str(Path(environment, "bin", "python"))
        task = ray.remote(build).options(runtime_env={"py_executable": python})
        found[where] = {}
        for name, plan in plans.items():
            try:
                found[where][name] = ray.get(task.remote(plan), timeout=SECONDS)
            except RegistryError as error:
                told = error.cause  # type: ignore[attr-defined]
                assert isinstance(told, RegistryError)
                assert isinstance(told, LockMismatch) == (name == "locked")
                found[where][name] = f"{type(told).__name__}: {told}"
    ray.shutdown()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
