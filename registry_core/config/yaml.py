"""YAML, read safely: positions kept, repeated keys refused, numbers and words as in YAML 1.2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from registry_core.config.malformed import Malformed
from registry_core.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FLOAT = re.compile(
    r"""^(?:[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?
    |[-+]?[0-9]+[eE][-+]?[0-9]+
    |[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$""",
    re.VERBOSE,
)
_BOOL = re.compile("^(?:true|True|TRUE|false|False|FALSE)$")


_FLOAT_TAG, _BOOL_TAG = "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"


class _Loader(yaml.SafeLoader):
    """In YAML 1.1 `1e-3` is a text and `no` is false: nobody who writes a config expects that."""

    # A table of its own: the base class's is shared by everybody in this process.
    yaml_implicit_resolvers = {  # noqa: RUF012 - as the base class declares it
        first: [(tag, pattern) for tag, pattern in pairs if tag not in (_FLOAT_TAG, _BOOL_TAG)]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(_FLOAT_TAG, _FLOAT, list("-+0123456789."))
_Loader.add_implicit_resolver(_BOOL_TAG, _BOOL, list("tTfF"))


def read(text: str) -> tuple[object, Callable[[Sequence[object]], tuple[int, int] | None]]:
    """The data of `text`, and what finds the position of a part of it.

    Raises:
        Malformed: `text` is no YAML, has a tag that makes objects, or repeats a key.
    """
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            return {}, lambda _keys: None
        _refuse_repeated(root)
        data: object = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        reason = ", ".join(filter(None, [error.context, error.problem]))
        raise Malformed(reason, _place(error.problem_mark or error.context_mark)) from error
    except yaml.YAMLError as error:
        raise Malformed(str(error)) from error
    return data, lambda keys: _position(root, keys)


def _refuse_repeated(root: yaml.Node) -> None:
    """Refuse a mapping that says one key twice; PyYAML would keep the last, silently."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        inside: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            keys: set[tuple[str, str]] = set()
            for key, value in node.value:
                inside.append(value)
                if isinstance(key, yaml.ScalarNode):
                    if (key.tag, key.value) in keys:
                        reason = f"the key {quoted(key.value)} is repeated"
                        raise Malformed(reason, _place(key.start_mark))
                    keys.add((key.tag, key.value))
        elif isinstance(node, yaml.SequenceNode):
            inside += node.value
        # An alias stands in many places, and is one node.
        waiting += [each for each in inside if id(each) not in seen]
        seen.update(map(id, inside))


def _place(mark: yaml.Mark | None) -> str:
    return f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""


def _position(root: yaml.Node, keys: Sequence[object]) -> tuple[int, int] | None:
    node: Any = root
    mark = root.start_mark
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            mark = node.start_mark
            continue
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        for name, value in pairs:
            if name.value == str(key):
                node, mark = value, name.start_mark
                break
        else:
            return None
    return mark.line + 1, mark.column + 1
