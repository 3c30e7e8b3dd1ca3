"""A build prepared once and called many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from registry_core.building.arguments import explained
from registry_core.building.codegen import function_of
from registry_core.building.config_nodes import path_to
from registry_core.building.construct import assembled, resolved
from registry_core.building.containers import is_text
from registry_core.building.frozen_parts import copied, frozen, opened, sealed, thawed
from registry_core.building.walking import take_apart, whole
from registry_core.errors import RegistryError
from registry_core.guards import FAILURES
from registry_core.limits import MAX_COMPILED_PARTS
from registry_core.scope import current_scope, default_scope
from registry_core.text import quoted, safe_repr

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.building.config_nodes import Part, Registries, Resolver
    from registry_core.building.frozen_parts import FrozenParts

    Guard = tuple[Callable[[Any], object], object]

R_co = TypeVar("R_co", covariant=True)


class Plan(Generic[R_co]):
    """A build that is prepared: each call builds anew what its config describes.

    Made by `Registry.plan`, and lives as long as you hold it. All that the config names has been
    resolved and loaded, and its arguments judged. It keeps what it found: neither a change of what
    is installed nor one of the config changes it, though what a build passes on untouched, such
    as nested values in a build that is not recursive, it passes on too, and does not copy.

    It pickles as its parts and the registries that they name. Where it is unpickled, nothing is
    looked up or imported before the first call, which raises what is wrong there, and names the
    provider and version that the plan was made with. What caused such an error is a note of it,
    and no `__cause__`: where the error goes, the class of that may not be importable.

    Example:
        >>> from registry_core import Registry
        >>> LAYERS = Registry("layers_doc_plan", scope="acme", recursive=True)
        >>> _ = LAYERS.register_module("Stack", module=dict)
        >>> plan = LAYERS.plan({"type": "Stack", "first": {"type": "Stack", "size": 3}})
        >>> plan()
        {'first': {'size': 3}}
        >>> plan() is plan()
        False
    """

    __slots__ = (
        *("__weakref__", "_build", "_frozen", "_guard", "_parts", "_providers"),
        *("_scope", "_shown"),
    )

    def __init__(
        self,
        resolver: Resolver,
        cfg: Any,
        default_args: Any,
        recursive: bool | None,
        registries: Registries,
        guard: Guard | None = None,
    ) -> None:
        """Prepare `cfg`; the arguments are those of `construct`, and a guard.

        The guard is a function of a module and its argument, called where this is unpickled, before
        anything is imported: it may refuse.

        Raises:
            RegistryError: a name leads nowhere, or arguments do not fit.
        """
        scope = current_scope()
        if scope is not None:
            resolver = resolver.start(scope)
        recurses = resolver.recursive if recursive is None else recursive
        cfg = whole(cfg, default_args, recursive=recurses)
        self._scope = scope
        self._guard = guard
        # What this was unpickled from, and how messages call what it builds.
        self._frozen: FrozenParts | bytes | None = None
        self._shown = ""
        self._parts = take_apart(cfg, resolver, registries, recursive=recurses)
        # Who provides each part: named in the error where unpickling does not find it.
        self._providers: list[str] = []
        self._build: Callable[[], Any] | None = _prepared(self._parts, self._providers)
        for part in self._parts:
            if part[4] is not None:
                # What is built takes this place; the config itself is not needed any more.
                part[4][2][part[5]] = None

    def __call__(self) -> R_co:
        """Build, under the default scope that was set when the plan was made, if one was.

        Raises:
            BuildError: a constructor raised.
            HookError, BaseMismatch: as `build_from_cfg` says.
            RegistryError: this was unpickled where a name leads nowhere, or arguments do not fit.
        """
        build = self._build
        try:
            if build is None:
                build = self._thaw()
            if self._scope is None:
                return build()  # type: ignore[no-any-return]
            with default_scope(self._scope):
                return build()  # type: ignore[no-any-return]
        except FAILURES as error:
            failure = error if build is None else self._explained(error)
            if self._frozen is None or not isinstance(failure, RegistryError):
                if failure is error:
                    raise
                raise failure from error
            if failure is not error:
                failure.__cause__ = error
        # Outside, because `raise` would make what is handled its context.
        failure.tell_cause()
        raise failure

    def _explained(self, error: BaseException) -> BaseException:
        """The error to raise for what a part raised: with its place."""
        if len(self._parts) > MAX_COMPILED_PARTS:
            # Without compiled code, the error has its place already.
            return error
        raised_at: Any = error.__traceback__
        # In the compiled function, each part stands on a line of its own.
        return explained(error, self._parts[raised_at.tb_next.tb_lineno - 1])

    def _thaw(self) -> Callable[[], Any]:
        """Look up what was pickled.

        Raises:
            RegistryError: it is not there; the error says what the plan was made with.
        """
        assert self._frozen is not None  # noqa: S101 - else there is something to call
        if self._guard is not None:
            judge, argument = self._guard
            judge(argument)
        # The outermost part is the last.
        data = opened(self._frozen, self._shown, self._providers[-1])
        parts = thawed(data, self._providers)
        try:
            build = _prepared(parts, [])
        except RegistryError as error:
            for part, provider in zip(parts, self._providers, strict=True):
                if path_to(part) == error.config_keys:
                    error.planned_with = provider
            raise
        self._parts, self._build = parts, build
        return build

    def __getstate__(self) -> dict[str, Any]:
        parts = self._frozen
        if parts is None:
            parts = sealed(frozen(self._parts))
        kept = {name: getattr(self, name) for name in ("_providers", "_scope", "_guard")}
        return {**kept, "_frozen": parts, "_shown": self._named()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._parts, self._build = [], None
        for name, value in state.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"<Plan of {quoted(self._named())}: {len(self._providers)} parts>"

    def _named(self) -> str:
        if self._shown:
            return self._shown
        named = self._parts[-1][1]
        return str.__str__(named) if is_text(named) else safe_repr(named)


def _prepared(parts: list[Part], providers: list[str]) -> Callable[[], Any]:
    """What builds all parts; `providers` takes who provides each.

    Raises:
        RegistryError: a name leads nowhere, or arguments do not fit; with its place in the config.
    """
    constructors = resolved(parts, providers)
    if len(parts) > MAX_COMPILED_PARTS:
        return lambda: assembled(copied(parts), constructors)
    return function_of(parts, constructors)
