"""The command line: what it prints, where, and its exit status."""

import json
import sys
from pathlib import Path

import pytest
from fresh_process import run_python

from registry_core.cli import main
from registry_core.testing import Site

Output = pytest.CaptureFixture[str]


@pytest.fixture
def acme(plugin_site: Site) -> Site:
    plugin_site.install(
        "acme",
        {
            "acme.model": {"Net": "acme:Net"},
            "registry_core.registries": {"acme.model": "acme:MODEL", "acme.broken": "acme:Net"},
        },
        {
            "acme.py": """
                from registry_core import Registry
                MODEL = Registry("model", group="acme.model", scope="acme")
                class Net:
                    def __init__(self, depth, inner=None):
                        self.depth, self.inner = depth, inner
                    def __str__(self):
                        return f"Net of depth {self.depth}, around {self.inner}"
                """
        },
        version="2.0",
    )
    return plugin_site


def test_list_prints_a_table_with_provider_and_version(acme: Site, capsys: Output) -> None:
    with acme.in_use():
        assert main(["list", "model"]) == 0
        assert "acme" not in sys.modules
    out, err = capsys.readouterr()
    assert [line.split() for line in out.splitlines()] == [
        ["key", "registry", "provider", "version", "target"],
        ["Net", "acme.model", "acme", "2.0", "acme:Net"],
    ]
    assert err == ""


