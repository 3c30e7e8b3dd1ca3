"""Names: what an entry, a scope, a group or a distribution may be called."""

from __future__ import annotations

import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING

from faults.case import BAD, GROUP, VERSION, Case, bad_module, visit
from registry_core import current_environment, installed_registry
from registry_core.cli.main import main
from registry_core.doctor import diagnose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from faults.host import Host
    from registry_core.testing import Site

# Two commands to a terminal: clear the screen, and write the window's title.
ESCAPES = "\x1b[2J\x1b]0;acme\x07"
TARGET = "acme_bad:Bad"
LOADABLE = "class Bad: ..."
LONG = "N" * 100_000
DEEP = ".".join("abcdefghijklmnopqrst")
ODD = ("a:b", "a#b", "a[b]", "a/b", "a-b", ".a", "a.", "a..b")
SCRIPTS = ("\u03c3\u03c4\u03c1\u03ce\u03bc\u03b1", "\u5c64", "\u0663", "\u00e9lan")
OWN_GROUP = "\u043c\u043e\u0434\u0435\u043b\u0438.\u0441\u043b\u043e\u0439"
ABROAD = ("\u041c\u043e\u0434\u0435\u043b\u044c", "\u00c9lan")
PYTHONS = ("class", "None", "__class__", "__init__", "type")


def declaring(
    rows: str | Mapping[str, Mapping[str, str]], source: str = LOADABLE
) -> Callable[[Site], None]:
    """Install the bad plugin with these entry points, or this text of them."""
    text = rows if isinstance(rows, str) else ""
    groups = {} if isinstance(rows, str) else rows

    def install(site: Site) -> None:
        site.install(BAD, groups or text, {"acme_bad.py": source}, version=VERSION)

    return install


def named(name: str) -> Callable[[Site], None]:
    """Install the bad plugin with one entry of that name."""
    return declaring({GROUP: {name: TARGET}})


def all_named(names: Iterable[str]) -> Callable[[Site], None]:
    """Install the bad plugin with an entry of each name."""
    return declaring({GROUP: dict.fromkeys(names, TARGET)})


def scoped(scope: str) -> Callable[[Site], None]:
    """Install the bad plugin with one entry in that scope."""
    return declaring({f"{GROUP}.{scope}": {"Bad": TARGET}})


def hooked(answer: str, declared: str = "") -> Callable[[Site], None]:
    """Install the bad plugin with a hook that computes one entry, beside what it declares."""

    def install(site: Site) -> None:
        modules = {
            "acme_bad.py": LOADABLE,
            "acme_bad_hooks.py": "from registry_core import Entry, hookimpl\n"
            f"@hookimpl\ndef registry_core_entries():\n    yield {answer}\n",
        }
        rows = f"[registry_core.hooks]\n{GROUP} = acme_bad_hooks\n{declared}"
        site.install(BAD, rows, modules, version=VERSION)

    return install


def rivals(site: Site) -> None:
    """Install two plugins that have one name."""
    bad_module(LOADABLE)(site)
    site.install("acme-worse", {GROUP: {"Bad": "acme_worse:Bad"}}, {"acme_worse.py": LOADABLE})


def rivals_of_the_host(site: Site) -> None:
    """Install a host that declares an entry, and a plugin that has its name."""
    owned = {
        "registry_core.registries": {GROUP: "acme_host:MODEL"},
        GROUP: {"Declared": "acme_host:Own"},
    }
    site.install("acme", owned, version="2.0")
    declaring({GROUP: {"Declared": TARGET}})(site)


