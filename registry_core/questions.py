"""The questions that a registry answers about itself and about configs, each by its own room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.errors import RegistryError
from registry_core.tree.locations import scopes_within
from registry_core.tree.lookup import live
from registry_core.tree.resolution import entries
from registry_core.tree.view import T_co, View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.entry import Entry
    from registry_core.query import Description, Which


class Questions(View[T_co]):
    """What one can ask of a registry. `Builds` adds building, `Registry` registering."""

    __slots__ = ()

    def find(self, text: str, /, **metadata: object) -> list[Entry]:
        """The entries within this scope in which `text` occurs: see `registry_core.query.find`.

        Example:
            >>> from registry_core import Registry
            >>> NECKS = Registry("necks_doc_questions", scope="acme")
            >>> _ = NECKS.register_module("FPN", module=dict, metadata={"paper": "Pyramids"})
            >>> [entry.key for entry in NECKS.find("pyramid")]
            ['FPN']
        """
        from registry_core.query import find

        return find(self, text, **metadata)

    def which(self, key: str) -> Which:
        """What `key` resolves to, what it hides, and where: see `registry_core.query.which`.

        Example:
            >>> from registry_core import Registry
            >>> Registry("necks_doc_which", scope="acme").which("FPN").entries
            ()
        """
        from registry_core.query import which

        return which(self, key)

    def describe(self, key: str, *, load: bool = False) -> Description:
        """What an entry is and takes, read from its source: see `registry_core.query.describe`.

        Example:
            >>> from registry_core import Registry
            >>> WORDS = Registry("words_doc_questions", scope="acme")
            >>> @WORDS.register_module()
            ... def repeat(word: str) -> str:
            ...     '''The word, twice.'''
            ...     return word * 2
            >>> WORDS.describe("repeat").summary
            'The word, twice.'
        """
        from registry_core.query import describe

        return describe(self, key, load=load)

    def check(
        self,
        cfg: Mapping[str, Any] | Sequence[Any],
        *,
        recursive: bool | None = None,
        registries: Mapping[str, View[Any]] | None = None,
        load: bool = False,
    ) -> list[RegistryError]:
        """What `build` would refuse in `cfg`, all of it: see `registry_core.config.check_config`.

        Example:
            >>> from registry_core import Registry
            >>> LAYERS = Registry("layers_doc_questions", scope="acme")
            >>> [type(error).__name__ for error in LAYERS.check({"type": "Dense"})]
            ['EntryNotFound']
        """
        from registry_core.config import check_config

        return check_config(cfg, self, recursive=recursive, registries=registries, load=load)

    def schema(self, *, load: bool = False, recursive: bool | None = None) -> dict[str, Any]:
        """A JSON Schema of the configs that this scope builds: see `registry_core.config.schema`.

        Example:
            >>> from registry_core import Registry
            >>> sorted(Registry("layers_doc_schema_method", scope="acme").schema())[:2]
            ['$defs', '$schema']
        """
        from registry_core.config import schema

        return schema(self, load=load, recursive=recursive)

    def load_all(self) -> list[tuple[Entry, T_co | RegistryError]]:
        """Load every entry within this scope; one that fails hinders no other.

        Returns:
            Each entry, sorted by scope and name, with its object, or with the error that says why
            it cannot be loaded. Of a conflict every side is loaded.

        Example:
            >>> from registry_core import Registry
            >>> WORDS = Registry("words_doc_load_all", scope="acme")
            >>> _ = WORDS.register_module("Counter", module=dict)
            >>> [(entry.key, found) for entry, found in WORDS.load_all()]
            [('Counter', <class 'dict'>)]
        """
        loaded: list[tuple[Entry, Any]] = []
        for node in scopes_within(self._node):
            for entry in entries(node):
                try:
                    loaded.append((entry, live(node, entry)))
                except RegistryError as error:
                    loaded.append((entry, error))
        return loaded

    def _repr_html_(self) -> str:
        """A table of the entries within this scope, for notebooks."""
        from registry_core.html_table import html_table

        rows = [(e.key, e.provider, e.address) for e in self.entries()]
        caption = f"{self.group}, scope {self._node.title or self.scope}"
        return html_table(("key", "provider", "target"), rows, caption)
