"""What a hook answered is kept exactly as long as what it depends on is the same."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hooks.hook_site import CACHE, GROUP, ONE, HookSite, entries, imported

from registry_core import Environment, Registry, current_environment, use_environment

BUILD = "@hookimpl(wrapper=True)\ndef registry_core_build(): return (yield)\n"


def test_a_kept_answer_is_listed_and_its_module_is_not_imported(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}, Entry('two', 'decimal:Decimal')]"))
    first, later = site.listing(), site.listing()
    assert first.imported == ["acts_one_hooks"]
    assert later.imported == []
    assert (
        first.rows
        == later.rows
        == [
            ("two", "decimal:Decimal", {}, {}, "acts-one 0.1.0"),
            ("powers.one", "collections:Counter", {"a": 1}, {"odd": True}, "acts-one 0.1.0"),
        ]
    )
    assert [each.reason for each in (*first.statuses, *later.statuses)] == ["kept", "kept"]


def test_a_fresh_process_asks_a_kept_answer_and_imports_neither_plugin_nor_pluggy(
    site: HookSite,
) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    site.install("acts-plain", {GROUP: {"Plain": "collections:Counter"}})
    asked = (
        "[entry.key for entry in root.entries()]",
        "'powers.one' in root",
        "len(root)",
        "root.resolve('powers.one').kwargs['a']",
        "root.get('Nope')",
        "root.build({'type': 'Plain', 'a': 2})",
    )
    answers = [["Plain", "powers.one"], True, 1, 1, None, {"a": 2}]
    first, later = site.process(*asked), site.process(*asked)
    assert first == [*answers, ["acts_one_hooks", "pluggy"]]
    assert later == [*answers, []]


def test_a_module_is_imported_for_the_hooks_that_it_implements_and_no_others(
    site: HookSite,
) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]") + BUILD)
    site.install("acts-plain", {GROUP: {"Plain": "collections:Counter"}})
    site.listing()
    with site.asked() as registry:
        assert registry.get("Plain") is registry.get("Plain")
        assert registry.get("Nope") is None
        assert imported() == []
        registry.build({"type": "Plain"})
        assert imported() == ["acts_one_hooks"]


def test_a_module_without_entries_is_not_imported_for_a_listing(site: HookSite) -> None:
    site.plugin("acts-one", BUILD)
    assert site.listing().imported == ["acts_one_hooks"]
    assert site.listing().imported == []


def test_a_module_that_serves_two_registries_has_two_answers(site: HookSite) -> None:
    named = "[Entry(registry.rpartition('.')[2], 'collections:Counter')]"
    site.plugin("acts-one", entries(named), registries=["activation", "loss"])
    for modules in (["acts_one_hooks"], []):
        with site.asked() as registry:
            assert list(registry) == ["activation"]
            assert list(Registry("loss")) == ["loss"]
            assert imported() == modules
    assert len(site.files()) == 2


def test_an_answer_is_kept_whatever_the_policy(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    site.plugin("acts-two", entries("[Entry('two', 'a:A')]"))
    site.listing()
    listing = site.listing(REGISTRY_CORE_BLOCK="acts-two", REGISTRY_CORE_PREFER="acts-one")
    assert ([key for key, *_ in listing.rows], listing.imported) == (["powers.one"], [])


def upgraded(site: HookSite, name: str) -> None:
    site.plugin(name, entries("[Entry('new', 'a:A')]"), version="0.2.0")


def reinstalled(site: HookSite, name: str) -> None:
    site.plugin(name, entries("[Entry('new', 'a:A')]"))


def reinstalled_at_the_same_time(site: HookSite, name: str) -> None:
    folder = site.folder / f"{name.replace('-', '_')}-0.1.0.dist-info"
    time = folder.stat().st_mtime_ns
    # Moved aside, because its inode would be given to the next folder.
    folder.rename(site.folder / "aside")
    os.utime(site.plugin(name, entries("[Entry('new', 'a:A')]")), ns=(0, time))
    shutil.rmtree(site.folder / "aside")


CHANGES = [upgraded, reinstalled, reinstalled_at_the_same_time]


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_void_once_the_hooks_own_distribution_is_another(
    site: HookSite, change: Callable[[HookSite, str], None]
) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]", "@hookimpl\n@depends_on()"))
    site.listing()
    change(site, "acts-one")
    assert site.names() == ["new"]
    assert site.is_kept()


def removed(site: HookSite, name: str) -> None:
    site.uninstall(name)


REQUIRED = ["acts-data>=1; python_version > '3'", "acts-extra; extra == 'more'", "gone (<2)"]
SAID = {
    "required": (entries(f"[{ONE}]"), REQUIRED),
    "said": (entries(f"[{ONE}]", "@hookimpl\n@depends_on('Acts.Data', 'gone')"), ()),
    "said while answering": (
        entries(f"[depends_on('acts_data', 'gone')(registry_core_entries), {ONE}][1:]"),
        (),
    ),
}


@pytest.mark.parametrize(("source", "requires"), SAID.values(), ids=SAID)
@pytest.mark.parametrize("change", [*CHANGES, removed])
def test_an_answer_is_void_once_a_distribution_that_it_depends_on_is_another(
    site: HookSite, source: str, requires: list[str], change: Callable[[HookSite, str], None]
) -> None:
    site.plugin("acts-data")
    site.plugin("acts-one", source, requires=requires)
    assert site.listing().imported
    assert site.listing().imported == []
    change(site, "acts-data")
    assert "acts_one_hooks" in site.listing().imported
    assert "acts_one_hooks" not in site.listing().imported


@pytest.mark.parametrize(("source", "requires"), SAID.values(), ids=SAID)
def test_an_answer_is_void_once_a_distribution_is_there_that_it_found_missing(
    site: HookSite, source: str, requires: list[str]
) -> None:
    site.plugin("acts-one", source, requires=requires)
    site.listing()
    assert site.is_kept()
    site.plugin("gone")
    assert site.listing().imported == ["acts_one_hooks"]
    assert site.is_kept()


def test_without_depends_on_what_only_an_extra_requires_is_not_asked_for(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"), requires=REQUIRED)
    site.listing()
    site.plugin("acts-extra")
    assert site.is_kept()


def test_an_unrelated_distribution_voids_nothing(site: HookSite) -> None:
    site.plugin("acts-data")
    site.plugin("acts-one", entries(f"[{ONE}]", "@hookimpl\n@depends_on()"), requires=["acts-data"])
    site.plugin("other")
    site.listing()
    site.plugin("other", version="2.0", is_old=False)
    assert site.is_kept()
    site.uninstall("other")
    assert site.is_kept()
    # It is required, and `depends_on` says that it does not matter.
    site.plugin("acts-data", version="2.0")
    assert site.is_kept()


def never(site: HookSite, mark: str, answer: str = f"[{ONE}]", head: str = "") -> None:
    site.plugin("acts-one", entries(answer, mark, head))
    for _ in range(3):
        assert site.listing().imported == ["acts_one_hooks"]
    assert site.files() == []


def test_an_answer_that_depends_on_no_distribution_is_never_kept(site: HookSite) -> None:
    never(site, "@hookimpl\n@depends_on(None)")
    assert site.listing().statuses[0].reason == "depends_on(None)"


def test_a_hook_may_say_while_it_answers_that_this_answer_is_not_to_be_kept(
    site: HookSite,
) -> None:
    answer = f"[depends_on(None)(registry_core_entries), {ONE}][1:]"
    never(site, "@hookimpl\n@depends_on('acts-data')", answer)


PLAIN = (
    "{'a': 1, 'b': -1.5, 'c': float('inf'), 'd': 2**70, 'e': -0.0}",
    "{'a': 'ä€😀', 'ü': '\"\\n\\0'}",
    "{'a': None, 'b': True, 'c': [1, [2, {'d': []}]], 'e': {}}",
    "{'a': L, 'b': [L]}",
    "{'a': '\\ud83d'}",
)
NOT_PLAIN = {
    "a tuple": "{'a': (1, 2)}",
    "a tuple within": "{'a': {'b': [(1,)]}}",
    "an enum": "{'a': Colour.RED}",
    "an object": "{'a': Thing()}",
    "a set": "{'a': {1}}",
    "bytes": "{'a': b'1'}",
    "a dict with a key that is not a str": "{'a': {1: 2}}",
    "a str of a kind of its own": "{'a': Name('a')}",
    "a dict of a kind of its own": "{'a': OrderedDict(b=1)}",
    "a list that holds itself": "{'a': C}",
    "a dict that holds itself": "D",
    "lists too deep for JSON": "{'a': N}",
    "an integer too long for JSON": "{'a': 10**5000}",
    "no number": "{'a': float('nan')}",
    "two halves of a character": "{'a': '\\ud83d' + '\\ude00'}",
    "a mapping that cannot be read": "Broken()",
}
KINDS = """
from collections import OrderedDict
from collections.abc import Mapping
from enum import Enum
class Colour(str, Enum):
    RED = "red"
