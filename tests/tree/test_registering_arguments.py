"""Arguments that a registry refuses, with the message for each."""

import re
from typing import Any

import pytest

from registry_core import (
    AddressError,
    Registry,
    ScopeExists,
    WrongType,
)


@pytest.fixture
def activation() -> Registry[Any]:
    return Registry("activation", scope="acts")


class Swish: ...


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"module": 5}, "module must be Callable, a class or a function, but got int"),
        ({"module": "Swish"}, "module must be Callable, a class or a function, but got str"),
        (
            {"module": Swish, "name": 5},
            "name must be None, an instance of str, or a sequence of str, but got int",
        ),
        (
            {"module": Swish, "name": ["a", 5]},
            "name must be None, an instance of str, or a sequence of str, but got list",
        ),
        (
            {"module": Swish, "name": []},
            "name must be None, an instance of str, or a sequence of str, but got list",
        ),
        (
            {"module": Swish, "name": b"Swish"},
            "name must be None, an instance of str, or a sequence of str, but got bytes",
        ),
        ({"module": Swish, "force": 1}, "force must be a boolean, but got int"),
        ({"module": Swish, "force": None}, "force must be a boolean, but got NoneType"),
        ({"module": Swish, "metadata": ["a"]}, "metadata must be a mapping, but got list"),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_is_registered(
    activation: Registry[Any], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(WrongType, match=f"^{re.escape(message)}$"):
        activation.register_module(**arguments)
    assert activation.entries() == []


@pytest.mark.parametrize("name", [5, {"Swish"}, object()])
def test_a_decorator_refuses_a_wrong_name_before_it_is_applied(
    activation: Registry[Any], name: Any
) -> None:
    with pytest.raises(WrongType, match="name must be None, an instance of str, or a sequence"):
        activation.register_module(name)


@pytest.mark.parametrize("decorated", [Swish, len, lambda: None])
def test_a_decorator_without_brackets_is_told_to_write_them(
    activation: Registry[Any], decorated: Any
) -> None:
    with pytest.raises(WrongType) as refused:
        activation.register_module(decorated)
    assert str(refused.value) == (
        "name must be None, an instance of str, or a sequence of str, but got "
        f"{type(decorated).__name__}; write @REGISTRY.register_module() with brackets"
    )
    assert activation.entries() == []


@pytest.mark.parametrize("decorated", [5, "Swish", None])
def test_a_decorator_refuses_what_cannot_be_called(
    activation: Registry[Any], decorated: Any
) -> None:
    with pytest.raises(WrongType, match="module must be Callable, a class or a function"):
        activation.register_module(name="Swish")(decorated)
    assert activation.entries() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": 5}, "name must be a str, but got int"),
        ({"name": None}, "name must be a str, but got NoneType"),
        ({"build_func": "build"}, "build_func must be callable, but got str"),
        ({"parent": "activation"}, "parent must be a Registry, but got str"),
        ({"scope": 5}, "scope must be a str, but got int"),
        ({"locations": "acme.models"}, "locations must be a sequence of str, but got str"),
        ({"locations": [5]}, "locations must be a sequence of str, but got list"),
        ({"locations": 5}, "locations must be a sequence of str, but got int"),
        ({"base": "Model"}, "base must be a class, but got str"),
        ({"group": 5}, "group must be a str, but got int"),
        ({"recursive": "no"}, "recursive must be a boolean, but got str"),
    ],
)
def test_a_registry_is_not_made_from_a_wrong_argument(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(WrongType, match=f"^{re.escape(message)}"):
        Registry(**{"name": "activation", **arguments})


def test_a_refused_child_leaves_no_scope(activation: Registry[Any]) -> None:
    wrong: list[dict[str, Any]] = [{"locations": "acme"}, {"base": 5}, {"group": "acme.model"}]
    for arguments in wrong:
        with pytest.raises((WrongType, AddressError)):
            Registry("activation", parent=activation, scope="extra", **arguments)
    assert activation.children == {}
    Registry("activation", parent=activation, scope="extra")


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("activation", "registry_core.activation"),
        ("parameter scheduler", "registry_core.parameter_scheduler"),
        ("data - sampler", "registry_core.data_sampler"),
        ("a.b", "registry_core.a_b"),
        ("2d", "registry_core.2d"),
        ("größe", "registry_core.größe"),
        ("hooks.x", "registry_core.hooks_x"),
    ],
)
def test_any_string_names_a_registry_and_becomes_a_group(name: str, group: str) -> None:
    registry: Registry = Registry(name)
    assert (registry.name, registry.group) == (name, group)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": ""}, "'' cannot be the name of a registry: it is empty"),
        (
            {"name": "hooks"},
            "'hooks' cannot be the name of a registry: 'registry_core.hooks' is reserved",
        ),
        (
            {"name": "registries"},
            "'registries' cannot be the name of a registry: 'registry_core.registries' is reserved",
        ),
        (
            {"group": "registry_core.hooks"},
            "'registry_core.hooks' cannot be the group of a registry: "
            "'registry_core.hooks' is reserved",
        ),
        (
            {"group": "registry_core.registries.model"},
            "'registry_core.registries.model' cannot be the group of a registry: "
            "'registry_core.registries' is reserved",
        ),
        (
            {"group": "registry_core"},
            "'registry_core' cannot be the group of a registry: "
            "it holds the groups of every registry that has none of its own",
        ),
        *(
            (
                {"group": group},
                f"{group!r} cannot be the group of a registry: each segment between dots "
                r"must match \w+ (letters, digits, underscore)",
            )
            for group in ("acme.my-model", "acme..model", ".acme", "acme.", "acme model", "")
        ),
    ],
)
def test_a_name_or_group_that_cannot_be_an_address_is_refused(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(AddressError, match=f"^{re.escape(message)}$"):
        Registry(**{"name": "activation", **arguments})


def test_a_child_takes_no_group(activation: Registry[Any]) -> None:
    with pytest.raises(AddressError) as refused:
        Registry("activation", parent=activation, scope="extra", group="acme.activation.extra")
    assert str(refused.value) == (
        "'acme.activation.extra' cannot be the group of a registry: "
        "a child's address is its root's group and its scope"
    )
    no_str: Any = 5
    with pytest.raises((WrongType, AddressError), match=r"\bgroup\b"):
        Registry("activation", parent=activation, scope="extra", group=no_str)


def test_a_scope_that_code_has_made_is_not_made_again(activation: Registry[Any]) -> None:
    extra = Registry("activation", parent=activation, scope="extra")
    with pytest.raises(ScopeExists) as refused:
        Registry("activation", parent=activation, scope="extra")
    assert str(refused.value) == (
        "the scope 'extra' already exists in the registry 'registry_core.activation'; "
        "it is .children['extra'] there"
    )
    assert activation.children["extra"] is extra


@pytest.mark.parametrize("key", [5, None, ("extra", "Swish"), ["Swish"]])
def test_a_key_is_a_str(activation: Registry[Any], key: Any) -> None:
    for ask in (activation.get, activation.__getitem__, activation.resolve):
        with pytest.raises(WrongType) as refused:
            ask(key)
        kind = type(key).__name__
        assert str(refused.value) == f"the key of an entry must be a str, but got {kind}"
    assert key not in activation
