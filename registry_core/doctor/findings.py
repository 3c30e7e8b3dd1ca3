"""What the doctor finds, as frozen records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from registry_core.text import bounded, clauses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.entry import Entry, Kind, Provider

Outcome = Literal["loaded", "raised", "crashed", "ended", "timed out"]


class Finding(NamedTuple):
    """Something to know about one distribution. Lives as long as its diagnosis.

    Attributes:
        kind: as of a `Problem`; or "missing", what a distribution requires and is not installed;
            "blocked", what may not contribute; "hidden", a distribution of which another copy
            comes first.
        provider: the distribution.
        where: the file, group, entry or variable.
        what: what there is to know.
        fix: what to do about it.
        command: what to type in a POSIX shell to do so; empty where only an author can.
        is_note: whether it may be intended; notes do not count as findings.
    """

    kind: Kind | Literal["missing", "blocked", "hidden"]
    provider: Provider
    where: str
    what: str
    fix: str
    command: str = ""
    is_note: bool = False

    def __str__(self) -> str:
        what = f"{self.kind}: {self.provider}: {self.where}: {self.what}"
        return bounded(clauses(what, self.fix))


class Contributor(NamedTuple):
    """A distribution that adds something to registries. Lives as long as its diagnosis.

    Attributes:
        provider: the distribution.
        folder: the folder of its metadata; empty where a foreign finder lists it.
        entries: how many entries it has, by the group of the registry.
        hooks: the groups of the registries that its hook modules serve.
        owns: the groups of the registries that it owns.
        refusal: why it may not contribute; empty where it may.
    """

    provider: Provider
    folder: str
    entries: Mapping[str, int]
    hooks: tuple[str, ...]
    owns: tuple[str, ...]
    refusal: str


class LoadResult(NamedTuple):
    """What came of loading one entry in another process. A frozen record.

    Attributes:
        entry: the entry.
        outcome: whether it loaded, or what happened instead.
        reason: why it did not load, in words; empty where it did.
        fix: what to do about that; empty where it loaded.
        seconds: how long loading took; where the process died before it answered, how long it
            lived.
        remedy: what to do, for programs: as of a `PluginLoadError`.
    """

    entry: Entry
    outcome: Outcome
    reason: str
    fix: str
    seconds: float
    remedy: str = "mend it"


class Diagnosis(NamedTuple):
    """What `diagnose` found. Lives as long as you hold it.

    Attributes:
        contributors: what is installed and adds something, sorted by name.
        findings: what is wrong, by provider; notes come last.
        load_results: what came of loading entries; empty without `load`.
        judges_requirements: whether `packaging` is installed, which judges what distributions
            require.
    """

    contributors: tuple[Contributor, ...]
    findings: tuple[Finding, ...]
    load_results: tuple[LoadResult, ...]
    judges_requirements: bool

    @property
    def is_clean(self) -> bool:
        """Whether nothing but notes was found."""
        return all(finding.is_note for finding in self.findings)
