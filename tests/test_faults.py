"""The fault matrix: the host goes on, every good plugin works, and the guilty is named."""

import re
import sys
from pathlib import Path

import pytest
from faults.case import Case
from faults.judging import judged
from faults.page import cases, row

PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
ALL = [
    pytest.param(area, number, case, id=f"{area}: {case.given}") for area, number, case in cases()
]


@pytest.mark.parametrize(("area", "number", "case"), ALL)
def test_the_host_survives_and_the_guilty_is_named(
    area: str, number: int, case: Case, tmp_path: Path
) -> None:
    verdict = judged(area, number, case, tmp_path)
    assert verdict.fault == ""
    assert verdict.named is not None, f"{case.guilty!r} is in none of {verdict.told}"
    if sys.version_info[:2] == (3, 11) and sys.platform == "linux":
        # Python's own messages differ from version to version.
        assert row(case, verdict) in PAGE.read_text(encoding="utf-8").splitlines(), (
            "run `nox -s faults`, and see whether docs/faults.md says what it should"
        )


def test_the_page_has_the_cases_and_no_others() -> None:
    rows = re.findall(
        r"^\| (.*?) \| .* \| ([^|]*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    told = [(given, verdict) for given, verdict in rows if given not in {"given", "---"}]
    assert [given.replace("\\|", "|") for given, _ in told] == [case.given for *_, case in cases()]
    assert {verdict for _, verdict in told} == {"survives", "survives, named"}
