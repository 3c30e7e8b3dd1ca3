"""What a test does to registries is undone when it ends."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fresh_process import run_python

from registry_core import Registry, current_environment, default_scope, set_default_scope
from registry_core.compat.mmengine import Registry as Assignable
from registry_core.scope import current_scope
from registry_core.testing import Site, snapshot


@pytest.fixture
def words() -> Registry[Any]:
    registry: Registry[Any] = Registry("snapshot words", scope="acme")
    registry.register_module("kept", module=dict)
    registry.register_module("replaced", module=dict)
    return registry


def test_registrations_scopes_and_replacements_are_undone(words: Registry[Any]) -> None:
    with snapshot():
        words.register_module("new", module=list)
        words.register_module("replaced", module=list, force=True)
        words.unregister("kept")
        extra: Registry[Any] = Registry("snapshot words", parent=words, scope="extra")
        extra.register_module("inner", module=set)
        assert sorted(words) == ["new", "replaced"]
        assert words["extra.inner"] is set
    assert sorted(words) == ["kept", "replaced"]
    assert words["replaced"] is dict
    assert "extra.inner" not in words
    again: Registry[Any] = Registry("snapshot words", parent=words, scope="extra")
    assert list(again) == []


def test_what_a_scope_says_of_building_is_undone_for_the_scopes_within_it() -> None:
    top = Assignable("snapshot settings", scope="acme")
    with snapshot():
        top.build_func = lambda _cfg, **_: "announced"
        inner: Registry[Any] = Registry("snapshot settings", parent=top, scope="inner")
        assert top.build({}) == inner.build({}) == "announced"
    top.register_module("Counter", module=dict)
    inner = Registry("snapshot settings", parent=top, scope="inner")
    assert top.build({"type": "Counter"}) == inner.build({"type": "Counter"}) == {}


def test_a_declared_name_that_was_unregistered_is_back(plugin_site: Site) -> None:
    plugin_site.install("acme", {"registry_core.snapped": {"Net": "acme_net:Net"}})
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("snapped", scope="acme")
        with snapshot():
            registry.unregister("Net")
            assert "Net" not in registry
        assert "Net" in registry


def test_the_policy_and_the_default_scope_are_undone() -> None:
    before = current_environment()
    with snapshot():
        current_environment().block("acme-bad")
        set_default_scope("extra")
        assert current_environment().refusal("acme-bad") == "blocked in code"
    assert current_environment() is before
    assert before.refusal("acme-bad") is None
    assert current_scope() is None


def test_an_error_in_the_block_undoes_as_well(words: Registry[Any]) -> None:
    with pytest.raises(LookupError), snapshot():
        words.register_module("new", module=list)
        raise LookupError
    assert "new" not in words


REGISTERS = """
    from home_of_words import WORDS

    @WORDS.register_module()
    class FromModule: ...
"""


def test_a_module_that_stays_imported_keeps_what_it_registered(
    tmp_path: Path, words: Registry[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(tmp_path / "site")
    site.install("acme", "", {"words_of_acme.py": REGISTERS})
    home = type(sys)("home_of_words")
    home.WORDS = words  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "home_of_words", home)
    with snapshot(), site.in_use():
        __import__("words_of_acme")
        assert "FromModule" in words
        # Its module is forgotten with the site.
    assert "FromModule" not in words
    monkeypatch.syspath_prepend(str(site.folder))
    with snapshot():
        __import__("words_of_acme")
    assert "FromModule" in words
    del sys.modules["words_of_acme"]


def test_the_fixture_restores_after_each_test(tmp_path: Path) -> None:
    (tmp_path / "test_words.py").write_text(
        "import pytest\n"
        "from registry_core import Registry\n"
        "WORDS = Registry('words of a test', scope='acme')\n"
        "@pytest.mark.parametrize('number', [1, 2])\n"
        "def test_registering(registry_snapshot, number):\n"
        "    WORDS.register_module('new', module=[dict, list][number - 1])\n"
        "def test_nothing_is_left():\n"
        "    assert list(WORDS) == []\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "3 passed" in done.stdout, done.stdout


def test_a_test_run_without_our_fixtures_imports_four_of_our_modules(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import sys\n"
        "def pytest_sessionfinish():\n"
        "    print(sorted(n for n in sys.modules if n.partition('.')[0] == 'registry_core'))\n"
    )
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass\n")
    done = run_python("-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", cwd=tmp_path)
    rest = ["started", "testing", "testing.plugin"]
    assert str(["registry_core", *(f"registry_core.{name}" for name in rest)]) in done.stdout


def test_a_default_scope_that_is_open_stays_open(words: Registry[Any]) -> None:
    with default_scope("acme"), snapshot():
        assert current_scope() == "acme"
    assert "kept" in words
