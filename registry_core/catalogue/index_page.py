"""The page that lists everything: registries with their entries, problems, and distributions.

All of it stands in the page. The script only hides what a search or a filter leaves out.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from registry_core.catalogue.folder import MARK, SCRIPT
from registry_core.catalogue.markup import (
    anchor,
    badges,
    link,
    long_text,
    page,
    prose,
    states,
    text,
)
from registry_core.limits import MAX_SHOWN
from registry_core.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from registry_core.entry import Problem, Provider
    from registry_core.query.survey import Surveyed, SurveyedRegistry

_STATES = {
    "conflict": "in conflict",
    "blocked": "blocked",
    "broken": "broken",
    "unread": "source does not tell",
    "fine": "fine",
}
_NOTHING = """<section class="empty">
<h2>Nothing is installed for any registry</h2>
<p>A registry is there once a framework that owns one, or a plugin that adds to one, is installed in
the environment of this command. Install one there, and run the command again:</p>
<pre><code>python -m pip install NAME-OF-A-PLUGIN
python -m registry_core catalogue -o FOLDER</code></pre>
<p>If one is installed and missing here, <code>python -m registry_core doctor</code> says why.</p>
</section>"""


def index_page(
    registries: Sequence[SurveyedRegistry],
    problems: Sequence[Problem],
    pages: Mapping[int, str],
    *,
    asked: Sequence[str],
) -> str:
    """The page that lists everything.

    Args:
        registries: what was found.
        problems: what is wrong with what is installed, sorted.
        pages: the path of each entry's page, by the identity of what was found.
        asked: the registries that were asked for; none for all.
    """
    items = [item for registry in registries for item in registry.entries]
    providers = Counter(item.entry.provider for item in items)
    links = "".join(f"<li>{_registry_link(each.group)}</li>" for each in registries)
    jumps = f'<nav aria-label="Registries"><ul role="list">{links}</ul></nav>'
    what = f" for {', '.join(map(text, asked))}" if asked else ""
    body = "\n".join(
        [
            '<a class="skip" href="#entries">Skip to the entries</a>',
            "<header>\n<h1>Registry catalogue</h1>",
            f"<p>{_sizes(registries, providers, problems)}</p>",
            *((jumps,) if len(registries) > 1 else ()),
            *((_form(registries, providers, items),) if items else ()),
            '</header>\n<main id="entries">',
            *((_registry(each, pages) for each in registries) if registries else (_NOTHING,)),
            '<p class="none" id="none" hidden>No entry is like this. '
            '<button type="button" id="clear">Show all</button></p>',
            *((_problems(problems),) if problems else ()),
            *((_providers(providers, items),) if providers else ()),
            "</main>",
            f"<footer><p>Written by <code>registry-core catalogue</code>{what}, "
            "from metadata and source.</p></footer>",
            f'<script src="{SCRIPT}"></script>',
        ]
    )
    return page("Registry catalogue", body, root="", head=f"{MARK}\n")


def _sizes(
    registries: Sequence[SurveyedRegistry],
    providers: Mapping[Provider, int],
    problems: Sequence[Problem],
) -> str:
    number = sum(providers.values())
    found = f"{number:,} {'entry' if number == 1 else 'entries'}"
    found += f" of {counted(len(registries), 'registry', 'registries')}"
    if providers:
        found += f', from <a href="#providers">{counted(len(providers), "provider")}</a>'
    if problems:
        found += f'. <a class="bad" href="#problems">{counted(len(problems), "problem")}</a>'
    return f"{found}."


def _form(
    registries: Sequence[SurveyedRegistry],
    providers: Mapping[Provider, int],
    items: Sequence[Surveyed],
) -> str:
    found = {state for item in items for state in states(item)}
    scopes = sorted({item.entry.scope for item in items})
    choices = {
        "registry": [(each.group, each.group) for each in registries],
        "scope": [(scope or ".", scope or "(root)") for scope in scopes],
        "provider": [(each, each) for each in sorted(map(str, providers))],
        "state": [(state, shown) for state, shown in _STATES.items() if state in found],
    }
    return (
        '<form id="filter" role="search" hidden>\n'
        '<div class="search"><label for="search">Search</label>'
        '<input id="search" type="search" autocomplete="off" spellcheck="false" '
        'placeholder="name, text, target or argument" aria-keyshortcuts="/">'
        '<kbd aria-hidden="true">/</kbd></div>\n'
        + "".join(_select(name, of) for name, of in choices.items())
        + '<p class="status" role="status" id="status"></p>\n</form>'
    )


def _select(name: str, choices: Iterable[tuple[str, str]]) -> str:
    options = "".join(
        f'<option value="{text(value)}">{text(shown)}</option>' for value, shown in choices
    )
    return (
        f'<div><label for="{name}">{name.title()}</label>'
        f'<select id="{name}"><option value="">any</option>{options}</select></div>\n'
    )


def _registry(registry: SurveyedRegistry, pages: Mapping[int, str]) -> str:
    said = [counted(len(registry.entries), "entry", "entries")]
    said.append(f"owned by {text(registry.owner)}" if registry.owner else "owned by none")
    scopes = "".join(
        _scope(scope, list(several), pages)
        for scope, several in groupby(registry.entries, key=lambda item: item.entry.scope)
    )
    title = anchor("registry", registry.group)
    return (
        f'<section class="registry" data-registry="{text(registry.group)}" '
        f'aria-labelledby="{title}">\n'
        f'<h2 id="{title}"><code>{text(registry.group)}</code></h2>\n'
        f'<p class="meta">{" · ".join(said)}</p>\n'
        f"{scopes or '<p>Nothing is installed for it.</p>'}\n</section>"
    )


def _scope(scope: str, items: Sequence[Surveyed], pages: Mapping[int, str]) -> str:
    rows = "".join(_row(item, pages[id(item)]) for item in items)
    heading = f"<code>{text(scope)}</code>" if scope else "root"
    return (
        f'<section class="scope" data-scope="{text(scope or ".")}">\n'
        f'<h3>{heading} <span class="count">{len(items):,}</span></h3>\n'
        f'<ul role="list">\n{rows}</ul>\n</section>\n'
    )


def _row(item: Surveyed, path: str) -> str:
    entry, found = item.entry, item.signature
    names = [f"{each.stars}{each.name}" for each in found.parameters] if found else []
    searched = text(" ".join((entry.key, entry.address, *names)))
    return (
        f'<li data-provider="{text(entry.provider)}" data-state="{" ".join(states(item))}" '
        f'data-find="{searched}"><div><a href="{path}">{text(entry.name)}</a>{badges(item)}</div>'
        f"<span>{prose(item.summary[:MAX_SHOWN])}</span><small>{text(entry.provider)}</small></li>\n"
    )


def _problems(problems: Sequence[Problem]) -> str:
    rows = "".join(
        f"<li><b>{text(each.provider)}</b> "
        f'<span class="badge broken">{text(each.kind)}</span>'
        f"<p>{long_text(each.where)}: {long_text(each.what)}</p>"
        f'<p class="fix">{long_text(each.fix)}</p></li>\n'
        for each in problems
    )
    return (
        '<section class="problems" aria-labelledby="problems">\n'
        f'<h2 id="problems">Problems</h2>\n<ul role="list">\n{rows}</ul>\n</section>'
    )


def _providers(providers: Mapping[Provider, int], items: Sequence[Surveyed]) -> str:
    serves: dict[Provider, dict[str, None]] = {}
    for item in items:
        serves.setdefault(item.entry.provider, {})[item.entry.registry] = None
    rows = "".join(
        f'<tr id="{anchor("from", str(each))}"><th scope="row">{text(each)}</th>'
        f"<td>{providers[each]:,}</td>"
        f"<td>{', '.join(map(_registry_link, serves[each]))}</td></tr>\n"
        # By text: a module has no version to compare.
        for each in sorted(providers, key=str)
    )
    return (
        '<section class="providers" aria-labelledby="providers">\n'
        '<h2 id="providers">Providers</h2>\n'
        '<table>\n<thead><tr><th scope="col">provider</th><th scope="col">entries</th>'
        f'<th scope="col">registries</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n'
        "</section>"
    )


def _registry_link(group: str) -> str:
    return link(f"#{anchor('registry', group)}", group)
