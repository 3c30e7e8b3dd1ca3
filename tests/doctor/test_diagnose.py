"""The doctor: every kind of finding, what mends it, and that it survives what it finds."""

import contextlib
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from registry_core import Environment, Policy, RegistryNotFound
from registry_core.doctor import Diagnosis, LoadResult, diagnose
from registry_core.doctor.remedies import installing, upgrading
from registry_core.testing import Site

GROUP = "acme.model"
BAD, VERSION = "acme-bad", "1.2"
Install = Callable[[Site], None]

HOST = 'from registry_core import Registry\nMODEL = Registry("model", group="acme.model")'
# What a name of the entries below stands for.
CLASSES = "class Bad: ...\nclass Net: ...\nclass Other: ...\n"
BLOCK = "export REGISTRY_CORE_BLOCK=$REGISTRY_CORE_BLOCK,acme-bad"
PREFER = "export REGISTRY_CORE_PREFER=$REGISTRY_CORE_PREFER,acme-bad"


def bad(rows: Mapping[str, str], modules: Mapping[str, str] | None = None) -> Install:
    """Install the plugin `acme-bad 1.2`, with these entries of the root."""

    def install(site: Site) -> None:
        site.install(
            BAD, {GROUP: rows}, {"acme_bad.py": CLASSES, **(modules or {})}, version=VERSION
        )

    return install


def hooks(source: str) -> Install:
    """Install the plugin `acme-bad 1.2`, with this hook module."""

    def install(site: Site) -> None:
        declared = {"registry_core.hooks": {GROUP: "acme_bad_hooks"}}
        site.install(BAD, declared, {"acme_bad_hooks.py": source}, version=VERSION)

    return install


def metadata(*lines: str) -> Install:
    """Install the plugin `acme-bad 1.2`, with these lines in its metadata."""

    def install(site: Site) -> None:
        modules = {"acme_bad.py": CLASSES}
        site.install(BAD, {GROUP: {"Bad": "acme_bad:Bad [gpu]"}}, modules, version=VERSION)
        text = "".join(f"{line}\n" for line in (f"Name: {BAD}", f"Version: {VERSION}", *lines))
        (site.folder / "acme_bad-1.2.dist-info" / "METADATA").write_text(text)

    return install


def twice(site: Site) -> None:
    """Install two plugins that have one name."""
    bad({"Net": "acme_bad:Net"})(site)
    site.install("acme-good", {GROUP: {"Net": "acme_good:Net"}}, {"acme_good.py": CLASSES})


def against_the_owner(site: Site) -> None:
    """Install a plugin that has a name of the framework's."""
    owned = {
        "registry_core.registries": {GROUP: "acme_host:MODEL"},
        GROUP: {"Net": "acme_host:Net"},
    }
    site.install("acme", owned, {"acme_host.py": f"{HOST}\nclass Net: ..."}, version="2.0")
    bad({"Net": "acme_bad:Net"})(site)


def nearly(site: Site) -> None:
    """Install a plugin whose group is nearly that of the framework's registry."""
    modules = {"acme_bad.py": CLASSES}
    site.install(BAD, {"acme.modle": {"Net": "acme_bad:Net"}}, modules, version=VERSION)


def left_over(site: Site) -> None:
    """Leave an empty folder of metadata, as an installer that was killed does."""
    (site.folder / "acme_bad-1.1.dist-info").mkdir()


def stray(site: Site) -> None:
    """Install a plugin, and put a module of the same name before its own."""
    bad({"Net": "acme_bad:Net"}, {"acme_bad.py": "class Net: ..."})(site)
    record = site.folder / "acme_bad-1.2.dist-info" / "RECORD"
    record.write_text("acme_bad.py,,\nacme_bad-1.2.dist-info/METADATA,,\n")
    first = site.folder.parent / "first"
    first.mkdir()
    (first / "acme_bad.py").write_text("class Net: ...")


@pytest.fixture
def acme(plugin_site: Site) -> Site:
    """A site with a framework and its registry."""
    owned = {"registry_core.registries": {GROUP: "acme_host:MODEL"}}
    plugin_site.install("acme", owned, {"acme_host.py": HOST}, version="2.0")
    return plugin_site


