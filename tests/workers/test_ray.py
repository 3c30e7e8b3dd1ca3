"""Plans on workers of Ray, in environments that differ in a plugin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from workers.conftest import Environments

pytest.importorskip("ray")
pytestmark = [pytest.mark.workers, pytest.mark.slow]


def test_a_worker_builds_what_it_has_and_refuses_the_rest(environments: Environments) -> None:
    ended = environments.run("ray_driver.py", 500)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout.splitlines()[-1])
    for name in ("locked", "plan", "holds"):
        assert found["same"][name] == ["Swish"]
    assert found["changed"]["plan"] == ["Swish"]
    of = "is not what was locked: 'extra.Swish' in 'acme.model'"
    was = f"{of}: it was of acme-extra 0.1.0"
    changed = f"{of}: the content of acme_extra/swish.py has changed (acme-extra 0.1.0)"
    assert f"env/without {was}; 'extra.Swish' is not in" in found["without"]["locked"]
    assert f"env/later {was}, and is of acme-extra 0.2.0;" in found["later"]["locked"]
    assert f"env/changed {changed}" in found["changed"]["locked"]
    assert found["without"]["plan"].endswith("made with acme-extra 0.1.0: install that here")
    assert "No module named 'acme_extra'; install here what" in found["without"]["holds"]
    assert found["later"]["plan"].endswith("(acme-extra 0.2.0) failed: TooSteep: 2.0")
    for plans in found.values():
        assert plans["of main"].endswith(
            "and this process does not run that: move it into an installed package, and declare "
            "an entry point"
        )