def test_list_prints_json(acme: Site, capsys: Output) -> None:
    with acme.in_use():
        assert main(["list", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["format"], printed["problems"]) == ("registry_core-list-1", [])
    (row,) = printed["entries"]
    assert row == {
        "registry": "acme.model",
        "scope": "",
        "name": "Net",
        "key": "Net",
        "target": "acme:Net",
        "provider": "acme",
        "version": "2.0",
        "status": "",
    }


def test_list_says_so_where_there_is_nothing(plugin_site: Site, capsys: Output) -> None:
    with plugin_site.in_use():
        assert main(["list"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "registry-core: no installed package adds anything to a registry\n"


def test_list_shows_bound_arguments_and_problems(plugin_site: Site, capsys: Output) -> None:
    hooks = """
        from registry_core import Entry, hookimpl
        @hookimpl
        def registry_core_entries():
            return [Entry("tiny", "pkg:Net", kwargs={"depth": 1}), Entry("", "pkg:Net")]
        """
    plugin_site.install(
        "hooked", {"registry_core.hooks": {"model": "hooked_hooks"}}, {"hooked_hooks.py": hooks}
    )
    with plugin_site.in_use():
        assert main(["list"]) == 0
    out, err = capsys.readouterr()
    assert "pkg:Net (depth=1)" in out
    assert err.startswith("registry-core: hooked 0.1.0: registry_core_entries, '': it is empty")


def test_an_unknown_registry_is_an_error_on_stderr(acme: Site, capsys: Output) -> None:
    with acme.in_use():
        assert main(["list", "modle"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("registry-core: no registry is named 'modle'; known are ")


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("_registry_: model\ntype: Net\ndepth: 1\ninner: {type: Net, depth: 2}\n", []),
        ("type: Net\ndepth: 1\ninner: {type: Net, depth: 2}\n", ["--registry", "acme.model"]),
        (
            "_registry_: other\ntype: Net\ndepth: 1\ninner: {type: Net, depth: 2}\n",
            ["--registry", "model"],
        ),
    ],
)
def test_build_prints_what_it_built_nested_configs_first(
    acme: Site, capsys: Output, text: str, arguments: list[str]
) -> None:
    file = acme.folder / "net.yaml"
    file.write_text(text)
    with acme.in_use():
        assert main(["build", str(file), *arguments]) == 0
    assert capsys.readouterr().out == "Net of depth 1, around Net of depth 2, around None\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["depth=3"], "Net of depth 3, around Net of depth 2, around None"),
        (["~inner", "depth='x'"], "Net of depth x, around None"),
        (["inner.depth=4", "--registry", "model", "depth=5"], "Net of depth 5, around Net of dep"),
        (
            ["--part", "inner", "+inner.inner={type: Net, depth: 9}"],
            "Net of depth 2, around Net of",
        ),
        (["inner.depth=7", "--part", "inner"], "Net of depth 7, around None"),
    ],
)
def test_build_changes_values_and_builds_one_part(
    acme: Site, capsys: Output, arguments: list[str], said: str
) -> None:
    file = acme.folder / "net.yaml"
    file.write_text("_registry_: model\ntype: Net\ndepth: 1\ninner: {type: Net, depth: 2}\n")
    with acme.in_use():
        assert main(["build", str(file), *arguments]) == 0
    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dpth=3"], "dpth=3: 'dpth' is not in the config; did you mean depth? To add it, write +"),
        (
            ["inner.inner=3"],
            "inner.inner=3: 'inner' is not in inner; to add it, write +inner.inner=",
        ),
        (
            ["inner.type=Nte"],
            "inner.type=Nte: in the config at inner: 'Nte' is not in the registry",
        ),
        (["--part", "iner"], "iner: 'iner' is not in the config; did you mean inner?"),
        (["depth"], "depth: write KEY=VALUE to change a value"),
    ],
)
def test_build_says_which_word_of_the_command_is_wrong(
    acme: Site, capsys: Output, arguments: list[str], said: str
) -> None:
    file = acme.folder / "net.yaml"
    file.write_text("_registry_: model\ntype: Net\ndepth: 1\ninner: {type: Net, depth: 2}\n")
    with acme.in_use():
        assert main(["build", str(file), *arguments]) == 1
    assert capsys.readouterr().err.startswith(f"registry-core: {said}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "_registry_: model\ntype: Net\ndepth: 1\ninner: {type: Nte}\n",
            "net.yaml:4:9: in the config at inner: 'Nte' is not in the registry 'acme.model'",
        ),
        (
            "_registry_: model\ntype: Net\ndepht: 1\n",
            "net.yaml:3:1: building 'Net' (acme 2.0) failed: unexpected argument 'depht', "
            "missing argument 'depth'; it takes depth, inner",
        ),
        (
            "type: Net\n",
            "net.yaml: no registry to build from: write `_registry_: NAME` in it, or pass one "
            "(--registry NAME); NAME may be 'acme.broken', 'acme.model'",
        ),
        ("_registry_: broken\ntype: Net\n", "it must be a Registry, but is type; tell its authors"),
        ("_registry_: nope\ntype: Net\n", "no registry is named 'nope'"),
    ],
)
def test_build_says_where_in_the_file_it_failed(
    acme: Site, capsys: Output, text: str, message: str
) -> None:
    file = acme.folder / "net.yaml"
    file.write_text(text)
    with acme.in_use():
        assert main(["build", str(file)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


@pytest.mark.parametrize("arguments", [[], ["nope"], ["list", "--nope"], ["build"]])
def test_bad_arguments_end_with_status_2(capsys: Output, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: registry-core" in capsys.readouterr().err


@pytest.mark.parametrize("raised", ["ValueError('no')", "SystemExit('no')"])
def test_what_cannot_be_shown_is_an_error(plugin_site: Site, capsys: Output, raised: str) -> None:
    text = f"class Mute:\n    def __repr__(self): raise {raised}"
    plugin_site.install("mute", {"registry_core.mute": {"Mute": "mute:Mute"}}, {"mute.py": text})
    owner = "from registry_core import Registry\nMUTE = Registry('mute', scope='mute')"
    rows = {"registry_core.registries": {"registry_core.mute": "mute_owner:MUTE"}}
    plugin_site.install("mute-owner", rows, {"mute_owner.py": owner})
    file = plugin_site.folder / "mute.json"
    for made in ('{"type": "Mute"}', '[{"type": "Mute"}]'):
        file.write_text(made)
        with plugin_site.in_use():
            assert main(["build", str(file), "--registry", "mute"]) == 1
        kind = raised.partition("(")[0]
        said = f"registry-core: it was built, but cannot be shown: {kind}: no\n"
        assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    ("verb", "missing"),
    [("build", "config"), ("fill", "config"), ("catalogue", "-o/--output"), ("check", "FILE")],
)
def test_only_what_is_required_is_called_so(capsys: Output, verb: str, missing: str) -> None:
    with pytest.raises(SystemExit):
        main([verb])
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.endswith(f"the following arguments are required: {missing}")


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    finished = run_python("-m", "registry_core", "build", "nowhere.toml", cwd=tmp_path)
    assert finished.returncode == 1
    assert finished.stderr.startswith("registry-core: nowhere.toml: it cannot be read")


def test_the_author_of_an_editable_install_reads_once_why_each_listing_imports_its_hooks(
    plugin_site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    hooks = """
        from registry_core import Entry, depends_on, hookimpl

        @hookimpl
        @depends_on()
        def registry_core_entries():
            return [Entry("Counter", "collections:Counter")]
    """
    for name in ("mine", "theirs"):
        groups = {"registry_core.hooks": {"registry_core.edited": f"{name}_hooks"}}
        plugin_site.install(name, groups, {f"{name}_hooks.py": hooks.replace("Counter", name)})
    folder = plugin_site.folder / "mine-0.1.0.dist-info"
    (folder / "direct_url.json").write_text(
        '{"url": "file:///src", "dir_info": {"editable": true}}'
    )
    cache = str(plugin_site.folder.parent / "cache")
    with plugin_site.in_use(variables={"REGISTRY_CORE_CACHE": cache}):
        assert main(["list"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "registry-core: note: mine 0.1.0: its hook module is imported for each listing, "
        "because it is an editable install"
    ]
