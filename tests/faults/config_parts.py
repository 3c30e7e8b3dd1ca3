"""Parts of a config that are refused: a host that builds, plans and checks them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faults.case import Case
from registry_core import RegistryError, build_from_cfg
from registry_core.config import check_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.host import Host
    from registry_core.testing import Site

# Where the fault is, in a config of two good parts around it.
AT = "in the config at child.child"
# A module that nobody declares: if it is imported, or run, it leaves a file behind.
LOOSE = """
from pathlib import Path
Path("ran").touch()
def run(*args): Path("ran").touch()
"""


def loose(site: Site) -> None:
    """Put a module beside the others that no distribution declares."""
    site.install(
        "acme-loose", modules={"acme_loose.py": LOOSE, "acme_loose_pkg/__init__.py": LOOSE}
    )


def nested(part: object) -> dict[str, Any]:
    """A config with `part` two levels inside."""
    return {"type": "Own", "child": {"type": "Own", "child": part}}


def outline(cfg: object) -> list[tuple[int, int, object]]:
    """Which containers a config has, and what each of them holds, without asking any of it."""
    found: list[tuple[int, int, object]] = []
    waiting, seen = [cfg], {id(cfg)}
    while waiting:
        part = waiting.pop()
        inside: list[Any] = []
        if type(part) is dict:
            inside = [*part.keys(), *part.values()]
        elif type(part) in (list, tuple):
            inside = list(part)  # type: ignore[call-overload]
        found += [(id(part), id(each), type(each)) for each in inside]
        waiting += [each for each in inside if id(each) not in seen]
        seen.update(map(id, inside))
    return found


def refuses(host: Host, cfg: Any) -> None:
    """Building, planning and checking refuse `cfg`; nothing runs, is imported, or is changed."""
    host.works()
    warm(host)
    imported, before, told = set(sys.modules), outline(cfg), len(host.told)
    registry = host.registry
    host.attempts(lambda: build_from_cfg(cfg, registry, recursive=True))
    host.attempts(lambda: registry.plan(cfg, recursive=True))
    assert len(host.told) == told + 2, "it was built, or planned"
    found = check_config(cfg, registry, recursive=True, load=True)
    assert found, "it was found right"
    host.told += [("check_config", str(error)) for error in found]
    assert outline(cfg) == before, "it was changed"
    assert set(sys.modules) == imported, set(sys.modules) - imported
    assert not Path("ran").exists(), "it ran"
    assert all(len(text) < 10_000 for _, text in host.told), "a message floods a terminal"
    host.works()
    host.lists()


def warm(host: Host) -> None:
    """Let everything be imported that errors need."""
    registry = host.registry
    for cfg in ({"type": "Nothing"}, {"type": "Own", "surprise": 1}):
        for attempt in (registry.build, registry.plan):
            try:
                attempt(cfg)
            except RegistryError:
                continue
            raise AssertionError(cfg)
        assert check_config(cfg, registry, load=True), cfg


def refused(given: str, part: Callable[[], object], guilty: str = f"{AT}:") -> Case:
    """A case of a part that is refused, wherever it is."""

    def host(host: Host) -> None:
        refuses(host, nested(part()))

    return Case(given=given, install=loose, host=host, guilty=guilty, diagnosed=False)


def all_refused(given: str, parts: Callable[[], list[object]]) -> Case:
    """A case of several parts, each of which is refused for itself."""

    def host(host: Host) -> None:
        for part in parts():
            told = len(host.told)
            refuses(host, nested(part))
            refusals = [text for _, text in host.told[told:]]
            assert sum(f"{AT}:" in text for text in refusals) == 3, (part, refusals)

    return Case(given=given, install=loose, host=host, guilty=f"{AT}:", diagnosed=False)


def named(*names: object) -> Callable[[], list[object]]:
    """Parts of these types, with an argument that would show whether they ran."""
    return lambda: [{"type": name, "_args_": ["touch ran"]} for name in names]


def controlled(key: str, *values: object) -> Callable[[], list[object]]:
    """Parts with this control key."""
    return lambda: [{"type": "Own", key: value} for value in values]
