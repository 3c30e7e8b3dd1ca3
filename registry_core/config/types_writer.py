"""Typed dicts of the configs that a registry builds, for type checkers."""

from __future__ import annotations

import keyword
import unicodedata
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import ARGS, KWARGS, PARTIAL, REGISTRY, SCOPE
from registry_core.config.constraints import Constraints, Schema
from registry_core.errors import RegistryError
from registry_core.keys import parse_target
from registry_core.tree.locations import scopes_within
from registry_core.tree.resolution import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.entry import Entry
    from registry_core.signature import Signature
    from registry_core.signature.signatures import Signatures
    from registry_core.tree.view import View

# What a file begins with; the rest of the line names its registries.
MARK = "# Written by `registry-core types`: "
_HEAD = '''"""Configs of installed registries, for type checkers. It is written, not edited."""

# ruff: noqa
# mypy: ignore-errors
# pyright: reportMissingImports=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Required, TypedDict, Union, overload

from registry_core import installed_registry
'''
# Type checkers have it of their own; what runs need not.
_DEPRECATED = """
if TYPE_CHECKING:
    from typing_extensions import deprecated
else:
    deprecated = lambda said: lambda function: function
"""
_TYPES = {
    "array": "Sequence[Any]",
    "boolean": "bool",
    "integer": "int",
    "null": "None",
    "number": "float",
    "object": "Mapping[str, Any]",
    "string": "str",
}
_CONTROLS = {
    ARGS: "Sequence[Any]",
    KWARGS: "Mapping[str, Any]",
    REGISTRY: "str",
    SCOPE: "str",
}


def typed_configs(registries: Iterable[View[Any]], signatures: Signatures) -> str:
    """A module of Python with a TypedDict for each entry, and a typed `build` a registry.

    An argument whose type is not certain may be anything, as for the check; in place of any value
    a part may stand. What takes any keyword, and what cannot be read, has no TypedDict, because
    there is none that lets everything pass: a comment names it. A name that has been renamed has a
    TypedDict too; type checkers say at the call of `build_...` that it is deprecated (PEP 702).

    Args:
        registries: what is written down.
        signatures: reads what entries take.

    Returns:
        The source. It ends with a line break.
    """
    views = list(registries)
    parts = [f"{MARK}{' '.join(view.group for view in views)}\n{_HEAD}"]
    modules: set[str] = set()
    words: dict[str, View[Any]] = {}
    lasts = [_identifier(view.group.rpartition(".")[2]).capitalize() for view in views]
    for view, last in zip(views, lasts, strict=True):
        word = last if lasts.count(last) == 1 else _identifier(view.group).capitalize()
        while word.lower() in map(str.lower, words):
            word += "_"
        words[word] = view
    bodies = ["".join(_registry(view, word, signatures, modules)) for word, view in words.items()]
    if modules:
        lines = "".join(f"    import {each}\n" for each in sorted(modules))
        parts.append(f"\nif TYPE_CHECKING:\n{lines}")
    if any("\n@deprecated(" in body for body in bodies):
        parts.append(_DEPRECATED)
    parts.append("\nPart = Mapping[str, Any]\n")
    return "".join((*parts, *bodies))


def _registry(
    view: View[Any], word: str, signatures: Signatures, modules: set[str]
) -> Iterator[str]:
    constraints = Constraints(lambda allowed: allowed.values or {}, signatures.types)
    type_key = view._lookup.type_key
    open_ended: list[str] = []
    made: dict[str, str] = {}
    old: dict[str, str] = {}
    for key, entry, said in _named(view):
        signature = _signature(entry, signatures)
        if signature is None:
            open_ended.append(key)
            continue
        name = f"{word}_{_identifier(key)}"
        while name in made:
            name += "_"
        made[name] = _made(entry, signatures, modules)
        if said:
            old[name] = said
        yield f"\n{name} = TypedDict(\n    {name!r},\n    {{\n"
        yield f"        {type_key!r}: {f'Required[Literal[{key!r}]]'!r},\n"
        for argument, text in _keys(signature, constraints, type_key):
            yield f"        {argument!r}: {text!r},\n"
        yield "    },\n    total=False,\n)\n"
    for key in open_ended:
        yield f"# {key!r} takes any keyword, or cannot be read: annotate its configs as dict.\n"
    if not made:
        return
    yield f"\n{word}Config = Union[{', '.join(made)}]\n"
    function = f"build_{word.lower()}"
    for name in made if len(made) > 1 else ():
        mark = f"\n@deprecated({old[name]!r})" if name in old else ""
        yield f"\n\n@overload{mark}\ndef {function}(cfg: {name}) -> {made[name]}: ..."
    only = next(iter(made))
    taken, given = ("Any", "Any") if len(made) > 1 else (only, made[only])
    yield f"\n\n\ndef {function}(cfg: {taken}) -> {given}:\n"
    yield f'    """Build a config of the registry {view.group!r}, nested parts first."""\n'
    yield f"    return installed_registry({view.group!r}).build(cfg, recursive=True)\n"


