"""JSON Schema for the configs of a registry, so that an editor can complete and check them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from registry_core.tree.owned import named_lookup, resolver_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.tree.view import View

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(
    registry: View[Any],
    *,
    load: bool = False,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
) -> dict[str, Any]:
    """A JSON Schema (2020-12) for the configs that `registry` builds.

    ``type`` is one of the keys that resolve from this scope, and each entry says which arguments
    it takes. An argument's type is checked as far as its annotation says for certain what a config
    may hold. A nested config may stand in place of any value, unless the annotation names a class
    that it certainly is not of. An entry whose signature cannot be read takes anything; one whose
    target is not there is refused. What ``_registry_`` and ``_scope_`` name is checked as it is
    built there, and so is all inside; the default scope is not asked.

    It says what `check_config` says, but for what JSON Schema has no words for: which part has the
    ``_id_`` that a ``_ref_`` names, and whether a name that a ``**kwargs`` takes stands both in
    ``_kwargs_`` and beside it.

    Args:
        registry: the scope that is built from; its whole tree can be named.
        load: import every entry, and ask the object, in place of reading source.
        recursive: whether nested configs are checked, as a recursive build would build them;
            None for what the registry says.
        registries: what ``_registry_`` may name, besides what installed frameworks own.

    Returns:
        The schema, as plain data for `json.dump`.

    Raises:
        WrongType: `registry` is not a Registry.

    Example:
        >>> from registry_core import Registry
        >>> LAYERS = Registry("layers_doc_schema", scope="acme")
        >>> @LAYERS.register_module()
        ... class Affine:
        ...     def __init__(self, size: int): ...
        >>> schema(LAYERS)["$defs"]["Affine"]["properties"]["size"]["else"]
        {'type': 'integer'}
    """
    from registry_core.config.schema.sources import Sources
    from registry_core.config.schema.writer import SchemaWriter
    from registry_core.tree.known_registries import KnownRegistries

    resolver, _ = resolver_of(registry, registries)
    known = KnownRegistries(load=load)
    passed = registries or {}
    named = partial(named_lookup, registry, passed, owned=known.view)
    recurses = resolver.recursive if recursive is None else recursive
    sources = Sources(known, named, passed, recursive=recurses)
    return {"$schema": DIALECT, **SchemaWriter(resolver, sources).schema()}
