"""Why a name is missing in this very process: it is a worker of another."""

from __future__ import annotations

import pickle
import sys
from typing import TYPE_CHECKING

import pytest
from fresh_process import python, run_python

from registry_core import EntryNotFound

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import multiprocessing
from registry_core import EntryNotFound, Registry
R = Registry("oven", group="oven.pan", scope="oven")
def ask(key):
    try:
        return str(R[key])
    except EntryNotFound as error:
        return error.hints
if __name__ == "__main__":
    class Wok: ...
    R.register_module(module=Wok)
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        print(*pool.map(ask, ["Wok", "Lad" + "le"]), sep="\\n")
"""


def test_a_worker_says_that_the_program_registers_a_name_where_no_worker_does(
    tmp_path: Path,
) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM.format(method="spawn"))
    finished = run_python(str(file))
    assert finished.stderr == ""
    wok, ladle = finished.stdout.splitlines()
    assert f"{file} names it, but a worker process does not execute what stands under" in wok
    assert ladle == "()"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_a_worker_that_was_forked_has_the_name(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM.format(method="fork"))
    wok, ladle = run_python(str(file)).stdout.splitlines()
    assert (wok.startswith("<class"), ladle) == (True, "()")


def test_a_registry_from_the_program_of_another_process_says_so() -> None:
    code = """
import pickle, sys
from registry_core import Registry
R = Registry("oven", group="oven.lid", scope="oven")
@R.register_module()
class Wok: ...
sys.stdout.write(pickle.dumps(R).hex())
"""
    registry = pickle.loads(bytes.fromhex(python(code)))
    with pytest.raises(EntryNotFound) as raised:
        registry["Wok"]
    assert raised.value.hints == (
        "this registry was made by the program of another process, and what that registered is not "
        "here: register it in a module, which this process can import",
    )


@pytest.mark.parametrize(
    "made",
    ["R = {}", "class R:\n    R = {}", "R = [{}]", "def R(): return {}"],
)
def test_a_registry_of_this_program_says_nothing_of_other_processes(made: str) -> None:
    made = made.replace("{}", 'Registry("oven", group="oven.pan", scope="oven")')
    code = f"""
from registry_core import EntryNotFound, Registry
{made}
R = getattr(R, "R", R[0] if isinstance(R, list) else R)
try:
    (R if isinstance(R, Registry) else R())["Wok"]
except EntryNotFound as error:
    print(error.hints)
"""
    assert python(code) == "()"
