"""The benchmark judges what it has measured, and its page is whole at any time."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[1] / "bench"
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
NAMES = ("bounds", "measures", "page")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Those modules of the benchmark that need none of its peers, by name."""
    monkeypatch.syspath_prepend(BENCH)
    return {name: import_module(name) for name in NAMES}


def test_a_measure_above_its_bound_is_named_with_what_it_was_compared_with(
    bench: dict[str, Any],
) -> None:
    above = {"registry_core": [9.0, 2.0, 4.0], "pluggy": [1.0, 1.0, 2.0]}
    assert bench["bounds"].exceeded({"import": above}) == [
        "import: 2.00 times pluggy, the bound is 0.6"
    ]


def test_a_measure_at_its_bound_is_within_it(bench: dict[str, Any]) -> None:
    at = {"registry_core": [6.0, 3.0], "pluggy": [10.0, 5.0]}
    assert bench["bounds"].exceeded({"import": at}) == []


def test_a_count_is_judged_by_itself(bench: dict[str, Any]) -> None:
    name = "modules imported by listing"
    assert bench["bounds"].exceeded({name: {"registry_core": [0.0]}}) == []
    assert bench["bounds"].exceeded({name: {"registry_core": [1.0]}}) == [
        f"{name}: 1.00, the bound is 0"
    ]


def test_what_cannot_be_compared_is_an_error(bench: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="import: pluggy took too little to compare with"):
        bench["bounds"].exceeded({"import": {"registry_core": [1.0], "pluggy": [0.0]}})


def test_a_peer_that_is_neither_measured_nor_explained_is_found(bench: dict[str, Any]) -> None:
    measures = bench["measures"]
    measure = measures.Measure("import", "import", dict)
    absent = dict.fromkeys(measures.PEERS[1:], "cannot be imported")
    section = measures.Section("Import", "", "ms", "", (measure,), absent)
    found = {"import": {"registry_core": [1.0]}}
    assert measures.unexplained(section, found) == ["pluggy in import"]


def test_the_page_has_the_markers_between_which_its_figures_go(bench: dict[str, Any]) -> None:
    before, after = bench["page"].around(PAGE)
    assert before.startswith("# Benchmarks\n")
    assert after == "\n"


def test_new_figures_replace_the_old_and_nothing_else(
    bench: dict[str, Any], tmp_path: Path
) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(PAGE.read_text())
    bench["page"].put_into(page, "old")
    bench["page"].put_into(page, "new")
    before, after = bench["page"].around(PAGE)
    assert "\n\nnew\n\n" in page.read_text()
    assert "old" not in page.read_text().replace(before, "")
    assert bench["page"].around(page) == (before, after)
    assert list(tmp_path.iterdir()) == [page]


def test_a_page_without_markers_is_left_alone(bench: dict[str, Any], tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n")
    with pytest.raises(ValueError, match=r"benchmarks\.md must hold '<!-- measured: .*, each once"):
        bench["page"].put_into(page, "new")
    assert page.read_text() == "# Benchmarks\n"
