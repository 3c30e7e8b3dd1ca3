"""Entries are tried in processes of their own, and whatever they do there is survived and told."""

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
from threading import active_count

import pytest

from registry_core import Entry, Provider
from registry_core.doctor.trials import Trial, try_entries
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


def tried(entry: Entry = NET, limit: float = LONG) -> Trial:
    (trial,) = try_entries([entry], limit=limit)
    return trial


def tried_with(site: Site, source: str, limit: float = LONG) -> Trial:
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
    trial = tried_with(site, "import time\ntime.sleep(0.2)\nclass Net: ...")
    assert trial == Trial(NET, "loaded", "", "", trial.seconds, ())
    assert trial.seconds >= 0.2
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
def test_whatever_a_module_raises_is_told_with_what_to_do(
    site: Site, source: str, reason: str, fix: str
) -> None:
    trial = tried_with(site, source)
    assert trial.outcome == "raised"
    assert reason in trial.reason
    assert fix in trial.fix


@pytest.mark.parametrize("status", [0, 3])
def test_a_module_that_ends_the_process_has_ended_it(site: Site, status: int) -> None:
    trial = tried_with(site, f"import os\nprint('so far')\nos._exit({status})")
    assert (trial.outcome, trial.fix) == ("ended", f"tell its authors, or {BLOCK}")
    assert trial.reason == f"it ended the process with status {status}"
    assert trial.effects == ("it prints 'so far' to stdout",)


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
    trial = tried_with(site, source)
    assert (trial.outcome, trial.reason) == ("crashed", f"the process was killed by {name}")
    assert trial.fix == f"see where with: python -X faulthandler -c 'import acme_extra', or {BLOCK}"


def test_a_module_that_never_ends_is_killed_at_the_limit(site: Site) -> None:
    trial = tried_with(site, "print('on')\nwhile True: pass", SHORT)
    assert (trial.outcome, trial.reason) == ("timed out", "it took longer than 2 s")
    assert trial.fix == f"give it more time, or {BLOCK}"
    assert trial.seconds >= SHORT
    assert trial.effects == ("it prints 'on' to stdout",)


def test_what_no_distribution_provides_cannot_be_blocked(site: Site) -> None:
    write(site, "import os\nos._exit(3)")
    assert tried(NET._replace(provider=Provider("acme"))).fix == "tell its authors"


def test_a_live_object_is_loaded_already() -> None:
    entry = Entry("Net", lambda: None, registry=GROUP)
    assert tried(entry) == Trial(entry, "loaded", "", "", 0.0, ())


def test_prints_without_end_neither_block_nor_fill_memory(site: Site) -> None:
    before = max_memory()
    source = """
        import sys
        for _ in range(160):
            print("x" * 65_536)
            print("y" * 65_536, file=sys.stderr)
        class Net: ...
    """
    trial = tried_with(site, source)
    assert trial.outcome == "loaded"
    assert trial.effects == tuple(
        f"it prints '{letter * 60}'... to {name}"
        for letter, name in (("x", "stdout"), ("y", "stderr"))
    )
    write(site, "while True: print('z' * 65_536)")
    assert tried(limit=SHORT).outcome == "timed out"
    # What is kept of twenty megabytes, and of many more.
    assert max_memory() - before < 10 * 2**20


def max_memory() -> int:
    """Bytes that this process has taken at most; 0 where nobody tells."""
    if sys.platform != "linux":
        return 0
    import resource

    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@posix
def test_what_an_entry_starts_is_killed_with_it_and_its_open_pipes_hold_nobody_up(
    site: Site, tmp_path: Path
) -> None:
    source = f"""
        import os, time
        pid = os.fork()
        if not pid:
            time.sleep(600)
        with open({str(tmp_path / "pid")!r}, "w") as file:
            file.write(str(pid))
        class Net: ...
    """
    trial = tried_with(site, source)
    assert trial.outcome == "loaded"
    assert trial.effects == ("it leaves a process running",)
    pid = int((tmp_path / "pid").read_text())
    assert becomes(lambda: not is_alive(pid))


