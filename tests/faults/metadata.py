"""Metadata: what the files of a distribution may hold, or lack."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from faults.case import BAD, GROUP, VERSION, Case, visit
from registry_core import installed_registry
from registry_core.doctor import diagnose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faults.host import Host
    from registry_core.testing import Site

FOLDER = f"acme_bad-{VERSION}.dist-info"
SAYS = f"Metadata-Version: 2.1\nName: {BAD}\nVersion: {VERSION}\n"
ROWS = f"[{GROUP}]\nBad = acme_bad:Bad\n"
LOADABLE = "class Bad: ..."
LIBRARY = "no-such-library"
MANY_ENTRIES, MANY_DISTRIBUTIONS = 30_000, 1_000


def written(
    entry_points: str | bytes | None = ROWS,
    metadata: str | bytes | None = SAYS,
    *,
    folder: str = FOLDER,
    source: str = LOADABLE,
) -> Callable[[Site], None]:
    """Write the bad plugin's module, and its metadata as it is given; None for no such file."""

    def install(site: Site) -> None:
        home = site.folder / folder
        home.mkdir(exist_ok=True)
        for name, content in (("METADATA", metadata), ("entry_points.txt", entry_points)):
            if content is not None:
                (home / name).write_bytes(content.encode() if isinstance(content, str) else content)
        (site.folder / "acme_bad.py").write_text(source, encoding="utf-8")

    return install


def requiring(*lines: str, rows: str = ROWS, source: str = LOADABLE) -> Callable[[Site], None]:
    """Write the bad plugin with these lines in its METADATA as well."""
    return written(rows, SAYS + "".join(f"{line}\n" for line in lines), source=source)


def pointing(value: str) -> Callable[[Site], None]:
    """Write the bad plugin with one entry of that value."""
    return written(f"[{GROUP}]\nBad = {value}\n")


def owning(rows: Mapping[str, str], source: str = LOADABLE) -> Callable[[Site], None]:
    """Write the bad plugin, which owns registries."""
    text = "".join(f"{group} = {value}\n" for group, value in rows.items())
    return written(f"{ROWS}[registry_core.registries]\n{text}", source=source)


def both(*installs: Callable[[Site], None]) -> Callable[[Site], None]:
    """Do one after the other."""

    def install(site: Site) -> None:
        for each in installs:
            each(site)

    return install


def listing_as_a_folder(site: Site) -> None:
    """Write a folder where a file is expected."""
    written(None)(site)
    (site.folder / FOLDER / "entry_points.txt").mkdir()


def linked(target: str) -> Callable[[Site], None]:
    """Write a link where a file is expected."""

    def install(site: Site) -> None:
        written(None)(site)
        (site.folder / FOLDER / "entry_points.txt").symlink_to(target)

    return install


def many_entries(site: Site) -> None:
    """Write a distribution of very many entries, of which one is not an entry."""
    rows = "".join(f"name_{number} = acme_bad:Bad\n" for number in range(MANY_ENTRIES))
    written(f"{ROWS}{rows}no value\n")(site)


def many_distributions(site: Site) -> None:
    """Write very many distributions, as large installations have them, and a bad one."""
    for number in range(MANY_DISTRIBUTIONS):
        home = site.folder / f"acme_{number}-1.0.dist-info"
        home.mkdir()
        (home / "METADATA").write_text(f"Name: acme-{number}\nVersion: 1.0\n", encoding="utf-8")
        (home / "entry_points.txt").write_text("[console_scripts]\na = b:c\n", encoding="utf-8")
    written(f"{ROWS}no value\n")(site)


def in_an_egg_file(site: Site) -> None:
    """Write metadata as distutils left it: one file."""
    (site.folder / f"acme_bad-{VERSION}-py3.egg-info").write_text(SAYS, encoding="utf-8")
    (site.folder / "acme_bad.py").write_text(LOADABLE, encoding="utf-8")


def in_an_egg_folder(site: Site) -> None:
    """Write metadata as setuptools leaves it beside a source tree, with a bad line."""
    written(f"{ROWS}no value\n", None, folder="acme_bad.egg-info")(site)
    (site.folder / "acme_bad.egg-info" / "PKG-INFO").write_text(SAYS, encoding="utf-8")


def editable_without_source(site: Site) -> None:
    """Write what an editable installation leaves when its source folder is removed."""
    written()(site)
    (site.folder / "acme_bad.py").unlink()
    gone = site.folder / "gone"
    (site.folder / f"__editable__.acme_bad-{VERSION}.pth").write_text(f"{gone}\n", encoding="utf-8")
    direct = f'{{"url": "{gone.as_uri()}", "dir_info": {{"editable": true}}}}'
    (site.folder / FOLDER / "direct_url.json").write_text(direct, encoding="utf-8")


def loads_it(host: Host) -> None:
    """What is wrong does not keep the entry from being loaded."""
    visit(host)
    assert type(host.registry.build({"type": "Bad"})).__module__ == "acme_bad"


