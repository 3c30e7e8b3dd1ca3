"""What runs in the fresh process of a case: ``python tests/faults RESULT [AREA NUMBER]``."""

import json
import signal
import sys
import warnings
from importlib import import_module
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

from faults.case import visit  # noqa: E402 - now it is on the path
from faults.host import Host  # noqa: E402 - the same


def main(result: str, area: str = "", number: str = "0") -> None:
    """Let the host of a case do what it does, or the usual, and write down what it was told."""
    # Also where the tests run in the background, which has SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    host = Host()
    does = import_module(f"faults.{area}").CASES[int(number)].host if area else visit
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        does(host)
    host.told += [("warning", str(warning.message)) for warning in caught]
    Path(result).write_text(json.dumps(host.told), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
