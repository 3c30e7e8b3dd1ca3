"""A case of the matrix: what is given, and what the host does in a fresh process."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faults.host import Host
    from registry_core.testing import Site

GROUP = "acme.model"
BAD, VERSION = "acme-bad", "1.2"


def visit(host: Host) -> None:
    """What any host does: list, load and build what is good, then what is bad, then list again."""
    host.lists()
    host.works()
    host.loads("Bad")
    host.works()
    host.works_late()
    host.lists()


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the matrix. Lives as long as its module.

    Attributes:
        given: what is installed or configured, in words.
        install: writes it into a site that has the host and a good plugin.
        host: what the host does in a fresh process; it raises where the host does not survive.
        guilty: what must be named to whoever reads the error, warning or finding; empty where
            nothing is wrong.
        then: what happens, in words, where nothing is wrong.
        variables: environment variables of the fresh process.
        diagnosed: whether the doctor is asked as well, loading every entry.
        mended: whether the doctor's command is typed, and the host visited again.
    """

    given: str
    install: Callable[[Site], None]
    host: Callable[[Host], None] = visit
    guilty: str = f"{BAD} {VERSION}"
    then: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    diagnosed: bool = True
    mended: bool = False


def bad_module(source: str, target: str = "acme_bad:Bad") -> Callable[[Site], None]:
    """Install the bad plugin: one entry `Bad`, and its module."""

    def install(site: Site) -> None:
        modules = {"acme_bad.py": dedent(source)}
        site.install(BAD, {GROUP: {"Bad": target}}, modules, version=VERSION)

    return install
