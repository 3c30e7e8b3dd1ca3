"""What is installed is found without being imported, and what is malformed hides nothing else."""

import sys
import zipfile
from importlib import import_module
from itertools import permutations
from pathlib import Path

import pytest

from registry_core import Environment, PluginLoadError, Registry, use_environment
from registry_core.testing import Site

GROUP = "registry_core.activation"


def keys(root: Registry) -> list[str]:
    return [entry.key for entry in root.entries()]


def test_a_group_is_the_address_of_a_scope_and_the_scopes_on_the_way_exist(
    plugin_site: Site,
) -> None:
    plugin_site.install(
        "acts-extra",
        {
            GROUP: {"ReLU": "a:ReLU"},
            f"{GROUP}.one.two.three": {"Swish": "a:Swish"},
            f"{GROUP}.empty": {},
            "registry_core.activations": {"Other": "a:Other"},
            "registry_core": {"Other": "a:Other"},
            "console_scripts": {"activation": "a:main"},
        },
    )
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        assert keys(root) == ["ReLU", "one.two.three.Swish"]
        assert list(root.children) == ["empty", "one"]
        assert list(root.children["one"].children["two"].children) == ["three"]
        assert (list(root), len(root), len(root.children["one"])) == (["ReLU"], 1, 0)
        (problem,) = root.problems()
    assert str(problem) == (
        'acts-extra 0.1.0: group "registry_core": no registry can have this group; '
        "write the group of a registry, and the scope after it"
    )


def test_a_framework_has_a_group_of_its_own_and_shares_nothing_that_code_registers(
    plugin_site: Site,
) -> None:
    groups = ("acme.model", "acme.model.extra", "acme.model.acme.deep", "acme.models", "acme")
    rows = {group: {f"In{number}": "a:A"} for number, group in enumerate(groups)}
    plugin_site.install("acme-extra", rows | {"registry_core.model": {"Shared": "a:A"}})
    with plugin_site.in_use():
        first = Registry("model", group="acme.model", scope="acme")
        again = Registry("model", group="acme.model", scope="acme")
        first.register_module("Counter", module=dict)
        assert keys(again) == ["In0", "deep.In2", "extra.In1"]
        assert keys(first) == ["Counter", *keys(again)]
        assert keys(Registry("model")) == ["Shared"]


def test_a_registry_of_any_name_finds_what_its_group_holds(plugin_site: Site) -> None:
    group = "registry_core.parameter_scheduler"
    plugin_site.install("acts-extra", {group: {"Linear": "a:Linear"}})
    with plugin_site.in_use():
        assert keys(Registry("parameter scheduler")) == ["Linear"]


WORDS = r"the group is malformed: each segment must match \w+; rename the group"
AS_READ = "; tell its authors, or pip uninstall acts-bad"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"[{GROUP}.a-b]", f'group "{GROUP}.a-b": {WORDS}'),
        (f"[{GROUP}.two words]", f'group "{GROUP}.two words": {WORDS}'),
        (f"[{GROUP}..x]", f'group "{GROUP}..x": {WORDS}'),
        (f"[{GROUP}.]", f'group "{GROUP}.": {WORDS}'),
        ("two words = a:A", "{group}: the entry 'two words': it holds white space; correct it"),
        (" = a:A", "{group}: the entry '': it is empty; correct it"),
        ("[odd = a:A", "{group}: the entry '[odd': it starts with '['; correct it"),
        (
            "a\x07b = a:A",
            "{group}: the entry 'a\\x07b': it holds characters that cannot be printed; correct it",
        ),
        ("A = a", "{group}: the entry 'A': 'a' needs the form 'module:attribute'; correct it"),
        (
            "A = no-name:A",
            "{group}: the entry 'A': 'no-name:A' is no target: 'no-name' is no dotted Python "
            "name; correct it",
        ),
        (
            "A = a:A [torch",
            "{group}: the entry 'A': 'a:A [torch' is no target: the list of extras has no "
            "closing ']'; correct it",
        ),
        (
            "A =",
            "{group}: the entry 'A': '' is no target: '' is no dotted Python name; correct it",
        ),
        (
            "Good = a:Other",
            "{group}: the entry 'Good': it is declared twice; the first is kept; correct it",
        ),
        (
            f"[{GROUP}.acts]\nGood = a:Other",
            f"registry \"{GROUP}\": the entry 'Good' is provided twice; the first is kept; "
            "remove one",
        ),
        ("oops", "{file} line 3: 'oops' is not 'name = value'" + AS_READ),
    ],
)
def test_what_is_malformed_is_a_problem_and_hides_nothing_else(
    plugin_site: Site, text: str, problem: str
) -> None:
    plugin_site.install("acts-bad", f"[{GROUP}]\nGood = a:Good\n{text}\n")
    plugin_site.install("acts-extra", {f"{GROUP}.extra": {"Swish": "a:Swish"}})
    file = plugin_site.folder / "acts_bad-0.1.0.dist-info: entry_points.txt"
    expected = problem.replace("{group}", f'group "{GROUP}"').replace("{file}", str(file))
    with plugin_site.in_use():
        root = Registry("activation", scope="acts")
        assert keys(root) == ["Good", "extra.Swish"]
        assert root.resolve("Good").target == "a:Good"
        assert [str(each) for each in root.problems()] == [f"acts-bad 0.1.0: {expected}"]


