"""Names are followed to what they stand for, and to nothing where that is not certain."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING

import pytest

from registry_core.signature.named_types import NamedTypes
from registry_core.signature.static import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.testing import Site

    Read = Callable[..., list[str] | str]

TWO = "def one(size): ...\ndef two(width): ...\n_hidden = one\n"

FOUND = {
    "assigned": ("from other import one\nit = one", ["size !"]),
    "an attribute": ("import other\nit = other.two", ["width !"]),
    "the last one": ("from other import one as it\nfrom other import two as it", ["width !"]),
    "a star": ("from other import *\nit = two", ["width !"]),
    "imported from itself": ("def it(size): ...\nfrom mod import it", ["size !"]),
    "a later star": ("def two(): ...\nfrom other import *\nit = two", ["width !"]),
    "after a star": ("from other import *\ndef two(): ...\nit = two", []),
    "this Python": (
        "import sys\nif sys.version_info >= (3, 8):\n    from other import one as it\n"
        "else:\n    from other import two as it",
        ["size !"],
    ),
    "another Python": (
        "import sys\nif sys.version_info < (3, 8):\n    from other import one as it\n"
        "elif not sys.version_info[0] == 2:\n    from other import two as it",
        ["width !"],
    ),
    "another system": (
        "import sys\nif sys.platform == 'plan9':\n    it = print\nelse:\n    def it(size): ...",
        ["size !"],
    ),
    "not for type checkers": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from other import one as it\n"
        "else:\n    from other import two as it",
        ["width !"],
    ),
    "where it is installed": (
        "try:\n    from other import one as it\nexcept ImportError:\n    it = None",
        ["size !"],
    ),
    "where it is not installed": (
        "try:\n    from not_installed import it\nexcept ImportError:\n    def it(without): ...",
        ["without !"],
    ),
    "an attribute that is not there": (
        "try:\n    from other import three as it\nexcept ImportError:\n    def it(without): ...",
        ["without !"],
    ),
    "the same twice": (
        "if input():\n    from other import one as it\nelse:\n    from other import one as it",
        ["size !"],
    ),
    "only on a condition": ("if input():\n    def it(size): ...", ["size !"]),
    "before it is bound again": ("from other import one\nit = one\ndef one(): ...", ["size !"]),
    "a lambda": ("it = lambda size, *rest: size", ["size !", "*rest"]),
    "a partial": (
        "from functools import partial\ndef f(a, b, c=1, *d, e, **g): ...\nit = partial(f, 0, c=2)",
        ["b !", "c = 2", "e !", "**g"],
    ),
    "a partial of a class": (
        "import functools\nclass A:\n    def __init__(self, a, b): ...\n"
        "it = functools.partial(A, b='x')",
        ["a !", "b = 'x'"],
    ),
}
UNKNOWN = {
    "in a module without source": (
        "from _json.inner import it",
        "'_json' may make the module '_json.inner' as it is imported",
    ),
    "in a module that makes modules": (
        "from maker.inner import it",
        "'maker' may make the module 'maker.inner' as it is imported",
    ),
    "filled by a decorator": (
        "from third import fill\n@fill\nclass A: ...",
        "the module 'mod' makes its attributes as it is imported",
    ),
    "filled by a call": (
        "import third\nthird.more(__name__)",
        "the module 'mod' makes its attributes as it is imported",
    ),
    "on a condition": (
        "if input():\n    def it(size): ...\nelse:\n    def it(width): ...",
        "mod.it is defined in several ways",
    ),
    "replaced on a condition": (
        "from other import one as it\nif input():\n    from other import two as it",
        "mod.it is defined in several ways",
    ),
    "written twice, where an import may fail": (
        "try:\n    import not_installed\n    def it(size): ...\n"
        "except ImportError:\n    def it(other): ...",
        "mod.it is defined in several ways",
    ),
    "in a loop": ("for it in (print,):\n    pass", "mod.it is made as the module runs"),
    "unpacked": ("it, other = print, print", "mod.it is made as the module runs"),
    "deleted": ("def it(): ...\ndel it", "mod.it is made as the module runs"),
    "in a with": ("with open('x') as it:\n    pass", "mod.it is made as the module runs"),
    "in a match": (
        "match input():\n    case 'a':\n        def it(a): ...\n"
        "    case _:\n        def it(b): ...",
        "mod.it is defined in several ways",
    ),
    "called": ("it = print()", "'mod.it' is made by an expression"),
    "of what is called": ("made = print()\nit = made.it", "'mod.it' is made by an expression"),
    "a partial too far": (
        "from functools import partial\ndef f(): ...\nit = partial(f, 1)",
        "'mod.it' cannot be called: too many arguments",
    ),
    "a partial of no such name": (
        "from functools import partial\ndef f(a): ...\nit = partial(f, b=1)",
        "'mod.it' cannot be called: unknown keywords",
    ),
    "a spread partial": (
        "from functools import partial\ndef f(): ...\nit = partial(f, *input())",
        "'mod.it' is made by an expression",
    ),
    "globals": (
        "globals()['it'] = print",
        "the module 'mod' makes its attributes as it is imported",
    ),
    "a global in a function": (
        "def make():\n    global it\n    it = print\nmake()",
        "the module 'mod' makes its attributes as it is imported",
    ),
    "a builtin, before a function of its name": (
        "it = dict\ndef dict(): ...",
        "'dict' has no source",
    ),
    "by a star from a module that is filled": (
        "from filled import *",
        "the module 'mod' makes its attributes as it is imported",
    ),
    "by its own name from a module that is filled": (
        "from filled import *\nit = unbound",
        "'unbound' is made as the module 'mod' runs",
    ),
    "patched": (
        "def it(size): ...\nit.__signature__ = None",
        "the signature of 'mod.it' is changed as its module runs",
    ),
    "a module": ("import other as it", "'other' is a module"),
}
GUARDED = {
    "nothing stands in for it": ("it = None", ["size !"]),
    "a name stands in for it": ("from third import it", ["size !"]),
    "a function stands in for it": (
        "def it(other): ...",
        "mod.it is defined in several ways",
    ),
}


@pytest.mark.parametrize("name", GUARDED)
def test_what_a_try_imports_counts_unless_another_is_written_for_its_failure(
    read: Read, name: str
) -> None:
    otherwise, wanted = GUARDED[name]
    source = f"try:\n    from other import one as it\nexcept ImportError:\n    {otherwise}"
    assert read(source, other=TWO) == wanted


ABSENT = {
    "nothing": ("x = 1", "the module 'mod' has no attribute 'it'"),
    "annotated alone": ("it: int", "the module 'mod' has no attribute 'it'"),
    "for type checkers": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from other import one as it",
        "the module 'mod' has no attribute 'it'",
    ),
    "not where it comes from": (
        "from other import it",
        "the module 'other' has no attribute 'it'",
    ),
    "not installed": (
        "from not_installed.deep import it",
        "there is no module 'not_installed.deep'",
    ),
    "private, from a star": (
        "from other import *\nit = _hidden",
        "the module 'mod' has no '_hidden'",
    ),
    "no Python": ("def it(:", "the module 'mod' cannot be parsed: SyntaxError: "),
    "no Python inside": ("def it():\n    1 +", "the module 'mod' cannot be parsed: SyntaxError: "),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_name_is_followed_to_what_it_stands_for(read: Read, name: str) -> None:
    source, wanted = FOUND[name]
    assert read(source, other=TWO) == wanted


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_certain_is_not_told(read: Read, name: str) -> None:
    source, why = UNKNOWN[name]
    third = "import sys\ndef fill(c):\n    sys.modules[c.__module__].it = c\n    return c"
    maker = "import sys\nsys.modules['maker.inner'] = sys"
    filled = "from third import fill\n@fill\nclass A: ..."
    assert read(source, other=TWO, third=third, maker=maker, filled=filled) == why


@pytest.mark.parametrize("name", ABSENT)
def test_what_is_not_there_is_said_to_be_absent(read: Read, name: str) -> None:
    source, why = ABSENT[name]
    found = read(source, other=TWO)
    assert isinstance(found, str)
    assert found.startswith(f"absent: {why}")


STARS = {
    "not listed": ("__all__ = ['two']", "absent: the module 'mod' has no attribute 'one'"),
    "listed": ("__all__ = ['one']", ["size !"]),
    "a private one": ("__all__ = ['_hidden']", "absent: the module 'mod' has no attribute 'one'"),
    "added": ("__all__ = ['two'] + ['one']", ["size !"]),
    "added to": ("__all__ = []\n__all__ += ['one']", ["size !"]),
    "extended": ("__all__ = []\n__all__.extend(['one'])", ["size !"]),
    "appended": ("__all__ = []\n__all__.append('one')", ["size !"]),
    "another's": ("import third\n__all__ = third.__all__", ["size !"]),
    "another's, imported": ("from third import __all__", ["size !"]),
    "another's that is not known": (
        "from computed import __all__",
        "mod.one is made as the module runs",
    ),
    "in a function": (
        "__all__ = []\ndef export(f):\n    __all__.append(f.__name__)\nexport(one)",
        "the module 'mod' makes its attributes as it is imported",
    ),
    "in a function that reads it alone": (
        "__all__ = []\ndef f(listed=__all__):\n    x = '__all__'\n    return __all__ == []",
        "absent: the module 'mod' has no attribute 'one'",
    ),
    "computed": (
        "__all__ = [x for x in dir()]",
        "mod.one is made as the module runs",
    ),
    "on a condition": (
        "__all__ = []\nif input():\n    __all__ += ['one']",
        "mod.one is made as the module runs",
    ),
    "another on a condition": (
        "__all__ = ['one']\nif input():\n    __all__ += ['two']",
        ["size !"],
    ),
    "removed from": ("__all__ = ['one']\n__all__.remove('one')", ["size !"]),
}


@pytest.mark.parametrize("name", STARS)
def test_a_star_imports_what_all_lists(read: Read, name: str) -> None:
    listed, wanted = STARS[name]
    beside = {"third": "__all__ = ['one']", "computed": "__all__ = input()"}
    assert read("from other import *", "mod:one", other=f"{TWO}{listed}", **beside) == wanted


def test_a_private_name_is_imported_by_a_star_where_all_lists_it(read: Read) -> None:
    listed = f"{TWO}__all__ = ['_hidden']"
    assert read("from other import *", "mod:_hidden", other=listed) == ["size !"]
    absent = "absent: the module 'mod' has no attribute '_hidden'"
    assert read("from other import *", "mod:_hidden", other=TWO) == absent


def test_a_package_hands_on_what_is_in_it(read: Read) -> None:
    inner = "from . import sibling\nfrom .sibling import one as it\nfrom ..deep import sub2\n"
    made = {
        "pack/__init__": "from .deep import *\nfrom . import top",
        "pack/top": TWO,
        "pack/deep/__init__": inner,
        "pack/deep/sibling": TWO,
        "pack/deep/sub2": TWO,
    }
    assert read("", "pack:it", **made) == ["size !"]
    assert read("", "pack:top.two", **made) == ["width !"]
    assert read("", "pack.deep:sibling.one", **made) == ["size !"]
    assert read("", "pack.deep:sub2.two", **made) == ["width !"]


def test_c_code_of_a_package_may_give_its_modules_more_names(read: Read, plugin_site: Site) -> None:
    inner = {"pack/__init__": "", "pack/inner/__init__": "", "pack/inner/deep": "", "sound": ""}
    absent = "absent: the module 'pack.inner.deep' has no attribute 'it'"
    assert read("", "pack.inner.deep:it", **inner) == absent
    # As torch._C adds the tensors of torch.sparse, which is written in Python.
    (plugin_site.folder / "pack" / f"_C{EXTENSION_SUFFIXES[0]}").touch()
    for module in ("pack", "pack.inner", "pack.inner.deep"):
        why = f"the module {module!r} makes its attributes as it is imported"
        assert read("", f"{module}:it", **inner) == why
    assert read("", "sound:it") == "absent: the module 'sound' has no attribute 'it'"


@pytest.mark.parametrize("text", ["inner.deep.it = it = 3", "setattr(inner.deep, 'it', 3)"])
def test_a_package_may_give_names_to_the_modules_in_it(
    read: Read, plugin_site: Site, text: str
) -> None:
    made = {"pack/__init__": f"from . import inner\n{text}", "pack/inner/deep": ""}
    why = "the module 'pack.inner.deep' makes its attributes as it is imported"
    assert read("", "pack.inner.deep:it", **made) == why
    absent = "absent: the module 'pack.inner.deep' has no attribute 'other'"
    assert read("", "pack.inner.deep:other", **made) == absent
    # What an annotation names may be no name.
    with plugin_site.in_use():
        assert NamedTypes(Reader()).of("pack.inner.deep.(") is None
