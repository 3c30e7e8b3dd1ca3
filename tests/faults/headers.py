"""Headers: whose metadata it is, by the head of METADATA and by the name of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.case import BAD, GROUP, VERSION, Case
from faults.kinds import OWNS, counts, in_its_own_name, laid_out
from faults.metadata import LOADABLE, ROWS, SAYS, both, written
from faults.places import SITE, on_the_path
from registry_core import Environment, current_environment, use_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faults.host import Host
    from registry_core.testing import Site

# Where `str.splitlines` splits, and no header ends.
TRICKS = ("\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
# What the folder of each distribution says of its version, and what METADATA does.
SPELLINGS = {
    "2021.5.1": "2021.05.01",
    "1.0.post1": "1.0-1",
    "1.0.post2": "1.0-r2",
    "1.0rc1": "1.0.RC-1",
    "1.0b2": "1.0beta2",
    "1.0.dev3": "1.0-DEV_3",
    "1.0+cpu.1": "1.0+CPU-1",
    "1!1.0": "1!1.0",
    "3.0": "v3.0",
    "1.0_beta": "1.0-beta",
}
LONG = 3_000_000


def hidden(trick: str) -> str:
    """A METADATA in whose Summary the host's name is hidden behind such a character."""
    own = f"Name: {BAD}\nVersion: {VERSION}\n"
    return f"Metadata-Version: 2.1\nSummary: x{trick}Name: acme{trick}Version: 99\n{own}"


def stays_itself(host: Host) -> None:
    """It is the bad plugin, takes nothing from the host, and is barred as such."""
    counts(VERSION)(host)
    assert str(current_environment().registries()[GROUP].provider) == "acme 2.0"
    barring: list[Mapping[str, str]] = [
        {"REGISTRY_CORE_BLOCK": BAD},
        {"REGISTRY_CORE_ALLOW": "acme, acme-good"},
    ]
    for variables in barring:
        with use_environment(Environment(variables=variables)):
            assert "Bad" not in host.registry, variables
            assert "extra.Good" in host.registry, variables


def is_barred(host: Host) -> None:
    """Nothing of it is there."""
    assert "Bad" not in host.registry
    assert str(current_environment().registries()[GROUP].provider) == "acme 2.0"
    host.loads("Bad")
    host.works_late()


def spelt(site: Site) -> None:
    """Install a distribution for each spelling of a version."""
    (site.folder / "acme_bad.py").write_text(LOADABLE, encoding="utf-8")
    for number, (version, written_version) in enumerate(SPELLINGS.items()):
        kind = "egg-info" if "_" in version else "dist-info"
        folder = site.folder / f"acme_bad_{number}-{version}.{kind}"
        folder.mkdir()
        says = f"Metadata-Version: 2.1\nName: {BAD}-{number}\nVersion: {written_version}\n"
        head = "METADATA" if kind == "dist-info" else "PKG-INFO"
        (folder / head).write_text(says, encoding="utf-8")
        rows = f"[{GROUP}]\nBad{number} = acme_bad:Bad\n"
        (folder / "entry_points.txt").write_text(rows, encoding="utf-8")


def all_load(host: Host) -> None:
    """Each is there, in the version that its METADATA says."""
    host.lists()
    host.works()
    for number, version in enumerate(SPELLINGS.values()):
        assert host.registry[f"Bad{number}"].__module__ == "acme_bad"
        provider = host.registry.resolve(f"Bad{number}").provider
        assert str(provider) == f"{BAD}-{number} {version}"


def saying(metadata: str, rows: str = ROWS) -> Callable[[Site], None]:
    """Install the bad plugin with that METADATA."""
    return written(rows, metadata)


def fine(given: str, metadata: str, *, shown: str = BAD) -> Case:
    """A METADATA with which nothing is wrong."""
    does = counts(VERSION, shown)
    return Case(given=given, install=saying(metadata), host=does, guilty="", then="it loads")


def accused(given: str, metadata: str) -> Case:
    """A METADATA that does not say whose it is."""
    return Case(given=given, install=saying(metadata, OWNS), host=in_its_own_name)


