"""Places: what is on the path, what lists distributions, and what changes while the host runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from faults.case import BAD, GROUP, VERSION, Case, bad_module, visit
from registry_core import current_environment
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from faults.host import Host

LOADABLE = "class Bad: ..."
ROWS = f"[{GROUP}]\nBad = acme_bad:Bad\n"
SAYS = f"Name: {BAD}\nVersion: {VERSION}\n"
# A case runs in a folder beside the site.
SITE = "../site"
FOLDER = f"acme_bad-{VERSION}.dist-info"


def on_the_path(*places: str) -> dict[str, str]:
    """The variables of a process that has these folders on its path, before the rest."""
    rest = filter(None, [os.environ.get("PYTHONPATH")])
    return {"PYTHONPATH": os.pathsep.join([*places, *rest])}


def older_version(site: Site) -> None:
    """Install a second version in another folder, whose module lacks the entry."""
    bad_module(LOADABLE)(site)
    older = Site(site.folder / "older")
    older.install(BAD, ROWS, {"acme_bad.py": "class Old: ..."}, version="1.1")


def with_a_stray(site: Site) -> None:
    """Install the bad plugin as pip does; a project's folder holds an old copy of its module."""
    bad_module(LOADABLE)(site)
    record = f"acme_bad.py,,\n{FOLDER}/METADATA,,\n{FOLDER}/RECORD,,\n"
    (site.folder / FOLDER / "RECORD").write_text(record, encoding="utf-8")
    project = site.folder / "project"
    project.mkdir()
    (project / "acme_bad.py").write_text(LOADABLE, encoding="utf-8")


def zipped(text: str) -> Callable[[Site], None]:
    """Write the bad plugin into an archive, with these entry points."""

    def install(site: Site) -> None:
        with ZipFile(site.folder / "acme.zip", "w") as archive:
            archive.writestr("acme_bad.py", LOADABLE)
            archive.writestr(f"{FOLDER}/METADATA", SAYS)
            archive.writestr(f"{FOLDER}/entry_points.txt", text)

    return install


