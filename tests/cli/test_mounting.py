"""The verbs in a framework's own command, by argparse and by click."""

from __future__ import annotations

import argparse
import ast
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.shell_completion import ShellComplete
from fresh_process import run_python

from registry_core.cli import mount

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

    Command = Callable[..., int]

Output = pytest.CaptureFixture[str]


def _water(_: object) -> int:
    return 7


def by_argparse(*groups: str) -> Command:
    def command(*arguments: str) -> int:
        parser = argparse.ArgumentParser(prog="gardener")
        commands = parser.add_subparsers(required=True)
        commands.add_parser("water").set_defaults(run=_water)
        mount(commands, *groups)
        found = parser.parse_args(arguments)
        status: int = found.run(found)
        return status

    return command


def by_click(*groups: str) -> Command:
    def command(*arguments: str) -> int:
        group = click.Group("gardener")
        group.command("water")(lambda: click.get_current_context().exit(_water(None)))
        mount(group, *groups)
        with pytest.raises(SystemExit) as exit_:
            group.main(list(arguments), prog_name="gardener")
        return int(exit_.value.code or 0)

    return command


@pytest.fixture(params=[by_argparse, by_click])
def made(request: pytest.FixtureRequest, garden: Site, tmp_path: Path) -> Any:
    (tmp_path / "fern.yaml").write_text("type: Fern\nheigth: 3\n")
    (tmp_path / "pot.yaml").write_text("_registry_: pot\ntype: Pot\n")
    with garden.in_use():
        yield request.param
        assert not {"garden", "garden_kinds"} & sys.modules.keys()


def test_it_is_called_as_the_framework_calls_it(made: Any, tmp_path: Path, capsys: Output) -> None:
    command = made("garden.plant")
    assert command("check", str(tmp_path / "fern.yaml")) == 1
    out, err = capsys.readouterr()
    assert "fern.yaml:2:1: .: 'Fern' (garden 0.8): " in out
    assert err == "gardener: 2 errors in 1 file\n"


def test_what_a_file_says_of_its_registry_holds(made: Any, tmp_path: Path) -> None:
    assert made("garden.plant")("check", str(tmp_path / "pot.yaml")) == 0


def test_one_registry_need_not_be_said(made: Any, capsys: Output) -> None:
    command = made("garden.plant")
    assert command("describe", "Fern") == 0
    assert capsys.readouterr().out.startswith("Fern in garden.plant\n")
    assert command("list", "--provider", "garden") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["Fern", "Weed"]
    assert command("which", "Fren") == 1
    assert capsys.readouterr().err.startswith("gardener: 'Fren' is not in the registry")


def test_of_several_one_is_said(made: Any, capsys: Output) -> None:
    command = made("garden.plant", "garden.pot")
    assert command("describe", "pot", "Pot") == 0
    capsys.readouterr()
    assert command("list") == 0
    assert "garden.pot" in capsys.readouterr().out


def test_of_several_the_one_that_has_a_key_need_not_be_said(made: Any, capsys: Output) -> None:
    command = made("garden.plant", "garden.pot")
    assert command("which", "Pot") == 0
    assert capsys.readouterr().out.startswith("Pot  garden 0.8")
    assert command("which", "Pto") == 1
    ways = "try gardener which garden.pot Pot"
    assert capsys.readouterr().err == f"gardener: no registry has 'Pto'; {ways}\n"


def test_types_of_one_registry_of_several_are_checked_as_they_were_written(
    made: Any, tmp_path: Path, capsys: Output
) -> None:
    command, file = made("garden.pot", "garden.plant"), str(tmp_path / "cfgs.py")
    for names in (["plant"], ["plant", "pot"], []):
        assert command("types", *names, "-o", file) == 0
        assert command("types", "--check", file) == 0, names
    assert command("types", "pot", "--check", file) == 1
    assert "out of date" in capsys.readouterr().err


def test_entries_are_found_in_its_own_registries(made: Any, capsys: Output) -> None:
    command = made("garden.pot")
    assert (command("find", "Fern"), command("find", "Pot")) == (1, 0)
    assert capsys.readouterr().out.splitlines()[1].split()[:2] == ["Pot", "garden.pot"]


def test_help_and_wrong_usage_name_the_framework(made: Any, capsys: Output) -> None:
    command = made("garden.plant")
    statuses = []
    for arguments in (["check", "--help"], ["check"]):
        try:
            statuses.append(command(*arguments))
        except SystemExit as exit_:
            statuses.append(exit_.code)
    assert statuses == [0, 2]
    out, err = capsys.readouterr()
    assert out.startswith("usage: gardener check [-h]")
    assert "gardener check: error: the following arguments are required: FILE" in err


def test_its_own_verbs_go_on(made: Any) -> None:
    assert made("garden.plant")("water") == 7