def test_comments_and_a_line_written_twice_are_no_problem(plugin_site: Site) -> None:
    text = f"# one\n; two\n\n[{GROUP}]\nSwish = a:Swish\nSwish = a:Swish\n"
    plugin_site.install("acts-extra", text)
    with plugin_site.in_use():
        assert keys(Registry("activation")) == ["Swish"]
        assert Registry("activation").problems() == []


def test_a_line_before_the_first_group_is_a_problem(plugin_site: Site) -> None:
    plugin_site.install("acts-bad", f"Early = a:A\n[{GROUP}]\nSwish = a:Swish\n")
    with plugin_site.in_use():
        assert keys(Registry("activation")) == ["Swish"]
        (problem,) = Registry("activation").problems()
        assert problem.where.endswith("entry_points.txt line 1")
        assert problem.what == "'Early = a:A' stands before the first [group]"


def test_a_latin_1_byte_costs_only_its_own_line(plugin_site: Site) -> None:
    text = f"[{GROUP}]\nSwish = a:Swish\nL\xf6ss = a:L\nTanh = a:Tanh\n"
    plugin_site.install("acts-bad", text.encode("latin-1"))
    plugin_site.install("acts-extra", {GROUP: {"GELU": "a:GELU", "Löss": "a:L"}})
    with plugin_site.in_use():
        assert keys(Registry("activation")) == ["GELU", "Löss", "Swish", "Tanh"]
        problems = Registry("activation").problems()
        assert {str(problem.provider) for problem in problems} == {"acts-bad 0.1.0"}
        assert any("entry_points.txt is not UTF-8" in problem.what for problem in problems)
        assert any(problem.where.endswith("entry_points.txt line 3") for problem in problems)


@pytest.mark.parametrize("left_over", ["a folder for METADATA", "nothing", "a file", "no name"])
def test_metadata_without_a_name_is_a_problem_and_hides_nothing(
    plugin_site: Site, left_over: str
) -> None:
    # Before the real one on the path, and of its name.
    first = plugin_site.folder.parent / "first"
    info = first / "acts_extra-0.0.9.dist-info"
    if left_over == "a file":
        first.mkdir()
        info.write_text("")
    else:
        (info / "METADATA" if left_over == "a folder for METADATA" else info).mkdir(parents=True)
    if left_over == "no name":
        (info / "METADATA").write_text("Metadata-Version: 2.1\nVersion: 1\n\nName: acts-extra\n")
    plugin_site.install("acts-extra", {GROUP: {"Swish": "a:Swish"}})
    with use_environment(Environment([str(first), str(plugin_site.folder)], variables={})):
        assert keys(Registry("activation")) == ["Swish"]
        (problem,) = Registry("activation").problems()
        what, kind = {
            "a folder for METADATA": ("its METADATA is a folder", "broken"),
            "no name": ("its METADATA holds no name", "broken"),
        }.get(left_over, ("it holds no METADATA", "left over"))
        assert (str(problem.provider), problem.where) == ("acts-extra 0.0.9", str(info))
        assert (problem.what, problem.kind) == (what, kind)
        assert "reinstall acts-extra" in problem.fix


