"""Which distributions may contribute, and which comes first where two provide one name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from registry_core.errors import WrongType
from registry_core.keys import normalized

BLOCK = "REGISTRY_CORE_BLOCK"
ALLOW = "REGISTRY_CORE_ALLOW"
PREFER = "REGISTRY_CORE_PREFER"
VARIABLES = (BLOCK, ALLOW, PREFER)
# Files, as PATH separates folders: indexes of wheels, which say where to get what is missing.
KNOWN = "REGISTRY_CORE_KNOWN"


class Policy(NamedTuple):
    """What to block, to allow alone, and to prefer. A frozen record, made by `of`.

    Names are compared as package indexes do, so "Activations_Extra" is "activations-extra". What is
    blocked or preferred is a distribution, or one entry of it: "activations-extra:extra.Swish".

    Attributes:
        blocked: distributions that contribute nothing, and whose code we never import; and entries.
        allowed: where not None, all other distributions are blocked.
        preferred: the first of these wins where several provide one name.

    Example:
        >>> policy = Policy.of(block=["bad-plugin", "good-plugin:extra.Swish"])
        >>> policy.refusal("Bad_Plugin"), policy.refusal("good-plugin")
        ('blocked', None)
        >>> policy.refusal("good-plugin", "extra.Swish")
        'blocked'
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
            frozenset(map(choice, block)),
            None if allow is None else frozenset(map(choice, allow)),
            tuple(map(choice, prefer)),
        )

    @classmethod
    def from_variables(cls, variables: Mapping[str, str]) -> Self:
        """The policy in the environment variables, each a list separated by commas.

        >>> Policy.from_variables({"REGISTRY_CORE_PREFER": "one, two"}).preferred
        ('one', 'two')
        """
        return cls.of(
            block=choices(variables.get(BLOCK, "")),
            allow=choices(variables[ALLOW]) if variables.get(ALLOW, "").strip() else None,
            prefer=choices(variables.get(PREFER, "")),
        )

    def refusal(self, distribution: str, key: str = "") -> str | None:
        """Why `distribution` may not contribute, or None where it may.

        Args:
            distribution: its name.
            key: the key of one entry of it; empty for the distribution as a whole.
        """
        if not self.blocked and self.allowed is None:
            return None
        name = normalized(distribution)
        if name in self.blocked or (key and f"{name}:{key}" in self.blocked):
            return "blocked"
        if self.allowed is not None and name not in self.allowed:
            return "not among those allowed"
        return None


def choice(text: str) -> str:
    """A distribution, or an entry of one, in the form that is compared.

    >>> choice("Activations_Extra"), choice("Activations_Extra: extra.Swish")
    ('activations-extra', 'activations-extra:extra.Swish')
    """
    distribution, colon, key = text.partition(":")
    return f"{normalized(distribution.strip())}{colon}{key.strip()}"


def choices(text: str) -> list[str]:
    """What a variable names, separated by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def rank(order: Sequence[str], distribution: str) -> tuple[int, str]:
    """A sort key: the preferred distributions in their order, then all others by name."""
    name = normalized(distribution)
    return (order.index(name) if name in order else len(order), name)