@pytest.mark.parametrize(
    ("groups", "words", "offered"),
    [
        (["garden.plant"], ["w"], ["water", "which"]),
        (["garden.plant"], ["--"], ["--help"]),
        (["garden.plant"], ["describe", "thorny."], ["thorny.Fern", "thorny.Rose"]),
        (["garden.plant"], ["describe", "Weed", ""], []),
        (["garden.plant"], ["list", "g"], ["garden.plant"]),
        (["garden.plant"], ["water", ""], []),
        (["garden.plant"], ["build", "FILE", "+an"], ["+angle="]),
        (["garden.plant", "garden.pot"], ["describe", "p"], ["plant", "pot"]),
        (["garden.plant", "garden.pot"], ["describe", "pot", ""], ["Pot"]),
    ],
)
def test_what_a_shell_is_offered(
    garden: Site, tmp_path: Path, capsys: Output, groups: list[str], words: list[str], offered: Any
) -> None:
    file = tmp_path / "fern.yaml"
    file.write_text("type: Fern\nheight: 3\n")
    words = [str(file) if word == "FILE" else word for word in words]
    with garden.in_use():
        assert by_argparse(*groups)("completion", "__complete", *words) == 0
    assert capsys.readouterr().out.split() == offered


def test_what_click_offers_is_offered_by_its_own_completion(garden: Site) -> None:
    group = click.Group("gardener")
    mount(group, "garden.plant")
    assert "completion" not in group.commands

    def offered(words: list[str], incomplete: str) -> list[tuple[str, str]]:
        completing = ShellComplete(group, {}, "gardener", "_GARDENER_COMPLETE")
        found = completing.get_completions(words, incomplete)
        return [(each.type, each.value) for each in found]

    with garden.in_use():
        assert offered(["describe"], "thorny.R") == [("plain", "thorny.Rose")]
        assert offered(["list"], "--prov") == [("plain", "--provider")]
        assert offered(["check", "--format"], "g") == [("plain", "github")]
        assert offered(["check"], "fern") == [("file", "fern")]


def test_a_program_below_another_completes(garden: Site, capsys: Output) -> None:
    parser = argparse.ArgumentParser(prog="farm")
    tools = parser.add_subparsers().add_parser("tools")
    mount(tools.add_subparsers(), "garden.plant")

    def said(*words: str) -> str:
        arguments = parser.parse_args(["tools", "completion", *words])
        assert arguments.run(arguments) == 0
        return capsys.readouterr().out

    with garden.in_use():
        assert "complete -o default -F _farm farm" in (script := said("bash"))
        assert '"${words[0]}" tools completion __complete "${words[@]:1}"' in script
        assert said("__complete", "tools", "describe", "thorny.R") == "thorny.Rose\n"
        assert said("__complete", "other", "describe", "thorny.R") == ""


def test_a_framework_with_a_verb_of_its_own_to_complete_keeps_it() -> None:
    commands = argparse.ArgumentParser(prog="gardener").add_subparsers()
    own = commands.add_parser("completion")
    mount(commands, "garden.plant")
    assert commands.choices["completion"] is own


def test_what_cannot_be_mounted_is_an_error() -> None:
    commands = argparse.ArgumentParser().add_subparsers()
    with pytest.raises(ValueError, match="there is no verb 'chek': mount"):
        mount(commands, "acme.model", verbs=["chek"])
    with pytest.raises(ValueError, match="name a group: mount"):
        mount(commands)
    with pytest.raises(TypeError, match="must be what add_subparsers.. gives.*got list"):
        mount([], "acme.model")


def test_a_verb_of_the_framework_is_never_replaced() -> None:
    group = click.Group("gardener")
    own = click.Command("check", callback=lambda: None)
    group.add_command(own)
    commands = argparse.ArgumentParser(prog="gardener").add_subparsers()
    own_parser = commands.add_parser("check")
    for mounted, names in ((group, group.commands), (commands, commands.choices)):
        with pytest.raises(ValueError, match="the command has 'check' already") as raised:
            mount(mounted, "garden.plant")
        assert list(names) == ["check"]
        rest = ast.literal_eval(str(raised.value).partition("verbs=")[2])
        mount(mounted, "garden.plant", verbs=rest)
        assert {"check", "list"} <= set(names)
    assert group.commands["check"] is own
    assert commands.choices["check"] is own_parser


def test_a_check_imports_what_its_package_imports_and_nothing_more(
    plugin_site: Site, tmp_path: Path
) -> None:
    modules = {
        "shop/__init__.py": "",
        "shop/registry.py": """
            from registry_core import Registry
            TEA = Registry("tea", group="shop.tea", scope="shop")
        """,
        "shop/command.py": """
            import argparse, sys
            from registry_core.cli import mount
            def main():
                parser = argparse.ArgumentParser(prog="shop")
                mount(parser.add_subparsers(required=True), "shop.tea")
                arguments = parser.parse_args()
                status = arguments.run(arguments)
                print([each for each in sys.modules if each.startswith(("shop", "tea"))])
                raise SystemExit(status)
        """,
        "teas.py": "class Green:\n    def __init__(self, grams: float): ...",
    }
    rows = {"registry_core.registries": {"shop.tea": "shop.registry:TEA"}}
    plugin_site.install("shop", {**rows, "shop.tea": {"Green": "teas:Green"}}, modules)
    file = tmp_path / "tea.json"
    file.write_text('{"type": "Green", "grams": 3}')
    code = "from shop.command import main; main()"
    ended = run_python("-c", code, "check", str(file), folder=plugin_site.folder)
    assert (ended.stdout, ended.stderr) == ("['shop', 'shop.command']\n", "")
