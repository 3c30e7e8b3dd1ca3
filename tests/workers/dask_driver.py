"""Sends plans to workers of Dask in several environments, and prints what became of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from registry_core import installed_registry

SECONDS = 120


def imported(name: str) -> bool:
    return name in sys.modules


def described(future: Any) -> dict[str, object]:
    """What a task came to, as data."""
    error = future.exception(timeout=SECONDS)
    if error is None:
        built = future.result()
        return {"built": [type(each).__name__ for each in built], "beta": built[0].beta}
    return {
        "error": f"{type(error).__module__}.{type(error).__name__}",
        "says": str(error),
        "notes": getattr(error, "__notes__", []),
        "cause": repr(error.__cause__),
        "differences": getattr(error, "differences", []),
        "keys": list(getattr(error, "config_keys", [])),
    }


class Mine:
    """Lives in the program of the driver alone."""

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta


def main(without: str, later: str, changed: str, config: str, lock: str) -> None:
    mark = import_module("acme_extra.swish").Mark()
    dask = import_module("distributed")

    cfg = json.loads(Path(config).read_text())
    del cfg["_registry_"]
    models = installed_registry("acme.model")
    models.register_module("Mine", module=Mine)
    plans = {
        # First: what is refused must not have been imported, by another plan neither.
        "locked": models.plan(cfg, lock=lock),
        "plan": models.plan(cfg),
        "of main": models.plan({"type": "Stack", "layers": [{"type": "Mine"}]}),
        "main by value": models.plan({"type": "Stack", "layers": [{"type": Mine}]}),
        "holds": models.plan({**cfg, "of": mark}),
    }
    environments = {"without": without, "later": later, "changed": changed}
    address = "127.0.0.1:0"
    with (
        dask.LocalCluster(
            n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=address
        ) as cluster,
        dask.Client(cluster) as client,
    ):
        (same,) = client.scheduler_info(n_workers=-1)["workers"]
        started = [worker(cluster.scheduler_address, *each) for each in environments.items()]
        client.wait_for_workers(1 + len(started), timeout=SECONDS)
        found: dict[str, dict[str, object]] = {}
        for where in ("same", *environments):
            found[where] = {}
            at = {"workers": [same if where == "same" else where], "pure": False}
            for name, plan in plans.items():
                result = described(client.submit(plan, **at))
                is_imported = client.submit(imported, "acme_extra", **at).result(timeout=SECONDS)
                found[where][name] = {**result, "imported": is_imported}
        for process in started:
            process.terminate()
            process.wait(SECONDS)
    print(json.dumps(found))


def worker(address: str, name: str, environment: str) -> subprocess.Popen[bytes]:
    """Start a worker in another environment."""
    python = Path(environment, "bin", "python")
    options = ["--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--no-nanny"]
    return subprocess.Popen(
        [python, "-m", "distributed.cli.dask_worker", address, *options, "--name", name],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": ""},
    )


if __name__ == "__main__":
    main(*sys.argv[2:])
