"""A name can be replaced for one thread or task, and taken away: for tests and notebooks."""

import asyncio
import threading
from typing import Any

import pytest

from registry_core import EntryConflict, EntryNotFound, Registry, WrongType, current_environment
from registry_core.testing import Site

GROUP = "registry_core.replaced"


@pytest.fixture
def words(plugin_site: Site) -> Any:
    plugin_site.install(
        "words",
        {f"{GROUP}.extra": {"Swish": "collections:Counter"}, GROUP: {"Plain": "builtins:set"}},
    )
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("replaced", scope="words")
        registry.register_module("Own", module=dict)
        yield registry


def state(registry: Registry[Any], key: str) -> tuple[object, ...]:
    return registry.get(key), key in registry, registry.which(key).entries != ()


@pytest.mark.parametrize("key", ["Own", "Plain", "New"])
def test_what_is_replaced_is_found_listed_and_built_and_is_back_afterwards(
    words: Registry[Any], key: str
) -> None:
    before, names = state(words, key), list(words)
    with words.replaced(key, list):
        assert state(words, key) == (list, True, True)
        assert words.build({"type": key}) == []
        assert words.resolve(key).target is list
        assert key in list(words)
        assert [entry.target for entry in words.entries() if entry.key == key] == [list]
        with words.replaced(key, tuple):
            assert words[key] is tuple
        assert words[key] is list
    assert (state(words, key), list(words)) == (before, names)


def test_a_scope_replaces_names_of_its_own(words: Registry[Any]) -> None:
    with words.children["extra"].replaced("Swish", list):
        assert words["extra.Swish"] is list
        assert words.get("Swish") is None
    assert words["extra.Swish"] is not list


def test_another_thread_sees_nothing_of_it(words: Registry[Any]) -> None:
    seen: list[object] = []
    with words.replaced("Own", list):
        for _ in range(2):
            thread = threading.Thread(target=lambda: seen.append(words["Own"]))
            thread.start()
            thread.join()
            assert words["Own"] is list
    assert seen == [dict, dict]


def test_tasks_see_their_own(words: Registry[Any]) -> None:
    async def task(found: Any) -> object:
        with words.replaced("Own", found):
            await asyncio.sleep(0)
            return words["Own"]

    async def both() -> list[object]:
        return [*await asyncio.gather(task(list), task(tuple))]

    assert asyncio.run(both()) == [list, tuple]


def test_it_comes_before_a_conflict(words: Registry[Any], plugin_site: Site) -> None:
    for name in ("one", "two"):
        plugin_site.install(name, {GROUP: {"Both": f"{name}:Both"}})
    current_environment().refresh()
    with words.replaced("Both", list):
        assert words["Both"] is list
    with pytest.raises(EntryConflict):
        words.get("Both")


def test_what_cannot_stand_for_an_entry_is_refused(words: Registry[Any]) -> None:
    with pytest.raises(WrongType, match="what replaces an entry must be Callable"):
        words.replaced("Own", 3).__enter__()  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="name must be a str"):
        words.replaced(3, dict).__enter__()  # type: ignore[arg-type]
    assert words["Own"] is dict


def test_what_code_registered_can_be_taken_away_and_registered_again(words: Registry[Any]) -> None:
    assert words["Own"] is dict
    words.unregister("Own")
    assert state(words, "Own") == (None, False, False)
    words.register_module("Own", module=list)
    assert state(words, "Own")[0] is list


def test_what_is_installed_is_away_until_a_refresh(words: Registry[Any]) -> None:
    assert words["Plain"] is set
    words.unregister("Plain")
    assert state(words, "Plain") == (None, False, False)
    assert "Plain" not in list(words)
    current_environment().block("nothing")
    assert "Plain" not in words
    current_environment().refresh()
    assert words["Plain"] is set


def test_a_name_that_is_not_there_cannot_be_taken_away(words: Registry[Any]) -> None:
    for name in ("Swish", "New"):
        with pytest.raises(EntryNotFound, match=f"'{name}' is not in the registry"):
            words.unregister(name)


def test_a_name_of_another_scope_is_taken_away_there(words: Registry[Any]) -> None:
    with pytest.raises(EntryNotFound) as raised:
        words.unregister("extra.Swish")
    way = ".root.children['extra'].unregister('Swish')"
    assert str(raised.value).endswith(
        f"; only names of this very scope can be unregistered; it is {way}"
    )
    with pytest.raises(EntryNotFound, match=r"it is \.root\.unregister\('Own'\)"):
        words.children["extra"].unregister("Own")
    with pytest.raises(WrongType, match="name must be a str, but got int"):
        words.unregister(3)  # type: ignore[arg-type]
    eval(f"words{way}")
    assert "extra.Swish" not in words


def test_a_name_that_was_taken_away_is_not_called_uninstalled(words: Registry[Any]) -> None:
    words.children["extra"].unregister("Swish")
    told = "this program has unregistered it: current_environment().refresh() brings it back"
    with pytest.raises(EntryNotFound) as raised:
        _ = words["extra.Swish"]
    assert told in str(raised.value)
    assert "is the package" not in str(raised.value)
    assert told in str(words.check({"type": "extra.Swish"})[0])
    with pytest.raises(EntryNotFound) as other:
        _ = words["extra.Swosh"]
    assert told not in str(other.value)
    current_environment().refresh()
    assert words["extra.Swish"]


def test_all_entries_are_loaded_past_those_that_fail(
    words: Registry[Any], plugin_site: Site
) -> None:
    plugin_site.install("bad", {GROUP: {"Bad": "acme_bad:Bad"}}, {"acme_bad.py": "1 / 0"})
    current_environment().refresh()
    loaded = {entry.key: found for entry, found in words.load_all()}
    assert list(loaded) == ["Bad", "Own", "Plain", "extra.Swish"]
    assert str(loaded["Bad"]).startswith("'Bad' in 'registry_core.replaced', provided by bad 0.1.0")
    assert (loaded["Own"], loaded["Plain"]) == (dict, set)


def test_the_questions_of_the_rooms_are_methods(words: Registry[Any]) -> None:
    assert [entry.key for entry in words.find("swish")] == ["extra.Swish"]
    assert words.which("extra.Swish").tried == ("", "extra")
    assert [str(error) for error in words.check({"type": "Own"})] == []
    assert words.check({"type": "Owm"})[0].close == ("Own",)  # type: ignore[attr-defined]
