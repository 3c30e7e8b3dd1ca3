"""What a release promised holds today: its frozen plugin, its configs, its names and fields.

A folder ``compatible_X_Y`` is what a plugin, a config and a caller could rely on in version X.Y,
and is never edited but for what has gone away after two minor releases of warning. For the folder
of a new release, ``PYTHONPATH=tests python tests/project/test_compatibility.py``
prints what it promises.
"""

import importlib
import inspect
import json
import os
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from fresh_process import run_python

import registry_core
from registry_core import (
    AddressError,
    AlreadyRegistered,
    ArgumentError,
    BaseMismatch,
    BuildError,
    ConfigError,
    Entry,
    EntryConflict,
    EntryNotFound,
    HookError,
    MissingType,
    PluginLoadError,
    Provider,
    Registry,
    RegistryError,
    RegistryNotFound,
    ScopeExists,
    ScopeNotFound,
    WrongType,
    build_from_cfg,
)
from registry_core.cli import main
from registry_core.config import check_config, read_config
from registry_core.hooks import specs
from registry_core.testing import Site

ROOT = Path(__file__).parents[2]
FROZEN = ROOT / "tests" / "compatible_0_1"
PROMISED = sorted((ROOT / "tests").glob("compatible_*/promises.json"))
PACKAGES = (
    "registry_core",
    "registry_core.compat.flash",
    "registry_core.compat.mmengine",
    "registry_core.config",
    "registry_core.doctor",
    "registry_core.query",
    "registry_core.testing",
)
# Other records and results are made by us alone.
MADE_BY_CALLERS = {
    "ConcatRegistry",
    "Entry",
    "Environment",
    "ExternalRegistry",
    "FlashRegistry",
    "Provider",
    "Registry",
    "Site",
    "default_scope",
}
SPECIAL = {
    "__call__",
    "__contains__",
    "__enter__",
    "__exit__",
    "__getitem__",
    "__iter__",
    "__len__",
}

ACTS = Provider("acts", "1.0")
SWISH = Entry("Swish", "acts:Swish", provider=ACTS)
ERRORS: list[RegistryError] = [
    RegistryError(),
    WrongType("name", "a str", 5),
    BaseMismatch("acme.act", "Swish", int, "a str", ACTS),
    AddressError("name", "", "it is empty"),
    AlreadyRegistered("Swish", "acme.act", "acme.acts"),
    ScopeExists("extra", "acme.act"),
    EntryNotFound("Swihs", "acme.act"),
    EntryConflict("Swish", "acme.act", [SWISH]),
    ScopeNotFound("extro", "acme.act", [], []),
    RegistryNotFound("act", []),
    PluginLoadError(SWISH, "no disk"),
    HookError(ACTS, "registry_core_build", "no disk"),
    ConfigError("it is empty"),
    MissingType([]),
    BuildError("Swish", ACTS, "no disk"),
    ArgumentError("Swish", ACTS, unexpected=[], missing=[], accepts="beta"),
]

Promises = dict[str, Any]


def promises() -> Promises:
    """What this version promises of its names, as plain data."""
    found: Promises = {"names": {}, "members": {}, "calls": {}, "records": {}}
    for package in PACKAGES:
        module = importlib.import_module(package)
        found["names"][package] = list(module.__all__)
        for name in module.__all__:
            public = getattr(module, name)
            if inspect.isfunction(public):
                found["calls"][f"{package}.{name}"] = takes(public)
            elif isinstance(public, type) and not issubclass(public, RegistryError):
                _add_class(found, f"{package}.{name}", public)
    found["errors"] = {type(error).__name__: _error(error) for error in ERRORS}
    found["hooks"] = {
        name: {
            "arguments": list(inspect.signature(hook).parameters),
            "firstresult": hook.registry_core_spec["firstresult"],
        }
        for name, hook in vars(specs).items()
        if hasattr(hook, "registry_core_spec")
    }
    return found


