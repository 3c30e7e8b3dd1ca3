"""Kinds of distributions: eggs, source trees, single files, archives, left-overs, two copies."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

from faults.case import BAD, GROUP, VERSION, Case, bad_module, visit
from faults.metadata import FOLDER, LOADABLE, ROWS, SAYS, both, written
from faults.places import SITE, builds_it, on_the_path
from registry_core import current_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faults.host import Host
    from registry_core.testing import Site

EGG = f"acme_bad-{VERSION}-py3.11.egg"
OLDER, NEWER = "1.1", "1.3"
MODULE = {"acme_bad.py": LOADABLE}
# As setuptools writes it beside a source tree.
DEVELOPED = {
    "acme_bad.egg-info/PKG-INFO": SAYS,
    "acme_bad.egg-info/SOURCES.txt": "acme_bad.py\n",
    "acme_bad.egg-info/dependency_links.txt": "\n",
    "acme_bad.egg-info/entry_points.txt": ROWS,
    "acme_bad.egg-info/top_level.txt": "acme_bad\n",
}
FINDER = f"""
import sys
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

class Listed(Distribution):
    texts = {{"METADATA": {SAYS!r}, "entry_points.txt": {ROWS!r}}}
    def read_text(self, name):
        return self.texts.get(name)
    def locate_file(self, path):
        return Path(__file__).with_name(str(path))

class Finder:
    def find_spec(self, *_):
        return None
    def find_distributions(self, context):
        yield from FOUND

sys.meta_path.insert(0, Finder())
"""


def laid_out(files: Mapping[str, str], *folders: str) -> Callable[[Site], None]:
    """Write these files into the site, and make these empty folders."""

    def install(site: Site) -> None:
        for folder in folders:
            (site.folder / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = site.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    return install


def inside(place: str, files: Mapping[str, str]) -> dict[str, str]:
    """These files, in a folder of that name."""
    return {f"{place}/{name}": text for name, text in files.items()}


def egg(rows: str = ROWS, says: str = SAYS) -> dict[str, str]:
    """What an egg holds."""
    return {"EGG-INFO/PKG-INFO": says, "EGG-INFO/entry_points.txt": rows, **MODULE}


def wheel(
    rows: str | None = ROWS, says: str = SAYS, *, name: str = "acme_bad", version: str = VERSION
) -> dict[str, str]:
    """What the metadata of an installed wheel is."""
    folder = f"{name}-{version}.dist-info"
    files = {f"{folder}/METADATA": says}
    if rows is not None:
        files[f"{folder}/entry_points.txt"] = rows
    return files


def at(version: str, rows: str | None = ROWS) -> dict[str, str]:
    """The metadata of that version of the bad plugin."""
    return wheel(rows, SAYS.replace(VERSION, version), version=version)


def archived(name: str, files: Mapping[str, str]) -> Callable[[Site], None]:
    """Write an archive of these files, in this order."""

    def install(site: Site) -> None:
        with ZipFile(site.folder / name, "w") as archive:
            for file, text in files.items():
                archive.writestr(file, text)

    return install


def damaged(name: str, old: str, new: str) -> Callable[[Site], None]:
    """Write something else, of the same length, into an archive."""

    def install(site: Site) -> None:
        path = site.folder / name
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode(), 1))

    return install


def finding(what: str) -> Callable[[Site], None]:
    """Let every process that has the site on its path have a finder of distributions."""
    return laid_out({"sitecustomize.py": FINDER.replace("FOUND", what), **MODULE})


def edited_after_a_release(site: Site) -> None:
    """Install a project as editable, in which setuptools has left the metadata of an older one."""
    files = {**inside("project", {**DEVELOPED, **MODULE}), **at(NEWER)}
    old = "project/acme_bad.egg-info/PKG-INFO"
    laid_out({**files, old: SAYS.replace(VERSION, OLDER)})(site)
    address = {"url": (site.folder / "project").as_uri(), "dir_info": {"editable": True}}
    file = site.folder / f"acme_bad-{NEWER}.dist-info" / "direct_url.json"
    file.write_text(json.dumps(address), encoding="utf-8")


def linked_library(site: Site) -> None:
    """Install the bad plugin into `lib`, to which `lib64` is a link."""
    laid_out(inside("lib", {**wheel(), **MODULE}))(site)
    (site.folder / "lib64").symlink_to("lib")


def counts(version: str, name: str = BAD) -> Callable[[Host], None]:
    """A host in which this version of the plugin counts, and its entry loads."""

    def host_counts(host: Host) -> None:
        builds_it(host)
        assert str(host.registry.resolve("Bad").provider) == f"{name} {version}"

    return host_counts


def adds_nothing(host: Host) -> None:
    """What belongs to no distribution adds no entry."""
    visit(host)
    assert "Bad" not in host.registry


def in_its_own_name(host: Host) -> None:
    """A distribution that says it is the host's adds nothing, and takes nothing from the host."""
    adds_nothing(host)
    environment = current_environment()
    assert str(environment.registries()[GROUP].provider) == "acme 2.0"
    assert str(environment.installed.provider("acme")) == "acme 2.0"


