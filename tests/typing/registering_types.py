"""What type checkers make of registering: what is registered keeps its type."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, assert_type, runtime_checkable

from registry_core import Registry


class Model:
    """The base of a registry."""

    def __init__(self, depth: int = 50) -> None:
        self.depth = depth


ACTIVATION = Registry("activation", scope="acts")
MODELS = Registry("model", base=Model)

assert_type(ACTIVATION, Registry[Callable[..., Any]])
assert_type(MODELS, Registry[type[Model]])
assert_type(
    Registry("model", lambda cfg, registry: registry.get(cfg["type"]), ACTIVATION, "x"),
    Registry[Callable[..., Any]],
)
assert_type(Registry("model", parent=ACTIVATION, scope="x", base=Model), Registry[type[Model]])
assert_type(Registry("model", parent=MODELS, scope="x", type_key="kind"), Registry[type[Model]])


class Abstract(ABC):
    """A base that cannot be instantiated."""

    @abstractmethod
    def forward(self) -> int:
        """Compute."""


@runtime_checkable
class Callback(Protocol):
    """What has the methods of this fits."""

    def on_end(self) -> None:
        """Hear of the end."""


# Type checkers differ in what such a registry is of, and not in what it builds.
abstract: Abstract = Registry("abstract", base=Abstract, type_key="kind").build({"kind": "A"})
callback: Callback = Registry("callback", base=Callback).build({"type": "A"})


@ACTIVATION.register_module()
class Swish:
    """A class keeps its constructor."""

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta

    def gate(self) -> str:
        """Have a type."""
        return "sigmoid"


assert_type(Swish, type[Swish])
assert_type(Swish(beta=2.0).gate(), str)
Swish(gamma=2.0)  # type: ignore[call-arg]
Swish("steep")  # type: ignore[arg-type]


@ACTIVATION.register_module("silu", force=True, metadata={"smooth": True})
def silu(x: float, *, exact: bool = True) -> float:
    """A function keeps its signature."""
    return x if exact else 0.0


assert_type(silu(1.0, exact=False), float)
silu("one")  # type: ignore[arg-type]
silu(1.0, False)  # type: ignore[call-arg]


@MODELS.register_module(name=["Net", "net"])
class Net(Model):
    """A subclass of the base."""


assert_type(Net(depth=18), Net)
assert_type(ACTIVATION.register_module(module=Net), type[Net])
assert_type(ACTIVATION.register_module(name="n", module=Net, force=True), type[Net])
assert_type(ACTIVATION.register_module("n", True, Net), type[Net])
assert_type(ACTIVATION.register_module(name="p", module=partial(Net, depth=18)), partial[Net])
assert_type(ACTIVATION.register_module(module=silu)(1.0), float)

Registry()  # type: ignore[call-overload]
Registry(5)  # type: ignore[call-overload]
Registry("model", base="Model")  # type: ignore[call-overload]
Registry("model", parent="models")  # type: ignore[call-overload]
Registry("model", build_func="build")  # type: ignore[call-overload]
Registry("model", locations=[5])  # type: ignore[list-item]
ACTIVATION.register_module(Swish)  # type: ignore[call-overload]
ACTIVATION.register_module(5)  # type: ignore[call-overload]
ACTIVATION.register_module(name=[5])  # type: ignore[list-item]
ACTIVATION.register_module(module="Swish")  # type: ignore[call-overload]
ACTIVATION.register_module(force="yes")  # type: ignore[call-overload]
ACTIVATION.register_module(metadata=["smooth"])  # type: ignore[call-overload]
ACTIVATION.register_module()("Swish")  # type: ignore[type-var]
