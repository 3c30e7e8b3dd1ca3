"""A module that is executed again registers its classes again: reloads, cells, scripts."""

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from fresh_process import python

from registry_core import AlreadyRegistered, Registry, ScopeExists, current_environment
from registry_core.testing import Site

HOME = """
    from registry_core import Registry
    R = Registry("again", group="boat.again", scope="boat")
"""
CODE = """
    from again_home import R
    @R.register_module()
    class Code: number = 1
"""
BOTH = """
    from again_home import R
    @R.register_module()
    class Both: number = 1
"""


@pytest.fixture
def boat(plugin_site: Site) -> Iterator[Site]:
    plugin_site.install(
        "boat",
        {"boat.again": {"Both": "again_both:Both", "Line": "again_line:Line"}},
        {
            "again_home.py": HOME,
            "again_code.py": CODE,
            "again_both.py": BOTH,
            "again_line.py": "class Line: number = 1",
        },
    )
    with plugin_site.in_use():
        yield plugin_site


def registry() -> Any:
    return importlib.import_module("again_home").R


def edit(site: Site, module: str) -> Any:
    """The module, imported, whose class has another number now."""
    found = importlib.import_module(module)
    path = site.folder / f"{module}.py"
    # Another size: times of files may be those of one tick.
    path.write_text(path.read_text().replace("number = 1", "number = 20"))
    return found


@pytest.mark.parametrize("name", ["Code", "Both"])
def test_a_reload_replaces_what_the_module_registered(boat: Site, name: str) -> None:
    module = edit(boat, f"again_{name.lower()}")
    assert registry()[name].number == 1
    importlib.reload(module)
    assert registry()[name] is registry().get(name) is getattr(module, name)
    assert registry().build({"type": name}).number == 20


def test_a_reload_of_what_is_only_declared_is_seen_after_a_refresh(boat: Site) -> None:
    module = edit(boat, "again_line")
    assert registry()["Line"].number == 1
    importlib.reload(module)
    current_environment().refresh()
    assert registry()["Line"] is module.Line


def test_a_module_that_is_imported_anew_replaces_what_it_registered(boat: Site) -> None:
    first = edit(boat, "again_code")
    del sys.modules["again_code"]
    again = importlib.import_module("again_code")
    assert registry()["Code"] is again.Code is not first.Code


def test_a_module_whose_import_failed_may_be_imported_again(boat: Site) -> None:
    path = boat.folder / "again_code.py"
    source = path.read_text()
    path.write_text(f"{source}1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("again_code")
    path.write_text(source)
    importlib.invalidate_caches()
    again = importlib.import_module("again_code")
    assert registry()["Code"] is again.Code


TWICE = """
    from again_home import R
    @R.register_module("one")
    class {}: ...
    @R.register_module("one")
    class {}: ...
"""
NESTED = """
    from again_home import R
    def make():
        @R.register_module("one")
        class A: ...
    make()
    make()
"""


@pytest.mark.parametrize("source", [TWICE.format("A", "B"), TWICE.format("A", "A"), NESTED])
def test_two_classes_of_one_execution_are_refused(boat: Site, source: str) -> None:
    boat.install("twice", {}, {"again_twice.py": source})
    with pytest.raises(AlreadyRegistered, match="'one' is already registered"):
        importlib.import_module("again_twice")


def test_a_function_that_is_called_twice_is_no_execution_of_its_module() -> None:
    models: Registry[Any] = Registry("again function", scope="a")

    def make() -> None:
        @models.register_module("Net")
        class Net: ...

    make()
    with pytest.raises(AlreadyRegistered):
        make()


def test_a_class_of_another_module_is_refused_in_a_reload(boat: Site) -> None:
    module = edit(boat, "again_code")
    boat.install("plug", {}, {"again_plug.py": CODE})
    with pytest.raises(AlreadyRegistered, match="at again_code, by boat"):
        importlib.import_module("again_plug")
    assert registry()["Code"] is module.Code


CELL = """
@MODELS.register_module()
class Net: number = {number}
"""


def test_a_cell_and_a_script_that_are_run_again_replace_their_classes() -> None:
    models: Registry[Any] = Registry("again cell", scope="a")
    # As a notebook runs cells, and as `runpy` a script: neither is in sys.modules by that name.
    for name in ("__main__", "again_script"):
        names = {"MODELS": models, "__name__": name}
        for number in (1, 2):
            exec(CELL.format(number=number), names)
        assert models["Net"] is names["Net"]
        models.unregister("Net")


def test_a_partial_is_replaced_by_a_reload_too(boat: Site) -> None:
    source = "from functools import partial\nfrom again_home import R\nclass A: ...\n"
    boat.install(
        "half", {}, {"again_half.py": f"{source}R.register_module('half', False, partial(A))"}
    )
    half = importlib.import_module("again_half")
    importlib.reload(half)
    assert registry()["half"].func is half.A


def test_a_scope_that_is_made_again_by_a_reload_stays_one_scope(boat: Site) -> None:
    source = """
        from registry_core import Registry
        from again_home import R
        SCOPE = Registry("again", parent=R, scope="extra")
        @SCOPE.register_module()
        class Net: ...
    """
    boat.install("extra", {}, {"again_extra.py": source})
    extra = importlib.import_module("again_extra")
    before = extra.SCOPE
    assert before["Net"] is extra.Net
    importlib.reload(extra)
    assert registry().children["extra"] is extra.SCOPE
    # What was handed out before goes on.
    assert before["Net"] is extra.SCOPE["Net"] is registry()["extra.Net"] is extra.Net
    # It is still the module's own: other code makes no second one.
    with pytest.raises(ScopeExists):
        Registry("again", parent=registry(), scope="extra")


def test_a_script_that_makes_a_scope_twice_is_told_that_the_scope_exists() -> None:
    code = """
from registry_core import Registry, ScopeExists
KITES = Registry("kites", scope="sky")
first = Registry("kites", parent=KITES, scope="box")
try:
    Registry("kites", parent=KITES, scope="box")
except ScopeExists as error:
    print(error)
"""
    assert python(code).startswith("the scope 'box' already exists")


def test_a_cell_that_is_run_again_makes_its_scope_again() -> None:
    code = """
from registry_core import Registry
KITES = Registry("kites", scope="sky")
cell = "made = Registry('kites', parent=KITES, scope='box')"
for _ in range(2):
    exec(compile(cell, "<cell>", "exec"))
print(KITES.children["box"] is made)
"""
    assert python(code) == "True"
