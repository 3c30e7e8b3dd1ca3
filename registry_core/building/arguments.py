"""Judges the arguments of a part, and says what went wrong where its constructor raised."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import ARGS, KWARGS, as_data, path_to
from registry_core.building.containers import is_text
from registry_core.errors import (
    ArgumentError,
    BaseMismatch,
    BuildError,
    EntryNotFound,
    HookError,
    RegistryError,
    WrongType,
)
from registry_core.guards import PASSES
from registry_core.text import error_text, key_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from inspect import Signature

    from registry_core.building.config_nodes import Constructor, Part, Resolver

    # The object of a type, how messages call it, who provides it, and what its entry binds.
    Described = tuple[Constructor, str, str, Mapping[str, object]]

# What a type may be.
TYPES = "the name of an entry, or a class or function passed by code"

# Errors of what stands around a constructor, which name the culprit themselves.
SAYS_ITSELF = (HookError, BaseMismatch)


def arguments_of(contents: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The positional arguments of a part, and those by keyword."""
    keywords = contents.copy()
    args, more = keywords.pop(ARGS, ()), keywords.pop(KWARGS, None)
    if more:
        keywords.update(more)
    return args, keywords


def constructor_of(part: Part, *, load: bool = True) -> Any:
    """What to call for a part that has a type; without loading it, the entry or the object.

    Raises:
        WrongType: its type is neither a name nor something to call.
        RegistryError: its name leads nowhere, or it cannot be loaded.
    """
    _, named, _, setting, parent, _ = part
    try:
        if not load and is_text(named):
            return setting.resolver.entry(named)
        return called(setting.resolver, named, setting.word)
    except (EntryNotFound, WrongType) as error:
        if parent is not None and (isinstance(error, EntryNotFound) or error.what == setting.word):
            # What is to be installed has that name: then it is no data.
            error.fix = error.fix or as_data(parent, part[5])
        raise


def called(resolver: Resolver, named: object, word: str) -> Constructor:
    """What to call for a type.

    Raises:
        WrongType: it is neither a name nor something to call.
        RegistryError: the name leads nowhere, or it cannot be loaded.
    """
    if is_text(named):
        return resolver.constructor(str.__str__(named))
    if callable(named):
        return named
    raise WrongType(word, TYPES, named)


def check_arguments(part: Part) -> str:
    """Judge the arguments of a part that has a type, as far as a signature tells.

    Not judged where a hook may change them. What a part that is called later misses is not a fault.

    Returns:
        Who provides it.

    Raises:
        ArgumentError: what would be called does not take them.
        RegistryError: its name leads nowhere, or it cannot be loaded.
    """
    _, named, contents, setting, _, _ = part
    described = description(setting.resolver, named)
    if not is_text(named) or not setting.resolver.is_wrapped():
        args, keywords = arguments_of(contents)
        # What a wrapper wraps need not take what the wrapper takes.
        wrong = mismatch(
            described, args, keywords, follow_wrapped=False, is_partial=setting.partial
        )
        if wrong is not None:
            raise wrong
    return described[2]


def explained(error: BaseException, part: Part) -> BaseException:
    """The error to raise for what a part raised: with its place; `error` where that says it all."""
    _, named, contents, setting, _, _ = part
    if isinstance(error, SAYS_ITSELF):
        found: RegistryError = error
    else:
        found = explanation(error, setting.resolver, named, *arguments_of(contents))
    found.within(path_to(part))
    return found


def explanation(
    error: BaseException,
    resolver: Resolver,
    named: object,
    args: tuple[object, ...],
    keywords: dict[str, Any],
) -> RegistryError:
    """The error to raise for what a constructor raised."""
    described = description(resolver, named)
    wrong = mismatch(described, args, keywords) if isinstance(error, TypeError) else None
    return wrong or BuildError(*described[1:3], error_text(error, own=RegistryError))


def note_once(error: BaseException, note: str) -> None:
    """Add a note to what a constructor raised, unless it is raised again and has it."""
    with suppress(Exception):
        # What is frozen, or keeps no list of notes, is raised without.
        if note not in getattr(error, "__notes__", ()):
            error.add_note(note)


def description(resolver: Resolver, named: Any) -> Described:
    """What messages say of a type."""
    if not is_text(named):
        return named, _name_of(named), "", {}
    found, entry = resolver.described(str.__str__(named))
    return found, named, str(entry.provider), entry.kwargs


def _name_of(found: object) -> str:
    try:
        name = found.__qualname__  # type: ignore[attr-defined]
    except PASSES:
        raise
    except BaseException:
        name = None
    return name if isinstance(name, str) else type.__dict__["__name__"].__get__(type(found))


def mismatch(
    described: Described,
    args: tuple[object, ...],
    keywords: Mapping[str, object],
    *,
    follow_wrapped: bool = True,
    is_partial: bool = False,
) -> ArgumentError | None:
    """How arguments do not fit a signature, or None where they do or that is unknown.

    Args:
        described: what would be called; what its entry binds cannot be given again.
        args: positional arguments.
        keywords: keyword arguments.
        follow_wrapped: whether to judge by what it wraps, where it wraps something.
        is_partial: whether more are given later.
    """
    import inspect

    try:
        signature = inspect.signature(described[0], follow_wrapped=follow_wrapped)
        return _unfit(signature, described, args, keywords, is_partial)
    except PASSES:
        raise
    except BaseException:
        # Builtins have no signature, and what computes its own may fail.
        return None


def _unfit(
    signature: Signature,
    described: Described,
    args: tuple[object, ...],
    keywords: Mapping[str, object],
    is_partial: bool,
) -> ArgumentError | None:
    _, what, provider, bound = described
    reason = "" if all(map(is_text, keywords)) else "keywords must be strings"
    try:
        (signature.bind_partial if is_partial else signature.bind)(*args, **keywords)
    except TypeError as error:
        reason = reason or str(error)
    if not reason and bound.keys().isdisjoint(keywords):
        return None
    free = [p for p in signature.parameters.values() if p.name not in bound]
    named = [p for p in free if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    places = [p for p in free if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    names = [p.name for p in named]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in free)
    given = {*(p.name for p in places[: len(args)]), *keywords}
    missing = (p.name for p in (*places, *named) if p.default is p.empty and p.name not in given)
    return ArgumentError(
        what,
        provider,
        unexpected=[
            key_text(k) for k in keywords if k in bound or (k not in names and not takes_any)
        ],
        missing=[] if is_partial else list(dict.fromkeys(missing)),
        accepts=taken(names, [p.name for p in places if p.kind is p.POSITIONAL_ONLY]),
        reason=reason,
    )


def taken(names: Sequence[str], by_place: Sequence[str]) -> str:
    """What something takes, in words: by name, and by place alone.

    >>> taken(["c", "d"], ["a"]), taken([], [])
    ('c, d, a by place, in _args_', 'no arguments')
    """
    at = [f"{', '.join(by_place)} by place, in {ARGS}"] if by_place else []
    return ", ".join([*names, *at]) or "no arguments"
