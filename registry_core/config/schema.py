"""JSON Schema for the configs of a registry, so that an editor can complete and check them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from registry_core.tree.view import View

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(
    registry: View[Any], *, load: bool = False, recursive: bool | None = None
) -> dict[str, Any]:
    """A JSON Schema (2020-12) for the configs that `registry` builds.

    ``type`` is one of the keys that resolve from this scope, and each entry says which arguments
    it takes. An argument's type is checked where its annotation says for certain what a config
    may hold: numbers, texts, booleans, None, lists, mappings, ``Literal``, and unions of these. A
    nested config may stand in place of any value, unless the annotation names a class that it
    certainly is not of. An entry whose signature cannot be read takes anything; one whose target is
    not there is refused. A part with the ``_registry_`` of another installed registry is checked as
    that one builds it. A part with ``_scope_`` is looked up elsewhere, and not checked; the default
    scope is not asked.

    Args:
        registry: the scope that is built from; its whole tree can be named.
        load: import every entry, and ask the object, in place of reading source.
        recursive: whether nested configs are checked, as a recursive build would build them;
            None for what the registry says.

    Returns:
        The schema, as plain data for `json.dump`.

    Raises:
        WrongType: `registry` is not a Registry.

    Example:
        >>> from registry_core import Registry
        >>> LAYERS = Registry("layers_doc_schema", scope="acme")
        >>> @LAYERS.register_module()
        ... class Dense:
        ...     def __init__(self, size: int): ...
        >>> checked = schema(LAYERS)["else"]["else"]
        >>> checked["else"]["properties"]["type"]["enum"]
        ['Dense']
        >>> checked["allOf"][0]["then"]["properties"]["size"]["else"]
        {'type': 'integer'}
    """
    from registry_core.config.schema_writer import SchemaWriter, Sources
    from registry_core.tree.known_registries import KnownRegistries

    resolver, _ = resolver_of(registry)
    recurses = resolver.recursive if recursive is None else recursive
    known = KnownRegistries()
    others = known.all()
    others.pop(resolver.node.tree.group, None)
    sources = Sources(known, others, load=load, recursive=recurses)
    written = SchemaWriter(resolver, sources).schema()
    for group, lookup in others.items():
        written["$defs"][group] = SchemaWriter(lookup, sources, f"#/$defs/{group}").schema()
    return {"$schema": DIALECT, **written}
