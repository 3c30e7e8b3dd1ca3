"""What the doctor finds, as frozen records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.doctor.load_check import Trial
    from registry_core.entry import Kind, Provider


class Finding(NamedTuple):
    """Something to know about one distribution. Lives as long as its diagnosis.

    Attributes:
        kind: as of a `Problem`; or "missing", what a distribution requires and is not installed;
            "blocked", what may not contribute; "hidden", a distribution that another of that name
            stands before.
        provider: the distribution.
        where: the file, group, entry or variable.
        what: what there is to know.
        fix: what to do about it.
        command: what to type in a POSIX shell to do so; empty where only an author can.
        is_note: whether it may well be meant so; notes do not count as findings.
    """

    kind: Kind | Literal["missing", "blocked", "hidden"]
    provider: Provider
    where: str
    what: str
    fix: str
    command: str = ""
    is_note: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.provider}: {self.where}: {self.what}; {self.fix}"


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


class Diagnosis(NamedTuple):
    """What `diagnose` found. Lives as long as you hold it.

    Attributes:
        contributors: what is installed and adds something, sorted by name.
        findings: what is wrong, by provider; notes come last.
        trials: what came of loading entries; empty without `load`.
        judges_requirements: whether `packaging` is installed, which judges what distributions
            require.
    """

    contributors: tuple[Contributor, ...]
    findings: tuple[Finding, ...]
    trials: tuple[Trial, ...]
    judges_requirements: bool

    @property
    def is_clean(self) -> bool:
        """Whether nothing but notes was found."""
        return all(finding.is_note for finding in self.findings)
