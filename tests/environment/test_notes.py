"""Data files about entries: metadata, old names, and what other distributions have."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from fresh_process import python
from metadata_on_disk import says

from registry_core import Entry, EntryNotFound, Environment, Registry, use_environment
from registry_core.config import check_config
from registry_core.doctor import diagnose
from registry_core.errors import EntryConflict
from registry_core.query import describe, find, listing
from registry_core.testing import check_distribution

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site

GROUP = "dairy.cheese"
NOTES = """
    ["dairy.cheese".entries]
    "blue.Roquefort" = { summary = "Sharp.", milk = ["ewe"] }
    Brie = { milk = ["cow"] }

    ["dairy.cheese".renamed]
    "blue.Rockfort" = { to = "blue.Roquefort", since = "0.9", until = "2.0" }
    Bry = { to = "Brye" }
    Brye = { to = "Brie" }

    ["dairy.cheese".elsewhere]
    dairy-hard = ["Gouda", "hard.Edam"]
"""
FILES = {
    "dairy_soft/__init__.py": "raise SystemExit('imported')",
    "dairy_soft/registry.toml": NOTES,
    "cheeses.py": "class Brie: ...\nclass Roquefort: ...\n",
}
ROWS = {
    GROUP: {"Brie": "cheeses:Brie"},
    f"{GROUP}.blue": {"Roquefort": "cheeses:Roquefort"},
    "registry_core.notes": {GROUP: "dairy_soft"},
}


OWNER = f"""
from registry_core import Registry
ROOT = Registry("cheese", group="{GROUP}", scope="dairy")
@ROOT.register_module()
class Made: ...
"""


def install(site: Site, notes: str = NOTES, rows: dict[str, dict[str, str]] | None = None) -> None:
    files = {**FILES, "dairy_soft/registry.toml": notes}
    site.install("dairy-soft", {**ROWS, **(rows or {})}, files)


def install_owner(site: Site) -> None:
    site.install("dairy", {"registry_core.registries": {GROUP: "dairy:ROOT"}}, {"dairy.py": OWNER})


def cheeses() -> Registry[Any]:
    return Registry("cheese", group=GROUP, scope="dairy")


def proposed(registry: Registry[Any]) -> Any:
    """What an editor proposes for a type."""
    return registry.schema()["$defs"][f"{GROUP}-parts"]["else"]["properties"]["type"]


def said(registry: Registry[Any]) -> list[str]:
    return [f"{each.where}: {each.what}" for each in registry.problems()]


def test_metadata_of_declared_entries_is_found_and_shown(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use():
        root = cheeses()
        assert [each.key for each in root.entries()] == ["Brie", "blue.Roquefort"]
        assert [each.key for each in root.entries(milk=["ewe"])] == ["blue.Roquefort"]
        assert [each.key for each in find(root, "sharp")] == ["blue.Roquefort"]
        assert describe(root, "blue.Roquefort").summary == "Sharp."
        assert proposed(root)["enumDescriptions"] == [
            "dairy-soft 0.1.0",
            "Sharp. - dairy-soft 0.1.0",
        ]
        assert root.problems() == []
        assert "dairy_soft" not in sys.modules


def test_what_code_and_hooks_say_counts_more(plugin_site: Site) -> None:
    hooks = """
        from registry_core import Entry, hookimpl
        @hookimpl
        def registry_core_entries(registry):
            yield Entry("Feta", "cheeses:Brie", metadata={"milk": "goat"})
    """
    notes = (
        f'["{GROUP}".entries]\nFeta = {{ milk = "ewe", salt = 1 }}\nBrie = {{ milk = 1, a = 2 }}\n'
    )
    rows = {"registry_core.hooks": {GROUP: "cheese_hooks"}}
    install(plugin_site, notes, rows)
    (plugin_site.folder / "cheese_hooks.py").write_text(hooks.replace("\n        ", "\n"))
    with plugin_site.in_use():
        root = cheeses()
        assert root.resolve("Feta").metadata == {"milk": "goat", "salt": 1}
        import cheeses as module  # type: ignore[import-not-found]

        root.register_module("Brie", module=module.Brie, metadata={"milk": "cow"})
        assert root.resolve("Brie").metadata == {"milk": "cow", "a": 2}
        assert root.problems() == []


def test_an_old_name_leads_to_the_entry_and_warns_once(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use():
        root = cheeses()
        message = (
            r"^dairy\.cheese: 'blue\.Rockfort' is now called 'blue\.Roquefort', "
            r"since dairy-soft 0\.9; the old name works until 2\.0$"
        )
        assert "blue.Rockfort" in root
        with pytest.warns(FutureWarning, match=message):
            found = root["blue.Rockfort"]
        assert found is root["blue.Roquefort"]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert root.resolve("blue.Rockfort").key == "blue.Roquefort"
            assert root.children["blue"].build({"type": "Rockfort"}).__class__ is found
        # A chain, and what only that distribution says.
        with pytest.warns(FutureWarning) as told:
            assert root.resolve("Bry", provider="dairy-soft").key == "Brie"
        assert len(told) == 2
        assert root.get("Bry", provider="another") is None


USES = (
    "root['{}']",
    "root.get('{}')",
    "root.resolve('{}')",
    "root.build({{'type': '{}'}})",
    "root.plan({{'type': '{}'}})",
    "root.build([{{'type': '{}'}}], recursive=True)",
)


def test_the_warning_of_an_old_name_stands_where_it_was_used(plugin_site: Site) -> None:
    names = [f"Old{number}" for number in range(len(USES))]
    rows = "".join(f'{name} = {{ to = "Brie" }}\n' for name in names)
    install(plugin_site, f'["{GROUP}".renamed]\n{rows}')
    with plugin_site.in_use():
        root = cheeses()
        for use, name in zip(USES, names, strict=True):
            code = compile(use.format(name), f"{name}.py", "exec")
            with pytest.warns(FutureWarning, match=f"'{name}' is now called") as told:
                exec(code, {"root": root, "__name__": "asked_here"})
            assert [each.filename for each in told] == [f"{name}.py"]


def test_a_rename_never_hides_an_entry(plugin_site: Site) -> None:
    install(plugin_site, f'["{GROUP}".renamed]\nBrie = {{ to = "blue.Roquefort" }}\n')
    with plugin_site.in_use():
        root = cheeses()
        assert root.resolve("Brie").key == "Brie"
        root.register_module("Curd", module=dict)
        assert root.resolve("Curd").target is dict
        assert root.problems() == []


def test_a_check_warns_of_an_old_name_and_says_what_to_write(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use():
        cfg = {"a": {"type": "blue.Rockfort"}, "b": {"_scope_": "blue", "type": "Rockfort"}}
        cfg["c"] = {"_scope_": "blue", "type": "blue.Rockfort"}
        first, second, third = check_config(cfg, cheeses(), recursive=True)
    assert (first.code, first.severity, first.config_path) == ("renamed", "warning", "a.type")
    assert str(first).endswith("until 2.0; write 'blue.Roquefort'")
    assert str(second).endswith("until 2.0; write 'Roquefort'")
    # As it is spelled there, though the short name would do.
    assert str(third).endswith("until 2.0; write 'blue.Roquefort'")


def test_the_schema_takes_old_names_and_proposes_none(plugin_site: Site) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    install(plugin_site)
    with plugin_site.in_use():
        root = cheeses()
        valid = jsonschema.Draft202012Validator(root.schema()).is_valid
        for name in ("blue.Rockfort", "dairy.blue.Rockfort", "Bry", "Brye", "Brie"):
            assert valid({"type": name}), name
        assert not valid({"type": "Rockfort"})
        assert not valid({"type": "blue.Rockfort", "age": 1})
        blue = jsonschema.Draft202012Validator(root.children["blue"].schema()).is_valid
        assert blue({"type": "Rockfort"})
        assert proposed(root)["enum"] == [
            "Brie",
            "blue.Roquefort",
        ]


def test_notes_about_what_a_hook_computes_are_not_accused_where_the_hook_fails(
    plugin_site: Site,
) -> None:
    rows = {"registry_core.hooks": {GROUP: "cheese_hooks"}}
    install(plugin_site, f'["{GROUP}".entries]\nFeta = {{ salt = 1 }}\n', rows)
    hooks = """