def examined(
    site: Site, install: Install, variables: Mapping[str, str] | None = None, *, load: bool = False
) -> Diagnosis:
    """What the doctor finds after an installation."""
    install(site)
    with site.in_use(variables=variables):
        return diagnose(load=load, limit=20)


@pytest.mark.parametrize(
    ("install", "kind", "where", "what", "command"),
    [
        (
            lambda site: site.install(BAD, "[acme.model]\nno equals sign", version=VERSION),
            "broken",
            "entry_points.txt line 2",
            "'no equals sign' is not 'name = value'",
            BLOCK,
        ),
        (
            bad({"Bad": "acme bad"}),
            "broken",
            'group "acme.model"',
            "the entry 'Bad': 'acme bad' needs the form 'module:attribute'",
            BLOCK,
        ),
        (
            bad({"two words": "acme_bad:Bad"}),
            "misnamed",
            'group "acme.model"',
            "the entry 'two words': it holds white space",
            BLOCK,
        ),
        (
            hooks("raise OSError('no GPU')"),
            "broken",
            "registry_core.hooks",
            "the hook module failed: importing 'acme_bad_hooks' raised OSError: no GPU",
            BLOCK,
        ),
        (
            hooks("import os; os._exit(4)"),
            "broken",
            "the hook module 'acme_bad_hooks'",
            "it ended the process with status 4",
            BLOCK,
        ),
        (
            nearly,
            "misnamed",
            'group "acme.modle"',
            "no installed framework owns the registry 'acme.modle'",
            BLOCK,
        ),
        (
            metadata("Provides-Extra: fast"),
            "misnamed",
            "the entry 'Bad'",
            "acme-bad provides no extra 'gpu'",
            "",
        ),
        (
            metadata("Provides-Extra: gpu", "Requires-Dist: acme-missing>=2"),
            "missing",
            "METADATA",
            "it requires 'acme-missing>=2', which is not installed",
            installing("acme-missing>=2"),
        ),
        (
            metadata("Provides-Extra: gpu", "Requires-Dist: acme-bad>=2"),
            "missing",
            "METADATA",
            "it requires 'acme-bad>=2', but acme-bad 1.2 is installed",
            installing("acme-bad>=2"),
        ),
        (
            metadata("Provides-Extra: gpu", "Requires-Python: >=99"),
            "missing",
            "METADATA",
            "it requires Python >=99, and this is ",
            upgrading("acme-bad"),
        ),
        (
            metadata("Provides-Extra: gpu", "Requires-Dist: not a (requirement"),
            "broken",
            "METADATA",
            "the requirement 'not a (requirement': InvalidRequirement: ",
            "",
        ),
        (
            metadata("Provides-Extra: gpu", "Requires-Python: newest"),
            "broken",
            "METADATA",
            "InvalidSpecifier: Invalid specifier: 'newest'",
            "",
        ),
    ],
)
def test_what_is_wrong_is_a_finding_that_says_where_what_and_how_to_mend_it(
    acme: Site, install: Install, kind: str, where: str, what: str, command: str
) -> None:
    diagnosis = examined(acme, install)
    (finding,) = diagnosis.findings
    assert not diagnosis.is_clean
    assert str(finding.provider) == "acme-bad 1.2"
    assert (finding.kind, finding.command, finding.is_note) == (kind, command, False)
    assert where in finding.where
    assert what in finding.what
    assert finding.fix
    assert str(finding).startswith(f"{kind}: acme-bad 1.2: ")


def test_a_conflict_is_a_finding_of_both(acme: Site) -> None:
    found = examined(acme, twice).findings
    assert [(f.kind, str(f.provider), f.command) for f in found] == [
        # The whole distribution might take a name of the framework.
        ("conflict", "acme-bad 1.2", f"{PREFER}:Net"),
        ("conflict", "acme-good 0.1.0", f"{PREFER.replace('bad', 'good')}:Net"),
    ]


def test_a_name_of_the_framework_is_shadowed(acme: Site) -> None:
    (finding,) = examined(acme, against_the_owner).findings
    assert (finding.kind, str(finding.provider)) == ("shadowed", "acme-bad 1.2")
    assert finding.what == "the entry 'Net' is shadowed: acme 2.0 comes first"
    # Preferring it would let a plugin take the framework's name.
    assert finding.command == ""


