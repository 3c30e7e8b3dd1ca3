"""Takes a config apart, in the order in which to build it. There is no recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import (
    ALL_CONTROLS,
    ARGS,
    AS_DATA,
    CONTROLS,
    KWARGS,
    MAPPING,
    REFERRING,
    REFUSED,
    SPECIAL,
    VALUE,
    Setting,
    path_to,
)
from registry_core.building.containers import (
    LEAVES,
    LITERAL,
    is_mapping,
    is_sequence,
    is_text,
    plain,
)
from registry_core.building.control_keys import followed, part_of
from registry_core.building.references import linked
from registry_core.errors import ConfigError, MissingType, RegistryError, WrongType
from registry_core.guards import PASSES
from registry_core.guesses import is_slip
from registry_core.limits import MAX_CONFIG_DEPTH, MAX_CONFIG_NODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.building.config_nodes import Part, Registries, Resolver
    from registry_core.building.control_keys import Link

# Keys at the root that begin so hold what YAML's anchors name.
_ANCHORS = "x-"


def whole(cfg: object, default_args: object, *, recursive: bool) -> Any:
    """A config as a dict, a list or a tuple, with what it does not say from `default_args`.

    It is `cfg` itself where that is a dict, a list or a tuple which nothing is left out of.

    Args:
        cfg: a mapping; in a recursive build a sequence, too.
        default_args: a mapping, or None.
        recursive: whether the keys at the root that hold anchors are left out.

    Raises:
        WrongType: one of them is something else.
        ConfigError: `cfg` cannot be read.
    """
    if type(cfg) is dict and default_args is None:
        found: Any = cfg
    elif recursive and default_args is None and is_sequence(cfg):
        found = plain(cfg)
    elif not is_mapping(cfg):
        kinds = "a mapping or a sequence" if recursive else "a dict, or another mapping"
        raise WrongType("cfg", kinds, cfg)
    elif default_args is None:
        found = plain(cfg)
    elif not is_mapping(default_args):
        raise WrongType("default_args", "a mapping or None", default_args)
    else:
        found, more = plain(default_args), plain(cfg)
        if isinstance(more, dict) and isinstance(found, dict):
            found.update(more)
        elif isinstance(more, ConfigError):
            found = more
    if isinstance(found, ConfigError):
        raise found
    return without_anchors(found) if recursive and type(found) is dict else found


def without_anchors(cfg: dict[Any, Any]) -> dict[Any, Any]:
    """The outermost mapping of a recursive build, without the keys that hold YAML's anchors."""
    if any(map(is_anchor, cfg)):
        return {key: value for key, value in cfg.items() if not is_anchor(key)}
    return cfg


def is_anchor(key: object) -> bool:
    """Whether what a key at the root holds is there for YAML's aliases alone."""
    if type(key) is str:
        return key[:2] == _ANCHORS
    return is_text(key) and str.__str__(key)[:2] == _ANCHORS


def take_apart(  # noqa: PLR0912 - a call for each value would take as long as all the rest
    cfg: Any, resolver: Resolver, registries: Registries, *, recursive: bool
) -> list[Part]:
    """The parts of `cfg`, in the order in which to build them: what is inside comes first.

    Nothing is raised for a wrong control key: it makes a part that says why. A config may nest
    deeper than Python calls may.

    Args:
        cfg: what `whole` returned.
        resolver: where its names are looked up.
        registries: finds the registry that `_registry_` names.
        recursive: whether to go into nested configs; else only into ``_args_`` and ``_kwargs_``.

    Raises:
        ConfigError: it refers to itself, nests too deep or fans out without bound.
    """
    if type(cfg) is dict and len(cfg) == 1 and LITERAL in cfg:
        return [(VALUE, LITERAL, cfg[LITERAL], Setting(resolver, None), None, None)]
    parts: list[Part] = []
    links: list[Link] = []
    controls = ALL_CONTROLS if recursive else CONTROLS
    waiting: list[tuple[Any, Setting, Part | None, object]]
    waiting = [(cfg, Setting(resolver, None), None, None)]
    for _ in range(MAX_CONFIG_NODES):
        if not waiting:
            break
        source, setting, parent, key = waiting.pop()
        part = part_of(source, setting, parent, key, registries, links, controls)
        parts.append(part)
        kind, _, contents, setting, _, _ = part
        if kind >= REFERRING:
            continue
        if kind == SPECIAL:
            setting = setting.inside()
        for inner, value in contents.items() if kind <= MAPPING else enumerate(contents):
            of = type(value)
            if of in LEAVES:
                continue
            held = value
            if of is not dict and of is not list and of is not tuple:
                held = followed(value, setting, recursive=recursive)
                if held is None:
                    continue
                of = type(held)
            is_wrapped = of is dict and len(held) == 1 and LITERAL in held
            # `_read_call` wrote that key: whatever is in there, its keys are names of arguments.
            if is_wrapped and not (kind == SPECIAL and inner is KWARGS):
                contents[inner] = held[LITERAL]
                if links:
                    links.append((LITERAL, "", None, part))
            elif (
                recursive
                or (kind == SPECIAL and type(inner) is str and inner in (ARGS, KWARGS))
                or isinstance(held, ConfigError)
            ):
                waiting.append((held, setting, part, inner))
    if waiting or len(parts) > MAX_CONFIG_DEPTH:
        _refuse_endless(cfg, parts, crowded=bool(waiting))
    if links:
        parts = linked(parts, links)
    else:
        parts.reverse()
    if parts[-1][0] > SPECIAL:
        _refuse_untyped(parts, recursive=recursive)
    return parts


