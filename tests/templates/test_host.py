"""What is known of the registry that a plugin is for, by source alone."""

from __future__ import annotations

import json
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from registry_core.errors import ConfigError, RegistryNotFound
from registry_core.templates.host import (
    Base,
    Host,
    find_host,
    requirement,
    requirement_to_build,
    sources,
)
from registry_core.templates.words import plugin_words

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site

REGISTRY = """
    from registry_core import Registry
    from garden.base import Plant
    PLANT = Registry("plant", group="garden.plant", scope="garden", base=Plant)
    raise SystemExit("imported")
"""
BASE = """
    from abc import ABC, abstractmethod
    from pathlib import Path
    class Plant(ABC):
        @abstractmethod
        def grow(self, days: int, *, sun: bool = True) -> float: ...
        @abstractmethod
        def draw(self, into: Path) -> None: ...
        @property
        @abstractmethod
        def name(self) -> str: ...
"""


def garden(site: Site, base: str, registry: str = REGISTRY) -> None:
    rows = {"registry_core.registries": {"garden.plant": "garden.registry:PLANT"}}
    code = {"garden/__init__.py": "", "garden/registry.py": registry, "garden/base.py": base}
    site.install("garden", rows, code, version="0.8.1+local")


def found(site: Site, name: str = "garden.plant") -> Host:
    with site.in_use():
        host = find_host(name)
        assert not {"garden", "garden.registry"} & sys.modules.keys()
    return host


def test_the_base_class_and_what_it_wants_are_read(plugin_site: Site) -> None:
    garden(plugin_site, BASE)
    methods = (
        "def draw(self, *args: Any, **kwargs: Any) -> Any:",
        "def grow(self, days: int, *, sun: bool=True) -> float:",
        "@property\n    def name(self) -> Any:",
    )
    base = Base("garden.base", "Plant", methods, is_bare=True, is_typed=False)
    assert found(plugin_site) == Host("garden.plant", "garden", "garden", base)
    # The last word will do.
    assert found(plugin_site, "plant").base == base


def test_the_class_of_a_plugin_has_all_that_its_base_wants(plugin_site: Site) -> None:
    garden(plugin_site, BASE)
    with plugin_site.in_use():
        words = plugin_words("garden-more", find_host("plant"))
        namespace: dict[str, type] = {}
        text = f'{words["class_head"]}\n    """Doc."""\n\n{words["class_body"]}'
        exec(text, namespace)
        assert vars(namespace["Scale"](2.0)) == {"factor": 2.0}
    assert words["dependencies"].startswith('"garden>=0.8.1", "registry_core')
    assert (words["scope"], words["prefix"]) == ("more", "more.")


def test_mypy_is_told_of_a_base_without_types(plugin_site: Site) -> None:
    garden(plugin_site, BASE)
    with plugin_site.in_use():
        words = plugin_words("garden-more", find_host("plant"))
    override = tomllib.loads(words["untyped"])["tool"]["mypy"]["overrides"]
    assert [each["module"] for each in override] == [["garden.*", "garden_more.*"]]
    (plugin_site.folder / "garden" / "py.typed").touch()
    with plugin_site.in_use():
        assert plugin_words("garden-more", find_host("plant"))["untyped"] == ""


@pytest.mark.parametrize(
    "base",
    ["from elsewhere import Plant", "def Plant(): ...", "", "class Plant("],
    ids=["not installed", "no class", "absent", "broken"],
)
def test_a_base_that_source_does_not_tell_is_left_out(plugin_site: Site, base: str) -> None:
    garden(plugin_site, base)
    assert found(plugin_site).base is None


def test_a_base_that_wants_arguments_is_not_called(plugin_site: Site) -> None:
    garden(plugin_site, "class Plant:\n    def __init__(self, height): ...")
    assert found(plugin_site).base == Base(
        "garden.base", "Plant", (), is_bare=False, is_typed=False
    )


def test_a_registry_whose_source_is_not_there_can_be_extended(plugin_site: Site) -> None:
    rows = {"registry_core.registries": {"garden.plant": "garden.absent:PLANT"}}
    plugin_site.install("garden", rows)
    assert found(plugin_site) == Host("garden.plant", "garden", "", None)


