"""Each promise of SECURITY.md names tests that exist; and those promises that are tested here."""

import ast
import json
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fresh_process import run_python

import registry_core
from registry_core import Registry, RegistryError, current_environment, installed_registry
from registry_core.cli import main
from registry_core.config import check_config, read_config, schema
from registry_core.query import describe, find, listing, which
from registry_core.testing import Site

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "SECURITY.md"
TESTS = ROOT / "tests"
PACKAGE = Path(registry_core.__file__).parent


def promised() -> dict[str, list[str]]:
    """The rows of the tables of promises: what is promised, and the tests that it names."""
    text = PAGE.read_text(encoding="utf-8").partition("\n## What is promised\n")[2]
    rows = [line.split("|") for line in text.partition("\n## ")[0].splitlines()]
    found = {
        row[1].strip(): re.findall(r"`([\w/]+\.py::\w+)`", row[2]) for row in rows if len(row) == 4
    }
    return {promise: tests for promise, tests in found.items() if promise not in ("promise", "---")}


def defined_in(file: Path) -> set[str]:
    """The names of the tests that a file defines."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}


@pytest.mark.skipif(not PAGE.exists(), reason="the page is not part of every distribution")
def test_every_promise_of_the_page_names_tests_that_exist() -> None:
    promises = promised()
    assert len(promises) > 10
    for promise, tests in promises.items():
        assert tests, promise
        for file, _, name in (test.partition("::") for test in tests):
            assert name.startswith("test_")
            assert name in defined_in(TESTS / file), f"{file}::{name}"


@pytest.mark.skipif(not PAGE.exists(), reason="the page is not part of every distribution")
def test_every_promise_that_is_tested_here_is_on_the_page() -> None:
    here = {name for name in defined_in(Path(__file__)) if name.startswith("test_")}
    named = {test for tests in promised().values() for test in tests}
    about_the_page = {name for name in here if name.startswith("test_every_promise")}
    file = Path(__file__).relative_to(TESTS).as_posix()
    assert {f"{file}::{name}" for name in here - about_the_page} <= named


EVIL = """
    from pathlib import Path
    Path(__file__).with_suffix(".ran").touch()
    Thing = REGISTRY = dict
