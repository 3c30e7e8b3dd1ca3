"""What type checkers make of looking up and building: a base says what comes out."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Callable, ItemsView, KeysView, MutableMapping, ValuesView
from typing import Any, assert_type

import registry_core
from registry_core import (
    Entry,
    Environment,
    Problem,
    Provider,
    Registry,
    build_from_cfg,
    current_environment,
    default_scope,
    use_environment,
)


class Model:
    """The base of a registry."""


ACTIVATION = Registry("activation", scope="acts")
MODELS = Registry("model", base=Model)

assert_type(ACTIVATION.build({"type": "Swish"}), Any)
assert_type(build_from_cfg({"type": "Swish"}, ACTIVATION), Any)
assert_type(ACTIVATION["Swish"], Callable[..., Any])
assert_type(ACTIVATION.get("Swish"), Callable[..., Any] | None)

assert_type(MODELS.build({"type": "Net"}), Model)
assert_type(MODELS.build({"type": Model}, {"depth": 50}, recursive=True), Model)
assert_type(build_from_cfg({"type": "Net"}, MODELS, {"depth": 50}, recursive=True), Model)
assert_type(MODELS.build([{"type": "Net"}], recursive=True), Any)
assert_type(build_from_cfg([{"type": "Net"}], MODELS, recursive=True), Any)
assert_type(MODELS.plan({"type": "Net"})(), Model)
assert_type(MODELS.plan([{"type": "Net"}], recursive=True)(), Any)
assert_type(MODELS["Net"], type[Model])
assert_type(MODELS["Net"](), Model)
assert_type(MODELS.get("Net"), type[Model] | None)
assert_type(MODELS.get("Net", None), type[Model] | None)
assert_type(MODELS.get("Net", 5), type[Model] | int)
assert_type(MODELS.get("Net", provider="acme"), type[Model] | None)
assert_type(MODELS.resolve("Net"), Entry)
assert_type(MODELS.resolve("Net").provider, Provider)
assert_type("Net" in MODELS, bool)
assert_type(len(MODELS), int)
assert_type(list(MODELS), list[str])
assert_type(MODELS.keys(), KeysView[str])
assert_type(MODELS.values(), ValuesView[type[Model]])
assert_type(MODELS.items(), ItemsView[str, type[Model]])
assert_type(dict(MODELS), dict[str, type[Model]])
assert_type(MODELS.module_dict, MutableMapping[str, type[Model]])
assert_type(MODELS.entries(depth=50), list[Entry])
assert_type(MODELS.problems(), list[Problem])
assert_type(MODELS.children, dict[str, Registry[type[Model]]])
assert_type(MODELS.parent, Registry[type[Model]] | None)
assert_type(MODELS.root, Registry[type[Model]])
assert_type((MODELS.name, MODELS.group, MODELS.scope), tuple[str, str, str])

for name in MODELS:
    assert_type(name, str)
for name, model in MODELS.items():
    assert_type((name, model), tuple[str, type[Model]])
with default_scope("extra") as scope:
    assert_type(scope, default_scope)
with use_environment(Environment(path=[])) as environment:
    assert_type(environment, Environment)


def take(
    registry: Registry[Callable[..., Any]] | None = None,
    models: Registry[type[Model]] | None = None,
    text: str = "",
    kind: type[Model] = Model,
) -> None:
    """Take only what fits."""


take(registry=MODELS, models=MODELS, kind=MODELS["Net"])
take(models=ACTIVATION)  # type: ignore[arg-type]
take(text=MODELS.build({"type": "Net"}))  # type: ignore[arg-type]
take(kind=MODELS.get("Net"))  # type: ignore[arg-type]

MODELS.build(5)  # type: ignore[call-overload]
MODELS.build()  # type: ignore[call-overload]
build_from_cfg({"type": "Net"}, "model")  # type: ignore[call-overload]
build_from_cfg({"type": "Net"}, MODELS, ["depth"])  # type: ignore[call-overload]
build_from_cfg({"type": "Net"}, MODELS, registries=["model"])  # type: ignore[call-overload]
default_scope(5)  # type: ignore[arg-type]
MODELS[5]  # type: ignore[index]
MODELS.get(5)  # type: ignore[call-overload]
MODELS.resolve(None)  # type: ignore[arg-type]
MODELS["Net"] = Model  # type: ignore[index]
del MODELS["Net"]  # type: ignore[attr-defined]
MODELS.name = "models"  # type: ignore[misc]
MODELS.resolve("Net").name = "net"  # type: ignore[misc]
current_environment().block(5)  # type: ignore[arg-type]
print(registry_core.Registri)  # type: ignore[attr-defined]
