"""`registry-core index`, and what the other verbs say of wheels that are not installed."""

from __future__ import annotations

import io
import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from wheel_maker import make_wheel

from registry_core.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]

OLD = """
    class Vine:
        def __init__(self, length: int, support: bool = False): ...
    class Ivy:
        def __init__(self, height: int = 3): ...
    raise SystemExit("imported")
"""
NEW = """
    class Vine:
        def __init__(self, reach: int, support: bool = False, *, soil: str): ...
    raise SystemExit("imported")
"""
ROWS = {"garden.plant.climbing": {"Vine": "climbers:Vine", "Ivy": "climbers:Ivy"}}
CONFIG = """
a: {type: climbing.Vine, length: 3}
b: {type: climbing.Ivy}
c: {type: Fern, height: x}
"""


def made(folder: Path) -> None:
    assert main(["index", str(folder), "-o", "known"]) == 0


def new_wheel(folder: Path) -> Path:
    rows = {"garden.plant.climbing": {"Vine": "climbers:Vine"}}
    return make_wheel(folder, "climbers", rows, {"climbers.py": NEW}, version="2.0")


@pytest.fixture(autouse=True)
def working_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "exp.yaml").write_text(f"_registry_: plant{CONFIG}", encoding="utf-8")
    return "exp.yaml"


