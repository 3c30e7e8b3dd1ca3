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
    for text in ("# nothing\n", "", "---\n", "--- ~"):
        assert read_config(written(tmp_path, "net.yaml", text)) == {}


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


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.json", '{\r\n  "a": [1,\n {"b": 2}]}', (3, 3)),
        ("a.toml", "a = [1, # ,\r\n  {b = 2}]\r\n", (2, 4)),
        ("a.yaml", "a:\r\n  - 1\r\n  - b: 2\r\n", (3, 5)),
    ],
)
def test_every_format_knows_the_line_and_column(
    tmp_path: Path, name: str, text: str, place: tuple[int, int]
) -> None:
    for mark in ("", "\ufeff"):
        document = read_document(written(tmp_path, name, mark + text))
        assert document.data == {"a": [1, {"b": 2}]}
        assert document.position(("a", 1, "b")) == place
        assert document.position(("a", 2)) is None
        assert document.where(("a", 2)) == document.where(("a",))


def test_a_byte_order_mark_inside_a_text_belongs_to_it(tmp_path: Path) -> None:
    assert read_config(written(tmp_path, "net.json", '{"a": "\ufeff"}')) == {"a": "\ufeff"}


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.toml"])
def test_utf_16_is_named(tmp_path: Path, name: str) -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        file = written(tmp_path, name, '\ufeff{"a": 1}'.encode(codec))
        with pytest.raises(ConfigError, match="it cannot be read: it is UTF-16, save it as UTF-8"):
            read_config(file)


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it is a folder: name the files in it"):
        read_config(tmp_path)


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_a_file_may_hold_a_list(tmp_path: Path, name: str) -> None:
    assert read_config(written(tmp_path, name, '[{"type": "Net"}, 1]')) == [{"type": "Net"}, 1]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("net.ini", "a=1", r"net.ini: its name must end in one of .json, .toml, .yaml, .yml"),
        ("net.yaml", b"a: \xe9", r"net.yaml: it cannot be read: UnicodeDecodeError"),
        ("net.yaml", "abc\n", r"net.yaml: it must hold a mapping or a list, not a str"),
        ("net.json", "3", r"net.json: it must hold a mapping or a list, not a int"),
        ("net.json", "null", r"net.json: it must hold a mapping or a list, not nothing"),
        ("net.json", "[" * 100_000, r"net.json: it nests too deep"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str | bytes, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        read_config(written(tmp_path, name, text))


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it cannot be read: No such file or directory$"):
        read_config(tmp_path / "net.yaml")


def test_the_name_of_a_file_cannot_steer_a_terminal(tmp_path: Path) -> None:
    file = written(tmp_path, "a\x1b[31m\n.json", "{")
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    assert str(caught.value).isprintable()
    assert caught.value.place == (str(file), 1, 2)
