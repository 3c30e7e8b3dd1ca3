"""Entries are loaded in other processes, and whatever they do there is survived and told."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from registry_core import Entry, Provider
from registry_core.doctor import LoadResult
from registry_core.doctor.load_check import load_check
from registry_core.keys import HOOKS, REGISTRIES
from registry_core.testing import Site

GROUP = "acme.model"
EXTRA = Provider("acme-extra", "0.1.0")
NET = Entry("Net", "acme_extra:Net", registry=GROUP, provider=EXTRA)
BLOCK = "block it with REGISTRY_CORE_BLOCK=acme-extra"
# Long enough for the slowest machine; only what never ends is given less.
LONG = 60.0
SHORT = 2.0

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such processes")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of temporary files, which has to be empty again."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def site(plugin_site: Site) -> Iterator[Site]:
    with plugin_site.in_use():
        yield plugin_site


def write(site: Site, source: str, module: str = "acme_extra") -> None:
    site.install("acme-extra", "", {f"{module}.py": source})


def tried(entry: Entry = NET, limit: float = LONG) -> LoadResult:
    (result,) = load_check([entry], limit=limit)
    return result


def tried_with(site: Site, source: str, limit: float = LONG) -> LoadResult:
    write(site, source)
    return tried(limit=limit)


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        # What was killed and nobody has waited for is dead, too.
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or ") Z" not in stat.read_text()
    return False


def becomes(condition: Callable[[], bool]) -> bool:
    """Whether it holds before a very long time has passed."""
    end = time.monotonic() + LONG
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_an_entry_that_loads_is_loaded_and_leaves_this_process_alone(site: Site) -> None:
    result = tried_with(site, "import time\ntime.sleep(0.2)\nclass Net: ...")
    assert result == LoadResult(NET, "loaded", "", "", result.seconds)
    assert result.seconds >= 0.2
    assert "acme_extra" not in sys.modules


@pytest.mark.parametrize(
    ("source", "reason", "fix"),
    [
        ("1 / 0", "importing 'acme_extra' raised ZeroDivisionError: division by zero", BLOCK),
        ("raise SystemExit(3)", "importing 'acme_extra' raised SystemExit: 3", BLOCK),
        ("raise KeyboardInterrupt", "loading it raised KeyboardInterrupt", "tell its authors"),
        (
            "class Own(BaseException): ...\nraise Own('\\x1b[2J')",
            "importing 'acme_extra' raised Own: \\x1b[2J",
            BLOCK,
        ),
        ("import no_such_lib", "No module named 'no_such_lib'", "install what provides the module"),
        ("input()", "importing 'acme_extra' raised EOFError: EOF when reading a line", BLOCK),
        ("", "the module 'acme_extra' has no attribute 'Net'", BLOCK),
        ("Net = 3", "a int cannot be called", BLOCK),
    ],
)
def test_a_failed_import_is_reported_with_its_remedy(
    site: Site, source: str, reason: str, fix: str
) -> None:
    result = tried_with(site, source)
    assert result.outcome == "raised"
    assert reason in result.reason
    assert fix in result.fix


@pytest.mark.parametrize("status", [0, 3])
def test_a_module_that_ends_the_process_has_ended_it(site: Site, status: int) -> None:
    result = tried_with(site, f"import os\nprint('so far')\nos._exit({status})")
    assert (result.outcome, result.fix) == ("ended", f"tell its authors, or {BLOCK}")
    assert result.reason == f"it ended the process with status {status}"


@posix
@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
        ("import os\nos.abort()", "SIGABRT"),
        ("import os, signal\nos.killpg(0, signal.SIGKILL)", "SIGKILL"),
    ],
)
def test_a_module_that_crashes_the_process_is_told_by_its_signal(
    site: Site, source: str, name: str
) -> None:
    result = tried_with(site, source)
    assert (result.outcome, result.reason) == ("crashed", f"the process was killed by {name}")
    assert (
        result.fix == f"see where with: python -X faulthandler -c 'import acme_extra', or {BLOCK}"
    )


def test_a_module_that_never_ends_is_killed_at_the_limit(site: Site) -> None:
    result = tried_with(site, "print('on')\nwhile True: pass", SHORT)
    assert (result.outcome, result.reason) == ("timed out", "it took longer than 2 s")
    assert result.fix == f"give it more time, or {BLOCK}"
    assert result.seconds >= SHORT


def test_what_no_distribution_provides_cannot_be_blocked(site: Site) -> None:
    write(site, "import os\nos._exit(3)")
    assert tried(NET._replace(provider=Provider("acme"))).fix == "tell its authors"


def test_a_live_object_is_loaded_already() -> None:
    entry = Entry("Net", lambda: None, registry=GROUP)
    assert tried(entry) == LoadResult(entry, "loaded", "", "", 0.0)


def test_endless_output_does_not_block(site: Site) -> None:
    source = """
        import sys
        for _ in range(160):
            print("x" * 65_536)
            print("y" * 65_536, file=sys.stderr)
        class Net: ...
    """
    assert tried_with(site, source).outcome == "loaded"
    write(site, "while True: print('z' * 65_536)")
    assert tried(limit=SHORT).outcome == "timed out"


@posix
def test_children_of_an_entry_are_killed_with_it(site: Site, tmp_path: Path) -> None:
    source = f"""
        import os, time
        pid = os.fork()
        if not pid:
            time.sleep(600)
        with open({str(tmp_path / "pid")!r}, "w") as file:
            file.write(str(pid))
        class Net: ...
    """
    result = tried_with(site, source)
    assert result.outcome == "loaded"
    pid = int((tmp_path / "pid").read_text())
    assert becomes(lambda: not is_alive(pid))


@posix
def test_a_child_that_left_the_process_group_does_not_block(site: Site, tmp_path: Path) -> None:
    source = f"""
        import os, time
        pid = os.fork()
        if not pid:
            os.setsid()
            time.sleep(600)
        with open({str(tmp_path / "pid")!r}, "w") as file:
            file.write(str(pid))
        time.sleep(0.2)
        class Net: ...
    """
    try:
        assert tried_with(site, source).outcome == "loaded"
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


@posix
def test_a_forked_copy_gives_no_answer(site: Site) -> None:
    source = """
        import os
        if os.fork():
            os.wait()
            os._exit(3)
        class Net: ...
    """
    assert tried_with(site, source).outcome == "ended"


def test_threads_that_are_left_are_not_waited_for(site: Site, tmp_path: Path) -> None:
    source = f"""
        import threading
        def outlive():
            threading.main_thread().join()
            open({str(tmp_path / "late")!r}, "w").close()
        threading.Thread(target=outlive).start()
        class Net: ...
    """
    assert tried_with(site, source).outcome == "loaded"
    assert not any(tmp_path.glob("late"))


@pytest.mark.parametrize(
    "source",
    [
        "import io, sys\nsys.stdout = io.StringIO()\nsys.stderr = None",
        "import sys\nsys.stdout.close()",
        "import os\nos.close(1)\nos.close(2)",
        "import sys\nsys.path.clear()",
        "import os\nos.environ.clear()\nos.chdir('/')",
        "import warnings\nwarnings.simplefilter('error')",
        "import logging\nlogging.disable()",
    ],
)
def test_a_module_that_breaks_its_process_hides_no_other_entry(site: Site, source: str) -> None:
    write(site, f"{source}\nclass Net: ...\nclass Other: ...")
    entries = [NET, NET._replace(name="Other", target="acme_extra:Other")]
    assert [result.outcome for result in load_check(entries, limit=LONG)] == ["loaded", "loaded"]


@posix
def test_a_deleted_working_directory_is_survived(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    for source in ("import os\nos.rmdir(os.getcwd())\nclass Net: ...", "class Net: ..."):
        assert tried_with(site, source).outcome == "loaded"


def test_the_process_has_our_path_our_folder_and_our_variables(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACME_KEPT", "ours")
    source = """
        import os, sys, zlib
        path = zlib.crc32(repr(sys.path).encode())
        raise ValueError([os.getcwd(), sys.argv, path, os.environ.get("ACME_KEPT")])
    """
    write(site, source)
    # A path may be longer than a message.
    path = zlib.crc32(repr(sys.path).encode())
    assert str([str(tmp_path), ["-c"], path, "ours"]) in tried().reason


def test_modules_that_lie_in_the_working_directory_are_not_taken_for_ours(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("registry_core", "json", "logging"):
        (tmp_path / f"{name}.py").write_text("raise ValueError('a stray module')")
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place])
    assert tried_with(site, "class Net: ...").outcome == "loaded"


FORGED = """
    import os
    for file in range(1, 64):
        try:
            os.write(file, {!r})
        except OSError:
            pass
    os._exit(0)
