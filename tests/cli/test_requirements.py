"""`requires`: what configs need, and what each line can and cannot guarantee."""

from __future__ import annotations

import json
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from registry_core.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]

CONFIG = "_registry_: plant\ntype: Fern\nheight: 3\npot: {type: thorny.Fern, height: 1}\n"
BY_NAME = (
    "# by name and version: make sure that the index you use has no other project of that name"
)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SHA256 = "ab" * 32


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "fern.yaml"
    file.write_text(CONFIG)
    return str(file)


def came_from(garden: Site, url: str, **more: Any) -> None:
    (metadata,) = garden.folder.glob("roses-2.dist-info")
    (metadata / "direct_url.json").write_text(json.dumps({"url": url, **more}))


def test_a_line_for_each_distribution(asked: Ask, config: str) -> None:
    assert asked("requires", config) == (0, f"{BY_NAME}\ngarden==0.8\nroses[cut]==2\n", "")


@pytest.mark.parametrize("name", ["fern.yaml", "fern.YML", "fern.json"])
def test_what_reads_the_files_is_required(
    garden: Site, asked: Ask, tmp_path: Path, name: str
) -> None:
    garden.install("registry_core", version="9")
    file = tmp_path / name
    file.write_text('{"_registry_": "plant", "type": "Fern", "height": 3}')
    out = asked("requires", str(file))[1].splitlines()
    wanted = ["garden==0.8", "registry_core[yaml]==9"]
    assert out[1:] == (wanted[:1] if name.endswith("json") else wanted)


def test_the_header_of_a_script(asked: Ask, config: str) -> None:
    out = asked("requires", config, "--script")[1].splitlines()
    assert out[0] == "# /// script"
    assert out[2:] == [
        "# dependencies = [",
        f"#     {BY_NAME}",
        '#     "garden==0.8",',
        '#     "roses[cut]==2",',
        "# ]",
        "# ///",
    ]
    found = tomllib.loads("\n".join(line[2:] for line in out[1:-1]))
    assert found["dependencies"] == ["garden==0.8", "roses[cut]==2"]


def test_the_lines_can_be_written_into_a_file(asked: Ask, config: str, tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    assert asked("requires", config, "-o", str(file)) == (0, "", "")
    assert file.read_text() == f"{BY_NAME}\ngarden==0.8\nroses[cut]==2\n"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (
            {"url": "https://host/roses.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"git+https://host/roses.git@{COMMIT}",
        ),
        (
            {
                "url": "ssh://git@host/roses.git",
                "vcs_info": {"vcs": "git", "commit_id": COMMIT},
                "subdirectory": "python",
            },
            f"git+ssh://git@host/roses.git@{COMMIT}#subdirectory=python",
        ),
        (
            {"url": "https://host/roses.whl", "archive_info": {"hashes": {"sha256": SHA256}}},
            f"https://host/roses.whl#sha256={SHA256}",
        ),
        (
            {"url": "https://host/roses.whl", "archive_info": {"hash": f"sha256={SHA256}"}},
            f"https://host/roses.whl#sha256={SHA256}",
        ),
        (
            # A password is no part of what others are to use.
            {
                "url": "https://me:secret@host/roses.whl",
                "archive_info": {"hashes": {"sha256": SHA256}},
            },
            f"https://host/roses.whl#sha256={SHA256}",
        ),
    ],
)
def test_what_came_from_an_address_is_required_from_there(
    asked: Ask, garden: Site, config: str, said: dict[str, Any], address: str
) -> None:
    came_from(garden, **said)
    wanted = f"roses[cut] @ {address}\n{BY_NAME}\ngarden==0.8\n"
    assert asked("requires", config) == (0, wanted, "")


def test_an_address_without_a_hash_is_no_guarantee(asked: Ask, garden: Site, config: str) -> None:
    came_from(garden, "https://host/roses.whl", archive_info={})
    assert asked("requires", config)[1].splitlines() == [
        BY_NAME,
        "garden==0.8",
        "# whatever that address has: no hash of it was noted",
        "roses[cut] @ https://host/roses.whl",
    ]


