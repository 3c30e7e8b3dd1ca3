"""Keys: any text as a key, a scope, a target, a label; the grammar and what registries answer."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fuzz.judging import importing_nothing, judge_error, judge_text, outcome
from registry_core import (
    EntryConflict,
    EntryNotFound,
    Environment,
    Registry,
    RegistryError,
    ScopeNotFound,
    default_scope,
    use_environment,
)
from registry_core.environment.short_names import groups_meant
from registry_core.keys import (
    PREFIX,
    RESERVED,
    dotted,
    group_fault,
    group_of,
    is_word,
    name_fault,
    normalized,
    parse_target,
    scope_path,
    target_fault,
)
from registry_core.limits import MAX_PATH
from registry_core.testing import Site
from registry_core.text import listed, quoted, safe_text

# Characters.
_LONG = 200
# One target each within a scope, so that what is found tells where it was found.
_ENTRIES = {
    "keys": {"Swish": "Counter", "resnet50.a1_in1k": "ChainMap", "user/net": "UserDict"},
    "keys.extra": {"Swish": "OrderedDict", "GELU": "UserList", "gated.Odd": "deque"},
    "keys.extra.gated": {"SwiGLU": "Counter", "Odd": "UserDict"},
    "keys.other.extra": {"Far": "deque"},
}


@cache
def _environment() -> tuple[TemporaryDirectory[str], Environment]:
    """What is installed: several scopes, a name with dots, and two conflicts."""
    folder = TemporaryDirectory(prefix="registry-core-fuzz-")
    site = Site(Path(folder.name))
    groups = {
        f"{PREFIX}.{group}": {name: f"collections:{target}" for name, target in rows.items()}
        for group, rows in _ENTRIES.items()
    }
    site.install("acts", groups)
    site.install("rival", {f"{PREFIX}.keys": {"Twice": "collections:deque"}})
    site.install("rival-too", {f"{PREFIX}.keys": {"Twice": "collections:Counter"}})
    return folder, Environment([folder.name], variables={"REGISTRY_CORE_CACHE": "off"})


def check(data: bytes) -> None:
    """Fail where texts break a promise: the lines are a key, a scope, a target and a label."""
    # Any bytes are some text, also such as no encoding can write: paths and arguments hold those.
    text = data.decode("utf-8", "surrogateescape")
    key, scope, target, label = (*text.split("\n"), "", "", "", "")[:4]
    for each in (key, scope, target, label):
        _check_grammar(each, key)
    _, environment = _environment()
    with importing_nothing(), use_environment(environment):
        root: Registry[Any] = Registry("keys", scope="acts")
        for registry in (root, root.children["extra"], root.children["extra"].children["gated"]):
            _check_answers(registry, key, scope)
        _check_scopes(root, key, scope)
        _check_registered(key, target, label)


def _check_grammar(text: str, other: str) -> None:
    for each in (quoted(text), safe_text(text), listed([text, other])):
        assert each.isprintable(), f"{each!r}"
    assert is_word(text) == bool(re.fullmatch(r"\w+", text)), f"{text!r}"
    group = group_of(text)
    assert (group_fault(group) is None) == (text != "" and group[len(PREFIX) + 1 :] not in RESERVED)
    assert group_of(group[len(PREFIX) + 1 :]) == group, f"{group!r}"
    path = scope_path(text, other)
    assert path is None or dotted((other, *path)) == text, f"{path}"
    assert (path is None) == (not f"{text}.".startswith(f"{other}.")), f"{path}"
    # As package indexes do; but what is not a name to them may begin with a dash.
    expected = re.sub(r"[-_.]+", "-", text).lower().strip("-")
    assert normalized(text) == expected, f"{normalized(text)!r} and not {expected!r}"
    assert text == "" or text in groups_meant(text, [text, other])
    is_name = text.isprintable() and bool(re.fullmatch(r"[^\s=#\[][^\s=]*", text))
    # A long one may be refused for that.
    assert is_name == (name_fault(text) is None) or (is_name and len(text) > _LONG), f"{text!r}"
    _check_target(text)


def _check_target(text: str) -> None:
    fault = target_fault(text)
    judge_text(fault or "")
    try:
        target = parse_target(text)
    except ValueError as error:
        judge_text(str(error))
        assert fault is not None, f"{text!r} is taken for a target"
        return
    assert (fault is None) == bool(target.attribute), f"{text!r}: {fault}"
    extras = f" [{', '.join(target.extras)}]" if target.extras else ""
    colon = ":" if target.attribute else ""
    assert parse_target(f"{target.module}{colon}{target.attribute}{extras}") == target
    assert "|" not in text, f"{text!r} cannot be packed"


def _check_answers(registry: Registry[Any], key: str, provider: str) -> None:
    """Every way of asking for one key gives one answer."""
    entry = outcome(registry.resolve, key)
    is_missing = isinstance(entry, EntryNotFound)
    assert (key in registry) is not is_missing, f"`in` and resolve differ about {key!r}"
    found, item = outcome(registry.get, key), outcome(lambda: registry[key])
    built = outcome(registry.build, {"type": key, "_partial_": True})
    if is_missing:
        assert found is None, f"{found}"
        assert isinstance(item, EntryNotFound), f"{item}"
        assert isinstance(built, EntryNotFound), f"{built}"
    elif isinstance(entry, RegistryError):
        assert isinstance(entry, EntryConflict), f"{entry!r}"
        assert {*map(type, (found, item, built))} == {EntryConflict}
    else:
        assert found is item is built.func.__wrapped__, f"{found}, {item}, {built}"
        assert f"collections:{found.__name__}" == entry.target, f"{found}"
        # From within, a bare name may lead to what a dotted one is in conflict about.
        again = outcome(registry.root.resolve, entry.key)
        rivals = again.entries if isinstance(again, EntryConflict) else (again,)
        assert entry in rivals, f"{entry.key!r} leads elsewhere: {again!r}"
    asked = outcome(registry.get, key, provider=provider)
    assert asked is None or isinstance(asked, RegistryError) or callable(asked)
    outcome(registry.resolve, key, provider=provider)


def _check_scopes(root: Registry[Any], key: str, scope: str) -> None:
    """A scope that a tree lacks is an error in a config, and nothing as the default scope."""
    plain = outcome(root.build, {"type": key, "_partial_": True})
    said = outcome(root.build, {"type": key, "_partial_": True, "_scope_": scope})
    with default_scope(scope):
        ambient = outcome(root.build, {"type": key, "_partial_": True})
    expected = plain if isinstance(said, ScopeNotFound) else said
    assert type(ambient) is type(expected), f"{ambient!r} and not {expected!r}"
    if not isinstance(ambient, RegistryError):
        one, other = ambient.func.__wrapped__, expected.func.__wrapped__
        assert one is other, f"{one} and not {other}"
    known = scope in ("", "acts", "extra", "gated", "other", "extra.gated", "other.extra")
    known = known or scope in ("acts.extra", "acts.other", "acts.extra.gated", "acts.other.extra")
    assert isinstance(said, ScopeNotFound) is not known, f"{scope!r}: {said!r}"
    other = outcome(root.build, {"type": key, "_registry_": scope})
    assert isinstance(other, RegistryError), f"{other!r}"


class _Thing:
    """What is registered in code."""


class _Other:
    """What is registered in a scope that code makes."""


def _check_registered(key: str, scope: str, label: str) -> None:
    """What code registers under any name is found under it, from within and from the root."""
    root = outcome(Registry, "own", scope=label, group="fuzz.own")
    if isinstance(root, RegistryError) or isinstance(
        outcome(root.register_module, key, module=_Thing), RegistryError
    ):
        return
    assert key in root
    assert root.get(key) is root[key] is _Thing
    assert root.resolve(key).key == key
    assert type(root.build({"type": key})) is _Thing
    again = outcome(root.register_module, key, module=_Other)
    assert isinstance(again, RegistryError), f"{again!r}"
    child = outcome(Registry, "own", parent=root, scope=scope)
    if isinstance(child, RegistryError):
        judge_error(child)
        return
    child.register_module(key, module=_Other)
    assert child[key] is _Other
    full = f"{scope}.{key}"
    if "." not in scope and scope != label and len(full) <= MAX_PATH:
        assert root[full] is _Other, f"{full!r} leads elsewhere"
