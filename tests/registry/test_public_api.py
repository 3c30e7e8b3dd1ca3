"""What the package promises: its names, their documentation, and its exceptions."""

import copy
import importlib
import inspect
import pickle
import subprocess
import sys
from collections.abc import Mapping

import pytest

import registry_core
from registry_core import (
    AddressError,
    AlreadyRegistered,
    ArgumentError,
    BaseMismatch,
    BuildError,
    ConfigError,
    ConfigHint,
    Entry,
    EntryConflict,
    EntryNotFound,
    HookError,
    LockMismatch,
    MissingType,
    PluginLoadError,
    Provider,
    RegistryError,
    RegistryNotFound,
    ScopeExists,
    ScopeNotFound,
    WrongType,
)

NAMES = [
    "AddressError",
    "AlreadyRegistered",
    "ArgumentError",
    "BaseMismatch",
    "BuildError",
    "ConfigError",
    "ConfigHint",
    "Entry",
    "EntryConflict",
    "EntryNotFound",
    "Environment",
    "HookError",
    "LockMismatch",
    "MissingType",
    "Plan",
    "PluginLoadError",
    "Policy",
    "Problem",
    "Provider",
    "Registry",
    "RegistryError",
    "RegistryNotFound",
    "ScopeExists",
    "ScopeNotFound",
    "WrongType",
    "build_from_cfg",
    "current_environment",
    "default_scope",
    "depends_on",
    "hookimpl",
    "installed_registry",
    "may_know",
    "set_default_scope",
    "use_environment",
]

BASES: Mapping[type[RegistryError], tuple[type[BaseException], ...]] = {
    RegistryError: (Exception,),
    WrongType: (RegistryError, TypeError),
    BaseMismatch: (WrongType,),
    AddressError: (RegistryError, ValueError),
    AlreadyRegistered: (RegistryError, KeyError),
    ScopeExists: (RegistryError, ValueError),
    EntryNotFound: (RegistryError, KeyError),
    EntryConflict: (RegistryError, KeyError),
    ScopeNotFound: (RegistryError, KeyError),
    RegistryNotFound: (RegistryError, KeyError),
    PluginLoadError: (RegistryError, ImportError),
    HookError: (RegistryError, RuntimeError),
    ConfigError: (RegistryError, ValueError),
    MissingType: (ConfigError, KeyError),
    ConfigHint: (ConfigError,),
    LockMismatch: (RegistryError, RuntimeError),
    BuildError: (RegistryError, RuntimeError),
    ArgumentError: (BuildError, TypeError),
}

ACTS = Provider("acts", "1.0")
SWISH = Entry("Swish", "acts:Swish", "extra", {"beta": 1.0}, {}, "acme.act", ACTS).frozen()
OTHER = SWISH._replace(target="more:Swish", provider=Provider("more", "2.0"))