def fine(
    given: str,
    install: Callable[[Site], None],
    *path: str,
    host: Callable[[Host], None] | None = None,
    then: str = "it loads",
) -> Case:
    """A case in which nothing is wrong, with these places on the path."""
    does = counts(VERSION) if host is None else host
    variables = on_the_path(*path) if path else {}
    return Case(given=given, install=install, host=does, guilty="", then=then, variables=variables)


AS_THE_HOST = SAYS.replace(BAD, "acme").replace(VERSION, "99")
OWNS = f"{ROWS}[registry_core.registries]\n{GROUP} = acme_bad:Bad\n"

CASES = [
    fine(
        "it is an egg that is a folder",
        laid_out(inside(EGG, egg())),
        *(SITE, f"{SITE}/{EGG}"),
    ),
    Case(
        given="it is an egg that is a folder, with a line without `=`",
        install=laid_out(inside(EGG, egg(f"{ROWS}no value\n"))),
        host=counts(VERSION),
        variables=on_the_path(SITE, f"{SITE}/{EGG}"),
    ),
    Case(
        given="it is an egg that is a folder, and its PKG-INFO has the host's name",
        install=laid_out(inside(EGG, egg(OWNS, AS_THE_HOST))),
        host=in_its_own_name,
        variables=on_the_path(f"{SITE}/{EGG}", SITE),
    ),
    fine("it is a zipped egg", archived(EGG, egg()), SITE, f"{SITE}/{EGG}"),
    Case(
        given="it is a zipped egg, with a line without `=`",
        install=archived(EGG, egg(f"{ROWS}no value\n")),
        host=counts(VERSION),
        variables=on_the_path(SITE, f"{SITE}/{EGG}"),
    ),
    Case(
        given="it is a zipped egg, and its PKG-INFO has the host's name",
        install=archived(EGG, egg(OWNS, AS_THE_HOST)),
        host=in_its_own_name,
        variables=on_the_path(f"{SITE}/{EGG}", SITE),
    ),
    fine(
        "its metadata is beside its source tree, as `setup.py develop` leaves it",
        laid_out(inside("tree", {**DEVELOPED, **MODULE})),
        *(SITE, f"{SITE}/tree"),
    ),
    fine(
        "it is an editable installation, and the program runs in its source tree",
        laid_out(
            {
                **inside("tree", {**DEVELOPED, **MODULE}),
                **wheel(),
                f"{FOLDER}/direct_url.json": '{"url": "file:///t", "dir_info": {"editable": true}}',
            }
        ),
        *(f"{SITE}/tree", SITE),
    ),
    fine(
        "it requires what Debian installs as one file, NAME-VERSION.egg-info",
        both(
            written(metadata=f"{SAYS}Requires-Dist: pycairo>=1.18\n"),
            laid_out(
                {"pycairo-1.20.1.egg-info": SAYS.replace(BAD, "pycairo").replace("1.2", "1.20.1")}
            ),
        ),
    ),
    Case(
        given="an uninstaller has left its folder of metadata, empty",
        install=laid_out(MODULE, FOLDER),
        host=adds_nothing,
    ),
    Case(
        given="an uninstaller has left its folder of metadata, with RECORD alone",
        install=laid_out({f"{FOLDER}/RECORD": f"{FOLDER}/RECORD,,\n", **MODULE}),
        host=adds_nothing,
    ),
    Case(
        given="an uninstaller has left its folder of metadata, with entry_points.txt alone",
        install=laid_out({f"{FOLDER}/entry_points.txt": ROWS, **MODULE}),
        host=adds_nothing,
    ),
    Case(
        given="a left-over folder with entry_points.txt alone comes before it on the path",
        install=laid_out(
            {
                f"older/acme_bad-{OLDER}.dist-info/entry_points.txt": ROWS,
                **wheel(),
                **MODULE,
            }
        ),
        host=counts(VERSION),
        guilty=f"{BAD} {OLDER}",
        variables=on_the_path(f"{SITE}/older", SITE),
    ),
    *(
        Case(
            given=f"{given} are in one folder, {order} written first",
            install=laid_out({**first, **second, **MODULE}),
            host=counts(VERSION),
            guilty=guilty,
        )
        for given, one, other, guilty in (
            ("two versions", at(OLDER), at(VERSION), f"{BAD} {OLDER}"),
            (
                "an older version and one without entry points",
                at(VERSION),
                at(NEWER, None),
                f"{BAD} {NEWER}",
            ),
            (
                "it and the entry points of a newer version, without METADATA,",
                at(VERSION),
                {f"acme_bad-{NEWER}.dist-info/entry_points.txt": ROWS},
                f"{BAD} {NEWER}",
            ),
        )
        for order, first, second in (("the older", one, other), ("the newer", other, one))
    ),
    *(
        Case(
            given=f"two versions are in one archive, {order} first",
            install=archived("acme.zip", {**first, **second, **MODULE}),
            host=counts(VERSION),
            guilty=f"{BAD} {OLDER}",
            variables=on_the_path(SITE, f"{SITE}/acme.zip"),
        )
        for order, first, second in (
            ("the older", at(OLDER), at(VERSION)),
            ("the newer", at(VERSION), at(OLDER)),
        )
    ),
    fine(
        "`lib64` is a link to `lib`, and both are on the path",
        linked_library,
        *(SITE, f"{SITE}/lib", f"{SITE}/lib64"),
        then="it counts once",
    ),
    fine(
        "`lib64` is a link to `lib`, and stands before it on the path",
        linked_library,
        *(f"{SITE}/lib64", f"{SITE}/lib", SITE),
        then="it counts once",
    ),
    fine(
        "an archive holds it and other distributions",
        archived(
            "acme.zip",
            {
                **wheel(),
                **wheel(None, SAYS.replace(BAD, "acme-other"), name="acme_other"),
                **wheel(
                    f"[{GROUP}]\nThird = acme_bad:Bad\n",
                    SAYS.replace(BAD, "acme-third"),
                    name="acme_third",
                ),
                **MODULE,
            },
        ),
        *(SITE, f"{SITE}/acme.zip"),
    ),
    Case(
        given="an archive holds it, and its METADATA has the host's name",
        install=archived("acme.zip", {**wheel(OWNS, AS_THE_HOST), **MODULE}),
        host=in_its_own_name,
        variables=on_the_path(f"{SITE}/acme.zip", SITE),
    ),
    Case(
        given="it is in an archive, and its METADATA there is damaged",
        install=both(
            archived("acme.zip", {**wheel(), **MODULE}), damaged("acme.zip", BAD, BAD.upper())
        ),
        host=adds_nothing,
        variables=on_the_path(SITE, f"{SITE}/acme.zip"),
    ),
    Case(
        given="it is in an archive, and its entry_points.txt there has 100 MB",
        install=archived("acme.zip", {**wheel(ROWS + f"# {'x' * 1_000_000}\n" * 100), **MODULE}),
        host=adds_nothing,
        variables=on_the_path(SITE, f"{SITE}/acme.zip"),
    ),
    fine("a finder on `sys.meta_path` lists it", finding("[Listed()]")),
    fine(
        "a finder on `sys.meta_path` lists it again, from the path",
        both(
            laid_out(wheel()),
            finding(f"map(PathDistribution, Path(__file__).parent.glob({FOLDER!r}))"),
        ),
        then="it counts once",
    ),
    fine(
        "a finder on `sys.meta_path` has no distributions",
        both(written(), finding("[]")),
    ),
    Case(
        given="a finder on `sys.meta_path` of every process raises",
        install=both(written(), finding("[Listed(), 1 / 0]")),
        host=counts(VERSION),
        guilty="sys.meta_path",
    ),
    Case(
        given="a finder on `sys.meta_path` is none but in name",
        install=both(
            bad_module(LOADABLE),
            laid_out(
                {
                    "sitecustomize.py": "import sys\nclass Odd:\n"
                    "    find_spec = staticmethod(lambda *_: None)\n"
                    "    @property\n    def find_distributions(self): raise OSError('no network')\n"
                    "sys.meta_path.insert(0, Odd())\n"
                }
            ),
        ),
        host=counts(VERSION),
        guilty="",
        then="it is passed over",
    ),
    fine(
        "the path holds a name that is too long for the system",
        written(),
        *(SITE, f"/{'a' * 5_000}"),
        then="it is passed over",
    ),
    fine(
        "it is an editable install, and its project holds the metadata of an older version",
        edited_after_a_release,
        *(SITE, f"{SITE}/project"),
        host=counts(NEWER),
        then="the newer counts, and its own metadata is not a second copy",
    ),
]

if sys.platform == "win32":
    # A link needs a privilege there.
    CASES = [case for case in CASES if "link" not in case.given]