def printed(site: Site, *, name: str = BAD, version: str = VERSION, folder: str = "") -> None:
    """Write a distribution whose metadata says these, with a good row and a bad one."""
    home = site.folder / (folder or f"acme_bad-{VERSION}.dist-info")
    home.mkdir()
    (home / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n", encoding="utf-8")
    rows = f"[{GROUP}]\nBad = {TARGET}\nno value\n"
    (home / "entry_points.txt").write_text(rows, encoding="utf-8")
    (site.folder / "acme_bad.py").write_text(LOADABLE, encoding="utf-8")


def prints_plainly(host: Host) -> None:
    """Nothing that is told or printed holds a character that does something to a terminal."""
    visit(host)
    text = StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        assert main(["list"]) == 0
        assert main(["doctor", "--load", "--limit", "10"]) in (0, 1), text.getvalue()
    said = [text.getvalue(), *(told for _, told in host.told)]
    lines = [line for each in said for line in each.split("\n")]
    assert all(map(str.isprintable, lines)), [line for line in lines if not line.isprintable()]


def keeps_its_name(key: str) -> Callable[[Host], None]:
    """A host that keeps what it has under a name that a plugin claims, too."""

    def host_keeps(host: Host) -> None:
        visit(host)
        assert host.registry[key].__module__ == "acme_host"
        assert host.registry.resolve(key).provider.name in ("acme", "acme_host")

    return host_keeps


def loading(*keys: str) -> Callable[[Host], None]:
    """A host that builds these as well, and they are the plugin's."""

    def host_loads(host: Host) -> None:
        visit(host)
        for key in keys:
            assert type(host.registry.build({"type": key})).__module__ == "acme_bad", key
            assert host.registry.resolve(key).provider.name == BAD, key

    return host_loads


def silent(*keys: str) -> Callable[[Host], None]:
    """A host that builds these as well, and neither it nor the doctor is told anything of them."""

    def host_loads(host: Host) -> None:
        loading(*keys)(host)
        host.told += [("doctor", str(finding)) for finding in diagnose().findings]
        assert not any(BAD in text for _, text in host.told), host.told

    return host_loads


def asks_for_its_own(host: Host) -> None:
    """A host that asks for the plugin's registry as well, and builds from it."""
    visit(host)
    own = installed_registry(OWN_GROUP)
    for key in ("\u5c42.\u6a21\u578b", "\u5c42.\u0421\u043b\u043e\u0439"):
        assert type(own.build({"type": key})).__module__ == "acme_bad"
        assert own.resolve(key).provider.name == BAD
    assert not own.problems()


def asking(*keys: str) -> Callable[[Host], None]:
    """A host that asks for these as well, and none of them is there."""

    def host_asks(host: Host) -> None:
        visit(host)
        host.loads(*keys)
        for key in keys:
            assert key not in host.registry, key

    return host_asks


def escaping(given: str, install: Callable[[Site], None], guilty: str = f"{BAD} {VERSION}") -> Case:
    """A case of characters that do something to a terminal."""
    return Case(given=given, install=install, host=prints_plainly, guilty=guilty)


def fine(given: str, install: Callable[[Site], None], *keys: str) -> Case:
    """A case of odd names that are names like others."""
    then = "it loads" if len(keys) == 1 else "all load"
    return Case(given=given, install=install, host=silent(*keys), guilty="", then=then)


def registering(name: str) -> Callable[[Site], None]:
    """Install the bad plugin, whose module registers a class under a name."""
    return bad_module(
        f"from acme_host import MODEL\nMODEL.register_module(name={name}, module=dict)\n{LOADABLE}"
    )


def at_length(host: Host) -> None:
    """What is told of a name of 100,000 letters can be read."""
    visit(host)
    host.loads(LONG)
    assert max(len(text) for _, text in host.told) < 2_000


def settles(host: Host) -> None:
    """Only that very name is in conflict, until somebody says which of the two is meant."""
    host.loads("extra.Good")
    host.works_late()
    assert host.registry.build({"type": "hub/good"}).size == 4
    assert host.registry.get("extra.Good", provider="acme-good").__module__ == "acme_good"
    current_environment().prefer("acme-good")
    visit(host)


def declared_twice(host: Host) -> None:
    """Of two rows of one name the first counts."""
    visit(host)
    assert host.registry["Bad"].__name__ == "Bad"


CASES = [
    Case(given="its hook names an entry a number", install=hooked(f"Entry(3, {TARGET!r})")),
    Case(given="its hook names an entry `None`", install=hooked(f"Entry(None, {TARGET!r})")),
    Case(given="its module registers a class under a number", install=registering("3")),
    Case(given="its module registers a class under `[None]`", install=registering("[None]")),
    Case(given="its entry has the name of another plugin's", install=rivals),
    Case(
        given="its entry has the name of a class that the host registers",
        install=named("Own"),
        host=keeps_its_name("Own"),
    ),
    Case(
        given="its entry has the name of one that the host's distribution declares",
        install=rivals_of_the_host,
        host=keeps_its_name("Declared"),
    ),
    Case(
        given="its module registers another class under the host's name",
        install=bad_module(
            "from acme_host import MODEL\n"
            "MODEL.register_module(name='Own', module=dict)\n" + LOADABLE
        ),
        host=keeps_its_name("Own"),
    ),
    Case(
        given="the name of its entry holds a Cyrillic letter in a Latin word",
        install=named("G\u043e\u043ed"),
        host=asking("Good"),
        guilty="",
        then="the error shows the letters escaped",
    ),
    Case(
        given="the name of its entry is in fullwidth letters",
        install=named("\uff22\uff41\uff44"),
        host=asking("Bad"),
        guilty="",
        then="the error shows the letters escaped",
    ),
    Case(
        given="its scope holds a Cyrillic letter in a Latin word",
        install=declaring({f"{GROUP}.\u0435xtra": {"Bad": TARGET}}),
        host=asking("extra.Bad"),
        guilty="",
        then="the error shows the letters escaped",
    ),
    Case(
        given="its group holds a Cyrillic letter in a Latin word",
        install=declaring({"acme.m\u043edel": {"Bad": TARGET}}),
        host=asking("Bad"),
    ),
    fine(
        "its names are in Cyrillic, or accented",
        declaring({f"{GROUP}.extra": dict.fromkeys(ABROAD, TARGET)}),
        *(f"extra.{name}" for name in ABROAD),
    ),
    fine(
        "its scopes are in Greek, Japanese, Arabic digits, and accented",
        declaring({f"{GROUP}.{scope}": {"Bad": TARGET} for scope in SCRIPTS}),
        *(f"{scope}.Bad" for scope in SCRIPTS),
    ),
    Case(
        given="it owns a registry whose group, scope and names are in Cyrillic and Chinese",
        install=declaring(
            {
                "registry_core.registries": {OWN_GROUP: "acme_bad:OWN"},
                f"{OWN_GROUP}.\u5c42": {"\u6a21\u578b": TARGET, "\u0421\u043b\u043e\u0439": TARGET},
            },
            f"from registry_core import Registry\n"
            f"OWN = Registry('own', group={OWN_GROUP!r}, scope='own')\n{LOADABLE}",
        ),
        host=asks_for_its_own,
        guilty="",
        then="all load",
    ),
    Case(
        given="its scope holds marks that are not letters",
        install=scoped("\u092e\u0949\u0921\u0932"),
    ),
    escaping("the name of its entry holds terminal escapes", named(f"Bad{ESCAPES}")),
    escaping(
        "the target of its entry holds terminal escapes",
        declaring({GROUP: {"Bad": f"acme_bad:Bad{ESCAPES}"}}),
    ),
    escaping(
        "the extra of its target holds terminal escapes",
        declaring({GROUP: {"Bad": f"acme_bad:Bad [{ESCAPES}]"}}),
    ),
    escaping(
        "its group holds terminal escapes",
        declaring({f"{GROUP}.{ESCAPES}": {"Bad": TARGET}}),
    ),
    escaping(
        "the group of a registry that it owns holds terminal escapes",
        declaring({"registry_core.registries": {f"acme{ESCAPES}": "acme_bad:Bad"}}),
    ),
    escaping(
        "its metadata's version holds terminal escapes",
        lambda site: printed(site, version=f"1.2{ESCAPES}"),
        f"acme_bad-{VERSION}.dist-info",
    ),
    escaping(
        "its metadata's name holds terminal escapes",
        lambda site: printed(site, name=f"acme-bad{ESCAPES}"),
        f"acme_bad-{VERSION}.dist-info",
    ),
    escaping(
        "the folder of its metadata holds terminal escapes",
        lambda site: printed(site, folder=f"acme_bad{ESCAPES}-1.2.dist-info"),
    ),
    escaping(
        "its module raises an exception whose message holds terminal escapes",
        bad_module(f"raise OSError({ESCAPES!r})"),
    ),
    escaping(
        "its module raises an exception whose class's name holds terminal escapes",
        bad_module(f"raise type({ESCAPES!r}, (Exception,), {{}})"),
    ),
    escaping(
        "its module prints terminal escapes and fails",
        bad_module(f"print({ESCAPES!r})\nraise OSError('no GPU')"),
    ),
    escaping(
        "its hook binds an argument whose name holds terminal escapes",
        hooked(f"Entry('Bad', {TARGET!r}, kwargs={{{ESCAPES!r}: 1}})"),
    ),
    escaping(
        "its hook binds an argument whose name is a number",
        hooked(f"Entry('Bad', {TARGET!r}, kwargs={{3: 1}})"),
    ),
    escaping(
        "its hook binds a value that cannot be shown",
        hooked(
            f"Entry('Bad', {TARGET!r}, kwargs={{'size': type('Mute', (), {{'__repr__': "
            "lambda self: 1 / 0})()})"
        ),
    ),
    escaping(
        "its hook binds a value that is shown with terminal escapes",
        hooked(
            f"Entry('Bad', {TARGET!r}, kwargs={{'size': type('Loud', (), {{'__repr__': "
            f"lambda self: {ESCAPES!r}}})()}})"
        ),
    ),
    Case(
        given="its module raises a ModuleNotFoundError for a number",
        install=bad_module("raise ModuleNotFoundError(name=3)"),
    ),
    Case(given="the name of its entry is empty", install=named("")),
    Case(
        given="its hook names an entry with an empty text",
        install=hooked(f"Entry('', {TARGET!r})"),
    ),
    Case(
        given="the name of its entry has 100,000 letters",
        install=named(LONG),
        host=at_length,
    ),
    Case(given="the name of its entry holds a space", install=named("two words")),
    Case(given="the name of its entry holds `=`", install=named("a=b")),
    Case(
        given="its hook names an entry with `=`",
        install=hooked(f"Entry('a=b', {TARGET!r})"),
    ),
    Case(given="the name of its entry begins with `[`", install=named("[Bad")),
    Case(
        given="the name of its entry begins with `[`, and an extra ends its target",
        install=declaring(f"[{GROUP}]\n[Bad] = {TARGET} [gpu]\nOther = {TARGET}\n"),
    ),
    Case(
        given="its hook names an entry with a leading `#`",
        install=hooked(f"Entry('#Bad', {TARGET!r})"),
    ),
    fine("the names of its entries hold `:`, `#`, `[`, `/`, `-` and dots", all_named(ODD), *ODD),
    Case(
        given="the name of its entry is that of another's with its scope",
        install=named("extra.Good"),
        host=settles,
    ),
    Case(
        given="its entry has the name of another plugin's, in that one's scope",
        install=declaring({f"{GROUP}.extra": {"Good": TARGET}}),
        host=settles,
    ),
    Case(
        given="the name of its entry begins with a scope beside it",
        install=named("extra.Bad"),
        host=loading("extra.Bad"),
    ),
    fine("the names of its entries mean something to Python", all_named(PYTHONS), *PYTHONS),
    Case(
        given="one name stands twice in its file, for two targets",
        install=declaring(f"[{GROUP}]\nBad = {TARGET}\nBad = acme_bad:Other\n"),
        host=declared_twice,
    ),
    fine(
        "one name stands twice in its file, for one target",
        declaring(f"[{GROUP}]\nBad = {TARGET}\nBad = {TARGET}\n"),
        "Bad",
    ),
    Case(
        given="one name stands in its file and in its hook's answer",
        install=hooked(f"Entry('Bad', {TARGET!r})", f"[{GROUP}]\nBad = {TARGET}\n"),
        host=declared_twice,
    ),
    fine("its scope is a keyword of Python", scoped("class"), "class.Bad"),
    fine("its scope begins with a digit", scoped("2d"), "2d.Bad"),
    fine("its scope is 20 scopes deep", scoped(DEEP), f"{DEEP}.Bad"),
    Case(given="its scope is 21 scopes deep", install=scoped(f"{DEEP}.z")),
    Case(given="its scope is 1,000 scopes deep", install=scoped(".".join(["s"] * 1_000))),
    Case(given="its scope is within a scope of the same name", install=scoped("extra.extra")),
    fine("its scope is the root's own", scoped("acme"), "Bad"),
    fine("its scope is `hooks`", scoped("hooks"), "hooks.Bad"),
    fine("its scope is `registries`", scoped("registries"), "registries.Bad"),
    Case(given="its scope holds a dash", install=scoped("my-scope")),
    Case(given="its scope is empty", install=scoped("")),
    Case(
        given="its group is inside the one of hooks",
        install=declaring({"registry_core.hooks.extra": {"Bad": TARGET}}),
    ),
    Case(
        given="its group is inside the one of registries",
        install=declaring({"registry_core.registries.extra": {"Bad": TARGET}}),
    ),
    Case(
        given="its group is `registry_core`", install=declaring({"registry_core": {"Bad": TARGET}})
    ),
    Case(
        given="its hook serves a registry that nobody owns, but for a letter",
        install=declaring({"registry_core.hooks": {"acme.modle": "acme_bad"}}),
    ),
    Case(
        given="its hook serves a registry by the last word of its group alone",
        install=declaring({"registry_core.hooks": {"model": "acme_bad"}}),
    ),
]

if sys.platform == "win32":
    # No folder can have such a name there.
    CASES = [case for case in CASES if "folder of its metadata" not in case.given]
