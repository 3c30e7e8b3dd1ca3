"""Keys, signatures and classes that raise where they are asked, or steer a terminal."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from registry_core import ArgumentError, BuildError, MissingType, Registry, RegistryError
from registry_core.config import check_config


class Mute:
    """A key that cannot be shown."""

    def __repr__(self) -> str:
        raise RuntimeError

    __str__ = __repr__


class Loud(str):
    """A text that steers a terminal, and says otherwise of itself."""

    __slots__ = ()

    def isidentifier(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "\x1b[2J"

    __str__ = __repr__


class Leaving(type):
    """Makes classes that leave when their signature is asked."""

    @property
    def __signature__(cls) -> object:
        raise SystemExit


class Odd(metaclass=Leaving):
    """A class of it."""

    def __init__(self, size: int) -> None:
        self.size = size


BOX: Registry[Any] = Registry("box", group="tests.box", scope="box", recursive=True)
BOX.register_module("Box", module=dict)
BOX.register_module("Bag", module=lambda **held: held)
BOX.register_module("Odd", module=Odd)
KEYS = [10**6_000, -(10**5_000), PurePosixPath("a\x1b[31mb"), Mute(), Loud("a\x1b[2J"), b"\x1b"]


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_an_error_below_any_key_has_a_message_that_can_be_printed(key: Any) -> None:
    for config in ({"type": "Box", "a": {key: {"type": "Bxo"}}}, {key: 1}):
        for call in (BOX.build, BOX.plan):
            with pytest.raises(RegistryError) as refused:
                call(config)
            assert str(refused.value).isprintable()
            assert refused.value.config_path.isprintable()
        (found,) = check_config(config, BOX)
        assert str(found).isprintable()


@pytest.mark.parametrize("key", [Mute(), 10**6_000, None], ids=range(3))
def test_an_argument_whose_name_is_no_text_is_refused(key: Any) -> None:
    with pytest.raises(ArgumentError) as refused:
        BOX.build({"type": "Bag", key: 1})
    assert str(refused.value).isprintable()


def test_missing_types_are_told_whatever_the_keys() -> None:
    keyed: dict[Any, int] = {Mute(): 1}
    with pytest.raises(MissingType, match="it cannot be shown"):
        BOX.build(keyed, recursive=False)


def test_a_signature_that_leaves_is_one_that_cannot_be_told() -> None:
    config = {"type": "Odd", "size": 3}
    assert BOX.build(config).size == BOX.plan(config)().size == 3
    assert check_config(config, BOX, load=True) == []
    later = BOX.build({"type": "Odd", "_partial_": True})
    assert later(size=2).size == 2
    with pytest.raises(BuildError, match="unexpected keyword argument 'sise'"):
        BOX.build({"type": "Odd", "sise": 3})
    with pytest.raises(BuildError, match="unexpected keyword argument 'sise'"):
        BOX.build({"type": Odd, "sise": 3})
