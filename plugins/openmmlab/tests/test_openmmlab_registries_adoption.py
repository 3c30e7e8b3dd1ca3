"""MMEngine's registries as scopes: listed as data, resolved and built, and what fails there."""

import json
import os
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

import pytest
from openmmlab_registries import hooks

from registry_core import EntryNotFound, Registry, installed_registry
from registry_core.testing import check_distribution

# A torchvision whose compiled operators do not fit torch cannot be imported without these.
OPERATORS = """
try:
    import torchvision
except RuntimeError:
    import sys, torch
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
"""
LISTING = """
import json, sys
from importlib.metadata import entry_points
from registry_core import Registry
listed = {}
for point in entry_points(group="registry_core.registries"):
    if point.dist.name == "openmmlab-registries":
        registry = Registry("listed", group=point.name, scope="acme")
        own = [e for e in registry.entries() if e.provider.name == "openmmlab-registries"]
        listed[point.name] = [[e.scope, e.name, e.target, dict(e.metadata)] for e in own]
"""
PRINTING = """
print(json.dumps([listed, sorted({"mmengine", "numpy", "torch"} & set(sys.modules))]))
"""
INSTALL = "from registry_core.compat.mmengine import install\ninstall()\n"
Listed = dict[str, list[list[Any]]]

_kept: dict[str, Any] = {}


