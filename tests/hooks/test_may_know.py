"""A lookup hook may say which names it may know: all others are wrong without asking it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from hooks.hook_site import GROUP, HookSite

from registry_core import ConfigHint, EntryNotFound, HookError, current_environment, may_know
from registry_core.config import check_config, schema
from registry_core.hooks.module import fits_pattern
from registry_core.hooks.specs import patterns_of

if TYPE_CHECKING:
    from collections.abc import Callable

jsonschema = pytest.importorskip("jsonschema")

HUB = """
    from registry_core import may_know

    @hookimpl
    def registry_core_entries(registry):
        return [Entry('one', 'collections:Counter', scope='extra')]

    @hookimpl
    MARK
    def registry_core_lookup(registry, scope, name):
        ASKED.append(name)
        return Entry(name, 'collections:OrderedDict') if name.startswith('hub/') else None
"""
MARKED = HUB.replace("MARK", "@may_know('hub/*', 'timm/*/base')")
UNMARKED = HUB.replace("    MARK\n", "")


def registry_core_lookup() -> None: ...


def registry_core_entries() -> None: ...


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (lambda: may_know()(registry_core_lookup), "write @may_know(...), with patterns of names"),
        (lambda: may_know(registry_core_lookup), "write @may_know(...), with patterns"),  # type: ignore[arg-type]
        (lambda: may_know("")(registry_core_lookup), "takes patterns of names, not ''"),
        (lambda: may_know(3)(registry_core_lookup), "takes patterns of names, not 3"),  # type: ignore[arg-type]
        (lambda: may_know("a")(registry_core_entries), "looked up by registry_core_lookup alone"),
    ],
)
def test_what_is_no_pattern_is_refused_where_it_is_written(
    mark: Callable[[], object], words: str
) -> None:
    with pytest.raises(HookError) as error:
        mark()
    assert words in str(error.value)
    assert patterns_of(registry_core_lookup) == ()


@pytest.mark.parametrize(
    ("pattern", "names", "others"),
    [
        ("hub/*", ["hub/", "hub/a/b", "hub/\n"], ["hub", "a/hub/b", "Hub/a"]),
        ("*", ["", "a"], []),
        ("a*b*c", ["abc", "axbbyc"], ["ac", "abxc.", "acb"]),
        ("*.pt", [".pt", "a.pt"], ["a.ptx", "pt"]),
        ("a*a", ["aa", "aba"], ["a"]),
        ("[ab]?", ["[ab]?"], ["ab", "a"]),
    ],
)
def test_a_star_stands_for_any_text_and_nothing_else_for_another(
    pattern: str, names: list[str], others: list[str]
) -> None:
    assert [name for name in names if not fits_pattern(name, pattern)] == []
    assert [name for name in others if fits_pattern(name, pattern)] == []


def test_a_lookup_is_asked_for_the_names_that_it_may_know(site: HookSite) -> None:
    site.plugin("acts-hub", MARKED)
    with site.asked() as root:
        asked = sys.modules["acts_hub_hooks"].ASKED if root.entries() else []
        assert root.get("hub/big") is root["extra.hub/big"]
        assert asked == ["hub/big", "hub/big"]
        assert root.get("Nope") is None
        with pytest.raises(EntryNotFound) as error:
            root["extra.Nope"]
        assert asked == ["hub/big", "hub/big"]
    assert "acts-hub 0.1.0 looks up names like 'hub/*', 'timm/*/base'" in str(error.value)


CHECKED: list[tuple[str, str, str]] = [
    # A name, and what is found where the hook says what it may know, and where it does not.
    ("extra.one", "", ""),
    ("hub/big", "hint", "hint"),
    ("extra.hub/big", "hint", "hint"),
    ("timm/x/base", "hint", "hint"),
    ("timm/x", "error", "hint"),
    ("extra.onne", "error", "hint"),
]


@pytest.mark.parametrize(("name", "marked", "unmarked"), CHECKED)
def test_the_check_and_the_schema_accept_what_a_lookup_may_know(
    site: HookSite, name: str, marked: str, unmarked: str
) -> None:
    for source, wanted in ((MARKED, marked), (UNMARKED, unmarked)):
        site.plugin("acts-hub", source)
        with site.asked() as root:
            found = check_config({"type": name}, root)
            checks = jsonschema.Draft202012Validator(schema(root))
        assert [each.severity for each in found] == [wanted] * bool(wanted), source
        assert checks.is_valid({"type": name}) is (wanted != "error"), source
        if wanted == "hint":
            (hint,) = found
            assert type(hint) is ConfigHint
            assert "is not checked: the lookup hook of acts-hub 0.1.0 may know it" in str(hint)
            assert "check it with load=True, which asks the hook" in str(hint)


def test_who_did_not_ask_the_hook_says_that_it_may_know(site: HookSite) -> None:
    site.plugin("acts-hub", MARKED)
    with site.asked() as root:
        name, other = "hub/x", "timm/x"
        assert root.get(name) is not None
        who = "; the lookup hook of acts-hub 0.1.0 may know it: "
        for ask, way in (
            (root.resolve, "only loading and building ask it"),
            (root.describe, "load=True asks it"),
        ):
            told = f"{who}{way}"
            with pytest.raises(EntryNotFound) as raised:
                ask(name)
            assert told in str(raised.value)
            assert "is the package that provides it installed" not in str(raised.value)
            with pytest.raises(EntryNotFound) as raised:
                ask(other)
            assert told not in str(raised.value)


def test_loading_asks_the_hook(site: HookSite) -> None:
    site.plugin("acts-hub", MARKED)
    with site.asked() as root:
        assert check_config({"type": "hub/big"}, root, load=True) == []
        (error,) = check_config({"type": "timm/x/base"}, root, load=True)
    assert type(error) is EntryNotFound


def test_the_patterns_are_kept_with_the_answer(site: HookSite) -> None:
    site.plugin("acts-hub", MARKED)
    site.names()

    def patterns() -> Any:
        found = {
            str(each): said for each, said in current_environment().hooks(GROUP).patterns().items()
        }
        return found, "acts_hub_hooks" in sys.modules

    with site.asked() as root:
        root.entries()
        assert patterns() == ({"acts-hub 0.1.0": ("hub/*", "timm/*/base")}, False)
    site.plugin("acts-hub", UNMARKED)
    with site.asked() as root:
        root.entries()
        assert patterns() == ({"acts-hub 0.1.0": ()}, True)


def test_a_kept_answer_with_patterns_of_another_kind_is_not_believed(site: HookSite) -> None:
    site.plugin("acts-hub", MARKED)
    site.names()
    (file,) = site.files()
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('["hub/*","timm/*/base"]', "[3]"), encoding="utf-8")
    assert "[3]" in file.read_text(encoding="utf-8")
    assert site.listing().imported
