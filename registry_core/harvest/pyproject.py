"""The rows in `pyproject.toml`: as TOML, compared with what is declared, and written into it."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.errors import ConfigError
from registry_core.harvest.project import BUILD, setting
from registry_core.installed.projects import declared
from registry_core.keys import PREFIX, REGISTRIES
from registry_core.limits import MAX_SCOPE_DEPTH
from registry_core.replacing import replace_content
from registry_core.signature.source import Absent, Unreadable
from registry_core.signature.static import Reader
from registry_core.text import file_error_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from registry_core.harvest.project import Project
    from registry_core.harvest.rows import Harvest

    Groups = Mapping[str, Mapping[str, str]]

_HATCH = ("tool", "hatch", "build", "targets", "wheel", "hooks", "registry-core")
BY_HAND = "write the rows that `registry-core harvest` prints where its entry points stand"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Drift(NamedTuple):
    """How `pyproject.toml` differs from what the source registers.

    Attributes:
        missing: rows that the source has and the file lacks, by group.
        changed: rows that have another target there, by group, as they should be.
        gone: names of rows whose target, in the project's own source, is not there, by group.
    """

    missing: dict[str, dict[str, str]]
    changed: dict[str, dict[str, str]]
    gone: dict[str, list[str]]

    def __bool__(self) -> bool:
        return any((self.missing, self.changed, self.gone))

    def lines(self) -> Iterator[str]:
        """What differs, a line each."""
        for what, groups in (("missing", self.missing), ("changed", self.changed)):
            for group, rows in groups.items():
                for name, target in rows.items():
                    yield f"{what}: {_header(group)} {_row(name, target)}"
        for group, names in self.gone.items():
            for name in names:
                yield f"gone: {_header(group)} {_key(name)}: its target is not there any more"


def as_toml(groups: Groups) -> str:
    """Rows as tables of `pyproject.toml`.

    >>> print(as_toml({"acme.model": {"Net": "acme.nets:Net", "net/50": "acme.nets:Net"}}))
    [project.entry-points."acme.model"]
    Net = "acme.nets:Net"
    "net/50" = "acme.nets:Net"
    """
    tables = (
        "\n".join((_header(group), *(_row(*row) for row in rows.items())))
        for group, rows in groups.items()
    )
    return "\n\n".join(tables)


def has_hook(project: Project) -> bool:
    """Whether a build hook of ours puts the rows into what is installed."""
    found = project.pyproject
    return setting(found, *_HATCH) is not None or setting(found, *BUILD) is True


def drift(project: Project, found: Harvest) -> Drift:
    """Compare what `pyproject.toml` declares with what the source registers.

    Raises:
        ConfigError: its entry points are made by a build backend (`dynamic`), or are not tables.
    """
    written = _declared(project)
    missing: dict[str, dict[str, str]] = {}
    changed: dict[str, dict[str, str]] = {}
    for group, rows in found.groups.items():
        has = written.get(group, {})
        for name, target in rows.items():
            if name not in has:
                missing.setdefault(group, {})[name] = target
            elif has[name].partition("[")[0].replace(" ", "") != target:
                changed.setdefault(group, {})[name] = target
    both = found.groups.keys() & written.keys()
    return Drift(missing, changed, _gone(project, found, written, both))


def write(project: Project, differs: Drift) -> None:
    """Write what differs into `pyproject.toml`; comments and style stay.

    Raises:
        ConfigError: there is no such file, or it has no table [project]; tomlkit is not installed,
            cannot edit it, or the result does not read back as it should. The file is left as it
            was then.
    """
    file = project.folder / "pyproject.toml"
    if not file.is_file():
        raise ConfigError("there is no such file", str(file))
    if "project" not in project.pyproject:
        # A table of entry points alone would make another project of it, and one without a name.
        raise ConfigError(f"it has no table [project]: {BY_HAND}", str(file))
    raw = file.read_bytes()
    # Lines that are added end as all others do; where these differ, no line is touched.
    breaks = "\r\n" if raw.count(b"\r\n") == raw.count(b"\n") else "\n"
    wanted = {group: dict(rows) for group, rows in _declared(project).items()}
    text = _edited(raw.decode("utf-8").replace(breaks, "\n"), differs, wanted)
    rest = {**project.pyproject, "project": {**project.pyproject["project"]}}
    rest["project"]["entry-points"] = wanted
    if text is None or tomllib.loads(text) != rest:
        way = "add the rows that `registry-core harvest` prints by hand"
        raise ConfigError(f"its style keeps it from being written safely: {way}", str(file))
    try:
        replace_content(file, text.replace("\n", breaks).encode("utf-8"))
    except OSError as error:
        raise ConfigError(f"it cannot be written: {file_error_text(error)}", str(file)) from error


def _edited(text: str, differs: Drift, wanted: dict[str, dict[str, str]]) -> str | None:
    """The text with what differs, as `wanted` is made to say; None where tomlkit cannot edit it."""
    try:
        import tomlkit
        from tomlkit.items import InlineTable
    except ModuleNotFoundError as error:
        fix = "pip install 'registry_core[cli]'"
        raise ConfigError(f"writing needs tomlkit: {fix}") from error
    for groups in (differs.missing, differs.changed):
        for group, rows in groups.items():
            wanted.setdefault(group, {}).update(rows)
    try:
        document: Any = tomlkit.parse(text)
        table = document["project"]
        points = table.get("entry-points")
        if points is None:
            points = tomlkit.table(is_super_table=True)
            table.add("entry-points", points)
        is_inline = isinstance(points, InlineTable)
        end = "\n" if list(document)[-1] == "project" else "\n\n"
        for groups in (differs.missing, differs.changed):
            for group, rows in groups.items():
                if group not in points and not is_inline:
                    # At once: tomlkit takes the square of the rows that are set one by one.
                    made = tomlkit.parse(as_toml({group: rows}) + end)
                    points.add(tomlkit.key(group), made["project"]["entry-points"][group])
                    continue
                if group not in points:
                    points.add(tomlkit.key(group), tomlkit.inline_table())
                for name, target in rows.items():
                    points[group][name] = target
        for group, names in differs.gone.items():
            for name in names:
                del points[group][name]
                del wanted[group][name]
        return tomlkit.dumps(document)
    except (AttributeError, LookupError, TypeError, ValueError):
        # Tables out of order, and inline tables, are not made for this.
        return None


def _declared(project: Project) -> Groups:
    where = str(project.folder / "pyproject.toml")
    dynamic = setting(project.pyproject, "project", "dynamic")
    if isinstance(dynamic, list) and "entry-points" in dynamic:
        raise ConfigError(
            "its build backend makes the entry points (dynamic): nothing to do", where
        )
    if has_hook(project):
        raise ConfigError("its build hook puts the rows into the wheel: nothing to do", where)
    if "project" not in project.pyproject:
        # Its backend is told in a table of its own, or in setup.cfg.
        older: dict[str, dict[str, str]] = {}
        for row in declared(str(project.folder)):
            older.setdefault(row.group, {})[row.name] = row.value
        return older
    found = setting(project.pyproject, "project", "entry-points")
    found = {} if found is None else found
    tables = found.values() if isinstance(found, dict) else [None]
    rows = [row for each in tables for row in (each.values() if isinstance(each, dict) else [None])]
    if not all(isinstance(row, str) for row in rows):
        what = "[project.entry-points] holds something else than tables of texts"
        if group := _unquoted(found):
            what += f"; quote the name of a group: [project.entry-points.{json.dumps(group)}]"
        raise ConfigError(what, where)
    groups: Groups = found
    return groups


def _unquoted(found: Any, path: tuple[str, ...] = ()) -> str:
    """The first group of rows whose dots were taken for tables in tables; empty for none."""
    if not isinstance(found, dict) or len(path) > MAX_SCOPE_DEPTH:
        return ""
    if len(path) > 1 and found and all(isinstance(row, str) for row in found.values()):
        return ".".join(path)
    inside = (_unquoted(each, (*path, name)) for name, each in found.items())
    return next(filter(None, inside), "")


def dead_rows(project: Project, found: Harvest, owned: Iterable[str]) -> list[str]:
    """Rows by hand that lead nowhere, a line each. Nobody but who wrote them knows what was meant.

    Args:
        project: the project.
        found: what its source registers; of these groups, `drift` knows more.
        owned: the groups of registries that installed distributions own.
    """
    written = _declared(project)
    # Of a group that no registry has, nobody here knows what its rows are for.
    roots = [f"{each}." for each in (PREFIX, *owned, *written.get(REGISTRIES, ()))]
    others = sorted(written.keys() - found.groups.keys())
    groups = [group for group in others if f"{group}.".startswith(tuple(roots))]
    return [
        f"leads nowhere: {_header(group)} {_row(name, written[group][name])}"
        for group, names in _gone(project, found, written, groups).items()
        for name in names
    ]


def _gone(
    project: Project, found: Harvest, written: Groups, groups: Iterable[str]
) -> dict[str, list[str]]:
    """Rows that point into the project's own source, at what is not there."""
    gone: dict[str, list[str]] = {}
    tops = {each.partition(".")[0] for each in project.modules}
    with project.importable():
        reader = Reader()
        for group in groups:
            for name, target in written[group].items():
                module, _, attribute = target.partition("[")[0].strip().partition(":")
                if name in found.groups.get(group, ()) or module.partition(".")[0] not in tops:
                    continue
                try:
                    if attribute:
                        reader.find(module.strip(), attribute.strip())
                    else:
                        # A hook module.
                        reader.names.module(module.strip())
                except Absent:
                    gone.setdefault(group, []).append(name)
                except Unreadable:
                    continue
    return gone


def _header(group: str) -> str:
    return f"[project.entry-points.{_key(group)}]"


def _row(name: str, target: str) -> str:
    return f"{_key(name)} = {json.dumps(target)}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