@pytest.mark.parametrize("is_editable", [True, False])
def test_a_folder_of_this_machine_is_said_to_be_one(
    asked: Ask, garden: Site, config: str, is_editable: bool
) -> None:
    came_from(garden, "file:///home/me/roses", dir_info={"editable": is_editable})
    status, out, err = asked("requires", config)
    assert status == 0
    assert out.splitlines()[2:] == [
        "# on this machine alone; elsewhere, use --find-links",
        "roses[cut] @ file:///home/me/roses",
    ]
    how = "an editable install of that folder" if is_editable else "installed from there"
    assert err == (
        f"registry-core: note: roses 2 is {how}, which other machines lack: file:///home/me/roses\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"url": 3}',
        '{"url": "https://host/a b", "archive_info": {}}',
        '{"url": "https://host/a\\nevil==1", "archive_info": {}}',
        '{"url": "https://host/a", "vcs_info": {"vcs": "git"}}',
        '{"url": "https://host/a", "archive_info": {"hashes": 3}}',
        "[" * 100_000,
    ],
)
def test_a_note_of_an_address_that_cannot_be_read_is_none(
    asked: Ask, garden: Site, config: str, text: str
) -> None:
    (metadata,) = garden.folder.glob("roses-2.dist-info")
    (metadata / "direct_url.json").write_text(text)
    assert asked("requires", config)[1] == f"{BY_NAME}\ngarden==0.8\nroses[cut]==2\n"


def test_a_folder_without_its_wheel_is_an_error(asked: Ask, config: str, tmp_path: Path) -> None:
    status, out, err = asked("requires", config, "--find-links", str(tmp_path))
    assert (status, out) == (1, "")
    assert err == f"registry-core: {tmp_path}: it has no wheel of garden 0.8; build one into it\n"
    status, _, err = asked("requires", config, "--find-links", str(tmp_path / "no"))
    assert status == 1
    assert "no: it cannot be read: No such file or directory\n" in err


def test_hashes_are_of_wheels(asked: Ask, config: str) -> None:
    status, _, err = asked("requires", config, "--hashes")
    assert status == 1
    assert "leaves no hash of its wheel: use --hashes with --find-links" in err
    status, _, err = asked("requires", config, "--hashes", "--script", "--find-links", ".")
    assert status == 1
    assert "the header of a script has no hashes" in err


def test_requires_says_where_a_name_is_wrong(asked: Ask, tmp_path: Path) -> None:
    file = tmp_path / "fern.yaml"
    file.write_text(CONFIG.replace("thorny.Fern", "thorny.Fren"))
    status, out, err = asked("requires", str(file))
    assert (status, out) == (1, "")
    assert err.startswith(f"registry-core: {file}:4:7: in the config at pot: 'thorny.Fren' is not")


@pytest.mark.parametrize("is_editable", [False, True])
def test_what_a_module_of_a_distribution_registered_is_of_that(
    plugin_site: Site,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    is_editable: bool,
) -> None:
    modules = {
        "quay.py": "import registry_core as r\nSHIP = r.Registry('ship', group='quay.ship')\n",
        "quay_boats.py": 'import quay\n@quay.SHIP.register_module("boat")\nclass Boat: ...\n',
    }
    rows = {"registry_core.registries": {"quay.ship": "quay:SHIP"}}
    plugin_site.install("quay", rows, {} if is_editable else modules, version="3")
    if is_editable:
        project = tmp_path / "project"
        source = project / "src"
        source.mkdir(parents=True)
        for name, text in modules.items():
            (source / name).write_text(text)
        monkeypatch.syspath_prepend(str(source))
        url = json.dumps({"url": project.as_uri(), "dir_info": {"editable": True}})
        (plugin_site.folder / "quay-3.dist-info" / "direct_url.json").write_text(url)
    file, beside = tmp_path / "boat.yaml", tmp_path / "raft_own.py"
    file.write_text("_registry_: ship\na: {type: boat}\n")
    beside.write_text('import quay\n@quay.SHIP.register_module("raft")\nclass Raft: ...\n')
    try:
        with plugin_site.in_use():
            assert main(["requires", str(file), "--import", "quay_boats"]) == 0
            out, err = capsys.readouterr()
            assert out.splitlines()[-1].startswith("quay")
            assert "boat" not in err
            assert main(["lock", str(file), "--import", "quay_boats"]) == 0
            locked = json.loads(capsys.readouterr().out)["names"]
            assert [each["provider"] for each in locked] == ["quay", "quay"]
            assert locked[0]["target"] == "quay_boats:Boat"
            file.write_text("_registry_: ship\na: {type: raft}\n")
            assert main(["requires", str(file), "--import", str(beside)]) == 0
            err = capsys.readouterr().err
            assert "'raft' is registered by module raft_own, which is not installed" in err
    finally:
        for module in ("quay", "quay_boats", "raft_own"):
            sys.modules.pop(module, None)
        sys.path[:] = [each for each in sys.path if each != str(tmp_path)]
