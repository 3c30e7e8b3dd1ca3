"""A registry with a base takes, loads and builds nothing else."""

import abc
import functools
from typing import Any, Protocol, runtime_checkable

import pytest

from registry_core import BaseMismatch, Registry, WrongType
from registry_core.testing import Site


class Model(abc.ABC): ...


class Net(Model): ...


class Other: ...


def name_of(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


@pytest.fixture
def models() -> Registry[type[Model]]:
    return Registry("model", scope="acme", base=Model)


def test_the_base_and_its_subclasses_are_registered(models: Registry[type[Model]]) -> None:
    models.register_module(module=Model)
    models.register_module()(Net)
    assert list(models) == ["Model", "Net"]
    assert type(models.build({"type": "Net"})) is Net


def test_a_class_that_the_base_counts_among_its_own_is_registered(
    models: Registry[type[Model]],
) -> None:
    class Duck: ...

    Model.register(Duck)
    models.register_module(module=Duck)
    assert isinstance(models.build({"type": "Duck"}), Duck)


def test_another_class_is_refused_when_it_is_registered_and_leaves_no_trace(
    models: Registry[type[Model]],
) -> None:
    with pytest.raises(BaseMismatch) as refused:
        models.register_module(name=["a", "b"], module=Other)
    assert str(refused.value) == (
        f"'a' (module {__name__}) does not fit the registry 'registry_core.model': "
        f"{Other!r} is not {name_of(Model)}"
    )
    with pytest.raises(BaseMismatch):
        models.register_module(force=True)(Other)
    assert models.entries() == []


def test_another_class_is_refused_when_it_is_loaded_naming_the_distribution(
    plugin_site: Site,
) -> None:
    plugin_site.install(
        "acme-extra",
        {"registry_core.model.extra": {"Other": "acme_extra:Other", "Text": "acme_extra:Text"}},
        {"acme_extra.py": "class Other: ...\nclass Text(str): ..."},
        version="2.1",
    )
    with plugin_site.in_use():
        models = Registry("model", scope="acme", base=str)
        assert "extra.Other" in models
        for ask in (models.get, models.__getitem__, lambda key: models.build({"type": key})):
            with pytest.raises(BaseMismatch) as refused:
                ask("extra.Other")
            assert str(refused.value) == (
                "'extra.Other' (acme-extra 2.1) does not fit the registry 'registry_core.model': "
                "<class 'acme_extra.Other'> is not builtins.str"
            )
        assert models.build({"type": "extra.Text", "object": "text"}) == "text"


def test_a_function_is_judged_by_what_it_returns(models: Registry[type[Model]]) -> None:
    models.register_module(name="net", module=lambda: Net())

    @models.register_module()
    def other() -> Other:
        return Other()

    models.register_module(name="bound", module=functools.partial(Other))
    assert type(models.build({"type": "net"})) is Net
    assert models.module_dict["other"].__name__ == "other"
    for name in ("other", "bound"):
        with pytest.raises(BaseMismatch) as refused:
            models.build({"type": name})
        assert str(refused.value) == (
            f"'{name}' (module {__name__}) does not fit the registry 'registry_core.model': "
            f"the Other that it returned is not {name_of(Model)}"
        )


def test_a_partial_build_is_judged_when_it_is_called(models: Registry[type[Model]]) -> None:
    @models.register_module()
    def make(kind: type) -> object:
        return kind()

    waiting = models.build({"type": "make", "_partial_": True})
    assert isinstance(waiting, functools.partial)
    assert type(waiting(kind=Net)) is Net
    with pytest.raises(BaseMismatch, match="the Other that it returned is not"):
        waiting(kind=Other)


def test_the_mismatch_of_a_part_has_its_path_and_is_not_its_own_cause(
    models: Registry[type[Model]],
) -> None:
    @models.register_module()
    def other() -> Other:
        return Other()

    @models.register_module()
    class Pair(Model):
        def __init__(self, left: Model, right: Model) -> None: ...

    models.register_module(module=Net)
    config = {"type": "Pair", "left": {"type": "Net"}, "right": {"type": "other"}}
    with pytest.raises(BaseMismatch) as refused:
        models.build(config, recursive=True)
    assert refused.value.config_path == "right"
    assert str(refused.value).startswith(f"in the config at right: 'other' (module {__name__}) ")
    assert refused.value.__cause__ is None


def test_a_scope_keeps_its_parents_base_unless_it_has_one_of_its_own(
    models: Registry[type[Model]],
) -> None:
    inherited: Registry = Registry("model", parent=models, scope="inherited")
    own = Registry("model", parent=models, scope="own", base=Other)
    with pytest.raises(BaseMismatch):
        inherited.register_module(module=Other)
    own.register_module(module=Other)
    with pytest.raises(BaseMismatch):
        own.register_module(module=Net)
    assert list(inherited) == []
    assert list(own) == ["Other"]


def test_a_discovered_scope_keeps_its_parents_base(plugin_site: Site) -> None:
    plugin_site.install(
        "acme-extra",
        {"registry_core.model.extra.inner": {"Other": "acme_extra:Other"}},
        {"acme_extra.py": "class Other: ..."},
    )
    with plugin_site.in_use():
        models = Registry("model", scope="acme", base=Model)
        inner = models.children["extra"].children["inner"]
        with pytest.raises(BaseMismatch):
            inner.get("Other")


def test_the_base_is_that_of_the_scope_that_holds_the_entry() -> None:
    root: Registry[Any] = Registry("model bases", scope="acme")
    child: Registry[Any] = Registry("model", parent=root, scope="child", base=Model)
    root.register_module("number", module=lambda: 5)
    child.register_module("number_too", module=lambda: 5)
    assert child.build({"type": "number"}) == 5
    for registry, key in ((child, "number_too"), (root, "child.number_too")):
        with pytest.raises(BaseMismatch, match="the int that it returned"):
            registry.build({"type": key})


class Opens(Protocol):
    def open(self) -> None: ...


@runtime_checkable
class Sized(Protocol):
    size: int

    def grow(self) -> None: ...


class Grows:
    def __init__(self, size: int = 1) -> None:
        self.size = size

    def grow(self) -> None: ...


def test_a_protocol_that_cannot_be_asked_is_refused_where_the_registry_is_made() -> None:
    with pytest.raises(WrongType) as refused:
        Registry("openers", scope="acme", base=Opens)
    assert str(refused.value) == (
        "base must be a class, or a protocol that can be asked, but got _ProtocolMeta; "
        "decorate it with @typing.runtime_checkable"
    )


def test_a_protocol_with_attributes_is_asked_of_what_is_built() -> None:
    registry = Registry("sized", scope="acme", base=Sized)
    registry.register_module(module=Grows)
    registry.register_module("bare", module=Other)
    assert registry.build({"type": "Grows", "size": 2}).size == 2
    with pytest.raises(BaseMismatch, match="'bare' .* the Other that it returned is not"):
        registry.build({"type": "bare"})
