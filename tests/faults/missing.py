"""Names that are missing: what hides one is said by the error, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.case import BAD, GROUP, VERSION, Case
from faults.metadata import FOLDER, LOADABLE, written
from faults.places import SITE, on_the_path
from registry_core import installed_registry
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.host import Host

OWNERS = "registry_core.registries"
PROJECT = f'[project]\nname = "{BAD}"\n[project.entry-points."{GROUP}"]\nBad = "acme_bad:Bad"\n'


def misses(host: Host) -> None:
    """The bad plugin's name leads nowhere; all else works, and no other name is blamed on it."""
    host.lists()
    host.works()
    host.loads("Bad")
    error = next(text for how, text in host.told if how == "EntryNotFound")
    host.told = [("EntryNotFound", error)]
    assert host.attempts(lambda: host.registry["extra.Nothing"]) is None
    assert not any(BAD in text for _, text in host.told[1:]), host.told
    host.works_late()
    host.lists()


def hidden_copy(site: Site) -> None:
    """Install a newer version behind an older one, which lacks the entry."""
    written()(site)
    older = Site(site.folder / "older")
    older.install(BAD, {GROUP: {"Older": "acme_bad:Older"}}, version="1.1")


def editable(site: Site) -> None:
    """Install it editable, before the line for the entry was written."""
    project = site.folder / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    written(f"[{GROUP}]\nOther = acme_bad:Bad\n")(site)
    direct = f'{{"url": "{project.as_uri()}", "dir_info": {{"editable": true}}}}'
    (site.folder / FOLDER / "direct_url.json").write_text(direct, encoding="utf-8")


def owning_a_word(site: Site) -> None:
    """Install the bad plugin, which owns a group of one word."""
    rows = {OWNERS: {"model": "acme_bad:MODEL"}}
    site.install(BAD, rows, {"acme_bad.py": LOADABLE}, version=VERSION)


def says_the_groups(host: Host) -> None:
    """The last word is ambiguous, and a config of the host's means the host's registry."""
    host.lists()
    host.works()
    host.attempts(lambda: installed_registry("model"))
    assert "'acme.model' or 'model'" in host.told[-1][1], host.told
    nested = {"type": "extra.Good", "size": {"_registry_": "model", "type": "extra.Good"}}
    assert host.registry.build(nested, recursive=True).size.size == 1
    host.works_late()


def row(line: str) -> Callable[[Site], None]:
    """Write the bad plugin with one sound entry, and this line."""
    return written(f"[{GROUP}]\nOther = acme_bad:Bad\n{line}\n")


CASES = [
    Case(
        given="an older version, which lacks the name, is before it on the path",
        install=hidden_copy,
        host=misses,
        variables=on_the_path(f"{SITE}/older", SITE),
    ),
    Case(
        given="its group is that of no registry, and nearly the host's",
        install=written("[acmes.model]\nBad = acme_bad:Bad\n"),
        host=misses,
    ),
    Case(
        given="its group is a shared one with the last word of the host's",
        install=written("[registry_core.model]\nBad = acme_bad:Bad\n"),
        host=misses,
    ),
    Case(given="its row has a colon for `=`", install=row("Bad: acme_bad:Bad"), host=misses),
    Case(given="its row is written as in TOML", install=row('"Bad" = "acme_bad:Bad"'), host=misses),
    Case(
        given="the header above its row has no bracket at its end",
        install=written(f"[console_scripts]\nbad = acme_bad:Bad\n[{GROUP}\nBad = acme_bad:Bad\n"),
        host=misses,
    ),
    Case(
        given="its project has gained a line since it was installed editable",
        install=editable,
        host=misses,
    ),
    Case(
        given="its METADATA is missing",
        install=written(metadata=None),
        host=misses,
        guilty=FOLDER,
    ),
    Case(
        given="it is blocked, one entry of it alone",
        install=written(),
        host=misses,
        guilty="blocked by REGISTRY_CORE_BLOCK",
        variables={"REGISTRY_CORE_BLOCK": "acme-bad:Bad"},
        diagnosed=False,
    ),
    Case(
        given="REGISTRY_CORE_PREFER names an entry that nothing declares",
        install=written(),
        guilty="REGISTRY_CORE_PREFER",
        variables={"REGISTRY_CORE_PREFER": "acme-bad:Bda"},
    ),
    Case(
        given="it owns a group of one word, with which the host's ends",
        install=owning_a_word,
        host=says_the_groups,
    ),
]