@posix
def test_a_process_that_has_left_the_group_holds_nobody_up_either(
    site: Site, tmp_path: Path
) -> None:
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
    threads = active_count()
    try:
        assert tried_with(site, source).outcome == "loaded"
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert becomes(lambda: active_count() == threads)


@posix
def test_what_comes_of_a_fork_is_not_what_came_of_the_module(site: Site) -> None:
    source = """
        import os
        if os.fork():
            os.wait()
            os._exit(3)
        print("forked")
        class Net: ...
    """
    trial = tried_with(site, source)
    assert (trial.outcome, trial.effects) == ("ended", ("it prints 'forked' to stdout",))


def test_threads_that_are_left_are_told_and_not_waited_for(site: Site, tmp_path: Path) -> None:
    source = """
        import threading
        def outlive():
            threading.main_thread().join()
            open({!r}, "w").close()
        for _ in range({}):
            threading.Thread(target=outlive).start()
        class Net: ...
    """
    for number, words in (1, "1 thread"), (2, "2 threads"):
        # Python tells two sources of one second apart by their lengths, if it has compiled one.
        late = tmp_path / ("late" * number)
        trial = tried_with(site, source.format(str(late), number))
        assert (trial.outcome, trial.effects) == ("loaded", (f"it leaves {words} running",))
    assert not any(tmp_path.glob("late*"))