def test_each_name_of_the_owner_that_a_preference_replaces_is_a_note(acme: Site) -> None:
    against_the_owner(acme)
    for choice in (BAD, f"{BAD}:Net"):
        with acme.in_use(policy=Policy.of(prefer=[choice])):
            diagnosis = diagnose()
        (finding,) = diagnosis.findings
        assert diagnosis.is_clean
        assert str(finding) == (
            "shadowed: acme-bad 1.2: registry \"acme.model\": it is preferred, and its 'Net' "
            "replaces that of acme 2.0, which owns the registry; "
            "do not prefer it, if that is not intended"
        )


def test_a_folder_that_belongs_to_no_distribution_is_left_over(acme: Site) -> None:
    (finding,) = examined(acme, left_over).findings
    folder = acme.folder / "acme_bad-1.1.dist-info"
    assert (finding.kind, finding.where) == ("left over", str(folder))
    assert finding.command == f"rmdir {shlex.quote(str(folder))}"


def test_an_extra_that_is_not_installed_is_a_note(acme: Site) -> None:
    install = metadata("Provides-Extra: gpu", 'Requires-Dist: acme-cuda; extra == "gpu"')
    diagnosis = examined(acme, install)
    (finding,) = diagnosis.findings
    assert diagnosis.is_clean
    assert (finding.kind, finding.is_note) == ("missing", True)
    assert finding.what == (
        "its extra 'gpu' is not installed: it requires 'acme-cuda', which is not installed"
    )
    assert finding.command == installing("acme-bad[gpu]")


def test_no_command_removes_a_folder_with_files(acme: Site) -> None:
    """Its RECORD may be all that tells what else is to be removed."""
    left_over(acme)
    record = acme.folder / "acme_bad-1.1.dist-info" / "RECORD"
    record.write_text("acme_bad.py,,\n")
    with acme.in_use():
        (finding,) = diagnose().findings
    assert (finding.kind, finding.command) == ("left over", "")
    assert finding.fix == "reinstall acme-bad"


def test_what_is_required_and_installed_is_no_finding(acme: Site) -> None:
    lines = ("Provides-Extra: gpu", "Requires-Dist: acme-good>=0.1", "Requires-Python: >=3.11")
    acme.install("acme-good")
    other = 'Requires-Dist: acme-none; python_version < "3"'
    assert examined(acme, metadata(*lines, other)).findings == ()


def test_what_is_blocked_is_a_note_and_so_is_what_is_wrong_with_it(acme: Site) -> None:
    variables = {"REGISTRY_CORE_BLOCK": "other,acme-bad"}

    def install(site: Site) -> None:
        bad({"Net": "acme_bad:Net", "two words": "x:X"})(site)
        site.install("other")

    diagnosis = examined(acme, install, variables)
    assert diagnosis.is_clean
    blocked, wrong = diagnosis.findings
    assert (blocked.kind, blocked.where, blocked.what) == (
        "blocked",
        "1 entry",
        "blocked by REGISTRY_CORE_BLOCK",
    )
    assert blocked.fix == (
        "unblock it, to use it; what its modules register stays, if others import them"
    )
    assert blocked.command == "export REGISTRY_CORE_BLOCK=other"
    assert (wrong.kind, wrong.is_note, wrong.command) == ("misnamed", True, "")
    _, contributor = diagnosis.contributors
    assert contributor.refusal == "blocked by REGISTRY_CORE_BLOCK"


def test_what_is_not_allowed_is_a_note_that_says_how_to_allow_it(acme: Site) -> None:
    install = hooks("raise OSError")
    acme.install("good")
    (finding,) = examined(acme, install, {"REGISTRY_CORE_ALLOW": "good,acme"}).findings
    assert (finding.kind, finding.where) == ("blocked", "1 hook module")
    assert finding.what == "not among those allowed by REGISTRY_CORE_ALLOW"
    assert finding.command == "export REGISTRY_CORE_ALLOW=$REGISTRY_CORE_ALLOW,acme-bad"


