"""Annotations as expressions, whatever the source has there."""

from __future__ import annotations

from registry_core.signature.annotations import in_full


def test_a_text_with_values_in_it_is_left_as_it_is() -> None:
    written = "{each: known[f'_{each}_int'] for each in 'int'}"
    assert in_full(written, {"int": "builtins.int", "known": "acme.known"}.get) == (
        "{each: acme.known[f'_{each}_int'] for each in builtins.int}"
    )
