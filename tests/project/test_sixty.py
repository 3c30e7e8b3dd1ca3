"""The sixty lines of the page "Why not sixty lines" are measured as they stand there."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
PAGE = Path(__file__).parents[2] / "docs" / "why.md"

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="only a checkout has the pages")


def test_the_lines_of_the_page_are_measured_and_are_sixty(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(BENCH)
    sixty = import_module("sixty")
    assert 55 <= len(sixty.sixty_lines().strip().splitlines()) <= 60
    rows = list(sixty.rows(tmp_path, sizes=(10,), rounds=1))
    page = PAGE.read_text(encoding="utf-8")
    titles = [row.split("|")[1] for row in rows]
    assert [title for title in titles[1:] if f"|{title}|" not in page] == []
    assert titles[0] == " list a group, 10 distributions: a process "
