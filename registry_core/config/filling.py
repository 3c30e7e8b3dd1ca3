"""A config with every default of what it builds written out."""

from __future__ import annotations

import copy
import re
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import ALL_CONTROLS, ARGS, KWARGS, PARTIAL, TYPE
from registry_core.building.containers import LITERAL
from registry_core.config.constraints import literal
from registry_core.config.used import used
from registry_core.config.writing import yaml_text
from registry_core.errors import RegistryError
from registry_core.guesses import is_slip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from registry_core.config.used import Used
    from registry_core.signature import Parameter
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.view import View

_MISSING = "(required)"


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
    and not a value; so is an argument that is missing, and that a signature cannot be read.

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
    # Keys in whose place comments are written: YAML has no comments as data. No config has them.
    mark = f"comment_{token_hex(16)}_"
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
                part[f"{mark}{len(comments)}"] = None
                comments.append(" ".join(comment.split()))
    text = yaml_text({**head, **whole} if head else whole)
    return re.sub(rf"{mark}(\d+): null", lambda found: f"# {comments[int(found[1])]}", text)


def _added(
    part: Mapping[Any, Any], used_part: Used, known: KnownRegistries
) -> Iterator[tuple[str, object, str]]:
    """What to add to a part: names with values, or comments."""
    entry, lookup = used_part.entry, used_part.lookup
    if lookup.is_wrapped():
        yield "", None, "a hook may change its arguments: no default is written out"
        return
    try:
        if known.loads:
            signature = known.signatures.of_loaded(entry, lookup.load(entry))
        else:
            signature = known.signatures.of(entry)
    except RegistryError as error:
        yield "", None, f"its defaults cannot be read: {error.message()}"
        return
    given = {*part, *(part.get(KWARGS) or ())}
    by_place = signature.free_places[: len(part.get(ARGS) or ())]
    taken = {*given, *(each.name for each in by_place)}
    for each in signature.parameters:
        if each.bound or each.name in taken or each.is_variadic:
            continue
        if each.default is None:
            if part.get(PARTIAL) is not True:
                yield "", None, " ".join(filter(None, (f"{each.name}:", each.annotation, _MISSING)))
            continue
        if not each.takes_keyword or each.name in (lookup.type_key, *ALL_CONTROLS):
            yield "", None, f"{_default_text(each)} can be given in {ARGS} alone"
            continue
        value = literal(each.default)
        if _is_data(value):
            is_obeyed = _is_obeyed(value, (lookup.type_key, TYPE))
            yield each.name, {LITERAL: value} if is_obeyed else value, ""
        else:
            yield "", None, _default_text(each)


def _default_text(parameter: Parameter) -> str:
    return f"{parameter.name}: {parameter.default}"


def _is_data(value: object) -> bool:
    """Whether YAML gives back that very value: a tuple would come back as a list."""
    if isinstance(value, list):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        keys = all(isinstance(key, str) and _is_data(key) for key in value)
        return keys and all(map(_is_data, value.values()))
    if isinstance(value, str):
        # No file can hold half of a pair of surrogates.
        return not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value is None or isinstance(value, bool | int | float)


def _is_obeyed(value: object, words: Sequence[str]) -> bool:
    """Whether data in a config would be built, read as a reference, or taken for a slip."""
    if isinstance(value, list):
        return any(_is_obeyed(each, words) for each in value)
    if isinstance(value, dict):
        keys = (*words, *ALL_CONTROLS)
        is_special = any(key == each or is_slip(key, each) for key in value for each in keys)
        return is_special or any(_is_obeyed(each, words) for each in value.values())
    return isinstance(value, str) and "${" in value