def test_a_block_in_code_has_no_command(acme: Site) -> None:
    bad({"Net": "acme_bad:Net", "Other": "acme_bad:Other"})(acme)
    with acme.in_use() as environment:
        environment.block(BAD, "acme-absent")
        mentioned, blocked = sorted(diagnose().findings)[::-1]
    assert (blocked.what, blocked.where, blocked.command) == ("blocked in code", "2 entries", "")
    assert (mentioned.where, str(mentioned.provider)) == ("block() in code", "acme-absent")


@pytest.mark.parametrize("variable", ["BLOCK", "ALLOW", "PREFER"])
def test_a_misspelt_distribution_in_a_variable_is_a_finding(acme: Site, variable: str) -> None:
    variables = {f"REGISTRY_CORE_{variable}": "acme-bat"}
    diagnosis = examined(acme, bad({"Net": "acme_bad:Net"}), variables)
    finding = diagnosis.findings[0]
    assert not diagnosis.is_clean
    assert (finding.kind, finding.where) == ("misnamed", f"REGISTRY_CORE_{variable}")
    assert finding.what == "no distribution of that name is installed"
    assert finding.fix == "did you mean 'acme-bad'?"


def test_a_distribution_behind_another_of_its_name_is_a_note(acme: Site) -> None:
    bad({"Net": "acme_bad:Net"})(acme)
    older = Site(acme.folder.parent / "older")
    older.install(BAD, {GROUP: {"Old": "acme_bad:Old"}}, version="1.0")
    environment = Environment([str(acme.folder), str(older.folder)], variables={})
    with acme.in_use():
        (finding,) = diagnose(environment=environment).findings
    assert (finding.kind, finding.is_note, str(finding.provider)) == (
        "hidden",
        True,
        "acme-bad 1.0",
    )
    assert finding.what == "acme-bad 1.2 comes before it on the path"
    assert finding.where == str(older.folder / "acme_bad-1.0.dist-info")


