"""Registries and entries in a notebook: as tables, and completed as somebody types."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest

from registry_core import Entry, Provider, Registry
from registry_core.limits import MAX_HTML_ROWS

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site

pytest.importorskip("IPython")


@pytest.fixture
def necks() -> Registry[Any]:
    found: Registry[Any] = Registry("necks of notebooks", scope="acme")
    found.register_module("FPN", module=dict)
    Registry("necks", parent=found, scope="<b>").register_module("PAN", module=list)
    return found


def test_a_registry_is_a_table_of_its_entries(necks: Registry[Any]) -> None:
    shown = necks._repr_html_()
    assert "<caption>registry_core.necks_of_notebooks, scope acme</caption>" in shown
    assert "<th>key</th><th>provider</th><th>target</th>" in shown
    assert "<td>FPN</td>" in shown
    assert "<td>&lt;b&gt;.PAN</td>" in shown
    assert shown.count("<tr>") == 3


def test_very_many_entries_are_not_all_shown() -> None:
    many: Registry[Any] = Registry("many of notebooks", scope="acme")
    for number in range(MAX_HTML_ROWS + 2):
        many.register_module(f"N{number}", module=dict)
    shown = many._repr_html_()
    assert shown.count("<tr>") == MAX_HTML_ROWS + 1
    assert "(the first 1,000 of 1,002)" in shown


def test_an_entry_is_a_table_of_its_fields() -> None:
    entry = Entry(
        "tiny",
        "acme.nets:Net",
        scope="small",
        kwargs={"depth": 1},
        metadata={"paper": "a&b"},
        registry="acme.model",
        provider=Provider("acme", "2"),
    )
    assert entry._repr_html_() == (
        "<table><tbody><tr><td>key</td><td>small.tiny</td></tr>"
        "<tr><td>registry</td><td>acme.model</td></tr>"
        "<tr><td>target</td><td>acme.nets:Net</td></tr>"
        "<tr><td>provider</td><td>acme 2</td></tr>"
        "<tr><td>binds</td><td>depth=1</td></tr>"
        "<tr><td>paper</td><td>a&amp;b</td></tr></tbody></table>"
    )


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("R['F", ["FPN"]),
        ("R['", ["<b>.PAN", "FPN"]),
        ("R.get('F", ["FPN"]),
        ('x = f(R.resolve("F', ["FPN"]),
        ("R.describe('", ["<b>.PAN", "FPN"]),
        ("module.R.which('F", ["FPN"]),
        ("other.get('F", []),
        ("R.name.get('F", []),
        ("f().get('F", []),
    ],
)
def test_keys_are_completed(
    necks: Registry[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    offered: list[str],
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    from types import ModuleType

    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    module = ModuleType("module")
    module.R = necks  # type: ignore[attr-defined]
    names = {"R": necks, "module": module, "other": {"F": 1}}
    shell: Any = InteractiveShell.instance(user_ns=names)
    shell.user_ns.update(names)
    shell.extension_manager.load_extension("registry_core.notebook")
    with provisionalcompleter():
        found = [each.text for each in shell.Completer.completions(line, len(line))]
    assert sorted(each for each in found if "N" in each) == offered


@pytest.mark.parametrize("quote", ["'", '"'])
def test_what_is_completed_in_a_call_is_that_key_when_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quote: str
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    odd: Registry[Any] = Registry("odd keys of notebooks", scope="acme")
    keys = ["it's", 'a "b"', "c\\d", "\\'", "new\nline", "\udcff", "Été", "plain"]
    for key in keys:
        odd.register_module(key, module=dict)
    shell: Any = InteractiveShell.instance()
    shell.user_ns["ODD"] = odd
    shell.extension_manager.load_extension("registry_core.notebook")
    line = f"ODD.get({quote}"
    with provisionalcompleter():
        found = [each.text for each in shell.Completer.completions(line, len(line))]
    assert sorted(ast.literal_eval(f"{quote}{each}{quote}") for each in found) == sorted(keys)


def test_an_extension_that_is_loaded_again_completes_once_and_can_be_unloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    shell.extension_manager.load_extension("registry_core.notebook")
    number = len(shell.Completer.custom_matchers)
    shell.extension_manager.reload_extension("registry_core.notebook")
    assert len(shell.Completer.custom_matchers) == number
    assert shell.extension_manager.unload_extension("registry_core.notebook") is None
    assert len(shell.Completer.custom_matchers) == number - 1
    shell.extension_manager.load_extension("registry_core.notebook")


def test_nothing_of_a_plugin_is_imported_for_a_table(plugin_site: Site) -> None:
    plugin_site.install("necks", {"registry_core.shown necks": {"A": "gone:A"}})
    rows = {"registry_core.shown_necks": {"A": "gone:A"}}
    plugin_site.install("more-necks", rows)
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("shown_necks", scope="acme")
        assert "<td>A</td><td>more-necks 0.1.0</td><td>gone:A</td>" in registry._repr_html_()
