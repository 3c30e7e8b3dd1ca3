"""Whatever happens to folders and to the index, the answer is the one without it."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from registry_core import Environment, Registry, RegistryError, use_environment
from registry_core.environment import answers, livehooks, reading, snapshot, stamp
from registry_core.testing import Site

if TYPE_CHECKING:
    import pytest

GROUP = "registry_core.activation"
INDEX = "REGISTRY_CORE_INDEX"
TICK = 20_000_000

HOOK = """
from registry_core import Entry, hookimpl
@hookimpl
def registry_core_entries():
    return [{}]
"""
HOOKS = {
    "acts_kept": "Entry('one', 'collections:Counter', 'h', {'a': [1]}, {'b': None})",
    "acts_asked": "Entry('two', 'collections:Counter', 'extra', {'b': (1,)})",
    "acts_fails": "1/0",
}
NAMES = ("Swish", "GELU", "two", "extra.two")
TARGETS = ("collections:Counter", "collections:OrderedDict", "no_such_module:X", "malformed")
SCOPES = ("", ".extra", ".acts", ".extra.deep", ".h", ".no-scope")
ROWS = [
    *((GROUP + scope, name, target) for scope in SCOPES for name in NAMES for target in TARGETS),
    *(("registry_core.registries", name, "a:A") for name in (GROUP, "acme.loss", "no group") * 3),
    *(("registry_core.hooks", "activation", module) for module in [*HOOKS] * 12),
    ("console_scripts", "Swish", "a:main"),
    ("acme.los", "Swish", "a:A"),
]
KEYS = ("Swish", "Swash", "extra.Swish", "extra.two", "two", "deep.Swish", "h.one", "acts.GELU")

sites = st.integers(0, 1)
names = st.sampled_from(["plug-1", "Plug.2", "plug_3"])
texts = st.lists(st.sampled_from(ROWS), max_size=6).map(
    lambda rows: "".join(f"[{group}]\n{name} = {target}\n" for group, name, target in rows)
)
texts |= st.just(f"early\n[{GROUP}]\noops\nL\xf6ss = a:A\n = a:A\nSwish = a:A\n")


def told(environment: Environment) -> list[Any]:
    """All that is said of what is installed, by the environment and by two registries."""
    with use_environment(environment):
        said: list[Any] = [environment.problems(), environment.groups(), environment.registries()]
        for root in (Registry("activation", scope="acts"), Registry("loss", group="acme.loss")):
            said += [root.entries(), root.problems(), list(root.children)]
    return said


def loaded(environment: Environment, key: str) -> Any:
    """What a key leads to: an object, or an error."""
    with use_environment(environment):
        try:
            found = Registry("activation", scope="acts")[key]
        except RegistryError as error:
            return type(error), str(error)
    return (found.func, found.keywords) if isinstance(found, functools.partial) else found


def settle() -> None:
    """Wait until what has been written is older than a tick."""
    time.sleep(1.3 * TICK / 1e9)


class Installing(RuleBasedStateMachine):
    """Two folders on the path, and an index. A new environment stands for a new process."""

    # Everything that is read or asked anew; and of that, what is so in spite of the index.
    anew: ClassVar[Counter[str]] = Counter()
    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.index = self.folder / "index"
        self.sites = [Site(self.folder / name) for name in ("first", "second")]
        self.sites[1].install("plug-1", {"registry_core.hooks": {"activation": "acts_kept"}})
        self.earlier: list[tuple[str, bytes]] = []
        self.running = self.process()
        self.steps = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def process(self, *, indexed: bool = True) -> Environment:
        # A process begins.
        for module in (answers, snapshot):
            vars(module)["WE_STARTED"] = time.time_ns()
        variables = {INDEX: str(self.index)} if indexed else {}
        return Environment([str(site.folder) for site in self.sites], variables=variables)

    def installed(self, site: int, pattern: str = "*.dist-info") -> list[Path]:
        return sorted(self.sites[site].folder.glob(pattern))

    @invariant()
    def a_process_with_an_index_says_what_one_without_says(self) -> None:
        self.compare()
        self.steps += 1
        if self.steps % 3 == 0:
            # What has changed is now old enough to be kept, and is.
            settle()
            self.compare()
            self.compare()
            self.load(KEYS[self.steps // 3 % len(KEYS)])

    def compare(self) -> None:
        before, process = self.anew.copy(), self.process()
        answer = told(process)
        self.tally.update(self.anew - before)
        self.tally["folders"] += sum(bool(self.installed(site)) for site in (0, 1))
        modules = process.hooks(GROUP).modules
        self.tally["hooks"] += sum(module.target == "acts_kept" for module in modules)
        assert answer == told(self.process(indexed=False))

    @rule(key=st.sampled_from(KEYS))
    def load(self, key: str) -> None:
        assert loaded(self.process(), key) == loaded(self.process(indexed=False), key)

    @rule()
    def refresh(self) -> None:
        self.running.refresh()
        assert told(self.running) == told(self.process(indexed=False))

    @rule(site=sites, name=names, version=st.sampled_from("12"), text=texts)
    def install(self, site: int, name: str, version: str, text: str) -> None:
        # In place, where that version is there; beside it, where another is.
        self.sites[site].install(name, text.encode("latin-1"), version=version)

    @rule(site=sites, name=names, text=texts)
    def upgrade(self, site: int, name: str, text: str) -> None:
        self.sites[site].uninstall(name)
        self.sites[site].install(name, text, version="10")

    @rule(site=sites, name=names)
    def uninstall(self, site: int, name: str) -> None:
        self.sites[site].uninstall(name)

    @rule(site=sites, same_time=st.booleans())
    def edit(self, site: int, *, same_time: bool) -> None:
        for file in self.installed(site, "*/entry_points.txt")[:1]:
            before, content = file.stat(), file.read_bytes()
            old, new = (b"Swish", b"Swash") if b"Swish" in content else (b"Swash", b"Swish")
            file.write_bytes(content.replace(old, new))
            if same_time:
                os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(site=sites)
    def interrupt_and_repair(self, site: int) -> None:
        info = self.sites[site].folder / "plug_4-1.dist-info"
        if not info.exists():
            info.mkdir()
        elif not (info / "METADATA").exists():
            (info / "METADATA").write_text("Name: plug-4\nVersion: 1\n")
        else:
            self.sites[site].uninstall("plug-4")

    @rule()
    def swap_the_folders(self) -> None:
        first, second = (site.folder for site in self.sites)
        first.rename(self.folder / "third")
        second.rename(first)
        (self.folder / "third").rename(second)

    @rule(number=st.integers(0), how=st.sampled_from(["cut", "flip", "open", "remove", "mix up"]))
    def damage(self, number: int, how: str) -> None:
        files = sorted(self.index.glob("*.kept"))
        if not files:
            return
        file = files[number % len(files)]
        content = file.read_bytes()
        place = number % (len(content) or 1)
        if how == "cut":
            file.write_bytes(content[:place])
        elif how == "flip":
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        elif how == "open":
            file.chmod(0o666)
        elif how == "remove":
            file.unlink()
        else:
            file.write_bytes(files[-1].read_bytes())

    @rule()
    def remember_the_index(self) -> None:
        self.earlier = [(file.name, file.read_bytes()) for file in self.index.glob("*.kept")]

    @rule()
    def put_the_index_back(self) -> None:
        # No precondition: on a slow machine nothing may have been kept yet.
        self.index.mkdir(0o700, exist_ok=True)
        for name, content in self.earlier:
            (self.index / name).write_bytes(content)


def test_an_indexed_answer_is_the_one_without_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_place, imported_hooks = reading.read_place, livehooks.ImportedHooks

    def read(place: str) -> Any:
        Installing.anew["read"] += 1
        return read_place(place)

    def asked(provider: Any, group: str, target: str) -> Any:
        Installing.anew["asked"] += target == "acts_kept"
        return imported_hooks(provider, group, target)

    monkeypatch.setattr(stamp, "TICK", TICK)
    monkeypatch.setattr(snapshot, "WE_STARTED", 0)
    monkeypatch.setattr(answers, "WE_STARTED", 0)
    monkeypatch.setattr(reading, "read_place", read)
    monkeypatch.setattr(livehooks, "ImportedHooks", asked)
    hooks = Site(tmp_path)
    hooks.install("hooks", "", {f"{name}.py": HOOK.format(row) for name, row in HOOKS.items()})
    monkeypatch.syspath_prepend(str(tmp_path))
    settle()
    Installing.tally.clear()
    run_state_machine_as_test(
        Installing,
        settings=settings(max_examples=30, stateful_step_count=30, deadline=None),
    )
    # Some of it came from the index, and some could not.
    tally = Installing.tally
    assert 0.1 < tally["read"] / tally["folders"] < 0.8, tally
    assert 0.1 < tally["asked"] / tally["hooks"] < 0.8, tally