def loads_the_higher(host: Host) -> None:
    """Of two versions in one folder the higher counts."""
    loads_it(host)
    assert host.registry.resolve("Bad").provider.version == VERSION


def examines(host: Host) -> None:
    """The doctor examines what is too much to load."""
    loads_it(host)
    assert host.registry["name_29999"] is host.registry["Bad"]
    host.told += [("doctor", str(finding)) for finding in diagnose().findings]


def asks_its_registry(host: Host) -> None:
    """Somebody asks for the registry that the plugin claims to own."""
    visit(host)
    host.attempts(lambda: installed_registry("acme.other"))


def with_nothing_allowed(host: Host) -> None:
    """The host's own object says why nothing is there."""
    model = import_module("acme_host").MODEL
    assert [entry.name for entry in model.entries()] == ["Own"]
    host.attempts(lambda: model["extra.Good"])


def without_its_registry(host: Host) -> None:
    """Who asks for the registry by name is told why there is none."""
    host.attempts(lambda: installed_registry(GROUP))


CASES = [
    Case(given="it has no METADATA", install=written(metadata=None), guilty=FOLDER),
    Case(given="its METADATA is empty", install=written(metadata=""), guilty=FOLDER),
    Case(
        given="its METADATA holds no name",
        install=written(metadata=f"Metadata-Version: 2.1\nVersion: {VERSION}\n"),
        guilty=FOLDER,
    ),
    Case(
        given="its METADATA holds no version",
        install=written(metadata=f"Name: {BAD}\n"),
        host=loads_it,
    ),
    Case(
        given="its METADATA is Latin-1",
        install=written(metadata=f"{SAYS}Author: J\u00fcrgen\n".encode("latin-1")),
        host=loads_it,
        guilty="",
        then="it counts: its name and version can be read",
    ),
    Case(
        given="its METADATA is UTF-16",
        install=written(metadata=SAYS.encode("utf-16")),
        guilty=FOLDER,
    ),
    Case(
        given="its METADATA has a byte order mark",
        install=written(metadata=f"\ufeffName: {BAD}\nVersion: {VERSION}\n"),
        guilty=FOLDER,
    ),
    Case(
        given="its METADATA holds NUL bytes",
        install=written(metadata=f"Name: {BAD}\0\nVersion: {VERSION}\n"),
        guilty=FOLDER,
    ),
    Case(
        given="its entry_points.txt is Latin-1",
        install=written(f"{ROWS}caf\u00e9 = acme_bad:Bad\n".encode("latin-1")),
        host=loads_it,
    ),
    Case(given="its entry_points.txt is UTF-16", install=written(ROWS.encode("utf-16"))),
    Case(given="its entry_points.txt has a byte order mark", install=written(f"\ufeff{ROWS}")),
    Case(
        given="its entry_points.txt holds NUL bytes",
        install=written(f"{ROWS}Nul\0 = acme_bad:Bad\n\0\0\n"),
        host=loads_it,
    ),
    Case(
        given="its entry_points.txt has a line without `=`",
        install=written(f"{ROWS}acme_bad:Bad\n"),
        host=loads_it,
    ),
    Case(
        given="its entry_points.txt has text before the first group",
        install=written(f"Early = acme_bad:Bad\n{ROWS}"),
        host=loads_it,
    ),
    Case(
        given="a group's bracket is not closed",
        install=written(f"[{GROUP}\nBad = acme_bad:Bad\n"),
    ),
    Case(
        given="its entry_points.txt repeats a group",
        install=written(f"{ROWS}[{GROUP}.extra]\nBad = acme_bad:Bad\n{ROWS}"),
        host=loads_it,
        guilty="",
        then="the groups are one, and all load",
    ),
    Case(given="its target is empty", install=pointing("")),
    Case(given="its target is `os.system('x')`", install=pointing("os.system('x')")),
    Case(given="its target has two colons", install=pointing("acme_bad:Bad:Bad")),
    Case(given="its target has no attribute", install=pointing("acme_bad")),
    Case(given="its target begins with a dot", install=pointing(".acme_bad:Bad")),
    Case(given="its target's extras are not closed", install=pointing("acme_bad:Bad [gpu")),
    Case(given="a folder stands for its entry_points.txt", install=listing_as_a_folder),
    Case(given="its entry_points.txt is a link to itself", install=linked("entry_points.txt")),
    Case(given="its entry_points.txt is a link to nothing", install=linked("gone.txt")),
    Case(
        given=f"it has {MANY_ENTRIES:,} entries, and a line that is none",
        install=many_entries,
        host=examines,
        diagnosed=False,
    ),
    Case(
        given=f"{MANY_DISTRIBUTIONS:,} other distributions are installed",
        install=many_distributions,
        host=loads_it,
    ),
    Case(
        given="an older version has left an empty folder",
        install=both(written(), lambda site: (site.folder / "acme_bad-1.1.dist-info").mkdir()),
        host=loads_it,
        guilty="acme_bad-1.1.dist-info",
    ),
    Case(
        given="pip has left the folder of an older version",
        install=both(
            written(),
            written(ROWS, SAYS.replace(VERSION, "1.1"), folder="~cme_bad-1.1.dist-info"),
        ),
        host=loads_the_higher,
        guilty="~cme_bad-1.1.dist-info",
    ),
    Case(
        given="its removal was interrupted, and pip has left its folder",
        install=written(folder=f"~cme_bad-{VERSION}.dist-info", source="raise ImportError"),
    ),
    Case(
        given="another distribution in its folder has the same name, spelt differently",
        install=both(
            written(),
            written(ROWS, "Name: Acme.Bad\nVersion: 1.1\n", folder="Acme.Bad-1.1.dist-info"),
        ),
        host=loads_the_higher,
        guilty="Acme.Bad 1.1",
    ),
    Case(
        given="it requires a later Python",
        install=requiring("Requires-Python: >=99"),
        host=loads_it,
    ),
    Case(
        given="what it requires of Python is malformed",
        install=requiring("Requires-Python: three"),
        host=loads_it,
    ),
    Case(
        given="it requires what is not installed",
        install=requiring(f"Requires-Dist: {LIBRARY}>=1"),
        host=loads_it,
    ),
    Case(
        given="it requires another version than is installed",
        install=requiring("Requires-Dist: acme-good>=9"),
        host=loads_it,
    ),
    Case(
        given="one of its requirements is malformed",
        install=requiring("Requires-Dist: acme good >> 1"),
        host=loads_it,
    ),
    Case(
        given="its entry needs an extra that is not installed",
        install=requiring(
            "Provides-Extra: gpu",
            f'Requires-Dist: {LIBRARY}; extra == "gpu"',
            rows=f"[{GROUP}]\nBad = acme_bad:Bad [gpu]\n",
            source="import no_such_library",
        ),
    ),
    Case(
        given="its entry names an extra that is not installed, and can do without",
        install=requiring(
            "Provides-Extra: gpu",
            f'Requires-Dist: {LIBRARY}; extra == "gpu"',
            rows=f"[{GROUP}]\nBad = acme_bad:Bad [gpu]\n",
        ),
        host=loads_it,
    ),
    Case(
        given="its entry names an extra that it does not provide",
        install=pointing("acme_bad:Bad [gpu]"),
        host=loads_it,
    ),
    Case(
        given="its hook module is missing",
        install=written(f"{ROWS}[registry_core.hooks]\n{GROUP} = acme_gone\n"),
        host=loads_it,
    ),
    Case(
        given="the target of a registry that it owns is malformed",
        install=owning({"acme.other": "os.system('x')"}),
        host=loads_it,
    ),
    Case(
        given="a registry that it owns is not a Registry",
        install=owning({"acme.other": "acme_bad:Bad"}),
        host=asks_its_registry,
    ),
    Case(
        given="the module of a registry that it owns is missing",
        install=owning({"acme.other": "acme_gone:OTHER"}),
        host=asks_its_registry,
    ),
    Case(
        given="it owns a registry inside the group of another",
        install=owning({f"{GROUP}.inner": "acme_bad:Bad"}),
        host=loads_it,
    ),
    Case(
        given="it claims to own the host's registry, and names another object",
        install=owning({GROUP: "acme_bad:Bad"}),
        host=loads_it,
    ),
    Case(
        given="it claims to own the host's registry, and names that very object",
        install=owning({GROUP: "acme_host:MODEL"}),
        host=loads_it,
    ),
    Case(
        given="its group is the host's, but for a letter",
        install=written("[acme.modell]\nBad = acme_bad:Bad\n"),
    ),
    Case(
        given="its metadata is an egg-info folder, with a line without `=`",
        install=in_an_egg_folder,
        host=loads_it,
    ),
    Case(
        given="its metadata is one egg-info file, which holds no entries",
        install=in_an_egg_file,
        guilty="",
        then="it adds nothing",
    ),
    Case(
        given="it is an editable installation whose source is gone", install=editable_without_source
    ),
    Case(
        given="REGISTRY_CORE_BLOCK has a typing error",
        install=written(),
        host=loads_it,
        guilty="acme-bda",
        variables={"REGISTRY_CORE_BLOCK": "acme-bda"},
    ),
    Case(
        given="REGISTRY_CORE_ALLOW allows nothing that is installed",
        install=written(),
        host=with_nothing_allowed,
        guilty="REGISTRY_CORE_ALLOW",
        variables={"REGISTRY_CORE_ALLOW": "acme-god"},
    ),
    Case(
        given="REGISTRY_CORE_ALLOW leaves out the host",
        install=written(),
        host=without_its_registry,
        guilty="acme 2.0",
        variables={"REGISTRY_CORE_ALLOW": "acme-good"},
    ),
]

if sys.platform == "win32":
    # A link needs a privilege there.
    CASES = [case for case in CASES if "link" not in case.given]