"""


class Part:
    """A part that holds what it was built with."""

    def __init__(self, **kwargs: object) -> None:
        self.kwargs = kwargs


ASKING: dict[str, Callable[[Registry[Any], str], object]] = {
    "plan": lambda parts, name: parts.plan({"type": name}),
    "plan of a part inside": lambda parts, name: parts.plan(
        {"type": "Part", "inside": {"type": name}}, recursive=True
    ),
    "plan of another registry": lambda parts, name: parts.plan({"type": "X", "_registry_": name}),
    "check": lambda parts, name: check_config({"type": name}, parts, load=True),
    "check in another registry": lambda parts, name: check_config(
        {"type": "Part", "_registry_": name}, parts, load=True
    ),
    "get": lambda parts, name: parts.get(name),
    "[]": lambda parts, name: parts[name],
    "describe": lambda parts, name: describe(parts, name, load=True),
    "which": which,
    "find": find,
    "installed_registry": lambda _, name: installed_registry(name),
    "listing": lambda _, name: listing(name),
    "schema": lambda parts, _: schema(parts),
}
NAMES = ["evil", "evil:Thing", "evil.Thing", "evil.inner:Thing", "part.evil", "os.system", "evil:"]


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_whatever_is_asked_a_name_that_nothing_registered_runs_and_imports_nothing(
    plugin_site: Site, ask: Callable[[Registry[Any], str], object]
) -> None:
    plugin_site.install("innocent", "", {"evil/__init__.py": EVIL, "evil/inner.py": EVIL})
    with plugin_site.in_use():
        parts: Registry[Any] = Registry("part", scope="acme")
        parts.register_module(module=Part)
        for name in NAMES:
            with suppress(RegistryError):
                ask(parts, name)
        assert not [module for module in sys.modules if module.startswith("evil")]
    assert not list(plugin_site.folder.rglob("*.ran"))


CODE = "__import__('pathlib').Path('ran').touch()"
TEXTS = [
    CODE,
    f"x={CODE}",
    f"x)\n{CODE}\n(",
    f'"+{CODE}+"',
    f"{{{CODE}}}",
    "v0",
    "c0",
    "k0",
    "copy",
    "partial",
    "default_scope",
    "__builtins__",
    "__class__",
    "*",
    "**",
    "",
    "\0",
    "\ud800",
]


def test_what_a_config_says_is_never_taken_for_code_by_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    parts: Registry[Any] = Registry("part", scope="acme")
    parts.register_module(module=Part)
    for text in TEXTS:
        parts.register_module(text, module=Part)
    said = {text: text for text in TEXTS}
    lists = {text: [text, (text,), {text: text}] for text in TEXTS}
    for text in TEXTS:
        config: dict[str, Any] = {"type": text, **said, "part": {"type": text, **lists}}
        built = parts.plan(config, recursive=True)()
        assert {key: value for key, value in built.kwargs.items() if key != "part"} == said
        assert built.kwargs["part"].kwargs == lists
    assert list(tmp_path.iterdir()) == []


RUNS = {"eval", "exec", "compile", "execfile", "input", "breakpoint"}
UNPACKS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "code", "codeop"}


def test_the_package_parses_no_code_and_unpacks_no_objects() -> None:
    found: set[tuple[str, str]] = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name.partition(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                if (node.module, [each.name for each in node.names]) == (
                    "pickle",
                    ["PicklingError"],
                ):
                    # An exception, which unpacks nothing.
                    continue
                names = [(node.module or "").partition(".")[0]]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [node.func.id]
            found |= {(file.name, name) for name in names if name in RUNS | UNPACKS}
    # A plan is made of a syntax tree in which a config's values are constants. Where it is
    # unpickled, its inside is so at its first call: who wrote that pickle could run code before.
    plans = {("codegen.py", "compile"), ("codegen.py", "exec"), ("frozen_parts.py", "pickle")}
    # Harvest asks whether Python can compile a file of its author's project, and runs none of it.
    assert found == plans | {("rows.py", "compile")}


ESCAPE = "\x1b[2J\x07"
LONG = "a " * 500_000
HOSTILE = [
    f"[registry_core.part]\nA{ESCAPE} = m:A",
    f"[registry_core.part]\nA = m{ESCAPE}:A",
    f"[registry_core.part]\nA = m:A [extra{ESCAPE}]",
    f"[registry_core.part]\n{ESCAPE}",
    f"[registry_core.part.scope{ESCAPE}]\nA = m:A",
    "[registry_core.part]\n\u202eA\u2066 = m:A",
    f"[registry_core.part]\n{LONG}",
    f"[registry_core.part]\n{LONG} = m:A",
    f"[registry_core.part]\nA = {LONG}",
    f"[registry_core.part]\nA = m:A [{LONG}]",
    f"[registry_core.part.{LONG}]\nA = m:A",
    f"[registry_core.hooks]\npart = {LONG}",
    "[registry_core.part]\nA = m\t:A",
    "[registry_core.part]\nA = m:A\x1f [extra]",
    f"A = m:A{ESCAPE}",
    f"[registry_core.registries]\nacme{ESCAPE} = m:A",
    f"[registry_core.registries]\nacme.x = m:A{ESCAPE}",
    f"[registry_core.registries]\n{LONG} = m:A",
    f"[registry_core.hooks]\npart = m{ESCAPE}",
    "[registry_core.part]\nA = m:A\x00",
    "\x00" * 100_000,
    "[" * 100_000,
    "[registry_core.part]\n" + "=\n" * 1_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_lines_of_metadata_are_problems_that_hide_nothing_and_steer_no_terminal(
    plugin_site: Site, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    plugin_site.install("good", {"registry_core.part": {"Good": "good:Good"}})
    plugin_site.install("hostile", text)
    with plugin_site.in_use():
        part: Registry[Any] = Registry("part", scope="acme")
        assert [entry.key for entry in part.entries()] == ["Good"]
        problems = [*part.problems(), *current_environment().problems()]
        assert problems
        assert {problem.provider.name for problem in problems} == {"hostile"}
        for problem in map(str, problems):
            assert len(problem) < 1_000
            assert problem.replace("\n", "").isprintable()
        assert main(["list"]) == 0
    printed = "".join(capsys.readouterr())
    assert "Good" in printed
    assert printed.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "metadata",
    [
        f"Name: bad{ESCAPE}\nVersion: 1\n",
        f"Name: bad\nVersion: 1{ESCAPE}\n",
        "Name:\n",
        "\x00" * 99,
    ],
    ids=["name", "version", "empty", "zeros"],
)
def test_a_distribution_whose_name_cannot_be_shown_contributes_nothing(
    plugin_site: Site, metadata: str
) -> None:
    plugin_site.install("good", {"registry_core.part": {"Good": "good:Good"}})
    plugin_site.install("bad", {"registry_core.part": {"Bad": "bad:Bad"}})
    file = plugin_site.folder / "bad-0.1.0.dist-info" / "METADATA"
    file.write_text(f"Metadata-Version: 2.1\n{metadata}", encoding="utf-8")
    with plugin_site.in_use() as environment:
        assert list(Registry("part", scope="acme")) == ["Good"]
        (problem,) = environment.problems()
        assert str(problem).isprintable()


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be made")
def test_neither_folders_nor_conflicts_of_hostile_names_steer_or_flood_a_terminal(
    plugin_site: Site,
) -> None:
    plugin_site.install("bad", version=f"1{ESCAPE}")
    name = "L" * 1_000_000
    for rival in ("one", "two"):
        plugin_site.install(rival, {"registry_core.part": {name: "m:A"}})
    plugin_site.install("three", {"registry_core.part": {"M" * 1_000_000: "m:A"}})
    with plugin_site.in_use() as environment:
        part: Registry[Any] = Registry("part", scope="acme")
        part.register_module("M" * 1_000_000, module=Part)
        problems = {str(each) for each in (*part.problems(), *environment.problems())}
    assert len(problems) == 4
    assert all(problem.isprintable() for problem in problems)
    assert max(map(len, problems)) < 1_000


ENDS = """
    import os
    os._exit(7)
