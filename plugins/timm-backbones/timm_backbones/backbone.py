"""A model of timm as a backbone: what every entry of this plugin is a partial of."""

from __future__ import annotations

from typing import Any, Final

from timm_backbones.torchvision_operators import timm

__all__ = ["WeightsUnavailable", "create"]

_HUB: Final = "hf-hub:"
# What names a file or an address to load from.
_SOURCES: Final = ("cache_dir", "checkpoint_path", "pretrained_cfg", "pretrained_cfg_overlay")


class WeightsUnavailable(RuntimeError):
    """The weights of a model cannot be had.

    Attributes:
        model: the model's name.
        reason: why not.
        fix: what to do about it.
    """

    def __init__(self, model: str, reason: str, fix: str) -> None:
        super().__init__(model, reason, fix)
        self.model = model
        self.reason = reason
        self.fix = fix

    def __str__(self) -> str:
        return f"the weights of {self.model!r} cannot be had: {self.reason}; {self.fix}"


def create(
    model: str, pretrained: bool = True, num_classes: int = 0, **kwargs: Any
) -> tuple[Any, int]:
    """A model of timm without its classifier, and the number of features that it returns.

    Args:
        model: its name: "resnet18", "resnet18.a1_in1k" for weights of that tag, or
            "hf-hub:ORG/NAME" for a repository of the Hugging Face Hub.
        pretrained: whether to load weights, by default those of the first tag; the network is used
            where they are not on this machine. False for random weights.
        num_classes: the size of a classifier; 0 for none.
        kwargs: what else the model takes, as `in_chans`. What names a file or an address is not
            taken, because a config may say it: load such a state into the backbone in code.

    Returns:
        The backbone, a `torch.nn.Module`, and the size of the last dimension of what it returns
        when it has no classifier; with `features_only=True`, the channels of its last feature map.

    Raises:
        WeightsUnavailable: timm has no weights for it, or they cannot be fetched.
        TypeError: `pretrained` is not a boolean.
        ValueError: an argument names where to load from.

    Example:
        >>> backbone, features = create("test_resnet", pretrained=False)
        >>> features
        96
    """
    if not isinstance(pretrained, bool):
        raise TypeError(
            f"pretrained is True or False, and no {type(pretrained).__name__}; a tag is part of "
            f"the name, as in {model.partition('.')[0]}.TAG"
        )
    if refused := [name for name in _SOURCES if name in kwargs]:
        raise ValueError(
            f"{', '.join(refused)}: a backbone takes no file or address to load from; load the "
            "state into it in code, or call timm.create_model"
        )
    is_remote = model.startswith(_HUB)
    if pretrained and not is_remote and not timm.is_model_pretrained(model):
        raise WeightsUnavailable(model, "timm has none", "pass pretrained=False for random weights")
    try:
        backbone = timm.create_model(
            model, pretrained=pretrained, num_classes=num_classes, **kwargs
        )
    except OSError as error:
        if not (pretrained or is_remote):
            raise
        fix = "fetch them once with a network, after which they stay on this machine (HF_HOME)"
        if is_remote:
            fix += "; its config.json is needed even with pretrained=False"
        else:
            fix += ", or pass pretrained=False for random weights"
        reason = f"{type(error).__name__}: {str(error).strip().rstrip('.')}"
        raise WeightsUnavailable(model, reason, fix) from error
    return backbone, _width(backbone)


def _width(backbone: Any) -> int:
    """The number of features, which for many models is not timm's `num_features`.

    That is the width before a head whose last layers stay when its classifier is taken away:
    mobilenetv3_large_100 has 960 there, and returns 1280.
    """
    maps = getattr(backbone, "feature_info", None)
    if not hasattr(backbone, "num_features") and maps is not None:
        return int(maps.channels()[-1])
    return int(getattr(backbone, "head_hidden_size", backbone.num_features))
