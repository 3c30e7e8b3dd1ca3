"""What an editor shows and offers: the texts of docstrings; and none of it refuses a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from fresh_process import python

from registry_core import Registry
from registry_core.config import schema

if TYPE_CHECKING:
    from registry_core.testing import Site

GROUP = "registry_core.hinted"
PARTS = '''
    from typing import Any, Literal

    class Dense:
        """A dense layer.

        Args:
            size: How many units
                there are.

                Of these:
                - some are
                  inside
                - others not.
            kind: Which way.
        """

        def __init__(
            self, size: int, kind: Literal["a", "b"] = "a", bias: bool | None = None, rest=print,
        ): ...
'''


@pytest.fixture
def parts(plugin_site: Site) -> Site:
    rows = {"Dense": "hinted_parts:Dense", "Same": "hinted_parts:Dense"}
    plugin_site.install("parts", {GROUP: rows}, {"hinted_parts.py": PARTS})
    return plugin_site


def arguments(drawn: dict[str, Any]) -> dict[str, Any]:
    """The schemas of the arguments of Dense, wherever the writer has put them."""
    waiting: list[Any] = [drawn]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            found = each.get("properties", {})
            if "size" in found and "description" in found["size"]:
                return {name: value for name, value in found.items() if isinstance(value, dict)}
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    raise AssertionError(json.dumps(drawn))


def test_an_argument_has_the_text_of_the_docstring_behind_its_type_and_default(
    parts: Site,
) -> None:
    pytest.importorskip("griffe")
    with parts.in_use():
        found = arguments(schema(Registry("hinted", scope="acme")))
    texts = {name: each["description"] for name, each in found.items() if "description" in each}
    assert texts == {
        "size": "size: int\n\nHow many units there are.\n\nOf these:\n\n- some are inside\n\n"
        "- others not.",
        "kind": "kind: Literal['a', 'b'] = 'a'\n\nWhich way.",
        "bias": "bias: bool | None = None",
        "rest": "rest = print",
    }


WITHOUT_GRIFFE = """
import json, sys
sys.modules["griffe"] = None
from registry_core import Registry
from registry_core.config import schema
print(json.dumps(schema(Registry("hinted", scope="acme"))))
"""


def test_without_griffe_it_has_these_alone(parts: Site) -> None:
    found = arguments(json.loads(python(WITHOUT_GRIFFE, folder=parts.folder)))
    assert found["size"]["description"] == "size: int"
    assert found["kind"]["description"] == "kind: Literal['a', 'b'] = 'a'"


def test_what_is_offered_refuses_nothing(parts: Site) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    with parts.in_use():
        found = arguments(schema(Registry("hinted", scope="acme"), recursive=True))
    assert found["kind"]["anyOf"][0]["enum"] == ["a", "b"]
    assert found["bias"]["anyOf"][0]["type"] == ["boolean", "null"]
    values: list[object] = ["a", "c", True, 3, None, [], {"type": "Dense"}]
    for each in found.values():
        offered = jsonschema.Draft202012Validator({"anyOf": each.get("anyOf", [{}])})
        assert all(map(offered.is_valid, values))
