"""What the author of an editable install reads, from whichever tester."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from registry_core import (
    EntryNotFound,
    Environment,
    PluginLoadError,
    Registry,
    current_environment,
    use_environment,
)
from registry_core.config import check_config
from registry_core.doctor import diagnose
from registry_core.query import describe
from registry_core.testing import Site, check_distribution

GROUP = "acme.model"
HOST = """
    from registry_core import Registry
    class Base: ...
    MODEL = Registry("model", group="acme.model", scope="acme", base=Base)
"""
OWNS = {"registry_core.registries": {GROUP: "acme_home:MODEL"}}
BOUND = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries():
        yield Entry("Wide", "acme_mine.nets:Net", kwargs={"widht": 3})
"""


@pytest.fixture
def site(plugin_site: Site) -> Iterator[Site]:
    plugin_site.install("acme", OWNS, {"acme_home.py": HOST}, version="2.0")
    with plugin_site.in_use():
        yield plugin_site


def develop(
    site: Site, modules: Mapping[str, str], rows: Mapping[str, str], name: str = "acme-mine"
) -> Path:
    """Install a plugin as editable; the folder of its modules."""
    groups = {f"{GROUP}.mine": rows, "registry_core.hooks": {GROUP: "acme_mine.hooks"}}
    if "acme_mine/hooks.py" not in modules:
        del groups["registry_core.hooks"]
    site.install(name, groups, {"acme_mine/__init__.py": "", **modules}, version="1.2")
    project = site.folder.parent / "project"
    project.mkdir(exist_ok=True)
    lines = [f'[project]\nname = "{name}"']
    for group, several in groups.items():
        lines.append(f'[project.entry-points."{group}"]')
        lines += [f'"{key}" = "{target}"' for key, target in several.items()]
    (project / "pyproject.toml").write_text("\n".join(lines))
    folder = site.folder / f"{name.replace('-', '_')}-1.2.dist-info"
    address = {"url": project.as_uri(), "dir_info": {"editable": True}}
    (folder / "direct_url.json").write_text(json.dumps(address))
    return site.folder / "acme_mine"


NET = {"Net": "acme_mine.nets:Net"}
FITS = "from acme_home import Base\nclass Net(Base):\n    def __init__(self, width=1): ...\n"
ABSTRACT = """
    import abc
    from acme_home import Base
    class Net(Base, abc.ABC):
        @abc.abstractmethod
        def forward(self): ...
"""


@pytest.mark.parametrize(
    ("source", "hooks", "what", "fix"),
    [
        ("class Net: ...", "", "is not acme_home.Base", "derive it from acme_home.Base"),
        (ABSTRACT, "", "it does not define forward", "define it, or remove the entry"),
        ("class Net:\n    def f(self: ...\n", "", "was never closed", "correct "),
        (FITS, BOUND, "unexpected keyword argument 'widht'", "correct the bound arguments"),
    ],
    ids=["base", "abstract", "syntax", "bound"],
)
def test_what_source_tells_is_found_without_loading_and_by_all_testers(
    site: Site, source: str, hooks: str, what: str, fix: str
) -> None:
    modules = {"acme_mine/nets.py": source} | ({"acme_mine/hooks.py": hooks} if hooks else {})
    folder = develop(site, modules, NET)
    place = f"{folder / ('hooks.py' if hooks else 'nets.py')}:"
    findings = [diagnose().findings, diagnose(load=True).findings]
    assert [len(several) for several in findings] == [1, 1]
    (problem,) = check_distribution("acme-mine")
    for told in (problem, findings[0][0], findings[1][0]):
        assert what in told.what
        assert told.fix.startswith(fix)
        assert place in told.fix
    # To block it would take away what its author works on.
    assert [several[0].command for several in findings] == ["", ""]


@pytest.mark.parametrize(
    "made", ["from acme_home import MODEL\n", "import acme_home\nMODEL = acme_home.MODEL\n"]
)
def test_a_scope_that_may_have_another_base_accuses_nobody(site: Site, made: str) -> None:
    modules = {
        "acme_mine/nets.py": "class Net: ...",
        "acme_mine/scope.py": f"{made}from registry_core import Registry\n"
        "MINE = Registry('mine', parent=MODEL, scope='mine', base=object)\n",
    }
    develop(site, modules, NET)
    assert diagnose().is_clean


