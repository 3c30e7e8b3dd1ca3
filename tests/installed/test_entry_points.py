"""What is declared is read line by line, and a malformed line hides nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import importlib_metadata
import pytest
from hypothesis import assume, example, given, reject
from hypothesis import strategies as st

from registry_core import PluginLoadError, Registry
from registry_core.installed.entry_points import parse_entry_points
from registry_core.keys import name_fault, target_fault

if TYPE_CHECKING:
    from registry_core.installed.entry_points import Group
    from registry_core.testing import Site

GROUP = "registry_core.activation"


def keys(root: Registry) -> list[str]:
    return [entry.key for entry in root.entries()]


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
            "{group}: the entry 'A': 'no-name:A' is not a target: 'no-name' is not a dotted Python "
            "name; correct it",
        ),
        (
            "A = a:A [torch",
            "{group}: the entry 'A': 'a:A [torch' is not a target: the list of extras has no "
            "closing ']'; correct it",
        ),
        (
            "A =",
            "{group}: the entry 'A': '' needs the form 'module:attribute'; correct it",
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


# What takes the quick path, and what is nearly so.
WORD = st.sampled_from(
    ["Swish", "a.b", "a-b/c", "x:y", "x=y", "é", "1", "", "two words", "#c", ";c"]
)
VALUE = st.sampled_from(
    ["pkg:Swish", "pkg.mod:Cls.make", "pkg", "pkg:", ":Swish", "pkg:A [extra]", "b = c:d", "a|b:c"]
)
END = st.sampled_from(["\n"] * 8 + ["\r\n", "\r", "\n\n", "\x0c", "\x1c", "\x85", "\u2028", ""])
ROW = st.tuples(WORD, st.sampled_from([" = "] * 4 + ["=", "= ", "  = ", " : "]), VALUE, END)
GROUPS = ["a.b", "a", "pytest11", "a-b", "two words", "", "é", "[a]", " a ", "a=b"]
HEADER = st.tuples(
    st.just("["), st.sampled_from(GROUPS), st.sampled_from(["]"] * 8 + ["] ", ""]), END
)
ODD = st.sampled_from(["\n", " ", "# no\n", "; no\n", "[x\n", "\ufeff", "\ufffd = a:b\n"])
LINES = HEADER.map("".join) | ROW.map("".join) | ODD
TEXTS = st.lists(LINES | ROW.map("".join), max_size=8).map("".join)
# A comment is not a fault, and keeps a file from being read the quick way.
COMMENT = "#\n"


def written(groups: dict[str, Group]) -> list[tuple[str, str, str]]:
    """Each row of each group, fit or not, once."""
    return sorted({(group, *row) for group, found in groups.items() for row in found.written()})


@given(TEXTS | st.text(alphabet="[]a.:= \n#;\r\x85é"))
@example("[ a ]\nx = b:c\n")
@example("[a=b]\nx = b:c\n")
@example("[a\x85b]\nx = b:c\n")
@example("[a\n]\nx = b:c\n")
@example("[a]\nx=y = b:c\n")
@example("[a]\n#x = b:c\n")
@example("[a]\n;x = b:c\n")
@example("[a]\n[x = b:c\n")
@example("[a]\n x = b:c\n")
@example("[a]\nx\x85y = b:c\n")
@example("[a]\nx = a:b\n[a]\ny = a:b\n")
@example("[a]\nx = a:b\nx = a:b\n")
@example("[a]\nx = a|b:c\n")
@example("[a")
@example("[a]\nx = a:b:c\ny = d\n")
@example(f"[a]\n{'x' * 499} = a:b\n")
@example(f"[a]\n{'x' * 500} = a:b\n")
def test_a_file_read_at_once_says_what_it_says_line_by_line(text: str) -> None:
    groups, faults = parse_entry_points(text)
    slowly, found = parse_entry_points(COMMENT + text)
    assert groups == slowly
    assert [what for _, what in faults] == [what for _, what in found]
    for group in groups.values():
        assert not any(name_fault(name) or target_fault(row) for name, row in group.rows.items())
        for name, value, fault in group.refused:
            twice = name in group.rows and fault == "it is declared twice; the first is kept"
            assert twice or fault == (name_fault(name) or target_fault(value))


# Comments after ";", as configparser has them; headers within headers, with blanks or with "=".
ODDLY_WRITTEN = re.compile(r";|\[\s.*\]$|\[.*[=\[\]].*\]$|\[.*\s\]$")


class Written(importlib_metadata.Distribution):
    """A distribution of which only `entry_points.txt` is there."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read_text(self, filename: str) -> str | None:
        return self.text if filename == "entry_points.txt" else None

    def locate_file(self, path: object) -> Any:
        return path


@given(TEXTS)
@example("[a]\nx = a:b [c]\ny = a\n")
@example(" [a] \n  x=a:b  \n")
def test_what_importlib_metadata_reads_is_read_alike(text: str) -> None:
    try:
        points = Written(text).entry_points
    except (TypeError, ValueError):
        # A line without "=" costs it the file, and us that line.
        reject()
    assume(not any(map(ODDLY_WRITTEN.match, map(str.strip, text.splitlines()))))
    groups, faults = parse_entry_points(text)
    assert sorted({(each.group, each.name, each.value) for each in points}) == written(groups)
    assert all("stands before the first [group]" in what for _, what in faults)


@pytest.mark.parametrize(
    ("header", "group"), [("[ a ]", "a"), ("[[a]]", "[a]"), ("[a]]", "a]"), ("[]", "")]
)
def test_a_header_that_others_read_in_another_way_is_a_problem(header: str, group: str) -> None:
    groups, faults = parse_entry_points(f"[first]\n{header}\nx = a:b\n")
    assert groups[group].rows == {"x": "a:b"}
    others = [point.group for point in Written(f"{header}\nx = a:b\n").entry_points]
    expected = [("entry_points.txt line 2", f"{header!r} is not '[group]'")]
    assert faults == ([] if others == [group] else expected)


def test_what_replaces_a_damaged_byte_is_a_letter_like_others_where_nothing_is_damaged() -> None:
    text = f"[{GROUP}]\n\ufffd = a:b\n"
    groups, faults = parse_entry_points(text)
    assert (groups[GROUP].rows, faults) == ({"\ufffd": "a:b"}, [])
    groups, faults = parse_entry_points(text, is_damaged=True)
    assert (groups[GROUP].rows, faults) == (
        {},
        [("entry_points.txt line 2", "'\ufffd = a:b' is not UTF-8")],
    )


def test_a_row_may_begin_and_end_as_a_header_does() -> None:
    groups, faults = parse_entry_points(f"[x] = a:b [c]\n[{GROUP}]\n[y] = a:b [c]\n")
    assert faults == [
        ("entry_points.txt line 1", "'[x] = a:b [c]' stands before the first [group]")
    ]
    assert groups.keys() == {GROUP}
    assert groups[GROUP].refused == [("[y]", "a:b [c]", "it starts with '['")]


def test_a_line_that_is_quoted_is_short_and_escaped() -> None:
    _, faults = parse_entry_points(f"[{GROUP}]\n\x1b[31m{'x' * 1_000}\n")
    assert faults == [("entry_points.txt line 2", f"'\\x1b[31m{'x' * 55}' is not 'name = value'")]
