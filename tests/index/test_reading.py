"""What a wheel says: names, what they take, notes; never by running it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from fresh_environment import UV, done
from wheel_maker import make_wheel

from registry_core.index.line import Line, read, written
from registry_core.index.reading import lines_of
from registry_core.index.wheel import BadWheel

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = '''
    from dataclasses import dataclass
    from typing import Literal
    @dataclass
    class Rose:
        """Has thorns."""
        thorns: int
        colour: Literal["red", "white"] = "red"
    def wild(**more): ...
    raise SystemExit("imported")
'''
NOTES = """
["garden.plant".entries]
"thorny.Rose" = { light = ["sun"] }
["garden.plant".renamed]
"thorny.Dogrose" = { to = "thorny.Rose", since = "2" }
"""
ROWS = {
    "garden.plant.thorny": {"Rose": "roses.kinds:Rose", "Wild": "roses.kinds:wild"},
    "registry_core.notes": {"garden.plant": "roses"},
    "console_scripts": {"roses": "roses:main"},
}


def read_of(wheel: Path) -> tuple[dict[str, Line], list[str]]:
    _, lines, faults = lines_of(str(wheel))
    found = {line.address: read(written(line)) for line in lines}
    assert len(found) == len(lines)
    return found, faults


def roses(folder: Path, **changes: Any) -> Path:
    modules = {"roses/__init__.py": "", "roses/kinds.py": SOURCE, "roses/registry.toml": NOTES}
    return make_wheel(folder, "roses", ROWS, modules, **{"version": "2.0", **changes})


def test_names_come_with_what_they_take_and_what_is_noted(tmp_path: Path) -> None:
    found, faults = read_of(roses(tmp_path))
    assert not faults
    assert sorted(found) == [f"garden.plant.thorny.{name}" for name in ("Dogrose", "Rose", "Wild")]
    rose = found["garden.plant.thorny.Rose"]
    assert str(rose.provider) == "roses 2.0"
    assert rose.taken() == "thorns: int, colour: Literal['red', 'white']"
    assert rose.metadata == {"light": ["sun"]}
    assert rose.signature is not None
    assert rose.signature.summary == "Has thorns."
    assert rose.signature.annotations["colour"] == "typing.Literal['red', 'white']"
    assert found["garden.plant.thorny.Wild"].taken() == "**more"
    old = found["garden.plant.thorny.Dogrose"]
    assert (old.target, old.renamed) == ("", ("thorny.Rose", "2", ""))
    assert "roses" not in sys.modules


def test_what_is_installed_here_counts_for_bases_and_not_for_the_wheel(tmp_path: Path) -> None:
    source = "from json import JSONDecoder\nclass Rose(JSONDecoder): ...\nclass Odd(Gone): ..."
    rows = {"garden.plant": {"Rose": "registry_core:Rose", "Odd": "registry_core:Odd"}}
    # The wheel has a package of a name that is installed here, and imported.
    wheel = make_wheel(tmp_path, "roses", rows, {"registry_core/__init__.py": source})
    found, faults = read_of(wheel)
    assert "object_hook" in found["garden.plant.Rose"].taken()
    # A base that is not known may change what its class takes.
    assert found["garden.plant.Odd"].signature is None
    assert not faults


def test_a_target_of_another_distribution_is_no_fault(tmp_path: Path) -> None:
    rows = {"garden.plant": {"Rose": "other_package:Rose"}}
    found, faults = read_of(make_wheel(tmp_path, "roses", rows))
    assert (found["garden.plant.Rose"].signature, faults) == (None, [])


def test_an_extension_module_does_not_tell_what_it_holds(tmp_path: Path) -> None:
    # Nor what its code may add to a module beside it.
    rows = {"garden.plant": {"Rose": "roses.fast:Rose", "Beside": "roses:Rose"}}
    fast = "roses/fast.cpython-399-sparc-linux-gnu.so"
    modules: dict[str, str | bytes] = {"roses/__init__.py": "", fast: b"\x7fELF"}
    found, faults = read_of(make_wheel(tmp_path, "roses", rows, modules))
    told = [found[f"garden.plant.{name}"].signature for name in ("Rose", "Beside")]
    assert (told, faults) == ([None, None], [])


def test_what_leads_nowhere_is_left_out_and_said(tmp_path: Path) -> None:
    rows = {"garden.plant": {"Rose": "roses:Tulip", "Kept": "roses:Rose", "Gone": "roses.gone:X"}}
    found, faults = read_of(make_wheel(tmp_path, "roses", rows, {"roses.py": "class Rose: ..."}))
    assert list(found) == ["garden.plant.Kept"]
    assert faults == [
        "'Rose' in 'garden.plant' leads nowhere: the module 'roses' has no attribute 'Tulip'",
        "'Gone' in 'garden.plant' leads nowhere: there is no module 'roses.gone'",
    ]


def test_malformed_rows_and_notes_cost_themselves(tmp_path: Path) -> None:
    text = "[registry_core.notes]\ngarden.plant = roses\n[garden.plant]\noops\nRose = roses:Rose\n"
    modules = {"roses/__init__.py": "class Rose: ...", "roses/registry.toml": "= no TOML"}
    found, faults = read_of(make_wheel(tmp_path, "roses", text, modules))
    assert list(found) == ["garden.plant.Rose"]
    assert "entry_points.txt line 4: 'oops' is not 'name = value'" in faults
    assert any("roses/registry.toml: it is not TOML in UTF-8" in each for each in faults)


def test_refused_rows_are_said_where_a_registry_is_meant(tmp_path: Path) -> None:
    rows = {
        "registry_core.registries": {"garden.plant": "garden:PLANT"},
        "garden.plant": {"Rose": "no attribute"},
        "pytest11": {"garden": "garden.testing"},
    }
    found, faults = read_of(make_wheel(tmp_path, "garden", rows))
    assert list(found) == ["registry_core.registries.garden.plant"]
    assert len(faults) == 1
    assert faults[0].startswith("'Rose' in 'garden.plant': ")


def test_faults_are_bounded(tmp_path: Path) -> None:
    rows = {"garden.plant": {f"Rose{number}": "roses:Gone" for number in range(500)}}
    _, faults = read_of(make_wheel(tmp_path, "roses", rows, {"roses.py": ""}))
    assert len(faults) == 21
    assert faults[-1] == "and 480 more faults"


def test_what_is_too_long_for_a_line_is_left_out_of_it(tmp_path: Path) -> None:
    modules = {"roses.py": f"class Rose:\n    def __init__(self, a={'x' * 50_000!r}): ...\n"}
    wheel = make_wheel(tmp_path, "roses", {"garden.plant": {"Rose": "roses:Rose"}}, modules)
    found, _ = read_of(wheel)
    assert found["garden.plant.Rose"].signature is None


def test_a_wheel_that_says_much_more_than_it_holds_is_left_out(tmp_path: Path) -> None:
    modules = {"roses.py": f"class Rose:\n    def __init__(self, a={'x' * 29_000!r}): ...\n"}
    rows = {"garden.plant": {f"R{number}": "roses:Rose" for number in range(600)}}
    with pytest.raises(BadWheel, match="its lines would have more than 16,000,000 bytes"):
        lines_of(str(make_wheel(tmp_path, "roses", rows, modules)))


@pytest.mark.wheels
def test_a_wheel_of_a_build_backend_is_read_as_it_is_installed(tmp_path: Path) -> None:
    """The plugin of this repository is installed here, and its wheel is built."""
    from pathlib import Path as Folder

    from registry_core.environment import current_environment
    from registry_core.query import describe
    from registry_core.tree.known_registries import KnownRegistries

    project = Folder(__file__).parents[2] / "plugins" / "activations-extra"
    if not project.is_dir() or current_environment().installed.copy("activations-extra") is None:
        pytest.skip("only a checkout has the plugins")
    build: list[str | Path] = [
        UV,
        "build",
        "--quiet",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
    ]
    done([*build, "--out-dir", tmp_path, project], tmp_path)
    found, faults = read_of(next(tmp_path.glob("*.whl")))
    assert not faults
    view = KnownRegistries().asked("registry_core.activation")
    entries = [e for e in view.entries() if e.provider.name == "activations-extra"]
    assert len(entries) == 10
    for entry in entries:
        line = found[f"registry_core.activation.{entry.key}"]
        assert line.signature is not None
        assert line.signature.parameters == describe(view, entry.key).parameters
        assert json.loads(json.dumps(dict(line.metadata))) == dict(entry.metadata)
