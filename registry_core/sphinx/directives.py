"""The directives ``registry`` and ``entry``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.domains.std import StandardDomain
from sphinx.util.docutils import SphinxDirective
from sphinx.util.logging import getLogger
from sphinx.util.nodes import make_id

from registry_core.sphinx.looking import Asked
from registry_core.sphinx.outdated import look
from registry_core.sphinx.rendering import described, failed, table
from registry_core.text import bounded, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import ClassVar

    from docutils.nodes import Node

    from registry_core.query.survey import Surveyed
    from registry_core.sphinx.looking import Found

_logger = getLogger(__name__)


class _Directive(SphinxDirective):
    required_arguments = 1

    def _look(self, asked: Asked) -> Found:
        found = look(self.env, asked)
        if found.fault:
            self._warn(found.fault)
        for item in found.items:
            if item.is_broken:
                self._warn(item.fault)
            elif item.status:
                what = f"{quoted(item.entry.key)} in {quoted(found.group)}"
                self._warn(f"{what} is in conflict: {item.entry.provider} is not its only provider")
        return found

    def _warn(self, text: str) -> None:
        # The page is built all the same, and says so in its place; -W makes it an error.
        _logger.warning(
            "%s", bounded(text), location=self.get_location(), type="registry_core", subtype="entry"
        )

    def _target(self, kind: str, name: str, node: nodes.Element) -> None:
        """Let references lead to a node."""
        if "no-index" in self.options:
            return
        document = self.state.document
        node["ids"].append(make_id(self.env, document, kind, name))
        document.note_explicit_target(node)
        domain = self.env.get_domain("std")
        if isinstance(domain, StandardDomain):
            domain.note_object(kind, name, node["ids"][0], location=self.get_location())

    def _entries(self, items: Sequence[Surveyed], *content: Node) -> Iterator[Node]:
        for item in items:
            shown = described(item, *content)
            if not self.config.toc_object_entries:
                cast("nodes.Element", shown[0])["_toc_name"] = ""
            if not item.status:
                # Of a conflict no side is what the name stands for.
                entry, signature = item.entry, cast("nodes.Element", shown[0])
                self._target("entry", f"{entry.registry} {entry.key}", signature)
                if signature["ids"]:
                    text = f"{entry.key} ({entry.registry})"
                    index = [("single", text, signature["ids"][0], "", None)]
                    yield addnodes.index(entries=index)
            yield shown


class RegistryDirective(_Directive):
    """Describes the entries of a registry."""

    option_spec: ClassVar = {
        "scope": directives.unchanged_required,
        "match": directives.unchanged_required,
        "provider": directives.unchanged_required,
        "table": directives.flag,
        "no-index": directives.flag,
    }

    def run(self) -> list[Node]:
        """The nodes of what is installed for it."""
        chosen = {name: self.options.get(name, "") for name in ("scope", "match", "provider")}
        found = self._look(Asked(self.arguments[0], **chosen))
        if found.fault:
            return [failed(self.arguments[0], found.fault)]
        begin: list[Node] = []
        if not any(chosen.values()):
            target = nodes.target()
            self._target("registry", found.group, target)
            begin = [target] if target["ids"] else []
        if "table" not in self.options:
            return [*begin, *self._entries(found.items)]
        made, rows = table(found.items)
        for item, row in zip(found.items, rows, strict=True):
            if not item.status:
                self._target("entry", f"{found.group} {item.entry.key}", row)
        return [*begin, made]


class EntryDirective(_Directive):
    """Describes one entry; what is inside it stands below."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {"no-index": directives.flag}

    def run(self) -> list[Node]:
        """The nodes of one entry."""
        if len(self.arguments) < 2:
            raise self.error("it takes a registry and a key: `.. entry:: acme.model extra.Swish`")
        registry, key = self.arguments
        content = self.parse_content_to_nodes()
        found = self._look(Asked(registry, key))
        if found.fault:
            return [failed(key, found.fault), *content]
        if found.items[0].entry.key != key:
            says = found.items[0].renamed or (f"its key is {quoted(found.items[0].entry.key)}",)
            self._warn(f"{quoted(key)} in {quoted(found.group)}: {says[0]}")
        return list(self._entries(found.items, *content))
