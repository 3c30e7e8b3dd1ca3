"""A line of an index: one name that a distribution has, as JSON. Reading one trusts nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from registry_core.entry import Provider
from registry_core.index.wheel import is_version
from registry_core.keys import HOOKS, is_project_name, name_fault, normalized, target_fault
from registry_core.limits import MAX_HEADER, MAX_INDEX_LINE, MAX_NAME, MAX_QUOTED
from registry_core.signature.record import (
    KEYWORD_ONLY,
    POSITIONAL_ONLY,
    POSITIONAL_OR_KEYWORD,
    VARIADIC_KEYWORD,
    VARIADIC_POSITIONAL,
    Parameter,
    Signature,
    parameter,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = (
    KEYWORD_ONLY,
    POSITIONAL_ONLY,
    POSITIONAL_OR_KEYWORD,
    VARIADIC_KEYWORD,
    VARIADIC_POSITIONAL,
)


class Malformed(ValueError):
    """A line is not one of an index."""


class Line(NamedTuple):
    """One name that a distribution has. A frozen record; it lives as long as you hold it.

    Attributes:
        group: the group in which it is declared; of an old name, that of the registry.
        name: the entry; of an old name, its key.
        provider: the distribution.
        target: "module:attribute"; empty for an old name, and for a module of hooks.
        signature: what it takes; None where source does not tell.
        metadata: what the distribution notes of it, texts and lists of texts.
        renamed: of an old name, the key that it has now, since when and until when.
    """

    group: str
    name: str
    provider: Provider
    target: str = ""
    signature: Signature | None = None
    metadata: Mapping[str, Any] = {}
    renamed: tuple[str, str, str] = ("", "", "")

    @property
    def address(self) -> str:
        """The group and the name: what is looked for, whichever dot ends the group."""
        return f"{self.group}.{self.name}"

    @property
    def distribution(self) -> str:
        """The normalized name of the distribution."""
        return normalized(self.provider.name)

    def taken(self) -> str:
        """What it takes, in words; empty where that is not known.

        >>> beta = parameter("beta", annotation="float")
        >>> signature = Signature((beta,), {}, "", None, None)
        >>> Line("g", "Swish", Provider("acts", "1"), "m:S", signature).taken()
        'beta: float'
        """
        if self.signature is None:
            return ""
        stars = {VARIADIC_POSITIONAL: "*", VARIADIC_KEYWORD: "**"}
        texts = [
            f"{stars.get(each.kind, '')}{each.name}"
            + (f": {each.annotation}" if each.annotation else "")
            for each in self.signature.parameters
        ]
        return ", ".join(texts) or "nothing"


def beginning(address: str, *, is_whole: bool = True) -> bytes:
    """What the line of an address begins with: lines are sorted, and found, by their bytes.

    >>> beginning("acme.model.Net")
    b'{"address":"acme.model.Net"'
    """
    start = f'{{"address":{json.dumps(address)}'
    return (start if is_whole else start[:-1]).encode()


def named(line: Line) -> bytes:
    """A line that leads from the last word of an address to the address."""
    data = {
        "name": line.address.rpartition(".")[2],
        "address": line.address,
        "distribution": line.provider.name,
    }
    return _json(data)


def beginning_named(name: str, group: str) -> bytes:
    """What the lines begin with that lead from a word to the addresses within a group.

    >>> beginning_named("Net", "acme.model")
    b'{"name":"Net","address":"acme.model.'
    """
    return f'{{"name":{json.dumps(name)},"address":{json.dumps(f"{group}.")[:-1]}'.encode()


def address_of(content: bytes) -> str:
    """Where a line leads that `named` has written.

    Raises:
        Malformed: it leads nowhere.
    """
    return _text(_mapping(content), "address", 2 * MAX_NAME)


def written(line: Line) -> bytes:
    """A line of a file. What makes it too long for one is left out: first what the entry takes."""
    data: dict[str, object] = {
        "address": line.address,
        "group": line.group,
        "distribution": line.provider.name,
        "version": line.provider.version,
    }
    if line.renamed[0]:
        data["renamed"] = list(line.renamed)
        return _json(data)
    data["target"] = line.target
    if line.metadata:
        data["metadata"] = dict(line.metadata)
    found = line.signature
    if found is not None:
        taken = {**data, "takes": _rows(found.parameters), "summary": found.summary[:MAX_HEADER]}
        if found.onward is not None:
            taken["onward"] = _rows(found.onward)
        if found.annotations:
            taken["annotations"] = dict(found.annotations)
        if found.abstract:
            taken["abstract"] = list(found.abstract)
        whole = _json(taken)
        if len(whole) <= MAX_INDEX_LINE:
            return whole
    short = _json(data)
    return short if len(short) <= MAX_INDEX_LINE else _json({**data, "metadata": {}})


def read(content: bytes) -> Line:
    """What a line says.

    Raises:
        Malformed: it is malformed: an index may be anybody's.

    Example:
        >>> line = Line("acme.model", "Net", Provider("acme-nets", "1.0"), "nets:Net")
        >>> read(written(line)) == line
        True
        >>> read(written(line).replace(b"acme-nets", b"--index-url=x"))
        Traceback (most recent call last):
        registry_core.index.line.Malformed: '--index-url=x' is not the name of a distribution
    """
    data = _mapping(content)
    address, group = _text(data, "address", 2 * MAX_NAME), _text(data, "group")
    if not address.startswith(f"{group}."):
        raise Malformed("its address is not in its group")
    name = address.removeprefix(f"{group}.")
    distribution, version = _text(data, "distribution", MAX_QUOTED), _text(data, "version")
    if not is_project_name(distribution):
        # It becomes a command that somebody types.
        raise Malformed(f"{distribution[:MAX_QUOTED]!r} is not the name of a distribution")
    if not is_version(version):
        raise Malformed(f"{version[:MAX_QUOTED]!r} is not a version")
    fault = name_fault(name) or name_fault(group)
    if fault is not None:
        raise Malformed(f"in its address, {fault}")
    if "renamed" in data:
        to, since, until = _texts(data["renamed"], 3)
        if not to or name_fault(to) or not f"{since}{until}".isprintable():
            raise Malformed("its new name is not one")
        return Line(group, name, Provider(distribution, version), renamed=(to, since, until))
    if group == HOOKS:
        return Line(group, name, Provider(distribution, version))
    target = _text(data, "target", MAX_INDEX_LINE)
    fault = target_fault(target)
    if fault is not None:
        raise Malformed(fault)
    metadata = data.get("metadata", {})
    if not isinstance(metadata, dict):
        raise Malformed("its metadata is no mapping")
    return Line(group, name, Provider(distribution, version), target, _signature(data), metadata)


def _signature(data: dict[str, Any]) -> Signature | None:
    if "takes" not in data:
        return None
    onward = _parameters(data["onward"]) if "onward" in data else None
    annotations = data.get("annotations", {})
    if not isinstance(annotations, dict):
        raise Malformed("its annotations are no mapping")
    _texts([*annotations.values()])
    summary = _text(data, "summary", MAX_INDEX_LINE) if data.get("summary") else ""
    return Signature(
        _parameters(data["takes"]),
        annotations,
        summary,
        None,
        None,
        onward,
        tuple(_texts(data.get("abstract", []))),
    )


def _rows(parameters: tuple[Parameter, ...]) -> list[list[str | None]]:
    return [[each.name, each.kind, each.annotation, each.default] for each in parameters]


def _parameters(rows: object) -> tuple[Parameter, ...]:
    if not isinstance(rows, list):
        raise Malformed("what it takes is no list")
    found: list[Parameter] = []
    for row in rows:
        if not isinstance(row, list) or len(row) != 4 or row[1] not in _KINDS:
            raise Malformed("a parameter is not NAME, KIND, ANNOTATION, DEFAULT")
        name, _, annotation, default = row
        if not isinstance(name, str) or not name.isidentifier():
            raise Malformed("the name of a parameter is not one")
        if not all(each is None or isinstance(each, str) for each in (annotation, default)):
            raise Malformed(f"the parameter {name!r} has something else than texts")
        found.append(parameter(*row))
    return tuple(found)


def _mapping(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Malformed("it is not JSON") from error
    if not isinstance(data, dict):
        raise Malformed("it is no mapping")
    return data


def _text(data: dict[str, Any], key: str, most: int = MAX_NAME) -> str:
    found = data.get(key)
    if not isinstance(found, str) or not found or len(found) > most:
        raise Malformed(f"its {key} is not a text of 1 to {most} characters")
    return found


def _texts(found: object, number: int | None = None) -> list[str]:
    if not isinstance(found, list) or len(found) != (number or len(found)):
        raise Malformed("a list has another length")
    if not all(isinstance(each, str) for each in found):
        raise Malformed("a list has something else than texts")
    return cast("list[str]", found)


def _json(data: Mapping[str, object]) -> bytes:
    # In ASCII: what sorts the lines must not depend on how letters are encoded.
    return json.dumps(data, separators=(",", ":"), default=str).encode() + b"\n"
