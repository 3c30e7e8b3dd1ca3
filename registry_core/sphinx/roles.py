"""The roles that refer to entries and to registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.roles import XRefRole

from registry_core.environment import current_environment

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.environment import BuildEnvironment


class AddressRole(XRefRole):
    """``:registry:`acme.model```, ``:entry:`acme.model extra.Swish```: where pages describe it."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: Element,
        has_explicit_title: bool,
        title: str,
        target: str,
    ) -> tuple[str, str]:
        """What to show, a key without its registry; and the group, with the key behind it."""
        name, _, key = target.strip().partition(" ")
        key = key.strip()
        # A registry that is not installed here may be in another project's inventory.
        fits = current_environment().groups_meant(name)
        group = fits[0] if len(fits) == 1 else name
        return title if has_explicit_title else key or title, f"{group} {key}".rstrip()