def test_a_module_that_stands_before_the_distributions_own_is_a_finding(
    acme: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray(acme)
    first = acme.folder.parent / "first" / "acme_bad.py"
    own = acme.folder / "acme_bad.py"
    with acme.in_use():
        assert diagnose().findings == ()
        monkeypatch.syspath_prepend(str(first.parent))
        (finding,) = diagnose().findings
    assert (finding.kind, str(finding.provider)) == ("shadowed", "acme-bad 1.2")
    assert finding.what == f"'acme_bad' is imported from {first}, and not from {own}"
    assert finding.command == f"mv {first} {first}.away"


EFFECT = """
import os
os.environ["ACME_BAD"] = "1"
class Net: ...
"""


def test_with_load_every_entry_is_tried_and_what_fails_is_a_finding(acme: Site) -> None:
    rows = {"Exits": "acme_exits:Net", "Raises": "acme_raises:Net", "Net": "acme_net:Net"}
    modules = {
        "acme_exits.py": "import os; os._exit(3)",
        "acme_raises.py": "raise OSError('no GPU')",
        "acme_net.py": EFFECT,
    }
    diagnosis = examined(acme, bad(rows, modules), load=True)
    assert {(r.entry.name, r.outcome) for r in diagnosis.load_results} == {
        ("Exits", "ended"),
        ("Raises", "raised"),
        ("Net", "loaded"),
        (GROUP, "loaded"),
    }
    exits, raises = diagnosis.findings
    assert (exits.where, exits.what, exits.command) == (
        "the entry 'Exits'",
        "it ended the process with status 3",
        BLOCK,
    )
    assert raises.what == "importing 'acme_raises' raised OSError: no GPU"
    assert "ACME_BAD" not in os.environ


def test_with_load_the_registries_that_frameworks_own_are_tried(acme: Site) -> None:
    owned = {
        "registry_core.registries": {GROUP: "acme_host:MODEL", "acme.other": "acme_host:OTHER"}
    }
    acme.install("acme", owned, {"acme_host.py": HOST}, version="2.0")
    with acme.in_use():
        diagnosis = diagnose("acme.model", load=True)
        assert diagnosis.is_clean
        assert [result.entry.name for result in diagnosis.load_results] == [GROUP]
        (finding,) = diagnose(load=True).findings
    assert finding.what == "the module 'acme_host' has no attribute 'OTHER'"


def test_a_hook_module_that_ends_its_process_is_left_out_and_the_rest_is_examined(
    acme: Site,
) -> None:
    declared = {
        "registry_core.hooks": {GROUP: "acme_bad_hooks"},
        GROUP: {"Net": "acme_bad:Net", "two words": "x:X"},
    }
    modules = {"acme_bad_hooks.py": "import os; os._exit(0)", "acme_bad.py": "class Net: ..."}
    acme.install(BAD, declared, modules, version=VERSION)
    with acme.in_use():
        diagnosis = diagnose(load=True)
    assert [(f.kind, f.where, f.is_note) for f in diagnosis.findings] == [
        ("broken", "the hook module 'acme_bad_hooks'", False),
        ("misnamed", 'group "acme.model"', False),
    ]
    assert {(result.entry.name, result.outcome) for result in diagnosis.load_results} == {
        (GROUP, "loaded"),
        ("Net", "loaded"),
    }
    _, contributor = diagnosis.contributors
    assert (contributor.entries, contributor.hooks, contributor.refusal) == (
        {GROUP: 1},
        (GROUP,),
        "",
    )


def test_what_is_installed_is_said_with_what_it_adds(acme: Site) -> None:
    against_the_owner(acme)
    acme.install("unrelated")
    with acme.in_use():
        framework, plugin = diagnose().contributors
    assert (str(framework.provider), framework.owns, framework.entries) == (
        "acme 2.0",
        (GROUP,),
        {GROUP: 1},
    )
    assert framework.folder == str(acme.folder / "acme-2.0.dist-info")
    assert (str(plugin.provider), plugin.owns, plugin.entries) == ("acme-bad 1.2", (), {GROUP: 1})


def test_a_registry_that_is_not_known_is_refused(acme: Site) -> None:
    with (
        acme.in_use(),
        pytest.raises(RegistryNotFound, match="no registry is named 'modle'"),
    ):
        diagnose("modle")


def test_metadata_that_cannot_be_judged_is_a_finding(acme: Site) -> None:
    bad({"Net": "acme_bad:Net"})(acme)
    record = acme.folder / "acme_bad-1.2.dist-info" / "RECORD"
    record.unlink()
    record.mkdir()
    with acme.in_use():
        (finding,) = diagnose().findings
    assert (finding.kind, finding.what) == ("broken", "its RECORD is a folder")


def test_a_record_of_another_encoding_is_not_a_finding(acme: Site) -> None:
    bad({"Net": "acme_bad:Net"})(acme)
    record = acme.folder / "acme_bad-1.2.dist-info" / "RECORD"
    record.write_bytes(b"acme_b\xe4d.py,,\n")
    with acme.in_use():
        assert diagnose().findings == ()


@pytest.mark.parametrize("install", [twice, left_over, bad({"two words": "x:X"}), stray])
def test_the_command_mends_what_it_is_given_for(acme: Site, install: Install) -> None:
    install(acme)
    first = acme.folder.parent / "first"
    path = os.pathsep.join([str(first), str(acme.folder), os.environ.get("PYTHONPATH", "")])
    code = (
        "from registry_core.doctor import diagnose\n"
        "d = diagnose()\n"
        "print(d.is_clean, *[f.command for f in d.findings][:1], sep='\\n')"
    )

    def doctor(before: str = ":") -> list[str]:
        finished = subprocess.run(
            ["sh", "-c", f'{before}; exec "$0" "$@"', sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        return finished.stdout.splitlines()

    is_clean, command = doctor()
    assert is_clean == "False"
    assert doctor(command)[0] == "True"


HOSTILE = (
    "x; touch pwned",
    "--index-url=https://evil.example/",
    "a @ https://evil/a.whl",
    "evil,good",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_commands_hold_only_valid_distribution_names(acme: Site, name: str) -> None:
    folder = acme.folder / "hostile-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Name: {name}\nVersion: 1\nRequires-Python: >=99\n")
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\ntwo words = x:X\n")
    with acme.in_use():
        (finding,) = diagnose().findings
    assert (finding.kind, finding.where) == ("broken", str(folder))
    assert str(finding.provider) == "hostile 1"
    assert finding.command == "export REGISTRY_CORE_BLOCK=$REGISTRY_CORE_BLOCK,hostile"


def test_paths_are_quoted_in_commands(tmp_path: Path) -> None:
    site = Site(tmp_path / "it's a; touch pwned")
    left_over(site)
    with site.in_use():
        (finding,) = diagnose().findings
    assert shlex.split(finding.command) == ["rmdir", str(site.folder / "acme_bad-1.1.dist-info")]


def test_a_command_that_cannot_be_shown_is_not_given(acme: Site) -> None:
    requirement = 'Requires-Dist: acme-x===1""`touch${IFS}pwned`\x1b'
    found = examined(acme, metadata("Provides-Extra: gpu", requirement)).findings
    assert found
    assert not any("touch" in finding.command for finding in found)
    unshown = Site(acme.folder.parent / "esc\x1b")
    left_over(unshown)
    with unshown.in_use():
        (finding,) = diagnose().findings
    assert finding.command == ""


def test_a_requirement_is_installed_from_where_it_says(acme: Site) -> None:
    address = "acme-x[fast] @ https://internal.example/acme_x.whl"
    (finding,) = examined(
        acme, metadata("Provides-Extra: gpu", f"Requires-Dist: {address}")
    ).findings
    assert finding.command == installing(address)


def test_a_package_with_parts_in_several_places_is_no_stray(
    acme: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad({"Net": "shared.net:Net"}, {"shared/net.py": "class Net: ..."})(acme)
    (acme.folder / "acme_bad-1.2.dist-info" / "RECORD").write_text("shared/net.py,,\n")
    other = acme.folder.parent / "other" / "shared"
    other.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(other.parent))
    with acme.in_use():
        assert diagnose(load=True).findings == ()


def test_a_module_in_the_working_folder_is_a_note(
    acme: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray(acme)
    first = acme.folder.parent / "first"
    monkeypatch.chdir(first)
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place])
    with acme.in_use():
        (finding,) = diagnose().findings
    assert (finding.kind, finding.is_note) == ("shadowed", True)
    assert (
        finding.what == f"a program in this folder imports 'acme_bad' from {first / 'acme_bad.py'}"
    )


def test_a_plugin_hidden_by_a_copy_that_adds_nothing_is_a_finding(acme: Site) -> None:
    bad({"Net": "acme_bad:Net"})(acme)
    newer = Site(acme.folder.parent / "newer")
    newer.install(BAD, version="2.0")
    environment = Environment([str(newer.folder), str(acme.folder)], variables={})
    with acme.in_use():
        (finding,) = diagnose(environment=environment).findings
    assert (finding.kind, finding.is_note, str(finding.provider)) == (
        "hidden",
        False,
        "acme-bad 1.2",
    )
    assert finding.what == "acme-bad 2.0 comes before it on the path"


def test_requirements_of_a_distribution_with_only_hooks_are_judged(acme: Site) -> None:
    hooks("")(acme)
    text = f"Name: {BAD}\nVersion: {VERSION}\nRequires-Python: >=99\n"
    (acme.folder / "acme_bad-1.2.dist-info" / "METADATA").write_text(text)
    with acme.in_use():
        (finding,) = diagnose().findings
    assert (finding.kind, str(finding.provider)) == ("missing", "acme-bad 1.2")


def test_a_hook_that_ends_its_process_hides_nothing_else_of_its_distribution(acme: Site) -> None:
    owned = {
        "registry_core.registries": {GROUP: "acme_host:MODEL"},
        "registry_core.hooks": {GROUP: "acme_hooks"},
        GROUP: {"Net": "acme_host:Net"},
    }
    modules = {"acme_hooks.py": "import os; os._exit(3)", "acme_host.py": f"{HOST}\nclass Net: ..."}
    acme.install("acme", owned, modules, version="2.0")
    bad({"Net": "acme_bad:Net"})(acme)
    with acme.in_use():
        found = diagnose().findings
    assert [(each.kind, str(each.provider)) for each in found] == [
        ("broken", "acme 2.0"),
        ("shadowed", "acme-bad 1.2"),
    ]


def test_entries_that_fail_alike_are_one_finding(acme: Site) -> None:
    rows = {name: f"acme_bad:{name}" for name in ("A", "B", "C", "D")}
    bad(rows, {"acme_bad.py": "raise OSError('no GPU')"})(acme)
    with acme.in_use():
        diagnosis = diagnose(load=True, jobs=2)
    (finding,) = diagnosis.findings
    assert finding.where == "the entries 'A', 'B', 'C' and 1 more"
    assert len(diagnosis.load_results) == 5


def test_an_endless_module_is_waited_for_once(acme: Site) -> None:
    rows = {name: f"acme_bad:{name}" for name in ("A", "B", "C", "D", "E", "F")}
    bad(rows, {"acme_bad.py": "open('tried', 'a').write('x')\nwhile True: pass"})(acme)
    with acme.in_use(), contextlib.chdir(acme.folder):
        diagnosis = diagnose(load=True, limit=5)
    assert (acme.folder / "tried").read_text() == "x"
    assert [r.outcome for r in diagnosis.load_results if r.entry.name in rows] == ["timed out"] * 6


def test_a_missing_library_is_not_answered_by_blocking(acme: Site) -> None:
    bad({"Bad": "acme_bad:Bad"}, {"acme_bad.py": "import acme_library"})(acme)
    with acme.in_use():
        (finding,) = diagnose(load=True).findings
    assert finding.fix == "install what provides the module 'acme_library'"
    assert finding.command == ""


def test_an_interrupt_in_the_progress_bar_leaves_no_process_behind(acme: Site) -> None:
    rows = {name: f"acme_{name.lower()}:Net" for name in ("A", "B")}
    endless = "import os, time\nopen(f'pid{os.getpid()}', 'w')\ntime.sleep(60)"
    bad(rows, {"acme_a.py": endless, "acme_b.py": endless})(acme)

    def interrupted(results: Iterable[LoadResult], _: int) -> Iterable[LoadResult]:
        for result in results:
            if result.entry.name == GROUP:
                while len(list(acme.folder.glob("pid*"))) < 2:
                    time.sleep(0.05)
                raise KeyboardInterrupt
        return []

    with acme.in_use(), contextlib.chdir(acme.folder), pytest.raises(KeyboardInterrupt):
        diagnose(load=True, jobs=3, watch=interrupted)
    for file in acme.folder.glob("pid*"):
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.name.removeprefix("pid")), 0)


