"""Locations: a framework's own modules, imported when a name is missing or a scope is listed."""

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from registry_core import EntryNotFound, Registry, RegistryError
from registry_core.testing import Site

REGISTRY = """
    from registry_core import Registry
    MODELS = Registry("model", locations={root})
    DETECTION = Registry("model", parent=MODELS, scope="detection", locations={child})
"""
NETS = """
    from acme.registry import MODELS
    @MODELS.register_module()
    class Net: ...
"""
HEADS = """
    from acme.registry import DETECTION
    @DETECTION.register_module()
    class Head: ...
"""
COUNTING = """
    from pathlib import Path
    from acme.registry import MODELS
    @MODELS.register_module()
    class Net: ...
    with Path(__file__).with_suffix(".log").open("a") as log:
        log.write("imported\\n")
"""


class Acme:
    """A framework on disk, with modules at its registries' locations."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def write(self, root: tuple[str, ...] = (), child: tuple[str, ...] = (), **more: str) -> None:
        registry = REGISTRY.format(root=root, child=child)
        modules = {"__init__": "", "registry": registry, "nets": NETS, "heads": HEADS, **more}
        sources = {f"acme/{name}.py": source for name, source in modules.items()}
        self.site.install("acme", "", sources)
        importlib.invalidate_caches()

    @property
    def models(self) -> Registry[Any]:
        """The root."""
        found: Registry[Any] = importlib.import_module("acme.registry").MODELS
        return found

    @property
    def detection(self) -> Registry[Any]:
        """The child, whose scope is "detection"."""
        found: Registry[Any] = importlib.import_module("acme.registry").DETECTION
        return found


@pytest.fixture
def acme(plugin_site: Site) -> Iterator[Acme]:
    with plugin_site.in_use():
        yield Acme(plugin_site)


def was_imported(module: str) -> bool:
    return f"acme.{module}" in sys.modules


class Own: ...


@pytest.mark.parametrize(
    "ask",
    [
        lambda registry: repr(registry),
        lambda registry: registry.module_dict,
        lambda registry: (registry.scope, registry.group, registry.parent, registry.root),
        lambda registry: registry.register_module(name="Other", module=Own),
        lambda registry: "Own" in registry,
        lambda registry: registry.resolve("Own"),
        lambda registry: registry["Own"],
        lambda registry: registry.get("Own"),
        lambda registry: registry.build({"type": "Own"}),
        lambda registry: registry.build({"type": Own}),
    ],
)
def test_a_location_is_not_imported_while_nothing_is_missing(
    acme: Acme, ask: Callable[[Registry], object]
) -> None:
    acme.write(root=("acme.nets",))
    acme.models.register_module(module=Own)
    ask(acme.models)
    assert not was_imported("nets")


@pytest.mark.parametrize(
    "ask",
    [
        lambda registry: "Net" in registry,
        lambda registry: registry.resolve("Net").name == "Net",
        lambda registry: registry["Net"].__name__ == "Net",
        lambda registry: registry.get("Net") is not None,
        lambda registry: type(registry.build({"type": "Net"})).__name__ == "Net",
        lambda registry: len(registry) == 1,
        lambda registry: list(registry) == ["Net"],
        lambda registry: list(registry.keys()) == ["Net"],
        lambda registry: dict(registry).keys() == {"Net"},
        lambda registry: [entry.name for entry in registry.entries()] == ["Net"],
    ],
)
def test_a_location_is_imported_where_a_name_is_missing_and_before_a_scope_is_listed(
    acme: Acme, ask: Callable[[Registry], bool]
) -> None:
    acme.write(root=("acme.nets",))
    assert ask(acme.models)


def test_a_location_is_imported_before_the_parent_is_asked(acme: Acme) -> None:
    acme.write(root=("acme.nets",), child=("acme.heads",))
    acme.models.register_module(name="Head", module=Own)
    assert acme.detection["Head"].__module__ == "acme.heads"
    assert not was_imported("nets")


def test_the_parents_location_is_imported_where_the_child_has_no_such_name(acme: Acme) -> None:
    acme.write(root=("acme.nets",), child=("acme.heads",))
    assert acme.detection["Net"].__module__ == "acme.nets"
    assert was_imported("heads")


def test_a_name_in_a_scope_imports_the_locations_on_the_way_to_it(acme: Acme) -> None:
    acme.write(child=("acme.heads",))
    assert acme.models["detection.Head"].__module__ == "acme.heads"


def test_listing_the_tree_imports_the_locations_of_every_scope(acme: Acme) -> None:
    acme.write(root=("acme.nets",), child=("acme.heads",))
    assert [entry.key for entry in acme.models.entries()] == ["Net", "detection.Head"]


def test_listing_one_scope_leaves_the_locations_of_others_alone(acme: Acme) -> None:
    acme.write(root=("acme.nets",), child=("acme.heads",))
    assert list(acme.models) == ["Net"]
    assert not was_imported("heads")


def test_a_scope_that_a_location_makes_is_found_and_listed(acme: Acme) -> None:
    scopes = """
        from acme.registry import MODELS
        from registry_core import Registry
        Registry("model", parent=MODELS, scope="pose").register_module(name="Hand", module=dict)
    """
    acme.write(root=("acme.scopes",), scopes=scopes)
    assert sorted(acme.models.children) == ["detection", "pose"]
    assert acme.models.build({"type": "pose.Hand", "fingers": 5}) == {"fingers": 5}


def test_a_location_is_imported_once(acme: Acme) -> None:
    acme.write(root=("acme.counting",), counting=COUNTING)
    for _ in range(3):
        assert "Nope" not in acme.models
        assert len(acme.models) == 1
    assert (acme.site.folder / "acme" / "counting.log").read_text() == "imported\n"


def test_a_location_may_ask_the_registry_that_imports_it(acme: Acme) -> None:
    asking = NETS + "    assert MODELS.get('Later') is None\n    assert 'Net' in MODELS\n"
    acme.write(root=("acme.asking",), asking=asking)
    assert acme.models["Net"].__module__ == "acme.asking"


def test_another_thread_waits_for_an_import_under_way(acme: Acme) -> None:
    acme.write(root=("acme.slow",), slow="    import time\n    time.sleep(0.2)\n" + NETS)
    registry: Registry = acme.models
    together = threading.Barrier(4)
    found: list[object] = []

    def ask() -> None:
        together.wait(timeout=10)
        found.append(registry.get("Net"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [registry["Net"]] * 4


def test_a_failing_location_is_the_cause_of_a_missing_name(acme: Acme) -> None:
    acme.write(root=("acme.broken",), broken="raise ValueError('no weights')")
    with pytest.raises(EntryNotFound) as missing:
        acme.detection.build({"type": "Net"})
    assert "importing the location 'acme.broken' failed: ValueError: no weights" in str(
        missing.value
    )
    assert isinstance(missing.value.__cause__, ValueError)


def test_a_location_that_is_not_there_is_named(acme: Acme) -> None:
    acme.write(root=("acme.nowhere",))
    with pytest.raises(EntryNotFound) as missing:
        acme.models["Net"]
    assert (
        "importing the location 'acme.nowhere' failed: "
        "ModuleNotFoundError: No module named 'acme.nowhere'"
    ) in str(missing.value)


def test_a_failing_location_hurts_nobody_who_finds_the_name(acme: Acme) -> None:
    acme.write(root=("acme.nets",), child=("acme.broken",), broken="raise ValueError('no')")
    assert acme.detection["Net"].__module__ == "acme.nets"
    failed = r"'Nope' is not found, but importing the location 'acme\.broken'.*ValueError: no"
    with pytest.warns(RuntimeWarning, match=failed):
        assert "Nope" not in acme.detection
    assert list(acme.detection) == []
    assert [entry.key for entry in acme.models.entries()] == ["Net"]


def test_a_failing_location_does_not_keep_the_others_from_being_imported(acme: Acme) -> None:
    acme.write(root=("acme.broken", "acme.nets"), broken="raise SystemExit(3)")
    assert list(acme.models) == ["Net"]
    with pytest.raises(EntryNotFound, match=r"'acme\.broken' failed: SystemExit: 3"):
        acme.models["Nope"]


def test_a_keyboard_interrupt_in_a_location_passes(acme: Acme) -> None:
    acme.write(root=("acme.broken",), broken="raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        acme.models.get("Net")


def test_a_failing_location_is_a_problem_of_the_registry(acme: Acme) -> None:
    acme.write(root=("acme.broken",), broken="raise ValueError('no weights')")
    (problem,) = acme.models.problems()
    assert problem.provider.name == "acme.broken"
    assert problem.what == "importing the location 'acme.broken' raised ValueError: no weights"


MENDED = "    mended = True\n"
NOT_FOUND = "'Net' is not found, but importing the location"
FAILING = "    raise ValueError('no weights')\n"
CHILD = """
    from acme.registry import MODELS
    from registry_core import Registry
    Registry("model", parent=MODELS, scope="pose")