CASES = [
    *(
        Case(
            given=f"its Summary hides the host's name behind {trick!a}",
            install=saying(hidden(trick), ROWS),
            host=stays_itself,
            guilty="",
            then="it stays itself, and is blocked and not allowed as such",
        )
        for trick in TRICKS
    ),
    Case(
        given="its Summary hides the host's name, and REGISTRY_CORE_BLOCK blocks it",
        install=saying(hidden("\u2028"), OWNS),
        host=is_barred,
        variables={"REGISTRY_CORE_BLOCK": BAD},
    ),
    Case(
        given="its Summary hides the host's name, and REGISTRY_CORE_ALLOW allows the host",
        install=saying(hidden("\f"), OWNS),
        host=is_barred,
        variables={"REGISTRY_CORE_ALLOW": "acme, acme-good"},
    ),
    accused(
        "its own name hides the host's behind '\\x85'",
        f"Metadata-Version: 2.1\nName: {BAD}\x85Name: acme\nVersion: {VERSION}\n",
    ),
    accused(
        "its name ends with '\\x1c'",
        f"Metadata-Version: 2.1\nName: {BAD}\x1c\nVersion: {VERSION}\n",
    ),
    accused(
        "its METADATA has the host's name",
        f"Metadata-Version: 2.1\nName: acme\nVersion: {VERSION}\n",
    ),
    Case(
        given="its METADATA has the host's name, and REGISTRY_CORE_ALLOW allows the host",
        install=saying(f"Metadata-Version: 2.1\nName: acme\nVersion: {VERSION}\n", OWNS),
        host=is_barred,
        variables={"REGISTRY_CORE_ALLOW": "acme, acme-good"},
    ),
    accused(
        "its METADATA has the name of what is not installed",
        f"Metadata-Version: 2.1\nName: acme-other\nVersion: {VERSION}\n",
    ),
    accused(
        "its METADATA has the host's name first, and then its own",
        f"Metadata-Version: 2.1\nName: acme\n{SAYS}",
    ),
    fine("its METADATA has its name first, and then the host's", f"{SAYS}Name: acme\nVersion: 9\n"),
    fine(
        "its METADATA spells its name Acme__Bad", SAYS.replace(BAD, "Acme__Bad"), shown="Acme__Bad"
    ),
    Case(
        given="its METADATA has another version than its folder",
        install=saying(SAYS.replace(VERSION, "1.3")),
        host=counts(VERSION),
    ),
    Case(
        given="its METADATA has a candidate of the version that its folder says",
        install=saying(SAYS.replace(VERSION, f"{VERSION}rc1")),
        host=counts(VERSION),
    ),
    Case(
        given="its METADATA and its folder spell versions in different ways",
        install=spelt,
        host=all_load,
        guilty="",
        then="all load",
    ),
    fine("its METADATA is in CRLF", SAYS.replace("\n", "\r\n")),
    fine("its METADATA is in CR", SAYS.replace("\n", "\r")),
    fine("the last line of its METADATA has no end", SAYS.rstrip()),
    fine(
        "the names of its headers are in capitals, before tabs",
        SAYS.upper().replace(": ", ":\t"),
        shown=BAD.upper(),
    ),
    fine("its name is on a folded line", SAYS.replace(": ", ":\n\t")),
    accused("a line that is not a header comes before its name", f"no header\n{SAYS}"),
    accused(
        "a header without an end comes before its name",
        f"Summary: {'x' * LONG}\n{SAYS}",
    ),
    accused(
        "a folded header without an end comes before its name",
        "Summary: x\n" + " x\n" * (LONG // 3) + SAYS,
    ),
    fine("a header without an end comes after its name", f"{SAYS}Summary: {'x' * LONG}"),
    fine(
        "a license comes before its name",
        "License: x\n" + f"{' ' * 8}{'x' * 72}\n" * 1_000 + SAYS,
    ),
    Case(
        given="a copy before it on the path has the host's name in METADATA",
        install=both(
            laid_out(
                {
                    "older/acme_bad-1.1.dist-info/METADATA": SAYS.replace(BAD, "acme"),
                    "older/acme_bad-1.1.dist-info/entry_points.txt": OWNS,
                }
            ),
            written(),
        ),
        host=counts(VERSION),
        guilty=f"{BAD} 1.1",
        variables=on_the_path(f"{SITE}/older", SITE),
    ),
]
