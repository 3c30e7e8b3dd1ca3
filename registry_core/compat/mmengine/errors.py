"""registry_core's errors, led by the words that MMEngine's users match on.

    WrongArgument      (WrongType)                      an argument of the wrong type
    `- AssertedArgument           (AssertionError)      one that MMEngine asserts
    NotInRegistry      (EntryNotFound)                  no entry has that name
    AlreadyInRegistry  (AlreadyRegistered)              another object has that name
    ScopeTaken         (ScopeExists, AssertionError)    a scope is made twice
    NotConvertible     (ConfigError, AssertionError)    a scheduler that counts no epochs
    NoGroup            (PicklingError)                  a registry without a group is pickled
    NoTorch            (ImportError)                    a list of configs, without torch
    TooLate            (ImportError)                    install() after MMEngine's registries

Like those, they quote names, never the values of a config.
"""

from pickle import PicklingError

from registry_core.errors import (
    AlreadyRegistered,
    ConfigError,
    EntryNotFound,
    RegistryError,
    ScopeExists,
    WrongType,
)
from registry_core.frozen import how_to_get
from registry_core.text import clauses, quoted, safe_text


class WrongArgument(WrongType):
    """An argument, or the type in a config, is of the wrong type."""

    def __init__(self, words: str, got: object, fix: str = "") -> None:
        super().__init__("", "", got, fix)
        self.words = words
        # A class of classes may have a repr of its own.
        self.got = safe_text(type.__repr__(type(got)))

    def message(self) -> str:
        return clauses(f"{self.words} {self.got}", self.fix)


class AssertedArgument(WrongArgument, AssertionError):
    """An argument that MMEngine asserts is of the wrong type."""


class NotInRegistry(EntryNotFound):
    """No entry has that name, seen from the scope where the build started.

    Args:
        known: what registry_core says of it.
        address: the registry, in MMEngine's words.
    """

    address: str

    def __init__(self, known: EntryNotFound, address: str) -> None:
        super().__init__(known.key, known.registry)
        vars(self).update(vars(known), address=address)

    def message(self) -> str:
        key = safe_text(self.key)
        return (
            f"{key} is not in the {safe_text(self.address)} registry. Please check whether the "
            f"value of `{key}` is correct or it was registered as expected. {self.details()}"
        )


class AlreadyInRegistry(AlreadyRegistered):
    """Code registers another object under a name that code has taken."""

    def message(self) -> str:
        of = f", by {self.provider}" if self.provider else ""
        return (
            f"{safe_text(self.name)} is already registered in {safe_text(self.registry)} "
            f"at {safe_text(self.module)}{of}; pass force=True to replace it"
        )


class ScopeTaken(ScopeExists, AssertionError):
    """Code makes a scope that code has made before."""

    def message(self) -> str:
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


class NoGroup(RegistryError, PicklingError):
    """A registry without a group is pickled: no other process could tell which it is."""

    def __init__(self, name: str) -> None:
        self.name = name

    def message(self) -> str:
        name = quoted(self.name)
        return (
            f"the registry {name} has no group, by which another process would know it: "
            f'Registry({name}, group="acme.model") gives it one of yours'
        )


class NoTorch(RegistryError, ImportError):
    """A list of configs becomes a module of torch, which cannot be imported."""

    def message(self) -> str:
        return f"a list of configs becomes a torch.nn.Sequential: {how_to_get('torch')}"


class TooLate(RegistryError, ImportError):
    """MMEngine's registries have been imported before they could be replaced."""

    def message(self) -> str:
        return "mmengine.registry has been imported already: call install() before the imports"
