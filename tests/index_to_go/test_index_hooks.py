"""What hooks answer is kept while nothing that it stands on changes, and asked for again then."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from registry_core.environment import stamp
from registry_core.environment.store import Store
from registry_core.testing import Site

GROUP = "registry_core.activation"
HOOKS = "registry_core.hooks"
INDEX = "REGISTRY_CORE_INDEX"
TICK = 20_000_000

# A fresh process: it answers one question, and says what it has imported for that.
PROCESS = """
import json, os, sys
from registry_core import Environment, Registry, use_environment
from registry_core.environment import stamp
folder, question, tick = sys.argv[1:]
stamp.TICK = int(tick)
with use_environment(Environment([folder])) as environment:
    root = Registry("activation", scope="acts")
    try:
        answer = repr(eval(question))
    except Exception as error:
        answer = repr(error)
heavy = ("acts_", "importlib_metadata", "pluggy")
imported = {name.partition(".")[0] for name in sys.modules if name.startswith(heavy)}
print(json.dumps([answer, sorted(imported)]))
"""
KEYS = "[entry.key for entry in root.entries()], root.problems()"
LISTING = (
    "[(e.key, e.target, *map(dict, (e.kwargs, e.metadata)), e.provider) for e in root.entries()], "
    "root.problems(), environment.problems()"
)

COUNTER = "collections:Counter"
ONE = "Entry('one', 'collections:Counter', 'powers', {'a': 1}, {'odd': True})"


def entries(answer: str, head: str = "", mark: str = "") -> str:
    """A hook module that answers with these entries."""
    start = "import os\nfrom registry_core import Entry, hookimpl, volatile\n"
    return f"{start}{head}\n@hookimpl\n{mark}\ndef registry_core_entries():\n    return {answer}\n"


class Said(NamedTuple):
    """What a process answered, and what it imported."""

    answer: str
    imported: list[str]


class World:
    """A folder on the path, and an index."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder / "site")
        self.index = folder / "index"
        self.tick = TICK
        self.head = ""
        self.compiles = False
        self.right: tuple[Path, Any] | None = None

    def install(self, hooks: str, **modules: str) -> None:
        """Install a package with a hook module and others, and an entry without hooks."""
        groups = {
            HOOKS: {"activation": "acts_hooks.hooks"},
            GROUP: {"Plain": "collections:Counter"},
        }
        sources = {"__init__": "", "hooks": hooks, **modules}
        files = {f"acts_hooks/{name}.py": source for name, source in sources.items()}
        self.site.install("acts-hooks", groups, files)
        settle()

    def ask(self, question: str, **names: str) -> Said:
        """What a new process says, with these environment variables."""
        path = os.pathsep.join([str(self.site.folder), os.environ.get("PYTHONPATH", "")])
        variables = {**os.environ, "PYTHONPATH": path, INDEX: str(self.index), **names}
        # Compiled modules are told apart by seconds.
        variables["PYTHONDONTWRITEBYTECODE"] = "" if self.compiles else "1"
        arguments = [str(self.site.folder), question, str(self.tick)]
        command = [sys.executable, "-c", self.head + PROCESS, *arguments]
        ran = subprocess.run(
            command, env=variables, capture_output=True, text=True, check=False, timeout=60
        )
        assert ran.returncode == 0, ran.stderr
        return Said(*json.loads(ran.stdout))

    def plain(self, question: str, **names: str) -> str:
        """What a process without an index answers."""
        return self.ask(question, **{**names, INDEX: "off"}).answer

    def imports(self, question: str = LISTING, **names: str) -> list[str]:
        """What a process imports that says the same as one without an index."""
        said = self.ask(question, **names)
        assert said.answer == self.plain(question, **names)
        return said.imported

    def imports_later(self, question: str = LISTING, **names: str) -> list[str]:
        """What a process imports after one that was asked the same, and has said the same."""
        before = self.ask(question, **names)
        assert "acts_hooks" in before.imported
        later = self.ask(question, **names)
        assert before.answer == later.answer == self.plain(question, **names)
        return later.imported

    def answers(self) -> tuple[Path, Any]:
        """The file of the answers, and what is in it."""
        for file in self.index.glob("*.kept"):
            document = json.loads(file.read_bytes().partition(b"\n")[2])
            if len(document) == 2:
                return file, document
        raise FileNotFoundError("no answers are kept")

    def forge(self, **columns: object) -> None:
        """Put something else in place of columns of the one answer that was kept first."""
        if self.right is None:
            self.right = self.answers()
        file, (validity, answers) = self.right
        ((key, kept),) = answers.items()
        names = ("files", "folders", "summed", "implements", "rows", "origin")
        now = {**dict(zip(names, kept, strict=True)), **columns}
        forged = {key: [now[name] for name in names]}
        assert Store(str(self.index)).write(file.stem, [validity, forged])