ERRORS: list[tuple[RegistryError, str]] = [
    (RegistryError(), "RegistryError"),
    (WrongType("name", "a str", 5), "name must be a str, but got int"),
    (
        WrongType("name", "a str", None, "give it one"),
        "name must be a str, but got NoneType; give it one",
    ),
    (
        BaseMismatch("acme.act", "Swish", int, "<class 'str'>", ACTS),
        "'Swish' (acts 1.0) does not fit the registry 'acme.act': "
        "<class 'str'> is not builtins.int",
    ),
    (AddressError("name", "", "it is empty"), "'' cannot be the name of a registry: it is empty"),
    (
        AlreadyRegistered("Swish", "acme.act", "acme.acts"),
        "'Swish' is already registered in 'acme.act' at acme.acts; pass force=True to replace it",
    ),
    (
        ScopeExists("extra", "acme.act"),
        "the scope 'extra' already exists in the registry 'acme.act'; "
        "it is .children['extra'] there",
    ),
    (
        EntryNotFound("Swihs", "acme.act"),
        "'Swihs' is not in the registry 'acme.act'; "
        "is the package that provides it installed, or its module imported?",
    ),
    (
        EntryNotFound(
            "Swihs",
            "acme.act",
            tried=["extra", "the root 'acme'"],
            close=["Swish", "extra.Swish"],
            blocked=[(SWISH, "blocked in code")],
            hints=["pip install more"],
            failed=[("acme.acts", "OSError: no disk")],
            provider="acts",
        ),
        "'Swihs' from 'acts' is not in the registry 'acme.act' "
        "(scopes tried: extra, the root 'acme'); acts 1.0 has it, but is blocked in code; "
        "importing the location 'acme.acts' failed: OSError: no disk; pip install more; "
        "did you mean 'Swish' or 'extra.Swish'?",
    ),
    (
        EntryConflict("Swish", "acme.act", [SWISH, OTHER]),
        "'Swish' in the registry 'acme.act' is provided by acts 1.0 ('acts:Swish') "
        "and more 2.0 ('more:Swish'). Ask for one with get('Swish', provider='acts'), "
        "prefer one with current_environment().prefer('acts:extra.Swish') or "
        "REGISTRY_CORE_PREFER=acts:extra.Swish, or block one with "
        "current_environment().block('more:extra.Swish') or REGISTRY_CORE_BLOCK=more:extra.Swish",
    ),
    (
        ScopeNotFound("extro", "acme.act", ["extra", "other"], []),
        "the registry 'acme.act' has no scope 'extro'; it has 'extra', 'other'",
    ),
    (
        ScopeNotFound("extro", "acme.act", [], []),
        "the registry 'acme.act' has no scope 'extro'; it has none",
    ),
    (
        ScopeNotFound("gated", "acme.act", [], ["a.gated", "b.gated"]),
        "'gated' names more than one scope of the registry 'acme.act': "
        "write 'a.gated' or 'b.gated'",
    ),
    (RegistryNotFound("act", []), "no registry is named 'act'; none is installed"),
    (RegistryNotFound("act", ["acme.x"]), "no registry is named 'act'; known are 'acme.x'"),
    (
        RegistryNotFound("act", [], ["acme.act", "zoo.act"]),
        "'act' names more than one registry: write the group, 'acme.act' or 'zoo.act'",
    ),
    (
        PluginLoadError(SWISH, "no disk", "buy one"),
        "'extra.Swish' in 'acme.act', provided by acts 1.0 as 'acts:Swish', cannot be loaded: "
        "no disk; buy one",
    ),
    (
        HookError(ACTS, "registry_core_build", "ValueError: no"),
        "the hook registry_core_build of acts 1.0 failed: ValueError: no",
    ),
    (ConfigError("it is empty"), "it is empty"),
    (ConfigHint("it is passed on", "is type meant?"), "it is passed on; is type meant?"),
    (ConfigError("it is empty", "net.yaml:1:1"), "net.yaml:1:1: it is empty"),
    (MissingType([]), '`cfg` or `default_args` must contain the key "type", but it is empty'),
    (
        MissingType(["a", "b"]),
        "`cfg` or `default_args` must contain the key \"type\", but it has 'a', 'b'",
    ),
    (BuildError("Swish", "", "no"), "building 'Swish' failed: no"),
    (BuildError("Swish", ACTS, "no"), "building 'Swish' (acts 1.0) failed: no"),
    (
        LockMismatch(["'Swish': the content of acts.py has changed (acts 1.0)"]),
        f"what is installed in {sys.prefix} is not what was locked: 'Swish': the content of "
        "acts.py has changed (acts 1.0); install there what the lock says, or lock again",
    ),
    (
        ArgumentError("Swish", ACTS, unexpected=["beat"], missing=["gate"], accepts="beta, gate"),
        "building 'Swish' (acts 1.0) failed: unexpected argument 'beat', missing argument 'gate'; "
        "it takes beta, gate",
    ),
]
each_error = pytest.mark.parametrize(
    ("error", "message"), ERRORS, ids=lambda value: type(value).__name__
)


