"""Where live objects stand in their files."""

from __future__ import annotations

import argparse
import dataclasses
import decimal
import inspect
import logging
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

import pytest

from registry_core.signature.live import of_object


class Outer:
    @dataclasses.dataclass
    class Inner:
        size: int = 0


if TYPE_CHECKING:

    class Twice: ...

else:

    class Twice: ...


def made_here() -> type:
    class Local: ...

    return Local


@pytest.mark.parametrize("module", [argparse, dataclasses, decimal, logging])
def test_what_a_module_defines_stands_where_inspect_finds_it(module: ModuleType) -> None:
    own = [each for each in vars(module).values() if isinstance(each, type | FunctionType)]
    plain = [each for each in own if not hasattr(each, "__wrapped__")]
    for each in plain:
        place: tuple[str | None, int | None]
        try:
            place = inspect.getsourcefile(each), inspect.getsourcelines(each)[1]
        except (OSError, TypeError):
            place = None, None
        signature = of_object(each)
        assert (signature.file, signature.line) == place, each


@pytest.mark.parametrize("kind", [Outer, Outer.Inner, made_here(), Twice])
def test_a_class_within_others_stands_where_it_begins(kind: type) -> None:
    signature = of_object(kind)
    assert signature.file == __file__
    assert signature.line == inspect.getsourcelines(kind)[1]
