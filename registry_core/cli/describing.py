"""The command `registry-core describe`: what an entry is, does and takes, and who provides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import (
    add_available,
    add_imports,
    add_json,
    add_registry_and_key,
    imported,
)
from registry_core.cli.listing import target_of
from registry_core.cli.printing import answer, complain, printing_to_stderr
from registry_core.cli.tables import columns, wrap
from registry_core.signature.record import (
    POSITIONAL_ONLY,
    VARIADIC_KEYWORD,
    VARIADIC_POSITIONAL,
)
from registry_core.text import escaped, safe_repr, safe_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from registry_core.cli.arguments import Parser
    from registry_core.query import Description
    from registry_core.signature import Parameter

DESCRIPTION = "Say what an entry takes, by reading its source; nothing of it is imported."
FORMAT = "registry_core-describe-1"


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core describe`` takes."""
    add_registry_and_key(parser)
    parser.add_argument(
        "--load", action="store_true", help="import it, and ask the object what it takes"
    )
    add_available(parser)
    add_json(parser)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the description."""
    if arguments.available:
        return _run_available(arguments)
    from registry_core.errors import ConfigError
    from registry_core.query import describe
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.owned import owned_registry

    made = imported(arguments)
    with printing_to_stderr():
        view = made.get(arguments.registry)
        if view is None:
            known = KnownRegistries()
            view = known.asked(arguments.registry)
            if arguments.load and known.owned(view.group) is not None:
                view = owned_registry(view.group)
        found = describe(view, arguments.key, load=arguments.load)
    try:
        texts = found.documented
    except ConfigError as error:
        complain(f"note: {error}")
        texts = {}
    if arguments.json:
        import json

        answer(json.dumps(_as_json(found, texts), indent=2, default=safe_repr))
    else:
        answer("\n".join(_lines(found, texts)))
    return 0


def _run_available(arguments: argparse.Namespace) -> int:
    from registry_core.cli.available import described

    several = described(arguments.registry, arguments.key)
    if arguments.json:
        import json

        shown = [
            {**_as_json(found, {}), "status": how} | ({} if is_known else {"arguments": None})
            for found, how, is_known in several
        ]
        # As of what is installed, but for indexes that disagree.
        data = shown[0] if len(shown) == 1 else {"format": FORMAT, "several": shown}
        answer(json.dumps(data, indent=2, default=safe_repr))
    else:
        answer(
            "\n\n".join(
                "\n".join(_lines(found, {}, how, is_known=is_known))
                for found, how, is_known in several
            )
        )
    return 0


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