def test_the_public_names_are_these() -> None:
    assert sorted(NAMES) == NAMES == registry_core.__all__
    assert set(NAMES) <= set(dir(registry_core))
    everything: dict[str, object] = {}
    exec("from registry_core import *", everything)
    assert set(NAMES) <= set(everything)


@pytest.mark.parametrize("room", ["config", "doctor", "query", "testing"])
def test_the_rooms_are_reachable_once_the_package_is_imported(room: str) -> None:
    code = f"import registry_core; print(registry_core.{room}.__name__)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == f"registry_core.{room}\n"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    name = "Registri"
    with pytest.raises(AttributeError, match="module 'registry_core' has no attribute 'Registri'"):
        getattr(registry_core, name)


@pytest.mark.parametrize("package", ["config", "query", "testing"])
def test_a_package_below_lists_its_names_too(package: str) -> None:
    module = importlib.import_module(f"registry_core.{package}")
    assert module.__all__
    for name in module.__all__:
        assert inspect.getdoc(getattr(module, name))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_public_is_documented_with_an_example_or_with_what_it_raises(name: str) -> None:
    public = getattr(registry_core, name)
    documentation = public.__doc__ or ""
    assert documentation.strip()
    is_error = isinstance(public, type) and issubclass(public, RegistryError)
    if not is_error:
        assert ">>>" in documentation or "Raises:" in documentation


@pytest.mark.parametrize("name", ["Registry", "Environment", "Entry", "Provider", "Policy"])
def test_every_method_that_is_public_is_documented(name: str) -> None:
    public = getattr(registry_core, name)
    undocumented = [
        member
        for member, value in inspect.getmembers(public)
        if not member.startswith("_") and not inspect.getdoc(value)
    ]
    assert undocumented == []


def subclasses(kind: type[RegistryError]) -> set[type[RegistryError]]:
    return {kind}.union(*map(subclasses, kind.__subclasses__()))


def test_every_error_is_of_our_own_and_of_the_built_in_kind_that_fits() -> None:
    ours = {kind for kind in subclasses(RegistryError) if kind.__module__ == "registry_core.errors"}
    assert ours == set(BASES) == {type(error) for error, _ in ERRORS}
    assert {kind: kind.__bases__ for kind in BASES} == BASES
    assert {kind.__name__ for kind in BASES} <= set(NAMES)


def test_the_documentation_of_the_errors_draws_them_as_they_are() -> None:
    drawing = (importlib.import_module("registry_core.errors").__doc__ or "").splitlines()
    for kind, bases in BASES.items():
        built_in = [base.__name__ for base in bases if base.__module__ == "builtins"]
        line = next(line for line in drawing if f" {kind.__name__} " in f"{line} ")
        assert all(f"({name})" in line for name in built_in if name != "Exception")


@each_error
def test_every_error_says_what_happened_and_what_to_do(error: RegistryError, message: str) -> None:
    assert str(error) == error.message() == message
    assert error.config_path == ""


@each_error
def test_an_error_inside_a_config_says_where(error: RegistryError, message: str) -> None:
    error = copy.copy(error)
    error.within(("layers", 2, "activation"))
    assert error.config_path == "layers[2].activation"
    assert str(error) == f"in the config at layers[2].activation: {message}"
    # A build within a build: the inner one has said where it was, the outer one says the rest.
    error.within(("outer",))
    assert error.config_path == "outer.layers[2].activation"


@each_error
def test_an_error_travels_between_processes(error: RegistryError, message: str) -> None:
    error = copy.copy(error)
    error.within(("layers", 2))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        copied = pickle.loads(pickle.dumps(error, protocol))
        assert type(copied) is type(error)
        assert str(copied) == f"in the config at layers[2]: {message}"
        assert vars(copied) == vars(error)
    assert str(copy.deepcopy(error)) == str(error)


@each_error
def test_an_error_has_the_fields_of_each_of_its_kinds(error: RegistryError, message: str) -> None:
    assert message
    for kind in type(error).__mro__:
        if kind in BASES and "__init__" in vars(kind):
            fields = list(inspect.signature(kind).parameters)
            assert [field for field in fields if not hasattr(error, field)] == []
