"""Addresses for objects that have none of their own: attributes of `HELD`."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["HELD", "hold"]


class _Held:
    """What has no address, as attributes. There is one, as long as the process."""

    def __getattr__(self, name: str) -> Any:
        # Late: it imports MMEngine.
        from openmmlab_registries.adopting import entries, groups

        if not name.startswith("_"):
            for group in groups():
                # Each that has no address is held on the way.
                for _ in entries(group, hold):
                    if name in vars(self):
                        return vars(self)[name]
        raise AttributeError(name)


HELD: Final = _Held()
"""An attribute for each: importing MMEngine's packages is what finds them."""


def hold(found: Any, *names: str) -> str:
    """Hold `found` as an attribute that is called as its registry, its scopes and its name are.

    Returns:
        The address of the attribute.
    """
    words = ("".join(c if c.isalnum() else f"_{ord(c):x}_" for c in name) for name in names)
    attribute = "__".join(words)
    setattr(HELD, attribute, found)
    return f"{__name__}:HELD.{attribute}"
