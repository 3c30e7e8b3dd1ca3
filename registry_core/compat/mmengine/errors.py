"""registry_core's errors, led by the words that MMEngine's users match on.

    WrongArgument      (WrongType)                      an argument of the wrong type
    `- AssertedArgument           (AssertionError)      one that MMEngine asserts
    NotInRegistry      (EntryNotFound)                  no entry has that name
    AlreadyInRegistry  (AlreadyRegistered)              another object has that name
    ScopeTaken         (ScopeExists, AssertionError)    a scope is made twice
    NotConvertible     (ConfigError, AssertionError)    a scheduler that counts no epochs
    NoTorch            (ImportError)                    a list of configs, without torch

Like those, they quote names, never the values of a config.
"""

from __future__ import annotations

from registry_core.errors import (
    AlreadyRegistered,
    ConfigError,
    EntryNotFound,
    RegistryError,
    ScopeExists,
    WrongType,
)
from registry_core.text import quoted, safe_text


class WrongArgument(WrongType):
    """An argument, or the type in a config, is of the wrong type."""

    def __init__(self, words: str, got: object) -> None:
        super().__init__("", "", got)
        self.words = words

    def message(self) -> str:
        """MMEngine's words, and the class of what was given: never its value."""
        return f"{self.words} {self.got}"


class AssertedArgument(WrongArgument, AssertionError):
    """An argument that MMEngine asserts is of the wrong type."""


class NotInRegistry(EntryNotFound):
    """No entry has that name, seen from the scope where the build started.

    Args:
        known: what registry_core says of it.
        address: the registry, in MMEngine's words.
    """

    def __init__(self, known: EntryNotFound, address: str) -> None:
        super().__init__(
            known.key,
            known.registry,
            tried=known.tried,
            close=known.close,
            blocked=known.blocked,
            hints=known.hints,
            failed=known.failed,
        )
        self.address = address

    def message(self) -> str:
        """MMEngine's words; then, in place of a link, what registry_core knows."""
        key = safe_text(self.key)
        said = f"{quoted(self.key)} is not in the registry {quoted(self.registry)}"
        rest = super().message().removeprefix(said).lstrip("; ")
        return (
            f"{key} is not in the {safe_text(self.address)} registry. Please check whether the "
            f"value of `{key}` is correct or it was registered as expected. {rest}"
        )


class AlreadyInRegistry(AlreadyRegistered):
    """Code registers another object under a name that code has taken."""

    def message(self) -> str:
        """MMEngine's words, and the way out."""
        return (
            f"{safe_text(self.name)} is already registered in {safe_text(self.registry)} "
            f"at {safe_text(self.module)}; pass force=True to replace it"
        )


class ScopeTaken(ScopeExists, AssertionError):
    """Code makes a scope that code has made before."""

    def message(self) -> str:
        """MMEngine's words, and the way out."""
        return (
            f"scope {safe_text(self.scope)} exists in {safe_text(self.registry)} registry; "
            f"it is .children[{quoted(self.scope)}] there"
        )


class NotConvertible(ConfigError, AssertionError):
    """A scheduler cannot be converted from epochs to iterations."""

    def __init__(self) -> None:
        super().__init__(
            "Only epoch-based parameter scheduler can be converted to iter-based, "
            "and `epoch_length` should be set"
        )


class NoTorch(RegistryError, ImportError):
    """A list of configs becomes a module of torch, which cannot be imported."""

    def message(self) -> str:
        """What needs torch, and what to do."""
        return "a list of configs becomes a torch.nn.Sequential: pip install torch"
