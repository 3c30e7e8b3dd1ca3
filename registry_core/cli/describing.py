"""The verbs `describe` and `which`: what an entry is, and what a key means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import AVAILABLE, IMPORTS, JSON, LOAD, argument, registry_and_key
from registry_core.cli.listing import entry_as_data, target_of
from registry_core.cli.printing import CannotAnswer
from registry_core.cli.tables import columns, wrap
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import ConfigError, RegistryError
from registry_core.signature.record import (
    POSITIONAL_ONLY,
    VARIADIC_KEYWORD,
    VARIADIC_POSITIONAL,
)
from registry_core.text import clauses, escaped, joined, quoted, safe_repr, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from registry_core.cli.arguments import Arguments
    from registry_core.entry import Entry
    from registry_core.query import Description, Which
    from registry_core.signature import Parameter
    from registry_core.tree.view import View

FORMAT = "registry_core-describe-1"


@verb(
    "Say what an entry takes, by reading its source; nothing of it is imported.",
    registry_and_key,
    LOAD,
    AVAILABLE,
    JSON,
    IMPORTS,
)
def describe_verb(arguments: Arguments) -> Answer:
    """What the entry is, does and takes, and who provides it."""
    if arguments.available:
        return _describe_available(arguments)
    from registry_core.query.describe import described

    found = described(_view(arguments), arguments.key, arguments.known)
    texts, notes = {}, []
    try:
        texts = found.documented
    except ConfigError as error:
        notes = [f"note: {error}"]
    return Answer(_as_json(found, texts) if arguments.json else _lines(found, texts), notes=notes)


@verb(
    "Follow how a key is resolved: the scopes that are tried, the entry, and what of that name is "
    "shadowed, in conflict or blocked. Nothing is imported. The exit status is 1 where no entry is "
    "found, or more than one.",
    registry_and_key,
    argument("--scope", metavar="SCOPE", help="the scope to start from, as `_scope_` says it"),
    LOAD,
    JSON,
    IMPORTS,
)
def which_verb(arguments: Arguments) -> Answer:
    """How the key is resolved."""
    from registry_core.query import which

    view = _view(arguments)
    if arguments.scope:
        view = view._handle(view._lookup.within(arguments.scope).node)
    found = which(view, arguments.key, load=arguments.load)
    content = _steps_as_json(found) if arguments.json else _steps(found, arguments.key)
    try:
        arguments.known.entry(view._lookup, arguments.key)
    except RegistryError as error:
        return Answer(content, 1, [str(error)])
    return Answer(content)


def _view(arguments: Arguments) -> View[Any]:
    """The registry that is asked about; where none is named, the one that has the key.

    Raises:
        CannotAnswer: several have it, or there are several and none has.
    """
    if arguments.registry is not None:
        return arguments.view(arguments.registry)
    from registry_core.environment import current_environment
    from registry_core.query import which

    key, views, known = arguments.key, arguments.views(), arguments.known
    found = {group: which(view, key, load=known.loads) for group, view in views.items()}
    having = [group for group, each in found.items() if each.entries or each.blocked]
    if len(having) == 1:
        return views[having[0]]
    if having:
        ways = _ways(arguments, [(group, key) for group in having])
        raise CannotAnswer(f"several registries have {quoted(key)}: {ways}")
    if current_environment().groups_meant(key):
        ways = _ways(arguments, [(key, "KEY")])
        raise CannotAnswer(f"{quoted(key)} is a registry: say which entry of it, {ways}")
    if len(views) == 1:
        # It says what is like the key.
        return next(iter(views.values()))
    from registry_core.tree.missing import close_keys

    keys = [(f"{group} {e.key}", e.name) for group, view in views.items() for e in view.entries()]
    close = [
        (group, found) for group, _, found in (c.partition(" ") for c in close_keys(key, keys))
    ]
    ways = _ways(arguments, close or [("REGISTRY", "KEY")])
    what = f"no registry has {quoted(key)}; {'try' if close else 'ask'} {ways}"
    doubts = {group: known.doubt(view._lookup, key) for group, view in views.items()}
    unsure = [f"of {quoted(group)}, {doubt}" for group, doubt in doubts.items() if doubt]
    more = joined(unsure, "; ")
    raise CannotAnswer(clauses(what, more and f"{more}: {known.option} asks it"))


def _ways(arguments: Arguments, asked: Iterable[tuple[str, str]]) -> str:
    """What to type to ask for these keys in these registries."""
    from shlex import quote

    command = arguments.parser.prog
    ways = [f"{command} {quote(group)} {quote(key)}" for group, key in asked]
    return joined([safe_text(way) for way in ways], ", or ")


def _describe_available(arguments: Arguments) -> Answer:
    from registry_core.cli.available import described

    if arguments.registry is None:
        ways = _ways(arguments, [("REGISTRY", arguments.key)])
        raise CannotAnswer(f"say in which registry: {ways} --available")
    several = described(arguments.registry, arguments.key)
    if not arguments.json:
        return Answer(
            line
            for number, (found, how, is_known) in enumerate(several)
            for line in (*[""][:number], *_lines(found, {}, how, is_known=is_known))
        )
    shown = [
        {**_as_json(found, {}), "status": how} | ({} if is_known else {"arguments": None})
        for found, how, is_known in several
    ]
    # As of what is installed, but for indexes that disagree.
    return Answer(shown[0] if len(shown) == 1 else {"format": FORMAT, "several": shown})


def _as_json(found: Description, texts: Mapping[str, str]) -> dict[str, object]:
    entry = found.entry
    return {
        "format": FORMAT,
        "key": entry.key,
        "registry": entry.registry,
        "provider": entry.provider.name,
        "version": entry.provider.version or "",
        "target": entry.address,
        "file": found.file,
        "line": found.line,
        "summary": found.summary,
        "docstring": found.docstring,
        "metadata": dict(entry.metadata),
        "arguments": [
            {
                "name": each.name,
                "kind": each.kind,
                "annotation": each.annotation,
                "default": each.default,
                "required": each.required,
                "bound": each.bound,
                "text": texts.get(each.name, ""),
            }
            for each in found.parameters
        ],
    }


def _lines(
    found: Description, texts: Mapping[str, str], status: str = "", *, is_known: bool = True
) -> Iterator[str]:
    entry, room = found.entry, columns()
    yield f"{safe_text(entry.key)} in {safe_text(entry.registry)}"
    if found.summary:
        yield wrap(safe_text(found.summary), room, "  ", "  ")
    yield ""
    yield f"  provider: {entry.provider}{f' ({status})' if status else ''}"
    yield f"  target: {safe_text(target_of(entry))}"
    for name, value in entry.metadata.items():
        if name != "summary":
            yield wrap(f"{safe_text(str(name))}: {_shown(value)}", room, "  ", "    ")
    if found.file:
        yield f"  source: {escaped(found.file)}:{found.line}"
    yield ""
    none = "none" if is_known else "source does not tell"
    yield "  arguments:" if found.parameters else f"  arguments: {none}"
    for each in found.parameters:
        yield wrap(escaped(_signature(each)), room, "    ", "        ")
        if texts.get(each.name):
            yield wrap(escaped(" ".join(texts[each.name].split())), room, "        ", "        ")


def _shown(value: object) -> str:
    """A value of metadata: texts, and lists of them, as they are."""
    several = value if isinstance(value, list | tuple) else [value]
    return ", ".join(safe_text(v) if isinstance(v, str) else safe_repr(v) for v in several)


def _signature(parameter: Parameter) -> str:
    """One argument with its type and default, as in a definition."""
    stars = {VARIADIC_POSITIONAL: "*", VARIADIC_KEYWORD: "**"}.get(parameter.kind, "")
    text = f"{stars}{parameter.name}"
    if parameter.annotation:
        text += f": {parameter.annotation}"
    if parameter.default is not None:
        text += f" = {parameter.default}"
    marks = {
        "required": parameter.required,
        "bound by the entry": parameter.bound,
        "by place alone": parameter.kind == POSITIONAL_ONLY,
    }
    shown = ", ".join(mark for mark, holds in marks.items() if holds)
    return f"{text}  ({shown})" if shown else text


def _steps_as_json(found: Which) -> dict[str, object]:
    return {
        "format": "registry_core-which-1",
        "entries": [entry_as_data(each) for each in found.entries],
        "tried": list(found.tried),
        "shadowed": [entry_as_data(each) for each in found.shadowed],
        "blocked": [entry_as_data(each, why) for each, why in found.blocked],
        "renamed": list(found.renamed),
    }


def _steps(found: Which, key: str) -> Iterator[str]:
    if len(found.entries) > 1:
        yield f"{quoted(key)} is in conflict:"
    for each in found.entries:
        yield _in_words(each)
    if not found.entries:
        yield f"{quoted(key)} is not found"
    tried = [safe_text(each) or "the root" for each in found.tried]
    yield f"  tried: {', '.join(tried)}"
    for text in found.renamed:
        yield f"  renamed: {safe_text(text)}"
    for each in found.shadowed:
        yield f"  hides: {_in_words(each)}"
    for each, why in found.blocked:
        yield f"  {safe_text(why)}: {_in_words(each)}"


def _in_words(entry: Entry) -> str:
    return f"{safe_text(entry.key)}  {entry.provider}  {safe_text(target_of(entry))}"
