"""Pages about what is installed, built by Sphinx."""

from __future__ import annotations

import re
import zlib
from html import unescape
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("sphinx")

from sphinx_project import Project, install_acme

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx_project import Built

    from registry_core.testing import Site


@pytest.fixture
def project(tmp_path: Path, plugin_site: Site, capsys: pytest.CaptureFixture[str]) -> Project:
    install_acme(plugin_site)
    return Project(tmp_path / "pages", plugin_site, capsys)


def text_of(page: str) -> str:
    """The words of a page."""
    body = page.partition('<div class="body"')[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", "", body)).split())


def inventory(built: Built) -> dict[str, str]:
    """The place of each entry that other projects can refer to."""
    content = (built.pages / "objects.inv").read_bytes().split(b"\n", 4)[4]
    found = re.findall(
        r"^(.+) std:entry -?\d+ (\S+) ", zlib.decompress(content).decode(), re.MULTILINE
    )
    return {name: place.replace("$", name) for name, place in found}


PAGE = """
Models
======

See :entry:`acme.model Net`, :entry:`the head <model heads.head>` and :registry:`acme.model`.

.. registry:: acme.model
"""


def test_entries_are_described_without_importing_anything(project: Project) -> None:
    project.write(PAGE)
    built = project.build("-W")
    text = text_of(built.page())
    assert built.status == 0, built.said
    assert "Net(depth: int, /, width=2, *rest, name: str = 'x', **more)" in text
    assert "A net with depth, *args and <b>." in text
    assert "depth (int, required): How deep." in text
    assert "Provider: acme 1.2" in text
    assert "Target: acme_kinds:Net" in text
    assert "heads.head(size: int = 3)" in text
    assert "Provider: heads 3" in text
    # Registered by a decorator of the framework.
    assert "Plain()" in text


def test_references_lead_to_entries_and_registries(project: Project) -> None:
    project.write(PAGE)
    page = project.build("-W").page()
    found = re.findall(r'class="reference internal" href="#([^"]+)"[^>]*>(.*?)</a>', page)
    links = {re.sub("<[^>]+>", "", shown): target for target, shown in found}
    assert links.keys() >= {"Net", "the head", "acme.model"}
    for target in links.values():
        assert f'id="{target}"' in page


def test_other_projects_refer_to_entries_by_the_inventory(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write(PAGE)
    built = project.build("-W")
    assert set(inventory(built)) == {
        "acme.model Net",
        "acme.model Plain",
        "acme.model heads.head",
    }
    other = Project(tmp_path / "other", project.site, capsys)
    where = (str(built.pages), None)
    other.configure(f"intersphinx_mapping = {{'models': {where!r}}}")
    other.write("Other\n=====\n\n:entry:`acme.model heads.head`, :registry:`acme.model`\n")
    page = other.build("-W").page()
    assert inventory(built)["acme.model heads.head"].partition("#")[2] in page
    assert "reference external" in page


def test_myst_has_the_same_directives_and_roles(project: Project) -> None:
    project.write(
        "# Models\n\n{entry}`acme.model Net`\n\n```{registry} acme.model\n:scope: .\n```\n\n"
        "```{entry} acme.model heads.head\nIt is *said* here.\n```\n",
        "index.md",
    )
    built = project.build("-W")
    assert built.status == 0, built.said
    assert "<em>said</em>" in built.page()
    assert set(inventory(built)) == {
        "acme.model Net",
        "acme.model Plain",
        "acme.model heads.head",
    }


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (":scope: heads", {"heads.head"}),
        (":scope: .", {"Net", "Plain"}),
        (":match: *E*", {"Net", "heads.head"}),
        (":provider: HEADS", {"heads.head"}),
        (":table:", {"Net", "Plain", "heads.head"}),
        (":scope: heads\n   :no-index:", set()),
    ],
)
def test_options_choose(project: Project, options: str, keys: set[str]) -> None:
    project.write(f"Models\n======\n\n.. registry:: model\n   {options}\n")
    built = project.build("-W")
    assert built.status == 0, built.said
    found = inventory(built) if keys else {}
    assert {name.removeprefix("acme.model ") for name in found} == keys
    for place in found.values():
        assert f'id="{place.partition("#")[2]}"' in built.page()


def test_an_entry_that_has_gone_is_a_warning_with_its_line_and_a_row(project: Project) -> None:
    project.write("Models\n======\n\n.. entry:: acme.model heads.hed\n")
    built = project.build()
    (warning,) = [line for line in built.said.splitlines() if "WARNING" in line]
    assert "index.rst:4: WARNING: 'heads.hed' is not in the registry 'acme.model'" in warning
    assert "did you mean 'heads.head'" in warning
    assert "'heads.hed' is not in the registry 'acme.model'" in text_of(built.page())
    assert project.build("-W", "-E").status != 0


def test_a_broken_entry_is_a_warning_and_does_not_hide_the_others(project: Project) -> None:
    project.site.install("lost", {"acme.model": {"Lost": "acme_kinds:Lost"}})
    project.write(PAGE)
    built = project.build()
    (warning,) = [line for line in built.said.splitlines() if "WARNING" in line]
    assert "index.rst:7: WARNING: 'Lost' in 'acme.model', provided by lost 0.1.0" in warning
    text = text_of(built.page())
    assert "has no attribute 'Lost'" in text
    assert "heads.head(size: int = 3)" in text