@pytest.mark.parametrize(
    ("source", "effects"),
    [
        ("print('\\n hello\\x1b \\n more')", ["it prints 'hello\\x1b' to stdout"]),
        ("print()", ["it prints '\\n' to stdout"]),
        ("import os\nos.write(2, b'\\xff')", ["it prints '\ufffd' to stderr"]),
        ("import os\nos.chdir('/')", ["it changes the working directory"]),
        ("import sys\nsys.path.append('/x')", ["it adds '/x' to sys.path"]),
        ("import sys\nsys.path.remove(FOLDER)", ["it takes FOLDER from sys.path"]),
        (
            "import os\nos.environ['ACME\\x1b'] = os.environ['ACME_SET'] = '1'",
            [
                "it sets the environment variable ACME\\x1b",
                "it sets the environment variable ACME_SET",
            ],
        ),
        (
            "import os\ndel os.environ['ACME_KEPT']",
            ["it removes the environment variable ACME_KEPT"],
        ),
        ("import warnings\nwarnings.simplefilter('error')", ["it adds a warnings filter"]),
        ("import warnings\nwarnings.resetwarnings()", ["it changes the warnings filters"]),
        (
            "import logging\nlogging.basicConfig(level=10)",
            ["it adds a handler to the root logger", "it sets the level of the root logger"],
        ),
        (
            "import io, sys\nsys.stdout = io.StringIO()\nprint('unheard')\nsys.stderr = None",
            ["it replaces sys.stdout", "it replaces sys.stderr"],
        ),
        (
            "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer)\nprint('late')",
            ["it prints 'late' to stdout", "it replaces sys.stdout"],
        ),
        ("import sys\nsys.stdout.close()", ["it closes stdout"]),
        ("import os\nos.close(1)\nos.close(2)", ["it closes stdout", "it closes stderr"]),
        (
            "import sys\nsys.path += [str(number) for number in range(90)]",
            [
                *(f"it adds '{number}' to sys.path" for number in range(20)),
                "it has 70 more effects",
            ],
        ),
        (
            "import sys\nclass Odd:\n    def __str__(self): raise OSError\nsys.path.append(Odd())",
            ["it leaves the interpreter in a state that cannot be read"],
        ),
    ],
)
def test_what_an_import_does_besides_is_told(
    site: Site, source: str, effects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_KEPT", "1")
    folder = repr(str(site.folder))
    trial = tried_with(site, source.replace("FOLDER", folder) + "\nclass Net: ...")
    assert trial.outcome == "loaded"
    assert list(trial.effects) == [effect.replace("FOLDER", folder) for effect in effects]


def test_what_a_module_did_before_it_raised_is_told_too(site: Site) -> None:
    trial = tried_with(site, "import os\nprint('so far')\nos.environ['ACME'] = '1'\n1 / 0")
    assert trial.outcome == "raised"
    assert trial.effects == (
        "it prints 'so far' to stdout",
        "it sets the environment variable ACME",
    )


@posix
def test_a_deleted_working_directory_is_survived_and_told(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    trial = tried_with(site, "import os\nos.rmdir(os.getcwd())\nclass Net: ...")
    assert (trial.outcome, trial.effects) == ("loaded", ("it deletes the working directory",))
    assert tried_with(site, "class Net: ...").effects == ()


def test_the_process_has_our_path_our_folder_and_the_variables_that_are_given(
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
    for variables, seen in (None, "ours"), ({"ACME_KEPT": "theirs"}, "theirs"):
        # Without this, Windows starts nothing.
        needed = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        given = None if variables is None else variables | needed
        (trial,) = try_entries([NET], limit=LONG, variables=given)
        assert str([str(tmp_path), ["-c"], path, seen]) in trial.reason


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
    file = open("/proc/self/cmdline").read().split("\\0")[-2]
    {}
    os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the forger reads /proc")
@pytest.mark.parametrize(
    "forgery",
    [
        "open(file, 'w').write('{')",
        "open(file, 'w').write('[' * 90_000)",
        "open(file, 'wb').write(b'\\xff')",
        "open(file, 'w').write('[]')",
        "open(file, 'w').write('{\"outcome\": \"loaded\"}')",
        "open(file, 'w').write(FULL.replace('loaded', 'timed out'))",
        "open(file, 'w').write(FULL.replace('1.0', 'NaN'))",
        "open(file, 'w').write(FULL.replace('[]', '[1]'))",
        "open(file, 'w').write(FULL.replace('so\\x22', 's' * 100_000 + '\\x22'))",
        "os.mkfifo(file)",
        "os.symlink('/dev/zero', file)",
        "os.mkdir(file)",
    ],
)
def test_a_result_that_is_none_counts_as_none(site: Site, forgery: str) -> None:
    full = '{"outcome": "loaded", "reason": "so", "fix": "", "seconds": 1.0, "effects": []}'
    trial = tried_with(site, FORGED.format(f"FULL = {full!r}; {forgery}"))
    assert (trial.outcome, trial.reason) == ("ended", "it ended the process with status 0")


@pytest.mark.skipif(sys.platform != "linux", reason="the forger reads /proc")
def test_a_forged_result_cannot_reach_the_terminal(site: Site) -> None:
    forged = (
        '{"outcome": "raised", "reason": "\\\\u001b[2J", "fix": "\\\\u0007", "seconds": 1.0, '
        '"effects": ["\\\\u001b"]}'
    )
    trial = tried_with(site, FORGED.format(f"open(file, 'w').write('{forged}')"))
    assert (trial.reason, trial.fix, trial.effects) == ("\\x1b[2J", "\\x07", ("\\x1b",))


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
    trials = {trial.entry: trial for trial in try_entries(entries, limit=LONG, jobs=2)}
    outcomes = [trials[entry].outcome for entry in entries]
    assert outcomes == ["raised", *["loaded"] * 5, "raised"]
    assert trials[NET].reason == (
        "'Net' (acme-extra 0.1.0) does not fit the registry 'acme.model': "
        "<class 'acme_extra.Net'> is not acme_host.Base"
    )
    assert trials[NET].fix == "correct its target"
    assert {trial.effects for trial in trials.values()} == {()}


@pytest.mark.parametrize(
    "source", ["1 / 0", "MODEL = 3", "raise KeyboardInterrupt", "import os\nos._exit(3)"]
)
def test_an_owner_that_fails_is_not_its_plugins_fault(site: Site, source: str) -> None:
    owned(site, source)
    write(site, "class Net: ...")
    trials = list(try_entries([NET, NET], limit=LONG))
    assert [trial.outcome for trial in trials] == ["loaded", "loaded"]


def test_a_plugin_that_ends_the_process_after_its_owner_is_tried_once(
    site: Site, tmp_path: Path
) -> None:
    owned(site)
    log = str(tmp_path / "log")
    trial = tried_with(site, f"open({log!r}, 'a').write('x')\nimport os\nos._exit(3)")
    assert trial.outcome == "ended"
    assert Path(log).read_text() == "x"


def test_what_owns_a_registry_must_be_one(site: Site) -> None:
    write(site, HOST + "    Net = dict")
    entry = Entry(GROUP, "acme_extra:MODEL", registry=REGISTRIES, provider=EXTRA)
    assert tried(entry).outcome == "loaded"
    trial = tried(entry._replace(target="acme_extra:Net"))
    assert trial[1:4] == ("raised", "a type is no Registry", "correct its target")


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
    trials = [
        tried(entry),
        tried(entry._replace(name="acme.other")),
        tried(entry._replace(target="acme_none")),
    ]
    assert [(trial.outcome, trial.reason, trial.effects) for trial in trials] == [
        ("loaded", "", ()),
        ("raised", "the hook registry_core_entries failed: OSError: acme.other", ()),
        (
            "raised",
            "the hook module failed: importing 'acme_none' raised ModuleNotFoundError: "
            "No module named 'acme_none'",
            (),
        ),
    ]


def test_bound_arguments_must_fit_unless_json_cannot_hold_them(site: Site) -> None:
    write(site, "def Net(depth): ...\nclass Odd:\n    __signature__ = 3")
    fits = NET._replace(kwargs={"depth": [1, {"a": None}]})
    wrong = NET._replace(kwargs={"width": 1})
    unheld = NET._replace(kwargs={"width": object()})
    odd = NET._replace(target="acme_extra:Odd", kwargs={"width": 1})
    trials = {trial.entry: trial for trial in try_entries([fits, wrong, unheld, odd], limit=LONG)}
    assert trials[wrong][1:4] == (
        "raised",
        "what it binds does not fit its target: got an unexpected keyword argument 'width'",
        "correct the bound arguments",
    )
    assert {trials[entry].outcome for entry in (fits, unheld, odd)} == {"loaded"}


def test_many_entries_are_tried_some_at_once_and_each_in_a_process_of_its_own(
    site: Site, tmp_path: Path
) -> None:
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
    write(site, source)
    entries = [NET._replace(name=f"Net{number}") for number in range(5)]
    trials = list(try_entries(iter(entries), jobs=2))
    assert sorted(trial.entry.name for trial in trials) == [entry.name for entry in entries]
    assert {trial.outcome for trial in trials} == {"loaded"}
    assert len(list(tmp_path.glob("*.began"))) == 5


def test_no_entries_are_tried_in_no_time_and_a_bad_iterable_is_the_callers(site: Site) -> None:
    assert list(try_entries([])) == []
    write(site, "import time\ntime.sleep(600)")

    def entries() -> Iterator[Entry]:
        yield NET
        raise LookupError

    with pytest.raises(LookupError):
        list(try_entries(entries(), jobs=2))


FOREVER = """
    import os, time
    with open({!r}, "w") as file:
        file.write(str(os.getpid()))
    os.rename(file.name, file.name + ".whole")
    time.sleep(600)
"""


@posix
def test_closing_early_kills_what_still_runs(site: Site, tmp_path: Path, temporary: Path) -> None:
    write(site, FOREVER.format(str(tmp_path / "pid")), "acme_forever")
    write(site, "class Net: ...")
    whole = tmp_path / "pid.whole"

    def entries() -> Iterator[Entry]:
        yield NET._replace(target="acme_forever:Net")
        assert becomes(whole.exists)
        yield NET

    trials = try_entries(entries(), jobs=2)
    assert next(trials).entry == NET
    assert is_alive(int(whole.read_text()))
    assert list(temporary.iterdir())
    trials.close()
    assert not is_alive(int(whole.read_text()))


WAITING = """
import sys
from registry_core import Entry
from registry_core.doctor.trials import try_entries
sys.path.insert(0, {!r})
try:
    list(try_entries([Entry("Net", "acme_extra:Net")], limit={}))
except KeyboardInterrupt:
    print("interrupted")
"""


@posix
@pytest.mark.parametrize(("number", "limit"), [(signal.SIGINT, LONG), (signal.SIGKILL, SHORT)])
@pytest.mark.usefixtures("interruptible")
def test_the_process_does_not_outlive_the_one_that_waits_for_it(
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