BUILT = """
    from acme_home import Base, MODEL
    @MODEL.register_module()
    class {}(Base): ...
"""
HOOK = """
    from registry_core import Entry, hookimpl
    TARGET = "acme_mine.nets:Net"
    @hookimpl
    def registry_core_entries():
        yield Entry("Wide", TARGET)
"""


@pytest.mark.parametrize(
    ("gone", "reason"),
    [("nets", "has no attribute 'Net'"), ("old", "No module named 'acme_mine.nets'")],
    ids=["renamed", "moved"],
)
def test_a_row_that_a_build_hook_made_is_made_again_and_not_looked_for_in_the_hooks(
    site: Site, gone: str, reason: str
) -> None:
    nets = BUILT.format("Nets" if gone == "nets" else "Net")
    modules = {f"acme_mine/{gone}.py": nets, "acme_mine/hooks.py": HOOK}
    develop(site, modules, NET)
    (site.folder / "acme_mine-1.2.dist-info" / "direct_url.json").unlink()
    hook = '[project]\nname = "acme-mine"\n[tool.hatch.build.targets.wheel.hooks.registry-core]\n'
    (site.folder / "pyproject.toml").write_text(hook)
    address = {"url": site.folder.as_uri(), "dir_info": {"editable": True}}
    folder = site.folder / "acme_mine-1.2.dist-info"
    (folder / "direct_url.json").write_text(json.dumps(address))
    again = f"no decorator in its project registers that by now: pip install -e {site.folder}"
    for load in (False, True):
        row, answer = sorted(
            diagnose(load=load).findings, key=lambda each: each.where, reverse=True
        )
        assert (row.where, row.fix) == ("the entry 'mine.Net'", again)
        assert answer.where == "the entry 'Wide'"
        assert f"correct {site.folder}/acme_mine/hooks.py:3" in answer.fix
    with pytest.raises(PluginLoadError, match=reason) as raised:
        Registry("model", group=GROUP, scope="acme")["mine.Net"]
    assert raised.value.fix == again


def test_a_name_that_two_modules_of_a_project_register_is_a_note(site: Site) -> None:
    modules = {f"acme_mine/{each}.py": BUILT.format("Net") for each in ("nets", "old")}
    folder = develop(site, modules, NET)
    address = {"url": site.folder.as_uri(), "dir_info": {"editable": True}}
    metadata = site.folder / "acme_mine-1.2.dist-info"
    (metadata / "direct_url.json").write_text(json.dumps(address))
    (found,) = diagnose().findings
    assert found.is_note
    assert str(found) == (
        f"conflict: acme-mine 1.2: {folder}/nets.py:3: 'Net' in 'acme.model' is "
        f"acme_mine.nets:Net, and acme_mine.old:Net at {folder}/old.py:3; rename one: where both "
        "modules are imported, the second is refused"
    )
    for forced in (BUILT.replace("()", "(force=True)", 1).format("Net"), BUILT.format("Nets")):
        (folder / "old.py").write_text(dedent(forced))
        assert diagnose().findings == ()


def test_a_row_that_its_decorator_stands_for_is_corrected_there(site: Site) -> None:
    source = """
        from acme_home import Base, MODEL
        @MODEL.register_module()
        class Net(Base): ...
        globals().pop("Net")
    """
    site.install("acme-mine", {GROUP: {"Net": "acme_mine:Net"}}, {"acme_mine/__init__.py": source})
    hook = "[tool.hatch.build.targets.wheel.hooks.registry-core]\n"
    (site.folder / "pyproject.toml").write_text(hook)
    address = {"url": site.folder.as_uri(), "dir_info": {"editable": True}}
    folder = site.folder / "acme_mine-0.1.0.dist-info"
    (folder / "direct_url.json").write_text(json.dumps(address))
    with pytest.raises(PluginLoadError) as raised:
        Registry("model", group=GROUP, scope="acme")["Net"]
    assert raised.value.fix.endswith(f"correct {site.folder}/acme_mine/__init__.py")


