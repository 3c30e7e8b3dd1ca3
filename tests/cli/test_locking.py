"""`lock` and `verify`: what a config resolved to, and what has changed since."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.testing import Site

    Ask = Callable[..., tuple[int, str, str]]

CONFIG = "_registry_: plant\ntype: Fern\nheight: 3\npot: {type: thorny.Rose, _args_: [1]}\n"


@pytest.fixture
def lock(asked: Ask, tmp_path: Path) -> Path:
    file, lock = tmp_path / "fern.yaml", tmp_path / "fern.lock"
    file.write_text(CONFIG)
    status, out, err = asked("lock", str(file), "-o", str(lock))
    assert (status, out) == (0, "")
    assert "not locked: garden 0.8 has no RECORD of its files" in err
    return lock


def test_a_lock_has_a_line_for_each_name_and_for_its_registry(lock: Path) -> None:
    found = json.loads(lock.read_text())
    assert found["format"] == "registry_core-lock-1"
    names = [(each["registry"], each["key"], each["provider"]) for each in found["names"]]
    assert names == [
        ("garden.plant", "Fern", "garden"),
        ("garden.plant", "thorny.Rose", "roses"),
        ("registry_core.registries", "garden.plant", "garden"),
    ]
    assert {each["file"] for each in found["names"]} == {"garden_kinds.py", "garden.py"}
    assert len(lock.read_text().splitlines()) == len(names) + 6


@pytest.mark.parametrize("verb", ["lock", "requires"])
def test_a_config_is_never_overwritten_by_what_is_made_of_it(
    asked: Ask, lock: Path, tmp_path: Path, verb: str
) -> None:
    file, link = tmp_path / "fern.yaml", tmp_path / "link.yaml"
    link.symlink_to(file)
    for written in (file, link):
        status, out, err = asked(verb, str(file), "-o", str(written))
        assert (status, out) == (1, "")
        assert f"{file}: -o would replace this config by what is made of it; write it into" in err
    assert file.read_text() == CONFIG
    assert asked(verb, str(file), "-o", str(lock))[0] == 0


def test_nothing_has_changed(asked: Ask, lock: Path) -> None:
    assert asked("verify", str(lock)) == (0, "", "")


def test_a_later_version_may_add_keys(asked: Ask, lock: Path) -> None:
    found = json.loads(lock.read_text())
    found["names"] = [{**each, "size": 3} for each in found["names"]]
    lock.write_text(json.dumps({**found, "more": {}}))
    assert asked("verify", str(lock)) == (0, "", "")


def test_a_byte_of_a_module_has_changed(asked: Ask, garden: Site, lock: Path) -> None:
    file = garden.folder / "garden_kinds.py"
    stat = file.stat()
    file.write_text(file.read_text().replace("0.75", "0.15"))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    status, out, _ = asked("verify", str(lock))
    assert status == 1
    assert out.splitlines() == [
        "'Fern' in 'garden.plant': the content of garden_kinds.py has changed (garden 0.8)",
        "'thorny.Rose' in 'garden.plant': the content of garden_kinds.py has changed (roses 2)",
    ]


def test_another_version_and_another_distribution_are_found(
    asked: Ask, garden: Site, lock: Path
) -> None:
    garden.install("roses", {"garden.plant.thorny": {"Rose": "garden_kinds:Rose"}}, version="3")
    status, out, _ = asked("verify", str(lock))
    assert (status, out.splitlines()) == (
        1,
        ["'thorny.Rose' in 'garden.plant': it was of roses 2, and is of roses 3"],
    )


def test_another_target_is_found(asked: Ask, garden: Site, lock: Path) -> None:
    garden.install("roses", {"garden.plant.thorny": {"Rose": "garden_kinds:Pot"}}, version="2")
    status, out, _ = asked("verify", str(lock))
    assert status == 1
    assert "its target was garden_kinds:Rose, and is garden_kinds:Pot (roses 2)" in out


def test_a_name_that_is_gone_is_found(asked: Ask, garden: Site, lock: Path) -> None:
    garden.install("roses", {"garden.plant.thorny": {"Tulip": "garden_kinds:Rose"}}, version="2")
    status, out, _ = asked("verify", str(lock))
    assert status == 1
    assert "'thorny.Rose' in 'garden.plant': it was of roses 2; 'thorny.Rose' is not in the" in out


def test_other_files_of_a_distribution_count_where_record_lists_them(
    asked: Ask, garden: Site, tmp_path: Path
) -> None:
    record = next(garden.folder.glob("roses-2.dist-info")) / "RECORD"

    def recorded(content: str, *noise: str) -> None:
        of = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).decode()
        rows = [f"roses/helper.py,sha256={of.rstrip('=')},{len(content)}", "roses/a.pyc,,"]
        record.write_text("\n".join([*rows, *noise]) + "\n")

    file, lock = tmp_path / "rose.yaml", tmp_path / "rose.lock"
    file.write_text("_registry_: plant\ntype: thorny.Rose\n_args_: [1]\n")
    recorded("one")
    assert asked("lock", str(file), "-o", str(lock))[0] == 0
    # What installers add does not count.
    recorded("one", "roses-2.dist-info/INSTALLER,sha256=abc,3", "../bin/rose,sha256=abc,3")
    assert asked("verify", str(lock))[0] == 0
    recorded("two")
    status, out, _ = asked("verify", str(lock))
    assert status == 1
    assert "'thorny.Rose' in 'garden.plant': other files of roses 2 have changed" in out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[:-40], "it is not a lock, or was cut short: "),
        (lambda text: text.replace("lock-1", "lock-2"), "its format is 'registry_core-lock-2'; "),
        (lambda _: "[]", "it is not a lock; this version reads registry_core-lock-1"),
        (
            lambda text: text.replace('"key"', '"kee"', 1),
            "a name in it lacks one of registry, key,",
        ),
        (lambda text: text.replace('"Fern"', "1", 1), "a name in it lacks one of registry, key,"),
        (lambda _: '{"format": "registry_core-lock-1"}', "it lists no names"),
        (lambda text: text.replace("thorny.Rose", "Fern"), "it has 'Fern' of 'garden.plant' more"),
        (lambda _: "[" * 100_000, "it is not a lock, or was cut short: "),
    ],
)
def test_a_lock_that_cannot_be_read_is_an_error(
    asked: Ask, lock: Path, change: Callable[[str], str], said: str
) -> None:
    lock.write_text(change(lock.read_text()))
    status, out, err = asked("verify", str(lock))
    assert (status, out) == (1, "")
    assert err.startswith(f"registry-core: {lock}: {said}")


def test_a_lock_of_another_platform_says_so_where_something_differs(asked: Ask, lock: Path) -> None:
    text = lock.read_text()
    other = text.replace(json.loads(text)["made_on"], "win-amd64, cpython 3.13")
    lock.write_text(other)
    assert asked("verify", str(lock)) == (0, "", "")
    lock.write_text(other.replace("garden_kinds.py", "garden_kinds.pyd"))
    status, out, _ = asked("verify", str(lock))
    assert status == 1
    *differences, last = out.splitlines()
    assert differences == [
        f"{name} in 'garden.plant': its module was garden_kinds.pyd, and is garden_kinds.py ({of})"
        for name, of in (("'Fern'", "garden 0.8"), ("'thorny.Rose'", "roses 2"))
    ]
    assert last.startswith("the lock was made on win-amd64, cpython 3.13, and this is ")
    assert last.endswith(": a version may have other files for each; lock on each of them")


def test_where_other_files_cannot_be_compared_is_said(
    asked: Ask, garden: Site, tmp_path: Path
) -> None:
    folder = next(garden.folder.glob("roses-2.dist-info"))
    record = folder / "RECORD"
    record.write_text("roses/helper.py,sha256=abc,3\n")
    file, lock = tmp_path / "rose.yaml", tmp_path / "rose.lock"
    file.write_text("_registry_: plant\ntype: thorny.Rose\n_args_: [1]\n")
    assert asked("lock", str(file), "-o", str(lock))[0] == 0
    said = (
        "'thorny.Rose' in 'garden.plant': the other files of roses 2 cannot be compared: here it "
        "is an editable install, or has no RECORD\n"
    )
    editable = {"url": garden.folder.as_uri(), "dir_info": {"editable": True}}
    (folder / "direct_url.json").write_text(json.dumps(editable))
    assert asked("verify", str(lock)) == (1, said, "")
    (folder / "direct_url.json").unlink()
    record.unlink()
    assert asked("verify", str(lock)) == (1, said, "")


def test_an_archive_of_the_same_is_the_same(
    asked: Ask, garden: Site, lock: Path, tmp_path: Path
) -> None:
    archive = shutil.make_archive(str(tmp_path / "garden"), "zip", garden.folder)
    shutil.rmtree(garden.folder)
    garden.folder = Path(archive)
    assert asked("verify", str(lock)) == (0, "", "")
    text = lock.read_text()
    hashes = {each["file"]: each["sha256"] for each in json.loads(text)["names"]}
    lock.write_text(text.replace(hashes["garden_kinds.py"], "0" * 64))
    status, out, _ = asked("verify", str(lock))
    assert status == 1
    assert "'Fern' in 'garden.plant': the content of garden_kinds.py has changed" in out


def test_a_lock_that_is_not_there_is_an_error(asked: Ask, tmp_path: Path) -> None:
    status, _, err = asked("verify", str(tmp_path / "no.lock"))
    assert status == 1
    assert "no.lock: it cannot be read: No such file or directory\n" in err