"""


@pytest.mark.parametrize(
    "forgery",
    [
        b"{",
        b"[" * 90_000,
        b"\xff",
        b"[]",
        b'{"reason": "loaded"}',
        b'{"reason": 3, "fix": "", "seconds": 1.0}',
        b'{"reason": "so", "fix": "", "seconds": NaN}',
        b'{"reason": "so", "fix": "", "seconds": -1.0}',
    ],
)
def test_what_a_plugin_writes_into_our_files_is_no_answer(site: Site, forgery: bytes) -> None:
    result = tried_with(site, FORGED.format(forgery + b"\n"))
    assert (result.outcome, result.reason) == ("ended", "it ended the process with status 0")


def test_a_forged_answer_cannot_reach_the_terminal(site: Site) -> None:
    forged = b'{"reason": "\\u001b[2J", "fix": "\\u0007", "seconds": 1.0}\n'
    result = tried_with(site, FORGED.format(forged))
    assert (result.reason, result.fix) == ("\\x1b[2J", "\\x07")


HOST = """
    from registry_core import Registry
    class Base: ...
    print("the host")
    MODEL = Registry("model", group="acme.model", scope="acme", base=Base)
    SMALL = Registry("model", parent=MODEL, scope="small", base=dict)
"""


def owned(site: Site, source: str = HOST) -> None:
    rows = {REGISTRIES: {GROUP: "acme_host:MODEL"}}
    site.install("acme", rows, {"acme_host.py": source})


def test_an_entry_of_an_owned_registry_must_be_of_the_base_of_its_scope(site: Site) -> None:
    owned(site)
    write(site, "import acme_host\nclass Net: ...\nclass Fit(acme_host.Base): ...\nNew = dict")
    fit = NET._replace(target="acme_extra:Fit")
    small = NET._replace(target="acme_extra:New", scope="small")
    entries = [
        NET,
        fit,
        fit._replace(scope="acme"),
        fit._replace(scope="found"),
        small,
        small._replace(scope="acme.small.found"),
        fit._replace(scope="small"),
    ]
    results = {result.entry: result for result in load_check(entries, limit=LONG, jobs=2)}
    outcomes = [results[entry].outcome for entry in entries]
    assert outcomes == ["raised", *["loaded"] * 5, "raised"]
    assert results[NET].reason == (
        "'Net' (acme-extra 0.1.0) does not fit the registry 'acme.model': "
        "<class 'acme_extra.Net'> is not acme_host.Base"
    )
    assert results[NET].fix == "derive it from acme_host.Base, or correct the target"


@pytest.mark.parametrize(
    "source", ["1 / 0", "MODEL = 3", "raise KeyboardInterrupt", "import os\nos._exit(3)"]
)
def test_a_plugin_is_not_blamed_for_a_failing_framework(site: Site, source: str) -> None:
    owned(site, source)
    write(site, "class Net: ...")
    results = list(load_check([NET, NET], limit=LONG))
    assert [result.outcome for result in results] == ["loaded", "loaded"]


def test_a_plugin_that_ends_the_process_after_its_owner_is_tried_once(
    site: Site, tmp_path: Path
) -> None:
    owned(site)
    log = str(tmp_path / "log")
    result = tried_with(site, f"open({log!r}, 'a').write('x')\nimport os\nos._exit(3)")
    assert result.outcome == "ended"
    assert Path(log).read_text() == "x"


def test_the_object_that_owns_a_registry_must_be_a_registry(site: Site) -> None:
    write(site, HOST + "    Net = dict")
    entry = Entry(GROUP, "acme_extra:MODEL", registry=REGISTRIES, provider=EXTRA)
    assert tried(entry).outcome == "loaded"
    result = tried(entry._replace(target="acme_extra:Net"))
    assert result[1:4] == ("raised", "it must be a Registry, but is type", "correct its target")


HOOK = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries(registry):
        if registry != "acme.model":
            raise OSError(registry)
        yield Entry("Net", "nowhere")
"""


