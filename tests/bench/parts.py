"""What the builds make: parts of a network that only keep their arguments, and its config."""

from __future__ import annotations

from typing import Any

Config = dict[str, Any]


class Part:
    """An object that is cheap to make, so that ratios show what building adds at its worst."""


class Swish(Part):
    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta


class Conv(Part):
    def __init__(self, inputs: int, outputs: int, kernel: int = 3, *, bias: bool = True) -> None:
        self.shape = (inputs, outputs, kernel)
        self.bias = bias


class Norm(Part):
    def __init__(self, features: int, eps: float = 1e-5) -> None:
        self.features = features
        self.eps = eps


class Block(Part):
    def __init__(self, conv: Conv, norm: Norm, activation: Swish) -> None:
        self.conv = conv
        self.norm = norm
        self.activation = activation


class Stage(Part):
    def __init__(self, blocks: list[Block], stride: int = 1) -> None:
        self.blocks = blocks
        self.stride = stride


class Backbone(Part):
    def __init__(self, stem: Block, stages: list[Stage], depth: int) -> None:
        self.stem = stem
        self.stages = stages
        self.depth = depth


class Neck(Part):
    def __init__(self, laterals: list[Conv], *, outputs: int) -> None:
        self.laterals = laterals
        self.outputs = outputs


class Loss(Part):
    def __init__(self, weight: float = 1.0) -> None:
        self.weight = weight


class Head(Part):
    def __init__(self, norm: Norm, loss: Loss, classes: int) -> None:
        self.norm = norm
        self.loss = loss
        self.classes = classes


class Model(Part):
    def __init__(self, backbone: Backbone, neck: Neck, head: Head) -> None:
        self.backbone = backbone
        self.neck = neck
        self.head = head


PARTS: tuple[type[Part], ...] = (
    *(Swish, Conv, Norm, Block, Stage),
    *(Backbone, Neck, Loss, Head, Model),
)


def _block(inputs: int, outputs: int) -> Config:
    return {
        "type": "Block",
        "conv": {"type": "Conv", "inputs": inputs, "outputs": outputs, "bias": False},
        "norm": {"type": "Norm", "features": outputs},
        "activation": {"type": "Swish", "beta": 1.5},
    }


def _stage(inputs: int, outputs: int) -> Config:
    blocks = [_block(inputs, outputs), _block(outputs, outputs)]
    return {"type": "Stage", "stride": 2, "blocks": blocks}


def network() -> Config:
    """A config of forty nodes, as large as those of many networks."""
    return {
        "type": "Model",
        "backbone": {
            "type": "Backbone",
            "depth": 14,
            "stem": _block(3, 64),
            "stages": [_stage(64, 128), _stage(128, 256), _stage(256, 512)],
        },
        "neck": {
            "type": "Neck",
            "outputs": 256,
            "laterals": [
                {"type": "Conv", "inputs": inputs, "outputs": 256, "kernel": 1}
                for inputs in (128, 256, 512)
            ],
        },
        "head": {
            "type": "Head",
            "classes": 80,
            "norm": {"type": "Norm", "features": 256, "eps": 1e-6},
            "loss": {"type": "Loss", "weight": 2.0},
        },
    }


def nodes(value: object) -> int:
    """How many objects a config describes."""
    if isinstance(value, dict):
        return ("type" in value) + sum(map(nodes, value.values()))
    return sum(map(nodes, value)) if isinstance(value, list) else 0


def expression(value: object) -> str:
    """The Python expression that makes what a config describes."""
    if isinstance(value, dict):
        arguments = {key: expression(each) for key, each in value.items() if key != "type"}
        return f"{value['type']}({', '.join(f'{key}={text}' for key, text in arguments.items())})"
    if isinstance(value, list):
        return f"[{', '.join(map(expression, value))}]"
    return repr(value)


def same(one: object, other: object) -> bool:
    """Whether two trees of parts are alike."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Part) and type(one) is type(other):
        return all(same(vars(one)[name], value) for name, value in vars(other).items())
    return one == other
