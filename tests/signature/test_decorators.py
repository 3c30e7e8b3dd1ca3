"""Decorators: the signature is told where they keep it, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[..., list[str] | str]

KEEPING = {
    "returned": "def keep(f):\n    return f",
    "kept in a table": "TABLE = {}\ndef keep(f):\n    TABLE[f.__name__] = f\n    return f",
    "kept in a list": "ALL = []\ndef keep(f):\n    ALL.append(f)\n    f.seen = True\n    return f",
    "a lambda": "keep = lambda f: f",
    "standard": "from functools import cache as keep",
    "passed on": """
        import functools
        def keep(f):
            @functools.wraps(f)
            def inner(*args, **kwargs):
                print(f.__name__, *args, **kwargs)
                return f(*args, **kwargs)
            return inner
    """,
    "another name": "def own(f):\n    return f\nkeep = own",
    "a registry's": "from registry_core import Registry\n"
    "R = Registry('r')\nkeep = R.register_module",
    "a factory called": """
        def made(name):
            def inner(f):
                return f
            return inner
        keep = None
        def keep(f):
            return f
    """,
}
CHANGING = {
    "another function": "def keep(f):\n    return print",
    "nothing": "def keep(f):\n    print(f)",
    "perhaps another": "def keep(f):\n    return f if f else print",
    "a new argument": """
        import functools
        def keep(f):
            @functools.wraps(f)
            def inner(*args, more=1, **kwargs):
                return f(*args, **kwargs)
            return inner
    """,
    "an argument taken out": """
        import functools
        def keep(f):
            @functools.wraps(f)
            def inner(*args, **kwargs):
                kwargs.pop("size")
                return f(*args, **kwargs)
            return inner
    """,
    "an argument given": """
        import functools
        def keep(f):
            @functools.wraps(f)
            def inner(*args, **kwargs):
                return f(1, *args, **kwargs)
            return inner
    """,
    "another constructor": "def keep(f):\n    f.__init__ = print\n    return f",
    "a signature of its own": "def keep(f):\n    f.__signature__ = None\n    return f",
    "given away": "def change(f): ...\ndef keep(f):\n    change(f)\n    return f",
    "assigned": "def keep(f):\n    f = print\n    return f",
    "set": "def keep(f):\n    setattr(f, name, 1)\n    return f",
    "decorated itself": "def twice(f):\n    return print\n@twice\ndef keep(f):\n    return f",
    "a class": "class keep:\n    def __init__(self, f): ...",
    "computed": "keep = print()",
    "not there": "from not_installed import keep",
    "a dataclass": "import dataclasses\ndef keep(f):\n    return dataclasses.dataclass(f)",
    "a dataclass in place": "import dataclasses\ndef keep(f):\n"
    "    dataclasses.dataclass(f)\n    return f",
}
USES = "\n@keep\ndef it(size: int = 1): ...\n"
CLASS = "\n@keep\nclass it:\n    def __init__(self, size: int = 1): ...\n"


@pytest.mark.parametrize("use", [USES, CLASS])
@pytest.mark.parametrize("name", KEEPING)
def test_a_decorator_that_gives_back_what_it_gets_is_looked_through(
    read: Read, name: str, use: str
) -> None:
    assert read(_dedented(KEEPING[name]) + use) == ["size: int = 1"]


@pytest.mark.parametrize("use", [USES, CLASS])
@pytest.mark.parametrize("name", CHANGING)
def test_a_decorator_that_may_do_more_makes_the_signature_unknown(
    read: Read, name: str, use: str
) -> None:
    found = read(_dedented(CHANGING[name]) + use)
    assert found == "the decorator 'keep' may change what 'mod.it' takes"


def _dedented(text: str) -> str:
    lines = text.splitlines()
    indent = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
    return "\n".join(line[indent:] for line in lines)


def test_a_factory_is_looked_through_where_what_it_makes_gives_back_what_it_gets(
    read: Read,
) -> None:
    made = "def made(name):\n    def inner(f):\n        return f\n    return inner\n"
    assert read(f"{made}@made('x')\ndef it(size): ...") == ["size !"]
    assert read(f"{made}@made\ndef it(size): ...") == (
        "the decorator 'made' may change what 'mod.it' takes"
    )
    perhaps = "def made(name):\n    if name:\n        return print\n    return lambda f: f\n"
    assert read(f"{perhaps}@made('x')\ndef it(size): ...") == (
        "the decorator \"made('x')\" may change what 'mod.it' takes"
    )


def test_a_decorated_constructor_is_told_as_other_functions_are(read: Read) -> None:
    source = """
        def keep(f):
            return f
        class it:
            @keep
            def __init__(self, size): ...
        class unknown:
            @missing
            def __init__(self, size): ...
    """
    assert read(source) == ["size !"]
    assert read(source, "mod:unknown") == (
        "the decorator 'missing' may change what 'mod.unknown.__init__' takes"
    )


def test_an_overload_does_not_count_and_the_implementation_does(read: Read) -> None:
    source = """
        from typing import overload
        class it:
            @overload
            def __init__(self, size: int): ...
            @overload
            def __init__(self, *, name: str): ...
            def __init__(self, size=None, *, name=None): ...
    """
    assert read(source) == ["size = None", "name = None"]


def test_a_decorator_of_a_registry_is_found_across_modules(read: Read) -> None:
    own = "from registry_core import Registry as Reg\nMODELS: Reg = Reg('model')\n"
    source = """
        from owner import MODELS
        @MODELS.register_module(name="net")
        class it:
            def __init__(self, depth): ...
    """
    assert read(source, owner=own) == ["depth !"]
    other = "class Reg:\n    def register_module(self): ...\nMODELS = Reg()\n"
    assert "may change what 'mod.it' takes" in read(source, owner=other)