def broken_places(site: Site) -> None:
    """Write what may stand on a path, and holds nothing: a file, a broken archive, a loop."""
    (site.folder / "file.txt").write_text("no folder\n", encoding="utf-8")
    (site.folder / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    (site.folder / "loop").symlink_to("loop")


def linked(site: Site) -> None:
    """Let a link lead to the site."""
    bad_module(LOADABLE)(site)
    (site.folder / "link").symlink_to(".")


def nothing(site: Site) -> None:
    """Install nothing more."""


def builds_it(host: Host) -> None:
    """The plugin works like a good one, and its entry is there once."""
    visit(host)
    assert type(host.registry.build({"type": "Bad"})).__module__ == "acme_bad"
    keys = [entry.key for entry in host.registry.entries()]
    assert len(keys) == len({*keys})


def with_an_odd_path(host: Host) -> None:
    """The path holds what Python passes over."""
    odd: list[Any] = [None, 3, b"bytes", ["a"], "", "relative", "/not/there"]
    sys.path[1:1] = [*odd, SITE, f"{SITE}/file.txt", f"{SITE}/broken.zip", f"{SITE}/loop"]
    current_environment().refresh()
    visit(host)
    assert not [text for how, text in host.told if how == "listed"]


def with_finder(find_distributions: Callable[..., object]) -> Callable[[Host], None]:
    """A host in whose process somebody has put a finder of distributions."""

    def host_finds(host: Host) -> None:
        finder: Any = SimpleNamespace(
            find_spec=lambda *_: None, find_distributions=find_distributions
        )
        sys.meta_path.insert(0, finder)
        visit(host)

    return host_finds


def raising(*_: object) -> Iterable[object]:
    """A finder that raises at once."""
    raise OSError("no network")


def raising_late(*_: object) -> Iterable[object]:
    """A finder that lists something that is not a distribution, and then raises."""
    yield SimpleNamespace(read_text=lambda _: None)
    raise OSError("no network")


def broken(*_: object) -> Iterable[object]:
    """A finder that lists a distribution with a bad line, and one that raises what it likes."""

    def fails(_: str) -> str:
        raise ValueError("no such text")

    texts = {"METADATA": SAYS, "entry_points.txt": f"{ROWS}no value\n"}
    yield SimpleNamespace(read_text=fails)
    yield SimpleNamespace(read_text=texts.get)


def rubbish(*_: object) -> object:
    """A finder that answers with a number."""
    return 3


def listing_rubbish(*_: object) -> object:
    """A finder that lists a number, and a distribution whose texts are bytes."""
    return [3, SimpleNamespace(read_text=lambda _: b"Name: acme-bytes")]


def removed(host: Host) -> None:
    """Its files are removed after a listing, and before it is loaded."""
    host.lists()
    site = Site(Path(SITE).resolve())
    (site.folder / "acme_bad.py").unlink()
    site.uninstall(BAD)
    host.loads("Bad")
    host.works()
    current_environment().refresh()
    assert "Bad" not in host.registry
    visit(host)


def removed_when_loaded(host: Host) -> None:
    """What is loaded stays, until somebody looks again."""
    found = host.registry["Bad"]
    site = Site(Path(SITE).resolve())
    (site.folder / "acme_bad.py").unlink()
    site.uninstall(BAD)
    assert host.registry["Bad"] is found
    visit(host)
    current_environment().refresh()
    assert "Bad" not in host.registry
    host.works()


def installed(host: Host) -> None:
    """What is installed meanwhile is there once somebody looks again."""
    visit(host)
    assert "Bad" not in host.registry
    bad_module(LOADABLE)(Site(Path(SITE).resolve()))
    host.works()
    current_environment().refresh()
    builds_it(host)


def upgraded(host: Host) -> None:
    """An upgrade moves the class to another module: who does not look again is told so."""
    host.lists()
    site = Site(Path(SITE).resolve())
    (site.folder / "acme_bad.py").unlink()
    site.uninstall(BAD)
    rows = {GROUP: {"Bad": "acme_new:Bad"}}
    site.install(BAD, rows, {"acme_new.py": LOADABLE}, version="1.3")
    host.loads("Bad")
    host.works()
    current_environment().refresh()
    visit(host)
    assert host.registry["Bad"].__module__ == "acme_new"
    assert str(host.registry.resolve("Bad").provider) == f"{BAD} 1.3"


def half_installed(host: Host) -> None:
    """An installer has written the metadata, and not yet the module."""
    visit(host)
    (Path(SITE) / "acme_bad.py").write_text(LOADABLE, encoding="utf-8")
    current_environment().refresh()
    builds_it(host)


def metadata_only(site: Site) -> None:
    """Install the metadata of the bad plugin, and no module."""
    site.install(BAD, ROWS, version=VERSION)


CASES = [
    Case(
        given="an older version is in a folder behind it on the path",
        install=older_version,
        host=builds_it,
        guilty=f"{BAD} 1.1",
        variables=on_the_path(SITE, f"{SITE}/older"),
    ),
    Case(
        given="an older version is in a folder before it on the path",
        install=older_version,
        guilty=f"{BAD} 1.1",
        variables=on_the_path(f"{SITE}/older", SITE),
    ),
    Case(
        given="a module of the project stands before its own",
        install=with_a_stray,
        variables=on_the_path(f"{SITE}/project", SITE),
    ),
    Case(
        given="it is in an archive, with a line without `=`",
        install=zipped(f"{ROWS}no value\n"),
        host=builds_it,
        variables=on_the_path(SITE, f"{SITE}/acme.zip"),
    ),
    Case(
        given="it is in an archive",
        install=zipped(ROWS),
        host=builds_it,
        guilty="",
        then="it loads",
        variables=on_the_path(SITE, f"{SITE}/acme.zip"),
    ),
    Case(
        given="its folder is on the path twice, the second time by a link",
        install=linked,
        host=builds_it,
        guilty="",
        then="it counts once",
        variables=on_the_path(SITE, f"{SITE}/link", f"{SITE}/../site"),
    ),
    Case(
        given="the path holds numbers, bytes, `None`, a link to itself, and what is not there",
        install=broken_places,
        host=with_an_odd_path,
        guilty="",
        then="they are passed over",
        diagnosed=False,
    ),
    Case(
        given="a file, a broken archive and a link to itself are on the path",
        install=broken_places,
        guilty="",
        then="they are passed over",
        variables=on_the_path(
            f"{SITE}/file.txt", f"{SITE}/broken.zip", f"{SITE}/loop", "nowhere", SITE
        ),
    ),
    *(
        Case(
            given=given,
            install=nothing,
            host=with_finder(finder),
            guilty=guilty,
            diagnosed=False,
        )
        for given, finder, guilty in (
            ("a finder on `sys.meta_path` raises", raising, "sys.meta_path"),
            ("a finder lists what is none, and raises", raising_late, "sys.meta_path"),
            ("a finder lists distributions that are broken", broken, f"{BAD} {VERSION}"),
            ("a finder answers with a number", rubbish, "sys.meta_path"),
            ("a finder lists a number, and bytes", listing_rubbish, "int"),
        )
    ),
    Case(
        given="it is removed after a listing",
        install=bad_module(LOADABLE),
        host=removed,
        diagnosed=False,
    ),
    Case(
        given="it is removed after it was loaded",
        install=bad_module(LOADABLE),
        host=removed_when_loaded,
        guilty="",
        then="it stays until `refresh()`",
        diagnosed=False,
    ),
    Case(
        given="it is installed while the host runs",
        install=nothing,
        host=installed,
        guilty="",
        then="it is there after `refresh()`",
        diagnosed=False,
    ),
    Case(
        given="it is upgraded while the host runs, and its class moves",
        install=bad_module(LOADABLE),
        host=upgraded,
        diagnosed=False,
    ),
    Case(
        given="its module is not yet there when it is first loaded",
        install=metadata_only,
        host=half_installed,
        diagnosed=False,
    ),
]

if sys.platform == "win32":
    # A link needs a privilege there.
    CASES = [case for case in CASES if "link" not in case.given]
