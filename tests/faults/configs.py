"""Configs: names that nobody registered, odd types, and shapes without end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.case import Case
from faults.config_builds import BUILDS, nothing
from faults.config_files import FILES
from faults.config_objects import HalfTorn, Liar, NoHash, Shouting, Thief, Torn
from faults.config_parts import AT, all_refused, controlled, named, outline, refused
from faults.config_secrets import SECRETS
from registry_core import build_from_cfg
from registry_core.config import check_config

if TYPE_CHECKING:
    from faults.host import Host


def itself() -> object:
    """A part that holds itself."""
    part: dict[str, Any] = {"type": "Own"}
    part["child"] = [part]
    return part


def deep() -> object:
    """A part that nests 100,000 levels deep."""
    part: object = 1
    for _ in range(100_000):
        part = {"type": "Own", "child": part}
    return part


def shared() -> object:
    """Nine levels of nine parts, of which each level holds one nine times."""
    part: object = {"type": "Own"}
    for _ in range(9):
        part = [part] * 9
    return part


def builds(host: Host) -> None:
    """5,000 objects inside each other are built, and nothing is changed."""
    cfg: dict[str, Any] = {"type": "Own"}
    for _ in range(4_999):
        cfg = {"type": "Own", "child": cfg}
    before, registry = outline(cfg), host.registry
    assert check_config(cfg, registry, recursive=True, load=True) == []
    plan = registry.plan(cfg, recursive=True)
    for whole in (build_from_cfg(cfg, registry, recursive=True), plan()):
        built, depth = whole, 0
        while built is not None:
            built, depth = built.child, depth + 1
        assert depth == 5_000
    assert outline(cfg) == before
    host.works()


def passes_on(host: Host) -> None:
    """An argument that does not say what it is reaches the constructor as it is."""
    for argument in (Thief(), NoHash(), Shouting("text")):
        cfg = {"type": "Own", "child": argument}
        for recursive in (False, True):
            assert build_from_cfg(cfg, host.registry, recursive=recursive).child is argument
            assert host.registry.plan(cfg, recursive=recursive)().child is argument
        assert check_config(cfg, host.registry, recursive=True, load=True) == []
    host.works()


CASES = [
    all_refused(
        "types that name functions of Python's own library",
        named("os.system", "os:system", "subprocess.getoutput", "builtins:eval", "eval", "exec"),
    ),
    all_refused(
        "types that name a module on disk, or what is in one",
        named(
            "acme_loose",
            "acme_loose:run",
            "acme_loose.run",
            "acme_loose_pkg",
            "acme_loose_pkg.run",
            "./acme_loose.py",
            "file:acme_loose.py",
        ),
    ),
    all_refused(
        "types that name an unregistered attribute of a plugin's module",
        named("acme_good.Good", "acme_good:Good", "acme_host.Own", "acme_good_hooks", "acme_host"),
    ),
    all_refused(
        "types that are attribute paths",
        named(
            "Own.__init__",
            "Own.__init__.__globals__",
            "extra.Good.__class__",
            "__class__",
            "extra.__class__.__mro__",
            "__init__",
            "registry",
            "_node",
            "children",
        ),
    ),
    all_refused(
        "types that are code, a template or a command",
        named(
            "__import__('os').system('touch ran')",
            "lambda: 0",
            "${oc.env:HOME}",
            "{0.__class__}",
            "%(type)s",
            "$(touch ran)",
            "`touch ran`",
            "; touch ran",
            "!!python/name:os.system",
        ),
    ),
    all_refused(
        "types that nearly name something",
        named(
            "own",
            " Own",
            "Own ",
            "Own\n",
            "Own\0",
            "\uff2fwn",
            "O\u200bwn",
            "extra",
            "acme",
            "extra..Good",
            ".Own",
            "..Own",
            "Own.",
            ".",
            "",
            "\ud800",
            "extra:Good",
            "extra/Good",
            "Good",
        ),
    ),
    all_refused(
        "types that are not text",
        named(3, 1.5, None, True, b"Own", ["Own"], ("Own",), {"type": "Own"}, {"Own"}, object()),
    ),
    all_refused(
        "a type that says it is a text and is none",
        lambda: [{"type": Liar()}, {"type": Thief()}],
    ),
    all_refused("a type whose hash raises", lambda: [{"type": NoHash()}]),
    all_refused("a type that is a text whose methods raise", lambda: [{"type": Shouting("Own2")}]),
    refused(
        "a type of ten million letters",
        lambda: {"type": "x" * 10_000_000},
    ),
    refused("a type of a million dots", lambda: {"type": "." * 1_000_000}),
    all_refused(
        "a `_scope_` that is none",
        controlled("_scope_", "os", "acme_loose", "acme_good", "Own", "extra.", ".", "__class__"),
    ),
    all_refused(
        "a `_scope_` that is not text",
        controlled("_scope_", 3, None, b"extra", ["extra"], {"type": "Own"}, object(), Liar()),
    ),
    all_refused(
        "a `_registry_` that nobody owns",
        controlled(
            "_registry_", "os", "acme_loose:run", "acme_host:MODEL", "acme_loose", "", "model."
        ),
    ),
    all_refused(
        "a `_registry_` that is not text",
        controlled("_registry_", 3, None, b"model", ["model"], {"type": "Own"}, object(), Liar()),
    ),
    all_refused(
        "an `_args_` that is not a list",
        controlled("_args_", "touch ran", 3, None, {"a": 1}, {1, 2}, object()),
    ),
    all_refused(
        "a `_partial_` that is neither true nor false",
        controlled("_partial_", "yes", 1, None, [], object()),
    ),
    all_refused(
        "arguments that the constructor does not take",
        lambda: [
            {"type": "extra.Good", "sizes": 3},
            {"type": "extra.Good", "_args_": [1, 2, 3]},
            {"type": "extra.Good", "_args_": [1], "size": 2},
            {"type": "extra.Good", "": 1},
            {"type": "extra.Good", "self": 1},
            {"type": "extra.computed", "size": 1},
        ],
    ),
    all_refused(
        "arguments whose names are not texts",
        lambda: [{"type": "Own", key: 1} for key in (3, None, b"child", ("child",), 1.5)],
    ),
    refused("it refers to itself", itself, f"{AT}.child[0]: the config refers to itself"),
    refused("it nests 100,000 levels deep", deep, f"{AT}."),
    refused(
        "nine levels of nine shared parts",
        shared,
        "the config has more than 100,000 mappings and lists",
    ),
    refused(
        "100,000 parts side by side",
        lambda: [{"type": "Own"} for _ in range(100_000)],
        "the config has more than 100,000 mappings and lists",
    ),
    Case(
        given="5,000 objects inside each other",
        install=nothing,
        host=builds,
        guilty="",
        then="they are built, planned and checked",
        diagnosed=False,
    ),
    Case(
        given="arguments that do not say what they are, as a proxy of nothing",
        install=nothing,
        host=passes_on,
        guilty="",
        then="they are passed on",
        diagnosed=False,
    ),
    all_refused("a mapping whose methods raise", lambda: [Torn(), HalfTorn()]),
    *BUILDS,
    *SECRETS,
    *FILES,
]