def test_a_hook_module_is_asked_for_the_entries_of_the_registry_that_it_serves(site: Site) -> None:
    write(site, HOOK)
    entry = Entry(GROUP, "acme_extra", registry=HOOKS, provider=EXTRA)
    results = [
        tried(entry),
        tried(entry._replace(name="acme.other")),
        tried(entry._replace(target="acme_none")),
    ]
    assert [(result.outcome, result.reason) for result in results] == [
        ("loaded", ""),
        ("raised", "the hook registry_core_entries failed: OSError: acme.other"),
        (
            "raised",
            "the hook module failed: importing 'acme_none' raised ModuleNotFoundError: "
            "No module named 'acme_none'",
        ),
    ]


def test_bound_arguments_must_fit_unless_json_cannot_hold_them(site: Site) -> None:
    write(site, "def Net(depth): ...\nclass Odd:\n    __signature__ = 3")
    fits = NET._replace(kwargs={"depth": [1, {"a": None}]})
    wrong = NET._replace(kwargs={"width": 1})
    unheld = NET._replace(kwargs={"width": object()})
    odd = NET._replace(target="acme_extra:Odd", kwargs={"width": 1})
    results = {
        result.entry: result for result in load_check([fits, wrong, unheld, odd], limit=LONG)
    }
    assert results[wrong][1:4] == (
        "raised",
        "what it binds does not fit its target: got an unexpected keyword argument 'width'",
        "correct the bound arguments",
    )
    assert {results[entry].outcome for entry in (fits, unheld, odd)} == {"loaded"}


