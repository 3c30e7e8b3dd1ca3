"""Plans that are held to a lock, on another process with another environment too."""

from __future__ import annotations

import pickle
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from registry_core import ConfigError, LockMismatch, Registry
from registry_core.cli import main
from registry_core.config.lockfile import locked

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site

CONFIG = {"type": "Wheel", "size": 2}
WORKER = """
import pickle, sys
data = open(sys.argv[1], "rb").read()
plan = pickle.loads(data)
for _ in range(2):
    try:
        print(plan()["size"])
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
print("locked_wheels" in sys.modules)
"""


@pytest.fixture
def lock(plugin_site: Site, tmp_path: Path) -> Path:
    rows = {
        "registry_core.locked_parts": {"Wheel": "locked_wheels:wheel"},
        "registry_core.registries": {"registry_core.locked_parts": "locked_owner:PARTS"},
    }
    modules = {
        "locked_wheels.py": "def wheel(size, of=None): return {'size': size}",
        "locked_owner.py": """
            from registry_core import Registry
            PARTS = Registry("locked_parts", scope="locked")
        """,
    }
    plugin_site.install("wheels", rows, modules, version="1.0")
    file, lock = tmp_path / "wheel.json", tmp_path / "wheel.lock"
    file.write_text('{"_registry_": "locked_parts", "type": "Wheel", "size": 2}')
    with plugin_site.in_use():
        assert main(["lock", str(file), "-o", str(lock)]) == 0
    return lock


def planned(site: Site, lock: Path, cfg: Any = CONFIG) -> Any:
    with site.in_use():
        parts: Registry[Any] = Registry("locked_parts", scope="locked")
        plan = parts.plan(cfg, lock=lock)
        assert plan() == {"size": 2}
        return plan