@pytest.fixture
def knowing(garden: Site, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a verb with an index: the first argument."""

    def ask(known: str, *arguments: str) -> tuple[int, str, str]:
        with garden.in_use(variables={"REGISTRY_CORE_KNOWN": known}):
            status = main(arguments)
            assert not {"garden", "garden_kinds", "climbers"} & sys.modules.keys()
        out, err = capsys.readouterr()
        return status, out, err

    return ask


def test_what_is_left_out_is_said_with_the_wheel_and_the_rest_goes_on(
    tmp_path: Path, asked: Ask
) -> None:
    wheels, known = tmp_path / "wheels", tmp_path / "known.jsonl"
    new_wheel(wheels)
    assert asked("index", str(wheels), "-o", str(known)) == (
        0,
        "",
        f"registry-core: note: 1 distribution read; {known} has 1 name\n",
    )
    before = known.read_bytes()
    (wheels / "bad-1.0-py3-none-any.whl").write_bytes(b"no zip")
    make_wheel(wheels, "half", {"garden.plant": {"X": "half:Gone"}}, {"half.py": ""})
    status, out, err = asked("index", str(wheels), str(tmp_path / "gone"), "-o", str(known))
    assert (status, out) == (1, "")
    assert "bad-1.0-py3-none-any.whl: it is left out: it is not a zip archive" in err
    assert "half-0.1.0-py3-none-any.whl: 'X' in 'garden.plant' leads nowhere" in err
    assert "gone: it is left out: its name does not end in .whl" in err
    assert known.read_bytes() == before


def test_a_file_that_is_no_index_is_not_overwritten(tmp_path: Path, asked: Ask) -> None:
    new_wheel(tmp_path)
    precious = tmp_path / "thesis.tex"
    precious.write_text("precious", encoding="utf-8")
    status, _, err = asked("index", str(tmp_path), "-o", str(precious))
    assert (status, precious.read_text(encoding="utf-8")) == (1, "precious")
    assert "thesis.tex is not an index of wheels in the format registry_core-index-1" in err
    status, _, err = asked("index", str(tmp_path), "-o", str(tmp_path / "no" / "folder"))
    assert status == 1
    assert "cannot be written: No such file or directory" in err


def test_what_is_available_is_listed(tmp_path: Path, garden: Site, knowing: Ask) -> None:
    new_wheel(tmp_path)
    made(tmp_path)
    status, out, _ = knowing("known", "list", "--available")
    assert status == 0
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["climbing.Vine", "garden.plant", "climbers", "2.0", "climbers:Vine", "not", "installed"]
    ]
    garden.install("climbers", ROWS, {"climbers.py": OLD}, version="1.0")
    data = json.loads(knowing("known", "list", "plant", "--available", "--json")[1])
    [entry] = data["entries"]
    assert (entry["scope"], entry["name"], entry["status"]) == (
        "climbing",
        "Vine",
        "1.0 is installed",
    )
    garden.uninstall("climbers")
    garden.install("climbers", ROWS, version="2.0")
    status, out, err = knowing("known", "list", "--available")
    assert (status, out) == (0, "")
    assert "the indexes have nothing for it that is not installed" in err


@pytest.mark.parametrize("verb", [["list"], ["describe", "plant", "climbing.Vine"]])
def test_without_an_index_nothing_is_available(asked: Ask, verb: list[str]) -> None:
    status, out, err = asked(*verb, "--available")
    assert (status, out) == (1, "")
    assert "no index is known: let REGISTRY_CORE_KNOWN name one" in err


def test_what_is_available_is_described(tmp_path: Path, knowing: Ask) -> None:
    rows = {"garden.plant": {"Vine": "climbers:Vine", "Fast": "climbers.fast:Fast"}}
    make_wheel(tmp_path, "climbers", rows, {"climbers/__init__.py": NEW, "climbers/fast.so": b""})
    made(tmp_path)
    status, out, _ = knowing("known", "describe", "plant", "Vine", "--available")
    assert status == 0
    assert out.splitlines() == [
        "Vine in garden.plant",
        "",
        "  provider: climbers 0.1.0 (not installed: pip install climbers)",
        "  target: climbers:Vine",
        "",
        "  arguments:",
        "    reach: int  (required)",
        "    support: bool = False",
        "    soil: str  (required)",
    ]
    _, out, _ = knowing("known", "describe", "plant", "Fast", "--available")
    assert "arguments: source does not tell" in out
    out = knowing("known", "describe", "plant", "Fast", "--available", "--json")[1]
    assert json.loads(out)["arguments"] is None
    status, out, err = knowing("known", "describe", "plant", "Nope", "--available")
    assert (status, out) == (1, "")
    assert "'Nope' in 'garden.plant' is in none of the indexes" in err


def test_a_short_name_of_several_registries_is_refused(tmp_path: Path, knowing: Ask) -> None:
    rows = {"registry_core.registries": {"shed.plant": "shed:PLANT"}}
    make_wheel(tmp_path, "shed", rows, {"shed.py": "PLANT = 1"}, version="1.0")
    made(tmp_path)
    several = "names more than one registry: write the group, 'garden.plant' or 'shed.plant'"
    status, out, err = knowing("known", "list", "plant", "--available")
    assert (status, out) == (1, "")
    assert err.endswith(f"registry-core: 'plant' {several}\n")


def test_which_and_check_end_in_what_to_install(tmp_path: Path, config: str, knowing: Ask) -> None:
    new_wheel(tmp_path)
    made(tmp_path)
    said = "climbers 2.0 has it, and takes reach: int, support: bool, soil: str. It has"
    which = knowing("known", "which", "plant", "climbing.Vine")[2]
    assert said in which
    assert which.endswith("; pip install climbers\n")
    described = knowing("known", "describe", "plant", "climbing.Vine")[2]
    assert said in described
    assert described.endswith("; pip install climbers\n")
    line = knowing("known", "check", config)[1].splitlines()[0]
    assert said in line
    assert line.endswith("; pip install climbers [entry-not-found]")


def installed_and_new(garden: Site, folder: Path, against: str) -> str:
    garden.install("climbers", ROWS, {"climbers.py": OLD}, version="1.0")
    wheel = str(new_wheel(folder / "new"))
    main(["index", wheel, "-o", str(folder / "new.jsonl")])
    return wheel if against == "wheel" else str(folder / "new.jsonl")


@pytest.mark.parametrize("against", ["wheel", "index"])
def test_an_upgrade_is_checked_before_it_is_made(
    tmp_path: Path, garden: Site, config: str, asked: Ask, against: str
) -> None:
    new = installed_and_new(garden, tmp_path, against)
    status, out, _ = asked("check", config)
    today = "exp.yaml:4:17: c.height: height must be an integer, but got str [wrong-type]"
    assert (status, out.splitlines()) == (1, [today])
    status, out, err = asked("check", config, "--against", new)
    lines = out.splitlines()
    assert status == 1
    assert len(lines) == 4
    assert lines[0].startswith(
        "exp.yaml:2:5: a: 'climbing.Vine' (climbers 2.0): missing argument 'reach', missing "
        "argument 'soil'; it takes reach, support, soil"
    )
    renames = "this upgrade renames 'length' to 'reach'"
    assert lines[0].endswith(f"; {renames} and requires 'soil' [missing-argument]")
    assert lines[1].startswith("exp.yaml:2:26: a: 'climbing.Vine' (climbers 2.0): unexpected")
    assert lines[1].endswith(f"; {renames} [unexpected-argument]")
    assert lines[2].startswith("exp.yaml:3:5: b: 'climbing.Ivy' is not in the registry")
    assert lines[2].endswith("; climbers 2.0 has it no more [entry-not-found]")
    assert "path" not in lines[2]
    assert lines[3] == today
    assert "4 errors in 1 file" in err


def test_renames_of_the_new_version_count(
    tmp_path: Path, garden: Site, config: str, asked: Ask
) -> None:
    garden.install("climbers", ROWS, {"climbers.py": OLD}, version="1.0")
    rows = {
        "garden.plant.climbing": {"Grape": "climbers:Vine"},
        "registry_core.notes": {"garden.plant": "climbers"},
    }
    notes = '["garden.plant".renamed]\n"climbing.Vine" = { to = "climbing.Grape", since = "2.0" }\n'
    modules = {"climbers/__init__.py": OLD, "climbers/registry.toml": notes}
    wheel = str(make_wheel(tmp_path / "new", "climbers", rows, modules, version="2.0"))
    main(["index", wheel, "-o", "new.jsonl"])
    for new in (wheel, "new.jsonl"):
        out = asked("check", config, "--against", new)[1]
        assert (
            "exp.yaml:2:5: a.type: warning: 'climbing.Vine' is now called 'climbing.Grape', since "
            "climbers 2.0; write 'climbing.Grape'"
        ) in out


def test_what_a_hook_may_compute_is_no_error(
    tmp_path: Path, garden: Site, config: str, asked: Ask
) -> None:
    # The wheel has a hook module of a name that can be imported here.
    leaves_a_trace = "from pathlib import Path\nPath('imported').touch()\n"
    modules = {"climbers.py": OLD, "climbers_hooks.py": leaves_a_trace}
    garden.install("climbers", ROWS, modules, version="1.0")
    rows = {
        "garden.plant.climbing": {"Vine": "climbers:Vine"},
        "registry_core.hooks": {"garden.plant": "climbers_hooks"},
    }
    wheel = str(make_wheel(tmp_path / "new", "climbers", rows, modules, version="2.0"))
    main(["index", wheel, "-o", "new.jsonl"])
    for new in (wheel, "new.jsonl"):
        out = asked("check", config, "--against", new)[1]
        assert "hint: 'climbing.Ivy' is not checked: climbers 2.0 may compute it by a hook" in out
        assert not (tmp_path / "imported").exists()


def test_a_framework_is_judged_by_its_wheel(
    tmp_path: Path, garden: Site, config: str, asked: Ask
) -> None:
    garden.install("climbers", ROWS, {"climbers.py": OLD}, version="1.0")
    framework = """
        from registry_core import Registry
        PLANT = Registry("plant", group="garden.plant", scope="garden")
        @PLANT.register_module()
        class Fern:
            def __init__(self, height: str): ...
        raise SystemExit("imported")
    """
    rows = {"registry_core.registries": {"garden.plant": "garden:PLANT"}}
    wheel = str(make_wheel(tmp_path / "new", "garden", rows, {"garden.py": framework}, version="1"))
    assert asked("check", config, "--against", wheel)[:2] == (0, "")
    main(["index", wheel, "-o", "new.jsonl"])
    _, out, err = asked("check", config, "--against", "new.jsonl")
    assert "note: garden 1 owns registries: check against its wheel to judge its upgrade" in err
    assert "c.height: height must be an integer" in out


def test_a_framework_that_is_imported_is_judged_by_its_wheel_all_the_same(
    tmp_path: Path, plugin_site: Site, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = """
        from registry_core import Registry
        PLANT = Registry("plant", group="garden.plant", scope="garden")
        @PLANT.register_module()
        class Fern:
            def __init__(self, {}: str): ...
    """
    rows = {"registry_core.registries": {"garden.plant": "green_garden:PLANT"}}
    plugin_site.install("garden", rows, {"green_garden.py": source.format("height")}, version="1")
    new = {"green_garden.py": source.format("size")}
    wheel = str(make_wheel(tmp_path / "new", "garden", rows, new, version="2"))
    (tmp_path / config).write_text("{_registry_: plant, type: Fern, height: x}", encoding="utf-8")
    with plugin_site.in_use():
        # As it is in the command of a framework that has mounted the verbs.
        import_module("green_garden")
        assert main(["check", config]) == 0
        assert main(["check", config, "--against", wheel]) == 1
    assert "it takes size; with garden 1, which is installed, it passes" in capsys.readouterr().out


def test_what_is_piped_in_is_checked_against_a_wheel(
    tmp_path: Path, garden: Site, asked: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = installed_and_new(garden, tmp_path, "wheel")
    piped = io.TextIOWrapper(io.BytesIO(f"_registry_: plant{CONFIG}".encode()))
    monkeypatch.setattr(sys, "stdin", piped)
    assert "this upgrade renames 'length' to 'reach'" in asked("check", "-", "--against", new)[1]


@pytest.mark.parametrize(
    ("against", "why"),
    [
        ("gone.whl", "gone.whl: it is not there"),
        ("gone.jsonl", "gone.jsonl is not there"),
        ("exp.yaml", "exp.yaml is not an index of wheels"),
    ],
)
def test_what_is_neither_a_wheel_nor_an_index_is_refused(
    config: str, asked: Ask, against: str, why: str
) -> None:
    status, out, err = asked("check", config, "--against", against)
    assert (status, out) == (1, "")
    assert why in err


def test_what_is_not_installed_is_not_loaded(config: str, asked: Ask) -> None:
    status, out, err = asked("check", config, "--against", "x.whl", "--load")
    assert (status, out) == (1, "")
    assert "--load imports what is installed, and not what --against says" in err