def test_a_check_and_a_description_tell_the_author_where_source_is_at_fault(site: Site) -> None:
    folder = develop(site, {"acme_mine/nets.py": "class Net(object)\n    width = 1\n"}, NET)
    registry: Registry[Any] = Registry("model", group=GROUP, scope="acme")
    for _ in range(2):
        (error,) = check_config({"type": "mine.Net", "width": 1}, registry)
        assert "cannot be parsed: SyntaxError: expected ':' (nets.py, line 1)" in str(error)
        assert str(error).endswith(f"; correct {folder / 'nets.py'}:1")
    with pytest.raises(PluginLoadError) as told:
        describe(registry, "mine.Net")
    assert str(told.value).endswith(f"; correct {folder / 'nets.py'}:1")
    (finding,) = diagnose().findings
    assert finding.fix == f"correct {folder / 'nets.py'}:1"


def test_a_check_tells_the_author_what_a_target_may_have_meant(site: Site) -> None:
    develop(site, {"acme_mine/nets.py": FITS}, {"Net": "acme_mine.nets:Nt"})
    registry: Registry[Any] = Registry("model", group=GROUP, scope="acme")
    (error,) = check_config({"type": "mine.Net"}, registry)
    project = site.folder.parent / "project"
    assert str(error).endswith(
        "the module 'acme_mine.nets' has no attribute 'Nt'; did you mean 'acme_mine.nets:Net'? "
        f"correct {project / 'pyproject.toml'}:4, and pip install -e {project} again"
    )


def test_a_file_that_was_moved_is_found_where_it_is(site: Site) -> None:
    develop(site, {"acme_mine/layers/nets.py": FITS}, NET)
    (problem,) = check_distribution("acme-mine")
    (finding,) = diagnose().findings
    assert problem.fix == finding.fix
    assert problem.fix.startswith("did you mean 'acme_mine.layers.nets:Net'? correct ")


def test_a_library_that_the_project_does_not_require_is_to_be_required(site: Site) -> None:
    folder = develop(site, {"acme_mine/nets.py": "import no_such_library\n" + FITS}, NET)
    (problem,) = check_distribution("acme-mine")
    assert problem.fix == (
        "install what provides the module 'no_such_library', and require it in "
        f"{site.folder.parent / 'project'}; see {folder / 'nets.py'}:1"
    )


def test_a_hook_that_failed_is_told_where_its_name_is_missing(site: Site) -> None:
    source = "from registry_core import hookimpl\n@hookimpl\ndef registry_core_entries(): 1 / 0\n"
    folder = develop(site, {"acme_mine/hooks.py": source}, {})
    with pytest.raises(EntryNotFound) as failed:
        Registry("model", group=GROUP, scope="acme")["mine.Wide"]
    assert "the hook registry_core_entries failed: ZeroDivisionError" in str(failed.value)
    assert f"; correct {folder / 'hooks.py'}:3" in str(failed.value)


def test_a_project_of_another_name_leaves_the_old_one_to_be_uninstalled(site: Site) -> None:
    develop(site, {"acme_mine/nets.py": FITS}, NET)
    develop(site, {}, NET, name="acme-ours")
    (finding,) = diagnose().findings
    assert finding.what == "the project is named 'acme-ours' by now"
    assert finding.fix == "pip uninstall acme-mine"
    # One target of two distributions counts once, and is theirs both.
    assert check_distribution("acme-ours") == []


def test_a_copy_before_an_editable_install_is_a_note(site: Site, tmp_path: Path) -> None:
    develop(site, {"acme_mine/nets.py": FITS}, NET)
    (tmp_path / "copy").mkdir()
    copy = Site(tmp_path / "copy")
    copy.install("acme-mine", {f"{GROUP}.mine": NET}, version="1.2")
    environment = Environment([str(copy.folder), str(site.folder)])
    with use_environment(environment):
        diagnosis = diagnose(environment=environment)
    (note,) = [finding for finding in diagnosis.findings if finding.kind == "hidden"]
    assert note.is_note
    assert note.what == "acme-mine 1.2 comes before it on the path"


