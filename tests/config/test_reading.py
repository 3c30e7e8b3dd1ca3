"""Reading configs from files: formats, positions, and what is refused."""

from pathlib import Path

import pytest

from registry_core import ConfigError
from registry_core.config import read_config, read_document


def written(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("net.yaml", "type: Swish\nbeta: 1.5\nsizes: [1, 2]\n"),
        ("net.yml", "{type: Swish, beta: 1.5, sizes: [1, 2]}"),
        ("net.toml", 'type = "Swish"\nbeta = 1.5\nsizes = [1, 2]\n'),
        ("NET.JSON", '{"type": "Swish", "beta": 1.5, "sizes": [1, 2]}'),
    ],
)
def test_every_format_gives_the_same_plain_data(tmp_path: Path, name: str, text: str) -> None:
    found = read_config(written(tmp_path, name, text))
    assert found == {"type": "Swish", "beta": 1.5, "sizes": [1, 2]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("-1E+3", -1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("1.5e3", 1500.0),
        ("-.inf", float("-inf")),
        ("3", 3),
        ("0x10", 16),
        ("0o10", 8),
        ("010", 10),
        ("+7", 7),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2020-01-01", "2020-01-01"),
        ("2020-13-45", "2020-13-45"),
        ("null", None),
        ("", None),
        ("!!str 3", "3"),
        ("!!float 3", 3.0),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("1e", "1e"),
        ("1.2.3", "1.2.3"),
        ("'1e-3'", "1e-3"),
    ],
)
def test_yaml_scalars_are_what_people_expect(tmp_path: Path, text: str, value: object) -> None:
    found = read_config(written(tmp_path, "net.yaml", f"x: {text}\n"))["x"]
    assert found == value
    assert type(found) is type(value)


def test_an_empty_yaml_file_is_an_empty_mapping(tmp_path: Path) -> None:
    assert read_config(written(tmp_path, "net.yaml", "# nothing\n")) == {}


def test_yaml_knows_the_line_and_column_of_every_part(tmp_path: Path) -> None:
    text = "type: Stack\nlayers:\n  - type: Dense\n  - {type: Act, beta: 2}\n"
    document = read_document(written(tmp_path, "net.yaml", text))
    assert document.position(()) == (1, 1)
    assert document.position(("layers",)) == (2, 1)
    assert document.position(("layers", 0)) == (3, 5)
    assert document.position(("layers", 1, "beta")) == (4, 17)
    assert document.position(("layers", 9)) is None
    assert document.position(("nowhere",)) is None
    assert document.where(("layers", 0)).endswith("net.yaml:3:5")


def test_a_format_without_positions_names_the_file(tmp_path: Path) -> None:
    document = read_document(written(tmp_path, "net.toml", "a = 1"))
    assert document.position(("a",)) is None
    assert document.where(("a",)) == str(tmp_path / "net.toml")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("net.ini", "a=1", r"net.ini: its name must end in one of .json, .toml, .yaml, .yml"),
        ("net.yaml", b"a: \xe9", r"net.yaml: it cannot be read: UnicodeDecodeError"),
        ("net.yaml", "- 1\n", r"net.yaml: it must hold a mapping, not a list"),
        ("net.json", "3", r"net.json: it must hold a mapping, not a int"),
        ("net.yaml", "a: 1\nb: {c: 1,\n   c: 2}", r"net.yaml:3:4: the key 'c' is repeated"),
        ("net.json", '{"a": 1, "a": 2}', r"net.json: the key 'a' is repeated"),
        ("net.toml", "a = 1\na = 2", r"net.toml: Cannot overwrite a value"),
        ("net.json", '{"a": }', r"net.json:1:7: Expecting value"),
        ("net.yaml", "a: [1", r"net.yaml:1:6: .*expected ',' or ']'"),
        ("net.yaml", "a: \x07", r"net.yaml: .*special characters are not allowed"),
        ("net.yaml", "a: " + "[" * 5_000, r"net.yaml: it nests too deep"),
        ("net.json", "[" * 100_000, r"net.json: it nests too deep"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str | bytes, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        read_config(written(tmp_path, name, text))


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it cannot be read: FileNotFoundError"):
        read_config(tmp_path / "net.yaml")


@pytest.mark.parametrize("text", ["!!int sEcReT", "!!bool sEcReT", "!!float sEcReT"])
def test_a_value_that_does_not_fit_its_tag_is_not_quoted(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, "net.yaml", f"a: 1\nb: {text}\n")
    with pytest.raises(ConfigError, match=r"net.yaml:2:4: the value is no (int|bool|float)$"):
        read_config(file)


def test_a_mapping_may_be_merged_into_another(tmp_path: Path) -> None:
    file = written(tmp_path, "net.yaml", "a: &a {x: 1}\nb: {<<: *a, y: 2}\n")
    assert read_config(file)["b"] == {"x": 1, "y": 2}


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!!python/name:os.system",
        "!!set",
        "!!omap",
        "!!binary",
        "!!timestamp",
        "!mine",
    ],
)
def test_a_tag_cannot_make_an_object(tmp_path: Path, tag: str) -> None:
    file = written(tmp_path, "net.yaml", f"type: Swish\nx: {tag} [echo]\n")
    with pytest.raises(ConfigError, match=r"net.yaml:2:4: could not determine a constructor"):
        read_config(file)


def test_aliases_that_fan_out_are_read_at_once_and_share_their_parts(tmp_path: Path) -> None:
    lines = ["a0: &a0 [1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    found = read_config(written(tmp_path, "net.yaml", "\n".join(lines)))
    assert found["a9"][0] is found["a9"][8] is found["a8"]