def _add_class(found: Promises, address: str, kind: type) -> None:
    hidden = _not_in_the_api_page(kind.__name__)
    if fields := getattr(kind, "_fields", ()):
        found["records"][address] = list(fields)
        hidden |= {*fields, *dir(tuple)}
    members = [name for name in dir(kind) if not name.startswith("_") or name in SPECIAL]
    members = [name for name in members if name not in hidden]
    found["members"][address] = members
    for name in members:
        if callable(getattr(kind, name)):
            found["calls"][f"{address}.{name}"] = takes(getattr(kind, name))
    if kind.__name__ in MADE_BY_CALLERS:
        found["calls"][address] = takes(kind)


def _not_in_the_api_page(name: str) -> set[str]:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    found = re.search(rf"autoclass:: {name}\n   :exclude-members: (.+)", page)
    return set(found[1].split(", ")) if found else set()


def _error(error: RegistryError) -> dict[str, list[str]]:
    properties = inspect.getmembers(type(error), lambda value: isinstance(value, property))
    fields = {*vars(error), "config_keys", *(name for name, _ in properties)}
    own = [base.__name__ for base in type(error).__mro__[1:] if base.__name__ in _public_bases()]
    return {"bases": own, "fields": sorted(fields)}


def _public_bases() -> set[str]:
    return {type(error).__name__ for error in ERRORS} | {
        "Exception",
        "ImportError",
        "KeyError",
        "RuntimeError",
        "TypeError",
        "ValueError",
    }


def takes(called: Any) -> list[list[Any]]:
    """The parameters of something that is called: name, kind, and whether it must be given."""
    return [
        [each.name, each.kind.name, each.default is each.empty and "VAR" not in each.kind.name]
        for each in inspect.signature(called).parameters.values()
    ]


def broken_call(then: list[list[Any]], now: list[list[Any]]) -> str:
    """Why a call that was right then is wrong now; empty where it still is right."""
    today = {name: (kind, required) for name, kind, required in now}
    positions = [name for name, kind, _ in now if kind.startswith("POSITIONAL")]
    place = 0
    for name, kind, required in then:
        if name not in today:
            return f"{name} is gone"
        if kind.startswith("POSITIONAL"):
            if positions[place : place + 1] != [name]:
                return f"{name} has another position"
            place += 1
        if kind != today[name][0] and (kind, today[name][0]) != (
            "KEYWORD_ONLY",
            "POSITIONAL_OR_KEYWORD",
        ):
            return f"{name} was {kind} and is {today[name][0]}"
        if today[name][1] and not required:
            return f"{name} must be given"
    known = {name for name, _, _ in then}
    needed = [name for name, (_, required) in today.items() if required and name not in known]
    return f"{', '.join(needed)} must be given" if needed else ""


@pytest.fixture(params=PROMISED, ids=lambda path: path.parent.name)
def then(request: pytest.FixtureRequest) -> Promises:
    """What a release has promised."""
    kept: Promises = json.loads(request.param.read_text(encoding="utf-8"))
    return kept


@pytest.fixture(scope="module")
def now() -> Promises:
    """What this version promises."""
    return promises()


def test_every_public_name_is_still_there(then: Promises, now: Promises) -> None:
    for package, names in then["names"].items():
        assert set(names) <= set(now["names"][package])
        assert all(hasattr(importlib.import_module(package), name) for name in names)


def test_every_member_of_a_public_class_is_still_there(then: Promises, now: Promises) -> None:
    for address, members in then["members"].items():
        assert set(members) <= set(now["members"][address]), address


def test_every_call_that_was_right_still_is(then: Promises, now: Promises) -> None:
    broken = {
        address: fault
        for address, parameters in then["calls"].items()
        if (fault := broken_call(parameters, now["calls"][address]))
    }
    assert broken == {}


GIVEN = [["a", "POSITIONAL_OR_KEYWORD", True], ["b", "KEYWORD_ONLY", False]]


