"""YAML, read safely in one pass over the parser's events, with the place of every key and item.

Scalars are those of YAML 1.2; ``<<`` is the merge key of YAML 1.1 (https://yaml.org/type/merge.html).
PyYAML's own loaders read ``1e-3`` as a text and ``no`` as false, keep the last of repeated keys and
the base's value in chained merges, and follow aliases of aliases without bound.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from registry_core.building.config_nodes import IDENTITY
from registry_core.config.places import Malformed, lines
from registry_core.config.yaml_scalars import MERGE_KEY, NO_TAG, check_tag, plain, tagged
from registry_core.limits import MAX_ALIASED_VALUES, MAX_MERGED_PAIRS, MAX_YAML_DEPTH
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import Mark, MarkedYAMLError

    from registry_core.config.places import Inside, Located

    _Base = tuple[dict[object, object], Inside]

# libyaml's parser takes a tenth of the time of the one in Python; both make the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_KEY = "a key must be a text or a number, not a mapping or list"
_TOO_DEEP = f"it nests deeper than {MAX_YAML_DEPTH:,} levels"
_TOO_LARGE = "a number in an escape or a directive is too large"
_DEEPER = (
    "the line is indented deeper than the text above, and goes on with it: indent it like that"
)

# A phrase of the parser's message, the error in our words, and whether its place is where the thing
# begins, or where the parser stopped. None of them quotes a value, which may be a secret.
_MENDS = (
    ("scanning an alias", "a text that begins with '*' must be quoted", True),
    ("scanning an anchor", "a text that begins with '&' must be quoted", True),
    (" tag", NO_TAG, True),
    ("quoted scalar, found unexpected end", "the quote is never closed", True),
    ("nesting depth", _TOO_DEEP, False),
    ("extremely long", _TOO_LARGE, False),
    (
        "escape",
        "a backslash in double quotes must be written twice, or stand in single quotes",
        False,
    ),
    ("mapping values", "a second ': ' in a line; a text that holds it must be quoted", False),
    ("sequence entries", "a list must begin on the line below its key", False),
    ("expected ',' or", "expected ',' or the end of what opens at {}, or quotes", False),
    (
        "expected key",
        "expected a key: is the line indented like its neighbours, or quoted wrongly?",
        False,
    ),
    ("expected '-'", "expected '- ': is the line indented like its neighbours?", False),
    ("expected ':'", "expected ': ' after a key", True),
)


def read(text: str) -> tuple[object, Located]:
    """The data of `text`, and where each part of it stands. An empty text is None.

    Raises:
        Malformed: `text` is not YAML, has a tag that makes objects, repeats a key, refers to
            itself, or has aliases that stand for too much.
    """
    odd = _UNPRINTABLE.search(text)
    if odd is not None:
        reason = f"the character U+{ord(odd[0]):04X} is not allowed; in double quotes, escape it"
        raise Malformed(reason, lines(text)(odd.start()))
    try:
        return _Reader().read(_LOADER(text).get_event)
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text) from None
    except (ValueError, OverflowError) as error:
        # The parser in Python does not check the number of an escape or of a version.
        raise Malformed(_TOO_LARGE) from error


class _Node:
    """A mapping or list that is read, or what an anchor marks. Lives as long as the reading.

    Attributes:
        value: a dict or list; with an anchor, a scalar too.
        inside: where each part of it stands; None for a scalar.
        mark: where it begins.
        size: how many values it is, aliases written out. While it is open: how many came before.
        is_open: whether its end has not come yet.
        is_key_next: whether it is a mapping, and a key comes next.
        key: of a mapping, the key that waits for its value, with its mark.
        bases: of a mapping, what it merges, each with its places; the first counts most.
    """

    __slots__ = ("bases", "inside", "is_key_next", "is_open", "key", "mark", "size", "value")

    def __init__(self, value: Any, inside: Inside | None, mark: Any, size: int) -> None:
        self.value = value
        self.inside = inside
        self.mark = mark
        self.size = size
        self.is_open = inside is not None
        self.is_key_next = type(value) is dict
        self.key: tuple[Any, Any] = None, None
        self.bases: list[_Base] | None = None


class _Reader:
    """Makes plain data of events. Lives as long as the reading of one text."""

    def __init__(self) -> None:
        self._anchors: dict[str, _Node] = {}
        # The outermost list holds the document.
        self._open = [_Node([], {}, None, 0)]
        self._count = self._aliased = self._merged = 0

    def read(self, next_event: Callable[[], Any]) -> tuple[object, Located]:
        """The data of a stream of one document, and where each part stands."""
        event: Any = None
        try:
            while (kind := type(event := next_event())) is not StreamEndEvent:
                if kind is ScalarEvent:
                    self._add(self._scalar(event), None, event.start_mark)
                elif kind is MappingStartEvent:
                    self._begin(event, {})
                elif kind is SequenceStartEvent:
                    self._begin(event, [])
                elif kind is MappingEndEvent or kind is SequenceEndEvent:
                    node = self._end()
                    self._add(node.value, node.inside, node.mark)
                elif kind is AliasEvent:
                    node = self._alias(event.anchor)
                    self._add(node.value, node.inside, event.start_mark)
                elif kind is DocumentStartEvent and self._open[0].value:
                    raise Malformed("a second document begins here; a file must hold one")
        except Malformed as error:
            error.place = error.place or _place_of(event.start_mark)
            raise
        (root,) = self._open
        if not root.value or root.inside is None:
            return None, ((1, 1), None)
        return root.value[0], root.inside[0]

    def _scalar(self, event: Any) -> object:
        self._count += 1
        value: object = event.value
        if event.tag is not None:
            value = tagged(event.value, event.tag)
        elif event.implicit[0]:
            value = plain(event.value)
            if value is MERGE_KEY and not self._open[-1].is_key_next:
                value = event.value
        if event.anchor is not None:
            if value is None and not event.value:
                raise Malformed(
                    "an anchor without a value; a text that begins with '&' must be quoted"
                )
            self._anchors[event.anchor] = _Node(value, None, event.start_mark, 1)
        return value

    def _begin(self, event: Any, value: Any) -> None:
        check_tag(event.tag, type(value))
        if len(self._open) > MAX_YAML_DEPTH:
            raise Malformed(_TOO_DEEP)
        if self._open[-1].is_key_next:
            raise Malformed(_NO_KEY)
        node = _Node(value, {}, event.start_mark, self._count)
        self._count += 1
        self._open.append(node)
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _end(self) -> _Node:
        node = self._open.pop()
        node.is_open = False
        node.size = self._count - node.size
        if node.bases is not None:
            self._merge(node, node.bases)
        return node

    def _alias(self, name: str) -> _Node:
        node = self._anchors.get(name)
        if node is None:
            reason = "no anchor of this name is above; a text that begins with '*' must be quoted"
            raise Malformed(reason)
        if node.is_open:
            raise Malformed("the alias is inside its own value: a config cannot refer to itself")
        self._count += node.size
        self._aliased += node.size
        if self._aliased > MAX_ALIASED_VALUES:
            reason = f"the aliases up to here stand for more than {MAX_ALIASED_VALUES:,} values"
            raise Malformed(reason)
        if node.inside is not None and self._open[-1].is_key_next:
            raise Malformed(_NO_KEY)
        return node

    def _add(self, value: Any, inside: Inside | None, mark: Any) -> None:
        """Put a value into the innermost open collection, or keep it as the next key."""
        node = self._open[-1]
        places: Any = node.inside
        if type(node.value) is list:
            places[len(node.value)] = _place_of(mark), inside
            node.value.append(value)
        elif not node.is_key_next:
            node.is_key_next = True
            key, at = node.key
            if key is MERGE_KEY:
                node.bases = _bases(value, inside, mark)
            else:
                node.value[key] = value
                places[key] = _place_of(at), inside
        elif value is MERGE_KEY and node.bases is not None:
            raise Malformed("the key '<<' is repeated; write <<: [*a, *b]")
        elif value in node.value:
            # 1, 0x1 and true are one key of a dict.
            raise Malformed(f"the key {quoted(str(value))} is repeated")
        else:
            node.is_key_next = False
            node.key = value, mark

    def _merge(self, node: _Node, bases: list[_Base]) -> None:
        """Add what a mapping merges: its own keys count most, then those of earlier bases."""
        merged: dict[object, object] = {}
        inside: Inside = {}
        for base, places in bases:
            self._merged += len(base)
            if self._merged > MAX_MERGED_PAIRS:
                raise Malformed(
                    f"merges copy more than {MAX_MERGED_PAIRS:,} keys", _place_of(node.mark)
                )
            for key, value in base.items():
                # `_id_` marks one part: `<<` copies the other keys, and not this one.
                if key not in node.value and key not in merged and key != IDENTITY:
                    merged[key], inside[key] = value, places[key]
        node.value = {**merged, **node.value}
        node.inside = {**inside, **(node.inside or {})}


def _bases(value: Any, inside: Any, mark: Any) -> list[_Base]:
    """The mappings that ``<<: value`` merges, with their places."""
    found = [(value, inside)]
    if isinstance(value, list):
        found = [(each, inside[index][1]) for index, each in enumerate(value)]
    if not all(isinstance(each, dict) for each, _ in found):
        raise Malformed("'<<' merges a mapping, or a list of mappings: <<: *name", _place_of(mark))
    return found


def _explained(error: MarkedYAMLError, text: str) -> Malformed:
    """The parser's error in our words, and its place."""
    reason = ", ".join(filter(None, [error.context, error.problem]))
    begin, stop = error.context_mark, error.problem_mark or error.context_mark
    if "cannot start any token" in reason and stop is not None:
        letter = text.splitlines()[stop.line][stop.column]
        what = f"a text that begins with {letter!r} must be quoted"
        reason = "a tab cannot indent: use spaces" if letter == "\t" else what
    elif "mapping values" in reason and stop is not None:
        before = text.splitlines()[stop.line][: stop.column]
        reason = reason if re.search(r":\s", before) else _DEEPER
    for phrase, advice, is_begin in _MENDS:
        if phrase in reason:
            reason = advice.format(begin and "{}:{}".format(*_place_of(begin)))
            stop = (begin if is_begin else None) or stop
            break
    return Malformed(reason, None if stop is None else _place_of(stop))


def _place_of(mark: Mark) -> tuple[int, int]:
    """Line and column of a mark, counted from 1."""
    return mark.line + 1, mark.column + 1
