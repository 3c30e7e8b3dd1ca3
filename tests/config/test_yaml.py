"""YAML: what a text is, merges, aliases, places, and the words of what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from fresh_process import python
from hypothesis import given
from hypothesis import strategies as st

from registry_core import ConfigError
from registry_core.config import load, read_config
from registry_core.limits import MAX_ALIASED_VALUES, MAX_MERGED_PAIRS, MAX_YAML_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read(folder: Path, text: str) -> Any:
    file = folder / "net.yaml"
    file.write_bytes(text.encode())
    return read_config(file)


def refused(folder: Path, text: str) -> str:
    """What is said of a text, after the name of the file."""
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    error = caught.value
    assert error.place is not None
    assert error.place[0] == str(folder / "net.yaml")
    return str(error).removeprefix(error.place[0])


# What the specification of the merge key says, word by word: https://yaml.org/type/merge.html.
KEYS: st.SearchStrategy[str | int] = st.sampled_from(["alpha", "beta", "gamma", 7, "7"])
Mapping = list[tuple[str | int, int]]


@st.composite
def merging(draw: st.DrawFn) -> list[tuple[Mapping, list[int], bool, int]]:
    """Mappings, each with what it says, the earlier ones that it merges, and where `<<` stands."""
    mappings: list[tuple[Mapping, list[int], bool, int]] = []
    for number in range(draw(st.integers(1, 5))):
        own: dict[str | int, int] = draw(st.dictionaries(KEYS, st.integers(0, 99), max_size=4))
        bases = draw(st.lists(st.integers(0, number - 1), max_size=3)) if number else []
        in_list = len(bases) != 1 or draw(st.booleans())
        mappings.append((list(own.items()), bases, in_list, draw(st.integers(0, len(own)))))
    return mappings


def written(number: int, own: Mapping, bases: list[int], in_list: bool, at: int) -> str:
    pairs = [f"{key!r}: {value}" for key, value in own]
    if bases:
        names = ", ".join(f"*m{base}" for base in bases)
        pairs.insert(at, f"<<: [{names}]" if in_list else f"<<: {names}")
    return f"m{number}: &m{number} {{{', '.join(pairs)}}}\n"


@given(merging())
def test_merges_are_those_of_the_specification(
    tmp_path_factory: pytest.TempPathFactory, mappings: list[tuple[Mapping, list[int], bool, int]]
) -> None:
    expected: list[dict[str | int, int]] = []
    for own, bases, _, _ in mappings:
        # "Each of its key/value pairs is inserted into the current mapping, unless the key already
        # exists in it"; "keys in mapping nodes earlier in the sequence override keys" of later.
        merged = dict(own)
        for base in bases:
            for key, value in expected[base].items():
                merged.setdefault(key, value)
        expected.append(merged)
    text = "".join(written(number, *each) for number, each in enumerate(mappings))
    found = read(tmp_path_factory.getbasetemp(), text)
    assert [*found.values()] == expected


def test_a_merge_does_not_copy_the_mark_of_a_part(tmp_path: Path) -> None:
    text = "a: &a {_id_: one, x: 1}\nb: {<<: *a, y: 2}\nc: *a\n"
    found = read(tmp_path, text)
    assert found["b"] == {"x": 1, "y": 2}
    assert found["c"] is found["a"]


def test_a_quoted_merge_key_and_one_that_is_a_value_are_texts(tmp_path: Path) -> None:
    assert read(tmp_path, "{'<<': {a: 1}, b: <<, c: [<<]}") == {
        "<<": {"a": 1},
        "b": "<<",
        "c": ["<<"],
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {<<: 3}", ":1:9: '<<' merges a mapping, or a list of mappings: <<: *name"),
        (
            "a: &a [1]\nb:\n  <<: *a",
            ":3:7: '<<' merges a mapping, or a list of mappings: <<: *name",
        ),
        ("a: {<<: {}, <<: {}}", ":1:13: the key '<<' is repeated; write <<: [*a, *b]"),
    ],
)
def test_a_wrong_merge_says_how_to_write_it(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text) == said


def test_merges_within_merges_have_a_bound(tmp_path: Path) -> None:
    base = "{" + ", ".join(f"k{n}" for n in range(2_000)) + "}"
    depth = MAX_MERGED_PAIRS // 2_000 + 2
    said = refused(tmp_path, "a: " + "{<<: " * depth + base + "}" * depth)
    assert said == ":1:9: merges copy more than 1,000,000 keys"


def tens(levels: int, more: str = "") -> str:
    """Ten texts; ten aliases of them; ten aliases of those; and so on."""
    lines = [f"- &a0 [{', '.join('x' * 10)}]\n"]
    lines += [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, levels)]
    return "".join(lines) + more


def test_aliases_count_as_often_as_they_occur(tmp_path: Path) -> None:
    # Ten aliases of a list of ten are 110 values, of those 1,110, and so on.
    aliased = sum(10 * int("1" * n) for n in range(2, 5))
    assert len(read(tmp_path, tens(4))) == 4
    rest = MAX_ALIASED_VALUES - aliased
    many, few = divmod(rest, int("1" * 5))
    more = f"- [{', '.join(['*a3'] * many)}]\n- &x x\n- [{', '.join(['*x'] * few)}]\n"
    assert len(read(tmp_path, tens(4, more))) == 7
    said = refused(tmp_path, tens(4, more + "- *x\n"))
    assert said == ":8:3: the aliases up to here stand for more than 100,000 values"


def test_what_aliases_explode_to_is_refused_at_once(tmp_path: Path) -> None:
    assert "stand for more than" in refused(tmp_path, tens(40))
    merges = "".join(f"m{n}: &m{n} {{<<: *m{n - 1}, k{n}: *m{n - 1}}}\n" for n in range(1, 60))
    assert "stand for more than" in refused(tmp_path, "m0: &m0 {a: 1}\n" + merges)


def test_a_large_file_with_few_aliases_is_read(tmp_path: Path) -> None:
    text = f"a: [{', '.join('x' * (MAX_ALIASED_VALUES + 5))}]\nb: &b [1]\nc: *b\n"
    assert len(read(tmp_path, text)["a"]) == MAX_ALIASED_VALUES + 5


def test_an_alias_is_the_very_object_of_its_anchor(tmp_path: Path) -> None:
    found = read(tmp_path, "a: &a {x: 1}\nb: [*a, *a]\n")
    assert found["a"] is found["b"][0] is found["b"][1]


def test_the_latest_anchor_of_a_name_counts(tmp_path: Path) -> None:
    assert read(tmp_path, "[&a 1, *a, &a 2, *a, {*a : 3}]") == [1, 1, 2, 2, {2: 3}]


@pytest.mark.parametrize("text", ["&a [*a]", "a: &a {b: [{c: *a}]}", "a: &a {<<: *a}"])
def test_an_alias_in_what_it_stands_for_is_refused_when_it_is_read(
    tmp_path: Path, text: str
) -> None:
    column = text.index("*") + 1
    said = refused(tmp_path, text)
    assert (
        said == f":1:{column}: the alias is inside its own value: a config cannot refer to itself"
    )


TAGS = "tags are not allowed, but for !!null, !!bool, !!int, !!float, !!str, !!seq and !!map"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a: *defaults",
            ":1:4: no anchor of this name is above; a text that begins with '*' must be",
        ),
        ("a: **bold**", ":1:4: a text that begins with '*' must be quoted"),
        (
            "a: &word\nb: 1",
            ":1:4: an anchor without a value; a text that begins with '&' must be quoted",
        ),
        ("a: &.5", ":1:4: a text that begins with '&' must be quoted"),
        ("a:\n- !env HOME", f":2:3: {TAGS}; a text that begins with '!' must be quoted"),
        ("a: !e!env HOME", f":1:4: {TAGS}; a text that begins with '!' must be quoted"),
        ("a: !", f":1:4: {TAGS}; a text that begins with '!' must be quoted"),
        ("a: !!binary aGk=", f":1:4: '!!binary': {TAGS}"),
        ("a: !!python/name:os.system x", f":1:4: '!!python/name:os.system': {TAGS}"),
        ("a: !!int x", ":1:4: the value does not fit the tag !!int"),
        ("a: !!bool yes", ":1:4: the value does not fit the tag !!bool"),
        ("a: !!null x", ":1:4: the value does not fit the tag !!null"),
        ("a: !!seq {}", ":1:4: the value does not fit the tag !!seq"),
        ("a: !!map x", ":1:4: the value does not fit the tag !!map"),
        ("a: @x", ":1:4: a text that begins with '@' must be quoted"),
        ("a: `x`", ":1:4: a text that begins with '`' must be quoted"),
        ("a: %x", ":1:4: a text that begins with '%' must be quoted"),
        ("a:\n\tb: 1", ":2:1: a tab cannot indent: use spaces"),
        ("a: 1\n  b: 2", ":2:4: the line is indented deeper than the text above, and goes on with"),
        ("- a: 1\n   b: c: 3", ":2:5: the line is indented deeper than the text above"),
        ("a: b: c", ":1:5: a second ': ' in a line; a text that holds it must be quoted"),
        ("a: - b", ":1:4: a list must begin on the line below its key"),
        ("a: 'b\n", ":1:4: the quote is never closed"),
        (
            'a: "\\d"',
            ":1:5: a backslash in double quotes must be written twice, or stand in single",
        ),
        ("a: [1,\n  2\nb: 3", ":3:2: expected ',' or the end of what opens at 1:4, or quotes"),
        ("a: 'b' c", ":1:8: expected a key: is the line indented like its neighbours, or quoted"),
        ("- a\nb: 1", ":2:1: expected '- ': is the line indented like its neighbours?"),
        ("a: 1\nb\n", ":2:1: expected ': ' after a key"),
        ("a: 1\n---\nb: 1\n", ":2:1: a second document begins here; a file must hold one"),
        ("? [a]\n: 1", ":1:3: a key must be a text or a number, not a mapping or list"),
        ("a: &a {}\n*a : 1", ":2:1: a key must be a text or a number, not a mapping or list"),
        ("a: 1\nb: {c: 1,\n   c: 2}", ":3:4: the key 'c' is repeated"),
        ("1: a\n0x1: b", ":2:1: the key '1' is repeated"),
        ("a: \x07", ":1:4: the character U+0007 is not allowed; in double quotes, escape it"),
        ("a: 1" + "0" * 5_000, ":1:4: the integer has too many digits"),
        ("a: 0x1" + "0" * 5_000, ":1:4: the integer has too many digits"),
        ("%YAML 9" + "9" * 30 + ".1\n---\na", ":1:16: a number in an escape or a directive is"),
    ],
)
def test_what_is_refused_says_where_and_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text).startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        *("*hunter2", "*.hunter2", "&.hunter2", "!hunter2", "!!hunter2", "!!int hunter2"),
        *("@hunter2", "'hunter2", '"hunter2', "x: hunter2", "[hunter2", "!h!hunter2", "%hunter2"),
        *(
            '"\\hunter2"',
            "hunter2\n hunter2: 3",
            "'x' hunter2",
            "- hunter2",
            "!<hunter2",
            "hunter2\a",
        ),
    ],
)
def test_no_error_of_a_file_quotes_a_value(tmp_path: Path, text: str) -> None:
    assert "hunter2" not in refused(tmp_path, f"password: {text}\n")


def test_levels_have_a_bound(tmp_path: Path) -> None:
    depth = MAX_YAML_DEPTH - 1
    assert read(tmp_path, "a: " + "[" * depth + "]" * depth)
    said = refused(tmp_path, "a: " + "[" * MAX_YAML_DEPTH + "]" * MAX_YAML_DEPTH)
    assert said.endswith(": it nests deeper than 1,000 levels")
    assert ": it nests deeper than" in refused(tmp_path, "[" * 100_000)


def naive(node: Any, data: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any]]:
    """Each key and item of a text without merges, and its mark as PyYAML composes it."""
    if isinstance(node, yaml.MappingNode):
        for (key, value), name in zip(node.value, data, strict=True):
            yield (*keys, name), key.start_mark
            yield from naive(value, data[name], (*keys, name))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*keys, index), value.start_mark
            yield from naive(value, data[index], (*keys, index))


DATA = st.recursive(
    st.one_of(st.none(), st.integers(), st.text("ab: -\n'é😀", max_size=6)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab ", max_size=3), inner),
    max_leaves=15,
)


@given(
    DATA.filter(lambda data: isinstance(data, dict | list)), st.sampled_from([True, False, None])
)
def test_every_key_and_item_has_its_place(
    tmp_path_factory: pytest.TempPathFactory, data: Any, flow: bool | None
) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    file = tmp_path_factory.getbasetemp() / "places.yaml"
    file.write_text(text, "utf-8")
    document = load(file)
    assert document.data == data
    for keys, mark in naive(yaml.compose(text), data):
        assert document.position(keys) == (mark.line + 1, mark.column + 1), keys


def test_what_is_merged_has_its_place_in_the_base(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("a: &a\n  x: 1\n  y: 2\nb:\n  <<: [*a]\n  y: 3\nc: *a\n")
    document = load(file)
    assert document.position(["b", "x"]) == (2, 3)
    assert document.position(["b", "y"]) == (6, 3)
    assert document.position(["c", "y"]) == (3, 3)
    assert document.position(["c"]) == (7, 1)


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!!python/name:os.system",
        *("!!set", "!!omap", "!!binary", "!!timestamp", "!mine", "!!merge", "!"),
    ],
)
@pytest.mark.parametrize("value", ["[echo]", "{a: 1}", "echo"])
def test_a_tag_cannot_make_an_object(tmp_path: Path, tag: str, value: str) -> None:
    said = refused(tmp_path, f"type: Swish\nx: {tag} {value}\n")
    assert said.startswith(":2:4: ")
    assert "tags are not allowed" in said


WITHOUT_LIBYAML = """
import sys
sys.modules["yaml._yaml"] = None
import json, yaml
assert not yaml.__with_libyaml__
from registry_core import ConfigError
from registry_core.config import load
for name in sys.argv[1:]:
    try:
        document = load(name)
        keys = [["b"], ["b", 1], ["b", 1, "c"], ["d", "e"]]
        print(json.dumps([document.data, *map(document.position, keys)]))
    except ConfigError as error:
        print(json.dumps([error.place[1:], error.reason]))
"""
TEXTS = [
    "a: &a {e: 1e-3}\nb: [no, {c: *a}]\nd: {<<: *a, f: 'x'}\n",
    *("a: [1\n", "a: 'x\n", "a: @x\n", "a: *x\n", "a: !x y\n", "a: b: c\n", "\ta: 1\n"),
    *("a: 1\na: 2\n", "a: 1\n---\nb: 1\n", "? [a]\n: 1\n", "a: " + "[" * 1_001, "a: &a [*a]\n"),
]


def test_without_libyaml_the_same_is_read_and_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number}.yaml" for number in range(len(TEXTS))]
    monkeypatch.chdir(tmp_path)
    for name, text in zip(names, TEXTS, strict=True):
        (tmp_path / name).write_text(text)
    found = []
    for switch in ("", "#"):
        code = WITHOUT_LIBYAML.replace('sys.modules["', f'{switch}sys.modules["')
        code = code.replace("assert not", "assert not" if not switch else "assert")
        arguments = f"sys.argv[1:] = {names!r}"
        found.append(python(code.replace("import json", f"{arguments}\nimport json")).splitlines())
    assert len(found[0]) == len(TEXTS)
    assert found[0] == found[1]
