"""What the pages of a catalogue hold, as a parser of HTML reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import html5lib
import yaml

from registry_core import Environment, installed_registry, use_environment
from registry_core.catalogue import write_catalogue
from registry_core.config import check_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    import pytest

    from registry_core.testing import Site

    Catalogue = Callable[..., tuple[int, Path, str]]


def parsed(file: Path) -> Element:
    """The tree of a page; what browsers have to mend is an error."""
    text = file.read_bytes().decode("utf-8")
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found: Element = parser.parse(text)
    return found


def words(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def facts(page: Element) -> dict[str, str]:
    """What an entry's page says in its list."""
    return {words(each.find("dt")): words(each.find("dd")) for each in page.iterfind(".//dl/div")}


def config(page: Element) -> str | None:
    """The YAML that a page shows."""
    found = page.find(".//pre[@data-language='yaml']/code")
    return None if found is None else "".join(found.itertext())


def by_key(folder: Path) -> dict[str, Element]:
    """The page of each entry, by what its heading says."""
    pages = [parsed(file) for file in sorted((folder / "entries").iterdir())]
    return {words(page.find(".//h1/code")): page for page in pages}


def rows(folder: Path) -> Iterator[Element]:
    yield from parsed(folder / "index.html").iterfind(".//section[@class='scope']//li")


def test_every_entry_is_listed_with_its_provider_and_has_a_page(
    acme: Site, catalogue: Catalogue
) -> None:
    status, folder, said = catalogue(acme)
    assert status == 0
    assert "index.html: 5 entries of 2 registries" in said
    listed = [(words(row.find(".//a")), words(row.find("small"))) for row in rows(folder)]
    assert listed == [
        ("Net", "acme 1.2"),
        ("Head", "heads 3"),
        ("Lost", "heads 3"),
        ("Head", "heads 3"),
        ("tail", "acme 1.2"),
    ]
    assert by_key(folder).keys() == {"Net", "heads.Head", "heads.Lost", "heads.deep.Head", "tail"}


def test_a_page_has_arguments_with_types_defaults_and_texts(
    acme: Site, catalogue: Catalogue
) -> None:
    page = by_key(catalogue(acme)[1])["Net"]
    (table,) = page.iterfind(".//table")
    cells = [[words(cell) for cell in row] for row in table.iterfind("tbody/tr")]
    assert cells == [
        ["depth", "int", "", "required How deep it is."],
        ["width", "float", "2.5", "How wide, a float."],
        ["names", "tuple", "('a',)", ""],
        ["**more", "", "", ""],
    ]
    call = "Net(depth: int, width: float = 2.5, *, names: tuple = ('a',), **more)"
    assert words(page.find(".//pre[@class='call']")) == call
    assert config(page) == "type: Net\ndepth: ...  # int"
    assert "It has layers." in words(page.find(".//pre[@class='docstring']"))
    said = facts(page)
    assert said["Provider"] == "acme 1.2"
    assert said["Source"] == "acme_kinds.py:3"
    assert said["Target"] == "acme_kinds:Net"


PAINT = """
    from registry_core import Registry
    BRUSH = Registry("brush", group="paint.brush", type_key="kind")
"""
BRUSHES = """
    from abc import ABC, abstractmethod
    class Round:
        def __init__(self, size, /, kind, on, hair: "list[str]", *, _args_: int, bent=2): ...
    class Flat(Round):
        def __init__(self, wide: int, **kwargs):
            super().__init__(wide, **kwargs)
    class Ideal(ABC):
        @abstractmethod
        def paint(self): ...
"""


def test_a_page_has_the_yaml_that_builds_it(plugin_site: Site, catalogue: Catalogue) -> None:
    targets = {"no": "Round", "Flat": "Flat", "Ideal": "Ideal", "Lost": "Lost"}
    rows = {
        "registry_core.registries": {"paint.brush": "paint:BRUSH"},
        "paint.brush": {name: f"brushes:{target}" for name, target in targets.items()},
    }
    plugin_site.install("paint", rows, {"paint.py": PAINT, "brushes.py": BRUSHES})
    pages = by_key(catalogue(plugin_site)[1])
    assert config(pages["no"]) == (
        "kind: 'no'\n'on': ...\nhair: ...  # list[str]\n_args_:\n- ...  # size\n"
        "_kwargs_:\n  kind: ...\n  _args_: ...  # int"
    )
    # What it passes on has to be said, too.
    assert config(pages["Flat"]) == (
        "kind: Flat\nwide: ...  # int\n'on': ...\nhair: ...  # list[str]\n"
        "_kwargs_:\n  kind: ...\n  _args_: ...  # int"
    )
    # What cannot be built has none.
    assert config(pages["Ideal"]) is config(pages["Lost"]) is None
    with plugin_site.in_use():
        brush = installed_registry("paint.brush")
        shown = (config(pages[name]) or "" for name in ("no", "Flat"))
        found = [check_config(yaml.safe_load(text), brush) for text in shown]
    # All that is said has to be, and only the values are left open.
    codes = [[each.code for each in several] for several in found]
    assert codes == [["wrong-type"] * 2, ["wrong-type"] * 3]


def test_notes_and_old_names_are_shown(acme: Site, catalogue: Catalogue) -> None:
    page = by_key(catalogue(acme)[1])["heads.Head"]
    assert facts(page)["paper"] == "On Heads"
    assert facts(page)["tags"] == "small, fast"
    assert "'heads.Skull' is now called 'heads.Head', since heads 2" in words(page.find(".//main"))


