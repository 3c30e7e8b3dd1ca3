"""What an error of loading an entry tells its reader to do."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from registry_core import PluginLoadError, Registry
from registry_core.testing import Site, check_distribution

GROUP = "acme.model"
PYPROJECT = """\
[project]
name = "acme-mine"

[project.entry-points."acme.model"]
Net = "{target}"
"""
BLOCK = "REGISTRY_CORE_BLOCK"


@pytest.fixture
def site(plugin_site: Site) -> Iterator[Site]:
    with plugin_site.in_use():
        yield plugin_site


def error_of(key: str = "Net") -> str:
    with pytest.raises(PluginLoadError) as failed:
        Registry("model", group=GROUP, scope="acme")[key]
    return str(failed.value)


def install(
    site: Site, source: str = "", *headers: str, target: str = "acme_mine:Net", version: str = "1.2"
) -> None:
    """Install a plugin, with these headers in its METADATA."""
    modules = {"acme_mine.py": source}
    site.install("acme-mine", {GROUP: {"Net": target}}, modules, version=version)
    file = site.folder / f"acme_mine-{version}.dist-info" / "METADATA"
    file.write_text(file.read_text() + "".join(f"{line}\n" for line in headers))


def edit(site: Site, modules: Mapping[str, str], target: str) -> Path:
    """Install a plugin as editable; its `pyproject.toml`."""
    source = site.folder.parent / "project"
    source.mkdir()
    pyproject = source / "pyproject.toml"
    pyproject.write_text(PYPROJECT.format(target=target))
    site.install("acme-mine", {GROUP: {"Net": target}}, modules, version="1.2")
    folder = site.folder / "acme_mine-1.2.dist-info"
    address = {"url": source.as_uri(), "dir_info": {"editable": True}}
    (folder / "direct_url.json").write_text(json.dumps(address))
    return pyproject


@pytest.mark.parametrize(
    ("target", "guess"),
    [
        ("acme_mine.nets:Nte", "acme_mine.nets:Net"),
        ("acme_mine.nest:Net", "acme_mine.nets"),
        ("acme_mien.nets:Net", "acme_mine"),
    ],
)
def test_the_author_of_an_editable_install_reads_which_line_to_correct_and_a_close_match(
    site: Site, target: str, guess: str
) -> None:
    modules = {"acme_mine/__init__.py": "", "acme_mine/nets.py": "class Net: ..."}
    pyproject = edit(site, modules, target)
    message = error_of()
    # Other modules that are installed may have names as close.
    assert f"; did you mean '{guess}'" in message
    assert f"? correct {pyproject}:5, and pip install -e " in message
    assert BLOCK not in message
    assert "reinstall" not in message


def test_the_author_reads_which_line_of_the_code_failed(site: Site) -> None:
    source = "def half(x):\n    return x / 0\nhalf(1)\n"
    edit(site, {"acme_mine.py": source}, "acme_mine:Net")
    assert error_of().endswith(f"; correct {site.folder / 'acme_mine.py'}:2")


def test_the_author_reads_what_an_import_of_the_own_package_may_have_meant(site: Site) -> None:
    modules = {"acme_mine/__init__.py": "import acme_mine.nest", "acme_mine/nets.py": ""}
    edit(site, modules, "acme_mine:Net")
    file = site.folder / "acme_mine" / "__init__.py"
    assert error_of().endswith(f"; did you mean 'acme_mine.nets'? correct {file}:1")


def test_the_author_reads_which_row_is_malformed(site: Site) -> None:
    pyproject = edit(site, {}, "acme_mine.Net")
    (problem,) = check_distribution("acme-mine", GROUP)
    assert problem.fix.startswith(f"correct {pyproject}:5, and pip install -e ")


def test_the_author_reads_the_line_of_a_syntax_error(site: Site) -> None:
    edit(site, {"acme_mine.py": "x = 1\nclass Net:\n"}, "acme_mine:Net")
    assert f"; correct {site.folder / 'acme_mine.py'}:2" in error_of()


def test_problems_of_an_editable_install_name_its_folder(site: Site) -> None:
    edit(site, {}, "no target")
    (folder,) = site.folder.glob("*.dist-info")
    (folder / "entry_points.txt").write_text("[acme.model]\nno equals sign\n")
    (problem,) = [p for p in check_distribution("acme-mine") if p.code == "bad-entry-points"]
    assert problem.fix.startswith(f"correct it in {site.folder.parent / 'project'}, and pip inst")


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        (["Project-URL: Bug Tracker, https://acme.example/bugs"], "https://acme.example/bugs"),
        (
            ["Project-URL: Changelog, https://acme.example/log", "Home-page: https://acme.example"],
            "https://acme.example",
        ),
        (["Project-URL: Chat, https://acme.example/chat"], "https://acme.example/chat"),
    ],
)
def test_the_user_of_a_plugin_reads_where_to_report(
    site: Site, headers: list[str], address: str
) -> None:
    install(site, "1 / 0", *headers)
    block = f"block it with {BLOCK}=acme-mine"
    assert f"; upgrade or reinstall acme-mine, {block}, or report it: {address}" in error_of()


def test_an_address_that_is_none_is_not_shown(site: Site) -> None:
    install(site, "1 / 0", "Project-URL: Bugs, javascript:alert(1)", "Home-page: UNKNOWN")
    assert error_of().endswith(
        f"; upgrade or reinstall acme-mine, or block it with {BLOCK}=acme-mine; "
        f"see {site.folder / 'acme_mine.py'}:1"
    )


def test_a_framework_is_not_to_be_blocked_for_an_entry_of_its_own(site: Site) -> None:
    owned = {"registry_core.registries": {GROUP: "acme_host:MODEL"}, GROUP: {"Net": "acme_host:No"}}
    host = f"from registry_core import Registry\nMODEL = Registry('model', group={GROUP!r})\n"
    site.install("acme", owned, {"acme_host.py": host}, version="2.0")
    message = error_of()
    assert "; upgrade or reinstall acme; it was imported from " in message
    assert BLOCK not in message


def test_a_requirement_that_is_not_met_is_what_is_at_fault(site: Site) -> None:
    site.install("acme", {}, {"acme_host/__init__.py": ""}, version="2.0")
    source = "import acme_host.nets\nclass Net: ..."
    install(site, source, "Requires-Dist: acme>=3")
    message = error_of()
    assert "; it requires 'acme>=3', but acme 2.0 is installed: install 'acme>=3'" in message
    assert "install what provides" not in message


@pytest.mark.parametrize(
    ("target", "source", "said"),
    [
        ("acme_mine:Net", "Net = 3", "a int cannot be called"),
        ("acme_mine.gone:Net", "", "No module named 'acme_mine.gone'"),
        ("acme_mine:Net", "import acme_mine.gone", "No module named 'acme_mine.gone'"),
        ("acme_mine:Net", "import acme_host.nets", "acme 2.0 has no module 'acme_host.nets'"),
    ],
)
def test_a_requirement_that_is_not_met_is_no_cause_of_what_the_plugin_lacks_itself(
    site: Site, target: str, source: str, said: str
) -> None:
    site.install("acme", {}, {"acme_host/__init__.py": ""}, version="2.0")
    modules = {"acme_mine/__init__.py": source}
    site.install("acme-mine", {GROUP: {"Net": target}}, modules, version="1.2")
    file = site.folder / "acme_mine-1.2.dist-info" / "METADATA"
    file.write_text(file.read_text() + "Requires-Dist: no-such-lib>=3\n")
    message = error_of()
    assert said in message
    assert "no-such-lib" not in message


def test_a_requirement_that_is_not_met_may_be_what_brings_the_target(site: Site) -> None:
    install(site, "", "Requires-Dist: no-such-lib", target="no_such_lib.nets:Net")
    assert "which is not installed: install 'no-such-lib'" in error_of()


def test_a_module_that_an_installed_package_lacks_is_not_to_be_installed(site: Site) -> None:
    site.install("acme", {}, {"acme_host/__init__.py": ""}, version="2.0")
    install(site, "import acme_host.nets\nclass Net: ...")
    assert (
        "; acme 2.0 has no module 'acme_host.nets': install versions that fit together"
    ) in error_of()


CIRCULAR = {
    "acme_host.py": """
        from registry_core import Registry
        MODEL = Registry("model", group="acme.model", scope="acme")
        DEFAULT = MODEL.build({"type": "Net"})
        class Base: ...
    """,
    "from": "from acme_host import Base\nclass Net(Base): ...",
    "attribute": "import acme_host\nclass Net(acme_host.Base): ...",
}


@pytest.mark.parametrize("spelling", ["from", "attribute"])
def test_a_circular_import_is_called_one(site: Site, spelling: str) -> None:
    install(site, CIRCULAR[spelling])
    (site.folder / "acme_host.py").write_text(CIRCULAR["acme_host.py"].replace("\n        ", "\n"))
    with pytest.raises(PluginLoadError) as failed:
        __import__("acme_host")
    assert failed.value.remedy == "build later"
    assert (
        "; this is a circular import: 'acme_host' is still being imported; build 'Net' after that"
    ) in str(failed.value)
    assert BLOCK not in str(failed.value)
    assert "acme_host" not in sys.modules


def test_a_plugin_whose_own_modules_import_each_other_in_a_circle_is_told_so(site: Site) -> None:
    install(site, "from acme_other import Other\nclass Net: ...")
    (site.folder / "acme_other.py").write_text("from acme_mine import Net\nclass Other: ...")
    assert "this is a circular import: 'acme_mine' is still being imported" in error_of()