def test_modules_are_loaded_in_parallel_processes(site: Site, tmp_path: Path) -> None:
    source = f"""
        import os, time
        here = {str(tmp_path)!r}
        open(os.path.join(here, f"{{os.getpid()}}.began"), "w").close()
        # Two are to be at it together: neither ends before the other has begun.
        end = time.monotonic() + {LONG}
        while len([name for name in os.listdir(here) if "began" in name]) < 2:
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.01)
        class Net: ...
    """
    modules = [f"acme_extra{number}" for number in range(4)]
    for module in modules:
        write(site, source, module)
    entries = [NET._replace(name=name, target=f"{name}:Net") for name in modules]
    # Two entries of one module share its process.
    entries.append(entries[0]._replace(name="Again"))
    results = list(load_check(iter(entries), jobs=2))
    assert sorted(result.entry.name for result in results) == sorted(each.name for each in entries)
    assert {result.outcome for result in results} == {"loaded"}
    assert len(list(tmp_path.glob("*.began"))) == len(modules)


ONE_ENDS = """
    import os
    open({!r}, "a").write("x")
    def __getattr__(name):
        if name == "Ends":
            os._exit(3)
        if name == "Endless":
            while True: pass
        if name == "Raises":
            raise OSError("no GPU")
        return dict
"""


def test_a_process_that_ends_at_one_entry_costs_no_other_of_its_module(
    site: Site, tmp_path: Path
) -> None:
    write(site, ONE_ENDS.format(str(tmp_path / "log")))
    names = ("First", "Ends", "Raises", "Endless", "Last")
    entries = [NET._replace(name=name, target=f"acme_extra:{name}") for name in names]
    outcomes = {result.entry.name: result.outcome for result in load_check(entries, limit=SHORT)}
    expected = ("loaded", "ended", "raised", "timed out", "loaded")
    assert outcomes == dict(zip(names, expected, strict=True))
    # One process more for each that ended.
    assert (tmp_path / "log").read_text() == "xxx"


@pytest.mark.parametrize(
    ("source", "outcome"), [("import os\nos._exit(3)", "ended"), ("while True: pass", "timed out")]
)
def test_a_module_that_ends_the_process_when_imported_is_imported_once_for_all_its_entries(
    site: Site, tmp_path: Path, source: str, outcome: str
) -> None:
    log = str(tmp_path / "log")
    write(site, f"open({log!r}, 'a').write('x')\n{source}")
    entries = [NET._replace(name=f"Net{number}") for number in range(3)]
    results = list(load_check(entries, limit=SHORT))
    assert [result.outcome for result in results] == [outcome] * 3
    assert Path(log).read_text() == "x"


def test_no_entries_need_no_process_and_an_iterable_that_raises_passes_it_on(site: Site) -> None:
    assert list(load_check([])) == []
    write(site, "import time\ntime.sleep(600)")

    def entries() -> Iterator[Entry]:
        yield NET
        raise LookupError

    with pytest.raises(LookupError):
        list(load_check(entries(), jobs=2))


FOREVER = """
    import os, time
    with open({!r}, "w") as file:
        file.write(str(os.getpid()))
    os.rename(file.name, file.name + ".whole")
    time.sleep(600)
"""


@posix
def test_closing_the_generator_kills_running_processes(site: Site, tmp_path: Path) -> None:
    write(site, FOREVER.format(str(tmp_path / "pid")), "acme_forever")
    write(site, "class Net: ...")
    whole = tmp_path / "pid.whole"

    results = load_check([NET._replace(target="acme_forever:Net"), NET], jobs=2)
    assert next(results).entry == NET
    assert becomes(whole.exists)
    assert is_alive(int(whole.read_text()))
    results.close()
    assert not is_alive(int(whole.read_text()))


WAITING = """
import sys
from registry_core import Entry
from registry_core.doctor.load_check import load_check
sys.path.insert(0, {!r})
try:
    list(load_check([Entry("Net", "acme_extra:Net")], limit={}))
except KeyboardInterrupt:
    print("interrupted")
"""


@posix
@pytest.mark.parametrize(("number", "limit"), [(signal.SIGINT, LONG), (signal.SIGKILL, SHORT)])
@pytest.mark.usefixtures("interruptible")
def test_a_load_process_ends_with_its_parent(
    site: Site, tmp_path: Path, number: int, limit: float
) -> None:
    write(site, FOREVER.format(str(tmp_path / "pid")))
    whole = tmp_path / "pid.whole"
    code = WAITING.format(str(site.folder), limit)
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as waiting:
        assert becomes(whole.exists)
        waiting.send_signal(number)
        said, _ = waiting.communicate(timeout=LONG)
    assert said == ("interrupted\n" if number == signal.SIGINT else "")
    assert becomes(lambda: not is_alive(int(whole.read_text())))
