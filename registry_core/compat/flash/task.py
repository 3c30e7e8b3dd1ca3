"""`Task`: a class whose attributes are registries, and what can be asked of it about them."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from registry_core.compat.flash.errors import FunctionNotFound
from registry_core.compat.flash.registry import FlashRegistry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from inspect import Parameter


class Task:
    """A base for classes that have registries as attributes, as Flash's has. It does nothing else.

    Its attributes are, where a subclass has them: `backbones`, `heads`, `outputs`,
    `optimizers_registry`, `lr_schedulers_registry` and `finetuning_strategies`. They belong to the
    class: each lives as long as that does.

    Example:
        >>> class Classifier(Task):
        ...     backbones = FlashRegistry("backbones_doc_task")
        >>> @Classifier.backbones(name="tiny")
        ... def tiny(pretrained=True): ...
        >>> Classifier.available_backbones(), Classifier.available_heads()
        (['tiny'], [])
    """

    @classmethod
    def available_backbones(
        cls, head: str | None = None
    ) -> list[str] | dict[str, list[str] | None] | None:
        """The names of the backbones; by head, where the class has several heads.

        A head whose metadata has `backbones`, a registry, has those and no others.

        Args:
            head: of this head only.

        Raises:
            KeyError: there is no such head.
        """
        own = getattr(cls, "backbones", None)
        heads = getattr(cls, "heads", None)
        if head is None and own is not None and heads is None:
            return _keys(own)
        found: dict[str, list[str] | None] = {}
        for name in cls.available_heads() if head is None else [head]:
            backbones = _metadata(heads, name).get("backbones", own)
            found[name] = None if backbones is None else _keys(backbones)
        return next(iter(found.values())) if len(found) == 1 else found

    @classmethod
    def available_heads(cls) -> list[str]:
        """The names of the heads."""
        return _keys(getattr(cls, "heads", None))

    @classmethod
    def available_outputs(cls) -> list[str]:
        """The names of the outputs."""
        return _keys(getattr(cls, "outputs", None))

    @classmethod
    def available_optimizers(cls) -> list[str]:
        """The names of the optimizers."""
        return _keys(getattr(cls, "optimizers_registry", None))

    @classmethod
    def available_lr_schedulers(cls) -> list[str]:
        """The names of the schedulers of learning rates."""
        return _keys(getattr(cls, "lr_schedulers_registry", None))

    @classmethod
    def available_finetuning_strategies(cls) -> list[str]:
        """The names of the strategies of finetuning."""
        return _keys(getattr(cls, "finetuning_strategies", None))

    @classmethod
    def get_backbone_details(cls, key: str) -> list[tuple[str, Parameter]]:
        """What a backbone takes: its parameters by name. Its module is imported.

        Raises:
            KeyError: there is no such backbone.
        """
        backbones = getattr(cls, "backbones", None)
        return [] if backbones is None else list(signature(backbones.get(key)).parameters.items())


def _keys(registry: Any) -> list[str]:
    return [] if registry is None else list(registry.available_keys())


def _metadata(heads: Any, name: str) -> Mapping[str, Any]:
    """The metadata of a head; that of an installed one is read without importing it."""
    if heads is None:
        raise FunctionNotFound(name, "heads", "Task")
    known = heads.entries() if isinstance(heads, FlashRegistry) else ()
    entry = next((entry for entry in known if entry.key == name), None)
    found: Mapping[str, Any]
    found = heads.get(name, with_metadata=True)["metadata"] if entry is None else entry.metadata
    return found
