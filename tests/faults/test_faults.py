"""The fault matrix: the host goes on, every good plugin works, and the guilty is named."""

import re
import sys
from pathlib import Path

import pytest

from faults.case import Case
from faults.judging import judged
from faults.page import cases, row

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
# A pull request runs every fourth case of each area: all of them start a thousand processes.
ALL = [
    pytest.param(
        *(area, number, case),
        id=f"{area}: {case.given}",
        marks=pytest.mark.slow if number % 4 else (),
    )
    for area, number, case in cases()
]


@pytest.mark.matrix
@pytest.mark.parametrize(("area", "number", "case"), ALL)
def test_the_host_survives_and_the_guilty_is_named(
    tmp_path: Path, area: str, number: int, case: Case
) -> None:
    verdict = judged(area, number, case, tmp_path)
    assert verdict.fault == ""
    assert verdict.named is not None, f"{case.guilty!r} is in none of {verdict.told}"
    if sys.version_info[:2] == (3, 11) and sys.platform == "linux":
        # Python's own messages differ from version to version.
        assert row(area, number, case, verdict) in PAGE.read_text(encoding="utf-8").splitlines(), (
            "run `nox -s faults`, and see whether docs/faults.md says what it should"
        )


def test_the_page_has_the_cases_and_no_others() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+ \d+) \| .* \| ([^|]*) \|$", text, re.MULTILINE)
    numbered = [f"{area} {number + 1}" for area, number, _ in cases()]
    assert [case for case, _ in rows] == numbered
    assert {verdict for _, verdict in rows} == {"survives", "survives, named"}
