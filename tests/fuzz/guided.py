"""One process that fuzzes one target, led by what its inputs reach in the core."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

if __name__ == "__main__":
    # By name: it is in the fuzzer's own environment alone, and has no types.
    atheris: Any = import_module("atheris")
    with atheris.instrument_imports(include=["registry_core"]):
        from fuzz.judging import get_ready
        from fuzz.targets import TARGETS

        get_ready()
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name].check)
    atheris.Fuzz()
