"""MMEngine's registries, as registry_core has them, over what is installed."""

# ruff: noqa: C408 - configs are written as MMEngine's users write them

import importlib.util
import json
import logging
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fresh_process import python
from peers.mmengine_sides import imported

from registry_core import EntryConflict, PluginLoadError, Policy
from registry_core import Registry as NativeRegistry
from registry_core.compat.mmengine import (
    MODELS,
    OPTIMIZERS,
    PARAM_SCHEDULERS,
    RUNNERS,
    Registry,
    build_from_cfg,
    build_optimizer_from_cfg,
    build_scheduler_from_cfg,
    count_registered_modules,
    traverse_registry_tree,
)
from registry_core.compat.mmengine.errors import NoTorch
from registry_core.testing import Site

DETECTION = """
    class Detector:
        def __init__(self, backbone=None):
            self.backbone = backbone

    def broken():
        raise ValueError("burst")
"""


@pytest.fixture
def site(plugin_site: Site) -> Iterator[Site]:
    """A site with models for a scope of their own, and optimizers for the root."""
    plugin_site.install(
        "kea-det",
        {
            "registry_core.model.keadet": {
                "Detector": "keadet.models.detector:Detector",
                "broken": "keadet.models.detector:broken",
                "gone": "keadet.models.gone:Gone",
            },
            "registry_core.model.keadet.rotated": {"Rotated": "keadet.models.detector:Detector"},
            "registry_core.parameter_scheduler": {"StepLR": "keadet.schedulers:StepLR"},
            "registry_core.runner": {"Runner": "keadet.runner:Runner"},
        },
        {
            "keadet/__init__.py": "",
            "keadet/models/__init__.py": "",
            "keadet/models/detector.py": DETECTION,
            "keadet/schedulers.py": """
                class StepLR:
                    @classmethod
                    def build_iter_from_epoch(cls, **kwargs):
                        return kwargs
            """,
            "keadet/runner.py": """
                class Runner:
                    @classmethod
                    def from_cfg(cls, cfg):
                        return cfg
            """,
        },
    )
    plugin_site.install(
        "kea-optim",
        {"registry_core.optimizer.mmengine": {"SGD": "keaoptim:SGD"}},
        {"keaoptim.py": "class SGD: ..."},
    )
    with plugin_site.in_use():
        yield plugin_site


def loaded() -> set[str]:
    return {name for name in sys.modules if name.startswith(("keadet", "keaoptim"))}


@pytest.mark.usefixtures("site")
def test_what_is_installed_is_there_and_imported_when_it_is_built() -> None:
    assert "keadet.Detector" in MODELS
    assert "Detector" not in MODELS
    assert len(MODELS.children["keadet"]) == 3
    held = MODELS.children["keadet"].module_dict
    assert (len(held), list(held), "Detector" in held) == (3, ["Detector", "broken", "gone"], True)
    assert loaded() == set()
    built = MODELS.build(dict(type="keadet.Detector", backbone=3))
    assert built.backbone == 3
    assert loaded() == {"keadet", "keadet.models", "keadet.models.detector"}
    assert held["Detector"] is type(built)


@pytest.mark.usefixtures("site")
def test_what_is_declared_leaves_the_dict_unloaded_and_is_loaded_when_it_is_read() -> None:
    held = MODELS.children["keadet"].module_dict
    del held["gone"]
    assert loaded() == set()
    with pytest.raises(ValueError, match="burst"):
        held.get("broken")()
    assert held.pop("Detector").__name__ == "Detector"
    assert ("keadet.Detector" in MODELS, list(held)) == (False, ["broken"])
    held["Detector"] = dict
    assert MODELS.build(dict(type="keadet.Detector", a=1)) == {"a": 1}
    held.clear()
    assert (len(held), list(MODELS.children["keadet"].children)) == (0, ["rotated"])


def test_a_name_in_conflict_or_broken_is_no_missing_item_of_the_dict(site: Site) -> None:
    site.install("kea-two", {"registry_core.model.keadet": {"Detector": "keatwo:Detector"}})
    with site.in_use():
        held = MODELS.children["keadet"].module_dict
        for call in (held.get, held.pop, held.setdefault):
            with pytest.raises(EntryConflict):
                call("Detector", None)
            with pytest.raises(PluginLoadError):
                call("gone", None)
        assert sorted(held) == ["Detector", "broken", "gone"]