@pytest.mark.parametrize(
    ("now", "fault"),
    [
        (GIVEN, ""),
        ([*GIVEN, ["c", "KEYWORD_ONLY", False]], ""),
        ([*GIVEN, ["c", "VAR_KEYWORD", False]], ""),
        ([GIVEN[0], ["b", "POSITIONAL_OR_KEYWORD", False]], ""),
        (GIVEN[:1], "b is gone"),
        ([["first", "POSITIONAL_OR_KEYWORD", False], *GIVEN], "a has another position"),
        ([["a", "POSITIONAL_ONLY", True], GIVEN[1]], "a was POSITIONAL_OR_KEYWORD and is"),
        ([["a", "KEYWORD_ONLY", True], GIVEN[1]], "a has another position"),
        ([GIVEN[0], ["b", "KEYWORD_ONLY", True]], "b must be given"),
        ([*GIVEN, ["c", "KEYWORD_ONLY", True]], "c must be given"),
    ],
)
def test_the_comparison_of_calls_sees_what_would_break_one(
    now: list[list[Any]], fault: str
) -> None:
    assert broken_call(GIVEN, now).startswith(fault)
    assert bool(broken_call(GIVEN, now)) is bool(fault)


def test_fields_of_records_have_kept_their_order_and_new_ones_are_at_the_end(
    then: Promises, now: Promises
) -> None:
    for address, fields in then["records"].items():
        assert now["records"][address][: len(fields)] == fields


def test_every_error_is_still_caught_as_before_and_has_its_fields(
    then: Promises, now: Promises
) -> None:
    for name, kept in then["errors"].items():
        assert set(kept["bases"]) <= set(now["errors"][name]["bases"]), name
        assert set(kept["fields"]) <= set(now["errors"][name]["fields"]), name


def test_every_hook_still_has_its_arguments_and_new_ones_are_at_the_end(
    then: Promises, now: Promises
) -> None:
    for name, hook in then["hooks"].items():
        arguments = now["hooks"][name]["arguments"]
        assert arguments[: len(hook["arguments"])] == hook["arguments"]
        assert now["hooks"][name]["firstresult"] is hook["firstresult"]


def installed(folder: Path) -> Site:
    """The frozen plugin, installed into a folder."""
    site = Site(folder)
    modules = {file.name: file.read_text(encoding="utf-8") for file in FROZEN.glob("*.py")}
    text = (FROZEN / "entry_points.txt").read_text(encoding="utf-8")
    site.install("frozen-plugin", text, modules)
    return site


EVERY_NAME = [
    "2d",
    "AtTheRoot",
    "Größe",
    "Part",
    "function",
    "nested",
    "one_extra",
    "part@v2:fast+more",
    "resnet50.a1_in1k",
    "two_extras",
    "username/tiny-part",
    "extra.Part",
    "extra.gated.2d.Deep",
]


def test_every_shape_of_an_entry_point_still_means_what_it_meant(tmp_path: Path) -> None:
    with installed(tmp_path).in_use() as environment:
        frozen: Registry[Any] = Registry("frozen", scope="acme")
        entries = {entry.key: entry for entry in frozen.entries()}
        assert sorted(entries) == sorted(EVERY_NAME)
        assert all(type(frozen[key]).__name__ in ("type", "function") for key in EVERY_NAME)
        assert frozen["nested"].__qualname__ == "Outer.Inner"
        assert entries["two_extras"].target == "frozen_parts:Part[torch-cpu, more.extra_2]"
        assert (frozen.problems(), environment.problems()) == ([], ())


def test_a_framework_still_owns_its_registry_and_its_code_registers_as_before(
    tmp_path: Path,
) -> None:
    with installed(tmp_path).in_use():
        model = registry_core.installed_registry("model")
        assert model is registry_core.installed_registry("frozen_own.model")
        own = [entry.key for entry in model.entries(own=True)]
        assert own == ["Own", "own/net"]
        assert type(model.build({"type": "own.extra.Net"})).__name__ == "Extra"


VARIABLES: dict[str, tuple[dict[str, str], object]] = {
    "none": ({}, "conflict"),
    "block": ({"REGISTRY_CORE_BLOCK": "rival, Other"}, "frozen-plugin"),
    "allow": ({"REGISTRY_CORE_ALLOW": "rival"}, "rival"),
    "prefer": ({"REGISTRY_CORE_PREFER": "nobody,frozen_plugin"}, "frozen-plugin"),
}


