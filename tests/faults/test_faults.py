"""The fault matrix: the host goes on, every good plugin works, and the guilty is named."""

import os
import re
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from faults.case import Case
from faults.judging import Verdict, judged
from faults.page import cases, row

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
ALL = [
    pytest.param(area, number, case, id=f"{area}: {case.given}") for area, number, case in cases()
]
Verdicts = dict[tuple[str, int], Future[Verdict]]


@pytest.fixture(scope="module")
def verdicts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Verdicts]:
    """What comes of the cases that are to be tested: several at once, for each is but processes."""
    chosen: list[dict[str, Any]] = [
        item.callspec.params
        for item in request.session.items
        if isinstance(item, pytest.Function) and "verdicts" in item.fixturenames
    ]
    found: Verdicts = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for each in chosen:
            area, number, case = each["area"], each["number"], each["case"]
            folder = tmp_path_factory.mktemp("case")
            found[area, number] = pool.submit(judged, area, number, case, folder)
        yield found
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize(("area", "number", "case"), ALL)
def test_the_host_survives_and_the_guilty_is_named(
    verdicts: Verdicts, area: str, number: int, case: Case
) -> None:
    verdict = verdicts[area, number].result()
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
