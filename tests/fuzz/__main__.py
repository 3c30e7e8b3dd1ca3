"""Fuzzes the core for a bounded time: each target in a process of its own, one after another."""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
# What finds the package, here and in the processes that are started.
sys.path[0] = str(HERE.parent)

from fuzz.targets import CORPUS, TARGETS  # noqa: E402 - found by what stands above

# Seconds for one input, and megabytes for the process: an input that takes more is a fault.
_SLOWEST = 30
_LARGEST = 1_500
_WRITTEN = re.compile(r"Test unit written to (.+)$", re.MULTILINE)
_FOUND = "=== Uncaught Python exception: ==="


def main() -> int:
    """Fuzz the targets, or put one file to its target again.

    Returns:
        The exit status: 1 where an input failed, which is then shown and kept as a file.
    """
    parser = argparse.ArgumentParser(prog="python tests/fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="target", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=60, help="for each target; 60 by default")
    parser.add_argument("--repeat", type=Path, metavar="FILE", help="one input, without atheris")
    parser.add_argument(
        "--folder",
        type=Path,
        default=HERE.parents[1] / ".nox" / ".cache" / "fuzz",
        help="keeps what inputs have reached, for the next run, and those that failed",
    )
    options = parser.parse_args()
    names: list[str] = options.targets or [*TARGETS]
    if unknown := [name for name in names if name not in TARGETS]:
        parser.error(f"no target is named {unknown[0]!r}; there are {', '.join(TARGETS)}")
    if options.repeat is not None:
        if len(names) != 1:
            parser.error("--repeat needs the one target whose input the file is")
        TARGETS[names[0]].check(options.repeat.read_bytes())
        print("nothing failed")
        return 0
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed; tests/fuzz/test_properties.py does without")
    # All are run: one failure must not hide another.
    failed = [_fuzzed(name, options.seconds, options.folder.resolve()) for name in names]
    return 1 if any(failed) else 0


def _fuzzed(name: str, seconds: int, folder: Path) -> bool:
    """Fuzz one target; whether an input failed."""
    reached, failures = folder / "reached" / name, folder / "failed" / name
    for each in (reached, failures):
        each.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        # Without the folder that this was called from: the core to fuzz may be another.
        "-P",
        "-m",
        "fuzz.guided",
        name,
        f"-max_total_time={seconds}",
        f"-timeout={_SLOWEST}",
        f"-rss_limit_mb={_LARGEST}",
        f"-max_len={TARGETS[name].longest}",
        f"-dict={CORPUS / name}.dict",
        f"-artifact_prefix={failures}{os.sep}",
        "-print_final_stats=1",
        # New inputs are kept in the first of these.
        str(reached),
        str(CORPUS / name),
    ]
    log = folder / f"{name}.log"
    print(f"{name}: {seconds} s", end=" ... ", flush=True)
    # Killed at its end as at any failure, the process cannot remove what it has written.
    with TemporaryDirectory(prefix="registry-core-fuzz-") as temporary, log.open("wb") as output:
        paths = [str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        variables = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": temporary}
        status = subprocess.run(
            command, env=variables, stdout=output, stderr=subprocess.STDOUT, check=False
        ).returncode
    text = log.read_text(encoding="utf-8", errors="replace")
    if status == 0:
        print(_summary(text))
        return False
    print(f"failed\n{_reason(text)}")
    for file in map(Path, _WRITTEN.findall(text)):
        again = [sys.executable, str(HERE), "--repeat", str(file), name]
        print(f"the input is {file.read_bytes()!r}\nrepeat it with: {shlex.join(again)}")
    print(f"all that was printed is in {log}", flush=True)
    return True


def _summary(text: str) -> str:
    """How many inputs there were, and how many of them reached something new."""
    figures = dict(
        line.removeprefix("stat::").split(":", 1)
        for line in text.splitlines()
        if line.startswith("stat::")
    )
    runs, new = (
        figures.get(key, "?").strip() for key in ("number_of_executed_units", "new_units_added")
    )
    return f"{runs} inputs, of which {new} reached something new"


def _reason(text: str) -> str:
    """The traceback; where a time or memory limit ended it, the last lines."""
    _, found, rest = text.partition(_FOUND)
    return rest.partition("\n==")[0].strip() if found else "\n".join(text.splitlines()[-30:])


if __name__ == "__main__":
    sys.exit(main())