def test_a_plugin_that_is_called_as_the_root_scope_has_a_scope_of_its_own(
    plugin_site: Site,
) -> None:
    garden(plugin_site, "", REGISTRY.replace('scope="garden"', 'scope="more"'))
    with plugin_site.in_use():
        assert plugin_words("garden-more", find_host("plant"))["scope"] == "garden_more"
        assert plugin_words("roses", find_host("plant"))["scope"] == "roses"


def test_a_group_that_nobody_owns_is_an_error_with_close_matches_and_a_way_on(
    plugin_site: Site,
) -> None:
    garden(plugin_site, "")
    with plugin_site.in_use():
        with pytest.raises(ConfigError) as caught:
            find_host("garden.palnt")
        assert str(caught.value) == (
            "no installed framework owns the registry 'garden.palnt'; did you mean "
            "'garden.plant'? (install the framework that does, or add --unowned, for a group "
            "without an owner)"
        )
        assert find_host("garden.palnt", unowned=True) == Host("garden.palnt", "", "", None)
        with pytest.raises(ConfigError, match=r"'a-b' cannot be a group: each segment"):
            find_host("a-b", unowned=True)


def test_a_word_that_means_two_registries_is_an_error(plugin_site: Site) -> None:
    garden(plugin_site, "")
    plugin_site.install("park", {"registry_core.registries": {"park.plant": "park:PLANT"}})
    with plugin_site.in_use(), pytest.raises(RegistryNotFound, match="write the group"):
        find_host("plant", unowned=True)


ELSEWHERE = "https://a.example/r"


def came_from(site: Site, origin: object) -> None:
    site.install("registry_core", version="3.1")
    file = site.folder / "registry_core-3.1.dist-info" / "direct_url.json"
    file.write_text(json.dumps(origin))


@pytest.mark.parametrize(
    ("origin", "built", "source"),
    [
        ({"url": f"{ELSEWHERE}.whl"}, f" @ {ELSEWHERE}.whl", f'url = "{ELSEWHERE}.whl"'),
        (
            {"url": ELSEWHERE, "vcs_info": {"vcs": "git", "commit_id": "12ab"}},
            f" @ git+{ELSEWHERE}@12ab",
            f'git = "{ELSEWHERE}", rev = "12ab"',
        ),
        (
            {"url": f"{ELSEWHERE}.zip", "subdirectory": "core"},
            f" @ {ELSEWHERE}.zip#subdirectory=core",
            f'url = "{ELSEWHERE}.zip", subdirectory = "core"',
        ),
        # A token is not written into another project.
        ({"url": "https://me:token@a.example/r"}, f" @ {ELSEWHERE}", f'url = "{ELSEWHERE}"'),
    ],
)
def test_a_build_finds_this_package_where_it_came_from(
    plugin_site: Site, origin: object, built: str, source: str
) -> None:
    came_from(plugin_site, origin)
    with plugin_site.in_use():
        assert requirement("registry_core") == "registry_core>=3.1"
        assert requirement_to_build() == f"registry_core{built}"
        assert f"registry_core = {{ {source} }}\n" in sources("registry_core", "absent")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        {},
        {"url": "file:///absent/registry_core"},
        {"url": 3},
        {"vcs_info": {"vcs": "git"}},
        {"url": ELSEWHERE, "vcs_info": {"vcs": "git"}},
        {"url": ELSEWHERE, "vcs_info": {"vcs": 1, "commit_id": 2}},
        ["url"],
    ],
)
def test_a_record_of_where_it_came_from_that_tells_nothing_is_ignored(
    plugin_site: Site, origin: object
) -> None:
    came_from(plugin_site, origin)
    with plugin_site.in_use():
        assert requirement_to_build() == "registry_core>=3.1"
        assert sources("registry_core") == ""


@pytest.mark.parametrize(("is_editable", "more"), [(True, ", editable = true"), (False, "")])
def test_a_folder_that_is_there_is_named(
    plugin_site: Site, tmp_path: Path, more: str, *, is_editable: bool
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    origin = {"url": folder.as_uri(), "dir_info": {"editable": is_editable}}
    came_from(plugin_site, origin)
    with plugin_site.in_use():
        assert requirement_to_build() == f"registry_core @ {folder.as_uri()}"
        table = tomllib.loads(sources("registry_core"))
        assert f'path = "{folder}"{more} }}' in sources("registry_core")
    assert table["tool"]["uv"]["sources"]["registry_core"]["path"] == str(folder)