def test_an_extra_that_is_left_out_is_a_note_for_all_testers(site: Site) -> None:
    row = {"Net": "acme_mine.nets:Net [fast]"}
    develop(site, {"acme_mine/nets.py": "import no_such_accelerator\n"}, row)
    folder = site.folder / "acme_mine-1.2.dist-info"
    with (folder / "METADATA").open("a") as metadata:
        metadata.write("Provides-Extra: fast\n")
    assert diagnose(load=True).is_clean
    assert check_distribution("acme-mine") == []


@pytest.mark.parametrize("way", ["absolute", "relative", "in its folder", "as a module"])
def test_a_script_is_its_own_entry_however_it_is_run(plugin_site: Site, way: str) -> None:
    source = """
        from acme_home import MODEL
        @MODEL.children["mine"].register_module()
        class Net: ...
        if __name__ == "__main__":
            print(isinstance(MODEL.build({"type": "mine.Net"}), Net), *MODEL.problems())
    """
    host = HOST.replace(", base=Base", "")
    plugin_site.install("acme", OWNS, {"acme_home.py": host}, version="2.0")
    folder = develop(plugin_site, {"acme_mine/nets.py": source}, NET)
    arguments, work = {
        "absolute": ([str(folder / "nets.py")], plugin_site.folder.parent),
        "relative": ([str(Path("acme_mine", "nets.py"))], plugin_site.folder),
        "in its folder": (["nets.py"], folder),
        "as a module": (["-m", "acme_mine.nets"], plugin_site.folder),
    }[way]
    code = [sys.executable, *arguments]
    variables = {"PYTHONPATH": str(plugin_site.folder)}
    ran = subprocess.run(code, cwd=work, env=variables, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("True\n", "")


def test_a_script_elsewhere_is_not_an_entry(plugin_site: Site, tmp_path: Path) -> None:
    host = HOST.replace(", base=Base", "")
    plugin_site.install("acme", OWNS, {"acme_home.py": host}, version="2.0")
    develop(plugin_site, {"acme_mine/nets.py": "class Net: ..."}, NET)
    script = tmp_path / "acme_mine.py"
    script.write_text(
        "from acme_home import MODEL\n@MODEL.children['mine'].register_module()\nclass Net: ...\n"
        "print(*(problem.code for problem in MODEL.problems()))\n"
    )
    variables = {"PYTHONPATH": str(plugin_site.folder)}
    code = [sys.executable, str(script)]
    ran = subprocess.run(code, env=variables, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("shadowed-by-code\n", "")


@pytest.mark.parametrize("by_now", ["acme_mine.nest:Net", "acme_mine.nets:Net"])
def test_a_command_that_is_advised_can_be_typed_where_the_folder_has_a_space(
    site: Site, by_now: str
) -> None:
    develop(site, {"acme_mine/nets.py": FITS}, {"Net": "acme_mine.nest:Net"})
    project = site.folder.parent / "project"
    spaced = project.rename(project.with_name("my project"))
    file = spaced / "pyproject.toml"
    file.write_text(file.read_text().replace("acme_mine.nest:Net", by_now))
    (direct,) = site.folder.glob("acme_mine-*/direct_url.json")
    direct.write_text(json.dumps({"url": spaced.as_uri(), "dir_info": {"editable": True}}))
    current_environment().refresh()
    with pytest.raises(PluginLoadError) as raised:
        Registry("model", group=GROUP, scope="acme")["mine.Net"]
    assert f"pip install -e '{spaced}'" in raised.value.fix


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_of_a_strict_install_is_corrected_where_it_leads(site: Site) -> None:
    folder = develop(site, {}, NET)
    source = site.folder.parent / "project" / "nets.py"
    source.write_text("raise OSError('no net')\n")
    (folder / "nets.py").symlink_to(source)
    with pytest.raises(PluginLoadError) as raised:
        Registry("model", group=GROUP, scope="acme")["mine.Net"]
    assert raised.value.fix == f"correct {source}:1"