@pytest.mark.parametrize(("variables", "wins"), VARIABLES.values(), ids=VARIABLES)
def test_every_variable_still_says_who_may_contribute(
    tmp_path: Path, variables: dict[str, str], wins: str
) -> None:
    site = installed(tmp_path)
    site.install("rival", {"registry_core.frozen": {"Part": "frozen_parts:Extra"}})
    with site.in_use(variables=variables):
        frozen: Registry[Any] = Registry("frozen", scope="acme")
        try:
            found = frozen.resolve("Part").provider.name
        except EntryConflict:
            found = "conflict"
        assert found == wins


PRINTED = {
    "": {"format", "entries", "problems"},
    "entries": {"registry", "scope", "name", "target", "provider", "version", "status"},
    "problems": {"kind", "provider", "version", "where", "what", "fix"},
}


def test_the_printed_list_still_has_its_format_and_its_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = installed(tmp_path)
    site.install("broken", "[registry_core.frozen]\nno line\n")
    with site.in_use():
        assert main(["list", "registry_core.frozen", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["format"] == "registry_core-list-1"
    assert PRINTED[""] <= set(printed)
    for section in ("entries", "problems"):
        assert printed[section]
        assert all(PRINTED[section] <= set(row) for row in printed[section])


def plain(value: Any) -> Any:
    """What was built, as plain data."""
    if hasattr(value, "func"):
        return {"partial": value.func.__name__, "kwargs": value.keywords}
    if hasattr(value, "kwargs"):
        inside = [plain(each) for each in value.args]
        kwargs = {key: plain(each) for key, each in value.kwargs.items() if key != "injected"}
        return [type(value).__name__, *inside, kwargs]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


BUILT = [
    "Part",
    1,
    [2, None],
    {
        "scoped": ["Extra", {}],
        "dotted": ["Extra", {}],
        "nearest": ["Extra", {}],
        "elsewhere": ["Part", {"inside": ["Own", {}]}],
        "by_group": ["Extra", {}],
        "later": {"partial": "Part", "kwargs": {"now": 3}},
        "data": {"type": "Part"},
        "list": [["Part", {}], 0.001],
        "plain": {"of": ["Part", {}], "none": "no"},
    },
]


@pytest.mark.parametrize("name", ["config.yaml", "config.toml", "config.json"])
def test_every_key_of_a_config_still_means_what_it_meant(tmp_path: Path, name: str) -> None:
    if name.endswith("yaml"):
        pytest.importorskip("yaml")
    config = read_config(FROZEN / name)
    with installed(tmp_path).in_use():
        frozen: Registry[Any] = Registry("frozen", scope="acme")
        assert check_config(config, frozen, recursive=True, load=True) == []
        assert plain(build_from_cfg(config, frozen, recursive=True)) == BUILT
        assert plain(frozen.plan(config, recursive=True)()) == BUILT


def asked(site: Site) -> dict[str, Any]:
    """What the frozen hooks answer, and what is wrong with them."""
    found: dict[str, Any] = {}
    with site.in_use():
        for name, key in (
            ("none", "computed"),
            ("some", "extra.computed"),
            ("all", "extra.computed"),
        ):
            registry: Registry[Any] = Registry(f"frozen_{name}", scope="acme")
            said = found[name] = {"problems": [str(each) for each in registry.problems()]}
            for what, config in {"computed": {"type": key}, "open": {"type": "open/x"}}.items():
                try:
                    built = registry.build(config)
                except EntryNotFound as error:
                    said[what] = list(error.hints)
                else:
                    said[what] = [built.wrapped, built.kwargs]
            with pytest.raises(EntryNotFound) as missing:
                registry.build({"type": "Nope"})
            said["missing"] = list(missing.value.hints)
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


SOME, ALL = "registry_core.frozen_some", "registry_core.frozen_all"
ASKED = {
    "none": {
        "problems": [],
        "computed": ["none", {}],
        "open": ["a hint without arguments"],
        "missing": ["a hint without arguments"],
    },
    "some": {
        "problems": [],
        "computed": ["some", {"registry": SOME, "injected": "some"}],
        "open": ["some", {"registry": SOME, "name": "open/x", "injected": "some"}],
        "missing": ["a hint for Nope"],
    },
    "all": {
        "problems": [],
        "computed": ["all", {"registry": ALL, "injected": ["extra.computed", "frozen-plugin", []]}],
        "open": [
            "all",
            {
                "registry": ALL,
                "scope": "",
                "name": "open/x",
                "injected": ["open/x", "frozen-plugin", []],
            },
        ],
        "missing": [f"a hint of {ALL} for Nope"],
    },
}


def test_hooks_with_any_of_their_arguments_still_answer(tmp_path: Path) -> None:
    site = installed(tmp_path)
    assert asked(site) == ASKED
    with site.in_use():
        none: Registry[Any] = Registry("frozen_none", scope="acme")
        assert none.get("Nope") is None
        assert importlib.import_module("frozen_hooks_none").LOOKED_UP == ["asked"]


def changed_core(folder: Path, *changes: tuple[str, str, str, int]) -> None:
    """Write a copy of the package as a later release might be.

    Args:
        folder: where to write it.
        changes: a file, a pattern in it, what to put in its place, and how often it occurs.
    """
    ignored = shutil.ignore_patterns("__pycache__")
    copy = folder / "registry_core"
    shutil.copytree(Path(registry_core.__file__).parent, copy, ignore=ignored)
    for name, pattern, replacement, times in changes:
        file = copy / "hooks" / name
        text, count = re.subn(pattern, replacement, file.read_text(encoding="utf-8"))
        assert count == times, f"{name} has no longer what this test changes"
        file.write_text(text, encoding="utf-8")


def asked_of(core: Path, folder: Path) -> Any:
    """What the frozen hooks answer in a process of its own that has another core."""
    script = (
        "import json, pathlib, runpy, sys; import registry_core; "
        "assert pathlib.Path(registry_core.__file__).is_relative_to(sys.argv[2]); "
        "run = runpy.run_path(sys.argv[1]); "
        "print(json.dumps(run['asked'](run['installed'](pathlib.Path(sys.argv[3])))))"
    )
    arguments = [__file__, str(core), str(folder)]
    finished = run_python(
        *("-P", "-W", "error", "-c", script, *arguments),
        variables={"PYTHONPATH": os.pathsep.join([str(core), str(ROOT / "tests")])},
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


ADDED = (
    ("specs.py", r"(def registry_core_\w+\([^)]*?),?(\s*)\) ->", r"\1, since: str\2) ->", 4),
    ("module.py", r"group, \*\*arguments\)", 'group, **arguments, since="0.2")', 1),
    ("building.py", r"construct=guarded\)", 'construct=guarded, since="0.2")', 1),
)
RENAMED = (
    ("specs.py", r"name: str\)", "wanted: str)", 1),
    ("module.py", r"scope=scope, name=name\) if", "scope=scope, wanted=name) if", 1),
)


def test_hooks_still_answer_when_every_hook_has_a_new_argument(tmp_path: Path) -> None:
    changed_core(tmp_path / "core", *ADDED)
    assert asked_of(tmp_path / "core", tmp_path / "site") == ASKED


def test_a_hook_of_a_later_release_gets_its_new_argument(tmp_path: Path) -> None:
    changed_core(tmp_path / "core", *ADDED)
    (tmp_path / "core" / "later.py").write_text(LATER.replace("\n    ", "\n"), encoding="utf-8")
    metadata = tmp_path / "core" / "later-0.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: later\nVersion: 0.2\n")
    (metadata / "entry_points.txt").write_text("[registry_core.hooks]\nlater = later\n")
    script = "from registry_core import Registry; r = Registry('later'); print(*r, r.problems())"
    core = {"PYTHONPATH": str(tmp_path / "core"), "REGISTRY_CORE_CACHE": "off"}
    finished = run_python("-P", "-W", "error", "-c", script, variables=core)
    assert (finished.stdout, finished.stderr) == ("since0.2 []\n", "")


LATER = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries(since):
        return [Entry(f"since{since}", "later:Part")]
"""


def test_a_renamed_argument_would_cost_the_plugins_that_take_it(tmp_path: Path) -> None:
    changed_core(tmp_path / "core", *RENAMED)
    found = asked_of(tmp_path / "core", tmp_path / "site")
    assert found["none"] == ASKED["none"]
    for name in ("some", "all"):
        (problem,) = found[name]["problems"]
        assert problem.startswith("frozen-plugin 0.1.0: ")
        assert "{'name'}" in problem


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (LATER, "{'since'}"),
        ("def registry_core_published(registry): ...", "there is no hook registry_core_published"),
    ],
    ids=["a new argument", "a new hook"],
)
def test_a_hook_module_of_a_later_release_is_one_problem_of_its_distribution(
    tmp_path: Path, source: str, says: str
) -> None:
    site = Site(tmp_path)
    rows = {"registry_core.later": {"Part": "later:Part"}}
    site.install("later", {**rows, "registry_core.hooks": {"later": "later"}}, {"later.py": source})
    with site.in_use():
        later: Registry[Any] = Registry("later", scope="acme")
        assert list(later) == ["Part"]
        (problem,) = later.problems()
        assert (problem.provider.name, says in problem.what) == ("later", True)


REFUSED = {
    "a word that no group may hold": "[registry_core.part.my-scope]\nNew = new:New\n",
    "a name with a blank": "[registry_core.part]\nNew 2 = new:New\n",
    "a value with a third word": "[registry_core.part]\nNew = new:New {lazy}\n",
    "a value without an attribute": "[registry_core.part]\nNew = new\n",
    "a value with two colons": "[registry_core.part]\nNew = new:New:2\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_version_1_refuses_costs_itself_and_is_free_for_a_later_version(
    tmp_path: Path, text: str
) -> None:
    site = Site(tmp_path)
    site.install("later", f"[registry_core.part]\nOld = old:Old\n\n{text}")
    with site.in_use():
        part: Registry[Any] = Registry("part", scope="acme")
        assert [entry.key for entry in part.entries()] == ["Old"]
        (problem,) = part.problems()
        assert problem.provider.name == "later"


@pytest.mark.parametrize("word", ["hooks", "registries"])
def test_groups_beneath_a_reserved_word_are_free_for_a_later_version(
    tmp_path: Path, word: str
) -> None:
    site = Site(tmp_path)
    site.install("later", f"[registry_core.part]\nOld = old:Old\n\n[registry_core.{word}.two]\nx=y")
    with site.in_use() as environment:
        assert environment.groups() == ["registry_core.part"]
        part: Registry[Any] = Registry("part", scope="acme")
        assert [entry.key for entry in part.entries()] == ["Old"]
        (problem,) = environment.problems()
        assert problem.provider.name == "later"
        assert part.problems() == [problem]
    with pytest.raises(AddressError):
        Registry("x", group=f"registry_core.{word}.two")


def test_the_page_names_every_variable_and_format_and_the_bounds_of_all_dependencies() -> None:
    page = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
    package = Path(registry_core.__file__).parent
    code = "".join(file.read_text(encoding="utf-8") for file in package.rglob("*.py"))
    assert "REGISTRY_CORE_BLOCK" in code
    for word in set(re.findall(r"\"(REGISTRY_CORE_\w+|registry_core-\w+-\d+)\"", code)):
        assert f"`{word}`" in page
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for bound in project["dependencies"]:
        assert f"`{bound}`" in page


if __name__ == "__main__":
    sections = [
        f" {json.dumps(section)}: {{\n"
        + ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in kept.items())
        + "\n }"
        for section, kept in promises().items()
    ]
    print("{\n" + ",\n".join(sections) + "\n}")
