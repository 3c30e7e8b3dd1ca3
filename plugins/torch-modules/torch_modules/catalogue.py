"""What torch has, read from torch itself: no list of names that another version would outdate.

An entry's target is the public address of a class, so that `get` gives the class. Its metadata says
in which module of torch the class is, and what of its constructor is worth choosing by.
"""

from __future__ import annotations

from inspect import Parameter, signature
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from torch import nn, optim  # pyright: ignore[reportMissingImports]
from torch.optim import (  # pyright: ignore[reportMissingImports]
    lr_scheduler,
    swa_utils,
)

from registry_core import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

__all__ = ["CONTENTS"]

SCOPE: Final = "torch"


def activations() -> Iterator[Entry]:
    """torch's activation functions: those of its module of that name that map one tensor.

    `MultiheadAttention` is in that module too, and takes three: it is a layer.

    >>> sorted(entry.name for entry in activations())[:3]
    ['CELU', 'ELU', 'GELU']
    """
    for name, found in _modules().items():
        if _is_activation(found):
            yield _entry(nn, name, found, "inplace")


def losses() -> Iterator[Entry]:
    """torch's losses: `reduction` and `weight` say whether the constructor takes these.

    >>> "MSELoss" in {entry.name for entry in losses()}
    True
    """
    for name, found in _modules().items():
        if _is_loss(found):
            yield _entry(nn, name, found, "reduction", "weight")


def layers() -> Iterator[Entry]:
    """torch's other modules; `family` is the module of torch that defines one, as `conv`.

    `lazy` is whether it finds out the size of its input when it is first called.

    >>> next(entry.metadata["family"] for entry in layers() if entry.name == "Conv2d")
    'conv'
    """
    for name, found in _modules().items():
        if not _is_activation(found) and not _is_loss(found):
            yield _entry(
                nn,
                name,
                found,
                "inplace",
                family=found.__module__.rpartition(".")[2],
                lazy=issubclass(found, nn.modules.lazy.LazyModuleMixin),
            )


def optimizers() -> Iterator[Entry]:
    """torch's optimizers: which of some arguments their constructors take.

    >>> next(entry.target for entry in optimizers() if entry.name == "SGD")
    'torch.optim:SGD'
    """
    for name, found in _subclasses(optim, optim.Optimizer).items():
        yield _entry(optim, name, found, "fused", "momentum", "weight_decay")


def schedulers() -> Iterator[Entry]:
    """torch's schedulers of learning rates; `metrics` is whether a step takes a measured value.

    >>> [entry.name for entry in schedulers() if entry.metadata["metrics"]]
    ['ReduceLROnPlateau']
    """
    for module in (lr_scheduler, swa_utils):
        for name, found in _subclasses(module, lr_scheduler.LRScheduler).items():
            yield _entry(module, name, found, metrics="metrics" in _required(found.step))


CONTENTS: Final[Mapping[str, Callable[[], Iterator[Entry]]]] = MappingProxyType(
    {
        "registry_core.activation": activations,
        "registry_core.layer": layers,
        "registry_core.loss": losses,
        "registry_core.optimizer": optimizers,
        "registry_core.parameter_scheduler": schedulers,
    }
)
"""What to ask for each registry, by its group."""


def _modules() -> dict[str, Any]:
    """The public classes of modules by name, without those that are there to be inherited from.

    torch says of a class itself that it is deprecated; that its subclasses are is not said.
    """
    found = {name: getattr(nn, name) for name in nn.modules.__all__}
    return {
        name: each
        for name, each in found.items()
        if isinstance(each, type)
        and issubclass(each, nn.Module)
        and each is not nn.Module
        and not name.endswith("Base")
        and "__deprecated__" not in vars(each)
    }


def _is_activation(found: Any) -> bool:
    return found.__module__ == nn.modules.activation.__name__ and len(_required(found.forward)) == 1


def _is_loss(found: Any) -> bool:
    return bool(found.__module__ == nn.modules.loss.__name__)


def _subclasses(module: ModuleType, base: type) -> dict[str, Any]:
    """The public classes of a module of torch that are more than `base` itself."""
    return {
        name: found
        for name, found in vars(module).items()
        if isinstance(found, type)
        and issubclass(found, base)
        and found is not base
        and not name.startswith("_")
    }


def _entry(
    module: ModuleType, name: str, found: type, *arguments: str, **metadata: object
) -> Entry:
    """One class, with whether its constructor takes each of `arguments`."""
    taken = signature(found).parameters
    return Entry(
        name,
        f"{module.__name__}:{name}",
        scope=SCOPE,
        metadata={
            "package": "torch",
            "module": found.__module__,
            **{argument: argument in taken for argument in arguments},
            **metadata,
        },
    )


def _required(method: Callable[..., object]) -> list[str]:
    """The arguments that a method needs, besides its object."""
    _, *parameters = signature(method).parameters.values()
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters if p.default is p.empty and p.kind in kinds]
