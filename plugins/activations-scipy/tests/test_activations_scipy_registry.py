"""What the hook contributes: entries as data, hints for other names, and no import until built."""

import subprocess
import sys
from importlib.metadata import version
from typing import Any

import pytest
from activations import ACTIVATION, LAYER
from activations_scipy import hooks
from activations_scipy.special import AlongAxis, Elementwise

from registry_core import RegistryError, default_scope
from registry_core.testing import check_distribution

ELEMENTWISE = {"erf", "expit", "log_expit", "log_ndtr", "ndtr"}
ALONG_AXIS = {"log_softmax", "softmax"}


def python(code: str) -> list[str]:
    """The lines that a fresh interpreter, which does not see the current folder, prints."""
    command = [sys.executable, "-I", "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_each_function_is_listed_once_with_its_provider_and_version() -> None:
    own = [e for e in ACTIVATION.entries() if e.provider.name == "activations-scipy"]
    expected = sorted(f"scipy.{name}" for name in ELEMENTWISE | ALONG_AXIS)
    assert sorted(entry.key for entry in own) == expected
    assert {entry.registry for entry in own} == {"registry_core.activation"}
    assert {entry.provider.version for entry in own} == {version("activations-scipy")}


def test_entries_can_be_chosen_by_metadata() -> None:
    def chosen(**metadata: object) -> set[str]:
        return {entry.name for entry in ACTIVATION.entries(**metadata)}

    assert chosen(elementwise=True) == chosen(monotonic=True) == ELEMENTWISE
    assert chosen(elementwise=False) == ALONG_AXIS
    assert chosen(range="(0, 1)") == {"expit", "ndtr"}


def test_listing_and_asking_import_neither_scipy_nor_numpy() -> None:
    code = (
        "import sys\n"
        "from activations import ACTIVATION\n"
        "assert 'scipy.erf' in ACTIVATION\n"
        "print(len([e for e in ACTIVATION.entries() if e.scope == 'scipy']))\n"
        "print(ACTIVATION.resolve('scipy.erf').provider)\n"
        "print({'numpy', 'scipy', 'activations_scipy.special'} & set(sys.modules) or 'nothing')"
    )
    assert python(code) == ["7", f"activations-scipy {version('activations-scipy')}", "nothing"]


def test_the_hook_module_needs_neither_numpy_nor_scipy() -> None:
    code = (
        "import sys\n"
        "sys.modules['numpy'] = sys.modules['scipy'] = None\n"
        "from activations_scipy import hooks\n"
        "print(len(list(hooks.registry_core_entries('registry_core.activation'))))"
    )
    assert python(code) == ["7"]


@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
def test_a_name_builds_the_function_of_that_name(name: str) -> None:
    assert ACTIVATION.build({"type": f"scipy.{name}"}) == Elementwise(name)


@pytest.mark.parametrize("name", sorted(ALONG_AXIS))
def test_a_function_along_an_axis_takes_the_axis_from_the_config(name: str) -> None:
    assert ACTIVATION.build({"type": f"scipy.{name}"}) == AlongAxis(name, axis=-1)
    assert ACTIVATION.build({"type": f"scipy.{name}", "axis": 0}) == AlongAxis(name, axis=0)


@pytest.mark.parametrize(
    "config",
    [{"type": "erf", "_scope_": "scipy"}, {"type": "activations.scipy.erf"}],
    ids=str,
)
def test_a_function_is_built_by_every_way_of_writing_its_name(config: dict[str, Any]) -> None:
    assert ACTIVATION.build(config) == Elementwise("erf")


def test_the_default_scope_reaches_the_hooks_entries() -> None:
    with default_scope("scipy"):
        assert ACTIVATION.build({"type": "ndtr"}) == Elementwise("ndtr")


@pytest.mark.parametrize("function", ["gamma", "__class__", "softmax"])
def test_a_config_cannot_reach_a_function_that_is_not_in_the_table(function: str) -> None:
    with pytest.raises(RegistryError) as caught:
        ACTIVATION.build({"type": "scipy.erf", "function": function})
    assert "function" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("scipy.sigmoid", "write scipy.expit"),
        ("scipy.LogSigmoid", "write scipy.log_expit"),
        ("log_sigmoid", "write scipy.log_expit"),
        ("scipy.norm_cdf", "write scipy.ndtr"),
        ("scipy.gamma", "in the scope scipy: erf, expit, log_expit"),
    ],
)
def test_an_unknown_name_gets_a_hint(key: str, hint: str) -> None:
    with pytest.raises(RegistryError, match=hint):
        ACTIVATION.build({"type": key})


@pytest.mark.parametrize("key", ["gamma", "extra.sigmoid", "scipy.special.sigmoid"])
def test_a_name_that_is_none_of_its_business_gets_no_hint(key: str) -> None:
    assert hooks.registry_core_missing("registry_core.activation", key) is None


def test_another_registry_gets_nothing() -> None:
    assert list(hooks.registry_core_entries("registry_core.layer")) == []
    assert hooks.registry_core_missing("registry_core.layer", "scipy.sigmoid") is None
    assert not any(entry.provider.name == "activations-scipy" for entry in LAYER.entries())


def test_the_hook_and_the_classes_know_the_same_functions() -> None:
    for entry in hooks.registry_core_entries("registry_core.activation"):
        kind = Elementwise if entry.metadata["elementwise"] else AlongAxis
        assert str(entry.target).endswith(f":{kind.__name__}")
        assert entry.kwargs == {"function": entry.name}
        assert kind(entry.name).function == entry.name


def test_nothing_is_wrong_with_what_the_distribution_declares() -> None:
    assert check_distribution("activations-scipy") == []
