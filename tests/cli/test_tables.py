"""Tables in wide and narrow terminals."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from registry_core.cli.tables import columns, table, wrap

if TYPE_CHECKING:
    import pytest

ROWS = [("key", "provider", "status"), ("extra.Swish", "activations 1", ""), ("網", "plug 2", "")]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("not a real one")


def test_columns_are_as_wide_as_their_words_and_empty_ones_left_out() -> None:
    assert "\n".join(table(ROWS)) == (
        "key          provider\nextra.Swish  activations 1\n網           plug 2"
    )


def test_a_narrow_terminal_gets_a_block_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setattr(sys, "stdout", Terminal())
    shown = "\n".join(table(ROWS))
    monkeypatch.undo()
    assert shown == ("extra.Swish\n    provider:\n      activations 1\n網\n    provider: plug 2")


def test_what_is_not_a_terminal_has_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    found = columns()
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.delenv("COLUMNS", raising=False)
    unknown = columns()
    monkeypatch.undo()
    assert (found, unknown) == (None, None)
    assert wrap("a b", None, "  ") == "  a b"
