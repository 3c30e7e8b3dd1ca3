"""Entries as nodes of a page. A text is shown as it is: none of it is taken for markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from registry_core.signature.record import marked
from registry_core.text import escaped, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docutils.nodes import Node

    from registry_core.query.survey import Surveyed
    from registry_core.signature import Parameter, Signature

_CONFLICT = "Several distributions provide this name, and none is preferred."
_CODE = re.compile(r"(`{1,2})(?!`)([^`]+)\1(?!`)")


def described(item: Surveyed, *content: Node) -> addnodes.desc:
    """An entry with its signature, its provider, its text and its arguments.

    Args:
        item: the entry.
        content: what the page says of it itself.
    """
    entry, found = item.entry, item.signature
    shown = addnodes.desc(domain="std", objtype="entry", desctype="entry", classes=["std", "entry"])
    # What writers of Sphinx ask of any description.
    for name in ("no-index", "no-index-entry", "no-contents-entry", "no-typesetting"):
        shown[name] = shown[name.replace("-", "")] = False
    signature = addnodes.desc_signature("", "", _toc_parts=(entry.key,), _toc_name=entry.key)
    scope = f"{safe_text(entry.scope)}." if entry.scope else ""
    if scope:
        signature += addnodes.desc_addname("", scope)
    signature += addnodes.desc_name("", safe_text(entry.name))
    if found is not None:
        signature += _parameters(found)
    below = addnodes.desc_content()
    if item.is_broken:
        below += _fault(item.fault)
    elif found is None:
        below += nodes.paragraph("", "Its source does not tell what it takes.")
    elif item.status:
        below += _fault(_CONFLICT)
    if item.summary:
        below += nodes.paragraph("", "", *_prose(item.summary))
    below += content
    below += nodes.field_list("", *_fields(item))
    shown += [signature, below]
    return shown


def failed(name: str, fault: str) -> nodes.Element:
    """The row of what is not there."""
    return nodes.warning("", nodes.paragraph("", "", nodes.literal("", name)), _fault(fault))


def table(items: Sequence[Surveyed]) -> tuple[nodes.table, list[nodes.row]]:
    """Entries in a table, a row each: key, summary, provider."""
    group = nodes.tgroup("", cols=3)
    group += [nodes.colspec("", colwidth=width) for width in (30, 50, 20)]
    heading = nodes.row("", *(_cell(nodes.Text(word)) for word in ("entry", "text", "provider")))
    rows = [
        nodes.row(
            "",
            _cell(nodes.literal("", safe_text(item.entry.key))),
            _said(item),
            _cell(nodes.Text(str(item.entry.provider))),
        )
        for item in items
    ]
    group += [nodes.thead("", heading), nodes.tbody("", *rows)]
    return nodes.table("", group, classes=["registry"]), rows


def _said(item: Surveyed) -> nodes.entry:
    fault = item.fault if item.is_broken else item.status and _CONFLICT
    if fault:
        return nodes.entry("", _fault(fault))
    return _cell(*_prose(item.summary))


def _cell(*inside: Node) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", *inside))


def _fault(text: str) -> nodes.paragraph:
    # With its quotes as they are: what a reader is to type stands between them.
    return nodes.paragraph("", "", nodes.strong("", escaped(text), support_smartquotes=False))


def _parameters(found: Signature) -> addnodes.desc_parameterlist:
    made = addnodes.desc_parameterlist()
    for each in marked(each for each in found.parameters if not each.bound):
        shown = (
            [addnodes.desc_sig_operator("", each)] if isinstance(each, str) else _parameter(each)
        )
        made += addnodes.desc_parameter("", "", *shown)
    return made


def _parameter(parameter: Parameter) -> Iterator[Node]:
    if parameter.stars:
        yield addnodes.desc_sig_operator("", parameter.stars)
    yield addnodes.desc_sig_name("", safe_text(parameter.name))
    if parameter.annotation:
        yield addnodes.desc_sig_punctuation("", ":")
        yield addnodes.desc_sig_space()
        yield nodes.inline("", safe_text(parameter.annotation), support_smartquotes=False)
    if parameter.default is not None:
        spaced = [addnodes.desc_sig_space()] if parameter.annotation else []
        yield from spaced
        yield addnodes.desc_sig_operator("", "=")
        yield from [each.deepcopy() for each in spaced]
        default = safe_text(parameter.default)
        yield nodes.inline("", default, classes=["default_value"], support_smartquotes=False)


def _fields(item: Surveyed) -> Iterator[nodes.field]:
    entry = item.entry
    yield _field("Provider", nodes.paragraph("", str(entry.provider)))
    yield _field("Target", nodes.paragraph("", "", nodes.literal("", safe_text(entry.address))))
    for said in item.renamed:
        yield _field("Renamed", nodes.paragraph("", escaped(said)))
    if item.signature and item.signature.parameters:
        texts = item.texts
        rows = [_argument(each, texts.get(each.name, "")) for each in item.signature.parameters]
        yield _field("Arguments", nodes.bullet_list("", *rows))


def _field(name: str, body: Node) -> nodes.field:
    return nodes.field("", nodes.field_name("", name), nodes.field_body("", body))


def _argument(parameter: Parameter, text: str) -> nodes.list_item:
    shown = nodes.paragraph("", "", nodes.strong("", safe_text(parameter.name)))
    said = [safe_text(parameter.annotation) if parameter.annotation else None]
    said.append("required" if parameter.required else None)
    said.append(f"bound: {safe_text(parameter.default or '')}" if parameter.bound else None)
    if marks := ", ".join(filter(None, said)):
        shown += [
            nodes.Text(" ("),
            nodes.emphasis("", marks, support_smartquotes=False),
            nodes.Text(")"),
        ]
    if text:
        shown += [nodes.Text(": "), *_prose(text)]
    return nodes.list_item("", shown)


def _prose(text: str) -> Iterator[Node]:
    """A text on one line, in which backticks make code."""
    pieces = _CODE.split(escaped(" ".join(text.split())))
    # Plain text, the backticks, what is between them, and so on.
    for plain, code in zip(pieces[::3], [*pieces[2::3], ""], strict=True):
        if plain:
            yield nodes.Text(plain)
        if code:
            yield nodes.literal("", code)
