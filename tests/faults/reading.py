"""Reading: what is installed changes, or the system fails, at any moment of a listing."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faults.case import BAD, GROUP, VERSION, Case
from faults.kinds import archived, at, laid_out, wheel
from faults.metadata import FOLDER, LOADABLE, SAYS
from faults.places import SITE, builds_it, on_the_path
from registry_core import current_environment
from registry_core.query import listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from faults.host import Host
    from registry_core import Registry
    from registry_core.testing import Site

ZIP = f"{SITE}/acme.zip"
NO_FILES, NO_MEMORY = "Too many open files", "not enough memory"
KEYS = ("Bad", "Other", "Zipped", "extra.Good", "extra.computed", "Nothing")
Seen = tuple[object, ...]
# Seconds since 1970: before that year, in it, and in 2100.
TIMES = (-100_000, 0, 4_102_444_800)


class Moment:
    """Does something when a file of metadata is about to be looked at. Lives as long as Python."""

    def __init__(self) -> None:
        self.acts: list[Callable[[], object]] = []
        self.passing = 0
        self._site = str(Path(SITE).resolve())
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.acts or event not in ("open", "os.listdir"):
            return
        if not str(arguments[0]).startswith(self._site):
            return
        self.passing -= 1
        if self.passing < 0:
            self.acts.pop(0)()

    @contextmanager
    def doing(self, acts: Iterable[Callable[[], object]], passing: int) -> Iterator[None]:
        """Let this be done after so many looks, if there are so many; one thing a look."""
        self.passing, self.acts = passing, [*acts]
        try:
            yield
        finally:
            self.acts = []


def seen(registry: Registry[Any]) -> Seen:
    """All that a host can see of what is installed."""
    found = listing()
    rows = sorted((str(e.provider), e.key, str(e.target)) for e in (r.entry for r in found.rows))
    keys = sorted(entry.key for entry in registry.entries())
    problems = sorted({*map(str, found.problems), *map(str, registry.problems())})
    return rows, keys, [key in registry for key in KEYS], problems


def problems_of(found: Seen) -> list[str]:
    """The problems among what was seen."""
    problems: Any = found[-1]
    return [*problems]


def at_every_moment(
    host: Host,
    act: Callable[[], object],
    undo: Callable[[], object],
    judge: Callable[[Callable[[], Seen], Seen], object],
    *,
    lasts: bool = True,
) -> None:
    """Let something happen before each look of a listing, and see that it leaves no trace.

    Args:
        host: the host.
        act: what happens.
        undo: ends it.
        judge: given what lists, and what is listed when nothing happens: it lists.
        lasts: whether it ends with the listing, and not before the next look.
    """
    moment, registry = Moment(), host.registry
    expected = seen(registry)
    assert not problems_of(expected), expected
    passing, is_done = 0, False

    def acting() -> None:
        nonlocal is_done
        is_done = True
        act()

    while True:
        current_environment().refresh()
        is_done = False
        try:
            with moment.doing([acting] if lasts else [acting, undo], passing):
                judge(lambda: seen(registry), expected)
        finally:
            undo()
        if not is_done:
            break
        assert seen(registry) == expected, (
            f"after {passing} looks: {seen(registry)}, not {expected}"
        )
        host.works()
        passing += 1
    # The places, and what is in them.
    assert passing > 5, passing


def is_interrupted(host: Host) -> None:
    """Ctrl-C passes, whenever it is pressed, and the next listing is whole."""

    def judge(lists: Callable[[], Seen], expected: Seen) -> None:
        try:
            assert lists() == expected
        except KeyboardInterrupt:
            return

    at_every_moment(host, lambda: signal.raise_signal(signal.SIGINT), lambda: None, judge)


def lists_or_tells(*reasons: str, told: list[tuple[str, str]]) -> Callable[..., None]:
    """All is listed, or problems say that it is not, for one of these reasons; they are told."""

    def judge(lists: Callable[[], Seen], expected: Seen) -> None:
        try:
            found = lists()
        except MemoryError:
            assert NO_MEMORY in reasons
            return
        problems = problems_of(found)
        assert found == expected or problems, found
        for problem in problems:
            assert any(reason in problem for reason in reasons), problem
        told.extend(("listed", problem) for problem in problems)

    return judge


def without_files(*, lasts: bool) -> Callable[[Host], None]:
    """A host in which no file can be opened from some moment on, or at one moment."""

    def host_lists(host: Host) -> None:
        import resource

        kind = resource.RLIMIT_NOFILE
        limits = resource.getrlimit(kind)
        at_every_moment(
            host,
            lambda: resource.setrlimit(kind, (0, limits[1])),
            lambda: resource.setrlimit(kind, limits),
            lists_or_tells(NO_FILES, told=host.told if lasts else []),
            lasts=lasts,
        )

    return host_lists


def without_memory(left: int) -> Callable[[Host], None]:
    """A host that has so many bytes left from some moment on."""

    def host_lists(host: Host) -> None:
        import resource

        kind = resource.RLIMIT_AS
        limits = resource.getrlimit(kind)
        pages = Path("/proc/self/statm")

        def act() -> None:
            used = int(pages.read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(kind, (used + left, limits[1]))

        at_every_moment(
            host,
            act,
            lambda: resource.setrlimit(kind, limits),
            lists_or_tells(NO_MEMORY, "MemoryError", told=[]),
        )

    return host_lists


def in_archive(name: str) -> dict[str, str]:
    """The metadata of a plugin that declares one entry of that name."""
    rows = f"[{GROUP}]\n{name} = acme_bad:Bad\n"
    return wheel(rows, SAYS.replace(BAD, "acme-zipped"), name="acme_zipped")


def several(site: Site) -> None:
    """Install the bad plugin in several copies: what counts depends on what can be read."""
    other = f"[{GROUP}]\nOther = acme_bad:Bad\n"
    # Of this name METADATA alone tells where it ends.
    odd = wheel(other, SAYS.replace(BAD, "acme-two-words"), name="acme-two-words")
    laid_out({**at(VERSION), **odd, "acme_bad.py": LOADABLE})(site)
    laid_out({f"older/{file}": text for file, text in at("1.1").items()})(site)
    archived("acme.zip", in_archive("Zipped"))(site)
    laid_out({"old_lib-1.9.egg-info": "Name: old-lib\nVersion: 1.9\n"})(site)


def weighty(site: Site) -> None:
    """Install the bad plugin in several copies, one with an entry_points.txt of 15 MB."""
    several(site)
    rows = f"[{GROUP}]\nBad = acme_bad:Bad\n" + f"# {'x' * 1_000_000}\n" * 15
    (site.folder / FOLDER / "entry_points.txt").write_text(rows, encoding="utf-8")


def vanishes(host: Host) -> None:
    """A folder of metadata is removed at some moment of a listing: nothing is wrong."""
    site = host_site()

    def judge(lists: Callable[[], Seen], _: Seen) -> None:
        found = lists()
        assert not problems_of(found), found
        again = lists()
        assert not problems_of(again), again

    at_every_moment(
        host,
        lambda: shutil.rmtree(site.folder / FOLDER),
        lambda: installed_again(site),
        judge,
    )
    shutil.rmtree(site.folder / FOLDER)
    host.lists()
    current_environment().refresh()
    assert "Bad" in host.registry
    assert str(host.registry.resolve("Bad").provider) == f"{BAD} 1.1"


def upgraded_meanwhile(host: Host) -> None:
    """An installer puts a new version in the place of the old one at some moment of a listing."""
    site = host_site()

    def upgrade() -> None:
        shutil.rmtree(site.folder / FOLDER)
        laid_out(at("1.3"))(site)

    def undo() -> None:
        shutil.rmtree(site.folder / "acme_bad-1.3.dist-info", ignore_errors=True)
        installed_again(site)

    def judge(lists: Callable[[], Seen], _: Seen) -> None:
        found = lists()
        assert not problems_of(found), found
        current_environment().refresh()
        versions = {"1.1", VERSION, "1.3"}
        assert host.registry.resolve("Bad").provider.version in versions
        assert not problems_of(lists())

    at_every_moment(host, upgrade, undo, judge)


def place_vanishes(host: Host) -> None:
    """Places are removed from the path at some moment of a listing: nothing is wrong."""
    site = host_site()

    def remove() -> None:
        shutil.rmtree(site.folder / "older")
        (site.folder / "acme.zip").unlink()

    def judge(lists: Callable[[], Seen], _: Seen) -> None:
        found = lists()
        assert not problems_of(found), found

    at_every_moment(
        host,
        remove,
        lambda: installed_again(site),
        judge,
    )


def installed_again(site: Site) -> None:
    """Install what was removed, and let it be seen."""
    several(site)
    current_environment().refresh()


def host_site() -> Site:
    """The site of the case that runs in this process."""
    from registry_core.testing import Site

    return Site(Path(SITE).resolve())


def all_at(site: Site, seconds: int) -> None:
    """Let everything in the site be of that time, the site too."""
    for path in sorted(site.folder.rglob("*"), reverse=True):
        os.utime(path, (seconds, seconds))
    os.utime(site.folder, (seconds, seconds))


def of_time(seconds: int) -> Callable[[Site], None]:
    """Install the bad plugin in several copies, all of that time."""

    def install(site: Site) -> None:
        several(site)
        all_at(site, seconds)

    return install


def edited_at(seconds: int | None) -> Callable[[Host], None]:
    """A host whose plugins are edited, and have the times of before: `refresh` shows what they are.

    Args:
        seconds: the time that all have; None for the present.
    """

    def host_edits(host: Host) -> None:
        site = host_site()
        builds_it(host)
        for step in range(3):
            files = [site.folder / FOLDER / "entry_points.txt", site.folder / "acme.zip"]
            before = [(path, path.stat()) for path in (*files, files[0].parent, site.folder)]
            rows = f"[{GROUP}]\nBa{step} = acme_bad:Bad\n"
            files[0].write_text(rows, encoding="utf-8")
            archived("acme.zip", in_archive(f"Zippe{step}"))(site)
            for path, stat in before:
                os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
                assert path.stat().st_size == stat.st_size or path.is_dir()
            current_environment().refresh()
            assert "Bad" not in host.registry
            keys = {row.entry.key for row in listing().rows}
            assert {f"Ba{step}", f"Zippe{step}"} <= keys, keys
            host.lists()
        several(site)
        if seconds is not None:
            all_at(site, seconds)
        current_environment().refresh()
        builds_it(host)

    return host_edits


PATH = on_the_path(SITE, f"{SITE}/older", ZIP)


def fine(
    given: str,
    then: str,
    host: Callable[[Host], None],
    install: Callable[[Site], None] = several,
) -> Case:
    """A case in which nothing is wrong with anybody."""
    return Case(
        given=given,
        install=install,
        host=host,
        guilty="",
        then=then,
        variables=PATH,
        diagnosed=False,
    )


CASES = [
    fine(
        "files are edited, and keep size and times",
        "`refresh()` shows what they hold",
        edited_at(None),
    ),
    *(
        fine(
            f"everything is dated {given}, and edited",
            "`refresh()` shows what the files hold",
            edited_at(seconds),
            of_time(seconds),
        )
        for given, seconds in zip(("1969", "1970", "2100"), TIMES, strict=True)
    ),
    fine(
        "its folder of metadata vanishes while it is listed",
        "nobody is accused",
        vanishes,
    ),
    fine(
        "it is upgraded while it is listed",
        "nobody is accused, and `refresh()` shows the new version",
        upgraded_meanwhile,
    ),
    fine(
        "a folder and an archive of the path vanish while they are listed",
        "nobody is accused",
        place_vanishes,
    ),
]

if sys.platform != "win32":
    CASES += [
        fine(
            "the user presses Ctrl-C at any moment of a listing",
            "it passes, and the next listing is whole",
            is_interrupted,
        ),
        Case(
            given="no file can be opened, from any moment of a listing on",
            install=several,
            host=without_files(lasts=True),
            guilty=f"/older: it cannot be listed: {NO_FILES}; try again",
            variables=PATH,
            diagnosed=False,
        ),
        fine(
            "no file can be opened, at any moment of a listing",
            "the listing is whole or says that it is not, and the next one is whole",
            without_files(lasts=False),
        ),
    ]
if sys.platform == "linux":
    CASES += [
        fine(
            f"there is no more memory{but}, from any moment of a listing on",
            "the listing fails or says that it is not whole; once there is memory, it is whole",
            without_memory(left),
            weighty,
        )
        for but, left in (("", 0), (" but for small files", 8_000_000))
    ]