def test_a_folder_in_place_of_the_file_hides_nothing(plugin_site: Site) -> None:
    plugin_site.install("acts-extra", {GROUP: {"Swish": "a:Swish"}})
    plugin_site.install("acts-bad")
    file = plugin_site.folder / "acts_bad-0.1.0.dist-info" / "entry_points.txt"
    file.unlink()
    file.mkdir()
    with plugin_site.in_use():
        assert keys(Registry("activation")) == ["Swish"]


FINDER = """
    from importlib_metadata import Distribution

    class Unreadable(Distribution):
        def read_text(self, filename):
            raise OSError(f"cannot read {filename}")

        def locate_file(self, path):
            return path

    class Finder:
        def find_spec(self, *_):
            return None

        def find_distributions(self, context):
            yield Unreadable()
            raise ValueError("no more")
"""


def test_a_foreign_finder_that_fails_is_a_problem_and_hides_nothing_before_it(
    plugin_site: Site,
) -> None:
    plugin_site.install("acts-extra", {"acme.found": {"A": "a:A"}}, {"foreign.py": FINDER})
    with plugin_site.in_use(), use_environment(Environment(variables={})) as environment:
        finder = import_module("foreign").Finder()
        sys.meta_path.append(finder)
        try:
            assert keys(Registry("found", group="acme.found")) == ["A"]
        finally:
            sys.meta_path.remove(finder)
        problems = {problem.where: problem for problem in environment.problems()}
    assert problems["Unreadable"][2:4] == (
        "reading its metadata raised OSError: cannot read METADATA",
        "reinstall the distribution that it belongs to",
    )
    assert problems["sys.meta_path"][2:4] == (
        "listing distributions raised ValueError: no more",
        "remove the finder that raises from sys.meta_path, or mend it",
    )


def test_the_first_on_the_path_counts_under_any_spelling_of_its_name(tmp_path: Path) -> None:
    first, second = Site(tmp_path / "first"), Site(tmp_path / "second")
    first.install("Acts.Extra", {GROUP: {"Swish": "new:Swish"}}, version="2.0")
    second.install("acts-extra", {GROUP: {"Swish": "old:Swish", "GELU": "old:GELU"}})
    for sites, versions in (((first, second), ["2.0"]), ((second, first), ["0.1.0", "0.1.0"])):
        folders = [str(site.folder) for site in sites]
        with use_environment(Environment(folders, variables={})):
            found = Registry("activation").entries()
            assert [entry.provider.version for entry in found] == versions


def test_of_two_versions_in_one_directory_the_higher_counts_in_whatever_order(
    tmp_path: Path,
) -> None:
    found = set()
    for number, versions in enumerate(permutations(["1", "2", "10"])):
        # A zip lists its folders in the order of writing; no file system promises any.
        file = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(file, "w") as archive:
            for version in versions:
                info = f"acts_extra-{version}.dist-info"
                archive.writestr(f"{info}/METADATA", f"Name: acts-extra\nVersion: {version}\n")
                archive.writestr(f"{info}/entry_points.txt", f"[{GROUP}]\nSwish = a:Swish\n")
        with use_environment(Environment([str(file)], variables={})):
            found.add(Registry("activation").resolve("Swish").provider.version)
    assert found == {"10"}


def test_the_extras_of_a_value_are_kept_and_named_where_a_module_is_missing(
    plugin_site: Site,
) -> None:
    target = "acts_torch:Swish [torch-cpu, fast]"
    plugin_site.install(
        "acts-torch",
        {GROUP: {"Swish": target, "GELU": "acts_plain:GELU [torch-cpu]"}},
        {"acts_torch.py": "import no_such_torch", "acts_plain.py": "class GELU: ..."},
    )
    with plugin_site.in_use():
        root = Registry("activation")
        assert root.resolve("Swish").target == target
        assert root["GELU"].__name__ == "GELU"
        with pytest.raises(PluginLoadError) as raised:
            root.get("Swish")
        assert str(raised.value) == (
            "'Swish' in 'registry_core.activation', provided by acts-torch 0.1.0 as "
            "'acts_torch:Swish [torch-cpu, fast]', cannot be loaded: importing 'acts_torch' raised "
            "ModuleNotFoundError: No module named 'no_such_torch'; "
            "pip install 'acts-torch[torch-cpu,fast]'"
        )
