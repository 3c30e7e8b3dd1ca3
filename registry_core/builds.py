"""The half of a registry that answers questions and builds, each by its own room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from registry_core.building.construct import construct
from registry_core.errors import RegistryError, WrongType
from registry_core.text import html_table, quoted
from registry_core.tree.locations import scopes_within
from registry_core.tree.lookup import live
from registry_core.tree.owned import named_lookup, resolver_of
from registry_core.tree.registering import settings
from registry_core.tree.resolution import entries
from registry_core.tree.view import T_co, View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from registry_core.building.plan import Plan
    from registry_core.entry import Entry
    from registry_core.query import Description, Which
    from registry_core.tree.lookup import Lookup

R = TypeVar("R")


class Builds(View[T_co]):
    """What one asks of a registry, and builds with it. `Registry` adds registering."""

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

    def which(self, key: str, *, load: bool = False) -> Which:
        """What `key` resolves to, what it hides, and where: see `registry_core.query.which`.

        Example:
            >>> from registry_core import Registry
            >>> Registry("necks_doc_which", scope="acme").which("FPN").entries
            ()
        """
        from registry_core.query import which

        return which(self, key, load=load)

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
        rows = [(e.key, e.provider, e.address) for e in self.entries()]
        caption = f"{self.group}, scope {self._node.title or self.scope}"
        return html_table(("key", "provider", "target"), rows, caption)

    @property
    def build_func(self) -> Callable[..., Any]:
        """What `build` calls."""
        return self._node.settings["build_func"] or build_from_cfg

    @overload
    def build(
        self: Builds[Callable[..., R]], cfg: Mapping[str, Any], *args: Any, **kwargs: Any
    ) -> R: ...

    @overload
    def build(self, cfg: Sequence[Any], *args: Any, **kwargs: Any) -> Any: ...

    def build(self, cfg: Any, *args: Any, **kwargs: Any) -> Any:
        """Build what `cfg` describes, with `build_func`.

        The default scope, where one is set and this tree has it, is where the search starts.

        Args:
            cfg: as for `build_from_cfg`; it is not changed.
            args: passed on to `build_func`; see `build_from_cfg` for what that takes.
            kwargs: the same.

        Returns:
            Whatever was built.

        Raises:
            RegistryError: as `build_from_cfg` says.
        """
        build_func = self._node.settings["build_func"]
        if build_func is not None:
            return build_func(cfg, *args, **kwargs, registry=self)
        if args or kwargs:
            _check_passed(kwargs)
            return build_from_cfg(cfg, self, *args, **kwargs)
        return construct(self._lookup, cfg, None, None, self._named)

    def _named(self, name: str, around: str) -> Lookup:
        """The registry that a config names, where the call passes none."""
        return named_lookup(self, {}, name, around)

    @overload
    def plan(
        self: Builds[Callable[..., R]],
        cfg: Mapping[str, Any],
        default_args: Mapping[str, Any] | None = None,
        *,
        recursive: bool | None = None,
        registries: Mapping[str, View[Any]] | None = None,
        lock: str | Path | None = None,
    ) -> Plan[R]: ...

    @overload
    def plan(
        self,
        cfg: Sequence[Any],
        default_args: None = None,
        *,
        recursive: bool | None = None,
        registries: Mapping[str, View[Any]] | None = None,
        lock: str | Path | None = None,
    ) -> Plan[Any]: ...

    def plan(
        self,
        cfg: Any,
        default_args: Mapping[str, Any] | None = None,
        *,
        recursive: bool | None = None,
        registries: Mapping[str, View[Any]] | None = None,
        lock: str | Path | None = None,
    ) -> Plan[Any]:
        """Prepare a build that is to be repeated: resolve, load and judge all that `cfg` says.

        Args:
            cfg: as for `build_from_cfg`; it is copied as far as it is built.
            default_args: arguments for what `cfg` does not say.
            recursive: build nested configs first; None for what the registry says.
            registries: what ``_registry_`` may name, besides what installed frameworks own.
            lock: a file that ``registry-core lock`` wrote. What is planned must be as it says, here
                and where the plan is unpickled, before anything is imported there.

        Returns:
            A plan; each call of it builds.

        Raises:
            LockMismatch: what is installed is not what the lock says, or is not in it.
            WrongType: the registry has a `build_func`, whose work cannot be planned.
            ArgumentError: a constructor does not take these arguments.
            RegistryError: as `build_from_cfg` says, apart from what constructors raise.

        Example:
            >>> from registry_core import Registry
            >>> LAYERS = Registry("layers_doc_planned", scope="acme")
            >>> _ = LAYERS.register_module("Counter", module=dict)
            >>> plan = LAYERS.plan({"type": "Counter", "a": 1})
            >>> plan(), plan()
            ({'a': 1}, {'a': 1})
        """
        from registry_core.building.plan import Plan

        build_func = self._node.settings["build_func"]
        if build_func is not None:
            what = "the build_func of a registry whose builds are planned"
            raise WrongType(what, "the default", build_func)
        resolver, named = resolver_of(self, registries)
        settings(recursive=recursive)
        guard = None
        if lock is not None:
            from registry_core.config.lockfile import guard_of

            given = {**default_args, **cfg} if default_args else cfg
            guard = guard_of(lock, given, self, registries)
        return Plan(resolver, cfg, default_args, recursive, named, guard)


@overload
def build_from_cfg(
    cfg: Mapping[str, Any],
    registry: View[Callable[..., R]],
    default_args: Mapping[str, Any] | None = None,
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
) -> R: ...


@overload
def build_from_cfg(
    cfg: Sequence[Any],
    registry: View[Any],
    default_args: None = None,
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
) -> Any: ...


def build_from_cfg(
    cfg: Any,
    registry: View[Any],
    default_args: Mapping[str, Any] | None = None,
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
) -> Any:
    """Build what `cfg` describes from `registry`.

    A string in `cfg` can only name an entry; nothing that was not registered is run.

    Args:
        cfg: a mapping with "type" (a key, or in code a class or function) and keyword arguments;
            in a recursive build also a mapping or a sequence of such parts. Its control keys:
            ``_args_`` positional arguments, ``_kwargs_`` keyword arguments of any name;
            ``_partial_`` true for a `functools.partial` in place of a call; ``_scope_`` and
            ``_registry_`` where to look, for this and everything inside; a mapping with the one
            key ``_literal_`` is replaced by that key's value, which is data. In a recursive build
            ``_id_`` names a part, and a mapping with the one key ``_ref_`` is the part of that
            name; keys of the outermost mapping that begin with ``x-`` are left out. It is not
            changed.
        registry: where to look.
        default_args: arguments for what `cfg` does not say.
        recursive: build nested configs first; None for what the registry says.
        registries: what ``_registry_`` may name, besides what installed frameworks own.

    Returns:
        What was built.

    Raises:
        WrongType: `cfg` or one of its control keys has the wrong type.
        MissingType: nothing says what to build.
        EntryNotFound, EntryConflict, ScopeNotFound, RegistryNotFound: a name leads nowhere.
        PluginLoadError: the entry's module cannot be imported.
        BaseMismatch: what was loaded or built is not of the registry's base.
        HookError: a hook of a plugin failed.
        ArgumentError: the constructor does not take these arguments.
        BuildError: the constructor raised.
        ConfigError: `cfg` refers to itself, nests too deep or fans out without bound, or a control
            key cannot be obeyed.

    Example:
        >>> from registry_core import Registry, build_from_cfg
        >>> LAYERS = Registry("layers_doc", scope="acme")
        >>> _ = LAYERS.register_module("Counter", module=dict)
        >>> build_from_cfg({"type": "Counter", "a": 1}, LAYERS, {"b": 2})
        {'b': 2, 'a': 1}
    """
    resolver, named = resolver_of(registry, registries)
    settings(recursive=recursive)
    return construct(resolver, cfg, default_args, recursive, named)


def _check_passed(arguments: Mapping[str, object]) -> None:
    """Refuse keyword arguments that `build_from_cfg` does not take.

    Raises:
        WrongType: there is one.
    """
    for name in arguments.keys() - {"default_args", "recursive", "registries"}:
        fix = f"pass what is meant for the object in default_args={{{quoted(name)}: ...}}"
        error = WrongType("an argument of build", "default_args, recursive or registries", "", fix)
        error.got = quoted(name)
        raise error