def test_a_working_folder_that_is_gone_is_nobodys_fault(
    acme: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray(acme)
    gone = acme.folder.parent / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with acme.in_use():
        assert diagnose().findings == ()


def test_hook_modules_that_fail_alike_are_all_named(acme: Site) -> None:
    plugin = "[registry_core.hooks]\nacme.model = acme_bad_one\nacme.other = acme_bad_two\n"
    ending = "import os; os._exit(3)"
    modules = {"acme_bad_one.py": ending, "acme_bad_two.py": ending}
    acme.install(BAD, plugin, modules, version=VERSION)
    owned = {GROUP: "acme_host:MODEL", "acme.other": "acme_host:MODEL"}
    acme.install("acme", {"registry_core.registries": owned}, version="2.0")
    with acme.in_use():
        (finding,) = diagnose().findings
    assert finding.where == "the hook modules 'acme_bad_one', 'acme_bad_two'"


def test_a_hook_module_of_a_long_malformed_name_is_a_finding(acme: Site) -> None:
    declared = f"[registry_core.hooks]\nacme.model = {'no module ' * 100}\n"
    acme.install(BAD, declared, version=VERSION)
    with acme.in_use():
        found = diagnose(load=True).findings
    assert {(each.kind, str(each.provider)) for each in found} == {("broken", "acme-bad 1.2")}


def test_an_extra_of_a_missing_module_is_what_is_installed(acme: Site) -> None:
    rows = {"Bad": "acme_bad:Bad [gpu]"}
    bad(rows, {"acme_bad.py": "import acme_library"})(acme)
    with acme.in_use():
        found = diagnose(load=True).findings
    assert installing("acme-bad[gpu]") in [finding.command for finding in found]
