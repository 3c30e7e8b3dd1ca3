"""What an application needs of what is installed for some registries: names that Python can send.

The answer is of lists and texts alone: PyInstaller asks in a process of its own, because hook
modules are imported for it.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.environment import current_environment
from registry_core.environment.notes import FILE
from registry_core.frozen import VARIABLE
from registry_core.keys import parse_target, scope_path
from registry_core.signature.registry_calls import registry_call
from registry_core.signature.source import folders_of
from registry_core.signature.static import Reader
from registry_core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from registry_core.entry import Entry
    from registry_core.environment import Environment
    from registry_core.environment.table import Table


def collect(groups: Sequence[str] = ()) -> dict[str, list[str]]:
    """What is installed for some registries, the scopes in them included.

    Entries that hooks compute are asked for, so that their targets are known. What is blocked is
    left out. A distribution is collected whole, with what it declares for other registries: its
    metadata lists that, too.

    Args:
        groups: the registries, each by its group or the last word of it; none for all that are
            owned, or that something is declared for in `registry_core`.

    Returns:
        The distributions whose metadata is needed (`distributions`), the modules of targets, owners
        and hooks (`modules`), the files of notes (`notes`), and what is wrong (`problems`), each
        sorted.

    Raises:
        RegistryNotFound: no registry, or more than one, has that name.

    Example:
        >>> from registry_core import Environment, use_environment
        >>> with use_environment(Environment(path=[], variables={})):
        ...     collect()
        {'distributions': [], 'modules': [], 'notes': [], 'problems': []}
    """
    environment = current_environment()
    found = {what: set[str]() for what in ("distributions", "modules", "notes", "problems")}
    named = [_meant(each, environment) for each in groups]
    for group in named or environment.groups():
        table = environment.table(group)
        found["problems"].update(map(str, table.problems))
        _add(group, table, environment, found)
    for group in environment.groups():
        _add(group, environment.rows(group), environment, found, only=found["distributions"].copy())
    return {what: sorted(names) for what, names in found.items()}


def _add(
    group: str,
    table: Table,
    environment: Environment,
    found: dict[str, set[str]],
    only: set[str] | None = None,
) -> None:
    """Add what one registry has, of all distributions or of some alone."""
    scopes = (entries for scope in table.scopes.values() for entries in scope.values())
    targets = [*_targets(chain(*scopes, *table.outdone.values()))]
    targets += [(each.provider.name, each.target) for each in environment.hooks(group).modules]
    if (owner := environment.registries().get(group)) is not None:
        targets += _targets([owner])
        targets += [(owner.provider.name, each) for each in _locations(owner, found["problems"])]
    for distribution, target in targets:
        if only is None or distribution in only:
            found["distributions"].add(distribution)
            # A hook module that nothing can name is a problem of the table.
            with suppress(ValueError):
                found["modules"].add(parse_target(target).module)
    for each in table.notes or ():
        if only is None or each.file.provider.name in only:
            found["distributions"].add(each.file.provider.name)
            found["notes"].update(_note_files(each.file.package))


def _targets(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        # A hook may answer with a live object, whose module it imports itself.
        if isinstance(entry.target, str):
            yield entry.provider.name, entry.target


def _locations(owner: Entry, problems: set[str]) -> Sequence[str]:
    """The modules that a registry imports by their names, so far as its source tells."""
    call = registry_call(Reader(), str(owner.target))
    if call is None:
        # Where it is not there, the build warns of a hidden import that is not.
        return ()
    if "locations" in call.unknown:
        what = f"{owner.provider}: the registry {quoted(owner.name)} computes its locations"
        problems.add(f"{what}; name these modules with --hidden-import")
    return call.locations


def _note_files(package: str) -> Iterator[str]:
    for folder in folders_of(package) if package.isidentifier() else ():
        file = Path(folder, FILE)
        if file.is_file():
            yield str(file)


def _meant(name: str, environment: Environment) -> str:
    # Any existing group can be a registry.
    is_known = any(scope_path(each, name) is not None for each in environment.installed.groups())
    return name if is_known and not environment.groups_meant(name) else environment.group(name)


def named(setting: object, variables: Mapping[str, str]) -> list[str]:
    """The registries that an application names: in its .spec file, else in the variable.

    Args:
        setting: `hooksconfig["registry_core"]["groups"]`; None where it has none.
        variables: the environment variables.

    Raises:
        TypeError: the setting is not a list of texts.

    >>> named(None, {"REGISTRY_CORE_FREEZE": "acme.model, activation"})
    ['acme.model', 'activation']
    >>> named("acme.model", {})
    Traceback (most recent call last):
    TypeError: hooksconfig["registry_core"]["groups"] is to be a list of groups, not 'acme.model'
    """
    if setting is None:
        return [each.strip() for each in variables.get(VARIABLE, "").split(",") if each.strip()]
    if isinstance(setting, (list, tuple)) and all(isinstance(each, str) for each in setting):
        return [*setting]
    where = 'hooksconfig["registry_core"]["groups"]'
    raise TypeError(f"{where} is to be a list of groups, not {setting!r}")
