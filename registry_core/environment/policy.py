"""Which distributions may contribute, and which comes first where two provide one name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from registry_core.entry import Entry
from registry_core.errors import WrongType
from registry_core.keys import normalized

BLOCK = "REGISTRY_CORE_BLOCK"
ALLOW = "REGISTRY_CORE_ALLOW"
PREFER = "REGISTRY_CORE_PREFER"


class Policy(NamedTuple):
    """The distributions to block, to allow alone, and to prefer. A frozen record, made by `of`.

    Names are compared as package indexes do, so "Activations_Extra" is "activations-extra".

    Attributes:
        blocked: distributions that contribute nothing, and whose code we never import.
        allowed: where not None, all others are blocked.
        preferred: the first of these wins where several provide one name.

    Example:
        >>> policy = Policy.of(block=["bad-plugin"])
        >>> policy.refusal("Bad_Plugin"), policy.refusal("good-plugin")
        ('blocked', None)
    """

    blocked: frozenset[str] = frozenset()
    allowed: frozenset[str] | None = None
    preferred: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        block: Iterable[str] = (),
        allow: Iterable[str] | None = None,
        prefer: Iterable[str] = (),
    ) -> Self:
        """A policy from names as people write them.

        Raises:
            WrongType: a single str stands where several names are expected.
        """
        for what, names in (("block", block), ("allow", allow), ("prefer", prefer)):
            if isinstance(names, str):
                raise WrongType(what, "a sequence of names", names)
        return cls(
            frozenset(map(normalized, block)),
            None if allow is None else frozenset(map(normalized, allow)),
            tuple(map(normalized, prefer)),
        )

    @classmethod
    def from_variables(cls, variables: Mapping[str, str]) -> Self:
        """The policy in the environment variables, each a list separated by commas.

        >>> Policy.from_variables({"REGISTRY_CORE_PREFER": "one, two"}).preferred
        ('one', 'two')
        """
        return cls.of(
            block=_names(variables.get(BLOCK, "")),
            allow=_names(variables[ALLOW]) if variables.get(ALLOW, "").strip() else None,
            prefer=_names(variables.get(PREFER, "")),
        )

    def words(self) -> list[str]:
        """The whole policy as words, the same for the same policy and no other.

        >>> Policy.of(block=["b", "a"], allow=[]).words()
        ['block a', 'block b', 'allow ']
        """
        allowed = () if self.allowed is None else (*sorted(self.allowed), "")
        return [
            *(f"block {name}" for name in sorted(self.blocked)),
            *(f"allow {name}" for name in allowed),
            *(f"prefer {name}" for name in self.preferred),
        ]

    def refusal(self, distribution: str) -> str | None:
        """Why `distribution` may not contribute, or None where it may."""
        if not self.blocked and self.allowed is None:
            return None
        name = normalized(distribution)
        if name in self.blocked:
            return "blocked"
        if self.allowed is not None and name not in self.allowed:
            return "not among those allowed"
        return None


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def rank(order: Sequence[str], distribution: str) -> tuple[int, str]:
    """A sort key: the preferred in their order, then all others by name."""
    name = normalized(distribution)
    return (order.index(name) if name in order else len(order), name)


def preferred(order: Sequence[str], entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries of the first provider in `order`, or all of them where none is preferred."""
    for name in order:
        chosen = tuple(entry for entry in entries if normalized(entry.provider.name) == name)
        if chosen:
            return chosen
    return entries
