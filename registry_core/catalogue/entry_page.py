"""The page of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.building.config_nodes import ALL_CONTROLS, ARGS, KWARGS
from registry_core.catalogue.markup import (
    anchor,
    badges,
    link,
    long_text,
    page,
    place,
    prose,
    text,
    value_text,
)
from registry_core.config.yaml_scalars import written
from registry_core.signature.record import POSITIONAL_ONLY, marked
from registry_core.text import safe_repr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry_core.query.survey import Surveyed, SurveyedRegistry
    from registry_core.signature import Parameter, Signature

_UP = "../"
_INDEX = f"{_UP}index.html"


def entry_page(item: Surveyed, registry: SurveyedRegistry, pages: Mapping[int, str]) -> str:
    """The page of one entry.

    Args:
        item: the entry, described.
        registry: its registry.
        pages: the path of each entry's page, by the identity of what was found.
    """
    body = "\n".join(_body(item, registry, pages))
    return page(f"{item.entry.key} in {registry.group}", body, root=_UP)


def _body(item: Surveyed, registry: SurveyedRegistry, pages: Mapping[int, str]) -> Iterator[str]:
    entry, found = item.entry, item.signature
    way = f'{link(_INDEX, "Catalogue")} <span aria-hidden="true">/</span> {_group(registry)}'
    yield f'<nav class="way" aria-label="Where you are">{way}</nav>'
    key = text(entry.key).replace(".", ".<wbr>")
    yield f'<main class="entry">\n<h1><code>{key}</code>{badges(item)}</h1>'
    if item.summary:
        yield f'<p class="summary">{prose(item.summary)}</p>'
    if found is not None:
        yield _call(entry.name, found)
        if not item.status and not found.abstract:
            yield _config(entry.key, found, registry.type_key)
    yield from _warnings(item, registry, pages)
    yield f"<dl>\n{''.join(_facts(item, registry))}</dl>"
    if found is not None:
        yield _arguments(item, found)
        said = {"Description": found.docstring, "Constructor": found.constructor_docstring}
        for heading, docstring in said.items():
            if docstring:
                shown = long_text(docstring)
                yield f'<h2>{heading}</h2>\n<pre class="docstring">{shown}</pre>'
    yield "</main>"


def _group(registry: SurveyedRegistry) -> str:
    return link(f"{_INDEX}#{anchor('registry', registry.group)}", registry.group)


def _call(name: str, found: Signature) -> str:
    taken = marked(each for each in found.parameters if not each.bound)
    inside = ", ".join(each if isinstance(each, str) else _parameter(each) for each in taken)
    return f'<pre class="call"><code>{text(name)}({inside})</code></pre>'


def _config(key: str, found: Signature, type_key: str) -> str:
    """The YAML that builds it: its type, and what has to be said; the values are left open."""
    needed = [each for each in found.keywords if each.required]
    by_place = [each for each in found.free_places if each.required and not each.takes_keyword]
    # Beside a type, these words are no arguments.
    controls = {type_key, *ALL_CONTROLS}
    within = [each for each in needed if each.name in controls]
    beside = [each for each in needed if each.name not in controls]
    lines = [f"{written(type_key)}: {written(key)}"]
    lines += [_open(f"{written(each.name)}:", each) for each in beside]
    if by_place:
        lines += [f"{ARGS}:", *(_open("-", each) for each in by_place)]
    if within:
        lines += [f"{KWARGS}:", *(_open(f"  {written(each.name)}:", each) for each in within)]
    shown = "\n".join(map(text, lines))
    return f'<pre class="call" data-language="yaml"><code>{shown}</code></pre>'


def _open(before: str, parameter: Parameter) -> str:
    """A line of YAML without its value, and what that is."""
    said = " ".join((parameter.annotation or "").split())
    if not parameter.takes_keyword:
        said = f"{parameter.name}: {said}" if said else parameter.name
    return f"{before} ...  # {said}" if said else f"{before} ..."


def _parameter(parameter: Parameter) -> str:
    shown = f"{parameter.stars}{parameter.name}"
    if parameter.annotation:
        shown += f": {parameter.annotation}"
    if parameter.default is not None:
        shown += f" = {parameter.default}" if parameter.annotation else f"={parameter.default}"
    return text(shown)


def _warnings(
    item: Surveyed, registry: SurveyedRegistry, pages: Mapping[int, str]
) -> Iterator[str]:
    entry = item.entry
    if item.status == "conflict":
        others = ", ".join(
            link(f"{_UP}{pages[id(each)]}", each.entry.provider)
            for each in registry.entries
            if each.entry.key == entry.key and each is not item
        )
        said = f"In conflict: the name is also provided by {others}, and neither is preferred."
        yield f'<p class="note bad">{said}</p>'
    elif item.status:
        yield f'<p class="note bad">It may not contribute: {text(item.status)}.</p>'
    if item.fault:
        yield f'<p class="note {"bad" if item.is_broken else ""}">{long_text(item.fault)}</p>'
    for problem in registry.problems:
        if problem.key == entry.key and problem.provider == entry.provider:
            yield f'<p class="note bad">{long_text(str(problem))}</p>'
    for said in item.renamed:
        yield f'<p class="note">{long_text(said)}</p>'


def _facts(item: Surveyed, registry: SurveyedRegistry) -> Iterator[str]:
    entry, found = item.entry, item.signature
    provider = link(f"{_INDEX}#{anchor('from', str(entry.provider))}", entry.provider)
    yield _fact("Registry", _group(registry))
    yield _fact("Scope", f"<code>{text(entry.scope)}</code>" if entry.scope else "the root")
    yield _fact("Provider", provider)
    yield _fact("Target", f"<code>{text(entry.address)}</code>")
    if found is not None and found.file:
        yield _fact("Source", f"<code>{text(place(found))}</code>")
    if found is None and entry.kwargs:
        bound = (f"{name}={safe_repr(value)}" for name, value in entry.kwargs.items())
        yield _fact("Binds", f"<code>{text(', '.join(bound))}</code>")
    for name, value in sorted(entry.metadata.items(), key=lambda pair: str(pair[0])):
        if name != "summary":
            yield _fact(text(name), value_text(value))


def _fact(name: str, value: str) -> str:
    return f"<div><dt>{name}</dt><dd>{value}</dd></div>\n"


def _arguments(item: Surveyed, found: Signature) -> str:
    if not found.parameters:
        return "<h2>Arguments</h2>\n<p>It takes none.</p>"
    rows = "".join(_row(each, item.texts.get(each.name, "")) for each in found.parameters)
    return (
        '<h2 id="arguments">Arguments</h2>\n<table aria-labelledby="arguments">\n<thead><tr>'
        '<th scope="col">name</th><th scope="col">type</th><th scope="col">default</th>'
        f'<th scope="col">meaning</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>'
    )


def _row(parameter: Parameter, said: str) -> str:
    kind = text(parameter.annotation) if parameter.annotation else ""
    default = text(parameter.default) if parameter.default is not None else ""
    marks = {
        "required": parameter.required,
        "bound by the entry": parameter.bound,
        "by place alone": parameter.kind == POSITIONAL_ONLY,
    }
    meaning = "".join(
        f'<span class="mark">{mark}</span> ' for mark, holds in marks.items() if holds
    ) + prose(said)
    codes = "".join(
        f'<td data-label="{label}">{f"<code>{code}</code>" if code else ""}</td>'
        for label, code in (("type", kind), ("default", default))
    )
    name = f'<th scope="row"><code>{text(f"{parameter.stars}{parameter.name}")}</code></th>'
    return f"<tr>{name}{codes}<td>{meaning}</td></tr>\n"
