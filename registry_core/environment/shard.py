"""What the distributions of one place declare, group by group: plain data, and questions to it."""

from __future__ import annotations

from itertools import chain
from os import sep
from typing import TYPE_CHECKING, NamedTuple

from registry_core.entry import Problem, Provider
from registry_core.keys import normalized
from registry_core.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from registry_core.entry import Kind
    from registry_core.environment.distribution import Refused, Row

Fault = tuple[str, str, str, str, str, str]
Group = tuple[list[int], list[str], list[str], list[tuple[int, str, str, str]]]

# What is wrong with a folder of metadata that belongs to no distribution.
NAMELESS = "its metadata holds no name that can be shown"
# What is wrong with the folder of a distribution that has another one in the same place.
SECOND = "another folder of that distribution, in the same place, counts"
_LEFT_OVER = (NAMELESS, SECOND)
# What stands for its name.
UNNAMED = "a distribution without a name"

# What joins the names and the targets of rows that are fit to be entries: neither may hold it. One
# string is read from a file several times faster than the many that are in it.
_NAMES, _TARGETS = " ", "|"


def packed(rows: Mapping[str, str]) -> tuple[str, str]:
    """The names and the targets of rows, each as one string.

    >>> packed({"ReLU": "acts:ReLU", "GELU": "acts:GELU [fast]"})
    ('ReLU GELU', 'acts:ReLU|acts:GELU [fast]')
    """
    return _NAMES.join(rows), _TARGETS.join(rows.values())


class Declared:
    """What one distribution declares in one group. Lives as long as the table made of it.

    Args:
        key: its name, normalized.
        provider: its name and version.
        rows: its rows that are fit to be entries, packed.
        refused: the name and value of each other row, and what is wrong with it.
    """

    __slots__ = ("_rows", "_targets", "key", "names", "provider", "refused")

    def __init__(
        self, key: str, provider: Provider, rows: Sequence[str], refused: list[Refused]
    ) -> None:
        names, targets = rows
        self.key = key
        self.provider = provider
        self.names = names.split(_NAMES) if names else []
        self._targets = targets
        self._rows: dict[str, str] | None = None
        self.refused = refused

    @property
    def rows(self) -> dict[str, str]:
        """Targets by name, for rows that are fit to be entries."""
        rows = self._rows
        if rows is None:
            targets = self._targets.split(_TARGETS) if self.names else []
            rows = self._rows = dict(zip(self.names, targets, strict=True))
        return rows

    def written(self) -> Iterator[Row]:
        """Every row, fit or not: other groups than those of registries have other rules."""
        yield from self.rows.items()
        for name, value, _ in self.refused:
            yield name, value


class Shard(NamedTuple):
    """The distributions of one place, sorted by normalized name. Lives as long as its snapshot.

    Columns of plain data, not records: of thousands of distributions, most are never asked about.

    Attributes:
        place: the directory or archive that holds them; empty where no place is known.
        names: their names as written; each occurs once, however it is spelled.
        versions: their versions.
        folders: the folder of each one's metadata, within the place.
        groups: for each group, four columns: the indexes of the distributions that declare
            something in it, the names and the targets of rows that are fit to be entries, packed,
            and the other rows, each with the index of its distribution and what is wrong with it.
        faults: name, version, folder, where in it, what is wrong and how to mend it.
        watched: files and folders within the place whose change may change the rest. An installer
            that adds, upgrades or removes a distribution changes the place itself.
        mark: what tells the kept copy from others; empty where there is none.
    """

    place: str
    names: list[str]
    versions: list[str]
    folders: list[str]
    groups: dict[str, Group]
    faults: list[Fault]
    watched: list[str]
    mark: str = ""

    def declared(self, group: str) -> Iterator[Declared]:
        """What is declared in `group`."""
        indexes, names, targets, refused = self.groups.get(group, _NOTHING)
        for index, *rows in zip(indexes, names, targets, strict=True):
            unfit = [row[1:] for row in refused if row[0] == index] if refused else []
            provider = Provider(self.names[index], self.versions[index])
            yield Declared(normalized(provider.name), provider, rows, unfit)

    def where(self, name: str) -> str | None:
        """The folder of metadata of the distribution of that name; None where it is not here."""
        if name not in self.names:
            return None
        return _within(self.place, self.folders[self.names.index(name)])

    def problems(self) -> Iterator[tuple[str, Problem]]:
        """What is wrong with these distributions, each with a normalized name, or an empty one."""
        for name, version, folder, at, what, fix in self.faults:
            where = shown(_within(self.place, folder))
            provider = Provider(name or UNNAMED, version)
            kind: Kind = "left over" if what in _LEFT_OVER else "broken"
            where = f"{where}: {at}" if at else where
            yield normalized(name), Problem(provider, where, what, fix, kind)


def shard_from(columns: Sequence[object], mark: str) -> Shard | None:
    """The shard that somebody has kept; None where a column is not what it should be."""
    try:
        shard = Shard._make((*columns, mark))
        return shard if _is_sound(shard) else None
    except (TypeError, ValueError, AttributeError, LookupError):
        return None


_NOTHING: Group = ([], [], [], [])
_KINDS = (str, list, list, list, dict, list, list, str)
_ENDINGS = (".dist-info", ".egg-info", "egg-info")


def _is_sound(shard: Shard) -> bool:
    """Whether it is what its attributes say, so that no question about it can fail."""
    columns = (shard.names, shard.versions, shard.folders)
    texts = (*columns, shard.watched, *shard.faults)
    return (
        tuple(map(type, shard)) == _KINDS
        and _types((*shard.groups.values(), *shard.faults)) <= {list}
        and len({len(column) for column in columns}) == 1
        and _types(chain.from_iterable(texts)) <= {str}
        and {len(fault) for fault in shard.faults} <= {6}
        and "".join(chain(*columns, *shard.faults)).isprintable()
        and not _lead_away(shard.folders)
        and all(_is_sound_group(group, len(shard.names)) for group in shard.groups.values())
    )


def _is_sound_group(group: Group, distributions: int) -> bool:
    indexes, names, targets, refused = group
    return (
        _types(group) == {list}
        and len(indexes) == len(names) == len(targets)
        and _types(refused) <= {list}
        and _types(chain(indexes, (row[0] for row in refused))) <= {int}
        and {*indexes} <= {*range(distributions)}
        and _types(chain(names, targets)) <= {str}
        and [each.count(_NAMES) for each in names] == [each.count(_TARGETS) for each in targets]
        and {len(row) for row in refused} <= {4}
        and _types(chain.from_iterable(row[1:] for row in refused)) <= {str}
        and "".join(chain(names, targets, (row[3] for row in refused))).isprintable()
    )


def _types(values: Iterable[object]) -> set[type]:
    return set(map(type, values))


def _lead_away(folders: list[str]) -> bool:
    joined = "".join(folders)
    ending = all(folder.lower().endswith(_ENDINGS) for folder in folders)
    return "/" in joined or sep in joined or not ending


def _within(place: str, folder: str) -> str:
    return f"{place}{sep}{folder}" if place else folder
