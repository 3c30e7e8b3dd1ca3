"""Names that a new project cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry_core.templates.names import name_fault, package_of

if TYPE_CHECKING:
    from pathlib import Path

    from registry_core.testing import Site


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Acme", "small letters, digits and dashes: write 'acme'"),
        ("acme.model", "small letters, digits and dashes: write 'acme-model'"),
        ("../acme", "small letters, digits and dashes: write 'acme'"),
        ("-acme", "small letters, digits and dashes: write 'acme'"),
        ("ünder", "small letters, digits and dashes"),
        ("acme\n", "small letters, digits and dashes: write 'acme'"),
        ("", "small letters, digits and dashes"),
        ("3d", "'3d' cannot be imported: begin with a letter"),
        ("class", "'class' is a word of Python"),
        ("json", "Python itself has a module 'json'"),
        ("aux", "Windows has a device 'aux'"),
        ("tests", "'tests' is what other folders of a project are called"),
        ("a" * 101, "it is longer than 100 characters"),
    ],
)
@pytest.mark.usefixtures("nothing_installed")
def test_a_name_that_is_refused_says_what_to_write(name: str, says: str) -> None:
    assert says in name_fault(name)


@pytest.mark.parametrize("name", ["acme", "acme-more", "acme_more", "a", "x2"])
@pytest.mark.usefixtures("nothing_installed")
def test_a_name_may_have_dashes_underscores_and_digits(name: str) -> None:
    assert name_fault(name) == ""
    assert package_of(name).isidentifier()


@pytest.mark.parametrize("name", ["acme-more", "acme_more"])
def test_the_name_of_an_installed_distribution_is_taken(plugin_site: Site, name: str) -> None:
    plugin_site.install("acme-more", {}, version="2.0")
    with plugin_site.in_use():
        fault = name_fault(name)
    assert fault == "acme-more 2.0 is installed here: choose another, or uninstall it"


def test_a_module_on_the_import_path_is_taken_and_is_not_imported(plugin_site: Site) -> None:
    code = {"acme_more.py": "raise SystemExit('imported')"}
    plugin_site.install("else", {}, code)
    with plugin_site.in_use():
        fault = name_fault("acme-more")
    assert fault.endswith("has the module 'acme_more': choose another, or move that")
    assert "acme_more.py" in fault


def test_the_empty_folder_of_the_project_takes_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "brewery").mkdir()
    assert name_fault("brewery") == ""
    (tmp_path / "brewery_more").mkdir()
    assert "has the module 'brewery_more'" in name_fault("brewery-more")