@pytest.mark.parametrize(
    ("directive", "said"),
    [
        (".. registry:: nope", "no registry is named 'nope'"),
        (".. registry:: acme.model\n   :scope: gone", "with the scope 'gone'"),
    ],
)
def test_what_is_not_there_is_a_warning(project: Project, directive: str, said: str) -> None:
    project.write(f"Models\n======\n\n{directive}\n")
    built = project.build()
    assert said in built.said
    assert "index.rst:4" in built.said
    assert said in text_of(built.page())


def test_a_directive_without_its_key_is_an_error_that_says_how_to_write_it(
    project: Project,
) -> None:
    project.write(".. entry:: acme.model\n")
    assert "`.. entry:: acme.model extra.Swish`" in project.build().said


def test_a_conflict_is_a_warning_and_a_row_for_each_side(project: Project) -> None:
    project.site.install("other", {"acme.model.heads": {"head": "acme_kinds:Net"}}, version="4")
    project.write("Models\n======\n\n.. registry:: acme.model\n   :scope: heads\n")
    built = project.build()
    assert "'heads.head' in 'acme.model' is in conflict: other 4" in built.said
    text = text_of(built.page())
    assert text.count("Several distributions provide this name, and none is preferred.") == 2


def test_an_entry_whose_source_does_not_tell_is_no_warning(project: Project) -> None:
    project.site.install("c", {"acme.model": {"deque": "collections:deque"}})
    project.write(".. entry:: acme.model deque\n")
    built = project.build("-W")
    assert built.status == 0, built.said
    assert "Its source does not tell what it takes." in text_of(built.page())


def test_an_old_name_is_a_warning_that_says_the_new_one(project: Project) -> None:
    notes = '["acme.model".renamed]\n"heads.old" = { to = "heads.head", since = "3" }\n'
    rows = {
        "acme.model.heads": {"head": "head_notes:head"},
        "registry_core.notes": {"acme.model": "head_notes"},
    }
    modules = {"head_notes/__init__.py": "def head(): ...", "head_notes/registry.toml": notes}
    project.site.install("heads", rows, modules, version="3")
    project.write("Models\n======\n\n.. entry:: acme.model heads.old\n")
    built = project.build()
    assert "index.rst:4: WARNING: 'heads.old' in 'acme.model': " in built.said
    assert "'heads.old' is now called 'heads.head', since heads 3" in built.said
    assert "acme.model heads.head" in inventory(built)


def test_a_change_in_what_is_installed_is_noticed(project: Project) -> None:
    project.write(PAGE)
    project.write("Other\n=====\n", "other.rst")
    project.build()
    assert "0 changed" in project.build().said
    project.site.install("heads", {"acme.model.heads": {"tail": "acme_kinds:head"}}, version="3")
    built = project.build()
    assert "1 changed" in built.said or "updated 1" in built.said or "reading sources" in built.said
    assert "heads.tail" in text_of(built.page())
    assert "heads.head" not in built.page().partition("dl class")[2]


def test_a_change_in_source_is_noticed(project: Project) -> None:
    project.write(PAGE)
    project.build()
    file = project.site.folder / "acme_kinds.py"
    file.write_text(file.read_text().replace("size: int = 3", "size: int = 4"))
    assert "heads.head(size: int = 4)" in text_of(project.build().page())


def test_pages_are_read_in_parallel(project: Project) -> None:
    names = [f"page{number}" for number in range(8)]
    project.write("Models\n======\n\n.. toctree::\n\n   " + "\n   ".join(names) + "\n")
    for name in names[1:]:
        project.write(f"{name}\n=======\n\n:entry:`acme.model Net`\n", f"{name}.rst")
    project.write(PAGE, "page0.rst")
    built = project.build("-W", "-j", "2")
    assert built.status == 0, built.said
    assert "page0.html#entry-acme.model-Net" in built.page("page7.html")
    # What the readers noted has come together.
    project.site.uninstall("heads")
    assert "heads.head" not in text_of(project.build("-j", "2").page("page0.html"))


@pytest.mark.parametrize("builder", ["text", "latex"])
def test_other_writers_write_them(project: Project, builder: str) -> None:
    project.write(PAGE)
    built = project.build("-W", builder=builder)
    assert built.status == 0, built.said


def test_texts_are_no_markup(project: Project) -> None:
    source = '''
        def odd(a="</script>", *, b="|x| `y`_ :ref:`z`"):
            """A |b| :ref:`nope` `c`_ </dl><script>1</script> \\x1b\\u202e *"""
    '''
    project.site.install(
        "odd", {"acme.model": {"a'\"<b>": "odd_kinds:odd"}}, {"odd_kinds.py": source}
    )
    project.write("Models\n======\n\n.. registry:: acme.model\n   :provider: odd\n")
    built = project.build("-W")
    assert built.status == 0, built.said
    assert "<script>1" not in built.page()
    assert "\x1b" not in built.page()
    assert "A |b| :ref:nope c_ </dl><script>1</script>" in text_of(built.page())