@pytest.mark.usefixtures("site")
def test_a_name_that_another_declares_is_refused_with_who_has_it(site: Site) -> None:
    site.install("kea-thief", {}, {
        "keathief.py": """
            from registry_core.compat.mmengine import MODELS
            MODELS.children["keadet"].register_module("Detector", module=dict)
        """
    })  # fmt: skip
    with site.in_use(), pytest.raises(KeyError) as taken:
        importlib.import_module("keathief")
    assert str(taken.value) == (
        "Detector is already registered in model at keadet.models.detector, by kea-det 0.1.0; "
        "pass force=True to replace it"
    )


@pytest.mark.usefixtures("site")
def test_a_registry_of_ones_own_shares_what_is_installed_if_it_names_the_group() -> None:
    own: Registry = Registry("model", scope="acme")
    own.register_module("Own", module=dict)
    assert (list(own), list(own.children), own.problems()) == (["Own"], [], [])
    assert own.group == "model (no group)"
    shared: Registry = Registry("model", scope="acme", group=MODELS.group)
    assert "keadet.Detector" in shared
    other: Registry = Registry("model", scope="acme")
    assert other.get("Own") is None


def test_a_registry_without_a_group_is_not_pickled() -> None:
    registry: Registry = Registry("kea", scope="acme")
    kid: Registry = Registry("kea", parent=registry, scope="kid")
    for each in (registry, kid):
        with pytest.raises(pickle.PicklingError, match="the registry 'kea' has no group") as no:
            pickle.dumps(each)
        assert "Registry('kea', group=\"acme.model\")" in str(no.value)
    grouped: Registry = Registry("kea", scope="acme", group="acme.kea")
    assert pickle.loads(pickle.dumps(grouped)) is grouped


@pytest.mark.usefixtures("site")
def test_a_representation_lists_what_is_declared_without_importing_it() -> None:
    assert repr(MODELS.children["keadet"]).splitlines() == [
        "Registry of model (scope 'keadet', 3 names)",
        "    Detector  'keadet.models.detector:Detector'",
        "    broken    'keadet.models.detector:broken'",
        "    gone      'keadet.models.gone:Gone'",
    ]
    assert loaded() == set()


def test_an_override_keeps_who_registers_and_with_what_metadata() -> None:
    class Loud(Registry):
        def _register_module(self, module: Any, module_name: Any = None, force: Any = False) -> Any:
            super()._register_module(module, module_name, force)

    registry = Loud("kea", scope="acme")
    registry.register_module("A", module=dict, metadata={"depth": 1})
    (entry,) = registry.entries(depth=1)
    assert (entry.name, entry.provider.name) == ("A", __name__)
    registry._register_module(list, "B")
    registry.module_dict.update(C=set)
    assert {each.provider.name for each in registry.entries()} == {__name__}


@pytest.mark.usefixtures("site")
def test_a_group_of_the_scope_mmengine_is_the_root() -> None:
    assert OPTIMIZERS.get("SGD") is OPTIMIZERS.get("mmengine.SGD")
    assert type(OPTIMIZERS.build(dict(type="SGD"))).__name__ == "SGD"
    assert OPTIMIZERS.children == {}


@pytest.mark.usefixtures("site")
def test_a_discovered_scope_is_a_registry_with_all_the_methods_and_build_functions() -> None:
    found = MODELS.children["keadet"]
    assert type(found) is Registry
    assert (found.name, found.scope, found.parent, found.root) == (
        "model",
        "keadet",
        MODELS,
        MODELS,
    )
    assert found.build_func is MODELS.build_func
    with found.switch_scope_and_registry("rotated") as inner:
        assert inner is found.children["rotated"]
        assert type(inner.build(dict(type="Rotated"))).__name__ == "Detector"


@pytest.mark.usefixtures("site")
def test_a_discovered_scope_may_be_made_in_code() -> None:
    models: Registry = Registry("model", scope="mmengine", group=MODELS.group)
    detectors: Registry = Registry("detector", parent=models, scope="keadet")
    assert models.children["keadet"] is detectors
    assert "Detector" in detectors
    with pytest.raises(AssertionError, match="scope keadet exists in model registry"):
        Registry("detector", parent=models, scope="keadet")


@pytest.mark.usefixtures("site")
def test_the_special_builds_find_what_is_installed() -> None:
    cfg = dict(type="StepLR", convert_to_iter_based=True, epoch_length=3)
    assert PARAM_SCHEDULERS.build(cfg) == {"epoch_length": 3}
    assert RUNNERS.build(dict(epochs=12)) == {"epochs": 12}


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_a_list_of_configs_without_torch_says_what_is_missing() -> None:
    with pytest.raises(ImportError, match=r"a torch\.nn\.Sequential: pip install torch") as missing:
        MODELS.build([])
    assert isinstance(missing.value, NoTorch)
    assert isinstance(missing.value.__cause__, ModuleNotFoundError)


