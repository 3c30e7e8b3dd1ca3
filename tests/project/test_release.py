"""What is uploaded: metadata, a description that PyPI shows, and which files."""

from __future__ import annotations

import email.parser
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from registry_core.config import read_document

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".github" / "release.py"
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
HOME = "https://forge.example/acme/registry_core"
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

pytestmark = pytest.mark.skipif(not SCRIPT.is_file(), reason="only a checkout is released")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the script reads and writes; its version has a date."""
    (tmp_path / ".github").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".github")
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## [{VERSION}] - 2026-11-27\n")
    return tmp_path


def prepared(checkout: Path, tag: str = f"v{VERSION}") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / ".github" / "release.py"), HOME, tag]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_links_of_the_readme_lead_to_files_and_are_made_absolute(checkout: Path) -> None:
    before = (ROOT / "README.md").read_text("utf-8")
    assert prepared(checkout).returncode == 0
    after = (checkout / "README.md").read_text("utf-8")
    here = f"{HOME}/blob/v{VERSION}/"
    links = re.findall(r"\]\(([^)]+)\)", after)
    assert len(links) > 10
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    ours = [link.removeprefix(here) for link in links if link.startswith(here)]
    assert [link for link in ours if not (ROOT / link.partition("#")[0]).exists()] == []
    assert after.replace(here, "") == before


def test_the_addresses_of_the_project_are_written(checkout: Path) -> None:
    assert prepared(checkout).returncode == 0
    written = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
    urls = written["project"].pop("urls")
    assert set(urls) == {"Source", "Documentation", "Changelog", "Issues"}
    assert all(url.startswith(HOME) for url in urls.values())
    assert written == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    again = prepared(checkout)
    assert again.returncode == 1
    assert "has addresses already" in again.stderr


def test_a_tag_of_another_version_is_refused(checkout: Path) -> None:
    finished = prepared(checkout, "v9.9")
    assert finished.returncode == 1
    assert f"the tag is v9.9, but pyproject.toml says {VERSION}" in finished.stderr
    assert (checkout / "README.md").read_bytes() == (ROOT / "README.md").read_bytes()


def test_a_version_without_a_date_is_refused(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(f"## [{VERSION}] - unreleased\n")
    finished = prepared(checkout)
    assert finished.returncode == 1
    assert f"CHANGELOG.md has no date for {VERSION}" in finished.stderr


def test_the_workflow_builds_once_and_publishes_without_a_secret() -> None:
    text = WORKFLOW.read_text("utf-8")
    found: Any = read_document(WORKFLOW).data
    jobs = found["jobs"]
    assert "secrets." not in text
    assert found["permissions"] == {}
    assert text.count("uv build") == 1
    assert jobs["publish"]["needs"] == ["build", "try"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert [job for job in jobs if "id-token" in jobs[job]["permissions"]] == ["publish"]
    used = re.findall(r"uses: \S+@(\S+)", text)
    assert [pin for pin in used if not re.fullmatch(r"v\d+|release/v\d+", pin)] == []


def test_only_the_core_may_be_uploaded() -> None:
    private = "Private :: Do Not Upload"
    for file in (ROOT / "pyproject.toml", *ROOT.glob("plugins/*/pyproject.toml")):
        classifiers = tomllib.loads(file.read_text("utf-8"))["project"]["classifiers"]
        assert (private in classifiers) == (file.parent != ROOT), file


def tracked(*folders: str) -> set[str]:
    """The files of the project in some folders, as they would be committed."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


@pytest.fixture
def built() -> Path:
    if "WHEELS" not in os.environ or not (ROOT / ".git").exists():
        pytest.skip("`nox -s wheels` builds what is uploaded, of a checkout")
    return Path(os.environ["WHEELS"], "registry_core")


@pytest.mark.wheels
def test_the_wheel_has_the_package_whole_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = {name for name in names if name.endswith(".dist-info/METADATA")}
        said = email.parser.BytesParser().parsebytes(archive.read(metadata))
    info = metadata.removesuffix("METADATA")
    assert {name for name in names if not name.startswith(info)} == tracked("registry_core")
    assert {"registry_core/py.typed", f"{info}licenses/LICENSE"} <= names
    assert "registry_core/templates/common/.github/workflows/check.yml.in" in names
    assert said["License-Expression"] == "MIT"
    assert said["Description-Content-Type"] == "text/markdown"
    assert said["Requires-Python"] == ">=3.11"


@pytest.mark.wheels
def test_the_source_archive_has_what_builds_and_tests_it_and_nothing_else(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    files = tracked("registry_core", "tests", "docs")
    top = {"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "README.md"}
    assert names == {*files, *top, "noxfile.py", "pyproject.toml", ".gitignore", "PKG-INFO"}
