"""YAML, read safely: positions kept, repeated keys refused, numbers and words as in YAML 1.2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from registry_core.config.malformed import Malformed
from registry_core.limits import MAX_YAML_PAIRS
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The core schema of YAML 1.2: what each scalar without quotes is, by the letters it begins with.
_SCALARS = {
    "null": ("~nN", r"^(?:~|null|Null|NULL|)$"),
    "bool": ("tTfF", r"^(?:true|True|TRUE|false|False|FALSE)$"),
    "int": ("-+0123456789", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"),
    "float": (
        "-+0123456789.",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
    ),
}
_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
_MERGE_KEY = object()
_UNQUOTED = re.compile(r" (?:for the tag|alias) '(?!tag:).*'$", re.DOTALL)
_PLAIN = ("null", "bool", "int", "float", "str", "seq", "map")


class _Loader(yaml.SafeLoader):
    """In YAML 1.1 `1e-3` is a text, `no` is false and `12:30` a number, which surprises people.

    It makes nothing but None, booleans, numbers, texts, lists and dicts.
    """

    # Tables of its own: the base class's are shared by everybody in this process.
    yaml_implicit_resolvers = {  # noqa: RUF012 - as the base class declares it
        "<": yaml.SafeLoader.yaml_implicit_resolvers["<"],
    }
    yaml_constructors = {  # noqa: RUF012 - the same
        None: yaml.SafeLoader.yaml_constructors[None],
        **{_TAG + name: yaml.SafeLoader.yaml_constructors[_TAG + name] for name in _PLAIN},
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._pairs = 0

    def flatten_mapping(self, node: Any) -> None:
        """Merge what `<<` names; mappings that merge each other can grow without bound."""
        super().flatten_mapping(node)
        # Counted for each mapping that is merged, too, before its pairs are copied.
        self._pairs += len(node.value)
        if self._pairs > MAX_YAML_PAIRS:
            reason = f"it has more than {MAX_YAML_PAIRS:,} keys, merged mappings included"
            raise Malformed(reason, _place(node.start_mark))

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """What `node` stands for; where it does not fit its tag, an error with its place."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, ArithmeticError, AttributeError, TypeError):
            kind = str(node.tag).removeprefix(_TAG)
            # Python's own error would quote the value, which may be a secret.
            raise Malformed(f"the value is no {kind}", _place(node.start_mark)) from None

    def construct_integer(self, node: Any) -> int:
        """An integer: ``010`` is ten, ``0o10`` is eight."""
        text = self.construct_scalar(node)
        number = int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        # One that Python refuses to write could be in no message.
        str(number)
        return number


_Loader.add_constructor(f"{_TAG}int", _Loader.construct_integer)
for _name, (_first, _pattern) in _SCALARS.items():
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), [*_first])
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile("^$"), [""])


def read(text: str) -> tuple[object, Callable[[Sequence[object]], tuple[int, int] | None]]:
    """The data of `text`, and what finds the position of a part of it.

    Raises:
        Malformed: `text` is no YAML, has a tag that makes objects, or repeats a key.
    """
    loader = None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            return {}, lambda _keys: None
        _refuse_repeated(loader, root)
        data: object = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        # The name of an alias or a tag may be a secret without its quotes.
        problem = _UNQUOTED.sub("", error.problem or "")
        reason = ", ".join(filter(None, [error.context, problem]))
        # PyYAML's own error would quote the line.
        raise Malformed(reason, _place(error.problem_mark or error.context_mark)) from None
    except yaml.YAMLError as error:
        # Its second line tells of a position in a text that has no name.
        raise Malformed(str(error).partition("\n")[0]) from error
    except (ValueError, OverflowError) as error:
        # PyYAML's scanner believes in any number of an escape, or of a version.
        place = _place(loader.get_mark()) if loader is not None else ""
        raise Malformed("a number in an escape or a directive is too large", place) from error
    return data, lambda keys: _position(loader, root, keys)


def _refuse_repeated(loader: _Loader, root: yaml.Node) -> None:
    """Refuse a mapping that says one key twice; PyYAML would keep the last, silently."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        inside: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            keys: set[object] = set()
            for key, value in node.value:
                inside.append(value)
                if isinstance(key, yaml.ScalarNode):
                    # 1, 0x1 and true are one key of a dict.
                    named = _MERGE_KEY if key.tag == _MERGE else loader.construct_object(key)
                    if isinstance(named, (dict, list)):
                        # Tagged so, though it is a scalar: no key, as constructing will say.
                        continue
                    if named in keys:
                        reason = f"the key {quoted(key.value)} is repeated"
                        raise Malformed(reason, _place(key.start_mark))
                    keys.add(named)
        elif isinstance(node, yaml.SequenceNode):
            inside += node.value
        # An alias stands in many places, and is one node.
        waiting += [each for each in inside if id(each) not in seen]
        seen.update(map(id, inside))


def _place(mark: yaml.Mark | None) -> str:
    return f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""


def _position(loader: _Loader, root: yaml.Node, keys: Sequence[object]) -> tuple[int, int] | None:
    node: Any = root
    mark = root.start_mark
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            mark = node.start_mark
            continue
        pairs: list[Any] = node.value if isinstance(node, yaml.MappingNode) else []
        # What is merged stands before what the mapping says itself, which counts.
        for name, value in reversed(pairs):
            named = loader.construct_object(name)
            if named == key and type(named) is type(key):
                node, mark = value, name.start_mark
                break
        else:
            return None
    return mark.line + 1, mark.column + 1
