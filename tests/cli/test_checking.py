"""`registry-core check`: a line for each finding, its place, and the exit status."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from registry_core.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site

Output = pytest.CaptureFixture[str]

FRAMEWORK = """
    from registry_core import Registry
    TEA = Registry("tea", group="teashop.tea", scope="teashop")
    POT = Registry("pot", group=input(), scope="teashop")
    @TEA.register_module()
    class Black:
        def __init__(self, minutes: int = 3): ...
    raise SystemExit("imported")
"""
KINDS = """
    class Green:
        def __init__(self, grams: float, water=None): ...
    raise SystemExit("imported")
"""
WRONG = """_registry_: teashop.tea
type: Green
gramms: 5
water: {tpye: Black}
"""


@pytest.fixture
def teashop(plugin_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    plugin_site.install(
        "teashop",
        {
            "registry_core.registries": {
                "teashop.tea": "teashop:TEA",
                "teashop.pot": "teashop:POT",
            },
            "teashop.tea": {"Green": "teashop_kinds:Green"},
        },
        {"teashop.py": FRAMEWORK, "teashop_kinds.py": KINDS},
    )
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "wrong.yaml": WRONG,
        "right.yaml": "_registry_: tea\ntype: Green\ngrams: 5\nwater: {type: Black}\n",
        "warned.yaml": "_registry_: tea\ntype: Green\ngrams: 5\nwater: {tpye: Black}\n",
        "torn.yaml": "type: [",
        "empty.yaml": "",
        "unread.yaml": "_registry_: pot\ntype: Pot\n",
        "unknown.yaml": "type: Green\n_registry_: teh\n",
        "none.json": '{"type": "Green"}',
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    return plugin_site


def checked(site: Site, capsys: Output, *arguments: str) -> tuple[int, list[str], str]:
    with site.in_use():
        status = main(["check", *arguments])
        assert not {"teashop", "teashop_kinds"} & sys.modules.keys()
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def test_each_finding_is_a_line_with_its_place_and_code(teashop: Site, capsys: Output) -> None:
    status, lines, err = checked(teashop, capsys, "wrong.yaml", "right.yaml")
    assert status == 1
    assert lines == [
        "wrong.yaml:2:1: .: 'Green' (teashop 0.1.0): missing argument 'grams'; "
        "it takes grams, water [missing-argument]",
        "wrong.yaml:3:1: .: 'Green' (teashop 0.1.0): unexpected argument 'gramms'; "
        "it takes grams, water; did you mean 'grams'? [unexpected-argument]",
        "wrong.yaml:4:9: water.tpye: warning: 'tpye': the mapping is passed on unbuilt; "
        "is type meant? [misspelt-key]",
    ]
    assert err == "registry-core: 2 errors, 1 warning in 1 file\n"


def test_a_changed_value_is_checked(teashop: Site, capsys: Output) -> None:
    assert checked(teashop, capsys, "right.yaml", "--set", "grams=6") == (0, [], "")
    status, lines, _ = checked(teashop, capsys, "right.yaml", "--set", "grams=many")
    assert (status, len(lines)) == (1, 1)
    assert "grams: grams must be a number, but got str [wrong-type]" in lines[0]
    status, lines, _ = checked(teashop, capsys, "right.yaml", "grams=6")
    assert (status, len(lines)) == (1, 1)
    assert "; a change is given with --set grams=6 [" in lines[0]


def test_a_right_config_is_silence(teashop: Site, capsys: Output) -> None:
    assert checked(teashop, capsys, "right.yaml") == (0, [], "")


@pytest.mark.parametrize(("arguments", "status"), [([], 0), (["--strict"], 1)])
def test_a_warning_counts_where_that_is_asked(
    teashop: Site, capsys: Output, arguments: list[str], status: int
) -> None:
    assert checked(teashop, capsys, "warned.yaml", *arguments)[0] == status


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("torn.yaml", "torn.yaml:2:1: .: "),
        ("empty.yaml", "empty.yaml: .: it is empty: there is nothing to build [config-error]"),
        ("folder.yaml", "folder.yaml: .: it cannot be read: "),
        ("absent.yaml", "absent.yaml: .: it cannot be read: "),
        ("teashop.txt", "teashop.txt: .: its name must end in one of "),
        ("none.json", "none.json: .: no registry to build from: "),
        ("unknown.yaml", "unknown.yaml:2:1: .: no registry is named 'teh'; "),
        ("unread.yaml", "unread.yaml:1:1: .: warning: source does not tell what the registry"),
    ],
)
def test_what_cannot_be_checked_is_a_finding_of_that_file(
    teashop: Site, capsys: Output, file: str, line: str
) -> None:
    status, lines, _ = checked(teashop, capsys, file, "right.yaml")
    (found,) = lines
    assert found.startswith(line)
    assert status == ("warning" not in line)


def test_a_registry_that_is_asked_for_and_unknown_is_said_once(
    teashop: Site, capsys: Output
) -> None:
    status, lines, err = checked(teashop, capsys, "none.json", "right.yaml", "--registry", "teapot")
    assert (status, lines) == (1, [])
    assert err.startswith("registry-core: no registry is named 'teapot'; known are ")


def test_json_has_each_finding_as_data(teashop: Site, capsys: Output) -> None:
    with teashop.in_use():
        assert main(["check", "warned.yaml", "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["format"] == "registry_core-check-1"
    (finding,) = printed["findings"]
    assert finding["message"].startswith("'tpye': ")
    assert {key: finding[key] for key in ("file", "line", "column", "path", "severity")} == {
        "file": "warned.yaml",
        "line": 4,
        "column": 9,
        "path": "water.tpye",
        "severity": "warning",
    }


def test_json_is_an_answer_where_nothing_is_found(teashop: Site, capsys: Output) -> None:
    with teashop.in_use():
        assert main(["check", "right.yaml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_github_gets_annotations(teashop: Site, capsys: Output) -> None:
    (teashop.folder / "a,b%.yaml").write_text("_registry_: teh\ntype: Green\n")
    _, lines, _ = checked(
        teashop, capsys, "warned.yaml", str(teashop.folder / "a,b%.yaml"), "--format", "github"
    )
    assert lines[0].startswith("::warning file=warned.yaml,line=4,col=9,title=")
    assert "a%2Cb%25.yaml,line=1,col=1,title=registry-not-found::.: no registry" in lines[1]


@pytest.mark.parametrize(
    "text", ['{"_registry_": "tea", "type": "Gren"}', "_registry_: tea\ntype: Gren"]
)
def test_what_is_piped_in_is_checked(
    teashop: Site, capsys: Output, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    _, lines, _ = checked(teashop, capsys, "-")
    assert lines[0].startswith("<stdin>:")
    assert "'Gren' is not in the registry 'teashop.tea'" in lines[0]
    assert "did you mean 'Green'?" in lines[0]


def test_names_of_terminal_codes_are_escaped(teashop: Site, capsys: Output) -> None:
    name = "red\x1b.yaml"
    _, lines, _ = checked(teashop, capsys, name)
    assert lines[0].startswith("red\\x1b.yaml: ")


def test_a_thousand_wrong_names_are_a_thousand_lines(teashop: Site, capsys: Output) -> None:
    text = "_registry_: tea\ntype: Green\ngrams: 1\nwater:\n" + "- {type: Wrong}\n" * 1_000
    (teashop.folder / "many.yaml").write_text(text)
    _, lines, _ = checked(teashop, capsys, str(teashop.folder / "many.yaml"))
    assert len(lines) == 1_000
    assert lines[-1].split(":", 1)[1].startswith("1004:4: water[999]: ")


def test_load_asks_the_objects(plugin_site: Site, capsys: Output) -> None:
    source = """
        from registry_core import Registry
        PAN = Registry("pan", group="kitchen.pan", scope="kitchen")
        made = type("Made", (), {"__init__": lambda self, size: None})
        PAN.register_module("Wok", module=made)
    """
    rows = {"registry_core.registries": {"kitchen.pan": "kitchen:PAN"}}
    plugin_site.install("kitchen", rows, {"kitchen.py": source})
    file = plugin_site.folder / "pan.json"
    file.write_text('{"_registry_": "kitchen.pan", "type": "Wok", "sise": 3}')
    with plugin_site.in_use():
        assert main(["check", os.fspath(file)]) == 0
        capsys.readouterr()
        assert main(["check", os.fspath(file), "--load"]) == 1
    assert "unexpected argument 'sise'" in capsys.readouterr().out


def test_no_file_is_a_wrong_usage() -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["check"])
    assert exit_.value.code == 2


@pytest.mark.skipif(os.name == "nt", reason="no file can have that name there")
def test_a_line_break_in_a_files_name_makes_no_further_line(
    teashop: Site, capsys: Output, tmp_path: Path
) -> None:
    (tmp_path / "a\nright.yaml:1:1: b.yaml").write_text(WRONG)
    _, lines, _ = checked(teashop, capsys, "a\nright.yaml:1:1: b.yaml")
    assert len(lines) == 3
    assert all(line.startswith(r"a\nright.yaml:1:1: b.yaml:") for line in lines)


def test_a_file_that_is_given_twice_is_checked_once(teashop: Site, capsys: Output) -> None:
    once = checked(teashop, capsys, "wrong.yaml")
    assert checked(teashop, capsys, "wrong.yaml", "wrong.yaml") == once


def test_what_is_printed_while_loading_is_not_the_answer(
    plugin_site: Site, capfd: Output, tmp_path: Path
) -> None:
    file = tmp_path / "loud.json"
    file.write_text('{"_registry_": "loud", "type": "Loud"}')
    text = """
        import os
        from registry_core import Registry
        print("by Python")
        os.write(1, b"by the system")
        LOUD = Registry("loud", scope="loud")
        class Loud: ...
    """
    rows = {
        "registry_core.registries": {"registry_core.loud": "loud_plugin:LOUD"},
        "registry_core.loud": {"Loud": "loud_plugin:Loud"},
    }
    plugin_site.install("loud", rows, {"loud_plugin.py": text})
    with plugin_site.in_use():
        assert main(["check", "--load", "--json", str(file)]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["findings"] == []
    assert "by Python" in err
    assert "by the system" in err


def test_a_file_without_a_type_is_told_in_the_words_of_its_reader(
    teashop: Site, tmp_path: Path, capsys: Output
) -> None:
    (tmp_path / "slip.yaml").write_text("_registry_: tea\ntpye: Green\ngrams: 5\n")
    with teashop.in_use():
        assert main(["check", "slip.yaml"]) == 1
    assert capsys.readouterr().out == (
        'slip.yaml:2:1: .: the key "type" is missing, which says what to build; it has '
        "'tpye', 'grams'; is 'tpye' meant for it? [missing-type]\n"
    )


def test_a_file_that_is_not_there_is_told_as_the_system_says_it(
    teashop: Site, capsys: Output
) -> None:
    with teashop.in_use():
        assert main(["check", "no.yaml"]) == 1
    what = "no.yaml: .: it cannot be read: No such file or directory [config-error]\n"
    assert capsys.readouterr().out == what