def _named(view: View[Any]) -> Iterator[tuple[str, Entry, str]]:
    """The names of a registry, each with its entry and, of an old one, what to say of its use."""
    tree, lookup = view._node.tree, view._lookup
    for node in scopes_within(tree.root):
        yield from ((entry.key, entry, "") for entry in entries(node))
    notes = tree.table().notes
    for key in () if notes is None else sorted(notes.old_names()):
        renames, found = lookup.renames(key), lookup.resolution(key).entries
        if renames and len(found) == 1:
            yield key, found[0], "; ".join(each.message() for each in renames)


def _signature(entry: Entry, signatures: Signatures) -> Signature | None:
    """What an entry takes; None where it takes anything, or that is not certain."""
    try:
        found = signatures.of(entry)
    except RegistryError:
        return None
    return None if found.is_open else found


def _keys(
    signature: Signature, constraints: Constraints, type_key: str
) -> Iterator[tuple[str, str]]:
    for each in signature.keywords:
        if each.name != type_key:
            annotation = signature.annotations.get(each.name, "")
            allowed = constraints.of(annotation, each.default)
            text = type_text(allowed.values)
            text = text if text == "Any" else f"{text} | Part"
            yield each.name, f"Required[{text}]" if each.required else text
    yield from _CONTROLS.items()
    yield PARTIAL, "Literal[False]"


def type_text(schema: Schema | None) -> str:
    """What a schema allows, as an annotation.

    >>> type_text({"type": ["number", "null"]}), type_text({"enum": ["a", 1]})
    ('float | None', "Literal['a', 1]")
    >>> type_text({"type": "array", "items": {"type": "string"}}), type_text({})
    ('Sequence[str]', 'Any')
    """
    if not schema:
        return "Any"
    if "anyOf" in schema:
        texts = dict.fromkeys(type_text(each) for each in schema["anyOf"])
        return "Any" if "Any" in texts else " | ".join(texts)
    if "enum" in schema:
        plain = [each for each in schema["enum"] if not isinstance(each, float)]
        literal = f"Literal[{', '.join(map(repr, plain))}]"
        return literal if len(plain) == len(schema["enum"]) else "float"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds == ["array"] and schema.get("items") and "prefixItems" not in schema:
        return f"Sequence[{type_text(schema['items'])}]"
    return " | ".join(_TYPES[kind] for kind in kinds) or "Any"


def _made(entry: Entry, signatures: Signatures, modules: set[str]) -> str:
    """What building an entry gives, in words of a type checker."""
    if not isinstance(entry.target, str) or not signatures.is_class(entry):
        return "Any"
    module, attribute, _ = parse_target(entry.target)
    modules.add(module)
    return f"{module}.{attribute}"


def _identifier(text: str) -> str:
    """A name for `text`; Python takes letters for one name that are of one kind (NFKC).

    >>> _identifier("a-b"), _identifier("class"), _identifier("50"), _identifier(chr(0xFB01))
    ('a_b', '_class', '_50', 'fi')
    """
    plain = unicodedata.normalize("NFKC", text)
    found = "".join(letter if f"_{letter}".isidentifier() else "_" for letter in plain)
    return found if found.isidentifier() and not keyword.iskeyword(found) else f"_{found}"
