"""What is loaded by a kept answer is what the hook says now."""

import json
from importlib import import_module
from typing import Any

import pytest
from hooks.hook_site import CACHE, GROUP, ONE, HookSite, entries, imported

from registry_core import EntryNotFound, PluginLoadError, Registry, current_environment

ANSWER = "eval(__import__('os').environ['ACTS'])"


@pytest.fixture
def changing(site: HookSite, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Says what the hook of a plugin will answer, whose answer is kept nevertheless."""
    site.plugin("acts-one", entries(ANSWER))

    def answers(answer: str) -> None:
        monkeypatch.setenv("ACTS", answer)

    return answers


@pytest.mark.parametrize(
    "load",
    [
        lambda root: root["powers.one"],
        lambda root: root.children["powers"].get("one"),
        lambda root: root.get("powers.one", provider="acts-one"),
        lambda root: root.build({"type": "powers.one", "b": 2}),
    ],
)
def test_a_kept_entry_is_loaded_once_the_hook_has_said_it_again(site: HookSite, load: Any) -> None:
    site.plugin("acts-one", entries(f"[Entry('two', 'a:A'), {ONE}]"))
    site.listing()
    with site.asked() as root:
        assert len(root.entries()) == 2
        assert imported() == []
        assert load(root) is not None
        assert load(root) is not None
        assert import_module("acts_one_hooks").ASKED == [GROUP]
    assert site.is_kept()


def test_what_the_distribution_declares_is_loaded_without_its_hooks(site: HookSite) -> None:
    site.plugin("acts-one", entries(f"[{ONE}]"))
    with (site.folder / "acts_one-0.1.0.dist-info" / "entry_points.txt").open("a") as file:
        file.write(f"[{GROUP}]\nPlain = collections:OrderedDict\n")
    site.listing()
    with site.asked() as root:
        assert root["Plain"].__name__ == "OrderedDict"
        assert imported() == []


def test_a_name_that_the_hook_gives_no_longer_leads_nowhere(site: HookSite, changing: Any) -> None:
    changing("[Entry('one', 'collections:Counter'), Entry('two', 'collections:Counter')]")
    site.listing()
    changing("[Entry('one', 'collections:Counter')]")
    with site.asked() as root:
        assert list(root) == ["one", "two"]
        assert root.get("two") is None
        assert list(root) == ["one"]
        assert root["one"].__name__ == "Counter"
    # What it says now is kept in place of that.
    assert site.listing() == (
        [("one", "collections:Counter", {}, {}, "acts-one 0.1.0")],
        [],
        [("kept", "")],
    )


CHANGED = {
    "a target": "[Entry('one', 'collections:deque', '', {'a': 1})]",
    "an argument": "[Entry('one', 'collections:Counter', '', {'a': 2})]",
    "a type of an argument": "[Entry('one', 'collections:Counter', '', {'a': True})]",
    "a number of another type": "[Entry('one', 'collections:Counter', '', {'a': 1.0})]",
    "what JSON cannot hold": "[Entry('one', 'collections:Counter', '', {'a': (1,)})]",
    "what equals nothing": "[Entry('one', 'collections:Counter', '', {'a': float('nan')})]",
    "what equals everything": (
        "[Entry('one', 'collections:Counter', '', "
        "{'a': type('Equal', (), {'__eq__': lambda *_: True, '__repr__': lambda _: 'equal'})()})]"
    ),
    "another entry": "[Entry('one', 'collections:Counter', '', {'a': 1}), Entry('two', 'a:A')]",
}


@pytest.mark.parametrize("answer", CHANGED.values(), ids=CHANGED)
def test_an_entry_that_the_hook_gives_otherwise_is_the_one_that_is_loaded(
    site: HookSite, changing: Any, answer: str
) -> None:
    changing("[Entry('one', 'collections:Counter', '', {'a': 1})]")
    site.listing()
    changing(answer)
    with site.asked() as root:
        found = root["one"]
        now = root.resolve("one")
        assert repr((found.func.__name__, found.keywords)) == repr(
            (str(now.target).partition(":")[2], dict(now.kwargs))
        )
        assert import_module("acts_one_hooks").ASKED == [GROUP]
        without = [(e.name, e.target, repr(e.kwargs)) for e in root.entries()]
    with site.asked(**{CACHE: "off"}) as root:
        assert [(e.name, e.target, repr(e.kwargs)) for e in root.entries()] == without


def test_an_answer_in_another_order_is_the_same(site: HookSite, changing: Any) -> None:
    rows = ["Entry('one', 'collections:Counter', '', {'a': 1})", "Entry('two', 'a:A')"]
    changing(f"[{', '.join(rows)}]")
    site.listing()
    (file,) = site.files()
    kept = file.read_text(), file.stat().st_ino
    changing(f"[{', '.join(rows[::-1])}]")
    with site.asked() as root:
        assert root["one"].keywords == {"a": 1}
    assert (file.read_text(), file.stat().st_ino) == kept


def test_a_hook_that_fails_now_takes_back_what_was_kept(site: HookSite, changing: Any) -> None:
    changing("[Entry('one', 'collections:Counter')]")
    site.listing()
    changing("1/0")
    with site.asked() as root:
        assert list(root) == ["one"]
        with pytest.raises(EntryNotFound):
            root["one"]
        assert "ZeroDivisionError" in str(root.problems())
    assert site.files() == []


EVIL = ["one", "acts_evil:Evil", "powers", {"a": 1}, {}]
FORGED: dict[str, list[Any]] = {
    "another target": [EVIL],
    "another name": [["evil", *EVIL[1:]]],
    "the right one as well": [
        ["one", "collections:Counter", "powers", {"a": 1}, {"odd": True}],
        ["evil", *EVIL[1:]],
    ],
}


@pytest.mark.parametrize("rows", FORGED.values(), ids=FORGED)
def test_a_forged_answer_is_never_loaded_and_gives_way(site: HookSite, rows: list[Any]) -> None:
    site.install("acts-evil", "", {"acts_evil.py": "class Evil: ..."})
    site.plugin("acts-one", entries(f"[{ONE}]"))
    site.listing()
    site.forge(entries=rows)
    with site.asked() as root:
        # So that this can fail: a listing believes it.
        assert "acts_evil:Evil" in [entry.target for entry in root.entries()]
        root.get("powers.evil")
        assert root["powers.one"].func.__name__ == "Counter"
        assert "acts_evil" not in imported()
    assert site.names() == ["powers.one"]


def test_hooks_that_a_forged_answer_adds_are_not_called(site: HookSite) -> None:
    names = ("build", "entries", "lookup", "missing", "x")
    site.plugin("acts-one", entries("[Entry('one', 'collections:Counter')]"))
    site.listing()
    site.forge(implements={f"registry_core_{name}": 0 for name in names})
    with site.asked() as root:
        assert root.get("unknown") is None
        with pytest.raises(EntryNotFound):
            root.resolve("unknown")
        root.register_module("Own", module=dict)
        assert root.build({"type": "Own"}) == {}
        assert root.problems() == []


def test_hooks_that_a_forged_answer_hides_are_back_once_the_module_is_asked(site: HookSite) -> None:
    build = (
        "@hookimpl(wrapper=True)\ndef registry_core_build(kwargs):\n"
        "    kwargs['b'] = 2\n    return (yield)\n"
    )
    site.plugin("acts-one", entries("[Entry('one', 'collections:Counter')]") + build)
    site.listing()
    site.forge(implements={"registry_core_entries": 0})
    with site.asked() as root:
        assert root.build({"type": "one"}) == {"b": 2}
    assert json.loads(site.files()[0].read_text())["implements"] == {
        "registry_core_entries": 0,
        "registry_core_build": 0,
    }


def test_a_module_that_cannot_be_imported_any_more_is_a_problem_when_something_is_loaded(
    site: HookSite,
) -> None:
    site.plugin("acts-one", entries("[Entry('one', 'collections:Counter')]"))
    site.listing()
    (site.folder / "acts_one_hooks.py").write_text("import no_such_module")
    with site.asked() as root:
        assert list(root) == ["one"]
        with pytest.raises((EntryNotFound, PluginLoadError)):
            root["one"]
        assert "no_such_module" in str(root.problems())


def test_an_entry_in_a_scope_that_names_the_root_is_loaded(site: HookSite) -> None:
    rows = [f"Entry('one', 'collections:Counter', '{scope}')" for scope in ("acts", "acts.x.y")]
    site.plugin("acts-one", entries(f"[{', '.join(rows)}]"))
    site.listing()
    with site.asked() as root:
        assert (root["one"], root["x.y.one"]) == (root.get("one"), root.get("x.y.one"))
    assert site.is_kept()


def test_a_hook_may_look_at_the_registry_that_it_answers_for(site: HookSite) -> None:
    head = "from registry_core import Registry, current_environment\n"
    look = "[Entry(f'n{len(Registry(\"activation\", scope=\"acts\").entries())}', 'a:A')]"
    site.plugin("acts-one", entries(look, head=head))
    with site.asked() as root:
        assert list(root) == ["n0"]
        assert current_environment().hooks(GROUP).modules[0].cache_status.reason == "kept"
        assert isinstance(root, Registry)
