"""Plans in processes that multiprocessing, concurrent.futures and loky start."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from fresh_process import python, run_python

from registry_core import Registry

if TYPE_CHECKING:
    from pathlib import Path

    from workers.conftest import Environments

pytestmark = pytest.mark.workers


def test_a_module_that_cloudpickle_sends_by_value_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    (tmp_path / "sent_along.py").write_text("class Held: ...")
    monkeypatch.syspath_prepend(tmp_path)
    module = import_module("sent_along")
    plan = Registry[Any]("of what is sent along").plan({"type": module.Held})
    builds = "import pickle; print(type(pickle.loads({!r})()).__name__)"
    cloudpickle.register_pickle_by_value(module)
    try:
        assert python(builds.format(cloudpickle.dumps(plan))) == "Held"
    finally:
        cloudpickle.unregister_pickle_by_value(module)
    ended = run_python("-c", builds.format(cloudpickle.dumps(plan)))
    assert (
        "BuildError: building \"<class 'sent_along.Held'>\" failed: the config of" in ended.stderr
    )


@pytest.mark.parametrize("kind", ["spawn", "forkserver", "executor", "loky"])
def test_a_process_builds_what_it_has_and_refuses_the_rest(
    environments: Environments, kind: str
) -> None:
    if kind == "loky":
        pytest.importorskip("loky")
    ended = environments.run("pool_driver.py", 200, kind)
    assert ended.returncode == 0, ended.stderr
    without, later, changed, missing, of_main, holds, locked, built, again = json.loads(
        ended.stdout
    )
    of = "'extra.Swish' in 'acme.model'"
    refused = {
        f"{of}: it was of acme-extra 0.1.0; 'extra.Swish' is not in the registry": without,
        f"{of}: it was of acme-extra 0.1.0, and is of acme-extra 0.2.0; install": later,
        f"{of}: the content of acme_extra/swish.py has changed (acme-extra 0.1.0)": changed,
    }
    for text, (said, is_imported) in refused.items():
        assert said.startswith("LockMismatch: what is installed in ")
        assert text in said
        assert not is_imported
    for said, _ in (missing, of_main):
        assert said.startswith("EntryNotFound: in the config at layers[0]: ")
    assert missing[0].endswith("the plan was made with acme-extra 0.1.0: install that here")
    assert "the main program (__main__) had registered it" in of_main[0]
    assert "No module named 'acme_extra'; install here what the plan was" in holds[0]
    assert locked == built == ["Swish", True]
    # The error that a worker raised came back with its class and fields, and can travel on.
    assert again == ["EntryNotFound", True]