"""
GOES_ON = """
import json, sys
from registry_core import Environment, Registry, use_environment
with use_environment(Environment([sys.path[0]])):
    parts = Registry("part", scope="acme")
    print(json.dumps(sorted(parts)), flush=True)
    print(json.dumps(parts.get("Ends")), flush=True)
"""


@pytest.mark.parametrize(
    ("blocked", "printed", "status"),
    [("", ["Ends", "Good"], 7), ("ends", ["Good"], 0)],
    ids=["not blocked", "blocked"],
)
def test_a_plugin_that_ends_the_process_is_listed_and_does_not_once_it_is_blocked(
    plugin_site: Site, blocked: str, printed: list[str], status: int
) -> None:
    plugin_site.install("good", {"registry_core.part": {"Good": "good:Good"}})
    plugin_site.install("ends", {"registry_core.part": {"Ends": "ends:Ends"}}, {"ends.py": ENDS})
    script = plugin_site.folder / "script.py"
    script.write_text(GOES_ON, encoding="utf-8")
    finished = run_python(
        str(script),
        variables={
            "PYTHONPATH": str(PACKAGE.parent),
            "REGISTRY_CORE_BLOCK": blocked,
            "REGISTRY_CORE_CACHE": "off",
        },
    )
    said = [json.loads(line) for line in finished.stdout.splitlines()]
    assert (said[0], finished.returncode, finished.stderr) == (printed, status, "")
    assert said[1:] == ([] if status else [None])


@pytest.mark.parametrize("name", ["config.toml", "config.json", "config.yaml"])
def test_what_is_read_from_a_file_is_plain_data(tmp_path: Path, name: str) -> None:
    if name.endswith("yaml"):
        pytest.importorskip("yaml")
    texts = {
        "config.toml": 'type = "evil:Thing"\nat = 2020-01-01\nn = [{a = 1e3}]\n',
        "config.json": '{"type": "evil:Thing", "n": [{"a": 1e3}], "__class__": "evil:Thing"}',
        "config.yaml": "type: evil:Thing\nn: [{a: 1e3}]\nat: 2020-01-01\n__reduce__: [os.system]\n",
    }
    file = tmp_path / name
    file.write_text(texts[name], encoding="utf-8")
    waiting: list[object] = [read_config(file)]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        assert kind in {dict, list, str, int, float, bool, type(None)} or kind.__module__ == (
            "datetime"
        )
        waiting += value.values() if isinstance(value, dict) else ()
        waiting += value if isinstance(value, list) else ()
