"""Construction inside a module's `registry_core_build`, and who is to blame where that fails."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from registry_core.errors import HookError
from registry_core.guards import PASSES
from registry_core.hooks import BUILD
from registry_core.hooks.specs import marker
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pluggy import HookCaller

    from registry_core.entry import Entry, Provider


class Construction:
    """The innermost implementation of `registry_core_build`: it constructs."""

    @marker
    def registry_core_build(self, args: Any, kwargs: Any, construct: Any) -> object:
        """Call the constructor, or the next wrapper, with the arguments as they are by now."""
        return construct(*args, **kwargs)


def around(
    provider: Provider,
    caller: Callable[[str], HookCaller],
    entry: Entry,
    construct: Callable[..., Any],
) -> Callable[..., Any]:
    """`construct`, inside the `registry_core_build` that `caller` finds, which is `provider`'s."""

    @wraps(construct, updated=())
    def constructed(*args: object, **kwargs: object) -> object:
        raised: BaseException | None = None
        built: Any = None
        given = kwargs.copy()

        def guarded(*args: Any, **kwargs: Any) -> Any:
            nonlocal raised, built
            try:
                built = construct(*args, **kwargs)
            except BaseException as error:
                raised = error
                raise
            return built

        try:
            result = caller(BUILD)(entry=entry, args=args, kwargs=kwargs, construct=guarded)
        except PASSES:
            raise
        except BaseException as error:
            if error is raised and not _is_spoilt(construct, args, given, kwargs):
                raise
            raise HookError(provider, BUILD, error_text(error)) from error
        if result is None and raised is not None:
            reason = f"it returned None where the constructor raised {error_text(raised)}"
            raise HookError(provider, BUILD, reason) from raised
        if result is None and built is not None:
            reason = "it returned None for what was built; end it with a return"
            raise HookError(provider, BUILD, reason)
        return result

    return constructed


def _is_spoilt(construct: Callable[..., Any], args: Any, given: Any, changed: Any) -> bool:
    """Whether a wrapper has made keyword arguments that fit into ones that do not."""
    import inspect

    try:
        signature = inspect.signature(construct)
        signature.bind(*args, **given)
    except Exception:
        # They did not fit before; or a builtin has no signature.
        return False
    try:
        signature.bind(*args, **changed)
    except TypeError:
        return True
    return False
