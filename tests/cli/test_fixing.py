"""`registry-core fix`: an old name is replaced in its file, and every other byte stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]

NOTES = """
    ["garden.plant".renamed]
    "thorny.Rosa" = { to = "thorny.Rose" }
    Farn = { to = "Fern" }
    Odd = { to = "a:b" }
"""


@pytest.fixture
def fixes(garden: Site, asked: Ask, tmp_path: Path) -> Callable[[str, str], str]:
    """Fixes a file of this name and content, and gives what it holds then."""
    rows = {"registry_core.notes": {"garden.plant": "roses"}}
    rows["garden.plant.thorny"] = {"Rose": "garden_kinds:Rose", "Fern": "garden_kinds:Fern"}
    rows["garden.plant"] = {"a:b": "garden_kinds:Fern"}
    garden.install("roses", rows, {"roses/registry.toml": NOTES}, version="2")

    def fix(name: str, content: str) -> str:
        file = tmp_path / name
        file.write_bytes(content.encode())
        status, out, err = asked("fix", str(file), "--registry", "plant")
        assert (status, err) == (0, ""), err
        assert (out == "") == (file.read_bytes() == content.encode())
        return file.read_bytes().decode()

    return fix


# Marked is what is replaced.
CASES = {
    "plain.yaml": "a:   {type: «Farn» , b: 1}  # Farn\n",
    "quoted.yaml": "x: ü\na: {'type': '«Farn»', b: Farn}\nc: {\"type\" : \"«Farn»\"} # Farn\n",
    "below.yaml": "a:\n  type:\n    «Farn»\n  Farn: type\n",
    "commented.yaml": "a:\n  type: # Farn\n    &name # Farn\n    «Farn»\nb: {type: *name}\n",
    "anchored.yaml": "a: {type: &name !!str «Farn»}\nb: {type: *name}\n",
    "merged.yaml": "x-base: &base {type: «Farn», height: 1}\na: {<<: *base, leaves: [.nan]}\n",
    "crlf.yaml": "a:\r\n  # Farn\r\n  type: «Farn»\r\n",
    "bom.yaml": "\ufefftype: «Farn»\n",
    "crlf.json": '{"Farn": 1,\r\n "a": [{"type" :\r\n\t"«Farn»"}],\r\n "b": "Farn"}',
    "escaped.json": '{"a": {"\\u0074ype": "«F\\u0061rn»"}}',
    "flat.toml": "# Farn\ntype = '«Farn»' # Farn\nleaves = ['Farn']\n",
    "tables.toml": '[a]\n"type" = "«Farn»"\n[[b.c]]\nx.type = "«Farn»"\r\ny = {type="«Farn»"}\n',
}


@pytest.mark.parametrize("name", CASES)
def test_only_the_token_changes(fixes: Callable[[str, str], str], name: str) -> None:
    marked = CASES[name]
    after = re.sub("«[^»]*»", "Fern", marked)
    assert fixes(name, re.sub("[«»]", "", marked)) == after
    assert fixes(name, after) == after


def test_a_new_name_that_needs_quotes_gets_them(fixes: Callable[[str, str], str]) -> None:
    assert fixes("odd.yaml", "type: Odd # odd\n") == "type: 'a:b' # odd\n"


@pytest.mark.usefixtures("fixes")
def test_each_name_that_is_replaced_is_printed_with_its_place(asked: Ask, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: {_scope_: thorny, type: Rosa}\nb: {type: thorny.Rosa}\nc: {type: Nope}\n")
    status, out, err = asked("fix", str(file), "--registry", "plant")
    assert (status, err) == (0, "")
    assert out == f"{file}:1:28: Rosa -> Rose\n{file}:2:11: thorny.Rosa -> thorny.Rose\n"
    assert asked("fix", str(file), "--registry", "plant") == (0, "", "")
    assert file.read_text().startswith("a: {_scope_: thorny, type: Rose}\nb: {type: thorny.Rose}")


@pytest.mark.usefixtures("fixes")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("block.yaml", "a:\n  type: |-\n    Farn\n"),
        ("folded.yaml", 'a:\n  type: "Fa\\\n    rn"\n'),
        ("long.toml", 'type = """Farn"""\n'),
    ],
)
def test_a_name_that_cannot_be_replaced_alone_is_left_and_named(
    asked: Ask, tmp_path: Path, name: str, text: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    status, out, err = asked("fix", str(file), "--registry", "plant")
    assert (status, out, file.read_text()) == (1, "", text)
    assert "the name is written in a way that cannot be replaced alone: write 'Fern' at " in err


@pytest.mark.usefixtures("fixes")
def test_an_alias_that_is_no_name_of_a_part_keeps_the_file_as_it_is(
    asked: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "alias.yaml"
    file.write_text(text := "a: {type: &name Farn}\nx: *name\n")
    status, out, err = asked("fix", str(file), "--registry", "plant")
    assert (status, out, file.read_text()) == (1, "", text)
    assert "it is left as it is: another value has the name by an alias" in err


@pytest.mark.usefixtures("fixes")
def test_a_link_stays_a_link_and_the_mode_stays(asked: Ask, tmp_path: Path) -> None:
    file, link = tmp_path / "a.yaml", tmp_path / "link.yaml"
    file.write_text("type: Farn\n")
    file.chmod(0o640)
    link.symlink_to(file)
    assert asked("fix", str(link), "--registry", "plant")[0] == 0
    assert link.is_symlink()
    assert file.read_text() == "type: Fern\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.glob("*.yaml*")) == ["a.yaml", "link.yaml"]


@pytest.mark.usefixtures("fixes")
def test_a_file_that_cannot_be_read_keeps_none_of_the_others_from_being_fixed(
    asked: Ask, tmp_path: Path
) -> None:
    good = tmp_path / "good.json"
    good.write_text('{"type": "Farn"}')
    status, out, err = asked("fix", str(tmp_path / "no.yaml"), str(good), "--registry", "plant")
    assert status == 1
    assert out == f'{good}:1:10: "Farn" -> "Fern"\n'
    assert "no.yaml: it cannot be read: No such file or directory\n" in err