def test_what_is_broken_blocked_or_in_conflict_says_so(hostile: Site, catalogue: Catalogue) -> None:
    folder = catalogue(hostile)[1]
    pages = by_key(folder)
    assert "has no attribute 'Lost'" in words(pages["heads.Lost"].find(".//main"))
    assert "REGISTRY_CORE_BLOCK" in words(pages["Barred"].find(".//main"))
    assert "also provided by" in words(pages["heads.Head"].find(".//main"))
    states = {words(row.find(".//a")): row.get("data-state") for row in rows(folder)}
    assert states["Lost"] == "broken"
    assert states["Barred"] == "blocked"
    assert [row.get("data-state") for row in rows(folder)].count("conflict") == 2
    problems = words(parsed(folder / "index.html").find(".//section[@class='problems']"))
    assert "bad 0.1.0" in problems
    assert "set REGISTRY_CORE_PREFER=twin" in problems


def test_hostile_texts_are_shown_and_are_no_markup(hostile: Site, catalogue: Catalogue) -> None:
    folder = catalogue(hostile)[1]
    pages = by_key(folder)
    page = pages["evil.a'\"<b>&amp;"]
    assert "evil.A'\"<B>&amp;" in pages
    assert not [*page.iter("script"), *page.iter("img"), *page.iter("i")]
    text = words(page)
    assert "</p><script>document.title = 'owned'</script>" in text
    assert "<i>italic</i>" in text
    assert "word" * 3_000 in text
    for file in folder.rglob("*.html"):
        assert file.read_text(encoding="utf-8").replace("\n", "").isprintable()


def test_pages_load_nothing_but_the_files_of_the_folder(
    hostile: Site, catalogue: Catalogue
) -> None:
    folder = catalogue(hostile)[1]
    for file in folder.rglob("*.html"):
        page = parsed(file)
        policy = page.find(".//meta[@http-equiv='Content-Security-Policy']")
        assert policy is not None
        assert "default-src 'none'" in (policy.get("content") or "")
        for element in page.iter():
            place = element.get("href") or element.get("src") or ""
            path, _, fragment = place.partition("#")
            target = file.parent / path if path else file
            assert target.is_file(), place
            if fragment:
                assert fragment in {each.get("id") for each in parsed(target).iter()}
    for asset in (folder / "catalogue.css", folder / "catalogue.js"):
        assert not re.search(r"https?:|url\(|@import|fetch|XMLHttp|import ", asset.read_text())


def test_ids_occur_once_and_fields_have_labels(hostile: Site, catalogue: Catalogue) -> None:
    page = parsed(catalogue(hostile)[1] / "index.html")
    ids = [each.get("id") for each in page.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {each.get("for") for each in page.iter("label")}
    assert {each.get("id") for each in (*page.iter("select"), *page.iter("input"))} == labelled


def test_names_that_differ_in_case_alone_do_not_meet(hostile: Site, catalogue: Catalogue) -> None:
    names = [file.name for file in (catalogue(hostile)[1] / "entries").iterdir()]
    assert len({name.lower() for name in names}) == len(names) == 9


def test_what_is_installed_alike_gives_the_same_bytes(hostile: Site, catalogue: Catalogue) -> None:
    def content(folder: str) -> dict[str, bytes]:
        made = catalogue(hostile, folder=folder)[1]
        return {str(f.relative_to(made)): f.read_bytes() for f in made.rglob("*") if f.is_file()}

    assert content("one") == content("two")


def test_one_registry_can_be_asked_for(acme: Site, catalogue: Catalogue) -> None:
    _, folder, said = catalogue(acme, "optimizer")
    assert "1 entry of 1 registry" in said
    assert [words(row.find(".//a")) for row in rows(folder)] == ["tail"]


def test_an_unknown_registry_is_an_error_and_nothing_is_written(
    acme: Site, catalogue: Catalogue
) -> None:
    status, folder, said = catalogue(acme, "nope")
    assert status == 1
    assert "no registry is named 'nope'" in said
    assert not folder.exists()


def test_where_nothing_is_installed_the_page_says_what_to_do(tmp_path: Path) -> None:
    with use_environment(Environment(path=[], variables={})):
        page = parsed(write_catalogue(tmp_path / "out").page)
    text = words(page.find(".//main"))
    assert "Nothing is installed for any registry" in text
    assert "python -m pip install" in text
    assert page.find(".//form") is None


def test_without_griffe_the_command_says_what_is_missing(
    acme: Site, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "griffe", None)
    _, folder, said = catalogue(acme)
    assert "pip install 'registry_core[static]'" in said
    assert "depth" in words(by_key(folder)["Net"].find(".//table"))


def test_a_folder_of_something_else_is_an_error_that_says_what_to_do(
    acme: Site, catalogue: Catalogue, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    status, folder, said = catalogue(acme)
    assert status == 1
    assert "holds 'notes.txt', which is not of a catalogue; name another folder" in said
    assert [each.name for each in folder.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_made_is_an_error_that_says_why(
    acme: Site, catalogue: Catalogue, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    status, _, said = catalogue(acme, folder="file/out")
    assert status == 1
    assert re.search(r"registry-core: .*file.out cannot be written: .+", said)


def test_a_framework_has_it_in_its_own_command(
    acme: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    from registry_core.cli import mount

    parser = argparse.ArgumentParser(prog="acme")
    mount(parser.add_subparsers(required=True), "acme.model")
    with acme.in_use():
        arguments = parser.parse_args(["catalogue", "-o", str(tmp_path / "out")])
        arguments.run(arguments)
    assert "4 entries of 1 registry" in capsys.readouterr().out