def on_worker(site: Site, plan: Any, folder: Path) -> list[str]:
    data = folder / "plan.pickle"
    data.write_bytes(plan if isinstance(plan, bytes) else pickle.dumps(plan))
    ended = subprocess.run(
        [sys.executable, "-c", WORKER, str(data)],
        env={"PYTHONPATH": str(site.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.splitlines()


def test_a_worker_with_the_same_builds(plugin_site: Site, lock: Path, tmp_path: Path) -> None:
    plan = planned(plugin_site, lock)
    assert on_worker(plugin_site, plan, tmp_path) == ["2", "2", "True"]


def test_a_worker_with_another_version_or_file_refuses_and_imports_nothing(
    plugin_site: Site, lock: Path, tmp_path: Path
) -> None:
    plan = planned(plugin_site, lock)
    file = plugin_site.folder / "locked_wheels.py"
    file.write_text(file.read_text().replace("size}", "size }"))
    *told, is_imported = on_worker(plugin_site, plan, tmp_path)
    assert (
        told
        == [
            f"LockMismatch: what is installed in {sys.prefix} is not what was locked: 'Wheel' in "
            "'registry_core.locked_parts': the content of locked_wheels.py has changed (wheels 1.0)"
            "; install there what the lock says, or lock again"
        ]
        * 2
    )
    assert is_imported == "False"


def test_what_was_imported_before_an_upgrade_is_what_would_run(
    plugin_site: Site, lock: Path
) -> None:
    with plugin_site.in_use() as environment:
        parts: Registry[Any] = Registry("locked_parts", scope="locked")
        assert parts.build(CONFIG) == {"size": 2}
        (folder,) = plugin_site.folder.glob("wheels-1.0.dist-info")
        plugin_site.install("wheels", (folder / "entry_points.txt").read_text(), version="2.0")
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        environment.refresh()
        lock.write_text(lock.read_text().replace('"version": "1.0"', '"version": "2.0"'))
        with pytest.raises(LockMismatch) as raised:
            parts.plan(CONFIG, lock=lock)
    assert raised.value.differences[0].endswith(
        "it was of wheels 2.0, and is of wheels 1.0, which was imported before the upgrade: "
        "restart the program"
    )


def test_a_plan_is_refused_where_it_is_made(plugin_site: Site, lock: Path) -> None:
    (plugin_site.folder / "locked_wheels.py").write_text("def wheel(size): return {'size': 2}")
    with pytest.raises(LockMismatch, match="the content of locked_wheels.py has changed") as raised:
        planned(plugin_site, lock)
    assert len(raised.value.differences) == 1


def test_a_byte_is_missed_before_what_the_config_holds_is_imported(
    plugin_site: Site, lock: Path, tmp_path: Path
) -> None:
    with plugin_site.in_use():
        held = import_module("locked_wheels").wheel
        parts: Registry[Any] = Registry("locked_parts", scope="locked")
        plan = pickle.dumps(parts.plan({"type": "Wheel", "size": 2, "of": held}, lock=lock))
    file = plugin_site.folder / "locked_wheels.py"
    file.write_text(file.read_text().replace("size}", "size }"))
    first, _, is_imported = on_worker(plugin_site, plan, tmp_path)
    assert "the content of locked_wheels.py has changed (wheels 1.0)" in first
    assert is_imported == "False"


def test_what_the_lock_does_not_have_is_refused(plugin_site: Site, lock: Path) -> None:
    lock.write_text(lock.read_text().replace('"key": "Wheel"', '"key": "Wheels"'))
    with pytest.raises(LockMismatch, match="the lock does not have 'Wheel' of 'registry_core.lock"):
        planned(plugin_site, lock)


def test_what_other_configs_of_a_lock_need_is_not_needed(
    plugin_site: Site, tmp_path: Path, lock: Path
) -> None:
    rows = {"registry_core.locked_parts": {"Tyre": "locked_tyres:Tyre"}}
    plugin_site.install("tyres", rows, {"locked_tyres.py": "class Tyre: ..."})
    other = tmp_path / "tyre.json"
    other.write_text('{"_registry_": "locked_parts", "type": "Tyre"}')
    with plugin_site.in_use():
        assert main(["lock", str(tmp_path / "wheel.json"), str(other), "-o", str(lock)]) == 0
    assert '"Tyre"' in lock.read_text()
    plan = planned(plugin_site, lock)
    plugin_site.uninstall("tyres")
    assert on_worker(plugin_site, plan, tmp_path) == ["2", "2", "True"]
    planned(plugin_site, lock)


def test_a_lock_that_cannot_be_read_is_an_error(plugin_site: Site, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no.lock: it cannot be read: No such file or directory$"):
        planned(plugin_site, tmp_path / "no.lock")


def test_bound_arguments_are_the_same_in_every_process_and_are_told_whole(
    plugin_site: Site, lock: Path
) -> None:
    assert lock.is_file()
    with plugin_site.in_use():
        parts: Registry[Any] = Registry("locked_parts", scope="locked")
        entry = parts.resolve("Wheel")

    def binds(value: object) -> str:
        with plugin_site.in_use():
            (name,), _ = locked([entry._replace(kwargs={"size": value})])
        return name.binds

    # The order of a set depends on how it was filled, and of texts on the process.
    assert binds({0, 8}) == binds({8, 0}) == "size={0, 8}"
    assert binds([{"a": frozenset({8, 0})}, (1,)]) == binds([{"a": frozenset({0, 8})}, (1,)])
    # Where an object lies in memory is another in each process.
    assert binds(object()) == binds(object()) == "size=<object object>"
    assert binds("x" * 200 + "a") != binds("x" * 200 + "b")
    assert len(binds("x" * 10_000)) < 200
    assert binds("tall") == "size='tall'"


def test_a_lock_that_an_editor_has_marked_as_utf_8_is_read(
    plugin_site: Site, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock.write_bytes(b"\xef\xbb\xbf" + lock.read_bytes().replace(b"\n", b"\r\n"))
    with plugin_site.in_use():
        assert main(["verify", str(lock)]) == 0
    assert capsys.readouterr() == ("", "")
    planned(plugin_site, lock)
