"""`DefaultScope`: the default scope under a name, as MMEngine's programs set and ask it."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any

from registry_core.compat.mmengine.errors import AssertedArgument
from registry_core.compat.mmengine.live import LiveDict
from registry_core.scope import current_scope, default_scope, held_here, hold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_lock = RLock()
_numbers = count(1)


class _Instances(LiveDict["DefaultScope"]):
    """All that have a name here, oldest first. The last one is the default scope."""

    def __iter__(self) -> Iterator[str]:
        return iter(_named())

    def __contains__(self, name: object) -> bool:
        return name in _named()

    def __getitem__(self, name: str) -> DefaultScope:
        return _named()[name]

    def __setitem__(self, name: str, instance: DefaultScope) -> None:
        if not isinstance(instance, DefaultScope):
            raise AssertedArgument("a default scope must be a DefaultScope, but got", instance)
        with _lock:
            _keep({**_named(), name: instance})

    def __delitem__(self, name: str) -> None:
        with _lock:
            known = _named()
            del known[name]
            _keep(known)

    def clear(self) -> None:
        _keep({})


class _Scopes(type):
    """The class of `DefaultScope`, whose names can be assigned."""

    @property
    def _instance_dict(cls) -> _Instances:
        return _Instances()

    @_instance_dict.setter
    def _instance_dict(cls, instances: Mapping[str, DefaultScope]) -> None:
        _Instances().replace(instances)


class DefaultScope(metaclass=_Scopes):
    """A default scope under a name. Lives until `clear`, or until the end of the block it is in.

    Which one holds is what `registry_core.scope` says: one made outside any block holds for the
    process, one made inside for the rest of that block, in its thread or task alone.

    Args:
        name: what to ask for it by.
        scope_name: the scope.

    Raises:
        AssertedArgument: one of them is not a str, or the name is empty.

    Example:
        >>> with DefaultScope.overwrite_default_scope("mmdet"):
        ...     _ = DefaultScope.get_instance("task", scope_name="mmpose")
        ...     DefaultScope.get_current_instance().scope_name
        'mmpose'
        >>> DefaultScope.check_instance_created("task")
        False
    """

    def __init__(self, name: str, scope_name: str) -> None:
        named: object = name
        if not isinstance(named, str) or not named:
            raise AssertedArgument("name argument must be an non-empty string, but got", name)
        if not isinstance(scope_name, str):
            raise AssertedArgument("scope_name should be a string, but got", scope_name)
        self._instance_name = name
        self._scope_name = scope_name

    @property
    def instance_name(self) -> str:
        """The name to ask for it by."""
        return self._instance_name

    @property
    def scope_name(self) -> str:
        """The scope."""
        return self._scope_name

    @classmethod
    def get_instance(cls, name: str, **kwargs: Any) -> DefaultScope:
        """The one of that name; where there is none it is made, and is the default scope.

        Args:
            name: its name.
            kwargs: ``scope_name``, for one that is to be made.

        Returns:
            The known or new one.

        Raises:
            AssertedArgument: an argument is not a str.
            TypeError: it is to be made, and there is no ``scope_name``.

        Example:
            >>> with DefaultScope.overwrite_default_scope("mmdet"):
            ...     first = DefaultScope.get_instance("task", scope_name="mmpose")
            ...     DefaultScope.get_instance("task") is first
            True
        """
        if not isinstance(name, str):
            raise AssertedArgument("type of name should be str, but got", name)
        with _lock:
            found = _named().get(name)
            if found is None:
                found = cls._instance_dict[name] = cls(name=name, **kwargs)
                return found
        if kwargs:
            warning = (
                f"the default scope {name!r} has been created: its other arguments are ignored"
            )
            warnings.warn(warning, stacklevel=2)
        return found

    @classmethod
    def get_current_instance(cls) -> DefaultScope | None:
        """The default scope that holds here; None where there is none.

        Returns:
            The latest with a name for that scope; one of its own for a scope that was set by
            `registry_core.default_scope`.

        Example:
            >>> from registry_core import default_scope
            >>> with default_scope("mmdet"):
            ...     DefaultScope.get_current_instance().scope_name
            'mmdet'
        """
        scope = current_scope()
        if scope is None:
            return None
        for instance in reversed(_named().values()):
            if instance.scope_name == scope:
                return instance
        return cls(f"default_scope({scope!r})", scope)

    @classmethod
    def check_instance_created(cls, name: str) -> bool:
        """Whether there is one of that name.

        Example:
            >>> DefaultScope.check_instance_created("nobody")
            False
        """
        return name in _named()

    @classmethod
    @contextmanager
    def overwrite_default_scope(cls, scope_name: str | None) -> Iterator[None]:
        """Make a scope the default one for a block, whose end undoes all that was made inside.

        Other threads do not see it.

        Args:
            scope_name: the scope; None for a block that changes nothing.

        Raises:
            AssertedArgument: it is neither a str nor None.

        Example:
            >>> with DefaultScope.overwrite_default_scope("mmdet"):
            ...     DefaultScope.get_current_instance().scope_name
            'mmdet'
        """
        if scope_name is None:
            yield
            return
        inside = cls(f"overwrite-{next(_numbers)}", scope_name)
        with default_scope(scope_name):
            _keep({**_named(), inside.instance_name: inside})
            yield

    @classmethod
    def clear(cls) -> None:
        """Forget all names, and have no default scope: of this block, or of the process.

        Example:
            >>> with DefaultScope.overwrite_default_scope("mmdet"):
            ...     DefaultScope.clear()
            ...     print(DefaultScope.get_current_instance())
            None
        """
        cls._instance_dict.clear()


def _named() -> dict[str, DefaultScope]:
    """All that have a name here, oldest first."""
    return dict(held_here() or {})


def _keep(known: dict[str, DefaultScope]) -> None:
    """Let these have a name, and the last be the default scope, for the block that is open here."""
    last = next(reversed(known.values()), None)
    hold(None if last is None else last.scope_name, known)
