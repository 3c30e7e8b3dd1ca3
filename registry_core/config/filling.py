"""A config with every default of what it builds written out."""

from __future__ import annotations

import ast
import copy
import re
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import ALL_CONTROLS, ARGS, KWARGS
from registry_core.config.used import used
from registry_core.config.writing import yaml_text
from registry_core.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry_core.config.used import Used
    from registry_core.signature import Parameter
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.view import View

# A key in whose place a comment is written: YAML has no comments as data.
_COMMENT = "registry_core_comment_"
_PLACE = re.compile(rf"(\s*){_COMMENT}(\d+): null")


def filled(
    cfg: Any,
    registry: View[Any],
    known: KnownRegistries,
    registries: Mapping[str, View[Any]] | None = None,
    *,
    head: Mapping[str, object] | None = None,
) -> str:
    """The YAML of a config in which each part says every argument that has a default.

    It builds the same. A default that YAML cannot say, such as a tuple or a function, is a comment
    and not a value; so is that a signature cannot be read.

    Args:
        cfg: the config, which is left as it is.
        registry: where to look.
        known: finds the registries that the config names, and reads signatures.
        registries: what ``_registry_`` may name, besides what installed frameworks own.
        head: what is written before it, as it is.

    Raises:
        RegistryError: a build would refuse a part; the first of them.
    """
    whole = copy.deepcopy(cfg)
    comments: list[str] = []
    done: set[int] = set()
    for each in used(whole, registry, known, registries):
        part: Any = whole
        for key in each.keys:
            part = part[key]
        # What a YAML alias repeats is one mapping.
        if id(part) not in done:
            done.add(id(part))
            added = list(_added(part, each, known))
            part |= {name: value for name, value, comment in added if not comment}
            # Last, where a config that is filled again has them too.
            for comment in filter(None, (comment for _, _, comment in added)):
                part[f"{_COMMENT}{len(comments)}"] = None
                comments.append(" ".join(comment.split()))
    text = yaml_text({**head, **whole} if head else whole)
    return "\n".join(_line(each, comments) for each in text.split("\n"))


def _line(line: str, comments: list[str]) -> str:
    """A line of the YAML; a comment where a key stands for one."""
    found = _PLACE.fullmatch(line)
    return line if found is None else f"{found[1]}# {comments[int(found[2])]}"


def _added(
    part: Mapping[Any, Any], used_part: Used, known: KnownRegistries
) -> Iterator[tuple[str, object, str]]:
    """What to add to a part: names with values, or comments."""
    resolver = used_part.resolver
    if resolver.is_wrapped():
        yield "", None, "a hook may change its arguments: no default is written out"
        return
    try:
        signature = known.signatures.of(used_part.entry)
    except RegistryError as error:
        yield "", None, f"its defaults cannot be read: {error.message()}"
        return
    given = {*part, *(part.get(KWARGS) or ())}
    by_place = signature.free_places[: len(part.get(ARGS) or ())]
    taken = {*given, *(each.name for each in by_place)}
    for each in signature.parameters:
        if each.default is None or each.bound or each.name in taken:
            continue
        if not each.takes_keyword or each.name in (resolver.type_key, *ALL_CONTROLS):
            yield "", None, f"{_default_text(each)} can be given in {ARGS} alone"
            continue
        try:
            value = ast.literal_eval(each.default)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            yield "", None, _default_text(each)
            continue
        if _is_data(value):
            yield each.name, value, ""
        else:
            yield "", None, _default_text(each)


def _default_text(parameter: Parameter) -> str:
    return f"{parameter.name}: {parameter.default}"


def _is_data(value: object) -> bool:
    """Whether YAML gives back that very value: a tuple would come back as a list."""
    if isinstance(value, list):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_data(v) for k, v in value.items())
    return value is None or isinstance(value, bool | int | float | str)
