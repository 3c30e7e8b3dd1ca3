"""Plans on workers of Dask: as it makes them here, and in environments that differ in a plugin."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from workers.conftest import Environments

pytest.importorskip("distributed")
pytestmark = pytest.mark.workers

Found = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def found(environments: Environments) -> dict[str, Found]:
    """What became of each plan on each worker; a worker that dies, or hangs, fails all."""
    ended = environments.run("dask_driver.py", 400)
    assert ended.returncode == 0, ended.stderr
    result: dict[str, Found] = json.loads(ended.stdout)
    return result


@pytest.mark.parametrize("plan", ["plan", "locked", "holds"])
def test_a_worker_with_the_same_builds(found: dict[str, Found], plan: str) -> None:
    assert found["same"][plan] == {"built": ["Swish"], "beta": 2.0, "imported": True}


def test_a_worker_without_the_plugin_says_what_the_plan_was_made_with(
    found: dict[str, Found],
) -> None:
    told = found["without"]["plan"]
    assert told["error"] == "registry_core.errors.EntryNotFound"
    assert told["keys"] == ["layers", 0]
    assert "'extra.Swish' is not in the registry 'acme.model'" in told["says"]
    assert told["says"].endswith("the plan was made with acme-extra 0.1.0: install that here")


def test_what_a_config_holds_is_missed_at_the_call_and_not_before(found: dict[str, Found]) -> None:
    told = found["without"]["holds"]
    assert told["error"] == "registry_core.errors.BuildError"
    assert told["says"] == (
        "building 'Stack' (acme 1.0) failed: the config of the plan holds what cannot be made "
        "here: ModuleNotFoundError: No module named 'acme_extra'; install here what the plan was "
        "made with"
    )


def test_a_locked_plan_is_refused_by_a_worker_without_the_plugin(found: dict[str, Found]) -> None:
    told = found["without"]["locked"]
    assert told["error"] == "registry_core.errors.LockMismatch"
    (difference,) = told["differences"]
    assert difference.startswith(
        "'extra.Swish' in 'acme.model': it was of acme-extra 0.1.0; 'extra.Swish' is not in"
    )


def test_a_locked_plan_is_refused_by_another_version_which_is_not_imported(
    found: dict[str, Found],
) -> None:
    told = found["later"]["locked"]
    assert told["error"] == "registry_core.errors.LockMismatch"
    assert told["differences"] == [
        "'extra.Swish' in 'acme.model': it was of acme-extra 0.1.0, and is of acme-extra 0.2.0"
    ]
    assert not told["imported"]
    assert "env/later is not what was locked" in told["says"]
    assert found["changed"]["plan"]["built"] == ["Swish"], "without a lock it builds"


def test_a_locked_plan_names_the_file_of_which_a_byte_is_another(found: dict[str, Found]) -> None:
    told = found["changed"]["locked"]
    assert told["error"] == "registry_core.errors.LockMismatch"
    assert told["differences"] == [
        "'extra.Swish' in 'acme.model': the content of acme_extra/swish.py has changed "
        "(acme-extra 0.1.0)"
    ]
    assert not told["imported"]


def test_a_cause_whose_class_the_driver_lacks_is_told_in_words(found: dict[str, Found]) -> None:
    told = found["later"]["plan"]
    assert told["error"] == "registry_core.errors.BuildError"
    assert told["keys"] == ["layers", 0]
    assert told["says"].endswith("'extra.Swish' (acme-extra 0.2.0) failed: TooSteep: 2.0")
    assert told["cause"] == "None"
    (note,) = told["notes"]
    assert note.startswith("Caused by:\nTraceback (most recent call last):")
    assert note.endswith("acme_extra.swish.TooSteep: 2.0")


@pytest.mark.parametrize("where", ["same", "without"])
def test_a_name_of_the_main_program_is_missed_with_what_to_do(
    found: dict[str, Found], where: str
) -> None:
    told = found[where]["of main"]
    assert told["error"] == "registry_core.errors.EntryNotFound"
    assert told["says"].endswith(
        "the plan was made where the main program (__main__) had registered it, and this process "
        "does not run that: move it into an installed package, and declare an entry point"
    )


def test_a_class_of_the_main_program_travels_as_cloudpickle_sends_it(
    found: dict[str, Found],
) -> None:
    assert found["without"]["main by value"]["built"] == ["Mine"]


def test_the_page_of_workers_quotes_what_is_said(found: dict[str, Found]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "workers.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^\| .* \| `(\w+)`: `(.*)` \|$", page, re.MULTILINE)
    assert len(quoted) == 7
    said = [told for plans in found.values() for told in plans.values() if "says" in told]
    for name, text in quoted:
        kind = f"registry_core.errors.{name}"
        assert any(told["error"] == kind and text in told["says"] for told in said), text