from registry_core import hookimpl
@hookimpl
def registry_core_entries(registry):
    raise ValueError("no milk")
"""
    (plugin_site.folder / "cheese_hooks.py").write_text(hooks)
    install_owner(plugin_site)
    with plugin_site.in_use() as environment:
        (problem,) = cheeses().problems()
        assert problem.code == "hook-failed"
        silent = environment.without_hooks_of("dairy-soft")
    with plugin_site.in_use(), use_environment(silent):
        assert cheeses().problems() == []


def test_what_the_owner_says_by_decorator_counts_where_it_is_read_from_source(
    plugin_site: Site,
) -> None:
    owner = OWNER.replace("register_module()", 'register_module(metadata={"milk": "cow"})')
    rows = {
        "registry_core.registries": {GROUP: "dairy:ROOT"},
        "registry_core.notes": {GROUP: "dairy_notes"},
        GROUP: {"Made": "dairy:Made"},
    }
    notes = f'["{GROUP}".entries]\nMade = {{ milk = "ewe", salt = 1 }}\n'
    files = {"dairy.py": owner, "dairy_notes/registry.toml": notes}
    plugin_site.install("dairy", rows, files)
    with plugin_site.in_use():
        (row,) = listing().rows
        assert row.entry.metadata == {"milk": "cow", "salt": 1}
        assert "dairy" not in sys.modules


def test_an_error_ends_with_the_distribution_that_has_the_name(plugin_site: Site) -> None:
    install(plugin_site)
    with plugin_site.in_use():
        with pytest.raises(EntryNotFound) as caught:
            cheeses()["hard.Edam"]
        text = str(caught.value)
        assert "'hard.Edam' is in dairy-hard, as dairy-soft 0.1.0 says" in text
        assert text.endswith("; pip install dairy-hard")
    plugin_site.install("dairy-hard", {})
    with plugin_site.in_use(), pytest.raises(EntryNotFound) as caught:
        cheeses()["hard.Edam"]
    assert "pip install" not in str(caught.value)


BROKEN = {
    "not TOML": ("[", ["it is not TOML in UTF-8: TOMLDecodeError: "]),
    "deep": ("a" + ".b" * 3_000 + " = 1", ["a line has more than 1,000 dots"]),
    "deep inside": ("a = {b" + ".c" * 100_000 + " = 1}", ["a line has more than 1,000 dots"]),
    "nested": ("a = " + "[" * 5_000, ["it is not TOML in UTF-8: RecursionError: "]),
    "without the registry": ("", ["it has no table 'dairy.cheese', which registry_core.notes"]),
    "of another registry": (
        f'["{GROUP}"]\n["dairy.milk".entries]',
        ["the table 'dairy.milk' is not read: no row of registry_core.notes names it"],
    ),
    "with another table": (
        f'["{GROUP}".rename]\n',
        ["'rename' in the table 'dairy.cheese' is not one of the tables entries, renamed, else"],
    ),
    "of a key that nothing has": (
        f'["{GROUP}".entries]\nBri = {{}}\n',
        ["entries: it notes 'Bri', which it does not provide; did you mean 'Brie'?"],
    ),
    "of a key without quotes": (
        f'["{GROUP}".entries]\nblue.Roquefort = {{}}\n',
        ["entries: it notes 'blue', which it does not provide; a key with dots in it is written"],
    ),
    "in one line": (
        f'["{GROUP}".entries]\nBrie = 1\n"blue.Roquefort" = {{ milk = 1 }}\n',
        ["entries: a key has a table of metadata, but 'Brie' has something else"],
    ),
    "without a new name": (
        f'["{GROUP}".renamed]\nOld = {{ since = "1" }}\n',
        ["renamed: a name has a table with the text `to`, and perhaps the texts `since` and"],
    ),
    "renamed to nothing": (
        f'["{GROUP}".renamed]\nOld = {{ to = "New" }}\n',
        ["renamed: 'Old' is now 'New', which no entry has"],
    ),
    "renamed to itself": (
        f'["{GROUP}".renamed]\nOld = {{ to = "Old" }}\n',
        ["renamed: 'Old' is its own new name"],
    ),
    "renamed in a circle": (
        f'["{GROUP}".renamed]\nC = {{ to = "A" }}\nA = {{ to = "B" }}\nB = {{ to = "A" }}\n',
        ["renamed: 'C' is now 'A', which no entry has", "renamed: 'A' and 'B' are each other's"],
    ),
    "with an option for a name": (
        f'["{GROUP}".elsewhere]\n"--pre" = ["Gouda"]\n',
        ["elsewhere: the name of a distribution has a list of keys, but '--pre' has something"],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_a_problem_of_its_provider_and_harms_nothing(
    plugin_site: Site, case: str
) -> None:
    notes, expected = BROKEN[case]
    install(plugin_site, notes)
    install_owner(plugin_site)
    plugin_site.install(
        "dairy-other",
        {f"{GROUP}.other": {"Ricotta": "cheeses:Brie"}, "registry_core.notes": {GROUP: "other"}},
        {"other/registry.toml": f'["{GROUP}".entries]\n"other.Ricotta" = {{ a = 1 }}\n'},
    )
    with plugin_site.in_use() as environment:
        root = cheeses()
        problems = [each for each in root.problems() if each.provider.name == "dairy-soft"]
        assert problems == root.problems()
        assert [each.where for each in problems] == ["dairy_soft/registry.toml"] * len(expected)
        for problem, start in zip(problems, expected, strict=True):
            assert problem.what.startswith(start)
            assert len(str(problem)) < 600
        found = diagnose(environment=environment)
        assert [each.what for each in found.findings] == sorted(each.what for each in problems)
        # Blocking would not mend it.
        assert {each.command for each in found.findings} == {""}
        assert check_distribution("dairy-soft")[: len(problems)] == problems
        assert check_distribution("dairy-other") == []
        assert [each.entry.key for each in listing().rows] == [
            "Brie",
            "Made",
            "blue.Roquefort",
            "other.Ricotta",
        ]
        assert root.entries(a=1)[0].key == "other.Ricotta"
        with pytest.raises(EntryNotFound):
            root["Old"]


def test_a_file_that_the_wheel_lacks_is_a_problem_with_its_remedy(plugin_site: Site) -> None:
    install(plugin_site)
    (plugin_site.folder / "dairy_soft" / "registry.toml").unlink()
    with plugin_site.in_use():
        root = cheeses()
        assert root.resolve("Brie").metadata == {}
        (problem,) = root.problems()
    assert problem.what == (
        "the distribution has no dairy_soft/registry.toml, which registry_core.notes names"
    )
    assert problem.fix == (
        'tell its authors; setuptools takes it into the wheel by `dairy_soft = ["registry.toml"]` '
        "in [tool.setuptools.package-data]"
    )


@pytest.mark.parametrize("value", ["dairy_soft.data", "dairy_soft:x", "../dairy_soft", "sys"])
def test_only_a_top_level_package_holds_notes(plugin_site: Site, value: str) -> None:
    install(plugin_site, rows={"registry_core.notes": {GROUP: value}})
    with plugin_site.in_use():
        (problem,) = cheeses().problems()
    assert "is not the name of a top-level package" in problem.what or value == "sys"
    assert problem.provider.name == "dairy-soft"


def test_notes_for_a_registry_that_nothing_adds_to_are_a_problem(plugin_site: Site) -> None:
    install(plugin_site, rows={"registry_core.notes": {"dairy.chese": "dairy_soft"}})
    install_owner(plugin_site)
    with plugin_site.in_use() as environment:
        (problem,) = environment.problems()
    assert str(problem) == (
        "dairy-soft 0.1.0: registry_core.notes: nothing adds to a registry 'dairy.chese', and "
        "nothing owns it; write 'dairy.cheese', if that is what is meant"
    )


def test_what_the_owner_registers_in_code_is_no_rename_to_nothing(plugin_site: Site) -> None:
    install(plugin_site, f'["{GROUP}".renamed]\nOld = {{ to = "Made" }}\nX = {{ to = "Y" }}\n')
    install_owner(plugin_site)
    with plugin_site.in_use() as environment:
        (finding,) = diagnose(environment=environment).findings
        assert finding.what == "renamed: 'X' is now 'Y', which no entry has"
        assert "dairy" not in sys.modules


def test_two_distributions_that_disagree_about_a_new_name_are_in_conflict(
    plugin_site: Site,
) -> None:
    install(plugin_site, f'["{GROUP}".renamed]\nOld = {{ to = "Brie" }}\n')
    plugin_site.install(
        "dairy-other",
        {f"{GROUP}.other": {"Ricotta": "cheeses:Brie"}, "registry_core.notes": {GROUP: "other"}},
        {"other/registry.toml": f'["{GROUP}".renamed]\nOld = {{ to = "other.Ricotta" }}\n'},
    )
    with plugin_site.in_use() as environment:
        root = cheeses()
        with pytest.raises(EntryConflict, match="'Old' in the registry .* is provided by"):
            root["Old"]
        assert (
            said(root)
            == [
                "dairy_soft/registry.toml: renamed: 'Old' is now 'Brie', but elsewhere "
                "other.Ricotta (dairy-other 0.1.0)",
                "other/registry.toml: renamed: 'Old' is now 'other.Ricotta', but elsewhere "
                "Brie (dairy-soft 0.1.0)",
            ]
            or said(root)[::-1]
        )
        environment.prefer("dairy-other")
        with pytest.warns(FutureWarning, match=r"by dairy-other 0\.1\.0"):
            assert root["Old"]
        environment.block("dairy-other")
        assert root.resolve("Old").key == "Brie"


def test_notes_are_found_beside_the_spec_of_an_editable_install(
    plugin_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(plugin_site)
    source = tmp_path / "elsewhere" / "src"
    source.mkdir(parents=True)
    (plugin_site.folder / "dairy_soft").rename(source / "dairy_soft")
    metadata = plugin_site.folder / "dairy_soft-0.1.0.dist-info"
    (metadata / "RECORD").write_text("dairy_soft-0.1.0.dist-info/METADATA,,\n")
    (metadata / "direct_url.json").write_text(
        f'{{"url": "{source.parent.as_uri()}", "dir_info": {{"editable": true}}}}'
    )
    monkeypatch.syspath_prepend(str(source))
    with plugin_site.in_use():
        assert cheeses().resolve("blue.Roquefort").summary == "Sharp."
        assert "dairy_soft" not in sys.modules
        (source / "dairy_soft" / "registry.toml").write_text("[")
    with plugin_site.in_use():
        (problem,) = cheeses().problems()
    assert problem.fix.startswith(f"correct it in {source.parent}")


def test_notes_of_another_distribution_in_a_shared_package_do_not_count(plugin_site: Site) -> None:
    install(plugin_site)
    plugin_site.install(
        "dairy-more", {f"{GROUP}.more": {"A": "a:A"}, "registry_core.notes": {GROUP: "dairy_soft"}}
    )
    with plugin_site.in_use():
        (problem,) = cheeses().problems()
    assert str(problem).startswith("dairy-more 0.1.0: dairy_soft/registry.toml: the distribution")


def test_notes_in_an_archive_are_read(tmp_path: Path) -> None:
    archive = tmp_path / "site.zip"
    rows = "".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in each.items())
        for group, each in ROWS.items()
    )
    with ZipFile(archive, "w") as opened:
        opened.writestr("dairy_soft-1.0.dist-info/METADATA", says("dairy-soft"))
        opened.writestr("dairy_soft-1.0.dist-info/entry_points.txt", rows)
        for name, text in FILES.items():
            opened.writestr(name, text)
    with use_environment(Environment([str(archive)], variables={})):
        root = cheeses()
        assert root.resolve("blue.Roquefort").summary == "Sharp."
        assert root.problems() == []
        assert "dairy_soft" not in sys.modules


def test_where_nothing_declares_notes_nothing_is_imported_or_opened(plugin_site: Site) -> None:
    rows = {group: each for group, each in ROWS.items() if group == GROUP}
    plugin_site.install("dairy-soft", rows, FILES)
    code = f"""
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from registry_core import Environment, Registry, use_environment
with use_environment(Environment([{str(plugin_site.folder)!r}], variables={{}})):
    root = Registry("cheese", group={GROUP!r}, scope="dairy")
    root.entries(), "Gouda" in root, root.resolve("Brie"), root.get("Gouda")
    print([name for name in sys.modules if "notes" in name or name == "tomllib"])
    print([name for name in opened if name.endswith("registry.toml")])