def test_whoever_builds_adafactor_is_told_of_torchs(caplog: pytest.LogCaptureFixture) -> None:
    optimizers: Registry = Registry("kea", build_optimizer_from_cfg, scope="acme")
    optimizers.register_module("Adafactor", module=dict)
    with caplog.at_level(logging.INFO):
        optimizers.build(dict(type="Adafactor"))
        assert caplog.records == []
        optimizers.register_module("TorchAdafactor", module=dict)
        assert optimizers.build(dict(type="Adafactor", lr=1)) == {"lr": 1}
    assert [record.getMessage() for record in caplog.records] == [
        "the torch version of Adafactor is registered as TorchAdafactor"
    ]


def install_a_build_hook(site: Site) -> None:
    site.install(
        "kea-log",
        {"registry_core.hooks": {"registry_core.model": "kealog"}},
        {
            "kealog.py": """
                from registry_core import hookimpl

                SEEN = []

                @hookimpl(wrapper=True)
                def registry_core_build(entry, args, kwargs):
                    result = yield
                    SEEN.append((entry.key, kwargs))
                    return result
            """
        },
    )


def test_build_hooks_have_their_say(site: Site) -> None:
    install_a_build_hook(site)
    with site.in_use():
        MODELS.build(dict(type="keadet.Detector", backbone=3))
        assert sys.modules["kealog"].SEEN == [("keadet.Detector", {"backbone": 3})]


def test_build_hooks_have_their_say_of_a_manager_of_mmengine_too(site: Site) -> None:
    manager = imported("mmengine.utils").ManagerMixin
    models: Registry = Registry("model", scope="mmengine", group=MODELS.group)
    visualizer: Any = models.register_module(
        "Visualizer", module=type("Visualizer", (manager,), {})
    )
    install_a_build_hook(site)
    with site.in_use():
        built = models.build(dict(type="Visualizer", name="kea"))
        assert built is visualizer.get_instance("kea")
        assert sys.modules["kealog"].SEEN == [("Visualizer", {"name": "kea"})]


def test_locations_and_entry_points_fill_one_scope(site: Site) -> None:
    (site.folder / "keahome.py").write_text(
        "import keahost\n@keahost.HOME.register_module()\nclass Located: ...\n"
    )
    (site.folder / "keahost.py").write_text(
        "from registry_core.compat.mmengine import MODELS, Registry\n"
        "HOME = Registry('home', scope='keadet', parent=Registry('model', scope='mmengine',"
        " group=MODELS.group), locations=['keahome'])\n"
    )
    home = importlib.import_module("keahost").HOME
    assert "keahome" not in sys.modules
    assert sorted(home) == ["Detector", "Located", "broken", "gone"]
    assert home.get("Located").__name__ == "Located"


# Errors


def test_a_name_that_nothing_has_is_explained(site: Site) -> None:
    with pytest.raises(KeyError) as missing:
        MODELS.build(dict(type="keadet.Detektor"))
    assert str(missing.value).startswith(
        "keadet.Detektor is not in the mmengine::model registry. Please check whether the value of "
        "`keadet.Detektor` is correct or it was registered as expected. (scopes tried: the root "
        "'mmengine', keadet); did you mean 'keadet.Detector'"
    )
    with site.in_use(policy=Policy.of(block=["kea-det"])), pytest.raises(KeyError) as blocked:
        MODELS.build(dict(type="keadet.Detector"))
    assert "kea-det 0.1.0 has it, but is blocked" in str(blocked.value)


@pytest.mark.usefixtures("site")
def test_a_name_with_a_letter_of_another_alphabet_is_explained_once() -> None:
    with pytest.raises(KeyError) as missing:
        MODELS.build(dict(type="keadet.D\u0435tector"))
    assert str(missing.value).count(" is not in the ") == 1
    assert "as expected. (scopes tried: " in str(missing.value)


@pytest.mark.usefixtures("site")
def test_a_name_inside_a_config_is_explained_with_its_place() -> None:
    cfg = dict(type="keadet.Detector", backbone=dict(type="Nope"))
    with pytest.raises(KeyError) as missing:
        build_from_cfg(cfg, MODELS, recursive=True)
    assert str(missing.value).startswith(
        "in the config at backbone: Nope is not in the mmengine::model registry."
    )


