"""What builds, but hardly as it was meant: slips, idioms of other systems, parts left unbuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import ALL_CONTROLS
from registry_core.building.containers import LITERAL, is_literal, is_mapping, is_sequence, is_text
from registry_core.config.key_spellings import spellings
from registry_core.errors import ConfigHint, RegistryError
from registry_core.guesses import is_slip
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from registry_core.tree.lookup import Lookup


# The keys that configs say for entries: by target, and by the target's package and the name.
Keys = tuple[dict[str, str], dict[tuple[str, str], list[str]]]


def by_target(lookup: Lookup) -> Keys:
    """The entries that can be named from a scope, as other systems name classes."""
    exact: dict[str, str] = {}
    alike: dict[tuple[str, str], list[str]] = {}
    for each in spellings(lookup):
        address = each.entry.address.replace(":", ".")
        key = [*each.keys, *each.others][0]
        exact[address] = key
        alike.setdefault((address.partition(".")[0], each.entry.name), []).append(key)
    return exact, alike


# Keys by which other systems say what a part is.
_TYPES_ELSEWHERE = {"_target_": "Hydra", "class_path": "jsonargparse", "_component_": "torchtune"}


def hints(
    found: Mapping[Any, Any],
    lookup: Lookup,
    targets: Callable[[Lookup], Keys],
    *,
    recursive: bool,
    is_root: bool,
) -> Iterator[ConfigHint]:
    """What to say of one mapping of a config that is not an error.

    Args:
        found: the mapping, as the config has it.
        lookup: where names in it are looked up.
        targets: `by_target`, remembered for as long as a check lasts.
        recursive: whether parts inside are built.
        is_root: whether it is the whole config.

    Returns:
        Hints with the key that each is about.
    """
    word = lookup.type_key
    if word not in found:
        yield from _untyped(found, lookup, targets)
        if LITERAL in found and len(found) > 1:
            beside = next(key for key in found if key != LITERAL)
            what = f"{LITERAL} beside it is passed on as a key"
            yield _hint(beside, what, f"{LITERAL} must be alone in its mapping", "misspelt-key")
    if is_root and "_base_" in found:
        way = "compose the files first, and build from what comes out"
        yield _hint("_base_", "no other file is read for it, as MMEngine does", way, "other-system")
    if is_root and word not in found and _is_list_of_files(found.get("defaults")):
        way = "compose the files first, and build from what comes out"
        yield _hint(
            "defaults", "no other file is read for it, as Hydra does", way, "other-system", "hint"
        )
    for key, value in found.items():
        if word in found and is_text(key) and key not in ALL_CONTROLS:
            meant = next((each for each in sorted(ALL_CONTROLS) if is_slip(key, each)), None)
            if meant is not None:
                yield _hint(
                    key, "it is passed on as an argument", f"is {meant} meant?", "misspelt-key"
                )
        if is_text(value) and "${" in str.__str__(value):
            what = "no value is put in place of ${...}"
            yield _hint(key, what, "write the value, or resolve the config before", "interpolation")
        if recursive or not is_mapping(value) or is_literal(value):
            continue
        if _names_entry(value.get(word), lookup):
            yield _hint(key, "it is passed on unbuilt", "build with recursive=True", "unbuilt-part")


def _untyped(
    found: Mapping[Any, Any], lookup: Lookup, targets: Callable[[Lookup], Keys]
) -> Iterator[ConfigHint]:
    word = lookup.type_key
    for key, value in found.items():
        if not is_text(key) or not is_text(value):
            continue
        if is_slip(key, word) and _names_entry(value, lookup):
            yield _hint(
                key, "the mapping is passed on unbuilt", f"is {word} meant?", "misspelt-key"
            )
        system = _TYPES_ELSEWHERE.get(key)
        if system is not None:
            what = f"it is a key of {system}, and the mapping is passed on unbuilt"
            path = str.__str__(value)
            exact, alike = targets(lookup)
            # Or the only one of its name and package.
            like = alike.get((path.partition(".")[0], path.rpartition(".")[2]), [])
            name = exact.get(path) or (like[0] if len(like) == 1 else "and the name of an entry")
            yield _hint(key, what, f"write {word}: {name}", "other-system", "hint")


def unbuilt(
    found: Mapping[Any, Any], lookup: Lookup, wanted: frozenset[str] | None
) -> ConfigHint | None:
    """What to say of a mapping without a type where only an object can be meant.

    Args:
        found: the mapping, as the config has it.
        lookup: where names in it are looked up.
        wanted: the paths of the classes that are asked for.

    Returns:
        A hint at the key that may have been meant for the type; None where `hints` has one.
    """
    word = lookup.type_key
    near = [key for key, value in found.items() if is_text(key) and _names_entry(value, lookup)]
    if not wanted or any(is_slip(key, word) for key in near) or found.keys() & _TYPES_ELSEWHERE:
        return None
    near = [key for key in near if key not in ALL_CONTROLS]
    what = f"a mapping without {word} is passed on unbuilt, where a"
    names = " or a ".join(sorted(map(quoted, wanted)))
    way = f"is {word} meant for {quoted(near[0])}?" if near else f"write {word}: NAME in it"
    hint = ConfigHint(f"{what} {names} is asked for", way, "warning", "unbuilt-part")
    hint.within(tuple(near[:1]))
    return hint


def _is_list_of_files(value: object) -> bool:
    """Whether it is what Hydra composes: names, each perhaps with its group."""
    return (
        is_sequence(value)
        and bool(value)
        and all(is_text(each) or (is_mapping(each) and len(each) == 1) for each in value)
    )


def _names_entry(name: object, lookup: Lookup) -> bool:
    try:
        return is_text(name) and bool(lookup.entry(name))
    except RegistryError:
        return False


def _hint(key: object, what: str, fix: str, code: str, severity: str = "warning") -> ConfigHint:
    hint = ConfigHint(f"{quoted(str(key))}: {what}", fix, severity, code)
    hint.within((key,))
    return hint
