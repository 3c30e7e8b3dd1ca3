"""Reads the control keys of a config, one mapping or sequence at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import (
    ALL_CONTROLS,
    ARGS,
    AS_DATA,
    IDENTITY,
    KWARGS,
    LIST,
    MAPPING,
    NODE,
    PARTIAL,
    REFERRING,
    REFUSED,
    REGISTRY,
    SCOPE,
    SPECIAL,
    TUPLE,
    Setting,
    as_data,
)
from registry_core.building.containers import (
    REFERENCE,
    hides_part,
    is_literal,
    is_text,
    plain,
)
from registry_core.errors import ConfigError, MissingType, RegistryError, WrongType
from registry_core.scope import current_scope
from registry_core.text import key_text, listed, quoted

if TYPE_CHECKING:
    from registry_core.building.config_nodes import Part, Registries


# Keys that say how to call have no meaning without a type.
_OF_A_CALL = (ARGS, KWARGS, PARTIAL, IDENTITY)

_NOTHING = object()

# What `references` has to know of a part: which control key is at work, or LIST for a sequence that
# is neither a list nor a tuple; the name that it says, the mapping that says it; the part.
Link = tuple[object, str, object, "Part"]


def followed(value: object, setting: Setting, *, recursive: bool) -> Any:
    """What is read in place of a value that is not a dict, list or tuple; None for nothing."""
    if not recursive:
        return plain(value) if is_literal(value) else None
    found = plain(value)
    if found is None and hides_part(value, setting.word):
        what = f"a part in a {quoted(type(value).__name__)}, where nothing is built"
        found = ConfigError(f"{what}: write a list or a mapping; {AS_DATA}")
    return found


def part_of(
    source: Any,
    setting: Setting,
    parent: Part | None,
    key: object,
    registries: Registries,
    links: list[Link],
    controls: frozenset[str],
) -> Part:
    """The part that a dict, list or tuple is; for an error, one that is refused.

    Args:
        source: what was read; contents of another library are copied.
        setting: how what is around it is built.
        parent: the part that it is in.
        key: its key there.
        registries: finds the registry that `_registry_` names.
        links: takes what `references` has to know.
        controls: the control keys that count.
    """
    of = type(source)
    part: Part
    if of is dict:
        contents = source.copy()
        if key is KWARGS and parent is not None and parent[0] == SPECIAL:
            # Whatever its keys are, they are names of arguments. `_read_call` wrote the key.
            return (MAPPING, None, contents, setting, parent, key)
        if not controls.isdisjoint(contents):
            return _controlled(contents, setting, parent, key, registries, links, controls)
        named = contents.pop(setting.word, _NOTHING)
        if named is _NOTHING:
            return (MAPPING, None, contents, setting, parent, key)
        if type(named) is not str:
            named = _plain_text(named)
        return (NODE, named, contents, setting, parent, key)
    if of is list or of is tuple:
        part = (LIST if of is list else TUPLE, None, list(source), setting, parent, key)
        if parent is not None and parent[2][key] is not source:
            links.append((LIST, "", None, part))
        return part
    return (REFUSED, source, {}, setting, parent, key)


def _controlled(
    contents: dict[Any, Any],
    setting: Setting,
    parent: Part | None,
    key: object,
    registries: Registries,
    links: list[Link],
    controls: frozenset[str],
) -> Part:
    """A part with control keys; they are taken out of its contents, but for arguments."""
    contents = {_plain_text(inner): value for inner, value in contents.items()}
    resolver, ambient = setting.resolver, setting.ambient
    identity: str | None = None
    part: Part
    try:
        if REFERENCE in controls and REFERENCE in contents:
            part = (REFERRING, _read_reference(contents), {}, setting, parent, key)
            links.append((REFERENCE, "", None, part))
            return part
        if IDENTITY in controls and IDENTITY in contents:
            identity = _text(IDENTITY, contents[IDENTITY])
        if REGISTRY in contents:
            name = _text(REGISTRY, contents.pop(REGISTRY))
            resolver = registries(name, resolver.group).start(ambient or current_scope())
        if SCOPE in contents:
            ambient = _text(SCOPE, contents.pop(SCOPE))
            resolver = resolver.within(ambient)
        word = resolver.type_key
        if word in contents:
            named = _plain_text(contents.pop(word))
            partial = _read_call(contents)
            if identity is not None:
                del contents[IDENTITY]
            setting = Setting(resolver, ambient, partial=partial, identity=identity)
            part = (SPECIAL, named, contents, setting, parent, key)
        else:
            lone = [each for each in _OF_A_CALL if each in contents and each in controls]
            if lone:
                raise MissingType(
                    contents, word, fix=f"{lone[0]} is for a part; {as_data(parent, key)}"
                )
            part = (MAPPING, None, contents, Setting(resolver, ambient), parent, key)
    except RegistryError as error:
        part = (REFUSED, error, {}, setting, parent, key)
    if identity is not None:
        source = None if parent is None else parent[2][key]
        links.append((IDENTITY, identity, source, part))
    return part


def _read_reference(contents: dict[Any, Any]) -> str:
    """Read the mapping of a reference: the name that it refers to."""
    name = _text(REFERENCE, contents.pop(REFERENCE))
    if contents:
        beside = listed([key_text(each) for each in contents])
        raise ConfigError(f"{REFERENCE} must be alone in its mapping; beside it: {beside}")
    return name


def _read_call(contents: dict[Any, Any]) -> bool:
    """Read what says how to call; whether that is for later."""
    partial = contents.pop(PARTIAL, False)
    if not isinstance(partial, bool):
        raise WrongType(PARTIAL, "true or false", partial)
    if ARGS in contents:
        args = contents[ARGS]
        contents[ARGS] = read = list(args) if isinstance(args, range) else plain(args)
        if type(read) is dict or read is None:
            raise WrongType(ARGS, "a list", args)
        if isinstance(read, ConfigError):
            raise read
    if KWARGS in contents:
        kwargs = contents.pop(KWARGS)
        contents[KWARGS] = read = plain(kwargs)
        if type(read) in (list, tuple) or read is None:
            raise WrongType(KWARGS, "a mapping", kwargs)
        if isinstance(read, ConfigError):
            raise read
        twice = [key_text(name) for name in read if name in contents and name not in ALL_CONTROLS]
        if twice:
            raise ConfigError(f"{listed(twice)} must be in {KWARGS} or beside it, but not both")
    return partial


def _text(key: str, value: object) -> str:
    if not is_text(value):
        raise WrongType(key, "a str", value)
    return str.__str__(value)


def _plain_text(value: Any) -> Any:
    """A plain str for an instance of a subclass of str; anything else unchanged."""
    return str.__str__(value) if type(value) is not str and is_text(value) else value