@pytest.mark.usefixtures("site")
def test_an_error_survives_pickling() -> None:
    with pytest.raises(KeyError) as missing:
        MODELS.build(dict(type="Nope"))
    again = pickle.loads(pickle.dumps(missing.value))
    assert (type(again), str(again)) == (type(missing.value), str(missing.value))


@pytest.mark.usefixtures("site")
def test_what_a_constructor_raises_has_a_note_of_what_was_built() -> None:
    with pytest.raises(ValueError, match="burst") as burst:
        MODELS.build(dict(type="keadet.broken"))
    assert burst.value.__notes__ == [
        "building 'keadet.broken' (kea-det 0.1.0) failed: ValueError: burst"
    ]
    with pytest.raises(TypeError, match="unexpected keyword argument 'backbon'") as wrong:
        MODELS.build(dict(type="keadet.Detector", backbon=3))
    assert wrong.value.__notes__ == [
        "building 'keadet.Detector' (kea-det 0.1.0) failed: unexpected argument 'backbon'; "
        "it takes backbone"
    ]


def test_what_is_wrong_with_a_plugin_is_still_said_by_name(site: Site) -> None:
    with pytest.raises(PluginLoadError, match="kea-det 0.1.0"):
        MODELS.build(dict(type="keadet.gone"))
    site.install("kea-two", {"registry_core.model.keadet": {"Detector": "keatwo:Detector"}})
    with site.in_use(), pytest.raises(EntryConflict, match="kea-two"):
        MODELS.build(dict(type="keadet.Detector"))


# Counting


@pytest.mark.usefixtures("site")
def test_what_is_installed_is_counted_without_being_imported(tmp_path: Path) -> None:
    expected = [
        {"num_modules": 0, "scope": "mmengine"},
        {"num_modules": 3, "scope": "keadet", "keadet/models": ["Detector", "broken", "gone"]},
        {"num_modules": 1, "scope": "rotated", "keadet/models": ["Rotated"]},
    ]
    assert traverse_registry_tree(MODELS.children["keadet"]) == expected
    counted = count_registered_modules(tmp_path)
    assert counted["registries"]["MODELS"] == expected
    assert json.loads((tmp_path / "modules_statistic_results.json").read_text()) == counted
    assert loaded() == set()


@pytest.mark.usefixtures("site")
def test_what_is_counted_is_logged_if_asked(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        traverse_registry_tree(OPTIMIZERS, verbose=False)
        assert caplog.records == []
        traverse_registry_tree(OPTIMIZERS)
    assert [record.getMessage() for record in caplog.records] == [
        "Find 1 modules in mmengine's 'optimizer' registry"
    ]


# Beside registry_core's own


def test_the_two_kinds_of_registries_share_a_tree() -> None:
    native: NativeRegistry = NativeRegistry("kea", scope="top")
    child: Registry = Registry("kea", parent=native, scope="kid")
    grandchild: NativeRegistry = NativeRegistry("kea", parent=child, scope="grand")
    native.register_module("Table", module=dict)
    assert child.build(dict(type="Table", a=1)) == {"a": 1}
    assert (child.parent, grandchild.parent) == (native, child)
    with child.switch_scope_and_registry("grand") as registry:
        assert registry is grandchild
    assert build_from_cfg(dict(type="Table"), native) == {}


def test_importing_it_imports_neither_peers_nor_what_reads_metadata() -> None:
    names = "mmengine", "torch", "pluggy", "importlib_metadata", "inspect"
    code = (
        "import sys, registry_core.compat.mmengine as mm\n"
        "model = mm.Registry('kea', scope='acme')\n"
        "model.register_module('Table', module=dict)\n"
        f"print([name for name in {names} if name in sys.modules])"
    )
    assert python(code) == "[]"


def test_a_root_registry_pickles_as_itself_in_another_process() -> None:
    text = repr(pickle.dumps(MODELS))
    code = (
        f"import pickle, registry_core.compat.mmengine as mm\n"
        f"print(pickle.loads({text}) is mm.MODELS)"
    )
    assert python(code) == "True"


def test_a_scope_beside_another_registry_is_no_scope_of_the_schedulers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    schedulers = Registry("kea_schedule", build_scheduler_from_cfg, scope="acme")
    with pytest.raises(KeyError, match="no registry is named 'others'"):
        schedulers.build({"type": "Step", "_registry_": "others", "_scope_": "kid"})
    # It would warn of a scope that its own tree lacks.
    assert caplog.messages == []