def _refuse_untyped(parts: list[Part], *, recursive: bool) -> None:
    """Refuse a root in which nothing is built, and one whose type is misspelt.

    Of a sequence, the first mapping in it is refused.
    """
    root = parts[-1]
    places = [len(parts) - 1]
    if recursive and any(part[0] <= SPECIAL or part[0] >= REFERRING for part in parts):
        places = places if root[0] == MAPPING and misspelt(root[2], root[3]) else []
    elif root[0] != MAPPING:
        places = [place for place, part in enumerate(parts) if part[4] is root]
    for place in places:
        kind, _, contents, setting, parent, key = parts[place]
        if kind == MAPPING and (contents or not recursive):
            slip = misspelt(contents, setting) or next(_slips(contents, setting.word), None)
            error = MissingType(contents, setting.word, slip)
            parts[place] = (REFUSED, error, {}, setting, parent, key)
            return


def misspelt(contents: dict[Any, Any], setting: Setting) -> str | None:
    """The key of a mapping without a type that is like one and names an entry, if there is one."""
    for key in _slips(contents, setting.word):
        named = contents[key]
        if is_text(named):
            try:
                setting.resolver.entry(str.__str__(named))
            except RegistryError:
                continue
            return key
    return None


def _slips(contents: dict[Any, Any], word: str) -> Iterator[str]:
    for key in contents:
        text = str.__str__(key) if is_text(key) else ""
        # With a letter too many, as in "types", it may well be an argument.
        if len(text) <= len(word) and is_slip(text, word):
            yield key


def _refuse_endless(cfg: Any, parts: list[Part], *, crowded: bool) -> None:
    """Raise for a config that refers to itself, nests too deep or, if `crowded`, has no bound.

    Args:
        cfg: the config.
        parts: as far as it was read; what holds others comes first.
        crowded: whether there would have been more.

    Raises:
        ConfigError: saying which, and where.
    """
    depths: dict[int, int] = {}
    for part in parts:
        depth = depths[id(part)] = 1 if part[4] is None else depths[id(part[4])] + 1
        if depth > MAX_CONFIG_DEPTH or (crowded and part is parts[-1]):
            path = path_to(part)
            itself = _first_repeated(cfg, path)
            reason = f"nests deeper than {MAX_CONFIG_DEPTH:,} levels"
            if itself is not None:
                path, reason = itself, "refers to itself here"
            elif depth <= MAX_CONFIG_DEPTH:
                path = ()
                reason = f"has more than {MAX_CONFIG_NODES:,} mappings and lists; {AS_DATA}"
            error = ConfigError(f"the config {reason}")
            error.within(path)
            raise error


def _first_repeated(cfg: Any, path: tuple[object, ...]) -> tuple[object, ...] | None:
    """The way to the first container on `path` that is also above itself."""
    above = {id(cfg)}
    for depth, key in enumerate(path, 1):
        try:
            cfg = cfg[key]
        except PASSES:
            raise
        except BaseException:
            return None
        if id(cfg) in above:
            return path[:depth]
        above.add(id(cfg))
    return None
