"""The roles that refer to entries and to registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.roles import XRefRole

from registry_core.environment import current_environment

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.environment import BuildEnvironment


class RegistryRole(XRefRole):
    """``:registry:`acme.model```: where a page describes a registry."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: Element,
        has_explicit_title: bool,
        title: str,
        target: str,
    ) -> tuple[str, str]:
        """The registry's group, whose last word may be said alone."""
        return title, _group(target)


class EntryRole(XRefRole):
    """``:entry:`acme.model extra.Swish```: where a page describes an entry; it shows the key."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: Element,
        has_explicit_title: bool,
        title: str,
        target: str,
    ) -> tuple[str, str]:
        """The registry's group and the key, and what to show of it."""
        registry, _, key = target.strip().partition(" ")
        key = key.strip()
        return title if has_explicit_title else key or title, f"{_group(registry)} {key}"


def _group(name: str) -> str:
    # A registry that is not installed here may be in another project's inventory.
    fits = current_environment().groups_meant(name)
    return fits[0] if len(fits) == 1 else name