def python(code: str, folder: Path | None = None, **variables: str) -> tuple[str, str]:
    """What a fresh interpreter, which sees one more folder, prints for `code`, and its stderr."""
    seen = "" if folder is None else f"import sys; sys.path.insert(0, {str(folder)!r})\n"
    run = subprocess.run(
        [sys.executable, "-I", "-c", seen + code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "REGISTRY_CORE_CACHE": "off", **variables},
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip(), run.stderr


@pytest.fixture(scope="module")
def peers() -> Any:
    """MMEngine's root registries, filled by all that is installed here."""
    pytest.importorskip("torch")
    pytest.importorskip("mmengine")
    pytest.importorskip("mmpretrain.version")
    # Kept, because torch forgets the operators of a library that nobody holds.
    exec(OPERATORS, _kept)
    importing = import_module("openmmlab_registries.importing")
    importing.import_all()
    return importing


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which answers are kept."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def listed(cache: Path) -> Listed:
    """What the first process to ask lists."""
    for module in ("torch", "mmengine", "mmpretrain.version"):
        pytest.importorskip(module)
    found, imported = json.loads(
        python(OPERATORS + LISTING + PRINTING, REGISTRY_CORE_CACHE=str(cache))[0]
    )
    assert "torch" in imported
    return dict(found)


def registered(importing: Any, group: str) -> set[tuple[str, str]]:
    """Scope and name of all that the installed packages register in MMEngine's registries."""
    (root,) = (
        registry
        for registry in importing.ROOTS.values()
        if "_".join(registry.name.split()) == group.removeprefix("registry_core.")
    )
    return {
        (".".join(path) or "mmengine", name)
        for path, registry in importing.walk(root)
        for name in registry.module_dict
    }


@pytest.mark.torch
def test_every_name_in_mmengines_registries_is_listed_in_the_scope_of_its_registry(
    peers: Any, listed: Listed
) -> None:
    for group, rows in listed.items():
        assert sorted((scope, name) for scope, name, _, _ in rows) == sorted(
            registered(peers, group)
        )
    counted = import_module("mmengine.registry").count_registered_modules(verbose=False)
    trees = counted["registries"].values()
    assert sum(map(len, listed.values())) == sum(each["num_modules"] for t in trees for each in t)
    keys = {(group, scope, name) for group, rows in listed.items() for scope, name, _, _ in rows}
    assert ("registry_core.optimizer", "mmengine", "SGD") in keys
    assert ("registry_core.model", "mmpretrain", "ResNet") in keys
    assert ("registry_core.transform", "mmengine", "LoadImageFromFile") in keys


@pytest.mark.torch
def test_the_hooks_and_the_registries_are_those_of_the_installed_mmengine(peers: Any) -> None:
    names = {"_".join(registry.name.split()) for registry in peers.ROOTS.values()}
    served = {p.name for p in entry_points(group="registry_core.hooks") if _is_ours(p)}
    owned = {
        p.name.removeprefix("registry_core."): p.attr
        for p in entry_points(group="registry_core.registries")
        if _is_ours(p)
    }
    assert served == set(owned) == names
    assert {peers.ROOTS[attribute].name.replace(" ", "_") for attribute in owned.values()} == names
    for name, attribute in owned.items():
        assert "_".join(peers.ROOTS[attribute].name.split()) == name


def _is_ours(point: Any) -> bool:
    return bool(point.dist.name == "openmmlab-registries")


@pytest.mark.torch
def test_a_later_process_lists_the_same_and_imports_neither_mmengine_nor_torch(
    listed: Listed, cache: Path
) -> None:
    again, imported = json.loads(python(LISTING + PRINTING, REGISTRY_CORE_CACHE=str(cache))[0])
    assert again == listed
    assert imported == []


@pytest.mark.torch
def test_after_install_the_same_is_listed_though_the_packages_register_where_it_is_listed(
    listed: Listed,
) -> None:
    again, _ = json.loads(python(INSTALL + OPERATORS + LISTING + PRINTING)[0])
    assert {group: sorted(rows) for group, rows in again.items()} == {
        group: sorted(rows) for group, rows in listed.items()
    }


@pytest.mark.torch
def test_after_install_what_is_imported_first_is_built_and_accused_of_nothing(
    listed: Listed, cache: Path
) -> None:
    code = """
import mmpretrain.models, mmpretrain.datasets
from mmengine.registry import MODELS, OPTIMIZERS, TRANSFORMS
from registry_core import Registry
for registry in (MODELS, OPTIMIZERS, TRANSFORMS):
    names = [(each.scope, each.name) for each in registry.entries()]
    print(registry.problems(), len(names) == len(set(names)))
for root in (TRANSFORMS, Registry("transform", scope="acme")):
    print(type(root.build({"type": "mmpretrain.torchvision/Resize", "size": 4})).__name__)
net = {"type": "mmpretrain.ImageClassifier", "backbone": {"type": "ResNet", "depth": 18}}
for root in (MODELS, Registry("model", scope="acme")):
    print(type(root.build(net).backbone) is MODELS["mmpretrain.ResNet"])
print(len(MODELS.entries()))
"""
    for variables in ({"REGISTRY_CORE_CACHE": str(cache)}, {}):
        out = python(INSTALL + OPERATORS + code, None, **variables)[0].splitlines()
        assert out[-8:-1] == ["[] True"] * 3 + ["TorchVisonTransformWrapper"] * 2 + ["True"] * 2
        assert int(out[-1]) == len(listed["registry_core.model"])


@pytest.mark.torch
def test_the_target_is_the_objects_own_address_wherever_that_leads_back_to_it(
    peers: Any, listed: Listed
) -> None:
    asked = set()
    for rows in listed.values():
        for scope, name, target, metadata in rows:
            module, _, attribute = target.partition(":")
            if module == "openmmlab_registries.asking":
                asked.add((scope, name))
            else:
                assert module.partition(".")[0] == metadata["package"]
                assert "<locals>" not in attribute
    assert ("mmpretrain", "torchvision/Resize") in asked
    for group, rows in listed.items():
        registry = Registry("listed", group=group, scope="acme")
        for scope, name, _, _ in rows:
            if (scope, name) not in asked:
                found = peers.ROOTS[_attribute(peers, group)]
                for label in scope.split(".") if scope != "mmengine" else ():
                    found = found.children[label]
                assert registry[f"{scope}.{name}"] is found.module_dict[name]


def _attribute(importing: Any, group: str) -> str:
    (found,) = (
        attribute
        for attribute, registry in importing.ROOTS.items()
        if "_".join(registry.name.split()) == group.removeprefix("registry_core.")
    )
    return str(found)


@pytest.mark.torch
@pytest.mark.usefixtures("peers")
def test_an_optimizer_of_torch_is_built_by_its_mmengine_name() -> None:
    torch = pytest.importorskip("torch")
    optimizers: Registry[Any] = Registry("optimizer", scope="acme")
    weights = [torch.nn.Parameter(torch.zeros(2))]
    built = optimizers.build({"type": "mmengine.SGD", "lr": 0.5}, {"params": weights})
    assert type(built) is torch.optim.SGD
    assert built.param_groups[0]["lr"] == 0.5


@pytest.mark.torch
@pytest.mark.usefixtures("peers")
def test_a_model_builds_the_parts_of_its_config_from_its_own_registry() -> None:
    torch = pytest.importorskip("torch")
    models: Registry[Any] = Registry("model", scope="acme")
    config = {
        "type": "mmpretrain.ImageClassifier",
        "backbone": {"type": "ResNet", "depth": 18},
        "neck": {"type": "GlobalAveragePooling"},
        "head": {"type": "LinearClsHead", "num_classes": 3, "in_channels": 512},
    }
    model = models.build(config)
    assert type(model.backbone) is models["mmpretrain.ResNet"]
    model.eval()
    with torch.no_grad():
        assert model(torch.zeros(2, 3, 32, 32)).shape == (2, 3)


@pytest.mark.torch
@pytest.mark.usefixtures("peers")
@pytest.mark.parametrize("wrapped", [False, True])
def test_no_text_in_the_config_of_a_part_is_imported_and_run(
    tmp_path: Path, *, wrapped: bool
) -> None:
    pytest.importorskip("torch")
    part: dict[str, Any] = {"type": "subprocess.getoutput", "cmd": f"touch {tmp_path / 'ran'}"}
    config = {
        "type": "mmpretrain.ImageClassifier",
        "backbone": {"_literal_": part} if wrapped else part,
    }
    for models in (Registry("model", scope="acme"), installed_registry("model")):
        with pytest.raises(Exception, match=r"subprocess\.getoutput is not in the"):
            models.build(config)
    assert not (tmp_path / "ran").exists()
    # For the program's own code MMEngine does as before.
    mmengine = import_module("mmengine.registry")
    assert mmengine.MODELS.get("subprocess.getoutput") is subprocess.getoutput


@pytest.mark.torch
def test_what_has_no_address_is_the_very_object_that_the_registry_has(peers: Any) -> None:
    transforms: Registry[Any] = Registry("transform", scope="acme")
    entry = transforms.resolve("mmpretrain.torchvision/Resize")
    held = "openmmlab_registries.asking:HELD.TRANSFORMS__mmpretrain__torchvision_2f_Resize"
    assert (entry.target, entry.kwargs) == (held, {})
    found = peers.ROOTS["TRANSFORMS"].children["mmpretrain"].module_dict["torchvision/Resize"]
    assert transforms["mmpretrain.torchvision/Resize"] is found
    built = transforms.build({"type": "mmpretrain.torchvision/Resize", "size": 8})
    assert type(built).__name__ == "TorchVisonTransformWrapper"
    assert built.t.size == 8
    with pytest.raises(AttributeError, match="^MODELS__mmpretrain__Nope$"):
        _ = import_module("openmmlab_registries.asking").HELD.MODELS__mmpretrain__Nope


@pytest.mark.torch
@pytest.mark.usefixtures("peers")
def test_in_a_root_of_another_name_a_key_does_not_climb_to_mmengine_and_the_error_says_so() -> None:
    transforms: Registry[Any] = Registry("transform", scope="acme")
    assert "mmengine.LoadAnnotations" in transforms
    with pytest.raises(EntryNotFound, match=r"write mmengine\.LoadAnnotations"):
        transforms.build({"type": "mmpretrain.LoadAnnotations"})


@pytest.mark.torch
@pytest.mark.usefixtures("peers")
def test_in_a_root_named_mmengine_keys_mean_what_they_mean_there() -> None:
    transforms: Registry[Any] = Registry("transform", scope="mmengine")
    assert "PackInputs" not in transforms
    for each in (transforms, installed_registry("transform")):
        names = ("LoadAnnotations", "mmengine.LoadAnnotations", "mmpretrain.LoadAnnotations")
        assert len({each[name] for name in names}) == 1
        assert each["mmpretrain.PackInputs"] is each["mmengine.mmpretrain.PackInputs"]


@pytest.mark.torch
@pytest.mark.usefixtures("peers")
def test_a_config_names_the_registry_by_its_last_word() -> None:
    layers: Registry[Any] = Registry("any_other", scope="acme")
    layers.register_module("pair", module=lambda **parts: parts)
    parts = {
        "net": {"_registry_": "model", "type": "mmengine.ReLU"},
        "resize": {"_registry_": "transform", "type": "mmengine.Resize", "scale": [4, 4]},
    }
    built = layers.build({"type": "pair", **parts}, recursive=True)
    assert type(built["net"]).__module__ == "torch.nn.modules.activation"
    assert type(built["resize"]).__module__ == "mmcv.transforms.processing"


REGISTRY = """
from mmengine.registry import MODELS as ROOT, Registry
MODELS = Registry("model", parent=ROOT, scope="{package}", locations={locations})
"""
CLASSES = """
from functools import partial
from {package}.registry import MODELS
@MODELS.register_module()
class Net:
    def __init__(self, depth): self.depth = depth
MODELS.register_module("shallow", module=partial(Net, depth=1))
"""
LOST = """
from mmocr.registry import MODELS
@MODELS.register_module()
class {name}: ...
"""
PACKAGES = {
    "mmdet/__init__.py": "",
    "mmdet/registry.py": "raise OSError('libmmcv.so: cannot open shared object file')",
    "mmseg/__init__.py": "",
    "mmseg/registry.py": REGISTRY.format(package="mmseg", locations=["mmseg.models"]),
    "mmseg/models.py": CLASSES.format(package="mmseg"),
    "mmocr/__init__.py": "",
    "mmocr/registry.py": REGISTRY.format(package="mmocr", locations=["mmocr.net", "mmocr.more"]),
    "mmocr/net.py": CLASSES.format(package="mmocr"),
    "mmocr/more/__init__.py": f"""
import mmocr.more.inner
{LOST.format(name="Lost")}
raise SystemExit("no licence")
""",
    "mmocr/more/inner.py": LOST.format(name="Inner"),
}


@pytest.fixture(scope="module")
def more_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one package that works, one that fails, and one of which half fails."""
    folder = tmp_path_factory.mktemp("packages")
    for path, source in PACKAGES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(source, encoding="utf-8")
    return folder


@pytest.mark.torch
def test_a_package_that_fails_costs_itself_alone(more_packages: Path) -> None:
    pytest.importorskip("mmengine")
    code = """
models = Registry("model", scope="acme")
print(sorted({e.scope for e in models.entries() if e.provider.name == "openmmlab-registries"}))
print(sorted(e.key for e in models.entries() if e.scope in ("mmdet", "mmseg", "mmocr")))
print(models.problems())
print(models.build({"type": "mmseg.Net", "depth": 4}).depth, models["mmseg.shallow"]().depth)
for key in ("mmdet.Net", "mmocr.Lost", "mmaction.Net"):
    try:
        models[key]
    except KeyError as error:
        print(error)
"""
    out, err = python(OPERATORS + LISTING + code, more_packages)
    scopes, keys, problems, built, mmdet, mmocr, mmaction = out.splitlines()[-7:]
    assert {"'mmengine'", "'mmpretrain'", "'mmseg'"} <= set(scopes.strip("[]").split(", "))
    assert keys == "['mmocr.Net', 'mmseg.Net', 'mmseg.shallow']"
    assert problems == "[]"
    assert built == "4 1"
    failed = "importing mmdet.registry raised OSError: libmmcv.so: cannot open shared object file"
    assert failed in mmdet
    assert f"mmdet is not listed as a whole: {failed}" in err
    assert "SystemExit: no licence" in mmocr
    assert "mmocr is not listed as a whole" in err
    assert "mmaction is not installed: pip install mmaction2" in mmaction


@pytest.mark.torch
def test_what_code_outside_of_installed_packages_registers_is_not_listed() -> None:
    pytest.importorskip("mmengine")
    code = """
import torch
from mmengine.registry import MODELS, Registry as Peers
MINE = Peers("model", parent=MODELS, scope="mine")
@MODELS.register_module()
class OfThisProcess: ...
MINE.register_module("Mine", module=torch.nn.ReLU)
"""
    end = """
names = {row[1] for row in listed["registry_core.model"]}
print("ReLU" in names, "OfThisProcess" in names, "Mine" in names)
"""
    assert python(OPERATORS + code + LISTING + end)[0].splitlines()[-1] == "True False False"


@pytest.mark.torch
def test_what_mmcv_registers_in_mmengines_scope_is_listed_where_nothing_else_imports_it() -> None:
    pytest.importorskip("mmcv")
    code = """
print(sorted({row[3]["package"] for row in listed["registry_core.transform"]}))
"""
    start = "import sys\nsys.modules['mmpretrain'] = None\n"
    # The light mmcv has no compiled operators, and that is not a fault.
    assert python(start + LISTING + code) == ("['mmcv']", "")


@pytest.mark.torch
def test_without_torch_what_needs_none_is_listed_and_the_rest_says_why(more_packages: Path) -> None:
    pytest.importorskip("mmengine")
    code = """
print(sorted({scope for rows in listed.values() for scope, _, _, _ in rows}))
try:
    Registry("optimizer", scope="acme")["mmengine.SGD"]
except KeyError as error:
    print(error)
"""
    start = "import sys\nsys.modules['torch'] = None\n"
    scopes, error = python(start + LISTING + code, more_packages)[0].splitlines()[-2:]
    assert {"'mmseg'", "'mmocr'"} <= set(scopes.strip("[]").split(", "))
    assert "mmengine is not listed as a whole" in error
    assert "torch" in error


@pytest.mark.torch
def test_an_answer_with_gaps_is_not_kept(tmp_path: Path) -> None:
    pytest.importorskip("mmengine")
    code = """
from registry_core import Registry
print("mmengine.SGD" in Registry("optimizer", scope="acme"))
"""
    broken = "import sys\nsys.modules['torch'] = None\n"
    assert python(broken + code, REGISTRY_CORE_CACHE=str(tmp_path))[0] == "False"
    assert python(OPERATORS + code, REGISTRY_CORE_CACHE=str(tmp_path))[0] == "True"


def test_without_mmengine_nothing_is_contributed_and_nothing_said() -> None:
    code = """
models = Registry("model", scope="acme")
print(sum(map(len, listed.values())), models.problems(), "mmengine.SGD" in models)
try:
    models["mmdet.Net"]
except KeyError as error:
    print(error)
"""
    out, err = python("import sys\nsys.modules['mmengine'] = None\n" + LISTING + code)
    counts, error = out.splitlines()
    assert counts == "0 [] False"
    assert error.startswith("'mmdet.Net' is not in the registry 'registry_core.model'")
    assert "pip install" not in error
    assert err == ""


def test_a_key_that_names_no_openmmlab_package_gets_no_hint_and_imports_nothing() -> None:
    code = """
import sys
from openmmlab_registries import hooks
print([hooks.registry_core_missing("registry_core.model", key) for key in ("Net", "acme.Net")])
print({"mmengine", "torch"} & set(sys.modules))
"""
    assert python(code)[0].splitlines() == ["[None, None]", "set()"]


@pytest.mark.torch
@pytest.mark.usefixtures("peers")
def test_another_registry_gets_nothing() -> None:
    assert list(hooks.registry_core_entries("registry_core.activation")) == []
    assert list(hooks.registry_core_entries("acme.model")) == []
    assert hooks.registry_core_missing("acme.model", "mmaction.Net") is None


def test_every_registry_has_a_hook_of_the_same_name() -> None:
    project = tomllib.loads(
        (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]
    owned = project["entry-points"]["registry_core.registries"]
    served = project["entry-points"]["registry_core.hooks"]
    assert [f"registry_core.{name}" for name in served] == list(owned)


@pytest.mark.torch
@pytest.mark.usefixtures("peers")
def test_nothing_is_wrong_with_what_the_distribution_declares() -> None:
    models: Registry[Any] = Registry("model", scope="acme")
    provider = models.resolve("mmengine.BaseTTAModel").provider
    assert provider == ("openmmlab-registries", version("openmmlab-registries"))
    assert check_distribution("openmmlab-registries") == []
