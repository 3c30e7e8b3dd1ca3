"""What an index knows of distributions, in a folder that stands in for their installation."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from registry_core.environment import current_environment
from registry_core.environment.notes import FILE
from registry_core.errors import ConfigError
from registry_core.index.file import opened_index
from registry_core.index.known import status
from registry_core.installed.versions import height
from registry_core.keys import HOOKS, NOTES, REGISTRIES, normalized
from registry_core.signature.signatures import Signatures
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.entry import Entry, Provider
    from registry_core.index.line import Line
    from registry_core.signature.record import Signature

    # By the normalized name of the distribution, and the target.
    Kept = dict[tuple[str, str], Signature | None]


class StandIns(NamedTuple):
    """Distributions that an index has in another version than is installed.

    Attributes:
        folder: their metadata, and none of their modules.
        providers: by normalized name, the distributions.
        owners: those that own registries; they are left out, because what their code registers
            is not in an index.
        hooked: those that compute names by hooks, which are not run.
        signatures: what their entries take.
    """

    folder: str
    providers: dict[str, Provider]
    owners: list[Provider]
    hooked: frozenset[str]
    signatures: Kept


class KeptSignatures(Signatures):
    """Signatures as an index has them; all others are read. Lives as long as one question.

    Args:
        kept: those of the index.
    """

    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self._kept = kept

    def of(self, entry: Entry) -> Signature:
        """The signature of the target of `entry`, with what the entry binds.

        Raises:
            PluginLoadError: the module or the attribute is not there.
            ConfigError: the index, or the source, does not tell.
        """
        if not self._is_kept(entry):
            return super().of(entry)
        found = self._kept[normalized(entry.provider.name), entry.address]
        if found is None:
            where = f"{quoted(entry.key)} in {quoted(entry.registry)}"
            raise ConfigError(f"the index does not tell what {entry.provider} takes there", where)
        return found.binding(entry.kwargs)

    def is_class(self, entry: Entry) -> bool:
        """Whether the target of `entry` is certainly a class."""
        return not self._is_kept(entry) and super().is_class(entry)

    def fits(self, entry: Entry, path: str) -> bool:
        """Whether what `entry` builds may be of the class of that path; True if unknown."""
        return self._is_kept(entry) or super().fits(entry, path)

    def _is_kept(self, entry: Entry) -> bool:
        return (normalized(entry.provider.name), entry.address) in self._kept


@contextmanager
def stand_ins(path: str) -> Iterator[StandIns]:
    """Write down, for a while, what an index has in another version than is installed.

    Args:
        path: the index.

    Raises:
        Unreadable: it cannot be read, or is no index.
    """
    found: dict[str, dict[Provider, list[Line]]] = {}
    names = set(current_environment().installed.names())
    with opened_index(path) as index:
        for line in index.of(names):
            found.setdefault(line.distribution, {}).setdefault(line.provider, []).append(line)
    # There is one version of each, unless somebody has written it by hand.
    newest = [
        max(several.items(), key=lambda said: height(said[0].version or ""))
        for several in found.values()
    ]
    changed = {who: lines for who, lines in newest if status(lines[0])}
    owners = [who for who, lines in changed.items() if any(e.group == REGISTRIES for e in lines)]
    signatures: Kept = {}
    with tempfile.TemporaryDirectory(prefix="registry_core-") as folder:
        for number, (who, lines) in enumerate(sorted(changed.items())):
            if who in owners:
                continue
            _write(Path(folder), who, lines, f"notes_{number}")
            key = normalized(who.name)
            signatures |= {(key, each.target): each.signature for each in lines if each.target}
        providers = {normalized(who.name): who for who in changed if who not in owners}
        hooked = frozenset(
            key for key, who in providers.items() if any(e.group == HOOKS for e in changed[who])
        )
        yield StandIns(folder, providers, owners, hooked, signatures)


def _write(folder: Path, who: Provider, lines: list[Line], package: str) -> None:
    """The metadata of one distribution; all in it was judged when the lines were read."""
    rows: dict[str, list[str]] = {}
    renames: dict[str, list[str]] = {}
    for line in lines:
        if line.renamed[0]:
            to, since, until = (json.dumps(each, ensure_ascii=False) for each in line.renamed)
            # A text in JSON is one in TOML, as long as it can be printed.
            old = json.dumps(line.name, ensure_ascii=False)
            renames.setdefault(line.group, []).append(
                f"{old} = {{ to = {to}, since = {since}, until = {until} }}"
            )
        elif line.target:
            rows.setdefault(line.group, []).append(f"{line.name} = {line.target}")
    rows.update({NOTES: [f"{group} = {package}" for group in renames]} if renames else {})
    metadata = folder / f"{normalized(who.name).replace('-', '_')}-{who.version}.dist-info"
    metadata.mkdir()
    head = f"Metadata-Version: 2.1\nName: {who.name}\nVersion: {who.version}\n"
    (metadata / "METADATA").write_text(head, encoding="utf-8")
    (metadata / "entry_points.txt").write_text(_sections(rows), encoding="utf-8")
    (metadata / "RECORD").write_text(f"{package}/{FILE},,\n", encoding="utf-8")
    (folder / package).mkdir()
    notes = {
        f"{json.dumps(group, ensure_ascii=False)}.renamed": several
        for group, several in renames.items()
    }
    (folder / package / FILE).write_text(_sections(notes), encoding="utf-8")


def _sections(rows: dict[str, list[str]]) -> str:
    return "".join("\n".join((f"[{head}]", *several, "", "")) for head, several in rows.items())