"""
FORCED = """
    from acme.registry import MODELS
    @MODELS.register_module(force=True)
    class Own: ...
"""


def test_a_location_that_failed_is_tried_again(acme: Acme) -> None:
    acme.write(root=("acme.broken",), broken=NETS + FAILING)
    with pytest.warns(RuntimeWarning, match=NOT_FOUND):
        assert acme.models.get("Net") is None
    assert acme.models.module_dict == {}
    acme.write(root=("acme.broken",), broken=NETS + MENDED)
    assert acme.models["Net"].__module__ == "acme.broken"


def test_a_scope_made_by_a_location_that_failed_can_be_made_again(acme: Acme) -> None:
    acme.write(root=("acme.broken",), broken=CHILD + FAILING)
    with pytest.warns(RuntimeWarning, match=NOT_FOUND):
        assert acme.models.get("Net") is None
    with pytest.raises(EntryNotFound, match="ValueError: no weights"):
        acme.models["Net"]
    acme.write(root=("acme.broken",), broken=CHILD + MENDED)
    assert sorted(acme.models.children) == ["detection", "pose"]


def test_what_a_failed_location_had_replaced_is_there_again(acme: Acme) -> None:
    acme.write(root=("acme.broken",), broken=FORCED + FAILING)
    acme.models.register_module(module=Own)
    with pytest.warns(RuntimeWarning, match=NOT_FOUND):
        assert acme.models.get("Net") is None
    assert acme.models.get("Own") is Own


def test_the_error_for_a_failing_location_is_one_of_ours(acme: Acme) -> None:
    acme.write(root=("acme.broken",), broken="def broken(:")
    with pytest.raises(RegistryError, match="SyntaxError"):
        acme.models.resolve("Net")