def settle() -> None:
    """Wait until what has been written is older than a tick."""
    time.sleep(2 * TICK / 1e9)


ALL = ["acts_hooks", "importlib_metadata", "pluggy"]
ASKED = ["acts_hooks", "pluggy"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_later_process_knows_what_a_hook_answered_and_imports_nothing(world: World) -> None:
    world.install(entries(f"[{ONE}, Entry('x', 'a:A', 'powers')]"))
    assert world.ask(LISTING).imported == ALL
    assert world.imports() == []
    assert world.imports("'powers.one' in root, list(root.children['powers'])") == []


def test_an_answer_is_kept_once_the_module_is_two_seconds_older_than_the_process(
    world: World,
) -> None:
    world.install(entries(f"[{ONE}]"))
    world.tick = stamp.TICK
    assert world.ask(LISTING).imported == world.ask(LISTING).imported == ALL
    time.sleep(2.1)
    assert world.ask(LISTING).imported == ALL
    assert world.ask(LISTING).imported == []


NOT_NEEDED = {
    "get": "root.get('unknown')",
    "an error": "root.resolve('unknown')",
    "build": "root.build({'type': 'Plain', 'a': 1})",
}
WRAPPER = """
@hookimpl(wrapper=True)
def registry_core_build(entry, kwargs):
    kwargs["wrapped"] = 1
    return (yield)
"""
FINDER = """
@hookimpl
def registry_core_lookup(name):
    return Entry(name, "collections:deque")
"""
HINT = """
@hookimpl
def registry_core_missing(key):
    return f"pip install {key}"
"""
NEEDED = {"get": FINDER, "an error": HINT, "build": WRAPPER}


@pytest.mark.parametrize("act", NOT_NEEDED)
def test_a_module_is_imported_only_for_the_hooks_that_it_implements(world: World, act: str) -> None:
    world.install(entries(f"[{ONE}]"))
    world.ask(LISTING)
    assert world.imports(NOT_NEEDED[act]) == []
    world.install(entries(f"[{ONE}]") + NEEDED[act])
    assert world.imports_later() == []
    assert world.imports(NOT_NEEDED[act]) == ASKED


def test_a_module_without_entries_is_not_imported_for_a_listing(world: World) -> None:
    world.install(f"from registry_core import hookimpl\n{WRAPPER}")
    assert world.imports_later() == []
    assert world.imports(NOT_NEEDED["build"]) == ASKED


NAMED = "[Entry(name, 'collections:Counter', 'n') for name in os.environ.get('NAMES', '').split()]"


def test_an_answer_of_which_the_hook_says_so_while_it_gives_it_is_not_kept(world: World) -> None:
    world.install(entries(f"(volatile(registry_core_entries), [{ONE}])[1]"))
    assert "acts_hooks" in world.imports_later()


def test_a_volatile_hook_is_asked_each_time(world: World) -> None:
    world.install(entries(NAMED, mark="@volatile"))
    for names in ("one", "one", "two", "", "one two"):
        assert "acts_hooks" in world.imports(NAMES=names)
    assert world.imports("root['n.two']", NAMES="two") == ASKED


PLAIN = (
    "{'a': 1, 'b': -1.5, 'c': float('inf'), 'd': 2**70, 'e': -0.0}",
    "{'a': 'ä€😀', 'ü': '\"\\n\\0'}",
    "{'a': None, 'b': True, 'c': [1, [2, {'d': []}]], 'e': {}}",
    "{'a': L, 'b': [L]}",
)
NOT_PLAIN = {
    "half a character": "{'a': '\\ud83d'}",
    "a tuple": "{'a': (1, 2)}",
    "a tuple within": "{'a': {'b': [(1,)]}}",
    "an enum": "{'a': Colour.RED}",
    "an object": "{'a': Thing()}",
    "a class": "{'a': Thing}",
    "a set": "{'a': {1}}",
    "bytes": "{'a': b'1'}",
    "a dict with a key that is no str": "{'a': {1: 2}}",
    "a str of a kind of its own": "{'a': Name('a')}",
    "a dict of a kind of its own": "{'a': OrderedDict(b=1)}",
    "a dict that holds itself": "D",
    "a list that holds itself": "{'a': C}",
}
KINDS = """
from collections import OrderedDict
from enum import Enum
class Colour(str, Enum):
    RED = "red"
class Thing:
    def __eq__(self, other): return type(other) is Thing
    def __repr__(self): return "Thing()"
class Name(str): ...
L, C, D, N = [1], [], {}, []
C.append(C)
D['d'] = D
for _ in range(5_000): N = [N]
"""


def test_plain_arguments_and_metadata_are_kept_as_they_are(world: World) -> None:
    rows = [
        f"Entry('e{number}', 'collections:Counter', '', {plain}, {plain})"
        for number, plain in enumerate(PLAIN)
    ]
    world.install(entries(f"[{', '.join(rows)}]", KINDS))
    assert world.imports_later() == []
    assert world.imports("[root[f'e{number}'].keywords for number in range(4)]") == ASKED


@pytest.mark.parametrize("value", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_an_answer_that_json_does_not_give_back_is_asked_for_each_time(
    world: World, value: str
) -> None:
    world.install(entries(f"[Entry('one', 'collections:Counter', '', {value})]", KINDS))
    assert world.imports_later(f"{LISTING}, root['one'], root.get('one'), root.entries()") == ASKED


@pytest.mark.parametrize("value", ["N", "10**5000"])
def test_an_argument_that_json_cannot_write_is_asked_for_each_time(
    world: World, value: str
) -> None:
    world.install(entries(f"[Entry('one', 'collections:Counter', '', {{'a': {value}}})]", KINDS))
    assert world.imports_later(f"{KEYS}, len(root['one'].keywords)") == ASKED


def test_metadata_that_json_does_not_give_back_is_asked_for_each_time(world: World) -> None:
    world.install(entries("[Entry('one', 'collections:Counter', '', {}, {'a': (1,)})]"))
    assert world.imports_later() == ASKED


def test_an_argument_that_equals_nothing_does_not_void_the_index(world: World) -> None:
    world.install(entries("[Entry('one', 'collections:Counter', '', {'a': float('nan')})]"))
    world.ask(LISTING)
    assert world.imports("root['one']") == world.imports("root['one']") == ASKED


FAILING = {
    "a hook that raises": entries("1/0"),
    "a hook that answers with something else": entries("[1]"),
    "a module that cannot be imported": "import no_such_module",
    "a module that pluggy rejects": entries("[]") + "@hookimpl\ndef registry_core_lookup(x): ...",
}


@pytest.mark.parametrize("source", FAILING.values(), ids=FAILING)
def test_a_hook_that_fails_is_a_problem_each_time(world: World, source: str) -> None:
    world.install(source)
    before = world.ask(LISTING)
    assert "failed" in before.answer
    assert "pluggy" in world.imports()
    assert world.ask(LISTING).answer == before.answer


MALFORMED = {
    "Entry('two words', 'a:A')": "it holds white space",
    "Entry(None, 'a:A')": "its name is no str",
    "Entry('one', 'a:A', scope=5)": "its scope is no str",
    "Entry('one', None)": "the target must be a str",
    "Entry('one', dict)": "the target must be a str",
    "Entry('one', 'a:A', kwargs=[('a', 1)])": "its kwargs is no mapping",
    "Entry('one', 'a:A', kwargs=None)": "its kwargs is no mapping",
    "Entry('one', 'a:A', metadata=None)": "its metadata is no mapping",
}


@pytest.mark.parametrize(("entry", "problem"), MALFORMED.items())
def test_a_malformed_answer_is_a_problem_each_time(world: World, entry: str, problem: str) -> None:
    world.install(entries(f"[{entry}, {ONE}]"))
    for _ in range(2):
        said = world.ask(KEYS)
        assert "'powers.one'" in said.answer
        assert problem in said.answer


FILES = "from pathlib import Path; HERE = Path(__file__).parent"
MODULES = "[Entry(path.stem, 'a:A') for path in sorted(HERE.glob('[a-z]*.py'))]"
TEXT = "[Entry(n, 'a:A') for n in HERE.joinpath('data.txt').read_text().split()]"
ROWS = "[Entry(n, 'a:A') for n in NAMES]"
FROM_DATA = "from acts_hooks.data import NAMES"
EDITS = {
    "the hook module": (entries(f"[{ONE}]"), "hooks.py", entries("[Entry('two', 'a:A')]")),
    "what the module implements": (entries("[]"), "hooks.py", entries("[]") + FINDER),
    "a module that it imports": (entries(ROWS, FROM_DATA), "data.py", "NAMES = ['two']"),
    "the package": (entries(ROWS, "from acts_hooks import NAMES"), "__init__.py", "NAMES = 't'"),
    "a file that it reads": (entries(TEXT, FILES), "data.txt", "two"),
    "a file further in": (
        entries(TEXT.replace("data.", "data/more."), FILES),
        "data/more.txt",
        "t",
    ),
    "a module that it lists": (entries(MODULES, FILES), "new.py", ""),
    "a folder further in": (entries(MODULES.replace("glob", "rglob"), FILES), "data/in/new.py", ""),
}


@pytest.mark.parametrize(("source", "name", "edited"), EDITS.values(), ids=EDITS)
def test_a_hook_is_asked_again_once_a_file_of_its_package_has_changed(
    world: World, source: str, name: str, edited: str
) -> None:
    for file in ("data.txt", "data/more.txt"):
        (world.site.folder / "acts_hooks" / file).parent.mkdir(parents=True, exist_ok=True)
        (world.site.folder / "acts_hooks" / file).write_text("one")
    world.install(source, data="NAMES = ['one']", __init__="NAMES = 'o'")
    question = f"{LISTING}, root.get('unknown')"
    assert world.imports_later(question) == []
    (world.site.folder / "acts_hooks" / name).parent.mkdir(exist_ok=True)
    (world.site.folder / "acts_hooks" / name).write_text(edited)
    assert "acts_hooks" in world.imports(question)
    settle()
    world.ask(LISTING)
    assert world.imports() == []


@pytest.mark.parametrize("is_package", [True, False])
@pytest.mark.parametrize("order", ["registry_core, acts_hooks.data", "acts_hooks.data"])
def test_an_answer_of_modules_that_have_changed_since_they_were_imported_is_not_kept(
    world: World, order: str, *, is_package: bool
) -> None:
    world.install(entries(ROWS, FROM_DATA), data="NAMES = ['one']")
    if not is_package:
        (world.site.folder / "acts_hooks" / "__init__.py").unlink()
    data = world.site.folder / "acts_hooks" / "data.py"
    world.head = (
        f"import {order}, pathlib, time\n"
        f"pathlib.Path({str(data)!r}).write_text('NAMES = [\"two\"]')\n"
        f"time.sleep({3 * TICK / 1e9})\n"
    )
    settle()
    assert "'one'" in world.ask(KEYS).answer
    world.head = ""
    assert "acts_hooks" in world.imports(KEYS)


def test_a_hook_is_asked_again_once_a_file_of_its_package_is_gone(world: World) -> None:
    world.install(entries(MODULES, FILES), data="")
    assert world.imports_later(KEYS) == []
    (world.site.folder / "acts_hooks" / "data.py").unlink()
    assert "acts_hooks" in world.imports(KEYS)


def test_what_the_first_process_compiles_makes_no_difference(world: World) -> None:
    world.compiles = True
    # Compiled later than the hook module: within one tick, nobody could tell what was changed.
    pause = f"import time; time.sleep({3 * TICK / 1e9})"
    world.install(entries(ROWS, f"{pause}; {FROM_DATA}"), data="NAMES = ['one']")
    compiled = world.site.folder / "acts_hooks" / "__pycache__"
    assert not compiled.exists()
    assert "acts_hooks" in world.ask(KEYS).imported
    assert compiled.is_dir()
    assert world.imports(KEYS) == []


@pytest.mark.parametrize("compiles", [False, True])
def test_a_file_that_goes_while_a_package_is_asked_lets_nothing_be_kept(
    world: World, *, compiles: bool
) -> None:
    world.compiles = compiles
    gone = "HERE.joinpath('data.py').unlink(missing_ok=True)"
    listed = f"sum([{MODULES}, [{gone}][1:]], [])"
    world.install(entries(listed, FILES), data="")
    assert "'data'" in world.ask(KEYS).answer
    assert "acts_hooks" in world.imports(KEYS)


EARLIER = "import registry_core.environment.began"


def test_a_package_that_imports_us_first_was_read_when_its_process_began(world: World) -> None:
    world.install(entries(f"[{ONE}]"), __init__=EARLIER)
    world.head = "import acts_hooks\n"
    # The time of a process is known to a second.
    time.sleep(1.2)
    world.ask(KEYS)
    world.head = ""
    assert world.imports(KEYS) == []


def test_a_package_that_has_changed_since_it_began_to_import_us_is_not_kept(world: World) -> None:
    world.install(entries("[Entry(acts_hooks.NAME, 'a:A')]", "import acts_hooks"))
    package = world.site.folder / "acts_hooks" / "__init__.py"
    now = "NAME = 'two'"
    package.write_text(
        f"NAME = 'one'\nimport pathlib, time\n"
        f"pathlib.Path(__file__).write_text({now!r})\n"
        f"time.sleep({3 * TICK / 1e9})\n{EARLIER}\n"
    )
    world.head = "import acts_hooks\n"
    settle()
    time.sleep(1.2)
    assert "'one'" in world.ask(KEYS).answer
    world.head = ""
    assert "acts_hooks" in world.imports(KEYS)


def more(world: World) -> None:
    world.site.install("acts-more", {"console_scripts": {"more": "a:main"}})


def more_in_place(world: World) -> None:
    (world.site.folder / "acts_more-0.1.0.dist-info" / "entry_points.txt").write_text("[acts]")


INSTALLED = (
    "[Entry(d.name, 'a:A') for d in __import__('importlib.metadata').metadata.distributions()]"
)
CHANGES: dict[str, tuple[Callable[[World], None], Callable[[World], None]]] = {
    "installed": (lambda _: None, more),
    "edited in place": (more, more_in_place),
    "removed": (more, lambda world: world.site.uninstall("acts-more")),
}


@pytest.mark.parametrize(("before", "change"), CHANGES.values(), ids=CHANGES)
def test_a_hook_is_asked_again_once_another_distribution_has_been(
    world: World, before: Callable[[World], None], change: Callable[[World], None]
) -> None:
    before(world)
    world.install(entries(INSTALLED))
    assert world.imports_later(KEYS) == []
    change(world)
    settle()
    assert world.ask(KEYS).imported == ALL
    assert world.imports(KEYS) == []


def test_no_answer_is_kept_while_a_file_on_the_path_is_too_young(world: World) -> None:
    more(world)
    world.install(entries(INSTALLED))
    young = world.site.folder / "acts_more-0.1.0.dist-info" / "entry_points.txt"
    os.utime(young, (time.time() + 3600, time.time() + 3600))
    assert world.imports_later() == ALL


REFUSAL = "[Entry(str(current_environment().refusal('acts-more')).split()[0], 'a:A')]"


def test_an_answer_holds_for_the_policy_under_which_it_was_given(world: World) -> None:
    world.install(entries(REFUSAL, "from registry_core import current_environment"))
    blocked, preferred = {"REGISTRY_CORE_BLOCK": "acts-more"}, {"REGISTRY_CORE_PREFER": "acts-more"}
    for policy in ({}, blocked, preferred):
        assert world.imports_later(KEYS, **policy) == []
    assert world.imports_later(f"environment.block('acts-more'), {KEYS}") == []
    assert world.imports(KEYS, REGISTRY_CORE_BLOCK="acts-hooks") == []


def test_what_is_loaded_from_a_kept_answer_is_what_the_hook_says_now(world: World) -> None:
    world.install(entries(f"[{ONE}, Entry('two', 'collections:deque')]"))
    world.ask(LISTING)
    for question in (
        "root['powers.one'], root['powers.one'].keywords",
        "root.children['powers'].get('one')",
        "root.build({'type': 'powers.one', 'b': 2})",
        "root.get('two', provider='acts-hooks')",
    ):
        assert world.imports(question) == ASKED
    assert world.imports() == []


@pytest.mark.parametrize(
    "loading", ["root.get('n.two')", "root['n.two']", "root.build({'type': 'n.two'})"]
)
def test_a_name_that_a_hook_gives_no_longer_leads_nowhere_and_the_index_is_forgotten(
    world: World, loading: str
) -> None:
    world.install(entries(NAMED))
    world.ask(LISTING, NAMES="one two")
    assert "two" in world.ask(KEYS, NAMES="one").answer
    assert "acts_hooks" in world.imports(loading, NAMES="one")
    assert world.imports(KEYS, NAMES="one") == []


@pytest.mark.parametrize("value", ["2", "True", "1.0", "(1,)", "float('nan')", "Odd()"])
def test_another_value_than_was_kept_is_asked_for_again(world: World, value: str) -> None:
    odd = "class Odd:\n    __eq__ = None\n    __repr__ = lambda _: 'odd'\n"
    world.install(entries(f"[Entry('one', '{COUNTER}', '', {{'a': eval(os.environ['A'])}})]", odd))
    world.ask(LISTING, A="1")
    assert world.imports("root['one'], root.entries()", A=value) == ALL
    world.imports(LISTING, A=value)


def test_another_scope_than_was_kept_is_asked_for_again(world: World) -> None:
    world.install(entries(f"[Entry('one', '{COUNTER}', os.environ['A'])]"))
    world.ask(LISTING, A="a")
    assert world.imports("root.get('a.one'), root.entries()", A="b") == ALL
    assert world.imports(LISTING, A="b") == []


def test_entries_in_a_scope_that_names_the_root_are_loaded_from_a_kept_answer(world: World) -> None:
    rows = [f"Entry('one', '{COUNTER}', '{scope}')" for scope in ("acts", "acts.x", "acts.y.z")]
    world.install(entries(f"[{', '.join(rows)}]"))
    assert world.imports_later() == []
    assert world.imports("root['one'], root['x.one'], root['y.z.one']") == ASKED
    assert world.imports() == []


def test_a_refresh_voids_what_hooks_have_answered(world: World) -> None:
    world.install(entries(NAMED))
    assert world.imports_later(NAMES="one") == []
    world.ask("environment.refresh()")
    assert world.imports(NAMES="two") == ALL


def test_modules_that_python_compiles_when_it_imports_them_are_known_then(world: World) -> None:
    world.install(entries(f"[{ONE}]"))
    world.compiles = True
    world.ask(LISTING)
    settle()
    world.ask(LISTING)
    assert world.imports() == []


EVIL = "acts_evil:Swish"


def forged(world: World, source: str, **columns: object) -> None:
    """Install a hook module, let its answer be kept, and forge it."""
    world.site.install("acts-evil", "", {"acts_evil.py": "class Swish: ..."})
    world.install(source)
    world.ask(LISTING)
    world.forge(**columns)


def test_without_the_hook_even_a_forged_answer_is_believed_for_a_listing(world: World) -> None:
    # So that the tests below can fail.
    forged(world, entries(f"[{ONE}]"), rows=[["evil", EVIL, "", {}, {}]])
    assert world.ask(KEYS) == Said("(['Plain', 'evil'], [])", [])


ROW: list[Any] = ["one", "collections:Counter", "powers", {"a": 1}, {"odd": True}]
FORGED: dict[str, list[list[Any]]] = {
    "another target": [["one", EVIL, "powers", {"a": 1}, {}]],
    "another argument": [["one", "collections:Counter", "powers", {"a": 2}, {}]],
    "another name": [ROW, ["evil", EVIL, "powers", {}, {}]],
}


@pytest.mark.parametrize("rows", FORGED.values(), ids=FORGED)
def test_a_forged_answer_is_not_loaded_and_gives_way(world: World, rows: list[list[Any]]) -> None:
    forged(world, entries(f"[{ONE}]"), rows=rows)
    loading = "root.get('powers.evil'), root.get('powers.one')"
    assert "acts_evil" not in world.imports(f"{loading}, {KEYS}")
    assert world.imports(KEYS) == []


def test_hooks_that_a_module_is_forged_to_have_are_not_called(world: World) -> None:
    hooks = [f"registry_core_{name}" for name in ("build", "entries", "lookup", "missing", "x")]
    forged(world, entries(f"[{ONE}]"), implements=hooks)
    for question in (LISTING, *NOT_NEEDED.values()):
        world.imports(question)


def test_hooks_that_a_module_is_forged_to_lack_are_back_after_a_refresh(world: World) -> None:
    forged(world, entries("[]") + WRAPPER + FINDER, implements=["registry_core_entries"])
    world.imports(f"environment.refresh(), root.get('unknown'), {NOT_NEEDED['build']}")


WRONG: list[Any] = [None, 5, []]
SHAPES: dict[str, list[Any]] = {
    "files": [None, 5, "text", [None], [[]], [10**30], ["\0"], {"a": 1}],
    "folders": [None, 5, "text", [None], [[]], [10**30], {"a": 1}],
    "summed": [None, "text", [], {}, 1.5],
    "implements": [None, 5, "text", [5], [None], [[]], {"a": 1}],
    "rows": [5, "text", "", {}, [5], [None], ["text"], [[]], [{}], [ROW[:4]], [[*ROW, 1]]],
}
for place in range(5):
    SHAPES["rows"] += [[[*ROW[:place], wrong, *ROW[place + 1 :]]] for wrong in WRONG]


@pytest.mark.parametrize("column", SHAPES)
def test_an_answer_of_another_shape_is_not_believed(world: World, column: str) -> None:
    forged(world, entries(f"[{ONE}]"))
    right = world.ask(LISTING).answer
    believed: list[Any] = []
    for wrong in SHAPES[column]:
        world.forge(**{column: wrong})
        if world.ask(LISTING).answer != right:
            believed.append(wrong)
    assert believed == []


def test_a_document_of_another_shape_holds_no_answers(world: World) -> None:
    forged(world, entries(f"[{ONE}]"))
    right = world.ask(LISTING).answer
    file, (validity, answers) = world.answers()
    values: list[Any] = [None, 5, "abcd", [], {}]
    others = [*values, [validity], [validity, None], [validity, []]]
    others += [[validity, dict.fromkeys(answers, wrong)] for wrong in values]
    others += [[validity, answers, 0], [None, answers], [validity[:2], answers]]
    for other in others:
        assert Store(str(world.index)).write(file.stem, other)
        assert world.ask(LISTING).answer == right, other