class Thing:
    def __eq__(self, other): return True
class Name(str): ...
class Broken(Mapping):
    def __getitem__(self, key): raise OSError
    def __iter__(self): raise OSError
    def __len__(self): return 0
L, C, D, N = [1], [], {}, []
C.append(C)
D['d'] = D
for _ in range(5_000): N = [N]
"""


def test_arguments_and_metadata_that_json_gives_back_are_kept(site: HookSite) -> None:
    rows = [f"Entry('e{n}', 'a:A', '', {plain}, {plain})" for n, plain in enumerate(PLAIN)]
    site.plugin("acts-one", entries(f"[{', '.join(rows)}]", head=KINDS))
    assert list(map(repr, site.listing().rows)) == list(map(repr, site.listing().rows))
    assert site.is_kept()


@pytest.mark.parametrize("value", NOT_PLAIN.values(), ids=NOT_PLAIN)
@pytest.mark.parametrize("field", ["kwargs", "metadata"])
def test_an_answer_that_json_would_not_give_back_is_not_kept(
    site: HookSite, value: str, field: str
) -> None:
    source = entries(f"[{ONE}, Entry('e', 'a:A', {field}={value})]", head=KINDS)
    site.plugin("acts-one", source)
    with site.asked():
        # Listed would be what it holds.
        (module,) = current_environment().hooks(GROUP).modules
        module.entries()
        assert module.cache_status.reason == "not plain"
    assert site.files() == []


MALFORMED = {
    "Entry('two words', 'a:A')": "kept",
    "Entry(None, 'a:A')": "not plain",
    "Entry('e', 'a:A', scope=5)": "not plain",
    "Entry('e', None)": "not plain",
    "Entry('e', dict)": "not plain",
    "Entry('e', 'a:A', kwargs=[('a', 1)])": "not plain",
    "Entry('e', 'a:A', metadata=None)": "not plain",
}


@pytest.mark.parametrize(("entry", "reason"), MALFORMED.items())
def test_a_malformed_answer_is_a_problem_each_time(site: HookSite, entry: str, reason: str) -> None:
    site.plugin("acts-one", entries(f"[{entry}, {ONE}]"))
    problems = []
    for _ in range(2):
        with site.asked() as registry:
            problems.append(list(map(str, registry.problems())))
            (module,) = current_environment().hooks(GROUP).modules
            assert module.cache_status.reason == reason
    assert problems[0] == problems[1] != []


@pytest.mark.parametrize(
    "source",
    [
        entries("1/0"),
        entries("[1]"),
        "import no_such_module",
        entries("[]") + "@hookimpl\ndef registry_core_lookup(surprise): ...",
    ],
)
def test_a_failure_is_a_problem_each_time(site: HookSite, source: str) -> None:
    site.plugin("acts-one", source)
    for _ in range(2):
        with site.asked() as registry:
            assert len(registry.problems()) == 1
            (module,) = current_environment().hooks(GROUP).modules
            assert module.cache_status.reason == "failed"
    assert site.files() == []


def editable(folder: Path) -> None:
    time = folder.stat().st_mtime_ns
    text = json.dumps({"url": "file:///src", "dir_info": {"editable": True}})
    (folder / "direct_url.json").write_text(text)
    os.utime(folder, ns=(0, time))


@pytest.mark.parametrize("name", ["acts-one", "acts-data"])
def test_an_answer_is_not_kept_where_what_it_depends_on_is_editable(
    site: HookSite, name: str
) -> None:
    folders = {
        "acts-data": site.plugin("acts-data"),
        "acts-one": site.plugin("acts-one", entries(f"[{ONE}]"), requires=["acts-data"]),
    }
    editable(folders[name])
    for _ in range(2):
        assert site.listing().imported == ["acts_one_hooks"]
    assert site.files() == []
    (status,) = site.listing().statuses
    assert status == ("editable", name)


@pytest.mark.parametrize("name", ["acts-one", "acts-data"])
def test_a_kept_answer_is_not_recalled_where_what_it_depends_on_has_become_editable(
    site: HookSite, name: str
) -> None:
    folders = {
        "acts-data": site.plugin("acts-data"),
        "acts-one": site.plugin("acts-one", entries(f"[{ONE}]"), requires=["acts-data"]),
    }
    site.listing()
    assert site.is_kept()
    # Its folder is not another one by that.
    editable(folders[name])
    assert site.listing().imported == ["acts_one_hooks"]


@pytest.mark.parametrize("name", ["acts-one", "acts-data"])
def test_an_answer_is_not_kept_where_a_folder_is_younger_than_this_process(
    site: HookSite, name: str
) -> None:
    source = entries(f"[{ONE}]")
    site.plugin("acts-data", is_old=name != "acts-data")
    site.plugin("acts-one", source, requires=["acts-data"], is_old=name != "acts-one")
    (status,) = site.listing().statuses
    assert status == ("too young", name)
    assert site.files() == []


def test_code_that_was_imported_before_an_upgrade_does_not_speak_for_what_is_installed_now(
    site: HookSite,
) -> None:
    site.plugin("acts-one", entries("[Entry('old', 'a:A')]"))
    upgrade = (
        "import registry_core, acts_one_hooks, pathlib\n"
        f"old = pathlib.Path({str(site.folder)!r}, 'acts_one-0.1.0.dist-info')\n"
        "new = old.with_name('acts_one-0.2.0.dist-info')\n"
        "new.mkdir()\n"
        "old.joinpath('entry_points.txt').rename(new / 'entry_points.txt')\n"
        "new.joinpath('METADATA').write_text('Name: acts-one\\nVersion: 0.2.0\\n\\n')\n"
    )
    names = "[entry.name for entry in root.entries()]"
    assert site.process(names, before=upgrade)[0] == ["old"]
    hooks = site.folder / "acts_one_hooks.py"
    hooks.write_text(hooks.read_text().replace("old", "new"))
    assert site.process(names)[0] == ["new"]


def test_an_answer_of_what_is_in_an_archive_is_not_kept(
    site: HookSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    archive = Path(shutil.make_archive(str(site.folder.parent / "acts"), "zip", site.folder))
    monkeypatch.syspath_prepend(str(archive))
    with use_environment(Environment([str(archive)], variables={CACHE: str(site.cache)})):
        assert len(Registry("activation", scope="acts").entries()) == 1
        (module,) = current_environment().hooks(GROUP).modules
        assert module.cache_status.reason in {"editable", "no stamp"}
    assert site.files() == []
    del sys.modules["acts_one_hooks"]


def test_environments_share_a_cache_folder_and_each_has_its_own_answer(
    site: HookSite, tmp_path: Path
) -> None:
    other = HookSite(tmp_path / "other")
    other.cache = site.cache
    site.plugin("acts-one", entries("[Entry('here', 'a:A')]"))
    other.plugin("acts-one", entries("[Entry('there', 'a:A')]"))
    listings: list[Any] = [each.listing() for each in (site, other, site, other)]
    assert [listing.rows[0][0] for listing in listings] == ["here", "there", "here", "there"]
    assert [bool(listing.imported) for listing in listings] == [True, True, False, False]


def test_what_has_gone_since_it_was_read_has_no_stamp(site: HookSite) -> None:
    folder = site.plugin("acts-one", entries(f"[{ONE}]"))
    with site.asked():
        (module,) = current_environment().hooks(GROUP).modules
        shutil.rmtree(folder)
        module.entries()
        assert module.cache_status == ("no stamp", "acts-one")