"""
    assert python(code).splitlines() == ["[]", "[]"]


def test_listing_and_looking_up_does_not_open_the_file(plugin_site: Site) -> None:
    install(plugin_site)
    (plugin_site.folder / "dairy_soft" / "registry.toml").unlink()
    with plugin_site.in_use():
        root = cheeses()
        entries = root.entries()
        assert root["Brie"] is not None
        (plugin_site.folder / "dairy_soft" / "registry.toml").write_text(
            f'["{GROUP}".entries]\nBrie = {{ a = 1 }}\n'
        )
        # It is read when metadata is looked at.
        assert entries[0].metadata == {"a": 1}
        assert entries[0] == Entry(
            "Brie", "cheeses:Brie", "", {}, {"a": 1}, GROUP, entries[0].provider
        )


COMPUTED = """
    import os
    from registry_core import Registry
    DOCK = Registry("dock", group="port.dock", scope="port")
    for name in os.listdir(os.path.dirname(__file__)):
        DOCK.register_module(name, module=dict)
"""


def test_an_old_name_that_leads_nowhere_is_found_by_loading_and_by_a_test_of_the_plugin(
    plugin_site: Site,
) -> None:
    """Source does not tell what the framework registers, so that nothing else is certain."""
    owned = {"registry_core.registries": {"port.dock": "port_home:DOCK"}}
    plugin_site.install("port", owned, {"port_home.py": COMPUTED})
    renamed = '["port.dock".renamed]\nOld = { to = "Crane" }\nOlder = { to = "barge.Nix" }\n'
    renamed += 'File = { to = "port_home.py" }\nFine = { to = "barge.Crane" }\n'
    rows = {"port.dock.barge": {"Crane": "barge:Crane"}}
    modules = {"barge/__init__.py": "class Crane: ...", "barge/registry.toml": renamed}
    plugin_site.install("barge", {**rows, "registry_core.notes": {"port.dock": "barge"}}, modules)
    said = [
        "renamed: 'Old' is now 'Crane', which no entry has",
        "renamed: 'Older' is now 'barge.Nix', which no entry has",
    ]
    with plugin_site.in_use():
        assert diagnose().findings == ()
        loaded = diagnose(load=True)
        assert [each.what for each in loaded.findings] == said
        assert {str(each.provider) for each in loaded.findings} == {"barge 0.1.0"}
        assert len(loaded.load_results) == 2
        assert [each.what for each in check_distribution("barge")] == said
        # The framework is imported by now.
        assert [each.what for each in diagnose(load=True).findings] == said
